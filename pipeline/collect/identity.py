"""Which article an entry is: the same one rewritten, a repetition, or news of its own. Pure.

Identity is (source, guid), else the canonical link. A portal may give two articles one guid, give one
article two guids, or move it to another address; so guid and link are weighed with the text itself.
Absence from a feed says nothing.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.collect.entry import Entry

SAME_NEWS_WITHIN = timedelta(days=2)
"""The same words again after this long are a notice that recurs, not a repetition of the entry."""

SAME_ARTICLE = 0.5
"""Similarity from which an entry under a known guid but another address is the known article, rewritten."""

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
    seen: list[Entry] = []
    links = Counter(entry.link for entry in entries if entry.link and not entry.guid)
    shared = {link for link, times in links.items() if times > 1}
    for entry in _newest_wins(entries, similarity, result):
        if any(_same_news(entry, other) for other in seen):
            result.repeated.append(entry)
            continue
        seen.append(entry)
        match = _match(entry, articles, shared, similarity)
        if match is not None:
            _compare(entry, match, result)
        elif any(_repeats(entry, article) for article in articles):
            result.repeated.append(entry)
        else:
            result.new.append(entry)
    return result


def _newest_wins(entries: Sequence[Entry], similarity: Similarity, result: Plan) -> list[Entry]:
    """One reading may carry several versions of an article: the one updated last speaks for it."""
    winners: list[Entry] = []
    for entry in entries:
        twin = next((i for i, other in enumerate(winners) if _same_article(entry, other, similarity)), None)
        if twin is None:
            winners.append(entry)
        elif _version(entry) > _version(winners[twin]):
            result.repeated.append(winners[twin])
            winners[twin] = entry
        else:
            result.repeated.append(entry)
    return winners


def _version(entry: Entry) -> datetime:
    never = datetime.min.replace(tzinfo=(entry.updated or entry.published or _EPOCH).tzinfo)
    return entry.updated or entry.published or never


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _same_article(one: Entry, other: Entry, similarity: Similarity) -> bool:
    if one.guid != other.guid:
        return False
    if one.guid and one.link == other.link:
        return True
    if not one.guid and (one.link is None or one.link != other.link):
        return False
    return similarity(_words(one), _words(other)) >= SAME_ARTICLE


def _match(
    entry: Entry, articles: Sequence[Known], shared: Container[str], similarity: Similarity
) -> Known | None:
    """The article that an entry tells again; `shared` are links that several entries without guid have."""
    if entry.guid:
        same = [a for a in articles if a.guid == entry.guid]
        certain = [a for a in same if not entry.link or a.link == entry.link]
        same = certain or same
    elif entry.link:
        same = [a for a in articles if a.link == entry.link]
        certain = [] if entry.link in shared else same
    else:
        same = certain = [
            a for a in articles if not a.guid and not a.link and a.text_hash == text_hash(entry)
        ]
    words = [a for a in same if a.text_hash == text_hash(entry)]
    if words or len(certain) == 1:
        return (words or certain)[0]
    close = [(similarity(_words(entry), a.text), a) for a in same]
    nearest = max((c for c in close if c[0] >= SAME_ARTICLE), key=lambda c: c[0], default=None)
    return nearest[1] if nearest else None


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


def _same_news(one: Entry, other: Entry) -> bool:
    return text_hash(one) == text_hash(other) and _close(one.published, other.published)


def _repeats(entry: Entry, article: Known) -> bool:
    return text_hash(entry) == article.text_hash and _close(entry.published, article.published)


def _close(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= SAME_NEWS_WITHIN


def _words(entry: Entry) -> str:
    return f"{entry.title}\n{entry.text}"


def text_hash(entry: Entry) -> str:
    """Equal for entries whose title and plain text differ in case and white space only."""
    return _sha256(" ".join(unicodedata.normalize("NFC", _words(entry)).casefold().split()))


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
