"""Feeds with every kind of mess: what certainly stands in them is read, the rest is said aloud."""

from __future__ import annotations

import contextlib
import json
import re
import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.entry import FeedTrouble, Marker
from tests.pipeline.collect.reading import VPUBND, atom, one, read, rss

PT = 'xmlns:pt="https://congttdt.phutho.example/ns/tin-bai/1.0"'
SENTENCE = re.compile(r"[A-ZĐ].*[^.]", re.DOTALL)
"""How officers read a trouble: a capital letter first, no full stop last."""
DAY = "<pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate>"
MOMENT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def feed(*items: dict[str, Any], **more: Any) -> str:
    start = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "home_page_url": "https://so.phutho.example/",
    }
    return json.dumps(start | more | {"items": list(items)}, ensure_ascii=False)


# Dialects


def test_rss_1_0_in_rdf() -> None:
    entry = one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title>'
        "<link>https://so.phutho.example/</link></channel>"
        '<item rdf:about="https://so.phutho.example/1"><title>Tin</title>'
        "<link>https://so.phutho.example/1</link>"
        "<description>Thân bài</description><dc:date>2026-11-20T08:00:00+07:00</dc:date>"
        "<dc:creator>Ban Biên tập</dc:creator><dc:subject>Đất đai</dc:subject></item></rdf:RDF>"
    )
    assert (entry.guid, entry.link) == ("https://so.phutho.example/1", "https://so.phutho.example/1")
    assert (entry.published, entry.author, entry.categories) == (MOMENT, "Ban Biên tập", ("Đất đai",))
    assert entry.text == "Thân bài"


def test_rss_0_91_with_netscapes_doctype_and_without_dates() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    reading = read(
        f'<?xml version="1.0"?>{doctype}{rss("<title>A</title><link>/1</link>").partition("?>")[2]}'
    )
    assert reading.trouble == ""
    (entry,) = reading.entries
    assert (entry.link, entry.published, entry.guid) == ("https://so.phutho.example/1", None, None)


def test_rss_in_a_namespace_of_its_own() -> None:
    body = (
        '<rss version="2.0" xmlns="urn:cong"><channel><item><title>Tin</title>'
        "<description>Thân</description></item></channel></rss>"
    )
    assert (one(body).title, one(body).text) == ("Tin", "Thân")


def test_entries_in_an_unknown_place_are_never_mistaken_for_no_news() -> None:
    with pytest.raises(FeedTrouble, match="cấu trúc"):
        read("<rss><channel><items><item><title>T</title></item></items></channel></rss>")


def test_rss_0_90_with_netscapes_namespace() -> None:
    entry = one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>t</title></channel>'
        "<item><title>Tin</title><link>https://so.phutho.example/1</link></item></rdf:RDF>"
    )
    assert entry.title == "Tin"


def test_atom_with_odd_prefixes() -> None:
    entry = one(
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml"><a:entry>'
        "<a:id>tag:x</a:id>"
        '<a:title>Tin</a:title><a:link href="/1" rel="self"/><a:link href="/2"/>'
        '<a:content type="xhtml"><h:div><h:p>Một<h:br/>hai &amp; ba</h:p></h:div></a:content>'
        "<a:updated>2026-11-20T01:00:00Z</a:updated></a:entry></a:feed>"
    )
    assert (entry.guid, entry.link) == ("tag:x", "https://so.phutho.example/2")
    assert entry.body == "<p>Một<br>hai &amp; ba</p>"
    assert (entry.published, entry.updated) == (MOMENT, MOMENT)


