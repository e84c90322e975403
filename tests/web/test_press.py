"""The press feed is whole, well-formed for any text, and honest about corrections and withdrawals."""

from __future__ import annotations

from datetime import UTC, timedelta
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Amendment
from pipeline.models import Delivery
from tests.web.conftest import (
    NOW,
    ZONE,
    add_revision,
    attachment,
    image,
    make_article,
    publish,
    reference,
)
from web import rss

ABOUT = rss.Feed("Nguồn", "Mô tả", "https://x.example/", "https://x.example/rss.xml", "Bản quyền", ZONE)


def parsed(client: Client) -> Any:
    answer = client.get("/press/rss.xml")
    ET.fromstring(answer.content)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    return feed


@pytest.mark.django_db
@pytest.mark.usefixtures("office")
class TestFeed:
    def test_an_entry_holds_all_that_a_newsroom_prints(self, client: Client) -> None:
        article = make_article("Kế hoạch 9127", topic=1, kind="thong-cao", field="hộ tịch")
        publish(article, images=(image(),), attachments=(attachment(),))
        (entry,) = parsed(client).entries
        assert entry.title == "Kế hoạch 9127"
        assert entry.link.endswith(f"/tin/ke-hoach-9127-{article.id}")
        assert entry.content[0].value == "<p>Nội dung đầy đủ.</p>"
        assert entry.author == "Ban Biên tập"
        assert entry.published == "Sun, 22 Nov 2026 08:00:00 +0700"
        assert entry.id == f"tag:cong.phutho.example,2026:bao-chi/{article.id}"
        assert entry.guidislink is False
        assert entry.media_content[0]["url"] == image().url
        assert entry.enclosures[0].href == attachment().url
        assert {(tag.scheme, tag.term) for tag in entry.tags} == {
            ("urn:loa:topic", "1"), ("urn:loa:kind", "thong-cao"), ("urn:loa:field", "hộ tịch"),
            ("urn:loa:priority", "thuong"), ("urn:loa:revision", "1"),
        }  # fmt: skip

    def test_a_correction_takes_the_place_of_the_item_and_says_why(self, client: Client) -> None:
        article = make_article("Bản một")
        publish(article, sent=NOW - timedelta(hours=1))
        before = parsed(client).entries[0]
        add_revision(article, "Bản hai")
        publish(article, amended=Amendment("Sai số liệu", NOW))
        (after,) = parsed(client).entries
        assert (before.id, before.title, after.title) == (after.id, "Bản một", "Đính chính: Bản hai")
        said = "Đã đính chính lúc 08:00, 23/11/2026: Sai số liệu."
        assert after.summary.startswith(said)
        assert after.content[0].value == f"<p><strong>{said}</strong></p><p>Nội dung đầy đủ.</p>"
        assert ("urn:loa:amended", NOW.isoformat()) in {(tag.scheme, tag.term) for tag in after.tags}

    def test_a_withdrawn_item_is_cancelled_under_its_id_for_thirty_days(self, client: Client) -> None:
        article = make_article("Tin sai", lead="Mở đầu.")
        row = publish(article, sent=NOW - timedelta(days=40))
        guid = parsed(client).entries[0].id
        Delivery.objects.filter(article=article).update(state="withdrawn")
        article.state, article.withdrawn_because = "withdrawn", "Sai số liệu"
        for ago, there in ((timedelta(), True), (timedelta(days=29), True), (timedelta(days=30), False)):
            article.withdrawn_at = NOW - ago
            article.save()
            entries = parsed(client).entries
            assert bool(entries) == there
            assert ("Tin đã gỡ trong 30 ngày qua" in client.get("/press/").content.decode()) == there
            if there:
                (entry,) = entries
                assert (entry.id, entry.title, entry.link) == (guid, "GỠ BÀI: Tin sai", row.content["link"])
                assert entry.published_parsed[:5] == article.withdrawn_at.astimezone(UTC).timetuple()[:5]
                assert "Sai số liệu. Xin không sử dụng tiếp" in entry.summary
                assert [(tag.scheme, tag.term) for tag in entry.tags] == [("urn:loa:status", "withdrawn")]
                assert "content" not in entry
        assert "Mở đầu." not in client.get("/press/rss.xml").content.decode()

    def test_what_no_newsroom_had_is_not_cancelled(self, client: Client) -> None:
        article = make_article("Chưa ai có")
        publish(article, sent=None, state="withdrawn")
        article.state, article.withdrawn_at = "withdrawn", NOW
        article.save()
        assert parsed(client).entries == []

    def test_a_correction_says_so_in_title_category_and_text(self, client: Client) -> None:
        wrong = make_article("Số liệu sai")
        publish(make_article("Số liệu quý III", corrects=wrong), corrects=reference(wrong))
        (entry,) = parsed(client).entries
        assert entry.title == "Đính chính: Số liệu quý III"
        assert ("urn:loa:corrects", reference(wrong).link) in {(tag.scheme, tag.term) for tag in entry.tags}
        assert reference(wrong).link in entry.content[0].value

    def test_a_feed_that_did_not_change_is_not_sent_again(self, client: Client) -> None:
        publish(make_article())
        first = client.get("/press/rss.xml")
        assert not first["ETag"].startswith("W/")
        assert client.get("/press/rss.xml", headers={"if-none-match": first["ETag"]}).status_code == 304
        publish(make_article("Tin khác"))
        assert client.get("/press/rss.xml", headers={"if-none-match": first["ETag"]}).status_code == 200

    def test_a_lead_is_text_and_not_markup(self, client: Client) -> None:
        publish(make_article(lead="Lệ phí < 10.000 đồng & <script>"))
        for address in ("/press/rss.xml", "/rss.xml"):
            (entry,) = feedparser.parse(client.get(address).content, sanitize_html=False).entries
            assert entry.summary == "Lệ phí &lt; 10.000 đồng &amp; &lt;script&gt;"

    def test_the_page_for_newsrooms_names_the_feed(self, client: Client) -> None:
        publish(make_article("Tin cho báo"))
        page = client.get("/press/").content.decode()
        assert "https://cong.phutho.example/press/rss.xml" in page
        assert "Tin cho báo" in page


