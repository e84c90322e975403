"""The month's agencies: each a web server of its own, with one feed in its own format."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from pathlib import Path

from demo.agencies import AGENCIES
from demo.month.articles import Item
from demo.server import Reply, Request, StandIn

SHOWN = 25
"""The newest so many stand in a feed."""
OFFICE_TIME = timezone(timedelta(hours=7))
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_BROKEN = Path(__file__).parent.parent / "feeds" / "broken"


class Agency(StandIn):
    """One source of schedule.yaml: `items` is what it publishes, each when its time has come by `now`.

    With `broken` it answers with that file of the sample feeds instead.
    """

    def __init__(self, source: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.source = source
        self._now = now
        self.items: list[Item] = []
        self.broken = ""

    @property
    def feed_url(self) -> str:
        return f"{self.url}/{AGENCIES[self.source].feed}"

    @property
    def published(self) -> list[Item]:
        """What has appeared by now, in no order."""
        now = self._now()
        return [item for item in self.items if item.at <= now]

    def answer(self, request: Request) -> Reply:
        if request.path != f"/{AGENCIES[self.source].feed}":
            return Reply.html("<h1>404</h1>", 404)
        body = (_BROKEN / self.broken).read_bytes() if self.broken else self._feed()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        same = request.headers.get("if-none-match") == tag
        media_type = AGENCIES[self.source].media_type
        return Reply(b"" if same else body, 304 if same else 200, media_type, {"ETag": tag})

    def _feed(self) -> bytes:
        newest = sorted(self.published, key=lambda item: item.at, reverse=True)[:SHOWN]
        return _WRITERS[self.source](newest, f"{self.url}/tin").encode()


def _rss(items: Iterable[Item], base: str) -> str:
    entries = "".join(
        f"<item><title>{item.title}</title><link>{base}/{item.number}</link>"
        f'<guid isPermaLink="false">{guid(item)}</guid><pubDate>{_mail_date(item.at)}</pubDate>'
        f"<description>{escape(_html(item))}</description>"
        f"{_pt(item) if item.source == 'vpubnd' else ''}{_loa(item)}</item>"
        for item in items
    )
    spaces = 'xmlns:pt="https://congttdt.phutho.example/ns/tin-bai/1.0" xmlns:loa="urn:loa:1"'
    head = f"<title>Tin</title><link>{base}</link><description>Tin</description>"
    return f'{_XML}<rss version="2.0" {spaces}><channel>{head}{entries}</channel></rss>'


def _pt(item: Item) -> str:
    said = {
        "trangThai": "go-bai" if item.withdrawn else "da-duyet" if item.approved else "cho-duyet",
        "chuDe": item.topic,
        "theLoai": item.kind,
        "camPhatTruoc": item.embargo and _local(item.embargo),
        "dinhChinhCho": item.corrects and f"tin-{item.corrects}",
    }
    return "".join(f"<pt:{key}>{value}</pt:{key}>" for key, value in said.items() if value)


def _loa(item: Item) -> str:
    said = {
        "theLoai": "" if item.source == "vpubnd" else item.kind,
        "hetHan": item.expires and _local(item.expires),
        "uuTien": "khan-cap" if item.urgent else "",
    }
    return "".join(f"<loa:{key}>{value}</loa:{key}>" for key, value in said.items() if value)


def _atom(items: Iterable[Item], base: str) -> str:
    entries = "".join(
        f'<entry><id>{guid(item)}</id><title>{item.title}</title><link href="{base}/{item.number}"/>'
        f"<published>{_local(item.at)}</published><updated>{_local(_updated(item))}</updated>"
        f'<content type="html">{escape(_html(item))}</content>{_loa(item)}'
        f"<app:control><app:draft>{'no' if item.approved else 'yes'}</app:draft></app:control></entry>"
        for item in items
    )
    spaces = (
        'xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://www.w3.org/2007/app" xmlns:loa="urn:loa:1"'
    )
    return f"{_XML}<feed {spaces}><id>{base}</id><title>Tin</title>{entries}</feed>"


def _updated(item: Item) -> datetime:
    return item.edits.get(item.version, item.at)


def _json(items: Iterable[Item], base: str) -> str:
    entries = [
        {
            "id": guid(item),
            "url": f"{base}/{item.number}",
            "title": item.title,
            "content_html": _html(item),
            "date_published": _local(item.at),
            "_loa": {"approved": item.approved is not None, "topic": item.topic, "kind": item.kind},
        }
        for item in items
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Tin", "items": entries}
    return json.dumps(feed, ensure_ascii=False)


_WRITERS: dict[str, Callable[[Iterable[Item], str], str]] = {
    "vpubnd": _rss,
    "stp": _atom,
    "skhcn": _json,
    "snnmt": _rss,
}


def guid(item: Item) -> str:
    """What its agency knows it by."""
    return f"tin-{item.number}"


def _html(item: Item) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in item.paragraphs)


def _local(moment: datetime) -> str:
    return moment.astimezone(OFFICE_TIME).isoformat(timespec="seconds")


def _mail_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(OFFICE_TIME))
