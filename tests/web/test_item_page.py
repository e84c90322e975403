"""The article's page: what is still asked stands out, what was answered is quiet, acts have their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from pipeline import acts, audit, run
from pipeline.models import Article, Finding, OfficeFact, Source
from pipeline.office import Office
from pipeline.review.workflow import Act
from tests.web.conftest import NOW, carried, find, make_article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Person = Callable[..., User]


@pytest.fixture
def approver(client: Client, person: Person) -> Client:
    client.force_login(person("hoa", "approver"))
    return client


def read(client: Client, article: Article) -> str:
    return client.get(f"/console/bai/{article.id}").content.decode()


def test_what_was_answered_stands_quietly(approver: Client, person: Person) -> None:
    article = make_article(state="review", text="Gọi số 0900000001, hoặc 0900000002.")
    for number, at in (("0900000001", 7), ("0900000002", 24)):
        find(article, "personal-data", f"Có số {number}.", "text", at, at + 10)
    assert article.current
    article.current.acceptances.create(
        words="0900000001", reason="Số của Sở.", user=person("minh"), at=NOW, digest="0"
    )
    asked, _, answered = read(approver, article).partition('<details class="settled" open>')
    assert ('class="reasons"' in asked, "Có số 0900000002." in asked, "Có số 0900000001." in asked) == (
        True, True, False,
    )  # fmt: skip
    assert "Đã xử lý 1 chỗ" in answered
    assert "minh xác nhận được phép công khai, 08:00, 23/11/2026:" in answered
    assert answered.count("<mark") == 1, "in the text only what is asked is marked"

    article.state = "approved"
    article.save()
    page = read(approver, article)
    assert ('class="reasons"' in page, "<mark" in page) == (False, False)
    assert "Đã xử lý 2 chỗ" in page.partition('<details class="settled">')[2]


def test_an_agency_that_is_its_own_author_is_named_once(approver: Client) -> None:
    article = make_article(author="Sở Tư pháp tỉnh Phú Thọ")
    assert "Sở Tư pháp tỉnh Phú Thọ" not in read(approver, article)
    assert " · Ban Biên tập · " in read(approver, make_article(author="Ban Biên tập"))


def test_what_no_reader_has_had_is_given_up_and_not_taken_back(approver: Client) -> None:
    article = make_article(state="review")
    assert ("Bỏ bài…" in read(approver, article), "Gỡ bài…" in read(approver, article)) == (True, False)
    form = {"reason": "Bài thử, gọi 0900000001.", "revision": str(article.current_id)}
    address = f"/console/bai/{article.id}/withdraw"
    shown = approver.post(address, form).content.decode()
    assert ("Xác nhận bỏ bài" in shown, "ạn đọc" in shown) == (True, False), "no reader is told anything"
    done = approver.post(address, form | {"confirmed": "on"}, follow=True).content.decode()
    for words in ("Đã bỏ bài.", ">Đã bỏ</span>", "Bỏ vì: Bài thử, gọi 0900000001."):
        assert words in done


def test_what_readers_have_had_is_taken_back_by_its_name(approver: Client) -> None:
    article = make_article()
    article.published = article.current
    article.save()
    assert ("Bỏ bài…" in read(approver, article), "Gỡ bài…" in read(approver, article)) == (False, True)
    address = f"/console/bai/{article.id}/withdraw"
    assert "Lý do (bạn đọc sẽ thấy)" in approver.get(address).content.decode()
    form = {"reason": "Gọi 0900000001.", "revision": str(article.current_id)}
    assert "Bạn đọc sẽ thấy lý do này, mà trong đó có" in approver.post(address, form).content.decode()


def test_a_script_is_handed_over_and_not_said_to_be_sent(
    approver: Client, wide: Office, person: Person
) -> None:
    page = read(approver, carried(wide, person("minh", "approver")))
    assert '<h3>Truyền thanh <span class="state sent">Đã giao kịch bản</span>' in page
    assert '<h3>Telegram <span class="state sent">Đã gửi</span>' in page


def test_in_a_rehearsal_the_log_says_which_time_it_keeps(approver: Client) -> None:
    article = make_article()
    with transaction.atomic():
        audit.record(audit.Act("hoa", "hold", f"article:{article.id}"))
    assert "giờ diễn tập" not in read(approver, article)
    OfficeFact.objects.create(name="rehearsal", value=NOW.isoformat())
    assert "giờ diễn tập (bây giờ là 08:00, 23/11/2026)" in read(approver, article)


def test_a_refusal_is_told_in_words(person: Person) -> None:
    with pytest.raises(acts.NotAllowed) as refusal:
        acts.must(person("lan", "editor"), Act.APPROVE)
    assert str(refusal.value) == "Tài khoản lan không có quyền làm việc này: hãy nhờ người có quyền."


def test_a_lead_that_the_text_repeats_is_said_to_be_one(approver: Client) -> None:
    body = "<p>Từ ngày 01/12, nộp tại nhà. Không mất phí.</p>"
    told = "Phần mở đầu này trùng đoạn đầu của bài"
    assert told in read(approver, make_article(lead="Từ ngày 01/12, nộp tại nhà.", body=body))
    assert told not in read(approver, make_article(lead="Nộp tại nhà.", body=body))
    assert told not in read(approver, make_article(lead="", body=body))


def test_a_flood_waits_for_one_yes(approver: Client) -> None:
    for _ in range(3):
        article = make_article(state="review")
        Article.objects.filter(id=article.id).update(stopped="bulk")
    page = approver.get("/console/").content.decode()
    assert "Cho vào cả 3 bài" in page
    assert "data-approve" not in page, "none of them is offered a yes of its own"
    given_up = Article.objects.order_by("id").first()
    assert given_up
    Article.objects.filter(id=given_up.id).update(state="withdrawn")
    assert "Cho vào cả 2 bài" in approver.get("/console/nguon/stp").content.decode()
    Article.objects.filter(id=given_up.id).update(state="review")
    assert "Đã cho vào 3 bài." in approver.post("/console/nguon/stp/admit", follow=True).content.decode()
    assert not Article.objects.filter(stopped="bulk").exists()


def test_what_another_agency_has_not_published_is_named_by_its_number_alone(wide: Office) -> None:
    text = " ".join(f"Câu thứ {n} của thông báo về lịch tiếp công dân tháng này." for n in range(30))
    first = make_article("Tít chưa ai được biết", state="held", text=text)
    theirs = make_article("Tít của Sở", state="review", text=text)
    source, _ = Source.objects.get_or_create(id="sxd")
    Article.objects.filter(id=first.id).update(source=source, unchecked=True)
    Article.objects.filter(id=theirs.id).update(unchecked=True)
    with transaction.atomic():
        run.review(wide, [first.id, theirs.id])
    near = Finding.objects.filter(revision=theirs.current_id, code="near-duplicate")
    assert near.get().message.startswith(f"Gần giống bài {first.id} (")
    Article.objects.filter(id=first.id).update(published=first.current_id)
    Article.objects.filter(id=theirs.id).update(unchecked=True)
    with transaction.atomic():
        run.review(wide, [theirs.id])
    assert "“Tít chưa ai được biết”" in near.get().message
