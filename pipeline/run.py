"""The order of the stages: collect, review, approve by rule, deliver; what a person decides is in `acts`."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from urllib.parse import urlsplit

from django.db import OperationalError, connection, transaction
from django.db.models import prefetch_related_objects

from channels.base import Priority
from pipeline.audit import Act, record, write_head
from pipeline.bulletin.stage import Draft, made, make, radio
from pipeline.collect.stage import Collected, Read, Tools, met, read, store
from pipeline.deliver import cluster, outbox, upkeep
from pipeline.deliver.ask import ask
from pipeline.deliver.engine import Engine, real_now
from pipeline.deliver.presence import is_dead, presence
from pipeline.deliver.standing import standing_of
from pipeline.models import Approval, Article, Delivery, Errand, Finding, State
from pipeline.office import Office
from pipeline.release import Release, release, routed, take_back
from pipeline.review import stage as reviewing
from pipeline.review.checks.personal_data import private
from pipeline.route.decide import RANK, Post, follow_up
from pipeline.rows import write_new
from pipeline.schedule import RunSettings, SourceSettings

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, of)`, told as the work goes on."""


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""


def once(
    office: Office,
    tools: Tools,
    owner: str,
    *,
    sources: Collection[str] = (),
    progress: Progress = silent,
) -> list[Collected]:
    """Collect all (or these sources), review, approve by rule, deliver all that is due."""
    collected = collect_sources(office, tools, sources, progress)
    advance(office, progress)
    deliver(office, owner, progress=progress)
    write_head(office.data)
    return collected


def collect_sources(
    office: Office,
    tools: Tools,
    only: Collection[str] = (),
    progress: Progress = silent,
) -> list[Collected]:
    """Read sources, several hosts at a time and one connection a host; store them as they come in."""
    chosen = [s for s in office.schedule.sources if not only or s.id in only]
    rows = met(chosen)
    by_host: dict[str, list[SourceSettings]] = defaultdict(list)
    for settings in chosen:
        by_host[urlsplit(settings.url).netloc or settings.id].append(settings)
    came: SimpleQueue[Read | None] = SimpleQueue()

    def visit(host: Sequence[SourceSettings]) -> None:
        try:
            for settings in host:
                came.put(read(settings, rows[settings.id], tools, office.schedule.office.zone, office.now()))
        finally:
            came.put(None)
            connection.close()

    collected: list[Collected] = []
    with ThreadPoolExecutor(min(16, max(1, len(by_host))), thread_name_prefix="collect") as pool:
        visits = [pool.submit(visit, host) for host in by_host.values()]
        to_visit = len(visits)
        while to_visit:
            batch = [came.get()]
            while not came.empty():
                batch.append(came.get())
            to_visit -= batch.count(None)
            collected += store([each for each in batch if each is not None], tools.similarity)
            progress("collect", len(collected), len(chosen))
    for each in visits:
        each.result()
    return collected


def advance(office: Office, progress: Progress = silent) -> None:
    """Review what was collected and what the clock moves; approve what a source's rule approves."""
    done = 0
    while batch := reviewing.waiting(office.now()):
        try:
            with transaction.atomic():
                review(office, batch)
        except OperationalError:
            # A full disk, a database that is away: the fault of no article, and the next look tries again.
            raise
        except Exception:
            # One article must not keep the others back: each by itself, and that one to a person.
            log.exception("a batch of %d articles is reviewed one by one", len(batch))
            for article in batch:
                _advance_alone(office, article)
        done += len(batch)
        progress("review", done, done)
    _retime(office)


def _advance_alone(office: Office, article: int) -> None:
    try:
        with transaction.atomic():
            review(office, [article])
    except OperationalError:
        raise
    except Exception as error:
        log.exception("article %d cannot be reviewed", article)
        with transaction.atomic():
            row = Article.objects.select_for_update().get(id=article)
            row.state, row.unchecked, row.due_for_review = State.REVIEW, False, None
            row.save(update_fields=["state", "unchecked", "due_for_review"])
            message = f"Loa không xử lý được bài này ({type(error).__name__}); nhật ký máy chủ ghi chi tiết."
            if row.current is not None:
                Finding.objects.create(revision=row.current, code="compose", message=message)
            stop_unsent(row)
            record(
                Act("loa", "review", f"article:{row.id}", after={"state": State.REVIEW, "problem": message})
            )


