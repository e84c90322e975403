"""What a messy entry says: its title, link, texts, pictures and authors, its letters and its dates."""

from __future__ import annotations

import unicodedata

import pytest

from tests.pipeline.collect.reading import DAY, MOMENT, atom, one, read, rss

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


def test_the_date_that_dotnet_writes_is_one() -> None:
    updated = '<a10:updated xmlns:a10="http://www.w3.org/2005/Atom">2026-11-20T08:00:00+07:00</a10:updated>'
    assert one(rss(f"<title>T</title>{updated}")).published == MOMENT
