"""RSS 0.9x, 1.0 (RDF) and 2.0 and Atom 0.3 and 1.0: what each entry says.

feedparser knows the dialects and reads title, texts and enclosures. It is shown only the elements that
say these: of the rest it would let a picture's `media:description` or `itunes:summary` replace the body,
keep one of repeated elements, drop the text of those with attributes, cut names, and take quadratic time
for authors. That rest is read from the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

import feedparser

from pipeline.collect import addresses
from pipeline.collect.said import HTML, TEXT, Markup, Picture, Said
from pipeline.collect.wellformed import ENTRIES, Document, local
from pipeline.collect.words import MARKUP, fold, one_line, unescape
from pipeline.entry import EntryAttachment, FeedTrouble

ATOM = {"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"}
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = {"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"}
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
RSS = {"", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"} | {
    "http://backend.userland.com/rss2", "http://backend.userland.com/rss", "http://blogs.law.harvard.edu/tech/rss"
}  # fmt: skip
SHOWN_OF_RSS = {"title", "description", "enclosure"}
SHOWN_OF_ATOM = {"title", "summary", "content"}
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp)$", re.IGNORECASE)
REFERENCE = re.compile(r"&#?\w+;")
MOST_ENTRIES = 2000
MOST_CHILDREN = 200
LONGEST_NAME = 300


def read_entries(document: Document, address: str) -> tuple[list[Said], str | None, timedelta | None]:
    """The entries in the order of the document, the feed's home page, and how long it asks to be left alone.

    `address` is where the feed was read from. Raises `FeedTrouble` where the document is no feed.
    """
    root = document.root
    if local(root).lower() == "rss":
        _plain_names(root, _space(root))
    channel = next((e for e in root if local(e) == "channel" and _space(e) in RSS), root)
    found = [e for holder in dict.fromkeys((channel, root)) for e in holder if _is_entry(e)]
    if local(root).lower() not in ("rss", "rdf", "feed", "channel") or (
        local(root) == "feed" and _space(root) not in ATOM
    ):
        raise FeedTrouble(f"Tài liệu XML này không phải nguồn tin: phần tử gốc là “{local(root)[:40]}”")
    if not found and any(local(element) in ENTRIES for element in root.iter()):
        raise FeedTrouble("Nguồn tin có bài nhưng không đúng cấu trúc RSS hay Atom, không đọc được")
    if len(found) > MOST_ENTRIES:
        document.damage.append(f"có {len(found)} bài, chỉ đọc {MOST_ENTRIES} bài đầu")
    found = found[:MOST_ENTRIES]
    home = _home(channel, address)
    base = _base(channel, _base(root, _first_address(_own_links(channel, home, address))))
    common = _common(found)
    entries = [_entry(element, shown, base, document) for element, shown in zip(found, common, strict=True)]
    return entries, home, _ttl(channel)


def _entry(element: Element, shown: Any, feed_base: str, document: Document) -> Said:
    base = _base(element, feed_base)
    atom = _space(element) in ATOM
    guid, link = _identity(element, base)
    media = [e for e in element.iter() if _space(e) in MEDIA][:MOST_CHILDREN]
    pictures, attachments = _media(media, base)
    for enclosure in shown.get("links", []) + _atom_enclosures(element):
        _take(enclosure, base, pictures, attachments)
    return Said(
        guid=guid,
        link=link,
        title=_title(element, shown.get("title", ""), atom=atom),
        summary=_summary(element, shown, base, atom=atom),
        bodies=_bodies(element, shown, base, atom=atom),
        author=_author(element),
        published=_dates(element, PUBLISHED, atom=atom),
        updated=_dates(element, UPDATED, atom=atom),
        categories=_categories(element),
        pictures=pictures,
        attachments=attachments,
        xml=element,
        prefixes=document.prefixes,
    )


def _common(found: list[Element]) -> list[Any]:
    """What feedparser reads in each entry, entry by entry."""
    shown: list[Any] = []
    for atom in (True, False):
        group = [element for element in found if (_space(element) in ATOM) is atom]
        if not group:
            continue
        space = f"{{{_space(group[0])}}}" if atom else ""
        root = Element(f"{space}feed" if atom else "rss", {} if atom else {"version": "2.0"})
        holder = root if atom else SubElement(root, "channel")
        for element in group:
            entry = SubElement(holder, f"{space}{'entry' if atom else 'item'}")
            entry.extend(_shown(element, atom=atom))
        parsed = feedparser.parse(
            BytesIO(tostring(root, encoding="utf-8", xml_declaration=True)),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if len(parsed.entries) != len(group):
            raise FeedTrouble("Không tách được các bài trong nguồn tin")
        shown += zip(map(id, group), parsed.entries, strict=True)
    by_element = dict(shown)
    return [by_element[id(element)] for element in found]


def _shown(element: Element, *, atom: bool) -> Iterator[Element]:
    for child in list(element)[:MOST_CHILDREN]:
        name, space = local(child), _space(child)
        if atom:
            wanted = space in ATOM and name in SHOWN_OF_ATOM
        else:
            wanted = (space in RSS and name in SHOWN_OF_RSS) or (space == CONTENT and name == "encoded")
        if wanted:
            shown = copy(child)
            shown.tail = None
            if space in RSS:
                shown.tag = name
            yield shown


def _title(element: Element, title: str, *, atom: bool) -> str:
    """RFC 4287 §3.1.1: the type of an Atom title is text unless it says otherwise; in RSS nobody knows."""
    child = next((e for e in element if local(e) == "title" and _space(e) in ATOM), None)
    if atom and (child is None or child.get("type", "text") in ("text", "text/plain")):
        return fold(unescape(title)) if not re.search(r"</\w", title) else one_line(title)
    return one_line(title)


def _summary(element: Element, shown: Any, base: str, *, atom: bool) -> Markup:
    name = "summary" if atom else "description"
    child = next((e for e in element if local(e) == name and _space(e) in (ATOM if atom else RSS)), None)
    text = shown.get("summary", "") if child is not None else ""
    return _markup(text, child, base, atom=atom)


def _bodies(element: Element, shown: Any, base: str, *, atom: bool) -> list[Markup]:
    children = [
        e
        for e in element
        if (local(e) == "content" and _space(e) in ATOM) or (local(e) == "encoded" and _space(e) == CONTENT)
    ]
    texts = [content.get("value", "") for content in shown.get("content", [])]
    if len(texts) == len(children):
        return [_markup(text, child, base, atom=atom) for text, child in zip(texts, children, strict=True)]
    return [_markup(text, next(iter(children), None), base, atom=atom) for text in texts]


def _markup(text: str, element: Element | None, base: str, *, atom: bool) -> Markup:
    base = _base(element, base) if element is not None else base
    kind = (element.get("type") if element is not None else None) or (TEXT if atom else HTML)
    if kind == "xhtml" or kind.endswith("xml"):
        return Markup(re.sub(r"></(?:br|img|hr)>", ">", text), HTML, base)
    is_text = kind in (TEXT, "text/plain") or not atom
    return Markup(
        text,
        TEXT if is_text and not MARKUP.search(text) and (atom or not REFERENCE.search(text)) else HTML,
        base,
    )


def _identity(element: Element, base: str) -> tuple[str | None, str | None]:
    """The entry's own id and its page.

    A guid is an address only where it is a permalink, which is the default (RSS 2.0, guid); one that is
    no absolute address is taken for an identifier all the same.
    """
    about = element.get(RDF_ABOUT, "").strip()
    guid: str | None = None
    ranked: list[tuple[int, str]] = [(3, about)]
    for child in element:
        name, space, text = local(child), _space(child), "".join(child.itertext()).strip()
        if name == "link" and space in ATOM and child.get("rel", "alternate") == "alternate":
            is_page = child.get("type", "text/html") in ("text/html", "application/xhtml+xml")
            ranked.append((0 if is_page else 1, child.get("href", "").strip()))
        elif name == "link" and space in RSS:
            ranked.append((0, text or child.get("href", "").strip()))
        elif (name == "guid" and space in RSS) or (name == "id" and space in ATOM):
            guid = guid or fold(text) or None
            if re.match(r"https?:", text, re.I) and child.get("isPermaLink", "true").lower() != "false":
                ranked.append((2, text))
    ranked.sort(key=lambda candidate: candidate[0])
    links = (addresses.absolute(text, base) for _, text in ranked if text)
    return guid or about or None, next(filter(None, links), None)


def _author(element: Element) -> str:
    """The names of the authors; of "address (name)" (RSS 2.0, author) and "name <address>" the name."""
    names = []
    for child in element:
        name, space = local(child), _space(child)
        if name == "author" and space in ATOM:
            names += [e.text or "" for e in child if local(e) == "name"]
        elif (name == "author" and space in RSS) or (name == "creator" and space == DC):
            names.append("".join(child.itertext())[:LONGEST_NAME])
    names = [
        one_line(re.sub(r"^\s*\S+@\S+\s*\((.+)\)\s*$|\s*<[^<>\s]+@[^<>\s]+>\s*$", r"\1", n)) for n in names
    ]
    return ", ".join(filter(None, dict.fromkeys(names)))[:LONGEST_NAME]


PUBLISHED = (
    ("pubdate", RSS | ATOM),
    ("published", ATOM),
    ("issued", ATOM | {DCTERMS}),
    ("available", {DCTERMS}),
    ("date", {DC, DCTERMS}),
    ("created", ATOM | {DCTERMS}),
    ("date", RSS),
    ("published", RSS),
)
UPDATED = (("updated", ATOM), ("modified", ATOM | {DCTERMS}), ("updated", RSS), ("modified", RSS))


def _dates(element: Element, names: Iterable[tuple[str, set[str]]], *, atom: bool) -> list[str]:
    """The texts of the first of `names` that stands in the entry.

    What has no date of publication was published when Atom says that it was last changed (RFC 4287
    §4.2.15): also in RSS, for .NET's Rss20FeedFormatter writes that date as atom:updated alone.
    """
    for wanted, spaces in names:
        texts = [
            fold("".join(e.itertext())) for e in element if local(e).lower() == wanted and _space(e) in spaces
        ]
        if any(texts):
            return list(dict.fromkeys(filter(None, texts)))
    if names is not PUBLISHED:
        return []
    return _dates(element, UPDATED if atom else UPDATED[:1], atom=atom)


def _categories(element: Element) -> list[tuple[str, str]]:
    found = []
    for child in list(element)[:MOST_CHILDREN]:
        if local(child) == "category" and _space(child) in ATOM:
            scheme, term = child.get("scheme", "").strip(), child.get("term", "")
            found.append((scheme, fold(term if scheme else child.get("label") or term)))
        elif (local(child) == "category" and _space(child) in RSS) or (
            _space(child) == DC and local(child) == "subject"
        ):
            found.append(
                (
                    child.get("domain", "").strip(),
                    one_line("".join(child.itertext()) or child.get("term", "")),
                )
            )
    return list(dict.fromkeys(pair for pair in found if pair[1]))


def _media(elements: list[Element], base: str) -> tuple[list[Picture], list[EntryAttachment]]:
    """Media RSS 1.5.1: pictures with their description, else title, as alternative text."""
    texts = {
        local(e): one_line("".join(e.itertext()))
        for e in reversed(elements)
        if local(e) in ("title", "description")
    }
    pictures: list[Picture] = []
    attachments: list[EntryAttachment] = []
    for element in [e for e in elements if local(e) == "content"]:
        own = {local(e): one_line("".join(e.itertext())) for e in element}
        alt = (
            own.get("description") or own.get("title") or texts.get("description") or texts.get("title") or ""
        )
        kind = element.get("type") or {"image": "image/*"}.get(element.get("medium", ""), "")
        link = {"href": element.get("url", ""), "type": kind, "length": element.get("fileSize"), "title": alt}
        _take({"rel": "enclosure", **link}, base, pictures, attachments)
    if not pictures:
        thumbnails = [e for e in elements if local(e) == "thumbnail"][:1]
        pictures = [Picture(e.get("url", ""), texts.get("description", ""), base) for e in thumbnails]
    return pictures, attachments


def _take(link: Any, base: str, pictures: list[Picture], attachments: list[EntryAttachment]) -> None:
    """An enclosure is a picture to show or a file to link."""
    if link.get("rel") != "enclosure" or not (href := (link.get("href") or "").strip()):
        return
    kind = (link.get("type") or "").strip().lower()
    path = urlsplit(href.replace("\\", "/")).path if "[" not in href else href
    if kind.startswith("image/") or (not kind and PICTURE_FILE.search(path)):
        pictures.append(Picture(href, fold(link.get("title") or ""), base))
    elif url := addresses.absolute(href, base):
        size = str(link.get("length") or "").strip()
        title = fold(str(link.get("title") or "")) or fold(unquote(path.rpartition("/")[2]))
        known = int(size) if re.fullmatch(r"[1-9]\d{0,11}", size) else None
        attachments.append(EntryAttachment(url, title, kind, known))


def _atom_enclosures(element: Element) -> list[dict[str, str]]:
    return [
        dict(e.attrib)
        for e in element
        if local(e) == "link" and _space(e) in ATOM and e.get("rel") == "enclosure"
    ]


def _home(channel: Element, address: str) -> str | None:
    for child in channel:
        if local(child) == "link" and (_space(child) in RSS or child.get("rel", "alternate") == "alternate"):
            raw = "".join(child.itertext()).strip() or child.get("href", "")
            if url := addresses.absolute(raw, _base(channel, address)):
                return url
    return None


def _own_links(channel: Element, home: str | None, address: str) -> list[str]:
    """What relative addresses are relative to: an RSS feed's home page, an Atom feed itself."""
    itself = [c.get("href", "") for c in channel if local(c) == "link" and c.get("rel") == "self"]
    site = [home] if home and (addresses.is_public(home) or not addresses.is_public(address)) else []
    return [*itself, address, *site] if _space(channel) in ATOM else [*site, *itself, address]


def _first_address(candidates: Iterable[str]) -> str:
    return next((url for candidate in candidates if (url := addresses.absolute(candidate))), "")


def _base(element: Element, outer: str) -> str:
    """xml:base, which may itself be relative (XML Base §4)."""
    own = element.get(BASE)
    return (addresses.absolute(own, outer) or outer) if own else outer


def _ttl(channel: Element) -> timedelta | None:
    text = next((e.text or "" for e in channel if local(e) == "ttl" and _space(e) in RSS), "").strip()
    return timedelta(minutes=min(int(text), 7 * 24 * 60)) if re.fullmatch(r"[1-9]\d{0,8}", text) else None


def _plain_names(root: Element, space: str) -> None:
    """RSS 2.0 has no namespace and small letters; a portal's own for the whole document say nothing."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{space}}}")
        if not _space(element):
            element.tag = element.tag.lower()


def _is_entry(element: Element) -> bool:
    return local(element) in ENTRIES and _space(element) in (ATOM if local(element) == "entry" else RSS)


def _space(element: Element) -> str:
    return element.tag[1:].rpartition("}")[0] if element.tag.startswith("{") else ""
