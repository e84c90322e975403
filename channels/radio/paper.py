"""The files of a programme: the text for a machine, the page for a person, the data for a system."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from channels.radio import audio
from channels.radio.files import locked, put, remove
from channels.radio.index import INDEX, index
from channels.radio.programme import Line, Programme, Script
from channels.radio.sheet import sheet

_log = logging.getLogger(__name__)
STOCK = "tin"
"""Inside a day's folder: what is not read from top to bottom."""
_KINDS = (".json", ".pdf", ".docx", ".wav", ".txt")


def write(folder: Path, file: str, programme: Programme, parts: Sequence[Script] = ()) -> tuple[str, ...]:
    """Write all files named like `file`, a .txt inside the folder, and the day's index: their names.

    The text comes last: where it stands, all stands. Raises OSError.
    """
    path, day = folder / file, _day(folder, file)
    spoken = said(programme.lines())
    files = {
        path.with_suffix(".json"): _data(programme, parts),
        **dict(_pages(path, programme, parts)),
    }
    if audio.AVAILABLE:
        try:
            files[path.with_suffix(".wav")] = audio.wav(spoken, programme.syllables_per_minute)
        except audio.NoSound as trouble:
            # What is only for proof-listening keeps no script from the air.
            _log.warning("%s: %s", file, trouble)
    files[path] = spoken.encode()
    for name, data in files.items():
        put(name, data)
    _list(day)
    return tuple(str(name.relative_to(folder)) for name in files)


def take_away(folder: Path, file: str) -> None:
    """Remove a script and what stands beside it, the text first. Raises OSError."""
    path, day = folder / file, _day(folder, file)
    if not day.is_dir():
        return
    for kind in reversed(_KINDS):
        remove(path.with_suffix(kind))
    _list(day)


def said(lines: Iterable[Line]) -> str:
    """What a machine reads aloud, and nothing else: a paragraph for each line."""
    return "\n\n".join(line.said for line in lines) + "\n"


def _day(folder: Path, file: str) -> Path:
    return folder / Path(file).parts[0]


def _list(day: Path) -> None:
    """Two scripts may come at once: the index is made by one at a time, from what then stands there."""
    with locked(day):
        page = index(day)
        if page is None:
            remove(day / INDEX)
        else:
            put(day / INDEX, page.encode())


def _pages(path: Path, programme: Programme, parts: Sequence[Script]) -> Iterator[tuple[Path, bytes]]:
    # Both libraries take a while to come in, and most commands write no page.
    from channels.radio.pdf import pdf
    from channels.radio.word import word

    blocks = tuple(sheet(programme, parts))
    title = programme.scripts[0].title if len(programme.scripts) == 1 else programme.name
    yield path.with_suffix(".pdf"), pdf(blocks, title=title, author=programme.station)
    docx = word(blocks, title=title, author=programme.station, at=programme.airs_at)
    yield path.with_suffix(".docx"), docx


def _data(programme: Programme, parts: Sequence[Script]) -> bytes:
    value: dict[str, Any] = {
        **programme.as_json(),
        "level": programme.level,
        "seconds": programme.seconds,
        "syllables": programme.syllables,
        "text": said(programme.lines()),
        "parts": [part.as_json() for part in parts],
    }
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
