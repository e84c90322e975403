"""The Bot Platform's stand-in refuses what Zalo refuses, and shows what it was sent."""

from typing import Any

import pytest
import requests

from demo import zalo_bot
from demo.zalo import ZaloStandIn
from tests.demo.zalo.asking import Gallery, shown


def bot(zalo: ZaloStandIn, method: str, token: str = "9:t", **fields: Any) -> dict[str, Any]:
    answer = requests.post(f"{zalo.url}/bot{token}/{method}", json=fields, timeout=5)
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


BOT_REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "token": ("sendMessage", {"token": "9:x"}),
    "method": ("editMessageText", {}),
    "chat": ("sendMessage", {"chat_id": "la", "text": "x"}),
    "text": ("sendMessage", {"chat_id": "nhom", "text": "x" * 2001}),
    "parse-mode": ("sendMessage", {"chat_id": "nhom", "text": "x", "parse_mode": "HTML5"}),
    "caption": ("sendPhoto", {"chat_id": "nhom", "photo": "http://127.0.0.1/a.png", "caption": "x" * 2001}),
    "photo": ("sendPhoto", {"chat_id": "nhom", "photo": "http://127.0.0.1:1/a.png"}),
}


def test_every_refusal_of_the_bot_is_tried() -> None:
    assert BOT_REFUSED.keys() | {"body", "haste", "forbidden"} == zalo_bot.REFUSALS.keys()
    assert all(refusal.row.startswith("channels.md, ") for refusal in zalo_bot.REFUSALS.values())


@pytest.mark.parametrize("name", BOT_REFUSED)
def test_the_bot_refuses(zalo: ZaloStandIn, name: str) -> None:
    method, fields = BOT_REFUSED[name]
    refusal = zalo_bot.REFUSALS[name]
    assert bot(zalo, method, **fields) == {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.says,
    }
    assert shown(zalo) == []


def test_the_bot_takes_json_only(zalo: ZaloStandIn) -> None:
    answer = requests.post(f"{zalo.url}/bot9:t/sendMessage", data={"chat_id": "nhom", "text": "x"}, timeout=5)
    assert answer.json()["ok"] is False


def test_the_bot_sends(zalo: ZaloStandIn, gallery: Gallery) -> None:
    first = bot(zalo, "sendMessage", chat_id="nhom", text="đ" * 2000)["result"]
    second = bot(zalo, "sendPhoto", chat_id="nhom", photo=f"{gallery.url}/a.png", caption="Ảnh")["result"]
    assert [one["message_id"] for one in shown(zalo)] == [first["message_id"], second["message_id"]]
    assert first["date"] == 1_795_000_000_000
