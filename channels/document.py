"""A cleaned article as a tree of blocks and runs, which every channel turns into its own form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from channels.tree import CELLS, INLINE, Node, tree


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `href` is an absolute http(s) or mailto address, or None."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    code: bool = False
    href: str | None = None


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True)
class ListItem:
    """One entry of a list; `depth` is 0 at the outermost level.

    `number` is None in a bulleted list, and where the entry's own words number it ("Bước 1: …").
    """

    runs: Runs
    depth: int
    number: int | None


@dataclass(frozen=True)
class Listing:
    items: tuple[ListItem, ...]


@dataclass(frozen=True)
class Table:
    """`header` is empty where the source marks no header row.

    A cell that spans columns is the same object in each; equal cells that don't are not.
    """

    caption: Runs
    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]


@dataclass(frozen=True)
class Quote:
    runs: Runs


@dataclass(frozen=True)
class Preformatted:
    text: str


@dataclass(frozen=True)
class Figure:
    """A picture in the flow of the text; `src` is the address that the cleaned HTML gives it."""

    src: str
    alt: str
    caption: Runs


Block = Heading | Paragraph | Listing | Table | Quote | Preformatted | Figure


def plain(runs: Runs) -> str:
    """The text of runs without style."""
    return "".join(run.text for run in runs)


def begins_with(body: Sequence[Block], text: str) -> bool:
    """Whether `text`, such as a lead cut off with "…", only repeats how the body begins."""
    start = " ".join(" ".join(map(_flowing, body[:3])).split())
    return start.startswith(" ".join(text.split()).rstrip(" .…[]"))


def _flowing(block: Block) -> str:
    match block:
        case Listing(items):
            return " ".join(plain(item.runs) for item in items)
        case Heading(_, runs) | Paragraph(runs) | Quote(runs):
            return plain(runs)
    return ""


def read(html: str) -> tuple[Block, ...]:
    """The blocks of cleaned, allow-listed HTML; total: what it does not know counts as plain text.

    Cells that span are repeated in each place that they cover, so that every row has all its columns.
    """
    return tuple(_blocks(tree(unicodedata.normalize("NFC", html)).children))


_MAX_COLUMNS = 40
_MAX_SPAN = 200
_LISTS = {"ul", "ol"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_APART_FROM_ITEMS = {*_LISTS, "table", "blockquote", "pre", "figure"}
_SPACE = re.compile(r"\s+")
_NUMBERED = re.compile(r"(?:Bước|Câu|Điều|Khoản|Điểm|Mục|Phần|Ý|Kênh|Cách|Nhóm) \d|\d{1,3}[.)]\s")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def _blocks(nodes: Iterable[Node | str]) -> Iterator[Block]:
    inline: list[Node | str] = []
    for node in nodes:
        if isinstance(node, str) or node.tag in INLINE or node.tag in {"br", "img"}:
            inline.append(node)
            continue
        yield from _paragraphs(inline)
        inline = []
        yield from _block(node)
    yield from _paragraphs(inline)


def _block(node: Node) -> Iterator[Block]:
    if node.tag in _HEADINGS:
        yield from _with_figures(node.children, lambda runs: Heading(_HEADINGS[node.tag], runs))
    elif node.tag in _LISTS:
        yield from _listings(node)
    elif node.tag == "table":
        yield from _table(node)
    elif node.tag == "blockquote":
        yield from _with_figures(node.children, Quote)
    elif node.tag == "pre":
        text = "".join(_raw(node)).strip("\n")
        if text.strip():
            yield Preformatted(text)
    elif node.tag == "figure":
        yield from _figure(node)
    elif node.tag == "dt":
        yield from _with_figures([Node("strong", {}, node.children)], Paragraph)
    else:
        yield from _blocks(node.children)


def _paragraphs(nodes: list[Node | str]) -> Iterator[Block]:
    """Paragraphs of text, and between them the pictures that stand in it."""
    for is_figure, pieces in groupby(_pieces(nodes), lambda piece: isinstance(piece, Figure)):
        if is_figure:
            yield from _figures(pieces)
        elif runs := _tidy(pieces):
            yield Paragraph(runs)


def _with_figures(nodes: Iterable[Node | str], block: Callable[[Runs], Block]) -> Iterator[Block]:
    """One block of all the text, and after it the pictures that stood inside."""
    pieces = list(_pieces(nodes))
    if runs := _tidy(pieces):
        yield block(runs)
    yield from _figures(pieces)


def _figures(pieces: Iterable[Run | Figure]) -> Iterator[Figure]:
    return (piece for piece in pieces if isinstance(piece, Figure))


def _figure(node: Node) -> Iterator[Block]:
    """The last picture of a figure carries its caption; without a picture the caption is a paragraph."""
    captions = [child for child in node.children if isinstance(child, Node) and child.tag == "figcaption"]
    blocks = list(_blocks(child for child in node.children if child not in captions))
    caption = _tidy(piece for each in captions for piece in _pieces(each.children))
    last = max((at for at, block in enumerate(blocks) if isinstance(block, Figure)), default=None)
    for at, block in enumerate(blocks):
        yield replace(block, caption=caption) if at == last and isinstance(block, Figure) else block
    if caption and last is None:
        yield Paragraph(caption)


def _listings(node: Node) -> Iterator[Block]:
    """A list; what cannot be an entry, such as a table inside one, stands between two lists."""
    for is_item, group in groupby(_items(node, 0), lambda each: isinstance(each, ListItem)):
        if is_item:
            yield Listing(tuple(each for each in group if isinstance(each, ListItem)))
        else:
            yield from (each for each in group if not isinstance(each, ListItem))


def _items(node: Node, depth: int) -> Iterator[ListItem | Block]:
    start = node.attrs.get("start", "")
    number = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
    for child in node.children:
        if isinstance(child, Node) and child.tag in _LISTS:
            yield from _items(child, depth + 1)
        elif isinstance(child, Node) or child.strip():
            yield from _item(child, depth, number if node.tag == "ol" else None)
            number += 1


def _item(node: Node | str, depth: int, number: int | None) -> Iterator[ListItem | Block]:
    inline: list[Node | str] = []
    for child in [*(node.children if isinstance(node, Node) and node.tag == "li" else [node]), None]:
        if isinstance(child, str) or (child and child.tag not in _APART_FROM_ITEMS):
            inline.append(child)
            continue
        pieces = list(_pieces(inline))
        inline = []
        if runs := _tidy(pieces):
            yield ListItem(runs, depth, None if _NUMBERED.match(plain(runs)) else number)
            number = None
        yield from _figures(pieces)
        if child:
            yield from _items(child, depth + 1) if child.tag in _LISTS else _block(child)


def _table(node: Node) -> Iterator[Block]:
    rows = list(_rows(node))
    grid = _grid([cells for _, cells in rows])
    heads = 0
    while heads < len(rows) and (rows[heads][0] or all(cell.tag == "th" for cell in rows[heads][1])):
        heads += 1
    caption = _tidy(piece for each in _named(node, "caption") for piece in _pieces(each.children))
    body = tuple(row for row in grid[heads:] if any(row))
    if caption or body or any(any(row) for row in grid):
        yield Table(caption, _joined_header(grid[:heads]), body)
    for _, cells in rows:
        for cell in cells:
            yield from _figures(_pieces(cell.children))


def _named(node: Node, *tags: str) -> Iterator[Node]:
    return (child for child in node.children if isinstance(child, Node) and child.tag in tags)


def _rows(table: Node) -> Iterator[tuple[bool, list[Node]]]:
    """Each row's cells, and whether the source puts it in the head."""
    for child in _named(table, "tr", "thead", "tbody", "tfoot"):
        for row in [child] if child.tag == "tr" else _named(child, "tr"):
            if cells := list(_named(row, *CELLS)):
                yield child.tag == "thead", cells


