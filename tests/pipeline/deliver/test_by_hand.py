"""A card is taken once, settled by a word and by nothing else; what follows it waits for that word."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Part
from pipeline.deliver import by_hand, outbox, pauses, upkeep
from pipeline.deliver.by_hand import done, drop, give_back, offered, take, taken
from pipeline.deliver.engine import Engine
from pipeline.deliver.resolve import NotResolvable
from pipeline.deliver.standing import must_come_down, standing_of
from pipeline.models import Article, AuditEntry, Delivery, Errand, State
from tests.pipeline.ledger import NOW, Remote, channels, post, revision

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PAGE = "https://facebook.example/1"
BOTH = channels(Remote(), Remote(id="trang", by_hand=True, account="trang"))


def card(channel: str = "trang", **fields: Any) -> Delivery:
    outbox.enqueue(revision(), [post(channel, **fields)], NOW)
    return Delivery.objects.get()


def errand(row: Delivery, kind: Errand, *, unsettled: bool = False) -> Delivery:
    """A correction's or a withdrawal's card for what `row` has left, or may leave, standing."""
    waits = {1: row.id} if unsettled else {}
    part = Part(1, 1, {"method": "x", "text": "x"})
    made = outbox.Post("trang", row.target, (part,), NOW, NOW + HOUR, None, 2, None, kind, waits)
    outbox.enqueue(row.revision, [made], NOW)
    return Delivery.objects.latest("id")


def took(row: Delivery, who: str = "lan", now: datetime = NOW) -> None:
    take(row.id, ["trang"], who, now=now, real_now=now)


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


def test_no_worker_claims_a_card_however_long_it_waits() -> None:
    row = card()
    engine = Engine(BOTH, "here:1", lambda: NOW, patience=0)
    assert engine.drain() == 0
    assert outbox.claim(BOTH, "here:1", 5, now=NOW, real_now=NOW) == outbox.Claims(())
    assert state(row) == "queued"
    assert not BOTH["trang"].accepted


def test_a_card_is_taken_by_one_person_and_sent_only_by_a_word() -> None:
    row = card()
    took(row)
    assert (state(row), by_hand.holder(row), row.lease_until, row.attempts) == ("sending", "lan", None, 1)
    with pytest.raises(NotResolvable, match="đã có người nhận"):
        took(row, "minh")
    done(row.id, "lan", PAGE, NOW)
    assert (state(row), row.url, row.receipt) == ("sent", PAGE, {"ref": "", "url": PAGE, "by": "lan"})
    with pytest.raises(NotResolvable, match="không còn trong tay ai"):
        done(row.id, "minh", PAGE, NOW)
    said = AuditEntry.objects.order_by("sequence").values_list("who", "act", "subject")
    subject = f"delivery:{row.id}"
    assert list(said) == [("lan", "card-taken", subject), ("lan", "card-done", subject)]


@pytest.mark.parametrize(
    "word",
    [
        lambda row: done(row.id, "lan", PAGE, NOW),
        lambda row: give_back(row.id, "lan"),
        lambda row: drop(row.id, "lan", "x"),
    ],
)
def test_what_nobody_has_taken_cannot_be_settled(word: Callable[[Delivery], None]) -> None:
    row = card()
    with pytest.raises(NotResolvable):
        word(row)
    assert state(row) == "queued"


def test_what_a_worker_holds_is_no_card() -> None:
    row = card("telegram")
    outbox.claim(BOTH, "here:1", 5, now=NOW, real_now=NOW)
    with pytest.raises(NotResolvable):
        done(row.id, "lan", PAGE, NOW)
    assert list(taken(["trang", "telegram"])) == []


def test_no_clock_and_no_dead_worker_ends_what_a_person_holds() -> None:
    row = card()
    took(row)
    assert upkeep.sweep(BOTH, lambda owner: False, NOW + timedelta(days=30)) == (0, 0)
    assert list(taken(["trang"])) == [row]
    assert state(row) == "sending"


@pytest.mark.parametrize(
    ("fields", "now"),
    [
        ({"due_at": NOW + HOUR}, NOW),
        ({"closes_at": NOW - HOUR, "due_at": NOW - 2 * HOUR}, NOW),
        ({"expires_at": NOW}, NOW),
    ],
)
def test_a_card_waits_for_its_time_as_every_post_does(fields: dict[str, Any], now: datetime) -> None:
    row = card(**fields)
    assert not offered(["trang"], now, now).exists()
    with pytest.raises(NotResolvable):
        took(row, now=now)


@pytest.mark.parametrize("target", ["", "@tinh"])
def test_a_paused_place_offers_nothing(target: str) -> None:
    row = card()
    pauses.pause("trang", target, "Trang bị khóa", "hoa", NOW)
    assert not offered(["trang"], NOW, NOW).exists()
    with pytest.raises(NotResolvable):
        took(row)
    pauses.resume("trang", "Xong", "hoa", NOW)
    took(row)


def test_a_card_is_given_back_for_somebody_else() -> None:
    row = card()
    took(row)
    give_back(row.id, "lan")
    assert (state(row), by_hand.holder(row)) == ("queued", "")
    took(row, "minh")
    assert (state(row), by_hand.holder(row), row.fence) == ("sending", "minh", 2)


@pytest.mark.parametrize(
    ("kind", "after"), [(Errand.POST, "superseded"), (Errand.CORRECT, "failed"), (Errand.WITHDRAW, "failed")]
)
def test_what_is_not_done_says_why_and_what_readers_have_goes_on_asking(kind: Errand, after: str) -> None:
    row = card()
    took(row)
    if kind != Errand.POST:
        done(row.id, "lan", PAGE, NOW)
        row = errand(row, kind)
        took(row)
    drop(row.id, "lan", "Trang không cho sửa")
    assert (state(row), row.error) == (after, "Trang không cho sửa")


def test_a_withdrawal_waits_for_the_word_on_what_somebody_holds_and_then_takes_it_down() -> None:
    row = card()
    took(row)
    Article.objects.update(state=State.WITHDRAWN)
    outbox.withdraw(row.article, [])
    assert standing_of([row.article])[row.article_id]["trang"].unsettled == {1: row.id}
    removal = errand(row, Errand.WITHDRAW, unsettled=True)
    assert not offered(["trang"], NOW, NOW).exists()
    assert not must_come_down([]).exists()
    done(row.id, "lan", PAGE, NOW)
    took(removal)
    done(removal.id, "lan", "", NOW)
    assert (state(row), state(removal)) == ("withdrawn", "sent")


def test_a_withdrawal_of_what_was_never_posted_ends_by_itself() -> None:
    row = card()
    took(row)
    Article.objects.update(state=State.WITHDRAWN)
    removal = errand(row, Errand.WITHDRAW, unsettled=True)
    assert by_hand.lift_empty(["trang"]) == 0
    drop(row.id, "lan", "Bài đã gỡ")
    upkeep.sweep(BOTH, lambda owner: False, NOW)
    assert state(removal) == "superseded"


def test_a_correction_waits_for_the_word_too() -> None:
    row = card()
    took(row)
    amended = errand(row, Errand.CORRECT, unsettled=True)
    assert not offered(["trang"], NOW, NOW).exists()
    done(row.id, "lan", PAGE, NOW)
    assert list(offered(["trang"], NOW, NOW)) == [amended]


def test_an_address_of_another_article_is_refused() -> None:
    first = card()
    took(first)
    done(first.id, "lan", PAGE, NOW)
    outbox.enqueue(revision("Tin khác"), [post("trang")], NOW)
    second = Delivery.objects.latest("id")
    took(second)
    with pytest.raises(NotResolvable, match="của bài “Tin”"):
        done(second.id, "lan", PAGE, NOW)
    assert state(second) == "sending"


WORDS: dict[str, Callable[[Delivery], object]] = {
    "take": took,
    "take by another": lambda row: took(row, "minh"),
    "done": lambda row: done(row.id, "lan", PAGE, NOW),
    "give back": lambda row: give_back(row.id, "lan"),
    "drop": lambda row: drop(row.id, "lan", "Không đăng"),
}
MOVES = {
    ("queued", "take"): ("sending", "lan"),
    ("queued", "take by another"): ("sending", "minh"),
    ("sending", "done"): ("sent", ""),
    ("sending", "give back"): ("queued", ""),
    ("sending", "drop"): ("superseded", ""),
}
"""All that a person's words may change: a state and a word, and what comes of them."""


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*WORDS, "a worker looks", "a sweep", "a pause", "a resume"]), max_size=12))
def test_whatever_is_said_in_whatever_order_only_these_words_move_a_card(said: list[str]) -> None:
    with transaction.atomic():
        row, stands, paused = card(), ("queued", ""), False
        for word in said:
            if word == "a worker looks":
                assert outbox.claim(BOTH, "here:1", 5, now=NOW, real_now=NOW).rows == ()
            elif word == "a sweep":
                upkeep.sweep(BOTH, lambda owner: True, NOW + timedelta(days=9))
            elif word == "a pause":
                pauses.pause("trang", "", "x", "hoa", NOW)
                paused = True
            elif word == "a resume":
                pauses.resume("trang", "x", "hoa", NOW)
                paused = False
            else:
                moved = MOVES.get((stands[0], word))
                moved = None if paused and word.startswith("take") else moved
                with nullcontext() if moved else pytest.raises(NotResolvable):
                    WORDS[word](row)
                stands = moved or stands
            assert (state(row), by_hand.holder(row)) == stands
        assert len(BOTH["trang"].accepted) == 0
        transaction.set_rollback(True)


def both(word: Callable[[str], None]) -> list[str]:
    """Two people say the same at once; who was heard."""
    heard: list[str] = []
    ready = threading.Barrier(2)

    def says(who: str) -> None:
        try:
            ready.wait()
            word(who)
            heard.append(who)
        except NotResolvable:
            pass
        finally:
            connection.close()

    people = [threading.Thread(target=says, args=(who,)) for who in ("lan", "minh")]
    for each in people:
        each.start()
    for each in people:
        each.join()
    return heard


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_the_card_and_one_word_settles_it() -> None:
    row = card()
    [who] = both(lambda person: took(row, person))
    assert (state(row), by_hand.holder(row), row.fence) == ("sending", who, 1)
    assert len(both(lambda person: done(row.id, person, PAGE, NOW))) == 1
    assert AuditEntry.objects.filter(act__startswith="card-").count() == 2
