"""The press feed as a channel: one entry an article, listed by our own web once its row is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Receipt
from channels.pulled import Pulled


class PressChannel(Pulled):
    """All articles are entries of one feed."""

    kind = "press"

    def place(self, content: Mapping[str, Any]) -> Receipt:
        """The entry's id, and the feed's address."""
        return Receipt(ref=content["guid"], url=f"{self.base_url}/press/rss.xml")
