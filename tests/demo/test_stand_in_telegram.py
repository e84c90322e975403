"""The Telegram stand-in refuses what the Bot API refuses, and its truth is what readers see."""

import asyncio
import copy
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from telegram import Bot, InputMediaPhoto, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from demo.telegram_rules import MOST_PHOTO, REFUSALS, SLACK, Chat, Rates

TOKEN = "42:secret"
CHATS = [
    Chat("@phutho"),
    Chat("-5", "group"),
    Chat("-6", "channel", kicked=True),
    Chat("-7", "group", migrated_to=-1007),
]


class Clock:
    """Seconds since 1970, as the test sets them."""

    now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


def picture(width: int = 40, height: int = 30) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telegram(clock: Clock) -> Iterator[TelegramStandIn]:
    with TelegramStandIn(token=TOKEN, chats=CHATS, limits=False, now=clock) as server:
        yield server


def call(server: TelegramStandIn, method: str, files: Any = None, **fields: Any) -> dict[str, Any]:
    given = {k: json.dumps(v) if isinstance(v, (list, dict)) else v for k, v in fields.items()}
    answer = requests.post(f"{server.url}/bot{TOKEN}/{method}", data=given, files=files, timeout=5)
    body: dict[str, Any] = answer.json()
    assert answer.status_code == body.get("error_code", 200)
    return body


def truth(server: TelegramStandIn) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{server.url}/_truth", timeout=5).json()
    return found


PHOTO_GROUP = [{"type": "photo", "media": "attach://a"}, {"type": "photo", "media": "attach://b"}]
# By the name of the refusal: the method and its fields (and files).
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "method": ("sendPigeon", {}),
    "no-chat": ("sendMessage", {"text": "x"}),
    "chat": ("sendMessage", {"chat_id": "@khac", "text": "x"}),
    "kicked": ("sendMessage", {"chat_id": "-6", "text": "x"}),
    "migrated": ("sendMessage", {"chat_id": "-7", "text": "x"}),
    "empty": ("sendMessage", {"chat_id": "@phutho", "text": " \n <b> </b>", "parse_mode": "HTML"}),
    "long": ("sendMessage", {"chat_id": "@phutho", "text": "📢" * 2049}),
    "long-caption": ("sendPhoto", {"chat_id": "@phutho", "caption": "x" * 1025}),
    "raw": ("sendMessage", {"chat_id": "@phutho", "text": "x" * (32 * 1024 + 1)}),
    "entities": ("sendMessage", {"chat_id": "@phutho", "text": "<b>x</b> " * 101, "parse_mode": "HTML"}),
    "markup": ("sendMessage", {"chat_id": "@phutho", "text": "<p>x</p>", "parse_mode": "HTML"}),
    "parse-mode": ("sendMessage", {"chat_id": "@phutho", "text": "x", "parse_mode": "BBCode"}),
    "preview": ("sendMessage", {"chat_id": "@phutho", "text": "x", "link_preview_options": "yes"}),
    "no-photo": ("sendPhoto", {"chat_id": "@phutho"}),
    "photo": ("sendPhoto", {"chat_id": "@phutho", "files": {"photo": b"none"}}),
    "big-photo": ("sendPhoto", {"chat_id": "@phutho", "files": {"photo": bytes(MOST_PHOTO + 1)}}),
    "photo-url": ("sendPhoto", {"chat_id": "@phutho", "photo": "http://127.0.0.1:1/a.png"}),
    "album": ("sendMediaGroup", {"chat_id": "@phutho", "media": PHOTO_GROUP[:1]}),
    "album-item": ("sendMediaGroup", {"chat_id": "@phutho", "media": [{"type": "video"}] * 2}),
    "no-edit": ("editMessageText", {"chat_id": "@phutho", "message_id": 99, "text": "x"}),
    "no-delete": ("deleteMessage", {"chat_id": "@phutho", "message_id": 99}),
    "ids": ("deleteMessages", {"chat_id": "@phutho", "message_ids": list(range(101))}),
    "ids that are none": ("deleteMessages", {"chat_id": "@phutho", "message_ids": [[1]]}),
}
# Those that need more than one request have tests of their own below.
TOLD_APART = {"token", "body", "haste", "edit-photo", "edit-text", "edit-frozen", "unmodified", "old"}


def refusal(name: str) -> str:
    return name.partition(" ")[0]


