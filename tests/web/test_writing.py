"""Writing in the console: begun from a kind, saved as it is typed, seen by the other writer, handed in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pipeline import acts
from pipeline.collect.clean import LONGEST
from pipeline.models import Appointment, Article, Delivery, Draft, Opened
from pipeline.office import Office
from pipeline.write.drafts import begin, save, words_of
from pipeline.write.files import take_in
from tests.pipeline.write.files import png
from tests.web.conftest import NOW, make_article
from tests.web.drafts import TEXT, typed

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


def test_written_handed_in_and_let_out_by_another(
    lan: Client, minh: Client, draft: Draft, wide: Office
) -> None:
    page = lan.get(f"/console/viet/{draft.id}").content.decode()
    assert "‹Ai làm gì, ở đâu, ngày nào›." in page
    refused = lan.post(f"/console/viet/{draft.id}", {**typed(draft, lead="‹Ai›."), "hand-in": "on"})
    assert (refused.status_code, "Còn chỗ mẫu chưa điền: ‹Ai›." in refused.content.decode()) == (409, True)
    shown = lan.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"}, follow=True)
    article = Article.objects.get()
    assert shown.redirect_chain == [(f"/console/bai/{article.id}", 302)]
    assert "lan viết bài này: cần người khác duyệt." in shown.content.decode()
    assert "Nhận hồ sơ sáng thứ Bảy" not in lan.get("/console/viet").content.decode()
    assert lan.get(f"/console/viet/{draft.id}")["Location"] == f"/console/bai/{article.id}"

    assert f"/console/bai/{article.id}/approve" in minh.get(f"/console/bai/{article.id}").content.decode()
    form = {"revision": article.current_id, "standing": "review/", "own_digest": ""}
    done = minh.post(f"/console/bai/{article.id}/approve", form, follow=True).content.decode()
    assert "Đã duyệt. Kênh sẽ nhận:" in done
    assert set(Delivery.objects.values_list("channel", flat=True)) == set(wide.channels)


def test_every_channel_carries_it_as_it_carries_a_collected_one(
    lan: Client, minh: Client, draft: Draft, wide: Office
) -> None:
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    own = Article.objects.get()
    assert own.current is not None
    same = ("lead", "body", "text", "published", "topic", "kind", "priority")
    collected = make_article(
        own.current.title, "review", **{name: getattr(own.current, name) for name in same}
    )
    for article in (own, collected):
        acts.approve(wide, article.id, User.objects.get(username="minh"))

    def carried(article: Article) -> dict[str, str]:
        rows = Delivery.objects.filter(article=article).values_list("channel", "content")
        said = ((channel, json.dumps(content, ensure_ascii=False)) for channel, content in rows)
        numbered = re.compile(rf'((?:-|/|"article": )){article.id}\b')
        return {channel: numbered.sub(r"\1N", words) for channel, words in said}

    assert carried(own) == carried(collected)
    assert set(carried(own)) == set(wide.channels)


def test_who_wrote_it_is_not_shown_a_yes(minh: Client, wide: Office) -> None:
    draft = begin(wide, User.objects.get(username="minh"), "Sở Tư pháp", "tin")
    minh.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    article = Article.objects.get()
    assert f"/console/bai/{article.id}/approve" not in minh.get(f"/console/bai/{article.id}").content.decode()


def test_who_wrote_with_somebody_is_not_shown_a_yes(lan: Client, minh: Client, draft: Draft) -> None:
    minh.post(f"/console/viet/{draft.id}/luu", typed(draft))
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    article = Article.objects.get()
    assert (article.current.worded_by if article.current else "") == "lan"
    for address in ("/console/", f"/console/bai/{article.id}"):
        page = minh.get(address).content.decode()
        assert "Nhận hồ sơ sáng thứ Bảy" in page
        assert "data-approve" not in page
        assert f"/console/bai/{article.id}/approve" not in page


def test_it_saves_itself_and_says_when(lan: Client, draft: Draft) -> None:
    answer = lan.post(f"/console/viet/{draft.id}/luu", typed(draft))
    said = answer.json()
    assert (answer.status_code, said["version"], said["problem"]) == (200, 2, "")
    assert re.fullmatch(r"Đã lưu lúc \d\d:\d\d, \d\d/\d\d/\d{4}\.", said["said"])
    draft.refresh_from_db()
    assert draft.body == "".join(f"<p>{line}</p>\n" for line in TEXT.split("\n\n")).strip()
    again = lan.post(f"/console/viet/{draft.id}/luu", typed(draft))
    assert again.json()["version"] == 2, "nothing new"


def test_a_date_that_cannot_be_read_does_not_keep_the_words_from_being_saved(
    lan: Client, draft: Draft
) -> None:
    said = lan.post(f"/console/viet/{draft.id}/luu", typed(draft, expires="mai")).json()
    assert "Không đọc được ngày giờ “mai”" in said["problem"]
    draft.refresh_from_db()
    assert (draft.title, draft.expires) == ("Nhận hồ sơ sáng thứ Bảy", None)
    page = lan.post(f"/console/viet/{draft.id}", typed(draft, expires="mai")).content.decode()
    assert 'value="mai"' in page
    lan.post(f"/console/viet/{draft.id}", typed(draft, expires="17:00, 30/11/2026"))
    draft.refresh_from_db()
    assert draft.expires is not None
    assert draft.expires > NOW


def test_of_two_writers_the_later_is_shown_both_texts(lan: Client, minh: Client, draft: Draft) -> None:
    late = typed(draft, title="Của Lan", topic="3")
    minh.post(f"/console/viet/{draft.id}/luu", typed(draft, title="Của Minh", page="p2"))
    refused = lan.post(f"/console/viet/{draft.id}/luu", late)
    assert refused.status_code == 409
    assert refused.json()["said"].startswith("minh vừa lưu một bản khác của bài này: chưa ghi đè.")
    both = lan.post(f"/console/viet/{draft.id}", late)
    page = both.content.decode()
    assert both.status_code == 409
    assert 'value="Của Lan"' in page
    assert "<td>Của<del> Minh</del></td><td>Của<ins> Lan</ins></td>" in page
    assert "<td>Chủ đề: Công nghệ" in page.replace("<del>", "").replace("</del>", "")
    draft.refresh_from_db()
    assert (draft.title, f'name="version" value="{draft.version}"' in page) == ("Của Minh", True)
    lan.post(f"/console/viet/{draft.id}", typed(draft, title="Của Lan và Minh"))
    draft.refresh_from_db()
    assert (draft.title, draft.writers) == ("Của Lan và Minh", ["lan", "minh"])


def test_each_sees_that_the_other_has_it_open(lan: Client, minh: Client, draft: Draft) -> None:
    lan.get(f"/console/viet/{draft.id}")
    assert "Nguyễn Lan</b>" not in lan.get(f"/console/viet/{draft.id}").content.decode()
    shown = minh.get(f"/console/viet/{draft.id}").content.decode()
    assert re.search(r"Nguyễn Lan đang mở bài này từ \d\d:\d\d\.", shown)
    polled = lan.get(f"/console/viet/{draft.id}/ai-dang-mo", headers={"hx-request": "true"})
    assert re.search(r"minh đang mở bài này từ \d\d:\d\d\.", polled.content.decode())
    Opened.objects.filter(user__username="minh").update(seen=NOW)
    assert not lan.get(f"/console/viet/{draft.id}/ai-dang-mo").content.strip()


def test_paragraphs_that_were_left_alone_keep_their_markup(lan: Client, draft: Draft) -> None:
    Draft.objects.filter(id=draft.id).update(body="<h3>Mục</h3>\n<p>Một <strong>đậm</strong>.</p>")
    lan.post(f"/console/viet/{draft.id}/luu", typed(draft, body="Mục\n\nĐoạn mới.\n\nMột đậm."))
    draft.refresh_from_db()
    assert draft.body == "<h3>Mục</h3>\n<p>Đoạn mới.</p>\n<p>Một <strong>đậm</strong>.</p>"


@pytest.mark.parametrize("markup", ["", "html"])
def test_what_is_too_long_is_not_cut_but_refused(lan: Client, draft: Draft, markup: str) -> None:
    long = typed(draft, body="a " * (LONGEST // 2) + "hết.", markup=markup)
    refused = lan.post(f"/console/viet/{draft.id}/luu", long)
    assert (refused.status_code, refused.json()["said"].startswith("Bài quá dài")) == (422, True)
    page = lan.post(f"/console/viet/{draft.id}", long)
    assert (page.status_code, "a hết.</textarea>" in page.content.decode()) == (409, True)
    draft.refresh_from_db()
    assert (draft.version, draft.title) == (1, "")


def test_a_refused_page_says_that_it_alone_has_the_words_and_writes_over_nobody(
    lan: Client, minh: Client, draft: Draft
) -> None:
    late = typed(draft, title="Của Lan", body="a" * (LONGEST + 1))
    minh.post(f"/console/viet/{draft.id}/luu", typed(draft, title="Của Minh", page="p2"))
    page = lan.post(f"/console/viet/{draft.id}", late).content.decode()
    assert (" data-held" in page, 'value="Của Lan"' in page) == (True, True)
    assert 'name="version" value="1"' in page
    late |= {"body": "Ngắn."}
    assert "Hai bản cạnh nhau" in lan.post(f"/console/viet/{draft.id}", late).content.decode()
    minh.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    page = lan.post(f"/console/viet/{draft.id}", late).content.decode()
    assert "Bài này đã nộp để duyệt" in page
    assert (" data-held" in page, 'value="Của Lan"' in page) == (True, True)


def test_html_is_cleaned_as_a_feeds_is(lan: Client, draft: Draft) -> None:
    pasted = '<p class="MsoNormal">Một<script>x</script> <b>đậm</b><o:p></o:p></p>'
    lan.post(f"/console/viet/{draft.id}/luu", typed(draft, body=pasted, markup="html"))
    draft.refresh_from_db()
    assert draft.body == "<p>Một <strong>đậm</strong></p>"


def test_who_is_of_another_agency_sees_no_draft(client: Client, draft: Draft, person: Person) -> None:
    client.force_login(person("khac", "contributor", agency="Sở Xây dựng"))
    assert client.get(f"/console/viet/{draft.id}").status_code == 404
    assert client.post(f"/console/viet/{draft.id}/luu", typed(draft)).status_code == 404
    assert "chưa được giao viết" in client.get("/console/viet").content.decode()
    client.force_login(person("soi", "auditor"))
    assert 'href="/console/viet"' not in client.get("/console/").content.decode()


def test_dropped_and_returned(lan: Client, minh: Client, draft: Draft) -> None:
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    article = Article.objects.get()
    form = {"revision": article.current_id, "standing": "review/", "reason": "Thiếu giờ."}
    minh.post(f"/console/bai/{article.id}/return", form)
    page = lan.get(f"/console/bai/{article.id}").content.decode()
    assert "Viết tiếp bài này" in page
    writing = lan.post(f"/console/bai/{article.id}/viet-tiep", follow=True).content.decode()
    assert "Thiếu giờ." in writing
    assert "Bỏ bài này" not in writing
    lan.post("/console/viet", {"kind": "bai", "agency": "Sở Tư pháp"})
    other = Draft.objects.latest("id")
    lan.post(f"/console/viet/{other.id}/bo", {"version": other.version})
    assert list(Draft.objects.all()) == [draft]


def test_what_was_let_out_meanwhile_says_so_and_has_no_hand_in(
    lan: Client, minh: Client, draft: Draft
) -> None:
    lan.post(f"/console/viet/{draft.id}", {**typed(draft), "hand-in": "on"})
    article = Article.objects.get()
    article.stopped = "returned"
    article.save()
    page = lan.post(f"/console/bai/{article.id}/viet-tiep", follow=True).content.decode()
    assert ("Bài này bị trả lại" in page, 'name="hand-in"' in page) == (True, True)
    Article.objects.update(state="withdrawn")
    page = lan.get(f"/console/viet/{draft.id}").content.decode()
    assert "chữ ở đây chỉ còn để chép ra" in page
    assert 'name="hand-in"' not in page
    assert "Nhận hồ sơ sáng thứ Bảy" not in lan.get("/console/viet").content.decode()


def test_only_what_this_page_saved_is_handed_in(
    lan: Client, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**typed(draft), "file": SimpleUploadedFile("anh.png", png()), "hand-in": "on"}
    minh = User.objects.create(username="minh")
    Appointment.objects.create(user=minh, role="editor")

    def meanwhile(*given: Any) -> Any:
        now = Draft.objects.get(id=draft.id)
        save(now.pk, minh, replace(words_of(now), title="Của Minh"), now.version, "p2")
        return take_in(*given)

    monkeypatch.setattr("web.console.writing.take_in", meanwhile)
    assert lan.post(f"/console/viet/{draft.id}", form).status_code == 409
    assert not Article.objects.exists()
