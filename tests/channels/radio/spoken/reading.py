"""How a test hears a text: lower case, without the punctuation that only makes pauses."""

from __future__ import annotations

import re

from channels.radio.spoken import speak


def heard(text: str) -> str:
    """What is said, as a listener has it."""
    return " ".join(re.sub(r"[^\w\s]", " ", speak(text).text.lower()).split())


def doubtful(text: str) -> list[str]:
    """What is left as it is written for the editor to decide."""
    return [piece.written for piece in speak(text).flags if piece.spoken == piece.written]
