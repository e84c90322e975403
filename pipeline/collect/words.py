"""Plain text as Loa keeps it: NFC, white space folded, nothing in it that cannot be seen."""

from __future__ import annotations

import html
import re
import unicodedata

EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    f"|(?<![{EMOJI}])\u200d|\u200d(?![{EMOJI}])"
)
"""Controls, soft hyphens, marks of direction and of zero width; a joiner inside an emoji stays."""
SURROGATE = re.compile("[\ud800-\udfff]")
ENTITY = re.compile(
    r"&(?!(?:lt|gt|#0*6[02]|#x0*3[ce]);)(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,24}\d{0,2});", re.I
)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
"""A CDATA section that was escaped with the text in it."""
MARKUP = re.compile(
    r"</?(?:p|div|br|span|b|i|u|em|strong|font|a|img|h[1-6]|ul|ol|li|sup|sub|table|tr|td)(?:\s[^<>]*)?/?>",
    re.I,
)


def visible(text: str) -> str:
    """NFC without unseen characters; white space as it is."""
    return unicodedata.normalize("NFC", UNSEEN.sub("", SURROGATE.sub("\ufffd", text)))


def fold(text: str) -> str:
    """`visible`, each stretch of white space one blank, none at the ends."""
    return " ".join(visible(text).split())


def unescape(text: str) -> str:
    """Resolves what was escaped once too often ("&amp;nbsp;" shown as "&nbsp;"); never makes a tag."""
    while "&" in text and (plain := ENTITY.sub(lambda m: html.unescape(m[0]), text)) != text:
        text = plain
    return text


def one_line(markup: str) -> str:
    """A title or name as plain text: entities of any depth resolved, the tags of HTML gone.

    A "<" that begins no tag of HTML is a character like any other.
    """
    text = CDATA.sub(r"\1", html.unescape(unescape(markup)))
    return fold(unescape(MARKUP.sub("", text)))
