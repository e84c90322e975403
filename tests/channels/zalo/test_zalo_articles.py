"""The article payload: within Zalo's limits for any item, and with everything that the item says."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Attachment, Image, Priority, Reference
from channels.document import Paragraph, Run
from channels.text import utf16
from channels.zalo.articles import article
from tests.channels.items import make_item
from tests.channels.zalo.office import COVER, render, sample


def picture(
    name: str = "a.png", size: int = 5000, content_type: str = "image/png", alt: str = "Ảnh"
) -> Image:
    return Image(f"https://congttdt.phutho.example/media/{name}", alt, 640, 360, size, content_type)


def texts(payload: dict[str, Any]) -> str:
    return "\n".join(block["content"] for block in payload["body"] if block["type"] == "text")


def test_the_payload_is_the_one_of_the_documentation() -> None:
    payload = article(make_item(), render, COVER)
    assert payload == {
        "type": "normal",
        "title": "Trung tâm Phục vụ hành chính công tiếp nhận hồ sơ vào sáng thứ Bảy",
        "author": "Văn phòng UBND tỉnh",
        "cover": {"cover_type": "photo", "photo_url": COVER, "status": "show"},
        "description": "Người dân không phải nghỉ làm để đi nộp hồ sơ.",
        "body": [
            {"type": "text", "content": "Người dân không phải nghỉ làm để đi nộp hồ sơ."},
            {
                "type": "text",
                "content": "Sáng 20/11, Trung tâm Phục vụ hành chính công TP. Việt Trì "
                "tiếp nhận 15.000 hồ sơ.",
            },
            {"type": "text", "content": "Thời gian tiếp nhận"},
            {"type": "text", "content": "• Buổi sáng: từ 7h30;\n• Buổi chiều: đến 17h00."},
            {
                "type": "text",
                "content": "Nguồn: Văn phòng UBND tỉnh\n"
                "Xem tại: https://congttdt.phutho.example/tin/thu-bay-vi-dan-7",
            },
        ],
        "status": "show",
        "comment": "show",
    }


def test_the_long_title_is_shortened_on_the_card_and_whole_in_the_article() -> None:
    item = sample("kh-06")
    payload = article(item, render, COVER)
    assert len(item.title) == 252
    assert utf16(payload["title"]) <= 140
    assert payload["title"].endswith("…")
    assert item.title.startswith(payload["title"][:-1])
    assert payload["body"][0]["content"] == item.title


def test_the_long_article_is_whole() -> None:
    shown = texts(article(sample("kh-05"), render, COVER))
    assert [f"Câu {n}." in shown for n in range(1, 18)] == [True] * 17
    assert "được đăng tại mục Tài liệu trên trang thông tin điện tử của Sở" in shown


def test_a_table_is_a_line_a_row_under_its_own_headings() -> None:
    assert (
        "Kết quả theo cấp giải quyết, quý III/2026\n"
        "• Cấp tỉnh — Tiếp nhận: 71.240; Trực tuyến (%): 94,1; Đúng hạn (%): 99,3; Quá hạn: 486\n"
    ) in texts(article(sample("vp-02"), render, COVER))


def test_decomposed_text_is_composed_before_it_is_counted() -> None:
    title = unicodedata.normalize(
        "NFD", "Chữ ký số miễn phí tại Bộ phận Một cửa ở các xã, phường " * 2
    ).strip()
    assert len(title) > 140
    payload = article(make_item(title=title), render, COVER)
    assert payload["title"] == unicodedata.normalize("NFC", title)
    assert unicodedata.is_normalized("NFC", str(article(sample("kh-04"), render, COVER)))


@pytest.mark.parametrize(
    ("images", "cover"),
    [
        ([], COVER),
        ([picture()], picture().url),
        ([picture(size=950_000)], COVER),
        ([picture(content_type="image/webp")], COVER),
        ([picture("to.png", size=2_000_000), picture("b.png")], picture("b.png").url),
        ([picture("xoa the chấp.png")], "https://congttdt.phutho.example/media/xoa%20the%20ch%E1%BA%A5p.png"),
        ([picture("xoa%20the.png")], "https://congttdt.phutho.example/media/xoa%20the.png"),
    ],
)
def test_the_cover_is_the_first_picture_that_zalo_takes(images: list[Image], cover: str) -> None:
    payload = article(make_item(images=tuple(images)), render, COVER)
    assert payload["cover"] == {"cover_type": "photo", "photo_url": cover, "status": "show"}


def test_pictures_stand_where_the_article_has_them_and_the_others_at_its_end() -> None:
    one, two, three, heavy = (picture(name, alt=name) for name in ("1.png", "2.png", "3.png", "4.png"))
    heavy = replace(heavy, size=2_000_000)
    html = (
        f'<p>a</p><figure><img src="{two.url}" alt="x"><figcaption>Chú thích</figcaption></figure>'
        f'<p>b</p><img src="{heavy.url}" alt="Ảnh nặng">'
    )
    body = article(make_item(html=html, lead="", images=(one, two, three, heavy)), render, COVER)["body"]
    assert [block.get("content") or (block["url"][-5:], block["caption"]) for block in body[:-1]] == [
        "a",
        ("2.png", "Chú thích"),
        "b",
        "[Ảnh: Ảnh nặng]",
        ("3.png", "3.png"),
    ]


def test_corrections_and_attachments_are_said() -> None:
    item = make_item(
        corrects=Reference("Bài cũ", "https://a.vn/cu"),
        attachments=(Attachment("https://a.vn/t.pdf", "Tờ khai", "application/pdf", None),),
    )
    body = article(item, render, COVER)["body"]
    assert body[0]["content"] == "Đính chính bài “Bài cũ” (https://a.vn/cu)."
    assert body[-1]["content"].startswith("Tệp đính kèm: Tờ khai (https://a.vn/t.pdf)\nNguồn: ")


def test_the_title_says_what_a_reader_must_know_first() -> None:
    def title(**changes: Any) -> str:
        return str(article(make_item(**changes), render, COVER)["title"])

    assert title(kind="dinh-chinh", title="Số liệu quý III") == "Đính chính: Số liệu quý III"
    assert title(kind="dinh-chinh", title="Đính chính số liệu") == "Đính chính số liệu"
    assert title(priority=Priority.EMERGENCY, title="Di dời dân") == "Khẩn cấp: Di dời dân"
    assert title(priority=Priority.EMERGENCY, title="Khẩn: di dời dân") == "Khẩn: di dời dân"


def test_pictures_alone_are_described_by_the_title_and_never_by_a_file_name() -> None:
    html = '<figure><img src="https://a.vn/b.png" alt="IMG_2031.JPG"></figure>'
    payload = article(make_item(html=html, lead="", title="Ảnh đẹp"), render, COVER)
    assert payload["description"] == "Ảnh đẹp"
    assert "IMG_2031" not in str(payload["body"])


def test_a_lead_that_the_body_repeats_stands_on_the_card_alone() -> None:
    item = make_item(lead="Sáng 20/11, Trung tâm Phục vụ hành chính…")
    assert texts(article(item, render, COVER)).count("Sáng 20/11") == 1


def test_without_a_lead_the_description_is_the_first_whole_sentences() -> None:
    payload = article(
        make_item(lead="", html="<p>" + "Câu này dài đúng bốn mươi ký tự, đếm mà xem. " * 9), render, COVER
    )
    assert payload["description"] == " ".join(["Câu này dài đúng bốn mươi ký tự, đếm mà xem."] * 5)


TEXT = st.text(min_size=1, max_size=400).filter(str.strip) | st.sampled_from(
    ["👨‍👩‍👧 " * 60, "ệ" * 300, "từ " * 120]
)


@given(TEXT, TEXT, TEXT, TEXT)
def test_any_item_gives_a_payload_within_the_limits(title: str, lead: str, agency: str, text: str) -> None:
    item = make_item(title=title, lead=lead, agency=agency, body=(Paragraph((Run(text),)),))
    payload = article(item, render, COVER)
    for name, limit in (("title", 140), ("description", 250), ("author", 50)):
        assert 1 <= utf16(payload[name]) <= limit
    assert all(block["content"].strip() for block in payload["body"])
    assert unicodedata.normalize("NFC", text).strip() in texts(payload)