def test_atom_0_3() -> None:
    entry = one(
        atom(
            '<id>x</id><title mode="escaped">Tin</title><link rel="alternate" href="/1"/>'
            "<issued>2026-11-20T08:00:00+07:00</issued><modified>2026-11-20T01:00:00Z</modified>"
            '<content type="text/html" mode="escaped">&lt;p&gt;Thân&lt;/p&gt;</content>',
            namespace="http://purl.org/atom/ns#",
        )
    )
    assert (entry.title, entry.body, entry.published) == ("Tin", "<p>Thân</p>", MOMENT)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ('<title type="text">Luật &lt;số 5&gt; &amp;nbsp;mới</title>', "Luật <số 5> mới"),
        ('<title type="html">A &lt;b&gt;đậm&lt;/b&gt; &amp;amp; B</title>', "A đậm & B"),
        ('<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>đậm</b></div></title>', "A đậm"),
    ],
)
def test_types_of_an_atom_title(title: str, shown: str) -> None:
    assert one(atom(f"<id>x</id>{title}<updated>2026-11-20T01:00:00Z</updated>")).title == shown


def test_xml_base_of_feed_entry_and_content() -> None:
    entry = one(
        atom(
            '<id>x</id><title>T</title><link href="bai.html"/><content type="html" xml:base="anh/">'
            '&lt;img src="a.png"&gt;chữ</content>',
            more='xml:base="https://khac.example/tin/"',
        )
    )
    assert entry.link == "https://khac.example/tin/bai.html"
    assert entry.images[0].url == "https://khac.example/tin/anh/a.png"


def test_json_feed_1_0_with_wrong_types() -> None:
    reading = read(
        feed(
            {
                "id": 7,
                "url": "/1",
                "title": "Tin",
                "content_html": "<p>Thân</p>",
                "author": {"name": "A"},
                "tags": "x",
                "attachments": {"url": 3},
                "date_published": 20261120,
                "_loa": ["topic"],
                "summary": None,
                "image": 5,
            },
            {"id": True, "title": None, "content_text": "một\n\nhai <b>"},
            version="https://jsonfeed.org/version/1",
        )
    )
    first, second = reading.entries
    assert (first.guid, first.author, first.link) == ("7", "A", "https://so.phutho.example/1")
    assert (second.guid, second.body, second.text) == (
        None,
        "<p>một</p>\n<p>hai &lt;b&gt;</p>",
        "một\nhai <b>",
    )


def test_json_feed_attachments_and_images() -> None:
    entry = one(
        feed(
            {
                "id": "x",
                "title": "T",
                "content_html": "<p>a</p>",
                "image": "/anh/một.png",
                "banner_image": "//b.example/c.jpg",
                "attachments": [
                    {
                        "url": "/tep/k%E1%BA%BF%20ho%E1%BA%A1ch.pdf",
                        "mime_type": "application/pdf",
                        "size_in_bytes": 9,
                    },
                    {"url": "/a.mp3", "mime_type": "audio/mpeg", "title": "Phát thanh"},
                ],
            }
        )
    )
    assert [image.url for image in entry.images] == [
        "https://so.phutho.example/anh/m%E1%BB%99t.png",
        "https://b.example/c.jpg",
    ]
    assert [(a.title, a.size) for a in entry.attachments] == [("kế hoạch.pdf", 9), ("Phát thanh", None)]


# Titles, links, texts


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<![CDATA[Sở &amp; ngành &ldquo;mới&rdquo; <b>đậm</b>]]>", "Sở & ngành “mới” đậm"),
        ("hồ sơ &amp;amp;amp; nghĩa vụ", "hồ sơ & nghĩa vụ"),
        ("\n  Tin\n\tmới  ", "Tin mới"),
        ("Sở KH&amp;CN", "Sở KH&CN"),
        ("Nghị định &lt;số 5&gt; &amp;lt; 6", "Nghị định <số 5> < 6"),
        (unicodedata.normalize("NFD", "Chữ ký số"), "Chữ ký số"),
        ("A&#8203;B&#xAD;C", "ABC"),
    ],
)
def test_titles(title: str, shown: str) -> None:
    assert one(rss(f"<title>{title}</title><description>d</description>")).title == shown


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<link>\n  https://so.phutho.example/1 \n</link>", "https://so.phutho.example/1"),
        ("<link>Tin-tuc\\bài 1.aspx</link>", "https://so.phutho.example/Tin-tuc/b%C3%A0i%201.aspx"),
        ("<link>//b.example/1</link>", "https://b.example/1"),
        ("<guid>https://so.phutho.example/3</guid>", "https://so.phutho.example/3"),
        ('<guid isPermaLink="false">https://so.phutho.example/3</guid>', None),
        ("<guid>10001</guid>", None),
        ("<link>javascript:void(0)</link>", None),
        ("<link/><guid>https://so.phutho.example/3</guid>", "https://so.phutho.example/3"),
        ('<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="/5"/>', "https://so.phutho.example/5"),
    ],
)
def test_links(link: str, url: str | None) -> None:
    assert one(rss(f"<title>T</title>{link}")).link == url


