"""What an officer does to a wording before it goes out: mends it, or answers for what a check found in it.

Each is told which revision was read: where that is not the newest any more, nothing is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from pipeline.acts import (
    NotAllowed,
    current,
    keep_answers,
    locked,
    must_be_public,
    needs_reason,
    subject,
)
from pipeline.amend import Edit, NothingToChange, body_of, edited
from pipeline.audit import Act, record
from pipeline.collect.clean import clean
from pipeline.compose.own import digest, own_words, worded
from pipeline.compose.posts import Uncomposable, with_pages
from pipeline.deliver.engine import real_now
from pipeline.deliver.standing import standing_of
from pipeline.models import Acceptance, Approval, Article, OwnWords, Revision, State
from pipeline.office import Office
from pipeline.release import composed_for
from pipeline.review.checks import stored
from pipeline.review.checks.personal_data import spots
from pipeline.review.workflow import Act as May
from pipeline.run import review


@dataclass(frozen=True)
class Wording:
    """What somebody typed for one channel; the text's lines are its paragraphs."""

    title: str
    lead: str
    text: str


class Overtaken(NotAllowed):
    """Somebody, or the source, was faster: what was read is not the newest any more."""

    def __init__(self, why: str = "Bài vừa có bản mới. Hãy đọc bản mới rồi quyết định lại.") -> None:
        super().__init__(why)


@dataclass(frozen=True)
class Seen:
    """What somebody decided about: the revision's id; where known, the rest of what the page showed."""

    revision: int | None
    own: str | None = None
    """The digest of the channels' own versions."""
    standing: str | None = None
    """Where the article stood: see `standing`."""


def standing(article: Article) -> str:
    """State and stop of an article, as a form carries them."""
    return f"{article.state}/{article.stopped}"


def unchanged(article: Article, seen: Seen) -> None:
    """What is decided about is what was seen of this article, which is locked. Raises `Overtaken`."""
    if article.current_id != seen.revision:
        raise Overtaken
    if seen.standing is not None and standing(article) != seen.standing:
        raise Overtaken(
            f"Bài vừa có người xử lý, nay là: {_STANDS[State(article.state)]}. Hãy xem lại rồi quyết định."
        )
    if seen.own is not None and digest(own_words([seen.revision or 0]).values()) != seen.own:
        raise Overtaken("Bản riêng của một kênh vừa thay đổi. Hãy đọc lại rồi quyết định.")


_STANDS = {
    State.REVIEW: "chờ duyệt",
    State.HELD: "đang giữ",
    State.APPROVED: "đã duyệt",
    State.SKIPPED: "bỏ qua",
    State.WITHDRAWN: "đã gỡ",
}


def mend(office: Office, article_id: int, user: User, edit: Edit, seen: Seen) -> Revision:
    """A new revision with an officer's changes, checked like every other; a person's yes lets it out.

    What was approved before stops where it has not gone out yet. Raises `NotAllowed`.
    """
    with transaction.atomic():
        article = locked(office, article_id, user, May.MEND)
        unchanged(article, seen)
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


def word(
    office: Office,
    article_id: int,
    user: User,
    channel: str,
    words: Wording | None,
    seen: Seen,
    read: str,
) -> None:
    """Give one channel its own version of this revision, or with None take it away again.

    It is frozen with the approval, and a new revision does not have it. `read`: the digest of the own
    version that was read, empty where there was none. Raises `NotAllowed`.
    """
    with transaction.atomic():
        article = locked(office, article_id, user, May.MEND)
        unchanged(article, seen)
        revision = current(article)
        if article.state not in (State.REVIEW, State.HELD):
            raise NotAllowed(
                "Bài không chờ duyệt, lời của từng kênh đã chốt: muốn đổi thì giữ bài lại trước."
            )
        there = standing_of([article]).get(article.id, {}).get(channel)
        if channel not in office.channels or (there and there.revision == revision.id):
            raise NotAllowed("Kênh này đã nhận bản này: muốn đổi thì sửa bài thành bản mới.")
        old = own_words([revision.id]).get((revision.id, channel))
        if (old.digest if old else "") != read:
            raise Overtaken("Bản riêng của kênh này vừa có người sửa. Hãy đọc lại rồi quyết định.")
        new = None
        if words is not None:
            new = _own(revision, channel, user, words)
            _must_compose(office, article, revision, new)
        if old:
            old.delete()
        if new:
            new.save()
        # Who said yes before has not said yes to these words.
        Approval.objects.filter(revision=revision, user__isnull=False).delete()
        before = {"digest": old.digest if old else ""}
        after = {"channel": channel, "revision": revision.number, "digest": new.digest if new else ""}
        if new:
            after |= {"title": new.title, "lead": new.lead, "text": new.text}
        record(Act(user.username, "word-channel", subject(article), before, after))
        article.unchecked = True
        article.save(update_fields=["unchecked"])
        review(office, [article_id])


def _own(revision: Revision, channel: str, user: User, words: Wording) -> OwnWords:
    if not words.title or not words.text:
        raise NotAllowed("Bản riêng phải có tiêu đề và nội dung.")
    if words == Wording(revision.title, revision.lead, revision.text):
        raise NotAllowed("Chưa có gì thay đổi.")
    body = body_of(revision.body, words.text)
    own = OwnWords(revision=revision, channel=channel, user=user, at=real_now())
    own.title, own.lead, own.body, own.text = words.title, words.lead, body, clean(body).text
    return own


def _must_compose(office: Office, article: Article, revision: Revision, own: OwnWords) -> None:
    tries = composed_for(
        office,
        article,
        revision,
        [office.channels[own.channel]],
        with_pages([article]),
        emergency=False,
        own={(revision.id, own.channel): own},
    )
    for each in tries:
        if isinstance(each, Uncomposable):
            raise NotAllowed(f"Kênh không soạn được bản riêng này: {each.why}")


def accept(office: Office, article_id: int, user: User, words: str, reason: str, seen: Seen) -> None:
    """Answer for words that a check took for personal data: they are an office's. Raises `NotAllowed`."""
    with transaction.atomic():
        article = locked(office, article_id, user, May.ACCEPT)
        needs_reason(reason, "Cần ghi vì sao được phép công khai.")
        unchanged(article, seen)
        read = current(article)
        own = own_words([read.id]).values()
        said = [stored(each, article.marker) for each in (read, *(worded(read, o) for o in own))]
        contacts = office.schedule.office.public_contacts
        kinds = [spot.kind for each in said for spot in spots(each, contacts) if spot.words == words]
        if not kinds:
            raise NotAllowed(f"Không thấy “{words}” trong bài.")
        if not all(kind.office_may_have for kind in kinds):
            raise NotAllowed(f"{kinds[0].name.capitalize()} không bao giờ được công khai: phải che đi.")
        answer = {"user": user, "reason": reason, "at": real_now(), "digest": read.digest}
        Acceptance.objects.update_or_create(revision=read, words=words, defaults=answer)
        after = {"revision": read.number, "words": words, "kind": kinds[0].name, "digest": read.digest}
        record(Act(user.username, May.ACCEPT, subject(article), after=after, note=reason))
