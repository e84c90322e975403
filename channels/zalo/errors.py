"""What the error codes of Zalo's Official Account API mean for a delivery.

Source: docs.zaloplatforms.com/docs/OA (error codes), grouped by what can be done about them. Every code
comes in an answer, so the call it answers was certainly not carried out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from channels.base import DeliveryError, NeedsHuman, Rejected, RetryLater
from channels.http import BACK_OFF

STALE_TOKEN = frozenset({-216, -220})
PROCESSING = -214

_TOO_FAST = frozenset({-32})
_CLOSED = frozenset({-211, -234})
_ACCOUNT = frozenset({-204, -205, -209, -212, -219, -221, -224, -242, -320, -321})
_RECIPIENT = frozenset({-213, -217, -218, -227, -230, -232, -244})
_TWO_MEANINGS = -223

WINDOW_OPENS, WINDOW_CLOSES = 6, 22
"""Zalo passes messages on from 06:00 to 21:59, Viet Nam's time (-234)."""

_VIET_NAM = timezone(timedelta(hours=7))


def refusal(code: int, message: str, *, now: datetime) -> DeliveryError:
    """The error that `code` stands for; `message` is Zalo's own, without secrets; `now` is aware.

    A code that no table knows is `Rejected`: Zalo answered, and its answer was no.
    """
    said = f"Zalo trả lời lỗi {code}" + (f": “{message}”." if message else ".")
    if code in STALE_TOKEN:
        return NeedsHuman(f"Quyền truy cập OA không còn hiệu lực: cần cấp quyền lại. {said}", "channel")
    if code in _TOO_FAST:
        return RetryLater(f"Gọi quá nhanh, Loa chờ rồi tự gửi tiếp. {said}", BACK_OFF, "channel")
    if code == PROCESSING:
        return RetryLater(f"Zalo còn đang xử lý bài. {said}", BACK_OFF, "target")
    if code in _CLOSED or (code == _TWO_MEANINGS and _speaks_of_quota(message)):
        return RetryLater(f"Loa chờ đến khung giờ sau rồi tự gửi. {said}", seconds_to_window(now), "channel")
    if code in _ACCOUNT or code == _TWO_MEANINGS:
        return NeedsHuman(f"Cần người quản trị OA xử lý, rồi cho kênh chạy lại. {said}", "channel")
    if code in _RECIPIENT:
        mend = "Không gửi được tới nơi nhận này: xem lại nơi nhận trên Zalo rồi cho kênh chạy lại."
        return NeedsHuman(f"{mend} {said}", "target")
    return Rejected(f"Nội dung bị từ chối: sửa bài, hoặc bỏ lượt gửi này. {said}")


def seconds_to_window(now: datetime) -> float:
    """Seconds from `now` (aware) until the next opening of Zalo's window, more than zero."""
    local = now.astimezone(_VIET_NAM)
    opening = local.replace(hour=WINDOW_OPENS, minute=0, second=0, microsecond=0)
    if opening <= local:
        opening += timedelta(days=1)
    return (opening.astimezone(UTC) - now).total_seconds()


def in_window(now: datetime) -> bool:
    """Whether Zalo passes broadcasts on at `now` (aware)."""
    return WINDOW_OPENS <= now.astimezone(_VIET_NAM).hour < WINDOW_CLOSES


def _speaks_of_quota(message: str) -> bool:
    return any(word in message.casefold() for word in ("quota", "limit", "exceed", "hạn mức", "vượt quá"))
