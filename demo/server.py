"""The lean HTTP/1.1 server under every stand-in, with the one seam where scripted faults come in."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import socketserver
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from demo.door import HOST, Door, Listener
from demo.faults import KINDS, Fault, Faults, Storm, parsed

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
            if "name" not in given:
                raise ValueError("a part without a name")
            if "filename" in given:
                files[given["name"]] = Upload(given["filename"], content)
            else:
                fields[given["name"]] = content.decode()
        raise ValueError("multipart without an end")

    def parameters(self) -> tuple[dict[str, str], dict[str, Upload]]:
        """The fields of the query and of a body of any kind, and its files; raises ValueError.

        A field of a JSON body that is no text is given as its JSON, one that is null is left out.
        """
        match self.content_type if self.body else "":
            case "":
                return self.query, {}
            case "application/json":
                texts = {
                    name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    for name, value in self.json().items()
                    if value is not None
                }
                return self.query | texts, {}
            case "multipart/form-data":
                fields, files = self.multipart()
                return self.query | fields, files
            case "application/x-www-form-urlencoded":
                return self.query | self.form(), {}
            case other:
                raise ValueError(f"content type {other}")


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


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Listener

    def __init__(self, stand_in: StandIn, *given: Any) -> None:
        self.stand_in = stand_in
        super().__init__(*given)

    def handle(self) -> None:
        while (request := self._read()) is not None and self._answer(request):
            pass

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
        if not request.path.startswith("/_") and (fault := self.stand_in.faults.take(request)):
            return self._fail(fault, request)
        return self._write(self.stand_in.handle(request), request)

    def _fail(self, fault: Fault, request: Request) -> bool:
        reply = self.stand_in.handle(request) if fault.is_after_accepting else Reply.html(_BLOCK_PAGE)
        match fault.effect:
            case "refuse" | "connect-time-out":
                self.stand_in.bar(fault)
                return False
            case "reset":
                return self._reset()
            case "silence":
                self.server.stopping.wait(fault.lasts)
                return False
            case "drip":
                for byte in reply.wire():
                    self.wfile.write(bytes([byte]))
                    self.server.stopping.wait(fault.lasts)
                return True
            case "block-page":
                return self._write(reply, request)
        return self._write(self.stand_in.in_own_words(fault, request), request)

    def _write(self, reply: Reply, request: Request) -> bool:
        self.wfile.write(reply.wire(without_body=request.method == "HEAD"))
        return request.headers.get("connection", "").lower() != "close" and not self.server.stopping.is_set()

    def _reset(self) -> bool:
        # Zero linger makes the close a RST; the descriptor is closed by hand because rfile still holds it.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        return False


class StandIn:
    """A service that listens on loopback for as long as the `with` block lasts.

    A port of 0 takes a free one, the same for the stand-in's whole life; the faults of `plan` wait from the
    start. Under `/_` are the stand-in's own pages, which no real service has: `POST /_faults` adds a fault or
    a storm (the fields of Fault, or {"storm": those of Storm}, as JSON), `DELETE /_faults` ends them all.
    """

    kinds: ClassVar[frozenset[str]] = frozenset(KINDS) - {"group-migrated"}
    """The faults that this service knows."""

    def __init__(self, port: int = 0, *, plan: Iterable[Fault | Storm] = ()) -> None:
        self._door = Door(port, partial(_Connection, self))
        self._plan = list(plan)
        self.faults = Faults(self.kinds, self.suits, self.bar)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._door.port}"

    def __enter__(self) -> Self:
        self._door.open()
        for coming in self._plan:
            self.faults.append(coming)
        return self

    def __exit__(self, *_: object) -> None:
        self._door.shut()

    @contextlib.contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse every connection for as long as the block lasts; what was accepted before is kept."""
        self._door.bar()
        try:
            yield
        finally:
            self._door.unbar()

    def bar(self, fault: Fault | None) -> None:
        """Let nobody in for as long as a fault of the door lasts; None opens it again."""
        if fault is None:
            self._door.unbar()
        else:
            self._door.bar(fault.lasts, silently=fault.kind == "connect-time-out")

    def handle(self, request: Request) -> Reply:
        """The stand-in's own pages first, then the service's."""
        if request.path == "/_faults" and request.method == "POST":
            return self._add_fault(request)
        if request.path == "/_faults" and request.method == "DELETE":
            self.faults.clear()
            return Reply.json({})
        return self.answer(request)

    def _add_fault(self, request: Request) -> Reply:
        try:
            given = request.json()
            self.faults.append(parsed(given))
        except ValueError as mistake:
            return Reply.json({"error": str(mistake)}, 400)
        return Reply.json({"added": given})

    def answer(self, request: Request) -> Reply:
        """What the service says to one request."""
        raise NotImplementedError

    def suits(self, fault: Fault, request: Request) -> bool:  # noqa: ARG002 - for those that tell requests apart
        """Whether the request is one that the fault can happen to."""
        return True

    def in_own_words(self, fault: Fault, request: Request) -> Reply:  # noqa: ARG002
        """What the service says for a fault that it words itself, once it has done what the words say."""
        status = {"too-many": 429, "forbidden": 403, "token-expired": 401}.get(fault.effect, 502)
        headers = {"Retry-After": str(fault.retry_after)} if status == 429 else {}
        page = f"<h1>{status} {HTTPStatus(status).phrase}</h1>".encode()
        return Reply(page, status, "text/html; charset=utf-8", headers)

    def serve(self) -> None:
        """Listen until SIGTERM or Ctrl+C, having printed the address on a line of its own."""
        ends = {signal.SIGTERM, signal.SIGINT}
        # Blocked, they are heard even by a background job of a script, which is born deaf to Ctrl+C.
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        with self:
            print(self.url, flush=True)
            signal.sigwait(ends)
