"""What is published in the month: the four sample feeds, and a commune that writes with their sentences."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from channels.radio.spoken.letters import CAPITAL
from demo.month.articles import PLACES, SENTENCES

FEEDS = Path(__file__).parents[1] / "feeds"
SCHEDULE = """\
office:
  name: Văn phòng UBND tỉnh Phú Thọ
  public_contacts: ["0210.000.08*", "*@phutho.example"]
sources:
  - id: vpubnd
    agency: Văn phòng UBND tỉnh
    url: file:vpubnd.xml
    approval: {{element: "pt:trangThai", approved: [da-duyet], withdrawn: [go-bai]}}
    embargo: {{element: "pt:camPhatTruoc"}}
    topic: {{element: "pt:chuDe"}}
    kind: {{element: "pt:theLoai"}}
  - {{id: stp, agency: Sở Tư pháp, url: "file:stp.atom.xml", approval: {{atom_draft: true}}}}
  - id: skhcn
    agency: Sở Khoa học và Công nghệ
    url: file:skhcn.json
    approval: {{json: "_loa.approved", approved: [true]}}
  - {{id: snnmt, agency: Sở Nông nghiệp và Môi trường, url: "file:snnmt.xml", approval: published,
     dates: [dd/mm/yyyy]}}
  - {{id: xa, agency: UBND xã Xuân Đài, url: "file:xa.xml", approval: published}}
channels:
  - {{id: cong, kind: portal}}
  - {{id: loa, kind: radio, folder: radio}}
routes:
  - {{channels: [cong, loa]}}
runs:
  - {{id: sang, at: "04:30", days: mon-sat, job: bulletin, channel: loa, slot: "05:00", minutes: {minutes}}}
  - {{id: chieu, at: "16:30", days: mon-sat, job: bulletin, channel: loa, slot: "17:00", minutes: {minutes}}}
"""
WRONG, RIGHT = "buổi sáng", "buổi chiều"
GUIDES = ("khai sinh", "khai tử")
_WHOLE = re.compile(rf"(?:(?<=>)|(?<=\.\s))[{CAPITAL}][^<>.\d:;“”\"\\()]{{60,220}}\.(?!\w)")
"""A sentence from its capital to its end."""
_ENTRY = """<item><title>{title}</title><guid isPermaLink="false">{guid}</guid><link>https://xa.example/{guid}</link>
<pubDate>{at}</pubDate>{more}<description>{body}</description></item>"""
_FEED = """<rss version="2.0" xmlns:loa="urn:loa:1"><channel><title>Xã</title><link>https://xa.example/</link>
{items}</channel></rss>"""


@dataclass
class News:
    """One item of the commune; times are aware."""

    number: int
    at: datetime
    priority: str = "thuong"
    embargo: datetime | None = None
    expires: datetime | None = None
    again: bool = False
    guide: str = ""
    sentences: int = 6

    @property
    def guid(self) -> str:
        return f"xa-{self.number}"


class Commune:
    """A commune that publishes every working day; the same seed publishes the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._words = list(SENTENCES) + list(_sample_sentences())
        self._entries: list[str] = []
        self.news: dict[str, News] = {}

    def publishes(self, at: datetime, most: int) -> list[News]:
        """What comes in the half day that ends then."""
        chance = self._random.random
        made = []
        for _ in range(self._random.randint(most // 4, most)):
            news = News(len(self.news) + 1, at - timedelta(minutes=self._random.randint(1, 600)))
            news.sentences = self._random.randint(2, 16) if chance() < 0.95 else 45
            if chance() < 0.2:
                news.priority = "uu-tien" if chance() < 0.7 else "khan-cap"
            if chance() < 0.1:
                news.expires = at + timedelta(hours=self._random.randint(1, 60))
            if chance() < 0.1:
                news.embargo = at + timedelta(hours=self._random.randint(1, 30))
            news.again = chance() < 0.04
            made.append(self._publish(news))
        return made

    def guides(self, at: datetime) -> None:
        """A guide to each of the linked-procedure groups, beside those of the sample feeds."""
        for group in GUIDES:
            self._publish(News(len(self.news) + 1, at, guide=group, sentences=5))

    def feed(self) -> str:
        """Its newest hundred items."""
        return _FEED.format(items="\n".join(self._entries[-100:]))

    def _publish(self, news: News) -> News:
        place = self._random.choice(PLACES)
        title = f"Tin số {news.number} từ xã {place}: hồ sơ trả trong ngày"
        if news.guide:
            title = f"Hướng dẫn số {news.number}: đăng ký {news.guide} liên thông, làm một lần"
        said = self._random.sample(self._words, min(news.sentences, len(self._words)))
        said.insert(1, f"Việc số {news.number} của xã {place} được làm vào {WRONG}.")
        stated = {
            "chuDe": "4" if news.guide else "1",
            "theLoai": "tin",
            "uuTien": news.priority,
            "camPhatTruoc": news.embargo and news.embargo.isoformat(),
            "hetHan": news.expires and news.expires.isoformat(),
        }
        more = "".join(f"<loa:{key}>{value}</loa:{key}>" for key, value in stated.items() if value)
        more += "<category>Phát lại</category>" if news.again else ""
        body = "".join(f"<p>{' '.join(said[n : n + 4])}</p>" for n in range(0, len(said), 4))
        self._entries.append(
            _ENTRY.format(
                title=title,
                guid=news.guid,
                at=f"{news.at:%a, %d %b %Y %H:%M:%S %z}",
                more=more,
                body=escape(body),
            )
        )
        self.news[news.guid] = news
        return news


def _sample_sentences() -> Iterator[str]:
    """Plain sentences of the sample feeds: such as can stand anywhere."""
    for path in sorted(FEEDS.iterdir()):
        if path.is_file() and path.suffix in (".xml", ".json") and path.stem != "expected":
            yield from _WHOLE.findall(path.read_text())
