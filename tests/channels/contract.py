"""What every channel keeps: one suite, given a harness that shows the truth and makes the faults."""

from __future__ import annotations

import json
import logging
import traceback
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from channels.base import (
    Amendment,
    CannotChange,
    Channel,
    DeliveryError,
    Item,
    Json,
    NeedsHuman,
    Notice,
    NotSent,
    Part,
    Receipt,
    Rejected,
    RetryLater,
    TargetMoved,
    Uncertain,
)
from pipeline.compose.sandbox import environment, renderer
from tests.channels.items import HANOI, feed_item, make_item

RENDER = renderer(environment(None), None)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 9, 15, tzinfo=HANOI)
OLD, NEW, REASON = "hội trường Sao Mai", "nhà văn hóa Bình Minh", "ghi nhầm địa điểm"
LONG = "Người dân đến đúng giờ, mang theo căn cước và giấy mời của xã. "

Outcome = Receipt | DeliveryError


class Harness:
    """One channel beside the service that it speaks to."""

    channel: Channel
    secrets: Sequence[str] = ()
    """What no error, log or repr may hold."""
    replaces = True
    """A correction leaves nothing of the old words; else it stands beside them."""
    removes = True
    """A withdrawal leaves nothing of the words; else a notice says that they are void."""
    since = NOW
    """The service's time before any send."""

    def seen(self) -> list[str]:
        """The texts of all that readers see now."""
        raise NotImplementedError

    def came(self) -> int:
        """How many new messages, articles or files the service has taken so far."""
        raise NotImplementedError

    def failing(self, kind: str) -> AbstractContextManager[Channel]:
        """A fault for the next request; gives another channel to the same place, one of little patience."""
        raise NotImplementedError

    def sent(self, part: Part) -> None:
        """The ledger marks a part as sent, and our own web shows it."""


class Saved:
    """A checkpoint in memory."""

    def __init__(self) -> None:
        self.value: Mapping[str, Json] | None = None

    def save(self, value: Mapping[str, Json]) -> None:
        self.value = dict(value)


@dataclass
class Try:
    """One row of the ledger: a part, where it goes, what it acts on, and how far its sends have come."""

    harness: Harness
    part: Part
    standing: Sequence[Receipt] = ()
    target: str = ""
    way: int = 0
    saved: Saved = field(default_factory=Saved)

    @property
    def content(self) -> Mapping[str, Json]:
        return (self.part.content, *self.part.otherwise)[self.way]

    def send(self, channel: Channel | None = None) -> Outcome:
        """One try, as the engine makes it: by the next way where what stands there cannot be changed."""
        channel = channel or self.harness.channel
        part = Part(self.part.number, self.part.total, self.content)
        try:
            receipt = channel.send(
                part,
                target=self.target or channel.target,
                key=f"loa-7-1-{part.number}",
                checkpoint=self.saved,
                standing=self.standing,
            )
        except CannotChange as error:
            if self.way == len(self.part.otherwise):
                return error
            self.way, self.saved = self.way + 1, Saved()
            return self.send(channel)
        except DeliveryError as error:
            if isinstance(error, TargetMoved):
                self.target = error.target
            return error
        self.harness.sent(part)
        return receipt

    @property
    def may_go_again(self) -> bool:
        """Whether the ledger sends it again by itself where its outcome is in doubt."""
        return self.saved.value is not None or self.harness.channel.repeatable(self.content)


def tries(harness: Harness, parts: Sequence[Part], *sent: Sequence[Receipt]) -> list[Try]:
    """The rows of an errand; `sent`: the receipts of the errands before it, the newest first."""
    return [
        Try(
            harness,
            part,
            [
                r
                for receipts in sent
                for n, r in enumerate(receipts, 1)
                if part.total == 1 or n == part.number
            ],
        )
        for part in parts
    ]


def done(rows: Sequence[Try]) -> list[Receipt]:
    """All of them sent, without a fault."""
    receipts = []
    for row in rows:
        outcome = row.send()
        assert isinstance(outcome, Receipt), repr(outcome)
        receipts.append(outcome)
    return receipts


def wrong(text: str = "") -> Item:
    return make_item(html=f"<p>Cuộc họp ở {OLD}.</p>{text}", lead="")


