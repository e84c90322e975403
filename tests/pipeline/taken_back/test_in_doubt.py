"""Corrected or withdrawn while nobody knows whether the post is there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import Rejected, RetryLater, Uncertain
from pipeline.deliver import outbox, pauses, restored, upkeep
from pipeline.deliver.engine import real_now
from pipeline.deliver.resolve import NotResolvable, Word, resolve
from pipeline.models import ChannelState, Delivery
from tests.pipeline.day import Day
from tests.pipeline.ledger import NOW, post, revision
from tests.pipeline.taken_back.acting import correct, deliver, errands, withdraw

pytestmark = pytest.mark.django_db


def test_a_correction_waits_for_what_is_in_doubt_and_follows_the_persons_word(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.says("1")
    day.telegram.answers = [Uncertain("im lặng")]
    day.once()
    assert day.states()["telegram"] == ["uncertain"]
    correct(day)
    deliver(day)
    assert errands(day, "telegram") == [("post", "uncertain"), ("correct", "queued")]
    doubtful = Delivery.objects.get(channel="telegram", errand="post")
    with pytest.raises(NotResolvable, match="đã có bản khác"):
        resolve(doubtful.id, "lan", Word.RESEND, now=day.now, real_now=day.now)
    resolve(doubtful.id, "lan", Word.DROP, now=day.now, real_now=day.now)
    deliver(day)
    assert errands(day, "telegram") == [("post", "superseded"), ("correct", "sent")]
    assert list(day.telegram.shown.values()) == ["Đính chính: Tin 1 (đã sửa: nhầm buổi)"]


def test_where_the_channel_can_be_asked_it_is_asked_and_nothing_is_sent_again(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.asks = day.zalo.keyed = True
    day.zalo.repeatable = lambda content: False  # type: ignore[method-assign]
    day.says("1")
    day.says("2")
    day.zalo.answers = [Uncertain("im lặng"), Uncertain("im lặng")]
    day.once()
    first, second = Delivery.objects.filter(channel="zalo").order_by("id")
    assert (first.state, second.state) == ("uncertain", "uncertain")
    assert first.wake_at is not None
    day.zalo.shown[f"loa-{first.article_id}-{first.revision_id}-zalo-1"] = "Tin 1"
    Delivery.objects.filter(state="uncertain").update(wake_at=real_now())
    deliver(day)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("sent", "uncertain")
    assert day.zalo.accepted == []
    Delivery.objects.filter(id=second.id).update(
        claimed_at=real_now() - timedelta(hours=1), wake_at=real_now()
    )
    deliver(day)
    second.refresh_from_db()
    assert (second.state, second.wake_at) == ("uncertain", None)


def test_what_was_half_way_is_taken_back_when_the_channel_shows_it(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.asks = True
    day.says("1")
    day.zalo.answers = [RetryLater("đang xử lý", 60)]
    day.once()
    half_way = Delivery.objects.get(channel="zalo")
    Delivery.objects.filter(id=half_way.id).update(checkpoint={"token": "t"})
    ChannelState.objects.all().delete()
    day.zalo.shown[f"loa-{half_way.article_id}-{half_way.revision_id}-zalo-1"] = "Tin 1"
    withdraw(day)
    Delivery.objects.filter(state="uncertain").update(wake_at=real_now())
    deliver(day)
    deliver(day)
    assert day.zalo.shown == {}


def test_a_withdrawal_does_not_wait_for_an_edit_in_doubt(day: Day) -> None:
    correct(day)
    long_ago = {
        "claimed_at": real_now() - timedelta(hours=1),
        "lease_until": real_now() - timedelta(minutes=1),
    }
    edit = Delivery.objects.filter(channel="telegram", errand="correct")
    edit.update(state="sending", owner="dead", fence=1, **long_ago)
    withdraw(day)
    for _ in range(3):
        deliver(day)
    assert day.telegram.shown == {}


def test_after_a_restore_what_may_have_gone_out_is_taken_back_too(day: Day) -> None:
    snapshot = {"state": "queued", "receipt": None, "sent_at": None, "fence": 0, "claimed_at": None}
    Delivery.objects.filter(channel="telegram").update(**snapshot)
    restored.begin(day.office.channels, day.now, "Khôi phục", "vanhanh", real_now())
    withdraw(day)
    assert errands(day, "telegram") == [("post", "uncertain"), ("withdraw", "queued")]


def test_what_was_decided_after_a_restore_cannot_have_gone_out_before(day: Day) -> None:
    restored.begin(day.office.channels, day.now, "Khôi phục", "vanhanh", real_now())
    correct(day)
    withdraw(day)
    assert errands(day, "telegram") == [("post", "sent"), ("correct", "withdrawn"), ("withdraw", "queued")]


def test_the_rest_of_a_post_that_was_dropped_goes_nowhere() -> None:
    outbox.enqueue(revision(), [post(texts=["một", "hai"])], NOW)
    Delivery.objects.filter(part=1).update(state="uncertain")
    resolve(Delivery.objects.get(part=1).id, "lan", Word.DROP, now=NOW, real_now=NOW)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"superseded"}


@pytest.mark.parametrize("act", ["withdraw", "correct"])
def test_what_may_be_there_although_it_is_queued_is_in_doubt_when_it_is_stopped(
    tmp_path: Path, act: str
) -> None:
    day = Day(tmp_path)
    day.zalo.keyed, day.zalo.edits = True, False
    day.zalo.answers = [Uncertain("im lặng")]
    day.says("1")
    day.once()
    assert errands(day, "zalo") == [("post", "queued")]
    withdraw(day) if act == "withdraw" else correct(day)
    assert errands(day, "zalo") == [("post", "uncertain"), (act, "queued")]
    doubtful = Delivery.objects.get(channel="zalo", errand="post")
    resolve(doubtful.id, "lan", Word.SENT, now=day.now, real_now=day.now, url="https://z.example/1")
    deliver(day)
    assert errands(day, "zalo")[1] == (act, "sent")


def test_what_was_handed_in_and_is_being_processed_is_taken_back_too(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.answers = [RetryLater("đang xử lý", 60)]
    day.says("1")
    day.once()
    Delivery.objects.filter(channel="zalo").update(checkpoint={"token": "t"})
    withdraw(day)
    assert errands(day, "zalo") == [("post", "uncertain"), ("withdraw", "queued")]


def test_what_a_dead_worker_may_have_sent_before_the_withdrawal_is_not_forgotten(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.keyed = True
    day.says("1")
    pauses.pause("zalo", "", "thử", "hoa", real_now())
    day.once()
    pauses.resume("zalo", "", "hoa", real_now())
    outbox.claim(day.office.channels, "dead", 1, now=day.now, real_now=real_now())
    withdraw(day)
    upkeep.sweep(day.office.channels, lambda owner: owner == "dead", real_now())
    assert errands(day, "zalo") == [("post", "uncertain"), ("withdraw", "queued")]


def test_a_refusal_does_not_undo_the_doubt_about_an_earlier_try(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.keyed = True
    day.zalo.answers = [Uncertain("im lặng"), Rejected("sai")]
    day.says("1")
    day.once()
    deliver(day)
    assert errands(day, "zalo") == [("post", "uncertain")]


def test_nobody_waits_for_a_channel_that_cannot_be_asked(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.keyed = True
    day.zalo.answers = [Uncertain("im lặng")]
    day.says("1")
    day.once()
    withdraw(day)
    deliver(day)
    doubtful = Delivery.objects.get(channel="zalo", errand="post")
    assert (doubtful.state, doubtful.wake_at) == ("uncertain", None)
    resolve(doubtful.id, "lan", Word.DROP, now=day.now, real_now=real_now())
    assert day.states()["zalo"] == ["withdrawn", "queued"]
