"""What each channel's readers see now: as the services tell it, matched with the ledger by receipt."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import feedparser

from channels.radio.index import INDEX
from channels.radio.programme import Programme, duration
from pipeline.models import Article, Bulletin, Delivery
from pipeline.schedule import AnyChannel, OfficeSettings
from web.console import deeds
from web.console.lanes import state_of
from web.names import STATES, delivered

FACES = {
    "portal": "Cổng thông tin điện tử",
    "telegram": "Kênh Telegram",
    "zalo-oa": "Bài trên Zalo OA",
    "zalo-bot": "Nhóm Zalo",
    "radio": "Bản tin truyền thanh",
    "press": "Nguồn tin cho báo chí",
}
SHORT = {
    "portal": "Cổng",
    "telegram": "Telegram",
    "zalo-oa": "Zalo OA",
    "zalo-bot": "Nhóm Zalo",
    "radio": "Loa",
    "press": "Báo chí",
}
_PAPERS = {".txt": "Văn bản đọc (TXT)", ".pdf": "PDF", ".docx": "Word (DOCX)"}
_NOT_YET = {"queued", "sending"}
_web = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Face:
    """One channel as its readers see it: `items` are what they see, `note` says how far Loa has come."""

    kind: str
    name: str
    target: str
    note: str
    items: Sequence[dict[str, Any]]
    alone: bool
    """One article was asked for, and this face shows only that."""


@dataclass(frozen=True)
class Services:
    """The addresses at which what is there can be seen."""

    office: str
    telegram: str
    zalo: str


def faces(
    channels: Sequence[AnyChannel], services: Services, chosen: Article | None, zone: tzinfo
) -> list[Face]:
    """All channels, with everything or with one article; a service that does not answer shows nothing."""
    ledger = list(Delivery.objects.select_related("revision").order_by("id"))
    read: dict[str, Callable[[_Channel], Iterator[dict[str, Any]]]] = {
        "portal": _portal,
        "telegram": _telegram,
        "zalo-oa": _zalo_articles,
        "zalo-bot": _zalo_chat,
        "radio": _radio,
        "press": _press,
    }
    shown = []
    for settings in channels:
        rows = [row for row in ledger if row.channel == settings.id]
        target = getattr(settings, "chat", "")
        channel = _Channel(settings.id, target, rows, ledger, services, zone)
        items = list(read[settings.kind](channel))
        if chosen is not None:
            items = [item for item in items if item["article"] == chosen.id]
            rows = [row for row in rows if row.article_id == chosen.id]
        note = _of_one(chosen, rows, zone) if chosen else _of_all(rows)
        shown.append(Face(settings.kind, FACES[settings.kind], target, note, items, chosen is not None))
    return shown


def told(office: OfficeSettings, services: Services, zone: tzinfo) -> list[Face]:
    """The duty officer's telephone: what Loa's bot has written into that conversation."""
    if office.duty is None or office.duty.chat is None:
        return []
    items = [
        {"text": message["text"], "at": datetime.fromtimestamp(message["date"], zone)}
        for message in _messages(services.telegram, office.duty.chat.to)
    ]
    return [
        Face("duty", "Điện thoại cán bộ trực", office.duty.chat.to, f"{len(items)} tin báo", items, False)
    ]


@dataclass(frozen=True)
class _Channel:
    id: str
    target: str
    rows: Sequence[Delivery]
    ledger: Sequence[Delivery]
    services: Services
    zone: tzinfo

    def article_of(self, ref: object) -> int | None:
        """Whose receipt this is."""
        found = (row.article_id for row in self.rows if row.receipt and row.receipt["ref"] == str(ref))
        return next(found, None)

    def moment(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, self.zone)


def _of_all(rows: Sequence[Delivery]) -> str:
    states = Counter("queued" if state in _NOT_YET else state for state in map(state_of, _by_post(rows)))
    channel = rows[0].channel if rows else ""
    counts = [
        f"{count} {delivered(state, channel).lower()}"
        for state, count in sorted(states.items(), key=lambda one: one[0] != "sent")
    ]
    return ", ".join(counts) or "chưa có gì"


def _of_one(article: Article, rows: Sequence[Delivery], zone: tzinfo) -> str:
    """Where one article stands on this channel, in words."""
    if not rows:
        if article.state == "approved":
            return "Không có tuyến nào đưa bài này đến đây."
        return f"Chưa gửi: bài {str(STATES[article.state]).lower()}."
    last = rows[-1]
    if last.state in _NOT_YET:
        return f"Chờ gửi, hẹn {last.due_at.astimezone(zone):%H:%M, %d/%m/%Y}."
    sent = f" lúc {last.sent_at.astimezone(zone):%H:%M}" if last.sent_at else ""
    parts = f" ({last.parts} phần)" if last.parts > 1 else ""
    told = deeds.done(last)
    return f"{told[:1].upper()}{told[1:]}{sent}{parts}.{' ' + last.error if last.error else ''}"


def _by_post(rows: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    """What was done to each part of each article on one channel, in the order of time."""
    found: dict[tuple[int, int], list[Delivery]] = {}
    for row in rows:
        if row.state != "superseded":
            found.setdefault((row.article_id, row.part), []).append(row)
    yield from found.values()


def _portal(channel: _Channel) -> Iterator[dict[str, Any]]:
    for row in channel.rows:
        if row.state == "sent":
            yield {"article": row.article_id, "url": channel.services.office + row.content["path"]}


def _telegram(channel: _Channel) -> Iterator[dict[str, Any]]:
    pages = {row.article_id: row.content for row in channel.ledger if "path" in row.content}
    for message in _messages(channel.services.telegram, channel.target):
        article = channel.article_of(message["message_id"])
        preview = "url" in message.get("link_preview_options", {})
        yield {
            "article": article,
            "html": message.get("html"),
            "text": message.get("text", ""),
            "at": channel.moment(message["date"]),
            "preview": pages.get(article or 0) if preview else None,
        }


def _zalo_articles(channel: _Channel) -> Iterator[dict[str, Any]]:
    for shown in _truth(channel.services.zalo):
        if "id" in shown:
            yield {**shown, "article": channel.article_of(shown["id"]), "at": channel.moment(shown["at"])}


def _zalo_chat(channel: _Channel) -> Iterator[dict[str, Any]]:
    for shown in _truth(channel.services.zalo):
        if "message_id" in shown:
            article = channel.article_of(shown["message_id"])
            yield {"article": article, "text": shown.get("text", ""), "at": channel.moment(shown["at"])}


def _radio(channel: _Channel) -> Iterator[dict[str, Any]]:
    for row in channel.rows:
        path = Path(row.target) / row.content["file"]
        if row.state == "sent" and path.exists():
            yield {
                "article": row.article_id,
                "file": row.content["file"],
                "text": path.read_text("utf-8"),
                "sound": _address(channel.id, path.with_suffix(".wav"), Path(row.target)),
                "syllables": row.content["syllables"],
                "seconds": row.content["seconds"],
                "readings": row.content["script"]["appendix"],
                "flags": row.content["script"]["flags"],
            }


def bulletins(article: Article | None) -> Iterator[dict[str, Any]]:
    """Those whose files stand in the station's folder, or of these the ones that read this article."""
    made = Bulletin.objects.exclude(written_at=None).order_by("airs_at")
    for row in made.filter(airings__article=article).distinct() if article else made:
        programme, folder = Programme.of(row.programme), Path(row.target)
        day = folder / f"{programme.airs_at:%Y-%m-%d}"
        files = {file.suffix: file for file in day.glob(f"{programme.airs_at:%Y-%m-%dT%H%M}-ban-tin-*.*")}
        if ".txt" in files:
            yield {
                "row": row,
                "programme": programme,
                "length": duration(row.seconds),
                "text": files[".txt"].read_text("utf-8"),
                "sound": _address(row.channel, files.get(".wav"), folder),
                "links": [
                    (name, _address(row.channel, files.get(kind), folder)) for kind, name in _PAPERS.items()
                ],
                "index": _address(row.channel, day / INDEX, folder),
            }


