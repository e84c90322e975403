"""What a bulletin could read: the scripts in a radio channel's ledger, and what was aired of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from channels.base import Priority
from channels.radio.programme import Script
from pipeline.bulletin.fill import DUE, WEEK, Candidate, Group, Offer, Why
from pipeline.deliver.outbox import puts_right
from pipeline.models import Airing, Article, Delivery, DeliveryState, Errand, Revision, State, Stop

AGAIN = "phát lại"
"""The category by which an article asks to be read again within the week."""
NEWS_OF_AMENDS = timedelta(days=30)
"""A correction or withdrawal that found no place for so long is no news any more."""
_WORDS = {Group.BIRTH: "khai sinh", Group.DEATH: "khai tử"}


@dataclass(frozen=True)
class Stocked:
    """A row of the ledger that could be read, in which ways, and what is known of its article."""

    row: Delivery
    scripts: Mapping[int, Script]
    """By part; 0 is the whole, or what of it fits its slot."""
    parts: int
    amends: bool
    aired: datetime | None
    evergreen: bool
    barred: Why | None

    @property
    def errand(self) -> str:
        """What it does to the listeners' view: a correction of what nobody heard is news."""
        return self.row.errand if self.amends else Errand.POST

    def candidate(self, seconds: Mapping[int, int]) -> Candidate:
        """For the filler; `seconds` of each part, with its link."""
        revision = self.row.revision
        known = revision.published or revision.collected_at
        return Candidate(
            article=self.row.article_id,
            level=next(iter(self.scripts.values())).level,
            since=max(known, revision.embargo) if revision.embargo else known,
            offers=tuple(Offer(seconds[part], part) for part in self.scripts),
            amends=self.amends,
            embargo=revision.embargo,
            expires=revision.expires,
            evergreen=self.evergreen,
            groups=groups(revision) if self.evergreen else frozenset(),
            aired=self.aired,
            again=any(category.casefold() == AGAIN for category in revision.categories),
            barred=self.barred,
        )


@dataclass(frozen=True)
class Heard:
    """What bulletins of a channel read of an article, seen from one broadcast."""

    before: Sequence[Airing] = ()
    """The latest last."""
    later: datetime | None = None
    """When a later bulletin, frozen already, reads it."""

    @property
    def last(self) -> Airing | None:
        return self.before[-1] if self.before else None


def on_the_air(now: datetime) -> QuerySet[Airing]:
    """What was heard, or may still be: a bulletin whose files came after its time was not (aware)."""
    in_time = Q(bulletin__written_at__lte=F("bulletin__airs_at"))
    return Airing.objects.filter(Q(bulletin__airs_at__gt=now) | in_time)


def stock(channel: str, evergreen: Collection[int], airs_at: datetime, now: datetime) -> list[Stocked]:
    """Each article that stands on the channel, once, by its newest wording; `evergreen`: topics of the plan.

    What is withdrawn, held, or waits for a look at newer words is none of it, apart from what takes back, or
    puts right, what was aired.
    """
    news = {row.article_id: row for row in _standing(channel, evergreen, airs_at)}
    amending = list(_amending(channel, airs_at))
    articles = [row.article for row in (*news.values(), *amending)]
    aired = _aired(channel, articles, airs_at, now)
    alone = _alone(channel, articles)
    corrected = _corrected(articles)
    found = {}
    for row in amending:
        if _is_news_of(row, aired[row.article_id], alone[row.article_id]):
            found[row.article_id] = _amends(row)
    for row in news.values():
        if row.article_id not in found:
            found[row.article_id] = _stocked(row, aired, alone, corrected, evergreen)
    return list(found.values())


def heard(
    channel: str, evergreen: Collection[int], airs_at: datetime, now: datetime
) -> dict[Group, datetime]:
    """When each linked-procedure group was aired last, of those that were not long ago."""
    rows = (
        on_the_air(now)
        .filter(
            bulletin__channel=channel,
            bulletin__airs_at__gt=airs_at - DUE,
            bulletin__airs_at__lt=airs_at,
            revision__topic__in=evergreen,
        )
        .exclude(errand=Errand.WITHDRAW)
    )
    found: dict[Group, datetime] = {}
    for airing in rows.select_related("bulletin", "revision").order_by("bulletin__airs_at"):
        found |= dict.fromkeys(groups(airing.revision), airing.bulletin.airs_at)
    return found


def spoilt(now: datetime) -> QuerySet[Airing]:
    """What frozen bulletins will read after `now` (aware) although it was taken back, put right, held or
    returned since."""
    rows = Airing.objects.filter(bulletin__airs_at__gt=now).exclude(errand=Errand.WITHDRAW)
    stopped = Q(article__stopped__in=(Stop.ON_HOLD, Stop.RETURNED), article__current=F("revision"))
    changed = ~Q(article__published=F("revision"))
    corrected = Exists(Article.objects.filter(corrects=OuterRef("article"), state=State.APPROVED))
    return (
        rows.filter(Q(article__state=State.WITHDRAWN) | changed | stopped | corrected)
        .select_related("bulletin", "revision")
        .order_by("bulletin__airs_at", "position")
    )


def groups(revision: Revision) -> frozenset[Group]:
    """The linked-procedure groups that its title or its lead names; to mention one further down is not to
    be about it."""
    said = f"{revision.title} {revision.lead}".casefold()
    return frozenset(group for group, words in _WORDS.items() if words in said)


