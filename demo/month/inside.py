"""The office's own process: the rounds of `loa run` on the month's clock, and what officers ask of it."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.test import Client

from channels.base import DeliveryError
from channels.portal import page_path
from channels.zalo import ZaloOaChannel
from demo.month.articles import named
from demo.month.ruled import CLOCK
from demo.month.values import Page, Row, Waiting
from pipeline import acts, run
from pipeline.acts import NotAllowed
from pipeline.audit import heads_in, holds_from, verify
from pipeline.cli.session import Options, enter
from pipeline.collect.fetch import Fetcher
from pipeline.collect.sandbox import Sandbox
from pipeline.collect.stage import Tools
from pipeline.deliver import restored
from pipeline.deliver.ask import ask
from pipeline.deliver.engine import Engine, real_now
from pipeline.deliver.pauses import resume
from pipeline.deliver.presence import presence
from pipeline.deliver.resolve import NotResolvable, Word, resolve, taken_down
from pipeline.deliver.standing import must_come_down
from pipeline.models import (
    Appointment,
    Approval,
    Article,
    ChannelState,
    Delivery,
    Finding,
    Source,
    State,
    Tick,
)
from pipeline.office import Office
from pipeline.review.checks import similarity
from pipeline.service import Timekeeper

NIGHT_STEP = timedelta(hours=1)
"""Simulated time from one round to the next, when less can happen."""
DAY = range(5, 23)
PACE = 1.1
"""Seconds put forward where only a limit stands in the way: the services' limits are per second."""
PEOPLE = {"lan": "editor", "minh": "approver", "hoa": "approver", "vanhanh": "operator"}
_TITLE = re.compile(r"<item><title>(.*?)</title>")


