"""The types of schedule.yaml's values: each reads its text by `values`, and tells editors its pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
)

from pipeline.schedule import values
from pipeline.schedule.marks import Written
from pipeline.schedule.values import Wrong

T = TypeVar("T")


class Settings(BaseModel):
    """Frozen; an unknown key is a mistake; an error never repeats a value, for it might be a secret."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


def _written(read: Callable[[str], Any], kind: type, *, pattern: str | None = None) -> BeforeValidator:
    """A validator that reads text and lets a value of `kind` pass, so that code may build settings too."""

    def validate(value: Any) -> Any:
        if isinstance(value, str):
            return read(value.strip())
        if isinstance(value, kind):
            return value
        raise Wrong("is empty" if value is None else "is not a single value", "Write one value here.")

    schema = Annotated[str, Field(pattern=pattern)] if pattern else str
    return BeforeValidator(validate, json_schema_input_type=schema)


def _days(value: Any) -> Any:
    if isinstance(value, (str, list)):
        return values.days(value)
    if isinstance(value, (set, frozenset)):
        return value
    raise Wrong("names no day", "Leave it out for every day, or write mon-sat.")


def _root(info: ValidationInfo) -> Path:
    return info.context["folder"] if info.context else Path()


def _folder(value: Any, info: ValidationInfo) -> Any:
    return values.folder_inside(value, _root(info)) if isinstance(value, str) else value


def _source(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower().startswith("file:"):
        return values.file_address(text, _root(info))
    values.address(text, ("https", "http", "file"))
    return text


def _web(text: str) -> str:
    parts = values.address(text, ("https", "http"))
    if parts.query or parts.fragment:
        raise Wrong("carries a ? or # part", "End the address with its path.")
    return text.rstrip("/")


def _bot(text: str) -> str:
    address = _web(text)
    # The token is put straight behind it.
    if not address.endswith("/bot"):
        raise Wrong(
            "does not end in /bot", "Write the address up to /bot, as in https://api.telegram.org/bot."
        )
    return address


def _proxy(text: str) -> str:
    values.address(text, ("http", "https", "socks5", "socks5h"), credentials=True)
    return text


def _smtp(value: Any) -> Any:
    # Its text is a secret once it is read: it holds a password.
    return SecretStr(values.smtp(value.strip())) if isinstance(value, str) else value


def _json_word(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise Wrong("is not a single value", "Write a text, a number, true, false or null.")
    if not isinstance(value, Written):
        return value
    if value.plain:
        words = {"true": True, "false": False}
        if value.lower() in words:
            return words[value.lower()]
        if re.fullmatch(r"-?(0|[1-9]\d{0,15})", value, re.ASCII):
            return int(value)
        if re.fullmatch(r"-?(0|[1-9]\d{0,15})\.\d{1,15}", value, re.ASCII):
            return float(value)
    return str(value)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Slug = Annotated[str, StringConstraints(pattern=values.SLUG)]
OneOrMore = Annotated[tuple[T, ...], Field(min_length=1)]
JsonWord = Annotated[Any, BeforeValidator(_json_word)]
Duration = Annotated[timedelta, _written(values.duration, timedelta, pattern=values.DURATION)]
WallTime = Annotated[time, _written(values.clock_time, time, pattern=values.TIME)]
WrittenDate = Annotated[date, _written(values.calendar_date, date, pattern=r"^\d{4}-\d\d-\d\d$")]
Days = Annotated[
    frozenset[int],
    BeforeValidator(
        _days,
        json_schema_input_type=Annotated[str, Field(pattern=values.DAY_LIST)]
        | list[Annotated[str, Field(pattern=values.DAY_LIST)]],
    ),
]
Zone = Annotated[str, _written(values.zone, str)]
HttpAddress = Annotated[str, _written(_web, str, pattern=r"^https?://")]
BotAddress = Annotated[str, _written(_bot, str, pattern=r"^https?://.*/bot/?$")]
Proxy = Annotated[str, _written(_proxy, str, pattern=r"^(https?|socks5h?)://")]
MailAddress = Annotated[str, _written(values.mail_address, str, pattern="@")]
SmtpAddress = Annotated[
    SecretStr,
    BeforeValidator(_smtp, json_schema_input_type=Annotated[str, Field(pattern=r"^smtps?://")]),
]
SourceAddress = Annotated[
    str, BeforeValidator(_source, json_schema_input_type=Annotated[str, Field(pattern=r"^(https?://|file:)")])
]
Folder = Annotated[Path, BeforeValidator(_folder, json_schema_input_type=str)]
