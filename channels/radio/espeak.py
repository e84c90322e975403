"""Run as a program: reads text from stdin, speaks it with eSpeak NG's library, writes a WAV file to stdout.

Argument: its rate, in words a minute as it counts them. API: espeak-ng/speak_lib.h, revision 12.
"""

from __future__ import annotations

import ctypes
import io
import sys
import wave

_SYNCHRONOUS = 2
_RATE = 1
_UTF8 = 1
_FROM_CHARACTER = 1


def main() -> None:
    """Raises RuntimeError where the library refuses."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    sound = io.BytesIO()

    def take(samples: int | None, count: int, _events: int) -> int:
        if samples and count:
            sound.write(ctypes.string_at(samples, count * 2))
        return 0

    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(take)

    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(b"vi"):
        raise RuntimeError("eSpeak NG does not start, or has no Vietnamese")
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(_RATE, int(sys.argv[1]), 0)
    text = sys.stdin.buffer.read() + b"\0"
    if library.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, _FROM_CHARACTER, 0, _UTF8, None, None):
        raise RuntimeError("eSpeak NG does not speak")
    with wave.open(sys.stdout.buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.getvalue())


if __name__ == "__main__":
    main()
