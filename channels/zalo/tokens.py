"""The rotating pair of tokens of an Official Account: always one valid access token, never two refreshers.

The refresh token is single-use (docs.zaloplatforms.com, OA v4 authorisation), so losing the answer that
brings the next one locks the office out. The pair is therefore marked `in_doubt`, durably, before the
request leaves, and replaced, durably, before the new one is used. After a crash the old token is tried
again: the request may never have left. If it is refused, a person must authorise again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from channels import http
from channels.base import NeedsHuman, NotSent, RetryLater, Uncertain

REFRESH_EARLY = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=90)
"""A refresh token lasts three months."""
WARN_BEFORE = timedelta(days=14)
DEFAULT_LIFE = 90_000
"""Seconds that an access token lasts where Zalo does not say: 25 hours."""
SECONDS = 20.0


@dataclass(frozen=True)
class TokenPair:
    """What Zalo gave last; times are aware UTC. `in_doubt`: `refresh` may have been used up already."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    refresh_expires_at: datetime
    in_doubt: bool = False


class TokenStore(Protocol):
    """Where one account's pair is kept, encrypted; shared by every process that sends to it."""

    def exclusive(self) -> AbstractContextManager[object]:
        """Hold the right to refresh, against threads and processes alike; waits for it."""

    def load(self) -> TokenPair | None: ...

    def save(self, pair: TokenPair) -> None:
        """Replace the pair; returns only when it is durable."""


def warning(pair: TokenPair, now: datetime) -> str | None:
    """A plain sentence for an officer while the refresh token has less than 14 days left."""
    left = pair.refresh_expires_at - now
    if left >= WARN_BEFORE:
        return None
    if left <= timedelta(0):
        return "Quyền đăng bài lên Zalo OA đã hết hạn."
    return f"Quyền đăng bài lên Zalo OA sẽ hết hạn sau {left.days} ngày."


class Tokens:
    """The tokens of one account of the application `app_id`; `channel` names it to officers."""

    def __init__(
        self,
        store: TokenStore,
        *,
        channel: str,
        app_id: str,
        secret: str,
        oauth: str = "https://oauth.zaloapp.com",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._channel = channel
        self._app_id = app_id
        self._secret = secret
        self._url = f"{oauth.rstrip('/')}/v4/oa/access_token"
        self._now = now
        self._failed_at = -math.inf

    def access(self, *, refused: str | None = None) -> str:
        """A valid access token, refreshed first where needed; `refused` is one that Zalo turned down.

        Raises `NeedsHuman` where only a new authorisation helps, `RetryLater` or `NotSent` otherwise.
        """
        pair = self._store.load()
        if pair and self._usable(pair, refused):
            return pair.access
        asked = time.monotonic()
        with self._store.exclusive():
            if self._failed_at >= asked:
                # One after the other, all who wait would outlast the lease of what they have to send.
                raise RetryLater("Chưa gia hạn được quyền của OA.", http.BACK_OFF, "channel")
            # Another thread or process may have refreshed while this one waited.
            pair = self._store.load()
            if pair is None:
                raise NeedsHuman(self._ask("OA chưa được cấp quyền."))
            if self._usable(pair, refused):
                return pair.access
            return self._refresh(pair).access

    def authorize(self, *, code: str = "", verifier: str = "", refresh: str = "") -> TokenPair:
        """Take up a person's authorisation: the `code` of the consent page, or a refresh token.

        `verifier` is the PKCE code verifier (RFC 7636) that the consent page was opened with. The old
        pair stays where Zalo refuses the new one. Raises `NeedsHuman`, `RetryLater`, `NotSent`, `Uncertain`.
        """
        if code:
            grant = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        else:
            grant = {"grant_type": "refresh_token", "refresh_token": refresh}
        with self._store.exclusive():
            pair = self._exchange(grant, "Zalo không nhận mã cấp quyền này")
            self._store.save(pair)
        return pair

    def _usable(self, pair: TokenPair, refused: str | None) -> bool:
        return pair.access != refused and pair.expires_at - self._now() > REFRESH_EARLY

    def _refresh(self, pair: TokenPair) -> TokenPair:
        why = "Zalo không nhận quyền đã lưu"
        if pair.in_doubt:
            why = "Lần gia hạn trước mất câu trả lời, và Zalo không còn nhận quyền đã lưu"
        self._store.save(replace(pair, in_doubt=True))
        try:
            fresh = self._exchange({"grant_type": "refresh_token", "refresh_token": pair.refresh}, why)
        except (NotSent, RetryLater):
            self._failed_at = time.monotonic()
            # Zalo did not take the token: it is as good as before.
            self._store.save(pair)
            raise
        except Uncertain as error:
            self._failed_at = time.monotonic()
            raise RetryLater(f"Chưa gia hạn được quyền của OA. {error}", http.BACK_OFF, "channel") from None
        self._store.save(fresh)
        return fresh

    def _exchange(self, grant: dict[str, str], why: str) -> TokenPair:
        answer = http.request(
            "POST",
            self._url,
            seconds=SECONDS,
            headers={"secret_key": self._secret},
            data={"app_id": self._app_id, **grant},
        )
        said = answer.object()
        if said is None or answer.status >= 500:
            raise Uncertain(f"Máy chủ cấp quyền của Zalo trả lời mã {answer.status}, không đọc được.")
        access, refresh = said.get("access_token"), said.get("refresh_token")
        if isinstance(access, str) and isinstance(refresh, str) and access and refresh:
            now = self._now()
            life = timedelta(seconds=_seconds(said.get("expires_in")))
            return TokenPair(access, refresh, now + life, now + REFRESH_LIFE)
        code = said.get("error")
        if code == -32 or answer.status == 429:
            raise RetryLater("Zalo báo gọi cấp quyền quá nhanh.", http.BACK_OFF, "channel")
        raise NeedsHuman(self._ask(f"{why} (lỗi {code if isinstance(code, int) else answer.status})."))

    def _ask(self, why: str) -> str:
        return f"{why} Cần cấp quyền lại cho OA: loa authorize {self._channel}"


def _seconds(said: object) -> int:
    # Zalo writes this number as a string.
    text = str(said)
    return int(text) if text.isdecimal() and len(text) < 9 else DEFAULT_LIFE
