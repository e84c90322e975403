"""One process of the ledger's workload: it prepares rows or jobs, or at the word "go" works them off."""

from __future__ import annotations

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import django
from django.core.management import call_command
from django.db import connection

if TYPE_CHECKING:
    from procrastinate import App

WIDTH = 16
"""Threads of a process, of ours as of procrastinate's."""


def prepare_deliver(rows: int) -> None:
    """An empty database, and in it so many articles that each wait for one message to go."""
    from pipeline.deliver import outbox
    from tests.pipeline.ledger import NOW, post, revision

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    outbox.enqueue_all([(revision(f"Tin {n}"), [post()]) for n in range(rows)], NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def deliver() -> int:
    """Drain the ledger to a channel that does nothing."""
    from pipeline.deliver.engine import Engine
    from tests.pipeline.ledger import NOW, Remote, channels

    remote = Remote()
    engine = Engine(channels(remote), f"bench:{id(remote)}", lambda: NOW, width=WIDTH)
    connection.ensure_connection()
    _ready()
    engine.drain()
    return len(remote.accepted)


def prepare_work(jobs: int) -> None:
    """An empty queue, and in it so many jobs that do nothing."""
    from procrastinate.contrib.django import app

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
        app.configure_task("nothing", queue="bench").batch_defer(*[{}] * jobs)
        cursor.execute("ANALYZE procrastinate_jobs")


def work() -> int:
    """Let procrastinate's own worker run them until none is left."""
    from procrastinate import App, PsycopgConnector
    from procrastinate.contrib.django import connector_params

    app = App(connector=PsycopgConnector(kwargs=connector_params()))
    done: list[None] = []
    app.task(name="nothing", queue="bench")(lambda: done.append(None))
    asyncio.run(_work(app))
    return len(done)


async def _work(app: App) -> None:
    # Without this there are fewer threads than jobs at once on a machine of few processors.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(WIDTH))
    async with app.open_async():
        _ready()
        await app.run_worker_async(queues=["bench"], concurrency=WIDTH, wait=False)


def _ready() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def main(act: str, *rows: str) -> None:
    """Set Django up and do what was asked for."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "web.settings"
    django.setup()
    match act:
        case "prepare-deliver":
            prepare_deliver(int(rows[0]))
        case "prepare-work":
            prepare_work(int(rows[0]))
        case "deliver":
            print(deliver())
        case "work":
            print(work())
