"""Health is judged from facts; the facts come from a fixed number of queries; strangers learn little."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Rejected, Uncertain
from pipeline import acts
from pipeline.deliver import outbox, pauses
from pipeline.deliver.resolve import taken_down
from pipeline.models import Delivery, OfficeFact, Source, Tick
from pipeline.run import deliver
from pipeline.schedule import RunSettings
from pipeline.watch.facts import everything, gather
from pipeline.watch.health import GIB, SILENT, Check, Health, Level, judge
from pipeline.watch.values import (
    Address,
    Doubt,
    Emergency,
    Facts,
    Mute,
    Pause,
    Run,
    Silent,
    Spoilt,
)
from tests.pipeline.day import Day, at, person
from tests.pipeline.ledger import post, revision

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
WELL = Facts(UTC, 50 * GIB, last_look=NOW, last_sweep=NOW, sources=4, backs_up=True, last_backup=NOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = RunSettings(id="sang", at=time(4, 30), job="once")


def found(facts: Facts) -> dict[str, Level]:
    return {name: level for name, level in judge(facts, NOW, NOW).by_name().items() if level != Level.OK}


def test_a_well_office_has_nothing_to_say() -> None:
    health = judge(WELL, NOW, NOW)
    assert (health.level, health.failing, found(WELL)) == (Level.OK, (), {})


RUN = Run("sang", NOW - HOUR, "done")
STP, VPUBND = (
    Silent(id, agency, NOW - HOUR, "không trả lời.")
    for id, agency in (("stp", "Sở Tư pháp"), ("vpubnd", "Văn phòng"))
)
MUTE = Mute(
    Address("chat", "Telegram", "office.duty.chat", "telegram 77"),
    "bot bị chặn.",
    NOW - timedelta(minutes=5),
    NOW,
    1,
    by_person=False,
    heard=False,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(WELL, trouble="không trả lời"), {"database": "fail"}),
        (replace(WELL, last_look=NOW - HOUR), {"clock": "fail"}),
        (replace(WELL, last_look=None, last_sweep=None), {}),
        (replace(WELL, last_sweep=NOW - HOUR), {"worker": "fail"}),
        (replace(WELL, runs=(RUN,)), {}),
        (replace(WELL, runs=(replace(RUN, state="running"),)), {"run": "warn"}),
        (replace(WELL, runs=(RUN, replace(RUN, state="failed", note="OSError"))), {"run": "fail"}),
        (replace(WELL, runs=(replace(RUN, state="missed"),)), {"run": "fail"}),
        (replace(WELL, runs=(replace(RUN, state=None),)), {"run": "fail"}),
        (replace(WELL, silent=(STP,)), {"sources": "warn"}),
        (replace(WELL, sources=2, silent=(STP, VPUBND)), {"sources": "fail"}),
        (replace(WELL, oldest_due=NOW - timedelta(minutes=10)), {}),
        (replace(WELL, oldest_due=NOW - HOUR), {"queue": "warn"}),
        (replace(WELL, oldest_due=NOW - 3 * HOUR), {"queue": "fail"}),
        (replace(WELL, oldest_card=NOW - HOUR), {}),
        (replace(WELL, oldest_card=NOW - 3 * HOUR), {"cards": "warn"}),
        (replace(WELL, doubts=(Doubt("zalo", 2, NOW),)), {"doubt": "warn"}),
        (replace(WELL, mutes=(MUTE,)), {"duty": "warn"}),
        (replace(WELL, mutes=(replace(MUTE, since=NOW - HOUR),)), {"duty": "fail"}),
        (replace(WELL, mutes=(replace(MUTE, by_person=True),)), {"duty": "fail"}),
        (replace(WELL, mutes=(replace(MUTE, by_person=True, heard=True),)), {"duty": "warn"}),
        (replace(WELL, not_searched=1), {"search": "warn"}),
        (replace(WELL, oldest_withdrawal=NOW - timedelta(minutes=10)), {}),
        (replace(WELL, oldest_withdrawal=NOW - HOUR), {"withdrawal": "fail"}),
        (replace(WELL, pauses=(Pause("zalo", "", "nghỉ", True),)), {"channel": "warn"}),
        (replace(WELL, spoilt=(Spoilt("loa", NOW, "Tin"),)), {"bulletin": "fail"}),
        (replace(WELL, pauses=(Pause("zalo", "", "token hỏng", False),)), {"channel": "fail"}),
        (replace(WELL, backs_up=False, last_backup=None), {"backup": "warn"}),
        (replace(WELL, last_backup=None), {"backup": "warn"}),
        (replace(WELL, last_backup=NOW - 2 * DAY), {"backup": "warn"}),
        (replace(WELL, last_backup=NOW - 4 * DAY), {"backup": "fail"}),
        (replace(WELL, tokens={"zalo": NOW + 80 * DAY}), {}),
        (replace(WELL, tokens={"zalo": NOW + 3 * DAY}), {"token": "warn"}),
        (replace(WELL, tokens={"zalo": NOW}), {"token": "fail"}),
        (replace(WELL, tokens={"zalo": "Chưa ai cấp quyền."}), {"token": "fail"}),
        (replace(WELL, disk_free=GIB), {"disk": "warn"}),
        (replace(WELL, disk_free=GIB // 4), {"disk": "fail"}),
    ],
)
def test_each_trouble_is_seen_and_no_other(facts: Facts, expected: dict[str, str]) -> None:
    assert found(facts) == expected


@pytest.mark.parametrize(
    ("sources", "unread", "said"),
    [
        (0, 0, "Cấu hình chưa có nguồn nào."),
        (1, 1, "Chưa đọc lần nào: 1 nguồn."),
        (1, 0, "Đọc được nguồn duy nhất."),
        (4, 3, "Đọc được 1 nguồn; 3 nguồn chưa đọc lần nào."),
        (4, 0, "Đọc được cả 4 nguồn."),
    ],
)
def test_what_nobody_has_read_is_not_said_to_be_readable(sources: int, unread: int, said: str) -> None:
    health = judge(replace(WELL, sources=sources, unread=unread), NOW, NOW)
    assert [check.message for check in health.checks if check.name == "sources"] == [said]


@given(st.lists(st.sampled_from(Level), max_size=8))
def test_the_worst_check_decides(levels: list[Level]) -> None:
    health = Health(tuple(Check("run", level, "") for level in levels))
    expected = next((level for level in (Level.FAIL, Level.WARN) if level in levels), Level.OK)
    assert health.level == expected
    assert bool(health.failing) == (Level.FAIL in levels)


@pytest.mark.django_db
def test_the_facts_of_an_office(day: Day) -> None:
    facts = gather(day.office, day.now, NOW)
    assert facts.runs == ()
    assert (facts.last_look, facts.oldest_due, facts.doubts, facts.pauses) == (None, None, (), ())
    runs = (
        RunSettings(id="sang", at=time(4, 30), job="once"),
        RunSettings(id="sao-luu", at=time(2), job="backup"),
    )
    object.__setattr__(day.office.schedule, "runs", runs)
    for run in runs:
        OfficeFact.objects.create(name=f"run-known-since:{run.id}", value=at("2026-11-20T00:00").isoformat())
    Tick.objects.create(run="sang", scheduled_for=at("2026-11-23T04:30"), state="failed", note="OSError")
    assert (facts.sources, facts.unread) == (1, 1)
    Source.objects.create(id="vpubnd", state="trouble", last_fetch=NOW)
    Source.objects.create(id="no-longer-configured", state="trouble")
    outbox.enqueue(revision(), [post(), post("zalo", target="nhom"), post("gone", target="x")], day.now)
    pauses.pause("zalo", "", "nghỉ", "lan", NOW)
    facts = gather(day.office, day.now + HOUR, NOW)
    assert facts.runs == (
        Run("sang", at("2026-11-23T04:30"), "failed", "OSError"),
        Run("sao-luu", at("2026-11-23T02:00"), None),
    )
    assert (facts.sources, facts.unread, facts.backs_up) == (1, 0, True)
    assert facts.silent == (Silent("vpubnd", "Văn phòng", day.now + HOUR, ""),)
    assert facts.oldest_due == Delivery.objects.get(channel="telegram").due_at
    assert facts.pauses == (Pause("zalo", "", "nghỉ", by_person=True),)


@pytest.mark.django_db
def test_a_run_that_is_a_few_minutes_late_is_no_news_and_before_it_was_known_none_was_due(day: Day) -> None:
    object.__setattr__(day.office.schedule, "runs", (MORNING,))
    OfficeFact.objects.create(name="run-known-since:sang", value=at("2026-11-23T04:00").isoformat())
    assert gather(day.office, at("2026-11-23T04:44"), NOW).runs == ()
    assert gather(day.office, at("2026-11-23T04:46"), NOW).runs == (
        Run("sang", at("2026-11-23T04:30"), None),
    )


@pytest.mark.django_db
def test_a_run_whose_process_died_has_not_happened(day: Day) -> None:
    object.__setattr__(day.office.schedule, "runs", (MORNING,))
    OfficeFact.objects.create(name="run-known-since:sang", value=at("2026-11-20T00:00").isoformat())
    tick = Tick.objects.create(
        run="sang", scheduled_for=at("2026-11-23T04:30"), state="running", lease_until=NOW + HOUR
    )
    assert gather(day.office, day.now, NOW).runs[0].state == "running"
    tick.lease_until = NOW - HOUR
    tick.save()
    assert gather(day.office, day.now, NOW).runs[0].state is None


@pytest.mark.django_db
def test_what_a_person_must_take_down_is_a_withdrawal_that_is_not_done(day: Day) -> None:
    day.says("1")
    day.once()
    day.zalo.edits, day.zalo.answers = True, [Rejected("không cho gửi")]
    acts.withdraw(day.office, day.article().id, person("hoa", "approver"), "đăng nhầm")
    withdrawn = day.now
    assert gather(day.office, day.now, NOW).oldest_withdrawal is not None
    deliver(day.office, "here:1")
    assert gather(day.office, day.now, NOW).oldest_withdrawal == withdrawn
    taken_down(Delivery.objects.get(channel="zalo", errand="post").id, "hoa", day.office.pulled)
    assert gather(day.office, day.now, NOW).oldest_withdrawal is None


@pytest.mark.django_db
def test_however_much_there_is_the_queries_are_the_same_few(day: Day) -> None:
    with CaptureQueriesContext(connection) as few:
        gather(day.office, day.now, NOW)
    for number in range(5):
        outbox.enqueue(revision(f"tin {number}"), [post()], day.now)
        Source.objects.create(id=f"s{number}", state="trouble")
    with CaptureQueriesContext(connection) as many:
        gather(day.office, day.now, NOW)
    assert len(many) == len(few) <= 10


def told(facts: Facts) -> list[str]:
    return [f"{check.name}:{check.about}" for check in judge(facts, NOW, NOW).to_tell]


LONG_SILENT = replace(STP, since=NOW - SILENT - timedelta(minutes=1))
SIREN = Emergency(12, "Xả lũ", ("hoa", "minh"), NOW, ("cong", "telegram"), ("zalo",))


@pytest.mark.parametrize(
    ("facts", "heard"),
    [
        (WELL, []),
        (replace(WELL, silent=(STP,)), []),
        (replace(WELL, silent=(LONG_SILENT,)), ["sources:stp"]),
        (replace(WELL, sources=2, silent=(STP, LONG_SILENT)), ["sources:", "sources:stp"]),
        (replace(WELL, doubts=(Doubt("zalo", 2, None),)), []),
        (replace(WELL, doubts=(Doubt("zalo", 2, NOW),)), ["doubt:zalo"]),
        (replace(WELL, tokens={"zalo": NOW + 80 * DAY}), []),
        (replace(WELL, tokens={"zalo": NOW + 13 * DAY}), ["token:zalo"]),
        (replace(WELL, tokens={"zalo": NOW}), ["token:zalo"]),
        (replace(WELL, oldest_due=NOW - HOUR), []),
        (replace(WELL, emergencies=(SIREN,)), ["emergency:12"]),
        (replace(WELL, mutes=(MUTE,)), []),
        (replace(WELL, mutes=(replace(MUTE, by_person=True),)), ["duty:chat"]),
    ],
)
def test_the_duty_officer_hears_of_what_a_person_should_know_in_good_time(
    facts: Facts, heard: list[str]
) -> None:
    assert told(facts) == heard


def test_a_token_is_told_when_it_is_about_to_end_and_when_it_has() -> None:
    soon, ended = (
        judge(replace(WELL, tokens={"zalo": ends}), NOW, NOW).to_tell for ends in (NOW + DAY, NOW - DAY)
    )
    assert soon[0].since != ended[0].since


def test_an_emergency_is_no_failure_and_says_who_granted_it_and_where_it_is() -> None:
    health = judge(replace(WELL, emergencies=(SIREN,)), NOW, NOW)
    assert (health.level, health.failing) == (Level.OK, ())
    assert health.to_tell[0].message == (
        "Phát khẩn cấp lúc 01:00 ngày 23/11/2026: “Xả lũ” (bài 12), hoa và minh cho phép; "
        "đã gửi trên cong, telegram, chưa gửi xong trên zalo."
    )


@pytest.mark.django_db
def test_doubts_are_counted_by_channel_and_are_a_persons_once_loa_has_asked(day: Day) -> None:
    for title in ("một", "hai"):
        outbox.enqueue(revision(title), [post(), post("zalo", target="nhom")], day.now)
    Delivery.objects.update(state="uncertain", claimed_at=NOW, wake_at=NOW)
    assert gather(day.office, day.now, NOW).doubts == (Doubt("telegram", 2, None), Doubt("zalo", 2, None))
    last = Delivery.objects.filter(channel="zalo").latest("id")
    Delivery.objects.filter(id=last.id).update(wake_at=None, claimed_at=NOW + HOUR)
    assert gather(day.office, day.now, NOW).doubts[1] == Doubt("zalo", 2, NOW + HOUR)


@pytest.mark.django_db
def test_an_emergency_is_known_from_its_first_message_on(day: Day) -> None:
    day.says("1", more="<loa:priority>khan-cap</loa:priority>")
    day.zalo.answers = [Uncertain("không rõ")]
    day.once()
    assert everything(day.office, day.now, NOW).emergencies == ()
    minh, number = person("minh", "approver"), day.article().id
    acts.approve(day.office, number, minh, emergency=True)
    Delivery.objects.filter(channel="telegram").update(state="queued", priority=2, due_at=day.now)
    assert everything(day.office, day.now, NOW).emergencies == ()
    deliver(day.office, "here:1")
    assert everything(day.office, day.now, NOW).emergencies == (
        Emergency(number, "Tin 1", ("minh",), day.now, ("cong", "telegram"), ("zalo",)),
    )
    assert everything(day.office, day.now + 2 * DAY, NOW).emergencies == ()
