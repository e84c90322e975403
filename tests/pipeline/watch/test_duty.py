"""The duty officer hears of each trouble once, and once that it is over; what was not taken is told again."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from pipeline.models import OfficeFact
from pipeline.office import Office, open_office
from pipeline.schedule import Duty, OfficeSettings, Schedule
from pipeline.secrets import secrets_of
from pipeline.watch import duty
from pipeline.watch.duty import news, word
from pipeline.watch.health import Check, Health, Level
from pipeline.watch.heard import NotTold, Told
from pipeline.watch.ways import ways
from tests.pipeline.day import Day
from tests.pipeline.watch.mail import MailServer

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def office_of(folder: Path, smtp: str) -> Office:
    settings = Duty(email=("truc@phutho.example", "chanhvp@phutho.example"), smtp=SecretStr(smtp))
    office = OfficeSettings(name="Văn phòng UBND tỉnh", base_url="https://loa.example", duty=settings)
    schedule = Schedule(path=folder / "schedule.yaml", office=office)
    return open_office(schedule, folder, lambda: NOW, {})


def tell(office: Office, found: Health, real_now: datetime = NOW) -> None:
    duty.tell(office, found, NOW, real_now)


def say(office: Office) -> None:
    (way,) = ways(office)
    way.say(word(office, news(health("sang").to_tell, {}), None, NOW))


def health(*failing: str, since: str = "") -> Health:
    checks = [Check("database", Level.OK, "trả lời")]
    checks += [Check("run", Level.FAIL, f"Lượt {name} chưa diễn ra.", name, since) for name in failing]
    return Health((*checks, Check("doubt", Level.WARN, "nghi vấn")))


BROKEN = Health(
    (Check("database", Level.FAIL, "Cơ sở dữ liệu không trả lời."), Check("disk", Level.OK, "còn"))
)


@pytest.mark.django_db
def test_each_trouble_is_told_once_and_so_is_its_end(server: MailServer, tmp_path: Path) -> None:
    office = office_of(tmp_path, server.address)
    for failing in ((), ("sang",), ("sang",), ("sang", "chieu"), ("chieu",), (), ()):
        tell(office, health(*failing))
    assert [mail["Subject"] for mail in server.taken] == [
        "[Loa] Văn phòng UBND tỉnh: 1 việc cần xem ngay",
        "[Loa] Văn phòng UBND tỉnh: 1 việc cần xem ngay",
        "[Loa] Văn phòng UBND tỉnh: 1 việc đã ổn, còn 1 việc chưa xong",
        "[Loa] Văn phòng UBND tỉnh: đã trở lại bình thường",
    ]
    first, last = server.taken[0].get_content(), server.taken[-1].get_content()
    assert "Cần xem ngay:\n- Lượt sang chưa diễn ra.\n" in first
    assert "08:00 ngày 23/11/2026" in first
    assert "https://loa.example/console/" in first
    assert "Đã trở lại bình thường, không còn:\n- Lượt chieu chưa diễn ra.\n" in last
    assert server.recipients[0] == ["truc@phutho.example", "chanhvp@phutho.example"]
    assert server.taken[0]["From"] == "truc@phutho.example"


@pytest.mark.django_db
def test_the_same_run_failing_the_next_day_is_a_new_trouble(server: MailServer, tmp_path: Path) -> None:
    office = office_of(tmp_path, server.address)
    for day in ("2026-11-23", "2026-11-24", "2026-11-24"):
        tell(office, health("sang", since=day))
    assert len(server.taken) == 2
    assert "bình thường" not in server.taken[1].get_content()


@pytest.mark.django_db
def test_what_was_not_taken_is_told_at_the_next_look(server: MailServer, tmp_path: Path) -> None:
    office = office_of(tmp_path, server.address)
    server.refuses = True
    with pytest.raises(
        NotTold, match=r"office\.duty\.smtp: 127\.0\.0\.1:\d+ không nhận thư.*come again later"
    ):
        tell(office, health("sang"))
    assert not OfficeFact.objects.filter(name="duty-told").exists()
    server.refuses = False
    later = NOW + duty.EVERY
    tell(office, health("sang"), later)
    tell(office, health("sang"), later)
    assert len(server.taken) == 1
    assert "Loa không báo được bằng đường này một thời gian" in server.taken[0].get_content()


@pytest.mark.django_db
def test_the_word_comes_once_although_the_database_is_away(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = office_of(tmp_path, server.address)
    tell(office, health("sang"))
    with monkeypatch.context() as away:

        def fails(*_given: object, **_named: object) -> None:
            raise DatabaseError("không kết nối được")

        away.setattr(OfficeFact.objects, "filter", fails)
        for _ in range(3):
            tell(office, BROKEN)
        assert len(server.taken) == 2
    tell(office, health("sang"))
    tell(office, health("sang"))
    assert len(server.taken) == 3
    assert "- Cơ sở dữ liệu không trả lời." in server.taken[2].get_content()
    assert "sang" not in server.taken[2].get_content()


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    office = office_of(tmp_path, "smtp://truc:mat%2Fkhau@127.0.0.1:9")
    assert {"mat%2Fkhau", "mat/khau"} <= set(secrets_of(office.schedule))
    assert "mat" not in repr(office.schedule)
    with pytest.raises(NotTold, match=r"127\.0\.0\.1:9") as caught:
        say(office)
    assert "mat" not in str(caught.value)


def test_user_and_password_are_decoded_and_an_address_among_them_is_the_sender(
    server: MailServer, tmp_path: Path
) -> None:
    smtp = server.address.replace("//", "//loa%40phutho.example:mat%2Fkhau@")
    office = office_of(tmp_path, smtp)
    say(office)
    said = base64.b64decode(server.login[0].rpartition(" ")[2]).split(b"\0")
    assert said == [b"", b"loa@phutho.example", b"mat/khau"]
    assert server.taken[0]["From"] == "loa@phutho.example"


def test_a_password_that_the_protocol_cannot_carry_is_a_way_that_fails(
    server: MailServer, tmp_path: Path
) -> None:
    """Not the whole look: the other way, and the digest, come after it."""
    office = office_of(tmp_path, server.address.replace("//", "//truc:m%E1%BA%ADt@"))
    with pytest.raises(NotTold, match=r"chữ ngoài bảng ASCII, sửa office\.duty\.smtp") as caught:
        say(office)
    assert caught.value.by_person


@pytest.mark.django_db
def test_what_a_full_disk_cut_off_is_told_again(server: MailServer, tmp_path: Path) -> None:
    office = office_of(tmp_path, server.address)
    (tmp_path / "duty-told").write_text("")
    tell(office, health("sang"))
    tell(office, health("sang"))
    assert len(server.taken) == 1


def test_a_bulletin_that_was_read_as_it_was_is_not_called_well_again() -> None:
    spoilt = Check("bulletin", Level.FAIL, "Báo ngay cho đài.", "loa:17:00")
    told = news((spoilt,), {}).told
    assert not news((), told)
    assert news((), told).told == {}


def test_of_doubts_only_a_newer_one_is_news() -> None:
    def doubt(since: str) -> tuple[Check, ...]:
        return (Check("doubt", Level.WARN, "nghi vấn", "telegram", since, told=True),)

    told = news(doubt("2026-11-24T10:05:00+00:00"), {}).told
    told = (answered := news(doubt("2026-11-24T10:00:00+00:00"), told)).told
    assert not answered
    assert news(doubt("2026-11-24T10:10:00+00:00"), told).begun
    assert news((), told).over


def test_an_office_without_a_duty_officer_says_so(tmp_path: Path) -> None:
    schedule = Schedule(path=tmp_path / "schedule.yaml", office=OfficeSettings(name="Văn phòng"))
    office = open_office(schedule, tmp_path, lambda: NOW, {})
    with pytest.raises(NotTold, match=r"office\.duty"):
        tell(office, health())


@pytest.mark.django_db
def test_a_running_service_looks_at_itself_once_a_minute(
    server: MailServer, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    object.__setattr__(day.office.schedule, "office", office_of(Path(), server.address).schedule.office)
    OfficeFact.objects.create(name="last-sweep", value=(NOW - timedelta(hours=1)).isoformat())
    watch, told = duty.Watch(day.office), []
    for seconds in (0, 59, 60):
        monkeypatch.setattr(duty, "real_now", lambda seconds=seconds: NOW + timedelta(seconds=seconds))
        watch.look()
        told.append(len(server.taken))
        OfficeFact.objects.filter(name="duty-told").delete()
    assert told == [1, 1, 2]
    assert "Tiến trình gửi bài ngừng" in server.taken[0].get_content()


def seen(look: set[str] | None) -> tuple[Check, ...]:
    return (BROKEN if look is None else health(*sorted(look))).to_tell


NAMES = st.sets(st.sampled_from("abc"))


@given(st.lists(st.one_of(NAMES, st.none()), max_size=12))
def test_whatever_comes_and_goes_begins_and_ends_in_turn(looks: list[set[str] | None]) -> None:
    """None: the database was away, and nothing else was known."""
    told: dict[str, Told] = {}
    open_: set[str] = set()
    away = False
    for look in looks:
        said = news(seen(look), told)
        begun = {check.about for check in said.begun if check.name == "run"}
        over = {trouble.message.split()[1] for trouble in said.over if trouble.message.startswith("Lượt")}
        if look is None:
            assert (begun, over) == (set(), set())
            assert bool(said.begun) is not away
        else:
            assert begun == look - open_
            assert over == open_ - look
            open_ = look
        away = look is None
        told = dict(said.told)
        assert not news(seen(look), told)
