"""What every channel would show of a revision, side by side: a card each, measured as its service counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import office
from pipeline.models import Revision
from pipeline.preview import Preview
from web.console.measures import Measure, left_out, measures


@dataclass(frozen=True)
class Card:
    """One channel's. `parts` are the contents that a yes would freeze, each with its measures."""

    channel: str
    due_at: datetime | None
    corrects: bool
    parts: tuple[tuple[Mapping[str, Any], tuple[Measure, ...]], ...]
    problem: str
    notes: tuple[str, ...]
    """What had to be left out."""

    @property
    def spoken(self) -> bool:
        """A script that can be listened to."""
        return any("script" in content for content, _ in self.parts)


def cards(found: Iterable[Preview], revision: Revision) -> list[Card]:
    """One for each, in their order."""
    return [_card(each, revision) for each in found]


def _card(each: Preview, revision: Revision) -> Card:
    channel = office.current().channels[each.channel]
    contents = [part.content for part in each.parts]
    return Card(
        each.channel,
        each.due_at,
        each.corrects,
        tuple((content, measures(content, channel)) for content in contents),
        each.problem,
        left_out(contents, revision.title, revision.text) if contents else (),
    )