def right(text: str = "") -> Item:
    item = make_item(html=f"<p>Cuộc họp ở {NEW}.</p>{text}", lead="")
    return replace(item, revision=2, amended=Amendment(REASON, LATER))


def notice(item: Item) -> Notice:
    return Notice(item.title, REASON, LATER, item.agency, "")


def long(words: int) -> str:
    return "".join(f"<p>Mục {n}. {LONG * 5}</p>" for n in range(1, words + 1))


ODD_ITEMS = {
    "long": lambda: feed_item("kh-05"),
    "252-character title": lambda: feed_item("kh-06"),
    "table": lambda: feed_item("vp-02"),
    "decomposed": lambda: feed_item("kh-04"),
    "emoji": lambda: make_item(html="".join(f"<p>{'👨‍👩‍👧 ' * 90}Hết đoạn.</p>" for _ in range(8))),
    "endless": lambda: make_item(html=long(120)),
}
ERRANDS = ("post", "correct", "withdraw")


class Contract:
    """Subclasses give the fixture `harness`."""

    def rows(self, harness: Harness, errand: str, text: str = "") -> list[Try]:
        """The rows of one errand; what it acts on has been sent."""
        channel = harness.channel
        parts = channel.compose(wrong(text), RENDER)
        if errand == "post":
            return tries(harness, parts)
        first = done(tries(harness, parts))
        if errand == "correct":
            return tries(harness, channel.correct(right(text), len(parts), RENDER), first)
        return tries(harness, channel.withdraw(notice(wrong()), len(parts), RENDER), first)

    def is_done(self, harness: Harness, errand: str, *, moved: bool = False) -> None:
        """What readers must see after the errand; what stands in a chat that is gone stays there."""
        seen = "\n".join(harness.seen()).casefold()
        match errand:
            case "post":
                assert seen.count(OLD.casefold()) == 1
            case "correct":
                assert NEW.casefold() in seen
                assert REASON in seen
                assert moved or not harness.replaces or OLD.casefold() not in seen
            case "withdraw" if harness.removes and not moved:
                assert OLD.casefold() not in seen
            case "withdraw":
                assert REASON in seen

    @pytest.mark.parametrize("odd", ODD_ITEMS)
    def test_every_article_goes_through_whatever_is_done_with_it(self, harness: Harness, odd: str) -> None:
        """The service is strict: what is beyond its limits it refuses."""
        item, channel = ODD_ITEMS[odd](), harness.channel
        again = replace(item, amended=Amendment(REASON * 60, LATER))
        parts = channel.compose(item, RENDER)
        posted = done(tries(harness, parts))
        assert all(text == unicodedata.normalize("NFC", text) for text in harness.seen())
        corrections = channel.correct(again, len(parts), RENDER)
        corrected = done(tries(harness, corrections, posted))
        removals = channel.withdraw(notice(item), max(len(parts), len(corrections)), RENDER)
        done(tries(harness, removals, corrected, posted))
        for made in (parts, corrections, removals):
            assert [(part.number, part.total) for part in made] == [
                (n, len(made)) for n in range(1, len(made) + 1)
            ]
            for part in made:
                contents = [part.content, *part.otherwise]
                assert json.loads(json.dumps(contents)) == [dict(content) for content in contents]

    def test_every_other_way_is_one_that_the_service_takes(self, harness: Harness) -> None:
        """What is sent where the first way is barred is a whole content too, for an odd article too."""
        item = replace(feed_item("kh-05"), amended=Amendment(REASON, LATER))
        parts = harness.channel.compose(item, RENDER)
        posted = done(tries(harness, parts))
        corrections = harness.channel.correct(item, len(parts), RENDER)
        removals = harness.channel.withdraw(notice(item), len(parts), RENDER)
        for part in (*corrections, *removals):
            for content in part.otherwise:
                done(tries(harness, [Part(part.number, part.total, content)], posted))

    @pytest.mark.parametrize("errand", ERRANDS)
    def test_what_was_asked_for_happens_once(self, harness: Harness, errand: str) -> None:
        rows = self.rows(harness, errand)
        if not rows:
            assert (errand, harness.channel.pulled) == ("withdraw", True)
            return
        came = harness.came()
        receipts = done(rows)
        self.is_done(harness, errand)
        if errand == "post":
            assert harness.came() == came + len(rows)
            assert all(receipt.ref for receipt in receipts)
        assert all(receipt.url is None or receipt.url.startswith("http") for receipt in receipts)
        for receipt in receipts:
            kept = {"ref": receipt.ref, "url": receipt.url, **receipt.detail}
            assert json.loads(json.dumps(kept)) == kept

    @pytest.mark.parametrize("errand", ERRANDS)
    def test_what_is_repeatable_has_the_effect_of_once(self, harness: Harness, errand: str) -> None:
        rows = self.rows(harness, errand)
        done(rows)
        if not all(harness.channel.repeatable(row.content) for row in rows):
            return
        came, seen = harness.came(), harness.seen()
        for row in rows:
            row.saved = Saved()
        done(rows)
        assert (harness.came(), harness.seen()) == (came, seen)

    def test_a_channel_that_is_closed_sends_nothing_or_holds_nothing(self, harness: Harness) -> None:
        (row,) = self.rows(harness, "post")
        harness.channel.close()
        outcome = row.send()
        assert isinstance(outcome, Receipt | NotSent), repr(outcome)
        assert harness.came() == isinstance(outcome, Receipt)


