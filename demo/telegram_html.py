"""Telegram's HTML, read as strictly as the service promises: text and entities, or the reason for a refusal.

https://core.telegram.org/bots/api#html-style; errors are worded as by TDLib's parse_html. Where TDLib lets
markup through and readers see it raw or not at all (an unknown entity or attribute), this refuses it: a
demonstration that hides a loss is no help.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_ATTRIBUTES = {"a": "href", "span": "class", "code": "class", "blockquote": "expandable"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_MARK = re.compile(r"[<&]")
_TAG = re.compile(r"""<(/?)([^\s<>/]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(r"""\s+([^\s=<>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?""")
_LINK = re.compile(
    r"(?:(?:https?|tg|ton)://)?[^\s:/]+\.?[^\s:/]*(?::\d+)?(?:[/?#].*)?$", re.IGNORECASE | re.DOTALL
)
_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")


class ParseError(Exception):
    """The markup is refused; `str()` is what follows "can't parse entities: "."""


@dataclass
class _Open:
    tag: str
    value: str
    offset: int
    start: int  # the first of the pieces of text inside it


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Read HTML into plain text and MessageEntity objects (offsets and lengths in UTF-16 units).

    Raises ParseError for anything that is not in channels.md's row of HTML tags.
    """
    out: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[_Open] = []
    units = at = 0
    while mark := _MARK.search(source, at):
        before = source[at : mark.start()]
        out.append(before)
        units += utf16(before)
        if mark[0] == "&":
            character, at = _character(source, mark.start())
            out.append(character)
            units += utf16(character)
            continue
        tag = _TAG.match(source, mark.start())
        if tag is None:
            raise ParseError(f"Unclosed start tag at byte offset {_byte(source, mark.start())}")
        at = tag.end()
        if tag[1]:
            entities += _close(stack, tag, units, out)
        else:
            stack.append(_start(stack, tag, units, len(out)))
    if stack:
        raise ParseError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    out.append(source[at:])
    return "".join(out), _with_languages(sorted(entities, key=lambda e: (e["offset"], -e["length"])))


def _byte(source: str, at: int) -> int:
    return len(source[:at].encode())


def _character(source: str, at: int) -> tuple[str, int]:
    found = _ENTITY.match(source, at)
    if found is None:
        return "&", at + 1  # a lone ampersand passes, as it does at the service
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        if name in _NAMED:
            return _NAMED[name], found.end()
        if not found[0].endswith(";"):
            return found[0], found.end()  # "KH&CN"
        raise ParseError(f'Unsupported entity "{found[0]}" at byte offset {_byte(source, at)}')
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise ParseError(f'Invalid entity "{found[0]}" at byte offset {_byte(source, at)}')
    return chr(code), found.end()


def _start(stack: list[_Open], tag: re.Match[str], units: int, start: int) -> _Open:
    name = tag[2].lower()
    where = f"at byte offset {_byte(tag.string, tag.start())}"
    if name not in _STYLES:
        raise ParseError(f'Unsupported start tag "{name}" {where}')
    value = ""
    rest = tag[3].rstrip()
    at = 0
    while at < len(rest):
        given = _ATTRIBUTE.match(rest, at)
        if given is None:
            raise ParseError(f'Unexpected text in the tag "{name}" {where}')
        if given[1] != _ATTRIBUTES.get(name):
            raise ParseError(f'Unsupported attribute "{given[1]}" in the tag "{name}" {where}')
        values = [text for text in given.groups()[1:] if text is not None]
        if not values and given[1] != "expandable":
            raise ParseError(
                f'Expected equal sign in declaration of an attribute of the tag "{name}" {where}'
            )
        value = "".join(values) or given[1]
        at = given.end()
    if name == "span" and value != "tg-spoiler":
        raise ParseError(f'Tag "span" must have class "tg-spoiler" {where}')
    if name == "code" and value and not value.startswith("language-"):
        raise ParseError(f'Tag "code" must have class "language-…" {where}')
    if name == "blockquote" and any(above.tag == name for above in stack):
        raise ParseError(f"Blockquotes can't be nested {where}")
    return _Open(name, _plain(value), units, start)


def _plain(value: str) -> str:
    text, at = "", 0
    while (mark := value.find("&", at)) >= 0:
        character, after = _character(value, mark)
        text, at = text + value[at:mark] + character, after
    return text + value[at:]


def _close(stack: list[_Open], tag: re.Match[str], units: int, out: list[str]) -> list[dict[str, Any]]:
    where = f"at byte offset {_byte(tag.string, tag.start())}"
    if not stack:
        raise ParseError(f"Unexpected end tag {where}")
    name = tag[2].lower()
    opened = stack.pop()
    if tag[3].strip():
        raise ParseError(f"Unclosed end tag {where}")
    if name != opened.tag:
        raise ParseError(f'Unmatched end tag {where}, expected "</{opened.tag}>", found "</{name}>"')
    if units == opened.offset:
        return []
    entity = {"type": _STYLES[name], "offset": opened.offset, "length": units - opened.offset}
    if name == "a":
        # A link of another kind (mailto:) is dropped without a word, as by TDLib's get_checked_link.
        url = opened.value or "".join(out[opened.start :])
        if not _LINK.match(url):
            return []
        entity["url"] = url
    elif name == "code" and opened.value:
        entity["language"] = opened.value.removeprefix("language-")
    elif name == "blockquote" and opened.value:
        entity["type"] = "expandable_blockquote"
    return [entity]


def _with_languages(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`<pre><code class="language-…">` is one entity, pre; a language elsewhere means nothing."""
    kept: list[dict[str, Any]] = []
    blocks = {(e["offset"], e["length"]): e for e in entities if e["type"] == "pre"}
    for entity in entities:
        language = entity.pop("language", None) if entity["type"] == "code" else None
        block = blocks.get((entity["offset"], entity["length"]))
        if language and block:
            block["language"] = language
        else:
            kept.append(entity)
    return kept
