"""Which article an entry is: the same one rewritten, a repetition, or news of its own. Pure.

Identity is (source, guid), else the canonical link. A portal may give two articles one guid, give one
article two guids, or move it to another address; so guid and link are weighed with the text itself.
Absence from a feed says nothing.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from pipeline.collect.addresses import canonical
from pipeline.entry import Entry

SAME_NEWS_WITHIN = timedelta(days=2)
"""The same words again after this long are a notice that recurs, not a repetition of the entry."""

SAME_ARTICLE = 0.5
"""Similarity from which an entry under a known guid but another address is the known article, rewritten."""

CROWD = 20
"""A guid or link that more articles share names none of them: their words are not compared pair by pair."""

Similarity = Callable[[str, str], float]


@dataclass(frozen=True)
class Known:
    """An article that we have, by its current revision."""

    id: int
    guid: str
    link: str
    text: str
    text_hash: str
    content_hash: str
    published: datetime | None
    updated: datetime | None
    marker: str
    files: frozenset[str]
    """Addresses of its attachments and pictures."""
    released: bool
    """Whether some revision of it has been approved and handed to the ledger."""


@dataclass
class Plan:
    """What one reading changes."""

    new: list[Entry] = field(default_factory=list)
    revised: list[tuple[int, Entry]] = field(default_factory=list)
    remarked: list[tuple[int, Entry]] = field(default_factory=list)
    """The words are the same; what the source says of the approval has changed."""
    repeated: list[Entry] = field(default_factory=list)
    unchanged: int = 0


def plan(entries: Sequence[Entry], known: Iterable[Known], similarity: Similarity) -> Plan:
    """Match the entries of one reading with each other and with what is known of their source."""
    result = Plan()
    articles = list(known)
    current = _newest_wins(entries, similarity, result)
    told: dict[str, list[datetime | None]] = defaultdict(list)
    for article in articles:
        told[article.text_hash].append(article.published)
    unmatched = []
    for entry, article_told in zip(current, _matches(current, articles, similarity), strict=True):
        if article_told is None:
            unmatched.append(entry)
        else:
            _compare(entry, article_told, result)
            told[text_hash(entry)].append(entry.published)
    for entry in unmatched:
        before = told[text_hash(entry)]
        if any(_close(entry.published, published) for published in before):
            result.repeated.append(entry)
        else:
            result.new.append(entry)
            before.append(entry.published)
    return result


def page(entry: Entry) -> str:
    """The address by which an entry is known: canonical, empty where it has none."""
    return canonical(entry.link) if entry.link else ""


Name = tuple[str, str]


def _name(entry: Entry) -> Name:
    return ("guid", entry.guid) if entry.guid else ("link", page(entry))


def _newest_wins(entries: Sequence[Entry], similarity: Similarity, result: Plan) -> list[Entry]:
    """One reading may carry several versions of an article: the one updated last speaks for it."""
    winners: list[Entry] = []
    named: dict[Name, list[int]] = defaultdict(list)
    for entry in entries:
        rivals = named[_name(entry)]
        alike = _same_article if len(rivals) < CROWD else _same_heading
        twin = next((i for i in rivals if alike(entry, winners[i], similarity)), None)
        if twin is None:
            rivals.append(len(winners))
            winners.append(entry)
        elif _version(entry) > _version(winners[twin]):
            result.repeated.append(winners[twin])
            winners[twin] = entry
        else:
            result.repeated.append(entry)
    return winners


def _version(entry: Entry) -> datetime:
    return entry.updated or entry.published or datetime.min.replace(tzinfo=UTC)


def _same_article(one: Entry, other: Entry, similarity: Similarity) -> bool:
    """Of two entries under one name: one article in two versions, or two that a portal calls the same."""
    if not one.guid and not one.link:
        return False
    return _same_heading(one, other, similarity) or similarity(_words(one), _words(other)) >= SAME_ARTICLE


def _same_heading(one: Entry, other: Entry, _: Similarity) -> bool:
    return bool(one.guid and one.link) and (page(one), one.title) == (page(other), other.title)


def _matches(
    entries: Sequence[Entry], articles: Sequence[Known], similarity: Similarity
) -> list[Known | None]:
    """The article that each entry tells again, no article twice.

    First those whose words are the same, then the nearest, then those that guid and link alone name.
    """
    named: dict[Name, list[Known]] = defaultdict(list)
    for article in articles:
        if article.guid:
            named["guid", article.guid].append(article)
        if article.link or not article.guid:
            named["link", article.link].append(article)
    found: list[Known | None] = [None] * len(entries)
    taken: set[int] = set()
    sharing = Counter((entry.guid, page(entry)) for entry in entries)

    def same_words(entry: Entry, free: list[Known]) -> Known | None:
        words = text_hash(entry)
        same = [a for a in free if a.text_hash == words]
        return next((a for a in same if a.published == entry.published), next(iter(same), None))

    def nearest(entry: Entry, free: list[Known]) -> Known | None:
        if len(free) > CROWD:
            free = [a for a in free if a.link == page(entry)][:CROWD]
        scored = [(a.link == page(entry), similarity(_words(entry), a.text), a) for a in free]
        _, likeness, best = max(scored, key=lambda one: one[:2], default=(False, 0.0, None))
        return best if likeness >= SAME_ARTICLE and (entry.guid or entry.link) else None

    def only_one(entry: Entry, free: list[Known]) -> Known | None:
        if sharing[entry.guid, page(entry)] > 1 or not (entry.guid or entry.link):
            return None
        all_of_it = [a for a in named[_name(entry)] if not entry.link or a.link == page(entry)]
        return all_of_it[0] if len(all_of_it) == 1 and all_of_it[0] in free else None

    for choose in (same_words, nearest, only_one):
        for at, entry in enumerate(entries):
            if found[at] is None:
                free = [a for a in named[_name(entry)] if a.id not in taken]
                if match := choose(entry, free):
                    found[at] = match
                    taken.add(match.id)
    return found


def _compare(entry: Entry, article: Known, result: Plan) -> None:
    older = entry.updated and article.updated and entry.updated < article.updated
    if older:
        result.repeated.append(entry)
    elif _changed(entry, article):
        result.revised.append((article.id, entry))
    elif entry.marker != article.marker:
        result.remarked.append((article.id, entry))
    else:
        result.unchanged += 1


def _changed(entry: Entry, article: Known) -> bool:
    """A file that is gone from the feed is no change, as absence is no withdrawal; a new one is.

    Portals bump the date of what they have shown already; before that, a mended date is news.
    """
    return (
        content_hash(entry) != article.content_hash
        or not files(entry) <= article.files
        or (entry.published != article.published and not article.released)
    )


def files(entry: Entry) -> frozenset[str]:
    """Addresses of the attachments and pictures that an entry brings beside its text."""
    return frozenset([a.url for a in entry.attachments] + [i.url for i in entry.images if i.url])


def _close(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= SAME_NEWS_WITHIN


def _words(entry: Entry) -> str:
    return f"{entry.title}\n{entry.text}"


def text_hash(entry: Entry) -> str:
    """Equal for entries whose title and plain text differ in case and white space only."""
    return folded_hash(_words(entry))


@lru_cache(maxsize=512)
def folded_hash(words: str) -> str:
    return _sha256(" ".join(unicodedata.normalize("NFC", words).casefold().split()))


def content_hash(entry: Entry) -> str:
    """Over the words and what the calendar heeds; not over approval, files and date of publication."""
    dates = [d.isoformat() if d else None for d in (entry.embargo, entry.expires)]
    said = [
        entry.title, entry.lead, entry.body, entry.author, entry.topic, entry.kind, entry.field,
        entry.priority, entry.corrects, dates,
        [[u.what, u.raw] for u in entry.unreadable],
    ]  # fmt: skip
    return _sha256(json.dumps(said, ensure_ascii=False))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
