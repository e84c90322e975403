"""What servers in these tests do, beyond `tests.channels.wire`."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.channels.wire import Act, raw


def send(data: bytes, *, pause: float = 0) -> Act:
    """These very bytes; with a pause, one at a time."""

    def act(connection: socket.socket) -> None:
        if not pause:
            return connection.sendall(data)
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
        return None

    return act


def go_to(url: str, status: int = 302) -> Act:
    return raw(b"", status, f"Location: {url}")


@contextmanager
def listening(act: Act) -> Iterator[int]:
    """The port of a server that reads no HTTP: it does `act` with the first connection."""

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                act(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
