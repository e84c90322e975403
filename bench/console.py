"""Every page with 100,000 articles and 1,000,000 deliveries, beside 1,000, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from bench.office import NOW
from bench.pages import PAGES, unasked
from tests.crash import postgresql

if TYPE_CHECKING:
    from django.test import Client

FEW, MANY = 1_000, 100_000
REQUESTS = 40
"""Of each page, in turn with all others; the two offices take turns as well."""
MOST_MS, MOST_TIMES, MOST_MORE_MS = 150.0, 1.5, 20.0
"""p95; and beside the small office so many times the work, or so many milliseconds of it more."""
FIRST_LOAD = 150_000
"""Octets of a page with its style sheet and scripts, compressed where they are."""
CHANNELS = (
    "cong",
    "bao-chi",
    "telegram",
    "telegram-xa",
    "zalo",
    "zalo-nhom",
    "loa",
    "nhom-1",
    "nhom-2",
    "bang-tin",
)
"""Each article goes to all ten."""
SOURCES = 40


@dataclass(frozen=True)
class Seen:
    """One request."""

    seconds: float
    work: float
    """Seconds of the processor's time, the database's with it; on a busy machine a page only takes longer."""
    queries: int
    octets: int
    """Of the page, compressed where the server does so, and of what it loads first."""


def main() -> bool:
    """A line for each page on each database; True where all of them are in bounds."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        right = _pages("SQLite", Path(folder), dict.fromkeys((FEW, MANY), ""))
    if postgresql.MISSING:
        raise SystemExit(postgresql.MISSING)
    # What helps a backend along is no work of its own, and would not be counted.
    alone = "max_parallel_workers_per_gather=0"
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder, postgresql.server(alone) as server:
        addresses = {stored: server.database(f"loa{stored}") for stored in (FEW, MANY)}
        return _pages("PostgreSQL", Path(folder), addresses) and right


def _pages(database: str, folder: Path, addresses: dict[int, str]) -> bool:
    """Of two offices side by side, each in a database at this address, or in its folder."""
    offices = {stored: _begin(folder / str(stored), stored, address) for stored, address in addresses.items()}
    unasked = {name for office in offices.values() for name in office.recv()}
    found: dict[str, dict[int, list[Seen]]] = {name: {FEW: [], MANY: []} for name in PAGES}
    for turn in range(REQUESTS):
        # Another order each time, or what tidies up after all of them would always meet the same one.
        for name in random.Random(turn).sample(list(PAGES), len(PAGES)):
            for stored, office in offices.items():
                office.send(name)
                found[name][stored].append(office.recv())
        print(f"{database}: turn {turn + 1} of {REQUESTS}", end="\r", file=sys.stderr, flush=True)
    for office in offices.values():
        office.send(None)
    print(
        f"\n{f'{database}; p95, ms':26}{'queries':>9}{f'of {FEW}':>12}{f'of {MANY}':>12}"
        f"{'median work':>12}{'work':>12}{'load':>12}"
    )
    right = [_told(name, seen) for name, seen in found.items()]
    if unasked:
        print(f"not asked: {', '.join(sorted(unasked))}  !")
    return all(right) and not unasked


def _told(name: str, seen: dict[int, list[Seen]]) -> bool:
    """Growth is judged by the median of the processor's time, which the machine's neighbours change least."""
    few, many = (_p95(each.seconds for each in seen[stored]) for stored in (FEW, MANY))
    light, heavy = (1000 * median(each.work for each in seen[stored]) for stored in (FEW, MANY))
    queries = [seen[stored][-1].queries for stored in (FEW, MANY)]
    octets = max(each.octets for each in seen[MANY])
    grows = heavy > MOST_TIMES * light and heavy > light + MOST_MORE_MS
    right = many <= MOST_MS and not grows and queries[0] == queries[1] and octets <= FIRST_LOAD
    counted = f"{queries[0]}" if queries[0] == queries[1] else f"{queries[0]} → {queries[1]}"
    times = "".join(f"{each:>12.1f}" for each in (few, many, light, heavy))
    print(f"{name:26}{counted:>9}{times}{octets / 1000:>9.1f} KB{'' if right else '  !'}")
    return right


def _p95(seconds: Iterable[float]) -> float:
    """In milliseconds."""
    found = sorted(seconds)
    return 1000 * found[int(len(found) * 0.95)]


