"""The office that the tests of the stages share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.day import Day


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path)
