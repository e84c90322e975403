"""A post that waits is given another time: never one at which it may not go, never once it has begun."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from channels.base import Uncertain
from pipeline import acts, audit, moving, run
from pipeline.models import AuditEntry, Delivery, Revision
from pipeline.schedule import RouteSettings
from tests.pipeline.day import Day, at, person

pytestmark = pytest.mark.django_db
NIGHT = at("2026-11-24T22:00")
"""Within the quiet hours: Telegram and Zalo wait for 05:00."""


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """An office one of whose articles came in the night."""
    day = Day(tmp_path)
    day.says("1")
    day.once("2026-11-24T22:00")
    assert day.states() == {"cong": ["sent"], "telegram": ["queued"], "zalo": ["queued"]}
    return day


def hoa() -> User:
    return User.objects.filter(username="hoa").first() or person("hoa", "editor")


def due(channel: str = "telegram") -> str:
    return Delivery.objects.get(channel=channel).due_at.astimezone(NIGHT.tzinfo).isoformat()[:16]


def test_it_goes_at_the_time_that_was_given_and_the_log_says_so(day: Day) -> None:
    when = at("2026-11-25T09:30")
    assert moving.move(day.office, day.article().id, "telegram", hoa(), when) == when
    assert (due(), due("zalo")) == ("2026-11-25T09:30", "2026-11-25T05:00")
    day.once("2026-11-25T09:00")
    assert day.states() == {"cong": ["sent"], "telegram": ["queued"], "zalo": ["sent"]}
    day.once("2026-11-25T09:30")
    assert day.states()["telegram"] == ["sent"]
    entry = AuditEntry.objects.select_related("text").get(act="move")
    assert (entry.who, entry.subject) == ("hoa", f"article:{day.article().id}")
    assert entry.text.body["after"] == {"channel": "telegram", "due_at": when.isoformat()}
    assert audit.verify() is None


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026-11-24T21:00", "phía trước"),
        ("2026-11-24T23:30", "sớm nhất sau đó là 05:00 ngày 25/11/2026"),
        ("2027-01-01T09:00", "sớm nhất sau đó là 05:00 ngày 02/01/2027"),
        ("2027-01-12T09:00", "hết hiệu lực"),
        ("2026-11-25T06:30", "Không được phát trước 07:00 ngày 25/11/2026"),
    ],
)
def test_it_is_never_moved_to_where_it_may_not_be_heard(day: Day, when: str, why: str) -> None:
    Revision.objects.update(embargo=at("2026-11-25T07:00"), expires=at("2027-01-11T00:00"))
    if "05:00 ngày 25" in why:
        Revision.objects.update(embargo=None)
    before = due()
    with pytest.raises(acts.NotAllowed, match=why):
        moving.move(day.office, day.article().id, "telegram", hoa(), at(when))
    assert due() == before
    assert not AuditEntry.objects.filter(act="move").exists()


def test_a_route_has_the_last_word(day: Day) -> None:
    day.routes(RouteSettings(channels=("telegram",), days=frozenset({0})))
    with pytest.raises(acts.NotAllowed, match="05:00 ngày 30/11/2026"):
        moving.move(day.office, day.article().id, "telegram", hoa(), at("2026-11-25T09:00"))
    day.routes()
    with pytest.raises(acts.NotAllowed, match="lịch không còn đưa bài"):
        moving.move(day.office, day.article().id, "telegram", hoa(), at("2026-11-25T09:00"))


def test_what_has_begun_or_may_have_is_not_moved(day: Day) -> None:
    day.telegram.answers = [Uncertain("không rõ")]
    day.once("2026-11-25T05:00")
    assert day.states() == {"cong": ["sent"], "telegram": ["uncertain"], "zalo": ["sent"]}
    for channel in ("cong", "telegram", "zalo", "khac"):
        with pytest.raises(acts.NotAllowed, match="đã bắt đầu gửi, hoặc không còn chờ"):
            moving.move(day.office, day.article().id, channel, hoa(), at("2026-11-25T09:00"))


def test_who_may_not_is_told(day: Day) -> None:
    operator, article = person("may", "operator"), day.article().id
    with pytest.raises(acts.NotAllowed, match="không có quyền"):
        moving.move(day.office, article, "telegram", operator, at("2026-11-25T09:00"))
    with pytest.raises(acts.NotAllowed, match="không có quyền"):
        moving.move_up(day.office, article, "telegram", operator)


def test_the_next_free_quarter_is_after_what_else_is_due(day: Day) -> None:
    day.says("2")
    day.once()
    moved = moving.move_up(day.office, day.article("2").id, "telegram", hoa())
    assert moved == at("2026-11-25T05:15")
    # What is alone in its quarter of an hour stays there.
    assert moving.move_up(day.office, day.article("1").id, "telegram", hoa()) == at("2026-11-25T05:00")


def test_every_part_is_moved_and_late_ones_are_no_exception(day: Day) -> None:
    row = Delivery.objects.get(channel="zalo")
    row.pk, row.part = None, 2
    row.save()
    moving.move(day.office, day.article().id, "zalo", hoa(), at("2026-11-25T21:00"))
    times = {each.due_at for each in Delivery.objects.filter(channel="zalo")}
    assert times == {at("2026-11-25T21:00")}
    day.now = at("2026-11-25T20:59") + timedelta(seconds=1)
    run.deliver(day.office, "here:1")
    assert day.states()["zalo"] == ["queued", "queued"]
