"""One guarded, conditional GET: never past its deadline, its size, or the addresses it may reach."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import ssl
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urljoin

from requests import Request, RequestException, Response
from requests.exceptions import InvalidURL
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url
from urllib3.exceptions import DecodeError, HTTPError, LocationValueError
from urllib3.exceptions import TimeoutError as UrllibTimeout
from urllib3.util import parse_url

from pipeline.collect.connect import GuardedAdapter, Unreachable

CAP = 5 * 2**20
"""Bytes of a body after decompression."""

DEADLINE = 20.0
"""Seconds for everything: names, connecting, every redirect, the last byte."""

FEEDS = (
    "application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.9, */*;q=0.1"
)
Taken = TypeVar("Taken")

_HOPS = 5
_LONGEST_WAIT = timedelta(days=1)
"""A server may ask us to stay away for as long as this: a source is never given up."""

_STATUS = {
    401: "đòi đăng nhập",
    403: "từ chối truy cập",
    404: "không có địa chỉ này",
    410: "địa chỉ này đã bỏ hẳn",
    429: "yêu cầu hỏi thưa hơn",
    503: "đang bận hoặc bảo trì",
}
_CERTIFICATE = {
    10: "chứng chỉ đã hết hạn",
    18: "chứng chỉ tự ký",
    19: "chứng chỉ tự ký",
    20: "chứng chỉ không do nơi tin cậy cấp",
    62: "chứng chỉ của tên miền khác",
    64: "chứng chỉ của địa chỉ khác",
}
"""OpenSSL's X509_V_ERR_* codes."""


@dataclass(frozen=True)
class Fetched:
    """What a source answered; `status` is 200, or 304 with an empty body.

    `etag` and `last_modified` are verbatim, to be sent back next time. `moved_to` is set where every
    redirect on the way was permanent (301, 308). Addresses carry no user name or password.
    """

    status: int
    body: bytes
    content_type: str
    etag: str
    last_modified: str
    retry_after: timedelta | None
    max_age: timedelta | None
    moved_to: str | None
    address: str


@dataclass(frozen=True)
class Seen:
    """An answer as it came, whatever its status, for a person to look at."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """At most as much as was asked for; nothing where `trouble` says why it could not be read."""
    content_type: str
    address: str
    """Where it came from, after redirects; without user name and password."""
    trouble: str = ""


class FetchTrouble(Exception):
    """Nothing usable came; `str()` is the reason in plain Vietnamese, without query or password."""

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        """How long the server asked us to stay away, at most a day."""
        self.gone = gone
        """The server says 410: this address will not come back."""


class Fetcher:
    """Fetches from many threads at once; without cookies, proxies or anything of the environment."""

    def __init__(self, *, contact: str = "", tls: ssl.SSLContext | None = None) -> None:
        """`contact` joins the User-Agent; `tls` by default trusts certifi's and the system's CAs."""
        if tls is None:
            tls = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            tls.load_default_certs()
        self._agent = f"Loa/0.1 (+{contact})" if contact else "Loa/0.1"
        self._adapters = {inner: GuardedAdapter(tls, inner=inner) for inner in (False, True)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept open."""
        for adapter in self._adapters.values():
            adapter.close()

    def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        allow_private: bool = False,
        deadline: float = DEADLINE,
        cap: int = CAP,
        accept: str = FEEDS,
    ) -> Fetched:
        """GET `url` (http or https) within `deadline` seconds and `cap` bytes.

        `allow_private` opens inner addresses to the host of `url` alone, wherever redirects lead.
        Redirects are followed at most five times and never from https to http; a user name and
        password in `url` go to its own origin only. Raises `FetchTrouble`.
        """
        headers = {}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified

        def taken(response: Response, here: str, moved: bool) -> Fetched:
            return _answer(response, here, here if moved else None, cap)

        return self._get(url, headers | {"Accept": accept}, taken, allow_private, deadline)

    def look(
        self, url: str, *, allow_private: bool = False, deadline: float = DEADLINE, cap: int = CAP
    ) -> Seen:
        """The same GET under the same guard, taken as it comes: unconditional, and no status is refused.

        Raises `FetchTrouble` where nothing came, or not in time.
        """

        def taken(response: Response, here: str, _moved: bool) -> Seen:
            return _seen(response, here, cap)

        return self._get(url, {"Accept": FEEDS}, taken, allow_private, deadline)

    def _get(
        self,
        url: str,
        headers: dict[str, str],
        taken: Callable[[Response, str, bool], Taken],
        allow_private: bool,
        deadline: float,
    ) -> Taken:
        ends = monotonic() + deadline
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"} | headers
        try:
            return self._follow(url, headers, taken, allow_private=allow_private, ends=ends)
        except Unreachable as error:
            raise FetchTrouble(str(error)) from error
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise FetchTrouble(_why(error, deadline)) from error

    def _follow(
        self,
        url: str,
        headers: dict[str, str],
        taken: Callable[[Response, str, bool], Taken],
        *,
        allow_private: bool,
        ends: float,
    ) -> Taken:
        """`taken` is given the last answer, its address, and whether only permanent redirects led there."""
        here, secret = _bare(url), get_auth_from_url(url)
        permanent = True
        for hop in range(_HOPS + 1):
            auth = secret if any(secret) and _origin(here) == _origin(url) else None
            request = Request("GET", here, headers=headers, auth=auth).prepare()
            adapter = self._adapters[allow_private and same_host(here, url)]
            with closing(adapter.get(request, ends)) as response:
                if not response.is_redirect:
                    return taken(response, here, bool(hop) and permanent)
                permanent = permanent and response.is_permanent_redirect
                here = _next(here, response.headers["location"])
        raise FetchTrouble(f"Máy chủ chuyển hướng quá {_HOPS} lần")


