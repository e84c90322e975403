"""Collecting one source: fetch, parse, match, and store state and articles in one transaction."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from pipeline.audit import Act, record
from pipeline.collect.entry import Entry, EntryImage, FeedTrouble, Marker, Reading
from pipeline.collect.fetch import Fetched, Fetcher, FetchTrouble, read_file, same_host
from pipeline.collect.identity import Known, Plan, Similarity, content_hash, plan, text_hash
from pipeline.collect.pictures import get_picture
from pipeline.collect.reencode import PictureTrouble
from pipeline.collect.sandbox import Sandbox
from pipeline.models import Article, Picture, Revision, Source, SourceState, State, Stop
from pipeline.schedule import SourceSettings

FLOOD = 20
"""More new items than this from one reading of a known source wait for one yes."""

LONGEST_WAIT = timedelta(hours=6)
MOVES_BELIEVED = 3
"""A permanent redirect is followed from the start only after this many readings in a row."""

PICTURES_PER_ARTICLE = 20


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


def collect(settings: SourceSettings, tools: Tools, zone: ZoneInfo, now: datetime) -> Collected:
    """Read one source once; never raises for what the source does wrong."""
    source, _ = Source.objects.get_or_create(id=settings.id, defaults={"url": settings.url})
    if source.url != settings.url:
        source.url, source.etag, source.last_modified, source.body_sha256 = settings.url, "", "", ""
        source.moved_to, source.moved_seen = "", 0
    try:
        fetched = _fetch(settings, source, tools)
        if fetched.status == 304:
            _remember(source, fetched, settings, now)
            return Collected(settings.id)
        reading = tools.sandbox.parse(
            fetched.body,
            content_type=fetched.content_type,
            address=fetched.address,
            source=settings,
            zone=zone,
            now=now,
        )
    except (FetchTrouble, FeedTrouble) as trouble:
        return _in_trouble(source, settings, str(trouble), getattr(trouble, "retry_after", None), now)
    return _store(source, settings, fetched, reading, tools, now)


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


def _in_trouble(
    source: Source, settings: SourceSettings, reason: str, retry_after: timedelta | None, now: datetime
) -> Collected:
    source.failures += 1
    wait = max(min(settings.every * 2 ** min(source.failures, 10), LONGEST_WAIT), retry_after or timedelta())
    _set_state(source, SourceState.TROUBLE, reason, now)
    source.last_fetch, source.next_fetch = now, now + _jittered(wait)
    source.save()
    return Collected(settings.id, trouble=reason)


def _set_state(source: Source, state: SourceState, reason: str, now: datetime) -> None:
    if source.state != state or source.since is None:
        source.since = now
    source.state, source.reason = state, reason


def _remember(
    source: Source, fetched: Fetched, settings: SourceSettings, now: datetime, trouble: str = ""
) -> None:
    """Write down a reading that succeeded; a damaged one is read again in full next time."""
    source.etag = "" if trouble else fetched.etag or source.etag
    source.last_modified = "" if trouble else fetched.last_modified or source.last_modified
    if fetched.moved_to and fetched.moved_to == source.moved_to:
        source.moved_seen += 1
    else:
        source.moved_to, source.moved_seen = fetched.moved_to or source.moved_to, int(bool(fetched.moved_to))
    source.failures = 0
    source.known_since = source.known_since or now
    source.last_fetch = source.last_success = now
    source.next_fetch = now + _jittered(
        max(settings.every, min(fetched.max_age or timedelta(), LONGEST_WAIT))
    )
    _set_state(source, SourceState.TROUBLE if trouble else SourceState.OK, trouble, now)
    source.save()


def _jittered(wait: timedelta) -> timedelta:
    return wait * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing


def _store(
    source: Source, settings: SourceSettings, fetched: Fetched, reading: Reading, tools: Tools, now: datetime
) -> Collected:
    first_look = plan(reading.entries, _known(source, reading.entries), tools.similarity)
    copies = _get_pictures(
        [*first_look.new, *(entry for _, entry in first_look.revised)], settings, tools, now
    )
    with transaction.atomic():
        changes = plan(reading.entries, _known(source, reading.entries), tools.similarity)
        bulk = source.known_since is not None and len(changes.new) > FLOOD
        _write(source, changes, copies, Stop.BULK if bulk else "", now)
        _remember(source, fetched, settings, now, reading.trouble)
    return Collected(
        settings.id,
        len(changes.new),
        len(changes.revised),
        len(changes.remarked),
        len(changes.repeated),
        changes.unchanged,
        reading.trouble,
    )


def _known(source: Source, entries: Sequence[Entry]) -> list[Known]:
    rows = (
        Article.objects.filter(source=source)
        .filter(
            Q(guid__in=[e.guid for e in entries if e.guid])
            | Q(link__in=[e.link for e in entries if e.link])
            | Q(current__text_hash__in=[text_hash(e) for e in entries])
        )
        .select_related("current")
        .order_by("id")
    )
    return [_known_of(row, row.current) for row in rows if row.current is not None]


def _known_of(article: Article, revision: Revision) -> Known:
    urls = [a["url"] for a in revision.attachments] + [i["url"] for i in revision.images if i["url"]]
    return Known(
        id=article.id,
        guid=article.guid,
        link=article.link,
        text=f"{revision.title}\n{revision.text}",
        text_hash=revision.text_hash,
        content_hash=revision.content_hash,
        published=revision.published,
        updated=revision.updated,
        marker=article.marker,
        files=frozenset(urls),
        released=article.published_id is not None,
    )


def _get_pictures(
    entries: Iterable[Entry], settings: SourceSettings, tools: Tools, now: datetime
) -> dict[str, str]:
    """Fetch the pictures of what is new before the transaction: address → hash of our copy.

    One that fails is only a broken picture; a host that failed is left alone for this reading.
    """
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


def _write(source: Source, changes: Plan, copies: Mapping[str, str], stopped: str, now: datetime) -> None:
    articles = Article.objects.bulk_create(
        Article(
            source=source,
            guid=entry.guid or "",
            link=entry.link or "",
            state=State.REVIEW,
            marker=entry.marker,
            withdrawn_because=entry.withdrawn_because,
            stopped=stopped,
            created_at=now,
        )
        for entry in changes.new
    )
    pairs = list(zip(articles, changes.new, strict=True))
    known = Article.objects.in_bulk([article_id for article_id, _ in [*changes.revised, *changes.remarked]])
    pairs += [(known[article_id], entry) for article_id, entry in changes.revised]
    revisions = Revision.objects.bulk_create(
        _revision(article, entry, copies, now) for article, entry in pairs
    )
    for article, revision in zip([article for article, _ in pairs], revisions, strict=True):
        article.current = revision
    for article, entry in [*pairs, *((known[i], entry) for i, entry in changes.remarked)]:
        article.marker, article.withdrawn_because = entry.marker, entry.withdrawn_because
        article.link = entry.link or article.link
        article.unchecked = True
        if article.stopped == Stop.RETURNED and (article.id, entry) in changes.revised:
            article.stopped, article.stopped_because = "", ""
    Article.objects.bulk_update(
        {article.id: article for article in [*articles, *known.values()]}.values(),
        ["current", "marker", "withdrawn_because", "link", "unchecked", "stopped", "stopped_because"],
    )
    record(
        *(
            Act(f"source:{source.id}", act, f"article:{article.id}", after=_said(entry))
            for act, rows in (
                ("collect", pairs),
                ("remark", [(known[i], entry) for i, entry in changes.remarked]),
            )
            for article, entry in rows
        )
    )


def _said(entry: Entry) -> dict[str, str]:
    said = {"title": entry.title, "marker": str(entry.marker), "content": content_hash(entry)}
    return said | ({"because": entry.withdrawn_because} if entry.marker is Marker.WITHDRAWN else {})


def _revision(article: Article, entry: Entry, copies: Mapping[str, str], now: datetime) -> Revision:
    return Revision(
        article=article,
        number=1 + (article.current.number if article.current else 0),
        content_hash=content_hash(entry),
        text_hash=text_hash(entry),
        title=entry.title,
        lead=entry.lead,
        body=entry.body,
        text=entry.text,
        author=entry.author,
        source_link=entry.link or "",
        published=entry.published,
        updated=entry.updated,
        categories=list(entry.categories),
        topic=entry.topic,
        kind=entry.kind,
        field=entry.field,
        priority=entry.priority,
        embargo=entry.embargo,
        expires=entry.expires,
        corrects=entry.corrects or "",
        images=[_image(image, copies) for image in entry.images],
        attachments=[asdict(attachment) for attachment in entry.attachments],
        unreadable=[asdict(problem) for problem in entry.unreadable],
        collected_at=now,
    )


def _image(image: EntryImage, copies: Mapping[str, str]) -> dict[str, str | None]:
    copy = copies.get(image.url or "")
    problem = image.problem or ("" if copy else "không tải được ảnh")
    return {"url": image.url, "alt": image.alt, "problem": problem, "sha256": copy}
