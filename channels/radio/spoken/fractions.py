"""Fractions, counts of a whole, ratios: "2/3 số đại biểu", "15/15 xã", "5 1/2", "1:500", "½".

A day and a fraction look alike; `dates` has had what is surely a day; what may be one is flagged.
"""

from __future__ import annotations

import re
import unicodedata

from channels.radio.spoken.calendar_words import (
    COUNTED_AFTER,
    MEASURE_AFTER,
    PART_AFTER,
    RATIO_BEFORE,
    WHOLE_AFTER,
    exists,
    likely_day,
    near_day,
    sure_day,
    up_to,
)
from channels.radio.spoken.numerals import NOT_AFTER, NOT_BEFORE, NUMBER, SPACE, cardinal, number
from channels.radio.spoken.rule import Context, Reading, Rule
from channels.radio.spoken.units import SYMBOLS, one_of, unit

_SYMBOL = f"(?:{one_of(SYMBOLS)})"
_DOUBT = "Không rõ là ngày tháng hay phân số."
_MOST = re.compile(
    r"(?<!\w)(?:quá|hơn|trên|khoảng|gần|chiếm|bằng|ít nhất|tối thiểu|dưới|chưa đến"
    r"|chỉ|chỉ có|có tới|có đến|quãng) $",
    re.IGNORECASE,
)
_HAVE = re.compile(r"(?<!\w)(?:đạt|có|với|được|hoàn thành|đã|còn|là|tại|ở|của) $", re.IGNORECASE)
_SHARE = re.compile(
    r"(?<!\w)(?:giảm|chiếm|bằng|vơi|ngập|cắt|bớt|hụt|tăng)"
    r"(?: đi| đến| tới| gần| hơn| khoảng| còn| mất| hết| xuống còn)? $",
    re.IGNORECASE,
)
"""What a share follows, or its day: "giảm 1/2 tiền thuê", "giảm 1/7"."""
_EQUALS = re.compile(r"(?<!\w)(?:chiếm|bằng)(?: đến| tới| gần| hơn| khoảng)? $", re.IGNORECASE)
"""What no day follows; nor does "mất" tell: "ông A mất 5/8"."""
_OF_A_NUMBER = re.compile(
    r"(?<!\w)(?:số|lượng|tỷ lệ|diện tích|sản lượng|chi phí|kinh phí|doanh thu|thu nhập)(?!\w)[^.;,:\d]{0,40}"
    r"(?<!\w)(?:giảm|tăng|hụt|vơi)(?: đi| tới| gần| hơn| khoảng| còn| xuống còn)? $",
    re.IGNORECASE,
)
"""What is counted grows or shrinks by a share; prices may do so on a day: "giá xăng giảm 1/3"."""
_OF_THEM = re.compile(
    r"(?<!\w)(?:thì|trong đó|trong số đó|trong số này)(?: có| khoảng| hơn| gần)?,? $", re.IGNORECASE
)
_OF_THEM_AFTER = re.compile(
    r" (?:là(?! (?:ngày|lễ|thứ|chủ nhật|tết|hạn))|thuộc|đã|chưa|không)(?!\w)", re.IGNORECASE
)
_HURT = re.compile(r"(?<!\w)(?:gãy|vỡ|nứt|đứt|bỏng|rách|hẹp|tắc|dập|cụt|tổn thương) $", re.IGNORECASE)
_DEALT = re.compile(
    r"(?<!\w)(?:bán|mua|ăn|chia|biếu|cắt|dùng|thuê|hưởng|sở hữu|chuyển nhượng|tặng cho|thừa kế|thế chấp)"
    r"(?: [^\W\d_]+){0,2} $",
    re.IGNORECASE,
)
_ONE_THING = re.compile(r" (?:con|quả|trái|củ|chiếc|thửa|lô|mảnh|căn|ngôi|gian|khu)(?!\w)")
"""With one part of it, "1/2 con lợn", where "2/3 con lợn" may be two of three."""
_MANY = re.compile(r" (?:đề tài|ngân hàng|khách hàng|người dân|dân|du khách|công nhân|nông dân)(?!\w)")
"""What nobody counts by twos and threes: "có 1/3 đề tài", "3/4 ngân hàng"."""
_SIMPLE = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)})
_HALF_AFTER = re.compile(r" (?:giờ|ngày|buổi|tháng|năm)(?!\w)")
"""Half of one, where "3/6 tháng" would be three of six."""
_SIGHT = re.compile(r"(?<!\w)(?:thị lực|mắt (?:phải|trái)|huyết áp)(?: [^\W\d_]+){0,3}:? $", re.IGNORECASE)
_SCHOOLING = re.compile(
    r"(?<!\w)(?:trình độ|hạng|bậc|thương tật|lớp|văn hóa|văn hoá|học vấn|phổ thông|hệ) $", re.IGNORECASE
)
_ROUND = re.compile(r"(?<!\w)vòng(?: loại| đấu)? $", re.IGNORECASE)
_HOUSE_NUMBER = re.compile(r"(?<!\w)(?:số nhà|nhà số|ngõ|ngách|hẻm|kiệt|địa chỉ:?(?: số)?) $", re.IGNORECASE)
_STREET_AFTER = re.compile(r",? (?:đường|phố|ngõ|hẻm) \w", re.IGNORECASE)
_PAPER_NUMBER = re.compile(
    r"(?<!\w)(?:số|nghị định|nghị quyết|thông tư|quyết định|luật|công văn) $", re.IGNORECASE
)


