"""Where an announcer breathes: "/" within a sentence, "//" at its end, never more than 25 syllables apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from channels.text import sentences

BREATH = 25
"""Syllables that are read in one breath (facts of the trade, as the 50 below)."""
HARD = 50
"""A sentence of more syllables is hard to read, and harder to follow."""

_WORD = re.compile(r"\w")
_MARKS = {"/", "//"}
_STARTS = re.compile(
    "và|hoặc|nhưng|để|nhằm|theo|tại|trong|ngoài|khi|nếu|với|từ|do|vì|bởi|cho|về|của|trên|mà|thì|gồm|như"
    "|cũng|sẽ|đã|đang|được|phải|là|có|ở|qua|bằng|vào|thuộc|trước|sau|đến|tới|còn|giữa|tuy|song"
)
"""Syllables that begin a new phrase: before one of them a breath is natural."""
_CLINGS = re.compile(
    "kèm|tiếp|cùng|so|đối|gọi|nghĩa|tức|sau|trước|mỗi|kể|tính|quan|dựa|bên|bởi|hoặc|vì|trở|dành|cho|và|với|là"
    "|không|chưa|sẽ|đã|đang|cũng|phải|được|có|thể|trong|ngoài|từ|để|nhằm|do|theo|của|như|mà|nếu|khi|thuộc|về"
    "|số|ngày|tháng|năm|thứ|mùng|các|những|mọi|việc|sự|tại|ở|đến|phía|ngay|lần|hôm|tuần|kỳ|mặt"
)
"""Syllables that belong to what follows: after one of them there is no breath."""
_TRAILS = re.compile("này|đó|ấy|khác|nhất|hơn|nữa|lại|ra|lên|xuống|rồi|tỉnh")
"""Syllables that belong to what is before them: "trên địa bàn tỉnh"."""
_COMPOUNDS = frozenset(Path(__file__).with_name("compounds.txt").read_text("utf-8").splitlines())
"""Words of two syllables that administrative texts are full of: "hợp đồng", "phụ thuộc"."""
_PAIRS = re.compile(
    "(?:xã|khu), (?:phường|thôn|phố)|(?:sở|bộ|ban|cấp), (?:ban|ngành)|quan, (?:đơn|tổ)|dân, doanh|bộ, công"
    "|ánh, kiến|phí, lệ|hoạch, kế|thôn, (?:xóm|bản)|gia, cá|chức, (?:cá|viên)|tin, bài"
)
"""What is said in one breath although a comma stands in it: "xã, phường", "cơ quan, đơn vị"."""
_NUMBERS = re.compile(
    "không|một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|tám|chín|mười|mươi|linh|trăm|nghìn|triệu|tỷ|phẩy|phần"
)
_UNITS = re.compile("trăm|nghìn|triệu|tỷ|đồng|phần|tuổi|ngày|giờ|phút|tháng|năm")


def syllables(text: str) -> int:
    """What a voice will say: every word is one; of what was left in digits, n of them are about 2n-1."""
    count = 0
    for word in text.split():
        if word.isalpha():  # Nearly all are, and this is counted more than anything else.
            count += 1
            continue
        digits = sum(char.isdigit() for char in word)
        count += 2 * digits - 1 if digits else bool(_WORD.search(word))
    return count


def said(text: str) -> str:
    """A marked text without its marks."""
    return " ".join(word for word in text.split() if word not in _MARKS)


def marked(text: str) -> str:
    """A spoken text on one line with its marks, the last at its end; nothing else is changed."""
    return " ".join(f"{' / '.join(groups(sentence))} //" for sentence in sentences(text))


def groups(sentence: str) -> Sequence[str]:
    """A sentence in breaths: as few as go, cut where it hurts least, of about the same length."""
    words = sentence.split()
    sizes = [syllables(word) for word in words]
    if sum(sizes) <= BREATH:
        return [" ".join(words)] if words else []
    return [" ".join(words[start:end]) for start, end in _cuts(words, sizes)]


def _cuts(words: Sequence[str], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The cheapest cuts; a word of more syllables than a breath has stands alone."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(words) + 1):
        cost = 0.0 if end == len(words) else _cost(words, end)
        size, options = 0, []
        for start in range(end - 1, -1, -1):
            size += sizes[start]
            if size > BREATH and start < end - 1:
                break
            # Two breaths of 13 are read better than one of 24 and a gasp of two.
            options.append((best[start][0] + cost + ((size - 16) / 8) ** 2, start))
        best.append(min(options))
    place, places = len(words), [len(words)]
    while place:
        place = best[place][1]
        places.append(place)
    places.reverse()
    return pairwise(places)


def _cost(words: Sequence[str], place: int) -> float:
    """How much a breath before this word hurts."""
    before, after = words[place - 1], words[place].lower().rstrip(",.;:!?")
    lower = before.lower()
    if before[-1] in ";:.!?…":
        return 1
    if before[-1] == ",":
        if _PAIRS.fullmatch(f"{lower} {after}"):
            return 60
        # A day of the week belongs to its date.
        return 16 if after == "thứ" else 6 if _lists(words, place) else 2
    following = words[place + 1].lower().rstrip(",.;:!?") if place + 1 < len(words) else ""
    counts = _NUMBERS.fullmatch(following)
    dated = after == "ngày" and (counts or following == "mùng")
    if f"{lower} {after}" in _COMPOUNDS or _CLINGS.fullmatch(lower) or _TRAILS.fullmatch(after):
        return 80
    if dated:
        return 16
    goes_on = _NUMBERS.fullmatch(after) or _UNITS.fullmatch(after) or (after == "trên" and counts)
    if _NUMBERS.fullmatch(lower) and goes_on:
        return 90
    if _STARTS.fullmatch(after) and f"{after} {following}" not in _COMPOUNDS:
        return 18 if after in ("và", "hoặc") else 12
    # A name goes on after a capital.
    return 70 if before[0].isupper() else 40


def _lists(words: Sequence[str], place: int) -> bool:
    """Whether the comma before this word stands between things of one list: "xã, phường", "a, b và c"."""
    if any(word[-1] == "," for word in words[max(0, place - 4) : place - 1]):
        return True
    near = words[place : place + 3]
    return any(word[-1] == "," for word in near) or any(_STARTS.fullmatch(word) for word in near[1:])