def _standing(channel: str, evergreen: Collection[int], airs_at: datetime) -> QuerySet[Delivery]:
    """The words that are approved now, where their script is there."""
    fresh = Q(sent_at__gt=airs_at - WEEK) | Q(revision__topic__in=evergreen)
    rows = _rows(channel).filter(fresh, state=DeliveryState.SENT)
    rows = rows.filter(article__state=State.APPROVED, revision=F("article__published"))
    return rows.exclude(errand=Errand.WITHDRAW)


def _amending(channel: str, airs_at: datetime) -> QuerySet[Delivery]:
    """The newest correction, or the withdrawal, of what the channel had.

    What takes back is told whatever became of its script: its words are frozen in the row, and a full disk,
    or a person who took the old script away, does not make listeners forget.
    """
    correction = puts_right() & Q(state=DeliveryState.SENT)
    withdrawal = Q(errand=Errand.WITHDRAW, article__state=State.WITHDRAWN)
    return _rows(channel).filter(correction | withdrawal, created_at__gt=airs_at - NEWS_OF_AMENDS)


def _rows(channel: str) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(channel=channel, part=1)
    return rows.select_related("revision", "article").order_by("id")


def _aired(
    channel: str, articles: Iterable[Article], airs_at: datetime, now: datetime
) -> Mapping[int, Heard]:
    """What other bulletins read of each of these, and of what they correct."""
    rows = on_the_air(now).filter(bulletin__channel=channel, article__in=_with_corrected(articles))
    found: dict[int, Heard] = defaultdict(Heard)
    for airing in (
        rows.exclude(bulletin__airs_at=airs_at)
        .select_related("bulletin")
        .order_by("bulletin__airs_at", "position")
    ):
        known, when = found[airing.article_id], airing.bulletin.airs_at
        if when < airs_at:
            found[airing.article_id] = replace(known, before=(*known.before, airing))
        else:
            found[airing.article_id] = replace(known, later=when)
    return found


def _alone(channel: str, articles: Iterable[Article]) -> Mapping[int, Collection[int]]:
    """The revisions of each of these, and of what they correct, that were read by themselves.

    The script of an emergency stands in the day's folder at once: that is its first broadcast.
    """
    rows = Delivery.objects.filter(
        channel=channel,
        # Sent is what was, also where it has been taken down since.
        sent_at__isnull=False,
        article__in=_with_corrected(articles),
        content__script__level=Priority.EMERGENCY,
    ).exclude(errand=Errand.WITHDRAW)
    found: dict[int, set[int]] = defaultdict(set)
    for article, revision in rows.values_list("article", "revision"):
        found[article].add(revision)
    return found


def _with_corrected(articles: Iterable[Article]) -> Collection[int]:
    return {number for article in articles for number in (article.id, article.corrects_id) if number}


def _corrected(articles: Iterable[Article]) -> Collection[int]:
    """Those that an approved article of their agency puts right."""
    ids = [article.id for article in articles]
    rows = Article.objects.filter(corrects__in=ids, state=State.APPROVED)
    return {corrected for corrected in rows.values_list("corrects", flat=True) if corrected}


def _is_news_of(row: Delivery, heard: Heard, alone: Collection[int]) -> bool:
    """Whether what listeners heard last is what this puts right or takes back."""
    if row.errand == Errand.WITHDRAW:
        return heard.last.errand != Errand.WITHDRAW if heard.last else bool(alone)
    return heard.last.revision_id != row.revision_id if heard.last else bool({*alone} - {row.revision_id})


def _amends(row: Delivery) -> Stocked:
    script = Script.of(row.content["script"])
    return Stocked(row, {0: script}, 0, amends=True, aired=None, evergreen=False, barred=None)


def _stocked(
    row: Delivery,
    aired: Mapping[int, Heard],
    alone: Mapping[int, Collection[int]],
    corrected: Collection[int],
    evergreen: Collection[int],
) -> Stocked:
    # A correction of what nobody heard is read like any other news.
    values = row.content.get("anew") or [row.content["script"], *row.content["parts"]]
    scripts = {part: Script.of(value) for part, value in enumerate(values)}
    parts = len(scripts) - 1
    known = aired.get(row.article_id, Heard())
    last, later = known.last, known.later
    goes_on = last is not None and not later and last.revision_id == row.revision_id and 0 < last.part < parts
    read_next = last.part + 1 if last is not None and goes_on else 1
    of = row.article.corrects_id
    wrong = aired.get(of, Heard()) if of is not None else Heard()
    # What nobody heard is not put right on the air: the article that does it is then read as news.
    amends = of is not None and bool(wrong.last or alone.get(of)) and not (last or later)
    barred = Why.CORRECTED if row.article_id in corrected else None
    if of is not None and wrong.later and not (wrong.last or alone.get(of)):
        barred = Why.UNHEARD
    return Stocked(
        row,
        {part: script for part, script in scripts.items() if part == read_next or (not part and not goes_on)},
        parts,
        amends=amends,
        aired=later or (last.bulletin.airs_at if last is not None and not goes_on else None),
        evergreen=row.revision.topic in evergreen,
        barred=barred,
    )
