"""The console's pages; what they post is in acts.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from channels.base import Priority
from channels.portal import media_path
from pipeline import office, run
from pipeline.compose.posts import Uncomposable
from pipeline.deliver import outbox
from pipeline.models import Article, AuditEntry, Finding, Picture, Revision, State
from pipeline.review.workflow import Act, approvers_missing, may
from web import names
from web.console import lists
from web.console.acts import person
from web.console.marks import changes, lines, marked

PAGE = 50
_OPEN = (State.REVIEW, State.HELD, State.APPROVED)


@require_safe
@login_required
def morning(request: HttpRequest) -> HttpResponse:
    """What came in, what waits for a person, what is on its way, what is in trouble."""
    here = office.current()
    now = here.now()
    page = {
        "morning": lists.morning(now, [c.id for c in here.schedule.channels], here.pulled),
        "now": now,
        "rights": _rights(request),
    }
    return render(request, "console/morning.html", _frame() | page)


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
    return render(request, "console/list.html", _frame() | page)


@require_safe
@login_required
def item(request: HttpRequest, article: int) -> HttpResponse:
    """One article: what was found in it and where, its revisions, its deliveries, what was done."""
    row = get_object_or_404(Article.objects.select_related("current", "source"), id=article)
    revisions = list(row.revisions.defer("body").order_by("-number"))
    wanted = request.GET.get("ban")
    shown = next((r for r in revisions if str(r.number) == wanted), row.current)
    if shown is None:
        raise Http404
    before = next((r for r in revisions if r.number < shown.number), None)
    found = list(shown.findings.order_by("id"))
    deliveries = list(row.deliveries.select_related("revision").order_by("-revision", "channel", "part"))
    subjects = [f"article:{row.id}", *(f"delivery:{delivery.id}" for delivery in deliveries)]
    audit = AuditEntry.objects.filter(subject__in=subjects).select_related("text").order_by("sequence")
    approvals = list(shown.approvals.select_related("user").order_by("at"))
    down = outbox.must_come_down(office.current().pulled).filter(article=row)
    page = {
        "article": row,
        "revision": shown,
        "revisions": revisions,
        "found": found,
        "texts": _texts(shown, found),
        "changes": changes(_whole(before), _whole(shown)) if before else (),
        "pictures": _pictures(shown),
        "approvals": approvals,
        "missing": approvers_missing(found, (a.user_id for a in approvals if a.user_id)),
        "deliveries": deliveries,
        "come_down": set(down.values_list("id", flat=True)),
        "audit": list(audit),
        "previews": list(office.current().channels) if row.state in (State.REVIEW, State.HELD) else [],
        "grantable": _grantable(row, shown),
        "acts": _acts(request, row, shown, [f.code for f in found]) if shown == row.current else (),
        "rights": _rights(request),
    }  # fmt: skip
    return render(request, "console/item.html", _frame() | page)


@require_safe
@login_required
def preview(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """What one channel would carry of the current revision, composed now and frozen nowhere."""
    row = get_object_or_404(Article.objects.select_related("current"), id=article)
    if row.current is None or channel not in office.current().channels:
        raise Http404
    page: dict[str, Any] = {"article": row, "revision": row.current, "channel": channel}
    try:
        page |= {"parts": run.preview(office.current(), row, row.current, channel), "problem": ""}
    except Uncomposable as problem:
        page |= {"parts": (), "problem": str(problem)}
    return render(request, "console/preview.html", _frame() | page)


def _acts(request: HttpRequest, article: Article, revision: Revision, codes: Collection[str]) -> list[str]:
    """The acts that this person may do and that this state takes, in the order of their buttons."""
    state, stopped = article.state, article.stopped
    mine = revision.approvals.filter(user=person(request)).exists()
    fits = {
        "approve": (state in (State.REVIEW, State.HELD) and "not-approved" not in codes and not mine)
        or _grantable(article, revision),
        "return": state in _OPEN and stopped != "returned",
        "hold": state in (State.REVIEW, State.APPROVED),
        "withdraw": state in _OPEN,
    }
    rights = _rights(request)
    return [act for act, possible in fits.items() if possible and act in rights]


def _grantable(article: Article, revision: Revision) -> bool:
    """Asked for by the feed as an emergency, approved, and not yet granted."""
    asked = article.state == State.APPROVED and revision.priority == Priority.EMERGENCY
    return asked and not revision.approvals.filter(emergency=True).exists()


def _rights(request: HttpRequest) -> set[str]:
    roles = set(person(request).groups.values_list("name", flat=True))
    return {str(act) for act in Act if may(roles, act)}


def _whole(revision: Revision) -> str:
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


def _frame() -> dict[str, Any]:
    schedule = office.current().schedule
    return {
        "names": names,
        "agencies": {source.id: source.agency for source in schedule.sources},
        "channels": names.channels(schedule),
    }
