"""The order of the stages, and every act on an article: the only place that knows both.

`approve` alone freezes, routes, composes and enqueues, in one transaction; a source's rule, the command
line and the console all come through it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction

from channels.base import Part, Priority
from pipeline.amend import NothingToChange, reworded
from pipeline.audit import Act, record, write_head
from pipeline.collect.stage import Collected, Read, Tools, met, read, store
from pipeline.compose.posts import with_pages
from pipeline.deliver import cluster, outbox
from pipeline.deliver.ask import ask
from pipeline.deliver.engine import Engine, real_now
from pipeline.deliver.presence import is_dead
from pipeline.deliver.standing import must_come_down, standing_of
from pipeline.models import (
    Approval,
    Article,
    ChannelState,
    Delivery,
    DeliveryState,
    Errand,
    Finding,
    Revision,
    State,
    Stop,
)
from pipeline.office import Office
from pipeline.release import Release, composed_for, release, routed, take_back, to_correct
from pipeline.review import stage as reviewing
from pipeline.review.checks.personal_data import private
from pipeline.review.workflow import Act as May
from pipeline.review.workflow import approvers_missing, may
from pipeline.route.decide import RANK, Post, follow_up
from pipeline.rows import write_new
from pipeline.schedule import SourceSettings

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, of)`, told as the work goes on."""


def silent(_stage: str, _done: int, _of: int) -> None:
    """Tell nobody."""


class NotAllowed(Exception):
    """An act that this person, or this state, does not allow; `str()` says why, in plain Vietnamese."""


@dataclass(frozen=True)
class Approved:
    """What an approval came to: how many more must say yes, and which posts were made."""

    missing: int = 0
    channels: tuple[str, ...] = ()


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
                _advance(office, batch)
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
            _advance(office, [article])
    except OperationalError:
        raise
    except Exception as error:
        log.exception("article %d cannot be reviewed", article)
        with transaction.atomic():
            row = _locked(article)
            row.state, row.unchecked, row.due_for_review = State.REVIEW, False, None
            row.save(update_fields=["state", "unchecked", "due_for_review"])
            message = f"Loa không xử lý được bài này ({type(error).__name__}); nhật ký máy chủ ghi chi tiết."
            Finding.objects.create(revision=_current(row), code="compose", message=message)
            _stop_unsent(row)
            record(Act("loa", "review", _subject(row), after={"state": State.REVIEW, "problem": message}))


def _advance(office: Office, ids: Sequence[int]) -> None:
    rules = {source.id: source for source in office.schedule.sources}
    articles = list(
        Article.objects.filter(id__in=ids).select_for_update(of=("self",)).select_related("current")
    )
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
            because = article.withdrawn_because
            if not because or private(because, office.schedule.office.public_contacts):
                because = "Cơ quan cung cấp đã gỡ bài."
            acts += take_back(office, article, because)
            source = f"source:{article.source_id}"
            acts.append(Act(source, "withdraw", _subject(article), after=after, note=because))
        elif article.state == State.APPROVED and article.published_id != result.revision.id:
            releases.append(Release(article, result.revision, f"rule:{article.source_id}"))
        elif article.state != State.APPROVED:
            stopped.append(article)
            acts.append(Act("loa", "review", _subject(article), {"state": result.before}, after))
    _stop_unsent(*stopped)
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


def _stop_unsent(*articles: Article) -> None:
    """Stop what has not begun; an article of which nothing went out is not published at all."""
    outbox.supersede(*articles)
    reached = standing_of(articles)
    unpublished = [each.id for each in articles if each.published_id and each.id not in reached]
    Article.objects.filter(id__in=unpublished).update(published=None)


def _retime(office: Office) -> None:
    """What an outage carried past its window waits for the next one."""
    now = office.now()
    moved = []
    for row in outbox.late(now).select_related("article", "revision"):
        post = next_time(office, row, now)
        if post is None:
            outbox.drop(row, "Không còn tuyến nào trong cấu hình đưa bài này đến kênh.")
        else:
            moved.append((row, post.due_at, post.closes_at))
    outbox.retime(moved)


def take_over(office: Office) -> None:
    """Give back what dead workers had in hand, and forget the wakes that nobody took: a drain comes next."""
    outbox.sweep(office.channels, partial(is_dead, office.data / "workers"), real_now())
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
    waiting = outbox.due(office.now(), real_now()).count()
    done = 0

    def tell(finished: int) -> None:
        nonlocal done
        done += finished
        progress("deliver", done, max(done, waiting))

    tries = Engine(office.channels, owner, office.now, progress=tell).drain()
    ask(office.channels, office.now(), real_now())
    return tries


def preview(office: Office, article: Article, revision: Revision, channel: str) -> tuple[Part, ...]:
    """What one channel would carry of a revision now, beside the others. Raises `Uncomposable`."""
    posts = routed(office, article, revision, office.now(), emergency=False)
    targets = [office.channels[name] for name in dict.fromkeys([*(post.channel for post in posts), channel])]
    corrected = to_correct(office, revision, standing_of([article]).get(article.id, {}))
    composed = composed_for(
        office,
        article,
        revision,
        targets,
        with_pages([article]),
        emergency=False,
        standing={name: old.parts for name, old in corrected.items()},
        reason="(lý do đính chính)",
    )
    return next(each.parts for each in composed if each.channel == channel)


