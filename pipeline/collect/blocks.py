"""The one form of a cleaned article: blocks that hold runs, and how they are written as HTML and as text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.collect.words import fold, unescape, visible

NESTING = ("strong", "em", "u", "s", "sub", "sup", "code")
TIGHT = {"li", "td", "th", "dt", "dd", "figure"}
"""Blocks whose paragraphs stand bare, parted by a line break."""
SHORTEST_LEAD = 40
"""A shorter emphasised paragraph at the start is a heading rather than a lead."""


@dataclass(frozen=True)
class Atom:
    """A stretch of text, a picture (`tag` "img") or a line break (`tag` "br") within a block."""

    text: str = ""
    marks: frozenset[str] = frozenset()
    href: str | None = None
    tag: str = ""
    attributes: tuple[tuple[str, str], ...] = ()


PLAIN = Atom()
LINE = Atom(tag="br")
BREAK = Atom(tag="p")
"""Where one paragraph ends and the next begins."""


@dataclass
class Block:
    """Holds either runs (`atoms`) or other blocks."""

    tag: str
    atoms: list[Atom] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    attributes: tuple[tuple[str, str], ...] = ()


def lines(run: Sequence[Atom]) -> list[list[Atom]]:
    """The paragraphs of a run: parted where two line breaks follow each other, each of them tidy."""
    atoms = list(run)
    while (tidy := _tidy(atoms)) != atoms:
        atoms = tidy
    paragraphs: list[list[Atom]] = [[]]
    for before, atom in zip([None, *atoms], atoms, strict=False):
        if atom == LINE and before == LINE:
            paragraphs.append([])
        else:
            paragraphs[-1].append(atom)
    return [kept for paragraph in paragraphs if (kept := _trim(paragraph))]


def flat(blocks: Iterable[Block]) -> list[Atom]:
    """All runs of `blocks` as one line, for blocks that may hold nothing but runs."""
    atoms: list[Atom] = []
    for block in blocks:
        inner = block.atoms or flat(block.blocks)
        atoms += [Atom(" "), *(Atom(" ") if atom == LINE else atom for atom in inner)]
    return next(iter(lines(atoms)), [])


def as_html(block: Block) -> str:
    inner = _inline(block.atoms)
    for before, child in zip([None, *block.blocks], block.blocks, strict=False):
        if block.tag in TIGHT and child.tag == "p":
            inner += ("<br>" if before and before.tag == "p" else "") + _inline(child.atoms)
        else:
            inner += as_html(child)
    if block.tag == "hr":
        return "<hr>"
    return f"<{block.tag}{_attributes(block.attributes)}>{inner}</{block.tag}>"


def as_text(block: Block) -> str:
    """Plain text: a line for each block, a table's cells parted by " | "."""
    if block.tag == "tr":
        cells = (fold(" ".join(map(as_text, cell.blocks))) for cell in block.blocks)
        return " | ".join(cells).strip()
    own = "".join("\n" if atom == LINE else atom.text for atom in block.atoms)
    if block.tag != "pre":
        own = "\n".join(filter(None, map(str.strip, own.split("\n"))))
    return "\n".join(filter(None, [own, *map(as_text, block.blocks)]))


def emphasised(blocks: Sequence[Block]) -> str:
    """The first paragraph's text where all of it is bold or italic and more text follows; else empty."""
    if len(blocks) < 2 or blocks[0].tag != "p":
        return ""
    texts = [atom for atom in blocks[0].atoms if atom.text.strip()]
    if not texts or not all(atom.marks & {"strong", "em"} for atom in texts):
        return ""
    lead = fold(as_text(blocks[0]))
    return lead if len(lead) >= SHORTEST_LEAD else ""


def _tidy(atoms: Sequence[Atom]) -> list[Atom]:
    """Neighbours of one style joined, texts visible and folded, blanks without style."""
    tidy: list[Atom] = []
    for atom in atoms:
        if atom.tag:
            tidy.append(atom)
            continue
        text = re.sub(r"\s+", " ", visible(atom.text if "code" in atom.marks else unescape(atom.text)))
        if not tidy or tidy[-1] == LINE or tidy[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not text.strip():
            atom = PLAIN
        if not text:
            continue
        if tidy and not tidy[-1].tag and (tidy[-1].marks, tidy[-1].href) == (atom.marks, atom.href):
            tidy[-1] = replace(tidy[-1], text=tidy[-1].text + text)
        else:
            tidy.append(replace(atom, text=text))
    return tidy


def _trim(atoms: Sequence[Atom]) -> list[Atom]:
    """Without blanks before a line break, and without blanks and line breaks at the ends."""
    kept: list[Atom] = []
    for atom in [*atoms, LINE]:
        if atom == LINE:
            while kept and not kept[-1].tag and not kept[-1].text.strip(" "):
                kept.pop()
            if kept and not kept[-1].tag:
                kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
        if kept or atom != LINE:
            kept.append(atom)
    while kept and kept[-1] == LINE:
        kept.pop()
    return kept


def _inline(atoms: Iterable[Atom]) -> str:
    parts = []
    for href, linked in groupby(atoms, key=lambda atom: atom.href):
        inner = "".join(map(_run, linked))
        parts.append(f'<a href="{html.escape(href)}">{inner}</a>' if href else inner)
    return "".join(parts)


def _run(atom: Atom) -> str:
    if atom.tag:
        return f"<{atom.tag}{_attributes(atom.attributes)}>"
    marks = [mark for mark in NESTING if mark in atom.marks]
    opened = "".join(f"<{mark}>" for mark in marks)
    closed = "".join(f"</{mark}>" for mark in reversed(marks))
    return f"{opened}{html.escape(atom.text, quote=False)}{closed}"


def _attributes(attributes: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{html.escape(value)}"' for name, value in attributes)
