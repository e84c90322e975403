"""What a person does to an article: approve, hold, return, correct, withdraw; each act checked and audited.

`approve` freezes, routes, composes and enqueues in one transaction; the command line and the console come
through it, and a source's rule through the same `release`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from pipeline.amend import NothingToChange, reworded
from pipeline.audit import Act, record
from pipeline.bulletin.stock import spoilt
from pipeline.compose.own import own_words, worded
from pipeline.deliver.engine import real_now
from pipeline.deliver.standing import must_come_down, standing_of
from pipeline.models import (
    Acceptance,
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
from pipeline.people import rights_of
from pipeline.release import Release, kept_in_stock, rang, release, take_back, to_correct
from pipeline.review.checks import of_words, stored
from pipeline.review.checks.personal_data import Spot, private, spots, unanswered
from pipeline.review.workflow import Act as May
from pipeline.review.workflow import Coded, approvers_missing
from pipeline.run import review, stop_unsent


class NotAllowed(Exception):
    """An act that this person, or this state, does not allow; `str()` says why, in plain Vietnamese."""


@dataclass(frozen=True)
class Approved:
    """What an approval came to: how many more must say yes, and which posts were made."""

    missing: int = 0
    channels: tuple[str, ...] = ()
    paused: frozenset[str] = frozenset()
    """Those of `channels` where nothing moves before somebody resumes them."""
    urgent: tuple[str, ...] = ()
    """What only a word to the station can still change, in Vietnamese."""


def approve(
    office: Office, article_id: int, user: User, *, emergency: bool = False, reason: str = ""
) -> Approved:
    """A person's yes to the revision that is current now, checked first. Raises `NotAllowed`.

    Where readers have an earlier wording this is a correction: `reason` is what they are told. Nobody lets
    out an article of their own making; once readers have it, an approver may correct it, also its maker.
    """
    with transaction.atomic():
        article = _reviewed(office, article_id, user, May.APPROVE)
        revision = current(article)
        if article.published is None and user.username in makers([article])[article.id]:
            raise NotAllowed(f"Bài {article_id} do chính anh chị viết: cần người khác duyệt.")
        own = list(own_words([revision.id]).values())
        said = [stored(each, article.marker) for each in (revision, *(worded(revision, o) for o in own))]
        contacts = office.schedule.office.public_contacts
        found: list[Coded] = list(Finding.objects.filter(revision=revision))
        found += (one for each in said[1:] for one in of_words(each, contacts))
        if article.state == State.APPROVED and article.published_id == revision.id:
            if not emergency:
                raise NotAllowed(f"Bài {article_id} đã được duyệt.")
            return _grant_emergency(office, article, revision, user)
        _approvable(article, found)
        _answered(article, revision, chain.from_iterable(spots(each, contacts) for each in said))
        if to_correct(office, revision, standing_of([article]).get(article.id, {})):
            reason = reason or _reason_given(revision)
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
            record(Act(user.username, "approve", subject(article), after={"missing": missing}, note=reason))
            return Approved(missing)
        granted = emergency or any(a.emergency for a in approvals)
        record(*_let_out(office, Release(article, revision, user.username, granted, reason)))
    return _released(office, revision)


def _reason_given(revision: Revision) -> str:
    """What readers are told of this wording: the reason of whoever first gave one."""
    given = Approval.objects.filter(revision=revision).exclude(reason="").order_by("at").first()
    return given.reason if given else ""


def _let_out(office: Office, each: Release) -> list[Act]:
    """Release it, or raise `NotAllowed` where a channel cannot carry it."""
    acts = release(office, [each])
    if each.article.state != State.APPROVED:
        problem = Finding.objects.filter(revision=each.revision, code="compose").latest("id")
        raise NotAllowed(problem.message)
    return acts


def _released(office: Office, revision: Revision) -> Approved:
    channels = _channels(Delivery.objects.filter(revision=revision).exclude(state=DeliveryState.SUPERSEDED))
    return Approved(0, channels, _paused(channels), _to_be_aired(office, revision.article))


def _to_be_aired(office: Office, article: Article) -> tuple[str, ...]:
    """A sentence for each bulletin that is frozen, not aired yet, and has other words of this article, or has
    the one that it corrects."""
    rows = spoilt(office.now()).filter(article__in=(article.id, article.corrects_id))
    times = rows.values_list("article", "bulletin__airs_at", "bulletin__channel")
    zone = office.schedule.office.zone
    return tuple(
        f"{'Bài' if which == article.id else 'Bài được đính chính'} đang nằm trong bản tin "
        f"{airs_at.astimezone(zone):%H:%M ngày %d/%m/%Y} (kênh {channel}), chưa phát: báo ngay cho đài."
        for which, airs_at, channel in dict.fromkeys(times)
    )


def _channels(rows: QuerySet[Delivery]) -> tuple[str, ...]:
    return tuple(rows.values_list("channel", flat=True).distinct().order_by("channel"))


def _paused(channels: Sequence[str]) -> frozenset[str]:
    rows = ChannelState.objects.filter(channel__in=channels, paused=True)
    return frozenset(rows.values_list("channel", flat=True))


def _approvable(article: Article, found: Iterable[Coded]) -> None:
    codes = {f.code for f in found}
    if article.state == State.WITHDRAWN:
        raise NotAllowed(f"Bài {article.id} đã bị gỡ, không duyệt được.")
    if article.state == State.SKIPPED or codes & {"stale", "expired"}:
        raise NotAllowed(f"Bài {article.id} đã cũ hoặc hết hiệu lực, không đăng nữa.")
    if "not-approved" in codes:
        raise NotAllowed(f"Cơ quan nguồn chưa duyệt bài {article.id}; Loa chờ nguồn duyệt.")


def _answered(article: Article, revision: Revision, found: Iterable[Spot]) -> None:
    """What looks like a private person's data is masked, or somebody has answered for it."""
    accepted = set(revision.acceptances.values_list("words", flat=True))
    if open_still := unanswered(found, accepted):
        kinds = ", ".join(dict.fromkeys(spot.kind.name for spot in open_still))
        raise NotAllowed(
            f"Bài {article.id} còn {kinds}: che đi, hoặc xác nhận được phép công khai, rồi mới duyệt."
        )