def _grid(rows: list[list[Node]]) -> list[tuple[Runs, ...]]:
    lines = []
    hanging: dict[int, tuple[int, Runs]] = {}
    for cells in rows:
        line: list[Runs] = []
        below: dict[int, tuple[int, Runs]] = {}

        def hang(line: list[Runs] = line, above: dict[int, tuple[int, Runs]] = hanging) -> None:
            while len(line) in above:
                line.append(above[len(line)][1])

        for cell in cells:
            hang()
            runs = _tidy(_pieces(cell.children))
            for _ in range(min(_span(cell, "colspan"), max(1, _MAX_COLUMNS - len(line)))):
                if len(line) < _MAX_COLUMNS:
                    below[len(line)] = (_span(cell, "rowspan"), runs)
                line.append(runs)
        hang()
        lines.append(tuple(line))
        hanging = {
            column: (rows_left - 1, runs)
            for column, (rows_left, runs) in {**hanging, **below}.items()
            if rows_left > 1
        }
    return lines


def _span(cell: Node, name: str) -> int:
    value = cell.attrs.get(name, "")
    return min(max(int(value), 1), _MAX_SPAN) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _joined_header(rows: list[tuple[Runs, ...]]) -> tuple[Runs, ...]:
    """One name a column: a head of several rows joined downwards, without what is said twice."""
    columns = []
    for column in range(max(map(len, rows), default=0)):
        names = dict.fromkeys(row[column] for row in rows if column < len(row) and row[column])
        columns.append(tuple(run for name in names for run in (Run(" – "), *name))[1:])
    return tuple(columns)


