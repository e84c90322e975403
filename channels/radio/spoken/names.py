"""Abbreviations in their context, words in capitals, and names that are not read as they are written."""

from __future__ import annotations

import re
import unicodedata

from channels.radio.spoken.abbreviations import TABLE, choices, initials, reading
from channels.radio.spoken.code_words import FIELDS, KINDS, issuer
from channels.radio.spoken.letters import CAPITAL, letters
from channels.radio.spoken.numerals import cardinal
from channels.radio.spoken.rule import Context, Reading, Rule
from channels.radio.spoken.web import PROVINCES

__all__ = ["RULES", "letters"]

_WORD = r"(?:[A-ZĐƯ]{2,}[a-z]?[A-ZĐƯ]*|[A-ZĐƯ][a-z][A-ZĐƯ]+|Ttg|Ths|Ctr)"
_PART = rf"(?:{_WORD}|[A-ZĐƯ](?!/[a-z]))(?!\w)"
_TOKEN = re.compile(rf"(?<!\w){_WORD}(?!\w)(?:[-–&,./]{_PART})*")
_APART = re.compile(rf"(?<!\w){_WORD}(?!\w)(?:(?:[-–&,./]| [-–&] ){_PART})*")
_JOIN = re.compile(r"( ?[-–&,./] ?)")
_JOINED = {"&": " và ", "-": ", ", "–": ", ", "/": ", ", ",": ", ", ".": " "}


def _abbreviation(match: re.Match[str], context: Context) -> Reading | str | None:
    """The longest parts that are known, one after another; all of it is left where one of them is not."""
    before = context.before(match.start())
    if (field := FIELDS.get(match[0])) and before.endswith(
        ("Sở ", "Bộ ") if len(match[0]) == 2 else ("Sở ", "Bộ ", "Phòng ")
    ):
        return field
    pieces = _JOIN.split(match[0])
    if pieces[0] in KINDS and pieces[1:2] == ["-"] and all(map(issuer, pieces[2::2])):
        return f"{KINDS[pieces[0]]} của {' và '.join(filter(None, map(issuer, pieces[2::2])))}"
    starts = [match.start() + sum(map(len, pieces[:at])) for at in range(len(pieces) + 1)]
    said, at = "", 0
    while at < len(pieces):
        for stop in range(len(pieces), at, -2):
            written = "".join(pieces[at:stop]).replace("–", "-").replace(" ", "")
            spoken = reading(written, context.text, starts[at], starts[stop])
            if spoken is None and stop - at > 1:
                spoken = reading(_JOIN.sub("", written), context.text, starts[at], starts[stop])
            if spoken is not None:
                break
        else:
            return _undecided(match[0], pieces[at])
        said += spoken
        if stop < len(pieces):
            said += _JOINED[pieces[stop].strip()]
        at = stop + 1
    return context.unsaid(said, match.start())


def _apart(match: re.Match[str], context: Context) -> str | None:
    """ "KT - XH"; what is written apart and is not known together is each read by itself."""
    said = _abbreviation(match, context)
    return said if isinstance(said, str) else None


def _undecided(written: str, part: str) -> Reading | None:
    if not (known := choices(part)):
        return None
    return Reading(written, 0, f"“{part}” có thể là {' hoặc '.join(known)}: hãy viết đầy đủ.")


_SMALL = re.compile(r"(?<![\w@./-])(?:ubnd|hđnd|tthc|mttq|bhyt|bhxh|cccd|cmnd|gplx|htx|tnhh)(?![\w@/-]|\.\w)")


def _small(match: re.Match[str], context: Context) -> Reading | None:
    spoken = reading(match[0].upper(), context.text, match.start(), match.end())
    return None if spoken is None else Reading(spoken, 0.9)


