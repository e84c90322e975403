"""Telegram's HTML is read as the Bot API promises, and refused where a reader would lose something."""

from contextlib import suppress
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.telegram_html import ParseError, parse, utf16

REFUSED = {
    "<b>đậm": 'Can\'t find end tag corresponding to start tag "b"',
    "Tin <b>đậm</i>": 'Unmatched end tag at byte offset 13, expected "</b>", found "</i>"',
    "đ</b>": "Unexpected end tag at byte offset 2",
    "giá < 5 triệu": "Unclosed start tag at byte offset 5",
    "<p>đoạn</p>": 'Unsupported start tag "p" at byte offset 0',
    "<br/>": 'Unsupported start tag "br" at byte offset 0',
    "<tg-spoiler>x</tg-spoiler>": 'Unsupported start tag "tg-spoiler" at byte offset 0',
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<b style="x">x</b>': 'Unsupported attribute "style" in the tag "b" at byte offset 0',
    "<a href>x</a>": 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
    "<blockquote>a<blockquote>b</blockquote></blockquote>": "Blockquotes can't be nested at byte offset 13",
    "a&nbsp;b": 'Unsupported entity "&nbsp;" at byte offset 1',
    "&apos;": 'Unsupported entity "&apos;" at byte offset 0',
    "&#55296;": 'Invalid entity "&#55296;" at byte offset 0',
}


@pytest.mark.parametrize("source", REFUSED)
def test_refuses(source: str) -> None:
    with pytest.raises(ParseError) as refused:
        parse(source)
    assert str(refused.value) == REFUSED[source]


def test_reads_every_allowed_tag() -> None:
    source = (
        "<b>1</b><strong>2</strong><i>3</i><em>4</em><u>5</u><ins>6</ins><s>7</s><strike>8</strike><del>9</del>"
        '<span class="tg-spoiler">a</span><code>b</code><pre>c</pre><blockquote>d</blockquote>'
        "<blockquote expandable>e</blockquote>"
    )
    text, entities = parse(source)
    assert text == "123456789abcde"
    assert [entity["type"] for entity in entities] == (
        ["bold"] * 2 + ["italic"] * 2 + ["underline"] * 2 + ["strikethrough"] * 3
        + ["spoiler", "code", "pre", "blockquote", "expandable_blockquote"]
    )  # fmt: skip


def test_counts_utf16_units_and_nests() -> None:
    text, entities = parse('📢 <b>Tin <a href="https://a.example/?x=1&amp;y=2">mới</a></b> &lt;5&#37; KH&CN')
    assert text == "📢 Tin mới <5% KH&CN"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 7},
        {"type": "text_link", "offset": 7, "length": 3, "url": "https://a.example/?x=1&y=2"},
    ]


def test_a_link_that_telegram_does_not_know_is_plain_text() -> None:
    assert parse('<a href="mailto:a@b.vn">a@b.vn</a>') == ("a@b.vn", [])


def test_a_language_makes_one_block() -> None:
    assert parse('<pre><code class="language-python">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse(escape(text, quote=False)) == (text, [])


@given(st.recursive(st.text(), lambda inner: st.tuples(st.sampled_from("bius"), st.lists(inner))))
def test_entities_cover_exactly_their_text(tree: object) -> None:
    def html(node: object) -> str:
        if isinstance(node, str):
            return escape(node, quote=False)
        assert isinstance(node, tuple)
        return f"<{node[0]}>{''.join(map(html, node[1]))}</{node[0]}>"

    def plain(node: object) -> str:
        if isinstance(node, str):
            return node
        assert isinstance(node, tuple)
        return "".join(map(plain, node[1]))

    def covered(node: object) -> list[str]:
        if isinstance(node, str):
            return []
        assert isinstance(node, tuple)
        return ([plain(node)] if plain(node) else []) + [one for inner in node[1] for one in covered(inner)]

    text, entities = parse(html(tree))
    units = text.encode("utf-16-le", "surrogatepass")
    found = [units[2 * e["offset"] : 2 * (e["offset"] + e["length"])] for e in entities]
    assert text == plain(tree)
    assert sorted(found) == sorted(one.encode("utf-16-le", "surrogatepass") for one in covered(tree))
    assert all(e["offset"] + e["length"] <= utf16(text) for e in entities)


@given(st.text(alphabet="<>/&;=\"' abpre#x1", max_size=60))
def test_anything_is_read_or_refused(source: str) -> None:
    with suppress(ParseError):  # and nothing else
        text, entities = parse(source)
        assert all(0 <= e["offset"] < e["offset"] + e["length"] <= utf16(text) for e in entities)
