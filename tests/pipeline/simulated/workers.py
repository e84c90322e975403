"""What workers do in the simulation: they claim, send, settle, sleep and die, with every fate of a send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain, repeat

from channels.base import DeliveryError, Receipt, Uncertain
from pipeline.deliver import ask, outbox, upkeep
from pipeline.deliver.classify import Outcome
from pipeline.deliver.engine import LedgerCheckpoint
from pipeline.deliver.values import Claimed
from pipeline.entry import Marker
from pipeline.models import BEGUN, Delivery, Errand, State
from tests.pipeline.simulated.far_side import SILENT, Service
from tests.pipeline.simulated.world import Flight, Luck, World, killed_at, promise

DEADLINE = timedelta(seconds=90)
"""After this no byte of a send leaves any more: a channel's own hard deadline, shorter than the lease."""


class Workers(World):
    """Each is killed at any statement, or goes on after its lease has ended."""

    def a_worker_dies(self, luck: Luck) -> None:
        if flight := self._claim(1 + luck.which % 5):
            if luck.flag:
                with killed_at(luck.death):
                    self._send(flight, luck.fates)
            self._dies(flight)

    def a_worker_is_slow(self, luck: Luck) -> None:
        if (flight := self._claim(1 + luck.which % 5)) and luck.flag:
            self._send(flight, luck.fates)

    def a_worker_falls_asleep(self, luck: Luck) -> None:
        """With answers that it has not written down; its lease ends."""
        if flight := self._claim(1 + luck.which % 5):
            self._send(flight, luck.fates)
            self._wait(timedelta(minutes=4))
            self._sweep()

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
            fates, rounds = luck.fates, 0
            while flight := self._claim(4):
                self._send(flight, fates)
                fates, rounds = fates[len(flight.rows) :], rounds + 1
                self._settle(flight)
                promise(rounds < 40, "a drain ends")
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
        begun = Delivery.objects.filter(revision=row.revision, channel=row.channel, state__in=BEGUN)
        held = row.article.stopped and row.article.current_id == row.revision_id
        stopped = held if row.errand == Errand.CORRECT else row.article.state != State.APPROVED
        wanted = row.article.published_id == row.revision_id and not stopped
        promise(wanted or begun.exclude(id=row.id).exists(), "what is stopped does not begin", title)
        embargo = row.revision.embargo
        promise(embargo is None or embargo <= self.now, "an embargo is kept", title, row.channel)

    def _send(self, flight: Flight, fates: Sequence[str]) -> None:
        too_late = self.elapsed - flight.left_at >= DEADLINE
        for claimed, fate in zip(flight.rows, chain(fates, repeat("answered")), strict=False):
            if claimed.id not in flight.outcomes:
                flight.outcomes[claimed.id] = Uncertain(SILENT) if too_late else self._outcome(claimed, fate)

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
                known = not isinstance(outcome, Uncertain) and old.receipt != outbox.LOST
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
        upkeep.sweep(self.office.channels, self.dead.__contains__, self.now)
