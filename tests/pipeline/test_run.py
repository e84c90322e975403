"""The stages in their order, and what people may do in between: in one process, on a file."""

from __future__ import annotations

from datetime import time
from typing import Any, NoReturn

import pytest

from channels.base import NotSent
from pipeline import acts, audit, places
from pipeline.compose.sandbox import TemplateProblem
from pipeline.models import Article, AuditEntry, Delivery
from pipeline.schedule import Review, RouteSettings
from tests.pipeline.day import WORDS, Day, person
from tests.pipeline.ledger import Remote

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_article_walks_all_the_way_by_its_sources_rule(day: Day) -> None:
    day.says("1")
    day.once()
    assert day.states() == {"cong": ["sent"], "telegram": ["sent"], "zalo": ["sent"]}
    approval = day.article().published.approvals.get()  # type: ignore[union-attr]
    assert (approval.user, approval.rule) == (None, "rule:vpubnd")
    assert list(AuditEntry.objects.values_list("act", flat=True)) == ["collect", "approve"]
    assert audit.verify() is None


def test_a_change_after_publication_waits_for_a_person_and_then_puts_right_what_stands(day: Day) -> None:
    day.says("1")
    day.once()
    day.says("1", WORDS.replace("sáng", "chiều"))
    day.once()
    article = day.article()
    assert (article.state, article.current.number, article.published.number) == ("review", 2, 1)  # type: ignore[union-attr]
    acts.approve(day.office, article.id, person("hoa", "approver"), reason="đổi buổi")
    day.once()
    assert day.states() == {channel: ["sent", "sent"] for channel in ("cong", "telegram", "zalo")}
    assert list(day.telegram.shown.values()) == ["Tin 1 (đã sửa: đổi buổi)"]


def test_a_change_before_anything_went_out_takes_the_place_of_the_old_words(day: Day) -> None:
    day.says("1", more="<loa:embargo>2026-11-24T08:00:00+07:00</loa:embargo>")
    day.once()
    assert day.article().state == "held"
    day.says("1", WORDS.replace("sáng", "chiều"))
    day.once()
    assert day.article().state == "approved"
    assert Delivery.objects.get(channel="cong").content["html"].count("chiều") == 1


def test_what_waits_for_the_morning_is_superseded_by_new_words(day: Day) -> None:
    day.routes(RouteSettings(channels=("telegram",)))
    day.says("1")
    day.once("2026-11-23T22:00")
    assert day.states() == {"telegram": ["queued"]}
    day.says("1", WORDS.replace("sáng", "chiều"))
    day.once("2026-11-23T23:00")
    assert day.states() == {"telegram": ["superseded", "queued"]}
    day.once("2026-11-25T05:00")
    assert day.states() == {"telegram": ["superseded", "sent"]}


def test_a_hold_stops_the_unsent_and_an_approval_lets_it_go_on(day: Day) -> None:
    lan = person("lan", "editor")
    day.says("1")
    day.once("2026-11-23T22:00")
    assert day.states() == {"cong": ["sent"], "telegram": ["queued"], "zalo": ["queued"]}
    acts.hold(day.office, day.article().id, lan, "chờ xác minh")
    day.once("2026-11-25T08:00")
    assert day.states()["telegram"] == ["superseded"]
    with pytest.raises(acts.NotAllowed):
        acts.approve(day.office, day.article().id, lan)
    acts.approve(day.office, day.article().id, person("hoa", "approver"))
    day.once()
    assert day.states() == {"cong": ["sent"], "telegram": ["sent"], "zalo": ["sent"]}


def test_a_returned_article_is_reviewed_afresh_when_its_agency_has_mended_it(day: Day) -> None:
    day.says("1", "Cắt ngắn…")
    day.once()
    acts.give_back(day.office, day.article().id, person("lan", "editor"), "thiếu nội dung")
    day.once()
    assert day.article().state == "held"
    day.says("1")
    day.once()
    assert day.article().state == "approved"


def test_an_emergency_is_asked_for_by_a_feed_and_granted_by_an_approver(day: Day) -> None:
    day.says("1", more="<loa:priority>khan-cap</loa:priority>")
    day.once("2026-11-23T22:00")
    assert day.states() == {"cong": ["sent"], "telegram": ["queued"], "zalo": ["queued"]}
    acts.approve(day.office, day.article().id, person("hoa", "approver"), emergency=True)
    day.once()
    assert day.states() == {"cong": ["sent"], "telegram": ["sent"], "zalo": ["sent"]}


