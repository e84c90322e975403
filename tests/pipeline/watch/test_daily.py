"""The digest says what the day was; it comes once in each way, whatever dies or fails in between."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from channels.base import Rejected, Uncertain
from pipeline.models import OfficeFact, Source, Tick
from pipeline.office import Office
from pipeline.schedule import Duty, OfficeSettings, RunSettings, Schedule
from pipeline.watch import daily, digest, duty
from pipeline.watch.health import Health
from pipeline.watch.heard import NotTold
from pipeline.watch.values import Address, Facts
from pipeline.watch.ways import Word
from tests.pipeline.day import Day, at
from tests.pipeline.ledger import Remote
from tests.pipeline.watch.mail import MailServer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
"""17:30 in the office; its digest is of 17:00."""
DUE = at("2026-11-23T17:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

End = Literal["arrives", "refused", "lost", "unanswered", "dies before", "dies after"]


class Died(BaseException):
    """The process was killed."""


class Fake:
    """A way each of whose tries has an end of its own."""

    def __init__(self, name: str = "mail") -> None:
        self.address = Address(name, name, f"office.duty.{name}", name)
        self.end: End = "arrives"
        self.arrived: list[str] = []

    def say(self, said: Word) -> str:
        if self.end == "dies before":
            raise Died
        if self.end == "refused":
            raise NotTold("không nhận")
        if self.end != "lost":
            self.arrived.append(said.short)
        if self.end == "dies after":
            raise Died
        if self.end in ("lost", "unanswered"):
            raise NotTold("không rõ", unknown=True)
        return ""


def office(folder: Path, digest: time | None = time(17)) -> Office:
    told = Duty(email=("truc@phutho.example",), smtp=SecretStr("smtp://127.0.0.1"), digest=digest)
    settings = OfficeSettings(name="Văn phòng", base_url="https://loa.example", duty=told)
    schedule = Schedule(path=folder / "schedule.yaml", office=settings)
    return Office(schedule, folder, lambda: NOW, MappingProxyType({"telegram": Remote()}), {})


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T16:59", None),
        ("2026-11-23T17:00", "2026-11-23T17:00"),
        ("2026-11-23T23:00", "2026-11-23T17:00"),
        ("2026-11-23T23:01", None),
        ("2026-11-24T00:10", None),
    ],
)
def test_it_is_due_from_its_time_on_for_some_hours(tmp_path: Path, now: str, due: str | None) -> None:
    assert daily.moment(office(tmp_path), at(now)) == (due and at(due))


def test_shortly_before_midnight_it_is_still_due_after_it(tmp_path: Path) -> None:
    late = office(tmp_path, time(23, 30))
    assert daily.moment(late, at("2026-11-24T01:00")) == at("2026-11-23T23:30")


def test_an_office_that_asks_for_none_gets_none(tmp_path: Path) -> None:
    way = Fake()
    assert daily.send(office(tmp_path, None), [way], NOW, NOW) == []
    assert way.arrived == []


def test_it_comes_once_a_day_and_covers_what_the_last_one_did_not(tmp_path: Path) -> None:
    way, here = Fake(), office(tmp_path)
    for minutes in range(0, 120, 10):
        daily.send(here, [way], NOW + minutes * MINUTE, NOW + minutes * MINUTE)
    assert len(way.arrived) == 1
    missed = timedelta(days=3)
    daily.send(here, [way], NOW + missed, NOW + missed)
    assert len(way.arrived) == 2
    assert [daily._since(tick) for tick in Tick.objects.order_by("id")] == [DUE - timedelta(days=1), DUE]


def test_another_process_that_has_it_in_hand_keeps_it(tmp_path: Path) -> None:
    way = Fake()
    Tick.objects.create(
        run="office.duty.digest-mail", scheduled_for=DUE, state="running", lease_until=NOW + MINUTE
    )
    assert daily.send(office(tmp_path), [way], NOW, NOW) == []
    assert way.arrived == []


QUIET = digest.Digest(
    DUE - timedelta(days=1), DUE, 0, 0, 0, {}, digest.Waiting(0, 0, 0, 0, 0), Facts(UTC, 0), DUE, {}, (), NOW
)


def test_a_right_that_has_ended_is_not_called_good() -> None:
    ends = {"zalo-oa": NOW - HOUR * 24, "zalo": NOW + HOUR * 24}
    assert digest._channels(Facts(UTC, 0, tokens=ends), NOW) == [
        "quyền đăng của zalo-oa đã hết từ 22/11/2026",
        "quyền đăng của zalo còn đến 24/11/2026",
    ]


ENDS = st.lists(
    st.sampled_from(["arrives", "refused", "lost", "unanswered", "dies before", "dies after"]), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(ENDS, ENDS)
def test_whatever_dies_it_comes_once_and_a_second_one_says_that_it_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mails: list[End], chats: list[End]
) -> None:
    Tick.objects.all().delete()
    OfficeFact.objects.all().delete()
    here, both = office(tmp_path), (Fake("mail"), Fake("chat"))
    monkeypatch.setattr(digest, "gather", lambda *_given: QUIET)
    for number in range(max(len(mails), len(chats)) + 3):
        for way, ends in zip(both, (mails, chats), strict=True):
            way.end = ends[number] if number < len(ends) else "arrives"
            # One process each, as they die each for itself; each try is after the last one's lease.
            try:
                daily.send(here, [way], NOW, NOW + number * HOUR)
            except Died:
                continue
    for way in both:
        first, *second = way.arrived or [""]
        assert "có thể đã đến" not in first or len(way.arrived) == 1
        assert len(second) <= 1
        assert all("có thể đã đến" in each for each in second)
    for way, ends in zip(both, (mails, chats), strict=True):
        if set(ends) <= {"arrives", "refused"}:
            assert len(way.arrived) == 1
            assert "có thể đã đến" not in way.arrived[0]
        tick = Tick.objects.get(run=f"office.duty.digest-{way.address.way}")
        assert way.arrived or tick.state == "failed"


def test_a_way_that_fails_holds_up_no_other_and_is_tried_again(tmp_path: Path) -> None:
    mail, chat, here = Fake("mail"), Fake("chat"), office(tmp_path)
    mail.end = "refused"
    assert daily.send(here, [mail, chat], NOW, NOW) == ["office.duty.mail: không nhận"]
    mail.end = "arrives"
    assert daily.send(here, [mail, chat], NOW, NOW + MINUTE) == []
    assert (len(mail.arrived), len(chat.arrived)) == (1, 1)


def test_the_look_sends_it_by_the_offices_mail(tmp_path: Path) -> None:
    with MailServer() as server:
        here = office(tmp_path)
        told = here.schedule.office.duty
        assert told is not None
        object.__setattr__(
            here.schedule.office,
            "duty",
            told.model_copy(update={"smtp": SecretStr(server.address)}),
        )
        for minutes in range(3):
            duty.tell(here, Health(()), NOW, NOW + minutes * MINUTE)
    (mail,) = server.taken
    assert mail["Subject"] == "[Loa] Văn phòng: tổng kết ngày 23/11/2026"
    assert "Tin vào:\n- không có tin nào\n" in mail.get_content()


def test_it_says_what_came_what_went_and_what_waits(day: Day) -> None:
    schedule = day.office.schedule
    slot = RunSettings(id="ban-tin", at=time(4, 30), job="bulletin", channel="telegram", slot=time(5))
    object.__setattr__(schedule, "runs", (slot,))
    day.says("1")
    day.says("2")
    day.zalo.answers = [Uncertain("không rõ"), Rejected("không hợp lệ")]
    day.once()
    day.says("1", "Ủy ban nhân dân xã báo lịch tiếp công dân, nay sửa lại giờ làm việc buổi chiều.")
    day.says("3", more="<loa:embargo>2026-11-24T07:00:00+07:00</loa:embargo>")
    day.once("2026-11-23T21:40")
    Source.objects.update(state="trouble", since=at("2026-11-23T12:00"), reason="không trả lời.")
    since, until = at("2026-11-22T22:00"), at("2026-11-23T22:00")
    found = digest.gather(day.office, since, until, until, NOW)
    assert (found.new, found.changed, found.sources) == (3, 1, 1)
    assert found.sent["cong"]["post"] == 2
    assert found.waiting.failed == 1
    assert found.noon == at("2026-11-24T12:00")
    assert found.bulletins == (("telegram", at("2026-11-24T05:00")),)
    said = {heading: lines for heading, lines, _ in digest.sections(day.office, found)}
    assert said["Tin vào"] == ["3 bài mới và 1 bản sửa, từ 1 nguồn"]
    assert "1 lượt gửi không rõ đã đến nơi chưa, chờ xác nhận" in said["Đang chờ"]
    assert "1 bài chờ người duyệt quyết định" in said["Đang chờ"]
    assert said["Nguồn không đọc được"] == ["Văn phòng, từ 12:00 ngày 23/11"]
    assert said["Từ nay đến 12:00 ngày 24/11"][-1] == "telegram: bản tin phát lúc 05:00 ngày 24/11"
    short = digest.word(day.office, found, again=False).short
    assert short.startswith("[Loa] Văn phòng: tổng kết ngày 23/11/2026\nTin vào: 3 bài mới")
    assert short.endswith("https://cong.example/console/")
    assert "Kênh cần xem:\n- không có\n" in digest.word(day.office, found, again=False).body
    assert "không có" not in short
