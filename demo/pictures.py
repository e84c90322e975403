"""Pictures as a service sees them: fetched from their address, and looked at before they are shown."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from PIL import Image

_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# A proxy from the environment must not come between a stand-in and this machine's own addresses.
_web = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoPicture(Exception):
    """There is no usable picture; `str()` says why."""


@dataclass(frozen=True)
class Picture:
    """A picture's bytes, its size in pixels and its media type."""

    content: bytes
    width: int
    height: int
    media_type: str


def look(content: bytes) -> Picture:
    """Read a picture's size and type; raises NoPicture when these bytes are none."""
    try:
        with Image.open(BytesIO(content)) as image:
            return Picture(content, image.width, image.height, _FORMATS[image.format or ""])
    except (OSError, KeyError, Image.DecompressionBombError, Image.DecompressionBombWarning) as why:
        raise NoPicture(f"not a picture: {why}") from why


def fetch(url: str, most: int) -> Picture:
    """Get a picture over HTTP; raises NoPicture when it is unreachable (5 s), none, or over `most` bytes."""
    if not is_encoded(url):
        raise NoPicture("the address is not percent-encoded http(s)")
    try:
        with _web.open(url, timeout=5) as answer:
            content: bytes = answer.read(most + 1)
    except (OSError, ValueError) as why:
        raise NoPicture(f"unreachable: {why}") from why
    if len(content) > most:
        raise NoPicture(f"larger than {most} bytes")
    return look(content)


def is_encoded(url: str) -> bool:
    """Whether an address is http(s) and percent-encoded as RFC 3986 asks: no space, no letter đ."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not any(sign in url for sign in ' "<>\\^`{|}')
    return bool(plain and parts.scheme in ("http", "https") and host)
