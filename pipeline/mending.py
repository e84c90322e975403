"""What an officer does to a wording before it goes out: mends it, or answers for what a check found in it.

Each is told which revision was read: where that is not the newest any more, nothing is done.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from pipeline.acts import (
    NotAllowed,
    current,
    keep_answers,
    locked,
    must,
    must_be_public,
    needs_reason,
    subject,
)
from pipeline.amend import Edit, NothingToChange, edited
from pipeline.audit import Act, record
from pipeline.deliver.engine import real_now
from pipeline.models import Acceptance, Article, Revision, State
from pipeline.office import Office
from pipeline.review.checks import stored
from pipeline.review.checks.personal_data import spots
from pipeline.review.workflow import Act as May
from pipeline.run import review


class Overtaken(NotAllowed):
    """Somebody, or the source, was faster: what was read is not the newest any more."""

    def __init__(self) -> None:
        super().__init__("Bài vừa có bản mới. Hãy đọc bản mới rồi quyết định lại.")


def unchanged(article_id: int, seen: int | None) -> Article:
    """The article, locked until the transaction ends; what is decided about is what was read.

    `seen`: the id of the revision that was read. Raises `Overtaken`, `NotAllowed`.
    """
    article = locked(article_id)
    if article.current_id != seen:
        raise Overtaken
    return article


def mend(office: Office, article_id: int, user: User, edit: Edit, seen: int | None) -> Revision:
    """A new revision with an officer's changes, checked like every other; a person's yes lets it out.

    What was approved before stops where it has not gone out yet. Raises `NotAllowed`.
    """
    must(user, May.MEND)
    with transaction.atomic():
        article = unchanged(article_id, seen)
        read = current(article)
        if article.state == State.WITHDRAWN:
            raise NotAllowed(f"Bài {article_id} đã bị gỡ.")
        for alt in edit.alts.values():
            must_be_public(office, alt, "lời mô tả ảnh")
        try:
            revision = edited(read, edit, user.username, office.now())
        except NothingToChange as problem:
            raise NotAllowed(str(problem)) from None
        if not revision.title.strip():
            raise NotAllowed("Bài phải có tiêu đề.")
        if revision.embargo and revision.expires and revision.expires <= revision.embargo:
            raise NotAllowed("Bài phải còn hiệu lực sau giờ cấm phát.")
        revision.number = read.number + 1
        revision.save()
        keep_answers(read, revision)
        article.current, article.unchecked = revision, True
        article.save(update_fields=["current", "unchecked"])
        after = {
            "revision": revision.number,
            "changes": [list(change) for change in edit.words],
            "stated": {name: str(value) for name, value in edit.fields.items()},
            "described": {str(at): alt for at, alt in edit.alts.items()},
        }
        record(Act(user.username, May.MEND, subject(article), {"revision": read.number}, after))
        review(office, [article_id])
    return revision


def accept(office: Office, article_id: int, user: User, words: str, reason: str, seen: int | None) -> None:
    """Answer for words that a check took for personal data: they are an office's. Raises `NotAllowed`."""
    must(user, May.ACCEPT)
    needs_reason(reason, "Cần ghi vì sao được phép công khai.")
    with transaction.atomic():
        article = unchanged(article_id, seen)
        read = current(article)
        found = spots(stored(read, article.marker), office.schedule.office.public_contacts)
        kinds = [spot.kind for spot in found if spot.words == words]
        if not kinds:
            raise NotAllowed(f"Không thấy “{words}” trong bài.")
        if not all(kind.office_may_have for kind in kinds):
            raise NotAllowed(f"{kinds[0].name.capitalize()} không bao giờ được công khai: phải che đi.")
        answer = {"user": user, "reason": reason, "at": real_now(), "digest": read.digest}
        Acceptance.objects.update_or_create(revision=read, words=words, defaults=answer)
        after = {"revision": read.number, "words": words, "kind": kinds[0].name, "digest": read.digest}
        record(Act(user.username, May.ACCEPT, subject(article), after=after, note=reason))
