"""What one entry says before anything is decided: one shape for XML and for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.collect.wellformed import KNOWN_PREFIXES, local
from pipeline.entry import EntryAttachment

Json = Any
HTML, TEXT = "html", "text"


@dataclass(frozen=True)
class Markup:
    """A text, what it is written in ("html" or "text"), and what its relative addresses are relative to."""

    source: str
    kind: str
    base: str


@dataclass(frozen=True)
class Picture:
    source: str
    alt: str
    base: str


@dataclass
class Said:
    """`guid` and the dates as they stand in the feed; `bodies` and `summary` not cleaned yet."""

    guid: str | None
    link: str | None
    title: str
    summary: Markup
    bodies: list[Markup]
    author: str = ""
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    """(domain or scheme, value); the domain is empty where the feed gives none."""
    pictures: list[Picture] = field(default_factory=list)
    attachments: list[EntryAttachment] = field(default_factory=list)
    xml: Element | None = None
    prefixes: Mapping[str, set[str]] = field(default_factory=dict)
    json: Mapping[str, Json] = field(default_factory=dict)

    def elements(self) -> Iterator[Element]:
        """Every element below the entry that is not the text or the origin of the entry itself."""
        pending = list(reversed(self.xml)) if self.xml is not None else []
        while pending:
            element = pending.pop()
            yield element
            if local(element) not in ("content", "summary", "description", "encoded", "title", "source"):
                pending.extend(reversed(element))

    def element(self, name: str) -> list[str]:
        """The texts of the elements that a schedule calls `name`.

        "pt:chuDe" means what the document binds to "pt", under whatever prefix it stands in the entry; where
        it binds nothing to "pt", any element of that local name in a namespace of the agency's own. A bare
        name means any element of that local name.
        """
        prefix, colon, wanted = name.rpartition(":")
        spaces = self.prefixes.get(prefix) or self._own_spaces()
        return [
            said(element)
            for element in self.elements()
            if local(element).casefold() == wanted.casefold()
            and (not colon or element.tag[1:].rpartition("}")[0] in spaces)
        ]

    def _own_spaces(self) -> set[str]:
        """The namespaces that the document binds to a prefix and that no standard has defined."""
        bound = [spaces for prefix, spaces in self.prefixes.items() if prefix]
        return set().union(*bound) - set(KNOWN_PREFIXES.values())

    def category(self, domain: str) -> list[str]:
        return [value for scheme, value in self.categories if scheme.casefold() == domain.casefold()]

    def member(self, path: str) -> list[Json]:
        """The member of a JSON item by a path with dots; empty where there is none or null."""
        value: Json = self.json
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return [] if value is None else [value]


def said(element: Element) -> str:
    """An element's text, else its only attribute: `<pt:chuDe value="5"/>` says 5."""
    text = "".join(element.itertext()).strip()
    return next(iter(element.attrib.values())).strip() if not text and len(element.attrib) == 1 else text
