"""500 unchanged feeds are polled again: bare requests, the guarded fetch, the whole way to the database."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import requests

from bench.agencies import ETAG, agencies, host
from bench.office import TOKEN, Office, telegram
from pipeline.cli.session import Options, enter
from pipeline.collect.fetch import Fetcher

FEEDS = 500
ROUNDS = 5
THREADS = 8
LEAST = 400
"""Polls a second of the whole way."""
FEED = b"<rss version='2.0'><channel><title>Tin</title><link>https://a.example</link></channel></rss>"


def main() -> bool:
    """Every feed has a host of its own; prints polls a second; True where the whole way makes `LEAST`."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder, agencies({"/rss.xml": FEED}) as port:
        urls = [f"http://{host(n)}:{port}/rss.xml" for n in range(FEEDS)]
        with Fetcher() as fetcher, ThreadPoolExecutor(THREADS) as pool:

            def bare(url: str) -> int:
                return requests.get(url, headers={"If-None-Match": ETAG}, timeout=20).status_code

            def guarded(url: str) -> int:
                return fetcher.fetch(url, etag=ETAG, allow_private=True).status

            ways: dict[str, Callable[[], object]] = {
                "requests.get": lambda: _all_unchanged(list(pool.map(bare, urls))),
                "Fetcher": lambda: _all_unchanged(list(pool.map(guarded, urls))),
                "collect_sources, with its database": _whole_way(Path(folder), urls, fetcher),
            }
            rates = {name: _rate(way) for name, way in ways.items()}
    slowest = rates["requests.get"]
    for name, rate in rates.items():
        print(f"{name:36} {rate:6.0f} polls/s  ({rate / slowest:.1f}×)")
    print(f"{'at least':36} {LEAST:6} polls/s")
    return rate >= LEAST


def _whole_way(folder: Path, urls: list[str], fetcher: Fetcher) -> Callable[[], object]:
    """What `loa once` does to read: from the rows of its sources and back to them."""
    Office(folder, urls, [telegram("http://127.0.0.1:9")])
    os.environ["TOKEN"] = TOKEN
    office = enter(Options(schedule=folder / "schedule.yaml", data=folder / "var"))
    from pipeline.collect.sandbox import Sandbox
    from pipeline.collect.stage import Tools
    from pipeline.models import Source
    from pipeline.review.checks import similarity
    from pipeline.run import collect_sources

    with Sandbox() as sandbox:
        tools = Tools(fetcher, sandbox, office.pictures, similarity)
        collect_sources(office, tools)
    known = Source.objects.filter(state="ok", etag=ETAG).count()
    if known != FEEDS:
        raise SystemExit(f"only {known} of {FEEDS} feeds were read")
    return lambda: collect_sources(office, tools)


def _all_unchanged(statuses: list[int]) -> None:
    if set(statuses) != {304}:
        raise SystemExit("a feed was not reported as unchanged")


def _rate(way: Callable[[], object]) -> float:
    start = perf_counter()
    for _ in range(ROUNDS):
        way()
    return FEEDS * ROUNDS / (perf_counter() - start)
