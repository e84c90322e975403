"""What was pasted keeps its words and its structure and loses all that a word processor adds."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.clean import clean
from pipeline.write.paste import clean_paste

CLIPBOARD = Path(__file__).parents[2] / "data" / "clipboard"
BASE = "https://loa.phutho.example"
OURS = f"/media/{'ab' * 32}.png"


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        (
            "word.html",
            [
                "<h2>1. Mục đích</h2>",
                "<p><strong>Tạm ngừng cấp nước</strong></p>",
                "<ul><li>Khu 1<ul><li>Ngõ <em>12</em></li></ul></li><li>Khu 2</li></ul>",
                "<p>Việc cần làm:</p>",
                '<ol><li>Trữ nước</li><li>Gọi <a href="tel:02103865000">tổng đài</a></li></ol>',
                "<table><tbody><tr><td>Khu</td><td>8 giờ</td></tr></tbody></table>",
            ],
        ),
        (
            "google-docs.html",
            [
                "<h2>Tiêu đề</h2>",
                "<p>Chữ thường, <strong>chữ đậm</strong><em> và nghiêng</em></p>",
                "<ul><li>Một<ul><li>Trong một</li></ul></li></ul>",
            ],
        ),
        (
            "libreoffice.html",
            [
                "<h2>Thông báo</h2>",
                "<p><strong>Đậm</strong> rồi <em>nghiêng</em></p>",
                "<ol><li>Một</li><li>Hai</li></ol>",
            ],
        ),
        (
            "word-on-the-web.html",
            [
                "<p><strong>Thông báo</strong></p>",
                "<ul><li>Một<ul><li>Trong một</li></ul></li><li>Hai</li></ul>",
            ],
        ),
    ],
)
def test_what_they_really_put_on_the_clipboard(source: str, blocks: list[str]) -> None:
    """Word 2016 and 365, Google Docs, LibreOffice 7, Word on the web."""
    assert clean_paste((CLIPBOARD / source).read_text(), BASE).split("\n") == blocks


@pytest.mark.parametrize(
    ("marker", "tag"),
    [
        ("1.", "ol"),
        ("a)", "ol"),
        ("(iv)", "ol"),
        ("1.2.", "ol"),
        ("đ)", "ol"),
        ("-", "ul"),
        ("o", "ul"),
        ("§", "ul"),
        ("", "ul"),
    ],
)
def test_a_marker_that_counts_makes_a_counted_list(marker: str, tag: str) -> None:
    source = f"<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>{marker}</span>Chữ</p>"
    assert clean_paste(source) == f"<{tag}><li>Chữ</li></{tag}>"


def test_levels_that_begin_deep_or_change_their_kind_lose_nothing() -> None:
    def entry(level: int, marker: str, text: str) -> str:
        sign = f"<span style='mso-list:Ignore'>{marker}</span>"
        return f"<p style='mso-list:l0 level{level} lfo1'>{sign}{text}</p>"

    source = (
        entry(3, "·", "a")
        + entry(1, "1.", "b")
        + entry(3, "·", "c")
        + entry(2, "a)", "d")
        + entry(1, "·", "e")
    )
    assert clean_paste(source).split("\n") == [
        "<ul><li>a</li></ul>",
        "<ol><li>b<ul><li>c</li></ul><ol><li>d</li></ol></li></ol>",
        "<ul><li>e</li></ul>",
    ]


@pytest.mark.parametrize(
    ("src", "kept"),
    [
        (OURS, True),
        (BASE + OURS, True),
        ("https://elsewhere.example" + OURS, False),
        (BASE + "/media/../console/logout", False),
        ("data:image/png;base64,AA", False),
        ("file:///C:/a.png", False),
    ],
)
def test_only_our_own_pictures_stay(src: str, kept: bool) -> None:
    pasted = clean_paste(f'<p>chữ <img src="{src}" alt="Bản đồ"></p>', BASE)
    assert (pasted == f'<p>chữ <img src="{BASE}{OURS}" alt="Bản đồ"></p>') is kept
    assert kept or pasted == "<p>chữ</p>"


def test_plain_text_is_paragraphs() -> None:
    assert clean_paste("5 < 6 & 7") == "<p>5 &lt; 6 &amp; 7</p>"
    assert clean_paste("") == ""


WORDS = st.text("abcđềịự", min_size=1, max_size=5)
STYLE = st.sampled_from(
    ["", "mso-list:l0 level1 lfo1", "mso-list:l1 level3 lfo2", "font-weight:700", "font-weight:normal", "x:y"]
)
TAG = st.sampled_from(
    ["p", "div", "span", "b", "i", "li", "ul", "ol", "h1", "font", "o:p", "td", "table", "blockquote", "a"]
)
RUBBISH = st.sampled_from(
    [
        "<br>",
        "<!--[if !supportLists]-->",
        "<![endif]>",
        "<script>evil()</script>",
        "<style>p{}</style>",
        "<xml><w:View>x</w:View></xml>",
        '<img src=x onerror="evil()">',
        "\n",
        "&nbsp;",
    ]
)


def told(tag: str, style: str, pieces: list[str]) -> str:
    return f'<{tag} class=MsoNormal style="{style}" onclick="evil()">{"".join(pieces)}</{tag}>'


PIECE = st.recursive(
    st.one_of(WORDS.map(" {} ".format), RUBBISH),
    lambda inner: st.builds(told, TAG, STYLE, st.lists(inner, max_size=4)),
    max_leaves=15,
)


@given(st.lists(PIECE, max_size=5).map("".join))
def test_any_paste_is_clean_and_keeps_its_words(source: str) -> None:
    pasted = clean_paste(source, BASE)
    assert clean_paste(pasted, BASE) == pasted == clean(pasted, BASE).html
    assert not re.search(r"evil|style|class|script|mso|<o:|on\w+=", pasted)
    assert re.findall(r"[abcđềịự]+", html.unescape(re.sub(r"<[^>]*>", " ", pasted))) == re.findall(
        r"(?<= )[abcđềịự]+(?= )", source
    )


@given(st.text())
def test_any_text_is_no_trouble(source: str) -> None:
    pasted = clean_paste(source)
    assert clean_paste(pasted) == pasted