_BRACKETED = re.compile(
    r"[ \xa0]?\((?:sau đây )?(?:(?:được )?(?:gọi|viết)(?: chung)?(?: tắt)? là:? )?"
    r"[\"“]?(?P<inside>[^()\n\"“”]{1,80})[\"”]?\)"
)
_LAST_NUMBER = re.compile(r"(?<![\d.,/-])(\d{1,3}(?:\.\d{3})*|\d{1,12})(?: ?(?:%|đ|đồng|VNĐ|VND))?$")
_LAST_TOKEN = re.compile(rf"(?<!\w){_WORD}(?:[-&]{_WORD})*$")
_FOLDED = re.compile(r"[^\w]+|(?<!\w)và(?!\w)")


def _fold(text: str) -> str:
    return " ".join(_FOLDED.sub(" ", text.lower()).split())


def _bracketed(match: re.Match[str], context: Context) -> str | None:
    """Nothing, where the brackets repeat what stands before: "thủ tục hành chính (TTHC)", "02 (hai)"."""
    inside, before = match["inside"].strip(), context.before(match.start(), 160)
    if number := _LAST_NUMBER.search(before):
        value = int(number[1].replace(".", ""))
        said = _fold(inside).removesuffix(" chẵn").removesuffix(" đồng").removeprefix("bằng chữ ")
        return " " if said == cardinal(value) else None
    if inside.isalpha() and initials(inside, before):
        return " "
    start = match.start("inside")
    expanded = _APART.sub(
        lambda one: reading(one[0], context.text, start + one.start(), start + one.end()) or one[0], inside
    )
    if expanded != inside and re.search(rf"(?<!\w){re.escape(_fold(expanded))}$", _fold(before)):
        return " "
    if token := _LAST_TOKEN.search(before):
        spoken = reading(token[0], context.text, match.start() - len(token[0]), match.start())
        return " " if spoken and _fold(spoken) == _fold(inside) else None
    return None


_SIGNED = re.compile(rf"(?<![\w.])(?P<short>TM|KT|TL|TUQ|T/M|K/T|T/L)(?:\.|(?<=/.))\s?(?=[{CAPITAL}])")
_SIGNING = {
    "TM": "thay mặt", "KT": "ký thay", "TL": "thừa lệnh", "TUQ": "thừa ủy quyền", "T/M": "thay mặt",
    "K/T": "ký thay", "T/L": "thừa lệnh",
}  # fmt: skip
"""Nghị định 30/2020/NĐ-CP, annex I, II.7: who signs for whom."""

_DEGREES = {
    "GS": "giáo sư", "PGS": "phó giáo sư", "TSKH": "tiến sĩ khoa học", "TS": "tiến sĩ", "ThS": "thạc sĩ",
    "Ths": "thạc sĩ", "BS": "bác sĩ", "Bs": "bác sĩ", "DS": "dược sĩ", "KTS": "kiến trúc sư", "KS": "kỹ sư",
    "LS": "luật sư", "CN": "cử nhân", "BSCKI": "bác sĩ chuyên khoa một", "BSCKII": "bác sĩ chuyên khoa hai",
    "NSND": "nghệ sĩ nhân dân", "NSƯT": "nghệ sĩ ưu tú", "NGND": "nhà giáo nhân dân",
    "NGƯT": "nhà giáo ưu tú", "BS CKI": "bác sĩ chuyên khoa một", "BS CKII": "bác sĩ chuyên khoa hai",
    "CK1": "chuyên khoa một", "CKI": "chuyên khoa một", "CKII": "chuyên khoa hai", "CK2": "chuyên khoa hai",
    "BSCK1": "bác sĩ chuyên khoa một", "BSCK2": "bác sĩ chuyên khoa hai", "BSNT": "bác sĩ nội trú",
    "ĐD": "điều dưỡng", "Th.S": "thạc sĩ", "T.S": "tiến sĩ", "P.GS": "phó giáo sư",
}  # fmt: skip
_DEGREE = "|".join(sorted(_DEGREES, key=len, reverse=True))
_DEGREED = re.compile(
    rf"(?<![\w./-])(?P<list>(?:{_DEGREE})(?:(?:\.\s?|,\s|\s|-)(?:{_DEGREE})(?=[.\s,]))*)"
    rf"(?P<dot>\.?)\s?(?=[{CAPITAL}][a-zà-ỹđ])"
)


