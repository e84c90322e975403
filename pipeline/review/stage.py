"""Reviewing what collect left: the checks' findings and the state they give, written as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from pipeline.entry import Marker
from pipeline.models import BEGUN, Article, Delivery, Finding, NearKey, OwnWords, Revision, State, Stop
from pipeline.review.checks import THRESHOLD, Found, Near, bands, check, similarity, stored
from pipeline.review.workflow import clock_acts_at, decide
from pipeline.rows import write_back, write_new

NEAR_WITHIN = timedelta(days=60)
STALE_AFTER = timedelta(days=30)
"""For articles of a source that schedule.yaml no longer names."""


class Rules(Protocol):
    """What reviewing needs to know of a source; `SourceSettings` has it."""

    stale_after: timedelta


@dataclass(frozen=True)
class Reviewed:
    """One article after the checks: what it was, what it is, and what was found in it."""

    article: Article
    revision: Revision
    before: str
    found: tuple[Found, ...]


BATCH = 200
"""Articles that one transaction reviews and approves."""


def waiting(now: datetime) -> list[int]:
    """The ids of a batch of articles that collect has touched, or that the clock alone may move."""
    # Two questions, for each of them has its index and their disjunction none.
    touched = Article.objects.filter(unchecked=True)
    moving = Article.objects.filter(state__in=(State.HELD, State.REVIEW), due_for_review__lte=now)
    ids = {i for rows in (touched, moving) for i in rows.order_by("id").values_list("id", flat=True)[:BATCH]}
    return sorted(ids)[:BATCH]


def review(
    articles: Sequence[Article],
    rules: dict[str, Rules],
    *,
    public_contacts: tuple[str, ...],
    zone: ZoneInfo,
    now: datetime,
) -> list[Reviewed]:
    """Check each article's current revision and store findings and state; call it in a transaction."""
    reviewed, findings = [], []
    near = _near(articles, now)
    current = [article.current_id for article in articles]
    own = dict(OwnWords.objects.filter(revision__in=current).values_list("revision", "user__username"))
    # The states are compared here, or SQLite would go through all that were ever sent.
    rows = Delivery.objects.filter(article__in=articles).values_list("article_id", "state")
    begun = {article for article, state in rows if state in BEGUN}
    for article in articles:
        revision = article.current
        if revision is None:
            raise ValueError(f"article {article.id} has no revision")
        stale_after = rules[article.source_id].stale_after if article.source_id in rules else STALE_AFTER
        subject = stored(revision, article.marker)
        changed = article.id in begun and article.published_id != revision.id
        found = check(
            subject,
            now=now,
            zone=zone,
            stale_after=stale_after,
            public_contacts=public_contacts,
            changed=changed,
            near=near.get(revision.id),
        )
        if article.source_id not in rules:
            gone = "Nguồn này không còn trong cấu hình: không quy tắc nào duyệt thay người."
            found = (*found, Found("no-approval-marker", gone))
        ours = revision.worded_by or own.get(revision.id)
        if ours and not changed and article.published_id != revision.id:
            own_article = revision.worded_by and revision.number == 1
            did = (
                "viết bài này: cần người khác duyệt."
                if own_article
                else "đã sửa lời của bài: cần người duyệt."
            )
            found = (*found, Found("reworded", f"{ours} {did}"))
        before = article.state
        article.state = _state(article, revision, found)
        article.unchecked = False
        acts_at = clock_acts_at(subject, found)
        article.due_for_review = acts_at if acts_at and acts_at > now else None
        article.corrects = article.corrects or _corrected(article, revision)
        findings += [
            Finding(
                revision=revision, code=f.code, message=f.message, where=f.where, start=f.start, end=f.end
            )
            for f in found
        ]
        reviewed.append(Reviewed(article, revision, before, found))
    revisions = [r.revision for r in reviewed]
    Finding.objects.filter(revision__in=revisions).delete()
    write_new(findings)
    write_back(articles, ["state", "unchecked", "due_for_review", "corrects"])
    return reviewed


def _state(article: Article, revision: Revision, found: Sequence[Found]) -> str:
    marker = Marker(article.marker)
    if marker is Marker.WITHDRAWN or article.state == State.WITHDRAWN:
        return State.WITHDRAWN
    if article.stopped:
        return State.REVIEW if article.stopped == Stop.BULK else State.HELD
    if article.published_id == revision.id and marker is not Marker.PENDING:
        # These very words were approved; what the clock or the checks would say now comes too late.
        return State.APPROVED
    return str(decide(marker, found))


def _near(articles: Sequence[Article], now: datetime) -> dict[int, Near]:
    """For each current revision of a batch, the older article of the last weeks that it all but repeats."""
    revisions = [article.current for article in articles if article.current is not None]
    signatures = {revision.id: bands(_words(revision)) for revision in revisions}
    NearKey.objects.filter(revision__in=revisions).delete()
    write_new(NearKey(revision_id=r, band=b) for r, keys in signatures.items() for b in keys)
    sharing: dict[int, set[int]] = defaultdict(set)
    every = {band for keys in signatures.values() for band in keys}
    for band, revision_id in NearKey.objects.filter(band__in=every).values_list("band", "revision_id"):
        sharing[band].add(revision_id)
    candidates = {r: set().union(*(sharing[b] for b in keys)) - {r} for r, keys in signatures.items()}
    current = (
        Revision.objects.filter(
            id__in=set().union(*candidates.values()),
            article__current_id=F("id"),
            collected_at__gte=now - NEAR_WITHIN,
        )
        .select_related("article")
        .in_bulk()
    )
    found = {}
    for revision in revisions:
        others = [current[c] for c in candidates[revision.id] if c in current]
        older = [other for other in others if other.article_id < revision.article_id]
        scored = [(similarity(_words(revision), _words(other)), other) for other in older]
        score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if nearest is not None and score >= THRESHOLD:
            # What another agency's readers have not seen is not told to this one's.
            open_to_all = (
                nearest.article.published_id or nearest.article.source_id == revision.article.source_id
            )
            title = nearest.title if open_to_all else ""
            found[revision.id] = Near(article=nearest.article_id, title=title, similarity=score)
    return found


def _words(revision: Revision) -> str:
    return f"{revision.title}\n{revision.text}"


def _corrected(article: Article, revision: Revision) -> Article | None:
    if not revision.corrects:
        return None
    named = Q(guid=revision.corrects) | Q(link=revision.corrects)
    return Article.objects.filter(named, source_id=article.source_id).exclude(id=article.id).first()
