"""One chat of one bot as a channel: messages are sent, edited and removed as their parts say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from channels.base import CannotChange, Checkpoint, Item, Limit, Notice, Part, Receipt, Render
from channels.telegram.client import Client
from channels.telegram.messages import correction, post, withdrawal
from channels.telegram.split import LIMIT
from channels.text import shorten, utf16

if TYPE_CHECKING:
    from telegram import Message

OVERALL = Limit("channel", 30, 1.0)
PER_CHAT = Limit("target", 1, 1.0)
PER_GROUP = Limit("target", 20, 60.0)
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""

_ADDRESS = re.compile(r"https://t\.me/(?:c/(?P<number>\d+)|(?P<name>\w+))/(?:\d+/)?(?P<message>\d+)(?:\?|$)")
"""https://core.telegram.org/api/links#message-links: with a topic's number in between, or without."""


class TelegramChannel:
    """One chat of one bot. `api` ends in "/bot"; `proxy` is an http(s) or socks5 address."""

    kind = "telegram"
    push = True
    pulled = False
    rings = False
    asks = False
    by_hand = False

    def __init__(
        self,
        *,
        id: str,
        chat: str,
        token: str,
        api: str = "https://api.telegram.org/bot",
        proxy: str | None = None,
        limits: tuple[Limit, ...] | None = None,
    ) -> None:
        self.id = id
        self.account = f"telegram:{token.partition(':')[0]}"
        self.target = chat
        # Only a private chat's id is positive; any other may be a group, which its name does not tell.
        person = chat.isascii() and chat.isdigit()
        defaults = (OVERALL, PER_CHAT) if person else (OVERALL, PER_CHAT, PER_GROUP)
        self.limits = defaults if limits is None else limits
        self._client = Client(token, api, proxy)

    def repeatable(self, content: Mapping[str, Any]) -> bool:
        """An edit or a deletion is; a new message is not, for the Bot API knows no key."""
        return bool(content["method"] != "sendMessage")

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """Raises ValueError where a template is not Telegram's HTML or leaves the text no room."""
        return post(item, render)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:
        """Message n is edited; what no old message can hold is a new one, silent. Raises as `compose`."""
        return correction(item, standing, render)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:
        """Message n is removed, or else edited to the notice. Raises as `compose`."""
        return withdrawal(notice, standing, render)

    def send(
        self,
        part: Part,
        *,
        target: str,
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),
    ) -> Receipt:
        """Do what the content's method says, to the messages of `standing` where it is no new message."""
        # Before what was removed there is nothing that still stands.
        old = list(takewhile(lambda receipt: "deleted" not in receipt.detail, standing))
        match part.content["method"]:
            case "editMessageText":
                return self._edit(part.content, old, target)
            case "deleteMessage":
                return self._delete(old, target)
            case _:
                return self._post(part.content, old, target)

    def say(self, text: str, to: str) -> None:
        """https://core.telegram.org/bots/api#sendmessage. Raises a `DeliveryError`."""
        text = escape(shorten(text, LIMIT.units, utf16), quote=False)
        self._client.send_message(to, text, preview=None, silent=False)

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a bot cannot read what it has sent."""
        return None

    def close(self) -> None:
        self._client.close()

    def _post(self, content: Mapping[str, Any], old: Sequence[Receipt], target: str) -> Receipt:
        """https://core.telegram.org/bots/api#sendmessage, which knows no key: a second try sends twice."""
        newest = next((number for receipt in old for _, number in _messages(receipt, target)), None)
        return _receipt(
            self._client.send_message(
                target, content["text"], preview=content["preview"], silent=content["silent"], reply_to=newest
            )
        )

    def _edit(self, content: Mapping[str, Any], old: Sequence[Receipt], target: str) -> Receipt:
        """The newest message that can be edited takes the words."""
        refused = CannotChange("Không có tin cũ nào trên Telegram để sửa.")
        for receipt in old:
            for chat, number in _messages(receipt, target):
                try:
                    edited = self._client.edit_message_text(
                        chat, number, content["text"], preview=content["preview"]
                    )
                except CannotChange as error:
                    refused = error
                    continue
                if edited is None:
                    return Receipt(str(number), receipt.url, {"chat_id": chat, "message_ids": [number]})
                return _receipt(edited)
        raise refused

    def _delete(self, old: Sequence[Receipt], target: str) -> Receipt:
        """All of them, each by itself: one that must stay keeps no other one in place."""
        gone: list[int] = []
        refused: CannotChange | None = None
        for receipt in old:
            messages = list(_messages(receipt, target))
            if not messages:
                refused = CannotChange("Không biết tin cũ là tin nào trên Telegram.")
            for chat, number in messages:
                try:
                    self._client.delete_message(chat, number)
                except CannotChange as error:
                    refused = error
                else:
                    gone.append(number)
        if refused is not None:
            raise refused
        return Receipt("", None, {"deleted": gone})


def _messages(receipt: Receipt, target: str) -> Iterator[tuple[int | str, int]]:
    """Chat and number of the messages that a receipt, or the address that a person gave, speaks of.

    None where they stand in another chat: a group that became a supergroup counts anew.
    """
    chat = receipt.detail.get("chat_id")
    if chat is not None:
        if target.startswith("@") or str(chat) == target:
            yield from ((chat, number) for number in receipt.detail["message_ids"])
    elif said := _ADDRESS.match(receipt.url or ""):
        named = f"@{said['name']}" if said["name"] else f"-100{said['number']}"
        if named.casefold() == target.casefold():
            yield target, int(said["message"])


def _receipt(message: Message) -> Receipt:
    edited = {"edit_date": message.edit_date.isoformat()} if message.edit_date else {}
    return Receipt(
        ref=str(message.message_id),
        url=message.link,
        detail={
            "chat_id": message.chat.id,
            "message_ids": [message.message_id],
            "date": message.date.isoformat(),
            **edited,
        },
    )
