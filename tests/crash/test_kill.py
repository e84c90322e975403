"""`loa once` is killed fifty times with SIGKILL: nothing is lost, nothing doubled, and doubt is said."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from tests.crash.office import Folder

KILLS = 50
PER_ROUND = 5
FLOOD = 20
"""From more new items than this in one reading Loa waits for a yes, which is not what is tested here."""
NOW = "2026-11-23T08:00:00+07:00"


def kill_once(folder: Folder, after: float) -> bool:
    """Start `once` and kill its whole process group; False where it had finished before."""
    with folder.start("once", "--now", NOW) as process:
        try:
            process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return True
    return False


def test_fifty_kills(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**9)
    chance = random.Random(seed)
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url)
        folder.publish(8)
        begun = time.monotonic()
        folder.run("once", "--now", NOW)
        whole = time.monotonic() - begun
        kills = 0
        while kills < KILLS:
            if folder.items - folder.collected() + PER_ROUND <= FLOOD:
                folder.publish(PER_ROUND)
            # A slow answer widens the moment in which a message is accepted but not yet confirmed.
            telegram.faults.clear()
            telegram.faults.append(Fault("drip", seconds=0.002, only="sendMessage", times=2))
            kills += kill_once(folder, after=chance.uniform(0.5 * whole, whole))
        folder.run("once", "--now", NOW)
        folder.run("once", "--now", NOW)
        rows = folder.deliveries()
        shown = Counter(re.findall(r"Tin số (\d+):", m["html"])[0] for m in telegram.shown())
    articles = json.loads(folder.run("articles", "--json"))
    number = {a["id"]: re.findall(r"\d+", a["title"])[0] for a in articles}
    states = Counter((row["channel"], row["state"]) for row in rows)
    print(f"\nseed {seed}: {kills} kills, {folder.items} articles, {dict(states)}")
    assert len(articles) == folder.items, "an article was lost or doubled"
    assert len(rows) == 3 * folder.items, "a delivery was lost or doubled"
    assert max(shown.values()) == 1, "a message went out twice"
    for row in rows:
        on_telegram = shown[number[row["article"]]]
        if row["channel"] != "telegram":
            assert row["state"] == "sent"
        elif row["state"] == "sent":
            assert on_telegram == 1, "confirmed, but not there"
        else:
            assert row["state"] == "uncertain", "neither sent nor said to be in doubt"
    scripts = list((tmp_path / "radio").rglob("*.txt"))
    assert len(scripts) == folder.items
    assert not [path for path in (tmp_path / "radio").rglob("*") if path.is_file() and path.suffix != ".txt"]
    assert "holds" in folder.run("audit", "verify")


def test_two_at_once_do_what_one_does(tmp_path: Path) -> None:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        folder = Folder(tmp_path, telegram.url)
        folder.publish(15)
        both = [folder.start("once", "--now", NOW) for _ in range(2)]
        for process in both:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        folder.run("once", "--now", NOW)
        assert Counter(row["state"] for row in folder.deliveries()) == {"sent": 45}
        assert len(telegram.shown()) == 15
    assert len(json.loads(folder.run("articles", "--json"))) == 15
