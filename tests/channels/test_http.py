"""What each failure on a real socket says about the request."""

from __future__ import annotations

import logging
import ssl
import time

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as PoolSSLError

from channels import http
from channels.base import DeliveryError, NeedsHuman, NotSent, Rejected, RetryLater, Uncertain
from tests.channels.wire import SOON, closed_port, cut, drip, page, raw, reset, say, silence, wire


def test_an_answer_comes_back_as_it_is() -> None:
    with wire(say({"ok": True}, 418, "X-One: two")) as server:
        answer = http.request("POST", f"{server.url}/a", seconds=5, json={"chữ": "Việt"}, headers={"k": "v"})
    assert (answer.status, answer.headers["x-one"], answer.object()) == (418, "two", {"ok": True})
    (request,) = server.requests
    assert request.json == {"chữ": "Việt"}
    assert request.headers["k"] == "v"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_only_an_object_is_an_object(body: bytes) -> None:
    assert http.Answer(200, {}, body).object() is None


@pytest.mark.parametrize("failure", [reset, cut, silence, drip])
def test_a_request_that_left_is_in_doubt_and_ends_in_time(failure: object) -> None:
    started = time.monotonic()
    with wire(failure) as server, pytest.raises(Uncertain):  # type: ignore[arg-type]
        http.request("POST", server.url, seconds=0.7, json={})
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize("url", ["http://khong-co.invalid/", "nonsense", "http://", "ftp://a/"])
def test_what_never_left_is_not_sent(url: str) -> None:
    with pytest.raises(NotSent):
        http.request("POST", url, seconds=5, json={})


def test_a_refused_connection_is_not_sent() -> None:
    with pytest.raises(NotSent):
        http.request("POST", closed_port(), seconds=5, json={})


def test_a_foreign_certificate_is_not_sent_but_a_broken_stream_is_in_doubt() -> None:
    def inside(cause: Exception) -> Exception:
        return requests.exceptions.SSLError(MaxRetryError(None, "/", PoolSSLError(cause)))  # type: ignore[arg-type]

    assert isinstance(http.classify(inside(ssl.SSLCertVerificationError("x"))), NotSent)
    assert isinstance(http.classify(inside(ssl.SSLError("decryption failed"))), Uncertain)
    assert isinstance(http.classify(requests.exceptions.ConnectTimeout()), NotSent)
    assert isinstance(http.classify(requests.exceptions.ReadTimeout()), Uncertain)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with wire(raw(b"x" * (http.MAX_ANSWER + 1), 200)) as server, pytest.raises(Uncertain):
        http.request("GET", server.url, seconds=5)


def test_redirects_are_not_followed_and_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", closed_port())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with wire(raw(b"", 302, "Location: /elsewhere")) as server:
        assert http.request("GET", server.url, seconds=5).status == 302
    assert server.paths() == ["/"]


def test_a_token_in_the_path_reaches_neither_log_nor_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with wire(page(500)) as server:
        http.request("POST", f"{server.url}/botSECRET/x", seconds=5)
    with pytest.raises(NotSent) as caught:
        http.request("POST", f"{closed_port()}/botSECRET/x", seconds=5)
    assert "SECRET" not in caplog.text
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, Uncertain),
        (302, Uncertain),
        (400, Rejected),
        (401, NeedsHuman),
        (403, NeedsHuman),
        (404, NeedsHuman),
        (408, Uncertain),
        (413, Rejected),
        (429, RetryLater),
        (500, Uncertain),
        (503, Uncertain),
    ],
)
def test_statuses(status: int, error: type[DeliveryError]) -> None:
    found = http.by_status(status, "No way")
    assert type(found) is error
    assert str(found).endswith(f". Dịch vụ trả lời mã {status}: “No way”.")


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0", 1.0), (None, 60.0), ("Mon, 23", 60.0), ("²", 60.0)]
)
def test_how_long_to_wait(header: str | None, seconds: float) -> None:
    error = http.by_status(429, retry_after=header)
    assert isinstance(error, RetryLater)
    assert error.seconds == seconds


@given(st.text(), st.text(min_size=1, alphabet="abc123"))
def test_words_of_a_service_are_one_short_line_without_secrets(text: str, secret: str) -> None:
    shown = http.redact(f"{text} {secret} {text}", secret)
    assert secret not in shown
    assert len(shown) <= 200
    assert "\n" not in shown
