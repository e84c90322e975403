"""A table or a list some of whose lines somebody has typed anew: it is built again and stays what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape

from pipeline.collect.clean import clean

_KINDS = re.compile(r"<(table|ul|ol)\b")
_ROW = re.compile(r"<(tr|li|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)
_CELL = re.compile(r"(<t[dh]\b[^>]*>)(.*?)(</t[dh]>)", re.DOTALL)


def kind(block: str) -> str:
    """ "table", "ul" or "ol"; empty: lines of it are paragraphs."""
    found = _KINDS.match(block)
    return found[1] if found else ""


def claimed(block: str, old: Sequence[str], typed: Sequence[str]) -> tuple[int, int]:
    """Which of the typed lines, (start, end), are those of a block that had the `old` ones; (0, 0): none.

    From the first to the last that it has had; before and after them a table's own are those with cells, and
    a list's as many as it had there.
    """
    if set(old).isdisjoint(typed):
        return 0, 0
    compared = SequenceMatcher(None, old, typed, autojunk=False).get_matching_blocks()
    first, last = compared[0], compared[-2]
    start, end = first.b, last.b + last.size
    if kind(block) == "table":
        while start and "|" in typed[start - 1]:
            start -= 1
        while end < len(typed) and "|" in typed[end]:
            end += 1
        return start, end
    return start - min(first.a, start), end + min(len(old) - last.a - last.size, len(typed) - end)


def rebuilt(block: str, old: Sequence[str], typed: Sequence[str]) -> str:
    """The block with the typed lines: rows that were left as they were keep their form, and so do cells."""
    tag = kind(block)
    rows = [(match[1], match[0]) for match in _ROW.finditer(block)]
    if [_text(row) for row in rows] != list(old):
        # Lists in lists, tables in tables: what cannot be told apart becomes a plain one.
        rows = [("tr" if tag == "table" else "li", "")] * len(old)
    made = list(_rows(rows, old, typed))
    if tag != "table":
        return f"<{tag}>{''.join(made)}</{tag}>"
    captions = "".join(row for row in made if row.startswith("<caption"))
    body = "".join(row for row in made if not row.startswith("<caption"))
    return f"<table>{captions}<tbody>{body}</tbody></table>"


def _rows(rows: Sequence[tuple[str, str]], old: Sequence[str], typed: Sequence[str]) -> Iterator[str]:
    for op, i, j, k, m in SequenceMatcher(None, old, typed, autojunk=False).get_opcodes():
        for at in range(k, m):
            model = i + at - k
            name, html = rows[model] if model < j else (rows[-1][0], "")
            yield html if op == "equal" and html else _row(name, html, typed[at])


def _row(name: str, html: str, line: str) -> str:
    if name != "tr":
        return f"<{name}>{escape(line, quote=False)}</{name}>"
    typed = [cell.strip() for cell in line.split("|")]
    cells = [match.groups() for match in _CELL.finditer(html)]
    if len(cells) != len(typed):
        return f"<tr>{''.join(f'<td>{escape(cell, quote=False)}</td>' for cell in typed)}</tr>"
    kept = (
        opened + (inner if _folded(inner) == new else escape(new, quote=False)) + closed
        for (opened, inner, closed), new in zip(cells, typed, strict=True)
    )
    return f"<tr>{''.join(kept)}</tr>"


def _text(row: tuple[str, str]) -> str:
    name, html = row
    if name == "tr":
        return " | ".join(_folded(inner) for _, inner, _ in _CELL.findall(html)).strip()
    return clean(html if name == "li" else _inner(html)).text


def _inner(html: str) -> str:
    match = _ROW.match(html)
    return match[2] if match else html


def _folded(inner: str) -> str:
    return " ".join(clean(inner).text.split())
