"""The whole office with all its channels, the services around it, and their truth beside its ledger."""

from __future__ import annotations

import json
import os
import re
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from demo.server import Reply, Request, StandIn
from demo.telegram import TelegramStandIn
from demo.zalo import ZaloStandIn
from tests.commands import ROOT
from tests.crash.office import Folder

NOW = "2026-11-23T08:00:00+07:00"
AFTERWARDS = "2026-11-23T10:00:00+07:00"
"""Later than any instant that a service which began at NOW can have reached."""
STARTED, HOUR = 60, 3600.0

OFFICE = """
office: {{name: Văn phòng UBND tỉnh, base_url: "{page}"}}
sources:
  - {{id: vpubnd, agency: Văn phòng UBND tỉnh, url: "file:rss.xml", approval: published, every: 1s}}
channels:
  - {{id: cong, kind: portal}}
  - {{id: telegram, kind: telegram, chat: "@phutho", token: "${{TOKEN}}", api: "{telegram}/bot",
      limits: none}}
  - {{id: zalo, kind: zalo-oa, app_id: "4291763606161179100", secret: "${{ZALO_SECRET}}", api: "{zalo}",
      oauth: "{zalo}", limits: none}}
  - {{id: nhom, kind: zalo-bot, chat: nhom-to-dan-pho, token: "${{BOT_TOKEN}}", api: "{zalo}/bot",
      limits: none}}
  - {{id: loa, kind: radio, folder: radio}}
  - {{id: bao-chi, kind: press}}
routes:
  - {{channels: [cong, telegram, zalo, nhom, loa, bao-chi]}}
"""
CHANNELS = {"cong", "telegram", "zalo", "nhom", "loa", "bao-chi"}
LOUD = {"telegram", "zalo", "nhom"}
"""The channels whose service keeps a truth of its own."""

SECRETS = {
    "LOA_KEY": "a-key-of-this-test-alone-0123456789abcdef",
    "ZALO_SECRET": "loa-demo-secret",
    "BOT_TOKEN": "1:loa-demo",
}

_NUMBER, _PART = re.compile(r"Tin số (\d+)"), re.compile(r"\((\d)/\d\)")
Message = tuple[str, int, int]
"""Channel, number of the item, part."""


class Cover(StandIn):
    """The office's public address, where Zalo fetches the picture that stands for an article without one."""

    def answer(self, request: Request) -> Reply:
        return Reply((ROOT / "web/static/cover.png").read_bytes(), content_type="image/png")


@dataclass(frozen=True)
class Tally:
    """A ledger beside the truth: doubtful rows are of two kinds."""

    articles: int
    sent: int
    there: int
    not_there: int

    def __str__(self) -> str:
        doubtful = f"{self.there} doubtful and really there, {self.not_there} doubtful and not there"
        return f"{self.articles} articles, {self.sent} sent, {doubtful}; lost 0, doubled 0"


