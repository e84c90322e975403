"""An approved correction reaches a channel that was away, whatever its agency writes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.base import NotSent, Rejected
from pipeline import acts, run
from pipeline.deliver.resolve import NotResolvable, Word, resolve
from pipeline.models import Delivery, State
from tests.pipeline.day import Day, person

pytestmark = pytest.mark.django_db(transaction=True)

WRONG = (
    "Ủy ban nhân dân xã tiếp công dân vào sáng thứ Hai tại trụ sở, mời bà con đến đúng giờ để được phục vụ."
)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """Telegram was away when the officer's correction was approved."""
    day = Day(tmp_path)
    day.says("1", WRONG)
    day.once("2026-11-23T08:00")
    day.telegram.answers = [NotSent("không nối được")]
    acts.correct(
        day.office, day.article().id, person("minh", "approver"), [("thứ Hai", "thứ Ba")], "Sai ngày."
    )
    run.deliver(day.office, "here:1")
    assert correction().state == "queued"
    return day


def correction() -> Delivery:
    return Delivery.objects.get(channel="telegram", errand="correct")


def come_back(day: Day) -> None:
    Delivery.objects.update(wake_at=None)
    run.deliver(day.office, "here:1")


def test_an_edit_at_the_source_does_not_stop_it(day: Day) -> None:
    day.says("1", WRONG.replace("thứ Hai", "thứ Tư"))
    day.once()
    assert day.article().state == State.REVIEW
    come_back(day)
    assert correction().state == "sent"
    assert [text for text in day.telegram.shown.values() if "đã sửa" in text]


def test_a_person_can_stop_it(day: Day) -> None:
    acts.hold(day.office, day.article().id, person("hoa", "approver"), "Chờ xác minh.")
    come_back(day)
    assert correction().state == "superseded"


def test_a_newer_correction_takes_its_place(day: Day) -> None:
    acts.correct(
        day.office, day.article().id, person("hoa", "approver"), [("thứ Ba", "thứ Năm")], "Sai lần nữa."
    )
    come_back(day)
    rows = Delivery.objects.filter(channel="telegram", errand="correct").order_by("id")
    assert [row.state for row in rows] == ["superseded", "sent"]


def test_a_withdrawal_stops_it(day: Day) -> None:
    acts.withdraw(day.office, day.article().id, person("hoa", "approver"), "Bài sai.")
    come_back(day)
    assert correction().state == "withdrawn"
    assert day.telegram.shown == {}


def test_what_was_refused_can_go_again_although_newer_words_were_declined(day: Day) -> None:
    day.telegram.answers = [Rejected("sai")]
    come_back(day)
    day.says("1", WRONG.replace("thứ Hai", "thứ Tư"))
    day.once()
    acts.hold(day.office, day.article().id, person("hoa", "approver"), "Không đúng.")
    assert correction().state == "failed"
    resolve(correction().id, "hoa", Word.RESEND, now=day.now, real_now=day.now)
    come_back(day)
    assert correction().state == "sent"


def test_what_is_held_does_not_go_again(day: Day) -> None:
    day.telegram.answers = [Rejected("sai")]
    come_back(day)
    acts.hold(day.office, day.article().id, person("hoa", "approver"), "Chờ xác minh.")
    Delivery.objects.filter(id=correction().id).update(state="failed")
    with pytest.raises(NotResolvable, match="đang giữ"):
        resolve(correction().id, "hoa", Word.RESEND, now=day.now, real_now=day.now)
