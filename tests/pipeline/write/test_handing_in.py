"""What is handed in goes the way of every article: checked, let out by somebody else, carried everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline import acts, run
from pipeline.acts import NotAllowed
from pipeline.models import Article, AuditEntry, Delivery, Draft
from pipeline.preview import previews
from pipeline.write.drafts import Words, begin, save, unfinished, words_of
from pipeline.write.handing_in import hand_in, take_up
from tests.pipeline.day import WORDS, Day, person

pytestmark = pytest.mark.django_db
SAID = Words(title="Lịch tiếp công dân", lead="Xã báo lịch.", body=f"<p>{WORDS}</p>", topic=3)


def written(day: Day, user: User, words: Words = SAID) -> Draft:
    draft = begin(day.office, user, "Văn phòng", "tin")
    return save(draft.id, user, words, 1, "")


def test_it_is_reviewed_and_another_person_lets_it_out_everywhere(day: Day) -> None:
    lan, minh = person("lan", "editor", "approver"), person("minh", "approver")
    draft = written(day, lan)
    article = hand_in(day.office, draft.id, lan, draft.version)
    article.refresh_from_db()
    assert (article.state, article.source_id) == ("review", "vpubnd")
    assert article.current is not None
    assert (article.current.number, article.current.worded_by) == (1, "lan")
    found = article.current.findings.get()
    assert (found.code, found.message) == ("reworded", "lan viết bài này: cần người khác duyệt.")
    run.advance(day.office)
    with pytest.raises(NotAllowed, match="do chính anh chị viết"):
        acts.approve(day.office, article.id, lan)
    made = acts.approve(day.office, article.id, minh)
    assert made.channels == ("cong", "telegram", "zalo")


def test_it_reaches_every_channel_as_a_collected_one_does(day: Day) -> None:
    day.says("1", WORDS)
    day.once()
    lan = person("lan", "editor")
    collected = day.article()
    assert collected.current is not None
    draft = written(day, lan, replace(SAID, title=collected.current.title, lead="", topic=None,
                                      body=collected.current.body))  # fmt: skip
    own = hand_in(day.office, draft.id, lan, draft.version)
    assert own.current is not None
    same = ("title", "lead", "body", "text", "text_hash", "topic", "priority", "images", "attachments")
    for name in same:
        assert getattr(own.current, name) == getattr(collected.current, name), name
    faces = {each.channel: each for each in previews(day.office, own, own.current)}
    assert sorted(faces) == sorted(day.states())


def test_none_of_its_writers_lets_it_out(day: Day) -> None:
    lan, minh, hoa = (person(name, "editor", "approver") for name in ("lan", "minh", "hoa"))
    draft = written(day, lan)
    draft = save(draft.id, minh, replace(words_of(draft), title="Lịch tiếp dân"), draft.version, "p")
    article = hand_in(day.office, draft.id, lan, draft.version)
    for writer in (lan, minh):
        with pytest.raises(NotAllowed, match="do chính anh chị viết"):
            acts.approve(day.office, article.id, writer)
    acts.approve(day.office, article.id, hoa)
    assert Delivery.objects.filter(article=article).count() == 3


def test_what_stands_in_it_is_checked(day: Day) -> None:
    lan, minh = person("lan", "editor"), person("minh", "approver")
    draft = written(day, lan, replace(SAID, body="<p>Ông An, số căn cước 025085001234, được nhận nhà.</p>"))
    article = hand_in(day.office, draft.id, lan, draft.version)
    with pytest.raises(NotAllowed, match="số căn cước"):
        acts.approve(day.office, article.id, minh)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (replace(SAID, title=" "), "phải có tiêu đề"),
        (replace(SAID, body=""), "phải có tiêu đề và nội dung"),
        (replace(SAID, lead="‹Ai làm gì›."), "Còn chỗ mẫu chưa điền: ‹Ai làm gì›."),
    ],
)
def test_what_is_not_whole_stays_a_draft(day: Day, words: Words, why: str) -> None:
    lan = person("lan", "editor")
    draft = written(day, lan, words)
    with pytest.raises(NotAllowed, match=why):
        hand_in(day.office, draft.id, lan, draft.version)
    draft.refresh_from_db()
    assert (draft.revision, Article.objects.count()) == (None, 0)


def test_handed_in_is_handed_in_once(day: Day) -> None:
    lan = person("lan", "editor")
    draft = written(day, lan)
    hand_in(day.office, draft.id, lan, draft.version)
    for again in (
        lambda: hand_in(day.office, draft.id, lan, draft.version),
        lambda: save(draft.id, lan, replace(SAID, title="Khác"), draft.version, ""),
    ):
        with pytest.raises(NotAllowed, match="đã nộp để duyệt"):
            again()


def test_a_returned_one_is_written_on_from_what_was_read_and_handed_in_anew(day: Day) -> None:
    lan, minh = person("lan", "contributor"), person("minh", "approver")
    draft = written(day, lan)
    article = hand_in(day.office, draft.id, lan, draft.version)
    with pytest.raises(NotAllowed, match="đã trả lại"):
        take_up(article.id, lan)
    acts.give_back(day.office, article.id, minh, "Thiếu giờ.")
    draft = take_up(article.id, lan)
    draft = save(draft.id, lan, replace(words_of(draft), lead="Từ 7 giờ 30."), draft.version, "p")
    again = hand_in(day.office, draft.id, lan, draft.version)
    assert again.id == article.id
    again.refresh_from_db()
    assert again.current is not None
    assert (again.state, again.stopped, again.current.number) == ("review", "", 2)
    acts.approve(day.office, article.id, minh)
    said = [each.act for each in AuditEntry.objects.filter(subject=f"article:{article.id}")]
    assert [act for act in said if act != "review"] == ["hand-in", "return", "take-up", "hand-in", "approve"]


def test_its_agencys_feed_telling_the_same_is_no_second_article(day: Day) -> None:
    lan = person("lan", "editor")
    draft = written(day, lan, replace(SAID, title="Tin 1", lead="", body=f"<p>{WORDS} Số 1.</p>"))
    hand_in(day.office, draft.id, lan, draft.version)
    day.says("1", WORDS)
    day.once()
    assert Article.objects.count() == 1


def test_what_was_let_out_or_withdrawn_since_its_return_is_no_longer_being_written(day: Day) -> None:
    lan, minh = person("lan", "contributor"), person("minh", "approver")
    draft = written(day, lan)
    article = hand_in(day.office, draft.id, lan, draft.version)
    acts.give_back(day.office, article.id, minh, "Thiếu giờ.")
    draft = take_up(article.id, lan)
    assert list(unfinished(["Văn phòng"])) == [draft]
    acts.approve(day.office, article.id, minh)
    with pytest.raises(NotAllowed, match="chưa đăng"):
        hand_in(day.office, draft.id, lan, draft.version)
    assert not unfinished(["Văn phòng"])


def test_a_description_that_was_mended_on_the_way_is_written_on(day: Day) -> None:
    lan, minh = person("lan", "contributor"), person("minh", "approver")
    draft = written(day, lan)
    row = {"content_type": "image/png", "size": 4, "user": lan, "at": draft.saved_at}
    upload = draft.uploads.create(sha256="ab" * 32, title="Ảnh", **row)
    article = hand_in(day.office, draft.id, lan, draft.version)
    said = article.current
    assert said is not None
    said.images = [each | {"alt": "Người dân lấy số"} for each in said.images]
    said.save()
    acts.give_back(day.office, article.id, minh, "Thiếu giờ.")
    take_up(article.id, lan)
    upload.refresh_from_db()
    assert upload.title == "Người dân lấy số"


def test_draft_and_article_are_locked_in_one_order(day: Day) -> None:
    """Else PostgreSQL ends one of two people's acts as a deadlock."""
    lan, minh = person("lan", "contributor"), person("minh", "approver")
    draft = written(day, lan)
    article = hand_in(day.office, draft.id, lan, draft.version)
    acts.give_back(day.office, article.id, minh, "Thiếu giờ.")

    def locked(act: Callable[[], object]) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            act()
        tables = [re.search(r'^SELECT .*? FROM "pipeline_(draft|article)" ', each["sql"]) for each in asked]
        return list(dict.fromkeys(found[1] for found in tables if found))

    assert locked(lambda: take_up(article.id, lan)) == ["draft", "article"]
    draft.refresh_from_db()
    assert locked(lambda: hand_in(day.office, draft.id, lan, draft.version)) == ["draft", "article"]
