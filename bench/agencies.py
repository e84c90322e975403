"""The agencies' side of every workload: a process that serves feeds on loopback, with ETags."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

ETAG = '"bench"'
_FULL = f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Type: application/rss+xml\r\n".encode()
_UNCHANGED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()


class _Answers(asyncio.Protocol):
    def __init__(self, feeds: Mapping[str, bytes]) -> None:
        self._feeds = feeds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if b"if-none-match" in data.lower():
            self._transport.write(_UNCHANGED)
            return
        body = self._feeds[data.split(b" ", 2)[1].decode()]
        self._transport.write(_FULL + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _serve(feeds: Mapping[str, bytes], port: Connection) -> None:
    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Answers(feeds), "0.0.0.0", 0, backlog=1000)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


@contextmanager
def agencies(feeds: Mapping[str, bytes]) -> Iterator[int]:
    """Serve these (path → feed) on every address of loopback; yields the port."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(feeds, theirs), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def host(number: int) -> str:
    """A host of its own for each of up to 60,000 agencies: 127.0.x.y."""
    return f"127.0.{number // 250}.{number % 250 + 1}"
