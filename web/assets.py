"""Our style sheets, scripts and icons, served by ourselves under names that change with their content."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

import django_htmx
from django.http import Http404, HttpRequest, HttpResponse

from web.access import everybody
from web.public import compressed

_FOLDER = Path(__file__).parent / "static"
_HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"


@cache
def _files() -> dict[str, Path]:
    """Public name → file: "portal.3f2a91bc.css"."""
    found = {}
    for path in (*_FOLDER.iterdir(), _HTMX):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        found[f"{path.stem}.{digest}{path.suffix}"] = path
    return found


@cache
def asset(name: str) -> str:
    """The address of `name`, a file of web/static or htmx's own; raises LookupError where there is none."""
    for public, path in _files().items():
        if path.name == name:
            return f"/static/{public}"
    raise LookupError(f"web/static has no {name}")


@everybody("GET")
def serve(request: HttpRequest, name: str) -> HttpResponse:
    """A file by its public name, which browsers may keep for a year, or by its plain one, for an hour.

    Plain names are for addresses that are given away, such as the cover of a Zalo article.
    """
    path = _files().get(name) or next((p for p in _files().values() if p.name == name), None)
    if path is None:
        raise Http404
    keep = "max-age=31536000, immutable" if name in _files() else "max-age=3600"
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = HttpResponse(path.read_bytes(), content_type=kind)
    response["Cache-Control"] = f"public, {keep}"
    return compressed(request, response)
