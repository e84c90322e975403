"""The page for newsrooms, and the feed they pull."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pipeline import office
from web import rss, shown
from web.names import TOPICS
from web.public import public

NEWEST = 100


@public(max_age=60)
def about(request: HttpRequest) -> HttpResponse:
    """Which feed there is, on which terms."""
    base = office.current().schedule.office.base_url.rstrip("/")
    latest = shown.rows("press").order_by("-sent_at", "-id")[:10]
    frame = {"topics": TOPICS, "topic": None, "canonical": f"{base}/press/"}
    return render(request, "press/about.html", frame | {"feed": f"{base}/press/rss.xml", "latest": latest})


@public(max_age=60)
def feed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest articles in full; what was withdrawn is gone from it at once."""
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
    return HttpResponse(rss.write(about, rows, full=True), content_type="application/rss+xml; charset=utf-8")
