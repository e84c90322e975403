"""Writes each article as a script file that a commune's station picks up, whole or not at all."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from channels.base import (
    Checkpoint,
    Item,
    Limit,
    Notice,
    NotSent,
    Part,
    Priority,
    Receipt,
    Rejected,
    Render,
)
from channels.document import begins_with
from channels.radio.files import put, remove
from channels.radio.script import duration, moment, sentence, spoken_blocks, syllables
from channels.radio.spelling import clean_text
from channels.slug import slug

_LEVELS = {
    Priority.NORMAL: "thông thường",
    Priority.PRIORITY: "ưu tiên",
    Priority.EMERGENCY: "khẩn cấp",
}
_OURS = re.compile(r"\d{4}-\d\d-\d\d/[\w-]+\.txt", re.ASCII)
"""The names that scripts are given: none of them leads out of the folder."""


class RadioChannel:
    """`folder` is absolute; `syllables_per_minute` is the announcer's speed; `station` heads every script."""

    kind = "radio"
    push = False
    pulled = False
    rings = False
    asks = False
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, folder: Path, syllables_per_minute: int, station: str) -> None:
        self.id = self.account = id
        self.target = str(folder)
        self.syllables_per_minute = syllables_per_minute
        self.station = station

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One script, and the name of its file inside the folder: by day, then by time, then by article."""
        file = _file(item.published, f"{item.article}-{slug(item.title, 60)}")
        return (self._part(file, "radio/default.txt", _words(item), render),)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """A script that is read as a correction, among those of the day on which it was made."""
        words = _words(item)
        if item.amended is None:
            raise ValueError("an item that corrects nothing")
        corrected = words | {
            "amended": f"{item.amended.at:%d/%m/%Y}",
            "reason": sentence(item.amended.reason),
            "script": render("radio/default.txt", words | {"heading": False}).strip(),
        }
        file = _file(item.amended.at, f"{item.article}-{slug(item.title, 60)}-dinh-chinh")
        return (self._part(file, "radio/dinh-chinh/default.txt", corrected, render),)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """A script that tells listeners, and the station, what is not to be aired again."""
        words = {
            "date": f"{notice.at:%d/%m/%Y}",
            "moment": moment(notice.at),
            "title": clean_text(notice.title).rstrip("."),
            "agency": clean_text(notice.agency).rstrip("."),
            "reason": sentence(notice.reason),
        }
        # A notice has no number: what tells it from another of that minute is what it says.
        mark = hashlib.sha256("\n".join(words.values()).encode()).hexdigest()[:6]
        file = _file(notice.at, f"{slug(notice.title, 60)}-{mark}-go-bai")
        return (self._part(file, "radio/go-bai/default.txt", words, render),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """The same file in the same place."""
        return True

    def send(
        self,
        part: Part,
        *,
        target: str,
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),
    ) -> Receipt:
        """Put the file in its day's folder under `target`, then take away the scripts that it replaces.

        Again is the same. Raises NotSent, or Rejected where a receipt names no script of ours.
        """
        folder, file, data = Path(target), part.content["file"], part.content["text"].encode()
        # A receipt without a name is a person's word: no file is known.
        old = {receipt.ref for receipt in standing} - {file, ""}
        if strange := [name for name in old if not _OURS.fullmatch(name)]:
            raise Rejected(f"Biên nhận của bản tin cũ không phải tên tệp bản tin: {', '.join(strange)}")
        try:
            put(folder / file, data)
            for name in old:
                remove(folder / name)
        except OSError as error:
            raise NotSent(f"Không ghi được tệp {file}: {error.strerror or error}") from error
        return Receipt(ref=file, detail={"sha256": hashlib.sha256(data).hexdigest()})

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a file in doubt is written again."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _part(self, file: str, template: str, words: Mapping[str, Any], render: Render) -> Part:
        """The script under its heading, which says how long it takes to read."""
        count = syllables(render(template, {**words, "heading": False}))
        seconds = round(count * 60 / self.syllables_per_minute)
        heading = {
            "heading": True,
            "station": self.station,
            "syllables": count,
            "duration": duration(seconds),
        }
        text = unicodedata.normalize("NFC", render(template, {**words, **heading})).strip() + "\n"
        return Part(1, 1, {"text": text, "file": file, "syllables": count, "seconds": seconds})


def _file(at: datetime, name: str) -> str:
    return f"{at:%Y-%m-%d}/{at:%Y-%m-%dT%H%M}-{name}.txt"


def _words(item: Item) -> dict[str, Any]:
    return {
        "date": f"{item.published:%d/%m/%Y}",
        "level": _LEVELS[item.priority],
        "title": sentence(item.title),
        "agency": clean_text(item.agency).rstrip("."),
        "lead": "" if begins_with(item.body, item.lead) else sentence(item.lead),
        "sentences": spoken_blocks(item.body),
        "correction": item.is_correction,
        "corrected": clean_text(item.corrects.title).rstrip(".") if item.corrects else "",
    }
