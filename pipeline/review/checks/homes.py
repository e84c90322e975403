"""Addresses at which private persons live, told apart from offices' addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.review.checks.words import UPPER, one_of, whole

DOOR = f"(?i:{one_of('số nhà | nhà số | căn hộ(?: số)? | phòng số | ngõ | ngách | hẻm | kiệt')})"
HAMLET_WORDS = one_of(
    "tổ dân phố | tổ | khu dân cư | khu phố | khu | khối phố | khối | thôn | xóm | bản | ấp",
    "buôn | làng | đội | số",
)
HAMLET = f"(?i:{HAMLET_WORDS})"
AREA = (
    f"(?i:{one_of('đường | phố | phường | xã | thị trấn | huyện | quận | thị xã | thành phố | tỉnh')}|tp\\.?)"
)
WORD = rf"[{UPPER}][\w\-]{{0,15}}"
NAME = rf"(?:\d[\w/\-]{{0,9}}|{WORD})(?: {WORD}| \d{{1,4}}[A-Z]?(?![\w/.])){{0,4}}"
PART = rf"(?:{DOOR}|{HAMLET}|{AREA}) (?:số )?{NAME}"
ADDRESS = re.compile(rf"\b{PART}(?:(?:,| -)? ?{PART}){{0,8}}")
AT_A_DOOR = re.compile(rf"\b{DOOR}(?!\w)")
IN_A_HAMLET = re.compile(rf"\b{HAMLET} (?:số )?[\d{UPPER}]")

LIVES = re.compile(
    r"\b"
    + one_of(
        "(?:thường trú|tạm trú|cư trú|trú quán|trú ngụ|trú|ngụ|sinh sống|sống|ở)(?: tại| ở)?",
        "HKTT | ĐKTT | hộ khẩu(?: tại)? | (?:nơi|chỗ) ở(?: hiện nay| hiện tại)? | nhà riêng",
        r"quê(?: quán)? | nhà(?: ở)? tại | nhà (?:ông|bà|anh|chị)\b[^,.;\n]{0,30}",
    )
    + r"[\s:,(]{0,3}(?:tại |ở |là )?\Z",
    re.IGNORECASE,
)
AT = re.compile(
    r"\b(?:địa chỉ|đ/c|ĐC)(?: liên hệ| nhà| thường trú| hiện nay| tại)?[\s:(]{0,3}(?:là |tại |ở )?\Z",
    re.IGNORECASE,
)
CALLED = one_of(
    "ông | bà | anh | chị | em | cháu | cô | chú | cụ | công dân | chủ hộ | bị can | bị cáo",
    "nạn nhân | họ và tên | họ tên",
)
PERSON = re.compile(
    rf"\b(?:(?i:{CALLED}):? (?:là )?[{UPPER}]|(?i:sinh năm|sinh ngày|SN) ?\d)"
    rf"|\b[{UPPER}]\.(?: ?[{UPPER}]\.){{1,3}}|\b[{UPPER}]\w+ (?:Thị|Văn) [{UPPER}]"
)
OFFICE = whole(
    "trung tâm | UBND | ủy ban | sở | cục | chi cục | chi nhánh | văn phòng | bộ phận",
    "trụ sở | cơ quan | công an | trường | bệnh viện | trạm y tế | công ty | doanh nghiệp",
    "hợp tác xã | cửa hàng | bưu điện | bưu cục | nhà văn hóa | tòa án | ngân hàng | điểm",
    "hội trường | ban quản lý | địa điểm",
)
SENTENCE_END = re.compile(rf"(?<![{UPPER}])\.\s|[;\n]")


def homes(text: str) -> Iterator[tuple[int, int]]:
    """The spans of home addresses: below the commune, and of somebody rather than of some office.

    A door (số nhà, ngõ …) where somebody lives is one; a hamlet, or a mere “địa chỉ”, needs a person
    named before it in the same sentence and no office between.
    """
    for match in ADDRESS.finditer(text):
        door = AT_A_DOOR.search(match[0])
        if not door and not IN_A_HAMLET.search(match[0]):
            continue
        sentence = SENTENCE_END.split(text[max(0, match.start() - 160) : match.start()])[-1]
        office = _last(OFFICE, sentence)
        personal = _last(PERSON, sentence) > office
        lives = LIVES.search(sentence)
        if door:
            found = lives or personal or (office < 0 and AT.search(sentence))
        else:
            found = personal and (lives or AT.search(sentence))
        if found:
            yield match.span()


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)
