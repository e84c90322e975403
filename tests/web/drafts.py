"""What a page of a draft posts, for the tests of writing."""

from __future__ import annotations

from pipeline.models import Draft

TEXT = (
    "Trung tâm Phục vụ hành chính công nhận hồ sơ cả sáng thứ Bảy.\n\n"
    "Người dân lấy số tại cửa hoặc đặt lịch trước trên Cổng Dịch vụ công của tỉnh."
)


def typed(draft: Draft, **fields: object) -> dict[str, object]:
    """As the page that was opened now would post it."""
    draft.refresh_from_db()
    said = {"title": "Nhận hồ sơ sáng thứ Bảy", "lead": "", "body": TEXT, "topic": "2", "priority": "thuong"}
    return said | {"version": draft.version, "page": "p1", "markup": ""} | fields
