"""Thousands of simulated steps keep every promise, and each planted bug is caught by one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pipeline import release, run
from pipeline.collect import stage
from pipeline.deliver import ask, outbox, resolve
from pipeline.deliver.standing import standing_of
from pipeline.models import Delivery
from tests.pipeline.simulation import BrokenPromise, Simulation

LONG = 40 if os.environ.get("LOA_LONG") else 1

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(tmp_path: Path) -> type[Simulation]:
    return type("Simulated", (Simulation,), {"folder": tmp_path})


def simulate(machine: type[Simulation], examples: int, *phases: Phase) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples * LONG,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_promise_is_kept(machine: type[Simulation]) -> None:
    simulate(
        machine,
        int(os.environ.get("EX", "60")),
        *([Phase.generate, Phase.shrink] if os.environ.get("SHRINK") else [Phase.generate]),
    )


def sweep_requeues_everything(plant: pytest.MonkeyPatch) -> None:
    sweep = outbox.sweep

    def careless(*about: Any) -> tuple[int, int]:
        counts = sweep(*about)
        Delivery.objects.filter(state="uncertain", error__startswith="Chương trình").update(
            state="queued", wake_at=None
        )
        return counts

    plant.setattr(outbox, "sweep", careless)


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
    found = ask._ask

    def hasty(channel: Any, row: Delivery, *when: Any) -> bool:
        channel.made, made = {}, channel.made
        seen = found(channel, row, *when)
        channel.made = made
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
    plant.setattr(outbox, "_wanted", lambda: outbox.Q())


def a_checkpoint_is_dropped_at_the_sweep(plant: pytest.MonkeyPatch) -> None:
    sweep = outbox.sweep

    def forgetful(*about: Any) -> tuple[int, int]:
        counts = sweep(*about)
        Delivery.objects.filter(state="queued").update(checkpoint=None)
        return counts

    plant.setattr(outbox, "sweep", forgetful)


def a_window_that_closed_never_opens_again(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(run, "_retime", lambda _: None)


def a_stop_stops_nothing(plant: pytest.MonkeyPatch) -> None:
    plant.setattr(outbox, "supersede", lambda *_: 0)
    plant.setattr(outbox, "_wanted", lambda: outbox.Q())


BUGS: Sequence[Callable[[pytest.MonkeyPatch], None]] = (
    sweep_requeues_everything,
    settle_ignores_the_fence,
    a_late_receipt_is_ignored,
    feed_state_is_stored_first,
    a_claim_is_not_committed_before_the_first_byte,
    not_to_be_seen_means_send_again,
    a_withdrawal_forgets_what_is_under_way,
    a_correction_is_a_plain_second_post,
    what_was_withdrawn_may_be_sent_again,
    a_checkpoint_is_dropped_at_the_sweep,
    a_window_that_closed_never_opens_again,
    a_stop_stops_nothing,
)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(
    bug: Callable[[pytest.MonkeyPatch], None], machine: type[Simulation], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    with pytest.raises(BrokenPromise):
        simulate(machine, int(os.environ.get("PEX", "40")), Phase.generate)
