"""Collecting: fetch, parse and match each source, and store state and articles in one transaction."""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction

from pipeline.audit import Act, one_at_a_time, record
from pipeline.collect.fetch import Fetched, Fetcher, FetchTrouble, read_file, same_host
from pipeline.collect.identity import Similarity, plan
from pipeline.collect.intake import known, write
from pipeline.collect.pictures import get_picture
from pipeline.collect.reencode import PictureTrouble
from pipeline.collect.sandbox import Sandbox
from pipeline.entry import Entry, FeedTrouble, Reading
from pipeline.models import Picture, Source, SourceState, Stop
from pipeline.rows import write_back
from pipeline.schedule import SourceSettings

log = logging.getLogger(__name__)

FLOOD = 20
"""More new items than this from one reading of a known source wait for one yes."""

LONGEST_WAIT = timedelta(hours=6)
MOVES_BELIEVED = 3
"""A permanent redirect is followed from the start only after this many readings in a row."""

PICTURES_PER_ARTICLE = 20

STATE = [column.name for column in Source._meta.concrete_fields if not column.primary_key]


@dataclass(frozen=True)
class Tools:
    """What collecting works with; shared by all sources of one process."""

    fetcher: Fetcher
    sandbox: Sandbox
    pictures: Path
    similarity: Similarity


@dataclass(frozen=True)
class Collected:
    """What one reading came to; `trouble` is the reason in plain Vietnamese, empty where all is well."""

    source: str
    new: int = 0
    revised: int = 0
    remarked: int = 0
    repeated: int = 0
    unchanged: int = 0
    trouble: str = ""


@dataclass(frozen=True)
class Read:
    """One source as it was read just now, not stored yet: a reading, nothing new, or the trouble."""

    settings: SourceSettings
    source: Source
    now: datetime
    fetched: Fetched | None = None
    reading: Reading | None = None
    copies: Mapping[str, str] = field(default_factory=dict)
    """Address → hash of the pictures that were fetched for what is new."""
    trouble: FetchTrouble | FeedTrouble | None = None


def met(chosen: Sequence[SourceSettings]) -> Mapping[str, Source]:
    """The rows of these sources; one whose settings were changed forgets what it was last told."""
    Source.objects.bulk_create((Source(id=each.id) for each in chosen), ignore_conflicts=True)
    sources = Source.objects.in_bulk([each.id for each in chosen])
    for each in chosen:
        source = sources[each.id]
        settings = hashlib.sha256(repr(each).encode()).hexdigest()
        if source.read_as != settings:
            source.read_as, source.etag, source.last_modified = settings, "", ""
            source.moved_to, source.moved_seen = "", 0
    return sources


def due(sources: Iterable[SourceSettings], now: datetime) -> list[SourceSettings]:
    """Those that it is time to read at `now`, in business time."""
    # What was read in the future was read by a clock that was ahead, and waits for a time far away.
    waiting = Source.objects.filter(next_fetch__gt=now, last_fetch__lte=now)
    resting = set(waiting.values_list("id", flat=True))
    return [each for each in sources if each.id not in resting]


def read(settings: SourceSettings, source: Source, tools: Tools, zone: ZoneInfo, now: datetime) -> Read:
    """Fetch and parse one source, in any thread; whatever goes wrong is the trouble of that source."""
    try:
        return _read(Read(settings, source, now), tools, zone)
    except (FetchTrouble, FeedTrouble) as trouble:
        return Read(settings, source, now, trouble=trouble)
    except Exception:
        # What nobody foresaw in one feed must not cost the others of its host their reading.
        log.exception("source %s could not be read", settings.id)
        unforeseen = "Loa gặp lỗi chưa lường trước khi đọc nguồn; nhật ký của máy chủ ghi chi tiết"
        return Read(settings, source, now, trouble=FeedTrouble(unforeseen))


def _read(this: Read, tools: Tools, zone: ZoneInfo) -> Read:
    settings, source, now = this.settings, this.source, this.now
    fetched = _fetch(settings, source, tools)
    if fetched.status == 304:
        return replace(this, fetched=fetched)
    reading = tools.sandbox.parse(
        fetched.body,
        content_type=fetched.content_type,
        address=fetched.address,
        source=settings,
        zone=zone,
        now=now,
    )
    copies = _pictures(settings, source, reading, tools, now)
    return replace(this, fetched=fetched, reading=reading, copies=copies)


def store(reads: Sequence[Read], similarity: Similarity) -> list[Collected]:
    """Store what was read, each source's state together with its articles, all in one transaction."""
    with transaction.atomic():
        # Of two collectors with the same news, the second must find the first one's articles.
        one_at_a_time(3)
        acts: list[Act] = []
        collected = [_store(each, similarity, acts) for each in reads]
        write_back([each.source for each in reads], STATE)
        record(*acts)
    return collected


