"""Drafts: begun from a kind, saved as somebody types, and never over what another has saved.

Each save says which version it was based on; only what was made of the newest one takes its place.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from pipeline.acts import NotAllowed, must
from pipeline.audit import Act, record
from pipeline.collect.clean import clean
from pipeline.deliver.engine import real_now
from pipeline.models import Draft
from pipeline.office import Office
from pipeline.people import Rights
from pipeline.review.workflow import Act as May
from pipeline.schedule import Schedule
from pipeline.write.kinds import KINDS


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
    """What is being written for these agencies, the last saved first."""
    rows = Draft.objects.filter(agency__in=agencies, revision=None)
    return rows.select_related("saved_by", "begun_by").order_by("-saved_at", "-id")


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


def save(draft_id: int, user: User, words: Words, based_on: int, page: str) -> Draft:
    """The draft with these words, a new version where they differ. `page`: the opened page they come from.

    A page whose own save came through without its hearing of it may go on. Raises `Stale`, `NotAllowed`.
    """
    with transaction.atomic():
        draft = locked(draft_id, user)
        if words == words_of(draft):
            return draft
        unheard = page and page == draft.saved_from
        if based_on != draft.version and not unheard:
            raise Stale(draft)
        if user.username not in draft.writers:
            draft.writers = [*draft.writers, user.username]
            record(Act(user.username, May.WRITE, subject(draft)))
        for name, value in asdict(words).items():
            setattr(draft, name, value)
        draft.version, draft.saved_from = draft.version + 1, page
        draft.saved_by, draft.saved_at = user, real_now()
        draft.save()
    return draft


def discard(draft_id: int, user: User, version: int) -> None:
    """Drop a draft that was never handed in. Raises `Stale`, `NotAllowed`."""
    with transaction.atomic():
        draft = locked(draft_id, user)
        if draft.version != version:
            raise Stale(draft)
        if draft.article_id:
            raise NotAllowed("Bài đã nộp một lần thì không bỏ được: hãy nộp lại, hoặc để nguyên.")
        record(Act(user.username, "discard", subject(draft), before={"title": draft.title}))
        draft.delete()


def locked(draft_id: int, user: User) -> Draft:
    """A draft to be changed by this person. Raises `NotAllowed`."""
    rows = Draft.objects.select_for_update(of=("self",)).select_related("saved_by")
    draft = rows.filter(id=draft_id).first()
    if draft is None:
        raise NotAllowed("Bài đang viết này không còn nữa.")
    must(user, May.WRITE, draft.agency)
    if draft.revision_id:
        raise NotAllowed("Bài này đã nộp để duyệt, không viết tiếp ở đây được nữa.")
    return draft


def subject(draft: Draft) -> str:
    """As the audit log names it."""
    return f"draft:{draft.pk}"
