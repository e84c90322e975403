"""Feed text → an XML tree; damage is mended where the mending is certain, and every mending is named.

Entities that a document declares are refused before anything is expanded.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pipeline.entry import FeedTrouble

DEEPEST = 200
MOST_ATTRIBUTES = 60
KNOWN_PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "app": "http://www.w3.org/2007/app",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
ENTRIES = ("item", "entry")
HTML_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
DOCTYPE = re.compile(r"(?<=>)?\s*<!DOCTYPE\b(?:\"[^\"]*\"|'[^']*'|[^\[>\"'])*(?P<subset>\[.*?\]\s*)?>", re.S)
PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)
REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?-->|<\?.*?\?>"
    r"|&(?:#(?P<decimal>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<name>[A-Za-z]\w{1,30}));|(?P<bare>&)",
    re.S,
)
BEGINNING = re.compile(r"<\?xml\s|<(?:rss|feed|rdf:RDF)\b")
PREFIX = re.compile(r"[<\s]([A-Za-z_][\w.-]*):[A-Za-z_]")
TEXTS = re.compile(
    r"<(?P<name>(?:\w+:)?(?:description|encoded|summary|content|title))(?P<rest>(?:\s[^<>]*)?)(?<!/)>"
    r"(?P<inner>.*?)</(?P=name)\s*>",
    re.S,
)
START_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<[A-Za-z][^<>]*>", re.S)
UNQUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|(?P<equals>=\s*)(?P<value>[^\s\"'<>=`]+)")
XML_ENTITIES = ("lt", "gt", "amp", "quot", "apos")


@dataclass
class Document:
    """`prefixes` maps each prefix to the namespaces that it is bound to; `damage` is plain Vietnamese."""

    root: Element
    prefixes: dict[str, set[str]]
    damage: list[str] = field(default_factory=list)


def read_xml(text: str) -> Document:
    """The tree of a feed's text.

    Of a document that breaks off or is broken beyond mending, only the entries that ended before that
    place stay. Raises `FeedTrouble` where none did, where the document is a web page, or where it
    declares entities.
    """
    damage: list[str] = []
    if not text.strip():
        raise FeedTrouble("Nguồn tin trống, không có nội dung nào")
    if HTML_PAGE.match(text):
        title = re.search(r"<title[^>]*>(.*?)</title", text[:5000], re.I | re.S)
        named = f": “{' '.join(html.unescape(title[1]).split())[:100]}”" if title else ""
        raise FeedTrouble(f"Máy chủ trả về một trang web thay cho nguồn tin{named}")
    if (stripped := text.lstrip("\ufeff\u200b \t\r\n")) != text:
        text = stripped
        if text.startswith("<?xml"):
            damage.append("có khoảng trắng đứng trước khai báo XML")
    if not text.startswith("<") or text[1:2].isalpha():
        begin = BEGINNING.search(text)
        if begin and begin.start():
            text = text[begin.start() :]
            damage.append("có chữ lạ đứng trước nguồn tin, thường là lời báo lỗi của máy chủ")
    text = _without_doctype(text)
    for mend in MENDINGS:
        document = _parse(text)
        if not isinstance(document, _Broken):
            return Document(document.root, document.prefixes, damage)
        if (root := document.tree.root) is not None and not document.tree.stack:
            damage.append("có chữ lạ đứng sau nguồn tin, đã bỏ qua")
            return Document(root, document.prefixes, damage)
        text, said = mend(text)
        damage += said
    document = _parse(text)
    if not isinstance(document, _Broken):
        return Document(document.root, document.prefixes, damage)
    root, kept = document.salvage()
    if root is None or not kept:
        raise FeedTrouble(f"Nguồn tin không phải XML hợp lệ (dòng {document.line}) và không lấy được bài nào")
    damage.append(f"hỏng hoặc bị cắt ở dòng {document.line}: chỉ lấy {kept} bài trọn vẹn đứng trước chỗ đó")
    return Document(root, document.prefixes, damage)


def _without_doctype(text: str) -> str:
    """RSS 0.91 names Netscape's DTD, which is not fetched; an entity of one's own is refused."""
    start = PROLOGUE.match(text)
    begin = start.end() if start else 0
    match = DOCTYPE.match(text, begin)
    if not match:
        return text
    if "<!ENTITY" in (match["subset"] or ""):
        raise FeedTrouble("Nguồn tin tự khai báo thực thể XML (DTD): không đọc, vì có thể là tấn công")
    return text[:begin] + text[match.end() :]


class _Tree:
    """Collects what expat reports; after an error, what is open is known."""

    def __init__(self) -> None:
        self.prefixes: dict[str, set[str]] = {}
        self.stack: list[Element] = []
        self.builder = TreeBuilder()
        self.root: Element | None = None
        parser = expat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.ordered_attributes = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.builder.data
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = self._refuse
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.stack) >= DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise FeedTrouble("Nguồn tin có cấu trúc XML bất thường: lồng quá sâu hoặc quá nhiều thuộc tính")
        element = self.builder.start(_clark(name), {_clark(key): value for key, value in attributes.items()})
        self.root = element if self.root is None else self.root
        self.stack.append(element)

    def _end(self, name: str) -> None:
        self.builder.end(_clark(name))
        self.stack.pop()

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        self.prefixes.setdefault(prefix or "", set()).add(uri or "")

    def _refuse(self, *_: object) -> None:
        raise FeedTrouble("Khai báo DTD đứng sai chỗ trong nguồn tin")


def _clark(name: str) -> str:
    return "{" + name if "}" in name else name


@dataclass
class _Whole:
    root: Element
    prefixes: dict[str, set[str]]


@dataclass
class _Broken:
    tree: _Tree
    line: int
    prefixes: dict[str, set[str]]

    def salvage(self) -> tuple[Element | None, int]:
        """The tree without what was still open, and the number of whole entries in it."""
        root, stack = self.tree.root, self.tree.stack
        for parent, child in pairwise(stack):
            if local(child) not in ("channel", "feed"):
                parent.remove(child)
                break
        return root, sum(local(element) in ENTRIES for element in root.iter()) if root is not None else 0


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _parse(text: str) -> _Whole | _Broken:
    tree = _Tree()
    try:
        tree.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        return _Broken(tree, error.lineno, tree.prefixes)
    assert tree.root is not None  # noqa: S101 — expat ends without an error only after a root
    return _Whole(tree.root, tree.prefixes)


def _references(text: str) -> tuple[str, list[str]]:
    """Named entities of HTML become their characters, a bare "&" stays a "&"."""
    named: set[str] = set()
    bare = False

    def mend(match: re.Match[str]) -> str:
        nonlocal bare
        if match["name"] and match["name"] not in XML_ENTITIES:
            character = html.entities.html5.get(match["name"] + ";")
            if character is None:
                bare = True
                return "&amp;" + match[0][1:]
            named.add(match[0])
            return html.escape(character)
        if match["decimal"] or match["hex"]:
            code = int(match["decimal"] or match["hex"], 10 if match["decimal"] else 16)
            return match[0] if _legal(code) else ""
        if match["bare"]:
            bare = True
            return "&amp;"
        return match[0]

    text = REFERENCE.sub(mend, text)
    said = [f"dùng ký hiệu HTML chưa khai báo ({', '.join(sorted(named)[:5])})"] if named else []
    return text, said + (["có dấu & đứng trần"] if bare else [])


def _legal(code: int) -> bool:
    """XML 1.0 §2.2."""
    return (
        code in (9, 10, 13)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )


def _prefixes(text: str) -> tuple[str, list[str]]:
    """Declares prefixes that the document uses without a declaration."""
    outside = re.sub(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?-->", "", text, flags=re.S)
    used = {name for tag in START_TAG.findall(outside) for name in PREFIX.findall(tag)}
    missing = sorted(
        name for name in used - {"xml", "xmlns"} if not re.search(rf"\sxmlns:{re.escape(name)}\s*=", outside)
    )
    start = re.search(r"<[A-Za-z][^\s/>]*", outside[:5000])
    if not missing or not start:
        return text, []
    bound = "".join(
        f' xmlns:{name}="{KNOWN_PREFIXES.get(name, "urn:undeclared:" + name)}"' for name in missing
    )
    return text.replace(start[0], start[0] + bound, 1), [f"dùng tiền tố chưa khai báo: {', '.join(missing)}"]


def _markup(text: str) -> tuple[str, list[str]]:
    """Quotes bare attribute values, and takes as text what stands in a text element and is no XML."""
    changed = False

    def quoted(match: re.Match[str]) -> str:
        nonlocal changed
        if match[0].startswith("<!"):
            return match[0]
        tag = UNQUOTED.sub(lambda m: f'{m["equals"]}"{m["value"]}"' if m["value"] else m[0], match[0])
        changed = changed or tag != match[0]
        return tag

    def wrapped(match: re.Match[str]) -> str:
        nonlocal changed
        inner = match["inner"]
        if "<" not in inner or "<![CDATA[" in inner or isinstance(_parse(f"<x>{inner}</x>"), _Whole):
            return match[0]
        changed = True
        return (
            f"<{match['name']}{match['rest']}><![CDATA[{inner.replace(']]>', ']]&gt;')}]]></{match['name']}>"
        )

    text = TEXTS.sub(wrapped, text)
    text = START_TAG.sub(quoted, text)
    return text, [
        "có thẻ HTML viết sai trong bài (thẻ không đóng hoặc thuộc tính không có ngoặc kép)"
    ] if changed else []


MENDINGS: tuple[Callable[[str], tuple[str, list[str]]], ...] = (_references, _prefixes, _markup)
