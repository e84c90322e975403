"""What every channel would show of a revision, side by side: a face each, measured as its service counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline import office
from pipeline.compose.own import Own, worded
from pipeline.models import OwnWords, Revision
from pipeline.preview import Preview
from pipeline.review.checks import Found, of_words, stored
from pipeline.review.checks.personal_data import spots, unanswered
from web.console.measures import Measure, left_out, measures


@dataclass(frozen=True)
class Face:
    """One channel's. `parts` are the contents that a yes would freeze, each with its measures."""

    channel: str
    due_at: datetime | None
    corrects: bool
    parts: tuple[tuple[Mapping[str, Any], tuple[Measure, ...]], ...]
    problem: str
    notes: tuple[str, ...]
    """What had to be left out."""
    own: OwnWords | None
    """The channel's own version, which its parts are made of."""
    found: tuple[Found, ...]
    """What the checks say of that."""
    acceptable: tuple[str, ...]
    """Words of it that an office may have, and that nobody has answered for yet."""
    words: tuple[str, str, str]
    """Title, lead and text that an officer starts from."""

    @property
    def spoken(self) -> bool:
        """A script that can be listened to."""
        return any("script" in content for content, _ in self.parts)


def faces(
    found: Iterable[Preview], revision: Revision, marker: str, own: Own, accepted: Collection[str]
) -> list[Face]:
    """One for each, in their order; `accepted`: the words that somebody has answered for."""
    return [_face(each, revision, marker, own.get((revision.id, each.channel)), accepted) for each in found]


def _face(
    each: Preview, revision: Revision, marker: str, own: OwnWords | None, accepted: Collection[str]
) -> Face:
    channel = office.current().channels[each.channel]
    said = worded(revision, own) if own else revision
    contents = [part.content for part in each.parts]
    return Face(
        each.channel,
        each.due_at,
        each.corrects,
        tuple((content, measures(content, channel)) for content in contents),
        each.problem,
        left_out(contents, said.title, said.text) if contents else (),
        own,
        _found(said, marker, accepted) if own else (),
        _acceptable(said, marker, accepted) if own else (),
        (said.title, said.lead, said.text),
    )


def _found(said: Revision, marker: str, accepted: Collection[str]) -> tuple[Found, ...]:
    """Without the personal data that somebody has answered for."""
    subject = stored(said, marker)
    texts = {"title": subject.title, "lead": subject.lead, "text": subject.text}
    found = of_words(subject, office.current().schedule.office.public_contacts)
    return tuple(
        each
        for each in found
        if each.code != "personal-data" or texts[each.where][each.start : each.end] not in accepted
    )


def _acceptable(said: Revision, marker: str, accepted: Collection[str]) -> tuple[str, ...]:
    found = unanswered(
        spots(stored(said, marker), office.current().schedule.office.public_contacts), accepted
    )
    return tuple(dict.fromkeys(spot.words for spot in found if spot.kind.office_may_have))
