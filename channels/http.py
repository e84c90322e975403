"""One HTTP request that ends in time, and what its failure says about the message it carried.

| what happened                                             | error     |
|-----------------------------------------------------------|-----------|
| no address, no connection, a certificate that is not theirs | NotSent   |
| silence, reset, broken or endless answer, deadline          | Uncertain |
"""

from __future__ import annotations

import json
import logging
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.exceptions import ConnectTimeout, InvalidURL
from urllib3.exceptions import HTTPError, NewConnectionError

from channels.base import DeliveryError, NeedsHuman, NotSent, Rejected, RetryLater, Uncertain

MAX_ANSWER = 1_000_000
"""Bytes: no service that we post to answers more."""

BACK_OFF = 60.0
"""Seconds to wait where a service says "too often" and not for how long."""

CONNECT_SECONDS = 10.0

# At DEBUG urllib3 logs every path, and a bot's token is part of its path.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


@dataclass(frozen=True)
class Answer:
    """What a service answered, whatever its status; redirects are answers, never followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def object(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None: a block page, an empty body, another kind of JSON."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


def request(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str | int] | None = None,
    json: Mapping[str, Any] | None = None,
    data: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request and read its answer within `seconds` in all; raises `NotSent` or `Uncertain`.

    The timeouts of requests bound each wait, not their sum, and name look-up not at all: so the
    request has its own thread, which is left behind at the deadline. Proxies and credentials of the
    environment are ignored.
    """
    outcome: list[Answer | Exception] = []

    def work() -> None:
        try:
            outcome.append(_exchange(method, url, seconds, headers, params, json, data))
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            outcome.append(error)

    worker = threading.Thread(target=work, name="channels.http", daemon=True)
    worker.start()
    worker.join(seconds)
    if not outcome:
        raise Uncertain(f"Quá {seconds:.0f} giây mà dịch vụ chưa trả lời xong.")
    result = outcome[0]
    if isinstance(result, Answer):
        return result
    if isinstance(result, (requests.RequestException, HTTPError, OSError)):
        # Not chained: the text of these exceptions holds the address, and with it a bot's token.
        raise classify(result)
    raise result


def _exchange(
    method: str,
    url: str,
    seconds: float,
    headers: Mapping[str, str] | None,
    params: Mapping[str, str | int] | None,
    json: Mapping[str, Any] | None,
    data: Mapping[str, str] | None,
) -> Answer:
    with requests.Session() as session:
        session.trust_env = False
        response = session.request(
            method,
            url,
            params=params,
            json=json,
            data=data,
            # A connection kept open may die just as the next request leaves, and leave it in doubt.
            headers={**(headers or {}), "Connection": "close"},
            timeout=(min(CONNECT_SECONDS, seconds), seconds),
            allow_redirects=False,
            stream=True,
        )
        body = bytearray()
        for chunk in response.iter_content(65_536):
            body += chunk
            if len(body) > MAX_ANSWER:
                raise requests.exceptions.ContentDecodingError("answer too long")
        return Answer(response.status_code, response.headers, bytes(body))


def classify(error: Exception) -> NotSent | Uncertain:
    """What a failure of requests 2.x says about the request: only what is certain is `NotSent`.

    `requests.ConnectionError` is ambiguous: a `NewConnectionError` (which a failed name look-up is too)
    or a refused certificate inside it means that nothing left; a `ProtocolError` that all may have.
    """
    inner = error.args[0] if error.args else None
    inner = getattr(inner, "reason", inner)
    if isinstance(error, ConnectTimeout) or isinstance(inner, NewConnectionError):
        return NotSent("Không kết nối được tới dịch vụ; chưa có gì được gửi đi.")
    if isinstance(error, requests.exceptions.SSLError):
        cause = inner.args[0] if isinstance(inner, Exception) and inner.args else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSent("Chứng thư của dịch vụ không hợp lệ; chưa có gì được gửi đi.")
    # What requests finds wrong before there is a request to send is a ValueError too.
    unprepared = isinstance(error, requests.RequestException) and error.request is None
    if isinstance(error, InvalidURL) or (unprepared and isinstance(error, ValueError)):
        return NotSent("Địa chỉ hoặc khóa của dịch vụ viết sai; chưa có gì được gửi đi.")
    return Uncertain("Yêu cầu đã gửi đi nhưng không nhận được câu trả lời trọn vẹn.")


def by_status(status: int, said: str = "", *, retry_after: str | None = None) -> DeliveryError:
    """What an HTTP status other than success says about a request that must not be sent twice.

    `said` is the service's own words, without secrets; `retry_after` that header's text, in seconds.
    """
    words = f"Dịch vụ trả lời mã {status}" + (f": “{said}”." if said else ".")
    if status == 429:
        known = retry_after is not None and retry_after.isascii() and retry_after.isdigit()
        wait = float(retry_after) if known and retry_after else BACK_OFF
        return RetryLater(f"Gửi quá nhanh, Loa chờ rồi tự gửi tiếp. {words}", max(wait, 1.0), "channel")
    if status in (401, 404):
        mend = "Khóa hoặc địa chỉ của kênh không còn đúng: sửa cấu hình của kênh rồi cho kênh chạy lại."
        return NeedsHuman(f"{mend} {words}", "channel")
    if status == 403:
        mend = "Nơi nhận không cho phép gửi: cấp lại quyền ở đó rồi cho kênh chạy lại."
        return NeedsHuman(f"{mend} {words}", "target")
    # 408: the server gave up on a request that it may or may not have had in full.
    if 400 <= status < 500 and status != 408:
        return Rejected(f"Nội dung bị từ chối: sửa bài, hoặc bỏ lượt gửi này. {words}")
    return Uncertain(f"Không rõ nội dung đã được nhận hay chưa. {words}")


def redact(text: str, *secrets: str) -> str:
    """A service's own words for an officer's eyes: one line, at most 200 characters, no secrets."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return " ".join(text.split())[:200]
