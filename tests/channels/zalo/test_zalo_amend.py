"""Articles put right and taken back on the Official Account, against the strict stand-in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import (
    Amendment,
    CannotChange,
    DeliveryError,
    Item,
    NeedsHuman,
    Notice,
    NotSent,
    Part,
    Receipt,
    Rejected,
    RetryLater,
    Uncertain,
)
from channels.text import utf16
from channels.zalo.articles import article
from demo.faults import Fault
from demo.zalo import ZaloStandIn
from tests.channels.items import HANOI, make_item
from tests.channels.wire import Act, Wire, page, reset, say, wire
from tests.channels.zalo.office import COVER, NOW, PowerCut, Saved, account, deliver, post, render

LATER = (NOW + timedelta(hours=1)).astimezone(HANOI)
REASON = "cơ quan nguồn sửa giờ tiếp nhận."
AMENDED = make_item(html="<p>Buổi chiều: đến 16h30.</p>", amended=Amendment(REASON, LATER))
NOTICE = Notice(AMENDED.title, "đăng nhầm bản dự thảo", LATER, AMENDED.agency, "")
LINE = f"Đã đính chính lúc 09:00 ngày 23/11/2026: {REASON}"


def correction(item: Item = AMENDED) -> Part:
    (part,) = account(FAR, FAR).correct(item, 1, render)
    return part


def anew(part: Part) -> Part:
    """What the engine sends once the first way has met `CannotChange`."""
    return Part(1, 1, part.otherwise[0])


def withdrawal() -> Part:
    (part,) = account(FAR, FAR).withdraw(NOTICE, 2, render)
    return part


class _Far:
    url = "http://127.0.0.1:9"


FAR: Any = _Far()
"""For what only composes."""


def texts(shown: dict[str, Any]) -> list[str]:
    return [block["content"] for block in shown["body"]]


def acts(zalo: ZaloStandIn) -> list[str]:
    return [act["act"] for act in zalo.truth.acts if act["act"] in ("create", "update", "remove")]


# Put right


def test_an_article_is_written_over_and_says_so_first(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old = post(oa, make_item())
    receipt = deliver(oa, oa.correct(AMENDED, 1, render)[0], standing=[old])
    (shown,) = zalo.shown()
    assert receipt.ref == old.ref == shown["id"]
    assert texts(shown)[0] == LINE
    assert "Buổi chiều: đến 16h30." in texts(shown)
    assert shown["title"] == AMENDED.title
    assert acts(zalo) == ["create", "update"]


def test_an_article_that_is_gone_gets_another_that_says_what_it_is(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    part = oa.correct(AMENDED, 1, render)[0]
    saved = Saved()
    for standing in ([Receipt("never-there")], [Receipt("", "https://zalo.example/x")], []):
        with pytest.raises(CannotChange):
            deliver(oa, part, saved, standing)
    assert (acts(zalo), saved.value) == ([], None)
    receipt = deliver(oa, anew(part), saved, [Receipt("never-there")])
    (shown,) = zalo.shown()
    assert shown["id"] == receipt.ref
    assert shown["title"] == f"Đính chính: {AMENDED.title}"
    assert texts(shown)[0] == (
        f"Đính chính lúc 09:00 ngày 23/11/2026: {REASON}\n"
        "Bài này thay cho bài đã đăng trước đó về cùng nội dung."
    )


def test_the_newest_is_written_over(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old, new = post(oa, make_item(title="Cũ")), post(oa, make_item(title="Mới"))
    deliver(oa, oa.correct(AMENDED, 2, render)[0], standing=[new, old])
    assert {one["id"]: one["title"] for one in zalo.shown()} == {old.ref: "Cũ", new.ref: AMENDED.title}


@pytest.mark.parametrize("fault", ["reset-after-accepting", "500-after-accepting", "reset-before-accepting"])
def test_an_answer_lost_after_update_is_repeated_without_harm(
    zalo: ZaloStandIn, pictures: Wire, fault: str
) -> None:
    oa = account(zalo, pictures)
    old = post(oa, make_item())
    part, saved = oa.correct(AMENDED, 1, render)[0], Saved()
    zalo.faults.append(Fault(fault, only="update"))
    with pytest.raises(Uncertain):
        deliver(oa, part, saved, [old])
    assert saved.value is None
    assert oa.repeatable(part.content)
    deliver(oa, part, saved, [old])
    (shown,) = zalo.shown()
    assert texts(shown)[0] == LINE


def test_what_was_handed_in_before_a_power_cut_is_only_verified(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa, saved = account(zalo, pictures), Saved()
    old = post(oa, make_item())
    part = oa.correct(AMENDED, 1, render)[0]

    def power_cut(seconds: float) -> None:
        raise PowerCut

    oa._sleep = power_cut
    with pytest.raises(PowerCut):
        deliver(oa, part, saved, [old])
    deliver(account(zalo, pictures, oa._store), part, Saved(saved.value), [old])
    assert acts(zalo) == ["create", "update"]


def test_a_token_of_one_way_is_not_taken_for_another_way_s(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa, saved = account(zalo, pictures), Saved()
    old = post(oa, make_item())
    part = oa.correct(AMENDED, 1, render)[0]
    deliver(oa, part, saved, [old])
    receipt = deliver(oa, anew(part), saved, [old])
    assert receipt.ref != old.ref
    assert acts(zalo) == ["create", "update", "create"]


def test_only_a_new_article_can_be_doubled() -> None:
    oa, part = account(FAR, FAR), correction()
    assert not oa.repeatable(oa.compose(make_item(), render)[0].content)
    assert not oa.repeatable({"article": {}})  # frozen by an earlier version
    assert oa.repeatable(part.content)
    assert not oa.repeatable(anew(part).content)
    assert oa.repeatable(withdrawal().content)


def test_what_can_be_repeated_is_not_looked_for() -> None:
    for part in (correction(), withdrawal()):
        assert account(FAR, FAR).find(part, target="oa:", key="key", since=NOW) is None


NO, DETAIL = say({"error": -201, "message": "invalid"}), say({"error": 0, "data": {"id": "ID"}})
PAIR = say({"access_token": "a", "refresh_token": "r", "expires_in": "90000"})


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([NO, NO], CannotChange),
        ([NO, DETAIL], Rejected),
        ([NO, reset], RetryLater),
        ([NO, say({"error": -212, "message": "no"})], NeedsHuman),
        ([say({"error": -32, "message": "fast"})], RetryLater),
        ([page()], Uncertain),
    ],
)
def test_refusals_of_update(answers: list[Act], error: type[DeliveryError]) -> None:
    """What is refused although the article stands is a person's matter; nothing else tries another way."""
    with wire(PAIR, *answers) as server, pytest.raises(DeliveryError) as caught:
        deliver(account(server, server), correction(), standing=[Receipt("ID")])
    assert type(caught.value) is error


