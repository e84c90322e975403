"""The agencies' feeds: how each was last met, what it brought, and one try for a person to see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from threading import Lock

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline import acts, office, places
from pipeline.collect.attempt import Attempt
from pipeline.collect.fetch import Seen
from pipeline.models import Article, Source, floods
from pipeline.people import Rights
from pipeline.review.workflow import Act
from pipeline.schedule import SourceSettings
from web.access import needs, person, rights
from web.console.views import frame

LATELY = 20
"""Articles, and entries of a try, on a source's page."""
BEGINNING = 2_000
"""Bytes of a raw answer that are shown."""

MARKERS = {
    "approved": gettext_lazy("nguồn đã duyệt"),
    "pending": gettext_lazy("nguồn chưa duyệt"),
    "withdrawn": gettext_lazy("nguồn đã gỡ"),
    "missing": gettext_lazy("nguồn không ghi đã duyệt hay chưa"),
}
"""What a source says of an entry's approval."""

_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SECRET_HEADERS = {"set-cookie", "www-authenticate", "authorization"}
_one_try = Lock()
"""A try holds a thread of the server for up to 20 seconds: of the few there are, one."""


@dataclass(frozen=True)
class Feed:
    """One source: what schedule.yaml says, and how it was last met (None: never)."""

    settings: SourceSettings
    row: Source | None
    flood: int
    """New items that wait for one yes."""

    @property
    def state(self) -> str:
        """ok, trouble, or new: not read yet."""
        return self.row.state if self.row and self.row.last_fetch else "new"

    @property
    def address(self) -> str:
        """Without its query, in which there may be a key."""
        before, asks, _query = self.settings.url.partition("?")
        return f"{before}?…" if asks else before


@needs(get=Act.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """Every source of schedule.yaml, those in trouble first."""
    feeds = sorted(_feeds(rights(request)), key=lambda feed: feed.state != "trouble")
    return render(request, "console/sources.html", frame() | {"feeds": feeds})


@needs(get=Act.READ)
def source(request: HttpRequest, source: str) -> HttpResponse:
    """One source, and what it brought lately."""
    return _page(request, source)


@needs(post=Act.TRY)
def try_now(request: HttpRequest, source: str) -> HttpResponse:
    """Read the source once and show what came; the page is of this answer only, and nothing is kept."""
    _feed(request, source)
    if not _one_try.acquire(blocking=False):
        messages.error(request, _("Đang có người thử một nguồn khác. Xin đợi nửa phút rồi thử lại."))
        return redirect("console-source", source)
    try:
        tried = places.try_source(office.current(), source, person(request))
    except acts.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("console-source", source)
    finally:
        _one_try.release()
    return _page(request, source, tried)


def _page(request: HttpRequest, source: str, tried: Attempt | None = None) -> HttpResponse:
    brought = Article.objects.filter(source=source).select_related("current").order_by("-id")
    page = {
        "feed": _feed(request, source),
        "brought": list(brought.defer("current__body", "current__text")[:LATELY]),
        "tried": tried,
        "raw": _beginning(tried.seen) if tried and tried.seen else "",
        "headers": _headers(tried.seen) if tried and tried.seen else (),
        "most": LATELY,
        "markers": MARKERS,
    }
    return render(request, "console/source.html", frame() | page)


def _feed(request: HttpRequest, source: str) -> Feed:
    found = next((feed for feed in _feeds(rights(request)) if feed.settings.id == source), None)
    if found is None:
        raise Http404
    return found


def _feeds(may: Rights) -> list[Feed]:
    """Those whose agencies somebody with these rights sees."""
    met = Source.objects.in_bulk()
    waiting = dict(floods().values_list("source").annotate(Count("id")).order_by())
    seen = [each for each in office.current().schedule.sources if may.may(Act.READ, each.agency)]
    return [Feed(each, met.get(each.id), waiting.get(each.id, 0)) for each in seen]


def _beginning(seen: Seen) -> str:
    """The first bytes as text, each that cannot be read as a sign of its own."""
    return _UNPRINTED.sub("\N{REPLACEMENT CHARACTER}", seen.body[:BEGINNING].decode("utf-8", "replace"))


def _headers(seen: Seen) -> list[tuple[str, str]]:
    return [(name, "…" if name.lower() in _SECRET_HEADERS else value) for name, value in seen.headers]
