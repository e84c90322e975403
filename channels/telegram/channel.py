"""Composes an article as one to three messages, and sends one of them.

How much of an article stands in the chat: all of it where three messages hold it, for who reads there
may have nothing else, and an answer to question 12 of a handbook is worth more than a link to it. Only
the first message makes a sound. What is longer is read better on a page: one message, to the end of a
sentence, and the link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from channels.base import Checkpoint, Item, Limit, Part, Receipt, Render
from channels.document import Run, begins_with
from channels.telegram.client import Client
from channels.telegram.markup import Piece, html, pieces, problem
from channels.telegram.split import LIMIT, Weight, divide, opening, weigh
from channels.text import shorten, utf16

MOST_MESSAGES = 3
_TITLE, _TITLE_AGAIN, _LEAD, _NAME = 600, 90, 1000, 200
"""UTF-16 units that these may take of a message, so that there is always room for the text."""
_ATTACHMENTS, _ADDRESS = 5, 1000
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")

OVERALL = Limit("channel", 30, 1.0)
PER_CHAT = Limit("target", 1, 1.0)
PER_GROUP = Limit("target", 20, 60.0)
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""


class TelegramChannel:
    """One chat of one bot. `api` ends in "/bot"; `proxy` is an http(s) or socks5 address."""

    kind = "telegram"
    push = True
    pulled = False
    repeatable = False

    def __init__(
        self,
        *,
        id: str,
        chat: str,
        token: str,
        api: str = "https://api.telegram.org/bot",
        proxy: str | None = None,
        limits: tuple[Limit, ...] | None = None,
    ) -> None:
        self.id = id
        self.target = chat
        # Only a private chat's id is positive; any other may be a group, which its name does not tell.
        person = chat.isascii() and chat.isdigit()
        defaults = (OVERALL, PER_CHAT) if person else (OVERALL, PER_CHAT, PER_GROUP)
        self.limits = defaults if limits is None else limits
        self._client = Client(token, api, proxy)

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """Raises ValueError where a template is not Telegram's HTML or leaves the text no room."""
        body = pieces(item.body)
        item = _within_bounds(item)
        whole = _message(item, render, body, 1, 1)
        if weigh(whole).within(LIMIT):
            return (_part(item, whole, 1, 1),)
        alone = _room(item, render, 1, 1)
        first = alone.least(_room(item, render, 1, MOST_MESSAGES))
        rest = _room(item, render, MOST_MESSAGES, MOST_MESSAGES)
        messages = divide(body, first, rest, MOST_MESSAGES) or [opening(body, alone)]
        total = len(messages)
        return tuple(
            _part(item, _message(item, render, message, number, total), number, total)
            for number, message in enumerate(messages, 1)
        )

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:  # noqa: ARG002
        """https://core.telegram.org/bots/api#sendmessage, which knows no key: a second try sends twice."""
        content = part.content
        message = self._client.send_message(
            target, content["text"], preview=content["preview"], silent=content["silent"]
        )
        return Receipt(
            ref=str(message.message_id),
            url=message.link,
            detail={
                "chat_id": message.chat.id,
                "message_ids": [message.message_id],
                "date": message.date.isoformat(),
            },
        )

    def close(self) -> None:
        self._client.close()


def _within_bounds(item: Item) -> Item:
    """The item as a message's frame shows it, without a lead that only repeats how the body begins."""
    attachments = [
        replace(each, title=shorten(each.title, _NAME, utf16) or "tài liệu")
        for each in item.attachments
        if len(each.url) <= _ADDRESS
    ]
    corrects = item.corrects and replace(item.corrects, title=shorten(item.corrects.title, _NAME, utf16))
    return replace(
        item,
        lead="" if begins_with(item.body, item.lead) else shorten(item.lead, _LEAD, utf16),
        attachments=tuple(attachments[:_ATTACHMENTS]),
        corrects=corrects,
    )


def _message(item: Item, render: Render, body: Sequence[Piece], number: int, total: int) -> str:
    text = render(
        "telegram/dinh-chinh.html" if item.is_correction else "telegram/default.html",
        {
            "item": item,
            "title": shorten(item.title, _TITLE if number == 1 else _TITLE_AGAIN, utf16),
            "lead": item.lead,
            "body": Markup(html(body)),
            "part": number,
            "total": total,
            "first": number == 1,
            "last": number == total,
        },
    )
    return _BLANK_LINES.sub("\n\n", text.strip())


def _room(item: Item, render: Render, number: int, total: int) -> Weight:
    """What the template leaves of that message for the body."""
    frame = _message(item, render, [Piece((Run("x"),))], number, total)
    return LIMIT.minus(weigh(frame)).plus(Weight(units=1, size=1))


def _part(item: Item, text: str, number: int, total: int) -> Part:
    wrong = problem(text) or ("" if weigh(text).within(LIMIT) else "dài quá giới hạn của Telegram")
    if wrong:
        raise ValueError(f"Mẫu tin Telegram: {wrong}.")
    content = {
        "method": "sendMessage",
        "text": text,
        "parse_mode": "HTML",
        "preview": item.link if number == 1 and item.images else None,
        "silent": number > 1,
    }
    return Part(number, total, content)