def review(office: Office, ids: Sequence[int]) -> None:
    """Check these articles, stop what must not go out, release what a rule approves."""
    rules = {source.id: source for source in office.schedule.sources}
    # Locked before its wording is read: joined, PostgreSQL finds none where that changed during the wait.
    articles = list(Article.objects.filter(id__in=ids).select_for_update().order_by("id"))
    prefetch_related_objects(articles, "current")
    now = office.now()
    reviewed = reviewing.review(
        articles,
        dict(rules),
        public_contacts=office.schedule.office.public_contacts,
        zone=office.schedule.office.zone,
        now=now,
    )
    acts: list[Act] = []
    releases: list[Release] = []
    stopped: list[Article] = []
    for result in reviewed:
        article = result.article
        after = {"state": article.state, "reasons": [f.code for f in result.found]}
        if article.state == State.WITHDRAWN and result.before != State.WITHDRAWN:
            said = article.withdrawn_because
            tells = said and not private(said, office.schedule.office.public_contacts)
            because = f"Cơ quan cung cấp đã gỡ bài: {said}" if tells else "Cơ quan cung cấp đã gỡ bài."
            acts += take_back(office, article, because)
            source = f"source:{article.source_id}"
            acts.append(Act(source, "withdraw", f"article:{article.id}", after=after, note=because))
        elif article.state == State.APPROVED and article.published_id != result.revision.id:
            releases.append(Release(article, result.revision, f"rule:{article.source_id}"))
        elif article.state != State.APPROVED:
            stopped.append(article)
            acts.append(Act("loa", "review", f"article:{article.id}", {"state": result.before}, after))
    stop_unsent(*stopped)
    _approve_by_rule(releases, now)
    record(*acts, *release(office, releases))


def _approve_by_rule(releases: Sequence[Release], now: datetime) -> None:
    revisions = [each.revision for each in releases]
    approvals = Approval.objects.filter(revision__in=revisions, user=None)
    known = set(approvals.values_list("revision_id", "rule"))
    write_new(
        Approval(revision=each.revision, user=None, rule=each.who, at=now)
        for each in releases
        if (each.revision.id, each.who) not in known
    )


def stop_unsent(*articles: Article) -> None:
    """Stop what has not begun; an article of which nothing went out is not published at all."""
    outbox.supersede(*articles)
    reached = standing_of(articles)
    unpublished = [each.id for each in articles if each.published_id and each.id not in reached]
    Article.objects.filter(id__in=unpublished).update(published=None)


def _retime(office: Office) -> None:
    """What an outage carried past its window waits for the next one."""
    now = office.now()
    moved = []
    for row in upkeep.late(now).select_related("article", "revision"):
        post = next_time(office, row, now)
        if post is None:
            upkeep.drop(row, "Không còn tuyến nào trong cấu hình đưa bài này đến kênh.")
        else:
            moved.append((row, post.due_at, post.closes_at))
    upkeep.retime(moved)


def take_over(office: Office) -> None:
    """Give back what dead workers had in hand, and forget the wakes that nobody took: a drain comes next."""
    upkeep.sweep(office.channels, partial(is_dead, office.data / "workers"), real_now())
    cluster.answer()


def next_time(office: Office, row: Delivery, now: datetime) -> Post | None:
    """When a row may go, reckoned from `now` (business time); None where no route leads it there any more."""
    if row.errand != Errand.POST and row.channel in office.channels:
        return follow_up(office.channels[row.channel], office.schedule.office, now)
    emergency = row.priority == RANK[Priority.EMERGENCY]
    posts = routed(office, row.article, row.revision, now, emergency=emergency)
    return next((post for post in posts if post.channel == row.channel), None)


def deliver(
    office: Office,
    owner: str,
    *,
    progress: Progress = silent,
) -> int:
    """Take over what the dead left, send what is due, ask about doubts; returns the number of tries."""
    take_over(office)
    waiting = outbox.due(office.now(), real_now()).exclude(channel__in=office.by_hand).count()
    done = 0

    def tell(finished: int) -> None:
        nonlocal done
        done += finished
        progress("deliver", done, max(done, waiting))

    tries = Engine(office.channels, owner, office.now, progress=tell).drain()
    ask(office.channels, office.now(), real_now())
    return tries


def bulletin(office: Office, settings: RunSettings, airs_at: datetime) -> Draft:
    """Bring in what is approved for a run's radio channel, then make its bulletin of a broadcast (aware).

    Raises `NotMade`, OSError. Again is the same.
    """
    channel = radio(office, settings)
    if made(settings, airs_at) is None:
        advance(office)
        # A script waits for the page that it belongs to.
        needed = {name: each for name, each in office.channels.items() if each.pulled or each is channel}
        with presence(office.data / "workers") as owner:
            Engine(needed, owner, office.now).drain()
    return make(office, settings, airs_at)
