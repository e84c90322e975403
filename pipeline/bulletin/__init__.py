"""Bulletins: a radio channel's slots, filled from what is approved, frozen, and written as files."""