def test_an_empty_guid_is_none() -> None:
    assert one(rss("<title>T</title><guid>  </guid>")).guid is None


def test_only_a_description_is_the_body() -> None:
    entry = one(rss("<title>T</title><description>&lt;p&gt;Chỉ có mô tả&lt;/p&gt;</description>"))
    assert (entry.text, entry.lead) == ("Chỉ có mô tả", "")


@pytest.mark.parametrize(
    ("description", "body"),
    [
        ("Dòng 1\n\nDòng 2 &amp; 3", "<p>Dòng 1</p>\n<p>Dòng 2 &amp; 3</p>"),
        ("phí &amp;lt; 5", "<p>phí &lt; 5</p>"),
        ("5 &lt; 6", "<p>5 &lt; 6</p>"),
    ],
)
def test_plain_text_in_a_description(description: str, body: str) -> None:
    assert one(rss(f"<title>T</title><description>{description}</description>")).body == body


@pytest.mark.parametrize(
    "teaser",
    [
        "Toàn văn bắt đầu…",
        "Toàn văn bắt đầu [...]",
        "Toàn văn bắt đầu... Xem tiếp",
        "Toàn văn bắt đầu từ đây và đi tiếp.",
    ],
)
def test_a_teaser_or_a_copy_is_no_lead(teaser: str) -> None:
    full = "<content:encoded>&lt;p&gt;Toàn văn bắt đầu từ đây và đi tiếp.&lt;/p&gt;</content:encoded>"
    entry = one(rss(f"<title>T</title><description>{teaser}</description>{full}"))
    assert (entry.text, entry.lead) == ("Toàn văn bắt đầu từ đây và đi tiếp.", "")


def test_what_feedparser_would_mistake_for_the_body_is_not() -> None:
    entry = one(
        rss(
            "<title>T</title><description>Thân bài</description><itunes:summary>tóm tắt</itunes:summary>"
            '<media:content url="/a.jpg" medium="image"><media:title>M</media:title><media:description>Bản đồ'
            "</media:description></media:content><image><url>/b.png</url><title>ảnh</title></image>"
            "<x:title>k</x:title>",
            namespaces='xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:x="urn:x"',
        )
    )
    assert (entry.title, entry.text, entry.lead) == ("T", "Thân bài", "")
    assert [(i.url, i.alt) for i in entry.images] == [("https://so.phutho.example/a.jpg", "Bản đồ")]


def test_enclosures_media_groups_and_thumbnails() -> None:
    entry = one(
        rss(
            "<title>T</title><description>d</description>"
            '<enclosure url="/a b.jpg" type="image/jpeg" length="1"/>'
            '<enclosure url="/v.pdf" type="application/pdf" length="x"/><media:group>'
            '<media:content url="/c.png"/></media:group>'
            '<media:thumbnail url="/nho.png"/>'
        )
    )
    assert [i.url for i in entry.images] == [
        "https://so.phutho.example/c.png",
        "https://so.phutho.example/a%20b.jpg",
    ]
    assert [(a.url, a.title, a.size) for a in entry.attachments] == [
        ("https://so.phutho.example/v.pdf", "v.pdf", None)
    ]
    thumbnail = one(rss('<title>T</title><media:thumbnail url="/nho.png"/>'))
    assert [i.url for i in thumbnail.images] == ["https://so.phutho.example/nho.png"]


