"""Articles as Telegram messages, judged by the stand-in's own reading of the limits, not by ours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from channels.base import Attachment, Image, Item, Part, Priority, Reference, Render
from channels.document import Block, Heading, Listing, Paragraph, Preformatted, Quote, Run, plain
from channels.telegram import TelegramChannel
from channels.telegram.messages import MOST_MESSAGES
from channels.text import sentences
from demo.telegram_rules import MOST_TEXT, words
from pipeline.compose.sandbox import environment, renderer
from tests.channels import documents
from tests.channels.items import feed_item, make_item

RENDER = renderer(environment(None), None)
CHANNEL = TelegramChannel(id="telegram-tinh", chat="@phutho", token="123:abc")
PICTURE = Image("https://congttdt.phutho.example/media/a.png", "", 640, 360, 9000, "image/png")
LONG = "Người dân nộp hồ sơ tại TP. Việt Trì, không phải đi lại nhiều lần. "


def messages(item: Item, render: Render = RENDER) -> list[str]:
    """What readers see; raises demo.telegram_rules.Refused for what the service would refuse."""
    parts = CHANNEL.compose(item, render)
    assert [(part.number, part.total) for part in parts] == [
        (n, len(parts)) for n in range(1, len(parts) + 1)
    ]
    assert len(parts) <= MOST_MESSAGES
    return [seen(part) for part in parts]


def seen(part: Part) -> str:
    return str(words(dict(part.content), "text", MOST_TEXT)["text"])


def paragraphs(count: int, length: int = 10) -> str:
    return "".join(f"<p>Đoạn {number}. {LONG * length}</p>" for number in range(1, count + 1))


def test_a_short_article_is_one_message() -> None:
    (text,) = messages(make_item())
    assert text == (
        "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy\n\n"
        "Người dân không phải nghỉ làm để đi nộp hồ sơ.\n\n"
        "Sáng 20/11, Trung tâm Phục vụ hành chính công TP. Việt Trì tiếp nhận 15.000 hồ sơ.\n\n"
        "Thời gian tiếp nhận\n• Buổi sáng: từ 7h30;\n• Buổi chiều: đến 17h00.\n\n"
        "Nguồn: Văn phòng UBND tỉnh, 23/11/2026\nXem toàn văn"
    )


def test_tables_become_lists() -> None:
    (with_header,) = messages(feed_item("vp-02"))
    assert "Kết quả theo cấp giải quyết, quý III/2026\n• Cấp tỉnh — Tiếp nhận: 71.240; " in with_header
    (without,) = messages(feed_item("nn-02"))
    assert "• Bước 2 — Nội dung: Xác minh hiện trạng" in without
    (numbered,) = messages(feed_item("kh-08"))
    assert "\n4. Giấy khám sức khỏe - đổi giấy phép lái xe — Cơ quan chủ trì ở tỉnh: Sở Y tế" in numbered


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            "<tr><td>Sở Y tế</td><td>Đạt</td></tr><tr><td>Sở Nội vụ</td><td>Đạt</td></tr>",
            "• Sở Y tế – Đạt\n• Sở",
        ),
        ("<tr><th>Đơn vị</th><th>Số</th></tr>", "\n\nĐơn vị – Số\n\n"),
        (
            "<tr><th>C</th><th>Số</th></tr><tr><td colspan=2>Khối</td></tr><tr><td>A</td><td>0</td></tr>",
            "\n\nKhối\n• A — Số: 0",
        ),
        (
            "<tr><th>A</th><th>B</th></tr><tr><td>x<br>y</td><td><p>z;</p><p>t</p></td></tr>",
            "• x; y — B: z; t",
        ),
    ],
)
def test_unusual_tables(rows: str, expected: str) -> None:
    (text,) = messages(make_item(html=f"<table>{rows}</table>"))
    assert expected in text


def test_the_handbook_is_whole_in_two_messages_that_begin_with_a_question() -> None:
    first, second = messages(feed_item("kh-05"))
    assert [f"Câu {number}. " in first + second for number in range(1, 18)] == [True] * 17
    assert second.split("\n\n")[1].startswith("Câu ")
    assert abs(len(first) - len(second)) < 600
    assert "(1/2)" in first.split("\n")[0]
    assert "Xem toàn văn" in second
    assert "Xem toàn văn" not in first


def test_only_the_first_message_makes_a_sound_and_shows_the_page() -> None:
    parts = CHANNEL.compose(replace(feed_item("kh-05"), images=(PICTURE,)), RENDER)
    assert [part.content["silent"] for part in parts] == [False, True]
    assert [part.content["preview"] for part in parts] == [feed_item("kh-05").link, None]
    (plain_part,) = CHANNEL.compose(make_item(), RENDER)
    assert plain_part.content["preview"] is None


def test_a_title_of_252_characters_stays_whole() -> None:
    item = feed_item("kh-06")
    assert len(item.title) == 252
    (text,) = messages(item)
    assert text.startswith(item.title + "\n")


def test_what_three_messages_do_not_hold_ends_with_a_sentence_and_the_link() -> None:
    (text,) = messages(make_item(html=paragraphs(30)))
    assert len(text) > 3500
    assert "nhiều lần. …\n\nNguồn:" in text
    assert text.endswith("Xem toàn văn")


def test_long_paragraphs_are_divided_at_sentences() -> None:
    texts = messages(make_item(html=f"<p>{LONG * 100}</p>"))
    assert len(texts) == 2
    assert texts[0].endswith("nhiều lần.")
    assert "".join(texts).count("TP. Việt Trì, không phải") == 100


def test_a_heading_never_ends_a_message() -> None:
    for length in range(1, 40):
        html = f"<p>{LONG * 40}</p><p>{'a ' * 10 * length}</p><h3>Điều kiện</h3><p>{LONG * 20}</p>"
        assert not messages(make_item(html=html))[0].endswith("Điều kiện")


def test_styles_are_closed_and_opened_again_at_a_border() -> None:
    first, second = CHANNEL.compose(make_item(html=f"<p><strong>{LONG * 80}</strong></p>"), RENDER)
    assert first.content["text"].endswith("lần.</b>")
    assert "\n\n<b>Người dân" in second.content["text"]


def test_a_lead_that_the_body_repeats_is_shown_once() -> None:
    (text,) = messages(make_item(lead="Sáng 20/11, Trung tâm Phục vụ hành chính…"))
    assert text.count("Sáng 20/11") == 1


def test_links_and_addresses() -> None:
    html = (
        '<p><a href="mailto:pakn@phutho.example">Gửi thư</a> hoặc <a href="https://a.example/">trang</a></p>'
    )
    (part,) = CHANNEL.compose(make_item(html=html), RENDER)
    assert 'Gửi thư (pakn@phutho.example) hoặc <a href="https://a.example/">trang</a>' in part.content["text"]


def test_a_picture_is_its_caption_and_a_file_its_link() -> None:
    attachment = Attachment("https://a.example/9127.pdf", "Kế hoạch 9127/KH-UBND", "application/pdf", 412870)
    html = '<figure><img src="https://a.example/x.png"><figcaption>Bộ phận Một cửa.</figcaption></figure>'
    (text,) = messages(make_item(html=html, attachments=(attachment,)))
    assert "\n\nẢnh: Bộ phận Một cửa.\n\nTệp kèm theo: Kế hoạch 9127/KH-UBND\n" in text


def test_a_correction_names_what_it_corrects() -> None:
    corrects = Reference("Quý III/2026: 98,6% hồ sơ", "https://congttdt.phutho.example/tin/1")
    (text,) = messages(make_item(title="Số liệu quý III", kind="dinh-chinh", corrects=corrects))
    assert text.startswith(
        "ĐÍNH CHÍNH\nSố liệu quý III\n\nTin được đính chính: Quý III/2026: 98,6% hồ sơ\n\n"
    )
    (again,) = messages(make_item(title="Đính chính số liệu", corrects=corrects))
    assert again.startswith("Đính chính số liệu\n\nTin được đính chính")


def test_an_emergency_says_so_first() -> None:
    (text,) = messages(make_item(priority=Priority.EMERGENCY))
    assert text.startswith("KHẨN CẤP\n")
    (text,) = messages(make_item(priority=Priority.EMERGENCY, title="Khẩn: di dời dân"))
    assert text.startswith("Khẩn: di dời dân\n")


def test_a_template_that_telegram_would_refuse_is_refused_before_approval(tmp_path: Path) -> None:
    (tmp_path / "telegram").mkdir()
    for source, said in [
        ("<p>{{ body }}</p>", "<p>"),
        ("<b>{{ body }}", "chưa đóng"),
        ("{{ 'a' * 5000 }}", "dài"),
    ]:
        (tmp_path / "telegram" / "default.html").write_text(source, "utf-8")
        with pytest.raises(ValueError, match=said):
            CHANNEL.compose(make_item(), renderer(environment(tmp_path), None))


def test_markup_in_the_text_stays_text() -> None:
    (text,) = messages(
        make_item(title="a < b & c > \"d\" 'e'", lead="<b>", html="<p>&lt;i&gt;x&amp;amp;</p>")
    )
    assert text.startswith("a < b & c > \"d\" 'e'\n\n<b>\n\n<i>x&amp;\n\n")


# Shrinking a whole article would take minutes.
@settings(deadline=None, max_examples=50, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(documents.documents)
def test_any_article_that_fits_is_told_whole_and_in_order(body: tuple[Block, ...]) -> None:
    shown = messages(make_item(body=body, lead=""))
    told = "".join("".join(shown).split())
    at = 0
    if len(shown) == 1 and "…Nguồn:" in told:
        return
    for sentence in _sentences(body):
        found = told.find("".join(sentence.split()), at)
        assert found >= 0, sentence
        at = found + 1


@settings(deadline=None, max_examples=60)
@given(documents.soup, st.text(max_size=900), st.text(max_size=1500), st.integers(1, 60))
def test_whatever_comes_keeps_the_limits(html: str, title: str, lead: str, times: int) -> None:
    messages(make_item(html=html * times, title=title or "a", lead=lead))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 30_000), st.sampled_from(["a", "👍", "🇻🇳", "👨‍👩‍👧", "\u0301", "&", '"', "a. ", "ệ "]))
def test_endless_words_and_signs_keep_the_limits(count: int, unit: str) -> None:
    for block in (Paragraph((Run(unit * count, bold=True),)), Preformatted(unit * count)):
        messages(make_item(body=(block,)))


@settings(deadline=None, max_examples=10)
@given(st.integers(90, 700))
def test_hundreds_of_links_keep_the_limits(count: int) -> None:
    links = "".join(f'<li><a href="https://a.example/{"x" * 150}">Văn bản {n}</a></li>' for n in range(count))
    messages(make_item(html=f"<ul>{links}</ul>"))
    runs = tuple(
        Run(f"{n} ", italic=bool(n % 2), href="https://a.example/" if n % 3 else None) for n in range(count)
    )
    messages(make_item(body=(Paragraph(runs),)))


def _sentences(body: tuple[Block, ...]) -> list[str]:
    texts: list[str] = []
    for block in body:
        match block:
            case Listing(items):
                texts += [plain(item.runs) for item in items]
            case Preformatted(text):
                texts.append(text)
            case Heading(_, runs) | Paragraph(runs) | Quote(runs):
                texts.append(plain(runs))
    return [sentence for text in texts for sentence in sentences(text)]


def test_what_just_does_not_fit_one_message_takes_two() -> None:
    """Also where it fits beside the title, and only the source's line is too much."""
    for length in range(3750, 4050, 7):
        texts = messages(make_item(lead="", html=f"<p>{'a. ' * 1000}</p><p>{'b' * (length - 3000)}</p>"))
        assert len(texts) in (1, 2)
        assert "".join(texts).count("b") >= length - 3000
