"""A ledger as an office has it after years, filled in bulk, with every state that a page shows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from itertools import chain, islice
from time import perf_counter
from typing import Any

from django.db import connection, models, transaction

from bench.prose import articles
from channels.base import Item, Priority
from channels.pulled import frozen
from pipeline.models import Approval, Article, AuditEntry, Delivery, Finding, Revision, Source
from pipeline.search import index

Row = dict[str, Any]
BASE = "http://127.0.0.1:8000"
WAITING = 120
"""The newest articles, of which a person must look at some and others wait; the same in every office."""
WITHDRAWN, SKIPPED = 200, 40
"""One article in so many."""
_TEXTS = 500
"""Different articles; the rest repeats them under other titles."""
_AT_ONCE = 2_000


def fill(stored: int, sources: int, channels: Sequence[str], now: datetime) -> None:
    """`stored` articles of the last five years from so many sources, each to all channels; `now` is aware.

    The first two channels are the portal and the press feed.
    """
    start, chance = perf_counter(), random.Random(stored)

    def tell(what: str) -> None:
        print(
            f"  {connection.vendor}, {stored} articles: {what} after {perf_counter() - start:.0f} s",
            flush=True,
        )

    Source.objects.bulk_create(
        Source(id=f"nguon-{n}", known_since=now, last_success=now) for n in range(sources)
    )
    Source.objects.filter(id="nguon-3").update(state="trouble", reason="Trang bảo trì.", since=now)
    prose = list(articles(_TEXTS, 0))
    step = timedelta(days=5 * 365) / stored
    with transaction.atomic():
        if connection.vendor == "sqlite":
            # The two point at each other.
            connection.cursor().execute("PRAGMA defer_foreign_keys=ON")
        else:
            # Nor looks it up for each of a million rows whether there is what it points at.
            connection.cursor().execute("SET LOCAL session_replication_role = replica")
        for model, rows in (
            (Revision, _revisions(stored, now, step, prose)),
            (Article, _articles(stored, sources, now, step)),
            (Delivery, _deliveries(stored, channels, now, step, prose)),
            (AuditEntry, _audit(stored, now, step)),
        ):
            _write(model, rows)
            tell(f"{model.__name__.lower()} rows")
    _findings(stored, now, chance)
    _enter(stored, tell)
    if connection.vendor == "postgresql":
        # What its own autovacuum would have done long before.
        connection.cursor().execute("VACUUM ANALYZE")
    tell("all")


def _state(age: int) -> tuple[str, str]:
    """An article's state and why it is stopped; `age` 0 is the newest."""
    if age < WAITING:
        return (("review", ""), ("held", "on-hold"), ("approved", ""), ("approved", ""))[age % 4]
    if age % WITHDRAWN == 0:
        return "withdrawn", ""
    return ("skipped" if age % SKIPPED == 0 else "approved"), ""


def _revisions(
    stored: int, now: datetime, step: timedelta, prose: list[tuple[str, list[str]]]
) -> Iterator[Row]:
    for n in range(1, stored + 1):
        title, paragraphs = prose[n % _TEXTS]
        at = _moment(now - (stored - n) * step)
        yield {
            "id": n, "article_id": n, "number": 1, "content_hash": f"{n:064}", "text_hash": f"{n:064}",
            "title": f"{title} ({n})", "lead": paragraphs[0], "published": at, "collected_at": at,
            "body": "".join(f"<p>{p}</p>" for p in paragraphs), "text": "\n".join(paragraphs),
            "topic": 1 + n % 6, "kind": "tin",
        }  # fmt: skip


def _articles(stored: int, sources: int, now: datetime, step: timedelta) -> Iterator[Row]:
    for n in range(1, stored + 1):
        state, stopped = _state(stored - n)
        at = _moment(now - (stored - n) * step)
        yield {
            "id": n, "source_id": f"nguon-{n % sources}", "guid": f"cu-{n}", "link": f"https://a.example/{n}",
            "state": state, "stopped": stopped, "stopped_because": "Chờ ý kiến." if stopped else "",
            "current_id": n, "published_id": n if state in ("approved", "withdrawn") else None,
            "marker": "approved", "unchecked": False, "created_at": at,
            "withdrawn_at": at if state == "withdrawn" else None,
        }  # fmt: skip


