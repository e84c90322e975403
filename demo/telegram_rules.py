"""What the Telegram Bot API refuses: limits, rates and errors, each with the row of the facts behind it."""

from __future__ import annotations

import json
import math
import zlib
from collections import deque
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeVar

from demo.telegram_html import ParseError, parse, utf16

MOST_TEXT, MOST_CAPTION = 4096, 1024  # UTF-16 units after entity parsing
MOST_RAW = 32 * 1024  # bytes before entity parsing
MOST_ENTITIES, MOST_ENTITY_DATA = 100, 9500
MOST_PHOTO = 10 * 1024 * 1024  # bytes
MOST_PHOTO_BY_URL = 5 * 1024 * 1024  # bytes; Bot API, "Sending files"
DELETABLE = 48 * 3600  # seconds
SLACK = 0.05  # seconds by which a request may be early: a client measures when it sends, we when it arrives


@dataclass(frozen=True)
class Refusal:
    """What the service answers, and the row of the facts that says that it does."""

    code: int
    says: str
    row: str


_BAD = "Bad Request: "
REFUSALS = {
    "token": Refusal(401, "Unauthorized", "channels.md, Telegram, what PTB raises: 401, 404"),
    "method": Refusal(404, "Not Found: method not found", "channels.md, Telegram, what PTB raises: 401, 404"),
    "body": Refusal(400, _BAD + "can't parse the request: {why}", "channels.md, PTB raises: BadRequest"),
    "no-chat": Refusal(400, _BAD + "chat_id is empty", "channels.md, PTB raises: BadRequest"),
    "chat": Refusal(400, _BAD + "chat not found", "channels.md, PTB raises: BadRequest"),
    "kicked": Refusal(403, "Forbidden: bot was kicked from the {type} chat", "channels.md, PTB raises: 403"),
    "migrated": Refusal(
        400, _BAD + "group chat was upgraded to a supergroup chat", "channels.md, PTB raises: group migrated"
    ),
    "haste": Refusal(
        429,
        "Too Many Requests: retry after {seconds}",
        "channels.md, Telegram: rates 1/s per chat, 20/min, 30/s",
    ),
    "empty": Refusal(400, _BAD + "message text is empty", "channels.md, Telegram: text 1–4096"),
    "long": Refusal(400, _BAD + "message is too long", "channels.md, Telegram: text 1–4096, UTF-16"),
    "long-caption": Refusal(
        400, _BAD + "message caption is too long", "channels.md, Telegram: caption 0–1024"
    ),
    "raw": Refusal(
        400, _BAD + "text is too long", "channels.md, Telegram: hidden caps, raw text over 32 KiB"
    ),
    "entities": Refusal(
        400, _BAD + "ENTITIES_TOO_LONG", "channels.md, Telegram: at most 100 entities, 9,500 chars"
    ),
    "markup": Refusal(400, _BAD + "can't parse entities: {why}", "channels.md, Telegram: HTML tags"),
    "parse-mode": Refusal(400, _BAD + "unsupported parse_mode", "channels.md, Telegram: HTML tags"),
    "preview": Refusal(
        400, _BAD + "can't parse link preview options JSON object", "channels.md, Telegram: preview"
    ),
    "no-photo": Refusal(400, _BAD + "there is no photo in the request", "channels.md, Telegram: photo"),
    "photo": Refusal(400, _BAD + "IMAGE_PROCESS_FAILED: {why}", "channels.md, Telegram: photo"),
    "big-photo": Refusal(
        400, _BAD + "file of size {size} bytes is too big for a photo", "channels.md, Telegram: photo 10 MB"
    ),
    "photo-url": Refusal(400, _BAD + "failed to get HTTP URL content: {why}", "channels.md, Telegram: photo"),
    "album": Refusal(400, _BAD + "an album has 2-10 items", "channels.md, Telegram: media group 2–10 items"),
    "album-item": Refusal(400, _BAD + "can't parse InputMedia: {why}", "channels.md, Telegram: media group"),
    "no-edit": Refusal(400, _BAD + "message to edit not found", "channels.md, Telegram: edit"),
    "edit-photo": Refusal(
        400, _BAD + "there is no text in the message to edit", "channels.md, Telegram: edit"
    ),
    "edit-frozen": Refusal(400, _BAD + "message can't be edited", "channels.md, Telegram: edit"),
    "edit-text": Refusal(
        400, _BAD + "there is no caption in the message to edit", "channels.md, Telegram: edit"
    ),
    "unmodified": Refusal(
        400,
        _BAD + "message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message",
        'channels.md, Telegram, traps: "message is not modified"',
    ),
    "no-delete": Refusal(400, _BAD + "message to delete not found", "channels.md, Telegram: delete"),
    "old": Refusal(
        400, _BAD + "message can't be deleted for everyone", "channels.md, Telegram: delete within 48 h"
    ),
    "ids": Refusal(
        400, _BAD + "wrong number of message identifiers", "channels.md, Telegram: deleteMessages 1–100"
    ),
}


