"""What Zalo's open API refuses: its error codes and limits, each with the row of the facts behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.pictures import is_encoded

TITLE_BELOW, DESCRIPTION_BELOW = 150, 300  # UTF-16 units: a text of exactly this length is refused
MOST_AUTHOR = 50
PICTURE_BELOW = 1_000_000  # bytes
ACCESS_LASTS = 90_000  # seconds: 25 h
REFRESH_LASTS = 90 * 86_400  # seconds: 3 months
MOST_SLICE = 10


@dataclass(frozen=True)
class Refusal:
    """An error code in Zalo's answer, which is always HTTP 200, and the row of the facts that says so."""

    code: int
    says: str
    row: str


_PAYLOAD = "channels.md, Zalo codes: -201, -210, -233, -248 the payload is wrong"
_ACCESS = "channels.md, Zalo codes: -216, -220 refresh the token"
_AUTH = "channels.md, Zalo OA, Auth"
_FIELD = "channels.md, Zalo OA, Article, Field: "
REFUSALS = {
    "access-token": Refusal(-216, "Access token is invalid", _ACCESS),
    "access-expired": Refusal(-220, "Access token has expired", _ACCESS),
    "haste": Refusal(-32, "Your application reached limit call api", "channels.md, Zalo codes: -32 rate"),
    "forbidden": Refusal(
        -212, "OA has not registered this api", "channels.md, Zalo codes: -212 a human must act (rights)"
    ),
    "body": Refusal(-201, "Params is invalid: {why}", _PAYLOAD),
    "type": Refusal(-201, "type is invalid", _PAYLOAD),
    "title": Refusal(-201, "title allow 1 to 150 characters", _FIELD + "a title of exactly 150 is refused"),
    "author": Refusal(-201, "author allow 1 to 50 characters", _PAYLOAD),
    "description": Refusal(
        -201, "description allow 1 to 300 characters", _FIELD + "a description of exactly 300 is refused"
    ),
    "cover": Refusal(-201, "cover is invalid", _FIELD + "a cover is mandatory"),
    "cover-status": Refusal(-201, "cover status is invalid", _FIELD + "and so is cover.status"),
    "photo-url": Refusal(-201, "photo_url {url} is invalid", _FIELD + "photo_url must be percent-encoded"),
    "blocks": Refusal(-201, "body is invalid: {why}", "channels.md, Zalo OA, Article: body blocks"),
    "status": Refusal(-201, "status is invalid", _FIELD + "status"),
    "article-token": Refusal(-201, "token is invalid", _PAYLOAD),
    "article-id": Refusal(-201, "id is invalid", _PAYLOAD),
    "processing": Refusal(-214, "Media is being processed", "channels.md, Zalo codes: -214 still processing"),
    # The code is not in the facts' table; integrators who log it report -200 "Upload media failed".
    "picture": Refusal(-200, "Upload media failed: {why}", _FIELD + "images near 1 MB fail only at verify"),
    "window": Refusal(
        -234, "Broadcast is only allowed from 6:00 to 22:00", "channels.md, Zalo OA: broadcast 06:00–21:59"
    ),
    # The facts name a quota and group -211 with what waits for another time.
    "quota": Refusal(-211, "Out of quota", "channels.md, Zalo OA: broadcast, a quota of 1–4 a month"),
    "target": Refusal(-201, "target is invalid", "channels.md, Zalo OA: recipient.target"),
    "elements": Refusal(-201, "elements is invalid: {why}", "channels.md, Zalo OA: broadcast of ≤5 articles"),
    "slice": Refusal(
        -201, "maximum limit is 10", "channels.md, Zalo OA, Article: getslice, limit > 10 → -201"
    ),
    "upload-size": Refusal(-210, "file size exceeds 1 MB", "channels.md, Zalo OA: upload/image ≤1 MB"),
    "upload-type": Refusal(-201, "file is invalid: {why}", "channels.md, Zalo OA: upload/image jpg/png"),
    # OAuth's own codes, as integrators log them; the facts say what is refused, not with which code.
    "app-id": Refusal(-14002, "Invalid appId", _AUTH),
    "oauth-body": Refusal(-14003, "Invalid parameter", _AUTH + ": form body"),
    "secret": Refusal(-14004, "Invalid secret key", _AUTH + ": header secret_key"),
    "code": Refusal(-14005, "Invalid authorization code", _AUTH + ": code, code_verifier"),
    "refresh-token": Refusal(
        -14014, "Invalid refresh token", _AUTH + ": the refresh token is single-use, 3 months"
    ),
    "grant-type": Refusal(-14018, "Invalid grant type", _AUTH + ": grant_type"),
}


class Refused(Exception):
    """A request is refused, for the reason of that name in REFUSALS."""

    def __init__(self, name: str, **values: object) -> None:
        self.name = name
        self.refusal = REFUSALS[name]
        self.says = self.refusal.says.format(**values)
        super().__init__(self.says)


def length(text: str) -> int:
    """The length of a text in UTF-16 units: the facts name no unit, so the stricter one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def article(given: dict[str, Any]) -> dict[str, Any]:
    """The article in the body of create or update, with Zalo's defaults filled in; raises Refused."""
    need(given.get("type") == "normal", "type")
    need(_text(given.get("title"), TITLE_BELOW - 1), "title")
    need(_text(given.get("author"), MOST_AUTHOR), "author")
    need(_text(given.get("description"), DESCRIPTION_BELOW - 1), "description")
    cover = given.get("cover")
    if not isinstance(cover, dict) or cover.get("cover_type") != "photo":
        raise Refused("cover")
    need(cover.get("status") in ("show", "hide"), "cover-status")
    need(_address(cover.get("photo_url")), "photo-url", url=cover.get("photo_url"))
    body = given.get("body")
    if not isinstance(body, list) or not body:
        raise Refused("blocks", why="it is empty")
    for block in body:
        need(isinstance(block, dict) and block.get("type") in _BLOCKS, "blocks", why=f"unknown block {block}")
        need(_BLOCKS[block["type"]](block), "blocks", why=f"unusable {block['type']} block")
    need(given.get("status", "hide") in ("show", "hide"), "status")
    need(given.get("comment", "show") in ("show", "hide"), "status")
    keys = ("type", "title", "author", "cover", "description", "body")
    # "status defaults to hide" (channels.md, Zalo OA, Article, Field)
    chosen = {"status": given.get("status", "hide"), "comment": given.get("comment", "show")}
    return {key: given[key] for key in keys} | chosen


def need(met: object, refusal: str, **values: object) -> None:
    """Raise the refusal of that name unless its condition is met."""
    if not met:
        raise Refused(refusal, **values)


def _text(value: object, most: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and length(value) <= most


def _address(value: object) -> bool:
    return isinstance(value, str) and is_encoded(value)


_BLOCKS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "text": lambda block: isinstance(block.get("content"), str) and bool(block["content"].strip()),
    "image": lambda block: _address(block.get("url")) and isinstance(block.get("caption", ""), str),
}
