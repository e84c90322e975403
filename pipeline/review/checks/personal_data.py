"""Data of private persons: identity numbers, phones, e-mail, bank accounts, homes; never an office's own.

Luật 91/2025/QH15 and Nghị định 356/2025/NĐ-CP: such data must not go out; office lines may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.review.checks.contacts import Contacts
from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.homes import homes
from pipeline.review.checks.subject import Subject, places
from pipeline.review.checks.words import one_of, whole

START, END = r"(?<![\w/.+\-])", r"(?![\w/]|[.\-]\w)"
"""A number that is no part of a document code, a dossier code, a date or a longer number."""


def _after(label: str, gap: str, number: str) -> re.Pattern[str]:
    """A number (the group `it`) that stands at most `gap` after its label."""
    return re.compile(rf"\b{one_of(label)}(?!\w){gap}(?P<it>{number}){END}", re.IGNORECASE)


def _before(*labels: str) -> re.Pattern[str]:
    """A label that stands just before a number."""
    return re.compile(rf"\b{one_of(*labels)}(?!\w)[^\n;]{{0,60}}\Z", re.IGNORECASE)


ID_12 = re.compile(rf"{START}\d(?:[ .\-]?\d){{11}}{END}")
ID_BEFORE = _before("căn cước | CCCD | CC | định danh | mã số thuế | MST | giấy tờ tùy thân")
ID_SHAPE = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])[0-3]\d{8}")
"""Province 001 to 096, sex and century 0 to 3, year of birth, six digits (Nghị định 137/2015/NĐ-CP, 13)."""

ID_9 = _after(
    "CMND | CMTND | CMTNN | CMT | chứng minh nhân dân | chứng minh thư(?: nhân dân)?",
    r"[^\d\n]{0,40}?",
    r"\d(?:[ .\-]?\d){8}",
)
PASSPORT = _after("hộ chiếu | passport", r"[^\d\n]{0,40}?", r"\b[A-Z]{1,2} ?\d{6,8}")
INSURANCE = _after(
    "(?:mã số|mã|sổ|số sổ|số thẻ|thẻ|số) (?:BHXH|BHYT|bảo hiểm xã hội|bảo hiểm y tế)",
    r"[^\d\n.;,]{0,40}?",
    r"(?:\b[A-Z]{2} ?)?\d(?:[ .\-]?\d){9,12}",
)
HEALTH_CARD = re.compile(rf"{START}(?P<it>[A-Z]{{2}}[ \-]?[1-5](?:[ \-]?\d){{12}}){END}")
"""Two letters, the benefit level 1 to 5, twelve digits (Quyết định 1351/QĐ-BHXH)."""
PERSONAL_TAX = _after("(?:mã số thuế|MST)(?: thu nhập)? cá nhân", r"[^\d\n]{0,40}?", r"\d(?:[ .\-]?\d){9}")

MOBILE = re.compile(
    r"(?<![\w.+\-])(?:\((?=\+?\d{1,4}\)))?(?:(?:\+|00)84\)?[ .\-]?(?:\(0\)|0)?|84(?:-|(?=\d{9}(?!\d)))|0)"
    r"(?:[35789]|1[ .\-]?[2689])(?:\)?[ .\-]?\d){8}(?!\w|[.\-]\w|/[^\W\d])"
)
"""The ranges 03, 05, 07, 08, 09 of ten digits, and those of eleven until 2018; not 02, 1800, 1900."""
OTHER_CODE = _before(
    "mã số thuế | MST | mã số doanh nghiệp | MSDN | mã số hộ kinh doanh",
    "đăng ký (?:kinh doanh|doanh nghiệp) | (?:mã|số) hồ sơ | mã thủ tục | mã vạch | mã đơn",
    "mã vận đơn | mã bưu gửi | số seri | số khung | hóa đơn",
)

AT, DOT = r"(?: ?@ ?| ?[\[({](?:at|a còng)[\])}] ?)", r"(?:\.| ?[\[({](?:dot|chấm)[\])}] ?)"
EMAIL = re.compile(
    rf"(?<![\w.%+\-])[\w.%+\-]{{1,64}}{AT}(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{{0,61}}[A-Za-z0-9])?{DOT}){{1,8}}"
    r"[A-Za-z]{2,24}(?![\w@]|[.\-]\w)",
    re.IGNORECASE,
)
"""Also as people write it to hide it from robots: “a [at] b.vn”, “a (at) b (dot) vn”."""

ACCOUNT = _after(
    "số tài khoản | tài khoản | STK | TK",
    r"(?P<between>[^\d\n;]{0,80}?)",
    r"(?<![\w.,/\-])(?:\d{3}[A-Z])?\d(?:[ .\-]?\d){5,18}",
)
NO_ACCOUNT = whole(
    "VNeID | định danh | mức độ | kế toán | đăng nhập | có | hơn | gần | khoảng | đạt | tăng",
    "trước | sau | ngày",
)
AMOUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
UNIT = re.compile(r"\s?(?:đồng|đ\b|VNĐ|VND|nghìn|triệu|tỷ|tỉ|%|tài khoản|lượt|người|hồ sơ)", re.IGNORECASE)
OFFICE = whole(
    "kho bạc | KBNN | ngân sách nhà nước | quỹ(?! tín dụng) | UBND | ủy ban | mặt trận | MTTQ",
    "sở | cục | chi cục | văn phòng | trung tâm | trường | bệnh viện | BHXH | bảo hiểm xã hội",
    "hội | đoàn | ban | công ty | doanh nghiệp | hợp tác xã | cơ quan | đơn vị | tòa án",
    "thuế",
)
PERSON = whole(
    "ông | bà | anh | chị | em | cháu | cô | chú | bác | công dân | cá nhân | gia đình",
    "người (?:nhận|nộp|khai|dân|đề nghị) | (?:trưởng|phó) (?:đoàn|nhóm|ban|thôn|xóm|khu)",
)

Hit = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """One kind of personal data: what an officer calls it, and where it stands in a text."""

    name: str
    find: Callable[[str, Contacts], Iterator[Hit]]
    office_may_have: bool = False
    """An office's own line, mailbox, account or house looks the same: a person may know it for one.

    What numbers a person, such as an identity card, is nobody's to let out.
    """


@dataclass(frozen=True)
class Spot:
    """Where in a title, lead or text such data stands."""

    where: str
    start: int
    end: int
    words: str
    kind: Kind


def spots(subject: Subject, public_contacts: Sequence[str]) -> Iterator[Spot]:
    """Each place once; `public_contacts` as in schedule.yaml's `office`."""
    contacts = Contacts(public_contacts)
    for where, text in places(subject):
        for kind, start, end in _hits(text, contacts):
            yield Spot(where, start, end, text[start:end], kind)


