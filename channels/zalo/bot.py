"""The channel to one chat of a Zalo bot: plain messages of at most 2,000 characters.

Source: docs.zaloplatforms.com, BOT, sendMessage. The platform has no edit, no delete and no key against
doubles. An article goes out whole where it fits in three messages. One that does not is shortened to a
single message with the link: each message rings every reader's phone, and who reads on reads the page.
What is corrected or withdrawn stays in the chat: a new message says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from channels import http
from channels.base import Checkpoint, Item, Limit, NeedsHuman, Notice, Part, Receipt, Render, Uncertain
from channels.document import begins_with
from channels.prose import flowing, opening, pack
from channels.text import shorten, utf16

KIND = "zalo-bot"
MESSAGE = 2000
"""UTF-16 units, in which the platform counts the offsets of its text styles: the strictest reading."""
TITLE = 300
REASON = 500
"""UTF-16 units that these may take of a message, so that there is always room for the text."""
PARTS = 3
SECONDS = 30.0

_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


class ZaloBotChannel:
    """The chat `chat` of the bot that `token` opens; `api` ends in `/bot`, the token follows it directly."""

    kind = KIND
    push = True
    pulled = False
    rings = True
    asks = False
    by_hand = False

    def __init__(
        self,
        *,
        id: str,
        chat: str,
        token: str,
        api: str = "https://bot-api.zaloplatforms.com/bot",
        limits: tuple[Limit, ...] = (),
    ) -> None:
        self.id = id
        self.account = f"zalo-bot:{token.partition(':')[0]}"
        self.target = chat
        self.limits = limits
        self._token = token
        self._url = f"{api}{token}/sendMessage"

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One to three messages with the whole article, else one with its beginning and the link."""
        return _parts(replace(item, amended=None), render)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """The new wording as new messages, the first of which begins with "ĐÍNH CHÍNH" and the reason."""
        amended = item.amended and replace(item.amended, reason=shorten(item.amended.reason, REASON, utf16))
        return _parts(replace(item, amended=amended), render)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One message that asks not to pass the withdrawn one on."""
        said = replace(
            notice,
            title=shorten(notice.title, TITLE, utf16),
            reason=shorten(notice.reason, REASON, utf16),
        )
        text = _tidy(render(f"{KIND}/go-bai/default.txt", {"notice": said}))
        return (Part(1, 1, {"text": shorten(text, MESSAGE, utf16)}),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """The platform knows no key: a second try sends twice."""
        return False

    def send(
        self,
        part: Part,
        *,
        target: str,
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),  # noqa: ARG002
    ) -> Receipt:
        """Post one message. Raises a `DeliveryError`; `Uncertain` where the answer is lost."""
        return self._message(part.content["text"], target)

    def say(self, text: str, to: str) -> None:
        """As `send`."""
        self._message(shorten(text, MESSAGE, utf16), to)

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: the platform shows a bot none of its messages."""
        return None

    def close(self) -> None:
        """Nothing is held open between sends."""

    def _message(self, text: str, target: str) -> Receipt:
        answer = http.request("POST", self._url, seconds=SECONDS, json={"chat_id": target, "text": text})
        said = answer.object()
        if said is None or answer.status >= 500:
            raise http.by_status(answer.status, retry_after=answer.headers.get("Retry-After"))
        if said.get("ok") is not True:
            code = said.get("error_code")
            words = http.redact(str(said.get("description", "")), self._token)
            if "chat not found" in words.lower():
                mend = "Zalo không biết nơi nhận này: nhóm phải nhắn cho bot trước, rồi cho kênh chạy lại."
                raise NeedsHuman(f"{mend} Zalo trả lời: “{words}”.", "target")
            # "ok": false without a code is a refusal all the same.
            raise http.by_status(code if isinstance(code, int) else max(answer.status, 400), words)
        result = said.get("result")
        if not isinstance(result, dict) or not result.get("message_id"):
            raise Uncertain("Zalo báo đã nhận tin nhưng không trả về mã tin.")
        return Receipt(str(result["message_id"]), None, {"chat_id": target, "date": result.get("date")})


def _parts(item: Item, render: Render) -> tuple[Part, ...]:
    texts = whole(item, render) or (beginning(item, render),)
    return tuple(Part(n, len(texts), {"text": text}) for n, text in enumerate(texts, 1))


def whole(item: Item, render: Render) -> tuple[str, ...] | None:
    """The whole article in the fewest messages, or None where three do not hold it."""
    for total in range(1, PARTS + 1):
        rooms = [_room(item, render, n, total) for n in range(1, total + 1)]
        bodies = pack(_text(item), rooms)
        if bodies is not None:
            return tuple(_message(item, render, body, n, total) for n, body in enumerate(bodies, 1))
    return None


def beginning(item: Item, render: Render) -> str:
    """The title, as many whole sentences as fit, and the link."""
    room = _room(item, render, 1, 1, whole=False)
    message = _message(item, render, opening(_text(item), room), 1, 1, whole=False)
    return shorten(message, MESSAGE, utf16)


def _room(item: Item, render: Render, part: int, total: int, *, whole: bool = True) -> int:
    return MESSAGE + 1 - utf16(_message(item, render, "x", part, total, whole=whole))


def _text(item: Item) -> str:
    body = flowing(item.body)
    return body if begins_with(item.body, item.lead) else f"{item.lead}\n\n{body}".strip()


def _message(item: Item, render: Render, body: str, part: int, total: int, *, whole: bool = True) -> str:
    context = {
        "item": item,
        "title": shorten(item.title, TITLE, utf16),
        "body": body,
        "part": part,
        "total": total,
        "first": part == 1,
        "last": part == total,
        "whole": whole,
    }
    text = render(f"{KIND}/default.txt", context)
    if item.amended and part == 1:
        text = render(f"{KIND}/dinh-chinh/default.txt", context) + "\n\n" + text
    return _tidy(text)


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", text)).strip()
