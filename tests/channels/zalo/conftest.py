"""The strict stand-in for Zalo, and a host for the pictures that it fetches."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image as Picture

from demo.zalo import ZaloStandIn
from tests.channels.wire import Wire, raw, wire
from tests.channels.zalo.office import NOW


@pytest.fixture
def pictures() -> Iterator[Wire]:
    file = io.BytesIO()
    Picture.new("RGB", (320, 180), "green").save(file, "PNG")
    with wire(raw(file.getvalue(), 200, "Content-Type: image/png")) as server:
        yield server


@pytest.fixture
def zalo() -> Iterator[ZaloStandIn]:
    with ZaloStandIn(now=NOW.timestamp, settle=1e9) as server:
        yield server
