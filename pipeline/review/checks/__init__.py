"""The checks that a revision passes before anybody sees it: pure, offline, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from pipeline.review.checks.dates import dates
from pipeline.review.checks.embargo import embargo
from pipeline.review.checks.found import LEVEL, Found, Level
from pipeline.review.checks.marker import marker
from pipeline.review.checks.media import media
from pipeline.review.checks.names import old_names
from pipeline.review.checks.near import THRESHOLD, Near, bands, near_duplicate, similarity
from pipeline.review.checks.personal_data import personal_data
from pipeline.review.checks.sensitive import sensitive
from pipeline.review.checks.subject import Subject, stored
from pipeline.review.checks.thin import thin
from pipeline.review.checks.unreadable import unreadable

__all__ = [
    "LEVEL",
    "THRESHOLD",
    "Found",
    "Level",
    "Near",
    "Subject",
    "bands",
    "check",
    "of_words",
    "similarity",
    "stored",
]


def of_words(subject: Subject, public_contacts: Sequence[str]) -> Iterator[Found]:
    """What depends on the words alone: of a channel's own version, whose other facts are the revision's."""
    yield from personal_data(subject, public_contacts)
    yield from sensitive(subject)
    yield from old_names(subject)


def check(
    subject: Subject,
    *,
    now: datetime,
    zone: ZoneInfo,
    stale_after: timedelta,
    public_contacts: Sequence[str],
    changed: bool,
    near: Near | None,
) -> tuple[Found, ...]:
    """Everything that the checks say of one wording; `now` is aware, messages tell times in `zone`.

    `changed`: an earlier wording is already out. `near`: the most similar other article, if any.
    """
    changes = [Found("changed", "Bài đã đăng nay có bản khác: so hai bản rồi duyệt lại.")]
    return tuple(
        chain(
            marker(subject),
            embargo(subject, now, zone),
            dates(subject, now, zone, stale_after, changed),
            changes if changed else (),
            thin(subject),
            unreadable(subject),
            of_words(subject, public_contacts),
            near_duplicate(near),
            media(subject),
        )
    )
