"""Loa is killed with SIGKILL at random times: nothing is lost, nothing doubled, and doubt is said."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from demo.telegram import TelegramStandIn
from tests.crash.chaos import LONG, Chaos
from tests.crash.office import Folder
from tests.crash.town import NOW, database_of_its_own, town


def test_random_kills_under_mixed_faults(tmp_path: Path) -> None:
    """500 kills on SQLite; on PostgreSQL 200, of two workers at the same time."""
    with database_of_its_own() as database, town(tmp_path, database) as office:
        office.authorize()
        kills, workers = (200 if LONG else 4, 2) if database else (500 if LONG else 4, 1)
        Chaos(office, kills, workers).play()
        office.settle_doubts()
        rest = office.compare()
        assert not rest.there + rest.not_there, "an officer's word did not end a doubt"


def test_two_at_once_do_what_one_does(tmp_path: Path) -> None:
    with database_of_its_own() as database, TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url, environ={"DATABASE_URL": database} if database else {})
        folder.publish(6)
        both = [folder.start("once", "--now", NOW) for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        folder.run("once", "--now", NOW)
        assert Counter(row["state"] for row in folder.deliveries()) == {"sent": 18}
        assert len(telegram.shown()) == 6
        assert len(json.loads(folder.run("articles", "--json"))) == 6
