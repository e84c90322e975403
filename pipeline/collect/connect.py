"""Connections that go only where a source may send us, and whose reads share one deadline."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import Future
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Thread
from time import monotonic
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError
from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ProtocolError

_HOSTS = 500
"""Hosts whose connections are kept open; below the 1024 files that a process may usually open."""

_GLOBAL_V6 = ip_network("2000::/3")
"""All that RFC 4291 gives to global unicast: leaves out NAT64, IPv4-compatible, site-local and the like."""

_INNER = tuple(
    ip_network(net)
    for net in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "::1/128",
        "fc00::/7",
    )
)
_METADATA = frozenset(
    ip_address(a) for a in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "fd00:ec2::254")
)
"""Where the clouds hand out a machine's keys (AWS, GCP, OpenStack; Alibaba; Azure; AWS over IPv6)."""


class Unreachable(Exception):
    """No connection was made; `str()` says why in plain Vietnamese."""


def permitted(address: str, *, inner: bool) -> bool:
    """Whether a numeric IP address may be connected to; `inner`: also loopback and private ones."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip in _METADATA:
        return False
    if inner and any(ip in net for net in _INNER):
        return True
    if ip.version == 6 and ip not in _GLOBAL_V6:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in EXTRA_BLOCKED_NET_RANGES)


def _resolve(host: str, port: int, seconds: float) -> list[Any]:
    """`getaddrinfo` within `seconds`: the C library's own patience can be half a minute."""
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        raise Unreachable(f"Không tra được tên miền {host} trong thời hạn") from None
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise Unreachable(f"Máy chủ tên miền không trả lời khi hỏi {host}") from error
        raise Unreachable(f"Không có tên miền {host}") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"Tên miền {host} không hợp lệ") from error


class _Deadline(socket.socket):
    """A socket whose timeout bounds all later reads together: a drip of bytes uses it up."""

    _ends = float("inf")

    def settimeout(self, value: float | None) -> None:
        self._ends = float("inf") if value is None else monotonic() + value
        super().settimeout(value)

    def recv_into(self, *args: Any) -> int:
        left = self._ends - monotonic()
        if left <= 0:
            raise TimeoutError("deadline")
        super().settimeout(None if left == float("inf") else left)
        return super().recv_into(*args)


class _DeadlineTls(_Deadline, ssl.SSLSocket):
    """The same over TLS; an `SSLContext` makes its sockets of this class."""


class _Pinned(HTTPConnection):
    """Connects to the very address that was checked, so that a second answer of the DNS changes nothing."""

    inner = False

    def _new_conn(self) -> socket.socket:
        if not isinstance(self.timeout, float):
            raise TypeError("a guarded connection needs a deadline")
        ends = monotonic() + self.timeout
        found = _resolve(self._dns_host, self.port, self.timeout)
        for _family, _type, _proto, _name, address in found:
            if not permitted(address[0], inner=self.inner):
                raise Unreachable(f"Địa chỉ bị chặn: {self.host} là máy nội bộ ({address[0]})")
        why: OSError | None = None
        for tried, (family, kind, proto, _name, address) in enumerate(found):
            sock = _Deadline(family, kind, proto)
            try:
                # An address that swallows packets leaves the others their share of the time.
                sock.settimeout(max(ends - monotonic(), 0.001) / (len(found) - tried))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(max(ends - monotonic(), 0.001))
                return sock
            except OSError as error:
                sock.close()
                why = error
        raise Unreachable(f"Không kết nối được tới {self.host}: {_refusal(why)}") from why


def _refusal(error: OSError | None) -> str:
    match error:
        case ConnectionRefusedError():
            return "máy chủ từ chối kết nối"
        case TimeoutError():
            return "quá thời hạn"
        case _:
            return "không có đường mạng tới máy chủ"


class GuardedAdapter(HTTPAdapter):
    """Sends requests through pinned connections that share one TLS context; never through a proxy.

    Connections that may go inside are pooled apart: one adapter for each value of `inner`.
    """

    def __init__(self, tls: ssl.SSLContext, *, inner: bool) -> None:
        tls.sslsocket_class = _DeadlineTls
        self._tls = tls
        self._inner = inner
        super().__init__(pool_connections=_HOSTS, pool_maxsize=8)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls)
        plain = type("Plain", (_Pinned,), {"inner": self._inner})
        tls = type("Tls", (_Pinned, HTTPSConnection), {"inner": self._inner})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }

    def get(self, request: PreparedRequest, ends: float) -> Response:
        """Send `request`; all reading, the body's too, is over at `ends` of the monotonic clock."""
        try:
            return self._send(request, ends)
        except ConnectionError as error:
            # A server may close a connection that we keep just as we use it again.
            if isinstance(error.args[0], ProtocolError):
                return self._send(request, ends)
            raise

    def _send(self, request: PreparedRequest, ends: float) -> Response:
        left = ends - monotonic()
        if left <= 0:
            raise TimeoutError
        timeout: Any = Timeout(total=left)
        return self.send(request, stream=True, timeout=timeout)

    def get_connection_with_tls_context(self, request: PreparedRequest, *_: Any, **__: Any) -> Any:
        """The shared context already says whom to trust, so no CA file joins the pool's key."""
        return self.poolmanager.connection_from_url(request.url or "")

    def cert_verify(self, *_: Any) -> None:
        """The shared context verifies certificates and host names."""
