"""Re-polls 500 unchanged feeds on loopback through the guarded fetch: how many a second."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from time import perf_counter

import requests

from pipeline.collect.fetch import Fetcher

FEEDS = 500
ROUNDS = 5
THREADS = 8
TARGET = 400
ETAG = '"bench"'
BODY = b"<rss version='2.0'><channel><title>Tin</title></channel></rss>"
UNCHANGED = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
FULL = f"HTTP/1.1 200 OK\r\nETag: {ETAG}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY


class _Answers(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(UNCHANGED if b"if-none-match" in data.lower() else FULL)


def _serve(port: Connection) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(_Answers, "0.0.0.0", 0, backlog=FEEDS)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def main() -> None:
    """Every feed has a host of its own (127.0.x.y); prints polls a second and the ratio to bare requests."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    urls = [f"http://127.0.{n // 250}.{n % 250 + 1}:{port}/rss.xml" for n in range(FEEDS)]
    with Fetcher() as fetcher, ThreadPoolExecutor(THREADS) as pool:

        def poll(url: str) -> int:
            return fetcher.fetch(url, etag=ETAG, allow_private=True).status

        def bare(url: str) -> int:
            return requests.get(url, headers={"If-None-Match": ETAG}, timeout=20).status_code

        rates = []
        for way, rounds in ((bare, 1), (poll, ROUNDS)):
            start = perf_counter()
            for _ in range(rounds):
                if set(pool.map(way, urls)) != {304}:
                    raise SystemExit("a feed was not reported as unchanged")
            rates.append(FEEDS * rounds / (perf_counter() - start))
    server.terminate()
    print(f"requests.get  {rates[0]:6.0f} polls/s")
    print(f"Fetcher       {rates[1]:6.0f} polls/s  ({rates[1] / rates[0]:.1f}×; target {TARGET}/s)")
    if rates[1] < TARGET:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
