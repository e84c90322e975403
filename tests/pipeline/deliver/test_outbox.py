"""The ledger: what is claimed is claimed once, what is in doubt is said, nothing is sent too early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import (
    Limit,
    NeedsHuman,
    NotSent,
    Part,
    Receipt,
    Rejected,
    RetryLater,
    TargetMoved,
    Uncertain,
)
from pipeline.deliver import outbox, pauses, upkeep
from pipeline.deliver.outbox import Claimed
from pipeline.deliver.resolve import SETTLES, NotResolvable, Word, resolve
from pipeline.deliver.standing import must_come_down
from pipeline.models import ChannelState, Delivery
from tests.pipeline.ledger import FAR, NOW, Remote, channels, post, revision

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def claim(remotes=None, *, now=NOW, real=NOW, most=10) -> list[Claimed]:  # type: ignore[no-untyped-def]
    return list(outbox.claim(remotes or channels(), "here:1", most, now=now, real_now=real).rows)


def settle(claimed: Claimed, outcome, remotes=None, *, real=NOW) -> None:  # type: ignore[no-untyped-def]
    outbox.settle([(claimed, outcome)], remotes or channels(), NOW, real)


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def test_a_claim_is_committed_intent_and_nobody_gets_it_twice() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    row = Delivery.objects.get()
    assert (row.state, row.fence, row.attempts) == ("sending", 1, 1)
    assert row.lease_until == NOW + outbox.LEASE
    assert claim() == []
    settle(claimed, Receipt("77", "https://t.me/tinh/77"))
    row.refresh_from_db()
    assert (row.state, row.url, row.receipt["ref"]) == ("sent", "https://t.me/tinh/77", "77")  # type: ignore[index]


def test_enqueue_twice_is_enqueue_once() -> None:
    row = revision()
    for _ in range(2):
        outbox.enqueue(row, [post(texts=["một", "hai"])], NOW)
    assert states() == ["queued", "queued"]


def test_part_n_waits_for_part_n_minus_one_and_a_link_for_its_page() -> None:
    both = channels(Remote(id="cong"), Remote())
    posts = [post(texts=["một", "hai"], waits_for="cong"), post("cong", ["trang"])]
    outbox.enqueue(revision(), posts, NOW)
    for expected in ("cong", "telegram", "telegram"):
        [claimed] = claim(both)
        assert claimed.channel == expected
        settle(claimed, Receipt("1"), both)
    assert states() == ["sent"] * 3


@pytest.mark.parametrize(
    ("outcome", "state", "attempts", "waits"),
    [
        (NotSent("không nối được"), "queued", 1, timedelta(seconds=30)),
        (RetryLater("chờ", 7), "queued", 0, timedelta(seconds=7)),
        (Rejected("sai nội dung"), "failed", 1, None),
        (NeedsHuman("hết quyền"), "queued", 0, None),
        (Uncertain("im lặng"), "uncertain", 1, None),
    ],
)
def test_what_each_outcome_makes_of_a_row(outcome, state, attempts, waits) -> None:  # type: ignore[no-untyped-def]
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    settle(claimed, outcome)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == (state, attempts, str(outcome))
    assert row.wake_at == (NOW + waits if waits else None)
    if waits:
        assert claim(real=NOW + waits - SECOND) == []
        assert len(claim(real=NOW + waits)) == 1


def test_a_refusal_that_only_a_person_can_mend_pauses_and_loses_nothing() -> None:
    outbox.enqueue(revision("một"), [post()], NOW)
    outbox.enqueue(revision("hai"), [post()], NOW)
    first, _ = claim()
    settle(first, NeedsHuman("token sai"))
    assert claim(real=NOW + timedelta(days=9)) == []
    assert pauses.resume("telegram", "đã thay token", "vanhanh", NOW) == 1
    assert [c.id for c in claim()] == [first.id]


def test_a_group_that_became_a_supergroup_is_reached_where_it_is_now() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    settle(claimed, TargetMoved("nhóm đã chuyển", "-1001"))
    [again] = claim()
    assert (again.target, again.address) == ("@tinh", "-1001")
    assert Delivery.objects.get().target == "@tinh"


def test_only_the_holder_of_the_fence_may_confirm() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [first] = claim()
    repeatable = channels(Remote(keyed=True))
    assert upkeep.sweep(repeatable, lambda _owner: True, NOW) == (1, 0)
    [second] = claim(repeatable)
    settle(first, Rejected("chậm"), repeatable)
    assert states() == ["sending"]
    settle(second, Receipt("2"), repeatable)
    assert states() == ["sent"]


def test_a_late_reply_still_confirms_a_row_in_doubt() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    assert upkeep.sweep(channels(), lambda _owner: True, NOW) == (0, 1)
    assert states() == ["uncertain"]
    settle(claimed, Receipt("5"))
    assert states() == ["sent"]


def test_sweep_leaves_the_living_alone_until_their_lease_ends() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    claim()
    alive = lambda _owner: False  # noqa: E731
    assert upkeep.sweep(channels(), alive, NOW + outbox.LEASE) == (0, 0)
    assert upkeep.sweep(channels(), alive, NOW + outbox.LEASE + SECOND) == (0, 1)
    assert claim(real=NOW + timedelta(days=1)) == []


def test_a_send_with_a_checkpoint_goes_on_from_it() -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    outbox.save_checkpoint(claimed, {"token": "abc"})
    upkeep.sweep(channels(), lambda _owner: True, NOW)
    [again] = claim()
    assert again.checkpoint == {"token": "abc"}
    with pytest.raises(outbox.LostClaim):
        outbox.save_checkpoint(claimed, {"token": "khác"})


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_ends_the_doubt(sent: bool) -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim()
    settle(claimed, Uncertain("im lặng"))
    resolve(
        claimed.id, "lan", Word.SENT if sent else Word.RESEND, now=NOW, real_now=NOW, url="https://t.me/x/1"
    )
    assert states() == ["sent" if sent else "queued"]
    if sent:
        with pytest.raises(NotResolvable):
            resolve(claimed.id, "lan", Word.RESEND, now=NOW, real_now=NOW)


@pytest.mark.parametrize("word", [Word.RESEND, Word.DROP])
def test_it_is_not_there_may_be_said_only_when_the_service_had_time_to_show_it(word: Word) -> None:
    remotes = channels(Remote(asks=True))
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = claim(remotes)
    settle(claimed, Uncertain("im lặng"), remotes)
    with pytest.raises(NotResolvable, match="xem lại sau 120 giây"):
        resolve(claimed.id, "lan", word, now=NOW, real_now=NOW + SECOND / 4)
    assert states() == ["uncertain"]
    resolve(claimed.id, "lan", word, now=NOW, real_now=NOW + SETTLES)
    assert states() != ["uncertain"]


def test_nothing_leaves_before_its_time_after_its_window_or_past_its_expiry() -> None:
    hour = timedelta(hours=1)
    outbox.enqueue(
        revision(), [post(due_at=NOW + hour, closes_at=NOW + 2 * hour, expires_at=NOW + 3 * hour)], NOW
    )
    assert claim() == []
    assert claim(now=NOW + 2 * hour + SECOND) == []
    assert [row.id for row in upkeep.late(NOW + 2 * hour + SECOND)] == [Delivery.objects.get().id]
    assert len(claim(now=NOW + 2 * hour)) == 1
    outbox.enqueue(revision("hai"), [post(expires_at=NOW)], NOW)
    assert claim() == []
    assert states() == ["sending", "failed"]


def test_the_most_urgent_goes_first() -> None:
    for rank in (0, 2, 1):
        outbox.enqueue(revision(f"hạng {rank}"), [post(rank=rank)], NOW)
    assert [Delivery.objects.get(id=c.id).priority for c in claim()] == [2, 1, 0]


def test_a_slow_chat_does_not_hold_up_another() -> None:
    both = channels(Remote(limits=(Limit("target", 1, 60.0),)), Remote(id="zalo", target="nhom"))
    for n in range(3):
        outbox.enqueue(revision(f"tin {n}"), [post(), post("zalo", target="nhom")], NOW)
    assert sorted(c.channel for c in claim(both)) == ["telegram", "zalo", "zalo", "zalo"]


def test_429_holds_that_chat_only() -> None:
    both = channels(Remote(), Remote(id="zalo", target="nhom"))
    outbox.enqueue(revision(), [post(), post("zalo", target="nhom")], NOW)
    outbox.enqueue(revision("hai"), [post()], NOW)
    first = claim(both, most=1)[0]
    settle(first, RetryLater("chậm lại", 30), both)
    assert [c.channel for c in claim(both)] == ["zalo"]
    assert ChannelState.objects.get().wake_at == NOW + 30 * SECOND


def test_a_withdrawal_stops_the_unsent_and_lists_what_stands() -> None:
    remotes = channels(Remote(id="cong", pulled=True), Remote())
    row = revision()
    outbox.enqueue(row, [post("cong", target="portal"), post(texts=["một", "hai"])], NOW)
    for claimed in claim(remotes):
        settle(claimed, Receipt("1"), remotes)
    article = row.article
    article.state = "withdrawn"
    article.save()
    outbox.withdraw(article, ["cong"])
    [left] = must_come_down(["cong"])
    assert (left.channel, left.part, left.state) == ("telegram", 1, "sent")
    assert states() == ["withdrawn", "sent", "withdrawn"]
    with pytest.raises(NotResolvable):
        resolve(left.id, "lan", Word.RESEND, now=NOW, real_now=NOW)


def test_what_has_begun_is_finished_and_the_rest_is_superseded_and_may_be_taken_up_again() -> None:
    remotes = channels(Remote(id="zalo", target="nhom"), Remote())
    row = revision()
    posts = [post("zalo", ["một", "hai"], target="nhom"), post()]
    outbox.enqueue(row, posts, NOW)
    first = claim(channels(remotes["zalo"]))[0]
    settle(first, Receipt("1"), remotes)
    assert outbox.supersede(row.article) == 1
    assert states() == ["sent", "queued", "superseded"]
    outbox.enqueue(row, posts, NOW)
    assert states() == ["sent", "queued", "queued"]


def test_parts_are_frozen_with_their_hash() -> None:
    outbox.enqueue(revision(), [post(texts=["ngày 01/12"])], NOW)
    row = Delivery.objects.get()
    first, second = (Part(1, 1, {"text": f"ngày 0{n}/12"}) for n in (1, 2))
    assert row.content_hash == outbox.digest(first) != outbox.digest(second)
    assert row.closes_at == FAR
