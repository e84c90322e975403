"""Sending to an Official Account: created once whatever happens, verified until it stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import (
    DeliveryError,
    NeedsHuman,
    NotSent,
    Part,
    Receipt,
    Rejected,
    RetryLater,
    Uncertain,
)
from channels.zalo import ZaloOaChannel, api
from channels.zalo import oa as module
from tests.channels.items import make_item
from tests.channels.wire import SOON, Act, Wire, closed_port, cut, page, raw, reset, say, silence, wire
from tests.channels.zalo.office import COVER, NOW, PowerCut, Saved, Store, granted, pair, render

CREATED = {"data": {"token": "TOKEN"}, "error": 0, "message": "Success"}
STANDS = {"data": {"id": "ID"}, "error": 0}
PROCESSING = {"error": -214, "message": "Media is being processed"}
LINKED = {"data": {"link_view": "https://zalo.example/ID"}, "error": 0}
NOTHING = {"data": {"total": 0, "medias": []}, "error": 0}
SINCE = int(NOW.timestamp() * 1000)
SKEW = int(api.CLOCK_SKEW.total_seconds() * 1000)
TOKEN = {"method": "create", "token": "TOKEN", "at": NOW.isoformat()}


def channel(
    url: str,
    store: Store | None = None,
    oauth: str = "http://127.0.0.1:9",
    now: Callable[[], datetime] = lambda: NOW,
) -> ZaloOaChannel:
    return ZaloOaChannel(
        id="zalo",
        app_id="app",
        secret="SECRET",
        tokens=store or Store(pair()),
        cover=COVER,
        api=url,
        oauth=oauth,
        now=now,
        sleep=lambda seconds: None,
    )


def the_part(url: str = "") -> Part:
    (part,) = channel(url).compose(make_item(), render)
    return part


def send(url: str, checkpoint: Saved, **changes: Any) -> Receipt:
    zalo = channel(url, **changes)
    return zalo.send(the_part(), target=zalo.target, key="key", checkpoint=checkpoint)


def find(url: str, since: datetime = NOW) -> Receipt | None:
    zalo = channel(url)
    return zalo.find(the_part(), target=zalo.target, key="key", since=since)


def ends(server: Wire) -> list[str]:
    return [path.rpartition("/")[2] for path in server.paths()]


def error(code: int, message: str = "no") -> Act:
    return say({"error": code, "message": message})


def test_create_verify_receipt() -> None:
    saved = Saved()
    with wire(say(CREATED), say(PROCESSING), say(STANDS), say(LINKED)) as server:
        receipt = send(server.url, saved)
    assert receipt == Receipt("ID", "https://zalo.example/ID", {"token": "TOKEN"})
    assert ends(server) == ["create", "verify", "verify", "getdetail?id=ID"]
    assert server.paths()[0] == "/v2.0/article/create"
    assert server.requests[0].json == the_part().content["article"]
    assert server.requests[1].json == {"token": "TOKEN"}
    assert {request.headers["access_token"] for request in server.requests} == {"access-1"}
    assert saved.value == TOKEN


def test_the_receipt_does_not_wait_for_the_address() -> None:
    with wire(say(CREATED), say(STANDS), page(502)) as server:
        assert send(server.url, Saved()) == Receipt("ID", None, {"token": "TOKEN"})


def test_the_token_is_committed_before_the_first_verify() -> None:
    seen: list[int] = []

    class Watching(Saved):
        def save(self, value: Any) -> None:
            seen.append(len(server.requests))
            super().save(value)

    with wire(say(CREATED), say(STANDS)) as server:
        send(server.url, Watching())
    assert seen == [1]


def test_power_cut_between_create_and_save_creates_nothing_by_itself() -> None:
    """The ledger has no token then and calls the row uncertain; `find` can tell it more."""
    row = {
        "id": "ID",
        "title": make_item().title,
        "create_date": SINCE,
        "link_view": "https://zalo.example/ID",
    }
    with wire(say(CREATED), say({"data": {"total": 1, "medias": [row]}, "error": 0})) as server:
        with pytest.raises(PowerCut):
            send(server.url, Saved(dies=True))
        assert ends(server) == ["create"]
        receipt = find(server.url)
    assert receipt is not None
    assert (receipt.ref, receipt.url) == ("ID", "https://zalo.example/ID")


def test_power_cut_after_the_save_is_only_verified() -> None:
    saved = Saved()

    def power_cut(seconds: float) -> None:
        raise PowerCut

    with wire(say(CREATED), say(PROCESSING), say(STANDS)) as server:
        zalo = channel(server.url)
        zalo._sleep = power_cut
        with pytest.raises(PowerCut):
            zalo.send(the_part(), target=zalo.target, key="key", checkpoint=saved)
        assert send(server.url, Saved(saved.value)).ref == "ID"
    assert ends(server)[:3] == ["create", "verify", "verify"]
    assert ends(server).count("create") == 1


def test_still_processing_gives_its_place_to_others_and_keeps_the_token() -> None:
    saved = Saved()
    with wire(say(CREATED), say(PROCESSING)) as server, pytest.raises(RetryLater) as caught:
        send(server.url, saved)
    assert (caught.value.seconds, caught.value.scope) == (3.0, "target")
    assert ends(server) == ["create", "verify", "verify"]
    assert saved.value == TOKEN


@given(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_the_older_a_token_the_longer_the_wait(age: timedelta) -> None:
    assert 3.0 <= module._pause(age) <= module._pause(age + timedelta(seconds=1)) <= 60.0


def test_a_token_is_asked_about_soon_and_then_ever_more_seldom() -> None:
    later = NOW + timedelta(seconds=30)
    with wire(say(PROCESSING)) as server, pytest.raises(RetryLater) as caught:
        send(server.url, Saved(TOKEN), now=lambda: later)
    assert caught.value.seconds == 10.0


def test_the_checkpoint_of_an_earlier_version_is_a_token_alone() -> None:
    with wire(say(STANDS), say(LINKED)) as server:
        assert send(server.url, Saved({"token": "TOKEN"})).ref == "ID"
    assert ends(server)[0] == "verify"


@pytest.mark.parametrize(
    "lost", [reset, cut, page(), page(500), raw(b"", 200), say({"error": "0"}), say(LINKED)]
)
def test_a_lost_answer_to_create_is_uncertain_and_never_repeated(lost: Act) -> None:
    saved = Saved()
    with wire(lost) as server, pytest.raises(Uncertain):
        send(server.url, saved)
    assert ends(server) == ["create"]
    assert saved.value is None


@pytest.mark.parametrize("lost", [reset, cut, page(), page(500), raw(b"", 200)])
def test_a_lost_answer_to_verify_is_harmless(lost: Act) -> None:
    with wire(lost, say(STANDS), say(LINKED)) as server:
        assert send(server.url, Saved(TOKEN)).ref == "ID"
    with wire(lost) as server, pytest.raises(RetryLater):
        send(server.url, Saved(TOKEN))


def test_what_could_not_leave_is_not_sent() -> None:
    with pytest.raises(NotSent):
        send(closed_port(), Saved())
    with pytest.raises(RetryLater):
        send(closed_port(), Saved(TOKEN))


def test_silence_ends_before_the_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 1.0)
    started = time.monotonic()
    with wire(silence) as server, pytest.raises(Uncertain):
        send(server.url, Saved())
    with wire(silence) as server, pytest.raises(RetryLater):
        send(server.url, Saved(TOKEN))
    assert time.monotonic() - started < 2 * SOON


@pytest.mark.parametrize("code", [-216, -220])
def test_a_stale_access_token_is_renewed_once_and_the_call_repeated(code: int) -> None:
    store = Store(pair())
    with wire(say(granted())) as oauth, wire(error(code), say(CREATED), say(STANDS), say(LINKED)) as server:
        assert send(server.url, Saved(), store=store, oauth=oauth.url).ref == "ID"
    assert [r.headers["access_token"] for r in server.requests] == ["access-1"] + ["access-2"] * 3
    assert len(oauth.requests) == 1
    with wire(say(granted())) as oauth, wire(error(code)) as server, pytest.raises(NeedsHuman):
        send(server.url, Saved(), oauth=oauth.url)
    assert ends(server) == ["create", "create"]


def test_a_pair_about_to_end_is_renewed_before_anything_is_created() -> None:
    store = Store(pair(left=timedelta(minutes=1)))
    with wire(reset) as oauth, wire(say(CREATED)) as server:
        with pytest.raises(RetryLater):
            send(server.url, Saved(), store=store, oauth=oauth.url)
        assert server.requests == []


@pytest.mark.parametrize(
    ("code", "raised", "scope"),
    [
        (-32, RetryLater, "channel"),
        (-234, RetryLater, "channel"),
        (-201, Rejected, None),
        (-224, NeedsHuman, "channel"),
        (-213, NeedsHuman, "target"),
        (-999, Rejected, None),
    ],
)
def test_refusals_of_create(code: int, raised: type[DeliveryError], scope: str | None) -> None:
    with wire(error(code, "access-1 SECRET title")) as server, pytest.raises(raised) as caught:
        send(server.url, Saved())
    assert getattr(caught.value, "scope", None) == scope
    assert str(code) in str(caught.value)
    assert "title" in str(caught.value)
    assert "access-1" not in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert ends(server) == ["create"]


def test_pictures_that_fail_at_verify_are_a_refusal_once_the_list_knows_no_such_article() -> None:
    with (
        wire(say(CREATED), error(-200, "Upload media failed"), say(NOTHING)) as server,
        pytest.raises(Rejected),
    ):
        send(server.url, Saved())
    assert ends(server)[-1] == "getslice?offset=0&limit=10&type=normal"


def test_a_token_that_zalo_forgot_is_looked_up_among_what_came_after_it() -> None:
    row = {"id": "ID", "title": make_item().title, "create_date": SINCE + 5}
    old = {"id": "OLD", "title": make_item().title, "create_date": SINCE - SKEW - 1}
    with wire(error(-201), say({"data": {"medias": [old]}, "error": 0})) as server, pytest.raises(Rejected):
        send(server.url, Saved(TOKEN))
    with wire(error(-201, "token is invalid"), say({"data": {"medias": [row]}, "error": 0})) as server:
        assert send(server.url, Saved(TOKEN)) == Receipt("ID", None, {"found": "getslice"})
    with wire(error(-201), reset) as server, pytest.raises(RetryLater):
        send(server.url, Saved(TOKEN))


def test_looking_for_a_forgotten_article_has_no_more_time_than_the_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 1.5)
    started = time.monotonic()
    row = {"id": "OTHER", "title": "Bài khác", "create_date": SINCE}
    full = {"data": {"medias": [row] * api.SLICE}, "error": 0}
    with wire(error(-201), say(full), silence) as server, pytest.raises(RetryLater):
        send(server.url, Saved(TOKEN))
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize("code", [-32, -224])
def test_refusals_of_verify_that_are_not_about_the_article(code: int) -> None:
    with wire(error(code)) as server, pytest.raises((RetryLater, NeedsHuman)) as caught:
        send(server.url, Saved(TOKEN))
    assert getattr(caught.value, "scope", None) == "channel"
    assert ends(server) == ["verify"]


TITLE = make_item().title


@pytest.mark.parametrize(
    ("rows", "ref"),
    [
        ([{"id": "A", "title": TITLE, "create_date": SINCE}], "A"),
        ([{"id": "A", "title": TITLE, "create_date": SINCE - SKEW}], "A"),
        ([{"id": "A", "title": TITLE, "create_date": SINCE - SKEW - 1}], None),
        (
            [
                {"id": "A", "title": TITLE, "create_date": SINCE + 9},
                {"id": "LAST MONTH", "title": TITLE, "create_date": SINCE - 30 * 86_400_000},
            ],
            "A",
        ),
        ([{"id": "A", "title": TITLE + "!", "create_date": SINCE}], None),
        ([{"id": "A", "title": TITLE}], None),
        ([{"title": TITLE, "create_date": SINCE}], None),
        (
            [
                {"id": "A", "title": TITLE, "create_date": SINCE},
                {"id": "B", "title": TITLE, "create_date": SINCE},
            ],
            None,
        ),
        (["x", None], None),
        (None, None),
    ],
)
def test_find_names_an_article_only_where_there_is_no_doubt(rows: Any, ref: str | None) -> None:
    with wire(say({"data": {"medias": rows}, "error": 0})) as server:
        found = find(server.url)
    assert (found.ref if found else None) == ref


def listed(*created: int) -> Act:
    rows = [{"id": str(n), "title": "khác", "create_date": at} for n, at in enumerate(created)]
    return say({"data": {"medias": rows}, "error": 0})


def offsets(server: Wire) -> list[str]:
    return [path.partition("offset=")[2].partition("&")[0] for path in server.paths()]


def test_find_reads_page_after_page_until_what_is_older_than_the_send() -> None:
    new, old = [SINCE] * 10, [SINCE] * 9 + [SINCE - SKEW - 1]
    with wire(listed(*new), listed(*new), listed(*old), listed(*new)) as server:
        assert find(server.url) is None
    assert offsets(server) == ["0", "10", "20"]


def test_find_does_not_read_for_ever() -> None:
    with wire(listed(*[SINCE] * 10)) as server:
        assert find(server.url) is None
    assert offsets(server) == [str(page) for page in range(0, api.SLICES * 10, 10)]


def test_find_says_when_it_cannot_ask() -> None:
    with wire(reset) as server, pytest.raises(Uncertain):
        find(server.url)
    with pytest.raises(NotSent):
        find(closed_port())


def test_what_the_ledger_knows_of_the_channel() -> None:
    zalo = channel("")
    assert (zalo.kind, zalo.target, zalo.account) == ("zalo-oa", "oa:app", "oa:app")
    assert (zalo.push, zalo.pulled, zalo.rings, zalo.asks) == (True, False, False, True)
    assert zalo.warning() is None
    assert channel("", Store(None)).warning() is None
    assert channel("", Store(pair(refresh_left=timedelta(days=3)))).warning() is not None
