"""The channel to a Zalo Official Account: create an article, and verify until it has its id.

`article/create` answers a token, not yet an article. The token is committed before anything else happens;
from then on this part is only ever verified, never created again (docs.zaloplatforms.com, OA, articles).
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channels import http
from channels.base import (
    Checkpoint,
    DeliveryError,
    Item,
    Limit,
    NotSent,
    Part,
    Receipt,
    Rejected,
    Render,
    RetryLater,
    Uncertain,
)
from channels.zalo.articles import KIND, article
from channels.zalo.errors import STALE_TOKEN, refusal
from channels.zalo.tokens import Tokens, TokenStore, warning

SEND_SECONDS = 60.0
"""No call begins later than this after the first; with one renewal of the tokens a send stays below 90 s."""
CALL_SECONDS = 20.0
VERIFY_TRIES = 8
VERIFY_PAUSE = 3.0
VERIFY_AGAIN = 60.0
SLICE = 10
"""`getslice` refuses more at once (-201)."""
SLICES = 5


@dataclass(frozen=True)
class Reply:
    """Zalo's envelope: `code` 0 is success, whatever the HTTP status says."""

    code: int
    message: str
    data: Mapping[str, Any]


class ZaloOaChannel:
    """Articles on the Official Account that `tokens` open; `cover` is a public picture of our own.

    Times are aware UTC; `sleep` takes seconds.
    """

    kind = KIND
    push = True
    pulled = False
    repeatable = False

    def __init__(
        self,
        *,
        id: str,
        app_id: str,
        secret: str,
        tokens: TokenStore,
        cover: str,
        api: str = "https://openapi.zalo.me",
        oauth: str = "https://oauth.zaloapp.com",
        limits: tuple[Limit, ...] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.id = id
        self.target = f"oa:{app_id}"
        self.limits = limits
        self.tokens = Tokens(tokens, channel=id, app_id=app_id, secret=secret, oauth=oauth, now=now)
        self._store = tokens
        self._secret = secret
        self._cover = cover
        self._api = f"{api.rstrip('/')}/v2.0/article"
        self._now = now
        self._sleep = sleep

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One part: the frozen payload, and the earliest time at which it can have been created."""
        content = {"article": article(item, render, self._cover), "since": item.published.isoformat()}
        return (Part(1, 1, content),)

    def send(self, part: Part, *, target: str, key: str, checkpoint: Checkpoint) -> Receipt:  # noqa: ARG002
        """Create and verify, or only verify where `checkpoint` holds the token of an earlier try.

        `RetryLater` while Zalo is still processing; `Uncertain` only where the answer to create is lost.
        """
        ends = time.monotonic() + SEND_SECONDS
        if not checkpoint.value:
            reply = self._call("POST", "create", ends, json=part.content["article"])
            token = reply.data.get("token")
            if not isinstance(token, str) or not token:
                raise Uncertain("Zalo báo đã nhận bài nhưng không trả về mã theo dõi.")
            checkpoint.save({"token": token})
        else:
            token = str(checkpoint.value["token"])
        return self._verify(part, token, ends)

    def find(self, part: Part) -> Receipt | None:
        """The article of this title that the account got after the item's own time, if there is just one."""
        return self._find(part, time.monotonic() + SEND_SECONDS)

    def warning(self) -> str | None:
        """What an officer should hear about the account's authorisation now, or None."""
        pair = self._store.load()
        return warning(pair, self._now()) if pair else None

    def close(self) -> None:
        """Nothing is held open between sends."""

    def _find(self, part: Part, ends: float) -> Receipt | None:
        title = part.content["article"]["title"]
        since = datetime.fromisoformat(part.content["since"])
        found = []
        for offset in range(0, SLICES * SLICE, SLICE):
            params: dict[str, str | int] = {"offset": offset, "limit": SLICE, "type": "normal"}
            medias = self._call("GET", "getslice", ends, params=params).data.get("medias")
            rows = [row for row in medias if isinstance(row, dict)] if isinstance(medias, list) else []
            found += [row for row in rows if _same(row, title, since)]
            if len(rows) < SLICE:
                break
        if len(found) != 1:
            return None
        return Receipt(str(found[0]["id"]), _address(found[0]), {"found": "getslice"})

    def _verify(self, part: Part, token: str, ends: float) -> Receipt:
        for attempt in range(VERIFY_TRIES):
            if attempt:
                self._sleep(VERIFY_PAUSE)
            if time.monotonic() >= ends:
                break
            try:
                reply = self._call("POST", "verify", ends, json={"token": token})
            except (NotSent, Uncertain):
                # To ask again is harmless, whatever became of the last question.
                continue
            except Rejected:
                # The refusal may be of a token whose article stands already.
                receipt = self._search(part, ends)
                if receipt is None:
                    raise
                return receipt
            except RetryLater as error:
                if error.scope == "channel":
                    raise
                continue
            id = reply.data.get("id")
            if id:
                return Receipt(str(id), self._link(str(id), ends), {"token": token})
        raise RetryLater("Zalo đã nhận bài và còn đang xử lý.", VERIFY_AGAIN)

    def _search(self, part: Part, ends: float) -> Receipt | None:
        try:
            return self._find(part, ends)
        except (NotSent, Uncertain):
            raise RetryLater("Chưa hỏi được Zalo về bài đã gửi.", VERIFY_AGAIN) from None

    def _link(self, id: str, ends: float) -> str | None:
        try:
            return _address(self._call("GET", "getdetail", ends, params={"id": id}).data)
        except DeliveryError:
            # The article stands, with or without its address.
            return None

    def _call(
        self,
        method: str,
        name: str,
        ends: float,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str | int] | None = None,
    ) -> Reply:
        """One call with a valid access token; a token that Zalo turns down is renewed once."""
        refused = None
        while True:
            access = self.tokens.access(refused=refused)
            left = ends - time.monotonic()
            if left <= 0:
                raise RetryLater("Zalo trả lời chậm, chưa kịp gửi.", VERIFY_AGAIN)
            answer = http.request(
                method,
                f"{self._api}/{name}",
                seconds=min(CALL_SECONDS, max(left, 1.0)),
                headers={"access_token": access},
                json=json,
                params=params,
            )
            reply = _parse(answer, self._secret, access)
            if reply.code == 0:
                return reply
            if reply.code not in STALE_TOKEN or refused is not None:
                raise refusal(reply.code, reply.message, now=self._now())
            refused = access


def _parse(answer: http.Answer, *secrets: str) -> Reply:
    said = answer.object()
    code = said.get("error") if said else None
    if said is None or not isinstance(code, int) or answer.status >= 500:
        raise http.by_status(answer.status, retry_after=answer.headers.get("Retry-After"))
    data = said.get("data")
    message = http.redact(str(said.get("message", "")), *secrets)
    return Reply(code, message, data if isinstance(data, dict) else {})


def _same(row: Mapping[str, Any], title: str, since: datetime) -> bool:
    created = row.get("create_date")
    if not row.get("id") or not isinstance(created, (int, float)):
        return False
    if unicodedata.normalize("NFC", str(row.get("title", ""))).strip() != title:
        return False
    # Milliseconds since 1970.
    return created / 1000 >= since.timestamp()


def _address(data: Mapping[str, Any]) -> str | None:
    link = data.get("link_view")
    return link if isinstance(link, str) and link.startswith(("https://", "http://")) else None
