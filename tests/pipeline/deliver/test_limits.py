"""The governor: no window of any limit ever holds more than its count, and what is allowed is used."""

from __future__ import annotations

import threading
from bisect import insort
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from channels.base import Limit, Receipt, RetryLater
from pipeline.deliver import engine, limits, outbox
from pipeline.deliver.engine import Engine
from pipeline.deliver.limits import give_back
from pipeline.deliver.outbox import Claimed
from pipeline.deliver.values import NotBegun
from pipeline.models import Delivery, Pace
from tests.pipeline.ledger import NOW, Remote, channels, post, revision

pytestmark = pytest.mark.django_db

OVERALL, PER_CHAT, PER_GROUP = Limit("channel", 30, 1.0), Limit("target", 1, 1.0), Limit("target", 20, 60.0)
T0 = NOW.timestamp()


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def chats(many: int, *held: Limit, account: str = "bot") -> dict[str, Remote]:
    """So many chats of one bot."""
    remotes = [
        Remote(id=f"{account}-{n}", target=f"chat-{n}", account=account, limits=held) for n in range(many)
    ]
    return {remote.id: remote for remote in remotes}


def approve(*remotes: Remote, times: int = 1, rank: int = 0) -> None:
    for n in range(times):
        posts = [post(remote.id, target=remote.target, rank=rank) for remote in remotes]
        outbox.enqueue(revision(f"tin {n}"), posts, NOW)


def claim(remotes: dict[str, Remote], at: float, most: int = 16) -> outbox.Claims:
    return outbox.claim(remotes, "o", most, now=NOW, real_now=NOW + seconds(at))


def start(claimed: Claimed) -> float:
    assert claimed.starts_at is not None
    return claimed.starts_at.timestamp() - T0


def too_many(times: list[float], limit: Limit) -> bool:
    times = sorted(times)
    return any(b - a < limit.seconds for a, b in zip(times, times[limit.count :], strict=False))


LIMITS = st.builds(Limit, st.just("channel"), st.integers(1, 60), st.floats(0.5, 90))


@given(
    st.lists(st.floats(0, 40), max_size=60),
    st.lists(LIMITS, min_size=1, max_size=3),
    st.floats(0, 1, exclude_max=True),
)
def test_the_earliest_instant_fits_and_none_before_it_does(
    asked: list[float], held: list[Limit], before: float
) -> None:
    log: list[float] = []
    for at in asked:
        bounds = [(log, limits.rule(limit)) for limit in held]
        slot = limits.earliest(at, bounds)
        assert slot >= at
        assert limits.earliest(at + (slot - at) * before, bounds) == pytest.approx(slot, abs=1e-5)
        insort(log, slot)
    assert not any(too_many(log, limit) for limit in held)


