"""An article's text in the form that it has, with what was found marked in it: a table stays a table."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterable

from markupsafe import Markup

from pipeline.models import Finding, Revision
from web.console.marks import marked

_TAG = re.compile(r"(<[^>]*>)")
_TOKEN = re.compile(r"\S+|\s+")
_APART = re.compile(r"[\s|]*")
"""What the plain text has between blocks and between a table's cells."""
_HEADING = re.compile(r"<(/?)h[1-6]>")


def shown(revision: Revision, found: Iterable[Finding]) -> Markup | None:
    """The cleaned body with a mark wherever one of `found` stands; None where body and text do not agree.

    The first mark of a line has the line's id, "doan-3". Pictures are left out: a page shows our copies.
    A heading is a bold line, for the page has headings of its own.
    """
    text = revision.text
    places = [(each.start, each.end, each.message) for each in found if each.where == "text"]
    starts = [0, *(line.end() for line in re.finditer(r"\n+", text))]
    made: list[str] = []
    at, anchored = 0, set[int]()
    for piece in _TAG.split(revision.body):
        if piece.startswith("<"):
            made.append("" if piece.startswith("<img") else _HEADING.sub(_bold, piece))
            continue
        words = html.unescape(piece)
        where: list[int] = []
        for token in _TOKEN.findall(words):
            if token.isspace():
                where += [at] * len(token)
                continue
            begins = _begin(text, token, at)
            if begins is None:
                return None
            at = begins + len(token)
            where += range(begins, at)
        done = 0
        for stretch in marked(words, [(*_within(where, start, end), why) for start, end, why in places]):
            said = html.escape(stretch.text, quote=False)
            if stretch.messages:
                line = bisect_left(starts, where[done] + 1)
                name = "" if line in anchored else f' id="doan-{line}"'
                anchored.add(line)
                said = f'<mark{name} title="{html.escape("; ".join(stretch.messages))}">{said}</mark>'
            made.append(said)
            done += len(stretch.text)
    return Markup("".join(made)) if _APART.fullmatch(text, at) else None


def _begin(text: str, token: str, at: int) -> int | None:
    """Where the token stands in the text at `at`, or after nothing but what parts blocks and cells."""
    begins = text.find(token, at)
    return begins if begins >= 0 and _APART.fullmatch(text, at, begins) else None


def _within(where: list[int], start: int, end: int) -> tuple[int, int]:
    return bisect_left(where, start), bisect_left(where, end)


def _bold(tag: re.Match[str]) -> str:
    return "</strong></p>" if tag[1] else "<p><strong>"