def serve(asked: Connection, schedule: Path, data: Path, log: Path) -> None:
    """Answer `(name, arguments)` with what that method of `Inside` returns, or refuses, until nobody asks."""
    logging.basicConfig(filename=log, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    office = enter(Options(schedule=schedule, data=data))
    with _at_work(office) as (tools, owner), contextlib.suppress(EOFError):
        inside = Inside(office, tools, owner)
        while True:
            name, arguments = asked.recv()
            act: Callable[..., object] = getattr(inside, name)
            try:
                asked.send((True, act(*arguments)))
            except (NotAllowed, NotResolvable, DeliveryError) as refusal:
                asked.send((False, str(refusal)))


@contextlib.contextmanager
def _at_work(office: Office) -> Iterator[tuple[Tools, str]]:
    with (
        Fetcher() as fetcher,
        Sandbox(workers=1) as sandbox,
        presence(office.data / "workers") as owner,
    ):
        yield Tools(fetcher, sandbox, office.pictures, similarity), owner


class Inside:
    """One life of the office, until somebody kills it."""

    def __init__(self, office: Office, tools: Tools, owner: str) -> None:
        self._office = office
        self._timekeeper = Timekeeper(office, tools)
        # Waiting for a limit is done by putting the clock forward.
        self._engine = Engine(office.channels, owner, office.now, patience=0.0)

    # The office by itself

    def live(self, until: datetime, step: timedelta) -> None:
        """Round after round up to `until` (aware), as the service does every few seconds."""
        now = self._office.now()
        while True:
            hour = now.astimezone(self._office.schedule.office.zone).hour
            CLOCK.reach(min(until, now + (step if hour in DAY else max(step, NIGHT_STEP))))
            self._round()
            now = self._office.now()
            if now >= until:
                return

    def _round(self) -> None:
        for job in self._timekeeper.jobs:
            job()
        run.take_over(self._office)
        while self._engine.drain():
            CLOCK.skip(PACE)
        ask(self._office.channels, self._office.now(), real_now())

    # What people see

    def listed(self) -> list[tuple[str, str]]:
        """The public feeds as they are read: (channel's kind, title) of each entry."""
        feeds = {"portal": "/rss.xml", "press": "/press/rss.xml"}
        return [
            (kind, title)
            for kind, path in feeds.items()
            for title in _TITLE.findall(Client().get(path).content.decode())
        ]

    def pages(self) -> list[Page]:
        """The public page of each article, under the address of its newest wording."""
        found = []
        for article in self._articles():
            shown = article.published or article.current
            path = page_path(article.id, shown.title if shown else "")
            answer = Client().get(path)
            title = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
            number, _ = _named(article)
            shows = named(title[1]) if title else None
            found.append(Page(article.id, number, answer.status_code, shows))
        return found

    # What officers see

    def waiting(self) -> list[Waiting]:
        """The articles in review."""
        found = []
        for article in self._articles().filter(state=State.REVIEW):
            codes = Finding.objects.filter(revision=article.current).values_list("code", flat=True)
            agreed = Approval.objects.filter(revision=article.current, user__isnull=False)
            names = tuple(agreed.values_list("user__username", flat=True))
            found.append(Waiting(article.id, *_named(article), tuple(codes), names))
        return found

    def rows(self, *states: str) -> list[Row]:
        """The deliveries in these states; all where none is named."""
        rows = Delivery.objects.select_related("revision", "article").order_by("id")
        return [_row(row) for row in (rows.filter(state__in=states) if states else rows)]

    def to_take_down(self) -> list[Row]:
        """What only a person can remove where it stands."""
        return [
            _row(row) for row in must_come_down(self._office.pulled).select_related("revision", "article")
        ]

    def pauses(self) -> list[tuple[str, str, datetime]]:
        """(channel, reason, since when) of each."""
        return list(ChannelState.objects.filter(paused=True).values_list("channel", "reason", "at"))

    def wording(self, number: int) -> tuple[int, int, str]:
        """An item's article, its published wording and its state; zeros where there is none."""
        article = self._articles().filter(guid=f"tin-{number}").first()
        if article is None:
            return 0, 0, ""
        published = named(article.published.title) if article.published else None
        return article.id, published[1] if published else 0, article.state

    def ticks(self) -> list[tuple[str, datetime, str]]:
        """(run, when it was due, state) of each firing."""
        return list(Tick.objects.values_list("run", "scheduled_for", "state"))

    def unread(self, since: datetime) -> list[str]:
        """The sources that could not be read since then."""
        return list(Source.objects.exclude(last_success__gt=since).values_list("id", flat=True))

    def chain(self) -> str:
        """Where the audit log breaks, also against the heads that were written out; empty where it holds."""
        broken = verify() or holds_from(heads_in(self._office.data))
        return f"entry {broken.sequence}: {broken.why}" if broken else ""

    # What officers do

    def hire(self) -> None:
        """The office's people."""
        for who, role in PEOPLE.items():
            user, _ = User.objects.get_or_create(username=who)
            Appointment.objects.get_or_create(user=user, role=role)

    def approve(self, article: int, who: str, reason: str, emergency: bool) -> int:
        """How many more must say yes."""
        return acts.approve(self._office, article, _user(who), reason=reason, emergency=emergency).missing

    def hold(self, article: int, who: str, reason: str) -> None:
        acts.hold(self._office, article, _user(who), reason)

    def correct(self, number: int, who: str, changes: Sequence[tuple[str, str]], reason: str) -> int:
        """How many more must say yes."""
        return acts.correct(self._office, self._article(number).id, _user(who), changes, reason).missing

    def withdraw(self, number: int, who: str, reason: str) -> None:
        acts.withdraw(self._office, self._article(number).id, _user(who), reason)

    def resolve(self, row: int, who: str, word: str, url: str) -> None:
        resolve(row, who, Word(word), now=self._office.now(), real_now=real_now(), url=url)

    def taken_down(self, row: int, who: str) -> None:
        taken_down(row, who, self._office.pulled)

    def already_sent(self, channel: str, rows: Sequence[int], who: str) -> int:
        return restored.already_sent(channel, rows, who, self._office.now())

    def resume(self, channel: str, who: str) -> None:
        resume(channel, "đã khắc phục", who, real_now())

    def authorize(self, code: str, refresh: str = "") -> None:
        """Let the Official Account post, with what Zalo's consent page gave."""
        for channel in self._office.channels.values():
            if isinstance(channel, ZaloOaChannel):
                channel.tokens.authorize(code=code, verifier="loa", refresh=refresh)

    def _articles(self) -> QuerySet[Article]:
        return Article.objects.select_related("current", "published").order_by("id")

    def _article(self, number: int) -> Article:
        return self._articles().get(guid=f"tin-{number}")


def _user(name: str) -> User:
    return User.objects.get(username=name)


def _named(article: Article) -> tuple[int, int]:
    found = named(article.current.title) if article.current else None
    if found is None:
        raise ValueError(f"article {article.id} is none of the month's")
    return found


def _row(row: Delivery) -> Row:
    number, version = named(row.revision.title) or (0, 0)
    content: dict[str, Any] = [row.content, *row.otherwise][row.way]
    method = content.get("method", "")
    return Row(
        row.id, row.article_id, row.channel, number, version, row.part, row.errand, method,
        row.state, row.error, row.fence > 0,
    )  # fmt: skip
