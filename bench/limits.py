"""2,000 messages over 100 chats of one bot, against a Bot API that is strict about its rates."""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import urllib.request
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.office import NOW, TOKEN, bot_api

PRIVATE, GROUPS = 60, 40
MESSAGES = 2_000
RATE = 30.0
"""Messages a second that the Bot API takes of one bot; no chat gets enough of them to be slower."""
LEAST = 0.95
PROCESSES = (1, 2)


def main() -> bool:
    """Prints the pace of one process and of two side by side; True where it is in bounds without a 429."""
    fine = True
    chats = [f"--chat={chat}:{'private' if int(chat) > 0 else 'group'}" for chat in _chats()]
    for processes in PROCESSES:
        with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder, bot_api(*chats) as api:
            seconds = _run(Path(folder), api, processes)
            with urllib.request.urlopen(f"{api}/_truth") as answer:
                truth = json.load(answer)
        refused = truth["refusals"].get("429", 0)
        sent = len(truth["accepted"])
        share = sent / seconds / RATE
        print(
            f"{processes} in parallel: {sent} messages over {PRIVATE + GROUPS} chats in {seconds:.1f} s, "
            f"{sent / seconds:.2f} a second: {share:.1%} of what is allowed (at least {LEAST:.0%}), "
            f"{refused} × 429"
        )
        fine = fine and sent == MESSAGES and refused == 0 and share >= LEAST
    return fine


def _run(folder: Path, api: str, processes: int) -> float:
    """Seconds from the first claim to the last confirmation."""
    context = multiprocessing.get_context("spawn")
    os.environ["LOA_DATA"] = str(folder / "var")
    barrier = context.Barrier(processes + 1)
    workers = [
        context.Process(target=_work, args=(folder, api, number, barrier)) for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    start = perf_counter()
    for worker in workers:
        worker.join()
    seconds = perf_counter() - start
    if any(worker.exitcode for worker in workers):
        raise SystemExit("a worker died")
    return seconds


def _work(folder: Path, api: str, number: int, barrier: Any) -> None:
    from pipeline.cli.session import set_up_django

    set_up_django(folder / "var")
    from channels.telegram import TelegramChannel
    from pipeline.deliver.engine import Engine

    channels = {
        f"chat-{n}": TelegramChannel(id=f"chat-{n}", chat=chat, token=TOKEN, api=f"{api}/bot")
        for n, chat in enumerate(_chats())
    }
    if number == 0:
        _fill()
    barrier.wait()
    Engine(channels, f"bench:{number}", lambda: NOW).drain()
    for channel in channels.values():
        channel.close()


def _chats() -> list[str]:
    return [*(str(1000 + n) for n in range(PRIVATE)), *(str(-1000 - n) for n in range(GROUPS))]


def _fill() -> None:
    """A database with an article for each round over all the chats."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from channels.base import Part
    from pipeline.deliver import outbox
    from pipeline.models import Article, Revision, Source, State

    source = Source.objects.create(id="nguon")
    chats = _chats()
    for number in range(MESSAGES // len(chats)):
        article = Article.objects.create(
            source=source, guid=str(number), state=State.APPROVED, marker="approved", created_at=NOW
        )
        revision = Revision.objects.create(
            article=article, number=1, title="Tin", content_hash="0", text_hash=str(number), collected_at=NOW
        )
        article.current = article.published = revision
        article.save()
        content = {"method": "sendMessage", "text": f"Tin số {number}", "parse_mode": "HTML",
                   "preview": None, "silent": False}  # fmt: skip
        posts = [
            outbox.Post(f"chat-{n}", chat, (Part(1, 1, content),), NOW, NOW.replace(year=2030), None, 0, None)
            for n, chat in enumerate(chats)
        ]
        outbox.enqueue(revision, posts, NOW)
