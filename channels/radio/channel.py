"""Writes each article as a script that a commune's station picks up, and the bulletins made of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from channels.radio import paper
from channels.radio.programme import Kind, Programme, Script, Told, read_in
from channels.radio.prose import sentence
from channels.radio.reader import Reader
from channels.radio.script import Words, put_right, taken_back, told
from channels.slug import slug

_OURS = re.compile(r"\d{4}-\d\d-\d\d/(?:tin/)?[\w-]+\.txt", re.ASCII)
"""The names that scripts are given: none of them leads out of the folder."""
_NAMES: Mapping[Kind, str] = {
    "news": "Tin phát riêng",
    "question": "Mục hỏi đáp",
    "correction": "Tin đính chính",
    "withdrawal": "Thông báo gỡ tin",
}


class RadioChannel:
    """`folder` is absolute; `station` heads every page.

    `bulletins`: the station reads bulletins; single scripts are then stock, in the day's folder tin/, except
    emergencies.
    """

    kind = "radio"
    push = False
    pulled = False
    rings = False
    asks = False
    by_hand = False
    limits: tuple[Limit, ...] = ()

    def __init__(
        self,
        id: str,
        folder: Path,
        syllables_per_minute: int,
        station: str,
        *,
        bulletins: bool = False,
        reader: Reader | None = None,
    ) -> None:
        self.id = self.account = id
        self.target = str(folder)
        self.station = station
        self.bulletins = bulletins
        self.reader = reader or Reader(syllables_per_minute)
        self.syllables_per_minute = self.reader.syllables_per_minute

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One script, and the name of its file inside the folder: by day, then by time, then by article."""
        scripts = told(item, lambda words: render("radio/default.txt", words), self.reader, "news")
        # The day of the source's own date may be long past, and nobody looks into its folder.
        at = item.released or item.published
        return (self._part(at, f"{item.article}-{slug(item.title, 60)}", scripts),)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """A script that is read as a correction, among those of the day on which it was made."""
        if item.amended is None:
            raise ValueError("an item that corrects nothing")
        amended = {
            "amended": f"{item.amended.at:%d/%m/%Y}",
            "reason": sentence(item.amended.reason),
            **put_right(item),
        }

        def text(words: Words) -> str:
            # The title that has just been named is not read once more.
            named = words["title"] == amended["before"]
            script = render("radio/default.txt", {**words, "title": "" if named else words["title"]}).strip()
            return render("radio/dinh-chinh/default.txt", {**words, **amended, "script": script})

        name = f"{item.article}-{slug(item.title, 60)}-dinh-chinh"
        part = self._part(item.amended.at, name, told(item, text, self.reader, "correction"))
        # Where nobody heard the old wording, the new one is news like any other.
        anew = told(item, lambda words: render("radio/default.txt", words), self.reader, "news")
        return (replace(part, content={**part.content, "anew": [script.as_json() for script in anew]}),)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """A script that tells listeners, and the station, what is not to be aired again."""
        script = taken_back(notice, lambda words: render("radio/go-bai/default.txt", words), self.reader)
        # A notice has no number: what tells it from another of that minute is what it says.
        said = "\n".join((notice.title, notice.agency, notice.reason))
        mark = hashlib.sha256(said.encode()).hexdigest()[:6]
        return (self._part(notice.at, f"{slug(notice.title, 60)}-{mark}-go-bai", (script,)),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """The same files in the same place."""
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
        """Put the files in their day's folder under `target`, then take away the scripts that they replace.

        Again is the same. Raises NotSent, or Rejected where a receipt names no script of ours.
        """
        folder, content = Path(target), part.content
        file: str = content["file"]
        # A receipt without a name is a person's word: no file is known.
        old = {receipt.ref for receipt in standing} - {file, ""}
        if strange := [name for name in old if not _OURS.fullmatch(name)]:
            raise Rejected(f"Biên nhận của bản tin cũ không phải tên tệp bản tin: {', '.join(strange)}")
        parts = tuple(map(Script.of, content["parts"]))
        try:
            paper.write(folder, file, self._alone(content), parts)
            for name in old:
                paper.take_away(folder, name)
        except OSError as error:
            raise NotSent(f"Không ghi được tệp {file}: {error.strerror or error}") from error
        return Receipt(ref=file, detail={"sha256": hashlib.sha256(content["text"].encode()).hexdigest()})

    def air(self, programme: Programme, folder: Path) -> tuple[str, ...]:
        """Write an arranged bulletin's files and its day's index: their names in the folder. Raises OSError.

        Again gives the same bytes.
        """
        at = programme.airs_at
        file = f"{at:%Y-%m-%d}/{at:%Y-%m-%dT%H%M}-{slug(programme.name, 60)}.txt"
        return paper.write(folder, file, programme)

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a file in doubt is written again."""
        return None

    def close(self) -> None:
        """Nothing is held open."""

    def _part(self, at: datetime, name: str, scripts: Sequence[Script]) -> Part:
        """The script that fits its slot is what is read; the parts of the whole are offered beside it."""
        script, *parts = scripts
        stock = f"{paper.STOCK}/" if self.bulletins and script.level is not Priority.EMERGENCY else ""
        content = {
            "text": paper.said(script.lines),
            "file": f"{at:%Y-%m-%d}/{stock}{at:%Y-%m-%dT%H%M}-{name}.txt",
            "station": self.station,
            "airs_at": at.isoformat(),
            "syllables": script.syllables,
            "seconds": read_in(script.syllables, self.syllables_per_minute),
            "script": script.as_json(),
            "parts": [one.as_json() for one in parts],
        }
        return Part(1, 1, content)

    def _alone(self, content: Mapping[str, Any]) -> Programme:
        """A single script as a programme of its own, without greeting or music."""
        script = Script.of(content["script"])
        urgent = script.level is Priority.EMERGENCY and script.kind == "news"
        return Programme(
            station=content["station"],
            name="Thông báo khẩn cấp" if urgent else _NAMES[script.kind],
            airs_at=datetime.fromisoformat(content["airs_at"]),
            minutes=0,
            syllables_per_minute=self.syllables_per_minute,
            scripts=(script,),
            steps=(Told(0),),
        )