def read_file(path: Path, *, etag: str = "", cap: int = CAP) -> Fetched:
    """Read a source of the kind `file:` as if fetched: its ETag is the SHA-256 of its bytes.

    Raises `FetchTrouble` for a file that is missing, unreadable, too big, or no regular file.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FetchTrouble(f"{path.name} không phải là tệp thường")
            body = file.read(cap + 1)
    except FileNotFoundError as error:
        raise FetchTrouble(f"Không có tệp {path.name}") from error
    except (OSError, ValueError) as error:
        raise FetchTrouble(f"Không đọc được tệp {path.name}") from error
    if len(body) > cap:
        raise FetchTrouble(_too_big(cap))
    now = f'"{hashlib.sha256(body).hexdigest()}"'
    same = now == etag
    return Fetched(
        status=304 if same else 200,
        body=b"" if same else body,
        content_type=mimetypes.guess_type(path.name)[0] or "",
        etag=now,
        last_modified="",
        retry_after=None,
        max_age=None,
        moved_to=None,
        address=path.absolute().as_uri(),
    )


def same_host(one: str, other: str) -> bool:
    """Whether two http(s) addresses name the same host, whatever their ports; others name none."""
    try:
        return parse_url(_bare(one)).host == parse_url(_bare(other)).host
    except ValueError:
        return False


def _answer(response: Response, address: str, moved_to: str | None, cap: int) -> Fetched:
    status, headers, sent = response.status_code, response.headers, response.request.headers
    retry_after = _retry_after(headers.get("retry-after", ""), datetime.now(UTC))
    asked = "If-None-Match" in sent or "If-Modified-Since" in sent
    if status == 304 and not asked:
        raise FetchTrouble("Máy chủ trả lời «không đổi» (304) dù Loa chưa từng có bản trước")
    if status not in (200, 304):
        raise FetchTrouble(refused(status), retry_after=retry_after, gone=status == 410)
    if status == 304:
        # Nothing is read that would tell urllib3 to keep the connection.
        response.raw.release_conn()
    return Fetched(
        status=status,
        body=_body(response, cap) if status == 200 else b"",
        content_type=headers.get("content-type", ""),
        etag=headers.get("etag", str(sent.get("If-None-Match", "")) if status == 304 else ""),
        last_modified=headers.get(
            "last-modified", str(sent.get("If-Modified-Since", "")) if status == 304 else ""
        ),
        retry_after=retry_after,
        max_age=_max_age(headers.get("cache-control", "")),
        moved_to=moved_to,
        address=address,
    )


def refused(status: int) -> str:
    """What an answer of this status, which is none of 200 and 304, means for a source."""
    what = _STATUS.get(status, "máy chủ gặp lỗi" if status >= 500 else "không phải tin")
    return f"Máy chủ trả mã {status}: {what}"


def _seen(response: Response, address: str, cap: int) -> Seen:
    headers, trouble, body = tuple(response.headers.items()), "", b""
    try:
        body = _body(response, cap)
    except FetchTrouble as problem:
        trouble = problem.reason
    return Seen(
        response.status_code, headers, body, response.headers.get("content-type", ""), address, trouble
    )


def _body(response: Response, cap: int) -> bytes:
    # Brotli and stacked encodings are not asked for, and their decoders can burst past a limit.
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchTrouble("Máy chủ nén nội dung theo cách Loa không nhận")
    body = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > cap:
            raise FetchTrouble(_too_big(cap))
    return bytes(body)


def _too_big(cap: int) -> str:
    return f"Nội dung lớn hơn {cap / 2**20:.3g} MB".replace(".", ",")


def _bare(url: str) -> str:
    """`url` without user name, password and fragment; `InvalidURL` where it is no http(s) address."""
    parts = parse_url(url.strip())
    if parts.scheme not in ("http", "https") or not parts.host:
        raise InvalidURL(url)
    return parts._replace(auth=None, fragment=None).url


def _origin(url: str) -> tuple[str | None, str | None, int | None]:
    parts = parse_url(url.strip())
    return parts.scheme, parts.host, parts.port or {"http": 80, "https": 443}.get(parts.scheme or "")


def _next(here: str, location: str) -> str:
    """Where a redirect leads: raw UTF-8 in the header arrives as Latin-1 (RFC 9110 allows neither)."""
    try:
        target = urljoin(here, location.encode("latin-1").decode())
        after = _bare(target)
    except ValueError as error:
        raise FetchTrouble("Máy chủ chuyển hướng tới một địa chỉ không dùng được") from error
    if here.startswith("https:") and not after.startswith("https:"):
        raise FetchTrouble("Máy chủ chuyển hướng từ https sang http không mã hoá")
    return after


def _retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110 §10.2.3), between nothing and a day; None where unreadable."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        wait = timedelta(seconds=int(value))
    else:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _max_age(cache_control: str) -> timedelta | None:
    """`max-age` of RFC 9111 §5.2.2.1, at most a day."""
    found = re.search(r'(?:^|[\s,])max-age="?([0-9]{1,9})', cache_control, re.IGNORECASE)
    return min(timedelta(seconds=int(found[1])), _LONGEST_WAIT) if found else None


def _why(error: BaseException, deadline: float) -> str:
    """The plain reason in an exception and those behind it; their own texts may quote secrets."""
    behind: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in behind:
        behind.append(link)
        link = link.__cause__ or link.__context__
    for link in behind:
        match link:
            case ssl.SSLCertVerificationError():
                what = _CERTIFICATE.get(link.verify_code, "chứng chỉ không hợp lệ")
                return f"Không tin được máy chủ: {what}"
            case TimeoutError() | UrllibTimeout():
                return f"Quá {deadline:g} giây mà chưa nhận đủ".replace(".", ",")
            case DecodeError():
                return "Nội dung nén bị hỏng"
            case IncompleteRead():
                return "Máy chủ ngắt giữa chừng, nội dung chưa đủ"
            case ssl.SSLError():
                return "Không lập được kết nối mã hoá (TLS) với máy chủ"
            case LocationValueError() | InvalidURL() | UnicodeError():
                return "Địa chỉ không hợp lệ (chỉ nhận http và https)"
    return "Máy chủ ngắt kết nối hoặc trả lời sai giao thức HTTP"
