"""Corrected and withdrawn: one act reaches every channel that carried the post, by what each can do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from django.contrib.auth.models import User

from channels.base import NotSent, Rejected, RetryLater, Uncertain
from pipeline import acts, run
from pipeline.deliver import outbox, pauses, restored, upkeep
from pipeline.deliver.engine import real_now
from pipeline.deliver.pauses import pause
from pipeline.deliver.resolve import NotResolvable, Word, resolve, taken_down
from pipeline.deliver.standing import must_come_down
from pipeline.models import Approval, Article, AuditEntry, ChannelState, Delivery, Revision, State
from pipeline.schedule import RouteSettings
from tests.pipeline.day import Day, person
from tests.pipeline.ledger import NOW, post, revision

pytestmark = pytest.mark.django_db

WRONG, RIGHT = "sáng thứ Hai", "chiều thứ Ba"


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """An office whose one article stands on the portal, in a Telegram chat and in a Zalo group."""
    day = Day(tmp_path)
    day.zalo.edits = False
    day.says("1")
    day.once()
    assert day.states() == {"cong": ["sent"], "telegram": ["sent"], "zalo": ["sent"]}
    return day


def deliver(day: Day) -> None:
    day.now += timedelta(minutes=1)
    Delivery.objects.filter(state="queued").update(wake_at=None)
    run.deliver(day.office, "here:1")


def errands(day: Day, channel: str) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel=channel).order_by("id")
    return list(rows.values_list("errand", "state"))


def hoa() -> User:
    return User.objects.filter(username="hoa").first() or person("hoa", "approver")


def correct(day: Day) -> acts.Approved:
    return acts.correct(day.office, day.article().id, hoa(), [(WRONG, RIGHT)], "nhầm buổi")


def withdraw(day: Day) -> acts.TakenBack:
    return acts.withdraw(day.office, day.article().id, hoa(), "đăng nhầm")


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


def test_a_withdrawal_takes_down_what_it_can_and_says_the_rest(day: Day) -> None:
    day.zalo.rings = True
    done = withdraw(day)
    assert (done.channels, done.by_hand) == (("telegram", "zalo"), ())
    assert day.states()["cong"] == ["withdrawn"]
    deliver(day)
    assert day.telegram.shown == {}
    assert list(day.zalo.shown.values()) == ["Tin 1", "Đã gỡ “Tin 1”: đăng nhầm"]
    assert errands(day, "telegram") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert errands(day, "zalo") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert not must_come_down(["cong"]).exists()


def test_a_withdrawal_fails_on_one_channel_and_is_completed_there_later(day: Day) -> None:
    day.telegram.answers = [NotSent("không nối được")]
    day.zalo.answers = [Rejected("không cho gửi")]
    withdraw(day)
    deliver(day)
    assert errands(day, "telegram") == [("post", "sent"), ("withdraw", "queued")]
    assert errands(day, "zalo") == [("post", "sent"), ("withdraw", "failed")]
    left = must_come_down(["cong"]).get()
    assert left.channel == "zalo"
    taken_down(left.id, "hoa", ["cong"])
    deliver(day)
    assert errands(day, "telegram") == [("post", "withdrawn"), ("withdraw", "sent")]
    assert not must_come_down(["cong"]).exists()
    assert not Delivery.objects.filter(state="failed").exists()


def test_a_source_that_withdraws_takes_the_post_down_and_is_named(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.says("1")
    day.once()
    Article.objects.filter(guid="1").update(marker="withdrawn", unchecked=True)
    run.advance(day.office)
    deliver(day)
    assert day.article().state == State.WITHDRAWN
    assert day.telegram.shown == {}
    assert AuditEntry.objects.filter(act="withdraw", who="source:vpubnd").exists()


def test_what_nobody_got_is_taken_back_without_a_word(tmp_path: Path) -> None:
    day = Day(tmp_path)
    day.zalo.edits = False
    day.says("1")
    day.zalo.answers = [Uncertain("im lặng")]
    day.once()
    withdraw(day)
    deliver(day)
    doubtful = Delivery.objects.get(channel="zalo", errand="post")
    assert errands(day, "zalo")[1] == ("withdraw", "queued")
    resolve(doubtful.id, "lan", Word.DROP, now=day.now, real_now=day.now)
    deliver(day)
    assert day.zalo.shown == {}
    assert errands(day, "zalo") == [("post", "withdrawn"), ("withdraw", "superseded")]


def test_a_notice_that_people_hear_keeps_the_quiet_hours_and_a_silent_one_does_not(day: Day) -> None:
    day.zalo.rings = True
    day.now = day.now.replace(hour=22)
    withdraw(day)
    deliver(day)
    assert day.telegram.shown == {}
    assert list(day.zalo.shown.values()) == ["Tin 1"]
    day.now = day.now.replace(day=24, hour=5, minute=30)
    run.advance(day.office)
    deliver(day)
    assert len(day.zalo.shown) == 2


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


def test_a_reason_that_readers_see_holds_no_personal_data(day: Day) -> None:
    said = "đăng nhầm CCCD 001203004567 của người dân"
    hoa = person("hoa", "approver")
    with pytest.raises(acts.NotAllowed, match="Bạn đọc sẽ thấy"):
        acts.withdraw(day.office, day.article().id, hoa, said)
    with pytest.raises(acts.NotAllowed, match="Bạn đọc sẽ thấy"):
        acts.correct(day.office, day.article().id, hoa, [(WRONG, RIGHT)], said)
    Article.objects.update(marker="withdrawn", withdrawn_because=said, unchecked=True)
    run.advance(day.office)
    rows = Delivery.objects.filter(errand="withdraw")
    assert rows.exists()
    assert "001203004567" not in day.article().withdrawn_because
    assert not any("001203004567" in str(row.otherwise) for row in rows)


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


def test_a_withdrawal_by_the_source_is_called_the_sources_wherever_it_is_told(day: Day) -> None:
    Article.objects.update(marker="withdrawn", withdrawn_because="nhầm số liệu", unchecked=True)
    run.advance(day.office)
    told = "Cơ quan cung cấp đã gỡ bài: nhầm số liệu"
    assert day.article().withdrawn_because == told
    assert told in str(Delivery.objects.get(channel="telegram", errand="withdraw").otherwise)


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


def test_what_stands_where_no_channel_is_left_is_a_persons_to_take_down(day: Day) -> None:
    withdraw(day)
    left = {name: channel for name, channel in day.office.channels.items() if name != "telegram"}
    object.__setattr__(day.office, "channels", MappingProxyType(left))
    deliver(day)
    assert [row.channel for row in must_come_down(day.office.pulled)] == ["telegram"]


def test_a_withdrawal_says_where_a_pause_holds_it_up(day: Day) -> None:
    pause("telegram", "", "bảo trì", "vanhanh", real_now())
    assert withdraw(day).paused == {"telegram"}


def test_a_reason_of_the_officer_is_not_replaced_by_the_sources(day: Day) -> None:
    withdraw(day)
    entry_says = {"marker": "withdrawn", "unchecked": True}
    Article.objects.update(**entry_says)
    run.advance(day.office)
    assert day.article().withdrawn_because == "đăng nhầm"


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


def test_a_correction_keeps_the_embargo_of_its_words(day: Day) -> None:
    day.says("1", "Lịch đã đổi sang buổi chiều.", more="<loa:embargo>2026-11-23T15:00:00+07:00</loa:embargo>")
    day.once()
    acts.approve(day.office, day.article().id, person("hoa", "approver"), reason="lịch đổi")
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1"]
    day.now = day.now.replace(hour=15)
    deliver(day)
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: lịch đổi)"]
