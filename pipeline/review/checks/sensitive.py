"""Criticism of certain conduct, units or persons, told apart from praise, policy and the names of procedures.

Evidence adds up over the article: each kind of it counts once, at the clause where it weighs most. Words
under a negation, and clauses about what must, may or shall not be, count nothing; a word of blame counts
where something in its clause says that the thing happened. So talk that names no case never suffices,
however much there is of it. The kinds are in `criticism.py`, how a clause speaks of them in `framing.py`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.review.checks import framing as says
from pipeline.review.checks.criticism import ACTS, BLAME, TELLING, WEIGHT
from pipeline.review.checks.found import Found, quoted
from pipeline.review.checks.subject import Subject, places
from pipeline.review.checks.words import UPPER

ENOUGH = 3.0
"""One grave kind of evidence; or lesser ones together."""
NAMED, TITLE = 1.5, 1.5
"""A clause that names whom it blames weighs more, so does a title."""
PRAISE, RULE, GENERAL = 0.3, 0.3, 0.45
"""Evidence weighs less in the midst of praise, and under a title of these genres."""
TITLE_BLAMES = 2.0
"""What a title weighs that blames for itself, whatever general words are in it."""
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
    """A clause with evidence in it, and what each kind weighs there."""

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
    telling = [clause for where, text in texts.items() for clause in _clauses(where, text)]
    heaviest = max(map(together, _stretches(telling)), default=0.0)
    if heaviest * _genre(subject.title, telling) < ENOUGH:
        return
    gravest = sorted(telling, key=lambda clause: -clause.score)[:SHOWN_AT_MOST]
    for clause in gravest:
        place = quoted(clause.where, texts[clause.where], clause.start, clause.end)
        yield Found(
            "sensitive",
            f"Có nội dung phê bình, sai phạm cụ thể {place}: cần hai người duyệt khác nhau.",
            clause.where,
            clause.start,
            clause.end,
        )


def together(clauses: Iterable[Clause]) -> float:
    """What clauses weigh together: kinds of evidence add up, the same kind said again does not."""
    most: dict[str, float] = {}
    for clause in clauses:
        for kind, weight in clause.weights.items():
            most[kind] = max(weight, most.get(kind, weight))
    return sum(most.values())


def _stretches(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    """Title and lead with each stretch of the text: what stands far apart in a handbook is no one case."""
    head = [clause for clause in clauses if clause.where != "text"]
    halves = defaultdict[int, list[Clause]](list)
    for clause in clauses:
        if clause.where == "text":
            halves[clause.start // (STRETCH // 2)].append(clause)
    yield head
    for half, body in sorted(halves.items()):
        yield head + body + halves.get(half + 1, [])


def _genre(title: str, clauses: Sequence[Clause]) -> float:
    blamed = max((clause.score for clause in clauses if clause.where == "title"), default=0.0)
    if says.PRAISE.search(title):
        return PRAISE
    if blamed >= TITLE_BLAMES:
        return 1.0
    return RULE if says.RULE.search(title) else GENERAL if says.GENERAL.search(title) else 1.0


def _clauses(where: str, text: str) -> Iterator[Clause]:
    for match in CLAUSE.finditer(text):
        asked = where != "title" and text.startswith("?", match.end())
        if not asked and (weights := weigh(match[0], title=where == "title")):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Clause(where, start, match.end(), weights)


def weigh(clause: str, *, title: bool) -> Weights:
    """The kinds of evidence in one clause, and how much each weighs; empty where there is none."""
    kinds: set[str] = set()
    denied = -1
    for match in BLAME.finditer(clause.lower()):
        listed = denied >= 0 and says.AND.fullmatch(clause, denied, match.start())
        if listed or _denied(clause, *match.span()):
            denied = match.end()
        else:
            kinds.add(str(match.lastgroup))
    if not kinds or (says.SUPPOSED.search(clause) and not says.CERTAIN.search(clause)):
        return {}
    named = says.NAMED.search(clause)
    if not (title or named or kinds & ACTS or says.HAPPENED.search(clause)):
        return {kind: WEIGHT[kind] for kind in kinds & TELLING}
    factor = (TITLE if title else 1.0) * (NAMED if named else 1.0)
    factor *= PRAISE if says.PRAISE.search(clause) else 1.0
    return {kind: WEIGHT[kind] * (factor if WEIGHT[kind] > 0 else 1.0) for kind in kinds}


def _denied(clause: str, start: int, end: int) -> bool:
    before = BUT.split(clause[max(0, start - REACH) : start])[-1]
    if any(sign.search(before) for sign in (says.DENIED, says.TOPIC, says.NOT)):
        return True
    return bool(says.GONE.match(clause, end))
