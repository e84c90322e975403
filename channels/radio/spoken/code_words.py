"""The letters of document codes: kinds of documents, who issues them, and units within an office.

Nghị định 30/2020/NĐ-CP, annexes I and III: kinds and their letters; Hướng dẫn 36-HD/VPTW for the Party.
"""

from __future__ import annotations

import re
from functools import cache

from channels.radio.spoken.letters import letters
from channels.radio.spoken.numerals import cardinal

KINDS = {
    "NĐ": "nghị định", "NQ": "nghị quyết", "QĐ": "quyết định", "QĐi": "quy định", "QyĐ": "quy định",
    "KH": "kế hoạch", "TT": "thông tư", "TTLT": "thông tư liên tịch", "NQLT": "nghị quyết liên tịch",
    "KHLT": "kế hoạch liên tịch", "CT": "chỉ thị", "CĐ": "công điện", "TB": "thông báo", "BC": "báo cáo",
    "TTr": "tờ trình", "HD": "hướng dẫn", "HDLN": "hướng dẫn liên ngành", "GM": "giấy mời",
    "PL": "pháp lệnh", "CTr": "chương trình", "CTHĐ": "chương trình hành động",
    "CTPH": "chương trình phối hợp", "ĐA": "đề án", "PA": "phương án", "QC": "quy chế",
    "QCPH": "quy chế phối hợp", "GP": "giấy phép", "KL": "kết luận", "GCN": "giấy chứng nhận",
    "BB": "biên bản", "HĐ": "hợp đồng", "L": "lệnh", "VBHN": "văn bản hợp nhất", "GUQ": "giấy ủy quyền",
    "GGT": "giấy giới thiệu", "GNP": "giấy nghỉ phép", "TC": "thông cáo", "CV": "công văn", "DA": "dự án",
    "BGN": "bản ghi nhớ", "BTT": "bản thỏa thuận", "PG": "phiếu gửi", "PC": "phiếu chuyển",
    "PB": "phiếu báo", "ĐK": "đăng ký", "TTR": "tờ trình", "QĐ-XPHC": "quyết định xử phạt hành chính",
    "QĐST": "quyết định sơ thẩm", "BA": "bản án",
}  # fmt: skip
JOINT = frozenset({"TTLT", "NQLT", "KHLT", "HDLN", "CTPH", "QCPH", "KHPH"})
"""Kinds that several offices issue together."""

