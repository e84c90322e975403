"""What every answer carries: the language it is in, and what a browser may do with it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation

from pipeline import office

Handler = Callable[[HttpRequest], HttpResponseBase]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self';"
    " base-uri 'none'"
)


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
    """No script, no style and no picture but our own; the console is never framed and never cached.

    Its cookies are Secure where it is met under the office's own https address.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        inside = request.path.startswith("/console/")
        ancestors = "'none'" if inside else "*"
        response.headers.setdefault("Content-Security-Policy", f"{_POLICY}; frame-ancestors {ancestors}")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if inside:
            response.headers.setdefault("X-Frame-Options", "DENY")
            response["Cache-Control"] = "no-store"
            if _public_origin() == f"https://{request.headers.get('Host')}":
                for cookie in response.cookies.values():
                    cookie["secure"] = True
        return response

    return handle


class Csrf(CsrfViewMiddleware):
    """Takes forms from the office's public address too: behind a proxy that ends TLS we see only http."""

    @property
    def allowed_origins_exact(self) -> set[str]:
        return {_public_origin()}


def _public_origin() -> str:
    parts = urlsplit(office.current().schedule.office.base_url)
    return f"{parts.scheme}://{parts.netloc}"
