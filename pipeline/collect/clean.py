"""Reduces the HTML of an entry to an allow-list, and says which pictures it shows.

nh3 decides what is safe; the blocks are then built anew from its output, so that what comes out has one
form: blocks that hold runs, no empty ones, white space folded.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import groupby

import nh3

from pipeline.collect import addresses
from pipeline.collect.blocks import BREAK, LINE, PLAIN, Atom, Block, as_html, as_text, emphasised, flat, lines
from pipeline.collect.words import fold, visible
from pipeline.entry import EntryImage

LONGEST = 400_000
DEEPEST = 100
MOST_PARTS_OF_A_TAG = 500
"""nh3 and html5ever are quadratic in depth and in attributes, so both are capped before (facts/feeds.md)."""

MARKS = {"b": "strong", "i": "em", "ins": "u", "strike": "s", "del": "s", "tt": "code", "kbd": "code"} | {
    tag: tag for tag in ("strong", "em", "u", "s", "sub", "sup", "code")
}
LEAVES = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
LISTS = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd")}
BLOCKS = {"li", "dt", "dd", "table", "figure", "pre", "hr", "blockquote"} | set(LEAVES) | set(LISTS)
WRAPPERS = {
    "p", "div", "section", "article", "center", "address", "main", "header", "footer", "form", "aside", "nav",
    "details", "summary", "fieldset",
}  # fmt: skip
INLINE = {"a", "img", "br", "span", "font"} | set(MARKS)
PARTS = {"caption", "thead", "tbody", "tfoot", "tr", "td", "th", "figcaption"}
TAGS = INLINE | WRAPPERS | BLOCKS | PARTS
GONE = {
    "script", "style", "iframe", "object", "embed", "applet", "noscript", "noframes", "template", "xml",
    "title", "svg", "math", "select", "textarea", "button", "audio", "video", "canvas", "map",
}  # fmt: skip
"""Removed with all that stands in them."""
LAZY = ("data-src", "data-original", "data-lazy-src")
CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=GONE,
    attributes={
        "a": {"href"},
        "img": {"alt", "width", "height", "style", "src", *LAZY},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto", "tel", "data", "file", "cid", "blob"},
    url_relative="pass_through",
    link_rel=None,
)
UNCLOSED = {"br", "img", "hr", "p", "li", "td", "th", "tr", "dt", "dd", "input", "meta", "link", "col", "wbr"}
"""Tags that a parser closes by itself: they add no depth."""
TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>?")
ESCAPED_TAG = re.compile(
    r"&lt;(?:/(?:p|div|span|table|ul|ol|li|a|b|i|u|em|strong|font|h[1-6])\s*&gt;|(?:p|div|br|img|table)\b)",
    re.I,
)
REAL_TAG = re.compile(r"<[a-zA-Z/!]")
TINY = re.compile(r"(?:^|;)\s*(?:(?:width|height)\s*:\s*[0-2](?:\.\d+)?px|display\s*:\s*none)", re.I)
TRACKER = re.compile(
    r"//[^/]*(?:google-analytics\.com|doubleclick\.net|pixel\.wp\.com|scorecardresearch\.com|mc\.yandex\.ru"
    r"|facebook\.com/tr\b|feeds\.feedburner\.com/~r)|/(?:pixel|spacer|blank|beacon|1x1)\.(?:gif|png)(?:$|\?)",
    re.I,
)


@dataclass(frozen=True)
class Cleaned:
    """`html` is allow-listed, `text` its plain text: blocks parted by newlines, cells by " | "."""

    html: str
    text: str
    images: tuple[EntryImage, ...]
    lead: str = ""
    """The text of a first paragraph that is bold or italic from end to end."""
    cut: bool = False
    """Whether the source was longer than `LONGEST` and its end was left out."""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)


def clean(source: str, base: str = "") -> Cleaned:
    """The allow-listed form of an HTML fragment whose relative addresses are relative to `base`.

    Cleaning what was cleaned changes nothing. Text that is HTML escaped once too often is HTML. Links
    stay where they are absolute http, https, mailto or tel; counting pixels go silently, other pictures
    without a usable address go with a problem in `images`.
    """
    cut = len(source) > LONGEST
    source = source[:LONGEST]
    while not REAL_TAG.search(source) and ESCAPED_TAG.search(source):
        source = html.unescape(source)
    reader = _Reader(base)
    blocks = reader.flow(tree(CLEANER.clean(shallow(source))).children)
    return Cleaned(
        "\n".join(as_html(block) for block in blocks),
        unicodedata.normalize("NFC", "\n".join(filter(None, map(as_text, blocks)))),
        tuple(dict.fromkeys(reader.images)),
        emphasised(blocks),
        cut,
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, single line ends stay line ends."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = (html.escape(part.strip(), quote=False).replace("\n", "<br>") for part in parts if part.strip())
    return "".join(f"<p>{part}</p>" for part in escaped)


def shallow(source: str) -> str:
    """`source` without the tags that stand too deep and those with too many attributes."""
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, tag = match[1], match[2].lower()
        if len(match[0]) > MOST_PARTS_OF_A_TAG and len(match[0].split()) > MOST_PARTS_OF_A_TAG:
            return ""
        if tag in UNCLOSED or tag in GONE:
            return match[0]
        kept = depth < DEEPEST if not closing else depth <= DEEPEST
        depth = max(0, depth + (-1 if closing else 1))
        return match[0] if kept else ""

    return TAG.sub(keep, source)


def tree(safe: str) -> Element:
    """nh3's output, in which every tag is closed, as elements below one without a name."""
    builder = _Builder()
    builder.feed(safe)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in ("br", "img", "hr"):
            self.stack.append(element)

    def handle_endtag(self, tag: str) -> None:
        if len(self.stack) > 1 and self.stack[-1].tag == tag:
            self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


