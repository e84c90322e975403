"""A channel's own version is written, seen, dropped and taken over on the article's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline.models import Article, Delivery, OwnWords
from pipeline.office import Office
from tests.web.conftest import make_article

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
BODY = "<p>Người dân nộp hồ sơ <b>tại nhà</b>.</p>\n<p>Lệ phí 30.000 đồng.</p>"
TEXT = "Người dân nộp hồ sơ tại nhà.\nLệ phí 30.000 đồng."


@pytest.fixture
def article(wide: Office) -> Article:
    return make_article(state="review", body=BODY, text=TEXT)


def post(client: Client, article: Article, act: str, **form: object) -> str:
    form = {"revision": str(article.current_id)} | form
    page = client.post(f"/console/bai/{article.id}/{act}", form, follow=True).content.decode()
    article.refresh_from_db()
    return page


def write(client: Client, article: Article, text: str, **form: str) -> str:
    typed = {"title": "Tin ngắn", "lead": "", "text": text, "own": "", "channel": "telegram"} | form
    return post(client, article, "kenh/telegram", **typed)


def face(page: str, channel: str) -> str:
    return page.split(f'id="kenh-{channel}"')[1].split('<section class="face"')[0]


def test_written_seen_and_approved(approver: Client, article: Article) -> None:
    page = write(approver, article, "Người dân nộp hồ sơ tại nhà.\nMiễn lệ phí.")
    telegram = face(page, "telegram")
    assert "bản riêng</span>" in telegram
    assert "hoa viết riêng cho kênh này" in telegram
    assert "<b>Tin ngắn</b>" in telegram
    assert "nộp hồ sơ <b>tại nhà</b>" in telegram
    assert "Miễn lệ phí." in telegram
    assert "Lệ phí 30.000 đồng." in face(page, "zalo")
    digest = OwnWords.objects.get().digest
    assert f'name="own" value="{digest}"' in telegram

    blind = post(approver, article, "approve", own_digest="")
    assert "Bản riêng của một kênh vừa thay đổi." in blind
    shown = page.split('name="own_digest" value="')[1].split('"')[0]
    assert "Đã duyệt. Kênh sẽ nhận:" in post(approver, article, "approve", own_digest=shown)
    assert "Miễn lệ phí." in Delivery.objects.get(channel="telegram").content["text"]
    assert "Miễn lệ phí." not in str(Delivery.objects.get(channel="zalo").content)
    assert "bản 1, bản riêng của kênh" in approver.get(f"/console/bai/{article.id}").content.decode()


def test_what_the_checks_find_in_it_stands_in_its_card(approver: Client, article: Article) -> None:
    page = write(approver, article, "Gọi số 0912345678 để được hướng dẫn.")
    assert "Có số điện thoại di động ở đoạn" in face(page, "telegram")
    assert f"/console/bai/{article.id}/approve" not in page
    assert 'name="words" value="0912345678"' in face(page, "telegram")
    answered = post(approver, article, "chap-nhan", words="0912345678", reason="Số trực.")
    assert "0912345678” được công khai" not in answered
    assert f"/console/bai/{article.id}/approve" in answered


def test_two_officers_at_one_channels_words(approver: Client, article: Article, person: Person) -> None:
    write(approver, article, "Lời của hoa.")
    approver.force_login(person("minh", "editor"))
    late = write(approver, article, "Lời của minh.")
    assert "Bản riêng của kênh này vừa có người sửa." in late
    assert ">Lời của minh.</textarea>" in late
    assert OwnWords.objects.get().text == "Lời của hoa."
    again = write(approver, article, "Lời của minh.", own=OwnWords.objects.get().digest)
    assert "minh viết riêng cho kênh này" in again


def test_it_falls_away_with_a_word_and_is_taken_over_by_hand(approver: Client, article: Article) -> None:
    write(approver, article, "Lời riêng.\nHai dòng.")
    page = post(approver, article, "sua", wrong="30.000", right="20.000")
    assert "Bản riêng cho Telegram (hoa viết cho bản trước) không áp dụng nữa" in page
    assert "bản riêng</span>" not in face(page, "telegram")
    assert 'name="text" value="Lời riêng.\nHai dòng."' in page
    taken = write(approver, article, "Lời riêng.\nHai dòng.")
    assert "không áp dụng nữa, vì" not in taken
    assert "Hai dòng." in face(taken, "telegram")


def test_dropped(approver: Client, article: Article) -> None:
    write(approver, article, "Lời riêng.")
    page = write(approver, article, "", drop="on", own=OwnWords.objects.get().digest)
    assert "Đã bỏ bản riêng của kênh." in page
    assert not OwnWords.objects.exists()


def test_the_page_costs_as_many_queries_for_own_versions(
    approver: Client, wide: Office, article: Article, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for channel in wide.channels:
        post(approver, article, f"kenh/{channel}", title="Tin", lead="", text=f"Lời cho {channel}.", own="")
    assert OwnWords.objects.count() == 5
    with django_assert_max_num_queries(28):  # type: ignore[operator]
        page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert page.count("bản riêng</span>") == 5
