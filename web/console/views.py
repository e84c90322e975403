"""The console's pages; what they post is in acts.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from channels.base import Priority
from channels.portal import media_path
from channels.radio import audio
from pipeline import acts, office
from pipeline.deliver.standing import must_come_down, standing_of
from pipeline.deliver.values import part_of
from pipeline.models import Article, AuditEntry, Finding, Picture, Revision, State
from pipeline.preview import previews
from pipeline.release import to_correct
from pipeline.review.workflow import Act, approvers_missing, may
from web import names
from web.console import deeds, lists
from web.console.acts import person
from web.console.cards import cards
from web.console.lanes import lanes
from web.console.marks import changes, lines, marked

PAGE = 50
_OPEN = (State.REVIEW, State.HELD, State.APPROVED)
_UNSEEN = ("revision__body", "revision__text", "after__content", "after__otherwise")


@require_safe
@login_required
def morning(request: HttpRequest) -> HttpResponse:
    """What came in, what waits for a person, what is on its way, what is in trouble."""
    here = office.current()
    now = here.now()
    page = {
        "morning": lists.morning(now, [c.id for c in here.schedule.channels], here.pulled),
        "now": now,
        "rights": rights(request),
    }
    return render(request, "console/morning.html", frame() | page)


@require_safe
@login_required
def listing(request: HttpRequest, state: str) -> HttpResponse:
    """All articles in one state, the newest first."""
    if state not in names.STATES:
        raise Http404
    written = request.GET.get("trang", "1")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    start = max(number - 1, 0) * PAGE
    found = lists.articles(state, start, start + PAGE + 1)
    page = {"state": state, "articles": found[:PAGE], "page": max(number, 1), "more": len(found) > PAGE}
    return render(request, "console/list.html", frame() | page)


@require_safe
@login_required
def item(request: HttpRequest, article: int) -> HttpResponse:
    """One article: what was found in it and where, its revisions, its deliveries, what was done."""
    row = get_object_or_404(Article.objects.select_related("current", "published", "source"), id=article)
    revisions = list(row.revisions.defer("body").order_by("-number"))
    wanted = request.GET.get("ban")
    shown = next((r for r in revisions if str(r.number) == wanted), row.current)
    if shown is None:
        raise Http404
    corrects = corrected(row) if shown == row.current and row.state in (State.REVIEW, State.HELD) else ()
    earlier = row.published if corrects else next((r for r in revisions if r.number < shown.number), None)
    found = list(shown.findings.order_by("id"))
    if row.state == State.APPROVED or corrects:
        # Who approved it has compared the two; who is asked to is shown both.
        found = [finding for finding in found if finding.code != "changed"]
    deliveries = list(row.deliveries.select_related("revision", "after").defer(*_UNSEEN))
    subjects = [f"article:{row.id}", *(f"delivery:{delivery.id}" for delivery in deliveries)]
    audit = AuditEntry.objects.filter(subject__in=subjects).select_related("text").order_by("sequence")
    approvals = list(shown.approvals.select_related("user").order_by("at"))
    down = must_come_down(office.current().pulled).filter(article=row)
    by_hand = set(down.values_list("id", flat=True))
    undecided = shown == row.current and row.state in (State.REVIEW, State.HELD)
    shown_on = cards(previews(office.current(), row, shown), shown) if undecided else []
    page = {
        "article": row,
        "revision": shown,
        "revisions": revisions,
        "found": found,
        "texts": _texts(shown, found),
        "earlier": earlier,
        "changes": changes(whole(earlier), whole(shown)) if earlier else (),
        "corrects": corrects,
        "pictures": _pictures(shown),
        "approvals": approvals,
        "missing": approvers_missing(found, (a.user_id for a in approvals if a.user_id)),
        "lanes": lanes(deliveries, names.channels(office.current().schedule), by_hand),
        "come_down": by_hand,
        "deeds": deeds,
        "content_of": lambda delivery: part_of(delivery).content,
        "said_before": next((a.reason for a in approvals if a.reason), ""),
        "pulled": office.current().pulled,
        "audit": list(audit),
        "cards": shown_on,
        "elsewhere": [c for c in office.current().channels if c not in {card.channel for card in shown_on}],
        "listens": audio.AVAILABLE,
        "grantable": _grantable(row, shown),
        "acts": acts_that_fit(request, row, shown) if shown == row.current else (),
        "rights": rights(request),
    }  # fmt: skip
    return render(request, "console/item.html", frame() | page)


@require_safe
@login_required
def preview(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """What one channel would carry of the current revision, composed now and frozen nowhere."""
    row = get_object_or_404(Article.objects.select_related("current"), id=article)
    if row.current is None or channel not in office.current().channels:
        raise Http404
    found = previews(office.current(), row, row.current, channel)
    page: dict[str, Any] = {"article": row, "revision": row.current, "channel": channel}
    page["card"] = next(card for card in cards(found, row.current) if card.channel == channel)
    page["listens"] = audio.AVAILABLE
    return render(request, "console/preview.html", frame() | page)


def acts_that_fit(request: HttpRequest, article: Article, revision: Revision) -> list[str]:
    """The acts that this person may do and that this state takes, in the order of their buttons."""
    state, stopped = article.state, article.stopped
    mine = revision.approvals.filter(user=person(request)).exists()
    refused = revision.findings.filter(code="not-approved").exists()
    fits = {
        "approve": (state in (State.REVIEW, State.HELD) and not refused and not mine)
        or _grantable(article, revision),
        "correct": acts.correctable(article),
        "return": state in _OPEN and stopped != "returned",
        "hold": state in (State.REVIEW, State.APPROVED),
        "withdraw": state in _OPEN,
    }
    allowed = rights(request)
    return [act for act, possible in fits.items() if possible and act in allowed]


def corrected(article: Article) -> tuple[str, ...]:
    """The channels on which readers have an earlier wording than the current one."""
    if article.current is None or article.published_id in (None, article.current_id):
        return ()
    there = standing_of([article]).get(article.id, {})
    return tuple(to_correct(office.current(), article.current, there))


def _grantable(article: Article, revision: Revision) -> bool:
    """Asked for by the feed as an emergency, approved, and not yet granted."""
    asked = article.state == State.APPROVED and revision.priority == Priority.EMERGENCY
    return asked and not revision.approvals.filter(emergency=True).exists()


def rights(request: HttpRequest) -> set[str]:
    """What this person may do, whatever the state of things."""
    roles = set(person(request).groups.values_list("name", flat=True))
    return {str(act) for act in Act if may(roles, act)}


def whole(revision: Revision) -> str:
    """All that is compared of two wordings, a line each paragraph."""
    return "\n".join((revision.title, revision.lead, revision.text))


def _pictures(revision: Revision) -> dict[str, str]:
    """The addresses of our copies, by hash."""
    hashes = [image["sha256"] for image in revision.images if image["sha256"]]
    kinds = Picture.objects.filter(sha256__in=hashes).values_list("sha256", "content_type")
    return {sha256: media_path(sha256, kind) for sha256, kind in kinds}


def _texts(revision: Revision, found: Iterable[Finding]) -> dict[str, Any]:
    """Title, lead and the lines of the text, each cut where something was found."""
    places: dict[str, list[tuple[int, int, str]]] = {"title": [], "lead": [], "text": []}
    for finding in found:
        if finding.where in places:
            places[finding.where].append((finding.start, finding.end, finding.message))
    return {
        "title": marked(revision.title, places["title"]),
        "lead": marked(revision.lead, places["lead"]),
        "lines": lines(revision.text, places["text"]),
    }


def frame() -> dict[str, Any]:
    """What the page around every content needs."""
    schedule = office.current().schedule
    return {
        "names": names,
        "agencies": {source.id: source.agency for source in schedule.sources},
        "channels": names.channels(schedule),
    }
