"""The sample agencies' web servers in one: their feeds, their pictures, and a readable page behind each link.

The agencies' own hosts (`*.example`) don't exist, so links and pictures in the feeds are made to lead here;
what identifies an article (guid, id, namespaces) stays as the agency wrote it.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from demo.server import Reply, Request, StandIn

FEEDS = Path(__file__).parent / "feeds"


@dataclass(frozen=True)
class Agency:
    """An agency's name, the host that its links name, and its feed's file and media type."""

    name: str
    host: str
    feed: str
    media_type: str


AGENCIES = {
    "vpubnd": Agency("Văn phòng UBND tỉnh", "congttdt.phutho.example", "vpubnd.xml", "application/rss+xml"),
    "stp": Agency("Sở Tư pháp", "sotuphap.phutho.example", "stp.atom.xml", "application/atom+xml"),
    "skhcn": Agency(
        "Sở Khoa học và Công nghệ", "sokhcn.phutho.example", "skhcn.json", "application/feed+json"
    ),
    "snnmt": Agency(
        "Sở Nông nghiệp và Môi trường", "sonnmt.phutho.example", "snnmt.xml", "application/rss+xml"
    ),
}
_OFFICE_TIME = timezone(timedelta(hours=7))
# The folder of each day's reading, and when the portal was last changed then (lastBuildDate in vpubnd.xml).
READINGS = {
    1: ("", datetime(2026, 11, 23, 7, 45, tzinfo=_OFFICE_TIME)),
    2: ("day2", datetime(2026, 11, 24, 8, 10, tzinfo=_OFFICE_TIME)),
}
# Where an address is a link or a picture, in XML, in HTML inside it, and in JSON (where quotes are escaped).
_LINK = re.compile(
    rb"""(<link>|<uri>|\b(?:href|src|url|xml:base)=\\?["']"""
    rb"""|"(?:url|home_page_url|feed_url|image|banner_image)":\s*")https://([\w.]+\.example)"""
)
_PAGE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:1.1rem/1.6 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}</style></head>
<body><p>{agency}</p><h1>{title}</h1><p>{note}</p></body></html>
"""
_NOTE = (
    "Trang mẫu của cơ quan trong bản chạy thử. Nội dung là dữ liệu giả định, không phải thông tin chính thức."
)


class Agencies(StandIn):
    """The feeds at `{url}/vpubnd.xml`, `/stp.atom.xml`, `/skhcn.json`, `/snnmt.xml` and `/broken/<file>`.

    `day` (also `POST /_day {"day": 2}`) chooses the reading; a feed without one for that day stays as it was.
    A picture is served under every path that ends with its name: agencies link to it in every way there is.
    """

    def __init__(self, port: int = 0, folder: Path = FEEDS, *, day: int = 1) -> None:
        super().__init__(port)
        self.day = day
        self._folder = folder
        self._pictures = {_name(file.name): file for file in (folder / "media").iterdir()}
        self._broken = {f"/broken/{file.name}": file for file in (folder / "broken").iterdir()}
        expected = folder / "expected.json"
        items = json.loads(expected.read_text())["items"] if expected.exists() else []
        self._titles = {urlsplit(item["link"]).path: item["title"] for item in items if item["link"]}

    def feed_url(self, source: str) -> str:
        """The address of a source's feed, by its key in AGENCIES."""
        return f"{self.url}/{AGENCIES[source].feed}"

    def answer(self, request: Request) -> Reply:
        if request.path == "/_day" and request.method == "POST":
            return self._set_day(request)
        if request.method not in ("GET", "HEAD"):
            return Reply.html("<h1>405</h1>", 405)
        for agency in AGENCIES.values():
            if request.path == f"/{agency.feed}":
                return self._feed(request, agency)
        if broken := self._broken.get(request.path):
            return self._file(
                request, broken.read_bytes(), mimetypes.guess_type(broken.name)[0] or "text/xml"
            )
        if picture := self._pictures.get(_name(request.path.rsplit("/", 1)[-1])):
            return self._file(
                request, picture.read_bytes(), mimetypes.guess_type(picture.name)[0] or "image/png"
            )
        return self._page(request.path)

    def _set_day(self, request: Request) -> Reply:
        try:
            day = request.json()["day"]
        except (ValueError, KeyError):
            day = None
        if day not in READINGS:
            return Reply.json({"error": f"day is one of {', '.join(map(str, READINGS))}"}, 400)
        self.day = day
        return Reply.json({"day": day})

    def _reading(self, feed: str) -> Path:
        today = self._folder / READINGS[self.day][0] / feed
        return today if today.exists() else self._folder / feed

    def _feed(self, request: Request, agency: Agency) -> Reply:
        content = _LINK.sub(self._here, self._reading(agency.feed).read_bytes())
        charset = "" if agency.media_type.endswith("json") else "; charset=utf-8"
        return self._file(request, content, agency.media_type + charset)

    def _here(self, link: re.Match[bytes]) -> bytes:
        for source, agency in AGENCIES.items():
            if agency.host == link[2].decode():
                return link[1] + f"{self.url}/{source}".encode()
        return link[0]

    def _file(self, request: Request, content: bytes, media_type: str) -> Reply:
        """A file, or 304 when the client's copy is still good (RFC 9110, 13.2.2: the ETag goes first)."""
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        changed = READINGS[self.day][1]
        headers = {"ETag": tag, "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
        if (tags := request.headers.get("if-none-match")) is not None:
            fresh = tags == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
        else:
            fresh = _since(request.headers.get("if-modified-since", ""), changed)
        return Reply(b"" if fresh else content, 304 if fresh else 200, media_type, headers)

    def _page(self, path: str) -> Reply:
        source, _, rest = path.lstrip("/").partition("/")
        own = path if source not in AGENCIES else f"/{rest}"
        agency = AGENCIES[source].name if source in AGENCIES else "Trang mẫu"
        title = self._titles.get(own)
        if title is None and own != "/":
            note = "Tệp hoặc trang này không kèm theo bản chạy thử."
            return Reply.html(_PAGE.format(title="Không có trang này", agency=agency, note=note), 404)
        return Reply.html(_PAGE.format(title=html.escape(title or agency), agency=agency, note=_NOTE))


def _name(file: str) -> str:
    return unicodedata.normalize("NFC", file).casefold()


def _since(header: str, changed: datetime) -> bool:
    try:
        return parsedate_to_datetime(header) >= changed
    except (ValueError, TypeError):
        return False


def main() -> None:
    """Run the agencies by themselves: `python -m demo.agencies --port 8090 --day 1`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8090)
    options.add_argument("--day", type=int, default=1, choices=list(READINGS))
    given = options.parse_args()
    Agencies(given.port, day=given.day).serve()


if __name__ == "__main__":
    main()
