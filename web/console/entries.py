"""What a row of a list says of one article, and the next step that this person may take with it there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import User

from channels.base import Priority
from pipeline.acts import makers
from pipeline.models import Article, Finding, Revision, State
from pipeline.review.workflow import Act, approvers_missing, only_a_yes_is_missing
from web.console.checks import DATES
from web.console.marks import Stretch, quoting

May = Callable[[str, str], bool]
"""Whether this person may do an act for the agency of a source."""


class Step(StrEnum):
    """How this person says yes to an article that waits for it."""

    NONE = ""
    """Not theirs to say, or it cannot be said."""
    PRESS = "press"
    """One press: nothing was found in it."""
    READ = "read"
    """A press after what was found has been shown."""
    ANSWER = "answer"
    """On the article's own page, as are those below: personal data is masked there, or answered for."""
    DATE = "date"
    """The day that its source means is chosen there."""
    CORRECT = "correct"
    """Readers have an earlier wording, and are told why it changes."""
    EMERGENCY = "emergency"
    """An agency asks to wake people up."""
    REREAD = "reread"
    """Somebody here has changed the words, perhaps those of one channel."""


@dataclass(frozen=True)
class Entry:
    """An article with its current revision, its findings and its approvals."""

    article: Article
    revision: Revision | None
    reasons: tuple[tuple[Stretch, ...], ...]
    """What nobody has answered of the findings, sentences with the words that they are about set apart."""
    step: Step
    returnable: bool
    missing: int
    """How many people must still say yes."""
    approvers: tuple[str, ...]
    """Who has."""
    mine: bool
    """Whoever looks at the list is one of them: the rest is another's."""

    @property
    def key(self) -> str:
        """The article as it was shown, for the form that approves it."""
        return f"{self.article.id}:{self.article.current_id}"


def entries(articles: Sequence[Article], user: User, may: May) -> list[Entry]:
    """One of each, in the same order; what `lists.articles` fetches with them is there already."""
    wrote = makers(articles)
    return [_entry(article, user, may, wrote[article.id]) for article in articles]


def _entry(article: Article, user: User, may: May, wrote: Collection[str]) -> Entry:
    revision = article.current
    found = list(revision.findings.all()) if revision else []
    accepted = {given.words for given in revision.acceptances.all()} if revision else set()
    # Who said yes has answered all of it.
    left = found if article.state != State.APPROVED else []
    left = [each for each in left if each.code != "personal-data" or _hit(revision, each) not in accepted]
    people = [a.user for a in revision.approvals.all() if a.user] if revision else []
    theirs = user in people or (article.published_id is None and user.username in wrote)
    waits = article.state == State.REVIEW
    asked = waits and not theirs and may(Act.APPROVE, article.source_id)
    return Entry(
        article,
        revision,
        tuple(quoting(finding.message, _hit(revision, finding)) for finding in left),
        _step(article, found, left) if asked else Step.NONE,
        waits and may(Act.RETURN, article.source_id),
        approvers_missing(found, (person.id for person in people)),
        tuple(person.username for person in people),
        user in people,
    )


def _step(article: Article, found: Collection[Finding], left: Collection[Finding]) -> Step:
    """`left` is what nobody has answered yet of what was `found`."""
    revision = article.current
    if revision is None or any(finding.code == "not-approved" for finding in found):
        return Step.NONE
    if any(finding.code == "personal-data" for finding in left):
        return Step.ANSWER
    if article.published_id not in (None, revision.id):
        return Step.CORRECT
    if revision.priority == Priority.EMERGENCY:
        return Step.EMERGENCY
    if not DATES.isdisjoint(finding.code for finding in left):
        return Step.DATE
    if any(finding.code == "reworded" for finding in found):
        return Step.REREAD
    return Step.PRESS if only_a_yes_is_missing(found) else Step.READ


def _hit(revision: Revision | None, finding: Finding) -> str:
    if revision is None:
        return ""
    words = {"title": revision.title, "lead": revision.lead, "text": revision.text}.get(finding.where, "")
    return words[finding.start : finding.end]
