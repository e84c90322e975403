"""Every scripted fault does to the client what it says, and the truth knows whether the request was taken."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3

from demo.faults import DOOR, KINDS, Fault, Storm, parsed
from demo.server import Reply, Request, StandIn
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from demo.zalo import ZaloStandIn
from demo.zalo_rules import REFUSALS
from tests.demo.playing import SLOWEST, until

CHATS = [Chat("@phutho"), Chat("-5", "group"), Chat("-55", "group")]


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    with TelegramStandIn(token="1:t", chats=CHATS, limits=False) as server:
        yield server


@pytest.fixture
def zalo() -> Iterator[ZaloStandIn]:
    with ZaloStandIn() as server:
        yield server


def send(
    server: StandIn, chat: str = "@phutho", text: str = "x", patience: float = SLOWEST
) -> requests.Response:
    url = f"{server.url}/bot1:t/sendMessage"
    return requests.post(url, data={"chat_id": chat, "text": text}, timeout=(SLOWEST, patience))


def script(server: StandIn, **fault: Any) -> int:
    return requests.post(f"{server.url}/_faults", json=fault, timeout=30).status_code


def truth(server: StandIn) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{server.url}/_truth", timeout=30).json()
    return found


def taken(server: StandIn) -> int:
    return len(truth(server)["accepted"])


def lets_in(server: StandIn) -> bool:
    with suppress(requests.ConnectionError, requests.Timeout):
        return requests.get(f"{server.url}/_truth", timeout=(0.5, SLOWEST)).ok
    return False


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "gremlins"},
        {"kind": "drip", "times": 0},
        {"kind": "drip", "times": "twice"},
        {"kind": "drip", "seconds": -1},
        {"kind": "drip", "only": 3},
        {"kind": "drip", "where": {"chat_id": -5}},
        {"kind": "drip", "where": ["chat_id"]},
        {"kind": "drip", "forever": True},
        {"kind": "refuse", "only": "sendMessage"},
        {"kind": "connect-time-out", "where": {"chat_id": "-5"}},
        {"storm": {"seed": 1, "rate": 1.5, "kinds": ["drip"]}},
        {"storm": {"seed": 1, "rate": 0.5, "kinds": []}},
        {"storm": {"seed": 1, "rate": 0.5, "kinds": "drip"}},
        {"storm": 7},
        {},
        ["drip"],
    ],
)
def test_a_script_that_makes_no_sense_is_refused(telegram: TelegramStandIn, given: Any) -> None:
    with pytest.raises(ValueError):
        parsed(given)
    answer = requests.post(f"{telegram.url}/_faults", json=given, timeout=30)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert send(telegram).ok


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
        send(telegram, patience=0.2)
    until(lambda: truth(telegram)["faults"] == {kind: 1}, "the silence")
    if kind.endswith("after-accepting"):
        until(lambda: taken(telegram) == 1, "what was accepted in silence")
    assert taken(telegram) == kind.endswith("after-accepting")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("500")])
def test_a_server_error_tells_nothing(telegram: TelegramStandIn, kind: str) -> None:
    telegram.faults.append(Fault(kind))
    answer = send(telegram)
    assert (answer.status_code, answer.json()["ok"]) == (500, False)
    assert taken(telegram) == kind.endswith("after-accepting")


@pytest.mark.parametrize(("seconds", "named"), [(7, 7), (0.2, 1)])
def test_too_many_names_the_time(telegram: TelegramStandIn, seconds: float, named: int) -> None:
    telegram.faults.append(Fault("too-many", seconds=seconds))
    answer = send(telegram)
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": named})
    # A scripted refusal says nothing about a client's haste.
    known = truth(telegram)
    assert (known["accepted"], known["refusals"], known["faults"]) == ([], {}, {"too-many": 1})


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
        kept.get(f"{telegram.url}/_truth", timeout=30)
        with telegram.refusing(), pytest.raises(requests.ConnectionError) as refused:
            kept.get(f"{telegram.url}/_truth", timeout=30)
        assert isinstance(refused.value.args[0].reason, urllib3.exceptions.NewConnectionError)
        assert kept.get(f"{telegram.url}/_truth", timeout=30).ok


def test_a_connection_that_is_never_completed_times_out(telegram: TelegramStandIn) -> None:
    with requests.Session() as kept:
        url = f"{telegram.url}/_truth"
        assert kept.get(url, timeout=30).ok
        assert script(telegram, kind="connect-time-out", seconds=SLOWEST) == 200
        for _ in range(3):
            with pytest.raises(requests.ConnectTimeout):
                kept.get(url, timeout=(0.1, 30))
        telegram.faults.clear()
        assert kept.get(url, timeout=30).json()["faults"] == {"connect-time-out": 1}
    assert taken(telegram) == 0


@pytest.mark.parametrize("kind", DOOR)
def test_a_barred_door_opens_by_itself(telegram: TelegramStandIn, kind: str) -> None:
    url = telegram.url
    assert script(telegram, kind=kind, seconds=0.4) == 200
    until(lambda: lets_in(telegram), "the end of the bar")
    assert telegram.url == url


def test_a_later_bar_takes_an_earlier_ones_place(telegram: TelegramStandIn) -> None:
    for kind, seconds in [("refuse", 0.05), ("connect-time-out", 0.05), ("refuse", SLOWEST)]:
        telegram.faults.append(Fault(kind, seconds=seconds))
    time.sleep(0.2)
    assert not lets_in(telegram)
    telegram.faults.clear()
    assert send(telegram).ok


def test_a_door_that_was_left_stays_shut() -> None:
    with TelegramStandIn(token="1:t") as server:
        server.faults.append(Fault("refuse", seconds=0.05))
    server.faults.append(Fault("refuse", seconds=0.05))
    server.faults.clear()
    time.sleep(0.2)
    assert not lets_in(server)


def test_faults_wait_for_their_request(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("block-page", only="sendPhoto"))
    telegram.faults.append(Fault("too-many", times=2))
    assert [send(telegram).status_code for _ in range(3)] == [429, 429, 200]
    assert requests.delete(f"{telegram.url}/_faults", timeout=30).ok
    assert requests.post(f"{telegram.url}/bot1:t/sendPhoto", timeout=30).status_code == 400


@pytest.mark.parametrize("way", ["data", "json", "files", "params"])
def test_faults_know_their_chat_and_their_text(telegram: TelegramStandIn, way: str) -> None:
    assert script(telegram, kind="forbidden", where={"chat_id": "-5", "text": "*mưa lũ*"}) == 200
    url = f"{telegram.url}/bot1:t/sendMessage"

    def status(chat: str, text: str) -> int:
        fields: Any = {"chat_id": chat, "text": text}
        if way == "files":
            fields = {name: (None, value) for name, value in fields.items()}
        return requests.post(url, timeout=30, **{way: fields}).status_code

    sent = [("-55", "Tin mưa lũ"), ("-5", "Tin nắng"), ("-5", "Tin mưa lũ mới"), ("-5", "Tin mưa lũ mới")]
    assert [status(*one) for one in sent] == [200, 200, 403, 200]


def test_a_body_that_cannot_be_read_meets_no_fault_for_its_fields(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("500-before-accepting", where={"text": "*"}))
    url, headers = f"{telegram.url}/bot1:t/sendMessage", {"Content-Type": "application/json"}
    assert requests.post(url, b"{", headers=headers, timeout=30).status_code == 400


def test_telegram_refuses_in_its_own_words(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("forbidden"))
    telegram.faults.append(Fault("token-expired"))
    kicked, unknown = send(telegram, chat="-5"), send(telegram)
    assert (kicked.status_code, kicked.json()["description"]) == (
        403,
        "Forbidden: bot was kicked from the group chat",
    )
    assert (unknown.status_code, unknown.json()["description"]) == (401, "Unauthorized")
    assert taken(telegram) == 0


def test_a_group_really_migrates(telegram: TelegramStandIn) -> None:
    telegram.faults.append(Fault("group-migrated"))
    assert send(telegram).ok  # a channel never does
    answer = send(telegram, chat="-5")
    new = answer.json()["parameters"]["migrate_to_chat_id"]
    assert (answer.status_code, new < -(10**12)) == (400, True)
    assert send(telegram, chat=str(new)).json()["result"]["chat"] == {
        "id": new,
        "type": "supergroup",
        "title": "Kênh thử",
    }
    assert send(telegram, chat="-5").json()["parameters"] == {"migrate_to_chat_id": new}
    assert send(telegram, chat="-55").ok
    known = truth(telegram)
    assert [act["act"] for act in known["accepted"]] == [
        "sendMessage",
        "migrate",
        "sendMessage",
        "sendMessage",
    ]
    assert [message["chat"]["id"] for message in known["shown"]][1:] == [new, -55]


def oauth(zalo: ZaloStandIn, refresh: str) -> dict[str, Any]:
    given = {"app_id": "4291763606161179100", "grant_type": "refresh_token", "refresh_token": refresh}
    headers = {"secret_key": "loa-demo-secret"}
    answer = requests.post(f"{zalo.url}/v4/oa/access_token", data=given, headers=headers, timeout=30)
    body: dict[str, Any] = answer.json()
    return body


def articles(zalo: ZaloStandIn, access: str) -> int:
    url = f"{zalo.url}/v2.0/article/getslice"
    answer = requests.get(url, {"type": "normal"}, headers={"access_token": access}, timeout=30)
    assert answer.status_code == 200
    error: int = answer.json()["error"]
    return error


def test_zalo_refuses_in_its_own_words(zalo: ZaloStandIn) -> None:
    pair = oauth(zalo, "loa-demo-refresh")
    zalo.faults.append(Fault("too-many"))
    zalo.faults.append(Fault("forbidden"))
    assert [articles(zalo, pair["access_token"]) for _ in range(3)] == [-32, -212, 0]
    said = []
    for kind in ("too-many", "forbidden", "token-expired"):
        zalo.faults.append(Fault(kind))
        answer = requests.post(f"{zalo.url}/bot1:loa-demo/sendMessage", json={}, timeout=30)
        said.append((answer.status_code, answer.json()["error_code"], "parameters" in answer.json()))
    assert said == [(429, 429, False), (200, 403, False), (200, 401, False)]
    assert truth(zalo)["refusals"] == {}


def test_zalos_token_is_worth_nothing_until_it_is_renewed(tmp_path: Path) -> None:
    with ZaloStandIn(truth=tmp_path / "zalo.jsonl", plan=[Fault("token-expired", only="getslice")]) as zalo:
        pair = oauth(zalo, "loa-demo-refresh")
        assert [articles(zalo, pair["access_token"]) for _ in range(2)] == [-216, -216]
    with ZaloStandIn(truth=tmp_path / "zalo.jsonl", plan=[Fault("token-expired", only="oa")]) as zalo:
        assert articles(zalo, pair["access_token"]) == -216
        refused = oauth(zalo, pair["refresh_token"])
        assert refused["error"] == REFUSALS["refresh-token"].code
        renewed = oauth(zalo, pair["refresh_token"])  # what was refused is not used up
        assert articles(zalo, renewed["access_token"]) == 0


def test_zalo_knows_no_groups_that_migrate(zalo: ZaloStandIn) -> None:
    with pytest.raises(ValueError, match="knows no group-migrated"):
        zalo.faults.append(Fault("group-migrated"))
    assert script(zalo, storm={"seed": 1, "rate": 1, "kinds": ["drip", "group-migrated"]}) == 400


def test_a_service_without_words_of_its_own_has_https() -> None:
    class Plain(StandIn):
        def answer(self, request: Request) -> Reply:
            return Reply(b"x")

    kinds = ["too-many", "forbidden", "token-expired", "500-after-accepting"]
    with Plain(plan=[Fault(kind) for kind in kinds]) as plain:
        assert [requests.get(plain.url, timeout=30).status_code for _ in kinds] == [429, 403, 401, 502]


def test_a_storm_comes_and_goes(telegram: TelegramStandIn) -> None:
    assert (
        script(telegram, storm={"seed": 3, "rate": 1, "kinds": ["500-after-accepting"], "only": "send"})
        == 200
    )
    telegram.faults.append(Fault("block-page"))  # what is scripted comes first
    assert [send(telegram).status_code for _ in range(3)] == [200, 500, 500]
    requests.delete(f"{telegram.url}/_faults", timeout=30)
    assert send(telegram).ok
    assert truth(telegram)["faults"] == {"block-page": 1, "500-after-accepting": 2}
    assert taken(telegram) == 3


@pytest.mark.parametrize("kind", DOOR)
def test_a_storm_may_bring_the_door_down(telegram: TelegramStandIn, kind: str) -> None:
    telegram.faults.append(Storm(1, 1.0, [kind], seconds=SLOWEST))
    with pytest.raises(requests.ConnectionError) as hung_up:
        send(telegram)
    assert isinstance(hung_up.value.args[0], urllib3.exceptions.ProtocolError)
    assert not lets_in(telegram)
    telegram.faults.clear()
    assert (taken(telegram), truth(telegram)["faults"]) == (0, {kind: 1})