class Governor(RuleBasedStateMachine):
    """Workers of several processes claim from one ledger, at any time, and may die with what they hold.

    A message arrives somewhere between its slot and the end of the margin for that.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clean = transaction.savepoint()
        self.remotes = chats(3, OVERALL, PER_CHAT) | chats(2, OVERALL, PER_GROUP, account="nhom")
        shared = Remote(id="bot-again", target="chat-0", account="bot", limits=(OVERALL, PER_CHAT))
        self.remotes["bot-again"] = shared
        self.at = 0.0
        self.sent: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.enqueued = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.clean)

    @rule(times=st.integers(1, 6), rank=st.integers(0, 2))
    def approved(self, times: int, rank: int) -> None:
        for _ in range(times):
            self.enqueued += 1
            posts = [post(remote.id, target=remote.target, rank=rank) for remote in self.remotes.values()]
            outbox.enqueue(revision(f"tin {self.enqueued}"), posts, NOW)

    @rule(most=st.integers(1, 16), late=st.floats(0, limits.MARGIN), dies=st.booleans())
    def claimed(self, most: int, late: float, dies: bool) -> None:
        waiting = defaultdict(list)
        for row in Delivery.objects.filter(state="queued"):
            waiting[row.channel].append(row.priority)
        for one in claim(self.remotes, self.at, most).rows:
            assert self.at < start(one) <= self.at + limits.AHEAD
            ranks = waiting[one.channel]
            ranks.remove(max(ranks))
            assert Delivery.objects.get(id=one.id).priority >= max(ranks, default=0)
            if not dies:
                account = self.remotes[one.channel].account
                self.sent[account, ""].append(start(one) + late)
                self.sent[account, one.target].append(start(one) + late)

    @rule(by=st.sampled_from([0.01, 0.2, 0.9, 1.1, 7.0, 59.0]))
    def time_passes(self, by: float) -> None:
        self.at += by

    @precondition(lambda self: Delivery.objects.filter(state="queued").exists())
    @rule()
    def it_is_said_when_to_look_again(self) -> None:
        """Whoever comes back at the time that a claim tells gets something."""
        claims = claim(self.remotes, self.at)
        if not claims.rows:
            assert claims.paced_until is not None
            self.at = max(self.at, (claims.paced_until - NOW).total_seconds())
            assert claim(self.remotes, self.at).rows

    @invariant()
    def no_window_holds_more_than_its_count(self) -> None:
        for (account, target), times in self.sent.items():
            per_chat = PER_CHAT if account == "bot" else PER_GROUP
            assert not too_many(times, per_chat if target else OVERALL), (account, target)


def test_whatever_comes_and_dies_no_limit_is_broken() -> None:
    run_state_machine_as_test(
        Governor,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def drained(remotes: dict[str, Remote]) -> list[tuple[str, float]]:
    """The chats and slots of all that waits, as one worker that sends at once would take them."""
    at, slots = 0.0, []
    while True:
        claims = claim(remotes, at)
        slots += [(claimed.target, start(claimed)) for claimed in claims.rows]
        outbox.settle([(one, Receipt("1")) for one in claims.rows], remotes, NOW, NOW + seconds(at))
        if claims.paced_until is None:
            return slots
        at = max(at, (claims.paced_until - NOW).total_seconds())


def test_what_two_logs_hold_is_told_by_the_later_one() -> None:
    """The bot may send again before the chat that waits may receive again."""
    early, late = chats(2, Limit("channel", 2, 10.0), Limit("target", 1, 10.0)).values()
    remotes = {early.id: early, late.id: late}
    approve(early)
    assert claim(remotes, 0.0).rows
    approve(late, times=2)
    assert len(claim(remotes, 8.0).rows) == 1
    claims = claim(remotes, 8.5)
    assert not claims.rows
    assert claims.paced_until is not None
    assert claim(remotes, (claims.paced_until - NOW).total_seconds()).rows


@pytest.mark.parametrize(
    ("many", "times", "held", "allowed"),
    [
        (50, 3, (OVERALL, PER_CHAT), 5.0),
        (2, 5, (OVERALL, PER_CHAT), 4.0),
        (1, 45, (OVERALL, PER_GROUP), 120.0),
    ],
    ids=["the bot's limit", "the chats' limit", "the group's limit"],
)
def test_what_is_allowed_is_used(many: int, times: int, held: tuple[Limit, ...], allowed: float) -> None:
    remotes = chats(many, *held)
    approve(*remotes.values(), times=times)
    sent = drained(remotes)
    slots = [slot for _, slot in sent]
    assert len(slots) == many * times
    assert allowed / (max(slots) - min(slots)) >= 0.95
    assert not too_many(slots, held[0])
    for remote in remotes.values():
        assert not too_many([slot for target, slot in sent if target == remote.target], held[1])


def test_an_emergency_overtakes_all_that_is_not_claimed_yet() -> None:
    remotes = chats(20, OVERALL, PER_CHAT)
    approve(*remotes.values(), times=3)
    first = claim(remotes, 0.0)
    approve(remotes["bot-19"], rank=2)
    [next_one, *_] = claim(remotes, 0.2).rows
    assert (next_one.channel, Delivery.objects.get(id=next_one.id).priority) == ("bot-19", 2)
    assert start(next_one) <= max(map(start, first.rows)) + 0.05


def test_channels_of_one_bot_share_its_limit_and_one_chat_in_two_of_them_its_own() -> None:
    one, two = (Remote(id=name, account="bot", limits=(OVERALL, PER_CHAT)) for name in ("a", "b"))
    other = Remote(id="c", account="another bot", limits=(OVERALL, PER_CHAT))
    remotes = {remote.id: remote for remote in (one, two, other)}
    approve(*remotes.values())
    assert [claimed.channel for claimed in claim(remotes, 0.0).rows] == ["a", "c"]
    assert [claimed.channel for claimed in claim(remotes, 0.9).rows] == ["b"]


def test_a_chat_that_the_channel_had_before_keeps_its_limit() -> None:
    remotes = chats(1, PER_CHAT)
    outbox.enqueue(revision("một"), [post("bot-0", target="trước")], NOW)
    outbox.enqueue(revision("hai"), [post("bot-0", target="trước")], NOW)
    approve(remotes["bot-0"])
    assert [claimed.target for claimed in claim(remotes, 0.0).rows] == ["trước", "chat-0"]
    assert [claimed.target for claimed in claim(remotes, 1.0).rows] == ["trước"]


@pytest.mark.parametrize("jump", [-3600.0, -2.0, 3600.0])
def test_a_clock_that_jumps_blocks_nobody_for_longer_than_two_windows(jump: float) -> None:
    remotes = chats(1, PER_CHAT)
    approve(remotes["bot-0"], times=3)
    claim(remotes, 0.0)
    slots = [start(one) for at in range(4) for one in claim(remotes, jump + at).rows]
    assert slots
    assert not too_many(slots, PER_CHAT)


def test_what_is_unlimited_asks_no_log(django_assert_num_queries: Any) -> None:
    free, limited = chats(1), chats(1, PER_CHAT, account="other")
    approve(free["bot-0"])
    with django_assert_num_queries(0):
        limits.Paces(free, {}, NOW).save()
    [claimed] = claim(free | limited, 0.0).rows
    assert claimed.starts_at is None
    assert not Pace.objects.exists()


def test_a_claim_over_a_hundred_waiting_chats_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    remotes = chats(100, OVERALL, PER_CHAT)
    approve(*remotes.values(), times=2)
    at, claims = 0.0, claim(remotes, 0.0)
    for _ in range(20):
        assert claims.paced_until is not None
        at = (claims.paced_until - NOW).total_seconds()
        with django_assert_max_num_queries(14):
            claims = claim(remotes, at)


def test_a_quota_of_a_month_is_counted_in_the_ledger() -> None:
    day = 86400.0
    remotes = chats(2, Limit("channel", 3, 31 * day))
    approve(*remotes.values(), times=2)
    assert len(claim(remotes, 0.0, most=2).rows) == 2
    used = claim(remotes, day)
    assert len(used.rows) == 1
    assert not Pace.objects.exists()
    full = claim(remotes, 2 * day)
    assert full.rows == ()
    assert full.paced_until is not None
    assert full.paced_until - NOW == pytest.approx(seconds(31 * day), abs=seconds(1))
    [(limit, count)] = limits.used(remotes, remotes["bot-0"], NOW + seconds(2 * day))
    assert (limit.count, count) == (3, 3)
    assert len(claim(remotes, 31 * day + 1).rows) == 1


def test_a_429_is_waited_for_and_the_slots_go_on_from_there() -> None:
    remotes = chats(1, OVERALL, PER_CHAT)
    approve(remotes["bot-0"], times=2)
    [claimed] = claim(remotes, 0.0).rows
    outbox.settle([(claimed, RetryLater("chờ", 3))], remotes, NOW, NOW + seconds(0.1))
    again = claim(remotes, 1.5)
    assert again.rows == ()
    assert again.paced_until == NOW + seconds(3.1)
    [claimed] = claim(remotes, 3.1).rows
    assert claimed.attempts == 0


class Stalled:
    """The machine's clock, which shows the next threads that look at it from a send another time."""

    def __init__(self, *looks: Callable[[], timedelta]) -> None:
        self.looks = list(looks)

    def __call__(self) -> datetime:
        sends = threading.current_thread().name.startswith("send")
        return datetime.now(UTC) + (self.looks.pop(0)() if sends and self.looks else timedelta())


