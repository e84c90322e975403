"""A broadcast is sent once; what is certainly not taken is told from what may be under way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import NeedsHuman, NotSent, Rejected, Uncertain
from channels.zalo.errors import in_window
from demo.zalo import ZaloStandIn
from tests.channels.items import make_item
from tests.channels.wire import Act, Wire, closed_port, cut, reset, say, silence, wire
from tests.channels.zalo.office import NOW, Store, account, pair, post


def sent(zalo: ZaloStandIn) -> list[list[str]]:
    return [act["articles"] for act in zalo.truth.acts if act["act"] == "broadcast"]


def test_articles_of_the_account_go_to_all_who_follow_it(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    ids = [post(oa, make_item(title=title)).ref for title in ("Một", "Hai")]
    assert oa.broadcast(ids)
    assert sent(zalo) == [ids]


def test_an_article_that_is_gone_is_refused_and_nothing_goes_out(zalo: ZaloStandIn, pictures: Wire) -> None:
    oa = account(zalo, pictures)
    with pytest.raises(Rejected):
        oa.broadcast([post(oa, make_item()).ref, "khong-co"])
    assert sent(zalo) == []


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (say({"error": -234, "message": "time"}), NotSent),
        (say({"error": -211, "message": "quota"}), NotSent),
        (say({"error": -32, "message": "haste"}), NotSent),
        (say({"error": -242, "message": "package"}), NeedsHuman),
        (say({"error": -201, "message": "elements"}), Rejected),
        (say({"error": 0, "data": {}}), Uncertain),
        (say({}, 502), Uncertain),
        (reset, Uncertain),
        (cut, Uncertain),
        (silence, Uncertain),
    ],
)
def test_what_is_certainly_not_taken_is_told_from_what_may_be(
    pictures: Wire, monkeypatch: pytest.MonkeyPatch, act: Act, error: type[Exception]
) -> None:
    monkeypatch.setattr("channels.zalo.api.CALL_SECONDS", 0.3)
    with wire(act) as server:
        oa = account(server, pictures, Store(pair()))
        with pytest.raises(error) as told:
            oa.broadcast(["1"])
        assert len(server.requests) == 1
    assert "access-1" not in str(told.value)
    assert "tự gửi." not in str(told.value)


def test_nobody_there_is_not_sent(pictures: Wire) -> None:
    with wire(say({})) as server:
        server.url = closed_port()
        with pytest.raises(NotSent):
            account(server, pictures, Store(pair())).broadcast(["1"])


def test_the_window_is_viet_nams() -> None:
    seven = NOW.replace(hour=0)
    hours = [hour for hour in range(24) if in_window(seven + timedelta(hours=hour))]
    assert [(hour + 7) % 24 for hour in hours] == [*range(7, 22), 6]
