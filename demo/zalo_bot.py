"""The Zalo Bot Platform's part of the stand-in: plain messages and photos to chats that wrote first.

channels.md, Zalo Bot Platform: no edit, no delete, no album; a static token; the answer's `ok` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from demo.pictures import NoPicture, fetch, is_encoded
from demo.server import Reply, Request
from demo.zalo_rules import length

MOST_TEXT = MOST_CAPTION = 2000  # characters, counted in UTF-16 units as the platform's text styles are
MOST_PHOTO = 5 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class Refusal:
    """An error in the answer's `error_code` and `description`, and the row of the facts that says so."""

    code: int
    says: str
    row: str


REFUSALS = {
    "token": Refusal(401, "Unauthorized", "channels.md, Zalo Bot: static token"),
    "method": Refusal(404, "Not Found", "channels.md, Zalo Bot: no edit, no delete, no album"),
    "body": Refusal(400, "Bad Request: a JSON object is expected", "channels.md, Zalo Bot: POST with JSON"),
    "chat": Refusal(
        400, "Bad Request: chat not found", "channels.md, Zalo Bot: users and groups must write first"
    ),
    "forbidden": Refusal(
        403, "Forbidden: bot was removed from the chat", "channels.md, Zalo Bot: groups must write first"
    ),
    "text": Refusal(
        400, "Bad Request: text must have 1-2000 characters", "channels.md, Zalo Bot: text 1–2000"
    ),
    "parse-mode": Refusal(400, "Bad Request: invalid parse_mode", "channels.md, Zalo Bot: markdown or html"),
    "caption": Refusal(400, "Bad Request: caption is too long", "channels.md, Zalo Bot: caption ≤2000"),
    "photo": Refusal(400, "Bad Request: photo is not a usable URL", "channels.md, Zalo Bot: photo (URL)"),
    "haste": Refusal(429, "Too Many Requests", "channels.md, Zalo Bot: 429 carries no retry_after"),
}


class Refused(Exception):
    """A request is refused, for the reason of that name in REFUSALS."""

    def __init__(self, name: str) -> None:
        self.refusal = REFUSALS[name]
        super().__init__(self.refusal.says)


class Bot:
    """One bot with a token and the chats that have written to it; `send` keeps a message and gives its id."""

    def __init__(
        self, token: str, chats: Iterable[str], send: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> None:
        self._prefix = f"/bot{token}/"
        self._chats = frozenset(chats)
        self._send = send

    def result(self, request: Request) -> dict[str, Any]:
        """What a request under /bot…/ gives; raises Refused."""
        if not request.path.startswith(self._prefix):
            raise Refused("token")
        method = request.path.removeprefix(self._prefix)
        if method == "getMe":
            return {"id": "1", "account_name": "bot.loa", "account_type": "BASIC", "can_join_groups": True}
        if method not in ("sendMessage", "sendPhoto"):
            raise Refused("method")
        given = _body(request)
        if given.get("chat_id") not in self._chats:
            raise Refused("chat")
        content = _text(given) if method == "sendMessage" else _photo(given)
        return self._send({"act": method, "chat_id": given["chat_id"], **content})


def _body(request: Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Refused("body")
    try:
        return request.json()
    except ValueError as why:
        raise Refused("body") from why


def _text(given: dict[str, Any]) -> dict[str, Any]:
    text = given.get("text")
    if not isinstance(text, str) or not text.strip() or length(text) > MOST_TEXT:
        raise Refused("text")
    if given.get("parse_mode", "html") not in ("markdown", "html"):
        raise Refused("parse-mode")
    return {key: given[key] for key in ("text", "parse_mode") if key in given}


def _photo(given: dict[str, Any]) -> dict[str, Any]:
    photo, caption = given.get("photo"), given.get("caption", "")
    if not isinstance(photo, str) or not is_encoded(photo):
        raise Refused("photo")
    if not isinstance(caption, str) or length(caption) > MOST_CAPTION:
        raise Refused("caption")
    try:
        fetch(photo, MOST_PHOTO)
    except NoPicture as why:
        raise Refused("photo") from why
    return {"photo": photo, "caption": caption}


def refuse(refused: Refused) -> Reply:
    """The platform's answer to a refused request: HTTP 200 with `ok` false (channels.md: "Check `ok`")."""
    refusal = refused.refusal
    answer = {"ok": False, "error_code": refusal.code, "description": refusal.says}
    return Reply.json(answer, 429 if refusal.code == 429 else 200)
