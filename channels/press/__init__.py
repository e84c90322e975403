"""The press feed: what newsrooms pull is frozen here, the web only writes it as RSS."""

from channels.press.channel import PressChannel

__all__ = ["PressChannel"]
