"""Web and e-mail addresses: the host is said, label by label; its path, and a link alone, are not."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from channels.radio.spoken.letters import letters
from channels.radio.spoken.rule import Context, Reading, Rule

_HOST = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:vn|com|net|org|gov|edu|info|io|me|asia|tv|app"
    r"|top|xyz|shop|online|site|club|vip|icu|click|store|biz|link|live)"
)
_REST = r"(?:[:/?#][^\s<>\"”»]*)?"
_LINK = re.compile(
    rf"(?:https?://|(?<![\w.-])www\.)[^\s<>\"”»]+|(?<![\w./-]){_HOST}(?![\w@-]|\.\w){_REST}", re.IGNORECASE
)
_MAIL = re.compile(rf"(?<![\w.+-])(?:mailto:)?[^\W_][\w.+-]{{0,63}}@{_HOST}(?![\w-])", re.IGNORECASE)
_PARTS = re.compile(r"(?:https?://)?(?:[^@/\s]*@)?(?:www\.)?(?P<host>[^/?#:\s]*)", re.IGNORECASE)
_PAGE = re.compile(r"(?:www\.)?[\w.-]+/(?P<page>@?[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+){0,3})/?")
"""A short way to one page, written to be typed: without it the address is another one."""
_CLOSING = ".,;:!?)…]}>”\"'"
_BRACKETS = re.compile("[)\\]}>”\"']+")
_INTRODUCED = re.compile(
    r"(?:địa chỉ|website|web|trang|cổng|cổng thông tin|tên miền|email|e-mail|thư điện tử|"
    r"mail|hộp thư|trang tin|link"
    r"|fanpage"
    r"|điện tử|dịch vụ công|quốc gia|ứng dụng)(?: là| tại)?\s*:?\s*[\"“(]?$",
    re.IGNORECASE,
)
_ALONE_BEFORE = re.compile(r"(?:^|\n)[ \t•*+–-]*$", re.IGNORECASE)
_LABELS = {
    "vn": "vi en", "gov": "gốp", "com": "com", "net": "nét", "org": "oóc", "edu": "e đu", "info": "in pho",
    "io": "i ô", "tv": "ti vi", "me": "mi", "app": "áp", "asia": "a xi a", "baochi": "báo chí",
    "dichvucong": "dịch vụ công", "thutuchanhchinh": "thủ tục hành chính", "motcua": "một cửa",
    "congan": "công an", "chinhphu": "chính phủ", "baochinhphu": "báo chính phủ", "vanban": "văn bản",
    "thuvienphapluat": "thư viện pháp luật", "phapluat": "pháp luật", "quochoi": "quốc hội",
    "bocongan": "bộ công an", "tuphap": "tư pháp", "noivu": "nội vụ", "taichinh": "tài chính",
    "xaydung": "xây dựng", "so": "sở", "congthuong": "công thương", "yte": "y tế", "giaoduc": "giáo dục",
    "nongnghiep": "nông nghiệp", "moitruong": "môi trường", "phong": "phòng", "ban": "ban", "van": "văn",
    "vanphong": "văn phòng", "van thu": "văn thư", "vanthu": "văn thư", "tinh": "tỉnh", "xa": "xã",
    "phuong": "phường", "thanhpho": "thành phố", "ubnd": "Ủy ban nhân dân", "hdnd": "Hội đồng nhân dân",
    "dang": "đảng", "tinhuy": "Tỉnh ủy", "bao": "báo", "dautu": "đầu tư", "dautucong": "đầu tư công",
    "dancu": "dân cư", "vneid": "vi en e ai đi", "baohiem": "bảo hiểm", "dichvu": "dịch vụ", "cong": "cổng",
    "hotro": "hỗ trợ", "tuyensinh": "tuyển sinh", "tuyendung": "tuyển dụng", "thongtin": "thông tin",
    "tintuc": "tin tức", "dulich": "du lịch", "khuyennong": "khuyến nông", "lienhe": "liên hệ",
    "phananh": "phản ánh", "kiennghi": "kiến nghị", "dangky": "đăng ký",
    "dangkykinhdoanh": "đăng ký kinh doanh", "kinhdoanh": "kinh doanh", "datdai": "đất đai", "thue": "thuế",
    "facebook": "facebook", "zalo": "zalo", "youtube": "youtube", "google": "google", "tiktok": "tiktok",
    "gmail": "gi mêu", "yahoo": "yahoo", "mail": "mêu", "online": "online", "portal": "portal",
    "email": "i mêu", "hanhchinhcong": "hành chính công", "www": "", "phuthoportal": "Phú Thọ portal",
    "nguoidan": "người dân", "doanhnghiep": "doanh nghiệp", "toanan": "tòa án", "bacsi": "bác sĩ",
    "benhvien": "bệnh viện", "truong": "trường", "nhandan": "nhân dân", "vietnam": "Việt Nam",
    "dientu": "điện tử", "gdt": "gờ đê tê", "hoso": "hồ sơ", "duan": "dự án", "dangkiem": "đăng kiểm",
    "tracuu": "tra cứu", "vieclam": "việc làm", "thisinh": "thí sinh", "thitotnghiep": "thi tốt nghiệp",
    "kekhai": "kê khai", "nopthue": "nộp thuế", "giaothong": "giao thông", "khieunai": "khiếu nại",
    "laodong": "lao động", "tienphong": "tiền phong", "tuoitre": "tuổi trẻ", "thanhnien": "thanh niên",
}  # fmt: skip
PROVINCES = (
    "Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Cần Thơ", "Hồ Chí Minh", "Tuyên Quang", "Lào Cai",
    "Thái Nguyên", "Phú Thọ", "Bắc Ninh", "Hưng Yên", "Ninh Bình", "Quảng Trị", "Quảng Ngãi", "Gia Lai",
    "Khánh Hòa", "Lâm Đồng", "Đắk Lắk", "Đồng Nai", "Tây Ninh", "Vĩnh Long", "Đồng Tháp", "Cà Mau",
    "An Giang", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An",
    "Hà Tĩnh", "Cao Bằng", "Vĩnh Phúc", "Hòa Bình", "Việt Trì", "Vĩnh Yên", "Việt Nam", "Hùng Vương",
    "Hà Giang", "Bắc Giang", "Hải Dương", "Thái Bình", "Nam Định",
)  # fmt: skip
"""The provinces of Nghị quyết 202/2025/QH15, and names near the office that were provinces or towns."""


def _bare(text: str) -> str:
    """Without tones and spaces, as a host writes it."""
    signs = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace(" ", ""))
    return "".join(sign for sign in signs if sign.isalnum())


_LABELS.update({_bare(name): name for name in PROVINCES})
_SYLLABLES = re.compile(
    r"(?:(?:ngh?|gh?|gi|kh|ph|th|tr|ch|nh|qu|[bcdhklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?){1,6}"
)


_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,4}(?=[a-z]{4})")


@lru_cache(maxsize=256)
def _label(label: str) -> tuple[str, bool]:
    """How one label is said, and whether that is sure."""
    known = _known(label)
    if known is not None:
        return known, True
    if set("-_+.@") & set(label):
        signs = {"-": " gạch ngang ", "_": " gạch dưới ", "+": " cộng ", ".": " chấm ", "@": " a còng "}
        said = [signs.get(part) or _label(part)[0] for part in re.split("([-_+.@])", label) if part]
        return " ".join(" ".join(said).split()), False
    head = _CONSONANTS.match(label)
    if head and (rest := _known(label[head.end() :])):
        return f"{letters(head[0])} {rest}", False
    groups = [
        letters(part) if part.isdecimal() or (not _SYLLABLES.fullmatch(part) and len(part) <= 8) else part
        for part in re.findall(r"\d+|\D+", label)
    ]
    return " ".join(groups), False


def _known(label: str) -> str | None:
    """The words of the house that the label is put together of, the fewest."""
    best: list[str | None] = [""] + [None] * len(label)
    for end in range(1, len(label) + 1):
        for start in range(max(0, end - 24), end):
            word = _LABELS.get(label[start:end])
            before = best[start]
            if (
                word is not None
                and before is not None
                and (end - start > 2 or start == 0 or label == label[start:])
            ):
                best[end] = f"{before} {word}".strip()
                break
    return best[-1]


def _spoken(host: str) -> tuple[str, bool]:
    said = [_label(label) for label in host.lower().strip(".").split(".") if label]
    return " chấm ".join(words for words, _ in said if words), all(sure for _, sure in said)


def _flagged(said: str, sure: bool) -> Reading:
    return (
        Reading(said)
        if sure
        else Reading(said, 0.6, "Địa chỉ mạng: hãy nghe lại từng phần xem đọc có đúng không.")
    )


def _mail(match: re.Match[str], _context: Context) -> Reading:
    name, _, host = match[0].removeprefix("mailto:").partition("@")
    (before, sure), (after, known) = _spoken(name), _spoken(host)
    return _flagged(f"{before} a còng {after}", sure and known)


def _link(match: re.Match[str], context: Context) -> Reading | str:
    written = match[0].rstrip(_CLOSING)
    closing = _BRACKETS.sub(", ", match[0][len(written) :])
    parts = _PARTS.match(written)
    host = parts["host"] if parts else ""
    before = context.before(match.start())
    after = context.after(match.end(), 2)
    alone = (
        _ALONE_BEFORE.search(before)
        and (not after.strip() or "\n" in after[:1])
        and before.strip()[-1:] != ","
    )
    if not host or (alone and written.lower().startswith("http")):
        return closing
    said, sure = _spoken(host)
    if page := _PAGE.fullmatch(written):
        path, known = _label(page["page"].lower())
        said, sure = f"{said} gạch chéo {path}", sure and known
    if not _INTRODUCED.search(before):
        said = f"địa chỉ {said}"
    return _flagged(said + closing, sure)


RULES = (Rule("mail", _MAIL, _mail), Rule("link", _LINK, _link))