_ISSUERS = {
    "CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "TTG": "Thủ tướng Chính phủ", "CTN": "Chủ tịch nước",
    "VPCP": "Văn phòng Chính phủ", "TTCP": "Thanh tra Chính phủ", "NHNN": "Ngân hàng Nhà nước",
    "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "CTUBND": "Chủ tịch Ủy ban nhân dân",
    "VPUBND": "Văn phòng Ủy ban nhân dân", "VP": "Văn phòng", "TTHĐND": "Thường trực Hội đồng nhân dân",
    "TW": "Trung ương", "TƯ": "Trung ương", "T.Ư": "Trung ương", "TU": "Tỉnh ủy", "HU": "Huyện ủy",
    "ThU": "Thành ủy", "ĐU": "Đảng ủy", "ĐUK": "Đảng ủy khối", "BTVTU": "Ban Thường vụ Tỉnh ủy",
    "VPTW": "Văn phòng Trung ương", "VPTU": "Văn phòng Tỉnh ủy", "UBKTTW": "Ủy ban Kiểm tra Trung ương",
    "BTGTW": "Ban Tuyên giáo Trung ương", "BTCTW": "Ban Tổ chức Trung ương", "BCT": "Bộ Công Thương",
    "BTGTU": "Ban Tuyên giáo Tỉnh ủy", "BTCTU": "Ban Tổ chức Tỉnh ủy", "UBKTTU": "Ủy ban Kiểm tra Tỉnh ủy",
    "BTGDVTU": "Ban Tuyên giáo và Dân vận Tỉnh ủy", "BTGDVTW": "Ban Tuyên giáo và Dân vận Trung ương",
    "MTTQ": "Mặt trận Tổ quốc", "UBMTTQ": "Ủy ban Mặt trận Tổ quốc", "MTTW": "Mặt trận Tổ quốc Trung ương",
    "LĐLĐ": "Liên đoàn Lao động", "TLĐ": "Tổng Liên đoàn Lao động", "HLHPN": "Hội Liên hiệp Phụ nữ",
    "TANDTC": "Tòa án nhân dân tối cao", "VKSNDTC": "Viện kiểm sát nhân dân tối cao",
    "HĐTP": "Hội đồng Thẩm phán", "KTNN": "Kiểm toán Nhà nước", "BHXH": "Bảo hiểm xã hội",
    "CAT": "Công an tỉnh", "CAX": "Công an xã", "CAP": "Công an phường", "TYT": "Trạm Y tế",
    "CATP": "Công an thành phố", "BCĐ": "Ban Chỉ đạo", "BTC": "Bộ Tài chính",
    "TCT": "Tổng cục Thuế", "TCHQ": "Tổng cục Hải quan", "UBDT": "Ủy ban Dân tộc", "BCH": "Ban Chấp hành",
    "TTPVHCC": "Trung tâm Phục vụ hành chính công", "TTHC": "Trung tâm Hành chính công",
    "ĐĐBQH": "Đoàn đại biểu Quốc hội", "QH": "Quốc hội", "UBTVQH": "Ủy ban Thường vụ Quốc hội",
}  # fmt: skip
FIELDS = {
    "TC": "Tài chính", "NV": "Nội vụ", "TP": "Tư pháp", "YT": "Y tế", "XD": "Xây dựng", "CT": "Công Thương",
    "CA": "Công an", "QP": "Quốc phòng", "NG": "Ngoại giao", "NgV": "Ngoại vụ", "DL": "Du lịch",
    "GDĐT": "Giáo dục và Đào tạo", "GD&ĐT": "Giáo dục và Đào tạo", "KHCN": "Khoa học và Công nghệ",
    "KH&CN": "Khoa học và Công nghệ", "TTTT": "Thông tin và Truyền thông",
    "TT&TT": "Thông tin và Truyền thông", "KHĐT": "Kế hoạch và Đầu tư", "KH&ĐT": "Kế hoạch và Đầu tư",
    "TNMT": "Tài nguyên và Môi trường", "TN&MT": "Tài nguyên và Môi trường",
    "NNMT": "Nông nghiệp và Môi trường", "NN&MT": "Nông nghiệp và Môi trường",
    "NNPTNT": "Nông nghiệp và Phát triển nông thôn", "NN&PTNT": "Nông nghiệp và Phát triển nông thôn",
    "NN": "Nông nghiệp và Phát triển nông thôn", "GTVT": "Giao thông vận tải",
    "LĐTBXH": "Lao động, Thương binh và Xã hội", "LĐ-TB&XH": "Lao động, Thương binh và Xã hội",
    "VHTTDL": "Văn hóa, Thể thao và Du lịch", "VHTT&DL": "Văn hóa, Thể thao và Du lịch",
    "VHTT": "Văn hóa và Thể thao", "DTTG": "Dân tộc và Tôn giáo", "TTr": "Thanh tra",
}  # fmt: skip
UNITS = {
    "KGVX": "khoa giáo văn xã", "VX": "văn xã", "TH": "tổng hợp", "KT": "kinh tế", "NC": "nội chính",
    "CCHC": "cải cách hành chính", "KSTT": "kiểm soát thủ tục", "KSTTHC": "kiểm soát thủ tục hành chính",
    "HCC": "hành chính công", "VP": "văn phòng", "TCCB": "tổ chức cán bộ", "HC": "hành chính",
    "NN": "nông nghiệp", "CN": "công nghiệp", "XD": "xây dựng", "KTN": "kinh tế ngành", "TD": "tiếp dân",
    "KTTH": "kinh tế tổng hợp", "QLNN": "quản lý nhà nước", "XPVPHC": "xử phạt vi phạm hành chính",
    "XPHC": "xử phạt hành chính", "KSVX": "khoa giáo văn xã", "TTTH": "thông tin tổng hợp",
}  # fmt: skip
_ASSEMBLY = re.compile(r"(UBTVQH|QH)K?(\d{1,2})")


@cache
def issuer(part: str) -> str | None:
    """ "STC" is "Sở Tài chính", "QH15" "Quốc hội khóa mười lăm"; None for who is not known."""
    if session := _ASSEMBLY.fullmatch(part):
        return f"{_ISSUERS[session[1]]} khóa {cardinal(int(session[2]))}"
    if part in _ISSUERS:
        return _ISSUERS[part]
    field = FIELDS.get(part[1:])
    if part[:1] == "B" and field:
        return f"Bộ {field}"
    if part[:1] == "S" and field:
        return f"Sở {field}"
    if part[:1] == "P" and field:
        return f"Phòng {field}"
    return None


def written_as(part: str, name: str) -> tuple[str, ...]:
    """How a sentence may name who issued it: "SGDĐT", "Sở Giáo dục và Đào tạo", "Sở GD&ĐT"."""
    head, _, field = name.partition(" ")
    return (part, name, *(f"{head} {short}" for short, long in FIELDS.items() if long == field))


def wording(part: str) -> str:
    """Any part of a code in full words, or letter by letter where there are none."""
    return KINDS.get(part) or issuer(part) or UNITS.get(part) or letters(part)
