"""From an approved revision to the frozen posts of its channels; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.base import Channel, Part, Priority, Reference
from channels.portal import page_path
from pipeline.compose.item import item_of
from pipeline.compose.sandbox import TemplateProblem, renderer
from pipeline.models import Article, Delivery, DeliveryState, Revision, State
from pipeline.schedule import OfficeSettings

SHOWN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)


class Uncomposable(Exception):
    """One channel cannot say this article; `str()` names the channel and the reason."""


@dataclass(frozen=True)
class Composed:
    """The parts of one revision for one channel; `waits_for` is the channel whose page they link to."""

    channel: str
    parts: tuple[Part, ...]
    waits_for: str | None


def compose(
    revision: Revision,
    targets: Sequence[Channel],
    *,
    agency: str,
    office: OfficeSettings,
    env: ImmutableSandboxedEnvironment,
    priority: Priority,
    pages: Collection[int],
    now: datetime,
) -> tuple[Composed, ...]:
    """Compose for every channel, or raise `Uncomposable` and compose for none; `pages`: see `with_pages`."""
    portal = next((channel.id for channel in targets if channel.kind == "portal"), None)
    on_portal = portal is not None or revision.article_id in pages
    page = office.base_url.rstrip("/") + page_path(revision.article_id, revision.title)
    item = item_of(
        revision,
        agency=agency,
        zone=office.zone,
        base_url=office.base_url,
        link=page if on_portal else revision.source_link,
        priority=priority,
        corrects=_reference(revision.article.corrects, pages, office.base_url),
        now=now,
    )
    render = renderer(env, revision.kind)
    composed = []
    for channel in targets:
        try:
            parts = channel.compose(item, render)
        except (TemplateProblem, ValueError) as problem:
            raise Uncomposable(f"{channel.id}: {problem}") from problem
        composed.append(Composed(channel.id, parts, None if channel.pulled else portal))
    return tuple(composed)


def with_pages(articles: Sequence[Article]) -> Collection[int]:
    """The ids of those that our portal shows or will show, among these and the ones they correct."""
    ids = [article.id for article in articles] + [a.corrects_id for a in articles if a.corrects_id]
    rows = Delivery.objects.filter(article__in=ids, content__has_key="path")
    # The states are compared here, or SQLite would go through all that were ever sent.
    return {article for article, state in rows.values_list("article_id", "state") if state in SHOWN}


def _reference(corrected: Article | None, pages: Collection[int], base_url: str) -> Reference | None:
    if corrected is None or corrected.published is None or corrected.state == State.WITHDRAWN:
        # The title of what nobody approved is not told to anybody.
        return None
    shown = corrected.published
    if corrected.id in pages:
        return Reference(shown.title, base_url.rstrip("/") + page_path(corrected.id, shown.title))
    return Reference(shown.title, shown.source_link)
