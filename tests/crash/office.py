"""One office's folder, driven through its command line, as its users do."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

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
<description>&lt;p&gt;Tin số {n}. {words}&lt;/p&gt;</description></item>"""


class Folder:
    """An office with one feed in a file, a portal, a Telegram chat and a radio folder."""

    def __init__(self, path: Path, api: str) -> None:
        self.path = path
        self.items = 0
        (path / "schedule.yaml").write_text(OFFICE.format(api=api))
        self.publish(0)

    def publish(self, more: int) -> None:
        """Let the agency's feed show `more` new items, all different."""
        self.items += more
        words = random.Random(0)
        items = "".join(
            ITEM.format(n=n, words=" ".join(f"từ{words.randrange(10**6)}" for _ in range(60)))
            for n in range(self.items)
        )
        channel = f"<channel><title>A</title><link>https://a.example</link>{items}</channel>"
        (self.path / "new.xml").write_text(f'<rss version="2.0">{channel}</rss>')
        (self.path / "new.xml").rename(self.path / "rss.xml")

    def collected(self) -> int:
        """How many articles the database holds."""
        with sqlite3.connect(f"file:{self.path}/var/loa.sqlite3?mode=ro", uri=True) as rows:
            count: int = rows.execute("SELECT count(*) FROM pipeline_article").fetchone()[0]
        return count

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`loa …` in a process group of its own."""
        return subprocess.Popen(
            [LOA, *arguments],
            cwd=self.path,
            text=True,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "TOKEN": "123456:loa-demo"},
        )

    def run(self, *arguments: str) -> str:
        """What `loa …` prints; it must succeed."""
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    def deliveries(self) -> list[dict[str, object]]:
        """The ledger."""
        found: list[dict[str, object]] = json.loads(self.run("deliveries", "--json"))
        return found