def _begin(folder: Path, stored: int, address: str) -> Connection:
    """An office in a process of its own: once filled it says what is not asked, then each page's figures."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    context.Process(target=_office, args=(folder, stored, address, theirs), daemon=True).start()
    return ours


def _office(folder: Path, stored: int, address: str, bench: Connection) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "schedule.yaml").write_text(json.dumps(_schedule(), ensure_ascii=False))
    from pipeline.cli.session import Options, enter

    os.environ |= {"LOA_DATA": str(folder / "var"), "DATABASE_URL": address}
    office = enter(Options(schedule=folder / "schedule.yaml", data=folder / "var", now=NOW))
    # Its rows need the office's database.
    from bench.archive import fill

    fill(stored, SOURCES, CHANNELS, NOW)
    asking = _requests(stored)
    next(asking)
    bench.send(unasked())
    while name := bench.recv():
        bench.send(asking.send(name))
    office.close()


def _schedule() -> dict[str, object]:
    kinds: dict[str, dict[str, object]] = {
        "cong": {"kind": "portal"},
        "bao-chi": {"kind": "press"},
        "loa": {"kind": "radio", "folder": "var/radio"},
        "bang-tin": {"kind": "manual", "place": "Bảng tin của xã"},
        "zalo": {"kind": "zalo-oa", "app_id": "1", "secret": "loa-bench", "api": "http://127.0.0.1:9"},
    }
    token = "123456:loa-bench"
    channels = [
        {"id": id, **kinds.get(id, {"kind": "telegram", "chat": f"@{id}", "token": token})} for id in CHANNELS
    ]
    sources = [
        {"id": f"nguon-{n}", "agency": f"Cơ quan {n}", "url": f"https://a{n}.example/rss"}
        for n in range(SOURCES)
    ]
    return {
        "office": {"name": "Văn phòng UBND tỉnh", "base_url": "http://127.0.0.1:8000"},
        "console": {"second_factor": "optional"},
        "sources": sources,
        "channels": channels,
        "routes": [{"channels": list(CHANNELS)}],
    }


def _requests(stored: int) -> Generator[Seen, str, None]:
    """Asks for the page whose name it is sent; the first answer is none."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from pipeline import office
    from pipeline.models import Appointment, Delivery
    from pipeline.write.drafts import begin

    client = Client(headers={"accept-encoding": "gzip"})
    user = User.objects.create_user("hoa")
    for role in ("approver", "administrator"):
        Appointment.objects.create(user=user, role=role)
    client.force_login(user)
    draft = begin(office.current(), user, "Cơ quan 3", "tin")
    marked = re.search(r'data-stamp="(\w+)"', _page(client, "/console/")[0])
    known = {"stamp": marked[1] if marked else "", "newest": stored - stored % 4, "middle": stored // 2 + 1}
    known["user"] = user.pk
    known["card"] = Delivery.objects.filter(channel="bang-tin", state="queued").values_list("id", flat=True)[
        0
    ]
    known["draft"] = draft.pk
    work = _work()
    once: dict[str, tuple[int, int]] = {}
    name = yield Seen(0, 0, 0, 0)
    while True:
        address = PAGES[name].format(**known)
        if name not in once:
            octets = _first_load(client, address)
            # The first page after a while notes that somebody is there; this one does not.
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            once[name] = len(asked), octets
        began, start = work(), perf_counter()
        answer = client.get(address)
        seconds, worked = perf_counter() - start, work() - began
        if answer.status_code not in (200, 204):
            raise SystemExit(f"{address} answers {answer.status_code}")
        name = yield Seen(seconds, worked, *once[name])


def _work() -> Callable[[], float]:
    """The processor's time that this process has had, in seconds, and its backend of PostgreSQL."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return process_time
    # Nanoseconds on the processor are its first number (the kernel's sched-stats.rst).
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return lambda: process_time() + int(backend.read_text().split()[0]) / 1e9


def _first_load(client: Client, address: str) -> int:
    """Octets of a page and of all that it names of ours, as they go over the line."""
    page, octets = _page(client, address)
    assets = set(re.findall(r'"(/static/[^"]+)"', page))
    return octets + sum(_page(client, asset)[1] for asset in assets)


def _page(client: Client, address: str) -> tuple[str, int]:
    """What is read at an address, and its octets on the line."""
    answer = client.get(address)
    packed = answer.get("Content-Encoding") == "gzip"
    content = gzip.decompress(answer.content) if packed else answer.content
    return content.decode(errors="replace"), len(answer.content)
