"""A document as pieces of Telegram's HTML that can be weighed, cut and joined into messages.

https://core.telegram.org/bots/api#html-style: code holds no other style, quotations do not nest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

from channels.document import Block, Figure, Heading, Listing, Preformatted, Quote, Run, Runs, Table, plain
from channels.table import rows, written

_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del"}
_TAGS |= {"span", "tg-spoiler", "a", "code", "pre", "blockquote"}
BULLETS = ("•", "◦")
_INDENT = "    "
_LONGEST_LINK = 1000
"""Characters: a longer address would eat up what a message may spend on addresses."""
_TAG = re.compile(r"<(?:(/?)([^\s<>/]+)[^<>]*>)?")


@dataclass(frozen=True)
class Piece:
    """A paragraph, an entry of a list, or a part of one: what `gap` parts from the piece before it."""

    runs: Runs
    wrap: str = ""
    """The block element around it: blockquote, pre or none."""
    gap: str = "\n\n"
    leads: bool = False
    """It announces what follows, so a message never ends with it."""
    continues: bool = False
    """It stands in one paragraph with the piece before it."""


def pieces(body: Iterable[Block]) -> tuple[Piece, ...]:
    """The body in Telegram's means: tables as lists, headings bold, pictures as their captions."""
    found = [_without_mail_links(piece) for block in body for piece in _of_block(block)]
    closer = [replace(piece, gap="\n") if before.leads else piece for before, piece in pairwise(found)]
    return (*found[:1], *closer)


def html(message: Sequence[Piece]) -> str:
    """The pieces as one stretch of HTML, every tag closed."""
    text = ""
    for piece in _whole(message):
        inner = "".join(map(_marked, piece.runs)) if piece.wrap != "pre" else escaped(plain(piece.runs))
        wrapped = f"<{piece.wrap}>{inner}</{piece.wrap}>" if piece.wrap else inner
        text += piece.gap + wrapped if text else wrapped
    return text


def escaped(text: str) -> str:
    """`text` as HTML, by the few entities that Telegram knows by name."""
    return escape(text, quote=False).replace('"', "&quot;")


def problem(text: str) -> str:
    """What Telegram would refuse in a template's HTML, in Vietnamese; "" if nothing."""
    opened: list[str] = []
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        if tag[0] == "<" or name not in _TAGS:
            return f"“{tag[0]}” không có trong HTML của Telegram"
        if not tag[1]:
            if name == "blockquote" and name in opened:
                return "đoạn trích không được lồng nhau"
            opened.append(name)
        elif not opened or opened.pop() != name:
            return f"“{tag[0]}” đóng thẻ không đúng chỗ"
    return f"thẻ <{opened[-1]}> chưa đóng" if opened else ""


def _whole(message: Iterable[Piece]) -> Iterator[Piece]:
    """Each paragraph in one piece again."""
    whole: Piece | None = None
    for piece in message:
        if whole is not None and piece.continues:
            whole = replace(whole, runs=(*whole.runs, Run(piece.gap), *piece.runs))
            continue
        if whole is not None:
            yield whole
        whole = piece
    if whole is not None:
        yield whole


def _marked(run: Run) -> str:
    text = escaped(run.text)
    if not run.text.strip():
        return text
    if run.href and run.href.startswith(("http://", "https://")) and len(run.href) <= _LONGEST_LINK:
        text = f'<a href="{escaped(run.href)}">{text}</a>'
    elif run.code:
        return f"<code>{text}</code>"
    styles = (("s", run.strike), ("u", run.underline), ("i", run.italic), ("b", run.bold))
    for tag in [tag for tag, wanted in styles if wanted]:
        text = f"<{tag}>{text}</{tag}>"
    return text


def _of_block(block: Block) -> Iterator[Piece]:
    match block:
        case Heading(_, runs):
            yield Piece(_bold(runs), leads=True)
        case Listing(items):
            for at, item in enumerate(items):
                mark = f"{item.number}." if item.number is not None else BULLETS[min(item.depth, 1)]
                lead = Run(f"{_INDENT * min(item.depth, 3)}{mark} ")
                yield Piece((lead, *item.runs), gap="\n" if at else "\n\n")
        case Table():
            yield from _of_table(block)
        case Quote(runs):
            yield Piece(runs, wrap="blockquote")
        case Preformatted(text):
            yield Piece((Run(text),), wrap="pre")
        case Figure(src, _, caption):
            if caption:
                yield Piece((Run("Ảnh", italic=True, href=src), Run(": "), *caption))
        case _:
            yield Piece(block.runs, leads=plain(block.runs).endswith(":"))


def _of_table(table: Table) -> Iterator[Piece]:
    if table.caption:
        yield Piece(_bold(table.caption), leads=True)
    shown = rows(table)
    for at, row in enumerate(shown):
        leads = row.heads and at + 1 < len(shown)
        yield Piece(written(row), gap="\n" if at else "\n\n", leads=leads)


def _bold(runs: Runs) -> Runs:
    return tuple(replace(run, bold=True) for run in runs)


def _without_mail_links(piece: Piece) -> Piece:
    """Telegram links no mail addresses: they are written out, and it recognises them in the text."""
    if not any(run.href and run.href.startswith("mailto:") for run in piece.runs):
        return piece
    return replace(piece, runs=tuple(map(_mail_written_out, piece.runs)))


def _mail_written_out(run: Run) -> Run:
    if not run.href or not run.href.startswith("mailto:"):
        return run
    address = run.href.removeprefix("mailto:").partition("?")[0]
    text = run.text if address in run.text else f"{run.text} ({address})"
    return replace(run, text=text, href=None)
