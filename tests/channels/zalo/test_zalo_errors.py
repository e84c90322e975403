"""Every code of the table, and the way to the next window."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import DeliveryError, NeedsHuman, Rejected, RetryLater
from channels.zalo.errors import refusal, seconds_to_window
from tests.channels.zalo.office import NOW


@pytest.mark.parametrize(
    ("codes", "error", "scope"),
    [
        ([-216, -220], NeedsHuman, "channel"),
        ([-32, -211, -234], RetryLater, "channel"),
        ([-214], RetryLater, "target"),
        ([-201, -210, -233, -248, -200, -999, 1], Rejected, None),
        ([-204, -205, -209, -212, -219, -221, -224, -242, -320, -321], NeedsHuman, "channel"),
        ([-213, -217, -218, -227, -230, -232, -244], NeedsHuman, "target"),
    ],
)
def test_codes(codes: list[int], error: type[DeliveryError], scope: str | None) -> None:
    for code in codes:
        found = refusal(code, "words of Zalo", now=NOW)
        assert type(found) is error
        assert getattr(found, "scope", None) == scope
        assert str(found).endswith(f". Zalo trả lời lỗi {code}: “words of Zalo”.")


def test_223_is_read_from_its_message() -> None:
    assert isinstance(refusal(-223, "OA has reached its article quota", now=NOW), RetryLater)
    assert isinstance(refusal(-223, "App is not authorized", now=NOW), NeedsHuman)


@given(st.floats(0, 500_000_000))
def test_the_next_window_is_the_next_six_o_clock_in_viet_nam(seconds: float) -> None:
    now = NOW + timedelta(seconds=seconds)
    wait = seconds_to_window(now)
    assert 0 < wait <= 86_400
    opening = (now + timedelta(seconds=wait)).astimezone(timezone(timedelta(hours=7)))
    assert (opening.hour, opening.minute, opening.second, opening.microsecond) == (6, 0, 0, 0)
