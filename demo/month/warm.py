"""Imported once in the process from which all lives of the office are forked: each of them begins at once."""

# ruff: noqa: E402, F401, I001 - the clock comes first, then Django, then what needs it.
from __future__ import annotations

import demo.month.ruled

import gc

import django

django.setup()

import holidays
import telegram.request

import pipeline.keep.backup
import web.urls
from demo.month.inside import serve as serve

# Each country is a module of its own, imported when it is asked for.
holidays.country_holidays("VN")

# What was imported stays, and rows die young, as in the office's own commands.
gc.freeze()
gc.set_threshold(20_000, 20, 20)
