"""The month as it is played: agencies publish, services fail, officers act, and the office is killed."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Self

from demo.month.agencies import OFFICE_TIME
from demo.month.articles import Item, named
from demo.month.clock import SharedClock
from demo.month.expected import CHATS, HOLIDAYS
from demo.month.history import History, Outage
from demo.month.house import House, environment
from demo.month.officer import Officer
from demo.month.readers import Seen, scripts
from demo.month.town import KEYS, REFRESH, Town, broken, failing, fault, slow, unmounted

USUAL = {"vpubnd": 3, "stp": 2, "skhcn": 2, "snnmt": 2}
"""What each agency publishes on a working day."""
ROUNDS, FREE_ROUNDS = ("08:20", "11:10", "14:40", "17:10"), ("09:00", "16:00")
LOOKS = ("05:20", "07:10", "11:10", "17:10", "21:40", "23:50")
"""When somebody looks at the portal, the press feed and the station's folder."""
STEP = timedelta(minutes=20)
KILLS = 4
"""On a working day."""


class Month:
    """A month in `folder`, which must be empty; open it, then `play`."""

    def __init__(
        self,
        folder: Path,
        first: date,
        days: int,
        seed: int,
        say: Callable[[str], None],
        *,
        step: timedelta = STEP,
        kills: int = KILLS,
    ) -> None:
        """`step` is the simulated time from one round of the office to the next; so many `kills` a day."""
        self.folder, self.days, self.first = folder, days, first
        self._say, self._step, self._kills = say, step, kills
        self._chance = random.Random(seed)  # noqa: S311 - a script, not a secret
        self._seed = seed
        begun = _at(first, "05:00")
        self.clock = SharedClock.beginning(folder / "clock", begun)
        self.history = History(begun, begun)
        self.town = Town(self.clock)
        self.house = House(folder, self.clock, random.Random(seed + 1), self.town.bell)  # noqa: S311
        self.officer = Officer(
            self.house, self.town.telegram, self.town.zalo, self.history.items, self.history.withheld,
            random.Random(seed + 2),  # noqa: S311
        )  # fmt: skip
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._resting = False
        self._known: set[tuple[str, int, int, str]] = set()

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self._open.enter_context(environment(self.folder, KEYS))
        self._open.enter_context(self.town)
        self._open.callback(self.house.close)
        (self.folder / "schedule.yaml").write_text(self.town.schedule)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def play(self) -> None:
        """All its days, and one more on which nothing new comes and nothing fails, to come to rest."""
        self.house.ask("hire")
        self.house.ask("authorize", "", REFRESH)
        for number in range(self.days):
            self._plan_day(number)
        last = self.first + timedelta(days=self.days)
        while last in HOLIDAYS:
            last += timedelta(days=1)
        self._plan("00:05", last, self._calm)
        for time_ in ("07:30", *ROUNDS):
            self._plan(time_, last, self.officer.round)
        self._plan("18:00", last, self._look)
        while self._events and self._events[0][0] <= _at(last, "18:00"):
            moment, _, event = heappop(self._events)
            self.house.ask("live", moment, self._step)
            event()
        self.history.ended = self.clock.now()

    # What happens on a day

    def _plan_day(self, number: int) -> None:
        day, chance = self.first + timedelta(days=number), self._chance
        free = day in HOLIDAYS
        for source, usual in USUAL.items():
            for _ in range(chance.randint(0, 1) if free else usual):
                self._plan_item(day, source)
        for time_ in FREE_ROUNDS if free else ROUNDS:
            self._plan(time_, day, self.officer.round)
        for time_ in LOOKS:
            self._plan(time_, day, self._look)
        if number and not free:
            self._plan("10:00", day, self.officer.correct_something)
        if number % 2 and not free:
            self._plan("15:00", day, self.officer.withdraw_something)
        hours = [chance.uniform(0, 17) for _ in range(1 if free else self._kills)]
        kills = [_at(day, "05:10") + timedelta(hours=after) for after in hours]
        self.house.kills = sorted([*self.house.kills, *kills], reverse=True)
        self._plan("23:59", day, self._tell)
        if number == 0:
            self.town.storm(self._seed)
        self._special(number, day)
        if day == date(2027, 2, 7):
            self._plan_alarm(day)

    def _special(self, number: int, day: date) -> None:
        """What goes wrong on the month's n-th day, counted from 0."""
        town, agencies = self.town, self.town.agencies
        match number:
            case 2 | 24:
                self._plan("10:20", day, self._lose)
            case 4:
                self._plan("09:00", day, fault(town.telegram, "group-migrated"))
            case 5:
                self._during(_at(day, "06:50"), 24, town.telegram.refusing(), CHATS)
            case 7:
                self._during(_at(day, "00:10"), 48, agencies["snnmt"].refusing(), ("snnmt",))
            case 9:
                self._during(_at(day, "06:00"), 24, broken(agencies["stp"]), ("stp",))
            case 10:
                self._during(_at(day, "07:00"), 24, failing(agencies["skhcn"]), ("skhcn",))
                self._plan("12:00", day, fault(agencies["vpubnd"], "too-many", seconds=3600))
            case 11:
                self._plan("07:30", day, fault(town.zalo, "forbidden", only="/bot"))
            case 12:
                self._plan("06:00", day, fault(town.zalo, "token-expired", only="/v4/"))
            case 13:
                self._plan("05:40", day, lambda: self.house.close(minutes=340))
            case 14:
                self._during(_at(day, "06:00"), 17, slow(town.zalo))
            case 22:
                self._plan("06:00", day, fault(town.telegram, "too-many", times=5, seconds=40))
            case 23:
                self._during(_at(day, "08:30"), 6, unmounted(self.folder / "radio"), ("loa",))
            case 25:
                self._plan("09:00", day, fault(town.telegram, "connect-time-out", seconds=11))
            case 26:
                self._during(_at(day, "06:50"), 24, town.zalo.refusing(), ("zalo", "zalo-nhom"))
            case 27:
                self._plan("06:00", day, fault(town.telegram, "token-expired"))

    def _during(
        self, since: datetime, hours: float, trouble: AbstractContextManager[None], out: tuple[str, ...] = ()
    ) -> None:
        """For so many hours there is trouble, and these channels or sources are out of order."""
        until = since + timedelta(hours=hours)
        if out:
            self.history.outages.append(Outage(out, since, until))
        open_ = ExitStack()
        self._plan(since, since.date(), lambda: open_.enter_context(trouble))
        self._plan(until, until.date(), open_.close)

    def _plan(self, at: str | datetime, day: date, event: Callable[[], None]) -> None:
        moment = _at(day, at) if isinstance(at, str) else at
        heappush(self._events, (moment, next(self._order), event))

    # Items

    def _plan_item(self, day: date, source: str) -> None:
        chance = self._chance
        night = chance.random() < 0.1
        at = _at(day, "21:40" if night else "06:30") + timedelta(hours=chance.uniform(0, 7 if night else 14))
        official = source == "vpubnd"
        item = self._item(source, at)
        item.kind = chance.choice(("tin", "tin", "tin", "bai", "thong-bao"))
        item.topic = chance.randint(1, 6) if source in ("vpubnd", "skhcn") else None
        item.long = chance.random() < 0.12
        match chance.random():
            case luck if luck < 0.06:
                item.critical = True
            case luck if luck < 0.12 and official:
                hours = chance.choice((5, 9, 14, 26))
                item.embargo = (at + timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
            case luck if luck < 0.18 and source in ("vpubnd", "snnmt"):
                item.expires = at + timedelta(hours=chance.choice((4, 10, 30)))
            case luck if luck < 0.24 and source != "snnmt":
                item.approved = None
                if chance.random() < 0.5:
                    self._plan(at + timedelta(hours=chance.uniform(4, 30)), day, lambda: self._approve(item))
            case luck if luck < 0.36:
                self._plan(at + timedelta(hours=chance.uniform(4, 40)), day, lambda: self._edit(item))
            case luck if luck < 0.46 and official:
                self._plan(at + timedelta(hours=chance.uniform(2, 70)), day, lambda: self._take_down(item))
            case luck if luck < 0.52 and official:
                item.corrects = self._earlier(source)
                item.kind = "dinh-chinh" if item.corrects else item.kind

    def _item(self, source: str, at: datetime) -> Item:
        number = 1 + len(self.history.items)
        item = self.history.items[number] = Item(number, source, at, approved=at)
        self.town.agencies[source].items.append(item)
        return item

    def _earlier(self, source: str) -> int | None:
        found = [n for n, item in self.history.items.items() if item.source == source and item.approved]
        return found[-4] if len(found) > 4 else None

    def _edit(self, item: Item) -> None:
        if item.withdrawn is None and not self._resting:
            item.edit(self.clock.now())
            if self._chance.random() < 0.2:
                self.history.withheld.add((item.number, item.latest))

    def _approve(self, item: Item) -> None:
        if not self._resting:
            item.approved = self.clock.now()

    def _take_down(self, item: Item) -> None:
        if item.latest == item.version and not self._resting:
            item.withdrawn = self.clock.now()

    def _plan_alarm(self, day: date) -> None:
        """In the night of the second day of Tết."""
        item = self._item("vpubnd", _at(day, "22:10"))
        item.urgent = True

        def alarm() -> None:
            if not self.officer.alarm(item):
                self._plan(self.clock.now() + self._step, day, alarm)

        self._plan("22:50", day, alarm)

    # What goes wrong

    def _lose(self) -> None:
        lost = self.clock.now()
        snapshot = self.house.restore().replace(tzinfo=OFFICE_TIME)
        self.history.restores.append((snapshot, lost))
        self.clock.skip(20 * 60)
        restored = self.clock.now()
        # What a source brings after the officers have compared would go out again: each must have been read.
        while self.house.ask("live", self.clock.now() + self._step, self._step) or self.house.ask(
            "unread", restored
        ):
            pass
        self.officer.after_restore(snapshot)

    def _calm(self) -> None:
        self._resting = True
        self.house.kills.clear()
        self.town.calm()

    # What is looked at

    def _look(self) -> None:
        now = self.clock.now()
        of_kind = {"portal": "cong", "press": "bao-chi"}
        seen = list(scripts(self.folder / "radio", now))
        for kind, title in self.house.ask("listed"):
            if (found := named(title)) is not None:
                act = "notice" if title.startswith("GỠ BÀI") else "post"
                seen.append(Seen(now, of_kind[kind], *found, 1, act))
        for one in seen:
            key = (one.channel, one.number, one.version, one.act)
            if key not in self._known:
                self._known.add(key)
                self.history.looks.append(one)

    def _tell(self) -> None:
        now = self.clock.now().astimezone(OFFICE_TIME)
        sent = len(self.town.telegram.truth.acts) + len(self.town.zalo.truth.acts)
        doubts = len(self.officer.doubted)
        self._say(
            f"{now:%d/%m/%Y}  {self.town.published:4} articles  {sent:5} acts at the services  "
            f"{doubts:4} doubts  {self.house.killed:4} kills"
        )


def _at(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), OFFICE_TIME)
