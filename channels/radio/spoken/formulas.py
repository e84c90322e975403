"""Sums written out: "Giá = (a – b) × c"; a dash in their line is "trừ", elsewhere it is a pause or "đến"."""

from __future__ import annotations

import re

from channels.radio.spoken.rule import Context, Rule

_FORMULA = re.compile(r"(?<= )[=×÷](?= )|\) [x×:] | \+ ")
_MINUS = re.compile(r"(?<=[\w)%] )[-–−](?= [\w(])")


def in_formula(context: Context, place: int) -> bool:
    """Whether the line of a place reckons something: it has "=", "×", "÷" or "+" between two gaps."""
    start = context.text.rfind("\n", 0, place) + 1
    end = context.text.find("\n", place)
    return bool(_FORMULA.search(context.text, start, len(context.text) if end < 0 else end))


_COUNTED = re.compile(r"(?<!\w)\d{1,3}(?: [^\W\d_]+){1,2} $")
_TIMES = re.compile(r"(?<=[\w)%] )[xX](?= [\w(])")


def _times(match: re.Match[str], context: Context) -> str | None:
    counted = (
        _COUNTED.search(context.before(match.start(), 30)) and context.after(match.end(), 2)[1:].isdecimal()
    )
    return "nhân" if counted or in_formula(context, match.start()) else None


def _minus(match: re.Match[str], context: Context) -> str | None:
    return "trừ" if in_formula(context, match.start()) else None


RULES = (Rule("minus", _MINUS, _minus), Rule("times", _TIMES, _times))
