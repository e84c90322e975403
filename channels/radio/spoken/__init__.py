"""Written Vietnamese as it is read aloud: pure, without dependencies, importable by itself.

`speak("Sáng 26/4", "short").text` is "Sáng ngày hai mươi sáu tháng tư". What is not known for sure stays
as it is written and is flagged: a reading that changes the meaning is worse than none.
"""

from channels.radio.spoken.lexicon import Lexicon
from channels.radio.spoken.speak import speak
from channels.radio.spoken.values import STYLES, Piece, Spoken, Style

__all__ = ["STYLES", "Lexicon", "Piece", "Spoken", "Style", "speak"]
