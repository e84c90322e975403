"""What stands beyond Loa in the simulation: agencies' feeds, and services that keep the truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from channels.base import (
    CannotChange,
    Checkpoint,
    DeliveryError,
    Item,
    Limit,
    NeedsHuman,
    Notice,
    NotSent,
    Part,
    Receipt,
    Rejected,
    Render,
    RetryLater,
    Uncertain,
)
from pipeline.collect.fetch import Fetched, FetchTrouble
from pipeline.entry import Entry, Marker, Reading

REFUSALS: dict[str, DeliveryError] = {
    "refused": NotSent("không nối được"),
    "busy": RetryLater("chờ", 5),
    "rejected": Rejected("nội dung sai"),
    "no rights": NeedsHuman("hết quyền", "target"),
    "no token": NeedsHuman("hết hạn mã"),
}
"""What the service says instead of taking it."""
SILENT = "im lặng"
FATES = ("answered", "lost", "vanished", "half", *REFUSALS)
"""What may become of a send: taken or not while the answer does not come; "half" of two steps is done."""
LONG = "dài"
"""A title with this word fills two messages where messages are short."""


@dataclass(frozen=True)
class Message:
    """What readers see; `at` counts the changes of the service."""

    what: str
    title: str
    part: int
    at: int


@dataclass
class Service:
    """A channel whose service is this object; `fate` is what becomes of the next send."""

    id: str
    edits: bool = False
    keyed: bool = False
    asks: bool = False
    short: bool = False
    """A long wording takes two messages."""
    steps: bool = False
    """What is new is created, and then looked up by its token."""
    rings: bool = False
    kind: str = "service"
    push: bool = True
    pulled: bool = False
    by_hand: bool = False
    limits: tuple[Limit, ...] = ()
    mute: bool = False
    """Its template fails."""
    fate: str = "answered"
    messages: dict[str, Message] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    """The messages that can no longer be edited or removed."""
    made: dict[str, str] = field(default_factory=dict)
    """Key → the newest message that was posted under it."""
    posts: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    """What it has taken is not to be seen when it is asked for the first time."""
    reached: set[str] = field(default_factory=set)
    """Every title that readers ever saw here."""
    changes: int = 0

    target: str = field(init=False)
    account: str = field(init=False)

    def __post_init__(self) -> None:
        self.target, self.account = f"@{self.id}", self.id

    def repeatable(self, content: Mapping[str, Any]) -> bool:
        return self.keyed or content["do"] != "post"

    def count(self, title: str) -> int:
        """How many messages a wording takes."""
        return 2 if self.short and LONG in title else 1

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        self._can_compose()
        total = self.count(item.title)
        return tuple(Part(n, total, _says("post", "post", item.title, n)) for n in range(1, total + 1))

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:
        self._can_compose()
        count = self.count(item.title)
        anew = [_says("post", "correction", item.title, n) for n in range(1, count + 1)]
        if not self.edits:
            return tuple(Part(n, count, content) for n, content in enumerate(anew, 1))
        total = max(count, standing)
        parts = []
        for n in range(1, total + 1):
            if n > count:
                over = _says("edit", "replaced", item.title, n)
                parts.append(Part(n, total, _says("remove", "", item.title, n), (over,)))
            elif n > standing:
                parts.append(Part(n, total, anew[n - 1]))
            else:
                edit = _says("edit", "correction", item.title, n)
                parts.append(Part(n, total, edit, (anew[n - 1],)))
        return tuple(parts)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:
        self._can_compose()
        if not self.edits:
            return (Part(1, 1, _says("post", "notice", notice.title, 1)),)
        return tuple(
            Part(
                n,
                standing,
                _says("remove", "", notice.title, n),
                (_says("edit", "notice", notice.title, n), _says("post", "notice", notice.title, n)),
            )
            for n in range(1, standing + 1)
        )

    def _can_compose(self) -> None:
        if self.mute:
            raise ValueError("mẫu hỏng")

    def send(
        self, part: Part, *, target: str, key: str, checkpoint: Checkpoint, standing: Sequence[Receipt] = ()
    ) -> Receipt:
        two_steps = self.steps and part.content["do"] == "post"
        created = two_steps and checkpoint.value is not None
        if self.fate in REFUSALS and not (created and self.fate == "rejected"):
            raise REFUSALS[self.fate]
        if self.fate == "vanished":
            raise Uncertain(SILENT)
        if created and checkpoint.value is not None:
            ref = str(checkpoint.value["ref"])
        else:
            ref = self._take(part.content, key, [receipt.ref or _tail(receipt.url) for receipt in standing])
            if self.fate == "lost":
                raise Uncertain(SILENT)
            if two_steps:
                checkpoint.save({"ref": ref})
        if two_steps and self.fate in ("half", "lost"):
            raise RetryLater("đang xử lý", 60)
        return Receipt(ref)

    def _take(self, content: Mapping[str, Any], key: str, old: Sequence[str]) -> str:
        self.changes += 1
        if content["do"] == "post":
            ref = key if self.keyed else f"{self.id}/{self.changes}"
            self.posts[key] = 1 if self.keyed else self.posts[key] + 1
            self.made[key] = ref
            self._show(ref, content)
            return ref
        here = [ref for ref in old if ref in self.messages]
        if content["do"] == "remove":
            if not old or "" in old or not self.fixed.isdisjoint(here):
                raise CannotChange("không xóa được")
            for ref in here:
                self.messages.pop(ref, None)
            return old[0]
        ref = next((ref for ref in here if ref not in self.fixed), "")
        if not ref:
            raise CannotChange("không sửa được")
        self._show(ref, content)
        return ref

    def _show(self, ref: str, content: Mapping[str, Any]) -> None:
        self.messages[ref] = Message(content["what"], content["title"], content["part"], self.changes)
        self.reached.add(content["title"])

    def of(self, name: str) -> list[Message]:
        """What readers see of one article, in the order in which it came about."""
        return sorted(
            (m for m in self.messages.values() if f"{m.title} ".startswith(f"{name} ")), key=lambda m: m.at
        )

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:
        if self.fate in REFUSALS:
            raise REFUSALS[self.fate]
        self.asked[key] += 1
        there = self.made.get(key) in self.messages and self.asked[key] > 1
        return Receipt(self.made[key]) if there else None

    def close(self) -> None: ...


def _says(do: str, what: str, title: str, part: int) -> dict[str, Any]:
    return {"do": do, "what": what, "title": title, "part": part}


def address(service: Service, key: str) -> str:
    """Where a person finds what was posted under a key."""
    return f"https://{service.id}.example/#{service.made[key]}"


def _tail(url: str | None) -> str:
    return (url or "").partition("#")[2]


SYLLABLES = (
    "lịch", "tiếp", "dân", "phường", "sáng", "chiều", "khai", "mạc", "mùa", "sen", "lúa", "đồng", "làng",
    "chợ", "sông", "bến", "thuyền", "tre", "cầu", "trường", "lớp", "sách", "vở", "ruộng", "vườn", "cam",
)  # fmt: skip


@dataclass
class Agency:
    """One agency's feed, served with an ETag; `entries` is what it shows now."""

    id: str
    marker: Marker
    entries: dict[str, Entry] = field(default_factory=dict)
    version: int = 1
    away: bool = False
    shown: dict[int, tuple[Entry, ...]] = field(default_factory=dict)

    def says(self, guid: str, now: datetime, **changes: Any) -> None:
        """An entry as it is from now on: a new one, or with these changes."""
        text = " ".join(random.Random(guid).choices(SYLLABLES, k=30)).capitalize() + "."
        new = Entry(
            guid=guid,
            link=f"https://{self.id}.example/{guid}",
            title=guid,
            lead="",
            body=f"<p>{text}</p>",
            text=text,
            author="",
            published=now - timedelta(hours=1),
            updated=None,
            marker=self.marker,
        )
        self.entries[guid] = replace(self.entries.get(guid, new), **changes)
        self.version += 1

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    def fetch(self, _url: str, *, etag: str, **_rest: Any) -> Fetched:
        if self.away:
            raise FetchTrouble("không kết nối được")
        self.shown[self.version] = tuple(self.entries.values())
        known = etag == self.etag
        body = b"" if known else str(self.version).encode()
        status = 304 if known else 200
        return Fetched(status, body, "application/xml", self.etag, "", None, None, None, "https://a.example")

    def parse(self, body: bytes, **_rest: Any) -> Reading:
        return Reading(self.shown[int(body)])
