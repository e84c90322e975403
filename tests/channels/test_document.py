"""Cleaned HTML becomes blocks; whatever comes, it comes out as text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.document import (
    Block,
    Figure,
    Heading,
    Listing,
    ListItem,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    Runs,
    Table,
    begins_with,
    plain,
    read,
)
from tests.channels import documents


def text(words: str) -> Runs:
    return (Run(words),)


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        (
            "<p>Xin <strong>chào <em>các</em></strong>\n bạn<br>nhé </p>",
            [
                Paragraph(
                    (
                        Run("Xin "),
                        Run("chào ", bold=True),
                        Run("các", bold=True, italic=True),
                        Run(" bạn\nnhé"),
                    )
                )
            ],
        ),
        ('<a href="javascript:x">a</a>', [Paragraph(text("a"))]),
        (
            '<a href="https://a.example/?b=1&amp;c=2">a</a>',
            [Paragraph((Run("a", href="https://a.example/?b=1&c=2"),))],
        ),
        (
            "<ul><li>một<ul><li>hai</li></ul></li><li><p>ba</p><p>bốn</p></li></ul>",
            [
                Listing(
                    (
                        ListItem(text("một"), 0, None),
                        ListItem(text("hai"), 1, None),
                        ListItem(text("ba\nbốn"), 0, None),
                    )
                )
            ],
        ),
        (
            '<ol start="3"><li>a<table><tr><td>1</td></tr></table></li><li>b</li></ol>',
            [
                Listing((ListItem(text("a"), 0, 3),)),
                Table((), (), ((text("1"),),)),
                Listing((ListItem(text("b"), 0, 4),)),
            ],
        ),
        (
            "<p>a<img src='x.png' alt='A  b'>c</p>",
            [Paragraph(text("a")), Figure("x.png", "A b", ()), Paragraph(text("c"))],
        ),
        (
            "<figure><img src='x'><figcaption>Ảnh đẹp</figcaption></figure>",
            [Figure("x", "", text("Ảnh đẹp"))],
        ),
        ("<h3>A</h3><hr><pre>a\n  b</pre>", [Heading(3, text("A")), Preformatted("a\n  b")]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", [Quote(text("a\nb"))]),
        ("<dl><dt>T<dd>D</dl>", [Paragraph((Run("T", bold=True),)), Paragraph(text("D"))]),
        ("To\u0302\u0309ng", [Paragraph(text("Tổng"))]),
        ("<p> <br> </p>", []),
    ],
)
def test_blocks(html: str, blocks: list[Block]) -> None:
    assert list(read(html)) == blocks


def test_a_table_that_spans_has_all_its_columns() -> None:
    html = """<table><caption>Quý III</caption>
    <thead><tr><th rowspan=2>Cấp</th><th colspan=2>Trực tuyến</th></tr><tr><th>Số</th><th>%</th></tr></thead>
    <tr><td rowspan=2>Tỉnh</td><td>1</td><td>2</td></tr><tr><td>3</td><td></td></tr></table>"""
    (table,) = read(html)
    assert isinstance(table, Table)
    assert plain(table.caption) == "Quý III"
    assert [plain(cell) for cell in table.header] == ["Cấp", "Trực tuyến – Số", "Trực tuyến – %"]
    assert [[plain(cell) for cell in row] for row in table.rows] == [["Tỉnh", "1", "2"], ["Tỉnh", "3", ""]]


def test_a_row_of_th_is_a_header_without_thead() -> None:
    (table,) = read("<table><tr><th>A</th><th>B</th></tr><tr><th>1</th><td>2</td></tr></table>")
    assert isinstance(table, Table)
    assert table.header == (text("A"), text("B"))
    assert table.rows == ((text("1"), text("2")),)


@given(documents.soup)
def test_anything_is_read(html: str) -> None:
    assert all(words == words.strip() for words in _texts(read(html)))


@given(st.lists(st.sampled_from(["p", "h3", "li", "td", "blockquote", "strong", "pre", "dd"]), max_size=8))
def test_nested_tags_lose_no_text(tags: list[str]) -> None:
    words = [f"chữ{at}" for at in range(len(tags) + 1)]
    html = "".join(f"{word}<{tag}>" for word, tag in zip(words, tags, strict=False)) + words[-1]
    html += "".join(f"</{tag}>" for tag in reversed(tags))
    assert re.findall(r"chữ\d", " ".join(_texts(read(html)))) == words


@pytest.mark.parametrize(
    "unit", ["<p>a</p>", "<b>a</b>", "<tr><td rowspan=999 colspan=999>a", "<li>a<ul>", "<br>a"]
)
def test_hostile_repetition_is_read_in_time(unit: str) -> None:
    start = time.process_time()
    read(f"<table>{unit * 10_000}")
    assert time.process_time() - start < 5


def _texts(blocks: tuple[Block, ...]) -> list[str]:
    texts: list[str] = []
    for block in blocks:
        match block:
            case Listing(items):
                texts += [plain(item.runs) for item in items]
            case Table(caption, header, rows):
                texts += [plain(caption), *map(plain, header), *(plain(cell) for row in rows for cell in row)]
            case Preformatted(words):
                texts.append(words.strip())
            case Figure(_, _, caption):
                texts.append(plain(caption))
            case _:
                texts.append(plain(block.runs))
    return texts


def test_an_entry_that_numbers_itself_has_no_other_number() -> None:
    (listing,) = read("<ol><li>Bước 1: khai</li><li>2) nộp</li><li>37 tham luận</li><li>Hơn 60 câu</li></ol>")
    assert isinstance(listing, Listing)
    assert [item.number for item in listing.items] == [None, None, 3, 4]


@pytest.mark.parametrize(
    ("lead", "repeats"),
    [("", True), ("Một hai…", True), ("Một  hai ba. Bốn [...]", True), ("Một ba", False), ("Bốn", False)],
)
def test_a_lead_that_only_repeats_the_beginning_is_recognised(lead: str, repeats: bool) -> None:
    body = read("<h3>Một hai ba.</h3><ul><li>Bốn năm</li></ul><img src='https://a.vn/b.png'>")
    assert begins_with(body, lead) is repeats
