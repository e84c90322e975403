"""Numbers that are called, and numbers of papers and accounts: digit by digit, in their groups."""

from __future__ import annotations

import re

from channels.radio.spoken.calendar_words import COUNTED_AFTER
from channels.radio.spoken.letters import letters
from channels.radio.spoken.numerals import NOT_BEFORE, digits
from channels.radio.spoken.rule import Context, Reading, Rule

_ALONE = r"(?<![\w+@#&])(?<!\w[-./:,])"
_GAP = r"[ .\-\xa0]{0,2}"
_CALLED = re.compile(
    r"(?<!\w)(?:điện thoại|đường dây nóng|hotline|tổng đài|gọi|liên hệ|sđt|đt|đtdđ|tel|fax|zalo|viber|di động"
    r"|số máy|nhắn tin|liên lạc|call|máy)(?!\w)[^;\n]{0,40}$",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"(?<!\w)(?:hỗ trợ|tư vấn|giải đáp|chăm sóc khách hàng|cskh|phản ánh|kiến nghị|tố giác|tin báo|khiếu nại"
    r"|thông tin chi tiết|chi tiết|đặt lịch|đăng ký)(?: [^\W\d_]+){0,4}(?:: ?| số | qua | theo số )"
    r"(?:[\d .-]+(?:,|;| hoặc| hay| và| -|/) )*$",
    re.IGNORECASE,
)
"""What is asked for or reported at a number, right before it: "Hỗ trợ kỹ thuật: "."""
_SHORT_CALLED = re.compile(
    r"(?<!\w)(?:điện thoại|đường dây nóng|hotline|tổng đài|(?:theo|qua|đến|vào|bấm|quay|gọi|đầu|các) số"
    r"|số máy|sđt|đt|cảnh sát|công an|cấp cứu|cứu hỏa|cứu hoả|chữa cháy|cứu nạn|cứu hộ|trẻ em)"
    r"(?: khẩn cấp| miễn phí| quốc gia| số)*:? [(]?(?:1\d\d\d?(?:,| và| hoặc| hay|/| -) ?)*$",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?<!\w)(?:gọi|báo|bấm|quay|nhắn)(?: ngay| cho| điện| tới| đến)*:? "
    r"(?:1\d\d\d?(?:,| và| hoặc| hay|/| -) ?)*$",
    re.IGNORECASE,
)
_NO_COUNT_AFTER = re.compile(
    r"\s*(?:$|[^\w\s%]|(?:cấp|do|tại|để|khi|nếu|hoặc|hay|và|của|miễn|ngay|khẩn|trước)(?!\w)|[A-ZĐ])"
)
_JUST_NUMBER = re.compile(r"(?:[,;:(] ?|(?<!\w)(?:theo|qua|vào|về|tới) )số:? $", re.IGNORECASE)
_SECRET = re.compile(
    r"(?<!\w)(?:mật khẩu|password|pass|mã pin|pin|mã xác nhận)(?: wifi| là)?:? $", re.IGNORECASE
)
_AMOUNT_AFTER = re.compile(
    r" ?(?:đồng|đ|vnđ|vnd|nghìn|ngàn|triệu|tỷ|tỉ|tấn|tạ|con|cây|lít|mét|m[23²³]|suất|liều"
    r"|cuốn|bộ|chiếc|cái)(?!\w)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[. ]\d{3})+")
_NUMBER_OF = re.compile(
    r"(?<!\w)(?:điện thoại|đường dây nóng|hotline|tổng đài|sđt|đt|đtdđ|tel|fax|zalo|viber|số máy|liên hệ|gọi)"
    r"(?: (?:qua|theo|đến|tới|số|bàn|di động|cố định|cơ quan|liên hệ|nóng))*[.:]{0,2} ?$",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?<!\w)(?:cccd|cmnd|căn cước|căn cước công dân|chứng minh nhân dân|mã số|mã số thuế|mst|mã hồ sơ"
    r"|mã định danh|định danh|số định danh|số tài khoản|tài khoản|stk|tk|bhyt|bhxh|mã|số thẻ|số seri"
    r"|hồ sơ số|thẻ số|vé số|hộ chiếu|mã vạch|báo danh|số hiệu|số hồ sơ|biên lai|số vé|tờ khai|mã bưu chính)"
    r"(?!\w)[^.;\n\d]{0,30}$",
    re.IGNORECASE,
)