def _deliveries(
    stored: int,
    channels: Sequence[str],
    now: datetime,
    step: timedelta,
    prose: Sequence[tuple[str, list[str]]],
) -> Iterator[Row]:
    for n in range(1, stored + 1):
        age = stored - n
        state, _ = _state(age)
        if state in ("review", "held", "skipped"):
            continue
        title, paragraphs = prose[n % _TEXTS]
        at = now - age * step
        page = json.dumps(_pulled(n, f"{title} ({n})", paragraphs, at), ensure_ascii=False)
        message = json.dumps({"text": f"<b>{title} ({n})</b>", "parse_mode": "HTML"}, ensure_ascii=False)
        went, goes, proof = _moment(at), _moment(now + timedelta(minutes=age)), json.dumps({"ref": str(n)})
        for place, channel in enumerate(channels):
            row = "withdrawn" if state == "withdrawn" else "sent"
            if age < WAITING:
                row = "queued" if age % 4 == 2 else "sent"
            elif age % 499 == 0 and place == 2:
                row = "uncertain" if age < 1_000 else "superseded"
            yield {
                "article_id": n, "revision_id": n, "channel": channel, "target": channel, "part": 1,
                "parts": 1, "content": page if place < 2 else message, "content_hash": "0" * 64,
                "state": row, "due_at": went if row != "queued" else goes, "attempts": 1,
                "sent_at": went if row in ("sent", "withdrawn") else None, "claimed_at": went,
                "receipt": proof if row in ("sent", "withdrawn") else None, "created_at": went,
            }  # fmt: skip


def _pulled(n: int, title: str, paragraphs: list[str], at: datetime) -> dict[str, Any]:
    item = Item(
        article=n, revision=1, title=title, lead=paragraphs[0], body=(), agency="Sở Tư pháp", author="",
        html="".join(f"<p>{p}</p>" for p in paragraphs), published=at, link=f"{BASE}/tin/tin-{n}",
        source_link="", topic=1 + n % 6, kind="tin", field="", priority=Priority.NORMAL,
    )  # fmt: skip
    return {**frozen(item, "cong", BASE), "path": f"/tin/tin-{n}"}


def _audit(stored: int, now: datetime, step: timedelta) -> Iterator[Row]:
    for n in range(1, 2 * stored + 1):
        at = _moment(now - (2 * stored - n) * step / 2)
        yield {
            "sequence": n, "at": at, "who": "loa", "act": "approve", "subject": f"article:{(n + 1) // 2}",
            "text_digest": "0" * 64, "previous": "0" * 64, "digest": "0" * 64,
        }  # fmt: skip


def _findings(stored: int, now: datetime, chance: random.Random) -> None:
    waiting = [
        n for n in range(stored - WAITING + 1, stored + 1) if _state(stored - n)[0] in ("review", "held")
    ]
    messages = {
        "no-approval-marker": "Nguồn không ghi đã duyệt.",
        "personal-data": "Có số căn cước ở đoạn “…”.",
    }
    Finding.objects.bulk_create(
        Finding(revision_id=n, code=code, message=messages[code], where="text", start=3, end=9)
        for n in waiting
        for code in chance.choices(list(messages))
    )
    Approval.objects.bulk_create(
        Approval(revision_id=n, rule="rule:nguon", at=now) for n in range(1, stored - WAITING, 10)
    )


def _enter(stored: int, tell: Callable[[str], None]) -> None:
    """All of them into the search index; as its migration does, PostgreSQL's is made of what is there."""
    search = import_module("pipeline.migrations.0006_search")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX pipeline_search_words")
        for last in range(_AT_ONCE, stored + _AT_ONCE, _AT_ONCE):
            with transaction.atomic():
                index.add(
                    Revision.objects.filter(id__gt=last - _AT_ONCE, id__lte=last).select_related("article")
                )
            if last % (10 * _AT_ONCE) == 0:
                tell(f"search index, {last / stored:.0%},")
        if connection.vendor == "postgresql":
            cursor.execute(search.INDEX)


def _write(model: type[models.Model], rows: Iterable[Row]) -> None:
    """The rows by one statement repeated, or PostgreSQL's COPY.

    Values are as the database has them, the others defaults.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rows = iter(rows)
    first = next(rows)
    names = [name for name, field in fields.items() if not field.primary_key or name in first]
    columns = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    usual = {name: fields[name].get_db_prep_save(fields[name].get_default(), connection) for name in names}
    whole = (tuple((usual | row).values()) for row in chain([first], rows))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        while batch := list(islice(whole, _AT_ONCE)):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", batch)


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