def _over(left: str, right: str, word: str) -> str:
    below = "tư" if word == "phần" and int(right) == 4 else cardinal(int(right))
    return f"{cardinal(int(left))} {word} {below}"


def _mixed(match: re.Match[str], context: Context) -> str | None:
    whole, left, right = (int(part) for part in match.groups()[:3])
    if (
        not 0 < left < right <= 10
        or likely_day(context.before(match.start()))
        or sure_day(context.before(match.start()))
    ):
        return None
    said = f" {unit(match['unit'])}" if match["unit"] else ""
    return f"{cardinal(whole)} và {_over(str(left), str(right), 'phần')}{said}"


def _certain(above: int, before: str, after: str) -> bool:
    """Whether nothing but a share can be meant, whatever day of the year it looks like."""
    if sure_day(before):
        return False
    return bool(
        _HURT.search(before)
        or (_OF_A_NUMBER.search(before) and not COUNTED_AFTER.match(after))
        or (_OF_THEM.search(before) and _OF_THEM_AFTER.match(after))
        or (above == 1 and _DEALT.search(before) and _ONE_THING.match(after) and not likely_day(before))
        or (_MANY.match(after) and not likely_day(before))
    )


def _fraction(match: re.Match[str], context: Context) -> Reading | None:
    before, after = context.before(match.start()), context.after(match.end())
    written, symbol = match["fraction"], match["unit"]
    left, right = (part.strip() for part in written.replace(".", "").split("/"))
    above, below = int(left), int(right)
    if _HOUSE_NUMBER.search(before) or (before.endswith("số ") and _STREET_AFTER.match(after)):
        return Reading(_over(left, right, "trên"))
    day = exists(above, below)
    proper = 0 < above < below <= 10
    measured = MEASURE_AFTER.match(context.text, match.end("fraction")) and (above == 1 or below <= 4)
    if proper and measured and not sure_day(before) and (up_to(before) or not likely_day(before)):
        return Reading(_over(left, right, "phần") + (f" {unit(symbol)}" if symbol else ""))
    parted = WHOLE_AFTER.match(after) or ((above, below) == (1, 2) and _HALF_AFTER.match(after))
    if proper and parted and (_SHARE.search(before) or not (sure_day(before) or likely_day(before))):
        return Reading(_over(left, right, "phần"))
    if (above, below) in _SIMPLE and _certain(above, before, after):
        return Reading(_over(left, right, "phần") + (f" {unit(symbol)}" if symbol else ""))
    if proper and _EQUALS.search(before) and not symbol and not COUNTED_AFTER.match(after):
        return Reading(_over(left, right, "phần"))
    if _SIGHT.search(before):
        return Reading(_over(left, right, "trên") + (f" {unit(symbol)}" if symbol else ""))
    of_now = near_day(before) and (COUNTED_AFTER.match(after) or PART_AFTER.match(after))
    if (sure_day(before) and not of_now) or (day and likely_day(before) and not PART_AFTER.match(after)):
        return Reading(match[0], 0, _DOUBT if day else "Không có ngày này trong lịch.")
    if day and above > below and not (_HAVE.search(before) or RATIO_BEFORE.search(before)):
        return Reading(match[0], 0, _DOUBT)
    if _PAPER_NUMBER.search(before) or not below or max(len(left), len(right)) > 9:
        return Reading(match[0], 0, "Không rõ là số văn bản hay phân số.")
    if 1900 <= above == below - 1 <= 2100 and not symbol:
        return Reading(_over(left, right, "đến"))
    if symbol and above < below <= 10:
        return Reading(f"{_over(left, right, 'phần')} {unit(symbol)}")
    said = f" {unit(symbol)}" if symbol else ""
    counted = COUNTED_AFTER.match(after) or symbol
    if proper and (PART_AFTER.match(after) or (counted and (of_now or _MOST.search(before)))):
        return Reading(_over(left, right, "phần") + said)
    if above == 1 and _ROUND.search(before):
        return Reading(_over(left, right, "phần"))
    if counted or PART_AFTER.match(after) or _SCHOOLING.search(before) or RATIO_BEFORE.search(before):
        return Reading(_over(left, right, "trên") + said)
    words_after = re.match(r" [^\W_]", after)
    if above <= below and not day and (above == below or _HAVE.search(before) or words_after):
        if 1900 <= below <= 2100 and above <= 12:
            return Reading(match[0], 0, "Không rõ là tháng của năm hay phân số.")
        return Reading(_over(left, right, "trên") + said)
    return Reading(match[0], 0, _DOUBT)


