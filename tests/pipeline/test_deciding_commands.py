"""The command line lets do what the console does, and refuses in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import acts
from pipeline.cli.main import loa as group
from pipeline.cli.session import Options
from pipeline.models import Acceptance, Article, Delivery, Revision
from tests.pipeline.day import Day, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Day:
    """An article came in the night: Telegram and Zalo wait for 05:00."""
    day = Day(tmp_path)
    day.says("1")
    day.once("2026-11-24T22:00")
    monkeypatch.setattr(acts, "enter", lambda _options: day.office)
    acts.register(group)
    person("hoa", "approver")
    return day


def loa(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments, obj=Options())


def test_a_post_is_moved(day: Day) -> None:
    asked = ("move", str(day.article().id), "telegram", "--as", "hoa")
    done = loa(*asked, "--at", "2026-11-25T09:30:00+07:00")
    assert (done.exit_code, done.output) == (0, f"{day.article().id}: telegram at 2026-11-25T09:30+07:00\n")
    assert Delivery.objects.get(channel="telegram").due_at.isoformat() == "2026-11-25T02:30:00+00:00"
    assert "telegram at 2026-11-25T05:00+07:00" in loa(*asked).output
    refused = loa(*asked, "--at", "2026-11-25T03:00:00+07:00")
    assert (refused.exit_code, "sớm nhất sau đó là 05:00 ngày 25/11/2026" in refused.output) == (1, True)


def test_words_are_answered_for(day: Day) -> None:
    article = day.article()
    text = "Gọi 0912 345 678, số căn cước 001203004567."
    Revision.objects.filter(article=article).update(text=text, body=f"<p>{text}</p>")
    Article.objects.filter(id=article.id).update(state="review", published=None)
    asked = ("accept", str(article.id), "--as", "hoa", "--reason", "Số trực của Sở.")
    done = loa(*asked, "0912 345 678")
    assert (done.exit_code, done.output) == (0, f"{article.id}: “0912 345 678” may go out\n")
    assert Acceptance.objects.get().reason == "Số trực của Sở."
    refused = loa(*asked, "001203004567")
    assert (refused.exit_code, "không bao giờ được công khai" in refused.output) == (1, True)
    assert "Không có bài số 999." in loa("accept", "999", "x", "--as", "hoa", "--reason", "y").output
