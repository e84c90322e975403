"""A ledger as an office has it after years, filled in bulk, with every state that a page shows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
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


def fill(stored: int, sources: int, channels: Sequence[str], now: datetime) -> None:
    """`stored` articles of the last five years from so many sources, each to all channels; `now` is aware.

    The first two channels are the portal and the press feed.
    """
    chance = random.Random(stored)
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
        _write(Revision, _revisions(stored, now, step, prose))
        _write(Article, _articles(stored, sources, now, step))
        _write(Delivery, _deliveries(stored, channels, now, step, prose))
        _write(AuditEntry, _audit(stored, now))
    _findings(stored, now, chance)
    index.fill(Revision.objects.all())


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


def _audit(stored: int, now: datetime) -> Iterator[Row]:
    at = _moment(now)
    for n in range(1, 2 * stored + 1):
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


def _write(model: type[models.Model], rows: Iterable[Row]) -> None:
    """The rows by one statement repeated; values are as the database has them, the others defaults."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rows = iter(rows)
    first = next(rows)
    names = [name for name, field in fields.items() if not field.primary_key or name in first]
    columns = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in names)
    table, marks = connection.ops.quote_name(model._meta.db_table), ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    usual = {name: fields[name].get_db_prep_save(fields[name].get_default(), connection) for name in names}
    with connection.cursor() as cursor:
        for batch in _batches(chain([first], rows)):
            cursor.executemany(statement, [tuple((usual | row).values()) for row in batch])


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, 5_000)):
        yield batch


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
