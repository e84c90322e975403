"""Zalo's pair in the database: sealed, durable, and a wrong key is a matter for a person, not a doubt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.base import NeedsHuman
from channels.zalo import TokenPair
from pipeline.models import StoredSecret
from pipeline.tokens import DatabaseTokenStore

pytestmark = pytest.mark.django_db

PAIR = TokenPair(
    "truy-cap", "lam-moi", datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC), True
)


def test_a_pair_comes_back_as_it_was_and_is_not_readable_in_the_database(tmp_path: Path) -> None:
    store = DatabaseTokenStore("zalo", "khóa", tmp_path)
    assert store.load() is None
    with store.exclusive():
        store.save(PAIR)
    assert store.load() == PAIR
    sealed = bytes(StoredSecret.objects.get().sealed)
    assert b"truy-cap" not in sealed
    assert b"lam-moi" not in sealed


def test_a_wrong_or_missing_key_asks_a_person(tmp_path: Path) -> None:
    DatabaseTokenStore("zalo", "khóa", tmp_path).save(PAIR)
    for key in ("khác", ""):
        with pytest.raises(NeedsHuman, match="LOA_KEY"):
            DatabaseTokenStore("zalo", key, tmp_path).load()
    with pytest.raises(NeedsHuman, match="LOA_KEY"):
        DatabaseTokenStore("zalo", "", tmp_path).save(PAIR)
    # Before anything is exchanged that is good for one use.
    with pytest.raises(NeedsHuman, match="LOA_KEY"), DatabaseTokenStore("zalo", "", tmp_path).exclusive():
        pytest.fail("nothing may be exchanged")
