"""The dialects of feeds, old and odd: RSS from 0.90 on, Atom 0.3 and 1.0, JSON Feed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pipeline.entry import FeedTrouble
from tests.pipeline.collect.reading import DAY, MOMENT, atom, feed, one, read, rss


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


@pytest.mark.parametrize("name", [str.upper, str.title], ids=["upper", "title"])
def test_rss_in_capital_letters_is_read(name: Callable[[str], str]) -> None:
    body = rss(f"<title>T</title>{DAY}<description>Thân bài</description>")
    for word in ("rss", "channel", "item", "title", "pubDate", "description"):
        body = re.sub(rf"(?<=[</]){word}\b", name(word), body)
    entry = read(body).entries[0]
    assert (entry.title, entry.text) == ("T", "Thân bài")
    assert entry.published == MOMENT
