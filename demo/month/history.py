"""What is known of a month beside the truth of the services: what was published, seen and out of order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from demo.month.articles import Item
from demo.month.readers import Seen


@dataclass(frozen=True)
class Outage:
    """Channels, or sources, that could not be reached."""

    names: tuple[str, ...]
    since: datetime
    until: datetime


@dataclass
class History:
    """What is known of a month beside the services' truth: what was published, seen and out of order."""

    begun: datetime
    ended: datetime
    items: dict[int, Item] = field(default_factory=dict)
    withheld: set[tuple[int, int]] = field(default_factory=set)
    """Wordings that the officers will not have."""
    looks: list[Seen] = field(default_factory=list)
    """Each wording when it was first seen on the portal, in the press feed, in the station's folder."""
    outages: list[Outage] = field(default_factory=list)
    restores: list[tuple[datetime, datetime]] = field(default_factory=list)
    """Of each restore the snapshot's time and the loss's."""
