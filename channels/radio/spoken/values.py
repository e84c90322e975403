"""What speaking gives: the text in pieces, each with the place that it was written in, and its reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Style = Literal["short", "expanded", "verbatim"]
"""How document codes are read: "kế hoạch số tám trăm sáu mươi lăm của …", with every word of the code written
out, or sign by sign."""
STYLES: tuple[Style, ...] = get_args(Style)


@dataclass(frozen=True, slots=True)
class Piece:
    """`written` stands at [start, end) of `Spoken.written`; `rule` is empty where nothing was changed."""

    start: int
    end: int
    written: str
    spoken: str
    rule: str = ""
    confidence: float = 1.0
    """From 0 to 1: how sure the reading is."""
    why: str = ""
    """In Vietnamese, why an editor must look: the piece is flagged. Empty where nobody has to."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """`pieces` cover `written` (the text in NFC) from its first to its last character, in order."""

    written: str
    text: str
    pieces: tuple[Piece, ...]

    @property
    def expansions(self) -> tuple[Piece, ...]:
        """What is read otherwise than it is written."""
        return tuple(piece for piece in self.pieces if piece.rule and piece.spoken != piece.written)

    @property
    def flags(self) -> tuple[Piece, ...]:
        """What an editor must look at before it is aired."""
        return tuple(piece for piece in self.pieces if piece.why)
