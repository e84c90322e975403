"""An entry as the revision that is stored of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from pipeline.collect.identity import content_hash, text_hash
from pipeline.entry import Entry, EntryImage
from pipeline.models import Article, Revision


def revision_of(article: Article, entry: Entry, copies: Mapping[str, str], now: datetime) -> Revision:
    """The article's next revision, not saved yet; `copies`: address → hash of a picture's copy of ours."""
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
