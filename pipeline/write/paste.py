"""What Word, LibreOffice and Google Docs put on the clipboard, as the project's own HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import nh3

from pipeline.collect.clean import GONE, TAGS, Element, clean, shallow, tree

MOST = 1_500_000
"""Characters as they come: Word writes ten for each that stays."""
_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*?)(?:<!--\s*EndFragment\s*-->|\Z)", re.DOTALL)
_STYLED = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=GONE,
    attributes={
        "*": {"style", "class", "role", "data-aria-level"},
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
"""As the project's cleaner, and with what tells a list from a paragraph that only looks like one."""
_ITEM = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_MARKER = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|mso-hide:\s*all|mso-element:\s*comment", re.IGNORECASE)
_COUNTED = re.compile(r"\(?(?:\d{1,3}|[a-zđ]|[ivx]{1,5})(?:\.\d{1,3})*[.)]", re.IGNORECASE)
"""A marker that counts; "o", "·" and "§" are bullets."""
_LOOKS = (
    (re.compile(r"(?<![-\w])font-weight:\s*(?:bold|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"(?<![-\w])font-style:\s*italic", re.IGNORECASE), "em"),
    (re.compile(r"(?<![-\w])vertical-align:\s*super", re.IGNORECASE), "sup"),
    (re.compile(r"(?<![-\w])vertical-align:\s*sub\b", re.IGNORECASE), "sub"),
)
"""How Google Docs and Word on the web write what others write as tags."""
_NOT_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(?:normal|400)", re.IGNORECASE)
_OURS = r"/media/[0-9a-f]{64}\.(?:png|jpg)"


@dataclass
class _Item:
    """A paragraph that is an entry of a list; `level` counts from 1."""

    level: int
    tag: str
    children: list[Element | str]


def clean_paste(source: str, base: str = "") -> str:
    """The allow-listed HTML of what was pasted: only its words, their structure, and pictures of our own.

    Paragraphs that Word draws as a list become one. Pure, and cleaning what was cleaned changes nothing.
    `base` is the office's address, under which its pictures stand.
    """
    found = _FRAGMENT.search(source)
    root = tree(_STYLED.clean(shallow((found[1] if found else source)[:MOST])))
    ours = re.compile(f"(?:{re.escape(base.rstrip('/'))})?{_OURS}")
    body = _listed(_told(root.children, lambda src: bool(ours.fullmatch(src))))
    return clean("".join(map(_html, body)), base).html


def _told(children: Iterable[Element | str], ours: Callable[[str], bool]) -> list[Element | str]:
    """What the styles say said by tags; without what is hidden, and without pictures from elsewhere."""
    told: list[Element | str] = []
    for child in children:
        if isinstance(child, str):
            told.append(child)
            continue
        style = child.attributes.get("style", "")
        if _HIDDEN.search(style) or (child.tag == "img" and not ours(child.attributes.get("src", ""))):
            continue
        inner = _told(child.children, ours)
        if child.tag == "b" and _NOT_BOLD.search(style):
            told += inner
            continue
        looks = [tag for look, tag in _LOOKS if child.tag == "span" and look.search(style)]
        for tag in looks:
            inner = [Element(tag, {}, inner)]
        told.append(Element(child.tag, child.attributes, inner))
    return told


def _listed(children: Sequence[Element | str]) -> list[Element | str]:
    """Runs of paragraphs that are entries of a list, as lists; the rest as it stands."""
    made: list[Element | str] = []
    read = [(_item(child), child) for child in children if not _blank(child)]
    for is_list, run in groupby(read, key=lambda pair: pair[0] is not None):
        if is_list:
            made += _nested([item for item, _ in run if item])
            continue
        for _, child in run:
            if isinstance(child, Element):
                child = Element(child.tag, child.attributes, _listed(child.children))
            made.append(child)
    return made


def _item(child: Element | str) -> _Item | None:
    if isinstance(child, str):
        return None
    if child.tag == "p" and (level := _ITEM.search(child.attributes.get("style", ""))):
        marker, rest = _without_marker(child.children)
        return _Item(int(level[1]), "ol" if _COUNTED.fullmatch(marker) else "ul", rest)
    if child.tag == "div" and "ListContainerWrapper" in child.attributes.get("class", ""):
        # Word on the web: a list for each entry.
        for listing in child.children:
            if isinstance(listing, Element) and listing.tag in ("ul", "ol"):
                entry = next((each for each in listing.children if isinstance(each, Element)), None)
                level_said = entry.attributes.get("data-aria-level", "") if entry else ""
                if entry and re.fullmatch(r"[1-9]", level_said):
                    return _Item(int(level_said), listing.tag, entry.children)
    return None


def _without_marker(children: Iterable[Element | str]) -> tuple[str, list[Element | str]]:
    """The sign or number that Word drew before an entry, and the entry without it."""
    marker, rest = "", []
    for child in children:
        if isinstance(child, Element):
            if _MARKER.search(child.attributes.get("style", "")):
                marker += _text(child).strip()
                continue
            inner, kept = _without_marker(child.children)
            marker += inner
            child = Element(child.tag, child.attributes, kept)
        rest.append(child)
    return marker, rest


def _nested(items: Sequence[_Item]) -> list[Element]:
    """Lists of these entries; deeper ones stand in the entry before them."""
    lists: list[Element] = []
    at = 0
    while at < len(items):
        first, rest = items[at], range(at + 1, len(items))
        end = next((later for later in rest if items[later].level <= first.level), len(items))
        entry = Element("li", {}, [*first.children, *_nested(items[at + 1 : end])])
        if lists and lists[-1].tag == first.tag:
            lists[-1].children.append(entry)
        else:
            lists.append(Element(first.tag, {}, [entry]))
        at = end
    return lists


def _blank(child: Element | str) -> bool:
    return isinstance(child, str) and not child.strip() and "\n" in child


def _text(element: Element) -> str:
    return "".join(child if isinstance(child, str) else _text(child) for child in element.children)


def _html(element: Element | str) -> str:
    if isinstance(element, str):
        return html.escape(element, quote=False)
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in element.attributes.items())
    if element.tag in ("br", "img", "hr"):
        return f"<{element.tag}{attributes}>"
    return f"<{element.tag}{attributes}>{''.join(map(_html, element.children))}</{element.tag}>"
