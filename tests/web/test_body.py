"""An article's text keeps its form on the page, and every mark stands where something was found."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.clean import clean
from pipeline.models import Finding, Revision
from web.console.body import shown

PIECES = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<br>", "<ol><li>", "</li><li>", "</li></ol>", "<ul>", "</ul>", "<h2>", "</h2>"),
            *(
                "<b>",
                "</b>",
                "<table><tr><td>",
                "</td><td>",
                "</td></tr><tr><td colspan=2>",
                "</td></tr></table>",
            ),
            *("<pre>", "</pre>", "<blockquote>", "</blockquote>", "<dl><dt>", "<dd>", "</dl>", "</a>"),
            *('<img src="https://a.vn/b.png" alt="Ảnh">', '<a href="https://a.vn/?a=1&amp;b=2">'),
            *("Lệ phí", " ", "\n", "|", "a | b", "&amp;", "&lt;b>", "số 5", "Đ", "e\u0301"),
        ]
    ),
    max_size=30,
)


def revision(source: str) -> Revision:
    cleaned = clean(source)
    return Revision(body=cleaned.html, text=cleaned.text)


def finding(start: int, end: int, message: str = "Xem") -> Finding:
    return Finding(code="x", message=message, where="text", start=start, end=end)


def letters(text: str) -> str:
    """What parts blocks and cells is no letter."""
    return re.sub(r"[\s|]", "", text)


@given(PIECES, st.integers(0, 60), st.integers(0, 60))
def test_the_form_stays_and_the_marks_hold_what_was_found(pieces: list[str], start: int, length: int) -> None:
    said = revision("".join(pieces))
    page = shown(said, [finding(start, start + length)])
    assert page is not None
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    assert letters(unescape("".join(marks))) == letters(said.text[start : start + length])
    form = re.sub(r"<img[^>]*>", "", said.body)
    form = re.sub(r"</h[1-6]>", "</strong></p>", re.sub(r"<h[1-6]>", "<p><strong>", form))
    assert unescape(re.sub(r"</?mark[^>]*>", "", page)) == unescape(form)


def test_a_mark_in_a_cell_or_an_entry_has_its_lines_name() -> None:
    said = revision(
        "<h3>Ai</h3><table><tr><td>Họ</td><td>An &amp; Bình</td></tr></table><ol><li>Một</li></ol>"
    )
    assert said.text == "Ai\nHọ | An & Bình\nMột"
    at = said.text.index("Bình")
    found = [finding(at, at + 4), finding(3, 5, '"Họ"'), finding(at + 5, at + 8)]
    page = (shown(said, found) or "").replace("\n", "")
    assert '<td><mark id="doan-2" title="&quot;Họ&quot;">Họ</mark></td>' in page
    assert '<td>An &amp; <mark title="Xem">Bình</mark></td>' in page
    assert page.endswith('<ol><li><mark id="doan-3" title="Xem">Một</mark></li></ol>')
    assert page.startswith("<p><strong>Ai</strong></p><table>")


def test_a_text_that_is_not_the_bodys_is_shown_without_its_form() -> None:
    assert shown(Revision(body="<p>Một</p>", text="Hai"), []) is None
    assert shown(Revision(body="<p>Một</p>", text="Một\nHai"), []) is None
