"""A bulletin is made once, from rows, whatever happens between; what was aired is remembered."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from channels.radio.channel import RadioChannel
from pipeline import acts, run
from pipeline.bulletin.fill import Group
from pipeline.bulletin.stage import NotMade, draft, made
from pipeline.bulletin.stock import heard
from pipeline.clock import Clock
from pipeline.deliver import pauses
from pipeline.models import Airing, AuditEntry, Bulletin, Tick
from pipeline.watch.facts import gather
from pipeline.watch.health import judge
from pipeline.watch.values import Spoilt
from tests.pipeline.bulletin.conftest import MORNING, SENTENCE, RadioDay, dies, full, sent
from tests.pipeline.day import at

LINKED = "<loa:chuDe>4</loa:chuDe>"


def test_it_brings_in_what_is_approved_and_freezes_it(town: RadioDay) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    whole = town.bulletin("2026-11-24T05:00")
    assert sent() == 2
    assert town.heard("2026-11-24T05:00") == [("1", "post"), ("2", "post")]
    assert whole.bulletin.seconds <= 300
    assert whole.bulletin.written_at == at("2026-11-24T04:30")
    entry = AuditEntry.objects.get(act="bulletin")
    assert (entry.who, entry.subject) == ("loa", "bulletin:loa:2026-11-24T05:00")
    [text] = [name for name in town.files() if name.endswith(".txt") and "/tin/" not in name]
    assert text.startswith("2026-11-24/2026-11-24T0500-ban-tin-sang")
    assert "Tin 1" in town.files()[text].decode() or "Tin một" in town.files()[text].decode()


def test_asked_again_it_is_the_same_to_the_byte(town: RadioDay) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    before = town.files()
    town.news(3)
    town.once("2026-11-24T04:40")
    town.bulletin("2026-11-24T05:00", now="2026-11-24T09:00")
    after = town.files()
    assert {name: after[name] for name in before if "index" not in name} == {
        name: data for name, data in before.items() if "index" not in name
    }
    assert (Bulletin.objects.count(), Airing.objects.count()) == (1, 2)
    assert AuditEntry.objects.filter(act="bulletin").count() == 1


@pytest.mark.parametrize(
    "place", ["pipeline.bulletin.stage.draft", "channels.radio.channel.RadioChannel.air"]
)
def test_killed_in_the_middle_the_next_try_gives_the_same(
    town: RadioDay, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    town.news(1, 2, 3)
    town.once("2026-11-23T08:00")

    with monkeypatch.context() as killed:
        killed.setattr(place, dies)
        with pytest.raises(KeyboardInterrupt):
            town.bulletin("2026-11-24T05:00")
    frozen = Bulletin.objects.values_list("programme", flat=True).first()
    assert (frozen is None) == (place == "pipeline.bulletin.stage.draft")
    town.news(4)
    whole = town.bulletin("2026-11-24T05:00", now="2026-11-24T04:59")
    assert frozen is None or whole.bulletin.programme == frozen
    assert any("ban-tin-sang" in name for name in town.files())


def test_nothing_is_heard_twice_and_the_next_bulletin_goes_on(town: RadioDay) -> None:
    town.news(*range(1, 12))
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.bulletin("2026-11-24T17:00")
    first, second = town.heard("2026-11-24T05:00"), town.heard("2026-11-24T17:00")
    assert first
    assert second
    assert not set(first) & set(second)
    assert [why for _, why in Bulletin.objects.get(airs_at=at("2026-11-24T05:00")).left] == [
        "hết chỗ trong khung giờ"
    ] * (11 - len(first))


def test_it_is_nearly_full_where_there_is_enough_to_say(town: RadioDay) -> None:
    for guid in range(1, 12):
        town.news(guid, sentences=2 + guid % 4)
    town.once("2026-11-23T08:00")
    whole = town.bulletin("2026-11-24T05:00")
    assert 0.97 * 300 <= whole.bulletin.seconds <= 300


def test_an_article_may_ask_to_be_heard_again(town: RadioDay) -> None:
    town.news(1, more="<category>Phát lại</category>")
    town.news(2)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == [("1", "post")]


def test_a_correction_of_what_was_heard_is_told_once_and_early(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.now = at("2026-11-24T08:00")
    town.correct("1", "một cửa", "hai cửa")
    town.news(2)
    town.once("2026-11-24T09:00")
    whole = town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == [("1", "correct"), ("2", "post")]
    assert whole.bulletin.programme["scripts"][0]["kind"] == "correction"
    town.bulletin("2026-11-25T05:00")
    assert town.heard("2026-11-25T05:00") == []


def test_a_correction_of_what_nobody_heard_is_plain_news(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.correct("1", "một cửa", "hai cửa")
    whole = town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("1", "post")]
    script = str(whole.bulletin.programme["scripts"][0]["lines"])
    assert "hai cửa" in script
    assert "đính chính" not in script.lower()
    assert town.bulletin("2026-11-24T17:00").airings == []


def test_a_withdrawal_is_told_once_where_the_article_was_heard_and_not_otherwise(town: RadioDay) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    town.news(3)
    town.once("2026-11-24T07:00")
    town.withdraw("1")
    town.withdraw("3")
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == [("1", "withdraw")]
    town.bulletin("2026-11-25T05:00")
    assert town.heard("2026-11-25T05:00") == []


def test_what_is_held_expired_or_waits_for_a_look_is_not_read(town: RadioDay) -> None:
    town.news(1, 2)
    town.news(3, more="<loa:hetHan>2026-11-24T05:02:00+07:00</loa:hetHan>")
    town.once("2026-11-23T08:00")
    acts.hold(town.office, town.article("1").id, town.hoa, "chờ")
    whole = town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("2", "post")]
    assert whole.bulletin.left == [[town.article("3").id, "hết hiệu lực trước khi phát xong"]]


def test_an_emergency_is_first_and_its_script_stands_there_at_once(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.emergency(2)
    scripts = [name for name in town.files() if name.endswith(".txt")]
    assert [("/tin/" in name, f"-{town.article('2').id}-" in name) for name in scripts] == [
        (False, True),
        (True, False),
    ]
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("2", "post"), ("1", "post")]


def test_an_emergency_that_no_bulletin_read_is_taken_back_at_once_and_in_the_next(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.emergency(2)
    town.withdraw("2")
    [told] = [name for name in town.files() if name.endswith(".txt") and "/tin/" not in name]
    assert told.endswith("-go-bai.txt")
    data = json.loads(town.files()[told.replace(".txt", ".json")])
    assert (data["level"], data["name"]) == ("khan-cap", "Thông báo gỡ tin")
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("2", "withdraw"), ("1", "post")]
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == []


def test_an_emergency_that_no_bulletin_read_is_put_right_as_what_was_heard(town: RadioDay) -> None:
    town.emergency(1)
    town.correct("1", "một cửa", "hai cửa")
    [told] = [name for name in town.files() if name.endswith(".txt")]
    assert told.endswith("-dinh-chinh.txt")
    assert "/tin/" not in told
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("1", "correct")]
    town.bulletin("2026-11-24T17:00")
    assert town.heard("2026-11-24T17:00") == []


def test_news_that_becomes_an_emergency_by_its_correction_corrects_what_nobody_heard(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    town.says("1", SENTENCE.format(n=7))
    town.publish()
    run.collect_sources(town.office, town.tools)
    run.advance(town.office)
    acts.approve(town.office, town.article("1").id, town.hoa, emergency=True, reason="số liệu sai")
    run.deliver(town.office, "here:1")
    town.bulletin("2026-11-24T05:00")
    assert town.heard("2026-11-24T05:00") == [("1", "post")]


def test_a_long_article_goes_on_with_the_part_after_the_one_that_was_heard(town: RadioDay) -> None:
    town.news(1, sentences=25)
    town.once("2026-11-23T08:00")
    first = town.bulletin("2026-11-23T17:00").airings[0]
    assert first.part == 0
    assert first.parts > 2
    Airing.objects.filter(id=first.id).update(part=1)
    heard_then = []
    for day in range(24, 29):
        heard_then += [airing.part for airing in town.bulletin(f"2026-11-{day}T05:00").airings]
    assert heard_then == list(range(2, first.parts + 1))


def test_the_groups_are_heard_and_remembered(town: RadioDay) -> None:
    town.news(1, 2, more=LINKED)
    for guid, group in (("1", "khai sinh"), ("2", "khai tử")):
        town.items[guid] = town.items[guid].replace(f"Tin {guid}", f"Hướng dẫn {group} liên thông, số {guid}")
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    known = heard("loa", (4,), at("2026-11-24T17:00"), town.now)
    assert known == dict.fromkeys(Group, at("2026-11-24T05:00"))
    town.bulletin("2026-11-30T05:00")
    assert town.heard("2026-11-30T05:00") == []
    town.bulletin("2026-12-01T05:00")
    assert {guid for guid, _ in town.heard("2026-12-01T05:00")} == {"1", "2"}


def test_what_is_taken_back_after_it_was_made_is_told_to_whom_it_concerns(town: RadioDay) -> None:
    town.news(1, 2)
    town.once("2026-11-23T08:00")
    town.bulletin("2026-11-24T05:00")
    assert gather(town.office, town.now, town.now).spoilt == ()
    one, two = town.article("1").id, town.article("2").id
    told = ("Bài đang nằm trong bản tin 05:00 ngày 24/11/2026 (kênh loa), chưa phát: báo ngay cho đài.",)
    assert acts.correct(town.office, two, town.hoa, [("một cửa", "hai cửa")], "số liệu sai").urgent == told
    assert acts.withdraw(town.office, two, town.hoa, "đăng nhầm").urgent == told
    assert acts.withdraw(town.office, one, town.hoa, "đăng nhầm").urgent == told
    spoilt = gather(town.office, town.now, town.now).spoilt
    assert spoilt == tuple(Spoilt("loa", at("2026-11-24T05:00"), f"Tin {n}") for n in (1, 2))
    assert gather(town.office, at("2026-11-24T05:00"), town.now).spoilt == ()


def test_a_bulletin_of_nothing_has_no_files_and_is_told(town: RadioDay) -> None:
    town.publish()
    run.collect_sources(town.office, town.tools)
    whole = town.bulletin("2026-11-24T05:00")
    assert (whole.airings, whole.bulletin.seconds, whole.bulletin.written_at) == ([], 0, town.now)
    assert town.files() == {}
    facts = gather(town.office, town.now, town.now)
    assert facts.empty == (("loa", at("2026-11-24T05:00")),)
    said = [check for check in judge(facts, town.now, town.now).checks if check.name == "bulletin"]
    assert [(check.level, "không có tin nào để đọc" in check.message) for check in said] == [("warn", True)]
    assert gather(town.office, at("2026-11-24T05:00"), town.now).empty == ()


def test_too_late_is_said_and_nothing_is_made(town: RadioDay) -> None:
    with pytest.raises(NotMade, match="quá giờ phát 05:00 ngày 24/11/2026"):
        town.bulletin("2026-11-24T05:00", now="2026-11-24T05:00")
    assert not Bulletin.objects.exists()


def test_a_paused_channel_has_no_bulletin(town: RadioDay) -> None:
    pauses.pause("loa", "", "đài sửa máy", "hoa", at("2026-11-23T08:00"))
    with pytest.raises(NotMade, match="tạm dừng: đài sửa máy"):
        town.bulletin("2026-11-24T05:00")


def test_a_draft_writes_nothing(town: RadioDay) -> None:
    town.news(1)
    town.once("2026-11-23T08:00")
    files = town.files()
    whole = draft(town.office, MORNING, at("2026-11-24T05:00"))
    assert len(whole.airings) == 1
    assert made(MORNING, at("2026-11-24T05:00")) is None
    assert town.files() == files


def test_the_clock_makes_it_also_late_and_says_where_it_could_not(town: RadioDay) -> None:
    town.now = at("2026-11-23T16:00")
    town.clock().look()
    town.now = at("2026-11-23T16:50")
    [tick] = town.clock().look()
    assert (tick.state, Bulletin.objects.get().airs_at) == ("done", at("2026-11-23T17:00"))
    town.now = at("2026-11-24T05:10")
    [tick] = town.clock().look()
    assert tick.state == "failed"
    assert "quá giờ phát 05:00" in tick.note
    assert AuditEntry.objects.get(act="no-bulletin").subject == "run:sang"


def test_a_full_disk_is_tried_again_until_the_broadcast(
    town: RadioDay, ours: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.now = at("2026-11-23T16:30")
    with monkeypatch.context() as disk:
        disk.setattr(RadioChannel, "air", full)
        ours.look()
        assert Tick.objects.get().state == "running"
    assert Bulletin.objects.get().written_at is None
    town.now += timedelta(minutes=10)
    ours.look()
    assert Tick.objects.get().state == "done"
    assert Bulletin.objects.get().written_at == at("2026-11-23T16:40")


@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="several machines have PostgreSQL; SQLite in memory locks tables",
)
@pytest.mark.django_db(transaction=True)
def test_two_machines_at_once_make_one(transactional_db: None, town: RadioDay) -> None:
    town.news(1, 2, 3)
    town.once("2026-11-23T08:00")
    town.now = at("2026-11-24T04:30")

    def makes(_: int) -> object:
        try:
            return run.bulletin(town.office, MORNING, at("2026-11-24T05:00")).bulletin.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(makes, range(4)))) == 1
    assert Bulletin.objects.count() == 1
    assert AuditEntry.objects.filter(act="bulletin").count() == 1
