"""One office in a scratch folder, driven through `loa` as its users do, and a Bot API to send to."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

LOA = Path(sys.executable).with_name("loa")
TOKEN = "123456:loa-demo"
CHAT = "@phutho"
NOW = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
"""The instant of every workload: no quiet hours, no holiday, whenever it is run."""
REHEARSED = ("--now", NOW.isoformat())
UNLIMITED = (f"--chat={CHAT}", "--no-limits")
"""A Bot API that takes whatever comes to one chat, as fast as it comes."""
SLOWEST_END = 20.0
"""Seconds that the stand-in may take to end."""


class Office:
    """A folder with a schedule.yaml: these feeds, all approved by being published, to these channels."""

    def __init__(self, folder: Path, feeds: Sequence[str], channels: Sequence[dict[str, Any]]) -> None:
        self.folder = folder
        schedule = {
            "office": {"name": "Văn phòng UBND tỉnh", "base_url": "http://127.0.0.1:8000"},
            "sources": [
                {
                    "id": f"nguon-{n}",
                    "agency": f"Cơ quan {n}",
                    "url": url,
                    "approval": "published",
                    "allow_private_address": True,
                }
                for n, url in enumerate(feeds)
            ],
            "channels": list(channels),
            "routes": [{"channels": [channel["id"] for channel in channels]}],
        }
        # JSON is YAML.
        (folder / "schedule.yaml").write_text(json.dumps(schedule, ensure_ascii=False))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`loa` with these arguments, in a process group of its own."""
        return subprocess.Popen(
            [LOA, *arguments],
            cwd=self.folder,
            text=True,
            start_new_session=True,
            stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "TOKEN": TOKEN},
        )

    def run(self, *arguments: str) -> str:
        """The same, to its end; what it printed. Raises CalledProcessError."""
        with self.start(*arguments) as process:
            out, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, arguments)
        return out

    def states(self) -> Counter[str]:
        """How many deliveries are in which state."""
        with sqlite3.connect(f"file:{self.folder}/var/loa.sqlite3?mode=ro", uri=True) as rows:
            return Counter(
                dict(rows.execute("SELECT state, count(*) FROM pipeline_delivery GROUP BY state").fetchall())
            )


def telegram(api: str) -> dict[str, Any]:
    """A Telegram channel of schedule.yaml at this stand-in."""
    return {
        "id": "telegram",
        "kind": "telegram",
        "chat": CHAT,
        "token": "${TOKEN}",
        "api": f"{api}/bot",
        "limits": "none",
    }


@contextmanager
def bot_api(*options: str) -> Iterator[str]:
    """The demo's stand-in for Telegram in a process of its own, with these options; yields its address."""
    command = [sys.executable, "-m", "demo.telegram", "--port", "0", "--token", TOKEN, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            try:
                process.wait(SLOWEST_END)
            except subprocess.TimeoutExpired:
                process.kill()
                raise SystemExit(f"the stand-in goes on {SLOWEST_END:.0f} s after SIGTERM") from None


def accepted(api: str) -> list[str]:
    """The texts of the messages that a stand-in shows its readers, as HTML."""
    with urllib.request.urlopen(f"{api}/_truth") as answer:
        return [message["html"] for message in json.load(answer)["shown"]]
