"""Roads, kilometre posts, plates and house numbers, and other signs of letters with digits: "H5N1"."""

from __future__ import annotations

import re

from channels.radio.spoken.letters import CAPITAL, letters
from channels.radio.spoken.numerals import cardinal, decimal, digits, roman
from channels.radio.spoken.rule import Context, Reading, Rule

_ROAD = re.compile(
    r"(?<!\w)(?P<kind>QL|ĐT|TL|ĐH|ĐX|HL|CT|IC)\s?[.-]?\s?(?P<number>\d{1,3})(?P<mark>[A-ZĐ]?)(?![\w%]|[./,:]\d)"
)
_ROADS = {
    "QL": "quốc lộ", "ĐT": "đường tỉnh", "TL": "tỉnh lộ", "ĐH": "đường huyện", "HL": "hương lộ",
    "CT": "xê tê", "ĐX": "đường xã", "IC": "i xê",
}  # fmt: skip


def _road(match: re.Match[str], context: Context) -> str | None:
    kind = match["kind"]
    before = context.before(match.start()).rstrip().lower()
    glued = match[0][len(kind)] in ".-0123456789"
    provincial = kind == "ĐT" and (match["mark"] or match["number"] >= "200")
    if kind == "IC" and not before.endswith(("nút giao", "nút", "nút giao thông", "và", ",")):
        return None
    if kind in {"ĐT", "ĐH", "ĐX", "HL", "CT"} and not (
        provincial or glued or before.endswith(("tuyến", "đường", "trên", "cao tốc"))
    ):
        return None
    if kind == "ĐT" and (before.endswith("số") or len(match["number"]) < 2):
        return None
    number = match["number"]
    said = digits(number) if number[0] == "0" else cardinal(int(number))
    name = _ROADS[kind]
    if before.endswith(name):
        name = ""
    elif before.endswith("đường"):
        name = name.removeprefix("đường ")
    return f"{name} {said} {letters(match['mark'])}".strip()


_ROAD_LETTER = re.compile(
    r"(?<!\w)(?P<head>(?i:quốc lộ|đường tỉnh|tỉnh lộ|đường huyện|hương lộ|tổ|khu|ngõ|số|"
    r"lớp|phòng|nhà|khoang|đường|"
    r"khối|tổ dân phố|thôn|xóm|tầng|điểm|điều|khoản|lô|bảng|tòa|ấp|bản|km)\s+(?:số\s+)?)"
    r"(?P<number>\d{1,4})(?P<mark>[A-HĐKa-eđ])(?![\w%/])"
)


def _lettered(match: re.Match[str], _context: Context) -> str | None:
    if match["mark"] in "đ" and match["head"].strip().lower() not in {"điểm", "điều", "khoản"}:
        return None
    return f"{match['head']}{_plain(match['number'])} {letters(match['mark'])}"


_POST = re.compile(
    r"(?<![\w/])(?!(?<=\d )km|[Kk][Mm][23](?!\d|\s?\+))(?P<head>Km|KM|km)\s?(?P<at>\d{1,4})"
    r"(?:\s?\+\s?(?P<past>\d{1,3})(?:[.,](?P<part>\d+))?(?!\d))?(?![\w/]|[.,]\d)"
    r"(?:\s?(?:[-–]|đến)\s?(?P<head2>Km|KM|km)\s?(?P<at2>\d{1,4})(?:\s?\+\s?(?P<past2>\d{1,3}))?(?![\w]))?"
)


def _post(match: re.Match[str], _context: Context) -> str:
    said = f"ki lô mét {_at(match['at'], match['past'])}"
    if match["part"]:
        said += f" phẩy {digits(match['part'])}"
    if match["at2"]:
        said += f" đến ki lô mét {_at(match['at2'], match['past2'])}"
    return said[0].upper() + said[1:] if match["head"] != "km" and match.start() == 0 else said


def _at(kilometre: str, metre: str | None) -> str:
    return cardinal(int(kilometre)) + (f" cộng {_plain(metre)}" if metre else "")


def _plain(number: str) -> str:
    return digits(number) if number[0] == "0" and len(number) > 1 else cardinal(int(number))


_PLATE = re.compile(
    r"(?<![\w.,/-])(?P<series>\d{2}\s?[A-ZĐ]{1,2}\d?|\d{2}-[A-ZĐ]\d|\d{2}-[A-ZĐ]{2}\d?)\s?[-–. ]\s?"
    r"(?P<number>\d{3}[.]\d{2}|\d{4,5})(?![\w]|[.,/-]\d)"
)
"""Thông tư 79/2024/TT-BCA, article 37: two digits, one or two letters, perhaps a digit, then four or five."""


