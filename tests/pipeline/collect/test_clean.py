"""Cleaned HTML is safe, has one form, and loses no text that a reader could see."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.collect.clean import LONGEST, clean, paragraphs

BASE = "https://so.phutho.example/tin/"
ALLOWED = {
    "p",
    "br",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "caption",
    "blockquote",
    "pre",
    "code",
    "strong",
    "em",
    "u",
    "s",
    "sub",
    "sup",
    "a",
    "img",
    "figure",
    "figcaption",
    "hr",
    "dl",
    "dt",
    "dd",
}


def cleaned(source: str) -> str:
    return clean(source, BASE).html


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("<b>đậm</b> và <i>nghiêng</i>", "<p><strong>đậm</strong> và <em>nghiêng</em></p>"),
        ("<div><div>một</div><div>hai</div></div>", "<p>một</p>\n<p>hai</p>"),
        ("một<br><br/>hai</br>ba", "<p>một</p>\n<p>hai<br>ba</p>"),
        ("<h1>Tiêu<br>đề</h1><h6>nhỏ</h6>", "<h2>Tiêu đề</h2>\n<h4>nhỏ</h4>"),
        ("<p>&nbsp;</p><p> \u200b </p><p>chữ&nbsp;&nbsp; nữa</p>", "<p>chữ nữa</p>"),
        ("<b><p>một</p><p>hai</p></b>", "<p><strong>một</strong></p>\n<p><strong>hai</strong></p>"),
        ("<ul><li><p>a</p></li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<li>lạc</li>", "<ul><li>lạc</li></ul>"),
        ("<table><tr><td><p>một ô</p></td></tr></table>", "<p>một ô</p>"),
        ('<p class=MsoNormal style="mso-x:y">Word<o:p>&nbsp;</o:p></p>', "<p>Word</p>"),
        ("<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->chữ", "<p>chữ</p>"),
        ("<xml><w:View>Normal</w:View></xml><p>chữ</p>", "<p>chữ</p>"),
        ("<form><input value=1>trong biểu mẫu</form>", "<p>trong biểu mẫu</p>"),
        ("<p onclick=x()>a<script>b</script><style>c</style></p>", "<p>a</p>"),
        ("tại&amp;nbsp;Trung &amp;ldquo;tâm&amp;rdquo;", "<p>tại Trung “tâm”</p>"),
        ("&lt;p&gt;một &amp;lt; hai&lt;/p&gt;", "<p>một &lt; hai</p>"),
        ("5 < 6 & 7 > 2", "<p>5 &lt; 6 &amp; 7 &gt; 2</p>"),
        ("<pre>\n a\n  b</pre>", "<pre> a\n  b</pre>"),
        ("xi\u00adn ch\u200bào 👩\u200d👧", "<p>xin chào 👩\u200d👧</p>"),
        (unicodedata.normalize("NFD", "Tiếng Việt"), "<p>Tiếng Việt</p>"),
        ("<td>ô lạc</td>", "<p>ô lạc</p>"),
        ("", ""),
    ],
)
def test_one_form(source: str, result: str) -> None:
    assert cleaned(source) == result


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "java&#10;script:x",
        " jAvAsCrIpT:x",
        "&#106;avascript:x",
        "vbscript:x",
        "data:text/html,x",
        "file:///c:/x",
        "#muc",
        "",
        "http://localhost/x",
        "http://192.168.1.4/x",
        "\\\\may-chu\\x",
        "http://[x",
    ],
)
def test_an_unusable_link_leaves_its_text(href: str) -> None:
    assert cleaned(f'<a href="{href}">chữ</a>') == "<p>chữ</p>"


@pytest.mark.parametrize(
    ("href", "result"),
    [
        ("../van-ban/kế hoạch.pdf", "https://so.phutho.example/van-ban/k%E1%BA%BF%20ho%E1%BA%A1ch.pdf"),
        ("x.aspx?id=6&amp;lang=vi", "https://so.phutho.example/tin/x.aspx?id=6&amp;lang=vi"),
        ("//khac.example/a", "https://khac.example/a"),
        ("mailto:pakn@phutho.example?subject=x", "mailto:pakn@phutho.example"),
        ("tel:0210.000.0865", "tel:02100000865"),
    ],
)
def test_links_are_absolute(href: str, result: str) -> None:
    assert cleaned(f'<a href="{href}">chữ</a>') == f'<p><a href="{result}">chữ</a></p>'


@pytest.mark.parametrize(
    ("src", "problem"),
    [
        ("data:image/png;base64,AA", "nhúng"),
        ("http://localhost:8080/a.jpg", "nội bộ"),
        ("http://10.0.0.8/a.jpg", "nội bộ"),
        ("http://may-chu/a.jpg", "nội bộ"),
        ("file:///C:/a.jpg", "người soạn"),
        ("", "không có địa chỉ"),
        ("cid:1", "người soạn"),
    ],
)
def test_an_unusable_picture_is_named(src: str, problem: str) -> None:
    result = clean(f'<p>a<img src="{src}" alt="Bản đồ"></p>', BASE)
    (image,) = result.images
    assert (image.url, image.alt) == (None, "Bản đồ")
    assert problem in image.problem
    assert result.html == "<p>a</p>"


@pytest.mark.parametrize(
    "img",
    [
        '<img src="https://t.example/p.gif" width="1" height="1">',
        '<img src="https://t.example/p" style="width:1px">',
        '<img src="https://www.google-analytics.com/c?x">',
        '<img src="https://t.example/pixel.gif">',
        "<script>document.write('<img src=\"https://t.example/a.png\">')</script>",
    ],
)
def test_counting_pixels_go_silently(img: str) -> None:
    assert clean(f"<p>a</p>{img}", BASE).images == ()


def test_a_lazy_picture_has_its_real_address() -> None:
    (image,) = clean('<img src="data:image/gif;base64,R0" data-src="/a.png" alt="">', BASE).images
    assert image.url == "https://so.phutho.example/a.png"


def test_plain_text_of_blocks() -> None:
    source = (
        "<table><caption>Bảng</caption><tr><th>A</th><th>B</th></tr><tr><td>1<br>2</td><td>3</td>"
        "</tr></table>"
    )
    assert clean(source).text == "Bảng\nA | B\n1 2 | 3"
    assert clean("<p>a  b</p><ul><li>c</li><li>d</li></ul><p>e<br>f</p>").text == "a b\nc\nd\ne\nf"


def test_a_figure_without_its_picture_is_a_paragraph() -> None:
    assert (
        cleaned('<figure><img src="data:x"><figcaption>Chú thích</figcaption></figure>') == "<p>Chú thích</p>"
    )
    whole = cleaned('<figure><img src="a.png" alt="A"><figcaption>Chú thích</figcaption></figure>')
    assert whole == (
        '<figure><img src="https://so.phutho.example/tin/a.png" alt="A">'
        "<figcaption>Chú thích</figcaption></figure>"
    )


def test_what_is_too_long_is_cut_and_said() -> None:
    assert clean("chữ " * (LONGEST // 4 + 10)).cut
    assert not clean("chữ").cut


def test_plain_paragraphs_are_escaped() -> None:
    assert paragraphs("một\r\nhai\n\n\n ba <b> & bốn ") == "<p>một<br>hai</p><p>ba &lt;b&gt; &amp; bốn</p>"


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 60000,
        "<a " + "x " * 100000 + ">",
        "<b><i>" * 30000,
        "<table><tr><td>" * 20000,
        "<a '" * 50000,
        "<ul><li>" * 40000,
        "<svg><p>" * 30000,
        "<!--" * 90000,
        "<blockquote>" * 30000,
        "&amp;" * 80000,
        "<select>" * 40000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_markup_takes_no_quadratic_time(hostile: str) -> None:
    begin = time.process_time()
    clean(hostile)
    assert time.process_time() - begin < 3


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<ul>",
        "</ul>",
        "<ol>",
        "<li>",
        "</li>",
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<td colspan=2>",
        "</td>",
        "<th>",
        "<caption>",
        "<h1>",
        "</h1>",
        "<h3>",
        "<br>",
        "<hr>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
        "<blockquote>",
        "</blockquote>",
        '<a href="/x">',
        '<a href="javascript:x">',
        "</a>",
        '<img src="/a.png" alt="á">',
        '<img src="data:x">',
        "<script>",
        "</script>",
        "<figure>",
        "</figure>",
        "<figcaption>",
        "<dl>",
        "<dt>",
        "<dd>",
        "<span>",
        "</span>",
        "<o:p>",
        "<!-- ",
        " -->",
        "<svg>",
        "</svg>",
        "<math>",
        "<style>",
        "<center>",
        "<form>",
        "<select>",
        "<sub>",
        "<u>",
        "&nbsp;",
        "&amp;nbsp;",
        "&lt;p&gt;",
        "&lt;/p&gt;",
        "&am",
        "p;",
        "&#8203;",
        "\u0301",
        "\u200d",
        "\n",
        "  ",
        "chữ",
        "5 < 6",
        "<",
        "&",
    ]
)
fragments = st.lists(st.one_of(TAGS, st.text(max_size=8)), max_size=25).map("".join)


@settings(max_examples=300)
@given(fragments)
def test_cleaning_twice_changes_nothing(source: str) -> None:
    once = clean(source, BASE)
    twice = clean(once.html, BASE)
    assert (twice.html, twice.text) == (once.html, once.text)


@settings(max_examples=200)
@given(fragments)
def test_only_allowed_tags_and_safe_addresses_come_out(source: str) -> None:
    result = clean(source, BASE)
    assert set(re.findall(r"</?([a-z][a-z0-9:]*)", result.html)) <= ALLOWED
    assert not re.search(r"<[^>]*\son\w+=|<[^>]*(?:javascript|data):", result.html)
    assert unicodedata.is_normalized("NFC", result.text)
    assert (
        all(line == line.strip() and line for line in result.text.split("\n"))
        or "<pre>" in result.html
        or not result.text
    )
    assert all(image.url or image.problem for image in result.images)
