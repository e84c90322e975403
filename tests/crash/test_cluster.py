"""Clocks, workers and web as processes on one PostgreSQL: killed, cut off, woken; each post goes out once."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from tests.crash import postgresql
from tests.crash.office import Folder
from tests.crash.test_service import free_port, page, wait_for

NOW = datetime.fromisoformat("2026-11-23T07:59:55+07:00")
"""Five seconds before the run of the morning."""
RUN = "runs:\n  - {id: sang, at: '08:00', days: mon-sat, job: once}\n"


class Machines:
    """Processes of one office, whose day began when the first of them did."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.begun = time.monotonic()
        self.running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, *arguments: str) -> None:
        now = NOW + timedelta(seconds=time.monotonic() - self.begun)
        self.running[name] = self.folder.start(*arguments, "--now", now.isoformat())

    def kill(self, name: str) -> None:
        """SIGKILL, at once."""
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def stop(self) -> dict[str, str]:
        """SIGTERM for all, which must end in order; what each said on standard error."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        said = {}
        for name, process in self.running.items():
            out, said[name] = process.communicate(timeout=60)
            assert process.returncode == 0, said[name]
            assert "Finishing" in out
        self.running.clear()
        return said


@pytest.fixture
def server() -> Iterator[postgresql.Server]:
    if postgresql.MISSING:
        pytest.skip(postgresql.MISSING)
    with postgresql.server() as server:
        yield server


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        yield telegram


@pytest.fixture
def machines(tmp_path: Path, server: postgresql.Server, telegram: TelegramStandIn) -> Iterator[Machines]:
    folder = Folder(tmp_path, telegram.url, environ={"DATABASE_URL": server.address})
    with (tmp_path / "schedule.yaml").open("a") as schedule:
        schedule.write(RUN)
    machines = Machines(folder)
    try:
        yield machines
    finally:
        for name in list(machines.running):
            machines.kill(name)


def shown(telegram: TelegramStandIn) -> set[str]:
    """The numbers of the items that readers see, of which they must see no message twice."""
    messages = Counter(message["html"] for message in telegram.shown())
    assert set(messages.values()) <= {1}, "a message went out twice"
    return {n for html in messages for n in re.findall(r"Tin số (\d+):", html)}


def change(server: postgresql.Server, sql: LiteralString) -> None:
    with psycopg.connect(server.address) as rows:
        rows.execute(sql)


def settled(folder: Folder, items: int) -> Callable[[], bool]:
    """Whether every item was collected, nothing is under way, and what waits does so for a row in doubt."""
    waiting = (
        "SELECT count(*) FROM pipeline_delivery d LEFT JOIN pipeline_delivery b ON b.id = d.after_id"
        " WHERE d.state = 'sending' OR d.state = 'queued'"
        " AND (b.state IS NULL OR b.state NOT IN ('uncertain', 'queued'))"
    )
    released = "SELECT count(DISTINCT article_id) FROM pipeline_delivery"
    return lambda: folder.ask(released) == [(items,)] and folder.ask(waiting) == [(0,)]


def leader(machines: Machines) -> str:
    """The process that leads, by its name here; empty where none does."""
    asked = (
        "SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE objid = 4 AND granted"
    )
    leading = [int(name.rpartition(":")[2]) for (name,) in machines.folder.ask(asked) if "clock" in name]
    assert len(leading) < 2, "two clocks lead"
    return next((name for name, process in machines.running.items() if process.pid in leading), "")


def compare(folder: Folder, telegram: TelegramStandIn) -> Counter[str]:
    """The ledger and what readers see agree; returns the states of Telegram's rows."""
    there = shown(telegram)
    rows = folder.ask(
        "SELECT d.channel, d.state, r.title, d.part FROM pipeline_delivery d JOIN pipeline_revision r"
        " ON r.id = d.revision_id"
    )
    assert len({row[2] for row in rows}) == folder.items, "an item was lost"
    for channel, state, title, part in rows:
        if channel != "telegram":
            assert state == "sent"
        elif state == "sent" and part == 1:
            assert re.findall(r"\d+", title)[0] in there, "confirmed, but not there"
        else:
            assert state in ("sent", "uncertain", "queued" if part > 1 else ""), (state, title, part)
    return Counter(state for channel, state, *_ in rows if channel == "telegram")


