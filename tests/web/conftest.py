"""A small office whose ledger already holds what the pages show."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pydantic import SecretStr

from channels.base import Attachment, Channel, Image, Item, Priority, Reference
from channels.portal import PortalChannel, page_path
from channels.press import PressChannel
from channels.radio.channel import RadioChannel
from channels.telegram import TelegramChannel
from channels.zalo import ZaloBotChannel
from pipeline import acts
from pipeline import office as offices
from pipeline.models import Appointment, Article, Delivery, Draft, Finding, Revision, Source
from pipeline.office import Office
from pipeline.review.workflow import Role
from pipeline.schedule import (
    ConsoleSettings,
    OfficeSettings,
    PortalSettings,
    PressSettings,
    RadioSettings,
    RouteSettings,
    Schedule,
    SourceSettings,
    TelegramSettings,
    ZaloBotSettings,
)

BASE = "https://cong.phutho.example"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
_numbers = itertools.count(1)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    """An office with one portal and one press feed, at 08:00 on 23 November 2026."""
    schedule = Schedule(
        path=tmp_path / "schedule.yaml",
        office=OfficeSettings(name="Văn phòng UBND tỉnh Phú Thọ", base_url=BASE),
        console=ConsoleSettings(second_factor="optional"),
        sources=(SourceSettings(id="stp", agency="Sở Tư pháp", url="https://stp.phutho.example/rss"),),
        channels=(PortalSettings(id="cong", kind="portal"), PressSettings(id="bao-chi", kind="press")),
    )
    channels: dict[str, Channel] = {
        "cong": PortalChannel("cong", BASE),
        "bao-chi": PressChannel("bao-chi", BASE),
    }
    made = Office(schedule, tmp_path, lambda: NOW.astimezone(UTC), MappingProxyType(channels), {})
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


@pytest.fixture
def wide(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    """The same office, which also writes to a Telegram channel, a Zalo group and the radio's folder."""
    more = (
        TelegramSettings(id="telegram", kind="telegram", chat="@phutho", token=SecretStr("1:x")),
        ZaloBotSettings(id="zalo", kind="zalo-bot", chat="to-dan-pho", token=SecretStr("1:x")),
        RadioSettings.model_construct(id="loa", kind="radio", folder=tmp_path),
    )
    channels: dict[str, Channel] = {
        **office.channels,
        "telegram": TelegramChannel(id="telegram", chat="@phutho", token="1:x"),
        "zalo": ZaloBotChannel(id="zalo", chat="to-dan-pho", token="1:x"),
        "loa": RadioChannel("loa", tmp_path, 190, "Văn phòng"),
    }
    schedule = office.schedule.model_copy(
        update={
            "channels": (*office.schedule.channels, *more),
            "routes": (RouteSettings(channels=tuple(channels)),),
        }
    )
    made = replace(office, schedule=schedule, channels=MappingProxyType(channels))
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


def carried(office: Office, approver: User, **fields: Any) -> Article:
    """An article that was approved, and whose every delivery has been sent."""
    article = make_article(
        state="review", **{"body": "<p>Lệ phí 30.000 đồng.</p>", "text": "Lệ phí 30.000 đồng."} | fields
    )
    acts.approve(office, article.id, approver)
    for row in Delivery.objects.filter(article=article):
        Delivery.objects.filter(id=row.id).update(
            state="sent", sent_at=NOW, receipt={"ref": str(row.id), "chat_id": 1, "message_ids": [row.id]}
        )
    article.refresh_from_db()
    return article


def make_article(
    title: str = "Nộp hồ sơ đất đai trực tuyến", state: str = "approved", **fields: Any
) -> Article:
    """An article with one revision; fields of the revision may be named, `corrects` is an article."""
    source, _ = Source.objects.get_or_create(id="stp")
    article = Article.objects.create(
        source=source, guid=f"g{next(_numbers)}", state=state, corrects=fields.pop("corrects", None),
        marker="approved", unchecked=False, created_at=NOW,
    )  # fmt: skip
    add_revision(article, title, **fields)
    return article


