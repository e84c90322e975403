"""What comes too late, too early or out of order: nothing is lost, and nothing is told before its turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from channels.radio.channel import RadioChannel
from pipeline import acts, run
from pipeline.bulletin.stage import NotMade, broadcast
from pipeline.clock import BULLETIN_LEASE, Clock
from pipeline.deliver import pauses
from pipeline.models import Article, Bulletin, Delivery, Tick
from pipeline.watch.facts import gather
from pipeline.watch.health import judge
from tests.pipeline.bulletin.conftest import EVENING, MORNING, RadioDay, dies, full
from tests.pipeline.day import at


@pytest.mark.parametrize("looks", [["16:30"], ["16:30", "16:59"], []])
def test_a_bulletin_whose_files_were_not_there_in_time_was_not_heard(
    town: RadioDay, ours: Clock, monkeypatch: pytest.MonkeyPatch, looks: list[str]
) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(RadioChannel, "air", full)
        for look in looks:
            town.now = at(f"2026-11-23T{look}")
            ours.look()
    town.now = at("2026-11-23T17:05")
    ours.look()
    assert Tick.objects.get().state == "failed"
    assert [b.written_at for b in Bulletin.objects.all()] == [None] * bool(looks)
    assert not [name for name in town.files() if "ban-tin" in name]
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("1", "post")]


@pytest.mark.parametrize("errand", ["withdraw", "correct"])
def test_the_later_broadcast_is_frozen_first(town: RadioDay, errand: str) -> None:
    """Tonight nobody has heard it yet; tomorrow they will have."""
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00", now="2026-11-23T16:00")
    if errand == "withdraw":
        town.withdraw("1")
    else:
        town.correct("1", "một cửa", "hai cửa")
    town.bulletin("2026-11-23T17:00")
    assert town.heard("2026-11-23T17:00") == []
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == [("1", errand)]


def test_what_a_later_bulletin_has_is_not_read_before_it_as_well(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00", now="2026-11-23T16:00")
    town.bulletin("2026-11-23T17:00")
    assert town.heard("2026-11-23T17:00") == []


def test_a_withdrawal_whose_script_could_not_be_written_is_told_all_the_same(
    town: RadioDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    with monkeypatch.context() as disk:
        disk.setattr("channels.radio.paper.write", full)
        town.withdraw("1")
    assert Delivery.objects.get(channel="loa", errand="withdraw").state != "sent"
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == [("1", "withdraw")]
    town.bulletin("2026-11-25T05:00")
    assert town.heard("2026-11-25T05:00") == []


def test_a_correction_that_is_held_is_not_told(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.correct("1", "một cửa", "hai cửa")
    acts.hold(town.office, town.article("1").id, town.hoa, "đính chính cũng sai")
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == []


def scripts(town: RadioDay) -> list[str]:
    return [name for name in town.files() if name.endswith(".txt")]


def granted_late(town: RadioDay) -> int:
    """An emergency that lay in the stock before anybody granted it."""
    town.news(1, more="<loa:uuTien>khan-cap</loa:uuTien>")
    town.once("2026-11-23T08:00")
    [stock] = scripts(town)
    assert "/tin/" in stock
    article = town.article("1").id
    acts.approve(town.office, article, town.hoa, emergency=True)
    run.deliver(town.office, "here:1")
    return article


def test_an_emergency_granted_after_its_script_was_stock_goes_out_at_once(town: RadioDay) -> None:
    article = granted_late(town)
    [out] = scripts(town)
    assert "/tin/" not in out
    acts.approve(town.office, article, town.hoa, emergency=True)
    assert Delivery.objects.filter(channel="loa").count() == 2
    assert Delivery.objects.filter(channel="cong").count() == 1
    whole = town.bulletin("2026-11-24T05:00")
    assert whole.bulletin.programme["scripts"][0]["level"] == "khan-cap"
    assert town.heard("2026-11-24T05:00") == [("1", "post")]
    town.withdraw("1")
    assert [name for name in scripts(town) if name.endswith("-go-bai.txt") and "/tin/" not in name]
    assert out not in scripts(town)


def test_granted_and_corrected_it_leaves_only_the_correction(town: RadioDay) -> None:
    granted_late(town)
    town.correct("1", "một cửa", "hai cửa")
    [told] = scripts(town)
    assert told.endswith("-dinh-chinh.txt")
    assert "/tin/" not in told
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("1", "correct")]


def test_a_correction_that_is_granted_after_it_was_stock_is_the_station_s_to_read_at_once(
    town: RadioDay,
) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.correct("1", "một cửa", "hai cửa")
    before = scripts(town)
    done = acts.approve(town.office, town.article("1").id, town.hoa, emergency=True)
    assert done.urgent == (
        "Bản đọc đính chính đã nằm trong kho tin (kênh loa), không thành tin khẩn cấp được nữa: "
        "báo ngay cho đài.",
    )
    run.deliver(town.office, "here:1")
    assert scripts(town) == before


@pytest.mark.parametrize("errand", ["go-bai", "dinh-chinh"])
def test_an_emergency_that_was_held_is_taken_back_or_put_right_as_one(town: RadioDay, errand: str) -> None:
    town.emergency(1)
    acts.hold(town.office, town.article("1").id, town.hoa, "xem lại")
    if errand == "go-bai":
        town.withdraw("1")
    else:
        town.correct("1", "một cửa", "hai cửa")
    assert [name for name in scripts(town) if name.endswith(f"{errand}.txt") and "/tin/" not in name]


def test_a_correcting_article_of_what_nobody_heard_is_news(town: RadioDay) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    Article.objects.filter(guid="2").update(corrects=town.article("1"))
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("2", "post")]
    assert Bulletin.objects.get().left == [[town.article("1").id, "đã có tin đính chính"]]


@pytest.mark.parametrize("stop", [acts.hold, acts.give_back])
def test_what_is_stopped_after_it_was_made_is_told(
    town: RadioDay, stop: Callable[..., tuple[str, ...]]
) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    told = stop(town.office, town.article("1").id, town.hoa, "chờ")
    assert told == (
        "Bài đang nằm trong bản tin 05:00 ngày 24/11/2026 (kênh loa), chưa phát: báo ngay cho đài.",
    )
    [each] = gather(town.office, town.now, town.now).spoilt
    assert each.title == "Tin 1"


def test_what_another_article_puts_right_after_it_was_made_is_told(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.news(2)
    town.once("2026-11-24T04:40")
    assert gather(town.office, town.now, town.now).spoilt == ()
    Article.objects.filter(guid="2").update(corrects=town.article("1"))
    assert [each.title for each in gather(town.office, town.now, town.now).spoilt] == ["Tin 1"]


def test_who_approves_what_puts_another_article_right_is_told_where_that_is_still_read(
    town: RadioDay,
) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.news(2)
    town.once("2026-11-24T04:40")
    second = town.article("2")
    acts.hold(town.office, second.id, town.hoa, "chờ")
    Article.objects.filter(guid="2").update(corrects=town.article("1"))
    assert acts.approve(town.office, second.id, town.hoa, reason="số liệu sai").urgent == (
        "Bài được đính chính đang nằm trong bản tin 05:00 ngày 24/11/2026 (kênh loa), chưa phát: "
        "báo ngay cho đài.",
    )


def test_nothing_is_frozen_more_than_a_day_ahead(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.now = at("2026-11-23T04:59")
    with pytest.raises(NotMade, match="Còn quá sớm"):
        run.bulletin(town.office, MORNING, at("2026-11-24T05:00"))
    assert not Bulletin.objects.exists()
    town.now = at("2026-11-23T05:00")
    run.bulletin(town.office, MORNING, at("2026-11-24T05:00"))
    assert Bulletin.objects.exists()


def test_a_slot_at_the_very_time_of_its_run_is_the_next_day() -> None:
    same = MORNING.model_copy(update={"at": time(5)})
    fires = at("2026-11-24T05:00")
    assert broadcast(same, fires, fires.tzinfo) == at("2026-11-25T05:00")  # type: ignore[arg-type]


def test_what_is_made_is_written_again_although_the_channel_is_paused(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    pauses.pause("loa", "", "sửa máy", "hoa", town.now)
    town.bulletin("2026-11-24T05:00")
    with pytest.raises(NotMade, match="sửa máy"):
        town.bulletin("2026-11-24T17:00")


def test_an_evening_run_for_the_morning_is_late_only_after_the_broadcast(town: RadioDay) -> None:
    night = MORNING.model_copy(update={"at": time(20)})
    object.__setattr__(town.office.schedule, "runs", (night,))
    town.now = at("2026-11-23T19:00")
    town.clock().look()
    town.now = at("2026-11-24T04:50")
    [tick] = town.clock().look()
    assert (tick.state, Bulletin.objects.get().airs_at) == ("done", at("2026-11-24T05:00"))


def test_one_that_died_is_taken_over_before_the_broadcast(
    town: RadioDay, ours: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.now = at("2026-11-23T16:50")
    with monkeypatch.context() as killed:
        killed.setattr(RadioChannel, "air", dies)
        with pytest.raises(KeyboardInterrupt):
            ours.look()
    Tick.objects.update(lease_until=Tick.objects.get().lease_until - BULLETIN_LEASE)  # type: ignore[operator]
    town.now += BULLETIN_LEASE
    [tick] = town.clock().look()
    assert tick.state == "done"
    assert Bulletin.objects.get().written_at == at("2026-11-23T16:52")


def test_the_files_keep_the_rate_by_which_the_bulletin_was_filled(
    town: RadioDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    before = town.files()
    monkeypatch.setattr(town.office.channels["loa"], "syllables_per_minute", 120)
    town.bulletin("2026-11-24T05:00")
    assert {name: data for name, data in town.files().items() if "ban-tin" in name} == {
        name: data for name, data in before.items() if "ban-tin" in name
    }


def test_a_bulletin_that_fills_less_than_half_of_its_slot_is_a_warning(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    long = EVENING.model_copy(update={"minutes": 30})
    town.now = at("2026-11-23T16:30")
    made = run.bulletin(town.office, long, at("2026-11-23T17:00")).bulletin
    facts = gather(town.office, town.now, town.now)
    assert facts.thin == (("loa", made.airs_at, made.seconds, 30),)
    [check] = [c for c in judge(facts, town.now, town.now).checks if c.name == "bulletin"]
    assert check.level == "warn"
    assert "trong khung 30 phút" in check.message
    assert gather(town.office, at("2026-11-23T17:00"), town.now).thin == ()
    assert town.now + timedelta(minutes=30) == made.airs_at