def test_every_refusal_is_tried_and_cites_its_row() -> None:
    assert {refusal(name) for name in REFUSED} | TOLD_APART == REFUSALS.keys()
    assert all(refusal.row.startswith("channels.md, ") for refusal in REFUSALS.values())


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(telegram: TelegramStandIn, name: str) -> None:
    method, fields = REFUSED[name]
    answer = call(telegram, method, **fields)
    expected = REFUSALS[refusal(name)]
    assert answer["ok"] is False
    assert answer["error_code"] == expected.code
    assert answer["description"].startswith(expected.says.partition("{")[0])
    refusals = {str(expected.code): 1}
    assert truth(telegram) == {"accepted": [], "shown": [], "refusals": refusals, "faults": {}}


def test_refuses_another_token(telegram: TelegramStandIn) -> None:
    answer = requests.post(f"{telegram.url}/bot42:wrong/getMe", timeout=5)
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


def test_refuses_a_body_that_it_cannot_read(telegram: TelegramStandIn) -> None:
    answer = requests.post(
        f"{telegram.url}/bot{TOKEN}/sendMessage",
        data=b"{",
        headers={"Content-Type": "application/json"},
        timeout=5,
    )
    assert answer.status_code == 400


def test_a_migrated_group_names_its_new_id(telegram: TelegramStandIn) -> None:
    answer = call(telegram, "sendMessage", chat_id="-7", text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": -1007}


def test_exactly_the_limits_pass(telegram: TelegramStandIn) -> None:
    assert call(telegram, "sendMessage", chat_id="@phutho", text="📢" * 2048)["ok"]
    bold = "<b>x</b> " * 100
    assert call(telegram, "sendMessage", chat_id="@phutho", text=bold, parse_mode="HTML")["ok"]
    assert call(telegram, "sendPhoto", {"photo": picture()}, chat_id="@phutho", caption="x" * 1024)["ok"]


@pytest.mark.parametrize("way", ["data", "json", "files", "params"])
def test_takes_parameters_in_all_four_ways(telegram: TelegramStandIn, way: str) -> None:
    fields: Any = {"chat_id": "@PhuTho", "text": "<b>Tin</b> mới", "parse_mode": "HTML"}
    if way == "files":
        fields = {name: (None, value) for name, value in fields.items()}
    url = f"{telegram.url}/bot{TOKEN}/SendMessage"
    message = requests.post(url, timeout=5, **{way: fields}).json()["result"]
    assert message["text"] == "Tin mới"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert message["chat"]["username"] == "phutho"
    assert truth(telegram)["shown"] == [message | {"html": "<b>Tin</b> mới"}]


def test_keeps_and_serves_a_photo_as_it_came(telegram: TelegramStandIn) -> None:
    sent = call(telegram, "sendPhoto", {"photo": picture()}, chat_id="@phutho", caption="Ảnh")["result"]
    assert (sent["photo"][0]["width"], sent["caption"]) == (40, "Ảnh")
    [shown] = truth(telegram)["shown"]
    assert requests.get(telegram.url + shown["picture"], timeout=5).content == picture()
    again = call(telegram, "sendPhoto", chat_id="@phutho", photo=telegram.url + shown["picture"])["result"]
    assert again["photo"] == sent["photo"]


def test_an_album_answers_with_one_message_a_picture(telegram: TelegramStandIn) -> None:
    files = {"a": picture(), "b": picture(50)}
    sent = call(telegram, "sendMediaGroup", files, chat_id="@phutho", media=PHOTO_GROUP)["result"]
    assert [message["photo"][0]["width"] for message in sent] == [40, 50]
    assert len({message["media_group_id"] for message in sent}) == 1
    assert len(truth(telegram)["accepted"]) == 1


def test_an_edit_changes_what_readers_see(telegram: TelegramStandIn) -> None:
    sent = call(telegram, "sendMessage", chat_id="@phutho", text="cũ")["result"]
    edit = {"chat_id": "@phutho", "message_id": sent["message_id"]}
    assert call(telegram, "editMessageText", **edit, text="mới")["result"]["text"] == "mới"
    assert "message is not modified" in call(telegram, "editMessageText", **edit, text="mới")["description"]
    telegram.frozen.add((sent["chat"]["id"], sent["message_id"]))
    assert "can't be edited" in call(telegram, "editMessageText", **edit, text="mới nữa")["description"]
    assert [message["text"] for message in truth(telegram)["shown"]] == ["mới"]


def test_a_photo_keeps_its_place_under_another_caption(telegram: TelegramStandIn) -> None:
    sent = call(telegram, "sendPhoto", {"photo": picture()}, chat_id="@phutho", caption="cũ")["result"]
    after = call(telegram, "sendMessage", chat_id="@phutho", text="sau")["result"]
    edit = {"chat_id": "@phutho", "message_id": sent["message_id"], "caption": "<b>mới</b>"}
    edited = call(telegram, "editMessageCaption", **edit, parse_mode="HTML")["result"]
    assert (edited["caption"], edited["photo"]) == ("mới", sent["photo"])
    again = call(telegram, "editMessageCaption", **edit, parse_mode="HTML")
    assert again["description"] == REFUSALS["unmodified"].says
    to_text = call(telegram, "editMessageCaption", **edit | {"message_id": after["message_id"]})
    assert to_text["description"] == REFUSALS["edit-text"].says
    first, second = truth(telegram)["shown"]
    assert (first["caption"], first["html"], second["text"]) == ("mới", "<b>mới</b>", "sau")
    assert requests.get(telegram.url + first["picture"], timeout=5).content == picture()


def test_every_act_is_kept_and_no_refusal_among_them(telegram: TelegramStandIn, clock: Clock) -> None:
    one, two = (call(telegram, "sendMessage", chat_id="-5", text=t)["result"]["message_id"] for t in "ab")
    call(telegram, "editMessageText", chat_id="-5", message_id=one, text="c")
    call(telegram, "deleteMessage", chat_id="-5", message_id=two)
    for _ in range(2):
        call(telegram, "deleteMessage", chat_id="-5", message_id=two)
    call(telegram, "sendMessage", chat_id="-6", text="x")
    known = truth(telegram)
    assert [(act["act"], act["at"]) for act in known["accepted"]] == [
        (act, clock.now) for act in ("sendMessage", "sendMessage", "editMessageText", "deleteMessage")
    ]
    assert known["accepted"][2]["messages"][0]["text"] == "c"
    assert (known["accepted"][3]["chat_id"], known["accepted"][3]["deleted"]) == (-5, [two])
    assert [(message["message_id"], message["text"]) for message in known["shown"]] == [(one, "c")]
    assert known["refusals"] == {"400": 2, "403": 1}


def test_a_photo_has_no_text_to_edit(telegram: TelegramStandIn) -> None:
    sent = call(telegram, "sendPhoto", {"photo": picture()}, chat_id="@phutho")["result"]
    answer = call(telegram, "editMessageText", chat_id="@phutho", message_id=sent["message_id"], text="x")
    assert "no text in the message" in answer["description"]


def test_deletes_for_48_hours(telegram: TelegramStandIn, clock: Clock) -> None:
    first, second, third = (
        call(telegram, "sendMessage", chat_id="@phutho", text=text)["result"]["message_id"] for text in "abc"
    )
    clock.now += 48 * 3600
    assert call(telegram, "deleteMessage", chat_id="@phutho", message_id=first)["ok"]
    assert call(telegram, "deleteMessages", chat_id="@phutho", message_ids=[first, second])["ok"]
    clock.now += 2
    late = call(telegram, "deleteMessage", chat_id="@phutho", message_id=third)
    assert late["description"] == REFUSALS["old"].says
    assert [message["text"] for message in truth(telegram)["shown"]] == ["c"]


def test_rates(clock: Clock) -> None:
    chats = [Chat("-5", "group"), *(Chat(str(-100 - n)) for n in range(40))]
    with TelegramStandIn(token=TOKEN, chats=chats, now=clock) as server:
        assert call(server, "sendMessage", chat_id="-101", text="x")["ok"]
        hasty = call(server, "sendMessage", chat_id="-101", text="x")
        assert (hasty["error_code"], hasty["parameters"]) == (429, {"retry_after": 1})
        taken = [call(server, "sendMessage", chat_id=str(-102 - n), text="x")["ok"] for n in range(31)]
        assert taken.count(True) == 29
        for _ in range(20):
            clock.now += 1
            assert call(server, "sendMessage", chat_id="-5", text="x")["ok"]
        clock.now += 1
        assert call(server, "sendMessage", chat_id="-5", text="x")["parameters"] == {"retry_after": 40}
        clock.now += 40
        assert call(server, "sendMessage", chat_id="-5", text="x")["ok"]
        assert truth(server)["refusals"] == {"429": 4}


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 40), st.integers(1, 10)), max_size=120))
def test_what_the_rates_let_through_is_within_them(asked: list[tuple[float, int, int]]) -> None:
    rates, now = Rates(), 0.0
    sent: list[tuple[float, int]] = []
    for gap, number, messages in asked:
        now += gap / 10
        wait = rates.wait(Chat(str(-1 - number), "group"), messages, now)
        assert wait >= 0
        if wait == 0:
            for chat, most, within in ((None, 30, 1.0), (number, 1, 1.0), (number, 20, 60.0)):
                recent = [at for at, one in sent if chat in (None, one) and at > now - within + SLACK + 1e-9]
                assert len(recent) < most
            sent += [(now, number)] * messages
        else:
            later = copy.deepcopy(rates)
            assert later.wait(Chat(str(-1 - number), "group"), messages, now + wait) == 0


