"""Every form of date that feeds print is read exactly; what is uncertain is refused."""

from __future__ import annotations

import contextlib
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.dates import UnreadableDate, read_date

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = ["Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy"]


def local(text: str, order: tuple[str, ...] = ()) -> str:
    return read_date(text, zone=ZONE, order=order).astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 23 Nov 2026 07:30:00 +0700", "2026-11-23 07:30:00"),
        ("Thu, 19 Nov 26 09:40:00 +0700", "2026-11-19 09:40:00"),
        ("Thu, 19 Nov 2026 09:40:00 GMT", "2026-11-19 16:40:00"),
        ("Thu, 19 Nov 2026 09:40 EST", "2026-11-19 21:40:00"),
        ("19 Nov 2026 02:40 UT", "2026-11-19 09:40:00"),
        ("Thu Nov 19 09:40:00 2026", "2026-11-19 09:40:00"),
        ("Thu Nov 19 09:40:00 ICT 2026", "2026-11-19 09:40:00"),
        ("Thu Nov 19 2026 09:40:00 GMT+0700 (Indochina Time)", "2026-11-19 09:40:00"),
        ("Thu Nov 19 2026 09:40:00 GMT+0700 (Giờ Đông Dương)", "2026-11-19 09:40:00"),
        ("Thu, 19 Nov 2026 09:40:00 SE Asia Standard Time", "2026-11-19 09:40:00"),
        ("2026-11-19T09:40:00+07:00[Asia/Ho_Chi_Minh]", "2026-11-19 09:40:00"),
        ("20261119094000", "2026-11-19 09:40:00"),
        ("Thu, 11/19/2026 - 09:40", "2026-11-19 09:40:00"),
        ("Thu, 11/05/2026 - 09:40", "2026-11-05 09:40:00"),
        ("Thu, 05/11/2026 - 09:40", "2026-11-05 09:40:00"),
        ("Th 5, 19 thg 11 2026 09:40", "2026-11-19 09:40:00"),
        ("19 Th11, 2026 09:40", "2026-11-19 09:40:00"),
        ("Th5, 5/11/2026 09:40", "2026-11-05 09:40:00"),
        ("Ngày đăng: 19/11/2026 09:40", "2026-11-19 09:40:00"),
        ("2026-11-19T09:40:00+07:00", "2026-11-19 09:40:00"),
        ("2026-11-19T02:40:00.5Z", "2026-11-19 09:40:00"),
        ("2026-11-19T09:40", "2026-11-19 09:40:00"),
        ("2026-11-19 09:40:00 +07", "2026-11-19 09:40:00"),
        ("20261119T024000Z", "2026-11-19 09:40:00"),
        ("2026-11-19", "2026-11-19 00:00:00"),
        ("18/11/2026 08:25", "2026-11-18 08:25:00"),
        ("16-11-2026 2:05 CH", "2026-11-16 14:05:00"),
        ("10-11-2026 4:30 CH", "2026-11-10 16:30:00"),
        ("20-11-2026 8:00 SA", "2026-11-20 08:00:00"),
        ("19/11/2026 12:30 SA", "2026-11-19 00:30:00"),
        ("19/11/2026 12:30 CH", "2026-11-19 12:30:00"),
        ("Thứ Năm, 19/11/2026, 09:40 (GMT+7)", "2026-11-19 09:40:00"),
        ("Thu Nam, 19/11/2026, 09:40 (GMT+7)", "2026-11-19 09:40:00"),
        ("T5, 19/11/2026 09:40 UTC+7", "2026-11-19 09:40:00"),
        ("Thứ 2, 16/11/2026 14h05'", "2026-11-16 14:05:00"),
        ("CN, 22-11-2026", "2026-11-22 00:00:00"),
        ("Chủ nhật, 22.11.2026 | 08:00", "2026-11-22 08:00:00"),
        ("08:00 17/03/2024", "2024-03-17 08:00:00"),
        ("17/03/2024-08:00", "2024-03-17 08:00:00"),
        ("8h30 ngày 05/11/2026", "2026-11-05 08:30:00"),
        ("8 giờ 30 phút ngày 19 tháng 11 năm 2026", "2026-11-19 08:30:00"),
        ("19 Tháng Mười Một, 2026 9:40 Sáng", "2026-11-19 09:40:00"),
        ("Tháng Mười Hai 19, 2026", "2026-12-19 00:00:00"),
        ("2:05 chiều 19/11/2026", "2026-11-19 14:05:00"),
        ("Thursday, November 19, 2026, 9:40:00 AM GMT+07:00", "2026-11-19 09:40:00"),
        ("19-Nov-2026 09:40", "2026-11-19 09:40:00"),
        ("11/11/2026 10:00", "2026-11-11 10:00:00"),
        ("Thứ năm, 11/12/2025", "2025-12-11 00:00:00"),
        ("Thứ Tư, 05/11/2025", "2025-11-05 00:00:00"),
    ],
)
def test_forms_that_feeds_print(raw: str, moment: str) -> None:
    assert local(raw) == moment


def test_decomposed_letters_and_blanks_make_no_difference() -> None:
    raw = unicodedata.normalize("NFD", "\n Thứ Năm,\u00a019/11/2026, 09:40 (GMT+7) ")
    assert local(raw) == "2026-11-19 09:40:00"


