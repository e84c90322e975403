"""What is said, on every face, when a page cannot be given."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from web.names import TOPICS


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """No such page; an officer stays in the console."""
    if request.path.startswith("/console/"):
        return render(request, "console/not_found.html", status=404)
    frame = {"topics": TOPICS, "topic": None, "canonical": None}
    return render(request, "portal/not_found.html", frame, status=404)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """A form without this session's token: mostly a page that stood open over a new login."""
    return render(request, "console/stale_form.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Our own mistake: a page that needs neither database nor template."""
    text = _("Hệ thống đang gặp sự cố. Xin vui lòng thử lại sau ít phút.")
    return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")
