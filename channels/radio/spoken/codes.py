"""Document codes: "865/KH-UBND", "45/2019/QH14", "12-NQ/TU", "QCVN 01:2021/BYT", "Mẫu số 01/ĐK"."""

from __future__ import annotations

import re

from channels.radio.spoken.code_words import JOINT, KINDS, UNITS, issuer, wording, written_as
from channels.radio.spoken.letters import letters
from channels.radio.spoken.numerals import cardinal, digits, roman
from channels.radio.spoken.rule import Context, Reading, Rule

_LETTER = r"A-ZĐƯ"
_PART = rf"[{_LETTER}](?:[{_LETTER}a-zđ&]|\.(?=[{_LETTER}])){{0,9}}(?:\d{{1,2}})?"
_CODE = re.compile(
    rf"(?:(?<!\w)(?P<so>[Ss][Ốố]\s*:?\s*))?(?<![\w/.,+-])(?P<number>\d{{1,6}})(?:\.(?P<series>\d{{1,2}})(?=/))?(?P<mark>[a-zđ]?)"
    rf"(?:[/-](?P<year>(?:19|20)\d\d))?\s?(?P<sign>[/-])\s?"
    rf"(?P<parts>{_PART}(?:\s?[-–/.]\s?{_PART}){{0,5}})(?!\w|[-/–]\w)"
)
_SPLIT = re.compile(r"\s?[-–/]\s?")
_NAMED = re.compile(
    r"(?:"
    + "|".join(
        sorted({*map(re.escape, KINDS.values()), *(re.escape(kind) for kind in KINDS if len(kind) > 1)})
    )
    + r"|luật|bộ luật|văn bản|giấy phép|hiến pháp|thông báo|thông tri|mẫu|biểu|phụ lục|lệnh|giấy tờ)"
    r"(?!\w)[^.;,:()\n/]{0,40}$",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"/{_PART}(?:[-/]{_PART})*\s*(?:,|;|và|hoặc|cùng)(?:\s*(?:và|số|cùng))*\s*$")
_NEXT = re.compile(
    rf"\s*(?:,|;|và|hoặc)(?:\s*(?:và|số))*\s*\d+[a-z]?(?:/\d{{4}})?/(?P<parts>{_PART}(?:[-/]{_PART})*)"
)
_OF = re.compile(
    r"\s*,?\s*(?:\(?(?:ban hành\s+)?(?:(?:ngày|năm|tháng)\b[^;.()\n]{0,40}?|\d[\d/.-]{5,9})\)?\s*,?\s*)?"
    r"(?:của|do)\s+[^\W\d_]",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;](?=\s)|\n")
_NUMBER_WORD = re.compile(r"(?<!\w)số\s*:?\s*$", re.IGNORECASE)


def _code(match: re.Match[str], context: Context) -> Reading | str | None:
    parts = [part for part in _SPLIT.split(match["parts"]) if part]
    kind = KINDS.get(parts[0], "")
    party = match["sign"] == "-"
    if party and ("/" not in match["parts"] or not kind):
        return None
    offices = parts[1:] if kind else parts
    if not kind and not issuer(parts[0]) and not match["so"] and not match["year"]:
        return None
    if not kind and parts[0][-1].isdigit():
        kind = "luật"
    series = f" chấm {cardinal(int(match['series']))}" if match["series"] else ""
    number = (
        cardinal(int(match["number"]))
        + series
        + (f" {wording(match['mark'].upper())}" if match["mark"] else "")
    )
    before = context.before(match.start())
    said = f"số {number}" if match["so"] else number
    if context.style != "short":
        return _written_out(said, match["year"], parts, gaps=context.style == "verbatim")
    if not _NAMED.search(before) and not _LISTED.search(before):
        said = f"{kind or 'công văn'} số {number}"
    elif number == "một" and match["year"] and not (match["so"] or _NUMBER_WORD.search(before)):
        said = "số một"
    if match["year"]:
        said += f" năm {cardinal(int(match['year']))}"
    return _of(said, offices, match, context)


def _written_out(said: str, year: str | None, parts: list[str], gaps: bool) -> str:
    if year:
        said += f" trên {cardinal(int(year))}"
    return f"{said} trên " + (" gạch ngang " if gaps else " ").join(map(wording, parts))


