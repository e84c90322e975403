"""What every answer carries: the language it is in, and what a browser may do with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from pipeline import office

IDLE, NOTED = 3600, 60
"""Seconds without a sign of life until a session ends; how exactly a sign is noted."""

Handler = Callable[[HttpRequest], HttpResponseBase]

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
_CONSOLE = f"{_POLICY}; script-src 'self'; media-src 'self'; connect-src 'self'; frame-ancestors 'none'"
_PUBLIC = f"{_POLICY}; frame-ancestors *"


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


class Packed(GZipMiddleware):
    """The console's pages gzipped, with random octets that keep their secrets from being measured (BREACH).

    Public pages are packed where they are made, each time to the same octets.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        page = response.headers.get("Content-Type", "").startswith("text/html")
        inside = page and request.path.startswith("/console/")
        return super().process_response(request, response) if inside else response


def headers(get_response: Handler) -> Handler:
    """No style and no picture but our own; the console is never framed and never cached.

    The public pages have no script at all, the console none but our own. Its cookies are Secure where it is
    met under the office's own https address.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        inside = request.path.startswith("/console/")
        response.headers.setdefault("Content-Security-Policy", _CONSOLE if inside else _PUBLIC)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if inside:
            response.headers.setdefault("X-Frame-Options", "DENY")
            response["Cache-Control"] = "no-store"
            if _public_origin() == f"https://{request.headers.get('Host')}":
                for cookie in response.cookies.values():
                    cookie["secure"] = True
        return response

    return handle


def ends(get_response: Handler) -> Handler:
    """Nobody stays signed in for longer than a working day, nor for an hour without doing anything.

    What a page asks for by itself, so that it is up to date, is no sign of a person.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        # Elsewhere nobody is signed in, and a look would be an answer for one reader only.
        if request.path.startswith("/console/") and request.user.is_authenticated:
            session, now = request.session, time.time()
            began, seen = session.setdefault("began", now), session.setdefault("seen", now)
            if now - began > settings.SESSION_COOKIE_AGE or now - seen > IDLE:
                logout(request)
                messages.info(request, _("Đã lâu không làm gì nên Loa đăng xuất. Hãy đăng nhập lại."))
            elif now - seen > NOTED and (request.method == "POST" or "HX-Request" not in request.headers):
                session["seen"] = now
        return get_response(request)

    return handle


class Csrf(CsrfViewMiddleware):
    """Takes forms from the office's public address too: behind a proxy that ends TLS we see only http."""

    @property
    def allowed_origins_exact(self) -> set[str]:
        return {_public_origin()}


def _public_origin() -> str:
    parts = urlsplit(office.current().schedule.office.base_url)
    return f"{parts.scheme}://{parts.netloc}"
