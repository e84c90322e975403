"""An office of one source in a file, driven stage by stage in one process, for the tests of `run`."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

from django.contrib.auth.models import User

from channels.base import Channel
from channels.portal import PortalChannel
from pipeline import run
from pipeline.collect.fetch import Fetcher
from pipeline.collect.parse import parse
from pipeline.collect.stage import Tools
from pipeline.models import Appointment, Article, Delivery
from pipeline.office import Office
from pipeline.review.checks import similarity
from pipeline.review.workflow import Role
from pipeline.schedule import OfficeSettings, Published, RouteSettings, Schedule, SourceSettings
from tests.pipeline.ledger import Remote

WORDS = "Ủy ban nhân dân xã báo lịch tiếp công dân tháng này tại trụ sở vào các buổi sáng thứ Hai hằng tuần."


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


class Day:
    """An office whose one source is a file, with a portal, a Telegram chat and a Zalo group."""

    def __init__(self, folder: Path) -> None:
        self.now = at("2026-11-23T08:00")
        self.feed = folder / "rss.xml"
        self.telegram, self.zalo = Remote(), Remote(id="zalo", target="nhom")
        self.items: dict[str, str] = {}
        self.quiet = (time(21, 30), time(5))
        schedule = Schedule(
            path=folder / "schedule.yaml",
            office=OfficeSettings(name="Văn phòng", base_url="https://cong.example", quiet_hours=self.quiet),
            sources=(
                SourceSettings(id="vpubnd", agency="Văn phòng", url=self.feed.as_uri(), approval=Published()),
            ),
            routes=(RouteSettings(channels=("cong", "telegram", "zalo")),),
        )
        channels: dict[str, Channel] = {
            "cong": PortalChannel("cong", "https://cong.example"),
            "telegram": self.telegram,
            "zalo": self.zalo,
        }
        self.office = Office(schedule, folder, lambda: self.now, MappingProxyType(channels), {})
        sandbox = SimpleNamespace(parse=lambda body, **rest: parse(body, **rest))
        self.tools = Tools(Fetcher(), sandbox, folder / "pictures", similarity)  # type: ignore[arg-type]

    def says(self, guid: str, text: str = "", *, more: str = "") -> None:
        """What the feed shows under this guid from now on."""
        self.items[guid] = (
            f"<item><title>Tin {guid}</title><guid>{guid}</guid><link>https://a.example/{guid}</link>"
            f"<pubDate>Mon, 23 Nov 2026 07:00:00 +0700</pubDate>{more}"
            f"<description>&lt;p&gt;{text or WORDS} Số {guid}.&lt;/p&gt;</description></item>"
        )

    def once(self, now: str = "") -> None:
        self.now = at(now) if now else self.now + timedelta(minutes=1)
        self.publish()
        run.once(self.office, self.tools, "here:1")

    def publish(self) -> None:
        """Write the feed."""
        items = "".join(self.items.values())
        self.feed.write_text(
            f'<rss version="2.0" xmlns:loa="urn:loa:1"><channel><title>A</title><link>https://a.example</link>{items}'
            "</channel></rss>"
        )

    def routes(self, *routes: RouteSettings) -> None:
        """Other routes than one that leads everywhere."""
        object.__setattr__(self.office.schedule, "routes", routes)

    def article(self, guid: str = "1") -> Article:
        return Article.objects.select_related("current", "published").get(guid=guid)

    def states(self, guid: str = "1") -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in Delivery.objects.filter(article__guid=guid).order_by("id"):
            found.setdefault(row.channel, []).append(row.state)
        return found


def person(name: str, *roles: str) -> User:
    """A user with these roles."""
    user = User.objects.create(username=name)
    for role in roles:
        Appointment.objects.create(user=user, role=Role(role))
    return user
