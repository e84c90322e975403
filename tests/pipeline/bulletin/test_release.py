"""What a script takes from its release: the day of its folder, and the words that it puts right."""

from __future__ import annotations

import pytest

from pipeline import acts, run
from tests.pipeline.bulletin.conftest import RadioDay
from tests.pipeline.day import at

pytestmark = pytest.mark.django_db(transaction=True)


def texts(town: RadioDay) -> dict[str, str]:
    return {name: data.decode() for name, data in town.files().items() if name.endswith(".txt")}


def test_an_emergency_lies_in_the_folder_of_its_approval_not_of_its_date(town: RadioDay) -> None:
    town.emergency(1)
    [name] = texts(town)
    assert name.startswith(f"{town.now:%Y-%m-%d}/{town.now:%Y-%m-%dT%H%M}-{town.article('1').id}-")
    assert "2026-11-22" not in name


def test_what_is_embargoed_lies_in_the_folder_of_the_day_on_which_it_may_be_read(town: RadioDay) -> None:
    town.news(1, more="<loa:camPhatTruoc>2026-11-25T06:00:00+07:00</loa:camPhatTruoc>")
    town.once("2026-11-23T08:00")
    acts.approve(town.office, town.article("1").id, town.hoa)
    town.now = at("2026-11-25T06:00")
    run.deliver(town.office, "here:1")
    [name] = texts(town)
    assert name.startswith(f"2026-11-25/tin/2026-11-25T0600-{town.article('1').id}-")


def test_a_correction_reads_the_wrong_sentence_and_the_right_one(town: RadioDay) -> None:
    town.emergency(1)
    town.correct("1", "xã 101 mời", "xã 109 mời")
    [text] = texts(town).values()
    wrong, right = text.partition("chúng tôi đã đọc: ")[2].split("\n\n")[:2]
    assert wrong.startswith("Ủy ban nhân dân xã một trăm linh một mời bà con")
    assert right.startswith("Xin đính chính: Ủy ban nhân dân xã một trăm linh chín mời bà con")
