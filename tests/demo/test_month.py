"""The month: a short one breaks no promise, and its judge finds every kind of broken one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.month.articles import Item, name, named
from demo.month.evidence import Evidence
from demo.month.expected import channels_of, due, firings, too_early
from demo.month.history import History, Outage
from demo.month.officer import APPROVE, Act
from demo.month.promises import judge
from demo.month.readers import EDIT, POST, Seen
from demo.month.values import Page, Row

ROOT = Path(__file__).parents[2]
BEGUN = datetime.fromisoformat("2027-01-20T05:00+07:00")


@pytest.mark.skipif(not os.environ.get("LOA_LONG"), reason="LOA_LONG=1 (make chaos) runs it")
def test_a_short_month_breaks_no_promise() -> None:
    month = [sys.executable, "-m", "demo.month", "--days", "3", "--step", "90", "--kills", "2", "--seed", "7"]
    done = subprocess.run(month, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    tested = {line[:40].strip(): line for line in done.stdout.splitlines()}
    assert any(said.startswith("nobody gets a post twice") for said in tested)


def hour(number: float) -> datetime:
    return BEGUN.replace(hour=0) + timedelta(hours=number)


class Honest:
    """The evidence of a day: one item was published at eight and came everywhere half an hour later."""

    def __init__(self) -> None:
        self.item = Item(1, "vpubnd", hour(8), approved=hour(8))
        self.history = History(BEGUN, hour(30), {1: self.item})
        self.channels = sorted(channels_of(self.item))
        self.seen = {channel: Seen(hour(8.5), channel, 1, 1, 1, POST, "7") for channel in self.channels}
        self.again: list[Seen] = []
        self.stands = [self.seen[channel] for channel in self.channels if channel not in ("cong", "bao-chi")]
        self.rows = [
            Row(at, 1, channel, 1, 1, 1, "post", "", "sent", "", True)
            for at, channel in enumerate(self.channels)
        ]
        self.pages = [Page(1, 1, 200, (1, 1))]
        self.listed = [("press", self.item.title)]
        self.ticks = dict.fromkeys(firings(BEGUN, hour(30)), "done")
        self.acts: list[Act] = []
        self.chain = ""

    def broken(self) -> set[str]:
        looked = {"cong", "bao-chi", "loa"}
        all_seen = [*self.seen.values(), *self.again]
        self.history.looks = [seen for seen in all_seen if seen.channel in looked]
        evidence = Evidence(
            self.history, self.acts, {}, [], [], [seen for seen in all_seen if seen.channel not in looked],
            self.stands, self.rows, self.pages, self.listed, self.ticks, self.chain,
        )  # fmt: skip
        return {promise.said for promise in judge(evidence) if promise.broken}

    def lose(self, channel: str) -> None:
        del self.seen[channel]
        self.rows = [row for row in self.rows if row.channel != channel]

    def reword(self, *channels: str) -> None:
        """The agency's second wording of noon, and these channels' readers have it at one o'clock."""
        self.item.edit(hour(12))
        self.again = [Seen(hour(13), channel, 1, 2, 1, EDIT, "7") for channel in channels]
        self.stands = [replace(s, version=2) if s.channel in channels else s for s in self.stands]
        self.rows += [
            Row(10 + at, 1, c, 1, 2, 1, "correct", "", "sent", "", True) for at, c in enumerate(channels)
        ]

    def agree(self) -> None:
        self.acts.append(Act(hour(12.5), APPROVE, 1, 2, "minh"))
        self.pages = [Page(1, 1, 200, (1, 2))]


TWICE, LOST = (
    "nobody gets a post twice because of us",
    "what was approved reaches every channel that it is for",
)
UNAPPROVED = "nothing goes out that nobody approved"
EARLY = "nothing comes before its embargo, in quiet hours, at Tết; emergencies do"
EXPIRED, DOUBT = "nothing comes after it has expired", "every doubt is said, settled, and settled rightly"
EDITED = "an agency's edit changes nothing that is out before an officer says so"
CORRECTED = "a correction reaches every channel that carried the post"
WITHDRAWN = "a withdrawal reaches every channel that carried the post, and nothing of it stands"
RUN, RESTORE = "every run of schedule.yaml happens or is reported", "a restore sends no post again"
LINK, HELD_UP = "no link in a post leads to another article", "what is out of order holds up no other channel"
CHAIN = "the audit log holds, from its first entry to its last"


