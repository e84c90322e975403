"""The calls of an Official Account: a valid token goes in, Zalo's data or a typed error comes out."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels import http
from channels.base import DeliveryError, NotSent, Rejected, RetryLater, Uncertain
from channels.zalo.errors import STALE_TOKEN, refusal
from channels.zalo.tokens import Tokens

CALL_SECONDS = 20.0
ASK_AGAIN = 60.0
"""Seconds after which a question that Zalo was too slow for is asked again."""
SLICE = 10
"""`getslice` refuses more at once (-201)."""
SLICES = 20
CLOCK_SKEW = timedelta(minutes=5)
"""How far Zalo's clock may be behind ours: what it dates that much before a send may still be that send's."""


class Api:
    """`url` is the API's host. `ends` is always the `time.monotonic()` after which no call begins.

    Every method raises a `DeliveryError`; what refuses the content itself is `Rejected`.
    """

    def __init__(self, url: str, tokens: Tokens, secret: str, now: Callable[[], datetime]) -> None:
        self._url = f"{url.rstrip('/')}/v2.0"
        self._tokens = tokens
        self._secret = secret
        self._now = now

    def submit(self, act: str, article: Mapping[str, Any], ends: float) -> str:
        """Hand in an article to "create" or "update"; the token under which Zalo processes it."""
        token = self._call("POST", f"article/{act}", ends, json=article).get("token")
        if not isinstance(token, str) or not token:
            raise Uncertain("Zalo báo đã nhận bài nhưng không trả về mã theo dõi.")
        return token

    def verified(self, token: str, ends: float) -> str | None:
        """The id of the article that a token has become, or None where Zalo answers without one."""
        id = self._call("POST", "article/verify", ends, json={"token": token}).get("id")
        return str(id) if id else None

    def remove(self, id: str, ends: float) -> None:
        self._call("POST", "article/remove", ends, json={"id": id})

    def broadcast(self, ids: Sequence[str], ends: float) -> str:
        """Send these articles, at most five, to every follower; the message's id."""
        elements = [{"media_type": "article", "attachment_id": id} for id in ids]
        payload = {"template_type": "media", "elements": elements}
        message = {"attachment": {"type": "template", "payload": payload}}
        said = self._call("POST", "oa/message", ends, json={"recipient": {"target": {}}, "message": message})
        if not (id := said.get("message_id")):
            raise Uncertain("Zalo báo đã nhận lượt gửi nhưng không trả về mã tin.")
        return str(id)

    def stands(self, id: str, ends: float) -> bool:
        """Whether the account has this article: tells a refusal of the article from one of what it says."""
        try:
            self._call("GET", "article/getdetail", ends, params={"id": id})
        except Rejected:
            return False
        except (NotSent, Uncertain):
            raise RetryLater("Chưa hỏi được Zalo về bài đã đăng.", ASK_AGAIN) from None
        return True

    def address(self, id: str, ends: float) -> str | None:
        """Where people read the article, if Zalo says so."""
        try:
            return public(self._call("GET", "article/getdetail", ends, params={"id": id}))
        except DeliveryError:
            # The article stands, with or without its address.
            return None

    def titled(self, title: str, since: datetime, ends: float) -> list[Mapping[str, Any]]:
        """The articles of exactly this title that the account got since then (aware), the newest first."""
        return [row for row in self._newest(since - CLOCK_SKEW, ends) if _said(row.get("title")) == title]

    def _newest(self, since: datetime, ends: float) -> Iterator[Mapping[str, Any]]:
        for offset in range(0, SLICES * SLICE, SLICE):
            params: dict[str, str | int] = {"offset": offset, "limit": SLICE, "type": "normal"}
            medias = self._call("GET", "article/getslice", ends, params=params).get("medias")
            rows = medias if isinstance(medias, list) else []
            dated = [row for row in rows if isinstance(row, dict) and _is_dated(row)]
            # Milliseconds since 1970.
            young = [row for row in dated if row["create_date"] / 1000 >= since.timestamp()]
            yield from young
            if len(rows) < SLICE or len(young) < len(dated):
                return

    def _call(
        self,
        method: str,
        name: str,
        ends: float,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Mapping[str, Any]:
        """One call with a valid access token; a token that Zalo turns down is renewed once."""
        refused = None
        while True:
            access = self._tokens.access(refused=refused)
            left = ends - time.monotonic()
            if left <= 0:
                raise RetryLater("Zalo trả lời chậm, chưa kịp gửi.", ASK_AGAIN)
            answer = http.request(
                method,
                f"{self._url}/{name}",
                seconds=min(CALL_SECONDS, max(left, 1.0)),
                headers={"access_token": access},
                json=json,
                params=params,
            )
            said = answer.object()
            # 0 is success, whatever the HTTP status says.
            code = said.get("error") if said else None
            if said is None or not isinstance(code, int) or answer.status >= 500:
                raise http.by_status(answer.status, retry_after=answer.headers.get("Retry-After"))
            if code == 0:
                data = said.get("data")
                return data if isinstance(data, dict) else {}
            if code not in STALE_TOKEN or refused is not None:
                words = http.redact(str(said.get("message", "")), self._secret, access)
                raise refusal(code, words, now=self._now())
            refused = access


def public(data: Mapping[str, Any]) -> str | None:
    """The address that Zalo names in an article's data."""
    link = data.get("link_view")
    return link if isinstance(link, str) and link.startswith(("https://", "http://")) else None


def _is_dated(row: Mapping[str, Any]) -> bool:
    """Whether a row of the list can be told from others."""
    return bool(row.get("id")) and isinstance(row.get("create_date"), (int, float))


def _said(title: object) -> str:
    return unicodedata.normalize("NFC", str(title or "")).strip()