def test_authors() -> None:
    assert one(rss("<title>T</title><author>btv@so.example (Ban Biên tập)</author>")).author == "Ban Biên tập"
    two = atom("<id>x</id><title>T</title><author><name>A</name></author><author><name>B</name></author>")
    assert one(two).author == "A, B"
    assert (
        one(rss("<title>T</title><dc:creator>Ban Biên tập &lt;btv@so.example&gt;</dc:creator>")).author
        == "Ban Biên tập"
    )


def test_liferay_and_sharepoint_markup() -> None:
    liferay = (
        "<title>T</title><description>"
        '<![CDATA[<div class="journal-content-article" data-analytics-asset-id="1">'
        '<p style="text-align:justify"><span style="font-size:14px">Nội dung&nbsp;</span></p></div>]]>'
        "</description>"
    )
    assert one(rss(liferay)).body == "<p>Nội dung</p>"
    sharepoint = (
        "<title>T</title><description><![CDATA[<div><b>Nội dung:</b> <div class=ExternalClass1>"
        "<p class=MsoNormal>"
        "Chữ<o:p></o:p></p></div></div><div><b>Ngày đăng:</b> 20/11/2026 8:00 SA</div>]]></description>"
    )
    assert one(rss(sharepoint)).text == "Nội dung:\nChữ\nNgày đăng: 20/11/2026 8:00 SA"


# Charsets


def test_windows_1258_is_nfc() -> None:
    text = rss("<title>Thông báo lịch tiếp công dân</title>").replace("utf-8", "windows-1258", 1)
    tones = unicodedata.normalize("NFD", "ịếạ")
    body = text.replace("ị", "i" + tones[1]).replace("ế", "ê\u0301").encode("cp1258")
    assert one(body).title == "Thông báo lịch tiếp công dân"


def test_utf_16() -> None:
    text = rss("<title>Thông báo</title>").replace("utf-8", "utf-16", 1)
    assert one(text.encode("utf-16")).title == "Thông báo"


def test_evident_tcvn3_is_converted_and_reaches_a_person() -> None:
    entry = one(
        rss(
            "<title>Th«ng b¸o lÞch tiÕp c«ng d©n</title>"
            "<description>&lt;p&gt;Th«ng b¸o&lt;/p&gt;</description>"
        )
    )
    assert (entry.title, entry.text) == ("Thông báo lịch tiếp công dân", "Thông báo")
    assert [u.what for u in entry.unreadable] == ["body"]


def test_a_damaged_letter_reaches_a_person() -> None:
    body = rss(f"<title>Thông báo {'ế' * 60}</title><description>Một hai</description>").encode()
    reading = read(body.replace("Một".encode(), "M\u1ed9".encode()[:-1] + b"t"))
    assert reading.trouble
    assert [u.what for u in reading.entries[0].unreadable] == ["body"]


# Dates


def test_unreadable_dates_are_flagged_and_the_entry_kept() -> None:
    entry = one(rss("<title>T</title><pubDate>07/03/2024 08:00</pubDate>"))
    assert entry.published is None
    assert [(u.what, u.raw) for u in entry.unreadable] == [("published", "07/03/2024 08:00")]
    assert "mơ hồ" in entry.unreadable[0].why


def test_gmt_that_is_local_time() -> None:
    item = rss("<title>T</title><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>")
    assert one(item, timezone="Asia/Ho_Chi_Minh").published == MOMENT


def test_two_different_dates_contradict() -> None:
    entry = one(rss(f"<title>T</title>{DAY}<pubDate>Sat, 21 Nov 2026 08:00:00 +0700</pubDate>"))
    assert entry.published is None
    assert entry.unreadable[0].what == "published"


# Markers and fields