@pytest.mark.parametrize(
    ("raw", "order", "moment"),
    [
        ("10/2/2026 9:25:00 AM", "mm/dd/yyyy", "2026-10-02 09:25:00"),
        ("10/2/2026 9:25:00 AM", "dd/mm/yyyy", "2026-02-10 09:25:00"),
        ("08:00 07/03/2024", "dd/mm/yyyy", "2024-03-07 08:00:00"),
        ("19/11/26 09:40", "dd/mm/yyyy", "2026-11-19 09:40:00"),
    ],
)
def test_the_order_of_the_source_decides(raw: str, order: str, moment: str) -> None:
    assert local(raw, (order,)) == moment


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "trống"),
        ("07/03/2024 08:00", "mơ hồ"),
        ("08-03-2024", "mơ hồ"),
        ("19/11/26 09:40", "mơ hồ"),
        ("11/16/2026 ngày", "lịch"),
        ("31/02/2026", "lịch"),
        ("Mon, 19 Nov 2026 09:40:00 +0700", "thứ"),
        ("14:05 SA 19/11/2026", "đồng hồ"),
        ("2026-11-19T24:00:00Z", "đồng hồ"),
        ("12 giờ đêm 19/11/2026", "đồng hồ"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "năm"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "năm"),
        ("1700000000", "không tìm thấy"),
        ("Hôm nay, 08:30", "không tìm thấy"),
        ("2 giờ trước", "không tìm thấy"),
        ("19/11/2026 08:30 giờ Luân Đôn", "không hiểu"),
        ("19/11/2026 09:40 +1500", "múi giờ"),
        ("x" * 500, "dài"),
    ],
)
def test_what_is_uncertain_is_refused(raw: str, why: str) -> None:
    with pytest.raises(UnreadableDate, match=why):
        read_date(raw, zone=ZONE)


@pytest.mark.parametrize("label", ["GMT", "UTC", "+0000", "Z"])
def test_a_server_that_calls_local_time_gmt(label: str) -> None:
    raw = f"Thu, 19 Nov 2026 09:40:00 {label}"
    assert read_date(raw, zone=ZONE, gmt_is_local=ZONE) == datetime(2026, 11, 19, 2, 40, tzinfo=UTC)
    assert read_date(raw, zone=ZONE) == datetime(2026, 11, 19, 9, 40, tzinfo=UTC)
    honest = read_date("Thu, 19 Nov 2026 09:40:00 GMT+8", zone=ZONE, gmt_is_local=ZONE)
    assert honest == datetime(2026, 11, 19, 1, 40, tzinfo=UTC)


moments = st.integers(0, 25_000_000).map(
    lambda minutes: datetime(2001, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
)


@given(moments)
def test_round_trip_of_vietnamese_forms(d: datetime) -> None:
    day = "Chủ nhật" if d.weekday() == 6 else f"Thứ {DAYS[d.weekday()]}"
    half = "SA" if d.hour < 12 else "CH"
    forms = [
        f"{day}, {d:%d/%m/%Y, %H:%M} (GMT+7)",
        f"{day}, ngày {d.day}/{d.month}/{d.year} - {d.hour}h{d.minute:02}",
        f"{d:%d-%m-%Y} {d.hour % 12 or 12}:{d:%M} {half}",
        f"{d.hour} giờ {d.minute} phút, ngày {d.day} tháng {d.month} năm {d.year}",
        f"{d:%d.%m.%Y %H:%M}",
        f"{d:%H:%M}, ngày {d:%d/%m/%Y}",
    ]
    for form in forms:
        assert read_date(form, zone=ZONE) == d.astimezone(UTC), form
    for form in (f"{d:%d/%m/%Y %H:%M}", f"{d:%d/%m/%y %H:%M}", f"{d:%H:%M %d/%m/%Y}"):
        assert read_date(form, zone=ZONE, order=("dd/mm/yyyy",)) == d.astimezone(UTC), form
    for form in (f"{d:%m/%d/%Y %I:%M:%S %p}", f"{d:%m/%d/%Y %H:%M}"):
        assert read_date(form, zone=ZONE, order=("mm/dd/yyyy",)) == d.astimezone(UTC), form


@given(moments, st.integers(-12 * 4, 14 * 4))
def test_round_trip_of_rfc_822_and_iso(d: datetime, quarters: int) -> None:
    d = d.astimezone(timezone(timedelta(minutes=15 * quarters)))
    for form in (format_datetime(d), d.isoformat(), d.isoformat(" "), f"{d:%a, %d %b %y %H:%M:%S %z}"):
        assert read_date(form, zone=ZONE) == d.astimezone(UTC), form


@given(moments)
def test_a_swapped_day_and_month_are_never_guessed(d: datetime) -> None:
    raw = f"{d:%d/%m/%Y %H:%M}"
    try:
        assert read_date(raw, zone=ZONE) == d.astimezone(UTC)
    except UnreadableDate:
        assert d.day <= 12
        assert d.month != d.day


@given(st.one_of(st.text(max_size=60), st.text(alphabet="0123456789/:-. +thứhaiSACHGMTngày", max_size=40)))
def test_any_text_is_a_moment_or_a_reason(raw: str) -> None:
    with contextlib.suppress(UnreadableDate):
        assert read_date(raw, zone=ZONE).tzinfo is UTC
