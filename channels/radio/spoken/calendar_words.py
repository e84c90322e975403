"""What stands around "3/4" and says whether it is a day of April or a fraction, and how a day is said."""

from __future__ import annotations

import re
from calendar import monthrange

from channels.radio.spoken.letters import CAPITAL
from channels.radio.spoken.numerals import SPACE, cardinal

_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|CN|T[2-7])"
_NEAR_DAY = r"(?:ngày|sáng|trưa|chiều|tối|đêm|hôm) (?:nay|qua|mai|kia)"
_SURE = re.compile(
    rf"(?<!\w)(?<!mỗi )(?<!một )(?:ngày|sáng|trưa|chiều|tối|đêm|khuya|hôm|mùng|mồng|rằm|{_NEAR_DAY}"
    rf"|{_WEEKDAY})(?: ngày)?,?[ (]*$",
    re.IGNORECASE,
)
_NEAR = re.compile(rf"(?<!\w){_NEAR_DAY},? $", re.IGNORECASE)
_LIKELY = re.compile(
    r"(?<!\w)(?:từ|đến|tới|trước|sau|hết|vào|lễ|dịp|tết|kỷ niệm|kỉ niệm|quốc khánh|chiến thắng"
    r"|giải phóng|lao động|nhà giáo việt nam|phụ nữ|liệt sĩ|thiếu nhi|quốc tế|đường|phố|cầu"
    r"|quảng trường|trường|khai giảng|khai mạc|bế mạc|khởi công|khánh thành|tựu trường"
    r"|xong|giờ|phút|lúc \S+|\d{1,2}(?:h|g|:)\d{0,2}),?[ (]*$",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    rf"(?<!\w)(?:sáng|trưa|chiều|tối|đêm|khuya|{_NEAR_DAY}|từ|đến|tới|trước|sau"
    rf"|hết|vào|giờ|phút|\dh\d{{0,2}}|\d:\d\d|{_WEEKDAY}),?[ (]*$",
    re.IGNORECASE,
)
_OF_IT = re.compile(
    r"(?<!\w)(?:có|được|đạt|với|chỉ|đã|khoảng|hơn|gần|trên|giảm|tăng|chiếm|tổ chức|cho|của) $", re.IGNORECASE
)
_KEPT = re.compile(rf"(?<!\w)Ngày [{CAPITAL}](?:[^.,;:()\d\n]{{2,50}}|[^.;:()\d\n]{{2,50}}\()$")
_PARTS = (
    "số|trong số|trong tổng|tổng|diện tích|dân số|thành viên|quãng|chặng|thời gian|thời lượng|công suất|"
    "giá trị|khối lượng|chiều|lượng|sản lượng|nhu cầu|lực lượng|doanh thu|nhiệm kỳ|trở lên|trở xuống|so với"
)
_WHOLES = (
    "kế hoạch|tiền|lòng đường|lòng sông|mặt đường|mặt bằng|vỉa hè|đoạn đường|chặng đường|quãng đường|mức|phí"
    "|lệ phí|học phí|thuế|lương|kinh phí|vốn|giá|khoảng cách|thời hạn|thân|bình|bát|cốc|thìa|chén|quả đồi"
    "|dung tích|lưu lượng|tải trọng|quân số|quỹ đất|đất|rừng|ruộng|tuyến đường|năng suất|chi phí|học kỳ"
    "|viên|ống|muỗng|ly|chai|miếng|bánh xe|đàn|bao|thùng|túi|xô|can|hộp"
)
"""One thing that has parts, not several that are counted: "1/3 kế hoạch", "2/3 tuyến ĐT.314"."""
_COUNTED = (
    "xã|phường|thị trấn|huyện|tỉnh|thôn|bản|khu|tổ|hộ|nhà|người|đại biểu|ủy viên|đồng chí|đảng viên|phiếu|"
    "ý kiến|chỉ tiêu|tiêu chí|mục tiêu|nhiệm vụ|dự án|công trình|hồ sơ|trường|lớp|học sinh|em|cơ sở|đơn vị|"
    "chi bộ|đảng bộ|doanh nghiệp|hợp tác xã|bệnh nhân|ca|mẫu|lao động|nội dung|điểm|cử tri|"
    "hội viên|ứng viên|ứng cử viên|lượt|trận|môn|đội|nước|"
    "gói thầu|gói|hạng mục|thửa|vụ|tuyến|cầu|ao|lồng|giếng|trạm|sản phẩm|chủ thể|tổ chức|cá nhân|tập thể|"
    "câu lạc bộ|mô hình|cụm|giáo viên|cháu|trẻ|phụ nữ|căn|phòng|bàn|ghế|xe|thuyền|hố|bể|trang trại|"
    "chi hội|chi đoàn|hội|ban|ngành|cơ quan|khu dân cư|khu phố|tổ dân phố|ấp|xóm|buôn|làng|dòng họ|chợ|chùa|"
    "công dân|thanh niên|tân binh|quân nhân|chiến sĩ|cán bộ|gia đình|kg|ha|km|m|lít|tấn"
)
_MEASURES = "giây|phút|tiếng|mét|cân|lạng|tạ|tấn|yến|lít|sào|héc ta|cây số|kg|g|ha|km2?|cm|mm|m[23²³]?|ml|l|%"
_SPANS = "giờ|buổi|ngày|đêm|tuần|tháng|quý|năm"
MEASURE_AFTER = re.compile(
    rf"{SPACE}?(?:{_MEASURES})(?!\w)(?! (?:\d|(?:đối|nhắc|bằng|công|[Aa]nh|Việt|nói|ồn)(?!\w)))"
    rf"|{SPACE}(?:{_SPANS})(?=[.,;:!?)]|$| (?:nữa|để|mới|là|thì|do|vì)(?!\w))"
)
"""What is measured, so that no day stands before it: "chưa đến 1/2 giây", "kéo dài đến 1/2 tháng."."""
SPAN_AFTER = re.compile(
    rf"{MEASURE_AFTER.pattern}|{SPACE}(?:{_SPANS})(?!\w)(?<!năm)"
    rf"|{SPACE}năm(?! (?:nay|này|sau|tới|ngoái|\d|hai nghìn))(?!\w)"
)
"""That too, and what goes on for a time, where no day may be taken for sure: "đến 3/4 năm học"."""
_UP_TO = re.compile(r"[a-zà-ỹđ] (?:đến|tới|hết) $")
PART_AFTER = re.compile(
    rf"(?:{SPACE}?(?:đến|và|-|–){SPACE}?\d+/\d+)?\s(?:(?:{_PARTS})|(?:[^\W\d_]+ )?còn lại)(?!\w)"
)
COUNTED_AFTER = re.compile(rf"\s?(?:{_COUNTED})(?!\w)")
WHOLE_AFTER = re.compile(rf"\s(?:(?:{_WHOLES})(?!\w)|(?:tuyến|cầu|đập|kênh|sông|hồ|đê) [A-ZĐ])")
HOLIDAYS = frozenset({
    (3, 2), (27, 2), (8, 3), (26, 3), (30, 4), (1, 5), (7, 5), (15, 5), (19, 5), (1, 6), (27, 7), (19, 8),
    (2, 9), (10, 10), (20, 10), (9, 11), (18, 11), (20, 11), (22, 12),
})  # fmt: skip
"""Day and month of what is kept every year: after its name "2-9" is no range."""
RATIO_BEFORE = re.compile(
    r"(?<!\w)(?:tỷ lệ|tỉ lệ|tỷ số|tỉ số|phân số|bản đồ)(?!\w)[^.;\d]{0,20}$", re.IGNORECASE
)


