"""What was found in a wording, each with its place in the text and with what a person can answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline import office
from pipeline.collect.dates import readings
from pipeline.models import Acceptance, Article, Finding, Revision, State
from pipeline.review.checks import stored
from pipeline.review.checks.personal_data import spots

DATES = frozenset({"missing-date", "future-date"})


@dataclass(frozen=True)
class Check:
    """One finding. `anchor` names its paragraph on the page; empty where it is about the whole."""

    finding: Finding
    anchor: str = ""
    words: str = ""
    """What looks like personal data, as it stands there: it can be masked."""
    acceptable: bool = False
    """An office may have such a number: somebody may answer for it."""
    accepted: Acceptance | None = None
    asks_date: bool = False
    dates: tuple[datetime, ...] = ()
    """The readings of what the source wrote."""
    settled: bool = False
    """Somebody has answered it, or said yes to the article with it."""

    @property
    def open(self) -> bool:
        """Keeps the article from being approved until it is answered."""
        return bool(self.words) and self.accepted is None


def checks(article: Article, revision: Revision, found: Sequence[Finding]) -> list[Check]:
    """In their order, with two queries at most."""
    settings = office.current().schedule.office
    if not found:
        return []
    data = {
        (spot.where, spot.start, spot.end): spot
        for spot in spots(stored(revision, article.marker), settings.public_contacts)
    }
    answers = {given.words: given for given in revision.acceptances.select_related("user")}
    raw = next((each["raw"] for each in revision.unreadable if each["what"] == "published"), "")
    approved = article.state == State.APPROVED or article.published_id == revision.id
    told = []
    for finding in found:
        spot = data.get((finding.where, finding.start, finding.end))
        asks = finding.code in DATES
        accepted = answers.get(spot.words) if spot and spot.kind.office_may_have else None
        told.append(
            Check(
                finding,
                _anchor(revision, finding),
                spot.words if spot else "",
                bool(spot and spot.kind.office_may_have),
                accepted,
                asks,
                readings(raw, zone=settings.zone) if asks and raw else (),
                settled=bool(accepted) or approved,
            )
        )
    return told


def _anchor(revision: Revision, finding: Finding) -> str:
    """The paragraphs of the text are numbered from 1, empty lines left out."""
    if finding.where != "text" or finding.start == finding.end:
        return {"title": "tieu-de", "lead": "sa-po"}.get(finding.where, "")
    before = revision.text[: finding.start].split("\n")
    return f"doan-{sum(bool(line) for line in before[:-1]) + 1}"