@pytest.mark.parametrize(
    ("inner", "marker"),
    [
        ("<pt:trangThai>da-duyet</pt:trangThai>", Marker.APPROVED),
        ("<pt:trangThai>\n DA-DUYET </pt:trangThai>", Marker.APPROVED),
        (
            '<x:trangThai xmlns:x="https://congttdt.phutho.example/ns/tin-bai/1.0">da-duyet</x:trangThai>',
            Marker.APPROVED,
        ),
        ('<pt:trangThai value="da-duyet"/>', Marker.APPROVED),
        ("<pt:thongTin><pt:trangThai>da-duyet</pt:trangThai></pt:thongTin>", Marker.APPROVED),
        ("<pt:trangThai>go-bai</pt:trangThai>", Marker.WITHDRAWN),
        ("<pt:trangThai>cho-duyet</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai>moi</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai>da-duyet</pt:trangThai><pt:trangThai>cho-duyet</pt:trangThai>", Marker.PENDING),
        ("<pt:trangThai/>", Marker.MISSING),
        ("", Marker.MISSING),
        ('<x:trangThai xmlns:x="urn:khac">da-duyet</x:trangThai>', Marker.MISSING),
        ("<description>&lt;pt:trangThai&gt;da-duyet&lt;/pt:trangThai&gt;</description>", Marker.MISSING),
    ],
)
def test_approval_by_element(inner: str, marker: Marker) -> None:
    assert one(rss(f"<title>T</title>{inner}", namespaces=PT), **VPUBND).marker == marker


@pytest.mark.parametrize(
    ("inner", "marker"),
    [
        ("<app:control><app:draft>no</app:draft></app:control>", Marker.APPROVED),
        ("<app:control><app:draft> YES </app:draft></app:control>", Marker.PENDING),
        ("<app:control/>", Marker.APPROVED),
        ("", Marker.APPROVED),
        ('<p:control xmlns:p="http://purl.org/atom/app#"><p:draft>yes</p:draft></p:control>', Marker.PENDING),
        ("<app:control><app:draft>có</app:draft></app:control>", Marker.PENDING),
    ],
)
def test_approval_by_atom_draft(inner: str, marker: Marker) -> None:
    body = atom(f"<id>x</id><title>T</title>{inner}", more='xmlns:app="http://www.w3.org/2007/app"')
    assert one(body, approval={"atom_draft": True}).marker == marker


@pytest.mark.parametrize(
    ("loa", "marker"),
    [
        ({"approved": True}, Marker.APPROVED),
        ({"approved": 1}, Marker.PENDING),
        ({"approved": "true"}, Marker.PENDING),
        ({"approved": False}, Marker.PENDING),
        ({"approved": None}, Marker.MISSING),
        ({}, Marker.MISSING),
        ([], Marker.MISSING),
        ("approved", Marker.MISSING),
    ],
)
def test_approval_by_json(loa: Any, marker: Marker) -> None:
    approval = {"json": "_loa.approved", "approved": [True]}
    assert one(feed({"id": "x", "title": "T", "_loa": loa}), approval=approval).marker == marker


def test_approval_by_category_is_not_shown_as_one() -> None:
    approval = {"category_domain": "trang-thai", "approved": ["Đã duyệt"]}
    said = unicodedata.normalize("NFD", "đã  duyệt")
    entry = one(
        rss(f'<title>T</title><category domain="trang-thai">{said}</category><category>Thuế</category>'),
        approval=approval,
    )
    assert (entry.marker, entry.categories) == (Marker.APPROVED, ("Thuế",))
    assert (
        one(rss("<title>T</title><category>Đã duyệt</category>"), approval=approval).marker == Marker.MISSING
    )


def test_approval_by_the_feed_or_by_an_officer() -> None:
    assert one(rss("<title>T</title>"), approval="published").marker == Marker.APPROVED
    assert one(rss("<title>T</title>"), approval="review").marker == Marker.MISSING


def test_a_withdrawal_carries_its_reason() -> None:
    item = rss(
        "<title>T</title><pt:trangThai>go-bai</pt:trangThai><pt:lyDo>Sai số liệu</pt:lyDo>", namespaces=PT
    )
    assert one(item, **VPUBND).withdrawn_because == "Sai số liệu"


