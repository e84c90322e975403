"""The whole way of articles as a state machine: faulty services, sudden deaths, people, and a fake clock."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from channels.base import Channel, DeliveryError, Receipt
from channels.portal import PortalChannel
from pipeline import audit, run
from pipeline.collect import stage
from pipeline.deliver import ask, outbox, pauses, resolve, standing
from pipeline.deliver.classify import Outcome
from pipeline.deliver.engine import LedgerCheckpoint
from pipeline.deliver.values import Claimed, key_of
from pipeline.entry import Marker
from pipeline.models import Approval, Article, Delivery, Errand, Revision, Source, State
from pipeline.office import Office
from pipeline.review.checks import similarity
from pipeline.schedule import OfficeSettings, Published, Review, RouteSettings, Schedule, SourceSettings
from tests.pipeline.day import at, person
from tests.pipeline.far_side import FATES, LONG, Agency, Service, address

DEADLINE = timedelta(seconds=90)
"""After this no byte of a send leaves any more: a channel's own hard deadline, shorter than the lease."""


class BrokenPromise(AssertionError):
    """What Loa promises does not hold; `str()` says which promise."""


class Killed(BaseException):
    """The process is dead."""


def promise(holds: object, words: str, *about: object) -> None:
    if not holds:
        raise BrokenPromise(" ".join([words, *map(str, about)]))


@contextmanager
def killed_at(statement: int | None) -> Iterator[None]:
    """The process dies at the n-th statement of what it does: what was committed stays, the rest is gone."""
    left = statement

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if left is not None and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if not left:
                left = None
                raise Killed
            left -= 1
        return execute(sql, params, many, context)

    try:
        with suppress(Killed), connection.execute_wrapper(count):
            yield
    finally:
        # The transaction around the test is none of the dead process's.
        transaction.set_rollback(False)