def test_an_emergency_that_a_channel_cannot_carry_stops_nothing(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    day.says("1")
    day.once("2026-11-23T22:00")
    queued = {"cong": ["sent"], "telegram": ["queued"], "zalo": ["queued"]}
    assert day.states() == queued

    def refuses(*_: object) -> NoReturn:
        raise TemplateProblem("khẩn cấp quá dài")

    monkeypatch.setattr(day.zalo, "compose", refuses)
    with pytest.raises(acts.NotAllowed, match="khẩn cấp quá dài"):
        acts.approve(day.office, day.article().id, person("hoa", "approver"), emergency=True)
    assert (day.article().state, day.states()) == ("approved", queued)


def test_a_flood_from_a_known_source_waits_for_one_yes(day: Day) -> None:
    day.says("1")
    day.once()
    for n in range(2, 23):
        day.says(str(n), f"{WORDS} Chuyện riêng {n} " + " ".join(f"từ{n}{m}" for m in range(40)))
    day.once()
    assert Article.objects.filter(state="review", stopped="bulk").count() == 21
    assert places.admit(day.office, "vpubnd", person("lan", "editor")) == 21
    day.once()
    assert not Article.objects.filter(stopped="bulk").exists()
    assert Article.objects.filter(state="approved").count() == 22


def test_absence_is_not_withdrawal_and_a_withdrawal_stops_and_lists(day: Day) -> None:
    day.says("1")
    day.once("2026-11-23T22:00")
    day.items.clear()
    day.says(
        "2", "Một tin khác hẳn về việc cấp căn cước cho người cao tuổi tại nhà, theo đề nghị của gia đình họ."
    )
    day.once()
    assert day.article().state == "approved"
    done = acts.withdraw(day.office, day.article().id, person("hoa", "approver"), "sai số liệu")
    assert done == acts.TakenBack((), ())
    assert day.states() == {"cong": ["withdrawn"], "telegram": ["withdrawn"], "zalo": ["withdrawn"]}
    day.once("2026-11-25T09:00")
    assert day.states()["telegram"] == ["withdrawn"]


def test_an_outage_that_outlasts_the_window_waits_for_the_next_one(day: Day) -> None:
    object.__setattr__(
        day.office.schedule, "routes", (RouteSettings(channels=("telegram",), not_after=time(9)),)
    )
    day.says("1")
    day.telegram.answers = [NotSent("không nối được")]
    day.once("2026-11-23T08:59")
    assert day.states() == {"telegram": ["queued"]}
    Delivery.objects.update(wake_at=None)
    day.once("2026-11-23T12:00")
    assert day.telegram.accepted == []
    Delivery.objects.update(wake_at=None)
    day.once("2026-11-25T05:00")
    assert len(day.telegram.accepted) == 1


def test_what_a_channel_cannot_say_reaches_a_person_and_stops_nobody_else(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(item: Any, render: Any) -> Any:
        if item.title == "Tin 1":
            raise ValueError("mẫu tin sai ở dòng 3")
        return Remote.compose(day.zalo, item, render)

    monkeypatch.setattr(day.zalo, "compose", broken)
    day.says("1")
    day.says(
        "2", "Một tin khác hẳn về việc cấp căn cước cho người cao tuổi tại nhà, theo đề nghị của gia đình họ."
    )
    day.once()
    assert (day.article("1").state, day.article("2").state) == ("review", "approved")
    assert "dòng 3" in day.article("1").current.findings.get(code="compose").message  # type: ignore[union-attr]
    assert day.states("1") == {}
    with pytest.raises(acts.NotAllowed, match="dòng 3"):
        acts.approve(day.office, day.article("1").id, person("hoa", "approver"))


def test_people_need_a_role_and_a_reason(day: Day) -> None:
    day.says("1")
    day.once()
    for user, reason in ((person("ai"), "vì"), (person("hoa", "approver"), "  ")):
        with pytest.raises(acts.NotAllowed):
            acts.withdraw(day.office, day.article().id, user, reason)
    assert day.article().state == "approved"


def test_a_changed_rule_reads_an_unchanged_feed_afresh(day: Day) -> None:
    [published] = day.office.schedule.sources
    by_people = published.model_copy(update={"approval": Review()})
    object.__setattr__(day.office.schedule, "sources", (by_people,))
    day.says("1")
    day.once()
    assert day.article().state == "review"
    object.__setattr__(day.office.schedule, "sources", (published,))
    day.once()
    assert day.article().state == "approved"