@pytest.mark.parametrize(
    "body",
    [
        rss(
            "<title>T</title><loa:chu-de>3</loa:chu-de><loa:theLoai>Thông báo</loa:theLoai>"
            "<loa:linh-vuc>đất đai</loa:linh-vuc>"
            "<loa:uu-tien>Khẩn cấp</loa:uu-tien><loa:het-han>2026-11-20T08:00:00+07:00</loa:het-han>"
            "<loa:cam-phat-truoc>8h00 ngày 20/11/2026</loa:cam-phat-truoc>"
            "<loa:dinh-chinh-cho>a-1</loa:dinh-chinh-cho>",
            namespaces='xmlns:loa="urn:loa:1"',
        ),
        atom(
            '<id>x</id><title>T</title><category scheme="urn:loa:chu-de" term="3"/>'
            '<category scheme="urn:loa:kind" term="thong-bao"/>'
            '<category scheme="urn:loa:linh-vuc" term="đất đai"/>'
            '<category scheme="urn:loa:priority" term="emergency"/>'
            '<category scheme="urn:loa:expires" term="2026-11-20T01:00:00Z"/>'
            '<category scheme="urn:loa:embargo" term="2026-11-20T01:00:00Z"/>'
            '<category scheme="urn:loa:correction_of" term="a-1"/>'
        ),
        feed(
            {
                "id": "x",
                "title": "T",
                "_loa": {
                    "topic": 3,
                    "kind": "thong-bao",
                    "field": "đất đai",
                    "priority": "khan-cap",
                    "expires": "2026-11-20T08:00:00+07:00",
                    "embargo": "2026-11-20T08:00:00+07:00",
                    "correction_of": "a-1",
                },
            }
        ),
    ],
    ids=["elements", "categories", "json"],
)
def test_fields_where_loa_expects_them(body: str) -> None:
    entry = one(body)
    assert (entry.topic, entry.kind, entry.field, entry.priority) == (3, "thong-bao", "đất đai", "khan-cap")
    assert (entry.expires, entry.embargo, entry.corrects) == (MOMENT, MOMENT, "a-1")
    assert (entry.unreadable, entry.categories) == ((), ())


def test_what_is_not_said_stays_unknown() -> None:
    entry = one(rss("<title>T</title>"))
    assert (entry.topic, entry.kind, entry.field, entry.priority) == (None, None, "", "thuong")
    assert (entry.expires, entry.embargo, entry.corrects, entry.unreadable) == (None, None, None, ())


@pytest.mark.parametrize(
    ("inner", "what"),
    [
        ("<pt:camPhatTruoc>tuần sau</pt:camPhatTruoc>", "embargo"),
        ("<pt:camPhatTruoc>01/12/2026</pt:camPhatTruoc>", "embargo"),
        ("<pt:chuDe>7</pt:chuDe>", "topic"),
        ("<pt:chuDe>1</pt:chuDe><pt:chuDe>2</pt:chuDe>", "topic"),
        ("<pt:theLoai>tin</pt:theLoai><pt:theLoai>bai</pt:theLoai>", "kind"),
        ('<l:uu-tien xmlns:l="urn:loa">hỏa tốc</l:uu-tien>', "priority"),
        ('<l:het-han xmlns:l="urn:loa">khi nào xong</l:het-han>', "expires"),
    ],
)
def test_unreadable_fields_are_flagged(inner: str, what: str) -> None:
    entry = one(rss(f"<title>T</title>{inner}", namespaces=PT), **VPUBND)
    assert [u.what for u in entry.unreadable] == [what]
    assert getattr(entry, what) in (None, "thuong")


