"""httpx's transport for threads under its asynchronous client: the one on asyncio takes thrice the time."""

from __future__ import annotations

from asyncio import get_running_loop
from concurrent.futures import ThreadPoolExecutor

import httpx


class InThreads(httpx.AsyncBaseTransport):
    """Up to `connections` connections; a cancelled request ends its thread by httpx's own timeouts."""

    def __init__(self, connections: int, proxy: str | None) -> None:
        """Raises ValueError for an unknown kind of proxy, ImportError where its library is missing."""
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._transport = httpx.HTTPTransport(trust_env=False, limits=limits, proxy=proxy)
        # More threads than connections: who waits for one waits in httpx, which says that nothing has left.
        self._threads = ThreadPoolExecutor(2 * connections, thread_name_prefix="telegram")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await get_running_loop().run_in_executor(self._threads, self._answer, request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._transport.handle_request(request)
        try:
            assert isinstance(answer.stream, httpx.SyncByteStream)  # noqa: S101 - for mypy
            content = b"".join(answer.stream)
        finally:
            answer.close()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    async def aclose(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._transport.close()
