"""Whether an article is of today: its date is known, not ahead, not too old, not run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.review.checks.found import Found
from pipeline.review.checks.subject import Subject

AHEAD = timedelta(hours=1)
"""Clocks differ: a date up to this far ahead of ours is taken as now."""


def shown(moment: datetime, zone: ZoneInfo) -> str:
    """08:00 ngày 01/12/2026, in the office's zone."""
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"


def dates(
    subject: Subject, now: datetime, zone: ZoneInfo, stale_after: timedelta, changed: bool
) -> Iterator[Found]:
    """missing-date, future-date, stale, expired.

    An article held back by an embargo ages from the embargo's end; one that is already out
    (`changed`) does not become stale, or its change would never be looked at.
    """
    unread = next((stated for stated in subject.unreadable if stated.what == "published"), None)
    if unread:
        yield Found("missing-date", f"Không đọc chắc được ngày đăng “{unread.raw[:80]}”: {unread.why}")
    elif subject.published is None:
        yield Found("missing-date", "Nguồn không ghi ngày đăng; Loa không tự đặt ngày. Cần người xác định.")
    elif subject.published > now + AHEAD:
        when = shown(subject.published, zone)
        yield Found("future-date", f"Ngày đăng {when} ở tương lai: kiểm tra lại ngày giờ ở nguồn.")
    elif not changed and max(subject.published, subject.embargo or subject.published) < now - stale_after:
        yield Found(
            "stale",
            f"Bài đăng từ {shown(subject.published, zone)}, đã quá {stale_after.days} ngày: "
            "chỉ liệt kê, không phát.",
        )
    if subject.expires and subject.expires <= now:
        yield Found("expired", f"Bài hết hiệu lực từ {shown(subject.expires, zone)}: không phát nữa.")
