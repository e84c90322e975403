"""The time of an article in an office that has stored 100,000 of them, beside one that has stored 1,000."""

from __future__ import annotations

import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.office import Office
from bench.prose import articles, feed

FEW, MANY = 1_000, 100_000
READINGS, NEW = 5, 10
MOST = 1.5
"""Times as long as in the small office; the median of the pairs."""


def main() -> bool:
    """Pairs of readings of ten new articles, up to the portal; True where the median is in bounds."""
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as folder:
        offices = {stored: _begin(Path(folder) / str(stored), stored) for stored in (FEW, MANY)}
        for office in offices.values():
            office.recv()
        pairs = []
        for _ in range(READINGS):
            took = {}
            for stored, office in offices.items():
                office.send("read")
                took[stored] = office.recv()
            pairs.append(took)
        for office in offices.values():
            office.send(None)
            office.recv()
    ratio = median(took[MANY] / took[FEW] for took in pairs)
    for stored in (FEW, MANY):
        each = median(took[stored] for took in pairs) / NEW
        print(f"{stored:7} articles stored: {each * 1000:6.1f} ms for one more")
    print(f"ratio {ratio:.2f} (median of {READINGS} pairs; at most {MOST})")
    return bool(ratio <= MOST)


def _begin(folder: Path, stored: int) -> Connection:
    """An office in a process of its own; it answers once when it is filled, then to every reading."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    context.Process(target=_office, args=(folder, stored, theirs), daemon=True).start()
    return ours


def _office(folder: Path, stored: int, bench: Connection) -> None:
    os.environ["LOA_DATA"] = str(folder / "var")
    folder.mkdir()
    Office(folder, [(folder / "rss.xml").as_uri()], [{"id": "cong", "kind": "portal"}])
    from pipeline.cli.session import Options, enter

    office = enter(Options(schedule=folder / "schedule.yaml", data=folder / "var"))
    from pipeline import run
    from pipeline.collect.fetch import Fetcher
    from pipeline.collect.sandbox import Sandbox
    from pipeline.collect.stage import Tools
    from pipeline.deliver.presence import presence
    from pipeline.models import Delivery
    from pipeline.review.checks import similarity

    _fill(stored)
    with Fetcher() as fetcher, Sandbox() as sandbox, presence(office.data / "workers") as owner:
        tools = Tools(fetcher, sandbox, office.pictures, similarity)
        for reading in range(READINGS + 1):
            (folder / "rss.xml").write_bytes(feed(NEW, reading, datetime.now(UTC)))
            start = perf_counter()
            run.once(office, tools, owner)
            bench.send(perf_counter() - start)
            if Delivery.objects.filter(state="sent").count() != stored + (reading + 1) * NEW:
                raise SystemExit("an article did not get to the portal")
            bench.recv()
        bench.send("closed")


def _fill(stored: int) -> None:
    """Articles as they stand after their way, all of the one source that is read: the hardest case."""
    from django.db import transaction

    from pipeline.models import Article, Delivery, NearKey, Revision, Source, State
    from pipeline.rows import write_back

    now = datetime.now(UTC)
    chance = random.Random(stored)
    source = Source.objects.create(id="nguon-0", known_since=now)
    with transaction.atomic():
        for batch in _batches(enumerate(articles(stored, -1))):
            kept = Article.objects.bulk_create(
                Article(
                    source=source,
                    guid=f"cu-{n}",
                    link=f"https://a.example/cu/{n}",
                    state=State.APPROVED,
                    marker="approved",
                    unchecked=False,
                    created_at=now,
                )
                for n, _ in batch
            )
            revisions = Revision.objects.bulk_create(
                Revision(
                    article=article,
                    number=1,
                    content_hash=f"{n:064}",
                    text_hash=f"{n:064}",
                    title=title,
                    body="".join(f"<p>{p}</p>" for p in paragraphs),
                    text="\n".join(paragraphs),
                    published=now - timedelta(minutes=n),
                    collected_at=now - timedelta(minutes=n % 80_000),
                )
                for article, (n, (title, paragraphs)) in zip(kept, batch, strict=True)
            )
            for article, revision in zip(kept, revisions, strict=True):
                article.current = article.published = revision
            write_back(kept, ["current", "published"])
            NearKey.objects.bulk_create(
                NearKey(revision=revision, band=chance.getrandbits(63))
                for revision in revisions
                for _ in range(8)
            )
            Delivery.objects.bulk_create(
                Delivery(
                    article=article,
                    revision=revision,
                    channel="cong",
                    target="portal",
                    part=1,
                    parts=1,
                    content={"title": revision.title, "html": revision.body, "path": f"/tin/x-{article.id}"},
                    content_hash="0" * 64,
                    state="sent",
                    due_at=now,
                    sent_at=now,
                    claimed_at=now - timedelta(days=1),
                    created_at=now,
                )
                for article, revision in zip(kept, revisions, strict=True)
            )


Numbered = tuple[int, tuple[str, list[str]]]


def _batches(rows: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    rows = iter(rows)
    while batch := list(islice(rows, 1000)):
        yield batch
