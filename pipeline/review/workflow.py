"""What findings make of an article, when the clock acts on it, and who may lift what holds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pipeline.entry import Marker
from pipeline.review.checks import Found, Level, Subject


class Verdict(StrEnum):
    """Where an article stands; the values are those of `pipeline.models.State`."""

    APPROVED = "approved"
    HELD = "held"
    REVIEW = "review"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What a person is there for, in the whole office or for one agency; one person may have several."""

    CONTRIBUTOR = "contributor"
    """Supplies an agency's items and follows what becomes of them."""
    EDITOR = "editor"
    APPROVER = "approver"
    OPERATOR = "operator"
    """Keeps the channels going."""
    ADMINISTRATOR = "administrator"
    """Says who may do what, and does nothing of it."""
    PRESS = "press"
    """A newsroom: sees nothing of the office's work."""
    AUDITOR = "auditor"
    """Sees everything and changes nothing."""


class Act(StrEnum):
    """What a person may do; an emergency is asked for by a feed and granted here."""

    READ = "read"
    """See articles, their previews and what became of them."""
    WRITE = "write"
    """Write articles of an agency's own, and hand them in."""
    APPROVE = "approve"
    EMERGENCY = "emergency"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    RETURN = "return"
    HOLD = "hold"
    MEND = "mend"
    """Put words and facts right before they go out."""
    ACCEPT = "accept"
    """Let out what a check took for personal data."""
    ADMIT = "admit"
    """Let in the many new items of one reading."""
    MOVE = "move"
    """Give what waits to go out another time."""
    TRY = "try"
    """Read a source once to see what it answers."""
    RESOLVE = "resolve"
    """Say what became of a delivery in doubt."""
    BROADCAST = "broadcast"
    """Send articles of an Official Account to everybody who follows it."""
    PAUSE = "pause"
    RESUME = "resume"
    PEOPLE = "people"
    """Say who may do what."""
    AUDIT = "audit"
    """Read the whole log, and take it along."""
    ACCOUNT = "account"
    """One's own password and second factor."""


_DESK = {Role.EDITOR, Role.APPROVER}

MAY: dict[Act, set[Role]] = {
    Act.READ: set(Role) - {Role.PRESS},
    Act.WRITE: _DESK | {Role.CONTRIBUTOR},
    Act.APPROVE: {Role.APPROVER},
    Act.EMERGENCY: {Role.APPROVER},
    Act.CORRECT: {Role.APPROVER},
    Act.WITHDRAW: {Role.APPROVER},
    Act.RETURN: _DESK,
    Act.HOLD: _DESK,
    Act.MEND: _DESK,
    Act.ACCEPT: {Role.APPROVER},
    Act.ADMIT: _DESK,
    Act.TRY: _DESK | {Role.OPERATOR},
    Act.RESOLVE: _DESK | {Role.OPERATOR},
    Act.MOVE: _DESK,
    Act.BROADCAST: {Role.APPROVER},
    Act.PAUSE: {Role.APPROVER, Role.OPERATOR},
    Act.RESUME: {Role.APPROVER, Role.OPERATOR},
    Act.PEOPLE: {Role.ADMINISTRATOR},
    Act.AUDIT: {Role.ADMINISTRATOR, Role.AUDITOR},
    Act.ACCOUNT: set(Role),
}
"""The board posts and removes, editors return and hold, operators keep the machine (the chain of published
regulations: contributor, editor, head, board)."""

OFFICE_WIDE = frozenset({Act.BROADCAST, Act.PAUSE, Act.RESUME, Act.PEOPLE, Act.AUDIT})
"""What concerns every agency: a role for one of them does not reach so far."""


class Coded(Protocol):
    """A `Found`, or the `Finding` row that it was stored as."""

    @property
    def code(self) -> str: ...


def decide(marker: Marker, found: Sequence[Found]) -> Verdict:
    """The state that the source's word and the checks' findings give, the gravest first.

    What a person can already act on is in review although the clock holds it as well.
    """
    levels = {finding.level for finding in found}
    if marker is Marker.WITHDRAWN:
        return Verdict.WITHDRAWN
    if Level.SKIP in levels:
        return Verdict.SKIPPED
    if marker is Marker.PENDING:
        return Verdict.HELD
    if Level.REVIEW in levels:
        return Verdict.REVIEW
    return Verdict.HELD if Level.HOLD in levels else Verdict.APPROVED


def clock_acts_at(subject: Subject, found: Sequence[Found]) -> datetime | None:
    """When time alone next changes what the checks say: an embargo ends, or the article expires."""
    codes = {finding.code for finding in found if not finding.asks}
    if "expired" in codes:
        return None
    moments = [subject.expires, subject.embargo if "embargo" in codes else None]
    return min((moment for moment in moments if moment), default=None)


def may(roles: Collection[str], act: Act) -> bool:
    """Whether somebody with these roles may do this."""
    return not MAY[act].isdisjoint(roles)


def only_a_yes_is_missing(found: Iterable[Coded]) -> bool:
    """Whether there is nothing to look at: the checks are content, only nobody has said yes."""
    return {finding.code for finding in found} <= {"no-approval-marker"}


def needs_second(found: Iterable[Coded]) -> bool:
    """Whether two different people must approve: criticism goes one level higher."""
    return any(finding.code == "sensitive" for finding in found)


def approvers_missing(found: Iterable[Coded], approver_ids: Iterable[int]) -> int:
    """How many more people must approve; a second yes of the same person adds nothing."""
    return max(0, (2 if needs_second(found) else 1) - len(set(approver_ids)))