@pytest.mark.parametrize(
    ("chats", "type", "seconds", "taken"),
    [(1, "channel", 120, 120), (1, "group", 120, 40), (40, "channel", 12, 360)],
)
def test_being_early_adds_up_to_nothing(chats: int, type: str, seconds: int, taken: int) -> None:
    rates, known = Rates(), [Chat(str(-1 - number), type) for number in range(chats)]
    asked = [rates.wait(chat, 1, tick / 100) for tick in range(0, seconds * 100 - 6, 2) for chat in known]
    assert asked.count(0) == taken


def test_the_truth_outlives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "telegram.jsonl"
    migration = Fault("group-migrated")
    with TelegramStandIn(token=TOKEN, chats=CHATS, truth=file, plan=[migration]) as server:
        call(server, "sendMessage", chat_id="-5", text="x")
        sent = call(server, "sendPhoto", {"photo": picture()}, chat_id="@phutho")["result"]
        shown = truth(server)["shown"]
    with file.open("a") as torn:
        torn.write('{"act": "sendMess')
    with TelegramStandIn(token=TOKEN, chats=CHATS, truth=file, limits=False) as server:
        assert call(server, "sendMessage", chat_id="-5", text="x")["parameters"] == {
            "migrate_to_chat_id": -1_000_000_000_005
        }
        assert truth(server)["shown"] == shown
        assert requests.get(server.url + shown[0]["picture"], timeout=5).content == picture()
        after = call(server, "sendMessage", chat_id="@phutho", text="sau")["result"]
        assert after["message_id"] == sent["message_id"] + 1
    acts = [json.loads(line)["act"] for line in file.read_text().splitlines()]
    assert acts == ["migrate", "sendPhoto", "sendMessage"]


