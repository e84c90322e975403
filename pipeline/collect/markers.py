"""Reads from an entry whether it is approved, and the fields that an agency may state for Loa."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from pipeline.collect.said import Json, Said, said
from pipeline.collect.wellformed import local
from pipeline.collect.words import fold
from pipeline.entry import Marker
from pipeline.schedule import (
    ApprovalRule,
    ByAtomDraft,
    ByCategory,
    ByElement,
    ByJson,
    Place,
    Published,
    Review,
)

APP = ("http://www.w3.org/2007/app", "http://purl.org/atom/app#")
"""RFC 5023, and the drafts before it."""
LOA = "urn:loa"
NAMES = {
    "topic": {"chude", "topic"},
    "field": {"linhvuc", "field"},
    "kind": {"theloai", "kind"},
    "priority": {"uutien", "priority"},
    "expires": {"hethan", "expires"},
    "embargo": {"camphattruoc", "embargo"},
    "correction_of": {"dinhchinhcho", "correctionof", "corrects"},
    "reason": {"lydo", "lydogobai", "reason", "withdrawnbecause"},
}
"""The names under `urn:loa:` and `_loa`, without hyphens and in lower case, for each field."""


def marker(rule: ApprovalRule, entry: Said) -> Marker:
    """What the entry says of its approval by the source's rule.

    Nothing said is MISSING; a value that the rule does not know, and values that contradict each other,
    are PENDING. Texts are compared in NFC, without case; JSON values also by type.
    """
    values: Sequence[Json]
    match rule:
        case Published():
            return Marker.APPROVED
        case Review():
            return Marker.MISSING
        case ByAtomDraft():
            return _draft(entry)
        case ByElement():
            values = entry.element(rule.element)
        case ByCategory():
            values = entry.category(rule.category_domain)
        case ByJson():
            values = entry.member(rule.json_path)
    approved, withdrawn = set(map(_key, rule.approved)), set(map(_key, rule.withdrawn))
    found = set(map(_key, values)) - {_key("")}
    if not found:
        return Marker.MISSING
    if found <= approved:
        return Marker.APPROVED
    return Marker.WITHDRAWN if found <= withdrawn else Marker.PENDING


def stated(name: str, place: Place | None, entry: Said) -> list[Json]:
    """What the entry states for a field of `NAMES`: at the source's place, else under `urn:loa` or `_loa`.

    Each different value once, empty ones left out.
    """
    values: list[Json] = []
    if place and place.element:
        values = list(entry.element(place.element))
    elif place and place.json_path:
        values = entry.member(place.json_path)
    elif place and place.category_domain:
        values = list(entry.category(place.category_domain))
    return _different(values) or _different(_by_default(name, entry))


def _draft(entry: Said) -> Marker:
    """RFC 5023 §13.1.1: only `yes` makes a draft, and no app:draft at all means that it is none."""
    found = {
        said(element).casefold()
        for element in entry.elements()
        if local(element) == "draft" and element.tag[1:].rpartition("}")[0] in APP
    }
    return Marker.APPROVED if found <= {"no", ""} else Marker.PENDING


def _by_default(name: str, entry: Said) -> list[Json]:
    names = NAMES[name]
    loa = entry.json.get("_loa")
    values: list[Json] = [v for k, v in loa.items() if _plain(k) in names] if isinstance(loa, dict) else []
    for element in entry.elements():
        space = element.tag[1:].rpartition("}")[0]
        if (space == LOA or space.startswith(LOA + ":")) and _plain(local(element)) in names:
            values.append(said(element))
    for scheme, value in entry.categories:
        if scheme.startswith(LOA + ":") and _plain(scheme.rpartition(":")[2]) in names:
            values.append(value)
    return values


def reason(entry: Said) -> str:
    """Why the source took the entry down, where an element or member says so; else empty."""
    elements = [said(e) for e in entry.elements() if _plain(local(e)) in NAMES["reason"]]
    texts = [value for value in [*elements, *_by_default("reason", entry)] if isinstance(value, str)]
    return next((text for value in texts if (text := fold(value))), "")


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _different(values: Sequence[Json]) -> list[Json]:
    unique = {_key(value): value for value in values if value is not None}
    return [value for key, value in unique.items() if key != _key("")]


def _key(value: Json) -> tuple[str, str]:
    """Equal for equal values: Python's `True == 1` is not an equality here."""
    if isinstance(value, str):
        return "str", unicodedata.normalize("NFC", fold(value).casefold())
    return ("number" if type(value) in (int, float) else type(value).__name__), repr(value)
