"""One page of what a search finds: each wording with the places where it has what was asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from pipeline.models import Article, Revision
from pipeline.search import index
from pipeline.search.query import Query
from pipeline.search.words import words

SIZE = 20
LOOKED_THROUGH = 3
"""Times the size of a page: an index finds a phrase, and seldom what only looks like it."""
WINDOW = 240
"""Characters of a text that are shown around what was found."""

MOST_PLACES = 40
"""That are compared for the one with the most of the query around it."""


@dataclass(frozen=True)
class Excerpt:
    """A stretch of a text; `places` are (start, end) in characters of `text`."""

    text: str
    places: tuple[tuple[int, int], ...] = ()
    begins: bool = True
    """At the beginning of the text it is of."""
    ends: bool = True


@dataclass(frozen=True)
class Hit:
    """A wording that is meant, with what one sees of it."""

    revision: Revision
    title: Excerpt
    agency: Excerpt
    words: Excerpt
    """Of lead or text, whichever has more of the query."""
    beside: tuple[Excerpt, ...]
    """What else of it has words of the query: author, address, files, pictures' descriptions."""


@dataclass(frozen=True)
class Page:
    """Some hits, the newest first; `before` leads to the next page, None where there is none."""

    hits: tuple[Hit, ...]
    before: int | None


def page(
    search: index.Search, among: QuerySet[Article], agencies: Mapping[str, str], before: int | None = None
) -> Page:
    """The newest of these articles that are meant, of those with a smaller key than `before`: two queries."""
    most = SIZE * LOOKED_THROUGH if search.query.is_loose else SIZE
    keys = index.find(search, among, agencies, most + 1, before)
    stored = Revision.objects.select_related("article").defer("body")
    known = stored.in_bulk([index.number(key) for key in keys[:most]])
    hits: list[Hit] = []
    for at, key in enumerate(keys[:most]):
        if len(hits) == SIZE:
            return Page(tuple(hits), keys[at - 1])
        revision = known[index.number(key)]
        agency = agencies.get(revision.article.source_id, "")
        if search.query.is_loose and not search.query.holds(
            [list(words(text)) for text in (*index.texts(revision), agency)]
        ):
            continue
        hits.append(_hit(search.query, revision, agency))
    return Page(tuple(hits), keys[most - 1] if len(keys) > most else None)


def excerpt(query: Query, text: str, window: int = WINDOW) -> Excerpt:
    """The stretch of at most about `window` characters that has the most of the query, from whole words."""
    found = list(words(text))
    places = sorted(
        (start, end, n) for n, term in enumerate(query.wanted) for start, end in term.places(found)
    )
    best = max(
        (start for start, _, _ in places[:MOST_PLACES]),
        key=lambda at: len({n for start, end, n in places if at <= start and end <= at + window * 3 // 4}),
        default=0,
    )
    first, last = max(0, best - window // 4), best + window * 3 // 4
    starts = [word.start for word in found]
    if first:
        first = starts[bisect_left(starts, first)]
    if last >= len(text):
        last = len(text)
    else:
        last = max((word.end for word in found if first < word.end <= last), default=last)
    shown = tuple((start - first, end - first) for start, end, _ in places if first <= start and end <= last)
    return Excerpt(text[first:last], shown, first == 0, last == len(text))


def _hit(query: Query, revision: Revision, agency: str) -> Hit:
    title, lead, text, *others = index.texts(revision)
    # A window has a quarter of its room before what was found.
    whole = max(len(title), len(agency), *map(len, others), 1) * 4
    beside = (excerpt(query, other, whole) for other in others)
    return Hit(
        revision,
        excerpt(query, title, whole),
        excerpt(query, agency, whole),
        _fuller(query, lead, text),
        tuple(each for each in beside if each.places),
    )


def _fuller(query: Query, lead: str, text: str) -> Excerpt:
    found = [excerpt(query, each) for each in (lead, text)]
    return max(found, key=lambda each: (len(each.places), bool(each.text)))
