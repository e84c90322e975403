"""What readers got and see, from the services' own truth: the ledger is not asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.month.articles import named
from demo.telegram import TelegramStandIn
from demo.zalo import ZaloStandIn

POST, CORRECTION, NOTICE, EDIT = "post", "correction", "notice", "edit"
"""What a message does: tells an item, puts it right anew, takes it back; or is an old one with new words."""
CHANNEL, GROUP = "telegram-tinh", "telegram-nhom"
_PART = re.compile(r"\((\d)/\d\)")
_LINK = re.compile(r"/tin/[\w-]+-(\d+)(?![\w-])")


@dataclass(frozen=True)
class Seen:
    """One thing that came to readers, or that they still see."""

    at: datetime
    channel: str
    number: int
    version: int
    part: int
    act: str
    ref: str = ""
    """The service's id of it, or the file's name."""
    link: int | None = None
    """The article of ours to which its last link leads."""


def accepted(telegram: TelegramStandIn, zalo: ZaloStandIn) -> list[Seen]:
    """All that the services ever took, in order."""
    return sorted([*_telegram(telegram), *_zalo(zalo)], key=lambda seen: seen.at)


def standing(telegram: TelegramStandIn, zalo: ZaloStandIn, radio: Path) -> list[Seen]:
    """What stands there now."""
    chats = [_message(m, EDIT if "edit_date" in m else POST) for m in telegram.shown()]
    return [*chats, *(_shown(one) for one in zalo.shown()), *scripts(radio, datetime.now(UTC))]


def scripts(radio: Path, now: datetime) -> Iterator[Seen]:
    """The station's folder."""
    for file in sorted(radio.rglob("*.txt")) if radio.is_dir() else ():
        if found := named(file.name):
            notice, again = file.stem.endswith("-go-bai"), file.stem.endswith("-dinh-chinh")
            act = NOTICE if notice else CORRECTION if again else POST
            yield Seen(now, "loa", *found, 1, act, file.name)


def _telegram(service: TelegramStandIn) -> Iterator[Seen]:
    for act in list(service.truth.acts):
        for message in act.get("messages", ()):
            seen = _message(message, EDIT if act["act"].startswith("edit") else POST)
            yield Seen(**{**vars(seen), "at": _moment(act["at"])})


def _message(message: dict[str, Any], act: str) -> Seen:
    html = message["html"]
    found = named(html)
    if found is None:
        raise ValueError(f"a message about nothing: {html[:200]}")
    if "THU HỒI TIN" in html or "TIN ĐÃ GỠ" in html or "đã được gỡ lúc" in html:
        act = NOTICE
    elif act == POST and "✏️" in html:
        act = CORRECTION
    channel = CHANNEL if "username" in message["chat"] else GROUP
    # A text that only says that it was shortened away has no number of its part.
    return Seen(
        _moment(message["date"]), channel, *found, _part(html), act,
        str(message["message_id"]), _link(html),
    )  # fmt: skip


def _zalo(service: ZaloStandIn) -> Iterator[Seen]:
    jobs = {act["token"]: act for act in service.truth.acts if act["act"] in ("create", "update")}
    for act in list(service.truth.acts):
        if act["act"] == "sendMessage":
            yield _shown(act)
        elif act["act"] == "processed" and not act["outcome"]:
            job = jobs[act["token"]]
            seen = _shown({"id": job["id"], "at": job["at"], **job["article"]})
            yield Seen(**{**vars(seen), "act": EDIT}) if job["act"] == "update" else seen


def _shown(one: dict[str, Any]) -> Seen:
    text = one["title"] if "title" in one else one["text"]
    found = named(text)
    if found is None:
        raise ValueError(f"a message about nothing: {text[:200]}")
    if "title" in one:
        words = " ".join(block.get("content", "") for block in one["body"])
        act = CORRECTION if "thay cho bài đã đăng trước đó" in f"{one['description']} {words}" else POST
        return Seen(_moment(one["at"]), "zalo", *found, 1, act, one["id"], _link(words))
    act = NOTICE if text.startswith("THÔNG BÁO GỠ TIN") else POST
    act = CORRECTION if text.startswith("ĐÍNH CHÍNH tin đã gửi") else act
    return Seen(_moment(one["at"]), "zalo-nhom", *found, _part(text), act, one["message_id"], _link(text))


def _part(text: str) -> int:
    found = _PART.search(text)
    return int(found[1]) if found else 1


def _link(text: str) -> int | None:
    found = _LINK.findall(text)
    return int(found[-1]) if found else None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def of(number: int, seen: Iterable[Seen]) -> list[Seen]:
    """Those about one item."""
    return [one for one in seen if one.number == number]
