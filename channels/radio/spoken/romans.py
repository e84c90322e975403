"""Roman numerals after the words that carry them: "Phụ lục II", "lần thứ XX", "quý I/2025"."""

from __future__ import annotations

import re

from channels.radio.spoken.letters import letters
from channels.radio.spoken.numerals import cardinal, ordinal, roman
from channels.radio.spoken.rule import Context, Reading, Rule

_CARRIERS = (
    r"phụ lục|chương|tiểu mục|mục|phần|kh[óo][áa]|lần thứ|lần|thứ|thế k[ỷỉ]|tk|qu[ýí]|đại hội|kỳ họp thứ|"
    r"kỳ họp|khu|tiểu khu|phân khu|cụm|"
    r"hạng|cấp|loại|nhóm|khu vực|vùng|bậc|tập|đợt|học kỳ|kỳ|điều|khoản|đoạn|bảng|(?<!đại )biểu|giai đoạn|"
    r"quân khu|quân đoàn|"
    r"quyển|lớp|mức|số|năm|hồi|tầng|đường số|bảng|trụ|độ|vị trí|diện|công đoạn|khối|"
    r"hội nghị trung ương|báo động|BĐ|HK|KV|QK|báo động số|cấp độ|mức độ|loại hình|huân chương|pha|kỳ thi"
)
_SHORT_HEADS = {"BĐ": "báo động", "HK": "học kỳ", "KV": "khu vực", "QK": "quân khu", "TK": "thế kỷ"}
_NUMERAL = r"[IVXLCDM]{1,9}"
_JOIN = r"(?:\s?[,;/–-]\s?|\s(?:và|hoặc|đến|tới)\s)"
_CARRIED = re.compile(
    rf"(?<!\w)(?P<head>(?i:{_CARRIERS}))(?P<gap>\s+)(?P<list>{_NUMERAL}(?:{_JOIN}{_NUMERAL}(?![\w]))*)"
    r"(?![\w]|[.]\w)(?:\s?[/-]\s?(?P<year>(?:19|20)\d\d)(?![\w/]))?"
)
_SMALL = re.compile(
    r"(?<!\w)(?P<head>thế k[ỷỉ]|mục|thứ|chương|đoạn|khoản|phụ lục|số)(?P<gap> )(?P<list>[ivxlcdm]{2,9}|[vx])"
    r"(?=\s*(?:$|[.,;:)\n]))"
)
_PLACE = re.compile(_JOIN)
_LETTERS = frozenset("CDLM")
"""Alone they are letters: "hạng C", "nhóm D"."""
_SPANS = frozenset("-–")


def _carried(match: re.Match[str], _context: Context) -> Reading | str | None:
    head, written = match["head"], match["list"]
    places = _PLACE.split(written)
    values = [roman(place) for place in places]
    century = head.lower().startswith(("thế", "năm"))
    if any(value is None for value in values):
        return None
    if not century and any(set(place) <= _LETTERS for place in places):
        return None
    if (
        head.lower() in {"năm", "số", "độ", "khu", "cụm"}
        and written.isupper()
        and len(written) < 2 + (head.lower() == "năm")
    ):
        return None
    ordered = head.lower().endswith("thứ")
    said = [(ordinal if ordered else cardinal)(value or 0) for value in values]
    out = said[0]
    for join, word in zip(_PLACE.findall(written), said[1:], strict=True):
        sign = join.strip()
        out += f" đến {word}" if sign in _SPANS else f", {word}" if sign in ",;/" else f" {sign} {word}"
    year = f" năm {cardinal(int(match['year']))}" if match.groupdict().get("year") else ""
    head = _SHORT_HEADS.get(head, head)
    return f"{head.lower() if head.isupper() else head}{match['gap']}{out}{year}"


_OUTLINE = re.compile(r"^[ \t]*(?P<list>[IVX]{1,5})(?=(?:[.)]| ?\./\.)[ \t]*[^\W\d_])", re.MULTILINE)


_BESIDE = {"I": "II", "V": "IV", "X": "IX"}


def _outline(match: re.Match[str], context: Context) -> str | None:
    """A heading's number; a single letter only beside its neighbour, for it may be a name's initial."""
    value, other = roman(match["list"]), _BESIDE.get(match["list"])
    if other and not re.search(rf"^[ \t]*{other}[.)]", context.text, re.MULTILINE):
        return None
    return None if value is None else cardinal(value).capitalize()


_NAME = re.compile(r"(?<=[^\W\d_])(?P<gap> )(?P<list>(?=[IVX]{2})X{0,2}(?:IX|IV|V?I{0,3}))(?![\w&]|[-/.]\w)")
_RULER = re.compile(
    r"(?:nữ hoàng|vua|hoàng đế|giáo hoàng|quốc vương|sa hoàng)\s+(?:[\w-]+\s*){1,3}$", re.IGNORECASE
)
_RANKS = ("", "nhất", "nhị", "tam", "tứ", "ngũ", "lục", "thất", "bát", "cửu", "thập")


def _name(match: re.Match[str], context: Context) -> str | None:
    value = roman(match["list"])
    before = context.before(match.start(), 40)
    word = (before.split() or [""])[-1]
    if value is None or not word[:1].isupper() or (word.isupper() and word != "ĐH"):
        return None
    if value < len(_RANKS) and _RULER.search(before):
        return f" đệ {_RANKS[value]}"
    return f" {cardinal(value)}"


_CLASS = re.compile(
    r"(?<=(?<![^\W\d_])hạng )(?P<list>[A-F]\d?E?(?:\s?(?:,|;|/|và|hoặc)\s?[A-F]\d?E?(?!\w))*)(?!\w)"
)


def _licence(match: re.Match[str], _context: Context) -> str:
    """Classes of driving licences: "hạng B2, C1E" (Luật 36/2024/QH15, article 57)."""
    said = re.sub(r"[A-F]\d?E?(?!\w)", lambda one: letters(one[0]), match["list"])
    return re.sub(r"\s?/\s?", ", ", said)


_COUNTER = re.compile(r"(?:^[ \t]*|(?<=[;:,.] ))\(?(?P<list>[ivx]{1,4})\) ?(?=[^\W\d_])", re.MULTILINE)


def _counter(match: re.Match[str], context: Context) -> str | None:
    """ "i) …; ii) …"; a letter by itself is one of "a) … i)"."""
    value = roman(match["list"])
    if value is None or "ii)" not in context.text:
        return None
    return f"{cardinal(value)}, "


_ALARM = re.compile(r"(?<!\w)BĐ ?[1-3](?:(?: ?[-–] ?|, ?| và )(?:BĐ ?)?[1-3])*(?![\w/]|[.,]\d)")


def _alarm(match: re.Match[str], _context: Context) -> str:
    """Alarm levels of a river: "trên BĐ2", "BĐ1–BĐ3"."""
    said = re.sub(r"(?:BĐ ?)?([1-3])", lambda one: f"báo động {cardinal(int(one[1]))}", match[0])
    return re.sub(r",(?=\S)", ", ", re.sub(r" ?[-–] ?", " đến ", said))


RULES = (
    Rule("alarm", _ALARM, _alarm),
    Rule("counter", _COUNTER, _counter),
    Rule("licence", _CLASS, _licence),
    Rule("roman", _CARRIED, _carried),
    Rule("roman", _SMALL, _carried),
    Rule("outline", _OUTLINE, _outline),
    Rule("roman-name", _NAME, _name),
)
