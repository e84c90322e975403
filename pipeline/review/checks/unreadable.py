"""What a source states and Loa could not read for certain, other than its date and its embargo."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.review.checks.found import Found
from pipeline.review.checks.subject import Subject

NAMES = {
    "updated": "thời điểm cập nhật",
    "expires": "thời điểm hết hiệu lực",
    "topic": "nhóm nội dung",
    "kind": "thể loại",
    "priority": "mức ưu tiên",
    "body": "nội dung",
    "entry": "bài",
}
ASKS = frozenset({"expires", "body", "entry"})
"""Guessing these wrong would put wrong words, or words that have run out, before the public."""


def unreadable(subject: Subject) -> Iterator[Found]:
    """unreadable."""
    for stated in subject.unreadable:
        if stated.what in NAMES:
            raw = f" “{stated.raw[:80]}”" if stated.raw else ""
            message = f"Không đọc chắc được {NAMES[stated.what]}{raw}: {stated.why}"
            yield Found("unreadable", message, asks=stated.what in ASKS)
