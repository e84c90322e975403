"""Feeds that are damaged, empty or hostile: mended where that is certain, else said to be so."""

from __future__ import annotations

import contextlib
import re
import time
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.entry import FeedTrouble
from tests.pipeline.collect.reading import DAY, feed, one, read, rss

SENTENCE = re.compile(r"[A-ZĐ].*[^.]", re.DOTALL)
"""How officers read a trouble: a capital letter first, no full stop last."""


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
