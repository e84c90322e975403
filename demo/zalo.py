"""A strict stand-in for Zalo: OAuth, the Official Account's articles, and the Bot Platform, on one address.

Written from channels.md, without a look at Loa's own client. The three live on
three hosts; their paths don't meet.
"""

from __future__ import annotations

import argparse
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import zalo_bot, zalo_broadcast
from demo.faults import Fault, Storm, read_plan
from demo.pictures import NoPicture, fetch, look
from demo.server import Reply, Request, StandIn
from demo.truth import Truth
from demo.zalo_rules import ACCESS_LASTS, MOST_SLICE, PICTURE_BELOW, REFRESH_LASTS, Refused, article, need

_GRANTS = {"refresh_token": ("refresh_token", "refresh-token"), "authorization_code": ("code", "code")}

_OAUTH = "/v4/oa/access_token"
# A fault's words at the Official Account, at OAuth and at the bot.
_OWN_WORDS = {
    "too-many": ("haste", "haste", "haste"),
    "forbidden": ("forbidden", "app-id", "forbidden"),
    "token-expired": ("access-token", "refresh-token", "token"),
}
_REMOVED = "removed"


@dataclass
class _Job:
    """What create or update asked for; `outcome` is None for as long as Zalo is at work on it."""

    token: str
    id: str
    article: dict[str, Any]
    since: float
    polls: int = 0
    outcome: str | None = None  # "" is done, _REMOVED too late, anything else what was wrong with a picture


