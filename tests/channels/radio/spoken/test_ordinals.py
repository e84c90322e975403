"""Ordinals and days of the week."""

from __future__ import annotations

import pytest

from tests.channels.radio.spoken.reading import heard


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("lần thứ 1", "lần thứ nhất"),
        ("lần thứ 3", "lần thứ ba"),
        ("thứ 14", "thứ mười bốn"),
        ("thứ 2 và thứ 4", "thứ hai và thứ tư"),
        ("thứ 2, 4, 6 hằng tuần", "thứ hai thứ tư thứ sáu hằng tuần"),
        ("từ thứ 2-6", "từ thứ hai đến thứ sáu"),
        ("từ thứ 2 - thứ 6", "từ thứ hai đến thứ sáu"),
        ("lần 4", "lần bốn"),
    ],
)
def test_read(written: str, expected: str) -> None:
    assert heard(written) == expected
