"""A delivery in doubt is asked about by whoever is at work, before a person has to look."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import pytest

from channels.base import Uncertain
from pipeline.deliver import outbox
from pipeline.deliver.engine import Engine, real_now
from pipeline.models import AuditEntry, Delivery
from pipeline.office import Office
from pipeline.schedule import OfficeSettings, Schedule
from pipeline.service import Courier
from tests.pipeline.ledger import NOW, Remote, post, revision

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("there", [True, False])
def test_a_courier_asks_the_channel_that_can_be_asked(tmp_path: Path, there: bool) -> None:
    remote = Remote(asks=True, answers=[Uncertain("không có câu trả lời")])
    office = Office(
        Schedule(path=tmp_path / "schedule.yaml", office=OfficeSettings(name="Văn phòng")),
        tmp_path, lambda: NOW, MappingProxyType({remote.id: remote}), {},
    )  # fmt: skip
    outbox.enqueue(revision(), [post()], NOW)
    Engine(office.channels, "here:1", office.now, patience=0.0).drain()
    row = Delivery.objects.get()
    assert row.state == "uncertain"
    if there:
        remote.shown[f"loa-{row.article_id}-{row.revision_id}-telegram-1"] = "xin chào"
    for job in Courier(office, "here:2").jobs:
        job()
    row.refresh_from_db()
    assert row.state == ("sent" if there else "uncertain")
    assert AuditEntry.objects.filter(act="found").exists() == there
    assert not remote.accepted
    assert row.wake_at is None if there else row.wake_at is not None
    assert row.claimed_at is not None
    assert row.claimed_at <= real_now()
