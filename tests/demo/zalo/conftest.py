"""A strict Zalo on a clock that the test sets, beside a host for pictures."""

from collections.abc import Iterator

import pytest

from demo.zalo import ZaloStandIn
from tests.demo.zalo.asking import APP, Clock, Gallery, oauth


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    with Gallery() as server:
        yield server


@pytest.fixture
def zalo(clock: Clock) -> Iterator[ZaloStandIn]:
    with ZaloStandIn(**APP, bot_token="9:t", bot_chats=["nhom"], polls=2, now=clock) as server:
        yield server


@pytest.fixture
def access(zalo: ZaloStandIn) -> str:
    token: str = oauth(zalo)["access_token"]
    return token