class ZaloStandIn(StandIn):
    """Zalo for one Official Account and one bot, and its readers' view at `{url}/_truth`.

    An article is being processed for `polls` calls of verify, or for `settle` seconds where nobody asks: it
    appears all the same. `broadcasts` may be sent in 30 days. `refresh_token` and `code` are the first,
    single-use keys of OAuth; `now` gives seconds since 1970; `truth` names a JSON Lines file of what it took.
    """

    def __init__(
        self,
        port: int = 0,
        app_id: str = "4291763606161179100",
        secret: str = "loa-demo-secret",  # noqa: S107 - these open nothing but this stand-in
        refresh_token: str = "loa-demo-refresh",  # noqa: S107
        *,
        code: str = "loa-demo-code",
        bot_token: str = "1:loa-demo",  # noqa: S107
        bot_chats: Iterable[str] = ("nhom-to-dan-pho",),
        polls: int = 2,
        settle: float = 10.0,
        broadcasts: int = 4,
        truth: Path | None = None,
        now: Callable[[], float] = time.time,
        plan: Iterable[Fault | Storm] = (),
    ) -> None:
        super().__init__(port, plan=plan)
        self._app_id, self._secret, self.polls, self._settle, self._now = app_id, secret, polls, settle, now
        self._broadcasts, self._lock = broadcasts, threading.RLock()
        self._keys = {
            ("refresh_token", refresh_token): now() + REFRESH_LASTS,
            ("authorization_code", code): now() + 600,
        }
        self._access: dict[str, float] = {}  # token → when it ends
        self._jobs: dict[str, _Job] = {}
        self._articles: dict[str, dict[str, Any]] = {}
        self._messages: list[dict[str, Any]] = []
        self._bot = zalo_bot.Bot(bot_token, bot_chats, self._keep_message)
        self._pages: dict[tuple[str, str], Callable[[Request], dict[str, Any]]] = {
            ("POST", "/v2.0/article/create"): self._create,
            ("POST", "/v2.0/article/verify"): self._verify,
            ("POST", "/v2.0/article/update"): self._update,
            ("POST", "/v2.0/article/remove"): self._remove,
            ("GET", "/v2.0/article/getdetail"): self._detail,
            ("GET", "/v2.0/article/getslice"): self._slice,
            ("POST", "/v2.0/oa/upload/image"): self._upload,
            ("POST", "/v2.0/oa/message"): self._broadcast,
        }
        self.truth = Truth(truth)
        for act in self.truth.acts:
            self._apply(act)

    # The way of a request

    def answer(self, request: Request) -> Reply:
        if request.path == "/_truth":
            self._settle_old()
            with self._lock:
                return Reply.json(
                    {
                        "accepted": self.truth.acts,
                        "shown": self.shown(),
                        "refusals": self.truth.refusals,
                        "faults": self.faults.met,
                    }
                )
        try:
            return self._answer(request)
        except (Refused, zalo_bot.Refused) as refused:
            with self._lock:
                self.truth.refusals[str(refused.refusal.code)] += 1
            return _refuse(refused, request)

    def _answer(self, request: Request) -> Reply:
        if request.path.startswith("/bot"):
            return Reply.json({"ok": True, "result": self._bot.result(request)})
        if request.path == _OAUTH and request.method == "POST":
            with self._lock:
                return Reply.json(self._oauth(request))
        page = self._pages.get((request.method, request.path))
        if page is None:
            return Reply.json({"error": 404, "message": "empty api"}, 404)
        self._check_access(request.headers.get("access_token", ""))
        return Reply.json({"data": page(request), "error": 0, "message": "Success"})

    def in_own_words(self, fault: Fault, request: Request) -> Reply:
        if fault.effect not in _OWN_WORDS:
            return super().in_own_words(fault, request)
        official, oauth, bot = _OWN_WORDS[fault.effect]
        if request.path.startswith("/bot"):
            return _refuse(zalo_bot.Refused(bot), request)
        if request.path == _OAUTH:
            return _refuse(Refused(oauth), request)
        if fault.effect == "token-expired":
            self.revoke_access(request.headers.get("access_token", ""))
        return _refuse(Refused(official), request)

    def revoke_access(self, token: str) -> None:
        """Make an access token worth nothing: -216 from now on, whatever was left of its 25 hours."""
        with self._lock:
            if token in self._access:
                self._accept({"act": "revoke", "access_token": token})

    def expire_access(self) -> None:
        """End every access token now, as after 25 hours."""
        with self._lock:
            self._accept({"act": "expire"})

    def consent(self) -> str:
        """What Zalo's consent page gives a person who lets the application post: a fresh, single-use code."""
        code = secrets.token_urlsafe(12)
        with self._lock:
            self._keys["authorization_code", code] = self._now() + 600
        return code

    def take_down(self, words: str) -> None:
        """Remove by hand, as the account's administrator, every article with these words in its title."""
        with self._lock:
            for number in [one["id"] for one in self._articles.values() if words in one["title"]]:
                self._accept({"act": "remove", "id": number})

    def shown(self) -> list[dict[str, Any]]:
        """What readers see now, oldest first: articles that are not hidden, and the bot's messages."""
        visible = [one for one in self._articles.values() if one["status"] == "show"]
        return sorted([*visible, *self._messages], key=lambda one: one["at"])

    def _accept(self, act: dict[str, Any]) -> None:
        act["at"] = self._now()
        self.truth.accept(act)
        self._apply(act)

    def _apply(self, act: dict[str, Any]) -> None:
        match act["act"]:
            case "token":
                self._keys.pop((act["grant"], act["used"]), None)
                self._keys["refresh_token", act["refresh_token"]] = act["at"] + REFRESH_LASTS
                self._access[act["access_token"]] = act["at"] + ACCESS_LASTS
            case "expire":
                self._access = dict.fromkeys(self._access, act["at"])
            case "revoke":
                self._access.pop(act["access_token"], None)
            case "create" | "update":
                self._jobs[act["token"]] = _Job(act["token"], act["id"], act["article"], act["at"])
            case "processed":
                job = self._jobs[act["token"]]
                job.outcome = act["outcome"]
                if not job.outcome:
                    first = self._articles.get(job.id, {"at": job.since})
                    self._articles[job.id] = {"id": job.id, "at": first["at"], **job.article}
            case "remove":
                self._articles.pop(act["id"], None)
                for job in self._jobs.values():
                    if job.id == act["id"] and job.outcome is None:
                        job.outcome = _REMOVED
            case "sendMessage" | "sendPhoto":
                self._messages.append(act)

    # OAuth

    def _oauth(self, request: Request) -> dict[str, Any]:
        need(request.content_type == "application/x-www-form-urlencoded", "oauth-body")
        given = request.form()
        need(given.get("app_id") == self._app_id, "app-id")
        need(request.headers.get("secret_key") == self._secret, "secret")
        grant = given.get("grant_type", "")
        need(grant in _GRANTS, "grant-type")
        field, refusal = _GRANTS[grant]
        key = given.get(field, "")
        need(grant == "refresh_token" or given.get("code_verifier"), "code")
        need(self._keys.get((grant, key), 0) > self._now(), refusal)
        pair = {"access_token": secrets.token_urlsafe(24), "refresh_token": secrets.token_urlsafe(24)}
        self._accept({"act": "token", "grant": grant, "used": key, **pair})
        return {**pair, "expires_in": str(ACCESS_LASTS)}

    def _check_access(self, token: str) -> None:
        need(token in self._access, "access-token")
        need(self._access[token] > self._now(), "access-expired")

    # Articles

    def _create(self, request: Request) -> dict[str, Any]:
        return self._start("create", secrets.token_hex(10), article(_body(request)))

    def _update(self, request: Request) -> dict[str, Any]:
        given = _body(request)
        need(given.get("id") in self._articles, "article-id")
        return self._start("update", given["id"], article(given))

    def _start(self, act: str, number: str, wanted: dict[str, Any]) -> dict[str, Any]:
        token = secrets.token_urlsafe(48)
        with self._lock:
            self._accept({"act": act, "token": token, "id": number, "article": wanted})
        return {"token": token}

    def _verify(self, request: Request) -> dict[str, Any]:
        job = self._jobs.get(_body(request).get("token", ""))
        if job is None:
            raise Refused("article-token")
        with self._lock:
            job.polls += 1
        need(job.outcome is not None or job.polls > self.polls or self._is_old(job), "processing")
        self._process_up_to(job)
        need(job.outcome != _REMOVED, "article-id")
        need(not job.outcome, "picture", why=job.outcome)
        return {"id": job.id}

    def _is_old(self, job: _Job) -> bool:
        return self._now() - job.since >= self._settle

    def _settle_old(self) -> None:
        for job in list(self._jobs.values()):
            if self._is_old(job):
                self._process(job)

    def _process_up_to(self, job: _Job) -> None:
        """Process a job after the earlier ones for the same article, so that the last asked for is shown."""
        for one in [one for one in self._jobs.copy().values() if one.id == job.id]:
            self._process(one)
            if one is job:
                break

    def _process(self, job: _Job) -> None:
        """Fetch the pictures, without holding up other requests, and publish the article if all are there."""
        if job.outcome is not None:
            return
        images = [block["url"] for block in job.article["body"] if block["type"] == "image"]
        outcome = ""
        try:
            for url in [job.article["cover"]["photo_url"], *images]:
                fetch(url, PICTURE_BELOW - 1)
        except NoPicture as why:
            outcome = f"{url}: {why}"
        with self._lock:
            if job.outcome is None:
                self._accept({"act": "processed", "token": job.token, "id": job.id, "outcome": outcome})

    def _remove(self, request: Request) -> dict[str, Any]:
        number = _body(request).get("id")
        with self._lock:
            need(number in self._articles, "article-id")
            self._accept({"act": "remove", "id": number})
        return {}

    def _detail(self, request: Request) -> dict[str, Any]:
        self._settle_old()
        found = self._articles.get(request.query.get("id", ""))
        if found is None:
            raise Refused("article-id")
        return {key: value for key, value in found.items() if key != "at"}

    def _slice(self, request: Request) -> dict[str, Any]:
        self._settle_old()
        try:
            offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", MOST_SLICE))
        except ValueError as why:
            raise Refused("body", why=why) from why
        need(limit <= MOST_SLICE, "slice")
        need(request.query.get("type") == "normal", "type")
        with self._lock:
            newest = sorted(self._articles.values(), key=lambda one: one["at"], reverse=True)
        medias = [
            {
                "id": one["id"],
                "type": one["type"],
                "title": one["title"],
                "status": one["status"],
                "thumb": one["cover"]["photo_url"],
                "create_date": int(one["at"] * 1000),
            }
            for one in newest[max(offset, 0) :][: max(limit, 0)]
        ]
        return {"total": len(newest), "medias": medias}

    def _upload(self, request: Request) -> dict[str, Any]:
        try:
            file = request.multipart()[1]["file"]
            picture = look(file.content)
        except (ValueError, KeyError, NoPicture) as why:
            raise Refused("upload-type", why=why) from why
        need(picture.media_type in ("image/png", "image/jpeg"), "upload-type", why=picture.media_type)
        need(len(file.content) <= PICTURE_BELOW, "upload-size")
        return {"attachment_id": hashlib.sha256(file.content).hexdigest()[:32]}

    def _broadcast(self, request: Request) -> dict[str, Any]:
        self._settle_old()
        with self._lock:
            said, acts = _body(request), self.truth.acts
            act = zalo_broadcast.act(said, self._articles, acts, self._now(), self._broadcasts)
            self._accept(act)
        return {"message_id": act["message_id"]}

    # The bot

    def _keep_message(self, act: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            number = hashlib.sha256(str(len(self._messages)).encode()).hexdigest()[:20]
            self._accept(act | {"message_id": number})
            return {"message_id": number, "date": int(self._now() * 1000)}


def _body(request: Request) -> dict[str, Any]:
    try:
        need(request.content_type == "application/json", "body", why="JSON is expected")
        return request.json()
    except ValueError as why:
        raise Refused("body", why=why) from why


def _refuse(refused: Refused | zalo_bot.Refused, request: Request) -> Reply:
    """Zalo's errors are HTTP 200 (channels.md, Zalo OA, Auth); OAuth words them in fields of its own."""
    if isinstance(refused, zalo_bot.Refused):
        return zalo_bot.refuse(refused)
    if request.path.startswith("/v4/"):
        words = {"error_name": refused.says, "error_reason": refused.name, "error_description": refused.says}
        return Reply.json({"error": refused.refusal.code, **words})
    return Reply.json({"error": refused.refusal.code, "message": refused.says})


def main() -> None:
    """Run the stand-in by itself: `python -m demo.zalo --port 8082`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8082)
    options.add_argument("--app-id", default="4291763606161179100")
    options.add_argument("--secret", default="loa-demo-secret")
    options.add_argument(
        "--refresh-token", default="loa-demo-refresh", help="the first; single-use, like all"
    )
    options.add_argument("--bot-token", default="1:loa-demo")
    options.add_argument("--bot-chat", action="append", help="a chat that wrote to the bot; repeatable")
    options.add_argument(
        "--polls", type=int, default=2, help="how often verify says that it is still processing"
    )
    options.add_argument("--truth", type=Path, help="append everything accepted to this JSON Lines file")
    options.add_argument(
        "--faults", type=read_plan, default=(), help="a JSON list of what POST /_faults takes"
    )
    given = options.parse_args()
    ZaloStandIn(
        given.port,
        given.app_id,
        given.secret,
        given.refresh_token,
        bot_token=given.bot_token,
        bot_chats=given.bot_chat or ["nhom-to-dan-pho"],
        polls=given.polls,
        truth=given.truth,
        plan=given.faults,
    ).serve()


if __name__ == "__main__":
    main()