def _grant_emergency(office: Office, article: Article, revision: Revision, user: User) -> Approved:
    """What has not begun is made again as an emergency; what has gone out stays as it is.

    A script that only waits for a bulletin is not out: it goes out now.
    """
    Approval.objects.update_or_create(
        revision=revision, user=user, rule="", defaults={"at": real_now(), "emergency": True}
    )
    note = _reason_given(revision)
    acts = _let_out(office, Release(article, revision, user.username, emergency=True, note=note))
    record(Act(user.username, "grant-emergency", subject(article)), *acts)
    done = _released(office, revision)
    kept = tuple(
        f"Bản đọc đính chính đã nằm trong kho tin (kênh {channel}), không thành tin khẩn cấp được nữa: "
        "báo ngay cho đài."
        for channel in kept_in_stock(office, revision)
    )
    return replace(done, urgent=(*kept, *done.urgent))


def makers(articles: Collection[Article]) -> dict[int, frozenset[str]]:
    """For each of these those of the office who wrote it, by name; nobody where a feed brought it."""
    written = Revision.objects.filter(article__in=articles, number=1).exclude(worded_by="")
    rows = written.values_list("article_id", "worded_by", "article__draft__writers")
    found = {article: frozenset([first, *(writers or ())]) for article, first, writers in rows}
    return {article.id: found.get(article.id, frozenset()) for article in articles}


def hold(office: Office, article_id: int, user: User, reason: str) -> tuple[str, ...]:
    """Keep an article back until somebody approves it; what has not begun to go out is stopped.

    Returns what only a word to the station can still change, in Vietnamese.
    """
    return _stop(office, article_id, user, May.HOLD, Stop.ON_HOLD, reason)


def give_back(office: Office, article_id: int, user: User, reason: str) -> tuple[str, ...]:
    """Return an article to its agency for changes; its next revision is reviewed afresh.

    Returns what only a word to the station can still change, in Vietnamese.
    """
    return _stop(office, article_id, user, May.RETURN, Stop.RETURNED, reason)


def _stop(office: Office, article_id: int, user: User, act: May, stop: Stop, reason: str) -> tuple[str, ...]:
    with transaction.atomic():
        article = locked(office, article_id, user, act)
        needs_reason(reason)
        if article.state == State.WITHDRAWN:
            raise NotAllowed(f"Bài {article_id} đã bị gỡ.")
        before = {"state": article.state}
        article.state, article.stopped, article.stopped_because = State.HELD, stop, reason
        article.save(update_fields=["state", "stopped", "stopped_because"])
        # Who said yes before the stop has not said yes to what comes after it; the audit log keeps both.
        Approval.objects.filter(revision=article.current, user__isnull=False).delete()
        stop_unsent(article)
        record(Act(user.username, act, subject(article), before, {"state": article.state}, reason))
    return _to_be_aired(office, article)