@pytest.mark.parametrize("jump", [0.2, 3600.0, -3600.0])
def test_a_slot_that_was_missed_is_given_back_and_nothing_was_tried(
    monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    remotes = chats(1, OVERALL)
    approve(remotes["bot-0"])
    monkeypatch.setattr(engine, "real_now", Stalled(timedelta, lambda: seconds(jump)))
    assert Engine(remotes, "o", lambda: NOW).drain() == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("sent", 1)
    assert row.fence >= 2
    assert len(remotes["bot-0"].accepted) == 1


def test_who_is_told_to_stop_while_it_waits_for_its_slot_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remotes = chats(1, OVERALL)
    approve(remotes["bot-0"])
    one = Engine(remotes, "o", lambda: NOW)

    def stopped() -> timedelta:
        one.stop()
        return timedelta()

    monkeypatch.setattr(engine, "real_now", Stalled(stopped))
    assert one.drain() == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == ("queued", 0, "")
    assert remotes["bot-0"].accepted == []


def test_a_bot_that_was_not_heard_from_yet_sends_one_message_before_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remotes = chats(3, OVERALL)
    approve(*remotes.values())
    claim, rooms = outbox.claim, []

    def seen(*arguments: Any, **named: Any) -> outbox.Claims:
        rooms.append((named["room"]["bot"], sum(len(remote.accepted) for remote in remotes.values())))
        return claim(*arguments, **named)

    monkeypatch.setattr(outbox, "claim", seen)
    assert Engine(remotes, "o", lambda: NOW).drain() == 3
    assert all(room <= 1 for room, arrived in rooms if not arrived)
    assert max(room for room, _ in rooms) > 1


@pytest.mark.django_db
def test_a_slot_that_was_given_back_costs_no_window() -> None:
    slow = channels(Remote(limits=(Limit("target", 1, 30.0),)))
    outbox.enqueue(revision(), [post()], NOW)
    [missed] = outbox.claim(slow, "here:1", 1, now=NOW, real_now=NOW).rows
    outbox.settle([(missed, NotBegun())], slow, NOW, NOW)
    assert outbox.claim(slow, "here:1", 1, now=NOW, real_now=NOW).rows == ()
    give_back(slow, [missed])
    assert len(outbox.claim(slow, "here:1", 1, now=NOW, real_now=NOW).rows) == 1