def _of(said: str, offices: list[str], match: re.Match[str], context: Context) -> Reading | str:
    """With who issued it, once: not where the sentence says so, or where the next code of a list will."""
    following = _NEXT.match(context.text, match.end())
    if following and following["parts"] == match["parts"]:
        return said
    if _OF.match(context.text, match.end()) or not offices:
        return said
    known = [name for name in map(issuer, offices) if name]
    if not known and all(name in UNITS for name in offices):
        return said
    if not known or not issuer(offices[0]):
        return Reading(said, 0.7, f"Không rõ cơ quan “{'-'.join(offices)}” trong số hiệu: khi đọc đã bỏ qua.")
    by = " và ".join(known) if any(name in JOINT for name in _SPLIT.split(match["parts"])[:1]) else known[0]
    sentence = _SENTENCE_END.split(context.before(match.start(), 200))[-1]
    if re.search(
        rf"(?<![\w/-])(?:{'|'.join(map(re.escape, written_as(offices[0], by)))})(?!\w)",
        sentence,
        re.IGNORECASE,
    ):
        return said
    return f"{said} của {by}"


_UNKNOWN = re.compile(rf"(?<![\w/.,-])\d{{1,6}}(?:/\d{{4}})?/[{_LETTER}][\w&]*-[\w&-]*\w")


def _unknown(match: re.Match[str], _context: Context) -> Reading:
    """In the shape of a code, but not one: no part of it may be taken for a date or a fraction."""
    return Reading(match[0], 0, f"Không rõ số hiệu văn bản “{match[0]}”: hãy kiểm tra lại.")


_DOTS = r"(?:[.…]{5,}|_{3,}|…{2,}|(?:…|\.{2,}|_{2,})(?=\s?/)|(?<=[:yăgố] )(?:…|\.{2,4}|_{2,}))"
_BLANK = re.compile(
    rf"(?P<dots>{_DOTS}(?:\s?/\s?[.…_]+)*(?:/\d{{4}})?)"
    rf"(?P<code>\s?/\s?(?:\d{{4}}/)?{_PART}(?:[-/]{_PART})*(?!\w))?"
)
_BLANK_AFTER = re.compile(r"(?:(?<!\w)(?:ngày|tháng|năm|số)|:)\s*$", re.IGNORECASE)


def _blank(match: re.Match[str], context: Context) -> Reading | None:
    """A place that is left open in a form: nobody may air it before it is filled in."""
    short = len(match["dots"]) < 5 and "……" not in match["dots"] and "___" not in match["dots"]
    if short and "/" not in match[0] and not _BLANK_AFTER.search(context.before(match.start(), 8)):
        return None
    return Reading(f"……{match['code'] or ''}", 0, "Chỗ còn để trống: hãy điền trước khi phát.")


_STANDARD = re.compile(
    r"(?<!\w)(?P<kind>QCVN|TCVN|QCĐP|TCCS|ISO(?:/IEC)?)\s?(?P<number>\d{1,5})(?:-(?P<part>\d{1,2}))?"
    rf"(?:[:-](?P<year>(?:19|20)\d\d))?(?:/(?P<by>{_PART}))?(?![\w])"
)
_STANDARDS = {
    "QCVN": "quy chuẩn Việt Nam", "TCVN": "tiêu chuẩn Việt Nam", "QCĐP": "quy chuẩn địa phương",
    "TCCS": "tiêu chuẩn cơ sở", "ISO": "i ét ô", "ISO/IEC": "i ét ô i e xê",
}  # fmt: skip


def _standard(match: re.Match[str], context: Context) -> str:
    number = match["number"]
    said = digits(number) if number[0] == "0" else cardinal(int(number))
    said = f"{_STANDARDS[match['kind']]} {said}"
    if match["part"]:
        said += f" phần {cardinal(int(match['part']))}"
    if match["year"]:
        said += f" năm {cardinal(int(match['year']))}"
    by = match["by"]
    if by and not _OF.match(context.text, match.end()):
        said += f" của {issuer(by) or wording(by)}"
    return context.unsaid(said, match.start())


