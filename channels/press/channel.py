"""The press feed as a channel: one entry an article, listed by our own web once its row is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import Checkpoint, Item, Limit, Notice, Part, Receipt, Render
from channels.pulled import frozen


class PressChannel:
    """`base_url` is the public address of our web, without a slash at its end."""

    kind = "press"
    target = "press"
    push = False
    pulled = True
    rings = False
    asks = False
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, base_url: str) -> None:
        self.id = self.account = id
        self.base_url = base_url.rstrip("/")

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part, with all that a newsroom may print."""
        return (Part(1, 1, frozen(item, self.id, self.base_url)),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """Marking a row as sent twice shows it once."""
        return True

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """The new wording takes the old one's place; `amended` tells readers when and why."""
        return self.compose(item, render)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """None: our own web stops showing what the ledger says is withdrawn."""
        return ()

    def send(
        self,
        part: Part,
        *,
        target: str,  # noqa: ARG002
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,  # noqa: ARG002
        standing: Sequence[Receipt] = (),  # noqa: ARG002
    ) -> Receipt:
        """The receipt is the entry's id; newsrooms see it when the ledger has marked the row as sent."""
        return Receipt(ref=part.content["guid"], url=f"{self.base_url}/press/rss.xml")

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a row of our own is never in doubt."""
        return None

    def close(self) -> None:
        """Nothing is held open."""
