"""The channel to a Zalo Official Account: articles created, written over or removed, and verified.

`article/create` and `article/update` answer a token, not yet an article. The token is committed before
anything else happens; from then on this part is only ever verified (docs.zaloplatforms.com, OA, articles).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.base import (
    CannotChange,
    Checkpoint,
    Item,
    Limit,
    Notice,
    NotSent,
    Part,
    Receipt,
    Rejected,
    Render,
    RetryLater,
    Uncertain,
)
from channels.zalo.api import ASK_AGAIN, Api, public
from channels.zalo.articles import KIND, article
from channels.zalo.tokens import Tokens, TokenStore, warning

CREATE, UPDATE, REMOVE = "create", "update", "remove"
"""What a content's `method` says: the calls of the API."""

SEND_SECONDS = 60.0
"""No call begins later than this after the first; with one renewal of the tokens a send stays below 90 s."""
BROADCAST_SECONDS = 20.0
"""The same of a broadcast, for which a person waits."""
VERIFY_TRIES = 2
VERIFY_PAUSE = 3.0
"""Seconds. Zalo usually needs up to eight questions, three seconds apart."""
VERIFY_GROWS = 3
"""Later each wait is this share of the token's age, up to `ASK_AGAIN`."""


@dataclass(frozen=True)
class _Submitted:
    """What the checkpoint holds: Zalo works on this, and has since then (aware, real time)."""

    method: str
    token: str
    at: datetime


