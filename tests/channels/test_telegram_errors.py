"""Each row of the table of errors, on real sockets, and no token in anything that a person or a log sees."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from telegram.error import RetryAfter, TimedOut
from telegram.warnings import PTBDeprecationWarning

from channels.base import (
    CannotChange,
    DeliveryError,
    Limit,
    NeedsHuman,
    NotSent,
    Part,
    Receipt,
    Rejected,
    RetryLater,
    TargetMoved,
    Uncertain,
)
from channels.telegram import TelegramChannel
from channels.telegram.channel import OVERALL, PER_CHAT, PER_GROUP
from channels.telegram.client import CONNECT, DEADLINE, POOL, READ, WRITE, Client
from channels.telegram.errors import translate
from tests.channels.wire import SOON, Act, closed_port, cut, drip, page, raw, reset, say, silence, wire

TOKEN = "123456:rat-bi-mat"
CONTENT = {
    "method": "sendMessage",
    "text": "<b>Tin</b>",
    "parse_mode": "HTML",
    "preview": None,
    "silent": False,
}
PART = Part(1, 1, CONTENT)


class Nothing:
    value = None

    def save(self, value: object) -> None:
        raise AssertionError(value)


def sent(channel: TelegramChannel, target: str = "@phutho") -> Receipt:
    try:
        return channel.send(PART, target=target, key="k", checkpoint=Nothing())
    finally:
        channel.close()


def channel(url: str, **more: Any) -> TelegramChannel:
    return TelegramChannel(id="t", chat="@phutho", token=TOKEN, api=f"{url}/bot", **more)


def accepted(chat: dict[str, Any]) -> Act:
    return say({"ok": True, "result": {"message_id": 42, "date": 1795400000, "chat": chat, "text": "Tin"}})


def refused(status: int, description: str, **parameters: int) -> Act:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return say(answer | ({"parameters": parameters} if parameters else {}), status)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Real time-outs, made short; and at the end not a trace of the token in any log."""
    monkeypatch.setattr("channels.telegram.client.READ", 0.5)
    kept: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(self.format(record))

    root, handler = logging.getLogger(), Keeper()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    root.removeHandler(handler)
    assert not [line for line in kept if TOKEN in line]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (silence, Uncertain),
        (reset, Uncertain),
        (cut, Uncertain),
        (page(500), Uncertain),
        (refused(500, "Internal Server Error"), Uncertain),
        (refused(502, "Bad Gateway"), Uncertain),
        (page(200), Uncertain),
        (page(401), Uncertain),
        (page(403), Uncertain),
        (page(404), Uncertain),
        (say({"ok": True}), Uncertain),
        (say({"ok": True, "result": True}), Uncertain),
        (say([]), Uncertain),
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), RetryLater),
        (refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001), TargetMoved),
        (refused(403, "Forbidden: bot was kicked from the channel chat"), NeedsHuman),
        (refused(401, "Unauthorized"), NeedsHuman),
        (refused(404, "Not Found"), NeedsHuman),
        (refused(400, "Bad Request: chat not found"), NeedsHuman),
        (refused(400, "Bad Request: message is too long"), Rejected),
        (refused(400, f"Bad Request: odd {TOKEN}"), Rejected),
    ],
)
def test_what_the_wire_says(act: Act, error: type[DeliveryError]) -> None:
    with wire(act) as server, pytest.raises(DeliveryError) as raised:
        sent(channel(server.url))
    assert type(raised.value) is error
    assert TOKEN not in str(raised.value)
    assert raised.value.__cause__ is None
    assert len(server.requests) == 1
    if error in (NeedsHuman, Rejected):
        # What is wrong and what to do, then the service's own words.
        assert re.fullmatch(r"Telegram .+: .+\. Telegram trả lời: “.+”\.", str(raised.value))


@pytest.mark.parametrize(
    "said",
    [
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
        "Bad Request: there is no text in the message to edit",
        "Bad Request: message can't be deleted",
        "Bad Request: message can't be deleted for everyone",
        "Bad Request: MESSAGE_ID_INVALID",
        "Bad Request: MESSAGE_DELETE_FORBIDDEN",
    ],
)
def test_what_stands_there_and_cannot_be_changed(said: str) -> None:
    with wire(refused(400, said)) as server:
        client = Client(TOKEN, f"{server.url}/bot", None)
        with pytest.raises(CannotChange):
            client.edit_message_text(-1, 42, "a", preview=None)
        with pytest.raises(CannotChange):
            client.delete_message(-1, 42)
        client.close()


def test_what_is_as_asked_already_is_no_error() -> None:
    same = "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    gone = "Bad Request: message to delete not found"
    with wire(refused(400, same), refused(400, gone)) as server:
        client = Client(TOKEN, f"{server.url}/bot", None)
        assert client.edit_message_text(-1, 42, "a", preview=None) is None
        client.delete_message(-1, 42)
        client.close()


