"""What every test shares: a data folder and a database of its own, in a file as an office's is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from pytest_django import DjangoDbBlocker

DATA = tempfile.TemporaryDirectory(prefix="loa-tests-")
"""Goes with this process."""
os.environ["LOA_DATA"] = DATA.name
for name in ("LOA_SCHEDULE", "LOA_AS", "LOA_KEY"):
    os.environ.pop(name, None)
# `make test` runs the tests of rows once more on PostgreSQL, and says so; any other address is not theirs.
if not os.environ.get("LOA_TEST_ON_POSTGRESQL"):
    os.environ.pop("DATABASE_URL", None)

# A test's time is the machine's, not the code's: benchmarks measure. `make test` says the same of the same
# commit each time; `make chaos` looks for what nobody has thought of.
hypothesis.settings.register_profile("loa", deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("long" if os.environ.get("LOA_LONG") else "loa")

# Its cost is for who guesses; a test that signs in waits for nothing but the same code.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1

MEMORY_LIKE_A_DISK = "/dev/shm"
"""Where there is one: each of the tests' many commits waits for the disk, as an office's must."""


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """A file and not SQLite's memory, so that tests meet the same locks between threads as the office."""
    database = settings.DATABASES["default"]
    fast = MEMORY_LIKE_A_DISK if os.access(MEMORY_LIKE_A_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="loa-tests-", dir=fast) as folder:
        if "sqlite3" in database["ENGINE"]:
            database["TEST"]["NAME"] = str(Path(folder) / "loa.sqlite3")
        yield


@pytest.fixture(autouse=True)
def no_wake_is_left(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Django empties its own tables after a test that commits; procrastinate's are not among them."""
    yield
    mark = request.node.get_closest_marker("django_db")
    if mark and mark.kwargs.get("transaction") and connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
