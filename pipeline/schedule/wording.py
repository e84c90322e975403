"""What pydantic says about a wrong setting, in words that name the mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from pipeline.schedule.marks import Fault, Path
from pipeline.schedule.office import Contents
from pipeline.schedule.values import Wrong, nearest

_PLAIN: dict[str, tuple[str, str]] = {
    "model_type": ("is not a mapping", "Write its keys below it, indented, each as key: value."),
    "tuple_type": ("is not a list", "Write [a, b], or one entry a line after a dash."),
    "string_type": ("is not a single text", "Write one text here."),
    "string_too_short": ("is empty", "Write a value, or leave the key out."),
    "string_too_long": ("is too long", "Write at most 2000 characters."),
    "too_short": ("is empty", "Write at least one entry, or leave the key out."),
    "too_long": ("has too many entries", "Take out what is too much."),
    "bool_type": ("is neither true nor false", "Write true or false."),
    "bool_parsing": ("is neither true nor false", "Write true or false."),
    "string_pattern_mismatch": (
        "is not a valid name",
        "Use small letters without accents, digits, - and _, at most 80, a letter or digit first.",
    ),
}


def fault(error: ErrorDetails) -> Fault:
    """One error of `Contents.model_validate` as a fault at its path."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    path = tuple(step for step in error["loc"] if not _is_tag(step))
    if isinstance(context.get("error"), Wrong):
        return Fault(path, context["error"].message, context["error"].mend)
    if kind == "missing":
        if isinstance(path[-1], int):
            return Fault(path[:-1], "has too few entries", 'Write two times, as in ["21:30", "05:00"].')
        return Fault(path, "is missing", f"Write {path[-1]}: and its value.")
    if kind == "extra_forbidden":
        return Fault(
            path, f'unknown key "{path[-1]}"', nearest(str(path[-1]), _keys(error["loc"][:-1])), True
        )
    if value is None:
        return Fault(path, "is empty", "Write a value, or leave the key out.")
    if kind == "union_tag_not_found":
        return _choice(path, value)
    if kind in ("literal_error", "enum") and isinstance(value, str):
        known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        mend = nearest(value, known) or f"Write {str(context.get('expected')).lower()}."
        return Fault(path, f'"{value}" is not known here', mend)
    if kind.startswith("int_"):
        return Fault(path, "is not a whole number", "Write digits only.")
    if kind in ("greater_than_equal", "less_than_equal"):
        least, most = context.get("ge"), context.get("le")
        bound = f"at least {least}" if least is not None else f"at most {most}"
        return Fault(path, "is out of range", f"Write {bound}.")
    message, mend = _PLAIN.get(kind, (error["msg"], "See docs/reference/schedule.md."))
    return Fault(path, message, mend)


def _choice(path: Path, value: Any) -> Fault:
    if path[-1] == "approval":
        mend = nearest(value, ("published", "review")) if isinstance(value, str) else ""
        if "Did you mean" not in mend:
            mend = "Write published, review, or a mapping with element, atom_draft, json or category_domain."
        return Fault(path, "is not an approval rule", mend)
    if not isinstance(value, dict):
        return Fault(path, "is not a mapping", "Write {id: …, kind: …}.")
    kinds = [tag.removeprefix("=") for tag, _ in _tagged(Contents.model_fields["channels"].annotation)]
    if value.get("kind") is None:
        return Fault((*path, "kind"), "is missing", f"Write kind: and one of {', '.join(kinds)}.")
    return Fault((*path, "kind"), f'unknown kind "{value["kind"]}"', nearest(str(value["kind"]), kinds))


def _is_tag(step: str | int) -> bool:
    return isinstance(step, str) and step.startswith("=")


def _keys(location: tuple[int | str, ...]) -> list[str]:
    """The keys that are known at a pydantic location, tags and all."""
    annotation: Any = Contents
    for step in location:
        if isinstance(step, int):
            continue
        if _is_tag(step):
            annotation = dict(_tagged(annotation))[step]
            continue
        fields = next(_models(annotation)).model_fields
        annotation = next(field.annotation for name, field in fields.items() if _alias(name, field) == step)
    return [_alias(name, field) for name, field in next(_models(annotation)).model_fields.items()]


def _alias(name: str, field: FieldInfo) -> str:
    return str(field.validation_alias or name)


def _tagged(annotation: Any) -> Iterator[tuple[str, Any]]:
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, Tag):
            yield str(note.tag), annotation.__origin__
    for inner in get_args(annotation):
        yield from _tagged(inner)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
