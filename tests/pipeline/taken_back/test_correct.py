"""Put right: one act reaches every channel that carried the post, by what each can do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from channels.base import Uncertain
from pipeline import acts, run
from pipeline.deliver.resolve import NotResolvable, Word, resolve
from pipeline.models import Approval, Delivery, Revision, State
from pipeline.schedule import RouteSettings
from tests.pipeline.day import Day, person
from tests.pipeline.taken_back.acting import RIGHT, WRONG, correct, deliver, errands, hoa

pytestmark = pytest.mark.django_db


def test_a_correction_reaches_every_channel_by_what_it_can_do(day: Day) -> None:
    assert correct(day).channels == ("cong", "telegram", "zalo")
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: nhầm buổi)"]
    old, new = day.zalo.shown.values()
    assert (old, new) == ("Tin 1", "Đính chính: Tin 1 (đã sửa: nhầm buổi)")
    page = Delivery.objects.get(channel="cong", errand="correct")
    assert RIGHT in page.content["html"]
    assert page.content["amended"]["reason"] == "nhầm buổi"
    for channel in ("cong", "telegram", "zalo"):
        assert errands(day, channel) == [("post", "sent"), ("correct", "sent")]


def test_an_officers_wording_outlives_the_next_readings_of_the_same_entry(day: Day) -> None:
    correct(day)
    deliver(day)
    day.once()
    article = day.article()
    assert (article.state, article.current.number, article.current.worded_by) == ("approved", 2, "hoa")  # type: ignore[union-attr]
    day.says("1", more="<loa:priority xmlns:loa='urn:loa:1'>uu-tien</loa:priority>")
    day.once()
    article = day.article()
    assert (article.state, article.current.number, article.published.number) == ("review", 3, 2)  # type: ignore[union-attr]


def test_a_change_at_the_source_is_a_proposal_and_needs_a_reason(day: Day) -> None:
    day.says("1", "Lịch đã đổi sang buổi chiều.")
    day.once()
    assert day.article().state == State.REVIEW
    hoa = person("hoa", "approver")
    with pytest.raises(acts.NotAllowed, match="lý do đính chính"):
        acts.approve(day.office, day.article().id, hoa)
    assert acts.approve(day.office, day.article().id, hoa, reason="lịch đổi").channels
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: lịch đổi)"]


def test_a_correction_goes_where_no_route_leads_any_more(day: Day) -> None:
    day.routes(RouteSettings(channels=("cong",)))
    correct(day)
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: nhầm buổi)"]


def test_words_that_do_not_stand_there_are_no_correction(day: Day) -> None:
    with pytest.raises(acts.NotAllowed, match="Không thấy “ngày 30/2”"):
        acts.correct(
            day.office, day.article().id, person("hoa", "approver"), [("ngày 30/2", "1/3")], "sai ngày"
        )
    assert day.article().current.number == 1  # type: ignore[union-attr]


def test_the_right_words_hold_no_personal_data_and_an_address_is_its_own(day: Day) -> None:
    with pytest.raises(acts.NotAllowed, match="Bạn đọc sẽ thấy chữ đúng"):
        acts.correct(day.office, day.article().id, hoa(), [(WRONG, "căn cước 001203004567")], "nhầm")
    day.telegram.answers = [Uncertain("im lặng")]
    day.says("2", "Một tin khác hẳn về việc cấp căn cước cho người cao tuổi tại nhà theo đề nghị của họ.")
    day.once()
    Delivery.objects.filter(channel="telegram", state="sent").update(url="https://t.me/tinh/1")
    doubtful = Delivery.objects.get(channel="telegram", state="uncertain")
    with pytest.raises(NotResolvable, match="Tin 1"):
        resolve(doubtful.id, "lan", Word.SENT, now=day.now, real_now=day.now, url="https://t.me/tinh/1")


def test_a_correction_of_an_undated_article_leaves_its_date(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.says("1")
    day.items["1"] = re.sub("<pubDate>.*?</pubDate>", "", day.items["1"])
    day.once("2026-11-23T08:00")
    acts.approve(day.office, day.article().id, hoa())
    deliver(day)
    day.now += timedelta(days=2)
    correct(day)
    first, corrected = Delivery.objects.filter(channel="cong").order_by("id")
    assert day.article().published.published is None  # type: ignore[union-attr]
    assert first.content["published"] == corrected.content["published"] == "2026-11-23T08:00:00+07:00"


def test_a_hold_and_a_second_yes_keep_the_note_of_the_correction(day: Day) -> None:
    correct(day)
    deliver(day)
    acts.hold(day.office, day.article().id, person("minh", "approver"), "xem lại")
    acts.approve(day.office, day.article().id, User.objects.get(username="minh"), reason="đã xem")
    deliver(day)
    newest = Delivery.objects.filter(channel="cong", state="sent").latest("id")
    assert newest.content["amended"]["reason"] == "nhầm buổi"


def test_what_the_source_changed_unseen_is_not_swallowed_by_a_correction(day: Day) -> None:
    day.says("1", "Lịch đã đổi hẳn sang ngày khác, sáng thứ Hai không tiếp nữa.")
    day.now += timedelta(minutes=1)
    day.publish()
    run.collect_sources(day.office, day.tools)
    with pytest.raises(acts.NotAllowed, match="đang chờ duyệt bản khác"):
        correct(day)
    run.advance(day.office)
    assert (day.article().state, day.article().current.number) == ("review", 2)  # type: ignore[union-attr]


def test_who_declines_the_sources_words_may_put_the_old_ones_right(day: Day) -> None:
    day.says("1", "Lịch đã đổi sang buổi chiều.")
    day.once()
    acts.give_back(day.office, day.article().id, person("minh", "approver"), "không đúng")
    correct(day)
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: nhầm buổi)"]
    assert (day.article().state, day.article().current.number) == ("approved", 3)  # type: ignore[union-attr]


def test_a_correction_of_an_emergency_is_one(day: Day) -> None:
    Approval.objects.update(emergency=True)
    Revision.objects.update(priority="khan-cap")
    correct(day)
    page = Delivery.objects.get(channel="cong", errand="correct")
    assert page.content["priority"] == "khan-cap"


def test_a_correction_keeps_the_embargo_of_its_words(day: Day) -> None:
    day.says("1", "Lịch đã đổi sang buổi chiều.", more="<loa:embargo>2026-11-23T15:00:00+07:00</loa:embargo>")
    day.once()
    acts.approve(day.office, day.article().id, person("hoa", "approver"), reason="lịch đổi")
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1"]
    day.now = day.now.replace(hour=15)
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: lịch đổi)"]
