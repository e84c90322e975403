"""A strict stand-in for the Telegram Bot API: it refuses what Telegram refuses, keeps what readers see.

Written from channels.md and https://core.telegram.org/bots/api (10.3), without a look at Loa's own client.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from demo.faults import KINDS, Fault, Storm, read_plan
from demo.pictures import NoPicture, Picture, fetch, look
from demo.server import Reply, Request, StandIn, Upload
from demo.telegram_rules import (
    DELETABLE,
    MOST_CAPTION,
    MOST_PHOTO,
    MOST_PHOTO_BY_URL,
    MOST_TEXT,
    Chat,
    Rates,
    Refused,
    from_json,
    preview_options,
    words,
)
from demo.truth import Truth

_EDITED = ("text", "entities", "caption", "caption_entities", "link_preview_options")


class TelegramStandIn(StandIn):
    """The Bot API for one bot, at `{url}/bot<token>/<method>`, and its readers' view at `{url}/_truth`.

    `limits` switches the rates, `now` gives the time in seconds since 1970, `truth` names a JSON Lines file
    of all that was accepted. Pictures are served at `/_media/<sha256>`. What is in `frozen`, as (chat id,
    message id), can't be edited any more. A group that migrates has an act of its own in the truth.
    """

    kinds = frozenset(KINDS)

    def __init__(
        self,
        port: int = 0,
        token: str = "123456:loa-demo",  # noqa: S107 - it opens nothing but this stand-in
        chats: Iterable[Chat | str] = ("@phutho",),
        *,
        limits: bool = True,
        truth: Path | None = None,
        now: Callable[[], float] = time.time,
        plan: Iterable[Fault | Storm] = (),
    ) -> None:
        super().__init__(port, plan=plan)
        self._prefix = f"/bot{token}/"
        self._bot = {
            "id": int(re.sub(r"\D.*", "", token) or 1),
            "is_bot": True,
            "first_name": "Loa",
            "username": "loa_demo_bot",
        }
        known = [Chat(chat) if isinstance(chat, str) else chat for chat in chats]
        self._chats = {key.lower(): chat for chat in known for key in (chat.name, str(chat.id))}
        self._rates = Rates() if limits else None
        self._now = now
        self._lock = threading.Lock()
        self._messages: dict[tuple[int, int], dict[str, Any]] = {}
        self._last_id = 0
        self._media: dict[str, Picture] = {}
        self.frozen: set[tuple[int, int]] = set()
        self._media_folder = truth.with_suffix(".media") if truth else None
        self.truth = Truth(truth)
        for act in self.truth.acts:
            self._apply(act)
        self._methods: dict[str, Callable[[dict[str, str], dict[str, Upload]], Any]] = {
            "getme": lambda *_: self._bot | {"can_join_groups": True},
            "getchat": self._get_chat,
            "sendmessage": self._send_message,
            "sendphoto": self._send_photo,
            "sendmediagroup": self._send_media_group,
            "editmessagetext": partial(self._edit, "editMessageText", "text"),
            "editmessagecaption": partial(self._edit, "editMessageCaption", "caption"),
            "deletemessage": self._delete_message,
            "deletemessages": self._delete_messages,
        }

    # The stand-in's own pages, and the way of a request

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/_"):
            return self._own_page(request)
        try:
            result = self._method(request.path)(*_parameters(request))
        except Refused as refused:
            with self._lock:
                self.truth.refusals[str(refused.refusal.code)] += 1
            return _refuse(refused)
        return Reply.json({"ok": True, "result": result})

    def _method(self, path: str) -> Callable[[dict[str, str], dict[str, Upload]], Any]:
        if not path.startswith(self._prefix):
            raise Refused("token")
        method = self._methods.get(path.removeprefix(self._prefix).lower())
        if method is None:
            raise Refused("method")
        return method

    def _own_page(self, request: Request) -> Reply:
        if request.path == "/_truth":
            with self._lock:
                return Reply.json(
                    {
                        "accepted": self.truth.acts,
                        "shown": self.shown(),
                        "refusals": self.truth.refusals,
                        "faults": self.faults.met,
                    }
                )
        name = request.path.removeprefix("/_media/")
        if self._media_folder and name not in self._media and re.fullmatch(r"[0-9a-f]{64}", name):
            kept = self._media_folder / name
            if kept.exists():
                self._media[name] = look(kept.read_bytes())
        if picture := self._media.get(name):
            return Reply(picture.content, content_type=picture.media_type)
        return Reply.json({"error": "no such page"}, 404)

    def suits(self, fault: Fault, request: Request) -> bool:
        return fault.kind != "group-migrated" or self._group(request) is not None

    def in_own_words(self, fault: Fault, request: Request) -> Reply:
        match fault.effect:
            case "too-many":
                after = fault.retry_after
                return _refuse(Refused("haste", {"retry_after": after}, seconds=after))
            case "forbidden":
                chat = self._named(request)
                return _refuse(Refused("kicked", type=chat.type if chat else "channel"))
            case "token-expired":
                return _refuse(Refused("token"))
            case "group-migrated":
                with self._lock:
                    if (group := self._group(request)) is not None:
                        self._accept({"act": "migrate", "at": self._now(), "chat_id": group.id})
                return self.answer(request)
        return Reply.json({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500)

    def _named(self, request: Request) -> Chat | None:
        """The chat that a request is about, if it is about one."""
        try:
            name = request.parameters()[0].get("chat_id", "")
        except ValueError:
            return None
        return self._chats.get(name.lower())

    def _group(self, request: Request) -> Chat | None:
        """The group in a request that can still become a supergroup."""
        chat = self._named(request)
        return chat if chat and chat.type == "group" and chat.migrated_to is None else None

    def shown(self) -> list[dict[str, Any]]:
        """The messages that readers see now, oldest first, each with the HTML that was sent."""
        return list(self._messages.values())

    def _accept(self, act: dict[str, Any]) -> None:
        self.truth.accept(act)
        self._apply(act)

    def _apply(self, act: dict[str, Any]) -> None:
        if act["act"] == "migrate" and (group := self._chats.get(str(act["chat_id"]))):
            for chat in group.migrated():
                self._chats[str(chat.id)] = chat
        for message in act.get("messages", ()):
            self._messages[message["chat"]["id"], message["message_id"]] = message
            self._last_id = max(self._last_id, message["message_id"])
        for number in act.get("deleted", ()):
            self._messages.pop((act["chat_id"], number), None)

    # Methods

    def _get_chat(self, fields: dict[str, str], _: object) -> dict[str, Any]:
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        return self._chat(fields).json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    def _send_message(self, fields: dict[str, str], _: object) -> dict[str, Any]:
        chat = self._chat(fields)
        message = words(fields, "text", MOST_TEXT) | preview_options(fields)
        return self._send("sendMessage", chat, [message])[0]

    def _send_photo(self, fields: dict[str, str], files: dict[str, Upload]) -> dict[str, Any]:
        chat = self._chat(fields)
        caption = words(fields, "caption", MOST_CAPTION)
        photo = self._photo(fields.get("photo", "attach://photo"), files)
        return self._send("sendPhoto", chat, [photo | caption])[0]

    def _send_media_group(self, fields: dict[str, str], files: dict[str, Upload]) -> list[dict[str, Any]]:
        chat = self._chat(fields)
        items = from_json(fields.get("media", ""), list, "album-item")
        if not 2 <= len(items) <= 10:
            raise Refused("album")
        contents = []
        for item in items:
            if not isinstance(item, dict) or item.get("type") != "photo":
                raise Refused("album-item", why="only photos are known here")
            given = {
                key: value if isinstance(value, str) else json.dumps(value) for key, value in item.items()
            }
            caption = words(given, "caption", MOST_CAPTION)
            contents.append(self._photo(given.get("media", ""), files) | caption)
        return self._send("sendMediaGroup", chat, contents, album=True)

    def _edit(self, act: str, key: str, fields: dict[str, str], _: object) -> dict[str, Any]:
        chat = self._chat(fields)
        if key == "text":
            new = words(fields, "text", MOST_TEXT) | preview_options(fields)
        else:
            new = words(fields, "caption", MOST_CAPTION)
        with self._lock:
            old = self._messages.get((chat.id, _number(fields.get("message_id", ""))))
            if old is None:
                raise Refused("no-edit")
            if ("text" in old) != (key == "text"):
                raise Refused("edit-photo" if key == "text" else "edit-text")
            if (chat.id, old["message_id"]) in self.frozen:
                raise Refused("edit-frozen")
            if all(old.get(name) == new.get(name) for name in _EDITED):
                raise Refused("unmodified")
            kept = {name: value for name, value in old.items() if name not in (*_EDITED, "html")}
            message = kept | {"edit_date": int(self._now())} | new
            self._accept({"act": act, "at": self._now(), "messages": [message]})
        return _public(message)

    def _delete_message(self, fields: dict[str, str], _: object) -> bool:
        return self._delete("deleteMessage", self._chat(fields), [_number(fields.get("message_id", ""))])

    def _delete_messages(self, fields: dict[str, str], _: object) -> bool:
        chat = self._chat(fields)
        numbers = from_json(fields.get("message_ids", ""), list, "ids")
        if not 1 <= len(numbers) <= 100 or not all(isinstance(number, int) for number in numbers):
            raise Refused("ids")
        # "If some of the specified messages can't be found, they are skipped" (Bot API, deleteMessages).
        return self._delete("deleteMessages", chat, [n for n in numbers if (chat.id, n) in self._messages])

    def _delete(self, act: str, chat: Chat, numbers: list[int]) -> bool:
        with self._lock:
            for number in numbers:
                message = self._messages.get((chat.id, number))
                if message is None:
                    raise Refused("no-delete")
                if self._now() - message["date"] > DELETABLE:
                    raise Refused("old")
            self._accept({"act": act, "at": self._now(), "chat_id": chat.id, "deleted": numbers})
        return True

    # What the methods share

    def _chat(self, fields: dict[str, str]) -> Chat:
        name = fields.get("chat_id", "")
        if not name:
            raise Refused("no-chat")
        chat = self._chats.get(name.lower())
        if chat is None:
            raise Refused("chat")
        if chat.kicked:
            raise Refused("kicked", type=chat.type)
        if chat.migrated_to is not None:
            raise Refused("migrated", {"migrate_to_chat_id": chat.migrated_to})
        return chat

    def _send(
        self, act: str, chat: Chat, contents: list[dict[str, Any]], *, album: bool = False
    ) -> list[dict[str, Any]]:
        with self._lock:
            now = self._now()
            if self._rates and (seconds := self._rates.wait(chat, len(contents), now)):
                raise Refused("haste", {"retry_after": seconds}, seconds=seconds)
            group = {"media_group_id": str(self._last_id + 1)} if album else {}
            messages = [
                {"message_id": self._last_id + 1 + at, "chat": chat.json(), "date": int(now)}
                | group
                | content
                for at, content in enumerate(contents)
            ]
            self._accept({"act": act, "at": now, "messages": messages})
        return [_public(message) for message in messages]

    def _photo(self, given: str, files: dict[str, Upload]) -> dict[str, Any]:
        try:
            if given in self._media:
                picture = self._media[given]  # a file_id
            elif given.startswith("attach://"):
                upload = files.get(given.removeprefix("attach://"))
                if upload is None:
                    raise Refused("no-photo")
                if len(upload.content) > MOST_PHOTO:
                    raise Refused("big-photo", size=len(upload.content))
                picture = look(upload.content)
            else:
                picture = fetch(given, MOST_PHOTO_BY_URL)
        except NoPicture as why:
            raise Refused("photo" if given.startswith("attach://") else "photo-url", why=why) from why
        if picture.width + picture.height > 10_000 or not 1 / 20 <= picture.width / picture.height <= 20:
            raise Refused("photo", why="PHOTO_INVALID_DIMENSIONS")
        name = hashlib.sha256(picture.content).hexdigest()
        self._media[name] = picture
        if self._media_folder:
            self._media_folder.mkdir(exist_ok=True)
            (self._media_folder / name).write_bytes(picture.content)
        sizes = {"width": picture.width, "height": picture.height, "file_size": len(picture.content)}
        return {
            "photo": [{"file_id": name, "file_unique_id": name[:16], **sizes}],
            "picture": f"/_media/{name}",
        }


def _parameters(request: Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """A call's parameters, in the four ways of Bot API's "Making requests"; objects stay JSON texts."""
    try:
        return request.parameters()
    except ValueError as why:
        raise Refused("body", why=why) from why


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _public(message: dict[str, Any]) -> dict[str, Any]:
    """Bot API's Message, without what only the truth keeps."""
    return {key: value for key, value in message.items() if key not in ("html", "picture")}


def _refuse(refused: Refused) -> Reply:
    code = refused.refusal.code
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": refused.says}
    headers = {}
    if refused.parameters:
        answer["parameters"] = refused.parameters
        if "retry_after" in refused.parameters:
            headers["Retry-After"] = str(refused.parameters["retry_after"])
    return Reply.json(answer, code, headers)


def main() -> None:
    """Run the stand-in by itself: `python -m demo.telegram --port 8081 --token …`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8081)
    options.add_argument("--token", default="123456:loa-demo")
    options.add_argument(
        "--chat", action="append", metavar="@NAME|ID[:TYPE]", help="repeatable; a channel by default"
    )
    options.add_argument("--no-limits", action="store_true", help="answer as fast as asked")
    options.add_argument("--truth", type=Path, help="append everything accepted to this JSON Lines file")
    options.add_argument(
        "--faults", type=read_plan, default=(), help="a JSON list of what POST /_faults takes"
    )
    given = options.parse_args()
    TelegramStandIn(
        given.port,
        given.token,
        [Chat(*chat.split(":", 1)) for chat in given.chat or ["@phutho"]],
        limits=not given.no_limits,
        truth=given.truth,
        plan=given.faults,
    ).serve()


if __name__ == "__main__":
    main()
