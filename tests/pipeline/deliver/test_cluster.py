"""Wakes: with the rows or not at all, as many as a flood needs, taken once, and never left lying about."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pipeline.deliver import cluster, outbox
from pipeline.leader import Leadership
from tests.pipeline.ledger import NOW, post, revision

here = pytest.mark.skipif(connection.vendor != "postgresql", reason="wakes need PostgreSQL")


def wakes() -> list[tuple[str, datetime | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, scheduled_at FROM procrastinate_jobs ORDER BY scheduled_at, id")
        return [(status, at) for status, at in cursor.fetchall()]


@pytest.mark.django_db
def test_on_sqlite_and_without_rows_nobody_is_woken() -> None:
    cluster.wake([], NOW)
    if connection.vendor == "postgresql":
        assert wakes() == []
    else:
        cluster.wake([NOW], NOW)
        cluster.answer()


@here
@pytest.mark.django_db(transaction=True)
def test_a_wake_is_there_when_its_rows_are_and_not_where_they_are_rolled_back() -> None:
    with transaction.atomic():
        outbox.enqueue(revision("một"), [post()], NOW)
        assert len(wakes()) == 1
        transaction.set_rollback(True)
    assert wakes() == []
    outbox.enqueue(revision("hai"), [post(texts=["a", "b"]), post("loa", due_at=NOW)], NOW)
    assert wakes() == [("todo", None)]


@here
class WakesFor(TestCase):
    @given(st.lists(st.integers(-3, 3), max_size=60))
    def test_every_time_has_enough_hands(self, hours: list[int]) -> None:
        before = datetime.now(UTC)
        cluster.wake([NOW + timedelta(hours=each) for each in hours], NOW)
        after = datetime.now(UTC)
        found = [at for _, at in wakes()]
        for hour in {max(each, 0) for each in hours}:
            rows = sum(max(each, 0) == hour for each in hours)
            ahead = timedelta(hours=hour)
            mine = [
                at for at in found if (at and before + ahead <= at <= after + ahead) or (not at and not hour)
            ]
            assert (len(mine) - 1) * cluster.HAND < rows <= len(mine) * cluster.HAND
        assert bool(found) == bool(hours)


@here
@pytest.mark.django_db(transaction=True)
def test_a_sweep_answers_what_is_due_and_what_the_dead_took() -> None:
    cluster.wake([NOW, NOW + timedelta(hours=1)], NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 hour')"
        )
        for age in ("< interval '1 minute'", "> interval '1 minute'"):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
                " SELECT 'loa', 'loa', 'doing', id FROM procrastinate_workers"
                f" WHERE now() - last_heartbeat {age}"
            )
        assert len(wakes()) == 4
        cluster.answer()
        assert [(status, at is None) for status, at in wakes()] == [("todo", False), ("doing", True)]
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")


@here
@pytest.mark.django_db(transaction=True)
def test_a_woken_worker_drains_and_finishes_it_before_it_ends() -> None:
    begun, go_on, drained = threading.Event(), threading.Event(), threading.Event()

    def drain() -> None:
        begun.set()
        go_on.wait(30)
        drained.set()

    worker = cluster.Wakes(drain)
    worker.start()
    try:
        cluster.wake([NOW], NOW)
        assert begun.wait(30)
        assert [status for status, _ in wakes()] == ["doing"]
    finally:
        worker.halt()
        assert not drained.is_set()
        go_on.set()
        worker.close()
    assert drained.is_set()
    assert wakes() == []


@here
@pytest.mark.django_db(transaction=True)
def test_of_two_clocks_one_leads_until_its_session_ends() -> None:
    first, second = Leadership(), Leadership()
    try:
        assert [first.held(), second.held(), first.held(), second.held()] == [True, False, True, False]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity JOIN pg_locks USING (pid)"
                " WHERE objid = 4 AND granted AND application_name LIKE 'loa clock%'"
            )
        assert second.held()
        assert not first.held(), "its session had ended"
        assert not first.held(), "another leads"
        second.close()
        # The server notices in its own time that a session was closed.
        ends = time.monotonic() + 5
        while not first.held() and time.monotonic() < ends:
            time.sleep(0.05)
        assert first.held()
    finally:
        first.close()
        second.close()