def _plate(match: re.Match[str], _context: Context) -> str:
    series = match["series"]
    said = [cardinal(int(series[:2])), *(letters(sign) for sign in series[2:] if sign.isalnum())]
    return " ".join((*said, digits(match["number"])))


_HOUSE = re.compile(
    r"(?<!\w)(?P<head>(?i:số nhà|nhà số|ngõ|ngách|hẻm|kiệt|số)\s+(?:số\s+)?)"
    r"(?P<number>\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){1,4})"
    r"(?![\w/-]|[.,]\d)"
    r"(?P<street>,?\s*(?i:đường|phố|ngõ|ngách|hẻm|kiệt|tổ|khu|quốc lộ|đại lộ|[A-ZĐ][a-zà-ỹ]+))?"
)


def _house(match: re.Match[str], _context: Context) -> str | None:
    head = match["head"].strip().lower()
    if head == "số" and (
        not match["street"] or not re.search(r"đường|phố|đại lộ|ngõ|hẻm", match["street"].lower())
    ):
        return None
    numbers = [
        " ".join(
            _plain(part) if part.isdecimal() else letters(part) for part in re.findall(r"\d+|[A-Za-z]", one)
        )
        for one in match["number"].split("/")
    ]
    return f"{match['head']}{' trên '.join(numbers)}{match['street'] or ''}"


_TITLE = re.compile(
    r"(?<![\w.])(?P<short>TP|TX|TT|P|Q|H|X|T)\.\s?"
    rf"(?:(?P<number>\d{{1,3}})(?![\w/]|[.,]\d)|(?=[{CAPITAL}]\w)(?!HCM|[IVX]+\W))"
)
_TITLES = {
    "TP": "thành phố", "TX": "thị xã", "TT": "thị trấn", "P": "phường", "Q": "quận", "H": "huyện",
    "X": "xã", "T": "tỉnh",
}  # fmt: skip
_AT = re.compile(r"(?:[,;(–-]|(?<!\w)(?:tại|ở|qua|đến|từ|thuộc|của|bàn|và|khu|xã|về))\s*$", re.IGNORECASE)
_OFFICER = re.compile(
    r"(?:Chủ tịch|Giám đốc|Trưởng|Viện trưởng|Bí thư|Chánh|Tổng|Cục|Vụ|Hiệu trưởng|Chủ nhiệm|Đội trưởng)"
)
_OF_YEAR = re.compile(r"(?:(?:,| và| -)? ?Q\.?[1-4])*,? năm \d")
_DIVISION = re.compile(
    r"(?:Nội vụ|Tài chính|Tư pháp|Y tế|Giáo dục|GD|Kinh tế|Văn hóa|Văn hoá|Lao động|Tài nguyên|Nông nghiệp"
    r"|Công Thương|Xây dựng|Quản lý|Hành chính|Tổ chức|Kế hoạch|Kế toán|Thanh tra|Cảnh sát|Dân tộc)"
)
_UNITS = re.compile(
    r"(?:CS(?:GT|HS|KV|CĐ|ĐT|MT|KT)|PCCC|GD|LĐ|TN|NN|VH|KT|TC|QL|CT(?!\w)|NV|CA)(?!\w*[a-zà-ỹ])"
)
"""Divisions of an office or of the police in short, after "P."."""
_PERSON = re.compile(rf"(?:^|[^\w])[{CAPITAL}][a-zà-ỹđ]+ ?$")


def _title(match: re.Match[str], context: Context) -> str | None:
    short = match["short"]
    before = context.before(match.start())
    if short == "P" and (
        _DIVISION.match(context.text, match.end()) or _UNITS.match(context.text, match.end())
    ):
        return "phòng "
    if short in "PQ" and _OFFICER.match(context.text, match.end()):
        return "quyền " if short == "Q" else "phó "
    if len(short) == 1 and _PERSON.search(before) and "," not in before[-3:]:
        return None
    if short in "HXT" and not before.rstrip().endswith((",", ";", "tại", "ở", "-")):
        return None
    if short == "TT" and before.strip() and not _AT.search(before):
        return None
    if short == "Q" and _OF_YEAR.match(context.text, match.end()):
        return None
    if match["number"] and len(match["number"]) > 2:
        return f"phòng {_plain(match['number'])}" if short == "P" else None
    if match["number"]:
        return f"{_TITLES[short]} {_plain(match['number'])}" if short in "PQ" else None
    return f"{_TITLES[short]} "


