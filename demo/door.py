"""The port of a stand-in: open, or barred so that connections are refused or never come about."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

HOST = "127.0.0.1"


class Listener(socketserver.ThreadingTCPServer):
    """The connections that came in through an open door, a thread each."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: Callable[..., socketserver.BaseRequestHandler]) -> None:
        self.stopping = threading.Event()
        self._inside: dict[object, int] = {}  # connection → the thread that serves it
        super().__init__((HOST, port), handler)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self._inside[request] = threading.get_ident()
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._inside.pop(request, None)

    def leave(self) -> None:
        """Listen no more and hang up on everybody, but for whom the calling thread is serving."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection, thread in list(self._inside.items()):
            if thread != threading.get_ident() and isinstance(connection, socket.socket):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that has gone away is no news; a stand-in's own mistake is.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Door:
    """A port on loopback; 0 takes a free one at the first opening, the same from then on.

    Whoever comes in is served by `handler`. Any thread may open, shut or bar it.
    """

    def __init__(self, port: int, handler: Callable[..., socketserver.BaseRequestHandler]) -> None:
        self.port = port
        self._handler = handler
        self._listener: Listener | None = None
        self._bar: ExitStack | None = None
        self._lock = threading.RLock()

    def open(self) -> None:
        with self._lock:
            self._lift()
            if self._listener is None:
                self._listener = Listener(self.port, self._handler)
                self.port = self._listener.server_address[1]
                threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def shut(self) -> None:
        """Hang up on everybody, and let nobody in until the next opening; ends a bar."""
        with self._lock:
            self._lift()
            if self._listener is not None:
                self._listener.leave()
                self._listener = None

    def bar(self, seconds: float | None = None, *, silently: bool = False) -> None:
        """Shut the door for that long, or until `unbar`; a later bar replaces an earlier one.

        Connections are refused, or `silently` not completed, so that a client runs into its time-out. A door
        that was shut stays so.
        """
        with self._lock:
            if self._listener is None and self._bar is None:
                return
            self.shut()
            self._bar = bar = ExitStack()
            bar.enter_context(_full(self.port) if silently else _bound(self.port))
        if seconds is not None:
            timer = threading.Timer(seconds, self.unbar, (bar,))
            timer.daemon = True
            timer.start()

    def unbar(self, bar: ExitStack | None = None) -> None:
        """Open the door if it is barred, by that bar if one is named."""
        with self._lock:
            if self._bar is not None and bar in (None, self._bar):
                self.open()

    def _lift(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


@contextlib.contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    """The port taken, so that nobody else can have it, but refusing: nobody listens."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((HOST, port))
        yield taken


@contextlib.contextmanager
def _full(port: int) -> Iterator[None]:
    """The port with a queue of pending connections that is full: Linux then drops each SYN (listen(2)).

    A queue of 0 holds one. A client that is quicker than we are waits there unheard, and is reset in the end.
    """
    with _bound(port) as listener, socket.socket() as first:
        listener.listen(0)
        first.settimeout(1)
        with contextlib.suppress(TimeoutError):
            first.connect((HOST, port))
        yield
