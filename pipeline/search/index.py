"""The index of all wordings: what of each is found, kept by either database, and asked for the newest first.

SQLite keeps it as an FTS5 table, PostgreSQL as a tsvector under a GIN index; both hold the same bag of marks
for a revision, made here, so that neither tokenizer, dictionary, locale nor limit of positions has a say.
What they come to is what `Query.holds` says.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction

from pipeline.search.query import Query, Term, pairs
from pipeline.search.words import Word, words

if TYPE_CHECKING:
    from pipeline.models import Article, Revision

log = logging.getLogger(__name__)

TABLE = "pipeline_search"
ANY = "="
"""The mark that every revision has, so that a query of exclusions alone is a query like any other."""
NONE = "=none"
"""The mark that no revision has."""
LARGEST = 900_000
"""Bytes of one revision's marks: a tsvector may have 2^20; so much is some two hundred pages."""
BATCH = 500

_ID = 26
"""Bits of a key that are the revision's number; above them its minute, so that keys sort by time."""
_NUMBER = (1 << _ID) - 1
_LAST_MINUTE = 1 << 62 - _ID


def texts(revision: Revision) -> tuple[str, ...]:
    """What is searched of a revision: title, lead and text first, then what stands around them."""
    files = (str(file.get("title") or file.get("url") or "") for file in revision.attachments)
    images = (str(image.get("alt") or "") for image in revision.images)
    return (
        revision.title,
        revision.lead,
        revision.text,
        revision.author,
        revision.source_link,
        *files,
        *images,
    )


def key(revision: Revision) -> int:
    """Its place among all: by the minute of its publishing, or of its coming, then by its number."""
    number: int = revision.pk
    return after(revision.published or revision.collected_at) | number