_QUANTITY = re.compile(
    r"(?<!\w)(?:đã|được|còn|tổng|tổng số|có|chưa|đang|trên|hơn|khoảng|gần|đạt)(?!\w)"
    r"[^.;\n\d]*$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<!\w)(?:cccd|cmnd|căn cước(?: công dân)?|chứng minh nhân dân|mst|stk|tk"
    r"|mã(?! (?:độc|hóa))(?: \w+){0,3}|(?:số )?(?:tài khoản|định danh)(?: \w+){0,2}|số hiệu|báo danh"
    r"|(?:hồ sơ|biên lai|tờ khai|hộ chiếu|thẻ|vé)(?= số))(?:,? số)?(?: là)?:? $",
    re.IGNORECASE,
)
"""Right before a number of some paper, however it is grouped."""
_COUNTABLE = re.compile(r"(?:số (?:hồ sơ|thẻ|vé)|tờ khai|biên lai) \w", re.IGNORECASE)
_SERIAL = re.compile(
    r"(?<!\w)(?:gcn|gcnqsdđ|giấy chứng nhận|sổ đỏ|sổ hồng|hộ chiếu|số phát hành|seri|sê ri|số hiệu)"
    r"(?!\w)[^.;\n\d]{0,40}$",
    re.IGNORECASE,
)


