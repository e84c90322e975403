"""One bot behind an event loop in a thread of its own, for callers in any thread.

The libraries are imported by the first message: most commands send none and need not wait for them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from channels.base import NeedsHuman, NotSent, Uncertain
from channels.http import redact

if TYPE_CHECKING:
    from telegram import Bot, Message

# Opts in to what PTB will always do one day: RetryAfter in timedelta, without a warning at every 429.
os.environ.setdefault("PTB_TIMEDELTA", "true")

CONNECT, POOL, WRITE, READ = 10.0, 5.0, 10.0, 20.0
"""Seconds; READ bounds each wait for bytes, only DEADLINE the whole."""
DEADLINE = 50.0
"""Seconds from the call to the end of its answer."""
CONNECTIONS = 32

_LOGGERS = ("httpx", "telegram.Bot", "telegram.request.BaseRequest", "telegram.request.HTTPXRequest")


class Client:
    """The bot of `token` at `api` (which ends in "/bot"); threads and sockets are made by the first call."""

    def __init__(self, token: str, api: str, proxy: str | None, deadline: float = DEADLINE) -> None:
        self._token, self._api, self._proxy, self._deadline = token, api, proxy, deadline
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bot: Bot | None = None
        self._closed = False
        self._redaction = _Redaction(token)

    def send_message(self, chat: str, text: str, *, preview: str | None, silent: bool) -> Message:
        """https://core.telegram.org/bots/api#sendmessage; raises a `DeliveryError`."""
        bot, loop = self._running()
        from telegram import LinkPreviewOptions, Message

        from channels.telegram.errors import translate

        options = (
            LinkPreviewOptions(url=preview, prefer_large_media=True, show_above_text=True)
            if preview
            else LinkPreviewOptions(is_disabled=True)
        )
        call = asyncio.run_coroutine_threadsafe(
            bot.send_message(
                chat, text, parse_mode="HTML", link_preview_options=options, disable_notification=silent
            ),
            loop,
        )
        try:
            message = call.result(self._deadline)
        except (TimeoutError, CancelledError) as error:
            call.cancel()
            raise Uncertain("Telegram không trả lời kịp; không rõ tin đã được nhận hay chưa.") from error
        except Exception as error:  # noqa: BLE001 - PTB lets a strange answer out as any exception
            # Not chained: the text of these exceptions can hold the address, and with it the token.
            raise translate(error, self._token) from None
        # A gateway's {"result": true} comes through PTB as it is.
        if not isinstance(message, Message):
            raise Uncertain("Câu trả lời không phải của Telegram; không rõ tin đã được nhận hay chưa.")
        return message

    def close(self) -> None:
        """Let go of the sockets and the thread; calls that are under way end as uncertain."""
        with self._lock:
            self._closed = True
            loop, self._loop = self._loop, None
        if loop is None or self._bot is None:
            return
        asyncio.run_coroutine_threadsafe(_ended(self._bot), loop).result(self._deadline)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(self._deadline)
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
                    raise NeedsHuman(f"Kênh Telegram cấu hình sai: {said}", "channel") from None
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