def after(moment: datetime) -> int:
    """The smallest key of this minute (aware) and of all later ones."""
    return min(max(int(moment.timestamp()) // 60, 0), _LAST_MINUTE) << _ID


def number(key: int) -> int:
    """The revision that has this key."""
    return key & _NUMBER


def of_source(source: str) -> str:
    """The mark of what one source brought."""
    return f"source={source}"


def of_topic(topic: int) -> str:
    """The mark of one of the plan's topics."""
    return f"topic={topic}"


def marks(revision: Revision, source: str) -> list[str]:
    """Each word folded and, where it has marks, as written; each pair of neighbours, folded; whose it is."""
    facets = [ANY, of_source(source), *([] if revision.topic is None else [of_topic(revision.topic)])]
    kept = dict.fromkeys(chain(facets, *(_marks(list(words(text))) for text in texts(revision))))
    return [
        mark
        for mark, size in zip(kept, accumulate(len(m.encode()) for m in kept), strict=True)
        if size < LARGEST
    ]


def _marks(text: Sequence[Word]) -> Iterator[str]:
    yield from (word.plain for word in text)
    yield from (word.written for word in text if word.is_marked)
    yield from pairs(text)


def add(revisions: Collection[Revision]) -> None:
    """Enter revisions that have just been stored, in the transaction that stored them."""
    rows = [(key(each), marks(each, each.article.source_id)) for each in revisions]
    if connection.vendor == "postgresql":
        statement = f"INSERT INTO {TABLE} (key, words) VALUES (%s, array_to_tsvector(%s::text[]))"  # noqa: S608
        values: list[tuple[int, Any]] = list(rows)
    else:
        statement = f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)"  # noqa: S608
        values = [(row, " ".join(kept)) for row, kept in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def fill(revisions: models.QuerySet[Revision]) -> int:
    """Enter those of these that are not in the index, in batches; returns how many there were."""
    left = lost()
    for start in range(0, len(left), BATCH):
        add(revisions.filter(id__in=left[start : start + BATCH]).select_related("article"))
        if len(left) > BATCH:
            log.info("search index: %d of %d", min(start + BATCH, len(left)), len(left))
    return len(left)


def lost() -> list[int]:
    """The revisions that are not in the index, the oldest first: none, unless somebody wrote past `add`."""
    name, table = _entries()
    with connection.cursor() as cursor:
        entered = f"SELECT {name} & {_NUMBER} FROM {table}"  # noqa: S608
        cursor.execute(f"SELECT id FROM pipeline_revision EXCEPT {entered} ORDER BY 1")  # noqa: S608
        return [number for (number,) in cursor.fetchall()]


def behind() -> int:
    """How many fewer entries than revisions there are, for a look every minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM pipeline_revision) - (SELECT count(*) FROM {_entries()[1]})"  # noqa: S608
        )
        return max(0, int(cursor.fetchone()[0]))


@dataclass(frozen=True)
class Search:
    """What is looked for: a query, and what each hit must be besides."""

    query: Query = field(default_factory=Query)
    sources: Collection[str] | None = None
    topic: int | None = None
    since: datetime | None = None
    """Published then or later; aware."""
    until: datetime | None = None
    """Published before; aware."""


def find(
    search: Search,
    among: models.QuerySet[Article],
    agencies: Mapping[str, str],
    limit: int,
    before: int | None,
) -> list[int]:
    """Keys of the current wordings of these articles that may be meant, the newest first, below `before`.

    `agencies`: the name of each source's agency, which is searched like a text of its articles. Where
    `search.query.is_loose`, `holds` must look through what is found.
    """
    name = _key()
    first = after(search.since) if search.since else 0
    last = after(search.until) if search.until else 1 << 62
    current = models.expressions.RawSQL(f"{TABLE}.{name} & {_NUMBER}", (), models.BigIntegerField())  # noqa: S611
    try:
        allowed, values = among.order_by().filter(current=current).values("id").query.sql_with_params()
    except EmptyResultSet:
        return []
    expression = _expression(search, agencies)
    bounds: list[Any] = [expression, first, min(last, before or last)]
    if connection.vendor == "postgresql":
        found = f"(SELECT key FROM {TABLE} WHERE words @@ %s::tsquery)"  # noqa: S608
        statement = f"WITH found AS MATERIALIZED {found} SELECT key FROM found AS {TABLE}"  # noqa: S608
        statement += f" WHERE key >= %s AND key < %s AND EXISTS ({allowed}) ORDER BY key DESC LIMIT %s"
        with transaction.atomic(), connection.cursor() as cursor:
            # The planner does not know what it costs to unpack the words of a row: rather than ask the index
            # it would go through all rows for a frequent word, or from the newest on for a few hits.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(statement, [*bounds, *values, limit])
            return [found for (found,) in cursor.fetchall()]
    statement = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid >= %s AND rowid < %s"  # noqa: S608
    statement += f" AND EXISTS ({allowed}) ORDER BY rowid DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*bounds, *values, limit])
        return [found for (found,) in cursor.fetchall()]


def _expression(search: Search, agencies: Mapping[str, str]) -> str:
    """The query in the database's own language; of what it excludes, only what an index is sure of."""
    postgresql = connection.vendor == "postgresql"
    quote, both, either, but = ("'", " & ", " | ", " & !") if postgresql else ('"', " AND ", " OR ", " NOT ")

    def any_of(alternatives: Iterable[Sequence[str]]) -> str:
        return f"({either.join(f'({both.join(quote + m + quote for m in each)})' for each in alternatives)})"

    def stands(term: Term) -> str:
        named = (of_source(id) for id, name in agencies.items() if any(term.places(list(words(name)))))
        return any_of([_asked(term), *([mark] for mark in named)])

    wanted = [any_of([[ANY]]), *(stands(term) for term in search.query.terms if not term.without)]
    if search.sources is not None:
        wanted.append(any_of([[of_source(id)] for id in search.sources] or [[NONE]]))
    if search.topic is not None:
        wanted.append(any_of([[of_topic(search.topic)]]))
    unwanted = [stands(term) for term in search.query.terms if term.without and not term.is_loose]
    return both.join(wanted) if not unwanted else f"({both.join(wanted)}){but}({either.join(unwanted)})"


def _asked(term: Term) -> list[str]:
    marked = [word.written for word in term.words if word.is_marked]
    if len(term.words) == 1:
        return marked or [term.words[0].plain]
    return [*pairs(term.words), *marked]


def _key() -> str:
    return "key" if connection.vendor == "postgresql" else "rowid"


def _entries() -> tuple[str, str]:
    """Where each key stands once: of FTS5 the table of sizes, for the index itself is slow to count."""
    return ("key", TABLE) if connection.vendor == "postgresql" else ("id", f"{TABLE}_docsize")
