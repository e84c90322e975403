"""One office's folder, driven through its command line, as its users do."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.commands import ROOT, loa

LOA = Path(sys.executable).with_name("loa")

OFFICE = """
office: {{name: Văn phòng UBND tỉnh, base_url: "http://127.0.0.1:8000"}}
sources:
  - {{id: vpubnd, agency: Văn phòng UBND tỉnh, url: "file:rss.xml", approval: published, every: 1s}}
channels:
  - {{id: cong, kind: portal}}
  - {{id: telegram, kind: telegram, chat: "@phutho", token: "${{TOKEN}}", api: "{api}/bot", limits: none}}
  - {{id: loa, kind: radio, folder: radio}}
routes:
  - {{channels: [cong, telegram, loa]}}
"""

ITEM = """<item><title>Tin số {n}: lịch tiếp công dân</title><guid>tin-{n}</guid>
<link>https://a.example/tin/{n}</link><pubDate>Mon, 23 Nov 2026 07:00:00 +0700</pubDate>
<description>{text}</description></item>"""

LONG = 7
"""Every so many items one is too long for a single message."""


SHOWN = 60
"""The newest so many are in the feed, as agencies have it; what is older has long been read."""


class Folder:
    """An office with one feed in a file, a portal, a Telegram chat and a radio folder.

    `schedule` takes its place where a test needs another office; `environ` is what its commands see
    besides PATH and the bot's token. `data` is its data folder as the test sees it; `inside` is what
    a command line begins with where the office lives on a disk of its own.
    """

    def __init__(
        self,
        path: Path,
        api: str,
        *,
        schedule: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.items = 0
        self.data = path / "var"
        self.inside: tuple[str, ...] = ()
        mine = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TOKEN": "123456:loa-demo"}
        self.environ = mine | dict(environ or {})
        (path / "schedule.yaml").write_text(schedule or OFFICE.format(api=api))
        self.publish(0)

    def publish(self, more: int) -> None:
        """Let the agency's feed show `more` new items, all different; each sentence names its number."""
        self.items += more
        shown = range(max(0, self.items - SHOWN), self.items)
        items = "".join(ITEM.format(n=n, text=_text(n)) for n in shown)
        channel = f"<channel><title>A</title><link>https://a.example</link>{items}</channel>"
        (self.path / "new.xml").write_text(f'<rss version="2.0">{channel}</rss>')
        (self.path / "new.xml").rename(self.path / "rss.xml")

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the office's database answers, past all of Loa's own code."""
        if address := self.environ.get("DATABASE_URL"):
            import psycopg

            with psycopg.connect(address) as rows:
                return rows.execute(sql.encode()).fetchall()
        rows_ = sqlite3.connect(f"file:{self.data}/loa.sqlite3?mode=ro", uri=True)
        try:
            return rows_.execute(sql).fetchall()
        finally:
            rows_.close()

    def collected(self) -> int:
        """How many articles the database holds."""
        count: int = self.ask("SELECT count(*) FROM pipeline_article")[0][0]
        return count

    def start(self, *arguments: str, by: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """`loa …` in a process group of its own; `by` is a module of ours that runs it."""
        program = [sys.executable, "-m", *by, "--"] if by else [str(LOA)]
        return Started(
            [*self.inside, *program, *arguments],
            cwd=self.path,
            text=True,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environ,
        )

    def run(self, *arguments: str, by: tuple[str, ...] = (), within: float = 120) -> str:
        """What `loa …` prints; it must succeed, in so many seconds."""
        done = self.end(*arguments, by=by, within=within)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def end(
        self, *arguments: str, by: tuple[str, ...] = (), within: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """How `loa …` ends by itself, in so many seconds."""
        if not by and not self.inside:
            return loa(*arguments, folder=self.path, environ=self.environ, within=within)
        with self.start(*arguments, by=by) as process:
            out, err = process.communicate(timeout=within)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def deliveries(self) -> list[dict[str, object]]:
        """The ledger."""
        found: list[dict[str, object]] = json.loads(self.run("deliveries", "--json"))
        return found


class Started(subprocess.Popen[str]):
    """A test that fails does not wait for ever for what it started."""

    def __exit__(self, *failure: Any) -> None:
        if any(failure) and self.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
        super().__exit__(*failure)


def ended(process: subprocess.Popen[str], within: float) -> str:
    """Ask it to end, which it must do in order and in time; what it said on standard error."""
    process.send_signal(signal.SIGTERM)
    try:
        _, err = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        kill(process)
        raise
    assert process.returncode == 0, err
    return err


def says(process: subprocess.Popen[str], words: str, within: float) -> bool:
    """Whether it says so on standard error in time; where not, it is killed."""
    assert process.stderr is not None
    patience = threading.Timer(within, os.killpg, (process.pid, signal.SIGKILL))
    patience.start()
    try:
        return any(words in line for line in process.stderr)
    finally:
        patience.cancel()


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL for its whole group, as a power cut would have it; nothing of it is left when this returns."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def killed(process: subprocess.Popen[str], after: float) -> bool:
    """Kill it after `after` seconds; False where it had ended by itself before, which must be in order."""
    with process:
        try:
            _, err = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            kill(process)
            return True
    assert process.returncode == 0, err
    return False


def _text(number: int) -> str:
    words = random.Random(number)
    sentences = (
        f"Tin số {number} nói " + " ".join(f"từ{words.randrange(10**6)}" for _ in range(10)) + "."
        for _ in range(45 if number % LONG == LONG - 1 else 6)
    )
    return f"&lt;p&gt;{' '.join(sentences)}&lt;/p&gt;"
