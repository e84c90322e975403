"""A restored office gives no article a number that the lost one gave since: links in posts lead by them."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest
from django.db import connection

from pipeline.keep.archive import Manifest
from pipeline.keep.restore import NUMBERS_LEFT_OUT, stop_everything
from pipeline.office import Office
from pipeline.schedule import OfficeSettings, Schedule
from tests.pipeline.ledger import NOW, revision


@pytest.mark.parametrize("known", [0, 3])
@pytest.mark.django_db
def test_numbers_given_since_the_snapshot_are_left_out(tmp_path: Path, known: int) -> None:
    schedule = Schedule(path=tmp_path / "schedule.yaml", office=OfficeSettings(name="Văn phòng"))
    office = Office(schedule, tmp_path, lambda: NOW, MappingProxyType({}), {})
    kept = max((revision(f"Tin {number}").article_id for number in range(known)), default=0)
    stop_everything(office, Manifest(NOW, "0.1.0", connection.vendor, (), (0, "")), "lan")
    assert revision("Tin mới").article_id >= kept + NUMBERS_LEFT_OUT
