"""The state that findings give, the clock's next act, and who may do what."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entry import Marker
from pipeline.models import State
from pipeline.review.checks import LEVEL, Found, Level
from pipeline.review.workflow import (
    MAY,
    Act,
    Role,
    Verdict,
    approvers_missing,
    clock_acts_at,
    decide,
    may,
    needs_second,
)
from tests.pipeline.review.subjects import NOW, checked, entry

FOUND = st.builds(Found, st.sampled_from(sorted(LEVEL)), st.just("…"), asks=st.booleans())
FOUNDS = st.lists(FOUND, max_size=6)


def founds(*codes: str) -> list[Found]:
    return [Found(code, "…") for code in codes]


def test_a_verdict_is_a_state_of_the_rows() -> None:
    assert [verdict.value for verdict in Verdict] == State.values


@pytest.mark.parametrize(
    ("marker", "codes", "wanted"),
    [
        (Marker.APPROVED, (), Verdict.APPROVED),
        (Marker.APPROVED, ("old-office-name", "broken-media", "unreadable"), Verdict.APPROVED),
        (Marker.APPROVED, ("embargo",), Verdict.HELD),
        (Marker.APPROVED, ("embargo", "personal-data"), Verdict.REVIEW),
        (Marker.PENDING, ("not-approved", "personal-data"), Verdict.HELD),
        (Marker.MISSING, ("no-approval-marker",), Verdict.REVIEW),
        (Marker.PENDING, ("not-approved", "stale"), Verdict.SKIPPED),
        (Marker.APPROVED, ("expired", "sensitive"), Verdict.SKIPPED),
        (Marker.WITHDRAWN, ("expired", "sensitive", "embargo"), Verdict.WITHDRAWN),
    ],
)
def test_the_gravest_word_decides(marker: Marker, codes: tuple[str, ...], wanted: Verdict) -> None:
    assert decide(marker, founds(*codes)) is wanted


@given(st.sampled_from(Marker), FOUNDS, st.randoms())
def test_neither_order_nor_repetition_changes_the_state(
    marker: Marker, found: list[Found], chance: object
) -> None:
    shuffled = found * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decide(marker, shuffled) is decide(marker, found)


@given(FOUNDS)
def test_only_warnings_let_an_article_through(found: list[Found]) -> None:
    approved = decide(Marker.APPROVED, found) is Verdict.APPROVED
    assert approved == all(finding.level is Level.WARN for finding in found)


@pytest.mark.parametrize(
    ("embargo", "expires", "wanted"),
    [
        (None, None, None),
        (-1, None, None),
        (2, None, 2),
        (2, 5, 2),
        (5, 2, 2),
        (-1, 5, 5),
        (5, -1, None),
    ],
)
def test_the_clock_acts_next_on_what_ends_first(
    embargo: int | None, expires: int | None, wanted: int | None
) -> None:
    def at(hours: int | None) -> object:
        return None if hours is None else NOW + timedelta(hours=hours)

    subject = entry(embargo=at(embargo), expires=at(expires))
    assert clock_acts_at(subject, checked(subject)) == at(wanted)


def test_an_embargo_without_an_end_wakes_nobody() -> None:
    subject = entry(text="Cấm phát trước 8 giờ ngày 01/12/2026. " * 4)
    found = checked(subject)
    assert decide(subject.marker, found) is Verdict.REVIEW
    assert clock_acts_at(subject, found) is None


@pytest.mark.parametrize("act", Act)
def test_nobody_acts_without_a_role_and_every_act_has_somebody(act: Act) -> None:
    assert not may((), act)
    assert may(list(Role), act)
    assert {role for role in Role if may([role], act)} == MAY[act]


def test_only_an_approver_lets_something_out_or_takes_it_down() -> None:
    for act in (Act.APPROVE, Act.EMERGENCY, Act.WITHDRAW):
        assert not may(["editor", "operator"], act)
        assert may(["approver"], act)


def test_criticism_needs_two_different_people() -> None:
    criticism, plain = founds("sensitive"), founds("personal-data")
    assert needs_second(criticism)
    assert not needs_second(plain)
    assert [approvers_missing(criticism, ids) for ids in ([], [1], [1, 1], [1, 2], [1, 2, 3])] == [
        2,
        1,
        1,
        0,
        0,
    ]
    assert [approvers_missing(plain, ids) for ids in ([], [1], [1, 2])] == [1, 0, 0]
