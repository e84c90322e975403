"""Two at one article at once, people or the source: one wins, the other is told, nothing is lost."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.test import Client

from pipeline import office as offices
from pipeline import run
from pipeline.mending import standing
from pipeline.models import Approval, Article, AuditEntry, Delivery, Finding, OwnWords, Revision
from pipeline.schedule import ConsoleSettings, Review
from pipeline.write.drafts import begin
from tests.pipeline.day import WORDS, Day, person
from tests.web.conftest import add_revision, find

pytestmark = pytest.mark.django_db(transaction=True)
Doing = Callable[[], str]


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Day:
    day = Day(tmp_path)
    rule = day.office.schedule.sources[0].model_copy(update={"approval": Review()})
    object.__setattr__(day.office.schedule, "sources", (rule,))
    object.__setattr__(day.office.schedule, "console", ConsoleSettings(second_factor="optional"))
    monkeypatch.setattr(offices, "current", lambda: day.office)
    day.says("1")
    day.once()
    return day


def officer(name: str) -> Client:
    client = Client()
    client.force_login(person(name, "approver"))
    return client


def form(article: Article, **typed: str) -> dict[str, str]:
    """As the page that was opened now would post it."""
    return {"revision": str(article.current_id), "standing": standing(article), "own_digest": "", **typed}


def posting(client: Client, article: Article, act: str, **typed: str) -> Doing:
    typed = form(article, **typed)
    return lambda: client.post(f"/console/bai/{article.id}/{act}", typed, follow=True).content.decode()


def at_once(*doings: Doing) -> Sequence[str]:
    """What each came to; all begin together."""
    start = Barrier(len(doings))

    def one(doing: Doing) -> str:
        try:
            start.wait(10)
            return doing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(one, doings))


def test_of_two_approvers_one_approves(day: Day) -> None:
    article = day.article()
    pages = at_once(*(posting(officer(name), article, "approve") for name in ("hoa", "minh")))
    assert sum("Đã duyệt. Kênh sẽ nhận:" in page for page in pages) == 1
    assert sum("Bài vừa có người xử lý, nay là: đã duyệt." in page for page in pages) == 1
    assert set(Counter(Delivery.objects.values_list("channel", flat=True)).values()) == {1}
    assert AuditEntry.objects.filter(act="approve").count() == 1


def test_on_the_list_too_one_approves(day: Day) -> None:
    article = day.article()
    key = {"mot": f"{article.id}:{article.current_id}"}

    def pressing(client: Client) -> Doing:
        return lambda: client.post("/console/duyet", key, follow=True).content.decode()

    pages = at_once(*(pressing(officer(name)) for name in ("hoa", "minh")))
    assert sum("Đã duyệt “Tin 1”." in page for page in pages) == 1
    assert sum("Chưa duyệt “Tin 1”." in page for page in pages) == 1
    assert set(Counter(Delivery.objects.values_list("channel", flat=True)).values()) == {1}
    assert AuditEntry.objects.filter(act="approve").count() == 1


def test_where_two_are_needed_both_count(day: Day) -> None:
    article = day.article()
    find(article, "sensitive", "Bài phê bình.")
    pages = at_once(*(posting(officer(name), article, "approve") for name in ("hoa", "minh")))
    assert sum("Bài này cần thêm một người nữa duyệt." in page for page in pages) == 1
    assert sum("Đã duyệt. Kênh sẽ nhận:" in page for page in pages) == 1
    assert set(Counter(Delivery.objects.values_list("channel", flat=True)).values()) == {1}
    assert Approval.objects.count() == 2


@pytest.mark.parametrize("other", ["hold", "return"])
def test_of_a_yes_and_a_no_the_no_is_heard(day: Day, other: str) -> None:
    """Whichever came first: what somebody wants back stays back, and a late yes is told."""
    article = day.article()
    yes, no = at_once(
        posting(officer("hoa"), article, "approve"),
        posting(officer("minh"), article, other, reason="Chờ ảnh"),
    )
    now = day.article()
    assert ("Đã duyệt. Kênh sẽ nhận:" in yes) != ("nay là: đang giữ." in yes)
    assert "Đã giữ bài lại." in no or "Đã ghi: trả lại" in no
    assert (now.state, now.stopped_because) == ("held", "Chờ ảnh")
    assert not Delivery.objects.exclude(state="superseded").exists()


@pytest.mark.parametrize("other", ["correct", "withdraw"])
def test_of_two_who_change_what_readers_have_one_does(day: Day, other: str) -> None:
    article = day.article()
    posting(officer("lan"), article, "approve")()
    run.deliver(day.office, "here:1")
    article = day.article()
    typed = {"wrong": "sáng", "right": "chiều", "confirmed": "on"}
    pages = at_once(
        posting(officer("hoa"), article, "correct", reason="Nhầm buổi", **typed),
        posting(officer("minh"), article, other, reason="Nhầm bài", **typed),
    )
    made = [page for page in pages if "Đã ghi đính chính." in page or "Đã gỡ bài." in page]
    (late,) = [page for page in pages if "Bài vừa có bản mới." in page or "nay là: đã gỡ." in page]
    assert len(made) == 1
    assert "Nhầm buổi</textarea>" in late or "Nhầm bài</textarea>" in late
    errands = Counter(Delivery.objects.exclude(errand="post").values_list("channel", flat=True))
    assert set(errands.values()) == {1}


def test_of_two_mends_one_is_made_and_the_other_keeps_its_words(day: Day) -> None:
    article = day.article()
    pages = at_once(
        *(
            posting(officer(name), article, "sua", wrong="sáng", right=f"sáng {name}")
            for name in ("hoa", "minh")
        )
    )
    assert sum("Đã ghi thành bản 2." in page for page in pages) == 1
    (late,) = [page for page in pages if "Bài vừa có bản mới." in page]
    assert 'value="sáng hoa"' in late or 'value="sáng minh"' in late
    assert Revision.objects.count() == 2


def test_an_edit_under_an_approval(day: Day) -> None:
    article = day.article()
    approved, edited = at_once(
        posting(officer("hoa"), article, "approve"),
        posting(officer("minh"), article, "sua", wrong="sáng", right="chiều"),
    )
    now = day.article()
    if "Đã duyệt. Kênh sẽ nhận:" in approved:
        assert "nay là: đã duyệt." in edited
        assert 'value="chiều"' in edited
        assert (now.state, Revision.objects.count()) == ("approved", 1)
    else:
        assert "Bài vừa có bản mới." in approved
        assert "Đã ghi thành bản 2." in edited
        assert (now.state, Delivery.objects.count()) == ("review", 0)


def test_a_channels_words_under_an_approval(day: Day) -> None:
    article = day.article()
    typed = {
        "title": "Riêng",
        "lead": "",
        "text": "Lời riêng cho Telegram.",
        "own": "",
        "channel": "telegram",
    }
    approved, worded = at_once(
        posting(officer("hoa"), article, "approve"),
        posting(officer("minh"), article, "kenh/telegram", **typed),
    )
    if "Đã duyệt. Kênh sẽ nhận:" in approved:
        assert "nay là: đã duyệt." in worded
        assert not OwnWords.objects.exists()
    else:
        assert "Bản riêng của một kênh vừa thay đổi." in approved
        assert "Đã ghi bản riêng của kênh." in worded
        assert not Delivery.objects.exists()


def test_two_writers_of_one_draft(day: Day) -> None:
    draft = begin(day.office, person("lan", "editor"), "Văn phòng", "tin")
    said = {"lead": "", "body": WORDS, "version": "1", "priority": "thuong"}

    def saving(name: str) -> Doing:
        client = officer(name)
        typed = {**said, "title": f"Của {name}", "page": name}
        return lambda: client.post(f"/console/viet/{draft.id}", typed, follow=True).content.decode()

    pages = at_once(saving("hoa"), saving("minh"))
    assert sum("Đã lưu." in page for page in pages) == 1
    (late,) = [page for page in pages if "chưa ghi đè" in page]
    draft.refresh_from_db()
    other = {"Của hoa": "Của minh", "Của minh": "Của hoa"}[draft.title]
    assert f'value="{other}"' in late
    assert draft.version == 2


def test_a_draft_that_is_handed_in_twice_is_one_article(day: Day) -> None:
    lan = person("lan", "editor")
    draft = begin(day.office, lan, "Văn phòng", "tin")
    typed = {"title": "Tin", "lead": "", "body": WORDS, "priority": "thuong", "page": "p", "version": "1"}
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(lan)
    before = Article.objects.count()

    def handing(client: Client) -> Doing:
        form = {**typed, "hand-in": "on"}
        return lambda: client.post(f"/console/viet/{draft.id}", form, follow=True).content.decode()

    pages = at_once(*map(handing, clients))
    assert sum("Đã nộp bài." in page for page in pages) == 1
    assert Article.objects.count() == before + 1


@pytest.mark.parametrize("act", ["approve", "sua"])
def test_a_decision_while_the_source_changes(day: Day, act: str) -> None:
    article = day.article()
    day.says("1", WORDS.replace("sáng", "chiều"))
    day.publish()

    def collect() -> str:
        (collected,) = run.collect_sources(day.office, day.tools)
        run.advance(day.office)
        return f"{collected.revised} {collected.trouble}"

    decided, collected = at_once(
        posting(officer("hoa"), article, act, wrong="trụ sở", right="hội trường"), collect
    )
    assert collected == "1 "
    won = "Đã duyệt. Kênh sẽ nhận:" in decided or "Đã ghi thành bản 2." in decided
    assert won or "Bài vừa có bản mới." in decided
    now = day.article()
    assert now.current is not None
    # Whoever came first, the source's new words wait for a person, and only what was read went out.
    assert (now.state, "chiều" in now.current.text, now.current.worded_by) == ("review", True, "")
    assert now.current.number == Revision.objects.count() == (3 if won and act == "sua" else 2)
    assert set(Delivery.objects.values_list("revision__number", flat=True)) <= {1}
    page = officer("minh").get(f"/console/bai/{article.id}").content.decode()
    assert ("Chỗ sửa ấy không tự áp vào bản này" in page) == (won and act == "sua")


def test_a_review_that_waited_for_a_mend_looks_at_the_new_wording(day: Day) -> None:
    article = day.article()
    held = Event()

    def mending() -> str:
        with transaction.atomic():
            Article.objects.select_for_update().get(id=article.id)
            held.set()
            time.sleep(0.3)
            add_revision(article, "Tít đã sửa", body="<p>Gọi 0912 345 678.</p>", text="Gọi 0912 345 678.")
        return ""

    def reviewing() -> str:
        held.wait(10)
        with transaction.atomic():
            run.review(day.office, [article.id])
        return ""

    at_once(mending, reviewing)
    found = Finding.objects.filter(revision=day.article().current, code="personal-data")
    assert found.exists()