_FORM = re.compile(
    rf"(?<=[Mm]ẫu )(?P<so>số )?(?P<number>\d{{1,3}})(?P<mark>[a-zđ]?)\s?[/-]\s?"
    rf"(?P<parts>[{_LETTER}]{{1,8}}\d{{0,2}}(?:[-/][{_LETTER}]{{1,8}}\d{{0,2}})*)(?![\w])"
    rf"|(?<=[Mm]ẫu )(?P<so2>số )?(?P<letters>[{_LETTER}]{{1,5}})[.-]?"
    r"(?P<number2>\d{1,3})(?P<mark2>[a-zđ]?)(?![\w/.-])"
)


def _form(match: re.Match[str], _context: Context) -> str:
    if match["letters"]:
        mark = f" {wording(match['mark2'].upper())}" if match["mark2"] else ""
        return f"{match['so2'] or ''}{wording(match['letters'])} {cardinal(int(match['number2']))}{mark}"
    mark = f" {wording(match['mark'].upper())}" if match["mark"] else ""
    parts = " ".join(wording(part) for part in re.split("[-/]", match["parts"]))
    over = " trên" if "/" in match[0] else ""
    return f"{match['so'] or ''}{cardinal(int(match['number']))}{mark}{over} {parts}"


_CLAUSE = re.compile(
    r"(?<!\w)(?P<head>(?i:tiểu mục|mục|điểm|khoản|phần|bảng|hình|(?<!đại )biểu|sơ đồ|phụ lục)(?: (?i:số))?) "
    r"(?P<steps>(?:\d{1,2}|[IVX]{1,5}|[A-HĐ])(?:\.(?:\d{1,2}|[a-zđ](?!\w)))+)(?![\w/%]|[.,]\d)"
)
"""Steps of an outline: "mục I.2", "điểm 1.3"."""


def _clause(match: re.Match[str], _context: Context) -> str | None:
    steps = []
    for step in match["steps"].split("."):
        value = int(step) if step.isdecimal() else roman(step) if step.isupper() else None
        steps.append(wording(step.upper()) if value is None else cardinal(value))
    head = match["head"]
    return f"{head.lower() if head.isupper() else head} {' chấm '.join(steps)}"


_LETTERED = re.compile(
    r"(?<!\w)(?P<head>(?i:điểm|tiết|mục|phần|ý|phương án|đáp án) )"
    r"(?P<list>[a-eg-npq-vxđ](?!\w)(?:(?:, ?|; ?|/| và | hoặc |-)[a-eg-npq-vxđ](?![\w)]))*)"
)


def _lettered(match: re.Match[str], _context: Context) -> str:
    said = re.sub(r"[a-zđ](?!\w)", lambda one: letters(one[0]), match["list"].replace(" và ", "\0"))
    return match["head"] + re.sub(r"[/;,] ?", ", ", said).replace("-", " đến ").replace("\0", " và ")


_STEPS = re.compile(
    r"^[ \t]*(?P<steps>\d{1,2}(?:\.\d{1,2}){1,3})(?: ?(?:[.)…]|\./\.))+ +(?=[^\W\d_])", re.MULTILINE
)


def _steps(match: re.Match[str], context: Context) -> str | None:
    """ "2.1. Nội dung" as a heading; "1.2 tỷ đồng" begins small."""
    if not context.after(match.end(), 1).isupper():
        return None
    return " chấm ".join(cardinal(int(step)) for step in match["steps"].split(".")) + ". "


_NUMBERED = re.compile(r"(?:^[ \t]*|(?<=[;:,.] ))\(?(?P<number>\d{1,2})/[ \t]+(?=[^\W\d_])", re.MULTILINE)
"""An entry of a list: "1/ Thành phần hồ sơ", "Các bước: 1/ Nộp …; 2/ Nhận …"."""

RULES = (
    Rule("numbered", _NUMBERED, lambda match, _: f"{cardinal(int(match['number']))}, "),
    Rule("steps", _STEPS, _steps),
    Rule("blank", _BLANK, _blank),
    Rule("standard", _STANDARD, _standard),
    Rule("form", _FORM, _form),
    Rule("code", _CODE, _code),
    Rule("code", _UNKNOWN, _unknown),
    Rule("clause", _CLAUSE, _clause),
    Rule("clause-letter", _LETTERED, _lettered),
)
