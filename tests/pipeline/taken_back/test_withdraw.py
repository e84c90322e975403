"""Withdrawn, by an officer or by the source: on every channel, by what each can do."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from channels.base import NotSent, Rejected, Uncertain
from pipeline import acts, run
from pipeline.deliver.engine import real_now
from pipeline.deliver.pauses import pause
from pipeline.deliver.resolve import Word, resolve, taken_down
from pipeline.deliver.standing import must_come_down
from pipeline.models import Article, AuditEntry, Delivery, State
from tests.pipeline.day import Day, person
from tests.pipeline.taken_back.acting import RIGHT, WRONG, deliver, errands, withdraw

pytestmark = pytest.mark.django_db


def test_a_withdrawal_takes_down_what_it_can_and_says_the_rest(day: Day) -> None:
    day.zalo.rings = True
    done = withdraw(day)
    assert (done.channels, done.by_hand) == (("telegram", "zalo"), ())
    assert day.states()["cong"] == ["withdrawn"]
    deliver(day)
    assert day.telegram.shown == {}
    assert list(day.zalo.shown.values()) == ["Tin 1", "Đã gỡ “Tin 1”: đăng nhầm"]
    assert errands(day, "telegram") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert errands(day, "zalo") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert not must_come_down(["cong"]).exists()


def test_a_withdrawal_fails_on_one_channel_and_is_completed_there_later(day: Day) -> None:
    day.telegram.answers = [NotSent("không nối được")]
    day.zalo.answers = [Rejected("không cho gửi")]
    withdraw(day)
    deliver(day)
    assert errands(day, "telegram") == [("post", "sent"), ("withdraw", "queued")]
    assert errands(day, "zalo") == [("post", "sent"), ("withdraw", "failed")]
    left = must_come_down(["cong"]).get()
    assert left.channel == "zalo"
    taken_down(left.id, "hoa", ["cong"])
    deliver(day)
    assert errands(day, "telegram") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert not must_come_down(["cong"]).exists()
    assert not Delivery.objects.filter(state="failed").exists()


def test_a_source_that_withdraws_takes_the_post_down_and_is_named(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.says("1")
    day.once()
    Article.objects.filter(guid="1").update(marker="withdrawn", unchecked=True)
    run.advance(day.office)
    deliver(day)
    assert day.article().state == State.WITHDRAWN
    assert day.telegram.shown == {}
    assert AuditEntry.objects.filter(act="withdraw", who="source:vpubnd").exists()


def test_what_nobody_got_is_taken_back_without_a_word(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.edits = False
    day.says("1")
    day.zalo.answers = [Uncertain("im lặng")]
    day.once()
    withdraw(day)
    deliver(day)
    doubtful = Delivery.objects.get(channel="zalo", errand="post")
    assert errands(day, "zalo")[1] == ("withdraw", "queued")
    resolve(doubtful.id, "lan", Word.DROP, now=day.now, real_now=day.now)
    deliver(day)
    assert day.zalo.shown == {}
    assert errands(day, "zalo") == [("post", "withdrawn"), ("withdraw", "superseded")]


def test_a_notice_that_people_hear_keeps_the_quiet_hours_and_a_silent_one_does_not(day: Day) -> None:
    day.zalo.rings = True
    day.now = day.now.replace(hour=22)
    withdraw(day)
    deliver(day)
    assert day.telegram.shown == {}
    assert list(day.zalo.shown.values()) == ["Tin 1"]
    day.now = day.now.replace(day=24, hour=5, minute=30)
    run.advance(day.office)
    deliver(day)
    assert len(day.zalo.shown) == 2


def test_a_reason_that_readers_see_holds_no_personal_data(day: Day) -> None:
    said = "đăng nhầm CCCD 001203004567 của người dân"
    hoa = person("hoa", "approver")
    with pytest.raises(acts.NotAllowed, match="Bạn đọc sẽ thấy"):
        acts.withdraw(day.office, day.article().id, hoa, said)
    with pytest.raises(acts.NotAllowed, match="Bạn đọc sẽ thấy"):
        acts.correct(day.office, day.article().id, hoa, [(WRONG, RIGHT)], said)
    Article.objects.update(marker="withdrawn", withdrawn_because=said, unchecked=True)
    run.advance(day.office)
    rows = Delivery.objects.filter(errand="withdraw")
    assert rows.exists()
    assert "001203004567" not in day.article().withdrawn_because
    assert not any("001203004567" in str(row.otherwise) for row in rows)


def test_a_withdrawal_by_the_source_is_called_the_sources_wherever_it_is_told(day: Day) -> None:
    Article.objects.update(marker="withdrawn", withdrawn_because="nhầm số liệu", unchecked=True)
    run.advance(day.office)
    told = "Cơ quan cung cấp đã gỡ bài: nhầm số liệu"
    assert day.article().withdrawn_because == told
    assert told in str(Delivery.objects.get(channel="telegram", errand="withdraw").otherwise)


def test_what_stands_where_no_channel_is_left_is_a_persons_to_take_down(day: Day) -> None:
    withdraw(day)
    left = {name: channel for name, channel in day.office.channels.items() if name != "telegram"}
    object.__setattr__(day.office, "channels", MappingProxyType(left))
    deliver(day)
    assert [row.channel for row in must_come_down(day.office.pulled)] == ["telegram"]


def test_a_withdrawal_says_where_a_pause_holds_it_up(day: Day) -> None:
    pause("telegram", "", "bảo trì", "vanhanh", real_now())
    assert withdraw(day).paused == {"telegram"}


def test_a_reason_of_the_officer_is_not_replaced_by_the_sources(day: Day) -> None:
    withdraw(day)
    entry_says = {"marker": "withdrawn", "unchecked": True}
    Article.objects.update(**entry_says)
    run.advance(day.office)
    assert day.article().withdrawn_because == "đăng nhầm"
