"""The page for newsrooms, and the feed they pull."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pipeline import office
from pipeline.models import Article, Delivery
from web import rss, shown
from web.names import TOPICS
from web.public import public

NEWEST = 100
CANCELLED = timedelta(days=30)
"""How long a withdrawn article stays in the feed as a cancellation."""


@public(max_age=60)
def about(request: HttpRequest) -> HttpResponse:
    """Which feed there is, on which terms."""
    base = office.current().schedule.office.base_url.rstrip("/")
    latest = shown.rows("press").order_by("-sent_at", "-id")[:10]
    frame = {"topics": TOPICS, "topic": None, "canonical": f"{base}/press/"}
    page = {"feed": f"{base}/press/rss.xml", "latest": latest, "taken_back": _taken_back()}
    return render(request, "press/about.html", frame | page)


@public(max_age=60)
def feed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest articles in full, and what was withdrawn as cancellations."""
    settings = office.current().schedule.office
    base = settings.base_url.rstrip("/")
    about = rss.Feed(
        title=_("%(office)s – nguồn tin cho báo chí") % {"office": settings.name},
        description=_("Tin, bài đã duyệt, được phép đăng lại nguyên văn khi ghi rõ nguồn."),
        link=f"{base}/press/",
        address=f"{base}/press/rss.xml",
        copyright=_("%(office)s. Ghi rõ nguồn khi sử dụng lại.") % {"office": settings.name},
        zone=settings.zone,
    )
    rows = shown.rows("press").select_related("revision").order_by("-sent_at", "-id")[:NEWEST]
    document = rss.write(about, rows, full=True, taken_back=_taken_back())
    return HttpResponse(document, content_type="application/rss+xml; charset=utf-8")


def _taken_back() -> list[Delivery]:
    since = office.current().now() - CANCELLED
    return shown.taken_back("press", Article.objects.filter(withdrawn_at__gt=since))
