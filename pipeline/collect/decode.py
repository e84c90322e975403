"""Turns a feed's bytes into text by what the document declares, never by guessing at its language."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from pipeline.entry import FeedTrouble

BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
UNMARKED = {b"<\x00?\x00": "utf-16-le", b"\x00<\x00?": "utf-16-be"}
"""How "<?" begins UTF-16 without a byte order mark (XML 1.0 appendix F)."""
CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']""")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that XML 1.0 §2.2 forbids, and DEL."""

TCVN3_NAMES = {"tcvn3", "tcvn", "tcvn-3", "abc", "x-viet-tcvn", "x-viet-tcvn3", "x-viet-tcvn5712"} | {
    "tcvn5712", "tcvn-5712", "tcvn5712-1", "x-tcvn", "x-tcvn3"
}  # fmt: skip
TCVN3 = {
    0xA1 + i: letter
    for i, letter in enumerate(
        "ĂÂÊÔƠƯĐăâêôơưđẶ°±²³´àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
    )
}
"""TCVN 5712:1993, which fonts such as .VnTime draw on the places of Latin-1; 0xB0–0xB4 are left alone."""
LEGACY_WORD = re.compile(r"(?<=[A-Za-z])[µ¶·¸¹»¨©ª«¬\xad®§](?=[A-Za-z])|\b[A-Za-z]{1,3}[µ¶·¸¹©«¬](?=\s)")
UNICODE_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0323]")

GOOD_PER_BAD = 20
"""So many well-formed letters for each bad byte make it certain that the text is damaged UTF-8."""


@dataclass(frozen=True)
class Decoded:
    """`damage` says in plain Vietnamese what had to be replaced or left out; empty where nothing had."""

    text: str
    damage: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a document.

    In this order: a byte order mark; strict UTF-8; UTF-8 where few bytes are bad (these become U+FFFD);
    the charset of the HTTP header, then of the XML declaration (RFC 7303 §3). Raises `FeedTrouble` where
    none of them fits.
    """
    text, damage = _text(body, content_type)
    clean = ILLEGAL.sub("", text.removeprefix("\ufeff"))
    if len(clean) < len(text.removeprefix("\ufeff")):
        damage = (*damage, "có ký tự điều khiển không hợp lệ, đã bỏ")
    return Decoded(clean, damage)


def _text(body: bytes, content_type: str) -> tuple[str, tuple[str, ...]]:
    for mark, charset in BOMS:
        if body.startswith(mark):
            return _strict(body[len(mark) :], charset)
    if unmarked := UNMARKED.get(body[:4]):
        return _strict(body, unmarked)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if "\x00" not in text:  # ASCII in UTF-16 without a mark is valid UTF-8 too
            return text, ()
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(c > "\x7f" for c in text) - bad
    if bad and "\x00" not in text and bad * GOOD_PER_BAD <= good:
        return text, (f"có {bad} chỗ hỏng mã UTF-8",)
    declared = [m[1] for m in [CHARSET.search(content_type)] if m]
    declared += [m[1].decode("ascii") for m in [DECLARED.search(body[:1000])] if m]
    for charset in declared:
        try:
            return _declared(body, charset.lower()), ()
        except (LookupError, UnicodeError):
            continue
    if "\x00" in text and not bad:
        return text, ()
    legacy = body.decode("latin-1")
    if from_tcvn3(legacy) is not None:
        return legacy, ()
    named = f" (khai là {declared[0]})" if declared else ""
    raise FeedTrouble(f"Không đọc được bảng mã của nguồn tin{named}: không phải UTF-8")


def _strict(body: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    text = body.decode(charset, "replace")
    bad = text.count("\ufffd") - body.count("\ufffd".encode(charset))
    return text, ((f"có {bad} chỗ hỏng mã {charset.upper()}",) if bad > 0 else ())


def _declared(body: bytes, charset: str) -> str:
    if charset in TCVN3_NAMES:
        return body.decode("latin-1").translate(TCVN3)
    if charset in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        charset = "cp1252"  # as browsers read these names (WHATWG Encoding §4.2)
    name = codecs.lookup(charset).name
    if name in ("utf-8", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"):
        raise LookupError(charset)
    return body.decode(name)


def from_tcvn3(text: str) -> str | None:
    """`text` in Unicode where it evidently holds TCVN3 (ABC) codes, else None.

    Evident: two or more of the table's signs that are no letters stand inside words ("th«ng b¸o"), and
    no letter that only Vietnamese in Unicode has occurs.
    """
    if UNICODE_VIETNAMESE.search(text):
        return None
    signs = {m.start() for m in LEGACY_WORD.finditer(text)}
    return text.translate(TCVN3) if len(signs) >= 2 else None