def test_five_processes_of_which_two_are_killed_and_a_server_that_crashes(
    machines: Machines, telegram: TelegramStandIn, server: postgresql.Server
) -> None:
    folder = machines.folder
    address = f"127.0.0.1:{free_port()}"
    folder.publish(6)
    for name in ("clock-1", "clock-2"):
        machines.start(name, "clock")
    for name in ("worker-1", "worker-2"):
        machines.start(name, "worker", "--width", "8")
    machines.start("web", "web", "--bind", address)
    wait_for("first items", lambda: len(shown(telegram)) == 6)
    wait_for("page", lambda: "Tin số 5" in page(f"http://{address}/"))
    wait_for("run", lambda: folder.ask("SELECT state FROM pipeline_tick") == [("done",)])
    wait_for("rest", settled(folder, 6))

    # What no job carries; what a worker of another machine has left when its lease ends; and a clock dies,
    # whose session's end lets the other one lead.
    left = "UPDATE pipeline_delivery SET state = 'sending', owner = 'elsewhere:1', "
    lease = "lease_until = now() + interval '2 seconds' WHERE part = 1 AND "
    change(server, "UPDATE pipeline_delivery SET state = 'queued' WHERE channel = 'cong'")
    change(server, f"{left}{lease} channel = 'loa'")
    change(server, f"{left}{lease} channel = 'telegram' AND id < 5")
    machines.kill(first := leader(machines))
    folder.publish(3)
    wait_for("other clock", settled(folder, 9))
    assert leader(machines) not in ("", first)
    assert compare(folder, telegram)["uncertain"] > 0

    # A worker dies with its hands full; another one finds its rows by the lock that nobody holds.
    telegram.faults.append(Fault("drip", seconds=0.002, only="sendMessage", times=1000))
    folder.publish(12)
    sending = "SELECT DISTINCT owner FROM pipeline_delivery WHERE state = 'sending' AND channel = 'telegram'"
    wait_for("two workers at work", lambda: len(folder.ask(sending)) == 2)
    machines.kill("worker-1")
    telegram.faults.clear()
    wait_for("taking over", settled(folder, 21))

    # The server goes down as by a power cut; nobody needs to be started again.
    folder.publish(3)
    server.control("restart")
    wait_for("return", settled(folder, 24), 90)

    wait_for("answer", lambda: not folder.ask("SELECT id FROM procrastinate_jobs WHERE status = 'todo'"))
    said = machines.stop()
    assert folder.ask("SELECT count(*) FROM pipeline_tick") == [(1,)]
    print(f"\n{dict(compare(folder, telegram))}")
    assert "Traceback" not in said["web"]


@pytest.mark.skipif(not os.environ.get("LOA_LONG"), reason="LOA_LONG=1 (make chaos) runs the long version")
def test_whatever_dies_in_whichever_order(
    machines: Machines, telegram: TelegramStandIn, server: postgresql.Server
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    chance = random.Random(seed)
    folder = machines.folder
    kinds = ("clock", "clock", "worker", "worker", "worker")
    names = [f"{kind}-{number}" for number, kind in enumerate(kinds)]
    dead: Counter[str] = Counter()
    folder.run("articles")
    for _ in range(40):
        for name in names:
            if name not in machines.running:
                machines.start(name, name.partition("-")[0])
        telegram.faults.clear()
        telegram.faults.append(Fault("drip", seconds=0.003, only="sendMessage", times=1000))
        # More than twenty new items in one reading would wait for a person's yes.
        folder.publish(chance.randrange(20 - (folder.items - folder.collected())))
        time.sleep(chance.uniform(0.5, 6))
        victim = chance.choice(["server", *names])
        dead[victim.partition("-")[0]] += 1
        if victim == "server":
            server.control("restart")
        else:
            machines.kill(victim)
    telegram.faults.clear()
    wait_for("end", settled(folder, folder.items), 300)
    machines.stop()
    print(f"\nseed {seed}: {dict(dead)}, {folder.items} items, {dict(compare(folder, telegram))}")


@pytest.mark.parametrize("command", ["web", "clock", "worker"])
def test_without_postgresql_it_says_what_to_set(tmp_path: Path, command: str) -> None:
    with Folder(tmp_path, "http://127.0.0.1:9").start(command) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "DATABASE_URL" in said
    assert "Traceback" not in said
