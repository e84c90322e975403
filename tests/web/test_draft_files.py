"""What is dropped on a draft: a Word file's words, pictures and PDFs, each told by content and never lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pipeline.collect.clean import LONGEST
from pipeline.models import Article, AuditEntry, Delivery, Draft, Upload
from pipeline.office import Office
from pipeline.write.drafts import as_text
from tests.pipeline.write.files import paragraphs, png
from tests.pipeline.write.test_uploads import pdf
from tests.web.drafts import typed

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


def dropped(client: Client, draft: Draft, name: str, data: bytes, **fields: object) -> str:
    form = {**typed(draft, **fields), "file": SimpleUploadedFile(name, data)}
    return client.post(f"/console/viet/{draft.id}", form, follow=True).content.decode()


def test_a_word_file_takes_the_place_of_the_skeleton_and_else_stands_at_the_end(
    lan: Client, draft: Draft
) -> None:
    file = paragraphs("Cấp căn cước tại nhà", "Công an xã đến tận nhà người già yếu, không thu thêm tiền.")
    as_begun = as_text(draft.body)
    assert "Đã lấy chữ từ tệp Word." in dropped(
        lan, draft, "tin.docx", file, title="", lead=draft.lead, body=as_begun
    )
    draft.refresh_from_db()
    assert (draft.title, draft.lead, "‹" in draft.body) == ("Cấp căn cước tại nhà", "", False)
    assert "đặt ở cuối bài" in dropped(lan, draft, "tin.docx", file, title="Của tôi", body="Lời của tôi.")
    draft.refresh_from_db()
    assert draft.title == "Của tôi"
    assert draft.body.startswith("<p>Lời của tôi.</p>\n<h3>Cấp căn cước tại nhà</h3>\n<p>Công an xã")


def test_a_word_file_takes_no_title_and_no_lead_away_that_somebody_typed(lan: Client, draft: Draft) -> None:
    file = paragraphs("Cấp căn cước tại nhà", "Công an xã đến tận nhà người già yếu, không thu thêm tiền.")
    own = {"title": "Của <tôi>", "lead": "Mở đầu của tôi."}
    dropped(lan, draft, "tin.docx", file, **own, body=as_text(draft.body))
    draft.refresh_from_db()
    assert (draft.title, draft.lead) == ("Của <tôi>", "Mở đầu của tôi.")
    assert draft.body.startswith("<h3>Cấp căn cước tại nhà</h3>\n<p>Công an xã")


def test_a_word_file_that_makes_it_too_long_is_not_taken(lan: Client, draft: Draft) -> None:
    long = "a" * (LONGEST - 100)
    page = dropped(lan, draft, "tin.docx", paragraphs("Căn cước", "Công an xã đến tận nhà. " * 9), body=long)
    assert "bài quá dài" in page
    draft.refresh_from_db()
    assert draft.body == f"<p>{long}</p>"


def test_a_picture_and_a_pdf_go_out_with_the_article(
    lan: Client, minh: Client, draft: Draft, wide: Office
) -> None:
    dropped(lan, draft, "anh.png", png())
    assert "Đã đính kèm “Kế hoạch”, 2 trang." in dropped(lan, draft, "Kế hoạch.pdf", pdf())
    picture, plan = Upload.objects.order_by("id")
    assert lan.get(f"/media/{plan.sha256}.pdf")["Content-Type"] == "application/pdf"
    described = {f"title-{picture.id}": "Người dân lấy số", "hand-in": "on"}
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), **described})
    revision = Article.objects.get().current
    assert revision is not None
    (image,), (file,) = revision.images, revision.attachments
    assert (image["alt"], image["problem"], image["sha256"]) == ("Người dân lấy số", "", picture.sha256)
    assert (file["title"], file["content_type"], file["size"]) == ("Kế hoạch", "application/pdf", plan.size)
    minh.post(
        f"/console/bai/{revision.article_id}/approve",
        {"revision": revision.id, "standing": "review/", "own_digest": ""},
    )
    content = Delivery.objects.get(channel="cong").content
    assert content["images"][0]["url"].endswith(f"/media/{picture.sha256}.png")
    assert content["attachments"][0]["url"].endswith(f"/media/{plan.sha256}.pdf")


def test_beside_a_file_that_is_refused_stands_what_the_others_became(lan: Client, draft: Draft) -> None:
    files = [
        SimpleUploadedFile("tin.docx", paragraphs("Căn cước", "Công an xã đến tận nhà người già yếu.")),
        SimpleUploadedFile("anh.png", b"MZ\x90\x00 program"),
    ]
    form = {**typed(draft, body="Lời của tôi."), "file": files}
    page = lan.post(f"/console/viet/{draft.id}", form).content.decode()
    assert "Không nhận được “anh.png”" in page
    assert "Công an xã đến tận nhà" in page.partition('name="body"')[2].partition("</textarea>")[0]


def test_a_description_is_composed(lan: Client, draft: Draft) -> None:
    dropped(lan, draft, "anh.png", png())
    upload = Upload.objects.get()
    written = unicodedata.normalize("NFD", " Người dân\r\nlấy số ")
    lan.post(f"/console/viet/{draft.id}/luu", {**typed(draft), f"title-{upload.id}": written})
    upload.refresh_from_db()
    assert upload.title == "Người dân lấy số"


def test_what_is_no_such_file_is_refused_and_the_words_are_kept(lan: Client, draft: Draft) -> None:
    page = dropped(lan, draft, "anh.png", b"MZ\x90\x00 program")
    assert "Không nhận được “anh.png”: Loa chỉ nhận tệp Word" in page
    assert " data-held" not in page
    draft.refresh_from_db()
    assert draft.title == "Nhận hồ sơ sáng thứ Bảy"
    dropped(lan, draft, "anh.png", png())
    upload = Upload.objects.get()
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), "remove": str(upload.id)})
    assert not Upload.objects.exists()


def test_who_only_drops_or_describes_a_picture_is_a_writer_too(
    lan: Client, minh: Client, draft: Draft, person: Person
) -> None:
    lan.post(f"/console/viet/{draft.id}/luu", typed(draft))
    dropped(minh, draft, "anh.png", png())
    draft.refresh_from_db()
    assert draft.writers == ["lan", "minh"]
    hoa = Client()
    hoa.force_login(person("hoa", "editor"))
    hoa.post(f"/console/viet/{draft.id}/luu", typed(draft, **{f"title-{Upload.objects.get().id}": "Ảnh"}))
    draft.refresh_from_db()
    assert draft.writers == ["lan", "minh", "hoa"]
    said = AuditEntry.objects.filter(act="write", subject=f"draft:{draft.id}")
    assert [each.who for each in said] == draft.writers


def test_a_stale_page_takes_no_description_and_no_picture_away(
    lan: Client, minh: Client, draft: Draft
) -> None:
    dropped(lan, draft, "anh.png", png())
    upload = Upload.objects.get()
    told = f"title-{upload.id}"
    stale = typed(draft, **{told: "", "page": "p2"})
    lan.post(f"/console/viet/{draft.id}/luu", typed(draft, **{told: "Người dân lấy số"}))
    assert minh.post(f"/console/viet/{draft.id}/luu", stale).status_code == 409
    refused = minh.post(f"/console/viet/{draft.id}", {**stale, "remove": str(upload.id)})
    assert refused.status_code == 409
    assert 'value="Người dân lấy số"' in refused.content.decode()
    upload.refresh_from_db()
    assert upload.title == "Người dân lấy số"


def test_a_removed_picture_goes_from_the_text_as_well(lan: Client, draft: Draft) -> None:
    dropped(lan, draft, "anh.png", png())
    upload = Upload.objects.get()
    assert "ảnh đứng cuối bài" in lan.get(f"/console/viet/{draft.id}").content.decode()
    body = f'<p>Trước.</p><p><img src="/media/{upload.sha256}.png"></p><p>Sau.</p>'
    lan.post(f"/console/viet/{draft.id}", typed(draft, body=body, markup="html"))
    draft.refresh_from_db()
    assert upload.sha256 in draft.body
    assert "ảnh đứng cuối bài" not in lan.get(f"/console/viet/{draft.id}").content.decode()
    form = typed(draft, body=body, markup="html")
    lan.post(f"/console/viet/{draft.id}", {**form, "remove": str(upload.id)})
    draft.refresh_from_db()
    assert draft.body == "<p>Trước.</p>\n<p>Sau.</p>"
