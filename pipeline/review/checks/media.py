"""Pictures that an article shows and that we cannot."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.review.checks.found import Found
from pipeline.review.checks.subject import Subject


def media(subject: Subject) -> Iterator[Found]:
    """broken-media, once for each picture."""
    for number, image in enumerate(subject.images, start=1):
        if image.problem:
            name = image.alt or image.url or ""
            called = f" ({name[:80]})" if name else ""
            yield Found(
                "broken-media", f"Ảnh thứ {number}{called} không dùng được: {image.problem.rstrip('.')}."
            )
