"""The press feed as a channel: one entry an article, listed by our own web once its row is sent."""

from __future__ import annotations

from channels.base import Checkpoint, Item, Limit, Part, Receipt, Render
from channels.pulled import frozen


class PressChannel:
    """`base_url` is the public address of our web, without a slash at its end."""

    kind = "press"
    target = "press"
    push = False
    pulled = True
    repeatable = True
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, base_url: str) -> None:
        self.id = id
        self.base_url = base_url.rstrip("/")

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part, with all that a newsroom may print."""
        return (Part(1, 1, frozen(item, self.id, self.base_url)),)

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:  # noqa: ARG002
        """The receipt is the entry's id; newsrooms see it when the ledger has marked the row as sent."""
        return Receipt(ref=part.content["guid"], url=f"{self.base_url}/press/rss.xml")

    def close(self) -> None:
        """Nothing is held open."""