def _ratio(match: re.Match[str], context: Context) -> Reading | None:
    """With spaces around the colon only after "tỷ lệ": otherwise it ends a phrase ("vụ 2025: 6,5 tấn")."""
    if re.search(SPACE, match[0]) and not RATIO_BEFORE.search(context.before(match.start())):
        return None
    parts = [number(part) for part in re.findall(NUMBER, match[0])]
    if any(part.why for part in parts):
        return Reading(match[0], 0, "Không rõ tỷ lệ này.")
    return Reading(" trên ".join(part.spoken for part in parts))


def _vulgar(match: re.Match[str], _context: Context) -> str | None:
    left, _, right = unicodedata.normalize("NFKC", match["sign"]).partition("\N{FRACTION SLASH}")
    if not (left and right):
        return None
    whole = f"{cardinal(int(match['whole']))} và " if match["whole"] else ""
    said = f" {unit(match['unit'])}" if match["unit"] else ""
    return whole + _over(left, right, "phần") + said


RULES = (
    Rule(
        "mixed",
        re.compile(
            rf"{NOT_AFTER}(\d{{1,3}}) (\d{{1,2}})/(\d{{1,2}})(?:{SPACE}?(?P<unit>{_SYMBOL}))?"
            rf"{NOT_BEFORE}(?!/)"
        ),
        _mixed,
    ),
    Rule(
        "fraction",
        re.compile(
            rf"(?:{NOT_AFTER}(?P<whole>\d{{1,3}}) ?|(?<!\w))(?P<sign>[¼-¾⅐-⅞])"
            rf"(?:{SPACE}?(?P<unit>{_SYMBOL}))?(?!\w)"
        ),
        _vulgar,
    ),
    Rule(
        "fraction",
        re.compile(
            rf"{NOT_AFTER}(?P<fraction>\d+{SPACE}?/{SPACE}?(?:[1-9]\d{{0,2}}(?:\.\d{{3}})+|\d+))(?:{SPACE}?(?P<unit>{_SYMBOL}))?{NOT_BEFORE}(?!{SPACE}?/)"
        ),
        _fraction,
    ),
    Rule(
        "ratio",
        re.compile(rf"{NOT_AFTER}\d+{SPACE}?:{SPACE}?{NUMBER}(?:{SPACE}?:{SPACE}?\d+)*{NOT_BEFORE}"),
        _ratio,
    ),
)