def twice(day: Honest) -> None:
    day.again = [replace(day.seen["telegram-tinh"], at=hour(9))]


def twice_after_a_restore(day: Honest) -> None:
    day.history.restores = [(hour(6), hour(8.75))]
    twice(day)


def early(day: Honest) -> None:
    day.item.at = day.item.approved = hour(5.5)
    day.seen["telegram-tinh"] = replace(day.seen["telegram-tinh"], at=hour(6.5))


def under_embargo(day: Honest) -> None:
    day.item.embargo = hour(8.4)
    day.seen["cong"] = replace(day.seen["cong"], at=hour(8.2))


def unapproved(day: Honest) -> None:
    day.item.approved = None


def by_one_of_two(day: Honest) -> None:
    day.item.critical = True
    day.acts = [Act(hour(8.1), APPROVE, 1, 1, who) for who in ("minh", "minh")]


def expired(day: Honest) -> None:
    day.item.expires = hour(8.3)


def in_doubt(day: Honest) -> None:
    day.rows[0] = replace(day.rows[0], state="uncertain")


def denied(day: Honest) -> None:
    day.rows = [replace(row, state="queued") if row.channel == "zalo" else row for row in day.rows]


def edited(day: Honest) -> None:
    day.reword("telegram-tinh")


def not_corrected_everywhere(day: Honest) -> None:
    day.reword("cong", "bao-chi", "telegram-tinh", "zalo-nhom", "loa")
    day.agree()


def not_withdrawn_everywhere(day: Honest) -> None:
    day.item.withdrawn = hour(15)
    day.pages, day.listed = [Page(1, 1, 410, None)], []
    day.stands = [seen for seen in day.stands if seen.channel == "telegram-tinh"]


def held_up(day: Honest) -> None:
    day.history.outages = [Outage(("zalo",), hour(7), hour(20))]
    day.seen["telegram-tinh"] = replace(day.seen["telegram-tinh"], at=hour(14))


def wrong_link(day: Honest) -> None:
    day.pages.append(Page(9, 2, 200, (2, 1)))
    day.stands[0] = replace(day.stands[0], link=9)


def no_run(day: Honest) -> None:
    day.ticks.popitem()


def broken_chain(day: Honest) -> None:
    day.chain = "entry 3: its fields were changed"


@pytest.mark.parametrize(
    ("plant", "broken"),
    [
        (lambda _: None, set()),
        (twice, {TWICE}),
        (twice_after_a_restore, {TWICE, RESTORE}),
        (lambda day: day.lose("zalo"), {LOST}),
        (unapproved, {UNAPPROVED}),
        (by_one_of_two, {UNAPPROVED}),
        (early, {EARLY}),
        (under_embargo, {EARLY}),
        (expired, {EXPIRED}),
        (in_doubt, {DOUBT}),
        (denied, {DOUBT, LOST}),
        (edited, {EDITED, UNAPPROVED}),
        (not_corrected_everywhere, {CORRECTED}),
        (not_withdrawn_everywhere, {WITHDRAWN}),
        (no_run, {RUN}),
        (wrong_link, {LINK}),
        (held_up, {HELD_UP}),
        (broken_chain, {CHAIN}),
    ],
)
def test_the_judge_finds_what_is_planted(plant: Callable[[Honest], None], broken: set[str]) -> None:
    day = Honest()
    plant(day)
    assert day.broken() == broken


def test_every_wording_is_told_from_all_others() -> None:
    item = Item(17, "stp", BEGUN, long=True)
    item.edit(hour(9))
    assert named(item.title) == (17, 2)
    assert all(named(paragraph) == (17, 2) for paragraph in item.paragraphs)
    assert named("2027-01-20/2027-01-20T0800-5-tin-so-17-ban-2-xa-thanh-ba-dinh-chinh.txt") == (17, 2)
    assert name(17, 2) in item.title


def test_when_a_chat_may_ring() -> None:
    evening, tet = hour(22), datetime.fromisoformat("2027-02-06T10:00+07:00")
    assert due("zalo-nhom", evening) == hour(31)
    assert due("cong", evening) == evening
    assert due("telegram-tinh", tet) == datetime.fromisoformat("2027-02-11T07:00+07:00")
    assert too_early("telegram-tinh", tet)
    assert not too_early("zalo", hour(12))
