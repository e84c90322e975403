"""A database that goes away and comes back: what is known of a send is kept until it can be written down."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from tests.crash import postgresql
from tests.crash.chaos import LONG
from tests.crash.office import Folder, ended, says
from tests.crash.test_service import wait_for
from tests.crash.town import NOW, STARTED

IMPATIENT = {"DJANGO_SETTINGS_MODULE": "tests.crash.impatient"}


@contextmanager
def held(folder: Folder) -> Iterator[None]:
    """Another process has the whole database to itself, and does not let go."""
    rows = sqlite3.connect(folder.data / "loa.sqlite3", isolation_level=None)
    rows.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        rows.execute("ROLLBACK")
        rows.close()


def states(folder: Folder) -> list[tuple[str, str]]:
    return sorted(set(folder.ask("SELECT channel, state FROM pipeline_delivery")))


def until_in_flight(telegram: TelegramStandIn, process: subprocess.Popen[str], shown: int) -> None:
    while len(telegram.shown()) < shown and process.poll() is None:
        time.sleep(0.005)


def test_a_locked_database_is_said_so_and_nothing_leaves(tmp_path: Path) -> None:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url, environ=IMPATIENT)
        folder.publish(1)
        folder.run("collect", "--now", NOW)
        with held(folder), folder.start("once", "--now", NOW) as process:
            _, err = process.communicate(timeout=STARTED)
        assert process.returncode == 1, err
        assert "Traceback" not in err
        assert "loa.sqlite3: database is locked: another process holds it" in err
        assert not telegram.shown()
        folder.run("once", "--now", NOW)
        assert {state for _, state in states(folder)} == {"sent"}
        assert len(telegram.shown()) == 1


def test_what_went_out_while_the_database_is_locked_is_kept_and_confirmed(tmp_path: Path) -> None:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url, environ=IMPATIENT)
        folder.publish(1)
        telegram.faults.append(Fault("drip", seconds=0.004))
        with folder.start("once", "--now", NOW) as process:
            until_in_flight(telegram, process, 1)
            with held(folder):
                assert says(process, "is kept", STARTED)
            _, err = process.communicate(timeout=STARTED)
        assert process.returncode == 0, err
        assert {state for _, state in states(folder)} == {"sent"}
        assert len(telegram.shown()) == 1


@pytest.mark.skipif(bool(postgresql.MISSING), reason=postgresql.MISSING)
@pytest.mark.skipif(not LONG, reason="LOA_LONG=1 (make chaos) runs it")
def test_a_service_outlives_its_server_and_confirms_what_it_sent(tmp_path: Path) -> None:
    with (
        postgresql.server() as server,
        TelegramStandIn(chats=["@phutho"], limits=False) as telegram,
    ):
        folder = Folder(tmp_path, telegram.url, environ={"DATABASE_URL": server.address})
        folder.publish(1)
        telegram.faults.append(Fault("drip", seconds=0.004))
        with folder.start("run", "--bind", "127.0.0.1:0", "--now", NOW) as service:
            try:
                until_in_flight(telegram, service, 1)
                server.control("stop")
                assert says(service, "is kept", STARTED)
                server.control("start")
                wait_for("confirmation", lambda: ("telegram", "sent") in states(folder))
                folder.publish(1)
                wait_for("second message", lambda: len(telegram.shown()) == 2)
                wait_for("confirmation", lambda: {state for _, state in states(folder)} == {"sent"})
            finally:
                ended(service, STARTED)
        assert len(telegram.shown()) == 2
        server.control("stop")
        with folder.start("once", "--now", NOW) as process:
            _, err = process.communicate(timeout=STARTED)
        assert process.returncode == 1, err
        assert "Traceback" not in err
        assert "DATABASE_URL: postgres at localhost" in err
        server.control("start")
