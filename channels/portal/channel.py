"""The portal as a channel: one part an article, shown by our own web once its row is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from channels.base import Checkpoint, Item, Limit, Notice, Part, Receipt, Render
from channels.pulled import frozen
from channels.slug import slug

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}
"""The types that pictures are stored as, with the ends of their names."""


def page_path(article: int, title: str) -> str:
    """The path of an article's public page; only the number counts, the words are for people."""
    return f"/tin/{slug(title)}-{article}"


def media_path(sha256: str, content_type: str) -> str:
    """The path of a stored picture; its name is its content's hash, so it never changes."""
    return f"/media/{sha256}.{SUFFIXES[content_type]}"


class PortalChannel:
    """`base_url` is the public address of our web, without a slash at its end."""

    kind = "portal"
    target = "portal"
    push = False
    pulled = True
    rings = False
    asks = False
    limits: tuple[Limit, ...] = ()

    def __init__(self, id: str, base_url: str) -> None:
        self.id = self.account = id
        self.base_url = base_url.rstrip("/")

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part; our own pictures lose their host, so that the page works under every name we have."""
        own = {
            "html": item.html.replace(f'src="{self.base_url}/', 'src="/'),
            "path": page_path(item.article, item.title),
        }
        return (Part(1, 1, frozen(item, self.id, self.base_url) | own),)

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
        """The receipt is the page's address; the page appears when the ledger has marked the row as sent."""
        path = part.content["path"]
        return Receipt(ref=path, url=self.base_url + path)

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """Nobody asks: a row of our own is never in doubt."""
        return None

    def close(self) -> None:
        """Nothing is held open."""
