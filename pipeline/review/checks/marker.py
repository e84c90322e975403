"""Whether the source says that its article is approved."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.entry import Marker
from pipeline.review.checks.found import Found
from pipeline.review.checks.subject import Subject


def marker(subject: Subject) -> Iterator[Found]:
    """not-approved, no-approval-marker."""
    if subject.marker is Marker.PENDING:
        yield Found("not-approved", "Cơ quan cung cấp chưa duyệt bài này; Loa chờ nguồn duyệt.")
    elif subject.marker is Marker.MISSING:
        yield Found("no-approval-marker", "Nguồn không ghi bài đã được duyệt hay chưa: cần người duyệt.")
