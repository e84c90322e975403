"""The calendar shows what goes when on every channel, and lets a post be moved by a form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline import office as offices
from pipeline.models import Airing, Article, Bulletin, Delivery
from pipeline.office import Office
from pipeline.schedule import RunSettings
from tests.web.conftest import NOW, ZONE, make_article
from web.console.timetable import days

pytestmark = pytest.mark.django_db
TOMORROW = datetime(2026, 11, 25, 7, 30, tzinfo=ZONE)
"""The day after the office's holiday of 24 November."""


@pytest.fixture
def wide(wide: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Quiet at night, and a bulletin every day at 17:00."""
    settings = wide.schedule.office.model_copy(update={"quiet_hours": (time(21, 30), time(5))})
    run = RunSettings(id="chieu", at=time(16), job="bulletin", channel="loa", slot=time(17))
    made = replace(wide, schedule=wide.schedule.model_copy(update={"office": settings, "runs": (run,)}))
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


@pytest.fixture
def officer(client: Client, person: Callable[..., User], wide: Office) -> Client:
    client.force_login(person("hoa", "editor"))
    return client


def queued(title: str, at: datetime, channel: str = "telegram", **fields: object) -> Delivery:
    article = make_article(title)
    article.published = article.current
    article.save()
    values: dict[str, object] = {
        "article": article, "revision": article.current, "channel": channel, "target": "x", "part": 1,
        "parts": 1, "content": {}, "content_hash": "0", "state": "queued", "due_at": at, "created_at": NOW,
    }  # fmt: skip
    return Delivery.objects.create(**values | fields)


def page(officer: Client, address: str) -> str:
    answer = officer.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_only_who_is_signed_in_sees_it(client: Client, wide: Office) -> None:
    for address in ("/console/lich", "/console/lich/tuan"):
        assert client.get(address)["Location"].startswith("/console/login?next=")
    assert client.post("/console/bai/1/doi-gio/telegram")["Location"].startswith("/console/login?next=")


def test_a_day_has_what_goes_out_on_it_and_nothing_else(officer: Client) -> None:
    queued("Tin ngày kia", TOMORROW)
    queued("Tin hôm khác", TOMORROW + timedelta(days=1))
    queued("Tin quá giờ", NOW - timedelta(days=3))
    queued("Tin đã đi", NOW, state="sent", sent_at=NOW)
    queued("Tin thôi", NOW, state="superseded")
    today, later = page(officer, "/console/lich"), page(officer, "/console/lich?ngay=25/11/2026")
    assert [t in today for t in ("ngày kia", "hôm khác", "quá giờ", "đã đi", "thôi</a>")] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert "<b>07:30</b>" in later
    assert [t in later for t in ("Tin ngày kia", "hôm khác", "quá giờ", "đã đi")] == [
        True,
        False,
        False,
        False,
    ]
    assert "Còn trống: 07:30 – 21:30<" in later
    assert "Ngày nghỉ lễ" in page(officer, "/console/lich?ngay=24/11/2026")


def test_a_day_is_told_in_the_order_of_time_with_what_went_wrong(officer: Client) -> None:
    queued("Chiều nay", NOW + timedelta(hours=8, minutes=30))
    queued("Lỗi", NOW + timedelta(minutes=5), state="failed")
    queued("Nghi vấn", NOW - timedelta(minutes=5), state="uncertain")
    queued("Nghi vấn hôm kia", NOW - timedelta(days=2), state="uncertain")
    queued("Đã đi trễ", NOW - timedelta(days=1), state="sent", sent_at=NOW)
    shown = re.findall(
        r"<li class=\"(\w+)\" id=\"luot-\d+\"><b>(.*?)</b> <a[^>]*>(.*?)</a>", page(officer, "/console/lich")
    )
    assert shown == [
        ("uncertain", "07:55", "Nghi vấn"),
        ("sent", "08:00", "Đã đi trễ"),
        ("failed", "08:05", "Lỗi"),
        ("queued", "16:30", "Chiều nay"),
    ]
    assert "Nghi vấn hôm kia" in page(officer, "/console/lich?ngay=21/11/2026")


def test_a_day_is_printed_from_where_it_is_shown_with_the_office_and_the_hour(officer: Client) -> None:
    assert 'href="/console/lich">Cả ngày, để in</a>' in page(officer, "/console/")
    shown = page(officer, "/console/lich")
    assert re.search(r"<button[^>]* data-print hidden>In</button>", shown)
    assert '<span class="on-paper">Văn phòng UBND tỉnh Phú Thọ. </span>' in shown
    assert "Lập lúc 08:00, 23/11/2026" in shown


def test_a_day_says_what_each_errand_is(officer: Client) -> None:
    for title, errand in (("Bài sửa", "correct"), ("Bài lấy xuống", "withdraw")):
        queued(title, NOW + timedelta(hours=1), errand=errand)
    shown = page(officer, "/console/lich")
    for title, told in (("Bài sửa", " · đính chính"), ("Bài lấy xuống", " · gỡ bài")):
        assert told in shown.split(title)[1].partition("</li>")[0]


def test_a_week_has_a_column_each_day(officer: Client) -> None:
    for n in range(7):
        queued(f"Tin {n}", TOMORROW + timedelta(minutes=n))
    shown = page(officer, "/console/lich/tuan?ngay=26/11/2026")
    assert "Lịch tuần 23/11 – 29/11/2026" in shown
    assert shown.count('<span class="state held">nghỉ lễ</span>') == 1
    assert ("Tin 4" in shown, "Tin 5" in shown, "và 2 bài nữa" in shown) == (True, False, True)


def test_a_bulletin_shows_its_minutes(officer: Client, wide: Office) -> None:
    article = make_article("Tin trong bản tin")
    assert article.current is not None
    made = Bulletin.objects.create(
        channel="loa", airs_at=datetime(2026, 11, 23, 17, tzinfo=ZONE), target="x", programme={},
        seconds=754, minutes=15, made_at=NOW,
    )  # fmt: skip
    Airing.objects.create(
        bulletin=made, position=1, article=article, revision=article.current, errand="post", seconds=90
    )
    shown = page(officer, "/console/lich")
    assert "12 phút 34 giây / 15 phút · đã soạn" in shown
    assert "Tin trong bản tin" in shown
    assert "nếu soạn bây giờ" in page(officer, "/console/lich?ngay=25/11/2026")
    assert page(officer, "/console/lich/tuan").count("bản tin") == 7


def test_a_day_that_cannot_be_read_is_today(officer: Client) -> None:
    for said in ("hôm qua", "31/02/2026", "", "99999/1/1"):
        assert "Thứ Hai, 23/11/2026 (hôm nay)" in page(officer, f"/console/lich?ngay={said}")
        assert "23/11 – 29/11/2026" in page(officer, f"/console/lich/tuan?ngay={said}")


def move(officer: Client, row: Delivery, **form: str) -> str:
    answer = officer.post(f"/console/bai/{row.article_id}/doi-gio/{row.channel}", form, follow=True)
    return unescape(answer.content.decode())


def test_a_post_is_moved_by_a_form(officer: Client) -> None:
    row = queued("Tin dời", TOMORROW)
    assert "Telegram sẽ gửi bài lúc 09:15, 26/11/2026." in move(officer, row, day="26/11/2026", time="9:15")
    row.refresh_from_db()
    assert row.due_at == datetime(2026, 11, 26, 9, 15, tzinfo=ZONE)
    assert "sớm nhất sau đó là 05:00" in move(officer, row, day="26/11/2026", time="23:15")
    assert "Hãy ghi ngày như" in move(officer, row, day="mai", time="9h")
    assert "Telegram sẽ gửi bài lúc 08:00, 23/11/2026." in move(officer, row, free="1")


def test_only_what_waits_has_a_form_and_only_for_who_may(
    officer: Client, person: Callable[..., User]
) -> None:
    waits = queued("Tin chờ", TOMORROW)
    others = [
        queued("Tin sửa", TOMORROW, errand="correct"),
        queued("Tin dở", TOMORROW, receipt={"lost": True}),
        queued("Tin đang gửi", TOMORROW, state="sending"),
    ]
    address, form = "/console/lich?ngay=25/11/2026", "Vào giờ trống gần nhất"
    shown = page(officer, address)
    assert re.findall(r"doi=(\d+)#luot-(\d+)", shown) == [(str(waits.id), str(waits.id))]
    assert form not in shown
    assert page(officer, f"{address}&doi={waits.id}").count(form) == 1
    for row in others:
        assert form not in page(officer, f"{address}&doi={row.id}")
    for said in ("x", "²", "9" * 30):
        assert form not in page(officer, f"{address}&doi={said}")
    officer.force_login(person("may", "operator"))
    assert "doi=" not in page(officer, address)
    assert form not in page(officer, f"{address}&doi={waits.id}")


def test_a_week_takes_the_same_queries_however_much_there_is(wide: Office) -> None:
    counts = []
    for n in range(2):
        for m in range(5):
            queued(f"Tin {n} {m}", TOMORROW + timedelta(days=n))
        with CaptureQueriesContext(connection) as seen:
            days(wide, TOMORROW.date(), 7, Article.objects.all())
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_others_have_is_not_shown(wide: Office) -> None:
    row = queued("Tin", TOMORROW)
    for among, posts in (
        (Article.objects.all(), 1),
        (Article.objects.exclude(id=row.article_id), 0),
        (Article.objects.none(), 0),
    ):
        (day,) = days(wide, TOMORROW.date(), 1, among)
        assert sum(len(lane.posts) for lane in day.lanes) == posts
