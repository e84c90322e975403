"""The portal as a channel: one part an article, shown by our own web once its row is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Item, Receipt
from channels.pulled import Pulled
from channels.slug import slug

SUFFIXES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "application/pdf": "pdf",
}
"""The types that files are stored as, with the ends of their names."""


def page_path(article: int, title: str) -> str:
    """The path of an article's public page; only the number counts, the words are for people."""
    return f"/tin/{slug(title)}-{article}"


def media_path(sha256: str, content_type: str) -> str:
    """The path of a stored picture or PDF; its name is its content's hash, so it never changes."""
    return f"/media/{sha256}.{SUFFIXES[content_type]}"


class PortalChannel(Pulled):
    """Each article has a page of its own."""

    kind = "portal"

    def own(self, item: Item) -> Mapping[str, Any]:
        """Its path; our own pictures lose their host, so that the page works under every name we have."""
        return {
            "html": item.html.replace(f'src="{self.base_url}/', 'src="/'),
            "path": page_path(item.article, item.title),
        }

    def place(self, content: Mapping[str, Any]) -> Receipt:
        """The page's address."""
        path = content["path"]
        return Receipt(ref=path, url=self.base_url + path)
