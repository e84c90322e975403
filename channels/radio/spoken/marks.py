"""Signs: what makes a pause stays, what is a word is said, what only the eye needs goes; and the spacing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from channels.radio.spoken import formulas
from channels.radio.spoken.letters import letters
from channels.radio.spoken.numerals import cardinal, digits
from channels.radio.spoken.rule import Context, Reading, Rule
from channels.radio.spoken.values import Piece

_BULLET = re.compile(r"^[ \t]*(?:[-–—•*+·▪●○■►➤✓✔→⁃◦]+(?:[ \t]+|(?=[^\W\d_]))|#{1,6}[ \t]+)", re.MULTILINE)
_ITEM = re.compile(r"(?<=[;:,.] )\+ ?(?=[^\W\d_]|\d\d? \w|\d{2} )")
_BY = re.compile(r"(?<=\S)[ \t]+[xX×][ \t]+(?=(?:dài|rộng|cao|sâu|dày)(?!\w))")
_TAG = re.compile(r"(?<![\w&])#(?P<tag>[^\W\d_]\w+)")
_HUMP = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|_+")
_COUNTER = re.compile(r"(?:^[ \t]*|(?<=[;:,] ))\(?(?P<letter>[a-zđ])[)/] ?(?=[^\W\d_])", re.MULTILINE)
_CLOSING = re.compile(r"\./\.?")
_ELLIPSIS = re.compile(r"(?:\.{2,}|…[….]*)")
_HYPHEN = re.compile(r"(?<=[^\W_])[-‐‑–—](?=[^\W_])")
_DASH = re.compile(r"[-‐‑‒–—―−]+")
_SLASH = re.compile(r"/+")
_PER = re.compile(r"(?:giờ|phút|giây|ngày|tuần|tháng|quý|năm|lần|người|hộ|lượt|suất|học sinh|khẩu)(?!\w)")
_STARRED = re.compile(
    r"(?<!\w)(?:OCOP|khách sạn|nhà nghỉ|hạng|sao)(?!\w)[^.;\n]{0,40}[^\w*][1-5]$", re.IGNORECASE
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’](?=[^\W\d_])")
_HIDDEN = re.compile(
    "[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\u20d0-\u20f0"
    "\U000e0000-\U000e0fff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
_PICTURE = re.compile(
    "[\xa6\xa9\xae\u2122\u2190-\u21ff\u2300-\u245f\u2500-\u2775\u2794-\u27bf\u2900-\u297f\u2b00-\u2bff\u3012\u3030"
    "\U0001f000-\U0001faff\ue000-\uf8ff]+"
)
_WORDS = {
    "&": " và ", "=": " bằng ", "%": " phần trăm ", "@": " a còng ", "+": " cộng ", ">": " lớn hơn ",
    "<": " nhỏ hơn ", "≥": " lớn hơn hoặc bằng ", "≤": " nhỏ hơn hoặc bằng ", "±": " cộng trừ ",
    "×": " nhân ",
    "÷": " chia ", "≈": " khoảng ", "~": " khoảng ", "№": " số ",
    **dict.fromkeys("()[]{}|⟨⟩（）【】，、", ", "),
    **dict.fromkeys("\"“”„‟«»‹›‘’‚‛'`´*_#^\\§¶†‡•·▪●○■□◦⁃¬¨¯¸", " "),
}  # fmt: skip
_SIGNS = re.compile("[" + re.escape("".join(_WORDS)) + "]")


def _nothing(_match: re.Match[str], _context: Context) -> str:
    return ""


def _space(_match: re.Match[str], _context: Context) -> str:
    return " "


def _hidden(match: re.Match[str], context: Context) -> str:
    """Nothing within a word, so that the word is whole; else a gap, so that no new one comes about."""
    around = context.text[max(0, match.start() - 1) : match.start()] + context.after(match.end(), 1)
    return "" if len(around) < 2 or around.islower() else " "


def _ellipsis(match: re.Match[str], context: Context) -> str:
    before = context.before(match.start(), 3).rstrip()
    after = context.after(match.end(), 8).lstrip(' )"”’]')
    ends = not after or after[0] == "\n" or after[0].isupper()
    if before.endswith(","):
        return " vân vân. " if ends else " vân vân "
    return ". " if ends else ", "


def _slash(match: re.Match[str], context: Context) -> str:
    before, after = context.before(match.start(), 4).rstrip(), context.after(match.end(), 10).lstrip(" ")
    if before and not before[-1].isdigit() and _PER.match(after):
        return " một "
    return ", " if before[-1:].isalpha() and after[:1].isalpha() else " "


def _tag(match: re.Match[str], _context: Context) -> Reading:
    """ "#SốngXanh" word by word; without the marks of Vietnamese nobody knows which words they are."""
    words = ""
    for sign in _HUMP.sub(" ", match["tag"]):
        words += f" {sign}" if sign.isupper() and words[-1:].islower() else sign
    said = re.sub(r"\d+", lambda one: cardinal(int(one[0])) if len(one[0]) < 10 else digits(one[0]), words)
    if match["tag"].isascii():
        return Reading(said, 0.6, "Thẻ # viết không dấu: hãy viết lại có dấu hoặc bỏ đi.")
    return Reading(said)


def _table(match: re.Match[str], context: Context) -> Reading:
    """What is left of a table; once for each line is enough."""
    first = "|" not in context.text[context.text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return Reading(", ", 0.5, "Dòng này là một hàng của bảng: hãy viết thành câu." if first else "")


def _star(match: re.Match[str], context: Context) -> str | None:
    """ "OCOP 4*"; elsewhere a star points to a note."""
    return " sao" if _STARRED.search(context.before(match.start())) else None


def _picture(match: re.Match[str], _context: Context) -> str:
    return ", " if match[0][0] in "→⇒➔➜" else " "


RULES = (
    Rule("layout", _HIDDEN, _hidden),
    Rule("bullet", _BULLET, _nothing),
    Rule("item", _ITEM, _nothing),
    Rule("by", _BY, _space),
    Rule("tag", _TAG, _tag),
    Rule("counter", _COUNTER, lambda match, _: f"{letters(match['letter'])}, "),
    Rule("closing", _CLOSING, lambda _match, _: "."),
    Rule("ellipsis", _ELLIPSIS, _ellipsis),
    Rule("apostrophe", _APOSTROPHE, lambda match, _: match[0]),
    Rule("hyphen", _HYPHEN, _space),
    *formulas.RULES,
    Rule("dash", _DASH, lambda _match, _: ", "),
    Rule("slash", _SLASH, _slash),
    Rule("table", re.compile(r"\|"), _table),
    Rule("star", re.compile(r"(?<=[1-5])\*(?![\w*])"), _star),
    Rule("sign", _SIGNS, lambda match, _: _WORDS[match[0]]),
    Rule("picture", _PICTURE, _picture),
)

_GAPS = re.compile(r"[^\S\n]+")
_GAP_AFTER = re.compile(r"[^\S\n]+\Z")
_BEFORE_PAUSE = re.compile(r" +(?=[,.;:!?](?![^\W_]))")
_PAUSES = re.compile(r"[,.;:!?](?: ?[,.;:!?])+ ?")
_EDGES = re.compile(r"^[ ,;:.!?]+|[ ,]+$", re.MULTILINE)
_LINES = re.compile(r"\n{3,}")
_STRENGTH = ",:;.!?"


def joined(pieces: Iterable[Piece]) -> str:
    """The spoken pieces as one text: words apart, one pause at a time, a capital where a sentence had one."""
    out: list[str] = []
    last = "\n"
    changed = False
    for piece in pieces:
        spoken = piece.spoken
        if not spoken:
            continue
        if piece.rule and _is_head(piece.written) and spoken[0].islower() and _opens(out):
            spoken = spoken[0].upper() + spoken[1:]
        before, changed = changed, spoken != piece.written
        if (before or changed) and last.isalnum() and spoken[0].isalnum():
            out.append(" ")
        out.append(spoken)
        last = spoken[-1]
    return tidy("".join(out))


def _is_head(written: str) -> bool:
    """Whether it stood as a sentence's first word may."""
    return written[0].isupper() or written[0].isdigit()


def _opens(out: list[str]) -> bool:
    """Whether a sentence begins here."""
    for said in reversed(out):
        if rest := _GAP_AFTER.sub("", said):
            return rest[-1] in ".!?\n"
    return True


def tidy(text: str) -> str:
    """Single gaps, one pause where several met, lines without stray pauses at their ends."""
    text = _GAPS.sub(" ", text)
    text = _PAUSES.sub(_strongest, text)
    text = _BEFORE_PAUSE.sub("", text)
    text = _EDGES.sub("", text)
    return unicodedata.normalize("NFC", _LINES.sub("\n\n", text).strip())


def _strongest(match: re.Match[str]) -> str:
    """The strongest of them; but the point of an initial, "bà T., ông H.", gives way to what follows it."""
    pauses = match[0].replace(" ", "")
    return (
        max(pauses[1:] if pauses[0] == "." and set(pauses[1:]) <= set(",;:") else pauses, key=_STRENGTH.index)
        + " "
    )