def _degreed(match: re.Match[str], context: Context) -> str | None:
    parts = [part for part in re.split(r"[.,\s-]+", match["list"]) if part]
    if not match["dot"] and any(part in {"CN", "KS", "LS", "DS", "KTS"} for part in parts):
        return None
    if all(part in TABLE for part in parts) and not match["dot"] and len(parts) == 1:
        return None
    return context.unsaid(", ".join(_DEGREES.get(part, part) for part in parts), match.start()) + " "


_SHORTS = {
    "đ/c": "đồng chí", "v/v": "về việc", "t.ư": "Trung ương", "k/g": "kính gửi", "k/c": "khẩn cấp",
    "a/c": "anh chị", "ô/b": "ông, bà", "b/c": "để báo cáo", "và/hoặc": "và hoặc",
    "vd": "ví dụ", "vv": "vân vân",
    "tp": "thành phố", "tp.hcm": "Thành phố Hồ Chí Minh", "n/c": "nghiên cứu",
}  # fmt: skip
_SHORT = re.compile(
    r"(?<![\w./&-])(?:[Đđ][./][Cc]|[Vv]/[Vv]|T\.Ư|[Kk]/[Gg]|[Aa]/[Cc]|[ÔôOo]/[Bb]"
    r"|[Bb]/[Cc]|[Vv]à/hoặc|V[dD]|vd|VV|TP\.? ?HCM)(?![\w/])\.?(?=\W|$)"
)
_ADDRESSED = re.compile(r"\s*:\s*(?:số|tổ|khu|thôn|xóm|ngõ|xã|phường|\d)", re.IGNORECASE)


def _short(match: re.Match[str], context: Context) -> str | None:
    written = (
        match[0]
        .rstrip(".")
        .lower()
        .replace(" ", "")
        .replace("đ.c", "đ/c")
        .replace("tphcm", "tp.hcm")
        .replace("o/b", "ô/b")
    )
    dot = "." if match[0].endswith(".") and not context.after(match.end(), 3).strip(" ") else ""
    if written == "đ/c" and _ADDRESSED.match(context.text, match.end()):
        return "địa chỉ"
    return f"{_SHORTS[written]}{dot}"


_AND_SO_ON = re.compile(r"(?<!\w)(?:v\. ?v|[Vv]\.[Vv])(?:\.{1,3}|…)?(?:…|\.{2,3})?(?!\w)")


def _and_so_on(match: re.Match[str], context: Context) -> str:
    rest = context.after(match.end(), 40).lstrip(' )”"')
    ends = match[0][-1] in ".…" and (not rest or rest[0] == "\n" or (rest[0].isupper() and rest[0].isalpha()))
    return "vân vân." if ends else "vân vân"


_CAPS = re.compile(rf"(?<![\w@#./&-])[{CAPITAL}]+(?![\w@&/])")
_SYLLABLE = re.compile(
    r"(?:ngh?|gh?|gi|kh|ph|th|tr|ch|nh|qu|[bcdđhklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?",
    re.IGNORECASE,
)
_TONES = dict.fromkeys((0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323))
_NEIGHBOUR_BEFORE = re.compile(rf"([{CAPITAL}]+)[ ,:\-–\d]*$")
_NEIGHBOUR_AFTER = re.compile(rf"[ ,:\-–\d]*([{CAPITAL}]+)(?!\w)")
_COMMUNE = re.compile(rf"(?<!\w)(?:XÃ|PHƯỜNG) (?!HỘI )(?:[{CAPITAL}]+ )?$")
_NAMES = frozenset(word.upper() for name in PROVINCES for word in name.split())
_FAMILIES = frozenset(
    (
        "NGUYỄN",
        "TRẦN",
        "LÊ",
        "PHẠM",
        "HOÀNG",
        "HUỲNH",
        "PHAN",
        "VŨ",
        "VÕ",
        "ĐẶNG",
        "BÙI",
        "ĐỖ",
        "NGÔ",
        "DƯƠNG",
    )
)


