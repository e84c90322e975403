"""The console's pages; what they post is in acts.py."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from channels.base import Priority
from pipeline import acts, office
from pipeline.deliver.standing import standing_of
from pipeline.models import Article, Revision, State
from pipeline.release import to_correct
from pipeline.review.workflow import Act, may
from web import names
from web.console import lists
from web.console.acts import person

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


def frame() -> dict[str, Any]:
    """What the page around every content needs."""
    schedule = office.current().schedule
    return {
        "names": names,
        "agencies": {source.id: source.agency for source in schedule.sources},
        "channels": names.channels(schedule),
    }
