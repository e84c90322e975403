"""Writes each article as a script file that a commune's station picks up, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from contextlib import suppress
from pathlib import Path

from channels.base import Checkpoint, Item, Limit, NotSent, Part, Priority, Receipt, Render
from channels.document import begins_with
from channels.radio.script import duration, sentence, spoken_blocks, syllables
from channels.radio.spelling import clean_text
from channels.slug import slug

_LEVELS = {
    Priority.NORMAL: "thông thường",
    Priority.PRIORITY: "ưu tiên",
    Priority.EMERGENCY: "khẩn cấp",
}


class RadioChannel:
    """`folder` is absolute; `syllables_per_minute` is the announcer's speed; `station` heads every script."""

    kind = "radio"
    push = False
    pulled = False
    repeatable = True
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, folder: Path, syllables_per_minute: int, station: str) -> None:
        self.id = id
        self.target = str(folder)
        self.syllables_per_minute = syllables_per_minute
        self.station = station

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One script, and the name of its file inside the folder: by day, then by time, then by article."""
        words = {
            "title": sentence(item.title),
            "agency": clean_text(item.agency).rstrip("."),
            "lead": "" if begins_with(item.body, item.lead) else sentence(item.lead),
            "sentences": spoken_blocks(item.body),
            "correction": item.is_correction,
            "corrected": clean_text(item.corrects.title).rstrip(".") if item.corrects else "",
        }
        count = syllables(render("radio/default.txt", words | {"heading": False}))
        seconds = round(count * 60 / self.syllables_per_minute)
        heading = {
            "heading": True,
            "station": self.station,
            "date": f"{item.published:%d/%m/%Y}",
            "level": _LEVELS[item.priority],
            "syllables": count,
            "duration": duration(seconds),
        }
        text = unicodedata.normalize("NFC", render("radio/default.txt", words | heading)).strip() + "\n"
        name = f"{item.published:%Y-%m-%dT%H%M}-{item.article}-{slug(item.title, 60)}.txt"
        content = {
            "text": text,
            "file": f"{item.published:%Y-%m-%d}/{name}",
            "syllables": count,
            "seconds": seconds,
        }
        return (Part(1, 1, content),)

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:  # noqa: ARG002
        """Put the file in its day's folder under `target`; again is the same file. Raises NotSent."""
        data = part.content["text"].encode()
        try:
            _put(Path(target) / part.content["file"], data)
        except OSError as error:
            raise NotSent(f"Không ghi được tệp {part.content['file']}: {error.strerror or error}") from error
        return Receipt(ref=part.content["file"], detail={"sha256": hashlib.sha256(data).hexdigest()})

    def close(self) -> None:
        """Nothing is held open."""


def _put(path: Path, data: bytes) -> None:
    """A reader sees the whole file or none, and after a power cut what was reported is still there."""
    new = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named after the script, so that a try after a power cut takes the place of what it left behind.
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    for folder in (path.parent, *(made.parent for made in new)):
        _keep(folder)


def _keep(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
