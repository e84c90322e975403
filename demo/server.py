"""The lean HTTP/1.1 server under every stand-in, with the one seam where scripted faults come in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.faults import Fault, Faults

_LARGEST_BODY = 60 * 1024 * 1024  # bytes; Telegram's own ceiling for an upload is 50 MB
_BLOCK_PAGE = (
    "<!DOCTYPE html><title>Truy cập bị chặn</title><p>Trang này không truy cập được từ mạng của bạn."
)


@dataclass(frozen=True)
class Upload:
    """One file of a multipart body."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are lower case, `path` is decoded and has no query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises ValueError when it is none."""
        value = json.loads(self.body.decode())
        if not isinstance(value, dict):
            raise ValueError("the body is not a JSON object")  # noqa: TRY004 - one error for a bad body
        return value

    def form(self) -> dict[str, str]:
        """The fields of an x-www-form-urlencoded body."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def multipart(self) -> tuple[dict[str, str], dict[str, Upload]]:
        """The fields and the files of a multipart body (RFC 7578); raises ValueError when it is broken."""
        boundary = re.search(r'boundary="?([^";]+)', self.headers.get("content-type", ""))
        if boundary is None:
            raise ValueError("multipart without a boundary")
        fields: dict[str, str] = {}
        files: dict[str, Upload] = {}
        for part in (b"\r\n" + self.body).split(b"\r\n--" + boundary[1].encode())[1:]:
            if part.startswith(b"--"):
                return fields, files
            head, _, content = part.partition(b"\r\n\r\n")
            given = dict(re.findall(r'\b(name|filename)\*?="?([^";\r\n]*)', head.decode()))
            if "filename" in given:
                files[given["name"]] = Upload(given["filename"], content)
            else:
                fields[given["name"]] = content.decode()
        raise ValueError("multipart without an end")


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        return cls(json.dumps(value, ensure_ascii=False).encode(), status, headers=headers or {})

    @classmethod
    def html(cls, page: str, status: int = 200) -> Reply:
        return cls(page.encode(), status, "text/html; charset=utf-8")

    def wire(self, *, without_body: bool = False) -> bytes:
        """The answer as it goes over the wire (RFC 9112)."""
        head = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        if self.status != HTTPStatus.NOT_MODIFIED:
            head.append(f"Content-Type: {self.content_type}")
        return "\r\n".join([*head, "\r\n"]).encode() + (b"" if without_body else self.body)


class _Connections(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, stand_in: StandIn) -> None:
        self.stand_in = stand_in
        self.open: set[socket.socket] = set()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), _Connection)

    def hang_up(self) -> None:
        self.stopping.set()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that has gone away is no news; a stand-in's own mistake is.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Connections

    def handle(self) -> None:
        self.server.open.add(self.connection)
        try:
            while (request := self._read()) is not None and self._answer(request):
                pass
        finally:
            self.server.open.discard(self.connection)

    def _read(self) -> Request | None:
        first = self.rfile.readline(65_537)
        if not first.strip() or self.server.stopping.is_set():
            return None
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(65_537)) not in (b"\r\n", b"\n", b""):
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        try:
            method, target, _ = first.decode("ascii").split(" ")
            length = int(headers.get("content-length", 0))
        except ValueError:
            self.wfile.write(Reply(status=400).wire())
            return None
        if "transfer-encoding" in headers or length > _LARGEST_BODY:
            self.wfile.write(Reply(status=411 if length <= _LARGEST_BODY else 413).wire())
            return None
        return Request(method, target, headers, self.rfile.read(length))

    def _answer(self, request: Request) -> bool:
        """Answer one request; False when the connection is over."""
        stand_in = self.server.stand_in
        if not request.path.startswith("/_") and (fault := stand_in.faults.take(request.path)):
            return self._fail(fault, request)
        return self._write(stand_in.handle(request), request)

    def _fail(self, fault: Fault, request: Request) -> bool:
        stand_in = self.server.stand_in
        reply = stand_in.handle(request) if fault.is_after_accepting else Reply.html(_BLOCK_PAGE)
        match fault.effect:
            case "reset":
                return self._reset()
            case "silence":
                self.server.stopping.wait(fault.lasts)
                return False
            case "500":
                reply = stand_in.server_error(request)
            case "too-many":
                reply = stand_in.too_many(request, int(fault.lasts))
            case "drip":
                for byte in reply.wire():
                    self.wfile.write(bytes([byte]))
                    self.server.stopping.wait(fault.lasts)
                return True
        return self._write(reply, request)

    def _write(self, reply: Reply, request: Request) -> bool:
        self.wfile.write(reply.wire(without_body=request.method == "HEAD"))
        return request.headers.get("connection", "").lower() != "close"

    def _reset(self) -> bool:
        # Zero linger makes the close a RST; the descriptor is closed by hand because rfile still holds it.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.open.discard(self.connection)
        os.close(self.connection.detach())
        return False


class StandIn:
    """A service that listens on loopback for as long as the `with` block lasts.

    A port of 0 takes a free one, the same for the stand-in's whole life. Under `/_` are the stand-in's own
    pages, which no real service has: `POST /_faults` adds one fault (the fields of Fault, as JSON).
    """

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._connections: _Connections | None = None
        self._door = threading.RLock()
        self.faults = Faults(self._refuse)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._shut()
        self._connections = None

    def _open(self) -> None:
        with self._door:
            server = _Connections(self._port, self)
            self._port = server.server_address[1]
            self._connections = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def _shut(self) -> None:
        with self._door:
            if (server := self._connections) is not None and not server.stopping.is_set():
                server.stopping.set()
                server.shutdown()
                server.server_close()
                server.hang_up()

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse every connection for as long as the block lasts; what was accepted before is kept."""
        self._shut()
        try:
            yield
        finally:
            self._open()

    def _refuse(self, seconds: float) -> None:
        self._shut()

        def reopen() -> None:
            if self._connections is not None:  # not when the stand-in was left in the meantime
                self._open()

        timer = threading.Timer(seconds, reopen)
        timer.daemon = True
        timer.start()

    def handle(self, request: Request) -> Reply:
        """The stand-in's own pages first, then the service's."""
        if request.path == "/_faults" and request.method == "POST":
            return self._add_fault(request)
        return self.answer(request)

    def _add_fault(self, request: Request) -> Reply:
        try:
            fault = Fault(**request.json())
        except (TypeError, ValueError) as mistake:
            return Reply.json({"error": str(mistake)}, 400)
        if fault.kind == "refuse":
            # A moment later, since a refusal hangs up on every connection, this one too.
            threading.Timer(0.05, self.faults.append, (fault,)).start()
        else:
            self.faults.append(fault)
        return Reply.json({"added": fault.kind})

    def answer(self, request: Request) -> Reply:
        """What the service says to one request."""
        raise NotImplementedError

    def server_error(self, request: Request) -> Reply:  # noqa: ARG002 - for those that tell paths apart
        """How the service says that it is broken."""
        return Reply.html("<h1>502 Bad Gateway</h1>", 502)

    def too_many(self, request: Request, seconds: int) -> Reply:  # noqa: ARG002
        """How the service says that requests come too fast."""
        return Reply.json({}, 429, {"Retry-After": str(seconds)})

    def serve(self) -> None:
        """Listen until the process is interrupted, having printed the address on a line of its own."""
        with self, contextlib.suppress(KeyboardInterrupt):
            print(self.url, flush=True)
            threading.Event().wait()