def _address(channel: str, file: Path | None, folder: Path) -> str:
    """Where the demo's own page shows a file of the station's folder; empty where there is none."""
    return f"/{channel}/{quote(str(file.relative_to(folder)))}" if file and file.exists() else ""


def _press(channel: _Channel) -> Iterator[dict[str, Any]]:
    feed = feedparser.parse(_get(f"{channel.services.office}/press/rss.xml"))
    articles = {row.content["guid"]: row.article_id for row in channel.rows}
    for entry in feed.entries:
        yield {
            "article": articles.get(entry.id),
            "title": entry.title,
            "link": entry.link,
            "source": entry.get("author", ""),
            "at": parsedate_to_datetime(entry.published),
            "lead": entry.get("summary", ""),
            "html": entry.content[0].value if "content" in entry else "",
            "files": [urlsplit(file.href).path.rsplit("/", 1)[-1] for file in entry.enclosures],
        }


def _messages(telegram: str, chat: str) -> list[dict[str, Any]]:
    """What stands in one chat of the bot."""
    return [
        message
        for message in _truth(telegram)
        if chat in (str(message["chat"]["id"]), f"@{message['chat'].get('username')}")
    ]


def _truth(service: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = json.loads(_get(f"{service}/_truth") or b'{"shown": []}')["shown"]
    return shown


def _get(url: str) -> bytes:
    """What stands there; nothing while the service is away, as when the office changes its day."""
    try:
        with _web.open(url, timeout=5) as answer:
            body: bytes = answer.read()
    except OSError:
        return b""
    return body
