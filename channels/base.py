"""The border between the ledger and every channel: what goes in, what comes out, and the tree of errors.

DeliveryError
├── NotSent         certainly not accepted: may be sent again by itself
│   └── TargetMoved the chat has a new address; send there
├── RetryLater      the service asked us to wait until a time: uses up no attempt
├── Rejected        the service refused this content for good
│   └── CannotChange  what stands there can no longer be edited or removed: the next way is tried
├── NeedsHuman      rights, token, quota: nothing of this scope goes on before a person acts
└── Uncertain       the request left and its outcome is unknown: never sent again by itself
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
class Wording:
    """An article's words at one time."""

    title: str
    lead: str
    body: tuple[Block, ...]


@dataclass(frozen=True)
class Amendment:
    """What readers are told of a correction: why it was made, and when (in the office's zone)."""

    reason: str
    at: datetime
    earlier: Wording | None = None
    """What readers have until now, where it is known."""


@dataclass(frozen=True)
class Notice:
    """What readers are told of an article that was taken back."""

    title: str
    reason: str
    at: datetime
    """In the office's zone."""
    agency: str
    link: str
    """Where the notice itself stands, or empty."""
    priority: Priority = Priority.NORMAL
    """As the article had it: an emergency is taken back as urgently as it was told."""


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
    amended: Amendment | None = None
    """This wording puts right one of the same article that readers already have."""
    released: datetime | None = None
    """From when it may be read, in the office's zone: let out, and its embargo over; a preview from when
    it was asked for."""

    @property
    def is_correction(self) -> bool:
        """Its kind says that it puts an earlier article right, or its link to that article does."""
        return self.corrects is not None or self.kind == "dinh-chinh"


@dataclass(frozen=True)
class Part:
    """One message of a post, frozen at approval: `content` is all that `send` will ever see of it."""

    number: int
    total: int
    content: Mapping[str, Json]
    otherwise: tuple[Mapping[str, Json], ...] = ()
    """The contents to send instead, in this order, where the ones before them meet `CannotChange`."""


@dataclass(frozen=True)
class Receipt:
    """The proof of a delivery: the service's own id, the public address if there is one, and details."""

    ref: str
    url: str | None = None
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """At most `count` sends in any `seconds`; counted over one target or over the channel's account."""

    scope: Scope
    count: int
    seconds: float


class Checkpoint(Protocol):
    """What a send of several steps has durably reached; `save` returns only when it is committed."""

    @property
    def value(self) -> Mapping[str, Json] | None: ...

    def save(self, value: Mapping[str, Json]) -> None: ...


class Channel(Protocol):
    """One configured channel. What makes parts is pure; `send` and `find` may use the network, in any thread.

    A correction or a withdrawal is made of parts too. Part n of it acts on the messages of part n of what
    stands there, or on all of them where it is the only part; `send` is given their receipts.
    """

    id: str
    kind: str
    target: str
    """The chat, account or folder that deliveries go to; part of the ledger's unique key."""
    push: bool
    """Reaches people unasked: quiet hours and holidays hold."""
    pulled: bool
    """Shown by our own web: to deliver is to mark the frozen parts as sent."""
    rings: bool
    """A correction or withdrawal here is a message of its own that people hear: quiet hours hold for it."""
    asks: bool
    """`find` can tell what became of a send in doubt."""
    by_hand: bool
    """A person carries out what it composes: nothing is sent, and only that person's word settles it."""
    account: str
    """The bot or account that it sends as; limits of scope "channel" are shared by all channels of one."""
    limits: tuple[Limit, ...]

    def repeatable(self, content: Mapping[str, Json]) -> bool:
        """Whether sending this content twice has the effect of sending it once."""

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """The parts of one post, each within the channel's true limits."""

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:
        """The parts that put `standing` earlier parts of the same article right; `item.amended` says why."""

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:
        """The parts that take `standing` earlier parts back; none where our own web does it."""

    def send(
        self, part: Part, *, target: str, key: str, checkpoint: Checkpoint, standing: Sequence[Receipt] = ()
    ) -> Receipt:
        """Deliver one part; `key` is the same at every try of it. Raises a `DeliveryError`.

        `standing`: the receipts of the messages that a correction or withdrawal acts on, the newest first.
        """

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:
        """What became of a send in doubt, where `asks`: its receipt, or None where it is not to be seen.

        `since` (aware, real time) is when that send was claimed: what is older is another's. Raises a
        `DeliveryError` where the service cannot be asked now.
        """

    def close(self) -> None:
        """Let go of sockets and threads."""


class Bot(Channel, Protocol):
    """A channel that can also write to a colleague: a word, no post, and nothing that the ledger knows of."""

    def say(self, text: str, to: str) -> None:
        """Send `text` as it is, cut to what a message holds, to the chat `to`. Raises a `DeliveryError`."""


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


class CannotChange(Rejected):
    """What stands there can no longer be edited or removed; nothing was done."""


class NeedsHuman(DeliveryError):
    """The service will take nothing of this scope until a person acts; it did not take this part."""

    def __init__(self, message: str, scope: Scope = "channel") -> None:
        super().__init__(message)
        self.scope: Scope = scope


class Uncertain(DeliveryError):
    """The request went out and nobody can say whether it was accepted."""
