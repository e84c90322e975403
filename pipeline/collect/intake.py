"""What a source has told: the rows that its entries are compared with, and those that they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pipeline.audit import Act
from pipeline.collect.identity import Known, Plan, content_hash, page, text_hash
from pipeline.collect.wording import revision_of
from pipeline.entry import Entry, Marker
from pipeline.models import Article, Revision, Source, State, Stop
from pipeline.rows import write_back


def known(source: Source, entries: Sequence[Entry]) -> list[Known]:
    """What the source has told under these guids, links or words: each look is one into an index."""
    own = Article.objects.filter(source=source)
    same_words = Revision.objects.filter(text_hash__in=[text_hash(e) for e in entries])
    ids = {
        *own.filter(guid__in=[e.guid for e in entries if e.guid]).values_list("id", flat=True),
        *own.filter(link__in=[page(e) for e in entries if e.link]).values_list("id", flat=True),
        *same_words.values_list("article_id", flat=True),
    }
    rows = Article.objects.filter(id__in=ids).select_related("current").order_by("id")
    ours = [row for row in rows if row.source_id == source.id]
    said = _in_its_own_words(ours)
    return [_known_of(row, said.get(row.id, row.current)) for row in ours if row.current]


def _in_its_own_words(articles: Iterable[Article]) -> dict[int, Revision]:
    """What the source last said of those that an officer has worded since: only another word is news."""
    ours = [row.id for row in articles if row.current and row.current.worded_by]
    if not ours:
        return {}
    said = Revision.objects.filter(article__in=ours, worded_by="").order_by("number")
    return {revision.article_id: revision for revision in said}


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


def write(source: Source, changes: Plan, copies: Mapping[str, str], stopped: str, now: datetime) -> list[Act]:
    """Store the changes in the caller's transaction; `copies` is address → hash. Returns what to record."""
    articles = Article.objects.bulk_create(
        Article(
            source=source,
            guid=entry.guid or "",
            link=page(entry),
            state=State.REVIEW,
            marker=entry.marker,
            withdrawn_because=entry.withdrawn_because,
            stopped=stopped,
            created_at=now,
        )
        for entry in changes.new
    )
    pairs = list(zip(articles, changes.new, strict=True))
    changed = [article_id for article_id, _ in [*changes.revised, *changes.remarked]]
    # Whoever decides about one of them now is waited for, and its newest revision counted from.
    touched = Article.objects.order_by("id").select_for_update().in_bulk(changed)
    pairs += [(touched[article_id], entry) for article_id, entry in changes.revised]
    revisions = Revision.objects.bulk_create(
        revision_of(article, entry, copies, now) for article, entry in pairs
    )
    for article, revision in zip([article for article, _ in pairs], revisions, strict=True):
        article.current = revision
    for article, entry in [*pairs, *((touched[i], entry) for i, entry in changes.remarked)]:
        article.marker = entry.marker
        if entry.marker is Marker.WITHDRAWN and article.state != State.WITHDRAWN:
            article.withdrawn_because = entry.withdrawn_because or article.withdrawn_because
        article.link = page(entry) or article.link
        article.unchecked = True
        if article.stopped == Stop.RETURNED and (article.id, entry) in changes.revised:
            article.stopped, article.stopped_because = "", ""
    write_back(
        [*articles, *touched.values()],
        ["current", "marker", "withdrawn_because", "link", "unchecked", "stopped", "stopped_because"],
    )
    return [
        Act(f"source:{source.id}", act, f"article:{article.id}", after=_said(entry))
        for act, rows in (
            ("collect", pairs),
            ("remark", [(touched[i], entry) for i, entry in changes.remarked]),
        )
        for article, entry in rows
    ]


def _said(entry: Entry) -> dict[str, str]:
    said = {"title": entry.title, "marker": str(entry.marker), "content": content_hash(entry)}
    return said | ({"because": entry.withdrawn_because} if entry.marker is Marker.WITHDRAWN else {})