class _Reader:
    """Turns elements into blocks and collects the pictures on the way."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.images: list[EntryImage] = []

    def flow(self, children: Iterable[Element | str], style: Atom = PLAIN) -> list[Block]:
        """The blocks that stand in `children`; the runs between blocks are paragraphs."""
        blocks: list[Block] = []
        run: list[Atom] = []
        for piece in [*self.pieces(children, style), BREAK]:
            if isinstance(piece, Atom) and piece is not BREAK:
                run.append(piece)
                continue
            blocks.extend(Block("p", atoms) for atoms in lines(run))
            run.clear()
            if isinstance(piece, Block):
                blocks.append(piece)
        return blocks

    def pieces(self, children: Iterable[Element | str], style: Atom) -> Iterator[Atom | Block]:
        """Runs and blocks in order; styles and links reach into the blocks that they surround."""
        for child in children:
            if isinstance(child, str):
                yield replace(style, text=child)
            elif child.tag == "br":
                yield LINE
            elif child.tag == "img":
                yield from self.picture(child, style)
            elif child.tag == "a":
                yield from self.pieces(child.children, replace(style, href=self.link(child)))
            elif child.tag in MARKS:
                marked = replace(style, marks=style.marks | {MARKS[child.tag]})
                yield from self.pieces(child.children, marked)
            elif child.tag in INLINE:
                yield from self.pieces(child.children, style)
            elif child.tag in BLOCKS:
                yield from self.block(child, style)
            else:
                yield BREAK
                yield from self.pieces(child.children, style)
                yield BREAK

    def block(self, element: Element, style: Atom) -> Iterator[Block]:
        tag = element.tag
        if tag == "hr":
            yield Block("hr")
        elif tag == "pre":
            if (text := visible(_all_text(element)).strip("\r\n")).strip():
                yield Block("pre", [Atom(text)])
        elif tag in LEAVES:
            atoms = flat(self.flow(element.children, style))
            if any(atom.text for atom in atoms):
                yield Block(LEAVES[tag], atoms)
            elif atoms:
                yield Block("p", atoms)
        elif tag == "table":
            yield from self.table(element, style)
        elif tag == "figure":
            yield from self.figure(element, style)
        elif tag in LISTS:
            items = self.items(element, style)
            if items:
                yield Block(tag, blocks=items)
        elif tag == "blockquote":
            if blocks := self.flow(element.children, style):
                yield Block(tag, blocks=blocks)
        else:
            if blocks := self.flow(element.children, style):
                yield Block("ul" if tag == "li" else "dl", blocks=[Block(tag, blocks=blocks)])

    def items(self, listing: Element, style: Atom) -> list[Block]:
        """A list's entries; a list that stands between entries belongs to the one before it."""
        kinds = LISTS[listing.tag]
        items: list[Block] = []
        for kind, children in groupby(
            listing.children, lambda child: _tag(child) if _tag(child) in kinds else ""
        ):
            if kind:
                items += [Block(kind, blocks=self.flow(_children(child), style)) for child in children]
            elif blocks := self.flow(children, style):
                if items:
                    items[-1].blocks.extend(blocks)
                else:
                    items.append(Block(kinds[-1], blocks=blocks))
        return [item for item in items if item.blocks]

    def table(self, table: Element, style: Atom) -> Iterator[Block]:
        parts: list[Block] = []
        cells: list[Block] = []
        for part in (child for child in table.children if isinstance(child, Element)):
            if part.tag == "caption":
                if atoms := flat(self.flow(part.children, style)):
                    parts.append(Block("caption", atoms))
                continue
            rows = []
            for row in (child for child in part.children if isinstance(child, Element)):
                found = [
                    Block(cell.tag, blocks=self.flow(cell.children, style), attributes=_spans(cell))
                    for cell in row.children
                    if isinstance(cell, Element)
                ]
                cells.extend(found)
                if found:
                    rows.append(Block("tr", blocks=found))
            if rows:
                parts.append(Block(part.tag, blocks=rows))
        if len(cells) == 1 and len(parts) == 1:
            yield from cells[0].blocks
        elif any(cell.blocks for cell in cells):
            yield Block("table", blocks=parts)

    def figure(self, figure: Element, style: Atom) -> Iterator[Block]:
        parts = self.flow([child for child in figure.children if _tag(child) != "figcaption"], style)
        captions: list[Atom] = []
        for child in figure.children:
            if _tag(child) == "figcaption":
                captions += flat(self.flow(_children(child), style))
        if not any(atom.tag == "img" for part in parts for atom in part.atoms):
            yield from parts
            if captions:
                yield Block("p", captions)
            return
        yield Block("figure", blocks=[*parts, *([Block("figcaption", captions)] if captions else [])])

    def picture(self, img: Element, style: Atom) -> Iterator[Atom]:
        given = img.attributes
        raw = given.get("src", "").strip()
        lazy = next((given[name] for name in LAZY if given.get(name)), "")
        if lazy and (not raw or raw.startswith("data:")):
            raw = lazy
        alt = fold(given.get("alt", ""))
        sizes = [
            (name, given[name])
            for name in ("width", "height")
            if re.fullmatch(r"\d{1,4}", given.get(name, ""))
        ]
        if (
            TRACKER.search(raw)
            or TINY.search(given.get("style", ""))
            or any(int(size) <= 2 for _, size in sizes)
        ):
            return
        url, problem = addresses.picture(raw, self.base)
        self.images.append(EntryImage(url, alt, problem))
        if url:
            yield replace(
                style, marks=frozenset(), tag="img", attributes=(("src", url), ("alt", alt), *sizes)
            )

    def link(self, a: Element) -> str | None:
        raw = a.attributes.get("href", "").strip()
        if match := re.fullmatch(r"mailto:([^\s@<>\"?&]+@[\w.-]+)(?:\?.*)?", raw, re.IGNORECASE):
            return f"mailto:{match[1]}"
        if raw[:4].lower() == "tel:":
            digits = re.sub(r"[^\d+]", "", raw[4:])
            return f"tel:{digits}" if digits else None
        if raw.startswith(("#", "\\\\")) or not raw:
            return None
        url = addresses.absolute(raw, self.base)
        return url if url and (addresses.is_public(url) or addresses.same_host(url, self.base)) else None


def _tag(child: Element | str) -> str:
    return "" if isinstance(child, str) else child.tag


def _children(child: Element | str) -> list[Element | str]:
    return [] if isinstance(child, str) else child.children


def _all_text(element: Element) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _all_text(child)
        for child in element.children
    )


def _spans(cell: Element) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name in ("colspan", "rowspan")
        if re.fullmatch(r"[2-9]|[1-9]\d", value := cell.attributes.get(name, ""))
    )
