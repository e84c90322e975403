"""Handing in: a draft becomes an article's newest wording and is reviewed like every other."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from pipeline.acts import NotAllowed, must
from pipeline.acts import subject as of_article
from pipeline.amend import described
from pipeline.audit import Act, record
from pipeline.collect.clean import clean
from pipeline.collect.wording import revision_of
from pipeline.collect.words import fold
from pipeline.deliver.engine import real_now
from pipeline.entry import Entry, Marker
from pipeline.models import Article, Draft, Source, State
from pipeline.office import Office
from pipeline.review.workflow import Act as May
from pipeline.run import review
from pipeline.write.drafts import Stale, locked, returned
from pipeline.write.files import Carried, carried
from pipeline.write.kinds import GAP, KINDS


def hand_in(office: Office, draft_id: int, user: User, version: int) -> Article:
    """Give this version of a draft to those who approve. Raises `Stale`, `NotAllowed`."""
    with transaction.atomic():
        draft = locked(draft_id, user)
        if draft.version != version:
            raise Stale(draft)
        beside = carried(office, draft)
        entry = _entry(office, draft, beside)
        _complete(entry)
        article = _article(office, draft)
        revision = revision_of(article, entry, beside.copies, office.now())
        revision.worded_by = user.username
        revision.save()
        article.current, article.unchecked = revision, True
        article.stopped, article.stopped_because = "", ""
        article.save()
        draft.article, draft.revision = article, revision
        draft.save(update_fields=["article", "revision"])
        after = {"revision": revision.number, "title": revision.title, "content": revision.content_hash}
        record(Act(user.username, "hand-in", of_article(article), {"draft": draft.pk}, after))
        review(office, [article.id])
    return article


def take_up(article_id: int, user: User) -> Draft:
    """Go on writing what was returned, from its newest wording. Raises `NotAllowed`."""
    with transaction.atomic():
        # The draft first, as handing in locks them.
        draft = Draft.objects.select_for_update().filter(article=article_id).first()
        article = Article.objects.select_for_update().filter(id=article_id).first()
        if article is None or article.current is None or draft is None:
            raise NotAllowed("Bài này không viết trong Loa.")
        must(user, May.WRITE, draft.agency)
        _must_be_returned(article)
        if draft.revision_id is None:
            return draft
        said = article.current
        for name in ("title", "lead", "body", "topic", "field", "priority", "embargo", "expires"):
            setattr(draft, name, getattr(said, name))
        draft.revision, draft.version, draft.saved_from = None, draft.version + 1, ""
        draft.saved_by, draft.saved_at = user, real_now()
        draft.save()
        for image in said.images:
            draft.uploads.filter(sha256=image["sha256"] or "").update(title=image["alt"])
        record(Act(user.username, "take-up", of_article(article), after={"draft": draft.pk}))
    return draft


def _entry(office: Office, draft: Draft, beside: Carried) -> Entry:
    """The draft as a feed would have brought it."""
    html = draft.body
    for image in beside.images:
        html = described(html, image.url, image.alt) if image.alt else html
    body = clean(html, office.schedule.office.base_url)
    inside = {image.url for image in body.images}
    return Entry(
        guid=None,
        link=None,
        title=fold(draft.title),
        lead=fold(draft.lead) or body.lead,
        body=body.html,
        text=body.text,
        author="",
        published=office.now(),
        updated=None,
        marker=Marker.APPROVED,
        topic=draft.topic,
        kind=KINDS[draft.kind].kind,
        field=fold(draft.field),
        priority=draft.priority,
        embargo=draft.embargo,
        expires=draft.expires,
        images=(*body.images, *(image for image in beside.images if image.url not in inside)),
        attachments=beside.attachments,
    )


def _complete(entry: Entry) -> None:
    if not entry.title or not entry.text:
        raise NotAllowed("Bài phải có tiêu đề và nội dung.")
    if gap := GAP.search(f"{entry.title}\n{entry.lead}\n{entry.text}"):
        raise NotAllowed(f"Còn chỗ mẫu chưa điền: {gap[0]}. Hãy điền, hoặc xóa đoạn đó đi.")
    if entry.embargo and entry.expires and entry.expires <= entry.embargo:
        raise NotAllowed("Bài phải còn hiệu lực sau giờ cấm phát.")


def _article(office: Office, draft: Draft) -> Article:
    """The one that was returned, locked, or a new one of the agency's first source."""
    if draft.article_id:
        article = Article.objects.select_for_update().get(id=draft.article_id)
        _must_be_returned(article)
        return article
    source = next((each.id for each in office.schedule.sources if each.agency == draft.agency), None)
    if source is None:
        raise NotAllowed(f"{draft.agency} không còn trong cấu hình.")
    Source.objects.get_or_create(id=source)
    return Article.objects.create(
        source_id=source, state=State.REVIEW, marker=Marker.APPROVED, created_at=office.now()
    )


def _must_be_returned(article: Article) -> None:
    if not returned(article):
        raise NotAllowed("Chỉ viết tiếp được bài đã trả lại và chưa đăng.")