def approve(
    office: Office, article_id: int, user: User, *, emergency: bool = False, reason: str = ""
) -> Approved:
    """A person's yes to the revision that is current now, checked first. Raises `NotAllowed`.

    Where readers have an earlier wording this is a correction: `reason` is what they are told.
    """
    must(user, May.APPROVE)
    with transaction.atomic():
        if _locked(article_id).unchecked:
            _advance(office, [article_id])
        article = _locked(article_id)
        revision = _current(article)
        found = list(Finding.objects.filter(revision=revision))
        if article.state == State.APPROVED and article.published_id == revision.id:
            if not emergency:
                raise NotAllowed(f"Bài {article_id} đã được duyệt.")
            return _grant_emergency(office, article, revision, user)
        _approvable(article, found)
        if to_correct(office, revision, standing_of([article]).get(article.id, {})):
            given = Approval.objects.filter(revision=revision).exclude(reason="").order_by("at").first()
            reason = reason or (given.reason if given else "")
            why = "Bạn đọc đã nhận bản trước của bài này: cần ghi lý do đính chính."
            _needs_public_reason(office, reason, why)
        asked: dict[str, Any] = {"emergency": True} if emergency else {}
        asked |= {"reason": reason} if reason else {}
        Approval.objects.update_or_create(
            revision=revision, user=user, rule="", defaults=asked, create_defaults={"at": real_now(), **asked}
        )
        approvals = Approval.objects.filter(revision=revision, user__isnull=False)
        missing = approvers_missing(found, {a.user_id for a in approvals if a.user_id})
        if missing:
            record(Act(user.username, "approve", _subject(article), after={"missing": missing}, note=reason))
            return Approved(missing)
        granted = emergency or any(a.emergency for a in approvals)
        record(*release(office, [Release(article, revision, user.username, granted, reason)]))
        if article.state != State.APPROVED:
            raise NotAllowed(Finding.objects.filter(revision=revision, code="compose").latest("id").message)
    return Approved(0, _channels_of(revision))


def _channels_of(revision: Revision) -> tuple[str, ...]:
    rows = Delivery.objects.filter(revision=revision).exclude(state=DeliveryState.SUPERSEDED)
    return tuple(rows.values_list("channel", flat=True).distinct().order_by("channel"))


def _approvable(article: Article, found: Iterable[Finding]) -> None:
    codes = {f.code for f in found}
    if article.state == State.WITHDRAWN:
        raise NotAllowed(f"Bài {article.id} đã bị gỡ, không duyệt được.")
    if article.state == State.SKIPPED or codes & {"stale", "expired"}:
        raise NotAllowed(f"Bài {article.id} đã cũ hoặc hết hiệu lực, không đăng nữa.")
    if "not-approved" in codes:
        raise NotAllowed(f"Cơ quan nguồn chưa duyệt bài {article.id}; Loa chờ nguồn duyệt.")


def _grant_emergency(office: Office, article: Article, revision: Revision, user: User) -> Approved:
    """What has not begun is made again as an emergency; what has gone out stays as it is."""
    Approval.objects.update_or_create(
        revision=revision, user=user, rule="", defaults={"at": real_now(), "emergency": True}
    )
    given = Approval.objects.filter(revision=revision).exclude(reason="").order_by("at").first()
    note = given.reason if given else ""
    acts = release(office, [Release(article, revision, user.username, emergency=True, note=note)])
    record(Act(user.username, "grant-emergency", _subject(article)), *acts)
    return Approved(0, _channels_of(revision))


def hold(article_id: int, user: User, reason: str) -> None:
    """Keep an article back until somebody approves it; what has not begun to go out is stopped."""
    _stop(article_id, user, May.HOLD, Stop.ON_HOLD, reason)


def give_back(article_id: int, user: User, reason: str) -> None:
    """Return an article to its agency for changes; its next revision is reviewed afresh."""
    _stop(article_id, user, May.RETURN, Stop.RETURNED, reason)


def _stop(article_id: int, user: User, act: May, stop: Stop, reason: str) -> None:
    must(user, act)
    _needs_reason(reason)
    with transaction.atomic():
        article = _locked(article_id)
        if article.state == State.WITHDRAWN:
            raise NotAllowed(f"Bài {article_id} đã bị gỡ.")
        before = {"state": article.state}
        article.state, article.stopped, article.stopped_because = State.HELD, stop, reason
        article.save(update_fields=["state", "stopped", "stopped_because"])
        # Who said yes before the stop has not said yes to what comes after it; the audit log keeps both.
        Approval.objects.filter(revision=article.current, user__isnull=False).delete()
        _stop_unsent(article)
        record(Act(user.username, act, _subject(article), before, {"state": article.state}, reason))


