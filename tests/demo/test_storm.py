"""A storm of faults repeats itself from its seed, is as strong as it says, and never lies to a client."""

from concurrent.futures import ThreadPoolExecutor

import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from demo.faults import KINDS, Fault, Faults, Storm
from demo.server import Request, StandIn
from demo.telegram import TelegramStandIn
from tests.demo.playing import SLOWEST


def request(number: int) -> Request:
    return Request("POST", f"/bot1:t/sendMessage?text={number}", {}, b"")


def fates(storm: Storm, requests: int) -> list[Fault | None]:
    faults = Faults(KINDS, lambda fault, _: fault.kind != "group-migrated", lambda _: None)
    faults.append(storm)
    met = [faults.take(request(number)) for number in range(requests)]
    assert faults.met.total() == sum(fault is not None for fault in met)
    return met


@given(
    st.integers(),
    st.floats(0, 1),
    st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=5),
    st.integers(0, 40),
)
def test_a_storm_repeats_itself(seed: int, rate: float, kinds: list[str], asked: int) -> None:
    storm = Storm(seed, rate, kinds)
    met = fates(storm, asked)
    assert fates(storm, 40)[:asked] == met
    assert {fault.kind for fault in met if fault} <= set(kinds) - {"group-migrated"}
    assert all(fault.lasts <= storm.seconds for fault in met if fault)


def test_a_storm_is_as_strong_as_it_says() -> None:
    kinds = sorted(KINDS.keys() - {"group-migrated"})
    assert not any(fates(Storm(1, 0.0, kinds), 50))
    assert all(fates(Storm(1, 1.0, kinds), 50))
    met = [fault.kind for fault in fates(Storm(1, 0.3, kinds), 3000) if fault]
    assert 800 < len(met) < 1000
    assert set(met) == set(kinds)
    assert fates(Storm(1, 1.0, kinds, only="sendPhoto"), 5) == [None] * 5


def known(server: StandIn, text: str) -> bool | None:
    """Whether a client knows that its message was taken; None where it cannot."""
    url, given = f"{server.url}/bot1:t/sendMessage", {"chat_id": "@phutho", "text": text}
    try:
        answer = requests.post(url, given, timeout=(0.1, SLOWEST))
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page or answer.status_code in (401, 403, 429):
            return False
        return True if answer.json()["ok"] else None
    except requests.ConnectTimeout:
        return False
    except requests.ConnectionError as broken:
        reason = getattr(broken.args[0], "reason", None)
        return False if isinstance(reason, urllib3.exceptions.NewConnectionError) else None
    except (requests.exceptions.ChunkedEncodingError, requests.JSONDecodeError):
        return None  # the answer was cut off in its body, or in its head


def test_in_the_worst_storm_what_is_known_is_true() -> None:
    kinds = sorted(KINDS.keys() - {"group-migrated"})
    texts = [f"tin {number}" for number in range(60)]
    storm = Storm(1, 0.5, kinds, seconds=0.03)
    with TelegramStandIn(token="1:t", limits=False, plan=[storm]) as telegram:
        with ThreadPoolExecutor(6) as clients:
            told = dict(zip(texts, clients.map(lambda text: known(telegram, text), texts), strict=True))
        telegram.faults.clear()
        assert known(telegram, "sau bão")
    shown = [message["text"] for message in telegram.shown()]
    assert len(shown) == len(set(shown))
    assert {text for text in texts if told[text]} <= set(shown)
    assert not {text for text in texts if told[text] is False} & set(shown)
    assert {True, False, None} == set(told.values())