_KNOWN = re.compile(r"11[1-5]|1022|1407|1408|1409|1412")
"""For children, rescue, police, fire, ambulance, the provinces' call centres; charity by message."""
_KNOWN_BEFORE = re.compile(
    r"(?<!\w)(?:gọi|số|tổng đài)(?!\w)[^.\n]{0,60}(?<!\d)(?:11[1-5]|1022)(?!\d)[^.\n]{0,60}[;,] $",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(
    r"(?<!\w)(?:điện thoại|đt|sđt|hotline|gọi|báo|số|liên hệ)(?!\w)[^\n;\d]{0,40}\d[\d .-]{6,}\d"
    r"(?:,| hoặc| hay| và| -|/)(?: gọi| số| báo)* $",
    re.IGNORECASE,
)
_KNOWN_AFTER = re.compile(
    r" ?[(:–-] ?(?:công an|cảnh sát|cứu h|chữa cháy|phòng cháy|cấp cứu|y tế|trẻ em)", re.IGNORECASE
)
_MESSAGE = re.compile(
    r"(?<!\w)(?:soạn|nhắn|tin)(?!\w)[^.;\n]{0,60}(?:gửi|đến|tới)(?: số| tổng đài| đầu số)? $", re.IGNORECASE
)


def _grouped(written: str) -> str:
    """The groups as they are written, a short stop between them; ten digits in one go are said as 4-3-3."""
    groups = re.findall(r"\d\D\d+|\d+", written)
    if len(groups) == 1 and len(groups[0]) >= 7:
        first = len(groups[0]) % 3 or 3
        first += 3 if first == 1 else 0
        groups = [groups[0][:first], *re.findall(r"\d{3}", groups[0][first:])]
    said = ", ".join(digits(group) for group in groups)
    return f"cộng {said}" if written.startswith("+") else said


def _phone(match: re.Match[str], context: Context) -> str | None:
    """Ten or eleven digits from 0, about nine after +84."""
    count = sum(map(str.isdecimal, match[0]))
    if match[0].startswith("+"):
        return _grouped(match[0]) if 10 <= count <= 13 else None
    if _IDENTITY.search(context.before(match.start())):
        return None
    return _grouped(match[0]) if count in {10, 11} else None


def _service(match: re.Match[str], context: Context) -> Reading | str | None:
    """1900 and 1800 numbers; "180.000.000 đồng" and "1800-2000 hộ" are amounts, "1900-1954" years."""
    before, after = context.before(match.start()), context.after(match.end())
    if not _NO_COUNT_AFTER.match(after) and (COUNTED_AFTER.match(after) or _AMOUNT_AFTER.match(after)):
        return None
    called = _CALLED.search(before) or _HELP.search(before)
    if match[0].isdecimal() and len(match[0]) >= 8 and (called or match[0][-3:] != "000"):
        return _grouped(f"{match[0][:4]} {match[0][4:]}")
    if "-" in match[0] and not called:
        last = match[0].rpartition("-")[2]
        years = len(match[0]) == 9 and 1800 <= int(last) <= 2100
        return None if years else Reading(match[0], 0, "Không rõ là số điện thoại hay khoảng.")
    if called or "." in match[0] or len(match[0].split()) > 2 or re.search(r"\D\d{4}$", match[0]):
        return _grouped(match[0])
    return None


def _called(match: re.Match[str], context: Context) -> Reading | str | None:
    """Six digits or more right after "điện thoại"; "điện thoại 12.500.000 đồng" is its price."""
    before = context.before(match.start(), 40)
    if _counts(match, context):
        return None
    if not _NUMBER_OF.search(before):
        doubt = _THOUSANDS.fullmatch(match[0]) and len(match[0]) > 7 and _JUST_NUMBER.search(before)
        return Reading(match[0], 0, "Không rõ là số điện thoại hay số đếm.") if doubt else None
    return _grouped(match[0]) if 6 <= sum(map(str.isdecimal, match[0])) <= 12 else None


def _short(match: re.Match[str], context: Context) -> Reading | None:
    before, after = context.before(match.start()), context.after(match.end())
    if _SHORT_CALLED.search(before) or (match[0] == "1022" and _CALLED.search(before)):
        return Reading(digits(match[0]))
    known = _KNOWN.fullmatch(match[0]) and not COUNTED_AFTER.match(after)
    if _MESSAGE.search(before) or (
        known and (_KNOWN_BEFORE.search(before) or _NUMBER_BEFORE.search(before) or _KNOWN_AFTER.match(after))
    ):
        return Reading(digits(match[0]))
    if match[0][0] != "1" or not _CALL.search(before):
        return None
    if known or _NO_COUNT_AFTER.match(after):
        return Reading(digits(match[0]))
    return Reading(match[0], 0, "Không rõ là số điện thoại hay số đếm.")


def _identity(match: re.Match[str], context: Context) -> Reading | str | None:
    """ "Số hồ sơ đã giải quyết là 395.410" counts; "hồ sơ 395.410" may be either, and is left."""
    keyword = _IDENTITY.search(context.before(match.start()))
    if not keyword or _counts(match, context):
        return None
    if _NAMED.search(context.before(match.start())):
        return _grouped(match[0])
    if match[0][0] != "0" and _QUANTITY.search(keyword[0]):
        return None
    if _THOUSANDS.fullmatch(match[0]) or (match[0][0] != "0" and _COUNTABLE.match(keyword[0])):
        return Reading(match[0], 0, "Không rõ là số của giấy tờ hay số đếm.")
    return _grouped(match[0])


def _serial(match: re.Match[str], context: Context) -> str | None:
    """ "số GCN AB 123456": the letters and the digits of a form's own number."""
    if not _SERIAL.search(context.before(match.start())):
        return None
    return f"{letters(match['letters'])} {_grouped(match['digits'])}"


def _secret(match: re.Match[str], context: Context) -> str | None:
    return _grouped(match[0]) if _SECRET.search(context.before(match.start(), 40)) else None


def _counts(match: re.Match[str], context: Context) -> bool:
    """Whether it is written with thousands and something is counted by it: "125.000 ha"."""
    return bool(_THOUSANDS.fullmatch(match[0])) and not _NO_COUNT_AFTER.match(context.after(match.end()))


RULES = (
    Rule(
        "phone",
        re.compile(
            rf"(?<![\w@#&])(?:\+\(?84\)?{_GAP}(?:\(0\))?|{_ALONE}\(0\d{{2,3}}\){_GAP}|{_ALONE}0)\d(?:{_GAP}\d){{4,10}}{NOT_BEFORE}"
        ),
        _phone,
    ),
    Rule(
        "phone",
        re.compile(rf"{_ALONE}1[89]00{_GAP}\d{{2,4}}(?:{_GAP}\d{{2,4}}){{0,2}}{NOT_BEFORE}"),
        _service,
    ),
    Rule("secret", re.compile(rf"{_ALONE}\d{{4,12}}{NOT_BEFORE}"), _secret),
    Rule("phone", re.compile(rf"{_ALONE}\d{{1,8}}(?:[ .]\d{{2,8}}){{0,3}}{NOT_BEFORE}(?!/)"), _called),
    Rule("phone", re.compile(rf"{_ALONE}(?:1\d\d\d?|[5-9]\d{{3}})(?!\w|[./:+,]\d)"), _short),
    Rule(
        "identity",
        re.compile(r"(?<![\w/-])(?P<letters>[A-ZĐ]{1,2}) ?(?P<digits>\d{5,8})(?![\w/]|[.,-]\d)"),
        _serial,
    ),
    Rule("identity", re.compile(rf"{_ALONE}(?:\d(?:[ .]?\d){{5,19}}|0\d{{2,4}}){NOT_BEFORE}"), _identity),
)
