"""Each check's own rule, and what must hold of all of them on any text."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entry import EntryImage, Marker, Unreadable
from pipeline.review.checks import LEVEL, Found, Level, Near, stored
from pipeline.review.checks.contacts import Contacts
from tests.pipeline.review.subjects import NOW, TEXT, checked, codes, entry

HOUR = timedelta(hours=1)
PIECES = st.sampled_from(
    [
        *("căn cước ", "099099000001", "0900 000 001", "CMND ", "000123456", "tài khoản ", "STK ", "@", "a"),
        *("0", "9", ".", " ", "\n", "-", "/", "số nhà 15, ", "ngõ 8, ", "trú tại ", "ông A", "UBND huyện "),
        *("Sở TT&TT", "đồng", "cấm phát trước ", "không ", "bị kỷ luật", "hách dịch", "…", "Xem thêm", "uỷ"),
        *("ủy ", "x@y.vn", "hộ chiếu B1"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


def test_a_harmless_article_has_nothing_in_its_way() -> None:
    assert codes(entry()) == []


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_is_checked_and_every_place_lies_inside_it(title: str, lead: str, text: str) -> None:
    subject = entry(title=title, lead=lead, text=text)
    for found in checked(subject):
        assert found.code in LEVEL
        assert found.message
        if found.where:
            assert 0 <= found.start < found.end <= len(getattr(subject, found.where))


@given(st.text(alphabet="abcdđ ", max_size=60), st.text(alphabet=" ,;\n", min_size=1, max_size=3))
def test_an_identity_number_is_found_wherever_it_stands(before: str, gap: str) -> None:
    text = f"{before}{gap}025190001234{gap}và"
    assert [text[f.start : f.end] for f in checked(entry(text=text)) if f.code == "personal-data"] == [
        "025190001234"
    ]


@pytest.mark.parametrize(
    "piece",
    [
        *("0", "0 ", "0.", "a", "a.", "a@", "@a.", "số nhà 1, ", "tài khoản ", "tổ A ", "không có ", "thu "),
        *(
            "căn cước ",
            "trú tại ",
            "UBND ",
            "huyện A ",
            "…",
            "một ",
            "bị ",
            "phát ",
            ", ",
            "hách dịch, ",
            "yêu cầu xã ",
            "nói “",
            "xử lý ",
            "a (at) ",
            "N.",
            "\n",
        ),
    ],
)
def test_hostile_text_costs_no_more_than_a_small_multiple_of_its_length(piece: str) -> None:
    def seconds(length: int) -> float:
        subject = entry(text=(piece * length)[:length])
        begun = time.process_time()
        checked(subject)
        return time.process_time() - begun

    assert seconds(32_000) < 16 * max(seconds(8_000), 0.02)


@pytest.mark.parametrize(
    ("marker", "wanted"),
    [
        (Marker.APPROVED, []),
        (Marker.PENDING, ["not-approved"]),
        (Marker.MISSING, ["no-approval-marker"]),
        (Marker.WITHDRAWN, []),
    ],
)
def test_the_sources_marker_is_taken_at_its_word(marker: Marker, wanted: list[str]) -> None:
    assert codes(entry(marker=marker)) == wanted


@pytest.mark.parametrize(
    ("published", "wanted"),
    [
        (NOW, []),
        (NOW + HOUR, []),
        (NOW + HOUR + timedelta(seconds=1), ["future-date"]),
        (NOW - timedelta(days=30), []),
        (NOW - timedelta(days=30, seconds=1), ["stale"]),
        (None, ["missing-date"]),
    ],
)
def test_dates_at_their_edges(published: datetime | None, wanted: list[str]) -> None:
    assert codes(entry(published=published)) == wanted


def test_an_unreadable_date_is_missing_and_says_what_stood_there() -> None:
    stated = Unreadable("published", "31/02/2026", "tháng 2 không có ngày 31.")
    found = checked(entry(published=NOW, unreadable=(stated,)))
    assert [f.code for f in found] == ["missing-date"]
    assert "31/02/2026" in found[0].message
    assert "tháng 2 không có ngày 31" in found[0].message


def test_an_old_article_that_is_already_out_is_looked_at_when_it_changes() -> None:
    old = entry(published=NOW - timedelta(days=90))
    assert codes(old) == ["stale"]
    assert codes(old, changed=True) == ["changed"]


def test_an_article_ages_from_the_end_of_its_embargo() -> None:
    early = NOW - timedelta(days=60)
    assert codes(entry(published=early, embargo=NOW - HOUR)) == []
    assert codes(entry(published=early, embargo=NOW + HOUR)) == ["embargo"]


def test_an_embargo_holds_until_its_second_and_an_expiry_ends_at_its() -> None:
    assert codes(entry(embargo=NOW)) == []
    assert codes(entry(embargo=NOW + timedelta(seconds=1))) == ["embargo"]
    assert codes(entry(expires=NOW)) == ["expired"]
    assert codes(entry(expires=NOW + timedelta(seconds=1))) == []


def test_messages_tell_the_time_of_the_offices_zone() -> None:
    (found,) = checked(entry(embargo=datetime(2026, 12, 1, 1, 0, tzinfo=UTC)))
    assert "08:00 ngày 01/12/2026" in found.message
    assert found.level is Level.HOLD


@pytest.mark.parametrize(
    "words",
    [
        "CẤM PHÁT TRƯỚC 8 giờ 00 ngày 01/12/2026",
        "Không phát hành trước 17h00 ngày 30/11",
        "không đăng tin trước ngày 05/12/2026",
        "Đề nghị không đưa tin trước thời điểm công bố",
        "Tin EMBARGO đến 9h",
        "chỉ đăng sau 8 giờ ngày 01/12",
        "Chỉ được phát sóng sau ngày 02/12/2026",
        "Tin này được phép sử dụng từ 0h ngày 01/12/2026",
        "Tài liệu nội bộ, chưa được công bố cho đến 10 giờ ngày 02/12",
        "Đề nghị các cơ quan báo chí đăng phát sau 8h00 ngày 01/12/2026",
        "Thời điểm được đăng tải: từ 14h00 ngày 27/11",
        "Vui lòng giữ kín nội dung đến hết lễ công bố ngày 05/12",
        "Giờ phát hành: không sớm hơn 17h00 ngày 29/11/2026",
        "Các báo chỉ đăng sau khi Bộ công bố lúc 10h",
    ],
)
def test_an_embargo_that_only_the_text_speaks_of_goes_to_a_person(words: str) -> None:
    found = [f for f in checked(entry(text=f"{TEXT}\n{words}.")) if f.code == "embargo"]
    assert [f.level for f in found] == [Level.REVIEW]
    assert not [f for f in checked(entry(text=words * 4, embargo=NOW - HOUR)) if f.code == "embargo"]


@pytest.mark.parametrize(
    "words",
    [
        "Không đăng ký trước ngày 30/11 thì không được hỗ trợ",
        "Hồ sơ không nộp trước 21h30 được chuyển sang hôm sau",
        "Kết quả chỉ được công bố sau khi hội đồng họp",
        "Đài chỉ phát sau 17 giờ hằng ngày",
        "Đài xã phát thanh từ 5h đến 5h30",
        "Phiếu lý lịch tư pháp được sử dụng sau 3 ngày kể từ khi cấp",
        "Thẻ chỉ được sử dụng từ ngày 01/12/2026",
        "Phần mềm chưa sử dụng trước ngày 15/12",
        "Quyết định được công bố sau 15 ngày làm việc",
        "Thông báo được đăng tải sau 24 giờ",
        "Thời hạn trước ngày 15/12/2026",
    ],
)
def test_other_talk_of_before_and_after_is_no_embargo(words: str) -> None:
    assert codes(entry(text=f"{TEXT}\n{words}.")) == []


def test_an_unreadable_embargo_asks_a_person() -> None:
    stated = Unreadable("embargo", "8h mùng một", "không rõ tháng nào")
    (found,) = checked(entry(unreadable=(stated,)))
    assert (found.code, found.level) == ("embargo", Level.REVIEW)
    assert "8h mùng một" in found.message


@pytest.mark.parametrize(
    ("what", "level"), [("expires", Level.REVIEW), ("body", Level.REVIEW), ("topic", Level.WARN)]
)
def test_what_else_is_unreadable_asks_only_where_a_guess_would_do_harm(what: str, level: Level) -> None:
    (found,) = checked(entry(unreadable=(Unreadable(what, "?", "không rõ"),)))
    assert (found.code, found.level) == ("unreadable", level)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "Mở cửa sáng thứ Bảy",
        "Chi tiết tại đây",
        TEXT[:120] + " [...]",
        TEXT + " Xem thêm",
        TEXT + " Xem thêm tại: https://a.example/b",
        TEXT + " Xem tiếp tại website của Sở.",
        TEXT + " » Chi tiết",
        TEXT + " Mời quý vị đón đọc bài tiếp theo >>",
        "Đang cập nhật.",
    ],
)
def test_a_body_that_is_none_is_thin(text: str) -> None:
    assert codes(entry(text=text)) == ["thin"]


@pytest.mark.parametrize(
    "text", [TEXT, f"{TEXT} " * 5 + "Xem thêm", TEXT + " Sinh con, mua nhà, mở cửa hàng...; vân vân."]
)
def test_a_body_that_is_one_is_not(text: str) -> None:
    assert codes(entry(text=text)) == []


def test_a_slogan_may_be_short() -> None:
    assert codes(entry(kind="khau-hieu", text="Một lần khai, nhận ba kết quả")) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sở TT&TT hướng dẫn", ["Sở TT&TT"]),
        ("Sở Tài nguyên và Môi trường và Sở LĐ-TB&XH", ["Sở Tài nguyên và Môi trường", "Sở LĐ-TB&XH"]),
        ("UBND huyện Lâm Thao niêm yết", ["UBND huyện Lâm Thao"]),
        ("tại thành phố Việt Trì, tỉnh Vĩnh Phúc", ["thành phố Việt Trì", "tỉnh Vĩnh Phúc"]),
        ("Sở Thông tin - Truyền thông, Sở NN và PTNT", ["Sở Thông tin - Truyền thông", "Sở NN và PTNT"]),
        ("Huyện ủy Thanh Sơn và Thành ủy Hà Nội", ["Huyện ủy Thanh Sơn"]),
        ("UBND thành phố Hà Nội phối hợp", []),
        ("Sở Nội vụ, Sở Tư pháp, Sở Nông nghiệp và Môi trường", []),
        ("Sở Tài nguyên và Môi trường (cũ) đã ký", []),
        ("chính quyền hai cấp không tổ chức cấp huyện", []),
        ("Chi nhánh khu vực Vĩnh Phúc, khu vực Hòa Bình", []),
    ],
)
def test_old_names_are_told_with_todays(text: str, names: list[str]) -> None:
    subject = entry(text=f"{text} {TEXT}")
    found = [f for f in checked(subject) if f.code == "old-office-name"]
    assert sorted(subject.text[f.start : f.end] for f in found) == sorted(names)


def test_todays_name_is_said() -> None:
    (found,) = checked(entry(lead="Sở Thông tin và Truyền thông mời họp"))
    assert "nay là Sở Khoa học và Công nghệ" in found.message
    assert found.level is Level.WARN


def test_each_broken_picture_is_named() -> None:
    pictures = (
        EntryImage("https://a.example/1.png", "sơ đồ"),
        EntryImage(None, "biểu đồ", "địa chỉ localhost"),
    )
    (found,) = checked(entry(images=pictures))
    assert found.code == "broken-media"
    assert "Ảnh thứ 2 (biểu đồ)" in found.message


def test_a_stored_revision_is_checked_as_the_entry_that_it_was() -> None:
    first = entry(
        unreadable=(Unreadable("expires", "?", "không rõ"),),
        images=(EntryImage(None, "ảnh", "hỏng"),),
        embargo=NOW + HOUR,
    )
    row = SimpleNamespace(
        **vars(first)
        | {
            "images": [{"url": None, "alt": "ảnh", "problem": "hỏng", "sha256": None}],
            "unreadable": [{"what": "expires", "raw": "?", "why": "không rõ"}],
        }
    )
    assert checked(stored(row, "approved")) == checked(first)


@pytest.mark.parametrize(("similarity", "wanted"), [(0.79, []), (0.8, ["near-duplicate"])])
def test_a_near_duplicate_is_flagged_from_the_threshold(similarity: float, wanted: list[str]) -> None:
    assert codes(entry(), near=Near(7, "Bài kia", similarity)) == wanted


@pytest.mark.parametrize(
    ("pattern", "number", "public"),
    [
        ("0210.000.08*", "0210 000 0865", True),
        ("0210.000.08*", "0211.000.0892", False),
        ("0912 345 678", "+84 912.345.678", True),
        ("+84912345678", "0912345678", True),
        ("0912345678", "0912345679", False),
    ],
)
def test_public_numbers_are_compared_by_their_digits(pattern: str, number: str, public: bool) -> None:
    assert Contacts([pattern]).has_number(number) is public


@pytest.mark.parametrize(
    ("pattern", "address", "public"),
    [
        ("*@phutho.example", "PAKN@phutho.example", True),
        ("*@phutho.example", "a@xphutho.example", False),
        ("phutho.example", "a@stp.phutho.example", True),
        ("@phutho.example", "a@phutho.example", True),
        ("x@y.vn", "a@sub.phutho.gov.vn", True),
        ("x@y.vn", "a@gov.vn.example", False),
    ],
)
def test_public_mailboxes_are_patterns_domains_and_the_governments_own(
    pattern: str, address: str, public: bool
) -> None:
    assert Contacts([pattern]).has_address(address) is public


def test_every_level_of_a_found_is_its_codes_unless_it_asks() -> None:
    assert Found("embargo", "…").level is Level.HOLD
    assert Found("embargo", "…", asks=True).level is Level.REVIEW
