"""Whether an article must wait: by an embargo that its source states, or that only its text speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from pipeline.review.checks.dates import shown
from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.subject import Subject, places

TIME = r"(?:\d|(?:lúc|ngày|giờ|thời điểm)\b)"
CLOCK = r"(?:\d{1,2}(?:h|:\d)|\d{1,2} giờ (?:\d|ngày|sáng|chiều|tối)|\d{1,2}/\d|(?:lúc|thời điểm)\b)"
"""A time of day or a date; “sau 24 giờ”, “sau 15 ngày” are how long something takes."""
PUBLISH = (
    r"(?:phát(?: hành| sóng| thanh| tin)?|đăng(?: tải| phát| tin| báo)?|đưa tin|loan tin|công bố|phổ biến"
    r"|sử dụng (?:tin|bài|thông tin))"
)
OBJECT = r"(?: tin| bài| nội dung| thông tin)?(?: này)?"
ITEM = r"(?:tin|bài|thông tin|nội dung|tài liệu)"
SPOKEN = re.compile(
    rf"\b(?:cấm (?:{PUBLISH})(?: tin| bài)?,? ?(?:trước|đến|tới)"
    rf"|(?:không|chưa)(?: được)?(?: phép)? {PUBLISH}{OBJECT} (?:trước|(?:cho )?(?:đến|tới)) {TIME}"
    rf"|chỉ(?: được)?(?: phép)? {PUBLISH}{OBJECT} (?:sau|từ|kể từ) {TIME}"
    rf"|được(?: phép)? {PUBLISH} (?:sau|kể từ) {CLOCK}"
    rf"|{ITEM}(?: này)? (?:chỉ|chưa|không|được)[\w ]{{0,12}} sử dụng (?:trước|sau|từ|kể từ) {TIME}"
    rf"|(?:đề nghị|yêu cầu|mong)[\w ,]{{0,20}} (?:báo chí|báo|đài)[\w ,]{{0,12}} {PUBLISH}{OBJECT}"
    rf" (?:sau|từ|trước) (?:khi\b|{TIME})"
    rf"|(?:báo|đài|cơ quan báo chí) chỉ {PUBLISH}{OBJECT} (?:sau|từ) (?:khi\b|{TIME})"
    rf"|(?:thời điểm|giờ)(?: được)?(?: phép)? {PUBLISH} ?: ?(?:từ|sau|không sớm hơn) {TIME}"
    rf"|(?:giữ|hạn chế) (?:tin|bài|thông tin)(?: này)? (?:đến|tới) {TIME}"
    r"|giữ kín(?: nội dung| thông tin)?(?: này)? (?:cho )?(?:đến|tới)"
    r"|embargo)",
    re.IGNORECASE,
)
"""An instruction to the newsroom with a time in it; “chỉ đăng ký …”, “công bố sau khi họp” are none."""

DAILY = re.compile(r"[^.;\n]{0,40}\b(?:hằng|hàng|mỗi) (?:ngày|tuần|tháng)\b", re.IGNORECASE)
"""“chỉ phát sau 17 giờ hằng ngày” is a timetable."""


def embargo(subject: Subject, now: datetime, zone: ZoneInfo) -> Iterator[Found]:
    """embargo: holds until the stated time, or asks a person where the time was not stated readably."""
    for stated in subject.unreadable:
        if stated.what == "embargo":
            yield Found(
                "embargo",
                f"Nguồn ghi giờ cấm phát “{stated.raw[:80]}” nhưng không đọc chắc được: {stated.why}",
                asks=True,
            )
    if subject.embargo:
        if subject.embargo > now:
            yield Found("embargo", f"Cấm phát trước {shown(subject.embargo, zone)}; Loa giữ đến giờ đó.")
        return
    for where, text in places(subject):
        hit = next((m for m in SPOKEN.finditer(text) if not DAILY.match(text, m.end())), None)
        if hit:
            place = quoted(where, text, *hit.span())
            yield Found(
                "embargo",
                f"Bài ghi cấm phát {place} nhưng nguồn không khai giờ: xác định giờ được phát rồi hãy duyệt.",
                where,
                *hit.span(),
                asks=True,
            )
