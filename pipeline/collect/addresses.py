"""Web addresses as feeds write them, made absolute, or refused with the reason."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|gclsrc|dclid|msclkid|yclid|igshid|zarsrc|zanpid|mc_[ce]id|_ga|ref_src)$",
    re.IGNORECASE,
)
LONGEST = 2000
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def absolute(raw: str, base: str = "") -> str | None:
    """An absolute http(s) address, percent-encoded, or None where `raw` is or becomes none.

    Blanks and line breaks around it are dropped, backslashes are slashes, other letters and blanks are
    percent-encoded in UTF-8 (RFC 3987 §3.1) in NFC, credentials are dropped.
    """
    text = re.sub(r"[\t\r\n\x00-\x1f\x7f]+", "", unicodedata.normalize("NFC", raw)).strip()
    text = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
    if not text or len(text) > LONGEST:
        return None
    head, mark, tail = text.partition("?")
    try:
        parts = urlsplit(urljoin(base, head.replace("\\", "/") + mark + tail))
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:-]+", host):
        return None
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|")
    fragment = quote(parts.fragment, safe="/?%:@!$&'()*+,;=~-._")
    return urlunsplit((parts.scheme, netloc, re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path), query, fragment))


def canonical(url: str) -> str:
    """The form by which two addresses are compared: what does not change the page is gone.

    Scheme and host in lower case, without default port, fragment and tracking parameters; an empty path
    is "/" (RFC 3986 §6.2). Takes an absolute http(s) address; anything else comes back stripped.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in ("http", "https") or not host:
        return url.strip()
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port not in (None, default) else "")
    query = parts.query
    pairs = parse_qsl(query, keep_blank_values=True)
    if any(TRACKING.match(name) for name, _ in pairs):
        query = urlencode([(name, value) for name, value in pairs if not TRACKING.match(name)])
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def picture(raw: str, base: str) -> tuple[str | None, str]:
    """A picture's absolute address, or None and the reason in plain Vietnamese."""
    text = raw.strip()
    if not text:
        return None, "ảnh không có địa chỉ"
    lowered = text[:20].lower()
    if lowered.startswith("data:"):
        return None, "ảnh nhúng thẳng trong bài, không có địa chỉ"
    if lowered.startswith(("file:", "\\\\", "blob:", "cid:")) or re.match(r"^[a-z]:[\\/]", lowered):
        return None, "ảnh nằm trên máy của người soạn"
    url = absolute(text, base)
    if url is None:
        return None, "địa chỉ ảnh không dùng được"
    if not (is_public(url) or same_host(url, base)):
        return None, "ảnh nằm ở máy chủ nội bộ"
    return url, ""


def is_public(url: str) -> bool:
    """Whether the host of an absolute address may stand on the open Internet, by its name alone."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    if re.fullmatch(r"0x[0-9a-f]+|\d+", host):
        return False
    return "." in host and not host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


def same_host(url: str, base: str) -> bool:
    return urlsplit(url).netloc == urlsplit(base).netloc
