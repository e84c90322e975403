"""Watched: whether the office is at work, and a word to the duty officer where it is not."""
