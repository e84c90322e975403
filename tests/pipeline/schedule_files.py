"""Schedules for tests: a text becomes a file that is read, or the mistakes that are named in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.schedule import (
    Problem,
    Read,
    ScheduleProblems,
    read,
)

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (ROOT / "tests/data/contract.yaml").read_text()
SECRETS = {"ZALO_SECRET": "z-secret", "ZALO_BOT_TOKEN": "b-token"}
OFFICE = "office: {name: Văn phòng}\n"
SOURCE = OFFICE + "sources: [{id: a, agency: b, url: 'https://x/y', "
PRESS = OFFICE + "channels: [{id: a, kind: press}]\n"


def reading(folder: Path, content: str | bytes, environ: Mapping[str, str] = SECRETS) -> Read:
    path = folder / "schedule.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, environ)


def mistakes(folder: Path, content: str | bytes, environ: Mapping[str, str] = SECRETS) -> tuple[Problem, ...]:
    with pytest.raises(ScheduleProblems) as caught:
        reading(folder, content, environ)
    return caught.value.problems


def only(folder: Path, content: str, environ: Mapping[str, str] = SECRETS) -> Problem:
    (problem,) = mistakes(folder, content, environ)
    return problem


def outcome(
    folder: Path, content: str | bytes, environ: Mapping[str, str] = SECRETS
) -> Read | ScheduleProblems:
    try:
        return reading(folder, content, environ)
    except ScheduleProblems as problems:
        return problems


def telegram(token: str, more: str = "") -> str:
    return OFFICE + f"channels: [{{id: t, kind: telegram, chat: '@a', token: {token}{more}}}]\n"
