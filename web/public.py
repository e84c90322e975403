"""What every public page has in common: one language, caching, compression, conditional requests."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from web.access import everybody

View = Callable[..., HttpResponseBase]

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


def public(max_age: int) -> Callable[[Callable[..., HttpResponse]], View]:
    """A page for everybody: GET and HEAD only, kept by caches for `max_age` seconds, then asked for anew."""

    def decorate(view: Callable[..., HttpResponse]) -> View:
        @everybody("GET")
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            response.setdefault("Cache-Control", f"public, max-age={max_age}")
            return conditional(request, compressed(request, response))

        return shown

    return decorate


def compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The same answer gzipped, where the client takes that; the same bytes at every call."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if len(response.content) < 600 or not _GZIP.search(request.headers.get("Accept-Encoding", "")):
        return response
    response.content = gzip.compress(response.content, 6, mtime=0)
    response["Content-Encoding"] = "gzip"
    return response


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """304 where the client already has these very bytes (RFC 9110, section 13); the ETag is strong.

    No page has a Last-Modified: a withdrawal or an expiry changes it without anything newer standing in it.
    """
    if response.status_code != 200:
        return response
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, response["ETag"], response=response) or response
