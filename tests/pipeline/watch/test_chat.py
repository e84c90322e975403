"""The duty officer's chat: told once in each way, whatever fails in the other; a closed way is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from channels.base import Limit
from demo.faults import Fault
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from demo.zalo import ZaloStandIn
from pipeline.deliver.classify import LONGEST_WAIT
from pipeline.deliver.engine import real_now
from pipeline.models import ChannelState, OfficeFact, Pace
from pipeline.office import DUTY, Office, open_office
from pipeline.schedule import Duty, DutyChat, OfficeSettings, Schedule, TelegramSettings, ZaloBotSettings
from pipeline.watch import duty, ways
from pipeline.watch.duty import News, word
from pipeline.watch.facts import gather
from pipeline.watch.health import Check, Health, Level, judge
from pipeline.watch.heard import NotTold, Told
from pipeline.watch.values import Address
from tests.pipeline.ledger import Remote
from tests.pipeline.watch.mail import MailServer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OFFICER, GROUP = "77", "-5"
TOKEN = "123456:loa-demo"


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    chats: list[Chat | str] = ["@phutho", Chat(OFFICER, "private"), Chat(GROUP, "group")]
    with TelegramStandIn(token=TOKEN, chats=chats, limits=False) as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def opened(folder: Path, duty: Duty, channel: TelegramSettings | ZaloBotSettings) -> Office:
    settings = OfficeSettings(name="Văn phòng UBND tỉnh", base_url="https://loa.example", duty=duty)
    schedule = Schedule(path=folder / "schedule.yaml", office=settings, channels=(channel,))
    return open_office(schedule, folder, lambda: NOW, {})


@pytest.fixture
def offices() -> Iterator[list[Office]]:
    made: list[Office] = []
    yield made
    for office in made:
        office.close()


def by_telegram(
    offices: list[Office], folder: Path, server: TelegramStandIn, smtp: str = "", to: str = OFFICER
) -> Office:
    channel = TelegramSettings(
        id="telegram-tinh",
        kind="telegram",
        chat="@phutho",
        token=SecretStr(TOKEN),
        api=f"{server.url}/bot",
    )
    settings = Duty(chat=DutyChat(channel="telegram-tinh", to=to))
    if smtp:
        both = {"email": ("truc@phutho.example",), "smtp": SecretStr(smtp)}
        settings = settings.model_copy(update=both)
    offices.append(opened(folder, settings, channel))
    return offices[-1]


def failing(*names: str) -> Health:
    return Health(tuple(Check("run", Level.FAIL, f"Lượt {name} chưa diễn ra.", name) for name in names))


def shown(server: TelegramStandIn, chat: int = int(OFFICER)) -> list[str]:
    return [str(each["text"]) for each in server.shown() if each["chat"]["id"] == chat]


def duty_check(office: Office, real_now: datetime) -> Check | None:
    checks = judge(gather(office, NOW, real_now), NOW, real_now).checks
    return next((check for check in checks if check.name == "duty"), None)


def test_a_message_says_it_once_and_leads_to_the_console(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    for found in (failing("<sáng>"), failing("<sáng>"), failing(), failing()):
        duty.tell(office, found, NOW, NOW)
    begun, over = shown(telegram)
    assert "- Lượt <sáng> chưa diễn ra.\n" in begun
    assert begun.endswith("https://loa.example/console/")
    assert over.startswith("[Loa] Văn phòng UBND tỉnh: đã trở lại bình thường\n")
    # Both are sends of the one bot, in the log that all its channels share.
    assert len(Pace.objects.get(key="telegram:123456").slots) > 0


def test_however_much_there_is_a_message_stays_short(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    duty.tell(office, failing(*(f"{n} {'dài ' * 99}" for n in range(40))), NOW, NOW)
    (said,) = shown(telegram)
    assert "… và 35 việc nữa" in said
    assert len(said) < 1500
    assert said.endswith("/console/")


def test_what_is_told_holds_no_secret(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    said = word(office, News((Check("run", Level.FAIL, f"lỗi {TOKEN}"),), (), {}), None, NOW)
    assert not any(TOKEN in text for text in (said.subject, said.body, said.short))


def test_who_has_blocked_the_bot_is_told_by_mail_and_the_chat_goes_on_when_it_can(
    telegram: TelegramStandIn, mail: MailServer, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram, mail.address)
    telegram.faults.append(Fault("forbidden"))
    with pytest.raises(NotTold, match=r"office\.duty\.chat: bot bị chặn"):
        duty.tell(office, failing("sang"), NOW, NOW)
    assert (len(mail.taken), shown(telegram)) == (1, [])
    found = duty_check(office, NOW)
    assert found is not None
    assert (found.level, found.about) == (Level.FAIL, "chat")
    assert "Không báo được cho cán bộ trực bằng Telegram (office.duty.chat)" in found.message
    assert "office.duty.chat.to" in found.message

    # The other way hears of it; the trouble that is over meanwhile is none any more.
    duty.tell(office, Health((found,)), NOW, NOW + MINUTE)
    assert "Không báo được cho cán bộ trực bằng Telegram" in mail.taken[1].get_content()
    (said,) = shown(telegram)
    assert "nay đã được:\n- Telegram, từ 08:00 ngày 23/11: bot bị chặn" in said
    assert "sang" not in said
    assert duty_check(office, NOW) is None


def test_a_mail_server_that_is_away_holds_up_no_chat(
    telegram: TelegramStandIn, mail: MailServer, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram, mail.address)
    mail.refuses = True
    with pytest.raises(NotTold, match="không nhận thư"):
        duty.tell(office, failing("sang"), NOW, NOW)
    assert len(shown(telegram)) == 1
    mail.refuses = False
    duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
    assert (len(mail.taken), len(shown(telegram))) == (1, 1)


def test_a_bot_that_is_asked_to_wait_waits(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    telegram.faults.append(Fault("too-many", seconds=150))
    for after in (0, 60, 149):
        with pytest.raises(NotTold, match="Telegram yêu cầu gửi chậm lại"):
            duty.tell(office, failing("sang"), NOW, NOW + timedelta(seconds=after))
    assert telegram.faults.met["too-many"] == 1
    found = duty_check(office, NOW + MINUTE)
    assert found is not None
    assert found.level is Level.WARN
    duty.tell(office, failing("sang"), NOW, NOW + timedelta(seconds=151))
    assert len(shown(telegram)) == 1
    assert duty_check(office, NOW) is None


def test_what_the_ledger_was_asked_to_wait_for_holds_for_the_word_too(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    wake = real_now() + MINUTE
    ChannelState.objects.create(channel="telegram-tinh", at=NOW, wake_at=wake)
    with pytest.raises(NotTold, match="yêu cầu bot gửi chậm lại"):
        duty.tell(office, failing("sang"), NOW, NOW)
    assert shown(telegram) == []
    # A pause is about what readers read.
    ChannelState.objects.update(wake_at=None, paused=True)
    duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
    assert len(shown(telegram)) == 1


def test_a_word_in_doubt_is_said_again(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    telegram.faults.append(Fault("reset-after-accepting"))
    with pytest.raises(NotTold, match="không rõ"):
        duty.tell(office, failing("sang"), NOW, NOW)
    duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
    duty.tell(office, failing("sang"), NOW, NOW + 2 * MINUTE)
    assert len(shown(telegram)) == 2


def test_a_service_that_does_not_answer_is_asked_ever_more_seldom(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    assert office.duty is not None
    office.duty.limits = ()
    telegram.faults.append(Fault("500-before-accepting", times=1000))
    for minute in range(120):
        with pytest.raises(NotTold):
            duty.tell(office, failing("sang"), NOW, NOW + minute * MINUTE)
    assert telegram.faults.met["500-before-accepting"] < 15
    found = duty_check(office, NOW + timedelta(hours=2))
    assert found is not None
    assert found.level is Level.FAIL


def test_a_group_that_has_moved_is_followed_and_the_setting_named(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram, to=GROUP)
    telegram.faults.append(Fault("group-migrated"))
    new = -(10**12) - 5
    duty.tell(office, failing("sang"), NOW, NOW)
    duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
    assert len(shown(telegram, new)) == 1
    found = duty_check(office, NOW)
    assert found is not None
    assert found.level is Level.WARN
    assert f"sửa office.duty.chat.to thành {new}" in found.message
    # Another setting is another matter.
    mended = by_telegram(offices, tmp_path, telegram, to=str(new))
    assert duty_check(mended, NOW) is None


def test_the_limits_of_the_bot_hold_for_the_word(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    monkeypatch.setattr(ways, "PATIENCE", 0.0)
    soon = real_now().timestamp()
    Pace.objects.create(key="telegram:123456 77", slots=[soon + n for n in range(-60, 3)])
    with pytest.raises(NotTold, match="hết số tin"):
        duty.tell(office, failing("sang"), NOW, NOW)
    assert shown(telegram) == []
    Pace.objects.all().delete()
    # What the channel's own chat takes is no reason to keep the officer waiting.
    Pace.objects.create(key="telegram:123456 @phutho", slots=[soon + n for n in range(-60, 3)])
    duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
    assert len(shown(telegram)) == 1


def test_a_zalo_bot_tells_too(tmp_path: Path) -> None:
    with ZaloStandIn(bot_token="9:t", bot_chats=["truc"]) as zalo:
        channel = ZaloBotSettings(
            id="zalo-nhom", kind="zalo-bot", chat="nhom", token=SecretStr("9:t"), api=f"{zalo.url}/bot"
        )
        settings = Duty(chat=DutyChat(channel="zalo-nhom", to="truc"))
        office = opened(tmp_path, settings, channel)
        zalo.faults.append(Fault("forbidden"))
        with pytest.raises(NotTold, match="bot bị chặn"):
            duty.tell(office, failing("sang"), NOW, NOW)
        found = duty_check(office, NOW)
        assert found is not None
        assert "bằng Zalo (office.duty.chat)" in found.message
        duty.tell(office, failing("sang"), NOW, NOW + MINUTE)
        (said,) = [each["text"] for each in zalo.shown()]
        assert "- Lượt sang chưa diễn ra." in said
        assert office.duty is not None
        assert (office.duty.id, office.duty.account) == (DUTY, office.channels["zalo-nhom"].account)


class Fake:
    """A way that works or does not, as it is told."""

    def __init__(self, way: str) -> None:
        self.address = Address(way, way, f"office.duty.{way}", way)
        self.works = True
        self.begun: set[str] = set()
        self.over: set[str] = set()

    def say(self, said: ways.Word) -> str:
        if not self.works:
            raise NotTold("đóng")
        into: set[str] = set()
        for line in said.body.splitlines():
            if line == "Cần xem ngay:":
                into = self.begun
            elif line.startswith("Đã trở lại bình thường"):
                into = self.over
            elif line.startswith("- Lượt"):
                assert line not in into
                into.add(line.split()[2])
        return ""


LOOKS = st.lists(st.tuples(st.sets(st.sampled_from("abc")), st.booleans(), st.booleans()), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(LOOKS)
def test_each_way_hears_of_each_trouble_and_of_its_end_whatever_the_other_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, looks: list[tuple[set[str], bool, bool]]
) -> None:
    OfficeFact.objects.all().delete()
    schedule = Schedule(path=tmp_path / "schedule.yaml", office=OfficeSettings(name="Văn phòng"))
    office = Office(schedule, tmp_path, lambda: NOW, MappingProxyType({"telegram": Remote()}), {})
    both = Fake("mail"), Fake("chat")
    knows: list[set[str]] = [set(), set()]
    monkeypatch.setattr(duty, "ways", lambda _office: both)
    monkeypatch.setattr(
        "pipeline.watch.heard.addresses", lambda _schedule: tuple(way.address for way in both)
    )
    for number, (names, *works) in enumerate(looks):
        for way, open_ in zip(both, works, strict=True):
            way.works, way.begun, way.over = open_, set(), set()
        try:
            duty.tell(office, failing(*sorted(names)), NOW, NOW + number * LONGEST_WAIT)
        except NotTold:
            assert not all(works)
        for at, way in enumerate(both):
            if way.works:
                assert (way.begun, way.over) == (names - knows[at], knows[at] - names)
                knows[at] = names
            else:
                assert (way.begun, way.over) == (set(), set())


def test_an_event_is_told_once_and_never_over() -> None:
    event = Check("emergency", Level.OK, "Phát khẩn cấp", "12", told=True)
    first = duty.news((event,), {})
    assert first.begun == (event,)
    assert not duty.news((event,), first.told)
    gone = duty.news((), first.told)
    assert (gone.over, dict(gone.told)) == ((), {})
    assert duty.news((), {"run:a": Told("", "Lượt a")}).over == (Told("", "Lượt a"),)


def test_a_limit_that_is_lifted_needs_no_slot(
    telegram: TelegramStandIn, offices: list[Office], tmp_path: Path
) -> None:
    office = by_telegram(offices, tmp_path, telegram)
    assert office.duty is not None
    assert office.duty.limits == (Limit("channel", 30, 1.0), Limit("target", 1, 1.0))
    office.duty.limits = ()
    duty.tell(office, failing("sang"), NOW, NOW)
    assert not Pace.objects.exists()
    assert len(shown(telegram)) == 1


def test_two_words_of_one_look_keep_the_pace_of_a_conversation(offices: list[Office], tmp_path: Path) -> None:
    with TelegramStandIn(token=TOKEN, chats=[Chat(OFFICER, "private")]) as strict:
        office = by_telegram(offices, tmp_path, strict)
        (way,) = ways.ways(office)
        for text in ("một", "hai"):
            way.say(ways.Word(text, text, text, NOW))
        assert shown(strict) == ["một", "hai"]
