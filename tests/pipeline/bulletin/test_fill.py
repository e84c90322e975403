"""The rules of a bulletin, held against whatever could be in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.base import Priority
from pipeline.bulletin.fill import (
    DUE,
    READ,
    WEEK,
    Candidate,
    Filled,
    Group,
    Item,
    Offer,
    Rank,
    Slot,
    Why,
    fill,
)

AT = datetime(2026, 11, 23, 22, tzinfo=UTC)
"""05:00 on a Tuesday in Hà Nội."""
SLOT = Slot(AT, 900)
FRAME = 60
HEARD = dict.fromkeys(Group, AT - timedelta(days=1))
"""Nothing is due."""
DAY = timedelta(days=1)


def measure(items: Sequence[Item]) -> int:
    return FRAME + sum(item.offer.seconds for item in items)


def wordy(items: Sequence[Item]) -> int:
    """As a greeting that names some of the titles, and links that differ: no sum of its items."""
    names = sum(item.candidate.article * 7 % 23 for item in items[:3])
    return measure(items) + names - 3 * len(items)


def news(article: int, seconds: int = 100, **more: Any) -> Candidate:
    since = AT - timedelta(hours=article)
    return replace(Candidate(article, Priority.NORMAL, since, (Offer(seconds),)), **more)


def guide(article: int, group: Group, **more: Any) -> Candidate:
    return news(article, evergreen=True, groups=frozenset({group}), **more)


moments = st.integers(-24 * 9, 24).map(lambda hours: AT + timedelta(hours=hours))
offers = st.one_of(
    st.integers(5, 1200).map(lambda seconds: (Offer(seconds),)),
    st.tuples(st.integers(300, 1200), st.integers(60, 299), st.integers(1, 4)).map(
        lambda known: (Offer(known[0]), Offer(known[1], known[2]))
    ),
)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    return [
        Candidate(
            article=article,
            level=draw(st.sampled_from(Priority)),
            since=draw(moments),
            offers=draw(offers),
            amends=draw(st.booleans()) and draw(st.booleans()),
            embargo=draw(st.none() | moments),
            expires=draw(st.none() | moments),
            evergreen=(evergreen := draw(st.booleans())),
            groups=frozenset(draw(st.sets(st.sampled_from(Group)))) if evergreen else frozenset(),
            aired=draw(st.none() | moments.filter(lambda moment: moment < AT)),
            again=draw(st.booleans()) and draw(st.booleans()),
        )
        for article in range(draw(st.integers(0, 14)))
    ]


heards = st.dictionaries(st.sampled_from(Group), moments.filter(lambda moment: moment < AT))


def articles(filled: Filled) -> list[int]:
    return [item.candidate.article for item in filled.items]


def why(filled: Filled, article: int) -> Why:
    return next(left.why for left in filled.left if left.candidate.article == article)


@given(candidates(), heards, st.sampled_from([measure, wordy]))
def test_every_rule_holds_for_every_bulletin(
    offered: list[Candidate], heard: dict[Group, datetime], length: object
) -> None:
    filled = fill(offered, SLOT, heard, length)  # type: ignore[arg-type]
    assert filled.seconds <= SLOT.seconds or not filled.items
    assert filled.seconds + filled.shortfall == SLOT.seconds
    assert sorted(articles(filled) + [left.candidate.article for left in filled.left]) == list(
        range(len(offered))
    )
    for item in filled.items:
        each = item.candidate
        assert item.offer in each.offers
        assert each.embargo is None or each.embargo <= AT
        if each.amends:
            continue
        assert each.expires is None or each.expires >= SLOT.ends_at
        assert each.evergreen or AT - each.since < WEEK
        if each.aired and not each.again:
            assert each.evergreen
            assert AT - each.aired >= WEEK
    ranks = [item.rank for item in filled.items]
    assert ranks == sorted(ranks, key=READ.index)


@given(candidates(), heards, st.randoms())
def test_the_order_in_which_they_come_changes_nothing(
    offered: list[Candidate], heard: dict[Group, datetime], random: object
) -> None:
    shuffled = list(offered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fill(shuffled, SLOT, heard, measure) == fill(offered, SLOT, heard, measure)


@given(candidates(), heards)
def test_what_does_not_fit_fits_nowhere_before_it(
    offered: list[Candidate], heard: dict[Group, datetime]
) -> None:
    """No emergency, retraction or priority is left out for something that counts less."""
    filled = fill(offered, SLOT, heard, measure)
    left = {left.candidate.article for left in filled.left if left.why in (Why.NO_ROOM, Why.TOO_LONG)}
    for each in offered:
        if each.article in left and (each.level is Priority.EMERGENCY or each.amends):
            before = FRAME + sum(
                item.offer.seconds
                for item in filled.items
                if item.candidate.level is Priority.EMERGENCY or item.candidate.amends
            )
            assert all(before + offer.seconds > SLOT.seconds for offer in each.offers)


@given(st.lists(st.integers(20, 400), max_size=9), st.integers(200, 900))
def test_it_is_full_to_three_per_cent_wherever_that_is_possible(lengths: list[int], seconds: int) -> None:
    slot = Slot(AT, seconds)
    filled = fill([news(n, length) for n, length in enumerate(lengths)], slot, HEARD, measure)
    possible = {
        FRAME + sum(length for length, in_it in zip(lengths, choice, strict=True) if in_it)
        for choice in product((True, False), repeat=len(lengths))
    }
    best = max(total for total in possible if total <= seconds)
    assert filled.seconds >= min(best, slot.enough)
    assert slot.enough >= 0.97 * seconds


@given(st.lists(st.integers(20, 400), min_size=1, max_size=9))
def test_of_all_full_bulletins_it_is_the_one_with_the_freshest(lengths: list[int]) -> None:
    filled = fill([news(n, length) for n, length in enumerate(lengths)], SLOT, HEARD, measure)
    choices = []
    for choice in product((True, False), repeat=len(lengths)):
        total = FRAME + sum(length for length, in_it in zip(lengths, choice, strict=True) if in_it)
        choices.append((total, choice))
    most = max(total for total, _ in choices if total <= SLOT.seconds)
    full = [c for total, c in choices if min(most, SLOT.enough) <= total <= SLOT.seconds]
    assert articles(filled) == [n for n, in_it in enumerate(max(full)) if in_it]


def test_emergencies_then_what_is_put_right_then_priority_then_the_freshest() -> None:
    offered = [
        news(1),
        news(2, level=Priority.PRIORITY),
        news(3, amends=True, since=AT - 20 * DAY),
        news(4, level=Priority.EMERGENCY),
        news(5, level=Priority.EMERGENCY, aired=AT - DAY, again=True),
        guide(6, Group.BIRTH, aired=AT - 8 * DAY),
        news(0),
    ]
    assert articles(fill(offered, SLOT, HEARD, measure)) == [4, 5, 3, 2, 0, 1, 6]


@given(candidates())
def test_a_group_that_was_not_heard_for_six_days_is_heard_where_only_emergencies_go_before(
    offered: list[Candidate],
) -> None:
    calm = [replace(each, level=Priority.NORMAL, amends=False) for each in offered]
    busy = [replace(each, level=Priority.PRIORITY) for each in calm if not each.evergreen]
    guides = [guide(100 + n, group, seconds=120) for n, group in enumerate(Group)]
    heard = dict.fromkeys(Group, AT - DUE)
    filled = fill([*busy, *guides], SLOT, heard, measure)
    assert {group for item in filled.items for group in item.candidate.groups} == set(Group)


def test_a_due_group_takes_one_place_and_not_all() -> None:
    offered = [guide(n, Group.BIRTH, aired=AT - (8 + n) * DAY) for n in range(3)]
    filled = fill([*offered, *(news(10 + n, 148) for n in range(5))], SLOT, {}, measure)
    assert [item.candidate.article for item in filled.items if item.rank is Rank.DUE] == [2]
    assert sum(item.candidate.evergreen for item in filled.items) == 1


def test_why_something_is_left_out() -> None:
    offered = [
        news(1, expires=SLOT.ends_at - timedelta(seconds=1)),
        news(2, embargo=AT + timedelta(minutes=1)),
        news(3, aired=AT - DAY),
        guide(4, Group.DEATH, aired=AT - WEEK + timedelta(hours=1)),
        news(5, since=AT - WEEK),
        news(6, 901),
        news(7, 700),
        news(8, 800),
        news(9, since=AT - DAY, aired=AT - DAY, again=True, offers=(Offer(20),)),
    ]
    filled = fill(offered, SLOT, HEARD, measure)
    assert articles(filled) == [8, 9]
    assert {left.candidate.article: left.why for left in filled.left} == {
        1: Why.EXPIRED, 2: Why.EMBARGO, 3: Why.THIS_WEEK, 4: Why.THIS_WEEK, 5: Why.OLD, 6: Why.TOO_LONG,
        7: Why.NO_ROOM,
    }  # fmt: skip


def test_news_is_aired_once_and_a_guide_again_after_a_week() -> None:
    aired: dict[str, Any] = {"aired": AT - WEEK, "since": AT - timedelta(days=6)}
    offered = [news(1, **aired), guide(2, Group.BIRTH, **aired)]
    filled = fill(offered, SLOT, HEARD, measure)
    assert articles(filled) == [2]
    assert why(filled, 1) is Why.AIRED


def test_a_long_script_fills_what_is_left_by_a_part() -> None:
    long = news(1, offers=(Offer(1500), Offer(400, 1)))
    filled = fill([long, news(2, 420)], SLOT, HEARD, measure)
    assert [(item.candidate.article, item.offer.part) for item in filled.items] == [(1, 1), (2, 0)]
    assert filled.shortfall == 20


def test_in_a_year_of_weekdays_each_group_is_heard_every_week_from_one_guide_each() -> None:
    """The gap between two airings of a group is a week to the minute, however much news there is."""
    heard: dict[Group, datetime] = {}
    aired: dict[int, datetime] = {}
    gaps: list[timedelta] = []
    for day in range(365):
        if (AT + day * DAY).weekday() == 5:
            continue
        slot = Slot(AT + day * DAY, 900)
        guides = [guide(n, group, aired=aired.get(n), seconds=200) for n, group in enumerate(Group)]
        flood = [news(10 + n, 150, since=slot.airs_at, level=Priority.PRIORITY) for n in range(9)]
        for item in fill([*guides, *flood], slot, heard, measure).items:
            for group in item.candidate.groups:
                gaps.append(slot.airs_at - heard.get(group, slot.airs_at))
                heard[group] = aired[item.candidate.article] = slot.airs_at
    assert len(gaps) == 2 * 53
    assert max(gaps) == WEEK
