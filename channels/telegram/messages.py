"""The messages that tell an article in a chat, put it right there, or take it back; frozen as parts.

How much of an article stands in the chat: all of it where three messages hold it, for who reads there
may have nothing else, and an answer to question 12 of a handbook is worth more than a link to it. Only
the first message of a post makes a sound. What is longer is read better on a page: one message, to the
end of a sentence, and the link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from markupsafe import Markup

from channels.base import Item, Json, Notice, Part, Render
from channels.document import Run, begins_with
from channels.telegram.markup import Piece, html, pieces, problem
from channels.telegram.split import LIMIT, Weight, divide, opening, weigh
from channels.text import shorten, utf16

MOST_MESSAGES = 3
_TITLE, _TITLE_AGAIN, _LEAD, _REASON, _NAME = 600, 90, 1000, 500, 200
"""UTF-16 units that these may take of a message, so that there is always room for the text."""
_ATTACHMENTS, _ADDRESS = 5, 1000
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")

Content = dict[str, Json]
"""What `send` is to do: the Bot API's method, and its text."""


def post(item: Item, render: Render) -> tuple[Part, ...]:
    """Raises ValueError where a template is not Telegram's HTML or leaves the text no room."""
    item = _within_bounds(item)
    bodies = _divided(item, render)
    total = len(bodies)
    texts = [_message(item, render, body, number, total) for number, body in enumerate(bodies, 1)]
    return tuple(
        Part(number, total, _new(text, _preview(item, number), silent=number > 1))
        for number, text in enumerate(texts, 1)
    )


def correction(item: Item, standing: int, render: Render) -> tuple[Part, ...]:
    """Each old message takes the new words, or a new one replies to it; what is left over is removed."""
    item = _within_bounds(item)
    bodies = _divided(item, render)
    count = len(bodies)
    total = max(count, standing)
    parts = []
    for number, body in enumerate(bodies, 1):
        text, preview = _message(item, render, body, number, count), _preview(item, number)
        if number > standing:
            parts.append(Part(number, total, _new(text, preview, silent=True)))
            continue
        anew = _message(item, render, body, number, count, anew=True)
        parts.append(Part(number, total, _edit(text, preview), (_new(anew, preview, silent=True),)))
    for number in range(count + 1, total + 1):
        title = shorten(item.title, _TITLE, utf16)
        replaced = render("telegram/da-thay/default.html", {"item": item, "title": title, "part": number})
        parts.append(Part(number, total, _DELETE, (_edit(replaced.strip()),)))
    return tuple(parts)


def withdrawal(notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:
    """Each old message is removed, or says that it is void; where not even that can be, a new one says it."""
    notice = replace(
        notice,
        title=shorten(notice.title, _TITLE, utf16),
        reason=shorten(notice.reason, _REASON, utf16),
        agency=shorten(notice.agency, _NAME, utf16),
        link=notice.link if len(notice.link) <= _ADDRESS else "",
    )

    def text(number: int, *, anew: bool) -> str:
        context = {"notice": notice, "part": number, "first": number == 1, "anew": anew}
        return _BLANK_LINES.sub("\n\n", render("telegram/go-bai.html", context).strip())

    return tuple(
        Part(
            number,
            standing,
            _DELETE,
            # One new message is enough to say it of all.
            (_edit(text(number, anew=False)), *([_new(text(1, anew=True), silent=True)] * (number == 1))),
        )
        for number in range(1, standing + 1)
    )


_DELETE: Content = {"method": "deleteMessage"}


def _new(text: str, preview: str | None = None, *, silent: bool) -> Content:
    words = {"text": _checked(text), "parse_mode": "HTML"}
    return {"method": "sendMessage", **words, "preview": preview, "silent": silent}


def _edit(text: str, preview: str | None = None) -> Content:
    return {"method": "editMessageText", "text": _checked(text), "parse_mode": "HTML", "preview": preview}


def _checked(text: str) -> str:
    wrong = problem(text) or ("" if weigh(text).within(LIMIT) else "dài quá giới hạn của Telegram")
    if wrong:
        raise ValueError(f"Mẫu tin Telegram: {wrong}.")
    return text


def _preview(item: Item, number: int) -> str | None:
    return item.link if number == 1 and item.images else None


def _within_bounds(item: Item) -> Item:
    """The item as a message's frame shows it, without a lead that only repeats how the body begins."""
    attachments = [
        replace(each, title=shorten(each.title, _NAME, utf16) or "tài liệu")
        for each in item.attachments
        if len(each.url) <= _ADDRESS
    ]
    corrects = item.corrects and replace(item.corrects, title=shorten(item.corrects.title, _NAME, utf16))
    amended = item.amended and replace(item.amended, reason=shorten(item.amended.reason, _REASON, utf16))
    return replace(
        item,
        lead="" if begins_with(item.body, item.lead) else shorten(item.lead, _LEAD, utf16),
        attachments=tuple(attachments[:_ATTACHMENTS]),
        corrects=corrects,
        amended=amended,
    )


def _divided(item: Item, render: Render) -> Sequence[Sequence[Piece]]:
    """The body of each message."""
    body = pieces(item.body)
    if all(weigh(text).within(LIMIT) for text in _wordings(item, render, body, 1, 1)):
        return [body]
    alone = _room(item, render, 1, 1)
    first = alone.least(_room(item, render, 1, MOST_MESSAGES))
    rest = _room(item, render, MOST_MESSAGES, MOST_MESSAGES)
    return divide(body, first, rest, MOST_MESSAGES) or [opening(body, alone)]


def _room(item: Item, render: Render, number: int, total: int) -> Weight:
    """What the template leaves of that message for the body."""
    frames = _wordings(item, render, [Piece((Run("x"),))], number, total)
    left = reduce(Weight.least, (LIMIT.minus(weigh(frame)) for frame in frames))
    return left.plus(Weight(units=1, size=1))


def _wordings(item: Item, render: Render, body: Sequence[Piece], number: int, total: int) -> list[str]:
    """A correction may have to say the same in a message of its own, with another line about itself."""
    ways = (False, True) if item.amended else (False,)
    return [_message(item, render, body, number, total, anew=anew) for anew in ways]


def _message(
    item: Item, render: Render, body: Sequence[Piece], number: int, total: int, *, anew: bool = False
) -> str:
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
            "anew": anew,
        },
    )
    return _BLANK_LINES.sub("\n\n", text.strip())
