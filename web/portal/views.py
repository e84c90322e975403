"""The public pages: newest articles, the plan's six sections, one article, a feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from pipeline import office
from pipeline.models import Article, Delivery
from web import rss, shown
from web.asked import whole_number
from web.names import KINDS, TOPICS
from web.public import public

PAGE = 20
DEEPEST = 500
"""Pages that a list goes back; older articles are reached by their own address."""


@public(max_age=60)
def front(request: HttpRequest) -> HttpResponse:
    """The newest articles of all sections."""
    return _listing(request, shown.rows("portal"), None)


@public(max_age=60)
def section(request: HttpRequest, topic: int) -> HttpResponse:
    """The newest articles of one of the plan's topics."""
    if topic not in TOPICS:
        raise Http404
    return _listing(request, shown.rows("portal").filter(revision__topic=topic), topic)


@public(max_age=60)
def article(request: HttpRequest, article: int) -> HttpResponse:
    """One article as it was frozen; 301 from an old wording of its address, 410 once it was taken back."""
    row = shown.rows("portal").filter(article=article).select_related("revision").first()
    if row is None:
        return _gone(request, article)
    if request.path != row.content["path"]:
        return HttpResponsePermanentRedirect(row.content["path"])
    correcting = list(
        Article.objects.filter(corrects=article).exclude(id=article).values_list("id", flat=True)
    )
    corrections = list(shown.rows("portal").filter(article__in=correcting).order_by("sent_at"))
    content = row.content
    apart = [image for image in content["images"] if urlsplit(image["url"]).path not in content["html"]]
    page = {
        "content": content,
        "kind": KINDS.get(content["kind"]),
        "topic": content["topic"] if content["topic"] in TOPICS else None,
        "apart": apart,
        "corrections": corrections,
        "amendments": shown.amendments("portal", article),
        "updated": row.sent_at if row.revision.number > 1 else None,
        "expired": _expired(row.revision.expires),
        "canonical": _base() + content["path"],
    }
    return render(request, "portal/article.html", _frame() | page)


def _gone(request: HttpRequest, article: int) -> HttpResponse:
    """The notice of a withdrawal, in the place of what was withdrawn."""
    if not shown.ever_sent("portal").filter(article=article).exists():
        raise Http404
    withdrawn = shown.taken_back("portal", Article.objects.filter(id=article))
    page = {"row": withdrawn[0] if withdrawn else None}
    return render(request, "portal/gone.html", _frame() | page, status=410)


@public(max_age=60)
def feed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest articles as RSS, with their leads."""
    settings = office.current().schedule.office
    about = rss.Feed(
        title=settings.name,
        description=_("Tin mới về thủ tục hành chính"),
        link=_base() + "/",
        address=_base() + "/rss.xml",
        copyright=settings.name,
        zone=settings.zone,
    )
    rows = shown.rows("portal").select_related("revision").order_by("-sent_at")[:50]
    return HttpResponse(rss.write(about, rows, full=False), content_type="application/rss+xml; charset=utf-8")


@public(max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Search engines may read the public pages, not the console."""
    return HttpResponse("User-agent: *\nDisallow: /console/\n", content_type="text/plain; charset=utf-8")


def _listing(request: HttpRequest, rows: QuerySet[Delivery], topic: int | None) -> HttpResponse:
    """Pages go by the time of posting, and on a page the agencies' own dates decide."""
    number = _page(request.GET.get("trang", "1"))
    found = list(rows.order_by("-sent_at", "-id")[(number - 1) * PAGE : number * PAGE + 1])
    if number > 1 and not found:
        raise Http404
    entries = sorted(
        found[:PAGE], key=lambda row: datetime.fromisoformat(row.content["published"]), reverse=True
    )
    page = {
        "entries": entries,
        "topic": topic,
        "page": number,
        "more": len(found) > PAGE and number < DEEPEST,
        "canonical": _base() + request.path + (f"?trang={number}" if number > 1 else ""),
        "kinds": KINDS,
    }
    return render(request, "portal/list.html", _frame() | page)


def _frame() -> dict[str, Any]:
    """What the page around every content needs."""
    return {"topics": TOPICS, "topic": None, "canonical": None}


def _page(written: str) -> int:
    found = whole_number(written)
    if found is None or not 1 <= found <= DEEPEST:
        raise Http404
    return found


def _expired(expires: datetime | None) -> datetime | None:
    return expires if expires and expires <= office.current().now() else None


def _base() -> str:
    return office.current().schedule.office.base_url.rstrip("/")