class Town(Folder):
    """The office and the services; its machine's clock is ahead by `ahead` seconds, so that waits pass."""

    def __init__(
        self, path: Path, telegram: TelegramStandIn, zalo: ZaloStandIn, page: str, database: str
    ) -> None:
        self.telegram, self.zalo = telegram, zalo
        schedule = OFFICE.format(page=page, telegram=telegram.url, zalo=zalo.url)
        address = {"DATABASE_URL": database} if database else {}
        super().__init__(path, telegram.url, schedule=schedule, environ=SECRETS | address)
        self._clock = path / "clock"
        self.ahead = 0.0
        self.pass_time(0.0)

    def pass_time(self, seconds: float) -> None:
        """Let so much time go by: back-offs, waits and leases end."""
        self.ahead += seconds
        self._clock.write_text(str(self.ahead))

    @property
    def later(self) -> tuple[str, ...]:
        """What runs `loa` at the town's own time."""
        return ("tests.crash.clock", str(self._clock))

    def authorize(self) -> None:
        """What a person does once: the right to post to Zalo."""
        with self.start(
            "--now", NOW, "authorize", "zalo", "--code", "loa-demo-code", "--verifier", "x"
        ) as it:
            _, err = it.communicate(timeout=STARTED)
        assert it.returncode == 0, err

    def calm(self) -> None:
        """Let the services work again and the office run until nothing more can go out."""
        for service in (self.telegram, self.zalo):
            service.faults.clear()
        for _ in range(8):
            # After hundreds of kills a thousand scripts wait, each of them with its printed pages.
            self.run("once", "--now", AFTERWARDS, by=self.later, within=1200)
            if not self.waiting() and self.collected() == self.items:
                return
            self.pass_time(2 * HOUR)

    def waiting(self) -> int:
        """How many rows could still move by themselves."""
        waiting: int = self.ask(
            "SELECT count(*) FROM pipeline_delivery d LEFT JOIN pipeline_delivery a ON a.id = d.after_id"
            " WHERE d.state = 'sending' OR (d.state = 'queued' AND"
            " (a.id IS NULL OR a.state NOT IN ('uncertain', 'queued')))"
        )[0][0]
        return waiting

    def truth(self) -> Counter[Message]:
        """What the readers have."""
        with urllib.request.urlopen(f"{self.zalo.url}/_truth", timeout=STARTED) as answer:
            zalo = json.loads(answer.read())["shown"]
        said = [("telegram", message["html"]) for message in self.telegram.shown()]
        said += [("zalo", one["title"]) if "title" in one else ("nhom", one["text"]) for one in zalo]
        said += [("loa", _written(script)) for script in (self.path / "radio").rglob("*.txt")]
        return Counter((channel, _number(text), _part(text)) for channel, text in said)

    def compare(self) -> Tally:
        """Hold the ledger against the truth, row by row; whatever is not kept is an assertion."""
        titles = self.ask(
            "SELECT a.id, r.title FROM pipeline_article a JOIN pipeline_revision r ON r.id = a.current_id"
        )
        number = {article: _number(title) for article, title in titles}
        assert sorted(number.values()) == list(range(self.items)), "an article was lost or doubled"
        rows = {
            (channel, number[article], part): (state, of)
            for article, channel, part, of, state in self.ask(
                "SELECT article_id, channel, part, parts, state FROM pipeline_delivery"
            )
        }
        assert {(channel, n) for channel, n, _ in rows} == {
            (c, n) for c in CHANNELS for n in range(self.items)
        }
        for (channel, n, _), (_, of) in rows.items():
            assert {part for c, m, part in rows if (c, m) == (channel, n)} == set(range(1, of + 1))
        truth = self.truth()
        assert max(truth.values(), default=0) <= 1, (
            f"doubled: {[m for m, times in truth.items() if times > 1]}"
        )
        assert not truth.keys() - rows.keys(), "something is there of which the ledger knows nothing"
        states = Counter[tuple[str, bool]]()
        for message, (state, _) in rows.items():
            told = message[0] in LOUD | {"loa"}
            states[state, truth[message] == 1] += 1
            if state == "sent":
                assert truth[message] == 1 or not told, f"confirmed, but not there: {message}"
            elif state == "queued":
                before = rows.get((message[0], message[1], message[2] - 1), ("", 0))[0]
                assert before in ("uncertain", "queued"), f"left in the queue: {message}: {self._stops()}"
                assert not truth[message], f"there, but queued: {message}"
            else:
                assert state == "uncertain", f"{message} is {state}"
                assert message[0] in LOUD, f"in doubt although it may be repeated: {message}"
        hidden = list((self.path / "radio").rglob(".*"))
        assert not hidden, f"drafts were left behind: {hidden}"
        assert "holds" in self.run("audit", "verify")
        sent = sum(times for (state, _), times in states.items() if state == "sent")
        return Tally(self.items, sent, states["uncertain", True], states["uncertain", False])

    def _stops(self) -> list[tuple[Any, ...]]:
        waits = "SELECT DISTINCT channel, error FROM pipeline_delivery WHERE state = 'queued'"
        return self.ask("SELECT channel, paused, reason, wake_at FROM pipeline_channelstate") + self.ask(
            waits
        )

    def settle_doubts(self) -> None:
        """What an officer does: look there, and say of each row in doubt what is so, until none is left."""
        asked = (
            "SELECT d.id, d.channel, r.title, d.part FROM pipeline_delivery d JOIN pipeline_revision r"
            " ON r.id = d.revision_id WHERE d.state = 'uncertain'"
        )
        while doubtful := self.ask(asked):
            truth = self.truth()
            words = [
                f"{row} {'--sent' if truth[channel, _number(title), part] else '--resend'}"
                for row, channel, title, part in doubtful
            ]
            for at in range(0, len(words), 100):
                self.run(*words[at : at + 100], by=("tests.crash.officer",))
            self.calm()


def _written(script: Path) -> str:
    """The title of what a script tells, as it was written: its text has no figures."""
    return str(json.loads(script.with_suffix(".json").read_text("utf-8"))["scripts"][0]["title"])


def _number(text: str) -> int:
    found = set(_NUMBER.findall(text))
    assert len(found) == 1, f"one message of several items, or of none: {text[:200]}"
    return int(found.pop())


def _part(text: str) -> int:
    found = _PART.search(text)
    return int(found[1]) if found else 1


@contextmanager
def town(path: Path, database: str = "") -> Iterator[Town]:
    """An office that is ready for its first day; `database` is a PostgreSQL address, or empty for SQLite."""
    with (
        TelegramStandIn(chats=["@phutho"], limits=False) as telegram,
        ZaloStandIn(polls=0, settle=0.0) as zalo,
        Cover() as page,
    ):
        yield Town(path, telegram, zalo, page.url, database)


@contextmanager
def database_of_its_own() -> Iterator[str]:
    """A fresh database where the tests run on PostgreSQL, else none: the office then has its own SQLite."""
    server = os.environ.get("DATABASE_URL") if os.environ.get("LOA_TEST_ON_POSTGRESQL") else None
    if not server:
        yield ""
        return
    import psycopg

    name = f"loa_crash_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0".encode())
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
