"""What goes out on some days, channel by channel: posts, bulletins, silence, and where nothing is planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from pipeline.bulletin.stage import NotMade, broadcast, draft
from pipeline.clock import firings
from pipeline.models import BEGUN, Airing, Article, Bulletin, Delivery, DeliveryState, Errand
from pipeline.office import Office
from pipeline.route.calendar import Window, free_days, gaps
from pipeline.schedule import RunSettings

LEAST_GAP = timedelta(hours=3)
"""So long nothing is planned on a channel that people follow: somebody may want to know."""
UNSENT = (DeliveryState.QUEUED, DeliveryState.SENDING)
STOPPED = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)


@dataclass(frozen=True)
class Post:
    """A post of a channel, as its first part; `at` is when it is due, or went."""

    at: datetime
    row: Delivery
    movable: bool
    """No reader can have any of it yet."""


@dataclass(frozen=True)
class Broadcast:
    """A bulletin of a radio channel: made, or what it would be now, or only its time."""

    at: datetime
    minutes: int
    run: RunSettings | None
    bulletin: Bulletin | None = None
    titles: tuple[str, ...] = ()
    """Of what the asker may see."""
    made: bool = False
    why_not: str = ""

    @property
    def seconds(self) -> int:
        return self.bulletin.seconds if self.bulletin else 0


@dataclass(frozen=True)
class Lane:
    """One channel's day; `gaps` are (from, to) in which it may speak and nothing is planned."""

    channel: str
    posts: tuple[Post, ...]
    broadcasts: tuple[Broadcast, ...]
    gaps: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Day:
    """A day of the office, in its zone."""

    day: date
    free: bool
    """A holiday: nothing is pushed but emergencies."""
    lanes: tuple[Lane, ...]


def days(
    office: Office, first: date, count: int, among: QuerySet[Article], *, drafted: bool = False
) -> tuple[Day, ...]:
    """What goes out of these articles from `first` on, by the office's own list of channels.

    In a constant number of queries; but where `drafted`, bulletins that are not made yet are filled as they
    would be now, with some queries each.
    """
    zone = office.schedule.office.zone
    start = datetime.combine(first, time(), zone)
    end = datetime.combine(first + timedelta(days=count), time(), zone)
    posts = list(_posts(office, start, end, among))
    broadcasts = list(_broadcasts(office, start, end, among, drafted=drafted))
    settings = office.schedule.office.holidays
    free = free_days((first.year, first.year + 1), frozenset(settings.add), frozenset(settings.remove))
    return tuple(
        Day(
            day,
            day in free,
            tuple(
                _lane(
                    office,
                    channel.id,
                    day,
                    [each for each in posts if each.row.channel == channel.id and _on(each.at, day, office)],
                    [told for id, told in broadcasts if id == channel.id and _on(told.at, day, office)],
                    free,
                )
                for channel in office.schedule.channels
            ),
        )
        for day in (first + timedelta(days=n) for n in range(count))
    )


def _on(moment: datetime, day: date, office: Office) -> bool:
    return moment.astimezone(office.schedule.office.zone).date() == day


def _lane(
    office: Office,
    channel: str,
    day: date,
    posts: Sequence[Post],
    broadcasts: Sequence[Broadcast],
    free: frozenset[date],
) -> Lane:
    known = office.channels.get(channel)
    found: Iterable[tuple[datetime, datetime]] = ()
    if known is not None and known.push and day not in free and not _is_stock(office, channel):
        now, settings = office.now(), office.schedule.office
        stretches = Window(settings.zone, quiet=settings.quiet_hours).open_on(day)
        ahead = [(max(start, now), end) for start, end in stretches if end > now]
        found = gaps(ahead, [each.at for each in posts], LEAST_GAP)
    return Lane(
        channel,
        tuple(sorted(posts, key=lambda each: (each.at, each.row.id))),
        tuple(sorted(broadcasts, key=lambda each: each.at)),
        tuple(found),
    )


def _is_stock(office: Office, channel: str) -> bool:
    """Whether its posts wait for a bulletin."""
    return any(run.job == "bulletin" and run.channel == channel for run in office.schedule.runs)


def _posts(office: Office, start: datetime, end: datetime, among: QuerySet[Article]) -> Iterable[Post]:
    begun = Delivery.objects.filter(
        revision=OuterRef("revision"), channel=OuterRef("channel"), state__in=BEGUN
    )
    rows = (
        Delivery.objects.filter(part=1, article__in=among)
        .select_related("revision", "article")
        .only(
            "article__state", "article__source", "article__published", "revision__title", "channel", "parts",
            "state", "due_at", "sent_at", "errand", "receipt", "checkpoint", "expires_at", "priority",
        )
    )  # fmt: skip
    # What should have gone and has not goes as soon as it can: it belongs to today.
    late = office.now() >= start
    waiting = rows.filter(Q() if late and office.now() < end else Q(due_at__gte=start), due_at__lt=end)
    for row in waiting.filter(state__in=UNSENT).annotate(begun=Exists(begun)):
        movable = row.errand == Errand.POST and row.state == DeliveryState.QUEUED and not row.begun
        movable = movable and row.receipt is None and row.checkpoint is None
        movable = movable and row.article.published_id == row.revision_id
        yield Post(max(row.due_at, start), row, movable)
    named = [channel.id for channel in office.schedule.channels]
    sent = rows.filter(channel__in=named, state=DeliveryState.SENT, sent_at__gte=start, sent_at__lt=end)
    stopped = rows.filter(channel__in=named, state__in=STOPPED, due_at__gte=start, due_at__lt=end)
    for told in chain(sent, stopped):
        yield Post(told.sent_at or told.due_at, told, movable=False)


def _broadcasts(
    office: Office, start: datetime, end: datetime, among: QuerySet[Article], *, drafted: bool
) -> Iterable[tuple[str, Broadcast]]:
    zone = office.schedule.office.zone
    made = Bulletin.objects.filter(airs_at__gte=start, airs_at__lt=end).defer("programme")
    known: set[tuple[str, datetime]] = set()
    seen = Airing.objects.filter(article__in=among).select_related("revision").order_by("position")
    for row in made.prefetch_related(Prefetch("airings", seen)):
        known.add((row.channel, row.airs_at))
        titles = tuple(airing.revision.title for airing in row.airings.all())
        yield row.channel, Broadcast(row.airs_at, row.minutes, None, row, titles, made=True)
    for run in office.schedule.runs:
        if run.job != "bulletin" or run.channel is None:
            continue
        for fires in firings(run, office, start - timedelta(days=1), end):
            airs_at = broadcast(run, fires, zone)
            if not start <= airs_at < end or (run.channel, airs_at) in known:
                continue
            known.add((run.channel, airs_at))
            yield run.channel, _unmade(office, run, airs_at, among, drafted=drafted)


def _unmade(
    office: Office, run: RunSettings, airs_at: datetime, among: QuerySet[Article], *, drafted: bool
) -> Broadcast:
    if not drafted or airs_at <= office.now():
        return Broadcast(airs_at, run.minutes, run)
    try:
        new = draft(office, run, airs_at)
    except NotMade as problem:
        return Broadcast(airs_at, run.minutes, run, why_not=str(problem))
    seen = set(among.filter(id__in=[each.article_id for each in new.airings]).values_list("id", flat=True))
    titles = tuple(each.revision.title for each in new.airings if each.article_id in seen)
    return Broadcast(airs_at, run.minutes, run, new.bulletin, titles)