def correct(
    office: Office, article_id: int, user: User, changes: Sequence[tuple[str, str]], reason: str
) -> Approved:
    """An officer's own correction of what was published: (wrong words, right words) in title, lead and text.

    A new wording that is checked like every other and goes to every channel that carried the old one.
    Raises `NotAllowed`.
    """
    with transaction.atomic():
        article = _reviewed(office, article_id, user, May.CORRECT)
        _needs_public_reason(office, reason)
        if article.published is None or not correctable(article):
            raise NotAllowed(f"Bài {article_id} chưa đăng, hoặc đang chờ duyệt bản khác: hãy xem bài trước.")
        for _, right in changes:
            must_be_public(office, right, "chữ đúng")
        try:
            revision = reworded(article.published, changes, user.username, office.now())
        except NothingToChange as problem:
            raise NotAllowed(str(problem)) from None
        revision.number = 1 + current(article).number
        revision.save()
        keep_answers(article.published, revision)
        article.current, article.unchecked = revision, True
        article.stopped, article.stopped_because = "", ""
        article.save(update_fields=["current", "unchecked", "stopped", "stopped_because"])
        after = {"revision": revision.number, "changes": [list(change) for change in changes]}
        record(Act(user.username, "correct", subject(article), after=after, note=reason))
        return approve(office, article_id, user, emergency=rang(article), reason=reason)


def keep_answers(read: Revision, reworded: Revision) -> None:
    """What somebody answered for in one wording is answered for in an officer's rewording of it."""
    Acceptance.objects.bulk_create(
        Acceptance(
            revision=reworded,
            words=given.words,
            user_id=given.user_id,
            reason=given.reason,
            at=given.at,
            digest=given.digest,
        )
        for given in read.acceptances.all()
    )


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
    urgent: tuple[str, ...] = ()
    """What only a word to the station can still change, in Vietnamese."""


def withdraw(office: Office, article_id: int, user: User, reason: str) -> TakenBack:
    """Take an article back from every channel that carried it; `reason` is what readers are told.

    What was never published is given up: it waits for nobody any more, and no reader is told anything.
    """
    with transaction.atomic():
        article = locked(office, article_id, user, May.WITHDRAW)
        if article.published_id is None:
            needs_reason(reason)
        else:
            _needs_public_reason(office, reason)
        if article.state == State.WITHDRAWN:
            raise NotAllowed(f"Bài {article_id} đã bị gỡ: {article.withdrawn_because or 'nguồn gỡ'}.")
        before = {"state": article.state}
        article.state = State.WITHDRAWN
        article.save(update_fields=["state"])
        acts = take_back(office, article, reason)
        left = tuple(must_come_down(office.pulled).filter(article=article))
        after = {"state": article.state, "must_come_down": [row.id for row in left]}
        record(Act(user.username, "withdraw", subject(article), before, after, reason), *acts)
        rows = Delivery.objects.filter(article=article, errand=Errand.WITHDRAW, state=DeliveryState.QUEUED)
        channels = _channels(rows)
    return TakenBack(channels, left, _paused(channels), _to_be_aired(office, article))


def must(user: User, act: May, agency: str = "") -> None:
    """Raise `NotAllowed` unless this person may do this for the agency; empty: for the whole office."""
    if not rights_of(user).may(act, agency):
        raise NotAllowed(f"Tài khoản {user.username} không có quyền làm việc này: hãy nhờ người có quyền.")


def _needs_public_reason(office: Office, reason: str, why: str = "Cần ghi lý do.") -> None:
    """Readers will see it, and no check of the article's words looks at it."""
    needs_reason(reason, why)
    must_be_public(office, reason, "lý do này")


def must_be_public(office: Office, words: str, what: str) -> None:
    if kind := private(words, office.schedule.office.public_contacts):
        raise NotAllowed(f"Bạn đọc sẽ thấy {what}, mà trong đó có {kind}: hãy bỏ đi.")


def needs_reason(reason: str, why: str = "Cần ghi lý do.") -> None:
    if not reason.strip():
        raise NotAllowed(why)


def _reviewed(office: Office, article_id: int, user: User, act: May) -> Article:
    """Locked for this act, with all that the checks say of it."""
    if locked(office, article_id, user, act).unchecked:
        review(office, [article_id])
    return locked(office, article_id, user, act)


def locked(office: Office, article_id: int, user: User, act: May) -> Article:
    article = Article.objects.select_for_update().filter(id=article_id).first()
    if article is None:
        raise NotAllowed(f"Không có bài số {article_id}.")
    must(user, act, office.schedule.agency_of(article.source_id))
    return article


def current(article: Article) -> Revision:
    if article.current is None:
        raise NotAllowed(f"Bài {article.id} chưa có nội dung.")
    return article.current


def subject(article: Article) -> str:
    return f"article:{article.id}"
