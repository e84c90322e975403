"""Whether there is an article at all: a body, long enough, and not cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.review.checks.found import Found
from pipeline.review.checks.subject import Subject

FEWEST = 15
"""Syllables below which a body tells nothing."""
TEASER = 80
"""Syllables up to which a body that ends in “…” or “Xem thêm” is the beginning of one."""
SHORT_KINDS = frozenset({"khau-hieu"})
"""Kinds that are short by nature."""

SYLLABLE = re.compile(r"\w+")
CUT_OFF = re.compile(
    r"(?:…|\.{3}|[\[(] ?(?:…|\.{3}) ?[\])]"
    r"|(?:xem|đọc) (?:thêm|tiếp|chi tiết|toàn văn|đầy đủ)"
    r"(?: (?:tại|ở|trên)(?: (?:đây|link|liên kết|đường dẫn|địa chỉ|website|trang|file)\b[^.\n]{0,30})?)?"
    r"(?: ?:? ?https?://\S{1,60})?"
    r"|chi tiết(?: xem)?(?: tại| ở)? đây|xem (?:tại )?đây|[»>→] ?chi tiết"
    r"|đón (?:đọc|xem) (?:bài|kỳ|phần) (?:tiếp|sau)(?: theo)?"
    r"|(?:nội dung|tin|bài)? ?đang (?:được |tiếp tục )?cập nhật|read more|continue reading)"
    r"[\s.…»>\])→:]*\Z",
    re.IGNORECASE,
)


def thin(subject: Subject) -> Iterator[Found]:
    """thin."""
    text = subject.text.strip()
    syllables = len(SYLLABLE.findall(text))
    # Looking for the cut near the end alone keeps the search off a long text's every dot.
    cut = CUT_OFF.search(text, max(0, len(text) - 120))
    if not syllables:
        yield Found("thin", "Bài không có nội dung, chỉ có tiêu đề: kiểm tra lại ở nguồn.")
    elif _words(text) == _words(subject.title):
        yield Found("thin", "Nội dung chỉ lặp lại tiêu đề: kiểm tra lại ở nguồn.")
    elif cut and syllables < TEASER:
        start = len(subject.text.rstrip()) - len(text) + cut.start()
        yield Found(
            "thin",
            f"Bài bị cắt ngang (“{text[cut.start() :].strip()}”): nguồn chỉ đưa đoạn mở đầu, cần lấy đủ bài.",
            "text",
            start,
            start + len(cut[0]),
        )
    elif syllables < FEWEST and subject.kind not in SHORT_KINDS:
        yield Found("thin", f"Nội dung chỉ có {syllables} tiếng: quá ngắn để đăng, kiểm tra lại ở nguồn.")


def _words(text: str) -> list[str]:
    return SYLLABLE.findall(text.lower())
