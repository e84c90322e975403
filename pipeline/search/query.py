"""What a person typed to search for: words, "a phrase", -without; whatever is typed means something. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from pipeline.search.words import Word, words

MOST = 40
"""Words that are looked for: who pastes a whole page is looking for its beginning."""

_TERM = re.compile(r'(?:(?<!\S)(-))?(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))')

Field = Sequence[Word]
"""The words of one text; no phrase goes over from one to the next."""


@dataclass(frozen=True)
class Term:
    """Words that stand one after another: one word, or a phrase, as "865/KH-UBND" is without quotes too.

    A word with marks is met only as it is written; one without marks, however it is marked.
    """

    words: tuple[Word, ...]
    without: bool = False

    @property
    def is_loose(self) -> bool:
        """Whether an index of words and of pairs of folded words finds more than the term itself."""
        return len(self.words) > 2 or (len(self.words) == 2 and any(w.is_marked for w in self.words))

    def places(self, field: Field) -> Iterable[tuple[int, int]]:
        """Where the term stands in a text, in characters of it."""
        first, *rest = self.words
        for at, word in enumerate(field):
            if _is(first, word) and len(field) - at > len(rest):
                last = field[at + len(rest)]
                if all(_is(asked, met) for asked, met in zip(rest, field[at + 1 :], strict=False)):
                    yield word.start, last.end


@dataclass(frozen=True)
class Query:
    """All terms must stand in an article, wherever; of those `without`, none."""

    terms: tuple[Term, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.without)

    @property
    def is_marked(self) -> bool:
        """Whether a word of it is written with a mark."""
        return any(word.is_marked for term in self.terms for word in term.words)

    @property
    def is_loose(self) -> bool:
        """Whether what an index finds must be looked through."""
        return any(term.is_loose for term in self.terms)

    def holds(self, fields: Sequence[Field]) -> bool:
        """Whether an article of these texts is meant: what any index must come to."""
        return all(
            any(True for field in fields for _ in term.places(field)) != term.without for term in self.terms
        )


def parse(text: str) -> Query:
    """Read a query; there is no wrong one. An open quotation mark ends with the text."""
    terms: dict[tuple[tuple[str, ...], bool], Term] = {}
    left = MOST
    for minus, phrase, word in _TERM.findall(text):
        if said := tuple(islice(words(phrase or word), left)):
            left -= len(said)
            terms.setdefault((tuple(w.written for w in said), bool(minus)), Term(said, bool(minus)))
    return Query(tuple(terms.values()))


def pairs(field: Field) -> Iterable[str]:
    """Neighbouring words, folded, as the index names them."""
    return (f"{one.plain}_{next_.plain}" for one, next_ in pairwise(field))


def _is(asked: Word, met: Word) -> bool:
    return asked.written == met.written if asked.is_marked else asked.plain == met.plain
