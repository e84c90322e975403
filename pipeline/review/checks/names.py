"""Names of offices and places that ended in 2025, with today's: departments merged, districts went."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.subject import Subject, places
from pipeline.review.checks.words import UPPER, one_of

DEPARTMENTS = (
    (r"Thông tin (?:và|[&–-]) [Tt]ruyền thông|TT ?(?:&|và) ?TT|TTTT", "{} Khoa học và Công nghệ"),
    (r"Tài nguyên (?:và|[&–-]) Môi trường|TN ?& ?MT|TNMT", "{} Nông nghiệp và Môi trường"),
    (
        r"Nông nghiệp (?:và|&) (?:Phát triển nông thôn|PTNT)|NN ?(?:&|và) ?PTNT|NNPTNT",
        "{} Nông nghiệp và Môi trường",
    ),
    (
        r"Lao động ?[-–,] ?Thương binh (?:và|&) Xã hội|LĐ ?-? ?TB ?(?:&|và)? ?XH",
        "{} Nội vụ (việc bảo trợ xã hội về {} Y tế, dạy nghề về {} Giáo dục và Đào tạo)",
    ),
    (r"Kế hoạch (?:và|[&–-]) [Đđ]ầu tư|KH ?& ?ĐT|KHĐT", "{} Tài chính"),
    (r"Giao thông (?:v|V)ận tải|GTVT", "{} Xây dựng"),
)
"""Nghị quyết 176/2025/QH15 for the ministries, from 2025-03-01; the provinces' departments followed."""

WORD = rf"[{UPPER}]\w+"
OLD_CITIES = one_of("Việt Trì | Vĩnh Yên | Phúc Yên | Hòa Bình")
CITY = rf"(?:thành phố|TP\.?) (?!Hà Nội|Hồ Chí Minh|HCM|Hải Phòng|Đà Nẵng|Cần Thơ|Huế){WORD}"
"""A city under a province; those under the central government are no district."""
DISTRICT_OFFICE = one_of(
    "Ủy ban nhân dân | Uỷ ban nhân dân | UBND | HĐND | Hội đồng nhân dân | Công an",
    "Tòa án nhân dân | TAND | Viện kiểm sát nhân dân | VKSND | Bảo hiểm xã hội | BHXH",
    "Chi cục Thuế",
)
DISTRICT = "cấp huyện không còn từ 01/7/2025: ghi tên xã, phường"


@dataclass(frozen=True)
class Old:
    pattern: re.Pattern[str]
    today: str
    """Today's name, or a sentence's end that says what to write instead."""
    word: str = ""
    """A text without it is not searched: most have none of these names, and there are many."""


OLD = (
    *(
        Old(re.compile(rf"\b{office} (?:{name})(?!\w)"), f"nay là {today.replace('{}', office)}", office)
        for office in ("Sở", "Bộ")
        for name, today in DEPARTMENTS
    ),
    *(Old(re.compile(rf"\bPhòng (?:{name})(?!\w)"), DISTRICT, "Phòng") for name, _ in DEPARTMENTS),
    Old(re.compile(r"\bBan Dân tộc(?= tỉnh)"), "nay là Sở Dân tộc và Tôn giáo"),
    Old(re.compile(r"\bTrung tâm Hành chính công"), "nay là Trung tâm Phục vụ hành chính công"),
    Old(
        re.compile(
            rf"\b{DISTRICT_OFFICE} (?:(?:các |cấp )?(?:huyện|quận|thị xã)\b|{CITY})(?: {WORD}){{0,3}}"
        ),
        DISTRICT,
    ),
    Old(re.compile(rf"\b(?:[Hh]uyện|[Tt]hị trấn|[Tt]hị xã) {WORD}(?: {WORD}){{0,2}}"), DISTRICT),
    Old(re.compile(rf"\b(?:[Tt]hành phố|TP\.?) {OLD_CITIES}(?!\w)"), DISTRICT),
    Old(
        re.compile(
            rf"\b(?:Huyện ủy|Thị ủy|Thành ủy (?!Hà Nội|Hồ Chí Minh|Huế|Hải|Đà|Cần)) ?{WORD}(?: {WORD})?"
        ),
        DISTRICT,
    ),
    Old(re.compile(r"\b(?:cấp|các) huyện\b"), DISTRICT),
    Old(re.compile(rf"\b[Tt]ỉnh {one_of('Vĩnh Phúc | Hòa Bình')}(?!\w)"), "từ 01/7/2025 thuộc tỉnh Phú Thọ"),
)

FORMER_BEFORE = re.compile(
    r"\b(?:không (?:còn|tổ chức)|bỏ|kết thúc(?: hoạt động)?(?: của)?|trước đây|nguyên|từ)(?: \w+){0,2} ?\Z",
    re.IGNORECASE,
)
FORMER_AFTER = re.compile(r" ?\(?(?:cũ\b|trước (?:đây|khi|hợp nhất|sáp nhập|sắp xếp|ngày))", re.IGNORECASE)


def old_names(subject: Subject) -> Iterator[Found]:
    """old-office-name, once for each name in each place; a name marked as the former one is right."""
    for where, text in places(subject):
        said: set[str] = set()
        taken: list[tuple[int, int]] = []
        for old in OLD:
            if old.word not in text:
                continue
            for match in old.pattern.finditer(text):
                start, end = match.start(), match.start() + len(match[0].rstrip())
                former = FORMER_BEFORE.search(text, max(0, start - 40), start) or FORMER_AFTER.match(
                    text, end
                )
                inside = any(start < stop and other < end for other, stop in taken)
                if former or inside or match[0] in said:
                    continue
                said.add(match[0])
                taken.append((start, end))
                place = quoted(where, text, start, end)
                yield Found(
                    "old-office-name", f"Tên cũ “{text[start:end]}” {place}: {old.today}.", where, start, end
                )
