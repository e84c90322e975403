"""What every answer carries: the language it is in, and what a browser may do with it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from pipeline import office

Handler = Callable[[HttpRequest], HttpResponseBase]

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"


def language(get_response: Handler) -> Handler:
    """The office's language everywhere; an officer may choose another for the console.

    The browser's wish does not count: many computers in Viet Nam ask for English that nobody chose,
    and a public page must be the same for every cache.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        own = request.path.startswith("/console/") and chosen in dict(settings.LANGUAGES)
        with translation.override(chosen if own else office.current().schedule.office.language):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "vi")
            return response

    return handle


def headers(get_response: Handler) -> Handler:
    """No script, no style and no picture but our own; the console is never framed and never cached."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        inside = request.path.startswith("/console/")
        ancestors = "'none'" if inside else "*"
        response.headers.setdefault("Content-Security-Policy", f"{_POLICY}; frame-ancestors {ancestors}")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if inside:
            response.headers.setdefault("X-Frame-Options", "DENY")
            response["Cache-Control"] = "no-store"
        return response

    return handle
