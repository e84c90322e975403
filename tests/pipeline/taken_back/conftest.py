"""An office whose one article has gone out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.day import Day


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """An office whose one article stands on the portal, in a Telegram chat and in a Zalo group."""
    day = Day(tmp_path)
    day.zalo.edits = False
    day.says("1")
    day.once()
    assert day.states() == {"cong": ["sent"], "telegram": ["sent"], "zalo": ["sent"]}
    return day
