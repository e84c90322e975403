"""Cards for a person: the text to copy, the pictures to save, what to do with what stands there already.

Nothing here is ever sent. The ledger offers a card when its time has come, and only a person's word makes it
sent: see `pipeline/deliver/by_hand.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from channels.base import Checkpoint, Item, Limit, Notice, NotSent, Part, Receipt, Render
from channels.document import begins_with
from channels.prose import flowing, opening
from channels.text import shorten, utf16

KIND = "manual"
POST, EDIT, REMOVE = "post", "edit", "remove"
"""What a card's `method` asks of a person."""
PICTURES = 10
SHARE = 4
"""A title, and a reason, take at most this part of a text, so that there is always room for the rest."""

_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


class ManualChannel:
    """The place that people call `place`; a text there holds `characters` UTF-16 units."""

    kind = KIND
    push = True
    pulled = False
    rings = False
    asks = False
    by_hand = True
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, place: str, characters: int) -> None:
        self.id = self.account = id
        self.target = place
        self._characters = characters

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One card: the whole article where it fits, else its beginning and the link."""
        return (Part(1, 1, self._card(POST, replace(item, amended=None), render)),)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One card: the new wording, for what stands there or, where that cannot be edited, beside it."""
        return (Part(1, 1, self._card(EDIT, item, render)),)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One card: what stands there is to be removed; the text is for where that cannot be done."""
        said = replace(notice, title=self._short(notice.title), reason=self._short(notice.reason))
        text = shorten(_tidy(render(f"{KIND}/go-bai/default.txt", {"notice": said})), self._characters, utf16)
        return (Part(1, 1, {"method": REMOVE, "text": text, "images": []}),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """A person who posts twice has posted twice."""
        return False

    def send(
        self,
        part: Part,  # noqa: ARG002
        *,
        target: str,
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),  # noqa: ARG002
    ) -> Receipt:
        """Never: a card waits for a person. Raises `NotSent`."""
        raise NotSent(f"{target}: bài chờ người đăng bằng tay, Loa không tự gửi.")

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody can be asked but people."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _card(self, method: str, item: Item, render: Render) -> dict[str, Any]:
        pictures = [{"url": image.url, "alt": image.alt} for image in item.images[:PICTURES]]
        return {"method": method, "text": self._text(item, render), "images": pictures}

    def _text(self, item: Item, render: Render) -> str:
        if item.amended:
            item = replace(item, amended=replace(item.amended, reason=self._short(item.amended.reason)))
        flow = flowing(item.body)
        body = flow if begins_with(item.body, item.lead) else f"{item.lead}\n\n{flow}".strip()
        whole = self._said(item, render, body, whole=True)
        if utf16(whole) <= self._characters:
            return whole
        room = self._characters + 1 - utf16(self._said(item, render, "x", whole=False))
        return shorten(self._said(item, render, opening(body, room), whole=False), self._characters, utf16)

    def _said(self, item: Item, render: Render, body: str, *, whole: bool) -> str:
        words = {"item": item, "title": self._short(item.title), "body": body, "whole": whole}
        amended = render(f"{KIND}/dinh-chinh/default.txt", words) + "\n\n" if item.amended else ""
        return _tidy(amended + render(f"{KIND}/default.txt", words))

    def _short(self, text: str) -> str:
        return shorten(text, self._characters // SHARE, utf16)


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", unicodedata.normalize("NFC", text)).strip()
