"""What every channel would show is what approval freezes, measured in what its service counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.base import Item, Part, Render
from channels.radio import audio
from channels.telegram.split import weigh
from channels.zalo import ZaloOaChannel
from pipeline import acts
from pipeline import office as offices
from pipeline.models import Delivery
from pipeline.office import Office
from pipeline.preview import previews
from pipeline.schedule import RouteSettings
from pipeline.tokens import DatabaseTokenStore
from tests.web.conftest import make_article
from web.console.faces import faces
from web.console.measures import Measure, left_out, measures

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
BODY = "<p>UBND tỉnh chi 2,5 tỷ đồng 🎉 cho <b>đường</b> xã.</p>"
TEXT = "UBND tỉnh chi 2,5 tỷ đồng 🎉 cho đường xã."


def test_what_is_shown_is_what_approval_freezes(wide: Office, person: Person) -> None:
    article = make_article(state="review", body=BODY, text=TEXT)
    assert article.current
    shown = {
        each.channel: [dict(part.content) for part in each.parts]
        for each in previews(wide, article, article.current)
    }
    acts.approve(wide, article.id, person("hoa", "approver"))
    frozen: dict[str, list[object]] = {}
    for row in Delivery.objects.filter(article=article).order_by("channel", "part"):
        frozen.setdefault(row.channel, []).append(row.content)
    assert frozen == shown
    assert set(shown) == set(wide.channels)


def test_every_channel_stands_on_the_page_with_its_length(approver: Client, wide: Office) -> None:
    article = make_article(state="review", body=BODY, text=TEXT)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    for heading in ("Cổng thông tin", "Báo chí", "Telegram", "Zalo Bot", "Truyền thanh"):
        assert f"<h3>{heading}</h3>" in page
    assert re.search(r"Tin: <b>\d+</b>/4\.096 ký tự \(đếm như Telegram\)", page)
    assert re.search(r"Tin: <b>\d+</b>/2\.000 ký tự", page)
    assert re.search(r"Bản đọc: <b>\d+</b>/950 âm tiết", page)
    assert re.search(r"Đọc hết: <b>\d+</b>/300 giây", page)
    assert "Ủy ban nhân dân tỉnh chi hai phẩy năm tỷ đồng" in page
    assert "<td>2,5 tỷ đồng</td><td>hai phẩy năm tỷ đồng</td>" in page
    assert 'class="frozen bubble telegram lines"' in page


def test_telegram_is_counted_in_utf_16_after_its_tags() -> None:
    text = "<b>Tin</b> &amp; 🎉"
    (measure,) = measures({"text": text, "parse_mode": "HTML"})
    assert (measure.used, measure.most) == (weigh(text).units, 4096) == (8, 4096)


def test_what_does_not_fit_says_by_how_much() -> None:
    assert Measure("Tin", 2001, 2000, "ký tự").fits is False
    assert measures({"text": "x" * 2001})[0].fits is False
    assert measures({"html": "<p>a &amp; b</p>", "title": "T", "lead": ""})[0].used == 7
    assert measures({"method": "deleteMessage"}) == ()


def test_what_was_left_out_is_said() -> None:
    long = "chữ " * 3000
    assert "chỉ gửi phần đầu" in left_out([{"text": "x"}], "T", long)[0]
    assert left_out([{"text": "x"}, {"text": "y"}], "T", long) == ()
    assert left_out([{"text": "x"}], "T", "ngắn") == ()
    assert "rút ngắn" in left_out([{"article": {"title": "T…"}}], "Tiêu đề", "")[0]


def test_a_channel_that_cannot_say_it_keeps_the_others_in_view(
    approver: Client, wide: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compose(item: Item, render: Render) -> tuple[Part, ...]:
        raise ValueError("mẫu tin hỏng")

    monkeypatch.setattr(wide.channels["zalo"], "compose", compose)
    article = make_article(state="review", body=BODY, text=TEXT)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "Chưa soạn được, nên cả bài chưa duyệt được: mẫu tin hỏng" in page
    assert "bubble telegram" in page


def test_a_zalo_article_shows_its_title_and_description_against_their_limits(
    wide: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    oa = ZaloOaChannel(
        id="oa", app_id="1", secret="x", tokens=DatabaseTokenStore("oa", "", wide.data), cover="https://x/c"
    )
    schedule = wide.schedule.model_copy(update={"routes": (RouteSettings(channels=("oa",)),)})
    office = replace(wide, schedule=schedule, channels=MappingProxyType({"oa": oa}))
    monkeypatch.setattr(offices, "current", lambda: office)
    article = make_article("Tiêu đề rất dài " * 12, state="review", body=BODY, text=TEXT)
    assert article.current
    (face,) = faces(previews(office, article, article.current), article.current, "approved", {}, ())
    ((_, lengths),) = face.parts
    assert [(each.most, each.fits) for each in lengths] == [(140, True), (250, True), (None, True)]
    assert face.notes == ("Tiêu đề dài quá nên bị rút ngắn; tiêu đề đủ nằm trong bài.",)


def test_channels_that_no_route_leads_to_are_named(approver: Client, wide: Office) -> None:
    object.__setattr__(wide.schedule, "routes", (RouteSettings(channels=("cong",)),))
    article = make_article(state="review", body=BODY, text=TEXT)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert page.count('<section class="face"') == 1
    assert f'<a href="/console/bai/{article.id}/xem-truoc/loa">Truyền thanh</a>' in page
    lone = approver.get(f"/console/bai/{article.id}/xem-truoc/loa").content.decode()
    assert "Không có tuyến nào đưa bài này đến kênh" in lone


def test_a_script_is_heard_where_a_voice_is_installed(
    approver: Client, wide: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article(state="review", body=BODY, text=TEXT)
    address = f"/console/bai/{article.id}/nghe/loa"
    said: list[str] = []

    def wav(text: str, rate: int) -> bytes:
        said.append(text)
        return b"RIFF"

    monkeypatch.setattr(audio, "wav", wav)
    monkeypatch.setattr(audio, "AVAILABLE", False)
    assert "chưa cài phần nghe thử" in approver.get(f"/console/bai/{article.id}").content.decode()
    assert approver.get(address).status_code == 404
    monkeypatch.setattr(audio, "AVAILABLE", True)
    assert f'src="{address}"' in approver.get(f"/console/bai/{article.id}").content.decode()
    answer = approver.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"RIFF", "audio/wav")
    assert "media-src 'self'" in answer["Content-Security-Policy"]
    assert "hai phẩy năm tỷ đồng" in said[0]
    assert approver.get(f"/console/bai/{article.id}/nghe/cong").status_code == 404

    def mute(text: str, rate: int) -> bytes:
        raise audio.NoSound("Không tạo được bản nghe thử.")

    monkeypatch.setattr(audio, "wav", mute)
    assert approver.get(address).status_code == 503
