"""What must not go out does not, and what must is not stuck, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from channels.base import (
    Checkpoint,
    DeliveryError,
    Item,
    Limit,
    NotSent,
    Part,
    Priority,
    Receipt,
    Reference,
    Rejected,
    Render,
    RetryLater,
)
from pipeline import acts, run
from pipeline.deliver import outbox, pauses, upkeep
from pipeline.deliver.engine import Engine, real_now
from pipeline.deliver.resolve import NotResolvable, Word, resolve
from pipeline.models import Article, ChannelState, Delivery
from pipeline.preview import previews
from pipeline.release import release
from pipeline.schedule import Review, RouteSettings
from tests.pipeline.day import WORDS, Day, at, person
from tests.pipeline.ledger import NOW, Remote, channels, post, revision

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = "Một tin khác hẳn về việc cấp căn cước cho người cao tuổi tại nhà, theo đề nghị của gia đình họ."
CRITICAL = "Phê bình ông Nguyễn Văn A, cán bộ Sở Xây dựng, vì nhũng nhiễu, vòi vĩnh người dân khi nhận hồ sơ."
EVENING = WORDS.replace("sáng", "chiều")


@pytest.fixture
def only_telegram(day: Day) -> Day:
    day.routes(RouteSettings(channels=("telegram",)))
    return day


def by_people(day: Day) -> None:
    """From now on an officer approves."""
    [source] = day.office.schedule.sources
    reviewed = source.model_copy(update={"approval": Review()})
    object.__setattr__(day.office.schedule, "sources", (reviewed,))


def while_sending(remote: Remote, act: Callable[[], object], error: DeliveryError) -> None:
    """`act` happens while the first send is under way, which then ends with `error`."""
    acts = [act]

    def send(
        part: Part, *, target: str, key: str, checkpoint: Checkpoint, standing: Sequence[Receipt] = ()
    ) -> Receipt:
        if acts:
            acts.pop()()
            raise error
        remote.accepted.append(key)
        return Receipt(ref="1")

    remote.send = send  # type: ignore[method-assign]


def later() -> None:
    """Every wait is over."""
    Delivery.objects.update(wake_at=None)
    ChannelState.objects.update(wake_at=None)


def collected(day: Day) -> None:
    """Another process reads the feed as it stands now."""
    day.publish()
    run.collect_sources(day.office, day.tools)
    run.advance(day.office)


@pytest.mark.parametrize("error", [NotSent("x"), RetryLater("429", 9)], ids=["not sent", "429"])
@pytest.mark.parametrize("act", ["withdraw", "hold", "new words", "embargo"])
def test_what_is_stopped_while_it_is_being_sent_is_not_tried_again(
    only_telegram: Day, act: str, error: DeliveryError
) -> None:
    day, hoa = only_telegram, person("hoa", "approver")

    def stop() -> None:
        if act == "withdraw":
            acts.withdraw(day.office, day.article().id, hoa, "sai")
        elif act == "hold":
            acts.hold(day.office, day.article().id, hoa, "sai")
        else:
            more = "<loa:embargo>2026-11-30T08:00:00+07:00</loa:embargo>" if act == "embargo" else ""
            day.says("1", WORDS if more else EVENING, more=more)
            collected(day)

    day.says("1")
    while_sending(day.telegram, stop, error)
    day.once()
    words = Delivery.objects.get(revision__number=1, errand="post")
    later()
    day.once()
    words.refresh_from_db()
    assert words.state in ("withdrawn", "superseded")
    assert day.telegram.accepted == []


def test_what_a_dead_worker_left_of_a_withdrawn_article_is_not_taken_up() -> None:
    remotes = channels(Remote(keyed=True))
    row = revision()
    outbox.enqueue(row, [post()], NOW)
    outbox.claim(remotes, "o", 1, now=NOW, real_now=NOW)
    Article.objects.update(state="withdrawn")
    upkeep.sweep(remotes, lambda _owner: True, NOW)
    assert outbox.claim(remotes, "o", 1, now=NOW, real_now=NOW).rows == ()
    assert Delivery.objects.get().state == "uncertain"


def test_a_yes_to_words_that_no_check_has_seen_checks_them_first(day: Day) -> None:
    by_people(day)
    day.says("1")
    day.once()
    day.says("1", CRITICAL)
    day.publish()
    run.collect_sources(day.office, day.tools)
    assert day.article().unchecked
    done = acts.approve(day.office, day.article().id, person("hoa", "approver"))
    assert done.missing == 1
    assert day.states() == {}


@pytest.mark.parametrize("act", ["hold", "new words"])
def test_what_is_held_or_outdated_is_not_resent(only_telegram: Day, act: str) -> None:
    day, hoa = only_telegram, person("hoa", "approver")
    day.says("1")
    day.telegram.answers = [Rejected("sai")]
    day.once()
    row = Delivery.objects.get()
    if act == "hold":
        acts.hold(day.office, day.article().id, hoa, "có dữ liệu sai")
        Delivery.objects.update(state="uncertain")
    else:
        Delivery.objects.update(state="uncertain")
        day.says("1", EVENING)
        day.once()
        acts.approve(day.office, day.article().id, hoa, reason="đổi giờ")
    with pytest.raises(NotResolvable):
        resolve(row.id, "lan", Word.RESEND, now=day.now, real_now=day.now)


def test_a_correction_does_not_tell_the_title_of_what_nobody_approved(day: Day) -> None:
    told: list[Reference | None] = []

    def compose(item: Item, render: Render) -> tuple[Part, ...]:
        told.append(item.corrects)
        return (Part(1, 1, {"text": item.title}),)

    day.telegram.compose = compose  # type: ignore[method-assign]
    day.says("1", "Ông Nguyễn Văn B, số CCCD 001099012345, điện thoại riêng 0912345678 đã nộp hồ sơ tại xã.")
    day.once()
    day.says("2", OTHER, more="<loa:corrects>1</loa:corrects>")
    day.once()
    assert day.article("2").corrects == day.article("1")
    assert told == [None]


def test_a_hold_does_not_make_a_stale_article_fresh(day: Day) -> None:
    hoa = person("hoa", "approver")
    day.says("1")
    day.items["1"] = day.items["1"].replace("Mon, 23 Nov 2026", "Wed, 23 Sep 2026")
    day.once()
    acts.hold(day.office, day.article().id, hoa, "xem lại")
    with pytest.raises(acts.NotAllowed):
        acts.approve(day.office, day.article().id, hoa)


def test_after_a_stop_both_approvers_are_asked_anew(day: Day) -> None:
    by_people(day)
    day.says("1", CRITICAL)
    pauses.pause("cong", "", "thử", "hoa", real_now())
    day.once()
    one, two = person("minh", "approver"), person("hoa", "approver")
    acts.approve(day.office, day.article().id, one)
    acts.approve(day.office, day.article().id, two)
    acts.hold(day.office, day.article().id, two, "nghi sai")
    assert acts.approve(day.office, day.article().id, one).missing == 1


def test_an_emergency_that_is_only_asked_for_opens_no_emergency_route(day: Day) -> None:
    day.routes(
        RouteSettings(channels=("cong",)),
        RouteSettings(channels=("telegram",), priority=(Priority.EMERGENCY,)),
    )
    day.says("1", more="<loa:priority>khan-cap</loa:priority>")
    day.once()
    assert day.states() == {"cong": ["sent"]}
    done = acts.approve(day.office, day.article().id, person("hoa", "approver"), emergency=True)
    assert done.channels == ("cong", "telegram")
    day.once()
    assert day.states()["telegram"] == ["sent"]


def test_a_second_yes_of_the_same_person_may_add_the_emergency(day: Day) -> None:
    by_people(day)
    day.says("1", CRITICAL)
    day.once()
    one, two = person("minh", "approver"), person("hoa", "approver")
    acts.approve(day.office, day.article().id, one)
    acts.approve(day.office, day.article().id, one, emergency=True)
    acts.approve(day.office, day.article().id, two)
    assert set(Delivery.objects.values_list("priority", flat=True)) == {2}


def test_a_late_receipt_ends_what_an_officer_asked_to_send_again() -> None:
    remotes = channels()
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = outbox.claim(remotes, "o", 1, now=NOW, real_now=NOW).rows
    upkeep.sweep(remotes, lambda _owner: True, NOW)
    resolve(claimed.id, "lan", Word.RESEND, now=NOW, real_now=NOW)
    outbox.settle([(claimed, Receipt("1"))], remotes, NOW, NOW)
    assert Delivery.objects.get().state == "sent"


def test_a_source_that_is_no_longer_configured_approves_nothing(day: Day) -> None:
    day.says("1", more="<loa:embargo>2026-11-24T08:00:00+07:00</loa:embargo>")
    day.once()
    object.__setattr__(day.office.schedule, "sources", ())
    day.once("2026-11-25T09:00")
    assert day.article().state == "review"
    assert day.telegram.accepted == []


def test_a_template_that_fails_for_one_article_stops_no_other(day: Day, tmp_path: Path) -> None:
    theirs = tmp_path / "mau" / "telegram"
    theirs.mkdir(parents=True)
    (theirs / "x.txt").write_text("{{ 10 // (title|length - 5) }}")
    office = day.office.schedule.office.model_copy(update={"templates": theirs.parent})
    object.__setattr__(day.office.schedule, "office", office)

    def compose(item: Item, render: Render) -> tuple[Part, ...]:
        text = render("telegram/x.txt", {"title": item.title})
        return (Part(1, 1, {"text": text}),)

    day.telegram.compose = compose  # type: ignore[method-assign]
    day.says("1")
    day.says("22", OTHER)
    day.once()
    assert day.states("22")["telegram"] == ["sent"]
    assert "telegram/x.txt" in day.article("1").current.findings.get(code="compose").message  # type: ignore[union-attr]


def test_an_article_that_cannot_be_reviewed_keeps_no_other_back(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(office: Any, releases: Any) -> Any:
        if any(each.revision.title == "Tin 1" for each in releases):
            raise ArithmeticError("không lường trước")
        return release(office, releases)

    monkeypatch.setattr("pipeline.run.release", broken)
    day.says("1")
    day.says("2", OTHER)
    day.once()
    assert (day.article("1").state, day.article("2").state) == ("review", "approved")
    assert day.states("2")["telegram"] == ["sent"]


def test_what_was_refused_does_not_keep_the_mended_words_back(only_telegram: Day) -> None:
    day = only_telegram
    day.says("1")
    day.telegram.answers = [Rejected("can't parse")]
    day.once()
    assert day.states()["telegram"] == ["failed"]
    day.says("1", EVENING)
    day.once()
    assert day.states()["telegram"] == ["superseded", "sent"]


def test_a_limit_of_a_day_holds_up_no_other_channel(day: Day) -> None:
    day.telegram.limits = (Limit("channel", 1, 86400),)
    day.says("1")
    day.says("2", OTHER)
    day.once()
    assert sorted(day.states("1")["telegram"] + day.states("2")["telegram"]) == ["queued", "sent"]
    assert day.states("2")["zalo"] == ["sent"]


def test_known_outcomes_outlive_a_database_that_is_away(
    only_telegram: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, calls = outbox.claim, []

    def sometimes(*arguments: Any, **named: Any) -> outbox.Claims:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("database is locked")
        return claim(*arguments, **named)

    monkeypatch.setattr(outbox, "claim", sometimes)
    only_telegram.says("1")
    only_telegram.once()
    assert only_telegram.states() == {"telegram": ["sent"]}


def test_a_slow_channel_leaves_places_to_the_others() -> None:
    slow, quick = Remote(), Remote(id="zalo", target="nhom", account="oa")
    for n in range(20):
        outbox.enqueue(revision(f"tin {n}"), [post()], NOW)
    outbox.enqueue(revision("tin khác"), [post("zalo", target="nhom")], NOW)
    claims = outbox.claim(channels(slow, quick), "o", 16, now=NOW, real_now=NOW, room={"bot": 12})
    assert [claimed.channel for claimed in claims.rows].count("telegram") == 12
    assert claims.rows[-1].channel == "zalo"


@pytest.mark.parametrize("seconds", [10.0**15, -5.0])
def test_a_wait_that_nobody_can_mean_is_bounded(seconds: float) -> None:
    outbox.enqueue(revision(), [post()], NOW)
    [claimed] = outbox.claim(channels(), "o", 1, now=NOW, real_now=NOW).rows
    outbox.settle([(claimed, RetryLater("chờ", seconds))], channels(), NOW, real_now())
    [row] = Delivery.objects.all()
    assert row.wake_at is not None
    assert timedelta(0) <= row.wake_at - real_now() <= timedelta(days=1)


def test_a_clock_that_was_ahead_does_not_use_up_the_limit() -> None:
    remotes = channels(Remote(limits=(Limit("target", 1, 60.0),)))
    for title in ("một", "hai"):
        outbox.enqueue(revision(title), [post()], NOW)
    ahead = outbox.claim(remotes, "o", 1, now=NOW, real_now=NOW + timedelta(days=365))
    back = outbox.claim(remotes, "o", 1, now=NOW, real_now=NOW + timedelta(hours=5))
    assert len(ahead.rows) == len(back.rows) == 1


def test_a_route_that_is_gone_takes_its_waiting_posts_along(only_telegram: Day) -> None:
    day = only_telegram
    day.says("1")
    pauses.pause("telegram", "", "thử", "hoa", real_now())
    day.once("2026-11-23T08:00")
    day.routes(RouteSettings(channels=("cong",)))
    day.once("2026-11-26T10:00")
    row = Delivery.objects.get(channel="telegram")
    assert (row.state, bool(row.error)) == ("superseded", True)


def test_a_preview_is_what_goes(day: Day) -> None:
    def compose(item: Item, render: Render) -> tuple[Part, ...]:
        content: Mapping[str, str] = {"text": item.link}
        return (Part(1, 1, content),)

    day.telegram.compose = compose  # type: ignore[method-assign]
    by_people(day)
    day.says("1")
    day.once()
    article = day.article()
    assert article.current is not None
    shown = {each.channel: each for each in previews(day.office, article, article.current)}["telegram"]
    acts.approve(day.office, article.id, person("hoa", "approver"))
    assert Delivery.objects.get(channel="telegram").content == shown.parts[0].content


def test_a_drain_waits_for_a_limit_no_longer_than_its_patience(only_telegram: Day) -> None:
    day = only_telegram
    day.telegram.limits = (Limit("channel", 1, 30.0),)
    day.now = at("2026-11-23T08:00")
    for guid, text in (("1", WORDS), ("2", OTHER)):
        day.says(guid, text)
    collected(day)
    engine = Engine(day.office.channels, "o", day.office.now, patience=5.0)
    assert engine.drain() == 1
