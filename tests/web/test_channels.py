"""Each channel is shown as it stands, stopped for a reason, and let go on for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.base import Limit
from pipeline.deliver.engine import real_now
from pipeline.models import AuditEntry, ChannelState, Delivery
from pipeline.office import Office
from tests.web.conftest import NOW, carried
from web.console import channels
from web.console.channels import Gauge

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


def page(client: Client, address: str = "/console/kenh") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_channel_is_listed_with_how_it_stands(approver: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa, title="Mức phí mới")
    Delivery.objects.filter(article=article, channel="zalo").update(state="queued", sent_at=None)
    Delivery.objects.filter(article=article, channel="loa").update(state="uncertain", sent_at=None)
    ChannelState.objects.create(channel="telegram", paused=True, reason="Bảo trì", by="hoa", at=NOW)
    shown = page(approver)
    assert shown.count("Đang chạy") == 4
    assert shown.count('<span class="state failed">Tạm dừng</span>') == 1
    assert '<p class="problem" lang="vi">Bảo trì</p>' in shown
    assert "08:00, 23/11/2026" in shown
    for channel in wide.channels:
        assert f'href="/console/kenh/{channel}"' in shown


def test_a_channel_shows_its_deliveries_its_chats_and_its_limits(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa, title="Mức phí mới")
    wide.channels["telegram"].limits = (Limit("channel", 3, 7 * 86_400.0),)
    Delivery.objects.filter(article=article, channel="telegram").update(claimed_at=real_now())
    ChannelState.objects.create(channel="telegram", target="@phutho", moved_to="@phutho2", at=NOW)
    shown = page(approver, "/console/kenh/telegram")
    for words in ("Mức phí mới", "@phutho → @phutho2", "1/3 tin trong 7 ngày", "đã gửi tin"):
        assert words in shown
    assert approver.get("/console/kenh/khong-co").status_code == 404


def test_what_waits_for_a_channel_that_is_gone_is_not_lost_sight_of(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    Delivery.objects.filter(article=article, channel="zalo").update(
        channel="cu", state="queued", sent_at=None
    )
    assert "Đã tắt" in page(approver)
    assert "đang chờ để gửi tin" in page(approver, "/console/kenh/cu")
    assert approver.post("/console/kenh/cu/pause", {"reason": "x"}).status_code == 404


def test_a_channel_is_stopped_for_a_reason_by_who_may_and_once(
    approver: Client, wide: Office, person: Person
) -> None:
    address = "/console/kenh/telegram/pause"
    assert "Cần ghi lý do." in approver.post(address, {"reason": " "}, follow=True).content.decode()
    assert not ChannelState.objects.exists()
    done = approver.post(address, {"reason": "Bot bị lộ mã"}, follow=True).content.decode()
    assert "Kênh Telegram tạm dừng." in done
    assert "/console/kenh/telegram/resume" in done
    again = approver.post(address, {"reason": "Lý do khác"}, follow=True).content.decode()
    assert "Kênh này đang tạm dừng rồi." in again
    state = ChannelState.objects.get()
    assert (state.paused, state.reason, state.by) == (True, "Bot bị lộ mã", "hoa")
    assert AuditEntry.objects.filter(act="pause", who="hoa", subject="channel:telegram").count() == 1

    approver.force_login(person("lan", "editor"))
    assert "/console/kenh/zalo/pause" not in page(approver, "/console/kenh/zalo")
    refused = approver.post("/console/kenh/zalo/pause", {"reason": "x"}, follow=True).content.decode()
    assert "không có quyền" in refused
    assert not ChannelState.objects.filter(channel="zalo").exists()


def test_a_channel_has_its_name_and_is_stopped_at_the_top_of_its_page(
    approver: Client, wide: Office, hoa: User
) -> None:
    carried(wide, hoa)
    shown = page(approver, "/console/kenh/telegram")
    assert '<h1>Telegram <small class="meta">telegram</small></h1>' in shown
    assert shown.index("/console/kenh/telegram/pause") < shown.index('id="waits"')
    approver.post("/console/kenh/telegram/pause", {"reason": "Bot bị lộ mã"})
    shown = page(approver, "/console/kenh/telegram")
    assert (
        shown.index("Bot bị lộ mã") < shown.index("/console/kenh/telegram/resume") < shown.index('id="waits"')
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 giây"),
        (90, "90 giây"),
        (60, "1 phút"),
        (31 * 86_400, "31 ngày"),
        (7_200, "2 giờ"),
        (0.5, "0,5 giây"),
    ],
)
def test_a_window_is_said_in_words(seconds: float, words: str) -> None:
    assert Gauge(Limit("channel", 1, seconds), 0).span == words


def test_the_days_left_of_an_authorisation_are_counted() -> None:
    real = NOW
    given = channels._authorisation(NOW + timedelta(days=13, hours=5), real, timedelta())
    assert (given.days, given.soon) == (13, True)
    assert not channels._authorisation(NOW + timedelta(days=30), real, timedelta()).soon
    assert channels._authorisation("Chưa ai cấp quyền.", real, timedelta()).soon


def test_queries_do_not_grow_with_what_was_sent(approver: Client, wide: Office, hoa: User) -> None:
    counts = []
    page(approver)
    for _ in range(3):
        carried(wide, hoa)
        with CaptureQueriesContext(connection) as asked:
            page(approver)
            page(approver, "/console/kenh/telegram")
        counts.append(len(asked))
    assert counts[0] == counts[2]
