"""What each exception of python-telegram-bot 22.8 says about the message: row by row.

| on the wire                               | raised (its cause)                     | ours                  |
|-------------------------------------------|----------------------------------------|-----------------------|
| no connection, none free, a proxy refuses | NetworkError, TimedOut (Connect…, Pool…) | NotSent             |
| silence, reset, 5xx after it went out     | TimedOut, NetworkError (Read…, Write…) | Uncertain             |
| an answer that is not Telegram's JSON     | any (JSONDecodeError)                  | Uncertain             |
| 429                                       | RetryAfter                             | RetryLater, that chat |
| the group became another                  | ChatMigrated                           | TargetMoved           |
| 403; 400 about the chat                   | Forbidden; BadRequest                  | NeedsHuman, that chat |
| 401, 404                                  | InvalidToken                           | NeedsHuman, channel   |
| 400 about the content                     | BadRequest                             | Rejected              |
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from channels.base import DeliveryError, NeedsHuman, NotSent, Rejected, RetryLater, TargetMoved, Uncertain
from channels.http import redact

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_ABOUT_THE_CHAT = (
    "chat not found",
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "peer_id_invalid",
    "channel_private",
    "topic_closed",
    "user_is_blocked",
)
"""Answers 400 that would meet every other message to that chat too."""


def translate(error: Exception, token: str) -> DeliveryError:
    """Our error for what a call of the bot raised; its text never holds the token."""
    said = redact(str(error), token)
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return NotSent("Không kết nối được tới Telegram; tin chưa được gửi đi.")
    if not isinstance(error, TelegramError) or _unreadable(cause):
        return Uncertain("Câu trả lời không phải của Telegram; không rõ tin đã được nhận hay chưa.")
    match error:
        case RetryAfter():
            return RetryLater("Telegram yêu cầu gửi chậm lại.", _seconds(error.retry_after), "target")
        case ChatMigrated():
            return TargetMoved("Nhóm đã chuyển sang địa chỉ mới.", str(error.new_chat_id))
        case Forbidden():
            return NeedsHuman(f"Telegram không cho gửi vào nơi này: {said}", "target")
        case InvalidToken():
            return NeedsHuman(f"Telegram không nhận mã của bot: {said}", "channel")
        case BadRequest() if any(words in str(error).lower() for words in _ABOUT_THE_CHAT):
            return NeedsHuman(f"Telegram không gửi được vào nơi này: {said}", "target")
        case BadRequest():
            return Rejected(f"Telegram từ chối tin này: {said}")
    return Uncertain(f"Tin đã gửi đi nhưng không rõ kết quả: {said}")


def _unreadable(cause: BaseException | None) -> bool:
    """Whether the answer was no JSON; under a refusal the parse error stands one step further down."""
    while cause is not None:
        if isinstance(cause, ValueError):
            return True
        cause = cause.__cause__
    return False


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
