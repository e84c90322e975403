"""Criticism of certain conduct, units or persons, told apart from praise, policy and the names of procedures.

Evidence adds up over the article: a clause counts what its words weigh when something in it says that the
thing happened; words under a negation, and clauses about what must, may or shall not be, count nothing.
Talk that names no case never suffices, however much there is of it. What the words weigh is in
`criticism.py`, how a clause speaks of them in `framing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.review.checks import criticism
from pipeline.review.checks import framing as says
from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.subject import Subject, places
from pipeline.review.checks.words import UPPER

ENOUGH = 3.0
"""One grave word of a case that happened; or lesser ones together."""
NAMED, TITLE = 1.5, 1.5
"""A clause that names whom it blames weighs more, so does a title."""
PRAISE, GENERAL = 0.3, 0.5
"""In the midst of praise, or under the title of a rule, a report or a reply, less."""
SLIGHT, SLIGHT_AT_MOST = criticism.WEIGHT["slight"], 2.0
"""What slight words count in all."""
STRETCH = 2000
"""How many characters of the text count together, with the title and the lead."""
SHOWN_AT_MOST = 3
REACH = 70
"""How many characters before a word a negation may stand."""

CLAUSE = re.compile(rf"(?:[^.;!?\n]|\.(?=\S)|(?<=\b[{UPPER}])\.)+")
"""A stop inside a number or after an initial ends no clause."""
BUT = re.compile(r"\b(?:nhưng|tuy nhiên|song|mà còn|mặc dù)\b", re.IGNORECASE)

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Clause:
    """A clause that blames somebody, and what each of its words weighs."""

    where: str
    start: int
    end: int
    weights: Weights

    @property
    def score(self) -> float:
        return sum(self.weights.values())


def sensitive(subject: Subject) -> Iterator[Found]:
    """sensitive, at the clauses that weigh most; a second approver must look."""
    texts = dict(places(subject))
    blaming = [clause for where, text in texts.items() for clause in _clauses(where, text)]
    if max(map(together, _stretches(blaming)), default=0.0) * _genre(subject.title, blaming) < ENOUGH:
        return
    for clause in sorted(blaming, key=lambda clause: -clause.score)[:SHOWN_AT_MOST]:
        place = quoted(clause.where, texts[clause.where], clause.start, clause.end)
        yield Found(
            "sensitive",
            f"Có nội dung phê bình, sai phạm cụ thể {place}: cần hai người duyệt khác nhau.",
            clause.where,
            clause.start,
            clause.end,
        )


def _stretches(blaming: Sequence[Clause]) -> Iterator[list[Weights]]:
    """Title and lead with each stretch of the text: what stands far apart in a handbook is no one case."""
    for half in {clause.start // (STRETCH // 2) for clause in blaming}:
        begin = half * (STRETCH // 2)
        yield [
            clause.weights
            for clause in blaming
            if clause.where != "text" or begin <= clause.start < begin + STRETCH
        ]


def together(clauses: Sequence[Weights]) -> float:
    """What an article's clauses weigh: each word once, where it weighs most; slight ones only add a little."""
    most: dict[str, float] = {}
    for weights in clauses:
        for word, weight in weights.items():
            most[word] = max(weight, most.get(word, 0.0))
    grave = sum(weight for weight in most.values() if weight > SLIGHT)
    slight = sum(weight for weight in most.values() if weight <= SLIGHT)
    return grave and grave + min(slight, SLIGHT_AT_MOST)


def _genre(title: str, blaming: Sequence[Clause]) -> float:
    if says.PRAISE.search(title):
        return PRAISE
    blamed = any(clause.where == "title" and max(clause.weights.values()) > SLIGHT for clause in blaming)
    return GENERAL if says.GENERAL.search(title) and not blamed else 1.0


def _clauses(where: str, text: str) -> Iterator[Clause]:
    for match in CLAUSE.finditer(text):
        if weights := weigh(match[0], TITLE if where == "title" else 1.0):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Clause(where, start, match.end(), weights)


def weigh(clause: str, place: float = 1.0) -> Weights:
    """The words by which one clause lays blame, and how much each weighs; empty where it lays none."""
    kinds: dict[str, str] = {}
    denied = -1
    for match in criticism.BLAME.finditer(clause):
        listed = denied >= 0 and says.AND.fullmatch(clause, denied, match.start())
        if listed or _denied(clause, *match.span()):
            denied = match.end()
            continue
        kinds[match[0].lower()] = str(match.lastgroup)
    named = says.NAMED.search(clause)
    happened = "act" in kinds.values() or named or says.HAPPENED.search(clause)
    supposed = says.SUPPOSED.search(clause) and not says.CERTAIN.search(clause)
    if not happened or supposed:
        return {}
    factor = place * (NAMED if named else 1.0) * (PRAISE if says.PRAISE.search(clause) else 1.0)
    return {
        word: SLIGHT if kind == "slight" else criticism.WEIGHT[kind] * factor for word, kind in kinds.items()
    }


def _denied(clause: str, start: int, end: int) -> bool:
    before = BUT.split(clause[max(0, start - REACH) : start])[-1]
    if any(sign.search(before) for sign in (says.DENIED, says.TOPIC, says.NOT)):
        return True
    return bool(says.GONE.match(clause, end))
