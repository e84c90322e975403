"""One bot behind an event loop in a thread of its own, for callers in any thread.

The libraries are imported by the first message: most commands send none and need not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from channels.base import NeedsHuman, NotSent, Uncertain
from channels.http import redact

if TYPE_CHECKING:
    from telegram import Bot, LinkPreviewOptions, Message

Asked = Coroutine[Any, Any, object]

# Opts in to what PTB will always do one day: RetryAfter in timedelta, without a warning at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CONNECT, POOL, WRITE, READ = 10.0, 5.0, 10.0, 20.0
"""Seconds; READ bounds each wait for bytes, only DEADLINE the whole."""
DEADLINE = 50.0
"""Seconds from the call to the end of its answer."""
CONNECTIONS = 32

_STRANGE = "Câu trả lời không phải của Telegram; không rõ yêu cầu đã được nhận hay chưa."
_LOGGERS = ("httpx", "telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest")


class Client:
    """The bot of `token` at `api` (which ends in "/bot"); threads and sockets are made by the first call."""

    def __init__(self, token: str, api: str, proxy: str | None) -> None:
        self._token, self._api, self._proxy = token, api, proxy
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bot: Bot | None = None
        self._closed = False
        self._redaction = _Redaction(token)

    def send_message(
        self, chat: str, text: str, *, preview: str | None, silent: bool, reply_to: int | None = None
    ) -> Message:
        """https://core.telegram.org/bots/api#sendmessage; raises a `DeliveryError`.

        `reply_to`: a message of that chat that it answers, if it is still there.
        """

        def send(bot: Bot) -> Asked:
            from telegram import ReplyParameters

            old = None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True)
            return bot.send_message(
                chat,
                text,
                parse_mode="HTML",
                link_preview_options=_link_preview(preview),
                disable_notification=silent,
                reply_parameters=old,
            )

        return _message(self._answer(send))

    def edit_message_text(
        self, chat: int | str, message: int, text: str, *, preview: str | None
    ) -> Message | None:
        """https://core.telegram.org/bots/api#editmessagetext; None where it says just that already.

        Raises a `DeliveryError`, `CannotChange` where that message cannot be edited.
        """

        def edit(bot: Bot) -> Asked:
            options = _link_preview(preview)
            return bot.edit_message_text(text, chat, message, parse_mode="HTML", link_preview_options=options)

        answer = self._answer(edit)
        return None if answer is None else _message(answer)

    def delete_message(self, chat: int | str, message: int) -> None:
        """https://core.telegram.org/bots/api#deletemessage; one that is gone already is gone.

        Raises a `DeliveryError`, `CannotChange` where that message must stay.
        """
        if self._answer(lambda bot: bot.delete_message(chat, message)) not in (True, None):
            raise Uncertain(_STRANGE)

    def _answer(self, ask: Callable[[Bot], Asked]) -> object:
        """What the bot answers, or None where all is as asked already; raises a `DeliveryError`."""
        bot, loop = self._running()
        from channels.telegram.errors import is_so_already, translate

        call = asyncio.run_coroutine_threadsafe(ask(bot), loop)
        try:
            return call.result(DEADLINE)
        except (TimeoutError, CancelledError) as error:
            call.cancel()
            raise Uncertain("Telegram không trả lời kịp; không rõ yêu cầu đã được nhận hay chưa.") from error
        except Exception as error:  # noqa: BLE001 - PTB lets a strange answer out as any exception
            if is_so_already(error):
                return None
            # Not chained: the text of these exceptions can hold the address, and with it the token.
            raise translate(error, self._token) from None

    def close(self) -> None:
        """Let go of the sockets and the thread; calls that are under way end as uncertain."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is None or self._bot is None:
            return
        asyncio.run_coroutine_threadsafe(_ended(self._bot), loop).result(DEADLINE)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(DEADLINE)
        loop.close()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._redaction)

    def _running(self) -> tuple[Bot, asyncio.AbstractEventLoop]:
        with self._lock:
            if self._closed:
                raise NotSent("Kênh Telegram đã đóng.")
            if self._loop is None or self._bot is None:
                for name in _LOGGERS:
                    logging.getLogger(name).addFilter(self._redaction)
                from telegram.error import TelegramError

                try:
                    self._bot = self._new_bot()
                except (TelegramError, ImportError, ValueError) as error:
                    said = redact(str(error), self._token, self._proxy or "")
                    mend = "Kênh Telegram cấu hình sai: xem lại token, api và proxy trong schedule.yaml."
                    raise NeedsHuman(f"{mend} Lỗi gặp phải: “{said}”.", "channel") from None
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="channels.telegram", daemon=True
                )
                self._thread.start()
            return self._bot, self._loop

    def _new_bot(self) -> Bot:
        from telegram import Bot
        from telegram.request import HTTPXRequest

        from channels.telegram.transport import InThreads

        request = HTTPXRequest(
            connection_pool_size=CONNECTIONS,
            connect_timeout=CONNECT,
            pool_timeout=POOL,
            write_timeout=WRITE,
            read_timeout=READ,
            httpx_kwargs={"trust_env": False, "transport": InThreads(CONNECTIONS, self._proxy)},
        )
        # Never initialised, which would only ask getMe: the first message shows a wrong token just as well.
        return Bot(self._token, base_url=self._api, request=request, get_updates_request=request)


def _link_preview(page: str | None) -> LinkPreviewOptions:
    from telegram import LinkPreviewOptions

    if page is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=page, prefer_large_media=True, show_above_text=True)


def _message(answer: object) -> Message:
    """A gateway's {"result": true} comes through PTB as it is."""
    from telegram import Message

    if not isinstance(answer, Message):
        raise Uncertain(_STRANGE)
    return answer


async def _ended(bot: Bot) -> None:
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await bot.request.shutdown()


class _Redaction(logging.Filter):
    """Takes the token, a part of every address, out of what the libraries log."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if self._token in message:
            record.msg, record.args = message.replace(self._token, "…"), ()
        return True
