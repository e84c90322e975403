"""Some days of bulletins on the sample feeds keep every promise; `python -m demo.bulletins` plays a month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from demo.bulletins.play import Month
from demo.bulletins.promises import judge
from demo.month.promises import table


@pytest.mark.django_db
def test_the_bulletins_of_some_days_keep_what_was_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages for announcers are drawn for each script; they say what the text says.
    monkeypatch.setattr("channels.radio.paper._pages", lambda *_: iter(()))
    month = Month(tmp_path, date(2026, 11, 23), 2, seed=5, minutes=12, most=6, say=lambda _line: None)
    month.play()
    promises = judge(month)
    assert [promise.said for promise in promises if promise.broken] == [], table(promises)
    assert sum(promise.tested for promise in promises) > 20
