"""Criticism of certain conduct, units or persons, told apart from praise, policy and the names of procedures.

A clause counts what its words weigh when something in it says that the thing happened; words under a
negation, and clauses about what must, may or shall not be, count nothing. Talk that names no case never
suffices, however much there is of it. What the words weigh is in `criticism.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.review.checks import criticism as says
from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.subject import Subject, places
from pipeline.review.checks.words import UPPER

ENOUGH = 3.0
"""One grave word of a case that happened; or lesser ones together."""
NAMED, TITLE, PRAISE = 1.5, 1.5, 0.3
"""A clause that names whom it blames weighs more, so does a title; in the midst of praise, less."""
SHOWN_AT_MOST = 3
REACH = 70
"""How many characters before a word a negation may stand."""

CLAUSE = re.compile(rf"(?:[^.;!?\n]|\.(?=\S)|(?<=\b[{UPPER}])\.)+")
"""A stop inside a number or after an initial ends no clause."""
BUT = re.compile(r"\b(?:nhưng|tuy nhiên|song|mà còn|mặc dù)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Clause:
    """A clause that blames somebody, and how much; `terms` are what it weighed."""

    where: str
    start: int
    end: int
    score: float
    terms: frozenset[str]


def sensitive(subject: Subject) -> Iterator[Found]:
    """sensitive, at the clauses that weigh most; a second approver must look."""
    texts = dict(places(subject))
    blaming = [clause for where, text in texts.items() for clause in _clauses(where, text)]
    counted: set[str] = set()
    total = 0.0
    for clause in sorted(blaming, key=lambda clause: -clause.score):
        if not clause.terms <= counted:
            total += clause.score
            counted |= clause.terms
    if says.PRAISE.search(subject.title):
        total *= PRAISE
    if total < ENOUGH:
        return
    gravest = sorted(blaming, key=lambda clause: -clause.score)[:SHOWN_AT_MOST]
    for clause in gravest:
        place = quoted(clause.where, texts[clause.where], clause.start, clause.end)
        yield Found(
            "sensitive",
            f"Có nội dung phê bình, sai phạm cụ thể {place}: cần hai người duyệt khác nhau.",
            clause.where,
            clause.start,
            clause.end,
        )


def _clauses(where: str, text: str) -> Iterator[Clause]:
    for match in CLAUSE.finditer(text):
        score, terms = weigh(match[0])
        if score:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Clause(where, start, match.end(), score * (TITLE if where == "title" else 1), terms)


def weigh(clause: str) -> tuple[float, frozenset[str]]:
    """How much blame one clause lays, and the words that lay it."""
    weights: dict[str, float] = {}
    acted = False
    denied = -1
    for match in says.BLAME.finditer(clause):
        between = clause[denied : match.start()] if denied >= 0 else ""
        if _denied(clause, match.start()) or (denied >= 0 and says.AND.fullmatch(between)):
            denied = match.end()
            continue
        kind = str(match.lastgroup)
        acted |= kind == "act"
        weights[match[0].lower()] = says.WEIGHT[kind]
    named = bool(says.NAMED.search(clause))
    happened = acted or named or says.HAPPENED.search(clause)
    if (
        max(weights.values(), default=0) <= says.WEIGHT["slight"]
        or not happened
        or (says.SUPPOSED.search(clause) and not says.CERTAIN.search(clause))
    ):
        return 0.0, frozenset()
    score = sum(weights.values()) * (NAMED if named else 1)
    if says.PRAISE.search(clause):
        score *= PRAISE
    return score, frozenset(weights)


def _denied(clause: str, start: int) -> bool:
    before = clause[max(0, start - REACH) : start]
    before = BUT.split(before)[-1]
    return any(sign.search(before) for sign in (says.DENIED, says.TOPIC, says.NOT))
