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
PUBLISH = (
    r"(?:phát(?: hành| sóng| thanh| tin)?|đăng(?: tải| phát| tin| báo)?|đưa tin|loan tin|công bố|phổ biến"
    r"|sử dụng(?: tin| bài| thông tin)?)"
)
SPOKEN = re.compile(
    rf"\b(?:cấm (?:{PUBLISH})(?: tin| bài)?,? ?(?:trước|đến|tới)"
    rf"|(?:không|chưa)(?: được)?(?: phép)? {PUBLISH}(?: tin| bài| nội dung| thông tin)?(?: này)? trước {TIME}"
    rf"|chỉ(?: được)?(?: phép)? {PUBLISH}(?: tin| bài| nội dung| thông tin)?(?: này)? (?:sau|từ|kể từ) {TIME}"
    rf"|được(?: phép)? {PUBLISH} (?:sau|kể từ) (?:\d|lúc|thời điểm)"
    rf"|(?:giữ|hạn chế) (?:tin|bài|thông tin)(?: này)? (?:đến|tới) {TIME}"
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