def test_python_telegram_bot_understands_it(
    telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it, PTB 22 warns at each RetryAfter

    async def talk() -> None:
        async with Bot(TOKEN, base_url=f"{telegram.url}/bot") as bot:
            assert (await bot.get_chat("@phutho")).type == "channel"
            sent = await bot.send_message(
                "@phutho", "<b>Tin</b>", parse_mode="HTML", link_preview_options=LinkPreviewOptions(True)
            )
            assert sent.text_html == "<b>Tin</b>"
            photo = await bot.send_photo("@phutho", picture(), caption="Ảnh")
            assert photo.photo[-1].width == 40
            album = await bot.send_media_group(
                "@phutho", [InputMediaPhoto(picture()), InputMediaPhoto(picture(50))]
            )
            assert [one.photo[-1].width for one in album] == [40, 50]
            await bot.edit_message_text("Đã sửa", "@phutho", sent.message_id)
            await bot.delete_messages("@phutho", [one.message_id for one in album])
            with pytest.raises(BadRequest, match="Can't parse entities"):
                await bot.send_message("@phutho", "<p>", parse_mode="HTML")
            with pytest.raises(Forbidden):
                await bot.send_message("-6", "x")
            with pytest.raises(ChatMigrated):
                await bot.send_message("-7", "x")
            telegram.faults.append(Fault("too-many", seconds=3))
            with pytest.raises(RetryAfter):
                await bot.send_message("@phutho", "x")

    asyncio.run(talk())
    assert [one.get("text") or one["caption"] for one in truth(telegram)["shown"]] == ["Đã sửa", "Ảnh"]
