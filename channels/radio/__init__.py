"""Scripts for the communes' loudspeakers: a clean text file that a person or a machine reads aloud."""

from channels.radio.channel import RadioChannel

__all__ = ["RadioChannel"]
