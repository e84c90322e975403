"""A tiny HTTP server on a real socket whose every answer, or failure to answer, a test writes out."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Act = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """Answers each request with the next act of `acts`, the last of them for ever; keeps all requests."""

    def __init__(self, *acts: Act) -> None:
        self.acts = deque(acts)
        self.requests: list[Request] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            stream = connection.makefile("rb")
            method, path, _ = stream.readline().decode().split(" ", 2)
            headers = {}
            while line := stream.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers.get("content-length", 0)))
            self.requests.append(Request(method, path, headers, body))
            act = self.acts.popleft() if len(self.acts) > 1 else self.acts[0]
            act(connection)

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def close(self) -> None:
        self._listener.close()


@contextlib.contextmanager
def wire(*acts: Act) -> Iterator[Wire]:
    server = Wire(*acts)
    try:
        yield server
    finally:
        server.close()


def say(value: Any, status: int = 200, *headers: str) -> Act:
    """A JSON answer."""
    return raw(json.dumps(value).encode(), status, "Content-Type: application/json", *headers)


def page(status: int = 200) -> Act:
    """An HTML page, as a filter on the way or a broken gateway answers."""
    return raw("<html><p>Trang bị chặn</p></html>".encode(), status, "Content-Type: text/html")


def raw(body: bytes, status: int, *headers: str) -> Act:
    # It answers one request a connection and says so, or the client's next one may meet a closing socket.
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    head = "\r\n".join(lines)

    def act(connection: socket.socket) -> None:
        connection.sendall(head.encode() + body)

    return act


def reset(connection: socket.socket) -> None:
    """The request arrived; the connection dies without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut(connection: socket.socket) -> None:
    """Half an answer."""
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"error"')


SOON = 5.0
"""Seconds within which a deadline of less than two has certainly struck, however busy the machine is."""
HELD = 4 * SOON
"""Seconds for which a far side holds whoever has no deadline."""


def silence(connection: socket.socket) -> None:
    """The request arrived; nothing comes back for longer than any test waits."""
    with contextlib.suppress(OSError):
        connection.settimeout(HELD)
        connection.recv(1)


def drip(connection: socket.socket) -> None:
    """A header that comes letter by letter: no single wait is ever too long."""
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(400):
            connection.sendall(b"a")
            time.sleep(HELD / 400)


def closed_port() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
