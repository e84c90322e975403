"""The JSON Schema by which editors complete schedule.yaml; run as a module, it prints it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from pipeline.schedule.channels import Limit
from pipeline.schedule.office import EVERY_DAY, Contents
from pipeline.schedule.sources import Review


class _Written(GenerateJsonSchema):
    """Defaults as a person would write them, and no titles, which would only repeat the keys."""

    def encode_default(self, dft: Any) -> Any:
        match dft:
            case timedelta():
                seconds = int(dft.total_seconds())
                unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
                return f"{seconds // size}{unit}"
            case Review():
                return "review"
            case Limit():
                return f"{dft.count}/{dft.seconds:g}s"
            case BaseModel():
                return {name: self.encode_default(value) for name, value in dft if value not in (None, ())}
            case frozenset() if dft == EVERY_DAY:
                return "mon-sun"
        return super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of schedule.yaml, every key with its description."""
    schema = Contents.model_json_schema(schema_generator=_Written)
    return {"$schema": _Written.schema_dialect, **schema}


def text() -> str:
    """The schema as schedule.schema.json has it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(text(), end="")