_NEIGHBOURHOOD = re.compile(r"(?<!\w)KP\.? ?(?P<number>\d{1,2})(?![\w/]|[.,]\d)")
_BORN = re.compile(r"(?<!\w)SN:? ?(?P<number>\d{1,4})(?P<mark>[A-H]?)(?![\w/]|[.,-]\d)")


def _born(match: re.Match[str], _context: Context) -> str:
    """ "SN 1985" is a year of birth, "SN 25" the number of a house."""
    if 1900 <= int(match["number"]) <= 2100 and not match["mark"]:
        return f"sinh năm {cardinal(int(match['number']))}"
    return f"số nhà {_plain(match['number'])} {letters(match['mark'])}".rstrip()


_MIXED = re.compile(
    r"(?<![\w.,])(?:(?P<units>[2-6])G(?![\w])"
    r"|(?P<mixed>[A-ZĐ]{1,3}\d{1,4}(?:[A-ZĐ]\d{0,2})*|[A-ZĐ]\d[a-z]?\d?|\d{1,2}[A-ZĐ]\d{1,2})(?![\w%°/]|[.,:]\d|-\d))"
)
"""Letters with digits that nobody measures by: "5G", "H5N1", "A4", "F0", "B12"."""
_FUEL = re.compile(
    r"(?<!\w)(?P<name>RON|(?<=[Dd]iesel )|(?<=[Dd]ầu )|DO|FO) ?"
    r"(?P<number>9\d|0,0\d{1,3}S|3S)(?:-(?P<level>I{1,3}|IV|V))?(?!\w)"
)


def _fuel(match: re.Match[str], _context: Context) -> str:
    """Petrol and diesel by their grade: "RON 95-III", "diesel 0,05S" (QCVN 01:2022/BKHCN)."""
    name = "ron" if match["name"] == "RON" else letters(match["name"])
    number = match["number"]
    said = decimal(number.rstrip("S")) + (" ét" if number[-1] == "S" else "")
    level = f" {cardinal(roman(match['level']) or 0)}" if match["level"] else ""
    return f"{name} {said}{level}".strip()


_FERTILISER = re.compile(
    r"(?<!\w)NPK(?P<sulphur>[-+]?S)?(?:[ -]?\(?)(?P<parts>\d{1,2}(?:[-–.:+]\d{1,2}){2,3})"
    r"(?: ?\+ ?(?P<more>TE|S|B|Mg)(?!\w))?(?![\w%]|[-.:,/+]\w)"
)


def _fertiliser(match: re.Match[str], _context: Context) -> str:
    """Shares of nitrogen, phosphorus, potassium, perhaps sulphur: "NPK 16-16-8", "NPK-S 5.10.3-8"."""
    said = [letters("NPKS" if match["sulphur"] else "NPK")]
    said += [cardinal(int(part)) for part in re.findall(r"\d+", match["parts"])]
    return " ".join([*said, "cộng", letters(match["more"])] if match["more"] else said)


_ILLNESS = re.compile(r"(?<!\w)(?i:covid|cô-vít)(?:[-‑– ]?19(?!\d))?(?!\w)|(?<!\w)SARS-CoV-2(?!\w)")


def _illness(match: re.Match[str], _context: Context) -> str:
    if match[0].startswith("SARS"):
        return "xát cô vi hai"
    return "cô vít mười chín" if match[0].endswith("19") else "cô vít"


def _mixed(match: re.Match[str], _context: Context) -> Reading | str | None:
    if match["units"]:
        return f"{cardinal(int(match['units']))} gi"
    written = match["mixed"]
    if assembly := re.fullmatch(r"QH(1\d)", written):
        return f"Quốc hội khóa {cardinal(int(assembly[1]))}"
    if written[:3].isalpha():
        return Reading(letters(written), 0.7, f"“{written}”: hãy nghe lại cách đọc ký hiệu này.")
    return letters(written)


RULES = (
    Rule("plate", _PLATE, _plate),
    Rule("road", _ROAD, _road),
    Rule("road-letter", _ROAD_LETTER, _lettered),
    Rule("kilometre-post", _POST, _post),
    Rule("house", _HOUSE, _house),
    Rule("place-title", _TITLE, _title),
    Rule("neighbourhood", _NEIGHBOURHOOD, lambda match, _: f"khu phố {cardinal(int(match['number']))}"),
    Rule("born", _BORN, _born),
    Rule("fuel", _FUEL, _fuel),
    Rule("fertiliser", _FERTILISER, _fertiliser),
    Rule("illness", _ILLNESS, _illness),
)
SIGNS = (Rule("sign", _MIXED, _mixed),)
"""After the quantities: "T7" may be a day."""
