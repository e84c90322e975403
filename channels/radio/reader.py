"""How one channel speaks: its rate, its style, and its office's own readings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from channels.radio import breath
from channels.radio.spoken import Lexicon, Spoken, Style, speak
from channels.radio.spoken.lexicon import HOUSE
from channels.text import sentences

_STROKE = re.compile(r"\s*(?<!\S)(//?)(?!\S)\s*")


@dataclass(frozen=True)
class Reader:
    """`longest` is how many seconds a single item may take."""

    syllables_per_minute: int
    longest: int = 300
    style: Style = "short"
    lexicon: Lexicon = HOUSE

    @property
    def room(self) -> int:
        """The syllables of the longest item."""
        return self.longest * self.syllables_per_minute // 60

    @cached_property
    def say(self) -> Callable[[str], Spoken]:
        """Reads a sentence; the last thousands are remembered, for a text is measured before it is told."""
        return lru_cache(4096)(lambda text: speak(text, self.style, self.lexicon))

    def marked(self, paragraph: str) -> str:
        """A written paragraph, spoken, with its breath marks."""
        return " ".join(breath.marked(begun(self.say(one))) for one in sentences(paragraph))


def begun(spoken: Spoken) -> str:
    """What is said, with a capital where the sentence begins with one or with a figure.

    A stroke that was left as it is joins its neighbours: alone it would be a breath mark.
    """
    text = _STROKE.sub(r"\1", spoken.text)
    return text if spoken.written[:1].islower() else text[:1].upper() + text[1:]