# Damage


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff\ufeff \n" + rss("<title>T</title><description>Thân bài</description>"),
        rss("<title>T</title><description>Thân&nbsp;bài</description>"),
        rss("<title>T</title><description>Thân <br> bài</description>"),
        rss("<title>T</title><description>Thân</br>bài</description>"),
        rss("<title>T</title><description><p class=x>Thân bài</description>"),
        rss(
            "<title>T</title><dcterms:modified>2026-11-20</dcterms:modified>"
            "<description>Thân bài</description>"
        ),
        rss(
            "<title>T</title><enclosure url=https://so.phutho.example/a.pdf length=3 />"
            "<description>Thân bài</description>"
        ),
        rss("<title>T</title><description>Thân\x0b bài&#0;</description>"),
        rss("<title>T</title><description>Thân bài</description>") + "<script>x</script>",
        "<br />\n<b>Warning</b>: mysql_connect() in rss.php\n"
        + rss("<title>T</title><description>Thân bài</description>"),
        "Notice: x" + rss("<title>T</title><description>Thân bài</description>"),
        rss("<title>T</title><description>Thân bài</description></item><item>"),
        rss("<title>T</title><description>Thân bài</description>").removesuffix("</channel></rss>"),
        rss("<title>T</title><description>Thân bài</description></item><item><title>Hỏng"),
    ],
)
def test_certain_mendings_are_named(body: str) -> None:
    reading = read(body)
    (entry,) = reading.entries
    assert SENTENCE.fullmatch(reading.trouble)
    assert entry.title == "T"
    assert entry.text.split() == ["Thân", "bài"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n",
        "<html><body>x</body></html>",
        "<!DOCTYPE html><title>Bảo trì</title>",
        "{}",
        "[]",
        '{"items": []}',
        '{"version": "https://jsonfeed.org/version/1.1"}',
        '{"version": "https://jsonfeed.org/version/1.1", "items": [',
        "OK",
        '<?xml version="1.0"?><svg/>',
        "<sitemapindex/>",
        "<rss><channel><item>",
        "<feed><entry/></feed>",
        "[" * 100_000,
        '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title>'
        "</item></channel></rss>",
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title>'
        "</item></channel></rss>",
        "<rss>" + "<a>" * 5000,
        "<rss " + " ".join(f'a{i}="1"' for i in range(500)) + "/>",
    ],
    ids=lambda body: body[:30],
)
def test_what_is_no_feed_is_trouble(body: str) -> None:
    with pytest.raises(FeedTrouble) as trouble:
        read(body)
    assert SENTENCE.fullmatch(str(trouble.value))


@pytest.mark.parametrize("name", [str.upper, str.title], ids=["upper", "title"])
def test_rss_in_capital_letters_is_read(name: Callable[[str], str]) -> None:
    body = rss(f"<title>T</title>{DAY}<description>Thân bài</description>")
    for word in ("rss", "channel", "item", "title", "pubDate", "description"):
        body = re.sub(rf"(?<=[</]){word}\b", name(word), body)
    entry = read(body).entries[0]
    assert (entry.title, entry.text) == ("T", "Thân bài")
    assert entry.published == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_an_entry_that_says_nothing_is_no_article() -> None:
    reading = read(rss(f"{DAY}<description> </description>"))
    assert reading.entries == ()
    assert SENTENCE.fullmatch(reading.trouble)


def test_a_cdata_section_that_was_escaped_is_none_for_readers() -> None:
    entry = one(
        rss(
            "<title>&lt;![CDATA[Tiêu đề]]&gt;</title>"
            "<description>&lt;![CDATA[&lt;p&gt;Thân bài&lt;/p&gt;]]&gt;</description>"
        )
    )
    assert (entry.title, entry.text) == ("Tiêu đề", "Thân bài")


def test_the_date_that_dotnet_writes_is_one() -> None:
    updated = '<a10:updated xmlns:a10="http://www.w3.org/2005/Atom">2026-11-20T08:00:00+07:00</a10:updated>'
    assert one(rss(f"<title>T</title>{updated}")).published == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_a_prefix_that_the_feed_has_changed_hides_no_embargo_and_no_marker() -> None:
    said = "<x:trangThai>da-duyet</x:trangThai><x:camPhatTruoc>2026-12-01T08:00:00+07:00</x:camPhatTruoc>"
    entry = one(rss(f"<title>T</title>{said}", namespaces=PT.replace("xmlns:pt", "xmlns:x")), **VPUBND)
    assert entry.marker is Marker.APPROVED
    assert entry.embargo == datetime(2026, 12, 1, 1, tzinfo=UTC)
    taken = one(rss("<title>T</title><dc:trangThai>da-duyet</dc:trangThai>"), **VPUBND)
    assert taken.marker is Marker.MISSING


