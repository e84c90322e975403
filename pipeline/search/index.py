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
NEWEST, NEAR = 5_000, 500
"""On PostgreSQL: of so many of the newest so many that are allowed are read before the index is asked."""

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
        with transaction.atomic():
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
    first = after(search.since) if search.since else 0
    last = after(search.until) if search.until else 1 << 62
    current = models.expressions.RawSQL(f"{TABLE}.{_key()} & {_NUMBER}", (), models.BigIntegerField())  # noqa: S611
    try:
        allowed, values = among.order_by().filter(current=current).values("id").query.sql_with_params()
    except EmptyResultSet:
        return []
    asked: dict[str, Any] = {
        "asked": _expression(search, agencies),
        "first": first,
        "last": min(last, before or last),
    }
    asked |= {"limit": limit, "looked": NEWEST, "near": NEAR}
    asked |= {f"v{n}": value for n, value in enumerate(values)}
    allowed %= tuple(f"%(v{n})s" for n in range(len(values)))
    if connection.vendor != "postgresql":
        return _keys(_SQLITE.format(allowed=allowed), asked)
    with transaction.atomic():
        # The planner does not know what it costs to unpack the words of a row, and would go through all.
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
        return _keys(_POSTGRESQL.format(allowed=allowed), asked)


def _keys(statement: str, asked: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(asked))
        return [key for (key,) in cursor.fetchall()]


_SQLITE = f"""
SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %(asked)s AND rowid >= %(first)s AND rowid < %(last)s
AND EXISTS ({{allowed}}) ORDER BY rowid DESC LIMIT %(limit)s
"""  # noqa: S608
# Reads from the newest on as long as that may pay; else asks the index, which knows no order. A subquery for
# its value is no join to the planner, which would look at all articles for that.
_POSTGRESQL = f"""
WITH newest AS (
  SELECT key, words FROM {TABLE} WHERE key >= %(first)s AND key < %(last)s ORDER BY key DESC LIMIT %(looked)s
), near AS MATERIALIZED (
  SELECT key, words FROM newest AS {TABLE}
  WHERE (SELECT true FROM ({{allowed}}) AS one LIMIT 1) ORDER BY key DESC LIMIT %(near)s
), hits AS MATERIALIZED (
  SELECT key FROM near WHERE words @@ %(asked)s::tsquery ORDER BY key DESC LIMIT %(limit)s
), around AS (
  SELECT FROM {TABLE} WHERE key >= %(first)s AND key < %(last)s LIMIT %(looked)s
), enough AS MATERIALIZED (
  SELECT (SELECT count(*) FROM hits) = %(limit)s
  OR (SELECT count(*) FROM near) < %(near)s AND (SELECT count(*) FROM around) < %(looked)s AS so
), found AS MATERIALIZED (
  SELECT key FROM {TABLE} WHERE NOT (SELECT so FROM enough) AND words @@ %(asked)s::tsquery
)
SELECT key FROM hits WHERE (SELECT so FROM enough)
UNION ALL (
  SELECT key FROM (
    SELECT key FROM found WHERE key >= %(first)s AND key < %(last)s ORDER BY key DESC OFFSET 0
  ) AS {TABLE} WHERE (SELECT true FROM ({{allowed}}) AS one LIMIT 1) ORDER BY key DESC LIMIT %(limit)s
) ORDER BY key DESC
"""  # noqa: S608


def _expression(search: Search, agencies: Mapping[str, str]) -> str:
    """The query in the database's own language; of what it excludes, only what an index is sure of."""
    postgresql = connection.vendor == "postgresql"
    quote, both, either, but = ("'", " & ", " | ", " & !") if postgresql else ('"', " AND ", " OR ", " NOT ")

    def any_of(alternatives: Iterable[Sequence[str]]) -> str:
        return f"({either.join(f'({both.join(quote + m + quote for m in each)})' for each in alternatives)})"

    def stands(term: Term) -> str:
        named = (of_source(id) for id, name in agencies.items() if any(term.places(list(words(name)))))
        return any_of([_asked(term), *([mark] for mark in named)])

    wanted = [stands(term) for term in search.query.wanted]
    if search.sources is not None:
        wanted.append(any_of([[of_source(id)] for id in search.sources] or [[NONE]]))
    if search.topic is not None:
        wanted.append(any_of([[of_topic(search.topic)]]))
    unwanted = [stands(term) for term in search.query.terms if term.without and not term.is_loose]
    # One after another: FTS5 looks each up only for what those before it have left.
    return but.join([f"({both.join(wanted or [any_of([[ANY]])])})", *unwanted])


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