class UnderFaults(Contract):
    """For channels whose deliveries can fail: subclasses name the `kinds` that the harness can make."""

    kinds: ClassVar[Sequence[str]]
    refusal: ClassVar[str] = "too-many"
    """A kind after which the service certainly has nothing."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.kinds)

    @pytest.mark.parametrize("errand", ERRANDS)
    def test_a_part_that_is_refused_keeps_no_other_back_and_is_completed_later(
        self, harness: Harness, errand: str
    ) -> None:
        rows = self.rows(harness, errand, long(14))
        unlucky = rows[len(rows) // 2]
        with harness.failing(self.refusal) as hasty:
            refused = unlucky.send(hasty)
        assert isinstance(refused, NotSent | RetryLater), repr(refused)
        done([row for row in rows if row is not unlucky])
        done([unlucky])
        self.is_done(harness, errand)

    @pytest.mark.parametrize("errand", ERRANDS)
    def test_under_every_fault_the_outcome_is_the_truth(
        self, harness: Harness, kind: str, errand: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        rows = self.rows(harness, errand)
        assert len(rows) == 1
        row = rows[0]
        came, seen = harness.came(), harness.seen()
        with caplog.at_level(logging.DEBUG), harness.failing(kind) as hasty:
            outcome = row.send(hasty)
            told = [repr(hasty), caplog.text]
        fresh = harness.came() - came
        repeatable = harness.channel.repeatable(row.content)
        match outcome:
            case Receipt():
                assert fresh == 1 or (repeatable and errand != "post")
            case Uncertain():
                assert fresh in (0, 1)
            case NotSent() | RetryLater() | NeedsHuman() | Rejected():
                assert row.saved.value or (fresh, harness.seen()) == (0, seen)
            case _:
                raise AssertionError(repr(outcome))
        if isinstance(outcome, DeliveryError):
            told += [str(outcome), repr(outcome), *traceback.format_exception(outcome)]
        assert not [secret for secret in harness.secrets for text in told if secret in text]
        if isinstance(outcome, Uncertain) and not row.may_go_again:
            self.is_found_if_it_is_there(harness, row, came)
            return
        if isinstance(outcome, DeliveryError):
            done([row])
        self.is_done(harness, errand, moved=isinstance(outcome, TargetMoved))
        if errand == "post":
            assert harness.came() == came + 1

    def is_found_if_it_is_there(self, harness: Harness, row: Try, came: int) -> None:
        """`came`: before the send. A request that comes in late may be there only after we have looked."""
        channel, there = harness.channel, harness.came() > came
        found = channel.find(row.part, target=channel.target, key="loa-7-1-1", since=harness.since)
        if found is not None:
            assert channel.asks
            assert found.ref
            assert harness.came() == came + 1
        else:
            assert not (there and channel.asks)
