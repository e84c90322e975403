"""Every key of schedule.yaml is described for editors and in the reference."""

from __future__ import annotations

import re

from pipeline.schedule.json_schema import json_schema, text
from tests.pipeline.schedule_files import (
    ROOT,
)


def test_the_committed_schema_is_the_generated_one() -> None:
    assert (ROOT / "schedule.schema.json").read_text() == text(), (
        "run: python -m pipeline.schedule.json_schema > schedule.schema.json"
    )


def tables() -> dict[str, dict[str, object]]:
    """Every mapping of the schema by its name; a choice counts as its mapping."""
    schema = json_schema()
    found = {"Contents": schema} | schema["$defs"]
    mappings = {name: body.get("anyOf", [body])[-1] for name, body in found.items()}
    return {name: body["properties"] for name, body in mappings.items() if "properties" in body}


def test_every_key_of_the_schema_is_described() -> None:
    assert [
        f"{name}.{key}"
        for name, keys in tables().items()
        for key, body in keys.items()
        if name != "Limit" and not body.get("description")  # type: ignore[attr-defined]
    ] == []


SECTIONS = {
    "Contents": "The file", "OfficeSettings": "office", "Holidays": "office.holidays",
    "Backups": "office.backups", "Duty": "office.duty",
    "DutyChat": "office.duty.chat", "ConsoleSettings": "console",
    "SourceSettings": "sources", "Place": "Places in a feed",
    "ByElement": "Approval rules", "ByAtomDraft": "Approval rules",
    "ByJson": "Approval rules", "ByCategory": "Approval rules", "PortalSettings": "portal",
    "TelegramSettings": "telegram", "ZaloOaSettings": "zalo-oa", "ZaloBotSettings": "zalo-bot",
    "RadioSettings": "radio", "PressSettings": "press", "ManualSettings": "manual",
    "Limits": "limits", "TelegramLimits": "limits",
    "ZaloBotLimits": "limits",
    "RouteSettings": "routes", "RunSettings": "runs",
}  # fmt: skip
EVERY_CHANNEL = {"id", "kind", "enabled", "limits"}


def test_every_key_is_documented_in_its_section() -> None:
    page = (ROOT / "docs/reference/schedule.md").read_text()
    parts = re.split(r"^#+ (.+)$", page, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    missing = []
    for name, keys in tables().items():
        section = SECTIONS[name]
        documented = set(re.findall(r"^\| `([a-z_]+)`", sections[section], flags=re.MULTILINE))
        if name.endswith("Settings") and "kind" in keys and name != "SourceSettings":
            documented |= EVERY_CHANNEL & set(
                re.findall(r"^\| `([a-z_]+)`", sections["channels"], flags=re.MULTILINE)
            )
        missing += [f"{section}: {key}" for key in keys if key not in documented]
    assert missing == []