@dataclass
class Flight:
    """What one worker has in hand, and what came of each of its sends."""

    owner: str
    rows: tuple[Claimed, ...]
    left_at: timedelta
    """On the clock that never jumps."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class Luck:
    """What one event leaves to chance."""

    which: int = 0
    flag: bool = False
    fates: tuple[str, ...] = ()
    """What becomes of the first sends; all others are answered."""
    death: int | None = None
    """The statement at which the process dies."""

    @property
    def length(self) -> str:
        return LONG if self.flag else "ngắn"


LUCK = st.builds(
    Luck,
    st.integers(0, 11),
    st.booleans(),
    st.lists(st.sampled_from(FATES), max_size=4).map(tuple),
    st.one_of(st.none(), st.none(), st.none(), st.integers(0, 30)),
)
OFTEN = {
    "the queue is drained": 7,
    "a worker dies": 4,
    "a worker is slow": 4,
    "a worker comes late": 3,
    "the dead are swept": 2,
    "a person looks": 4,
    "a person errs": 1,
    "minutes pass": 4,
    "a night passes": 2,
    "an agency publishes": 3,
    "an agency rewrites": 2,
    "an agency takes down": 1,
    "an agency goes or comes back": 1,
    "a source is read": 2,
    "an officer approves": 4,
    "an officer corrects": 2,
    "an officer withdraws": 2,
    "an officer holds": 1,
    "the clock jumps back": 1,
    "a channel is paused": 1,
    "all are resumed": 1,
    "a template breaks or is mended": 1,
    "what stands grows old": 1,
}
EVENTS = [event for event, times in OFTEN.items() for _ in range(times)]


class Simulation(RuleBasedStateMachine):
    """`again` is how often a person said "send again"; `misled` where a person said what is not true."""

    folder = Path()
    """For what an office may write."""

    def __init__(self) -> None:
        super().__init__()
        self.clean = transaction.savepoint()
        self.now = at("2026-11-23T08:00")
        self.elapsed = timedelta()
        self.agencies = {"vp": Agency("vp", Marker.APPROVED), "so": Agency("so", Marker.MISSING)}
        self.services = {
            each.id: each
            for each in (
                Service("telegram", edits=True, short=True),
                Service("bot", short=True),
                Service("oa", edits=True, steps=True),
                Service("radio", keyed=True, rings=True),
                Service("hoi", asks=True),
            )
        }
        self.office = self._office()
        self.hoa = person("hoa", "approver")
        self.told = 0
        self.flights: list[Flight] = []
        self.dead: set[str] = set()
        self.workers = 0
        self.again: Counter[str] = Counter()
        self.misled: set[tuple[int, str]] = set()
        self.yes: set[str] = set()

    def _office(self) -> Office:
        rules = {"vp": Published(), "so": Review()}
        schedule = Schedule(
            path=self.folder / "schedule.yaml",
            office=OfficeSettings(
                name="Văn phòng",
                base_url="https://cong.example",
                quiet_hours=(at("2026-11-23T21:30").time(), at("2026-11-23T05:00").time()),
            ),
            sources=tuple(
                SourceSettings(id=id, agency=id, url=f"https://{id}.example/rss", approval=rule)
                for id, rule in rules.items()
            ),
            routes=(
                RouteSettings(channels=("cong", "telegram", "bot", "oa"), sources=("vp",)),
                RouteSettings(channels=("cong", "telegram", "radio", "hoi"), sources=("so",)),
            ),
        )
        channels: dict[str, Channel] = {
            "cong": PortalChannel("cong", "https://cong.example"),
            **self.services,
        }
        return Office(schedule, self.folder, lambda: self.now, MappingProxyType(channels), {})

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.it_gets_quiet()
        finally:
            transaction.savepoint_rollback(self.clean)

    @initialize()
    def a_day_begins(self) -> None:
        for which in (0, 1):
            self.an_agency_publishes(Luck(which))
            self.an_officer_approves(Luck(which))

    @rule(event=st.sampled_from(EVENTS), luck=LUCK)
    def happens(self, event: str, luck: Luck) -> None:
        """One rule: hypothesis would leave out some of many in each run, and most bugs need most of them."""
        getattr(self, event.replace(" ", "_"))(luck)

    # Agencies.

    def an_agency_publishes(self, luck: Luck) -> None:
        self.told += 1
        guid = f"Tin{self.told}"
        self._agency(luck).says(guid, self.now, title=f"{guid} bản {luck.length} 1", embargo=self._embargo(luck))
        self.a_source_is_read(luck)

    def an_agency_rewrites(self, luck: Luck) -> None:
        agency, guid = self._entry(luck)
        title = f"{guid} bản {luck.length} {agency.version + 1}"
        agency.says(guid, self.now, title=title, embargo=self._embargo(luck))
        if luck.flag:
            self.a_source_is_read(replace(luck, which=0 if agency.id == "vp" else 1))

    def an_agency_takes_down(self, luck: Luck) -> None:
        agency, guid = self._entry(luck)
        agency.says(guid, self.now, marker=Marker.WITHDRAWN, withdrawn_because="đăng nhầm")

    def an_agency_goes_or_comes_back(self, luck: Luck) -> None:
        agency = self._agency(luck)
        agency.away = not agency.away

    def _agency(self, luck: Luck) -> Agency:
        return self.agencies["so" if luck.which % 2 else "vp"]

    def _entry(self, luck: Luck) -> tuple[Agency, str]:
        every = [(agency, guid) for agency in self.agencies.values() for guid in agency.entries]
        return every[luck.which % len(every)]

    def _embargo(self, luck: Luck) -> datetime | None:
        return self.now + timedelta(hours=3) if luck.which > 9 else None

    def a_source_is_read(self, luck: Luck) -> None:
        """And stored, as `run.collect_sources` does, without its threads; then reviewed."""
        agency = self._agency(luck)
        [settings] = [each for each in self.office.schedule.sources if each.id == agency.id]
        tools = SimpleNamespace(fetcher=agency, sandbox=agency, pictures=None, similarity=similarity)
        with killed_at(luck.death):
            row = stage.met([settings])[agency.id]
            read = stage.read(settings, row, tools, self.office.schedule.office.zone, self.now)  # type: ignore[arg-type]
            stage.store([read], similarity)
            run.advance(self.office)
        told = Source.objects.filter(id=agency.id).values_list("etag", flat=True).first()
        if told == agency.etag:
            known = set(Revision.objects.filter(article__source=agency.id).values_list("title", flat=True))
            missing = {entry.title for entry in agency.entries.values()} - known
            promise(not missing, "feed state is never ahead of its articles", missing)

    # Officers.

    def an_officer_approves(self, luck: Luck) -> None:
        self._act(luck, lambda row: run.approve(self.office, row.id, self.hoa, reason="lịch đổi"))

    def an_officer_corrects(self, luck: Luck) -> None:
        def act(row: Article) -> None:
            wrong = row.published.title if row.published else ""
            run.correct(self.office, row.id, self.hoa, [(wrong, f"{wrong} sửa")], "nhầm buổi")

        self._act(luck, act)

    def an_officer_withdraws(self, luck: Luck) -> None:
        self._act(luck, lambda row: run.withdraw(self.office, row.id, self.hoa, "đăng nhầm"))

    def an_officer_holds(self, luck: Luck) -> None:
        stop = run.give_back if luck.flag else run.hold
        self._act(luck, lambda row: stop(row.id, self.hoa, "xem lại"))

    def _act(self, luck: Luck, act: Callable[[Article], object]) -> None:
        rows = list(Article.objects.select_related("published").order_by("id"))
        if rows:
            row = rows[luck.which % len(rows)]
            with suppress(run.NotAllowed), killed_at(luck.death):
                act(row)
            yes = Approval.objects.filter(revision__article=row, user=self.hoa)
            self.yes.update(yes.values_list("revision__title", flat=True))

    # Workers: each claims, sends and settles, or dies in between, or is heard of late.

    def a_worker_dies(self, luck: Luck) -> None:
        if flight := self._claim(1 + luck.which % 5):
            with killed_at(luck.death):
                self._send(flight, luck.fates)
            self._dies(flight)

    def a_worker_is_slow(self, luck: Luck) -> None:
        if flight := self._claim(1 + luck.which % 5):
            self._send(flight, luck.fates if luck.flag else ())

    def a_worker_comes_late(self, luck: Luck) -> None:
        if self.flights:
            flight = self.flights[luck.which % len(self.flights)]
            with killed_at(luck.death):
                self._send(flight, luck.fates)
                self._settle(flight)
                return
            self._dies(flight)

    def the_queue_is_drained(self, luck: Luck) -> None:
        """All that is due, as `run.deliver` does it, without its threads; or until it dies."""
        with killed_at(luck.death):
            self._sweep()
            fates = list(luck.fates)
            while flight := self._claim(4):
                self._send(flight, fates)
                fates = fates[len(flight.rows) :]
                self._settle(flight)
            ask.ask(self.office.channels, self.now, self.now)
            return
        for flight in [each for each in self.flights if each.owner == self.worker]:
            self._dies(flight)
        # Perhaps it died as the claim was being committed.
        self.dead.add(self.worker)

    @property
    def worker(self) -> str:
        """The newest worker's name."""
        return f"worker-{self.workers}"

    def _claim(self, most: int) -> Flight | None:
        self.workers += 1
        claims = outbox.claim(self.office.channels, self.worker, most, now=self.now, real_now=self.now)
        rows = Delivery.objects.select_related("article", "revision").in_bulk([c.id for c in claims.rows])
        for row in rows.values():
            self._may_go(row)
        if not rows:
            return None
        flight = Flight(self.worker, claims.rows, self.elapsed)
        self.flights.append(flight)
        return flight

    def _may_go(self, row: Delivery) -> None:
        title = row.revision.title
        if row.errand == Errand.WITHDRAW:
            promise(row.article.state == State.WITHDRAWN, "a notice is of what was withdrawn", title)
            return
        promise(row.article.state != State.WITHDRAWN, "nothing goes out after a withdrawal", title)
        source = self.agencies[row.article.source_id]
        by_rule = source.marker is Marker.APPROVED and row.errand == Errand.POST
        promise(title in self.yes or by_rule, "nothing goes out that nobody approved", title)
        embargo = row.revision.embargo
        promise(embargo is None or embargo <= self.now, "an embargo is kept", title, row.channel)

    def _send(self, flight: Flight, fates: Sequence[str]) -> None:
        for n, claimed in enumerate(flight.rows):
            if claimed.id in flight.outcomes or self.elapsed - flight.left_at >= DEADLINE:
                continue
            flight.outcomes[claimed.id] = self._outcome(claimed, fates[n] if n < len(fates) else "answered")

    def _outcome(self, claimed: Claimed, fate: str) -> Outcome:
        channel = self.office.channels[claimed.channel]
        if isinstance(channel, Service):
            channel.fate = fate
        try:
            return channel.send(
                claimed.part,
                target=claimed.address,
                key=claimed.key,
                checkpoint=LedgerCheckpoint(claimed),
                standing=claimed.standing,
            )
        except DeliveryError as error:
            return error

    def _settle(self, flight: Flight) -> None:
        outcomes = [(each, flight.outcomes[each.id]) for each in flight.rows if each.id in flight.outcomes]
        before = Delivery.objects.in_bulk([claimed.id for claimed, _ in outcomes])
        outbox.settle(outcomes, self.office.channels, self.now, self.now)
        after = Delivery.objects.in_bulk(before)
        for claimed, outcome in outcomes:
            old, new = before[claimed.id], after[claimed.id]
            if old.fence != claimed.fence:
                same = (old.state, old.owner, old.receipt) == (new.state, new.owner, new.receipt)
                promise(same, "who has lost a claim writes nothing", claimed.key)
            elif isinstance(outcome, Receipt) and old.state in ("sending", "queued", "uncertain"):
                promise(new.state == "sent", "a proof is heard, however late", claimed.key)
            elif old.state == "sending" and not isinstance(outcome, Receipt):
                known = "im lặng" not in str(outcome) and "mất trả lời" not in str(outcome)
                known = known and old.receipt != outbox.LOST
                promise(not known or new.state != "uncertain", "in doubt is only what is hidden", claimed.key)
        flight.rows = tuple(each for each in flight.rows if each.id not in flight.outcomes)
        if not flight.rows:
            self.flights.remove(flight)

    def _dies(self, flight: Flight) -> None:
        self.dead.add(flight.owner)
        self.flights.remove(flight)

    def the_dead_are_swept(self, luck: Luck) -> None:
        with killed_at(luck.death):
            self._sweep()

    def _sweep(self) -> None:
        outbox.sweep(self.office.channels, self.dead.__contains__, self.now)

    # What is in doubt, and what only a hand can take down.

    def a_person_looks(self, luck: Luck) -> None:
        """And says what is there."""
        if doubts := self._doubts():
            self._resolve(doubts[luck.which % len(doubts)], None, seen=luck.flag)

    def a_person_errs(self, luck: Luck) -> None:
        if doubts := self._doubts():
            word = list(resolve.Word)[luck.which % 3]
            self._resolve(doubts[luck.which % len(doubts)], word)

    def _doubts(self) -> list[Delivery]:
        rows = Delivery.objects.filter(state__in=("uncertain", "failed")).order_by("id")
        return list(rows.select_related("article"))

    def _resolve(self, row: Delivery, word: resolve.Word | None, *, seen: bool = True) -> None:
        key = key_of(row)
        service = self.services[row.channel]
        there = service.posts[key] > self.again[key]
        truth = resolve.Word.SENT if there and row.state == "uncertain" else resolve.Word.RESEND
        word = word or truth
        url = address(service, key) if there and seen else ""
        try:
            resolve.resolve(row.id, "hoa", word, now=self.now, url=url)
        except resolve.NotResolvable:
            resolve.resolve(row.id, "hoa", resolve.Word.DROP, now=self.now)
            if there:
                self.misled.add((row.article_id, row.channel))
            return
        if word is resolve.Word.RESEND:
            self.again[key] += bool(service.posts[key])
        elif word is not truth:
            self.misled.add((row.article_id, row.channel))

    def _take_down(self, row: Delivery) -> None:
        service = self.services[row.channel]
        for ref, message in list(service.messages.items()):
            if message in service.of(self._name(row.article)):
                del service.messages[ref]
        resolve.taken_down(row.id, "hoa", self.office.pulled)

    # Time, and trouble.

    def minutes_pass(self, luck: Luck) -> None:
        self._wait(timedelta(minutes=luck.which))

    def a_night_passes(self, _: Luck) -> None:
        self._wait(timedelta(hours=13))

    def _wait(self, time: timedelta) -> None:
        self.now += time
        self.elapsed += time

    def the_clock_jumps_back(self, luck: Luck) -> None:
        self.now -= timedelta(minutes=5 * luck.which)

    def a_channel_is_paused(self, luck: Luck) -> None:
        pauses.pause(self._service(luck).id, "", "thử", "hoa", self.now)

    def all_are_resumed(self, _: Luck) -> None:
        for channel in self.services:
            pauses.resume(channel, "đã sửa", "hoa", self.now)

    def a_template_breaks_or_is_mended(self, luck: Luck) -> None:
        service = self._service(luck)
        service.mute = not service.mute

    def what_stands_grows_old(self, luck: Luck) -> None:
        service = self._service(luck)
        service.fixed.update(service.messages)

    def _service(self, luck: Luck) -> Service:
        return list(self.services.values())[luck.which % len(self.services)]

    # What holds at every step, and at the end.

    @invariant()
    def nobody_gets_it_twice_because_of_us(self) -> None:
        for service in self.services.values():
            for key, times in service.posts.items():
                promise(times <= 1 + self.again[key], "nobody gets it twice because of us", key)

    def it_gets_quiet(self) -> None:
        """Faults end, people look and say what they see, time passes: all is as it should be."""
        for each in list(self.flights):
            self._dies(each)
        for service in self.services.values():
            service.mute, service.fate = False, "answered"
        for agency in self.agencies.values():
            agency.away = False
        self.all_are_resumed(Luck())
        for _ in range(40):
            self._wait(timedelta(hours=4))
            self.a_source_is_read(Luck(0))
            self.a_source_is_read(Luck(1))
            self.the_queue_is_drained(Luck())
            for row in self._doubts():
                if not (row.wake_at and self.services[row.channel].asks):
                    self._resolve(row, None)
            while row := standing.must_come_down(self.office.pulled).first():
                self._take_down(row)
            left = Delivery.objects.filter(state__in=("queued", "sending", "uncertain", "failed"))
            if not left.exists():
                break
        else:
            promise(False, "nothing is stuck", list(left.values()))
        self.nobody_gets_it_twice_because_of_us()
        promise(audit.verify() is None, "the audit chain holds")
        for article in Article.objects.select_related("published").order_by("id"):
            for channel in self._routed(article):
                if (article.id, channel) not in self.misled:
                    self._readers_see_what_they_must(article, channel)

    def _name(self, article: Article) -> str:
        return article.guid

    def _routed(self, article: Article) -> Sequence[str]:
        return next(r.channels for r in self.office.schedule.routes if article.source_id in r.sources)

    def _readers_see_what_they_must(self, article: Article, channel: str) -> None:
        about = (article.guid, article.state, channel)
        if channel == "cong":
            sent = Delivery.objects.filter(article=article, channel=channel, state="sent").order_by("-id")
            row = sent.first()
            shown = row.content["title"] if row and article.state != State.WITHDRAWN else ""
            if article.state == State.APPROVED and article.published:
                promise(shown == article.published.title, "nothing is lost", *about, shown)
            return
        service = self.services[channel]
        seen = service.of(self._name(article))
        if article.state == State.WITHDRAWN:
            _taken_back(service, article, seen, about)
        elif article.state == State.APPROVED and article.published:
            _newest_words(service, article.published.title, seen, about)


def _taken_back(service: Service, article: Article, seen: Sequence[Any], about: Sequence[object]) -> None:
    notices = [message.at for message in seen if message.what == "notice"]
    words = [message for message in seen if message.what in ("post", "correction")]
    if words:
        promise(notices and max(notices) > words[-1].at, "what was withdrawn is taken back", *about, seen)
    ever = any(f"{title} ".startswith(f"{article.guid} ") for title in service.reached)
    promise(ever or not notices, "no notice of what nobody got", *about, seen)


def _newest_words(service: Service, title: str, seen: Sequence[Any], about: Sequence[object]) -> None:
    new = [message for message in seen if message.title == title and message.what != "replaced"]
    promise({m.part for m in new} >= set(range(1, 1 + service.count(title))), "nothing is lost", *about, seen)
    old = [message for message in seen if message.title != title and message.what in ("post", "correction")]
    if old:
        promise(min(m.at for m in new) > max(m.at for m in old), "the newest words come last", *about, seen)
        plain = [message for message in new if message.what == "post"]
        promise(not plain, "what corrects says so", *about, seen)
