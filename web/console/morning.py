"""The morning: one page with all that waits for a person, a look into an article, and lists by state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline import office
from pipeline.models import Article
from pipeline.release import routed
from pipeline.review.workflow import Act
from web import names
from web.access import may, needs, person, rights, seen_articles
from web.asked import whole_number
from web.console import entries, lists
from web.console.item import texts
from web.console.stamp import stamp
from web.console.views import frame

DEEPEST = 10_000
"""Pages that a list goes back."""
LATE = timedelta(minutes=10)
"""How long after its time a message is shown as overdue."""


@needs(get=Act.READ)
def morning(request: HttpRequest) -> HttpResponse:
    """What waits, what goes out, what is in trouble.

    A page that is open asks with `?tu=` and the stamp of what it shows: 204 where that is still so, else
    what stands on the page now.
    """
    now_stamp = stamp()
    seen = request.GET.get("tu")
    if seen == now_stamp:
        return HttpResponse(status=204)
    here = office.current()
    found = lists.morning(here, here.now(), rights(request))
    shown = _entries(request, [*found.review, *found.held])
    page = {
        "morning": found,
        "review": shown[: len(found.review)],
        "held": shown[len(found.review) :],
        "now": here.now(),
        "late": here.now() - LATE,
        "stamp": now_stamp,
    }
    return render(request, f"console/{'desk' if seen else 'morning'}.html", frame() | page)


@needs(get=Act.READ)
def listing(request: HttpRequest, state: str) -> HttpResponse:
    """All articles in one state, the newest first."""
    if state not in names.STATES:
        raise Http404
    at = min(max(whole_number(request.GET.get("trang")) or 1, 1), DEEPEST)
    start = (at - 1) * lists.PAGE
    found = lists.articles(seen_articles(request).filter(state=state), start, start + lists.PAGE + 1)
    page = {
        "state": state,
        "entries": _entries(request, found[: lists.PAGE]),
        "page": at,
        "more": len(found) > lists.PAGE,
    }
    return render(request, "console/list.html", frame() | page)


@needs(get=Act.READ)
def peek(request: HttpRequest, article: int) -> HttpResponse:
    """A look into an article without leaving the list: its words, what was found, when it would go where."""
    chosen = lists.articles(Article.objects.filter(id=article))
    if not chosen or chosen[0].current is None:
        raise Http404
    (row,), revision = chosen, chosen[0].current
    here = office.current()
    page: dict[str, Any] = {
        "entry": _entries(request, [row])[0],
        "texts": texts(revision, list(revision.findings.all())),
        "posts": routed(here, row, revision, here.now(), emergency=False),
        "now": here.now(),
    }
    return render(request, "console/peek.html", frame() | page)


def _entries(request: HttpRequest, articles: Sequence[Article]) -> list[entries.Entry]:
    return entries.entries(articles, person(request), partial(may, request))
