"""A small office of rows for the tests of the ledger, and a remote service that keeps the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from channels.base import Checkpoint, DeliveryError, Item, Limit, Part, Receipt, Render
from pipeline.deliver import outbox
from pipeline.models import Article, Revision, Source, State

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
FAR = NOW + timedelta(days=365)


@dataclass
class Remote:
    """A channel whose service is this object: `accepted` is what readers really see."""

    id: str = "telegram"
    kind: str = "telegram"
    target: str = "@tinh"
    push: bool = True
    pulled: bool = False
    repeatable: bool = False
    limits: tuple[Limit, ...] = ()
    answers: list[DeliveryError] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        return (Part(1, 1, {"text": item.title}),)

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:
        self.targets.append(target)
        if self.answers:
            raise self.answers.pop(0)
        self.accepted.append(key)
        return Receipt(ref=str(len(self.accepted)))

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
