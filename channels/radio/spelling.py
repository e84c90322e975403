"""What of a written line an announcer can say: signs become words or pauses, brackets and addresses go."""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(r"(?:https?://(?:www\.)?|www\.)([^\s<>\"”»/?#:]*)[^\s<>\"”»]*", re.IGNORECASE)
_NAMED = re.compile(r"(?:địa chỉ|website|trang|cổng)\s*:?\s*$", re.IGNORECASE)
_LOOK_BACK = 200
"""Characters before a place that can decide how it is read."""

_WORDS = {
    "&": " và ", "~": " khoảng ", "≈": " khoảng ", "≥": " ít nhất ", "≤": " không quá ", "→": ", ",
    **dict.fromkeys("•*_|#¶§", " "),
}  # fmt: skip
_KEPT = frozenset("%+=<>$€₫°²³×±")
"""Signs that are words when read."""

_COUNTED = re.compile(r"\d(?: [^\W\d_]+){1,3}$")
_BRACKETED = re.compile(r" ?(?:\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|<([^\W\d][^<>]*)>)")
_FIGURE = re.compile(r"[\d.,/]*\d%?")
_COUNTER = re.compile(r"\d{1,2}|[^\W\d_]")
_HALF_COUNTER = re.compile(r"(?:^|(?<=[ ;:]))(\w{1,2})\) ")

_SAME_KIND = (r"(?:19|20)\d\d", r"\d{1,2}/\d{1,2}(?:/\d{4})?", r"\d{1,2}(?:h|g|:)\d{0,2}[’']?")
_SPAN = re.compile(
    "|".join(rf"(?<![\w./-])(?<![-–—] )({one}) ?[-–—] ?({one})(?![\w/-]|\.\d)" for one in _SAME_KIND)
)
"""Years, dates and times that are certainly a span; "3-5" and telephone numbers are left alone."""
_DASH = re.compile(r"(?<!\d) [-–—]+ | [-–—]+ (?!\d)")


def clean_text(text: str) -> str:
    """Text on one line without emoji, layout signs, brackets, "./." and link targets.

    A written-out address keeps its host, what stood in brackets becomes an aside between commas, and an
    abbreviation in brackets behind its own words, "thủ tục hành chính (TTHC)", goes.
    """
    text = "".join(filter(_visible, unicodedata.normalize("NFC", text)))
    text = _ADDRESS.sub(_host, text)
    text = " ".join("".join(map(_voiced, text)).split())
    text = re.sub(r" ?\./\.", ".", text)
    # In a formula brackets and dashes are arithmetic: it stays for the editor to word.
    if "=" not in text:
        for _ in range(3):
            text = _BRACKETED.sub(_aside, text)
        text = re.sub(r"[()\[\]{}]", " ", _HALF_COUNTER.sub(r"\1, ", text))
        text = _DASH.sub(", ", _SPAN.sub(_span, text))
    text = re.sub(r"(?<=\d)[’'](?=[\s,;.]|$)", "", text)
    text = re.sub(r" ([.,;:!?…])", r"\1", " ".join(text.split()))
    text = re.sub(r",+(?=[,.;:!?…])", "", re.sub(r"([;:!?]),+", r"\1", text))
    return text.lstrip(" -–—+,;").rstrip(" -–—+,")


def _visible(char: str) -> bool:
    """Whether it is more than a direction to the layout: no joiner, no mark that is not Vietnamese."""
    category = unicodedata.category(char)
    return category != "Cf" and (category[0] != "M" or "\u0300" <= char <= "\u036f")


def _voiced(char: str) -> str:
    if char in _WORDS:
        return _WORDS[char]
    return char if unicodedata.category(char)[0] in "LMNP" or char in _KEPT else " "


def _host(match: re.Match[str]) -> str:
    """What is said for a written-out address: its host, and nothing where it stands alone."""
    end = match[0][len(match[0].rstrip(".,;:!?)…")) :]
    host = match[1].rstrip(".,;!)…").rpartition("@")[2].lower()
    if not host or match[0] == match.string.strip():
        return end
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    return (host if _NAMED.search(before) else f"địa chỉ {host}") + end


def _aside(match: re.Match[str]) -> str:
    inside = next(group for group in match.groups() if group is not None).strip(" .,;:")
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    if not re.search(r"\w", inside) or _abbreviates(inside, before):
        return ""
    if before[-1:] in ("", ":", ";", ".", ",") and _COUNTER.fullmatch(inside):
        return f" {inside},"
    alone = _FIGURE.fullmatch(inside) and not _COUNTED.search(before)
    return f" {inside}" if alone or not before else f", {inside}, "


def _abbreviates(inside: str, before: str) -> bool:
    """Whether it is made of the first letters of the words before it."""
    letters = inside.replace(" và ", "")
    words = [word for word in re.findall(r"[^\W\d_]+", before) if word != "và"][-len(letters) :]
    initials = "".join(unicodedata.normalize("NFD", word)[0] for word in words)
    return letters.isalpha() and letters.isupper() and initials.upper() == letters


def _span(match: re.Match[str]) -> str:
    return " đến ".join(end.rstrip("’'") for end in match.groups() if end)
