"""The one page of the demo: what came in, why something is held, and every channel as its reader sees it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import connection
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.readers import SHORT, Services, bulletins, faces, told
from demo.server import Reply, Request, StandIn
from pipeline.deliver.standing import must_come_down
from pipeline.models import Article, Delivery, Source, State
from pipeline.office import Office
from pipeline.review.reasons import reasons_of
from web.console.lanes import lanes
from web.names import KINDS, ROLES, TOPICS, delivered

_HERE = Path(__file__).parent
_ASSETS = {"/day.css": "text/css; charset=utf-8", "/day.js": "text/javascript; charset=utf-8"}
_WEEK = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_GROUPS = {
    State.REVIEW: "Đang chờ người duyệt",
    State.HELD: "Đang giữ",
    State.APPROVED: "Đã duyệt",
    State.SKIPPED: "Bỏ qua",
    State.WITHDRAWN: "Đã gỡ",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self';"
    " img-src 'self' http://127.0.0.1:*; media-src 'self'; frame-src http://127.0.0.1:*; base-uri 'none'"
)
_ON_DISK = "default-src 'none'; style-src 'unsafe-inline'"
_NOT_FOUND = (
    "<!doctype html><html lang=vi><title>404</title><p>Không có trang này. <a href='/'>Về đầu trang</a>"
)


@dataclass(frozen=True)
class Cast:
    """Who plays: the office (its rows are only read), the services' addresses, and the demo's clock."""

    office: Office
    telegram: str
    zalo: str
    address: str
    now: Callable[[], datetime]
    people: Mapping[str, tuple[str, str]]
    """For each name a role, and the agency that it is for."""
    password: str
    next_day: Callable[[], None]


class DayPage(StandIn):
    """The page at `/`, with one article at `/?bai=ID`; `POST /ngay-mai` goes on to the next day."""

    def __init__(self, port: int, cast: Cast) -> None:
        super().__init__(port)
        self._cast = cast
        self._tomorrow = False
        env = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        env.filters |= {"clock": self._clock, "day": self._day, "weekday": self._weekday}
        self._page = env.get_template("day.html")

    def answer(self, request: Request) -> Reply:
        try:
            return self._answer(request)
        finally:
            connection.close()

    def _answer(self, request: Request) -> Reply:
        if request.path == "/ngay-mai" and request.method == "POST":
            if not self._tomorrow:
                self._tomorrow = True
                self._cast.next_day()
            return Reply(b"", 303, headers={"Location": "/"})
        if media_type := _ASSETS.get(request.path):
            return Reply((_HERE / request.path[1:]).read_bytes(), content_type=media_type)
        if found := self._in_a_station_s_folder(request.path):
            return found
        if request.path != "/":
            return Reply.html(
                "<!doctype html><title>404</title><p>Không có trang này. <a href='/'>Về trang chính</a>", 404
            )
        page = self._page.render(self._seen(request.query.get("bai", "")))
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return Reply(page.encode(), content_type="text/html; charset=utf-8", headers=headers)

    def _in_a_station_s_folder(self, path: str) -> Reply | None:
        """What the radio channel wrote: /its id/day/file."""
        name, _, inside = path.removeprefix("/").partition("/")
        channel = self._cast.office.channels.get(name)
        if channel is None or channel.kind != "radio":
            return None
        folder = Path(channel.target).resolve()
        file = folder.joinpath(inside).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            return None
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if media_type.startswith("text/"):
            media_type += "; charset=utf-8"
            headers |= {"Content-Security-Policy": _ON_DISK}
        return Reply(file.read_bytes(), content_type=media_type, headers=headers)

    def _seen(self, wanted: str) -> dict[str, Any]:
        cast, office = self._cast, self._cast.office.schedule
        articles = list(
            Article.objects.select_related("current")
            .prefetch_related("current__findings")
            .order_by("-current__published", "-id")
        )
        chosen = next((one for one in articles if str(one.id) == wanted), None)
        services = Services(cast.address, cast.telegram, cast.zalo)
        agencies = {source.id: source.agency for source in office.sources}
        return {
            "cast": cast,
            "office": office.office,
            "now": cast.now(),
            "sources": self._sources(articles),
            "groups": [
                (title, state, [a for a in articles if a.state == state]) for state, title in _GROUPS.items()
            ],
            "chosen": chosen,
            "faces": faces(office.channels, services, chosen, office.office.zone)
            + ([] if chosen else told(office.office, services, office.office.zone)),
            "bulletins": list(bulletins(chosen)),
            "chips": self._chips(),
            "come_down": self._come_down(),
            "agencies": agencies,
            "why": self._why,
            "kinds": KINDS,
            "roles": ROLES,
            "topics": TOPICS,
            "tomorrow": self._tomorrow,
        }

    def _sources(self, articles: list[Article]) -> list[dict[str, Any]]:
        met = Source.objects.in_bulk()
        return [
            {
                "agency": settings.agency,
                "url": settings.url,
                "row": met.get(settings.id),
                "articles": sum(article.source_id == settings.id for article in articles),
            }
            for settings in self._cast.office.schedule.sources
        ]

    def _chips(self) -> dict[int, dict[str, tuple[str, str]]]:
        """For each article its channels, each with its state there and the word for it."""
        kinds = {settings.id: settings.kind for settings in self._cast.office.schedule.channels}
        order = sorted(kinds, key=lambda channel: list(SHORT).index(kinds[channel]))
        rows = Delivery.objects.filter(channel__in=kinds).exclude(state="superseded")
        seen = rows.select_related("revision").order_by("article", "id")
        seen = seen.defer("content", "otherwise", "revision__body", "revision__text")
        return {
            article: {
                SHORT[kinds[lane.channel]]: (lane.state, delivered(lane.state, lane.channel))
                for lane in lanes(found, dict.fromkeys(order, ""))
            }
            for article, found in groupby(seen, key=lambda row: row.article_id)
        }

    def _why(self, article: Article) -> list[str]:
        """The reasons why an article stands where it stands; of an approved one, the warnings."""
        codes = set(reasons_of(article))
        found = (
            [f.message for f in article.current.findings.all() if f.code in codes] if article.current else []
        )
        return [why for why in (article.withdrawn_because, article.stopped_because, *found) if why]

    def _come_down(self) -> dict[int, list[str]]:
        """For each withdrawn article the channels from which only a person can take it."""
        kinds = {settings.id: settings.kind for settings in self._cast.office.schedule.channels}
        left: dict[int, list[str]] = {}
        for row in must_come_down(self._cast.office.pulled):
            left.setdefault(row.article_id, []).append(SHORT[kinds[row.channel]])
        return left

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._cast.office.schedule.office.zone)

    def _clock(self, moment: datetime, seconds: bool = False) -> str:
        return f"{self._local(moment):{'%H:%M:%S' if seconds else '%H:%M'}}"

    def _day(self, moment: datetime) -> str:
        return f"{self._local(moment):%d/%m/%Y}"

    def _weekday(self, moment: datetime) -> str:
        return _WEEK[self._local(moment).weekday()]
