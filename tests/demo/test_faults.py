"""Every scripted fault does to the client what it says, and the truth knows whether the request was taken."""

import time
from collections.abc import Iterator

import pytest
import requests
import urllib3

from demo.faults import KINDS, Fault
from demo.telegram import TelegramStandIn
from demo.zalo import ZaloStandIn


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(token="1:t", limits=False) as server:
        yield server


def send(server: TelegramStandIn, timeout: float = 5) -> requests.Response:
    url = f"{server.url}/bot1:t/sendMessage"
    return requests.post(url, data={"chat_id": "@phutho", "text": "x"}, timeout=timeout)


def taken(server: TelegramStandIn) -> int:
    return len(requests.get(f"{server.url}/_truth", timeout=5).json()["accepted"])


def test_an_unknown_kind_is_refused(telegram: TelegramStandIn) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Fault("gremlins")
    answer = requests.post(f"{telegram.url}/_faults", json={"kind": "gremlins"}, timeout=5)
    assert answer.status_code == 400


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("reset")])
def test_a_reset_is_a_reset(telegram: TelegramStandIn, kind: str) -> None:
    telegram.faults.append(Fault(kind))
    with pytest.raises(requests.ConnectionError) as broken:
        send(telegram)
    assert isinstance(broken.value.args[0], urllib3.exceptions.ProtocolError)
    assert isinstance(broken.value.args[0].args[1], ConnectionResetError)
    assert taken(telegram) == kind.endswith("after-accepting")
    assert send(telegram).ok


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("silence")])
def test_silence_runs_into_the_clients_timeout(telegram: TelegramStandIn, kind: str) -> None:
    telegram.faults.append(Fault(kind))
    with pytest.raises(requests.ReadTimeout):
        send(telegram, timeout=0.2)
    assert taken(telegram) == kind.endswith("after-accepting")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("500")])
def test_a_server_error_tells_nothing(telegram: TelegramStandIn, kind: str) -> None:
    telegram.faults.append(Fault(kind))
    answer = send(telegram)
    assert (answer.status_code, answer.json()["ok"]) == (500, False)
    assert taken(telegram) == kind.endswith("after-accepting")


def test_too_many_names_the_time(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("too-many", seconds=7))
    answer = send(telegram)
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": 7})
    assert taken(telegram) == 0


def test_a_block_page_looks_like_success(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("block-page"))
    answer = send(telegram)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert taken(telegram) == 0


def test_a_drip_is_slow_but_whole(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("drip", seconds=0.001))
    start = time.monotonic()
    assert send(telegram).json()["ok"]
    assert time.monotonic() - start > 0.1
    assert taken(telegram) == 1


def test_a_refusal_is_not_a_reset(telegram: TelegramStandIn) -> None:
    with requests.Session() as kept:
        kept.get(f"{telegram.url}/_truth", timeout=5)
        with telegram.refusing(), pytest.raises(requests.ConnectionError) as refused:
            kept.get(f"{telegram.url}/_truth", timeout=5)
        assert isinstance(refused.value.args[0].reason, urllib3.exceptions.NewConnectionError)
        assert kept.get(f"{telegram.url}/_truth", timeout=5).ok


def test_a_scripted_refusal_ends_by_itself(telegram: TelegramStandIn) -> None:
    url = telegram.url
    requests.post(f"{url}/_faults", json={"kind": "refuse", "seconds": 0.3}, timeout=5)
    deadline = time.monotonic() + 5
    while True:
        try:
            send(telegram)
        except requests.ConnectionError:
            break
        assert time.monotonic() < deadline
    while True:
        try:
            assert send(telegram).ok
            break
        except requests.ConnectionError:
            assert time.monotonic() < deadline
    assert telegram.url == url


def test_faults_wait_for_their_request(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("block-page", only="sendPhoto"))
    telegram.faults.append(Fault("too-many", times=2))
    assert [send(telegram).status_code for _ in range(3)] == [429, 429, 200]
    telegram.faults.clear()
    assert requests.post(f"{telegram.url}/bot1:t/sendPhoto", timeout=5).status_code == 400


def test_zalo_says_that_it_is_too_much_in_its_own_words() -> None:
    with ZaloStandIn() as zalo:
        zalo.faults.append(Fault("too-many", times=2))
        article = requests.post(f"{zalo.url}/v2.0/article/create", json={}, timeout=5)
        assert (article.status_code, article.json()["error"]) == (200, -32)
        message = requests.post(f"{zalo.url}/bot1:loa-demo/sendMessage", json={}, timeout=5)
        assert (message.status_code, "parameters" in message.json()) == (429, False)
