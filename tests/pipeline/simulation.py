"""The whole way of articles as a state machine: faulty services, sudden deaths, people, and a fake clock."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline import audit, run
from pipeline.deliver import standing
from pipeline.models import Article, AuditEntry, Delivery, State
from tests.pipeline.simulated.far_side import FATES, Message, Service
from tests.pipeline.simulated.people import People
from tests.pipeline.simulated.workers import Workers
from tests.pipeline.simulated.world import Luck, promise

LIKELY = (*FATES, "answered", "answered", "lost", "vanished", "half")
LUCK = st.builds(
    Luck,
    st.integers(0, 11),
    st.booleans(),
    st.lists(st.sampled_from(LIKELY), max_size=8).map(tuple),
    st.one_of(st.none(), st.none(), st.none(), st.integers(0, 30)),
)
OFTEN = {
    "the queue is drained": 7,
    "a worker dies": 4,
    "a worker is slow": 3,
    "a worker falls asleep": 2,
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
    "all are resumed": 2,
    "a template breaks or is mended": 1,
    "what stands grows old": 1,
}


class Simulation(Workers, People, RuleBasedStateMachine):
    """What must hold at every step, and when all is quiet again."""

    events: Sequence[str] = tuple(event for event, times in OFTEN.items() for _ in range(times))

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
        # All else waits for the two pages.
        if flight := self._claim(2):
            self._send(flight, ())
            self._settle(flight)

    @rule(event=st.runner().flatmap(lambda self: st.sampled_from(self.events)), luck=LUCK)
    def happens(self, event: str, luck: Luck) -> None:
        """One rule: hypothesis would leave out some of many in each run, and most bugs need most of them."""
        getattr(self, event.replace(" ", "_"))(luck)

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
        self.a_source_is_read(Luck(0))
        self.a_source_is_read(Luck(1))
        for _ in range(40):
            self._wait(timedelta(hours=4))
            run.advance(self.office)
            self.the_queue_is_drained(Luck())
            for row in self._doubts():
                if not (row.wake_at and self.services[row.channel].asks):
                    self._resolve(row, None)
            for row in standing.must_come_down(self.office.pulled):
                self._take_down(row)
                errand = Delivery.objects.filter(article=row.article, channel=row.channel, errand="withdraw")
                by_hand = AuditEntry.objects.filter(act="by-hand", subject=f"article:{row.article_id}")
                misled = (row.article_id, row.channel) in self.misled
                asked = misled or errand.exists() or by_hand.exists()
                promise(asked, "a hand is asked where none else can", row.article.guid, row.channel)
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
        seen = service.of(article.guid)
        if article.state == State.WITHDRAWN:
            _taken_back(service, article, seen, about)
        elif article.state == State.APPROVED and article.published:
            _newest_words(service, article.published.title, seen, about)


def _taken_back(service: Service, article: Article, seen: Sequence[Message], about: Sequence[object]) -> None:
    notices = [message.at for message in seen if message.what == "notice"]
    words = [message for message in seen if message.what in ("post", "correction")]
    if words:
        promise(notices and max(notices) > words[-1].at, "what was withdrawn is taken back", *about, seen)
    ever = any(f"{title} ".startswith(f"{article.guid} ") for title in service.reached)
    promise(ever or not notices, "no notice of what nobody got", *about, seen)


def _newest_words(service: Service, title: str, seen: Sequence[Message], about: Sequence[object]) -> None:
    new = [message for message in seen if message.title == title and message.what != "replaced"]
    promise({m.part for m in new} >= set(range(1, 1 + service.count(title))), "nothing is lost", *about, seen)
    old = [message for message in seen if message.title != title and message.what in ("post", "correction")]
    if old:
        promise(min(m.at for m in new) > max(m.at for m in old), "the newest words come last", *about, seen)
        plain = [message for message in new if message.what == "post"]
        promise(not plain, "what corrects says so", *about, seen)