@pytest.mark.parametrize("answer", [say({"ok": True, "result": {"x": 1}}), page(200), reset])
def test_a_strange_answer_to_a_change_is_doubt(answer: Act) -> None:
    with wire(answer) as server:
        client = Client(TOKEN, f"{server.url}/bot", None)
        with pytest.raises(Uncertain):
            client.delete_message(-1, 42)
        client.close()


def test_how_long_how_far_and_where_to() -> None:
    with wire(refused(429, "slow", retry_after=7)) as server, pytest.raises(RetryLater) as later:
        sent(channel(server.url))
    assert (later.value.seconds, later.value.scope) == (7.0, "target")
    with wire(refused(400, "moved", migrate_to_chat_id=-1001)) as server, pytest.raises(TargetMoved) as moved:
        sent(channel(server.url))
    assert moved.value.target == "-1001"
    for status, scope in ((403, "target"), (401, "channel")):
        with wire(refused(status, "no")) as server, pytest.raises(NeedsHuman) as human:
            sent(channel(server.url))
        assert human.value.scope == scope


def test_a_wait_in_whole_seconds_is_understood_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "false")
    with pytest.warns(PTBDeprecationWarning):
        error = translate(RetryAfter(9), TOKEN)
    assert isinstance(error, RetryLater)
    assert error.seconds == 9.0


def test_what_certainly_never_left() -> None:
    with pytest.raises(NotSent):
        sent(channel(closed_port()))
    with pytest.raises(NotSent):
        sent(channel("https://api.telegram.org", proxy=closed_port()))
    with wire(raw(b"", 403)) as proxy, pytest.raises(NotSent):
        sent(channel("https://api.telegram.org", proxy=proxy.url))


def test_waiting_for_a_connection_is_not_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.telegram.client.CONNECTIONS", 1)
    monkeypatch.setattr("channels.telegram.client.POOL", 0.1)
    with wire(silence) as server, ThreadPoolExecutor(1) as threads:
        one = channel(server.url)
        busy = threads.submit(one.send, PART, target="@phutho", key="a", checkpoint=Nothing())
        while not server.requests:
            time.sleep(0.01)
        with pytest.raises(NotSent):
            one.send(PART, target="@phutho", key="b", checkpoint=Nothing())
        assert isinstance(busy.exception(), Uncertain)
        one.close()


def test_an_answer_that_never_ends_is_doubt_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.telegram.client.DEADLINE", 0.6)
    with wire(drip) as server:
        client = Client(TOKEN, f"{server.url}/bot", None)
        start = time.monotonic()
        with pytest.raises(Uncertain):
            client.send_message("@phutho", "a", preview=None, silent=False)
        assert time.monotonic() - start < SOON
        client.close()


def test_a_closed_channel_sends_nothing_and_what_was_under_way_is_in_doubt() -> None:
    with wire(silence) as server, ThreadPoolExecutor(1) as threads:
        one = channel(server.url)
        busy = threads.submit(one.send, PART, target="@phutho", key="a", checkpoint=Nothing())
        while not server.requests:
            time.sleep(0.01)
        one.close()
        assert isinstance(busy.exception(), Uncertain)
        with pytest.raises(NotSent):
            sent(one)
    assert "channels.telegram" not in [thread.name for thread in threading.enumerate()]


def test_a_wrong_proxy_is_for_a_person() -> None:
    with pytest.raises(NeedsHuman):
        sent(channel("http://127.0.0.1:1", proxy="ftp://127.0.0.1:1"))


def test_a_connection_that_is_not_made_in_time_sent_nothing() -> None:
    error = TimedOut()
    error.__cause__ = httpx.ConnectTimeout("")
    assert isinstance(translate(error, TOKEN), NotSent)


@pytest.mark.parametrize(
    ("chat", "url"),
    [
        ({"id": -1001234567890, "type": "channel", "username": "phutho"}, "https://t.me/phutho/42"),
        ({"id": -1001234567890, "type": "supergroup"}, "https://t.me/c/1234567890/42"),
        ({"id": -55, "type": "group"}, None),
        ({"id": 55, "type": "private"}, None),
    ],
)
def test_the_receipt_says_where_it_stands(chat: dict[str, Any], url: str | None) -> None:
    with wire(accepted(chat)) as server:
        receipt = sent(channel(server.url))
    assert receipt == Receipt(
        "42", url, {"chat_id": chat["id"], "message_ids": [42], "date": "2026-11-23T02:13:20+00:00"}
    )
    (request,) = server.requests
    assert request.path == f"/bot{TOKEN}/sendMessage"


def test_limits_follow_the_kind_of_chat() -> None:
    def limits(chat: str, **more: Any) -> tuple[Limit, ...]:
        return TelegramChannel(id="t", chat=chat, token=TOKEN, **more).limits

    assert limits("@phutho") == limits("-100123") == (OVERALL, PER_CHAT, PER_GROUP)
    assert limits("123") == (OVERALL, PER_CHAT)
    assert limits("@phutho", limits=()) == ()


def test_the_deadline_outlives_the_waits_and_stays_under_a_minute() -> None:
    assert CONNECT + POOL + WRITE + 20.0 <= DEADLINE < 60
    assert READ <= 20.0
