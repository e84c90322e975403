"""Each source is shown as it was last met; a try shows what came, keeps nothing, and ends in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline import acts, places
from pipeline import office as offices
from pipeline.collect import attempt
from pipeline.collect.attempt import Attempt
from pipeline.models import Article, AuditEntry, AuditText, Source
from pipeline.office import Office
from pipeline.schedule import SourceSettings
from tests.channels.wire import Act, drip, raw, silence, wire
from tests.web.conftest import NOW, make_article
from web.console import sources

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>STP</title>
<item><guid>a-1</guid><title>Lệ phí mới</title><link>https://stp.example/1</link>
<pubDate>Mon, 23 Nov 2026 07:30:00 +0700</pubDate><description>Lệ phí 30.000 đồng.</description></item>
<item><guid>a-2</guid><title>Lịch tiếp dân</title><pubDate>bao giờ đó</pubDate></item></channel></rss>"""
XML = "Content-Type: application/rss+xml"


def reads(office: Office, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
    """From now on the office's only source is this one."""
    given = SourceSettings(id="stp", agency="Sở Tư pháp", **settings)
    made = replace(office, schedule=office.schedule.model_copy(update={"sources": (given,)}))
    monkeypatch.setattr(offices, "current", lambda: made)


def test_every_source_is_listed_with_its_trouble_and_since_when(officer: Client, office: Office) -> None:
    assert "Chưa đọc lần nào" in officer.get("/console/nguon").content.decode()
    Source.objects.create(
        id="stp", state="trouble", reason="Trang bảo trì.", since=NOW - timedelta(hours=9), last_fetch=NOW,
        last_success=NOW - timedelta(hours=10), next_fetch=NOW + timedelta(minutes=30), failures=4,
    )  # fmt: skip
    make_article("Mức phí mới")
    shown = officer.get("/console/nguon").content.decode()
    for words in ("Sở Tư pháp", "Trang bảo trì.", "23:00, 22/11/2026", "08:30, 23/11/2026"):
        assert words in shown
    page = officer.get("/console/nguon/stp").content.decode()
    for words in ("Trang bảo trì.", "22:00, 22/11/2026", "Mức phí mới", "<dd>4</dd>", "Đọc thử"):
        assert words in page
    assert officer.get("/console/nguon/khac").status_code == 404


def test_a_key_in_an_address_is_not_shown(
    officer: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads(office, monkeypatch, url="https://stp.example/rss?key=bi-mat")
    page = officer.get("/console/nguon/stp").content.decode()
    assert "https://stp.example/rss?…" in page
    assert "bi-mat" not in page


def test_a_try_shows_the_answer_and_what_is_made_of_it_and_keeps_nothing(
    officer: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    Source.objects.create(id="stp", etag='"x"', last_fetch=NOW, next_fetch=NOW)
    before = Source.objects.values().get()
    with wire(raw(FEED.encode(), 200, XML, "X-Ho: stp", "Set-Cookie: phien=bi-mat")) as server:
        reads(office, monkeypatch, url=server.url + "/rss", allow_private_address=True)
        page = officer.post("/console/nguon/stp/try").content.decode()
    for words in (
        "Đọc được 2 tin.", "Lệ phí mới", "a-1", "đăng lúc 07:30, 23/11/2026", "https://stp.example/1",
        "bao giờ đó", "Mã 200", "X-Ho: stp", "Set-Cookie: …", "&lt;guid&gt;a-2&lt;/guid&gt;",
    ):  # fmt: skip
        assert words in page, words
    assert "phien=bi-mat" not in page
    assert "if-none-match" not in server.requests[0].headers
    assert Source.objects.values().get() == before
    assert not Article.objects.exists()
    entry = AuditEntry.objects.get(act="try")
    assert (entry.who, entry.subject) == ("lan", "source:stp")
    assert AuditText.objects.get(entry=entry).body["after"] == {
        "trouble": "", "status": 200, "bytes": len(FEED.encode()), "entries": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("act", "settings", "words"),
    [
        (raw(b"<h1>Khong co</h1>", 404, "Content-Type: text/html"), {"allow_private_address": True},
         ("Máy chủ trả mã 404: không có địa chỉ này", "&lt;h1&gt;Khong co")),
        (raw(b"<html>Bao tri</html>", 200, "Content-Type: text/html"), {"allow_private_address": True},
         ("Mã 200", "&lt;html&gt;Bao tri", "note error")),
        (raw(b"\x00\xff{", 200, "Content-Encoding: br"), {"allow_private_address": True},
         ("Máy chủ nén nội dung theo cách Loa không nhận", "Content-Encoding: br")),
        (raw(b"", 200), {}, ("Không có câu trả lời sau",)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_what_came_is_shown(
    officer: Client,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    settings: dict[str, Any],
    words: tuple[str, ...],
) -> None:
    with wire(act) as server:
        reads(office, monkeypatch, url=server.url + "/rss", **settings)
        page = officer.post("/console/nguon/stp/try").content.decode()
    for word in words:
        assert word in page, page
    assert not settings or server.requests


@pytest.mark.parametrize("act", [silence, drip])
def test_a_slow_source_holds_a_thread_no_longer_than_it_may(
    officer: Client, office: Office, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    def hasty(*args: Any, **kwargs: Any) -> Attempt:
        return attempt.attempt(*args, **kwargs, seconds=0.3)

    monkeypatch.setattr(places, "attempt", hasty)
    with wire(act) as server:
        reads(office, monkeypatch, url=server.url + "/rss", allow_private_address=True)
        page = officer.post("/console/nguon/stp/try").content.decode()
    assert "Quá 0,3 giây mà chưa nhận đủ" in page
    said = re.search(r"Không có câu trả lời sau (\d+),\d", page)
    assert said
    # Either source would hold its caller for twenty seconds.
    assert int(said[1]) < 5, page


def test_one_person_tries_at_a_time(officer: Client, office: Office) -> None:
    with sources._one_try:
        page = officer.post("/console/nguon/stp/try", follow=True).content.decode()
    assert "Đang có người thử một nguồn khác." in page
    assert not AuditEntry.objects.filter(act="try").exists()


def test_who_only_looks_tries_nothing(client: Client, office: Office, person: Person) -> None:
    client.force_login(person("khach", "auditor"))
    assert "/console/nguon/stp/try" not in client.get("/console/nguon/stp").content.decode()
    assert client.post("/console/nguon/stp/try").status_code == 403
    with pytest.raises(acts.NotAllowed):
        places.try_source(office, "stp", User.objects.get(username="khach"))


def test_a_file_is_tried_as_well(
    officer: Client, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "tin.xml").write_text(FEED, "utf-8")
    reads(office, monkeypatch, url=(tmp_path / "tin.xml").as_uri())
    assert "Đọc được 2 tin." in officer.post("/console/nguon/stp/try").content.decode()
