"""What readers notice is shown before it is done, done as it was shown, and refused without a loss."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pipeline import acts
from pipeline.models import Airing, Article, AuditEntry, Bulletin, Delivery, Finding, Revision
from pipeline.office import Office
from tests.web.conftest import NOW, add_revision, carried, find, make_article

pytestmark = pytest.mark.django_db
Person = Callable[..., User]

CORRECTION = {"wrong": ["30.000", "", ""], "right": ["20.000", "", ""], "reason": "Ghi nhầm mức phí."}


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Revision, Delivery, AuditEntry))


def post(client: Client, article: Article, act: str, **form: object) -> str:
    form = {"revision": str(article.current_id)} | form
    return client.post(f"/console/bai/{article.id}/{act}", form, follow=True).content.decode()


def states(article: Article) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in Delivery.objects.filter(article=article).order_by("id"):
        found.setdefault(row.channel, []).append(f"{row.errand} {row.state}")
    return found


def test_a_correction_is_shown_on_every_channel_and_only_then_sent(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    before = counted()
    assert f"/console/bai/{article.id}/correct" in approver.get(f"/console/bai/{article.id}").content.decode()
    assert "Chữ sai" in approver.get(f"/console/bai/{article.id}/correct").content.decode()

    shown = post(approver, article, "correct", **CORRECTION)
    for words in (
        "<p>Lệ phí<del> 30.000</del><ins> 20.000</ins> đồng.</p>", "Ghi nhầm mức phí.",
        "<b>sửa tin đã đăng; nếu không được thì gửi tin đính chính</b>",
        "<b>gửi tin đính chính</b>", "<b>giao bản tin đính chính</b>", "<b>thay bằng bản đúng</b>",
        'name="confirmed"', 'name="again"',
    ):  # fmt: skip
        assert words in shown
    assert counted() == before

    again = post(approver, article, "correct", **CORRECTION, again="on")
    assert 'value="30.000"' in again
    assert ">Ghi nhầm mức phí.</textarea>" in again

    done = post(approver, article, "correct", **CORRECTION, confirmed="on")
    assert (
        "Đã ghi đính chính. Kênh sẽ nhận: Báo chí, Cổng thông tin, Telegram, Truyền thanh, Zalo Bot." in done
    )
    assert states(article) == {channel: ["post sent", "correct queued"] for channel in wide.channels}
    assert "đang chờ để sửa tin đã đăng" in done


def test_who_takes_back_what_a_frozen_bulletin_will_read_is_told_to_call_the_station(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    told = "Bài đang nằm trong bản tin 05:00 ngày 24/11/2026 (kênh loa), chưa phát: báo ngay cho đài."
    form = {"reason": "Đăng nhầm."}
    assert told not in post(approver, article, "withdraw", **form)
    assert article.published
    airs_at = datetime.fromisoformat("2026-11-24T05:00+07:00")
    bulletin = Bulletin.objects.create(
        channel="loa", airs_at=airs_at, target="x", programme={}, seconds=1, minutes=15, made_at=NOW
    )
    Airing.objects.create(
        bulletin=bulletin, position=1, article=article, revision=article.published, errand="post", seconds=1
    )
    assert told in post(approver, article, "withdraw", **form)
    assert told in approver.post(f"/console/bai/{article.id}/hold", form, follow=True).content.decode()
    assert told in post(approver, article, "withdraw", **form, confirmed="on")


def test_a_radio_script_is_shown_as_it_is_spoken_with_its_length_and_what_to_look_at(
    approver: Client, wide: Office
) -> None:
    article = make_article(state="review", body="<p>UBND tỉnh chi 2,5 tỷ đồng theo mẫu QXZT.</p>")
    shown = approver.get(f"/console/bai/{article.id}/xem-truoc/loa").content.decode()
    assert "Ủy ban nhân dân tỉnh chi hai phẩy năm tỷ đồng" in shown
    assert re.search(r"Đọc mất \d+ phút \d+ giây, \d+ âm tiết\.", shown)
    assert re.search(r"Cần xem trước khi phát:</p><ul lang=\"vi\"><li>[^<]*QXZT", shown)


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({**CORRECTION, "wrong": ["40.000"], "right": ["20.000"]}, "Không thấy “40.000”"),
        ({**CORRECTION, "reason": " "}, "Cần ghi lý do."),
        ({**CORRECTION, "wrong": ["", ""], "right": ["", ""]}, "Hãy ghi chữ sai và chữ đúng."),
        ({**CORRECTION, "wrong": [""], "right": ["20.000"]}, "Hãy ghi cả chữ sai và chữ đúng"),
    ],
)
def test_a_refusal_says_what_to_mend_and_keeps_what_was_typed(
    approver: Client, wide: Office, hoa: User, form: dict[str, object], why: str
) -> None:
    article = carried(wide, hoa)
    before = counted()
    for confirmed in ({}, {"confirmed": "on"}):
        page = post(approver, article, "correct", **form, **confirmed)
        assert why in page
        assert str(form["reason"]).strip() in page
        for side in ("wrong", "right"):
            assert all(f'value="{typed}"' in page for typed in form[side] if typed)  # type: ignore[attr-defined]
    assert counted() == before


def test_words_are_put_right_as_they_were_shown_or_not_at_all(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    read = article.current_id
    article.state = "review"
    add_revision(article, "Nguồn vừa sửa")
    page = post(approver, article, "correct", **CORRECTION, revision=str(read), confirmed="on")
    assert "Bài vừa có bản mới." in page
    assert not Delivery.objects.filter(errand="correct").exists()


def test_a_withdrawal_names_what_is_done_on_each_channel(approver: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa)
    gone = Delivery.objects.get(article=article, channel="telegram")
    gone.id, gone.channel, gone.url = None, "kenh-cu", "https://t.me/cu/1"
    gone.save()
    before = counted()
    assert (
        "Gỡ rồi thì không duyệt lại được."
        in approver.get(f"/console/bai/{article.id}/withdraw").content.decode()
    )

    shown = post(approver, article, "withdraw", reason="Đăng nhầm.")
    for words in (
        "<h3>Báo chí, Cổng thông tin</h3><p>Gỡ ngay.",
        "<b>xóa tin; nếu không được thì thay tin bằng lời báo gỡ; nếu không được thì gửi tin báo gỡ</b>",
        "<b>gửi tin báo gỡ</b>", "<b>giao bản tin báo gỡ</b>",
        'phải gỡ bằng tay: kenh-cu <a href="https://t.me/cu/1">',
    ):  # fmt: skip
        assert words in shown
    assert counted() == before
    article.refresh_from_db()
    assert article.state == "approved"

    done = post(approver, article, "withdraw", reason="Đăng nhầm.", confirmed="on")
    assert "Loa đang gỡ trên: Telegram, Truyền thanh, Zalo Bot." in done
    assert "Còn phải gỡ bằng tay trên: kenh-cu." in done
    assert states(article)["telegram"] == ["post sent", "withdraw queued"]
    assert states(article)["cong"] == ["post withdrawn"]
    assert "đã bị gỡ" in post(approver, article, "withdraw", reason="Nữa.", confirmed="on")


def test_what_only_waits_is_said_to_be_dropped(approver: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa)
    Delivery.objects.filter(article=article, channel="zalo").update(state="queued", sent_at=None)
    shown = post(approver, article, "withdraw", reason="Đăng nhầm.")
    assert "Còn đang chờ gửi, nay hủy: Zalo Bot." in " ".join(shown.split())


def test_what_acts_on_a_doubt_waits_for_its_answer(approver: Client, wide: Office, hoa: User) -> None:
    article = carried(wide, hoa)
    Delivery.objects.filter(article=article, channel="zalo").update(state="uncertain", sent_at=None)
    assert "chờ đến khi có người trả lời" in post(approver, article, "correct", **CORRECTION)
    done = post(approver, article, "correct", **CORRECTION, confirmed="on")
    assert "Chờ vì lượt gửi trước còn là nghi vấn." in done


def proposed(office: Office, hoa: User) -> Article:
    """Its source has changed it after it was published."""
    article = carried(office, hoa)
    article.state = "review"
    add_revision(article, "Lệ phí mới", body="<p>Lệ phí 10.000 đồng.</p>", text="Lệ phí 10.000 đồng.")
    return article


def test_a_change_at_the_source_is_a_proposed_correction(approver: Client, wide: Office, hoa: User) -> None:
    article = proposed(wide, hoa)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    for words in (
        "Đề nghị đính chính", "Bạn đọc vẫn đang có bản 1", "<del> 30.000</del><ins> 10.000</ins>",
        "Lý do đính chính (bạn đọc sẽ thấy)",
    ):  # fmt: skip
        assert words in page
    before = counted()
    refused = post(approver, article, "approve", reason=" ")
    assert "cần ghi lý do đính chính" in refused
    shown = post(approver, article, "approve", reason="Có Nghị quyết mới.")
    assert "sửa tin đã đăng" in shown
    assert counted() == before
    done = post(approver, article, "approve", reason="Có Nghị quyết mới.", confirmed="on")
    assert "Đã duyệt. Kênh sẽ nhận:" in done
    page_row = Delivery.objects.get(article=article, channel="cong", errand="correct")
    assert page_row.content["amended"]["reason"] == "Có Nghị quyết mới."


def test_the_second_approver_finds_the_reason_of_the_first(
    approver: Client, wide: Office, hoa: User, person: Person
) -> None:
    article = proposed(wide, hoa)
    find(article, "sensitive", "Có phê bình.")
    shown = post(approver, article, "approve", reason="Có Nghị quyết mới.")
    assert "khi người đó duyệt mới gửi đi" in shown
    assert "sửa tin đã đăng" not in shown
    done = post(approver, article, "approve", reason="Có Nghị quyết mới.", confirmed="on")
    assert "cần thêm một người nữa duyệt" in done
    approver.force_login(person("minh", "approver"))
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert ">Có Nghị quyết mới.</textarea>" in page


@pytest.mark.parametrize("act", ["correct", "withdraw"])
def test_another_act_does_not_begin_with_the_reason_of_the_last(
    approver: Client, wide: Office, hoa: User, act: str
) -> None:
    article = carried(wide, hoa)
    post(approver, article, "correct", **CORRECTION, confirmed="on")
    article.refresh_from_db()
    assert article.published == article.current
    form = approver.get(f"/console/bai/{article.id}/{act}").content.decode()
    assert '<textarea id="reason"' in form
    assert "Ghi nhầm mức phí." not in form


def test_what_the_checks_find_in_the_new_words_is_read_before_they_go_out(
    approver: Client, wide: Office, hoa: User
) -> None:
    article = carried(wide, hoa)
    shown = post(approver, article, "correct", **CORRECTION)
    assert "quá ngắn để đăng" in shown.split("<h2>Cần xem lại</h2>")[1].split("</section>")[0]
    assert not Finding.objects.exists()
    assert "<h2>Cần xem lại</h2>" not in post(approver, article, "withdraw", reason="Bài sai.")


def test_a_change_of_what_nobody_has_is_no_correction(approver: Client, wide: Office) -> None:
    article = make_article(state="review", body="<p>Chính văn.</p>")
    assert "Đề nghị đính chính" not in approver.get(f"/console/bai/{article.id}").content.decode()
    assert "Đã duyệt. Kênh sẽ nhận:" in post(approver, article, "approve")


@pytest.mark.parametrize("act", ["correct", "withdraw", "approve"])
@pytest.mark.parametrize("role", ["editor", "operator", ""])
def test_only_approvers_amend(
    client: Client, wide: Office, hoa: User, person: Person, act: str, role: str
) -> None:
    article = proposed(wide, hoa) if act == "approve" else carried(wide, hoa)
    client.force_login(person("x", *filter(None, [role])))
    assert f"/{article.id}/{act}" not in client.get(f"/console/bai/{article.id}").content.decode()
    answer = client.get(f"/console/bai/{article.id}/{act}", follow=True)
    assert "không có quyền làm việc này" in answer.content.decode()
    before = counted()
    for step in ({}, {"confirmed": "on"}):
        assert "không có quyền" in post(client, article, act, **CORRECTION, **step)
    assert counted() == before


@pytest.mark.parametrize("act", ["correct", "withdraw", "approve"])
def test_a_form_of_another_session_does_nothing(wide: Office, hoa: User, act: str) -> None:
    article = carried(wide, hoa)
    client = Client(enforce_csrf_checks=True)
    client.force_login(hoa)
    before = counted()
    assert client.post(f"/console/bai/{article.id}/{act}", {"confirmed": "on"}).status_code == 403
    assert client.put(f"/console/bai/{article.id}/{act}").status_code in (403, 405)
    assert client.get("/console/bai/999/correct").status_code == 404
    assert counted() == before


def test_the_article_page_costs_as_many_queries_for_many_deliveries(
    approver: Client, wide: Office, hoa: User, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    article = carried(wide, hoa)
    for number in range(3):
        changes = [(f"{3 - number}0.000", f"{2 - number}0.000")]
        acts.correct(wide, article.id, hoa, changes, "Sửa lần nữa.")
        Delivery.objects.filter(state="queued").update(state="sent", sent_at=NOW)
    assert Delivery.objects.filter(article=article).count() == 20
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert page.count("đã sửa tin đã đăng") == 3