words = st.text(st.characters(), max_size=60)


@given(title=words, html=words, link=words, alt=words, field=words)
def test_any_text_makes_a_well_formed_feed(title: str, html: str, link: str, alt: str, field: str) -> None:
    content = {
            "title": title, "lead": html, "html": html, "link": link, "guid": "tag:x,2026:p/1", "author": alt,
            "agency": field, "published": NOW.isoformat(), "topic": 1, "kind": None, "field": field,
            "priority": "thuong", "corrects": {"title": title, "link": link},
            "amended": {"reason": html, "at": NOW.isoformat()},
            "images": [
                {"url": link, "alt": alt, "content_type": "image/png", "size": 1, "width": 1, "height": 1}
            ],
            "attachments": [{"url": link, "title": alt, "content_type": "", "size": None}],
    }  # fmt: skip
    article = SimpleNamespace(withdrawn_at=NOW, withdrawn_because=html)
    row = SimpleNamespace(
        content=content, sent_at=NOW.astimezone(UTC), revision=SimpleNamespace(number=1), article=article
    )
    rows = [cast(Delivery, row)]
    ET.fromstring(rss.write(ABOUT, [], full=True, taken_back=rows))
    for full in (True, False):
        root = ET.fromstring(rss.write(ABOUT, rows, full=full))
        shown = root.findtext("channel/item/title") or ""
        legal = "".join(
            c for c in title
            if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        )  # fmt: skip
        assert shown.removeprefix("Đính chính: ") == legal.replace("\r\n", "\n").replace("\r", "\n")
