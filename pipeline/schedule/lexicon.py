"""An office's own readings for the radio: a YAML list, each entry checked with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from channels.radio.spoken.lexicon import Lexicon, LexiconError, check
from pipeline.schedule.marks import Document, Fault, Path, Written


def readings(document: Document) -> tuple[Lexicon, list[Fault]]:
    """The entries that can be used, and what is wrong with the others."""
    entries = _value(document.data)
    if entries is None:
        return Lexicon(), []
    if not isinstance(entries, list):
        mend = "Hãy ghi mỗi mục sau một gạch đầu dòng: - {written: …, spoken: …}."
        return Lexicon(), [Fault((), "không phải là một danh sách", mend)]
    faults, good = [], []
    for at, entry in enumerate(entries):
        try:
            Lexicon.of([entry])
            good.append(entry)
        except LexiconError as error:
            faults.append(Fault(_place(at, error.wrong, document), error.wrong, error.mend))
    return Lexicon.of(good), faults


def unwise(lexicon: Lexicon) -> Iterator[Fault]:
    """Entries that never apply, say nothing or contradict others; of a file without mistakes."""
    for said in check(lexicon):
        number, _, rest = said.removeprefix("Mục ").partition(" ")
        yield Fault((int(number.rstrip(":")) - 1,), rest.rstrip("."), "")


def _place(at: int, wrong: str, document: Document) -> Path:
    """The field that the message quotes, where it is written; else the entry."""
    fields = ((at, field) for field in re.findall(r"“(\w+)”", wrong))
    return next((field for field in fields if field in document.values), (at,))


def _value(node: Any) -> Any:
    """Written scalars as texts, but for a plain true or false."""
    if isinstance(node, list):
        return [_value(each) for each in node]
    if isinstance(node, dict):
        return {key: _value(each) for key, each in node.items()}
    if isinstance(node, Written) and node.plain and node.lower() in ("true", "false"):
        return node.lower() == "true"
    return node
