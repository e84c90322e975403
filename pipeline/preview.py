"""What a yes would send where and when: routed and composed by the same code, and frozen nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from channels.base import Part
from pipeline.compose.own import own_words
from pipeline.compose.posts import Uncomposable, with_pages
from pipeline.deliver.standing import standing_of
from pipeline.models import Article, Revision
from pipeline.office import Office
from pipeline.release import Release, composed_for, posts_of, to_correct

REASON = "(lý do đính chính)"
"""Stands where readers will be told why, as long as nobody has written it."""


@dataclass(frozen=True)
class Preview:
    """One channel's: its parts, or `problem` says in Vietnamese why there are none."""

    channel: str
    due_at: datetime | None
    """Business time; None where no route leads there."""
    corrects: bool
    """Puts right what readers of this channel have already."""
    parts: tuple[Part, ...]
    problem: str


def previews(office: Office, article: Article, revision: Revision, *also: str) -> tuple[Preview, ...]:
    """Of every channel that would get this revision if it were approved now, in the office's order.

    `also`: channels that are shown although no route leads there.
    """
    there = standing_of([article]).get(article.id, {})
    corrected = to_correct(office, revision, there)
    posts = posts_of(office, Release(article, revision, ""), there, corrected, office.now())
    tries = composed_for(
        office,
        article,
        revision,
        [office.channels[channel] for channel in office.channels if channel in {*posts, *also}],
        with_pages([article]),
        emergency=False,
        standing={channel: old.parts for channel, old in corrected.items()},
        reason=REASON,
        own=own_words(id for id in (revision.id, article.published_id) if id),
    )
    return tuple(
        Preview(
            each.channel,
            posts[each.channel].due_at if each.channel in posts else None,
            each.channel in corrected,
            () if isinstance(each, Uncomposable) else each.parts,
            each.why if isinstance(each, Uncomposable) else "",
        )
        for each in tries
    )