def _is_word(written: str) -> bool:
    """Whether it can be a Vietnamese syllable and shows it by its vowels' marks."""
    bare = unicodedata.normalize("NFD", written).translate(_TONES)
    return not written.isascii() and _is_syllable(written) and bare != written and written not in TABLE


def _is_syllable(written: str) -> bool:
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", written).translate(_TONES))
    return bool(_SYLLABLE.fullmatch(bare))


def _caps(match: re.Match[str], context: Context) -> str | None:
    """A word in a line of capitals, in small letters; names of provinces and people keep their first."""
    written = match[0]
    if len(written) == 1 and written.isascii():
        return None
    if not _is_syllable(written):
        return None
    beside = [
        found[1]
        for found in (
            _NEIGHBOUR_BEFORE.search(context.before(match.start(), 24)),
            _NEIGHBOUR_AFTER.match(context.text, match.end()),
        )
        if found
    ]
    if not _is_word(written):
        if not any(map(_is_word, beside)):
            return None
        if (
            written in TABLE
            and reading(written, context.text, match.start(), match.end())
            and written != "TƯ"
        ):
            return None
    if written in _NAMES and any(one in _NAMES for one in beside):
        return written.capitalize()
    if _COMMUNE.search(context.before(match.start(), 24)) and written != "HỘI":
        return written.capitalize()
    if written in _FAMILIES or any(one in _FAMILIES for one in beside[:1]):
        return written.capitalize()
    return written.lower()


_SPELT = re.compile(
    r"(?<!\w)(?:pH|PM ?2[.,]5|ÂL|C[Tt]y|C\.ty"
    r"|[Ww]i-?[Ff]i|WI-?FI|E-?mail|e-mail|E-MAIL|VNEID|VNeId|VneID|vneid|Vneid)(?![\w-])"
)
_SPELLINGS = {
    "ph": "pê hát",
    "âl": "âm lịch",
    "cty": "công ty",
    "c.ty": "công ty",
    "pm2.5": "pê em hai phẩy năm",
    "wifi": "oai phai",
    "email": "email",
    "vneid": "vi en e ai đi",
}


def _spelt(match: re.Match[str], _context: Context) -> str:
    return _SPELLINGS[match[0].lower().replace("-", "").replace(" ", "").replace(",", ".")]


_LETTER = re.compile(
    r"(?<![\w./&@'’-])[BCDĐFGHJKLMNPQRSTWZ](?![\w/&@'’-]|\.,|\. ?\w)|(?<![\w-])[A-ZĐ](?:-[A-ZĐ])+(?![\w-])"
)
"""A capital that stands alone is said by its name: "vitamin D"; I, V, X may be numbers."""
_PERSON = re.compile(
    r"(?:(?<!\w)(?:ông|bà|anh|chị|em|cháu|cô|chú|bác|bị can|bị cáo|đối tượng|nạn nhân|bé)"
    rf"|(?-i:(?<!\w)(?:Văn|Thị|[{CAPITAL}][a-zà-ỹ]+ [{CAPITAL}][a-zà-ỹ]+))) $",
    re.IGNORECASE,
)


def _letter(match: re.Match[str], context: Context) -> str | None:
    """The initial of a person, "Nguyễn Văn B", "bà T", stays whatever letter it is."""
    return None if _PERSON.search(context.before(match.start(), 30)) else letters(match[0])


RULES = (
    Rule("echo", _BRACKETED, _bracketed),
    Rule("signed", _SIGNED, lambda match, _: f"{_SIGNING[match['short']]} "),
    Rule("degree", _DEGREED, _degreed),
    Rule("and-so-on", _AND_SO_ON, _and_so_on),
    Rule("short", _SHORT, _short),
    Rule("spelling", _SPELT, _spelt),
    Rule("capitals", _CAPS, _caps),
    Rule("abbreviation", _APART, _apart),
    Rule("abbreviation", _TOKEN, _abbreviation),
    Rule("abbreviation", _SMALL, _small),
    Rule("letter", _LETTER, _letter),
)