def test_pictures_that_fail_leave_the_old_article_as_it_was(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old = post(oa, make_item())
    before = zalo.shown()
    part = oa.correct(AMENDED, 1, render)[0]
    broken = {**part.content["article"], "cover": {**part.content["article"]["cover"], "photo_url": FAR.url}}
    with pytest.raises(Rejected, match="-200") as caught:
        deliver(oa, Part(1, 1, {**part.content, "article": broken}), standing=[old])
    assert not isinstance(caught.value, CannotChange)
    assert zalo.shown() == before


def test_a_first_post_says_nothing_of_corrections() -> None:
    oa = account(FAR, FAR)
    assert oa.compose(AMENDED, render) == oa.compose(replace(AMENDED, amended=None), render)


TEXT = st.text(min_size=1, max_size=400).filter(str.strip)


@given(TEXT, TEXT, TEXT, st.booleans())
def test_any_correction_keeps_the_limits(title: str, lead: str, reason: str, as_new: bool) -> None:
    item = make_item(title=title, lead=lead, amended=Amendment(reason, LATER))
    payload = article(item, render, COVER, anew=as_new)
    for name, limit in (("title", 140), ("description", 250), ("author", 50)):
        assert 1 <= utf16(payload[name]) <= limit
    assert payload["body"][0]["content"].partition(" lúc ")[0] in ("Đính chính", "Đã đính chính")


# Taken back


def test_every_article_that_stands_is_removed(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old, new, other = (post(oa, make_item(title=title)) for title in ("Cũ", "Mới", "Bài khác"))
    receipt = deliver(oa, withdrawal(), standing=[new, old])
    assert [one["id"] for one in zalo.shown()] == [other.ref]
    assert receipt == Receipt(new.ref, None, {"removed": [new.ref, old.ref]})
    assert deliver(oa, withdrawal(), standing=[new, old]) == receipt


def test_what_was_removed_by_hand_is_gone(zalo: ZaloStandIn, pictures: Wire) -> None:
    receipt = deliver(account(zalo, pictures), withdrawal(), standing=[Receipt("by hand")])
    assert receipt.ref == "by hand"


def test_a_withdrawal_that_broke_off_is_completed(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old, new = post(oa, make_item(title="Cũ")), post(oa, make_item(title="Mới"))
    zalo.faults.append(Fault("reset-after-accepting", only="remove"))
    with pytest.raises(Uncertain):
        deliver(oa, withdrawal(), standing=[new, old])
    assert [one["id"] for one in zalo.shown()] == [old.ref]
    zalo.faults.append(Fault("reset-before-accepting", only="getdetail"))
    with pytest.raises(RetryLater):
        deliver(oa, withdrawal(), standing=[new, old])
    deliver(oa, withdrawal(), standing=[new, old])
    assert zalo.shown() == []


def test_what_zalo_keeps_is_a_person_s_matter_and_the_rest_is_gone() -> None:
    done = say({"error": 0})
    standing = [Receipt("A", "https://zalo.example/A"), Receipt("B")]
    with wire(PAIR, NO, DETAIL, done) as server, pytest.raises(Rejected) as caught:
        deliver(account(server, server), withdrawal(), standing=standing)
    assert [request.json["id"] for request in server.requests if request.path.endswith("remove")] == [
        "A",
        "B",
    ]
    said = str(caught.value)
    assert all(word in said for word in (NOTICE.title, "https://zalo.example/A", "-201", "oa.zalo.me"))


@pytest.mark.parametrize("standing", [[], [Receipt("", "https://zalo.example/A")]])
def test_what_has_no_known_id_is_a_person_s_matter(standing: list[Receipt]) -> None:
    with pytest.raises(Rejected, match="trang quản trị OA"):
        deliver(account(FAR, FAR), withdrawal(), standing=standing)


def test_what_could_not_leave_is_tried_again(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    old = post(oa, make_item())
    away = account(zalo, pictures, oa._store)
    away._api = account(FAR, FAR, oa._store)._api
    for part in (correction(), withdrawal()):
        with pytest.raises(NotSent):
            deliver(away, part, standing=[old])


# Looked for


def test_last_month_s_notice_of_the_same_title_is_not_this_one(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    (part,) = oa.compose(make_item(), render)
    zalo._now = (NOW - timedelta(days=30)).timestamp
    post(oa, make_item())
    zalo._now = NOW.timestamp
    assert oa.find(part, target=oa.target, key="key", since=NOW) is None
    this = post(oa, make_item())
    found = oa.find(part, target=oa.target, key="key", since=NOW)
    assert found is not None
    assert found.ref == this.ref
