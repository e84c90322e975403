"""Places without an API: a page, a board, a school's group; a person posts there what Loa has composed."""

from channels.manual.channel import ManualChannel

__all__ = ["ManualChannel"]
