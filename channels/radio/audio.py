"""A script spoken by eSpeak NG, to proof-listen, not to air; there is none without the extra `audio`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

AVAILABLE = find_spec("espeakng_loader") is not None
_PROGRAM = Path(__file__).with_name("espeak.py")
_SECONDS = 120
"""An hour of speech takes about ten."""


class NoSound(Exception):
    """The synthesizer failed; `str()` says how."""


def wav(text: str, syllables_per_minute: int) -> bytes:
    """The text as a WAV file. Raises `NoSound`.

    eSpeak NG (GPL) runs in a process of its own: a crash of it is not ours.
    """
    command = [sys.executable, "-P", str(_PROGRAM), str(_words_per_minute(syllables_per_minute))]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise NoSound(f"Không tạo được bản nghe thử: {error}") from error
    return done.stdout


def _words_per_minute(syllables: int) -> int:
    """What eSpeak NG must be told to read Vietnamese at that rate, as measured over ten minutes of news."""
    return round((syllables + 17) / 1.42)
