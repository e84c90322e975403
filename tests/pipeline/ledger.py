"""A small office of rows for the tests of the ledger, and a remote service that keeps the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.base import (
    CannotChange,
    Checkpoint,
    DeliveryError,
    Item,
    Limit,
    Notice,
    Part,
    Receipt,
    Render,
)
from pipeline.deliver import outbox
from pipeline.models import Article, Revision, Source, State

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
FAR = NOW + timedelta(days=365)


@dataclass
class Remote:
    """A channel whose service is this object: `accepted` is what it took, `shown` what readers see now."""

    id: str = "telegram"
    kind: str = "telegram"
    target: str = "@tinh"
    push: bool = True
    pulled: bool = False
    by_hand: bool = False
    rings: bool = False
    asks: bool = False
    account: str = "bot"
    keyed: bool = False
    """Sending the same key again shows it once."""
    edits: bool = True
    """What stands can be edited and deleted."""
    limits: tuple[Limit, ...] = ()
    answers: list[DeliveryError] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)

    def repeatable(self, content: Mapping[str, Any]) -> bool:
        return self.keyed or "edit" in content or "delete" in content

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        return (Part(1, 1, {"text": item.title}),)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:
        said = f"{item.title} (đã sửa: {item.amended.reason if item.amended else ''})"
        return (Part(1, 1, {"edit": said}, ({"text": f"Đính chính: {said}"},)),)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:
        said = f"Đã gỡ “{notice.title}”: {notice.reason}"
        return tuple(Part(n, standing, {"delete": True}, ({"text": said},)) for n in range(1, standing + 1))

    def send(
        self, part: Part, *, target: str, key: str, checkpoint: Checkpoint, standing: Sequence[Receipt] = ()
    ) -> Receipt:
        self.targets.append(target)
        if self.answers:
            raise self.answers.pop(0)
        if "text" in part.content:
            ref = key if self.keyed else str(len(self.accepted) + 1)
            self.accepted.append(key)
            self.shown[ref] = part.content["text"]
            return Receipt(ref)
        if not self.edits or not standing:
            raise CannotChange("không sửa được tin này")
        for receipt in standing:
            if "edit" in part.content:
                self.shown[receipt.ref] = part.content["edit"]
            else:
                self.shown.pop(receipt.ref, None)
        self.accepted.append(key)
        return standing[0]

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:
        return Receipt(key) if key in self.shown else None

    def close(self) -> None: ...


def revision(title: str = "Tin", number: int = 1, article: Article | None = None) -> Revision:
    """A stored revision of an approved article."""
    if article is None:
        source, _ = Source.objects.get_or_create(id="vpubnd")
        article = Article.objects.create(
            source=source, guid=title, state=State.APPROVED, marker="approved", created_at=NOW
        )
    row = Revision.objects.create(
        article=article, number=number, title=title, content_hash="0", text_hash=title, collected_at=NOW
    )
    article.current = article.published = row
    article.save()
    return row


def post(
    channel: str = "telegram",
    texts: Sequence[str] = ("xin chào",),
    *,
    due_at: datetime = NOW,
    closes_at: datetime = FAR,
    expires_at: datetime | None = None,
    rank: int = 0,
    waits_for: str | None = None,
    target: str = "@tinh",
) -> outbox.Post:
    parts = tuple(Part(n, len(texts), {"text": text}) for n, text in enumerate(texts, 1))
    return outbox.Post(channel, target, parts, due_at, closes_at, expires_at, rank, waits_for)


def channels(*remotes: Remote) -> Mapping[str, Remote]:
    return {remote.id: remote for remote in remotes or (Remote(),)}