@pytest.mark.parametrize(
    ("said", "corrects"),
    [
        (" vp-02 ", "vp-02"),
        ("tag:so.phutho.example,2026:1", "tag:so.phutho.example,2026:1"),
        ("https://So.phutho.example/tin/2?utm_source=rss", "https://so.phutho.example/tin/2"),
        ("/tin/2", "https://so.phutho.example/tin/2"),
    ],
)
def test_a_correction_names_a_guid_or_an_address(said: str, corrects: str) -> None:
    item = f"<link>https://so.phutho.example/tin/9</link><pt:dinhChinhCho>{said}</pt:dinhChinhCho>"
    assert one(rss(f"<title>T</title>{item}", namespaces=PT), **VPUBND).corrects == corrects


def test_an_honest_empty_feed_is_no_trouble() -> None:
    reading = read("<rss version='2.0'><channel><title>t</title></channel></rss>")
    assert (reading.entries, reading.trouble) == ((), "")
    assert read(feed()).entries == ()


@pytest.mark.parametrize(
    "body",
    [
        rss("<title>T</title><author>" + "a " * 100_000 + "</author>"),
        rss("<title>T</title>" + "<author>a</author>" * 20_000),
        rss("<title>T</title>" + "<category>a</category>" * 20_000),
        rss("<title>T</title>" + '<media:content url="/a.jpg"/>' * 20_000),
        rss("<title>" + "&amp;amp;" * 50_000 + "</title>"),
        rss("<title>T</title><description>" + "&lt;div&gt;" * 60_000 + "</description>"),
        rss("<title>T</title></item>" + "<item><title>x</title></item>" * 20_000 + "<item>"),
        rss("<title>T</title><description>" + "<b>&nbsp;" * 60_000 + "</description>"),
        rss("<title>T</title><description>" + "<description>" * 30_000),
        rss("<title>T</title>" + "<x:y>" * 10_000),
    ],
    ids=[
        "author",
        "authors",
        "categories",
        "media",
        "escapes",
        "divs",
        "items",
        "unclosed",
        "nested",
        "deep",
    ],
)
def test_hostile_feeds_take_no_quadratic_time(body: str) -> None:
    begin = time.process_time()
    with contextlib.suppress(FeedTrouble):
        read(body)
    assert time.process_time() - begin < 5


PIECES = st.sampled_from(
    [
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "</channel>",
        "</rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "</entry>",
        "</feed>",
        "<title>",
        "</title>",
        "<description>",
        "</description>",
        "<![CDATA[",
        "]]>",
        "&",
        "&nbsp;",
        "&#0;",
        "<link>",
        "</link>",
        "/a",
        "<guid>",
        "<pubDate>",
        "</pubDate>",
        "20/11/2026",
        "<!DOCTYPE x>",
        "<?xml version='1.0'?>",
        "<!--",
        "-->",
        '{"version": "https://jsonfeed.org/version/1", "items": [',
        "{",
        "}",
        "]}",
        '"id": 1',
        ",",
        "\\ud800",
        "<dc:date>",
        "é",
    ]
)


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=200), st.lists(PIECES, max_size=30).map(lambda parts: "".join(parts).encode())
    )
)
def test_any_bytes_are_a_reading_or_trouble(body: bytes) -> None:
    try:
        reading = read(body)
    except FeedTrouble:
        return
    assert all(entry.title or entry.unreadable for entry in reading.entries)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "name", "topic", "x"]), inner)
    ),
    max_leaves=6,
)
MEMBERS = [
    "id",
    "url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "image",
    "date_published",
    "authors",
    "author",
    "tags",
    "attachments",
    "_loa",
]


@given(st.dictionaries(st.sampled_from(MEMBERS), values))
def test_members_of_any_type_are_tolerated(item: dict[str, Any]) -> None:
    *read_first, sound = read(feed(item, {"id": "lành"})).entries
    assert sound.guid == "lành"
    assert all(entry.published is None or entry.published.tzinfo is UTC for entry in read_first)
