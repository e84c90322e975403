"""What every article's page asks: which acts fit it, whose earlier words it corrects, what frames it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from channels.base import Priority
from pipeline import acts, office
from pipeline.deliver.standing import standing_of
from pipeline.models import Article, Revision, State
from pipeline.release import to_correct
from web import names
from web.access import may, person

_OPEN = (State.REVIEW, State.HELD, State.APPROVED)


def acts_that_fit(request: HttpRequest, article: Article, revision: Revision) -> list[str]:
    """The acts that this person may do and that this state takes, in the order of their buttons."""
    state, stopped = article.state, article.stopped
    mine = revision.approvals.filter(user=person(request)).exists()
    made = article.published_id is None and person(request).username in acts.makers([article])[article.id]
    refused = revision.findings.filter(code="not-approved").exists()
    fits = {
        "approve": (state in (State.REVIEW, State.HELD) and not refused and not mine and not made)
        or _grantable(article, revision),
        "correct": acts.correctable(article),
        "return": state in _OPEN and stopped != "returned",
        "hold": state in (State.REVIEW, State.APPROVED),
        "withdraw": state in _OPEN,
    }
    return [act for act, possible in fits.items() if possible and may(request, act, article.source_id)]


def corrected(article: Article) -> tuple[str, ...]:
    """The channels on which readers have an earlier wording than the current one."""
    if article.current is None or article.published_id in (None, article.current_id):
        return ()
    there = standing_of([article]).get(article.id, {})
    return tuple(to_correct(office.current(), article.current, there))


def _grantable(article: Article, revision: Revision) -> bool:
    """Asked for by the feed as an emergency, approved, and not yet granted."""
    asked = article.state == State.APPROVED and revision.priority == Priority.EMERGENCY
    return asked and not revision.approvals.filter(emergency=True).exists()


def whole(revision: Revision) -> str:
    """All that is compared of two wordings, a line each paragraph."""
    return "\n".join((revision.title, revision.lead, revision.text))


def frame() -> dict[str, Any]:
    """What the page around every content needs."""
    schedule = office.current().schedule
    return {
        "names": names,
        "agencies": {source.id: source.agency for source in schedule.sources},
        "channels": names.channels(schedule),
    }
