"""The ledger against a service that fails in every way, with crashes at every point: a state machine."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from channels.base import NeedsHuman, NotSent, Receipt, Rejected, RetryLater, Uncertain
from pipeline.deliver import outbox, pauses, upkeep
from pipeline.deliver.outbox import Claimed
from pipeline.deliver.resolve import Word, resolve
from pipeline.models import Delivery
from tests.pipeline.ledger import NOW, Remote, channels, post, revision

REMOTES = channels(
    Remote(id="telegram"),
    Remote(id="cong", keyed=True, pulled=True, target="portal"),
    Remote(id="zalo", target="oa"),
)
REFUSALS = (NotSent("từ chối"), RetryLater("chờ", 5), Rejected("sai"), NeedsHuman("hết quyền"))


class Ledger(RuleBasedStateMachine):
    """`truth` is what the services accepted; `again` is how often a person said "send again"."""

    flying = Bundle("flying")

    def __init__(self) -> None:
        super().__init__()
        self.clean = transaction.savepoint()
        self.now = NOW
        self.truth: Counter[str] = Counter()
        self.taken: set[tuple[int, int]] = set()
        self.again: Counter[int] = Counter()
        self.enqueued = 0
        self.owner = 0
        self.dead: set[str] = set()

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.clean)

    @rule(parts=st.integers(1, 3), linked=st.booleans())
    def approve(self, parts: int, linked: bool) -> None:
        self.enqueued += 1
        row = revision(f"tin {self.enqueued}")
        posts = [
            post("cong", ["trang"], target="portal"),
            post("telegram", ["x"] * parts, waits_for="cong" if linked else None),
            post("zalo", ["bài"], target="oa", waits_for="cong"),
        ]
        outbox.enqueue(row, posts, self.now)
        outbox.enqueue(row, posts, self.now)

    @rule(target=flying, most=st.integers(1, 4))
    def claim(self, most: int) -> tuple[Claimed, ...]:
        claims = outbox.claim(REMOTES, f"worker-{self.owner}", most, now=self.now, real_now=self.now)
        return claims.rows

    @rule(
        claimed=flying, accepted=st.booleans(), answer=st.sampled_from(["yes", "lost", *range(len(REFUSALS))])
    )
    def answered(self, claimed: tuple[Claimed, ...], accepted: bool, answer: str | int) -> None:
        """The services answer, or take the message and lose the answer; a dead worker hears neither."""
        for one in claimed:
            held = Delivery.objects.filter(id=one.id, fence=one.fence, state__in=("sending", "uncertain"))
            if not held.exists():
                continue
            if isinstance(answer, int):
                outbox.settle([(one, REFUSALS[answer])], REMOTES, self.now, self.now)
                continue
            if accepted or answer == "yes":
                self._take(one)
            outcome = Receipt("1") if answer == "yes" else Uncertain("im lặng")
            outbox.settle([(one, outcome)], REMOTES, self.now, self.now)

    @rule(claimed=flying, accepted=st.booleans())
    def killed(self, claimed: tuple[Claimed, ...], accepted: bool) -> None:
        """The worker dies between the first network byte and the confirmation."""
        for one in claimed:
            row = Delivery.objects.filter(id=one.id, fence=one.fence, state="sending").first()
            if row is not None and accepted:
                self._take(one)
        self.dead.add(f"worker-{self.owner}")
        self.owner += 1
        upkeep.sweep(REMOTES, self.dead.__contains__, self.now)

    def _take(self, one: Claimed) -> None:
        """The service takes what one claim sends, once, however often its answer is heard of."""
        if (one.id, one.fence) not in self.taken:
            self.taken.add((one.id, one.fence))
            self.truth[one.key] = 1 if REMOTES[one.channel].keyed else self.truth[one.key] + 1

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        upkeep.sweep(REMOTES, self.dead.__contains__, self.now)

    @precondition(lambda self: Delivery.objects.filter(state="uncertain").exists())
    @rule(choice=st.integers(0, 99), says_sent=st.booleans())
    def a_person_decides(self, choice: int, says_sent: bool) -> None:
        doubtful = list(Delivery.objects.filter(state="uncertain").order_by("id"))
        row = doubtful[choice % len(doubtful)]
        resolve(row.id, "lan", Word.SENT if says_sent else Word.RESEND, now=self.now, real_now=self.now)
        if not says_sent:
            self.again[row.id] += 1

    @rule(channel=st.sampled_from(sorted(REMOTES)))
    def resume(self, channel: str) -> None:
        pauses.resume(channel, "đã sửa", "hoa", self.now)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert Delivery.objects.values("article", "channel").distinct().count() == 3 * self.enqueued

    @invariant()
    def nobody_gets_it_twice_because_of_us(self) -> None:
        for row in Delivery.objects.all():
            key = f"loa-{row.article_id}-{row.revision_id}-{row.channel}-{row.part}"
            assert self.truth[key] <= 1 + self.again[row.id], key
            if row.state == "queued" and not self.again[row.id] and not REMOTES[row.channel].keyed:
                assert self.truth[key] == 0, "waits to be sent although it is there"

    @invariant()
    def no_follower_overtakes(self) -> None:
        ahead = Delivery.objects.filter(state__in=("sending", "sent", "uncertain"), after__isnull=False)
        assert not ahead.exclude(after__state="sent").exists()


@pytest.mark.django_db
def test_the_ledger_keeps_its_promises() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
