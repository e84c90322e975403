"""Drafts: begun from a kind, saved as somebody types, and never over what another has saved.

Each save says which version it was based on; only what was made of the newest one takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from types import MappingProxyType

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from channels.portal import media_path
from pipeline.acts import NotAllowed, must
from pipeline.audit import Act, record
from pipeline.collect.clean import clean
from pipeline.deliver.engine import real_now
from pipeline.models import Article, Draft, State, Stop, Upload
from pipeline.office import Office
from pipeline.people import Rights
from pipeline.review.workflow import Act as May
from pipeline.schedule import Schedule
from pipeline.write.kinds import KINDS
from pipeline.write.opened import others


@dataclass(frozen=True)
class Words:
    """All that a writer types; moments are aware, the body is as `clean` makes it."""

    title: str = ""
    lead: str = ""
    body: str = ""
    topic: int | None = None
    field: str = ""
    priority: str = "thuong"
    embargo: datetime | None = None
    expires: datetime | None = None


class Stale(NotAllowed):
    """Somebody saved another version of `draft` since the page was read: nothing was written."""

    def __init__(self, draft: Draft) -> None:
        who = draft.saved_by.get_full_name() or draft.saved_by.username
        super().__init__(f"{who} vừa lưu một bản khác của bài này: chưa ghi đè. Hãy xem hai bản cạnh nhau.")
        self.draft = draft


def desks(schedule: Schedule, rights: Rights) -> dict[str, str]:
    """The agencies for which somebody with these rights may write → the source that their articles are of.

    An agency's own article is of its first source: it takes the same routes, and the same people see it.
    """
    sources = reversed(schedule.sources)
    return {each.agency: each.id for each in sources if rights.may(May.WRITE, each.agency)}


def unfinished(agencies: list[str]) -> QuerySet[Draft]:
    """What is being written for these agencies and can be handed in, the last saved first."""
    again = Q(article__stopped=Stop.RETURNED, article__published=None) & ~Q(article__state=State.WITHDRAWN)
    rows = Draft.objects.filter(Q(article=None) | again, agency__in=agencies, revision=None)
    return rows.select_related("saved_by", "begun_by").order_by("-saved_at", "-id")


def returned(article: Article) -> bool:
    """Whether an article was given back to its writers, and nobody has let it out or withdrawn it since."""
    stopped = article.stopped == Stop.RETURNED
    return stopped and article.published_id is None and article.state != State.WITHDRAWN


def words_of(draft: Draft) -> Words:
    """What a draft says."""
    return Words(**{name: getattr(draft, name) for name in Words.__dataclass_fields__})


def as_text(body: str) -> str:
    """A body for a plain field: a blank line between paragraphs."""
    return clean(body).text.replace("\n", "\n\n")


def begin(office: Office, user: User, agency: str, kind: str) -> Draft:
    """A new draft of this kind for an agency. Raises `NotAllowed`."""
    must(user, May.WRITE, agency)
    template = KINDS.get(kind)
    if template is None or agency not in {each.agency for each in office.schedule.sources}:
        raise NotAllowed("Hãy chọn thể loại và cơ quan.")
    now = real_now()
    with transaction.atomic():
        draft = Draft.objects.create(
            agency=agency,
            kind=kind,
            title=template.title,
            lead=template.lead,
            body=template.skeleton,
            topic=template.topic,
            begun_by=user,
            begun_at=now,
            saved_by=user,
            saved_at=now,
            writers=[user.username],
        )
        record(Act(user.username, May.WRITE, subject(draft), after={"agency": agency, "kind": kind}))
    return draft


def save(
    draft_id: int,
    user: User,
    words: Words,
    based_on: int,
    page: str,
    titles: Mapping[int, str] = MappingProxyType({}),
    removed: Collection[int] = (),
) -> Draft:
    """The draft with these words, a new version where anything differs. `page`: the opened page it is of.

    `titles`: upload → its description or name; `removed`: uploads that go, from the text as well.
    A page whose own save came through without its hearing of it may go on. Raises `Stale`, `NotAllowed`.
    """
    with transaction.atomic():
        draft = locked(draft_id, user)
        uploads = list(draft.uploads.all())
        gone = [each for each in uploads if each.pk in removed]
        renamed = [each for each in uploads if titles.get(each.pk, each.title) != each.title]
        if not gone and not renamed and words == words_of(draft):
            return draft
        unheard = page and page == draft.saved_from
        if based_on != draft.version and not unheard:
            raise Stale(draft)
        for each in renamed:
            each.title = titles[each.pk]
            each.save(update_fields=["title"])
        draft.uploads.filter(id__in=[each.pk for each in gone]).delete()
        for name, value in asdict(replace(words, body=_without(words.body, gone))).items():
            setattr(draft, name, value)
        draft.version, draft.saved_from = draft.version + 1, page
        draft.saved_by, draft.saved_at = user, real_now()
        draft.save()
        writes(draft, user)
    return draft


def writes(draft: Draft, user: User) -> None:
    """Count this person among a draft's writers: who changed it or what stands beside it."""
    if user.username not in draft.writers:
        draft.writers = [*draft.writers, user.username]
        draft.save(update_fields=["writers"])
        record(Act(user.username, May.WRITE, subject(draft)))


def discard(draft_id: int, user: User, version: int) -> None:
    """Drop a draft that was never handed in. Raises `Stale`, `NotAllowed`."""
    with transaction.atomic():
        draft = locked(draft_id, user)
        if draft.version != version:
            raise Stale(draft)
        if draft.article_id:
            raise NotAllowed("Bài đã nộp một lần thì không bỏ được: hãy nộp lại, hoặc để nguyên.")
        if others(subject(draft), user, real_now()):
            raise NotAllowed("Có người đang mở bài này: hãy hỏi người đó trước khi bỏ.")
        record(Act(user.username, "discard", subject(draft), before={"title": draft.title}))
        draft.delete()


def locked(draft_id: int, user: User) -> Draft:
    """A draft to be changed by this person. Raises `NotAllowed`."""
    # Alone: with whoever saved it joined, PostgreSQL finds no row where that changed during the wait.
    draft = Draft.objects.select_for_update().filter(id=draft_id).first()
    if draft is None:
        raise NotAllowed("Bài đang viết này không còn nữa.")
    must(user, May.WRITE, draft.agency)
    if draft.revision_id:
        raise NotAllowed("Bài này đã nộp để duyệt, không viết tiếp ở đây được nữa.")
    return draft


def subject(draft: Draft) -> str:
    """As the audit log names it."""
    return f"draft:{draft.pk}"


def _without(body: str, gone: Iterable[Upload]) -> str:
    """The body, in which none of these pictures is shown any more."""
    for each in gone:
        path = re.escape(media_path(each.sha256, each.content_type))
        body = re.sub(f'<img src="[^"]*{path}"[^>]*>', "", body)
    return clean(body).html