def _store(this: Read, similarity: Similarity, acts: list[Act]) -> Collected:
    if this.trouble is not None:
        return _in_trouble(this, str(this.trouble), getattr(this.trouble, "retry_after", None))
    if this.reading is None:
        _remember(this)
        return Collected(this.settings.id)
    try:
        with transaction.atomic():
            collected, done = _take_in(this, this.reading, similarity)
    except OperationalError:
        # A full disk, a database that is away: no trouble of this source.
        raise
    except Exception:
        # What nobody foresaw in one feed must not cost the others their news.
        log.exception("source %s could not be stored", this.settings.id)
        return _in_trouble(this, "Loa gặp lỗi chưa lường trước khi lưu bài; nhật ký của máy chủ ghi chi tiết")
    acts += done
    return collected


def _fetch(settings: SourceSettings, source: Source, tools: Tools) -> Fetched:
    believed = source.moved_to if source.moved_seen >= MOVES_BELIEVED else settings.url
    if settings.file is not None:
        return read_file(settings.file, etag=source.etag)
    return tools.fetcher.fetch(
        believed,
        etag=source.etag,
        last_modified=source.last_modified,
        allow_private=settings.allow_private_address,
    )


def _in_trouble(this: Read, reason: str, retry_after: timedelta | None = None) -> Collected:
    source, every = this.source, this.settings.every
    source.failures += 1
    wait = max(min(every * 2 ** min(source.failures, 10), LONGEST_WAIT), retry_after or timedelta())
    _set_state(source, SourceState.TROUBLE, reason, this.now)
    source.last_fetch, source.next_fetch = this.now, this.now + _jittered(wait)
    return Collected(this.settings.id, trouble=reason)


def _set_state(source: Source, state: SourceState, reason: str, now: datetime) -> None:
    if source.state != state or source.since is None:
        source.since = now
    source.state, source.reason = state, reason


def _remember(this: Read) -> None:
    """Write down a reading that succeeded; a damaged one is read again in full next time."""
    source, fetched, now = this.source, this.fetched, this.now
    if fetched is None:
        raise ValueError("nothing was fetched")
    trouble = this.reading.trouble if this.reading else ""
    source.etag = "" if trouble else fetched.etag or source.etag
    source.last_modified = "" if trouble else fetched.last_modified or source.last_modified
    if fetched.moved_to and fetched.moved_to == source.moved_to:
        source.moved_seen += 1
    else:
        source.moved_to, source.moved_seen = fetched.moved_to or source.moved_to, int(bool(fetched.moved_to))
    source.failures = 0
    source.known_since = source.known_since or now
    source.last_fetch = source.last_success = now
    wait = max(this.settings.every, min(fetched.max_age or timedelta(), LONGEST_WAIT))
    source.next_fetch = now + _jittered(wait)
    _set_state(source, SourceState.TROUBLE if trouble else SourceState.OK, trouble, now)


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing


def _take_in(this: Read, reading: Reading, similarity: Similarity) -> tuple[Collected, list[Act]]:
    changes = plan(reading.entries, known(this.source, reading.entries), similarity)
    bulk = this.source.known_since is not None and len(changes.new) > FLOOD
    acts = write(this.source, changes, this.copies, Stop.BULK if bulk else "", this.now)
    _remember(this)
    collected = Collected(
        this.settings.id,
        len(changes.new),
        len(changes.revised),
        len(changes.remarked),
        len(changes.repeated),
        changes.unchanged,
        reading.trouble,
    )
    return collected, acts


def _pictures(
    settings: SourceSettings, source: Source, reading: Reading, tools: Tools, now: datetime
) -> dict[str, str]:
    """The pictures of what seems new, fetched before anything is locked: address → hash of our copy."""
    if not any(entry.images for entry in reading.entries):
        return {}
    changes = plan(reading.entries, known(source, reading.entries), tools.similarity)
    return _get_pictures([*changes.new, *(entry for _, entry in changes.revised)], settings, tools, now)


def _get_pictures(
    entries: Iterable[Entry], settings: SourceSettings, tools: Tools, now: datetime
) -> dict[str, str]:
    """One that fails is only a broken picture; a host that failed is left alone for this reading."""
    copies: dict[str, str] = {}
    silent: set[str | None] = set()
    for url in dict.fromkeys(i.url for e in entries for i in e.images[:PICTURES_PER_ARTICLE] if i.url):
        host = urlsplit(url).hostname
        if host in silent:
            continue
        try:
            stored = get_picture(
                tools.fetcher,
                tools.sandbox,
                url,
                allow_private=settings.allow_private_address and same_host(url, settings.url),
                folder=tools.pictures,
            )
        except PictureTrouble:
            silent.add(host)
            continue
        copies[url] = stored.sha256
        Picture.objects.get_or_create(
            sha256=stored.sha256,
            defaults={
                "content_type": stored.content_type,
                "width": stored.width,
                "height": stored.height,
                "size": stored.size,
                "source_url": url,
                "fetched_at": now,
            },
        )
    return copies
