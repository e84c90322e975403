"""From an approved revision to the frozen posts of its channels; nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.base import Amendment, Channel, Notice, Part, Priority, Reference
from channels.portal import page_path
from pipeline.compose.item import item_of, wording_of
from pipeline.compose.own import Own, worded
from pipeline.compose.sandbox import TemplateProblem, renderer
from pipeline.models import BEGUN, Article, Delivery, DeliveryState, Revision, State
from pipeline.schedule import OfficeSettings

SHOWN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)


class Uncomposable(Exception):
    """One channel cannot say this article; `str()` names the channel and the reason."""

    def __init__(self, channel: str, why: Exception) -> None:
        super().__init__(f"{channel}: {why}")
        self.channel, self.why = channel, str(why)


@dataclass(frozen=True)
class Composed:
    """The parts of one revision for one channel; `waits_for` is the channel whose page they link to."""

    channel: str
    parts: tuple[Part, ...]
    waits_for: str | None


def all_composed(tries: Iterable[Composed | Uncomposable]) -> tuple[Composed, ...]:
    """All of them, or the first `Uncomposable` is raised: what one channel cannot say goes to none."""
    made = []
    for each in tries:
        if isinstance(each, Uncomposable):
            raise each
        made.append(each)
    return tuple(made)


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
    standing: Mapping[str, int] = MappingProxyType({}),
    reason: str = "",
    own: Own = MappingProxyType({}),
) -> tuple[Composed | Uncomposable, ...]:
    """What each channel would carry, or why it cannot; `pages`: see `with_pages`.

    A channel that has its `own` version of this revision carries that, and of no other revision.

    Where an earlier wording is `standing` (channel → its parts), that is put right, and readers are told
    the `reason`.
    """
    portal = next((channel.id for channel in targets if channel.kind == "portal"), None)
    on_portal = portal is not None or revision.article_id in pages
    page = office.base_url.rstrip("/") + page_path(revision.article_id, revision.title)
    item_from = partial(
        item_of,
        agency=agency,
        zone=office.zone,
        base_url=office.base_url,
        link=page if on_portal else revision.source_link,
        priority=priority,
        corrects=_reference(revision.article.corrects, pages, office.base_url),
        undated=now if revision.published else _since(revision, now),
        released=max(now, revision.embargo or now),
    )
    plain = item_from(revision)
    known = revision.article.published if standing else None
    if known and known.id == revision.id:
        known = None
    render = renderer(env, revision.kind)
    tries: list[Composed | Uncomposable] = []
    for channel in targets:
        corrects = channel.id in standing
        said = own.get((revision.id, channel.id))
        item = item_from(worded(revision, said)) if said else plain
        try:
            if corrects:
                heard = known and own.get((known.id, channel.id))
                earlier = wording_of(worded(known, heard) if heard else known) if known else None
                amended = replace(item, amended=Amendment(reason, now.astimezone(office.zone), earlier))
                parts = channel.correct(amended, standing[channel.id], render)
            else:
                parts = channel.compose(item, render)
        except (TemplateProblem, ValueError) as problem:
            tries.append(Uncomposable(channel.id, problem))
            continue
        # The page that a correction links to is there already.
        tries.append(Composed(channel.id, parts, None if channel.pulled or corrects else portal))
    return tuple(tries)


def notice(
    revision: Revision,
    *,
    reason: str,
    agency: str,
    office: OfficeSettings,
    priority: Priority,
    pages: Collection[int],
    now: datetime,
) -> Notice:
    """What readers of this wording are told when it is taken back."""
    page = office.base_url.rstrip("/") + page_path(revision.article_id, revision.title)
    link = page if revision.article_id in pages else ""
    return Notice(revision.title, reason, now.astimezone(office.zone), agency, link, priority)


def taken_back(
    said: Notice, channel: Channel, standing: int, env: ImmutableSandboxedEnvironment
) -> tuple[Part, ...]:
    """The parts that take `standing` parts of a channel back. Raises `Uncomposable`."""
    try:
        return channel.withdraw(said, standing, renderer(env, None))
    except (TemplateProblem, ValueError) as problem:
        raise Uncomposable(channel.id, problem) from problem


def with_pages(articles: Sequence[Article]) -> Collection[int]:
    """The ids of those that our portal shows or will show, among these and the ones they correct."""
    ids = [article.id for article in articles] + [a.corrects_id for a in articles if a.corrects_id]
    rows = Delivery.objects.filter(article__in=ids, content__has_key="path")
    # The states are compared here, or SQLite would go through all that were ever sent.
    return {article for article, state in rows.values_list("article_id", "state") if state in SHOWN}


def _since(revision: Revision, now: datetime) -> datetime:
    """What dates an undated wording: the date that readers were first given, else its approval now."""
    rows = Delivery.objects.filter(article=revision.article_id).order_by("id")
    given = rows.values_list("state", "revision__published", "created_at")
    return next((said or made for state, said, made in given if state in BEGUN), now)


def _reference(corrected: Article | None, pages: Collection[int], base_url: str) -> Reference | None:
    if corrected is None or corrected.published is None or corrected.state == State.WITHDRAWN:
        # The title of what nobody approved is not told to anybody.
        return None
    shown = corrected.published
    if corrected.id in pages:
        return Reference(shown.title, base_url.rstrip("/") + page_path(corrected.id, shown.title))
    return Reference(shown.title, shown.source_link)
