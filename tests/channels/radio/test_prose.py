"""What of an article is read: lists are counted, small tables told, questions and answers shared out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.document import Figure, Heading, Listing, ListItem, Paragraph, Run, Table, read
from channels.radio.prose import prose, sentence
from tests.channels.documents import documents
from tests.channels.items import feed_item


def runs(text: str, href: str | None = None) -> tuple[Run, ...]:
    return (Run(text, href=href),)


def lines(*body: object) -> list[str]:
    return [" ".join(passage.sentences) for passage in prose(body).passages]  # type: ignore[arg-type]


def test_a_table_becomes_sentences() -> None:
    header = tuple(runs(name) for name in ("Cấp", "Tiếp nhận", "Trực tuyến (%)", "UBND", "Nhiệm vụ"))
    row = tuple(runs(cell) for cell in ("Cấp tỉnh", "71.240", "94,1", "12", "Kiểm tra"))
    table = Table(runs("Kết quả quý III"), header, (row, (*row[:1], (), (), (), ())))
    assert lines(table) == [
        "Kết quả quý III.",
        "Cấp tỉnh: tiếp nhận 71.240; trực tuyến 94,1%; UBND 12; nhiệm vụ là kiểm tra.",
        "Cấp tỉnh.",
    ]


def test_a_table_that_nobody_could_follow_is_left_out_and_the_editor_is_told() -> None:
    row = tuple(runs(cell) for cell in ("Cấp tỉnh", "71.240", "94,1"))
    unnamed = prose((Paragraph(runs("Trước.")), Table((), (), (row,)), Paragraph(runs("Sau."))))
    assert [passage.sentences for passage in unnamed.passages] == [("Trước.",), ("Sau.",)]
    assert unnamed.notes == ("Một bảng không đọc: các cột không có tên.",)
    header = tuple(runs(name) for name in ("Xã", "Hồ sơ"))
    long = prose((Table(runs("Theo xã"), header, (row[:2],) * 9),))
    assert long.passages == ()
    assert long.notes == ("Bảng “Theo xã” (9 hàng, 2 cột) không đọc: quá lớn để nghe.",)


def test_merged_cells_and_units_of_rows() -> None:
    body = read(
        "<table><tr><th>TT</th><th>Chỉ số</th><th>Năm – Trước</th><th>Sau</th></tr>"
        "<tr><td colspan=4>Cấp xã</td></tr>"
        "<tr><td>1</td><td>Thời gian chờ (phút)</td><td>55</td><td>15</td></tr>"
        "<tr><td>2</td><td>Hài lòng (%)</td><td colspan=2>chưa đo</td></tr></table>"
    )
    assert lines(*body) == [
        "Cấp xã.",
        "Thời gian chờ: năm trước 55 phút; sau 15 phút.",
        "Hài lòng: năm trước, Sau là chưa đo.",
    ]


def test_lists_headings_and_pictures() -> None:
    items = (
        ListItem(runs("Đơn đăng ký;"), 0, None),
        ListItem(runs("Nộp hồ sơ"), 0, 2),
        ListItem(runs("Bước 3: nhận kết quả"), 0, None),
        ListItem(runs("bản chính"), 1, 1),
        ListItem(runs("Hết"), 0, 11),
    )
    body = (Heading(2, runs("Giấy tờ:")), Listing(items), Figure("x.png", "Ảnh", runs("Chú thích")))
    assert lines(*body) == [
        "Giấy tờ.",
        "Đơn đăng ký.",
        "Hai là: Nộp hồ sơ.",
        "Bước 3: nhận kết quả.",
        "Ý 1: bản chính.",
        "Mục 11: Hết.",
    ]


def test_announced_steps_are_counted_as_steps() -> None:
    items = tuple(ListItem(runs(text), 0, n) for n, text in enumerate(("Khai", "Nộp"), 1))
    assert lines(Paragraph(runs("Người dân thực hiện 02 bước:")), Listing(items))[1:] == [
        "Bước 1: Khai.", "Bước 2: Nộp.",
    ]  # fmt: skip


def test_each_line_of_a_paragraph_is_a_sentence() -> None:
    body = read("<p>Thời gian: sáng thứ Hai<br>Địa điểm: Nhà văn hóa</p><p>Người dân<br>đến đúng giờ</p>")
    assert lines(*body) == [
        "Thời gian: sáng thứ Hai.", "Địa điểm: Nhà văn hóa.", "Người dân đến đúng giờ.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p>Xem <a href="https://www.a.vn/x?y">tại đây</a>.</p>', "Xem tại địa chỉ a.vn."),
        ('<p>Xem tại <a href="https://a.vn/x">đây</a>.</p>', "Xem tại địa chỉ a.vn."),
        ('<p>Gửi <a href="mailto:a@b.vn">tại đây</a></p>', "Gửi tại địa chỉ a@b.vn."),
        ('<p>Xem <a href="https://x.example/a.pdf">kế hoạch</a></p>', "Xem kế hoạch."),
    ],
)
def test_a_link_that_only_says_here_is_read_as_its_address(html: str, said: str) -> None:
    assert lines(*read(html)) == [said]


def test_a_paragraph_that_only_leads_elsewhere_is_left_out() -> None:
    told = prose(read('<p>Một.</p><p><a href="https://a.vn/x">Xem hướng dẫn chi tiết</a></p>'))
    assert [passage.sentences for passage in told.passages] == [("Một.",)]
    assert told.notes == ("Đường dẫn “Xem hướng dẫn chi tiết” không đọc.",)


@pytest.mark.parametrize(
    ("html", "read_out"),
    [
        ('<p>Toàn văn kế hoạch: <a href="https://a.vn/a.pdf">9127/KH-UBND</a>.</p>', False),
        ("<p>Xem chi tiết tại: https://a.vn/x</p>", False),
        ('<p>Chi tiết liên hệ: <a href="mailto:a@b.vn">a@b.vn</a></p>', True),
        ("<p>Chi tiết: mang theo căn cước</p>", True),
        ('<p>Nộp tại: <a href="https://a.vn">Cổng Dịch vụ công</a></p>', True),
    ],
)
def test_a_line_that_only_leads_to_a_link_is_left_out(html: str, read_out: bool) -> None:
    told = prose(read(html))
    assert bool(told.passages) is read_out
    assert bool(told.notes) is not read_out


def test_a_step_s_own_words_need_no_name() -> None:
    header = tuple(runs(name) for name in ("Bước", "Nội dung công việc", "Nơi làm"))
    row = tuple(runs(cell) for cell in ("Bước 1", "Tiếp nhận hồ sơ", "Sở Nội vụ"))
    assert lines(Table((), header, (row,))) == ["Bước 1: tiếp nhận hồ sơ; nơi làm là Sở Nội vụ."]


def test_questions_and_answers_have_two_voices() -> None:
    body = read(
        "<p>Sổ tay gồm 2 câu.</p><h3>Câu 1. Nộp ở đâu?</h3><p>Trả lời: Ở xã.</p><p>Hoặc trên mạng.</p>"
        "<h3>Câu 2. Bao lâu?</h3><p><b>Đáp:</b> Ba ngày.</p>"
    )
    told = prose(body)
    assert told.two_voices
    assert [(passage.voice, " ".join(passage.sentences)) for passage in told.passages] == [
        (1, "Sổ tay gồm 2 câu."),
        (1, "Câu 1. Nộp ở đâu?"),
        (2, "Ở xã."),
        (2, "Hoặc trên mạng."),
        (1, "Câu 2. Bao lâu?"),
        (2, "Ba ngày."),
    ]
    assert [passage.opens for passage in told.passages] == [False, True, False, False, True, False]


def test_an_article_that_answers_needs_no_labels() -> None:
    body = read("<p>Khi nào có kết quả?</p><p>Sau ba ngày làm việc.</p>")
    assert [passage.voice for passage in prose(body, asks=True).passages] == [1, 2]
    assert {passage.voice for passage in prose(body).passages} == {1}
    assert prose(feed_item("kh-05").body).two_voices


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mang căn cước", "Mang căn cước."),
        ("eKYC đã bật", "eKYC đã bật."),
        ("thủ tục hành chính (TTHC) năm 2027", "Thủ tục hành chính năm 2027."),
        ("Sở Khoa học và Công nghệ (KH&CN) mời", "Sở Khoa học và Công nghệ mời."),
        ("định danh mức độ 2 (VNeID) của mẹ", "Định danh mức độ 2 (VNeID) của mẹ."),
        ("Nơi nhận: như trên./.", "Nơi nhận: như trên."),
        ("Sở trả lời: “Đúng hạn.”", "Sở trả lời: “Đúng hạn.”"),
        ("• Mang theo giấy tờ;", "Mang theo giấy tờ."),
        ("…", ""),
        ("mở cửa hàng...;", "Mở cửa hàng..."),
    ],
)
def test_sentences(written: str, read: str) -> None:
    assert sentence(written) == read


@given(documents, st.booleans())
def test_every_document_can_be_told(body: tuple, asks: bool) -> None:  # type: ignore[type-arg]
    for passage in prose(body, asks=asks).passages:
        assert passage.sentences
        assert passage.voice in (1, 2)
        assert all(one.strip() == one and one for one in passage.sentences)
