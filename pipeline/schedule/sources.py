"""Where articles come from: a source's settings, and where its feed states approval, embargo and the rest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_validator
from pydantic_core import CoreSchema

from pipeline.schedule.notation import (
    Duration,
    JsonWord,
    OneOrMore,
    Settings,
    Slug,
    SourceAddress,
    Text,
    Zone,
)
from pipeline.schedule.values import Wrong


class Place(Settings):
    """Where a feed states something; exactly one of the three."""

    element: Text | None = None
    """An XML element, with the prefix that the feed uses ("pt:chuDe") or as a bare local name."""
    json_path: Text | None = Field(default=None, validation_alias="json")
    """A member of a JSON Feed item, by a path with dots ("_loa.topic")."""
    category_domain: Text | None = None
    """The text of the RSS category with this domain."""

    @model_validator(mode="before")
    @classmethod
    def _exactly_one(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        given = [key for key, value in data.items() if value is not None]
        found = [key for key in given if key in ("element", "json", "json_path", "category_domain")]
        if not given:
            mend = 'Write one of element, json, category_domain, as in {element: "pt:chuDe"}.'
            raise Wrong("names no place", mend)
        if len(found) > 1:
            raise Wrong("names more than one place", "Keep one of element, json, category_domain.")
        return data


class Published(Settings):
    """Being in the feed is the approval."""

    @model_validator(mode="before")
    @classmethod
    def _word(cls, data: Any) -> Any:
        return {} if data == "published" else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"const": "published", "description": cls.__doc__}


class Review(Settings):
    """An officer decides about each article in the console."""

    @model_validator(mode="before")
    @classmethod
    def _word(cls, data: Any) -> Any:
        return {} if data == "review" else data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"const": "review", "description": cls.__doc__}


class ByElement(Settings):
    """An XML element of the entry says whether it is approved."""

    element: Text
    """The element, with the prefix that the feed uses ("pt:trangThai") or as a bare local name."""
    approved: OneOrMore[Text]
    """The texts that mean "approved"."""
    withdrawn: tuple[Text, ...] = ()
    """The texts that mean "taken down"."""


class ByAtomDraft(Settings):
    """app:draft (RFC 5023, section 13.1.1): `yes` is not approved, `no` and nothing are."""

    atom_draft: Literal[True]
    """Always true: to switch the rule off, choose another one."""

    @model_validator(mode="before")
    @classmethod
    def _true(cls, data: Any) -> Any:
        if isinstance(data, dict) and str(data.get("atom_draft")).lower() == "true":
            return data | {"atom_draft": True}
        return data


class ByJson(Settings):
    """A member of the JSON Feed item says whether it is approved."""

    json_path: Text = Field(validation_alias="json")
    """The member, by a path with dots ("_loa.approved")."""
    approved: OneOrMore[JsonWord]
    """The values that mean "approved". Unquoted true, null and numbers are JSON's own and not texts:
    compare them with their type, for Python's True equals 1."""
    withdrawn: tuple[JsonWord, ...] = ()
    """The values that mean "taken down"."""


class ByCategory(Settings):
    """An RSS category of a certain domain says whether the entry is approved."""

    category_domain: Text
    """The category's `domain` attribute."""
    approved: OneOrMore[Text]
    """The texts that mean "approved"."""
    withdrawn: tuple[Text, ...] = ()
    """The texts that mean "taken down"."""


_RULES: dict[str, type[Settings]] = {
    "element": ByElement,
    "atom_draft": ByAtomDraft,
    "json": ByJson,
    "json_path": ByJson,
    "category_domain": ByCategory,
    "published": Published,
    "review": Review,
}


def _rule(data: Any) -> str | None:
    if isinstance(data, Settings):
        return f"={type(data).__name__}"
    words = [data] if isinstance(data, str) else list(data) if isinstance(data, dict) else []
    found = [_RULES[word] for word in words if word in _RULES]
    return f"={found[0].__name__}" if found else None


ApprovalRule = Annotated[
    Annotated[Published, Tag("=Published")]
    | Annotated[Review, Tag("=Review")]
    | Annotated[ByElement, Tag("=ByElement")]
    | Annotated[ByAtomDraft, Tag("=ByAtomDraft")]
    | Annotated[ByJson, Tag("=ByJson")]
    | Annotated[ByCategory, Tag("=ByCategory")],
    Discriminator(_rule),
]


class SourceSettings(Settings):
    """One agency's feed."""

    id: Slug
    """The source's own name in the console, the ledger and `routes`; never change it."""
    agency: Text
    """The agency as readers see it."""
    url: SourceAddress
    """https, http or file:; a file's path is relative to schedule.yaml, or absolute as file:///path.
    Once read, a file's address is absolute."""
    every: Duration = timedelta(minutes=15)
    """How often it is asked."""
    approval: ApprovalRule = Review()
    """What makes an article approved; without it an officer decides."""
    embargo: Place | None = None
    """Where the time before which nothing may go out stands."""
    correction_of: Place | None = None
    """Where the guid or link of the corrected article stands."""
    topic: Place | None = None
    """Where the plan's topic stands; by default urn:loa:* elements and _loa.* members."""
    kind: Place | None = None
    """Where the kind (tin, bai, thong-bao, …) stands; default as for topic."""
    field: Place | None = None
    """Where the field of work (đất đai, hộ tịch, …) stands; default as for topic."""
    priority: Place | None = None
    """Where the priority stands; default as for topic."""
    expires: Place | None = None
    """Where the end of validity stands; default as for topic."""
    dates: OneOrMore[Literal["dd/mm/yyyy", "mm/dd/yyyy"]] = ()
    """The order of day and month in dates like 07/03/2024; without it such a date is not guessed."""
    timezone: Zone | None = None
    """What the feed labels GMT is local time of this IANA zone."""
    stale_after: Duration = timedelta(days=30)
    """Older articles are listed but never posted."""
    allow_private_address: bool = False
    """Whether the feed may stand on a private or loopback address."""

    @property
    def file(self) -> Path | None:
        """The absolute path of a `file:` source, None for one on the web."""
        parts = urlsplit(self.url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None