def add_revision(article: Article, title: str, **fields: Any) -> Revision:
    """A newer wording, from now on the current one."""
    number = article.revisions.count() + 1
    values = {
        "lead": "Từ ngày 01/12/2026, người dân nộp hồ sơ tại nhà.",
        "text": "Từ ngày 01/12/2026, người dân nộp hồ sơ tại nhà.\nGiấy tờ gồm đơn và sơ đồ.",
        "published": NOW - timedelta(days=1), "collected_at": NOW,
        "content_hash": f"{article.id}-{number}", "text_hash": f"{article.id}-{number}",
    }  # fmt: skip
    revision = Revision.objects.create(article=article, number=number, title=title, **values | fields)
    article.current = revision
    article.save()
    return revision


def publish(article: Article, *, sent: datetime | None = NOW, state: str = "sent", **fields: Any) -> Delivery:
    """The portal's row (and the press feed's) of the current revision; returns the portal's."""
    revision = article.current
    assert revision is not None
    values: dict[str, Any] = {
        "article": article.id, "revision": revision.number, "title": revision.title, "lead": revision.lead,
        "body": (), "html": "<p>Nội dung đầy đủ.</p>", "agency": "Sở Tư pháp", "author": "Ban Biên tập",
        "published": (revision.published or NOW).astimezone(ZONE),
        "link": BASE + page_path(article.id, revision.title), "source_link": "https://stp.phutho.example/1",
        "topic": revision.topic, "kind": revision.kind, "field": revision.field, "priority": Priority.NORMAL,
    }  # fmt: skip
    item = Item(**values | fields)
    rows = []
    for channel in offices.current().channels.values():
        (part,) = channel.compose(item, lambda name, context: "")
        rows.append(
            Delivery.objects.create(
                article=article,
                revision=revision,
                channel=channel.id,
                target=channel.target,
                part=1,
                parts=1,
                content=dict(part.content),
                content_hash="0",
                state=state,
                due_at=NOW,
                sent_at=sent,
                created_at=NOW,
            )
        )
    return rows[0]


def image(name: str = "a" * 64, alt: str = "Người dân nộp hồ sơ") -> Image:
    return Image(f"{BASE}/media/{name}.png", alt, 640, 360, 1234, "image/png")


def attachment() -> Attachment:
    return Attachment(
        "https://stp.phutho.example/9127-kh-ubnd.pdf", "Kế hoạch 9127/KH-UBND", "application/pdf", 412870
    )


def reference(article: Article) -> Reference:
    assert article.current is not None
    return Reference(article.current.title, BASE + page_path(article.id, article.current.title))


def find(article: Article, code: str, message: str, where: str = "", start: int = 0, end: int = 0) -> Finding:
    assert article.current is not None
    return Finding.objects.create(
        revision=article.current, code=code, message=message, where=where, start=start, end=end
    )


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """`person("hoa", "approver")`: a user with these roles, for the whole office or for one `agency`."""

    def make(name: str, *roles: str, agency: str = "") -> User:
        user = User.objects.create_user(name)
        for role in roles:
            Appointment.objects.create(user=user, role=Role(role), agency=agency)
        return user

    return make


@pytest.fixture
def hoa(person: Callable[..., User]) -> User:
    """An approver of the whole office."""
    return person("hoa", "approver")


@pytest.fixture
def approver(client: Client, hoa: User) -> Client:
    """Hoa's browser."""
    client.force_login(hoa)
    return client


@pytest.fixture
def officer(client: Client, person: Callable[..., User]) -> Client:
    """The browser of Lan, an editor of the whole office."""
    client.force_login(person("lan", "editor"))
    return client


@pytest.fixture
def lan(wide: Office, person: Callable[..., User]) -> Client:
    client = Client()
    user = person("lan", "contributor", agency="Sở Tư pháp")
    user.first_name = "Nguyễn Lan"
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def minh(wide: Office, person: Callable[..., User]) -> Client:
    client = Client()
    client.force_login(person("minh", "editor", "approver"))
    return client


@pytest.fixture
def draft(lan: Client) -> Draft:
    lan.post("/console/viet", {"kind": "tin", "agency": "Sở Tư pháp"})
    return Draft.objects.get()
