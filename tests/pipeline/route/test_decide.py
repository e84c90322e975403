"""Which posts an approved revision becomes: first match a channel, embargo always, emergencies at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

import pytest

from channels.base import Priority
from pipeline.route.decide import Facts, decide
from pipeline.schedule import OfficeSettings, RouteSettings


@dataclass(frozen=True)
class Place:
    id: str
    push: bool
    rings: bool = False


PLACES = [Place("cong", False), Place("zalo", True), Place("loa", False)]
OFFICE = OfficeSettings(name="Văn phòng", quiet_hours=(time(21, 30), time(5)))
FACTS = Facts("vpubnd", 1, "tin", Priority.NORMAL, None, None)
ROUTES = (
    RouteSettings(channels=("cong",)),
    RouteSettings(channels=("zalo",), topics=(1, 2), not_before=time(7), not_after=time(21, 30)),
    RouteSettings(channels=("zalo",), topics=(1, 2, 3)),
    RouteSettings(channels=("loa",), kinds=("tin",)),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def due(facts: Facts, now: str) -> dict[str, datetime]:
    return {post.channel: post.due_at for post in decide(facts, ROUTES, PLACES, OFFICE, at(now))}


def test_the_first_matching_route_wins_for_each_channel() -> None:
    assert due(FACTS, "2026-11-23T05:30") == {
        "cong": at("2026-11-23T05:30"),
        "zalo": at("2026-11-23T07:00"),
        "loa": at("2026-11-23T05:30"),
    }
    assert due(replace(FACTS, topic=3), "2026-11-23T05:30")["zalo"] == at("2026-11-23T05:30")


def test_no_route_no_post() -> None:
    assert set(due(replace(FACTS, topic=None, kind=None), "2026-11-23T08:00")) == {"cong"}


def test_quiet_hours_hold_push_channels_only() -> None:
    moments = due(replace(FACTS, topic=3), "2026-11-23T22:00")
    # 24 November is a public holiday from 2026 on: pushing waits for the day after.
    assert moments == {
        "cong": at("2026-11-23T22:00"),
        "zalo": at("2026-11-25T05:00"),
        "loa": at("2026-11-23T22:00"),
    }


def test_an_embargo_holds_every_channel_even_in_an_emergency() -> None:
    facts = replace(FACTS, embargo=at("2026-12-01T08:00"), priority=Priority.EMERGENCY, emergency=True)
    assert set(due(facts, "2026-11-23T08:00").values()) == {at("2026-12-01T08:00")}


def test_a_granted_emergency_overrides_quiet_hours_and_one_that_is_only_asked_for_does_not() -> None:
    asked = replace(FACTS, topic=3, priority=Priority.EMERGENCY)
    assert due(asked, "2026-11-23T22:00")["zalo"] == at("2026-11-25T05:00")
    granted = replace(asked, emergency=True)
    assert due(granted, "2026-11-23T22:00")["zalo"] == at("2026-11-23T22:00")
    ranks = [post.rank for post in decide(granted, ROUTES, PLACES, OFFICE, at("2026-11-23T22:00"))]
    assert ranks == [2, 2, 2]


@pytest.mark.parametrize(("expires", "posted"), [("2026-11-25T04:00", False), ("2026-11-25T05:01", True)])
def test_what_expires_before_its_window_opens_is_not_posted(expires: str, posted: bool) -> None:
    moments = due(replace(FACTS, topic=3, expires=at(expires)), "2026-11-23T22:00")
    assert ("zalo" in moments) is posted
