"""What a yes sets in motion, and what a withdrawal does: routed, composed, frozen and enqueued."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q

from channels.base import Channel, Priority
from channels.radio.channel import RadioChannel
from pipeline.audit import Act
from pipeline.compose.own import Own, own_words
from pipeline.compose.posts import (
    Composed,
    Uncomposable,
    all_composed,
    compose,
    notice,
    taken_back,
    with_pages,
)
from pipeline.compose.sandbox import environment
from pipeline.deliver import outbox
from pipeline.deliver.standing import Standing, standing_of
from pipeline.models import (
    BEGUN,
    Approval,
    Article,
    Delivery,
    DeliveryState,
    Errand,
    Finding,
    Revision,
    State,
)
from pipeline.office import Office
from pipeline.route.decide import RANK, Facts, Post, decide, follow_up
from pipeline.rows import write_back


@dataclass(frozen=True)
class Release:
    """One revision to let out, on whose word (a user's name, or `rule:SOURCE`) and as what."""

    article: Article
    revision: Revision
    who: str
    emergency: bool = False
    note: str = ""


def release(office: Office, releases: Sequence[Release]) -> list[Act]:
    """Enqueue these; what cannot be composed goes to a person. Call it in the transaction that approves.

    Where an earlier wording is standing it is put right, whatever the routes say of the new one.
    """
    now = office.now()
    articles = [each.article for each in releases]
    outbox.supersede(*articles)
    outbox.replace([each.revision for each in releases])
    stands = standing_of(articles)
    pages = set(with_pages(articles))
    own = own_words(id for each in releases for id in (each.revision.id, each.article.published_id) if id)
    acts, frozen = [], []
    for each in releases:
        there = stands.get(each.article.id, {})
        corrected = to_correct(office, each.revision, there)
        raised = _only_in_stock(office, each, there) if each.emergency else {}
        posts = posts_of(
            office, each, {c: old for c, old in there.items() if c not in raised}, corrected, now
        )
        acts_on = {**raised, **corrected}
        targets = [office.channels[channel] for channel in posts]
        try:
            composed = all_composed(
                composed_for(
                    office,
                    each.article,
                    each.revision,
                    targets,
                    pages,
                    emergency=each.emergency,
                    standing={channel: old.parts for channel, old in corrected.items()},
                    reason=each.note,
                    own=own,
                )
            )
        except Uncomposable as problem:
            acts.append(_uncomposable(each, problem))
            continue
        if any(channel.kind == "portal" for channel in targets):
            pages.add(each.article.id)
        frozen.append(
            (
                each.revision,
                [_frozen(office, posts[c.channel], c, acts_on.get(c.channel)) for c in composed],
            )
        )
        acts.append(_approved(each, composed))
    outbox.enqueue_all(frozen, now)
    write_back(articles, ["state", "published", "stopped", "stopped_because"])
    return acts


def to_correct(office: Office, revision: Revision, there: Mapping[str, Standing]) -> Mapping[str, Standing]:
    """The channels of ours that carry another wording of this revision's article."""
    return {
        channel: old
        for channel, old in there.items()
        if channel in office.channels and old.revision != revision.id
    }


def _only_in_stock(office: Office, each: Release, there: Mapping[str, Standing]) -> Mapping[str, Standing]:
    """The radio channels where these words of an emergency are a script for a bulletin and no more.

    The ledger does not change what was sent: the script that goes out at once is a row of its own, which
    takes the place of that file as a correction's does.
    """
    rows = Delivery.objects.filter(revision=each.revision, channel__in=there)
    out = set(rows.filter(_loud()).values_list("channel", flat=True))
    found = {}
    for channel, old in there.items():
        ours = office.channels.get(channel)
        if isinstance(ours, RadioChannel) and ours.bulletins and old.revision == each.revision.id:
            found.update({} if channel in out else {channel: old})
    return found


def kept_in_stock(office: Office, revision: Revision) -> tuple[str, ...]:
    """The radio channels where a correction with these words lies in stock: no later grant brings it out."""
    made = Delivery.objects.filter(revision=revision, errand=Errand.CORRECT)
    quiet = made.exclude(_loud()).exclude(state=DeliveryState.SUPERSEDED)
    names = set(quiet.values_list("channel", flat=True))
    ours = {name: office.channels.get(name) for name in sorted(names)}
    return tuple(name for name, each in ours.items() if isinstance(each, RadioChannel) and each.bulletins)


def rang(article: Article) -> bool:
    """Whether it is an emergency, or went out as one: a hold takes back only the approval."""
    if Approval.objects.filter(revision__article=article, emergency=True).exists():
        return True
    out = Q(state__in=BEGUN) | Q(sent_at__isnull=False)
    return Delivery.objects.filter(_loud(), out, article=article).exclude(errand=Errand.WITHDRAW).exists()


def _loud() -> Q:
    """An emergency's delivery. Every correction has its rank, so there only a script can tell."""
    posted = Q(errand=Errand.POST, priority=RANK[Priority.EMERGENCY])
    return posted | Q(content__script__level=Priority.EMERGENCY)


def posts_of(
    office: Office,
    each: Release,
    there: Mapping[str, Standing],
    corrected: Collection[str],
    now: datetime,
) -> dict[str, Post]:
    """When it goes where; to a channel that has these very words already it goes no more."""
    posts = {
        post.channel: post
        for post in routed(office, each.article, each.revision, now, emergency=each.emergency)
        if post.channel not in there
    }
    settings = office.schedule.office
    start = max(now, each.revision.embargo or now)
    return posts | {c: follow_up(office.channels[c], settings, start) for c in corrected}


def take_back(office: Office, article: Article, reason: str) -> list[Act]:
    """Stop all of a withdrawn article, and enqueue what takes it back where it stands.

    Call it in the transaction that withdraws. A channel for which no notice can be composed is left to a
    person; see `must_come_down`.
    """
    now = office.now()
    article.withdrawn_at, article.withdrawn_because = now, reason
    article.save(update_fields=["withdrawn_at", "withdrawn_because"])
    pages = with_pages([article])
    outbox.withdraw(article, office.pulled)
    # Asked only now: what the queue had, but may be there already, has just become a doubt.
    there = standing_of([article]).get(article.id, {})
    shown = article.published or article.current
    reached = [(office.channels[c], old) for c, old in there.items() if c in office.channels]
    if shown is None or not reached:
        return []
    agency = agency_of(office, article.source_id)
    settings = office.schedule.office
    urgent = rang(article)
    said = notice(
        shown,
        reason=reason,
        agency=agency,
        office=settings,
        priority=_facts(article, shown, emergency=urgent).granted,
        pages=pages,
        now=now,
    )
    posts, acts = [], []
    for channel, old in reached:
        try:
            parts = taken_back(said, channel, old.parts, environment(settings.templates))
        except Uncomposable as problem:
            acts.append(Act("loa", "by-hand", f"article:{article.id}", after={"problem": str(problem)}))
            continue
        post = follow_up(channel, settings, now)
        posts.append(_frozen(office, post, Composed(channel.id, parts, None), old, Errand.WITHDRAW))
    outbox.enqueue(shown, posts, now)
    return acts


def routed(
    office: Office, article: Article, revision: Revision, now: datetime, *, emergency: bool
) -> tuple[Post, ...]:
    """Which channels this revision goes to, and when."""
    return decide(
        _facts(article, revision, emergency=emergency),
        office.schedule.routes,
        list(office.channels.values()),
        office.schedule.office,
        now,
    )


def composed_for(
    office: Office,
    article: Article,
    revision: Revision,
    targets: Sequence[Channel],
    pages: Collection[int],
    *,
    emergency: bool,
    standing: Mapping[str, int] = MappingProxyType({}),
    reason: str = "",
    own: Own,
) -> tuple[Composed | Uncomposable, ...]:
    """What these channels would carry of a revision now, or why one cannot."""
    revision.article = article
    return compose(
        revision,
        targets,
        agency=agency_of(office, article.source_id),
        office=office.schedule.office,
        env=environment(office.schedule.office.templates),
        priority=_facts(article, revision, emergency=emergency).granted,
        pages=pages,
        now=office.now(),
        standing=standing,
        reason=reason,
        own=own,
    )


def agency_of(office: Office, source: str) -> str:
    """The name of the agency behind a source, also of one that is no longer configured."""
    return next((s.agency for s in office.schedule.sources if s.id == source), source)


def _facts(article: Article, revision: Revision, *, emergency: bool) -> Facts:
    return Facts(
        source=article.source_id,
        topic=revision.topic,
        kind=revision.kind,
        priority=Priority(revision.priority),
        embargo=revision.embargo,
        expires=revision.expires,
        emergency=emergency,
    )


def _frozen(
    office: Office,
    post: Post,
    composed: Composed,
    old: Standing | None,
    errand: Errand = Errand.CORRECT,
) -> outbox.Post:
    """`old`: what a correction, or a withdrawal, acts on; it stays with the target that has it."""
    return outbox.Post(
        channel=post.channel,
        target=old.target if old else office.channels[post.channel].target,
        parts=composed.parts,
        due_at=post.due_at,
        closes_at=post.closes_at,
        expires_at=post.expires_at,
        rank=post.rank,
        waits_for=composed.waits_for,
        errand=errand if old else Errand.POST,
        unsettled=old.unsettled if old else {},
    )


def _approved(each: Release, composed: Sequence[Composed]) -> Act:
    article, revision = each.article, each.revision
    before = {"state": article.state}
    article.state, article.published = State.APPROVED, revision
    article.stopped, article.stopped_because = "", ""
    after = {
        "state": State.APPROVED,
        "revision": revision.number,
        "content": revision.content_hash,
        "posts": {c.channel: [outbox.digest(part) for part in c.parts] for c in composed},
    }
    return Act(each.who, "approve", f"article:{article.id}", before, after, each.note)


def _uncomposable(each: Release, problem: Uncomposable) -> Act:
    message = f"Không soạn được cho kênh {problem}"
    Finding.objects.create(revision=each.revision, code="compose", message=message)
    each.article.state = State.REVIEW
    after = {"state": State.REVIEW, "problem": str(problem)}
    return Act("loa", "review", f"article:{each.article.id}", after=after)