def personal_data(subject: Subject, public_contacts: Sequence[str]) -> Iterator[Found]:
    """personal-data, once for each place; `public_contacts` as in schedule.yaml's `office`."""
    texts = dict(places(subject))
    for spot in spots(subject, public_contacts):
        place = quoted(spot.where, texts[spot.where], spot.start, spot.end)
        mend = "che đi, hoặc xác nhận được phép công khai" if spot.kind.office_may_have else "phải che đi"
        yield Found(
            "personal-data", f"Có {spot.kind.name} {place}: {mend}.", spot.where, spot.start, spot.end
        )


def unanswered(found: Iterable[Spot], accepted: Collection[str]) -> list[Spot]:
    """Those that nobody has answered for: no office has such a number, or nobody said so."""
    return [spot for spot in found if not (spot.kind.office_may_have and spot.words in accepted)]


def private(text: str, public_contacts: Sequence[str]) -> str:
    """What kind of personal data a short text has that readers will see, in Vietnamese; empty: none."""
    return next((kind.name for kind, _, _ in _hits(text, Contacts(public_contacts))), "")


def _hits(text: str, contacts: Contacts) -> Iterator[tuple[Kind, int, int]]:
    taken: list[Hit] = []
    for kind in KINDS:
        for start, end in kind.find(text, contacts):
            if all(end <= other or start >= stop for other, stop in taken):
                taken.append((start, end))
                yield kind, start, end


def _ids(text: str, _contacts: Contacts) -> Iterator[Hit]:
    for match in ID_12.finditer(text):
        before = text[max(0, match.start() - 80) : match.start()]
        digits = _digits(match[0])
        if ID_BEFORE.search(before) or (ID_SHAPE.fullmatch(digits) and not OTHER_CODE.search(before)):
            yield match.span()


def _mobiles(text: str, contacts: Contacts) -> Iterator[Hit]:
    for match in MOBILE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        if not contacts.has_number(match[0]) and not OTHER_CODE.search(before):
            yield match.span()


def _emails(text: str, contacts: Contacts) -> Iterator[Hit]:
    for match in EMAIL.finditer(text):
        if not contacts.has_address(re.sub(DOT, ".", re.sub(AT, "@", match[0], flags=re.IGNORECASE))):
            yield match.span()


def _accounts(text: str, contacts: Contacts) -> Iterator[Hit]:
    for match in ACCOUNT.finditer(text):
        number, after = match["it"], text[match.end() : match.end() + 80]
        if AMOUNT.fullmatch(number) or UNIT.match(after) or NO_ACCOUNT.search(match["between"]):
            continue
        if not contacts.has_number(number) and not _of_an_office(text, match):
            yield match.span("it")


def _of_an_office(text: str, account: re.Match[str]) -> bool:
    """“tài khoản của Sở …”, “Quỹ …, số tài khoản …”, “… mở tại Kho bạc”, and no person beside it."""
    before = re.split(r"[.;\n]", text[max(0, account.start() - 80) : account.start()])[-1]
    after = re.split(r"[;\n]|\.\s", text[account.end() : account.end() + 80])[0]
    named = account["between"] + after
    if PERSON.search(named):
        return False
    listed = before.rstrip().endswith((",", ":", "(", "-", "–")) and not PERSON.search(before)
    return bool(OFFICE.search(named) or (listed and OFFICE.search(before)))


def _each(pattern: re.Pattern[str]) -> Callable[[str, Contacts], Iterator[Hit]]:
    return lambda text, _contacts: (match.span("it") for match in pattern.finditer(text))


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))


KINDS = (
    Kind("số căn cước (12 chữ số)", _ids),
    Kind("số chứng minh nhân dân (9 chữ số)", _each(ID_9)),
    Kind("số hộ chiếu", _each(PASSPORT)),
    Kind("mã số bảo hiểm", _each(INSURANCE)),
    Kind("số thẻ bảo hiểm y tế", _each(HEALTH_CARD)),
    Kind("mã số thuế cá nhân", _each(PERSONAL_TAX)),
    Kind("số tài khoản ngân hàng", _accounts, office_may_have=True),
    Kind("số điện thoại di động", _mobiles, office_may_have=True),
    Kind("địa chỉ thư điện tử", _emails, office_may_have=True),
    Kind("địa chỉ nhà riêng", lambda text, _contacts: homes(text), office_may_have=True),
)
