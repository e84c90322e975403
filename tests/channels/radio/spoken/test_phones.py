"""Numbers that are called, and numbers of papers: digit by digit, never as an amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.radio.spoken.numerals import digits
from tests.channels.radio.spoken.reading import doubtful, heard


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0210 3846 647", "02103846647"),
        ("0210.3846.647", "02103846647"),
        ("(0210) 3.846.647", "02103846647"),
        ("0912.345.678", "0912345678"),
        ("0912345678", "0912345678"),
        ("tổng đài 1900 1234", "19001234"),
        ("18001091", "18001091"),
        ("tổng đài 1022", "1022"),
        ("gọi 113, 114, 115", "113114115"),
        ("Cấp cứu 115", "115"),
        ("số điện thoại 3846.647", "3846647"),
        ("mã số thuế 2600123456", "2600123456"),
        ("căn cước công dân số 025123456789", "025123456789"),
    ],
)
def test_digit_by_digit(written: str, number: str) -> None:
    assert heard(written).endswith(digits(number))


def test_from_abroad() -> None:
    assert heard("+84 912 345 678") == "cộng " + digits("84912345678")
    assert heard("quét mã hoặc gọi +84 912 345 678") == "quét mã hoặc gọi cộng " + digits("84912345678")


def test_a_count_after_call_is_not_read_as_a_phone() -> None:
    assert doubtful("gọi 112 công dân nhập ngũ") == ["112"]
    assert heard("có 115 em") == "có một trăm mười lăm em"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("điện thoại 12.500.000 đồng", "điện thoại mười hai triệu năm trăm nghìn đồng"),
        (
            "tổng đài tiếp nhận 123.456 cuộc",
            "tổng đài tiếp nhận một trăm hai mươi ba nghìn bốn trăm năm mươi sáu cuộc",
        ),
        ("tài khoản có 250.000.000 đồng", "tài khoản có hai trăm năm mươi triệu đồng"),
        ("gọi 200 công dân", "gọi hai trăm công dân"),
    ],
)
def test_what_is_counted_beside_a_phone_is_an_amount(written: str, expected: str) -> None:
    assert heard(written) == expected


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number(number: str, gap: str) -> None:
    number = "".join(str(int(digit)) for digit in number)
    written = gap.join((number[:4], number[4:7], number[7:]))
    assert heard(f"Liên hệ {written}.") == f"liên hệ {digits(number)}"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("mã hồ sơ: 395.410", "mã hồ sơ ba chín năm bốn một không"),
        ("hồ sơ số 395410", "hồ sơ số ba chín năm bốn một không"),
        ("số TK: 711.275.600", "số tài khoản bảy một một hai bảy năm sáu không không"),
        ("giấy chứng nhận số AB 123456", "giấy chứng nhận số a bê một hai ba bốn năm sáu"),
        (
            "Số hồ sơ đã giải quyết là 395.410",
            "số hồ sơ đã giải quyết là ba trăm chín mươi lăm nghìn bốn trăm mười",
        ),
        ("Số thẻ đã cấp: 125.000", "số thẻ đã cấp một trăm hai mươi lăm nghìn"),
    ],
)
def test_a_number_of_a_paper_and_a_number_of_papers(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize("number", ["395.410", "395410"])
def test_of_papers_or_of_one_paper_is_left(number: str) -> None:
    assert doubtful(f"Số hồ sơ tiếp nhận {number}") == [number]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("Hỗ trợ kỹ thuật: 1800.1166 hoặc 1800-8000", "18008000"),
        ("Phản ánh qua số 0210-3846-647 hoặc 1900-9095", "19009095"),
        ("Gọi 1900-1234", "19001234"),
        ("báo về ĐT 0210.3.846.999 hoặc 113", "113"),
        ("Điện thoại: 3.846.113", "3846113"),
        ("mật khẩu 1234", "1234"),
    ],
)
def test_what_is_called_or_typed_is_no_amount(written: str, number: str) -> None:
    assert heard(written).endswith(digits(number))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Hỗ trợ 1800-2000 hộ", "hỗ trợ một nghìn tám trăm đến hai nghìn hộ"),
        ("sản lượng 1800-1900 tấn", "sản lượng một nghìn tám trăm đến một nghìn chín trăm tấn"),
        ("Có 190000000 đồng", "có một trăm chín mươi triệu đồng"),
    ],
)
def test_what_only_begins_like_a_service_number_is_an_amount(written: str, expected: str) -> None:
    assert heard(written) == expected


@pytest.mark.parametrize("left", ["1800-8000", "3.846.113"])
def test_a_number_of_some_service_or_an_amount_is_left(left: str) -> None:
    assert doubtful(f"Công an xã, số {left}.") == [left]
