"""On an article's page what was found is answered, words and facts are mended, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from pipeline import run
from pipeline.models import Acceptance, Article, Picture, Revision
from pipeline.office import Office
from tests.web.conftest import NOW, add_revision, make_article

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
CARD, PHONE = "025085001234", "0912345678"
TEXT = f"Người dân liên hệ ông Nguyễn Văn An, số căn cước {CARD}, điện thoại {PHONE}, để nộp hồ sơ."


@pytest.fixture
def article(wide: Office) -> Article:
    made = make_article(
        state="review", lead="", text=f"Mở đầu.\n\n{TEXT}", body=f"<p>Mở đầu.</p>\n<p>{TEXT}</p>"
    )
    with transaction.atomic():
        run.review(wide, [made.id])
    made.refresh_from_db()
    return made


def post(client: Client, article: Article, act: str, **form: object) -> str:
    form = {"revision": str(article.current_id)} | form
    page = client.post(f"/console/bai/{article.id}/{act}", form, follow=True).content.decode()
    article.refresh_from_db()
    return page


def test_masked_answered_for_and_approved(approver: Client, article: Article) -> None:
    address = f"/console/bai/{article.id}"
    page = approver.get(address).content.decode()
    assert 'href="#doan-2">Xem chỗ đó</a>' in page
    assert '<p>Người dân liên hệ ông Nguyễn Văn An, số căn cước <mark id="doan-2" title="Có số căn' in page
    assert page.count("Được phép công khai…") == 1
    assert f"{address}/approve" not in page

    masked = post(approver, article, "sua", mask=CARD)
    assert "Đã ghi thành bản 2." in masked
    assert f"số căn cước<del> {CARD}</del><ins> [đã che]</ins>" in masked
    assert f"{address}/approve" not in masked

    answered = post(approver, article, "chap-nhan", words=PHONE, reason="Số trực của Một cửa.")
    assert "✓ hoa xác nhận được phép công khai, " in answered
    assert "<b>hoa</b> cho phép công khai: Số trực của Một cửa." in answered
    assert "Đã duyệt. Kênh sẽ nhận:" in post(approver, article, "approve")


def test_all_places_are_masked_with_one_press(approver: Client, article: Article) -> None:
    assert "Che cả 2 chỗ" in approver.get(f"/console/bai/{article.id}").content.decode()
    post(approver, article, "sua", mask=[CARD, PHONE])
    assert article.current is not None
    assert article.current.text.count("[đã che]") == 2


def test_an_officer_masks_and_does_not_answer_for(client: Client, person: Person, article: Article) -> None:
    client.force_login(person("binh", "editor"))
    page = client.get(f"/console/bai/{article.id}").content.decode()
    assert ("Che đi" in page, "Được phép công khai…" in page) == (True, False)
    assert "không có quyền" in post(client, article, "chap-nhan", words=PHONE, reason="x")
    client.force_login(person("may", "operator"))
    page = client.get(f"/console/bai/{article.id}").content.decode()
    assert ("Che đi" in page, "Sửa thông tin" in page) == (False, False)
    assert "không có quyền" in post(client, article, "sua", mask=CARD)
    assert (Acceptance.objects.count(), Revision.objects.count()) == (0, 1)


def test_what_was_typed_stays_when_somebody_was_faster(approver: Client, article: Article) -> None:
    read = article.current_id
    add_revision(article, "Nguồn vừa sửa", text=TEXT)
    for act, form in (
        ("sua", {"wrong": "ông Nguyễn", "right": "bà Nguyễn"}),
        ("sua", {"topic": "2", "kind": "", "priority": "uu-tien", "embargo": "lúc nào đó"}),
        ("chap-nhan", {"words": PHONE, "reason": "Số trực."}),
        ("sua", {"topic": "5", "expires": "07:30, 01/12/2026"}),
    ):
        answer = approver.post(f"/console/bai/{article.id}/{act}", {"revision": str(read), **form})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "vừa có bản mới" in page or "Không đọc được ngày giờ “lúc nào đó”" in page
        typed = [
            str(value) for name, value in form.items() if name in ("wrong", "right", "embargo", "expires")
        ]
        assert all(f'value="{value}"' in page for value in typed)
        assert f'name="revision" value="{article.current_id}"' in page
    assert Revision.objects.count() == 2


def test_a_reason_that_was_typed_for_nothing_is_not_lost(approver: Client, article: Article) -> None:
    Article.objects.filter(id=article.id).update(state="withdrawn")
    form = {"reason": "Chờ ý kiến Sở", "act": "hold"}
    assert approver.post(f"/console/bai/{article.id}/hold", form).status_code == 409
    Article.objects.filter(id=article.id).update(state="review")
    page = approver.post(f"/console/bai/{article.id}/hold", {"reason": " ", "act": "hold"}).content.decode()
    assert "Cần ghi lý do." in page
    assert '<details class="act" open><summary>Giữ lại</summary>' in page


def test_facts_are_stated_as_people_write_them(approver: Client, article: Article) -> None:
    form = {"topic": "4", "kind": "thong-bao", "priority": "uu-tien", "published": "07:30, 22/11/2026",
            "embargo": "1/12/2026 8h", "expires": ""}  # fmt: skip
    page = post(approver, article, "sua", **form)
    made = article.current
    assert made is not None
    assert (made.topic, made.kind, made.priority, made.expires) == (4, "thong-bao", "uu-tien", None)
    assert made.embargo is not None
    assert made.embargo.isoformat() == "2026-12-01T01:00:00+00:00"
    assert "<dt>Chủ đề</dt><dd><del>chưa rõ</del> <ins>Thủ tục liên thông</ins></dd>" in page
    assert "<dt>Cấm phát trước</dt><dd><del>không có</del> <ins>08:00, 01/12/2026</ins></dd>" in page


@pytest.mark.parametrize("form", [{"topic": "9"}, {"topic": "x"}, {"kind": "la"}, {"priority": ""}])
def test_only_what_is_offered_can_be_chosen(approver: Client, article: Article, form: dict[str, str]) -> None:
    assert "Không có lựa chọn" in post(approver, article, "sua", **form)


def test_pictures_say_what_becomes_of_them_and_take_a_description(approver: Client, wide: Office) -> None:
    kept = {"content_type": "image/webp", "width": 640, "height": 360, "size": 2_000_000}
    Picture.objects.create(sha256="ab" * 32, source_url="", fetched_at=NOW, **kept)
    shown = {"url": "https://x/1", "alt": "", "problem": "", "sha256": "ab" * 32}
    broken = {"url": None, "alt": "", "problem": "ảnh hỏng", "sha256": None}
    article = make_article(state="review", images=[shown, broken])
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "640×360, 2,0 MB. Gửi cùng bài, trừ Zalo OA" in page
    assert re.search(r'ảnh hỏng\s*<p class="meta">Không gửi.</p>', page)
    post(approver, article, "sua", **{"alt-0": "Sơ đồ thửa đất", "alt-1": "", "alt-9": "không có ảnh này"})
    assert article.current is not None
    assert [image["alt"] for image in article.current.images] == ["Sơ đồ thửa đất", ""]


def test_any_two_wordings_are_compared_side_by_side(approver: Client, article: Article) -> None:
    add_revision(article, "Bản hai", text="Họp lúc 7h30, tại hội trường.")
    add_revision(article, "Bản ba", text="Họp lúc 8h00, tại hội trường.")
    page = approver.get(f"/console/bai/{article.id}?ban=3&voi=2").content.decode()
    assert "Họp lúc<del> 7h30</del><ins> 8h00</ins>, tại hội trường." in page
    assert (
        "<td>Họp lúc<del> 7h30</del>, tại hội trường.</td><td>Họp lúc<ins> 8h00</ins>, tại hội trường.</td>"
        in page
    )
    back = approver.get(f"/console/bai/{article.id}?ban=2&voi=3").content.decode()
    assert "<del> 8h00</del><ins> 7h30</ins>" in back
    assert "Đây là bản cũ." in back


def test_a_mend_that_the_source_has_taken_over_is_pointed_at(approver: Client, article: Article) -> None:
    post(approver, article, "sua", mask=CARD)
    add_revision(article, "Nguồn sửa tiếp", text=TEXT)
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "Nguồn đưa bản mới sau khi hoa sửa bản 2." in page
    assert "?ban=3&amp;voi=2#so-ban" in page


def test_a_date_is_chosen_among_the_readings(approver: Client, wide: Office) -> None:
    unread = {"what": "published", "raw": "11/10/2026 07:00", "why": "ngày mơ hồ"}
    article = make_article(state="review", text=TEXT, published=None, unreadable=[unread])
    with transaction.atomic():
        run.review(wide, [article.id])
    page = approver.get(f"/console/bai/{article.id}").content.decode()
    assert "Đúng là 07:00, 11/10/2026" in page
    assert "Đúng là 07:00, 10/11/2026" in page
    done = post(approver, article, "sua", published="2026-11-10T07:00:00+07:00")
    assert "<dd><del>chưa rõ</del> <ins>07:00, 10/11/2026</ins></dd>" in done
    assert "Đúng là" not in done


def test_the_page_costs_as_many_queries_for_many_findings_and_wordings(
    approver: Client, article: Article, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(6):
        add_revision(article, f"Bản {number}", text="\n".join([TEXT] * 5), lead="")
        with transaction.atomic():
            from pipeline import office

            run.review(office.current(), [article.id])
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        page = approver.get(f"/console/bai/{article.id}?voi=1").content.decode()
    assert page.count("Che đi") >= 10
