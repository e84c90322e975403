"""What each exception of python-telegram-bot 22.8 says about the request: row by row.

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
| 400: not to be edited, not to be deleted  | BadRequest                             | CannotChange          |
| 400: not modified, nothing to delete      | BadRequest                             | none: it is as asked  |

The words of the last two rows are those of the Bot API's own server (tdlib/telegram-bot-api, Client.cpp),
and in capitals those that it passes on from Telegram's servers.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from channels.base import (
    CannotChange,
    DeliveryError,
    NeedsHuman,
    NotSent,
    Rejected,
    RetryLater,
    TargetMoved,
    Uncertain,
)
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
_STAYS_AS_IT_IS = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message can't be deleted",
    "message identifier is not specified",
    "message_id_invalid",
    "message_edit_time_expired",
    "message_author_required",
    "message_delete_forbidden",
)
_NOT_LET_IN = (
    "Telegram không cho bot gửi vào nơi này: đưa bot vào lại, cấp quyền đăng tin, rồi cho kênh chạy lại."
)
_WRONG_PLACE = (
    "Telegram không gửi được vào nơi này: xem lại địa chỉ của nơi nhận và quyền của bot, "
    "rồi cho kênh chạy lại."
)
_UNKNOWN_BOT = "Telegram không nhận mã (token) của bot: sửa token trong cấu hình rồi cho kênh chạy lại."
_IS_SO_ALREADY = ("message is not modified", "message_not_modified", "message to delete not found")


def is_so_already(error: Exception) -> bool:
    """Whether an edit or a deletion was refused because there was nothing left to do."""
    return isinstance(error, BadRequest) and _says(error, _IS_SO_ALREADY)


def translate(error: Exception, token: str) -> DeliveryError:
    """Our error for what a call of the bot raised; its text never holds the token."""
    words = redact(str(error), token)
    said = f"Telegram trả lời: “{words}”."
    cause = error.__cause__
    if isinstance(cause, _NEVER_LEFT):
        return NotSent("Không kết nối được tới Telegram; chưa có gì được gửi đi.")
    if not isinstance(error, TelegramError) or _unreadable(cause):
        return Uncertain("Câu trả lời không phải của Telegram; không rõ yêu cầu đã được nhận hay chưa.")
    match error:
        case RetryAfter():
            return RetryLater("Telegram yêu cầu gửi chậm lại.", _seconds(error.retry_after), "target")
        case ChatMigrated():
            return TargetMoved("Nhóm đã chuyển sang địa chỉ mới.", str(error.new_chat_id))
        case Forbidden():
            return NeedsHuman(f"{_NOT_LET_IN} {said}", "target")
        case InvalidToken():
            return NeedsHuman(f"{_UNKNOWN_BOT} {said}", "channel")
        case BadRequest() if _says(error, _STAYS_AS_IT_IS):
            return CannotChange(f"Telegram không cho sửa hay xóa tin cũ. {said}")
        case BadRequest() if _says(error, _ABOUT_THE_CHAT):
            return NeedsHuman(f"{_WRONG_PLACE} {said}", "target")
        case BadRequest():
            return Rejected(f"Telegram từ chối nội dung này: sửa bài, hoặc bỏ lượt gửi này. {said}")
    technical = f"Lỗi kỹ thuật, cho người vận hành máy: “{words}”."
    return Uncertain(f"Yêu cầu đã gửi đi nhưng không rõ kết quả: hãy xem trên kênh. {technical}")


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    return any(each in str(error).lower() for each in words)


def _unreadable(cause: BaseException | None) -> bool:
    """Whether the answer was no JSON; under a refusal the parse error stands one step further down."""
    while cause is not None:
        if isinstance(cause, ValueError):
            return True
        cause = cause.__cause__
    return False


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
