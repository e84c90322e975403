"""The public site shows what was sent, all of it and nothing else."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import translation

from channels.base import Amendment
from channels.document import read
from pipeline.models import Article, Delivery, Revision
from tests.web.conftest import (
    BASE,
    NOW,
    add_revision,
    attachment,
    image,
    make_article,
    publish,
    reference,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]


def test_an_article_is_shown_as_it_was_frozen(client: Client) -> None:
    article = make_article(topic=4, kind="tin")
    row = publish(article, images=(image(),), attachments=(attachment(),))
    Revision.objects.update(title="Đã sửa")

    page = client.get(row.content["path"]).content.decode()

    assert '<html lang="vi">' in page
    assert "<h1>Nộp hồ sơ đất đai trực tuyến</h1>" in page
    assert "<p>Nội dung đầy đủ.</p>" in page
    assert "Sở Tư pháp" in page
    assert "08:00, 22/11/2026" in page
    assert 'alt="Người dân nộp hồ sơ"' in page
    assert "Kế hoạch 9127/KH-UBND" in page
    assert "(413 KB)" in page
    assert "Thủ tục liên thông" in page
    assert f'<link rel="canonical" href="{BASE}{row.content["path"]}">' in page
    assert f'<meta property="og:image" content="{image().url}">' in page
    assert "Đã sửa" not in page


def test_a_lead_that_the_text_repeats_stands_once(client: Client) -> None:
    lead = "Từ ngày 01/12/2026, người dân nộp hồ sơ tại nhà."
    html = f"<p>{lead}</p><p>Không mất phí.</p>"
    article = make_article(lead=lead)
    page = client.get(publish(article, html=html, body=read(html)).content["path"]).content.decode()
    assert page.partition("<article")[2].count(lead) == 1
    assert lead in client.get("/").content.decode(), "and is the summary of a list"
    before = publish(make_article(lead="Mở đầu."))
    del before.content["opening"]
    before.save()
    page = client.get(before.content["path"]).content.decode()
    assert '<p class="lead">Mở đầu.</p>' in page, "as it was frozen before leads were compared"


@pytest.mark.parametrize(("author", "times"), [("Sở Tư pháp tỉnh Phú Thọ", 0), ("Ban Biên tập", 1)])
def test_an_agency_that_is_its_own_author_is_named_once(client: Client, author: str, times: int) -> None:
    page = client.get(publish(make_article(), author=author).content["path"]).content.decode()
    assert page.partition("<article")[2].count(author) == times


def test_what_was_never_sent_is_not_there(client: Client) -> None:
    row = publish(make_article(), sent=None, state="queued")
    assert client.get(row.content["path"]).status_code == 404
    assert row.content["title"] not in client.get("/").content.decode()


def withdraw(article: Article, reason: str = "Số liệu sai.", at: datetime = NOW) -> None:
    """As `acts.withdraw` leaves it."""
    article.state, article.withdrawn_because, article.withdrawn_at = "withdrawn", reason, at
    article.save()
    Delivery.objects.filter(article=article, state="sent").update(state="withdrawn")


def test_of_a_withdrawn_article_the_notice_is_kept_and_nothing_else(client: Client) -> None:
    article = make_article(lead="Mở đầu.")
    row = publish(article)
    withdraw(article)
    answer = client.get(row.content["path"])
    page = answer.content.decode()
    assert answer.status_code == 410
    assert '<meta name="robots" content="noindex">' in page
    for words in (row.content["title"], "Sở Tư pháp", "08:00, 23/11/2026", "Số liệu sai."):
        assert words in page
    for words in ("Mở đầu.", "Nội dung đầy đủ."):
        assert words not in page
    for address in ("/", "/rss.xml"):
        assert row.content["title"] not in client.get(address).content.decode()


def test_a_source_that_gave_no_reason_is_named_as_it(client: Client) -> None:
    article = make_article()
    row = publish(article)
    withdraw(article, "")
    assert "Cơ quan cung cấp đã gỡ bài." in client.get(row.content["path"]).content.decode()


def test_every_correction_of_a_page_is_told_the_newest_first(client: Client) -> None:
    article = make_article()
    first = publish(article, sent=NOW - timedelta(hours=2))
    for hour, reason in ((8, "Sai ngày."), (9, "Sai <giờ>.")):
        add_revision(article, article.current.title if article.current else "")
        publish(article, amended=Amendment(reason, NOW.replace(hour=hour)))
    add_revision(article, "Chưa gửi")
    publish(article, sent=None, state="queued", amended=Amendment("Chưa ai biết.", NOW))
    page = client.get(first.content["path"]).content.decode()
    assert page.index("Đã đính chính lúc 09:00, 23/11/2026:</strong> Sai &lt;giờ&gt;.") < page.index(
        "Đã đính chính lúc 08:00, 23/11/2026:</strong> Sai ngày."
    )
    assert "Chưa ai biết." not in page
    assert "Đã đính chính" in client.get("/").content.decode()
    (item,) = ET.fromstring(client.get("/rss.xml").content).iter("item")
    assert item.findtext("guid") == first.content["guid"]
    assert (item.findtext("title") or "").startswith("Đính chính: ")
    assert "Sai &lt;giờ&gt;" in (item.findtext("description") or "")


def test_a_row_that_was_taken_down_is_gone_as_well(client: Client) -> None:
    row = publish(make_article(), state="withdrawn")
    assert client.get(row.content["path"]).status_code == 410


def test_the_newest_sent_revision_counts_and_old_addresses_lead_to_it(client: Client) -> None:
    article = make_article("Họp lúc 7h30")
    old = publish(article, sent=NOW - timedelta(hours=1))
    add_revision(article, "Họp lúc 8h00")
    unsent = publish(article, sent=None, state="queued")
    assert "Họp lúc 7h30" in client.get(old.content["path"]).content.decode()

    Delivery.objects.filter(article=article, revision=unsent.revision).update(state="sent", sent_at=NOW)
    moved = client.get(old.content["path"])
    assert (moved.status_code, moved["Location"]) == (301, unsent.content["path"])
    page = client.get(unsent.content["path"]).content.decode()
    assert "Họp lúc 8h00" in page
    assert "cập nhật" in page
    front = client.get("/").content.decode()
    assert "Họp lúc 8h00" in front
    assert "Họp lúc 7h30" not in front


@pytest.mark.parametrize("words", ["x", "tieu-de-sai", "Tiếng-Việt", ""])
def test_a_wrong_slug_leads_to_the_right_one(client: Client, words: str) -> None:
    row = publish(make_article())
    answer = client.get(f"/tin/{words}-{row.article_id}")
    assert (answer.status_code, answer["Location"]) == (301, row.content["path"])


def test_correction_and_corrected_lead_to_each_other(client: Client) -> None:
    wrong = make_article("Quý III: 1.908 hồ sơ quá hạn")
    first = publish(wrong)
    correction = make_article("Số liệu quý III", corrects=wrong, kind="dinh-chinh")
    second = publish(correction, sent=None, state="queued", corrects=reference(wrong))
    assert "Tin này đã được đính chính" not in client.get(first.content["path"]).content.decode()

    Delivery.objects.filter(article=correction).update(state="sent", sent_at=NOW)
    corrected = client.get(first.content["path"]).content.decode()
    assert "Tin này đã được đính chính" in corrected
    assert f'href="{second.content["path"]}"' in corrected
    assert f'href="{BASE}{first.content["path"]}"' in client.get(second.content["path"]).content.decode()


def test_an_expired_notice_says_so(client: Client) -> None:
    row = publish(make_article(expires=NOW - timedelta(hours=3)))
    assert "hết hiệu lực từ 05:00, 23/11/2026" in client.get(row.content["path"]).content.decode()


def test_sections_and_pages(client: Client) -> None:
    for number in range(23):
        publish(
            make_article(f"Tin số {number:02}", topic=1 + number % 2), sent=NOW - timedelta(minutes=number)
        )
    front, second = (client.get(f"/?trang={page}").content.decode() for page in (1, 2))
    assert "Tin số 00" in front
    assert "Tin số 22" not in front
    assert "Tin số 22" in second
    assert client.get("/?trang=3").status_code == 404
    assert client.get("/?trang=x").status_code == 404
    section = client.get("/chuyen-muc/2").content.decode()
    assert "Tin số 01" in section
    assert "Tin số 00" not in section
    assert client.get("/chuyen-muc/7").status_code == 404


def test_the_front_page_costs_as_many_queries_for_one_article_as_for_twenty(
    client: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(20):
        publish(make_article(f"Tin số {number}"))
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        client.get("/")


def test_text_from_a_feed_is_never_markup(client: Client) -> None:
    row = publish(make_article('<script>alert("x")</script> & "co"', lead="<b>đậm</b>"))
    for address in ("/", row.content["path"]):
        page = client.get(address).content.decode()
        assert "<script" not in page
        assert "<b>đậm" not in page


def test_conditional_requests_and_compression(client: Client) -> None:
    row = publish(make_article())
    for address in ("/", "/rss.xml", row.content["path"]):
        plain = client.get(address)
        packed = client.get(address, headers={"accept-encoding": "br, gzip"})
        assert gzip.decompress(packed.content) == plain.content
        assert plain["ETag"] != packed["ETag"]
        assert "Accept-Encoding" in plain["Vary"]
        assert plain["Cache-Control"].startswith("public, max-age=")
        again = client.get(address, headers={"if-none-match": plain["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert not client.get(address, headers={"accept-encoding": "gzip;q=0"}).has_header("Content-Encoding")


def test_what_passes_with_time_is_never_called_unmodified(client: Client) -> None:
    row = publish(make_article(expires=NOW - timedelta(minutes=1)), sent=NOW - timedelta(days=9))
    since = {"if-modified-since": "Mon, 23 Nov 2026 00:00:00 GMT"}
    answer = client.get(row.content["path"], headers=since)
    assert (answer.status_code, "hết hiệu lực" in answer.content.decode()) == (200, True)


def test_the_browser_is_told_to_run_nothing(client: Client) -> None:
    answer = client.get("/", headers={"accept-language": "en"})
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Language"] == "vi"
    assert "Cookie" not in answer["Vary"]
    assert not answer.cookies
    assert translation.get_language() == "vi"


def test_the_public_feed(client: Client) -> None:
    publish(make_article("Tin <một> & hai"))
    item = ET.fromstring(client.get("/rss.xml").content).find("channel/item")
    assert item is not None
    assert item.findtext("title") == "Tin <một> & hai"
    assert item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded") is None


def test_only_reading_is_possible(client: Client) -> None:
    row = publish(make_article())
    for address in ("/", "/rss.xml", "/press/", row.content["path"]):
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200