class ZaloOaChannel:
    """Articles on the Official Account that `tokens` open; `cover` is a public picture of our own.

    Times are aware UTC, and real; `sleep` takes seconds.
    """

    kind = KIND
    push = True
    pulled = False
    rings = False
    asks = True
    by_hand = False

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
        self.target = self.account = f"oa:{app_id}"
        self.limits = limits
        self.tokens = Tokens(tokens, channel=id, app_id=app_id, secret=secret, oauth=oauth, now=now)
        self._store = tokens
        self._cover = cover
        self._api = Api(api, self.tokens, secret, now)
        self._now = now
        self._sleep = sleep

    def compose(self, item: Item, render: Render) -> tuple[Part, ...]:
        """One part: the frozen payload of a new article."""
        payload = article(replace(item, amended=None), render, self._cover)
        return (Part(1, 1, {"method": CREATE, "article": payload}),)

    def correct(self, item: Item, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part: the newest article is written over, or else a new one says that it corrects it."""
        over = {"method": UPDATE, "article": article(item, render, self._cover)}
        anew = {"method": CREATE, "article": article(item, render, self._cover, anew=True)}
        return (Part(1, 1, over, (anew,)),)

    def withdraw(self, notice: Notice, standing: int, render: Render) -> tuple[Part, ...]:  # noqa: ARG002
        """One part: every article that stands is removed."""
        return (Part(1, 1, {"method": REMOVE, "title": notice.title}),)

    def repeatable(self, content: Mapping[str, Any]) -> bool:
        """Writing over an article or removing it is; creating one is not."""
        return _method(content) != CREATE

    def send(
        self,
        part: Part,
        *,
        target: str,  # noqa: ARG002
        key: str,  # noqa: ARG002
        checkpoint: Checkpoint,
        standing: Sequence[Receipt] = (),
    ) -> Receipt:
        """Hand in and verify, or only verify where `checkpoint` holds the token of an earlier try.

        `RetryLater` while Zalo is still processing. Of a new article `Uncertain` means that the answer to
        create is lost; an update or a removal in doubt is done again.
        """
        ends = time.monotonic() + SEND_SECONDS
        method = _method(part.content)
        if method == REMOVE:
            return self._remove(part.content["title"], standing, ends)
        submitted = self._reached(checkpoint.value, method)
        if submitted is None:
            payload = part.content["article"]
            if method == UPDATE:
                token = self._update(payload, standing, ends)
            else:
                token = self._api.submit(CREATE, payload, ends)
            submitted = _Submitted(method, token, self._now())
            checkpoint.save({"method": method, "token": token, "at": submitted.at.isoformat()})
        return self._verify(part.content["article"]["title"], submitted, ends)

    def find(self, part: Part, *, target: str, key: str, since: datetime) -> Receipt | None:  # noqa: ARG002
        """The article of this title that the account got since then, if there is just one.

        An older one of the same title, such as last month's notice, is another's.
        """
        if self.repeatable(part.content):
            return None
        return self._find(part.content["article"]["title"], since, time.monotonic() + SEND_SECONDS)

    def broadcast(self, articles: Sequence[str]) -> str:
        """Send articles of the account, by their ids, to all who follow it; the message's id.

        Nothing takes it back and nothing finds it again. Raises a `DeliveryError`: `Uncertain` where it may
        be under way, every other where Zalo has certainly not taken it.
        """
        try:
            return self._api.broadcast(articles, time.monotonic() + BROADCAST_SECONDS)
        except RetryLater:
            why = "Zalo chưa nhận: ngoài khung giờ, hết lượt hoặc đang quá tải. Loa không tự gửi lại."
            raise NotSent(why) from None

    def warning(self) -> str | None:
        """What an officer should hear about the account's authorisation now, or None."""
        pair = self._store.load()
        return warning(pair, self._now()) if pair else None

    def authorised_until(self) -> datetime | None:
        """By when a person must authorise again, aware; None where nobody has yet. Raises `NeedsHuman`."""
        pair = self._store.load()
        return pair.refresh_expires_at if pair else None

    def close(self) -> None:
        """Nothing is held open between sends."""

    def _reached(self, value: Mapping[str, Any] | None, method: str) -> _Submitted | None:
        # Another way's token is none of this one's. Before articles could be corrected it stood alone.
        if not value or value.get("method", CREATE) != method:
            return None
        at = datetime.fromisoformat(value["at"]) if "at" in value else self._now()
        return _Submitted(method, str(value["token"]), at)

    def _update(self, payload: Mapping[str, Any], standing: Sequence[Receipt], ends: float) -> str:
        id = standing[0].ref if standing else ""
        if not id:
            raise CannotChange("Không biết mã của bài đã đăng trên Zalo OA.")
        try:
            return self._api.submit(UPDATE, {**payload, "id": id}, ends)
        except Rejected:
            if self._api.stands(id, ends):
                raise
            raise CannotChange(f"Trên Zalo OA không còn bài {id} để sửa.") from None

    def _remove(self, title: str, standing: Sequence[Receipt], ends: float) -> Receipt:
        kept = [(receipt, self._kept(receipt.ref, ends)) for receipt in standing]
        reasons = [f"{receipt.url or receipt.ref} {why}".strip() for receipt, why in kept if why]
        if reasons or not standing:
            raise Rejected(
                f"Loa không gỡ được bài “{title}”: hãy vào trang quản trị OA (oa.zalo.me), mở danh sách bài"
                f" viết, xóa bài này, rồi xác nhận là đã gỡ. {' '.join(reasons)}".strip()
            )
        return Receipt(standing[0].ref, detail={"removed": [receipt.ref for receipt in standing]})

    def _kept(self, id: str, ends: float) -> str:
        """Why Zalo keeps an article; empty once it is gone, now or before."""
        if not id:
            return "Không biết mã của bài trên Zalo OA."
        try:
            self._api.remove(id, ends)
        except Rejected as error:
            if self._api.stands(id, ends):
                return str(error)
        return ""

    def _verify(self, title: str, submitted: _Submitted, ends: float) -> Receipt:
        for attempt in range(VERIFY_TRIES):
            if attempt:
                self._sleep(VERIFY_PAUSE)
            if time.monotonic() >= ends:
                break
            try:
                id = self._api.verified(submitted.token, ends)
            except (NotSent, Uncertain):
                # To ask again is harmless, whatever became of the last question.
                continue
            except Rejected:
                # The refusal may be of a token whose article stands already.
                receipt = self._search(title, submitted.at, ends) if submitted.method == CREATE else None
                if receipt is None:
                    raise
                return receipt
            except RetryLater as error:
                if error.scope == "channel":
                    raise
                continue
            if id:
                return Receipt(id, self._api.address(id, ends), {"token": submitted.token})
        raise RetryLater("Zalo đã nhận bài và còn đang xử lý.", _pause(self._now() - submitted.at))

    def _search(self, title: str, since: datetime, ends: float) -> Receipt | None:
        try:
            return self._find(title, since, ends)
        except (NotSent, Uncertain):
            raise RetryLater("Chưa hỏi được Zalo về bài đã gửi.", ASK_AGAIN) from None

    def _find(self, title: str, since: datetime, ends: float) -> Receipt | None:
        found = self._api.titled(title, since, ends)
        if len(found) != 1:
            return None
        return Receipt(str(found[0]["id"]), public(found[0]), {"found": "getslice"})


def _method(content: Mapping[str, Any]) -> str:
    # What was frozen before articles could be corrected says nothing.
    return str(content.get("method", CREATE))


def _pause(age: timedelta) -> float:
    """Seconds until a token of this age is asked about again."""
    return min(max(VERIFY_PAUSE, age.total_seconds() / VERIFY_GROWS), ASK_AGAIN)
