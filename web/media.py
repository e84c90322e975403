"""The pictures and PDFs of articles, from the data folder."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from channels.portal.channel import SUFFIXES
from pipeline import office
from web.access import everybody

_TYPES = {suffix: content_type for content_type, suffix in SUFFIXES.items()}


@everybody("GET")
def picture(request: HttpRequest, sha256: str, suffix: str) -> HttpResponseBase:
    """A stored file; its name is its hash, so browsers may keep it for a year."""
    if suffix not in _TYPES:
        raise Http404
    etag = f'"{sha256}"'
    response = get_conditional_response(request, etag) or _file(sha256, suffix)
    response["ETag"], response["Cache-Control"] = etag, "public, max-age=31536000, immutable"
    return response


def _file(sha256: str, suffix: str) -> HttpResponseBase:
    path = office.current().pictures / sha256[:2] / f"{sha256}.{suffix}"
    try:
        return FileResponse(path.open("rb"), content_type=_TYPES[suffix])
    except FileNotFoundError:
        raise Http404 from None