def correct(
    office: Office, article_id: int, user: User, changes: Sequence[tuple[str, str]], reason: str
) -> Approved:
    """An officer's own correction of what was published: (wrong words, right words) in title, lead and text.

    A new wording that is checked like every other and goes to every channel that carried the old one.
    Raises `NotAllowed`.
    """
    must(user, May.CORRECT)
    _needs_public_reason(office, reason)
    with transaction.atomic():
        if _locked(article_id).unchecked:
            _advance(office, [article_id])
        article = _locked(article_id)
        if article.published is None or not correctable(article):
            raise NotAllowed(f"Bài {article_id} chưa đăng, hoặc đang chờ duyệt bản khác: hãy xem bài trước.")
        for _, right in changes:
            _must_be_public(office, right, "chữ đúng")
        try:
            revision = reworded(article.published, changes, user.username, office.now())
        except NothingToChange as problem:
            raise NotAllowed(str(problem)) from None
        revision.number = 1 + _current(article).number
        revision.save()
        article.current, article.unchecked = revision, True
        article.stopped, article.stopped_because = "", ""
        article.save(update_fields=["current", "unchecked", "stopped", "stopped_because"])
        after = {"revision": revision.number, "changes": [list(change) for change in changes]}
        record(Act(user.username, "correct", _subject(article), after=after, note=reason))
        urgent = article.published.approvals.filter(emergency=True).exists()
        return approve(office, article_id, user, emergency=urgent, reason=reason)


def correctable(article: Article) -> bool:
    """Published, and no other words of it wait for a look; a declined proposal has been looked at."""
    declined = article.state == State.HELD and article.stopped in (Stop.ON_HOLD, Stop.RETURNED)
    return article.published_id is not None and (article.state == State.APPROVED or declined)


@dataclass(frozen=True)
class TakenBack:
    """Where a withdrawal is on its way, and what only a person can take down where it stands."""

    channels: tuple[str, ...]
    by_hand: tuple[Delivery, ...]
    paused: frozenset[str] = frozenset()
    """Those of `channels` where nothing moves before somebody resumes them."""


def withdraw(office: Office, article_id: int, user: User, reason: str) -> TakenBack:
    """Take an article back from every channel that carried it; `reason` is what readers are told."""
    must(user, May.WITHDRAW)
    _needs_public_reason(office, reason)
    with transaction.atomic():
        article = _locked(article_id)
        if article.state == State.WITHDRAWN:
            raise NotAllowed(f"Bài {article_id} đã bị gỡ: {article.withdrawn_because or 'nguồn gỡ'}.")
        before = {"state": article.state}
        article.state, article.withdrawn_because = State.WITHDRAWN, reason
        article.save(update_fields=["state", "withdrawn_because"])
        acts = take_back(office, article, reason)
        left = tuple(must_come_down(office.pulled).filter(article=article))
        after = {"state": article.state, "must_come_down": [row.id for row in left]}
        record(Act(user.username, "withdraw", _subject(article), before, after, reason), *acts)
        rows = Delivery.objects.filter(article=article, errand=Errand.WITHDRAW, state=DeliveryState.QUEUED)
        channels = tuple(rows.values_list("channel", flat=True).distinct().order_by("channel"))
        paused = ChannelState.objects.filter(channel__in=channels, paused=True)
    return TakenBack(channels, left, frozenset(paused.values_list("channel", flat=True)))


def admit(source: str, user: User) -> int:
    """The one yes that a flood of new items from one source waits for; returns how many it lets in."""
    must(user, May.ADMIT)
    with transaction.atomic():
        rows = Article.objects.filter(source=source, stopped=Stop.BULK)
        let_in = rows.update(stopped="", unchecked=True)
        record(Act(user.username, "admit", f"source:{source}", after={"articles": let_in}))
    return let_in


def must(user: User, act: May) -> None:
    """Raise `NotAllowed` unless one of the user's roles may do this."""
    roles = set(user.groups.values_list("name", flat=True))
    if not user.is_active or not may(roles, act):
        raise NotAllowed(f"Tài khoản {user.username} không có quyền làm việc này ({act}).")


def _needs_public_reason(office: Office, reason: str, why: str = "Cần ghi lý do.") -> None:
    """Readers will see it, and no check of the article's words looks at it."""
    _needs_reason(reason, why)
    _must_be_public(office, reason, "lý do này")


def _must_be_public(office: Office, words: str, what: str) -> None:
    if kind := private(words, office.schedule.office.public_contacts):
        raise NotAllowed(f"Bạn đọc sẽ thấy {what}, mà trong đó có {kind}: hãy bỏ đi.")


def _needs_reason(reason: str, why: str = "Cần ghi lý do.") -> None:
    if not reason.strip():
        raise NotAllowed(why)


def _locked(article_id: int) -> Article:
    article = Article.objects.select_for_update().filter(id=article_id).first()
    if article is None:
        raise NotAllowed(f"Không có bài số {article_id}.")
    return article


def _current(article: Article) -> Revision:
    if article.current is None:
        raise NotAllowed(f"Bài {article.id} chưa có nội dung.")
    return article.current


def _subject(article: Article) -> str:
    return f"article:{article.id}"
