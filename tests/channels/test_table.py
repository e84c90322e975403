"""Tables without a table: every cell once, under the names of its columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.document import Table, plain, read
from channels.table import rows, written


def lines(cells: str) -> list[str]:
    (table,) = read(f"<table>{cells}</table>")
    assert isinstance(table, Table)
    return [plain(written(row)) for row in rows(table)]


HEADED = "<tr><th>TT</th><th>Đơn vị</th><th>Nhận</th><th>Trả</th></tr>"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (HEADED + "<tr><td>1</td><td>Sở Y tế</td><td>5</td><td>5</td></tr>", "1. Sở Y tế — Nhận: 5; Trả: 5"),
        (HEADED + "<tr><td colspan=4>I. Cấp tỉnh</td></tr>", "I. Cấp tỉnh"),
        (HEADED + "<tr><td>I</td><td colspan=3>Cấp tỉnh</td></tr>", "I. Cấp tỉnh"),
        (
            HEADED + "<tr><td>2</td><td>Sở Nội vụ</td><td colspan=2>Chưa có</td></tr>",
            "2. Sở Nội vụ — Nhận, Trả: Chưa có",
        ),
        (HEADED + "<tr><td></td><td></td><td>5</td><td></td></tr>", "• Nhận: 5"),
        ("<tr><th>Bước</th><th>Việc</th></tr><tr><td>1</td><td>Nhận</td></tr>", "• Bước 1 — Việc: Nhận"),
        ("<tr><td>Địa chỉ:</td><td>Số 1</td></tr>", "• Địa chỉ: Số 1"),
        ("<tr><td>1</td><td>Nhận</td><td>Xã</td></tr>", "1. Nhận – Xã"),
        ("<tr><td>0</td><td>0</td></tr>", "0. 0"),
        ("<tr><th>Đơn vị</th><th>Số</th></tr>", "Đơn vị – Số"),
    ],
)
def test_one_row(cells: str, said: str) -> None:
    assert lines(cells) == [said]


def test_a_first_row_of_names_is_the_header() -> None:
    cells = "<tr><td>Bước</td><td>Hạn</td></tr><tr><td>1</td><td>05 ngày</td></tr>"
    assert lines(cells) == ["• Bước 1 — Hạn: 05 ngày"]


@given(st.lists(st.lists(st.integers(100, 999), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_figure_is_said_as_often_as_it_stands_there(table: list[list[int]]) -> None:
    html = "".join("<tr>" + "".join(f"<td>{n}</td>" for n in row) + "</tr>" for row in table)
    said = " ".join(lines(html))
    for figure in {n for row in table for n in row}:
        assert said.count(str(figure)) == sum(row.count(figure) for row in table)
