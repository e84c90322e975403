"""The border between the ledger and every channel: what goes in, what comes out, and the tree of errors.

DeliveryError
├── NotSent         certainly not accepted: may be sent again by itself
│   └── TargetMoved the chat has a new address; send there
├── RetryLater      the service asked us to wait until a time: uses up no attempt
├── Rejected        the service refused this content for good
├── NeedsHuman      rights, token, quota: nothing of this scope goes on before a person acts
└── Uncertain       the request left and its outcome is unknown: never sent again by itself
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol

from channels.document import Block

Json = Any
"""A value that JSON can hold."""

Scope = Literal["target", "channel"]
"""How far a refusal reaches: one chat, or everything the channel sends."""

Render = Callable[[str, Mapping[str, Any]], str]
"""`render("telegram/tin.html", {...})`: a sandboxed template's text; raises `TemplateProblem`."""


class Priority(StrEnum):
    """The three levels of Thông tư 39/2020/TT-BTTTT."""

    NORMAL = "thuong"
    PRIORITY = "uu-tien"
    EMERGENCY = "khan-cap"


@dataclass(frozen=True)
class Image:
    """A picture that we host: `url` is absolute, public and percent-encoded."""

    url: str
    alt: str
    width: int
    height: int
    size: int
    content_type: str


@dataclass(frozen=True)
class Attachment:
    """A file that stays at its agency: a link, never a copy."""

    url: str
    title: str
    content_type: str
    size: int | None


@dataclass(frozen=True)
class Reference:
    """The article that a correction corrects."""

    title: str
    link: str


@dataclass(frozen=True)
class Item:
    """An approved revision as channels see it: every text NFC, every time in the office's zone."""

    article: int
    revision: int
    title: str
    lead: str
    body: tuple[Block, ...]
    html: str
    """The cleaned body as allow-listed HTML, its pictures pointing at our own copies."""
    agency: str
    author: str
    published: datetime
    link: str
    """Where the full text stands: our portal's page, or the agency's own."""
    source_link: str
    topic: int | None
    kind: str | None
    field: str
    priority: Priority
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    corrects: Reference | None = None

    @property
    def is_correction(self) -> bool:
        """Its kind says that it puts an earlier article right, or its link to that article does."""
        return self.corrects is not None or self.kind == "dinh-chinh"


@dataclass(frozen=True)
class Part:
    """One message of a post, frozen at approval: `content` is all that `send` will ever see."""

    number: int
    total: int
    content: Mapping[str, Json]


@dataclass(frozen=True)
class Receipt:
    """The proof of a delivery: the service's own id, the public address if there is one, and details."""

    ref: str
    url: str | None = None
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """At most `count` sends in any `seconds`; counted over one target or over the whole channel."""

    scope: Scope
    count: int
    seconds: float


class Checkpoint(Protocol):
    """What a send of several steps has durably reached; `save` returns only when it is committed."""

    @property
    def value(self) -> Mapping[str, Json] | None: ...

    def save(self, value: Mapping[str, Json]) -> None: ...


class Channel(Protocol):
    """One configured channel. `compose` is pure; `send` and `find` may use the network, in any thread."""

    id: str
    kind: str
    target: str
    """The chat, account or folder that deliveries go to; part of the ledger's unique key."""
    push: bool
    """Reaches people unasked: quiet hours and holidays hold."""
    pulled: bool
    """Shown by our own web: to deliver is to mark the frozen parts as sent."""
    repeatable: bool
    """Sending the same part twice has the effect of sending it once."""
    limits: tuple[Limit, ...]

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """The parts of one post, each within the channel's true limits."""

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:
        """Deliver one part; `key` is the same at every try of it. Raises a `DeliveryError`."""

    def close(self) -> None:
        """Let go of sockets and threads."""


class DeliveryError(Exception):
    """Why a part did not get its receipt; `str()` is one plain sentence without secrets."""


class NotSent(DeliveryError):
    """The service certainly did not take it: it may be tried again."""


class TargetMoved(NotSent):
    """The chat has become another: `target` is its new address."""

    def __init__(self, message: str, target: str) -> None:
        super().__init__(message)
        self.target = target


class RetryLater(DeliveryError):
    """The service asked to wait `seconds`; `scope` says for whom."""

    def __init__(self, message: str, seconds: float, scope: Scope = "target") -> None:
        super().__init__(message)
        self.seconds = seconds
        self.scope: Scope = scope


class Rejected(DeliveryError):
    """The service refused this content and always will."""


class NeedsHuman(DeliveryError):
    """The service will take nothing of this scope until a person acts; it did not take this part."""

    def __init__(self, message: str, scope: Scope = "channel") -> None:
        super().__init__(message)
        self.scope: Scope = scope


class Uncertain(DeliveryError):
    """The request went out and nobody can say whether it was accepted."""
