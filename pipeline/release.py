"""What a yes sets in motion: approved revisions are routed, composed, frozen and enqueued, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.base import Channel, Priority
from pipeline.audit import Act
from pipeline.compose.posts import Composed, Uncomposable, compose, with_pages
from pipeline.compose.sandbox import environment
from pipeline.deliver import outbox
from pipeline.models import Article, Finding, Revision, State
from pipeline.office import Office
from pipeline.route.decide import Facts, Post, decide
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
    """Enqueue these; what cannot be composed goes to a person. Call it in the transaction that approves."""
    now = office.now()
    articles = [each.article for each in releases]
    outbox.supersede(*articles)
    reached = outbox.reached(articles)
    pages = set(with_pages(articles))
    acts, frozen = [], []
    for each in releases:
        posts = {
            post.channel: post
            for post in routed(office, each.article, each.revision, now, emergency=each.emergency)
            if office.channels[post.channel].pulled or post.channel not in reached.get(each.article.id, ())
        }
        targets = [office.channels[channel] for channel in posts]
        try:
            composed = composed_for(
                office, each.article, each.revision, targets, pages, emergency=each.emergency
            )
        except Uncomposable as problem:
            acts.append(_uncomposable(each, problem))
            continue
        if any(channel.kind == "portal" for channel in targets):
            pages.add(each.article.id)
        frozen.append((each.revision, [_frozen(office, posts[c.channel], c) for c in composed]))
        acts.append(_approved(each, composed))
    outbox.enqueue_all(frozen, now)
    write_back(articles, ["state", "published", "stopped", "stopped_because"])
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
) -> tuple[Composed, ...]:
    """What these channels would carry of a revision now. Raises `Uncomposable`."""
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


def _frozen(office: Office, post: Post, composed: Composed) -> outbox.Post:
    return outbox.Post(
        channel=post.channel,
        target=office.channels[post.channel].target,
        parts=composed.parts,
        due_at=post.due_at,
        closes_at=post.closes_at,
        expires_at=post.expires_at,
        rank=post.rank,
        waits_for=composed.waits_for,
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
        "posts": {c.channel: [outbox.digest(part.content) for part in c.parts] for c in composed},
    }
    return Act(each.who, "approve", f"article:{article.id}", before, after, each.note)


def _uncomposable(each: Release, problem: Uncomposable) -> Act:
    message = f"Không soạn được cho kênh {problem}"
    Finding.objects.create(revision=each.revision, code="compose", message=message)
    each.article.state = State.REVIEW
    after = {"state": State.REVIEW, "problem": str(problem)}
    return Act("loa", "review", f"article:{each.article.id}", after=after)