def sure_day(before: str) -> bool:
    """Whether what stands before can be followed by nothing but a day: "ngày ", "Sáng ", "thứ Hai, "."""
    return bool(_SURE.search(before))


def near_day(before: str) -> bool:
    """Whether a day is named already, "Chiều nay ", so that "2/3 xã" after it is none."""
    return bool(_NEAR.search(before))


def likely_day(before: str) -> bool:
    """Whether a day often follows: "từ ", "lễ Quốc khánh ", "7h30 "."""
    return bool(_LIKELY.search(before)) or kept_day(before)


def kept_day(before: str) -> bool:
    """Whether the name of a day stands before, which its date follows: "Ngày Pháp luật 9/11"."""
    return bool(_KEPT.search(before) and not _OF_IT.search(before))


def up_to(before: str) -> bool:
    """Whether it is reached within a sentence, as a measure is: "ngập đến ", not "Từ " or "Đến "."""
    return bool(_UP_TO.search(before))


def wants_ngay(before: str) -> bool:
    """Whether the ear needs "ngày" before the day: after "Sáng" or "từ", not after "lễ Quốc khánh"."""
    return bool(_MOMENT.search(before))


def exists(day: int, month: int, year: int | None = None) -> bool:
    """Whether the calendar has the day; without a year, 29 February is a day."""
    if not 1 <= month <= 12 or (year is not None and not 1000 <= year <= 2999):
        return False
    return 1 <= day <= monthrange(year or 2024, month)[1]


def day_words(day: int, after_mung: bool = False) -> str:
    """The first ten days take "mùng"."""
    return cardinal(day) if day > 10 or after_mung else f"mùng {cardinal(day)}"


def month_words(month: int) -> str:
    """ "tháng tư", never "tháng bốn"."""
    return f"tháng {'tư' if month == 4 else cardinal(month)}"
