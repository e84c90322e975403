"""The rotating pair: refreshed in time, by one refresher, stored before use, honest after a crash."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from channels import http
from channels.base import DeliveryError, NeedsHuman, NotSent, RetryLater, Uncertain
from channels.zalo import tokens as module
from channels.zalo.tokens import Tokens, warning
from tests.channels.wire import closed_port, page, raw, reset, say, silence, wire
from tests.channels.zalo.office import NOW, PowerCut, Store, granted, pair

REFUSED = {"error": -14014, "error_name": "Invalid refresh token", "error_description": "refresh-1 is used"}


def tokens(store: Store, oauth: str) -> Tokens:
    return Tokens(store, channel="zalo", app_id="app", secret="SECRET", oauth=oauth, now=lambda: NOW)


def test_a_pair_that_lasts_is_used_without_a_word_to_zalo() -> None:
    assert tokens(Store(pair(left=timedelta(minutes=6))), closed_port()).access() == "access-1"


def test_the_pair_is_renewed_five_minutes_early_as_the_documentation_says() -> None:
    store = Store(pair(left=timedelta(minutes=5)))
    with wire(say(granted())) as server:
        assert tokens(store, server.url).access() == "access-2"
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v4/oa/access_token")
    assert request.headers["secret_key"] == "SECRET"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {
        "app_id": ["app"],
        "grant_type": ["refresh_token"],
        "refresh_token": ["refresh-1"],
    }
    doubted, fresh = store.saved
    assert (doubted.refresh, doubted.in_doubt) == ("refresh-1", True)
    assert (fresh.refresh, fresh.in_doubt) == ("refresh-2", False)
    assert fresh.expires_at == NOW + timedelta(seconds=90_000)
    assert fresh.refresh_expires_at == NOW + timedelta(days=90)


@pytest.mark.parametrize("said", ["90000", 90000, None, "", "-1", "9" * 5000, "x", [], "25h"])
def test_a_life_that_is_not_said_is_25_hours(said: object) -> None:
    with wire(say({**granted(), "expires_in": said})) as server:
        store = Store(pair(left=timedelta()))
        tokens(store, server.url).access()
    assert store.pair is not None
    assert store.pair.expires_at == NOW + timedelta(hours=25)


def test_many_threads_make_one_refresh() -> None:
    store = Store(pair(left=timedelta()))
    with wire(say(granted())) as server, ThreadPoolExecutor(8) as pool:
        barrier = threading.Barrier(8)

        def ask() -> str:
            barrier.wait()
            return tokens(store, server.url).access()

        got = [pool.submit(ask) for _ in range(8)]
        assert {future.result() for future in got} == {"access-2"}
    assert len(server.requests) == 1


def test_a_token_that_zalo_turned_down_is_renewed_unless_another_process_did_so() -> None:
    with wire(say(granted())) as server:
        assert tokens(Store(pair()), server.url).access(refused="access-1") == "access-2"
    assert tokens(Store(pair("access-3")), closed_port()).access(refused="access-1") == "access-3"


def test_power_cut_before_the_mark_leaves_the_pair_as_it_was() -> None:
    store = Store(pair(left=timedelta()), dies_before=0)
    with wire(say(granted())) as server:
        with pytest.raises(PowerCut):
            tokens(store, server.url).access()
        assert server.requests == []
    assert store.pair == pair(left=timedelta())


def test_power_cut_after_the_reply_asks_a_person_when_the_old_token_is_refused() -> None:
    store = Store(pair(left=timedelta()), dies_before=1)
    with wire(say(granted()), say(REFUSED)) as server:
        with pytest.raises(PowerCut):
            tokens(store, server.url).access()
        assert store.pair is not None
        assert store.pair.in_doubt
        after = Store(store.pair)
        with pytest.raises(NeedsHuman) as caught:
            tokens(after, server.url).access()
    assert len(server.requests) == 2
    assert "mất câu trả lời" in str(caught.value)
    assert "loa authorize zalo" in str(caught.value)
    assert caught.value.scope == "channel"
    for hidden in ("refresh-1", "SECRET", "access-1"):
        assert hidden not in str(caught.value)


def test_power_cut_before_the_request_left_costs_nothing() -> None:
    store = Store(pair(left=timedelta(), in_doubt=True))
    with wire(say(granted())) as server:
        assert tokens(store, server.url).access() == "access-2"


@pytest.mark.parametrize("failure", [reset, page(502), page(), raw(b"", 500)])
def test_a_lost_reply_keeps_the_doubt_and_sends_nothing(failure: object) -> None:
    store = Store(pair(left=timedelta()))
    with wire(failure) as server, pytest.raises(RetryLater) as caught:  # type: ignore[arg-type]
        tokens(store, server.url).access()
    assert caught.value.scope == "channel"
    assert store.pair == pair(left=timedelta(), in_doubt=True)


def test_silence_is_a_lost_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.3)
    store = Store(pair(left=timedelta()))
    with wire(silence) as server, pytest.raises(RetryLater):
        tokens(store, server.url).access()
    assert store.pair is not None
    assert store.pair.in_doubt


def test_who_waited_for_a_refresh_that_failed_does_not_try_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.5)
    with wire(silence) as server, ThreadPoolExecutor(8) as pool:
        barrier = threading.Barrier(8)
        shared = tokens(Store(pair(left=timedelta())), server.url)

        def ask() -> str:
            barrier.wait()
            return shared.access()

        asked = [pool.submit(ask) for _ in range(8)]
        assert all(isinstance(future.exception(), RetryLater) for future in asked)
        assert len(server.requests) == 1
        with pytest.raises(RetryLater):
            shared.access()
    assert len(server.requests) == 2


@pytest.mark.parametrize("doubt", [True, False])
def test_what_certainly_was_not_taken_leaves_the_doubt_as_it_was(doubt: bool) -> None:
    before = pair(left=timedelta(), in_doubt=doubt)
    store = Store(before)
    with pytest.raises(NotSent):
        tokens(store, closed_port()).access()
    assert store.pair == before
    with wire(say({"error": -32, "message": "too fast"})) as server, pytest.raises(RetryLater) as caught:
        tokens(store, server.url).access()
    assert caught.value.seconds == http.BACK_OFF
    assert store.pair == before


def test_without_a_pair_a_person_is_asked() -> None:
    with pytest.raises(NeedsHuman, match="loa authorize zalo"):
        tokens(Store(None), closed_port()).access()


def test_a_code_is_traded_for_the_first_pair() -> None:
    store = Store(None)
    with wire(say(granted())) as server:
        assert tokens(store, server.url).authorize(code="CODE", verifier="V").access == "access-2"
    assert parse_qs(server.requests[0].body.decode()) == {
        "app_id": ["app"],
        "grant_type": ["authorization_code"],
        "code": ["CODE"],
        "code_verifier": ["V"],
    }
    assert store.pair is not None
    assert store.pair.refresh == "refresh-2"


@pytest.mark.parametrize(
    ("act", "error"), [(say(REFUSED), NeedsHuman), (reset, Uncertain), (say({"error": -32}), RetryLater)]
)
def test_a_failed_authorisation_keeps_the_old_pair(act: object, error: type[DeliveryError]) -> None:
    store = Store(pair())
    with wire(act) as server, pytest.raises(error):  # type: ignore[arg-type]
        tokens(store, server.url).authorize(refresh="typo")
    assert store.pair == pair()


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=14), None),
        (timedelta(days=13, hours=23), "sau 13 ngày"),
        (timedelta(0), "đã hết hạn"),
        (timedelta(days=-3), "đã hết hạn"),
    ],
)
def test_the_end_of_the_refresh_token_is_told_two_weeks_before(left: timedelta, words: str | None) -> None:
    said = warning(pair(refresh_left=left), NOW)
    assert said is None if words is None else said is not None and words in said


def test_a_pair_does_not_show_its_secrets() -> None:
    assert "access-1" not in repr(pair())
    assert "refresh-1" not in repr(pair())
