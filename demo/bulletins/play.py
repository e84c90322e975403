"""The month as it goes: agencies publish, officers correct and take back, jobs run: late, twice, killed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from django.contrib.auth.models import User

from channels.radio.channel import RadioChannel
from demo.bulletins.agencies import FEEDS, RIGHT, SCHEDULE, WRONG, Commune
from pipeline import acts, run
from pipeline.bulletin.stage import Draft, NotMade, broadcast
from pipeline.collect.fetch import Fetcher
from pipeline.collect.parse import parse
from pipeline.collect.stage import Tools
from pipeline.models import Airing, Appointment, Article, Bulletin, State
from pipeline.office import open_office
from pipeline.review.checks import similarity
from pipeline.schedule import RunSettings, read


@dataclass
class Seen:
    """What came of one job."""

    airs_at: datetime
    made_at: datetime
    whole: Draft | None
    why: str = ""
    """Why there is no bulletin."""
    same: bool | None = None
    """Asked again, or after a kill: whether it was the same to the byte."""
    approved: frozenset[str] = frozenset()
    """The guids that stood approved when it was made."""


@dataclass
class Told:
    """An officer's act on something: whether listeners had heard it then."""

    guid: str
    errand: str
    at: datetime
    was_heard: bool


@dataclass
class Month:
    """`most` items come in half a day; `minutes` is a bulletin's length. Django must be set up."""

    folder: Path
    start: date
    days: int
    seed: int
    minutes: int = 15
    most: int = 12
    say: Callable[[str], None] = print
    seen: list[Seen] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    emergencies: dict[str, list[str]] = field(default_factory=dict)
    """Of each granted emergency the scripts that stood in the day's own folder as soon as it was approved."""

    def play(self) -> None:
        """All of it; the evidence is in the fields, and in the rows."""
        self._random = random.Random(self.seed)  # noqa: S311
        self.commune = Commune(self.seed)
        for feed in FEEDS.iterdir():
            if feed.is_file():
                shutil.copy(feed, self.folder)
        path = self.folder / "schedule.yaml"
        path.write_text(SCHEDULE.format(minutes=self.minutes))
        schedule = read(path, {}).schedule
        self.zone = schedule.office.zone
        self.now = datetime.combine(self.start, time(4), self.zone)
        self.office = open_office(schedule, self.folder, lambda: self.now, {})
        sandbox = SimpleNamespace(parse=lambda body, **rest: parse(body, **rest))
        self.tools = Tools(Fetcher(), sandbox, self.folder / "pictures", similarity)  # type: ignore[arg-type]
        self.hoa = User.objects.create_user("hoa")
        Appointment.objects.create(user=self.hoa, role="approver")
        self.commune.guides(self.now - timedelta(days=1))
        for day in range(self.days):
            for settings in schedule.runs:
                self._half_day(self.start + timedelta(days=day), settings)

    def _half_day(self, day: date, settings: RunSettings) -> None:
        """Agencies up to an hour before the job, officers after them, then the job."""
        fires = datetime.combine(day, settings.at, self.zone)
        self.now = fires - timedelta(hours=1)
        works = day.weekday() in settings.days
        urgent = [n.guid for n in self.commune.publishes(self.now, self.most) if n.priority == "khan-cap"]
        (self.folder / "xa.xml").write_text(self.commune.feed())
        run.collect_sources(self.office, self.tools)
        run.advance(self.office)
        self._grant(urgent)
        self._amend()
        if works:
            self._job(fires, settings)

    def _grant(self, urgent: list[str]) -> None:
        granted = [
            article
            for article in Article.objects.filter(guid__in=urgent, state=State.APPROVED).order_by("id")
            if self._random.random() < 0.7
        ]
        for article in granted:
            acts.approve(self.office, article.id, self.hoa, emergency=True)
        run.deliver(self.office, "here:1")
        there = self._scripts()
        for article in granted:
            self.emergencies[article.guid] = [name for name in there if f"-{article.id}-" in name]

    def _amend(self) -> None:
        """Now and then something that was heard, or was not, is put right or taken back."""
        stands = Article.objects.filter(source="xa", state=State.APPROVED, deliveries__state="sent")
        newest = list(stands.order_by("-id").values_list("guid", flat=True).distinct()[:40])
        for guid in self._random.sample(newest, min(2, len(newest))):
            if self._random.random() < 0.4:
                continue
            article = Article.objects.get(guid=guid)
            # An emergency is heard as soon as its script stands there, before any bulletin.
            heard = guid in self.emergencies or Airing.objects.filter(article=article).exists()
            errand = self._random.choice(["correct", "withdraw"])
            try:
                if errand == "correct":
                    acts.correct(self.office, article.id, self.hoa, [(WRONG, RIGHT)], "nhầm buổi")
                else:
                    acts.withdraw(self.office, article.id, self.hoa, "đăng nhầm")
            except acts.NotAllowed:
                continue
            self.told.append(Told(guid, errand, self.now, heard))
        run.deliver(self.office, "here:1")

    def _job(self, fires: datetime, settings: RunSettings) -> None:
        airs_at = broadcast(settings, fires, self.zone)
        self.now = fires
        fate = self._random.random()
        if fate < 0.05:
            self.now = airs_at + timedelta(minutes=self._random.randint(0, 40))
        elif fate < 0.2:
            self.now = airs_at - timedelta(minutes=self._random.randint(1, 20))
        seen = Seen(airs_at, self.now, None)
        self.seen.append(seen)
        frozen = self._killed(settings, airs_at) if 0.2 < fate < 0.35 else None
        try:
            seen.whole = run.bulletin(self.office, settings, airs_at)
        except NotMade as trouble:
            seen.why = str(trouble)
            return
        approved = Article.objects.filter(state=State.APPROVED).values_list("guid", flat=True)
        seen.approved = frozenset(approved)
        if frozen is not None:
            seen.same = seen.whole.bulletin.programme == frozen
        files = self._files(airs_at)
        if fate > 0.6:
            self.now += timedelta(minutes=self._random.randint(1, 300))
            run.bulletin(self.office, settings, airs_at)
            seen.same = self._files(airs_at) == files
        self.say(
            f"{airs_at:%d/%m %H:%M}  {seen.whole.bulletin.seconds:4} s  {len(seen.whole.airings):2} items  "
            f"{len(seen.whole.bulletin.left):3} left out"
        )

    def _killed(self, settings: RunSettings, airs_at: datetime) -> object:
        """What was frozen when the job died over its files; None where there was nothing to write."""
        with patch.object(RadioChannel, "air", side_effect=KeyboardInterrupt):
            try:
                run.bulletin(self.office, settings, airs_at)
            except KeyboardInterrupt:
                self.now += timedelta(minutes=1)
                return Bulletin.objects.get(channel=settings.channel, airs_at=airs_at).programme
        return None

    def _files(self, airs_at: datetime) -> dict[str, bytes]:
        """The bulletin's own files; the day's index tells of scripts too."""
        found = (self.folder / "radio" / f"{airs_at:%Y-%m-%d}").glob(f"{airs_at:%Y-%m-%dT%H%M}-ban-tin-*")
        return {path.name: path.read_bytes() for path in sorted(found)}

    def _scripts(self) -> list[str]:
        """The scripts that a station would read from top to bottom."""
        return [path.name for path in (self.folder / "radio").glob("*/*.txt")]