def _pieces(nodes: Iterable[Node | str], style: Run = Run("")) -> Iterator[Run | Figure]:
    """Styled stretches, white space folded, a line break for every border of a block, and the pictures."""
    for node in nodes:
        if isinstance(node, str):
            yield replace(style, text=_SPACE.sub(" ", node))
        elif node.tag == "img":
            if src := node.attrs.get("src", "").strip():
                yield Figure(src, _SPACE.sub(" ", node.attrs.get("alt", "")).strip(), ())
        elif node.tag in INLINE:
            yield from _pieces(node.children, _styled(style, node))
        elif node.tag == "br":
            yield replace(style, text="\n")
        else:
            border = Run(" " if node.tag in CELLS else "\n")
            yield border
            yield from _pieces(node.children, style)
            yield border


def _styled(style: Run, node: Node) -> Run:
    if node.tag == "a":
        href = node.attrs.get("href", "").strip()
        return replace(style, href=href if _ADDRESS.fullmatch(href) else None)
    match node.tag:
        case "strong" | "b":
            return replace(style, bold=True)
        case "em" | "i":
            return replace(style, italic=True)
        case "u" | "ins":
            return replace(style, underline=True)
        case "s" | "del" | "strike":
            return replace(style, strike=True)
        case "code":
            return replace(style, code=True)
    return style


def _raw(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
        else:
            yield from ["\n"] if child.tag == "br" else _raw(child)


def _tidy(pieces: Iterable[Run | Figure]) -> Runs:
    """Runs unlike their neighbours; no white space is doubled, at the ends or around a line break."""
    tidy: list[tuple[Run, list[str]]] = []
    end = "\n"
    for run in pieces:
        if isinstance(run, Figure):
            continue
        text = run.text
        if end.isspace():
            text = text.lstrip(" ") if end == " " else text.lstrip()
        if end == " " and text.startswith("\n"):
            _drop_last(tidy)
        if not text:
            continue
        style = replace(run, text="")
        if tidy and tidy[-1][0] == style:
            tidy[-1][1].append(text)
        else:
            tidy.append((style, [text]))
        end = text[-1]
    if tidy and end.isspace():
        _drop_last(tidy)
    return tuple(replace(style, text="".join(texts)) for style, texts in tidy)


def _drop_last(tidy: list[tuple[Run, list[str]]]) -> None:
    texts = tidy[-1][1]
    texts[-1] = texts[-1][:-1]
    if not texts[-1]:
        texts.pop()
    if not texts:
        tidy.pop()