_T = TypeVar("_T", list[Any], dict[str, Any])


class Refused(Exception):
    """A request is refused, for the reason of that name in REFUSALS."""

    def __init__(self, name: str, parameters: dict[str, int] | None = None, **values: object) -> None:
        self.refusal = REFUSALS[name]
        self.says = self.refusal.says.format(**values)
        self.parameters = parameters
        super().__init__(self.says)


@dataclass(frozen=True)
class Chat:
    """A chat that the bot is in: `name` is "@username" or an id, `type` as in Bot API's Chat.

    A chat that is `kicked` answers 403; one with `migrated_to` answers with that id.
    """

    name: str
    type: str = "channel"
    title: str = "Kênh thử"
    kicked: bool = False
    migrated_to: int | None = None

    @property
    def id(self) -> int:
        if self.name.startswith("@"):
            return -(10**12) - zlib.crc32(self.name.encode())
        return int(self.name)

    def migrated(self) -> tuple[Chat, Chat]:
        """This group as it is once it has become a supergroup, and that supergroup."""
        new = -(10**12) - abs(self.id)
        return replace(self, migrated_to=new), replace(self, name=str(new), type="supergroup")

    def json(self) -> dict[str, Any]:
        """Bot API's Chat object."""
        name = {"username": self.name[1:]} if self.name.startswith("@") else {}
        title = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, title: self.title, **name}


class Rates:
    """How fast messages may come: 1/s per chat, 20/min per group, 30/s overall (channels.md, rates).

    Each is a sliding window over the messages taken. One that comes early by no more than SLACK counts from
    when it was due, so that being early adds up to nothing: nobody gets more than the rates in the long run.
    """

    def __init__(self) -> None:
        self._sent: dict[int | None, deque[float]] = {}

    def wait(self, chat: Chat, messages: int, now: float) -> int:
        """Whole seconds until this many messages may be sent; 0 takes them now. `now` is in seconds.

        An album is taken where one message would be, and counts as all that it has.
        """
        rules: list[tuple[int | None, int, float]] = [(None, 30, 1.0), (chat.id, 1, 1.0)]
        if chat.type in ("group", "supergroup"):
            rules.append((chat.id, 20, 60.0))
        due = {None: now, chat.id: now}
        for key, most, within in rules:
            due[key] = max(due[key], self._free_at(key, most, within))
        if (seconds := max(due.values()) - now) > SLACK:
            return math.ceil(seconds)
        for key, at in due.items():
            self._sent.setdefault(key, deque(maxlen=64)).extend([at] * messages)
        return 0

    def _free_at(self, key: int | None, most: int, within: float) -> float:
        sent = self._sent.get(key, ())
        return sent[-most] + within if len(sent) >= most else -math.inf


def words(fields: dict[str, str], key: str, most: int) -> dict[str, Any]:
    """The text or caption of a message with its entities, as readers see it; `html` keeps what was sent."""
    raw = fields.get(key, "")
    mode = fields.get("parse_mode", "").lower()
    entities_key = "entities" if key == "text" else "caption_entities"
    if len(raw.encode("utf-8", "surrogatepass")) > MOST_RAW:
        raise Refused("raw")
    if mode not in ("", "html"):
        raise Refused("parse-mode")
    try:
        text, entities = (
            parse(raw) if mode else (raw, from_json(fields.get(entities_key, "[]"), list, "entities"))
        )
    except ParseError as why:
        raise Refused("markup", why=why) from why
    text, entities = _trimmed(text, entities)
    if key == "text" and not text:
        raise Refused("empty")
    if utf16(text) > most:
        raise Refused("long" if key == "text" else "long-caption")
    if len(entities) > MOST_ENTITIES or sum(len(e.get("url", "")) for e in entities) > MOST_ENTITY_DATA:
        raise Refused("entities")
    content: dict[str, Any] = {key: text} if text else {}
    if entities:
        content[entities_key] = entities
    return content | ({"html": raw} if mode else {})


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Without white space at either end, as the service stores a message; entities move along."""
    lead = utf16(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    most = utf16(text)
    kept = []
    for entity in entities:
        start = min(max(entity["offset"] - lead, 0), most)
        end = min(max(entity["offset"] + entity["length"] - lead, 0), most)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def preview_options(fields: dict[str, str]) -> dict[str, Any]:
    given = fields.get("link_preview_options")
    return {} if given is None else {"link_preview_options": from_json(given, dict, "preview")}


def from_json(text: str, kind: type[_T], refusal: str) -> _T:
    try:
        value = json.loads(text)
    except ValueError:
        _mistaken(refusal)
    if not isinstance(value, kind):
        _mistaken(refusal)
    return value


def _mistaken(refusal: str) -> NoReturn:
    raise Refused(refusal, why="not the JSON that was expected")
