"""Thousands of simulated steps keep every promise, and each planted bug is caught by one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pipeline import release, run
from pipeline.collect import stage
from pipeline.deliver import ask, outbox, resolve, upkeep
from pipeline.deliver.standing import standing_of
from pipeline.models import Delivery
from tests.pipeline.simulated.world import BrokenPromise
from tests.pipeline.simulation import Simulation

LATE = ("a worker falls asleep", "a worker comes late")
LONG = 60 if os.environ.get("LOA_LONG") else 1
"""How much longer the machine runs in `make chaos`."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(tmp_path: Path) -> type[Simulation]:
    return type("Simulated", (Simulation,), {"folder": tmp_path})


def simulate(machine: type[Simulation], examples: int, steps: int, *phases: Phase) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_promise_is_kept(machine: type[Simulation]) -> None:
    simulate(machine, 12 * LONG, 40, Phase.generate, Phase.shrink)


def sweep_requeues_everything(plant: pytest.MonkeyPatch) -> None:
    sweep = upkeep.sweep

    def careless(*about: Any) -> tuple[int, int]:
        counts = sweep(*about)
        Delivery.objects.filter(state="uncertain", error__startswith="Chương trình").update(
            state="queued", wake_at=None
        )
        return counts

    plant.setattr(upkeep, "sweep", careless)


def settle_ignores_the_fence(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(outbox, "_is_open", lambda *_: True)


def a_late_receipt_is_ignored(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(
        outbox, "_is_open", lambda row, claimed, _: (row.state, row.fence) == ("sending", claimed.fence)
    )


def feed_state_is_stored_first(plant: pytest.MonkeyPatch) -> None:
    store = stage.store

    def early(reads: Sequence[stage.Read], similarity: Any) -> list[stage.Collected]:
        for each in reads:
            if each.fetched:
                each.source.etag = each.fetched.etag
                each.source.save()
        return store(reads, similarity)

    plant.setattr(stage, "store", early)


def a_claim_is_not_committed_before_the_first_byte(plant: pytest.MonkeyPatch) -> None:
    claim = outbox.claim

    def unwritten(*about: Any, **more: Any) -> outbox.Claims:
        with transaction.atomic():
            claims = claim(*about, **more)
            transaction.set_rollback(True)
        return claims

    plant.setattr(outbox, "claim", unwritten)


def not_to_be_seen_means_send_again(plant: pytest.MonkeyPatch) -> None:
    look = ask._ask

    def hasty(channel: Any, row: Delivery, *when: Any) -> bool:
        seen = look(channel, row, *when)
        Delivery.objects.filter(id=row.id, state="uncertain").update(state="queued", wake_at=None)
        return seen

    plant.setattr(ask, "_ask", hasty)


def a_withdrawal_forgets_what_is_under_way(plant: pytest.MonkeyPatch) -> None:
    def settled(articles: Any) -> Mapping[int, Any]:
        every = standing_of(articles)
        return {a: {c: old for c, old in there.items() if not old.unsettled} for a, there in every.items()}

    plant.setattr(release, "standing_of", settled)


def a_correction_is_a_plain_second_post(plant: pytest.MonkeyPatch) -> None:
    composed_for = release.composed_for
    plant.setattr(release, "composed_for", lambda *a, **more: composed_for(*a, **more | {"standing": {}}))


def what_was_withdrawn_may_be_sent_again(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(resolve, "why_not_again", lambda _: "")
    # The claim and the sweep look for themselves: all three must fail.
    plant.setattr(upkeep, "_recall", lambda: None)
    plant.setattr(outbox, "wanted", lambda: Q(id__gt=0))


def a_checkpoint_is_dropped_at_the_sweep(plant: pytest.MonkeyPatch) -> None:
    sweep = upkeep.sweep

    def forgetful(*about: Any) -> tuple[int, int]:
        counts = sweep(*about)
        Delivery.objects.filter(state="queued").update(checkpoint=None)
        return counts

    plant.setattr(upkeep, "sweep", forgetful)


def a_window_that_closed_never_opens_again(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(run, "_retime", lambda _: None)


def a_stop_stops_nothing(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(outbox, "supersede", lambda *_: 0)
    plant.setattr(outbox, "wanted", lambda: Q(id__gt=0))


BUGS: Mapping[Callable[[pytest.MonkeyPatch], None], tuple[str, ...]] = {
    sweep_requeues_everything: ("a worker dies", "the queue is drained"),
    settle_ignores_the_fence: (*LATE, "the queue is drained"),
    a_late_receipt_is_ignored: (*LATE, "an agency publishes"),
    feed_state_is_stored_first: ("an agency publishes",),
    a_claim_is_not_committed_before_the_first_byte: ("the queue is drained",),
    not_to_be_seen_means_send_again: ("a worker dies", "the queue is drained", "an officer approves"),
    a_withdrawal_forgets_what_is_under_way: ("a worker is slow", "an officer withdraws"),
    a_correction_is_a_plain_second_post: ("the queue is drained", "an officer corrects"),
    what_was_withdrawn_may_be_sent_again: ("a worker dies", "an officer withdraws", "a person errs"),
    a_checkpoint_is_dropped_at_the_sweep: ("the queue is drained", "minutes pass", "an agency publishes"),
    a_window_that_closed_never_opens_again: ("an officer approves", "a night passes"),
    a_stop_stops_nothing: ("an officer holds", "the queue is drained"),
}
"""What each needs, for these happen more often where it is looked for."""


ALWAYS = (sweep_requeues_everything, settle_ignores_the_fence, feed_state_is_stored_first)
"""What `make test` has time for; `make chaos` plants them all."""


@pytest.mark.parametrize("bug", BUGS if LONG > 1 else ALWAYS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(
    bug: Callable[[pytest.MonkeyPatch], None], machine: type[Simulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    machine.events = (*machine.events, *BUGS[bug] * 10)
    with pytest.raises(BrokenPromise):
        simulate(machine, 200, 30, Phase.generate)
