"""An officer's mends are new revisions that a person must approve; private data is masked or answered for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from pipeline import acts, mending
from pipeline.acts import NotAllowed
from pipeline.amend import MASK, Edit
from pipeline.audit import verify
from pipeline.collect.dates import readings
from pipeline.mending import Seen
from pipeline.models import Acceptance, AuditEntry, AuditText, Delivery, Finding, Revision
from tests.pipeline.day import WORDS, Day, at, person

pytestmark = pytest.mark.django_db
CARD, PHONE = "025085001234", "0912345678"
PRIVATE = f"{WORDS} Liên hệ ông An, số căn cước {CARD}, điện thoại {PHONE}."


@pytest.fixture
def hoa(db: None) -> User:
    return person("hoa", "approver")


def codes(revision: Revision | None) -> list[str]:
    return list(Finding.objects.filter(revision=revision).order_by("id").values_list("code", flat=True))


def test_what_numbers_a_person_is_masked_before_anybody_approves(day: Day, hoa: User) -> None:
    day.says("1", PRIVATE)
    day.once()
    article = day.article()
    with pytest.raises(NotAllowed, match=r"số căn cước .*số điện thoại di động"):
        acts.approve(day.office, article.id, hoa)
    with pytest.raises(NotAllowed, match="không bao giờ được công khai"):
        mending.accept(day.office, article.id, hoa, CARD, "Ông ấy đồng ý.", Seen(article.current_id))

    made = mending.mend(
        day.office,
        article.id,
        person("binh", "editor"),
        Edit(words=[(CARD, MASK)]),
        Seen(article.current_id),
    )
    assert f"số căn cước {MASK}, điện thoại {PHONE}" in made.text
    assert (made.number, made.worded_by, codes(made)) == (2, "binh", ["personal-data", "reworded"])
    with pytest.raises(NotAllowed, match="số điện thoại di động"):
        acts.approve(day.office, article.id, hoa)

    mending.accept(day.office, article.id, hoa, PHONE, "Số trực của bộ phận Một cửa.", Seen(made.id))
    assert acts.approve(day.office, article.id, hoa).channels == ("cong", "telegram", "zalo")
    assert all(CARD not in str(row.content) for row in Delivery.objects.all())
    given = Acceptance.objects.get()
    assert (given.user, given.words, given.digest) == (hoa, PHONE, made.digest)
    entry = AuditEntry.objects.get(act="accept")
    said = AuditText.objects.get(entry=entry).body
    assert (entry.who, said["note"], said["after"]["digest"]) == (
        "hoa", "Số trực của bộ phận Một cửa.", made.digest
    )  # fmt: skip
    assert verify() is None


def test_an_answer_stays_with_a_rewording_and_not_with_the_sources_next_words(day: Day, hoa: User) -> None:
    text = f"{WORDS} Liên hệ ông An, điện thoại {PHONE}."
    day.says("1", text)
    day.once()
    article = day.article()
    mending.accept(day.office, article.id, hoa, PHONE, "Số trực.", Seen(article.current_id))
    made = mending.mend(
        day.office, article.id, hoa, Edit(words=[("ông An", "bà An")]), Seen(article.current_id)
    )
    assert list(made.acceptances.values_list("words", "reason")) == [(PHONE, "Số trực.")]
    day.says("1", text.replace("buổi sáng", "buổi chiều"))
    day.once()
    with pytest.raises(NotAllowed, match="điện thoại di động"):
        acts.approve(day.office, article.id, hoa)


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_answer_has_a_reason_a_right_and_a_place(day: Day, hoa: User, reason: str) -> None:
    day.says("1", PRIVATE)
    day.once()
    article = day.article()
    for who, words, why, match in (
        (hoa, PHONE, reason, "Cần ghi vì sao"),
        (hoa, "0999999999", "x", "Không thấy"),
        (person("binh", "editor"), PHONE, "x", "không có quyền"),
    ):
        with pytest.raises(NotAllowed, match=match):
            mending.accept(day.office, article.id, who, words, why, Seen(article.current_id))
    assert not Acceptance.objects.exists()


def test_an_officers_words_need_a_persons_yes_although_the_source_approved(day: Day, hoa: User) -> None:
    day.says("1", PRIVATE)
    day.once()
    article = day.article()
    edit = Edit(words=[(CARD, MASK), (PHONE, MASK)])
    made = mending.mend(day.office, article.id, hoa, edit, Seen(article.current_id))
    assert codes(made) == ["reworded"]
    day.once()
    assert day.article().state == "review"
    assert not Delivery.objects.exists()


def test_the_same_entry_read_again_does_not_undo_a_mend(day: Day, hoa: User) -> None:
    day.says("1", PRIVATE)
    day.once()
    article = day.article()
    stated = {"published": at("2026-11-22T09:00"), "topic": 4, "embargo": at("2026-11-24T09:00")}
    made = mending.mend(day.office, article.id, hoa, Edit([(CARD, MASK)], stated), Seen(article.current_id))
    for _ in range(2):
        day.once()
    assert day.article().current_id == made.id
    assert (made.topic, made.published) == (4, stated["published"])
    day.says("1", PRIVATE.replace("sáng", "chiều"))
    day.once()
    newest = day.article().current
    assert newest is not None
    assert (newest.number, newest.worded_by, newest.topic) == (3, "", None)


def test_a_change_after_approval_goes_back_through_review(day: Day, hoa: User) -> None:
    day.now = at("2026-11-23T22:00")
    day.says("1")
    day.once()
    article = day.article()
    assert article.state == "approved"
    assert "queued" in day.states()["telegram"]
    mending.mend(day.office, article.id, hoa, Edit(fields={"topic": 2}), Seen(article.current_id))
    article = day.article()
    assert article.state == "review"
    assert day.states()["telegram"] == ["superseded"]
    acts.approve(day.office, article.id, hoa, reason="Sửa chủ đề.")
    assert day.article().state == "approved"
    assert day.states()["telegram"] == ["superseded", "queued"]


@pytest.mark.parametrize(
    ("edit", "match"),
    [
        (Edit(), "Chưa có gì thay đổi"),
        (Edit(fields={"topic": None}), "Chưa có gì thay đổi"),
        (Edit(words=[("không có chữ này", "x")]), "Không thấy"),
        (Edit(words=[("Tin 1", "")]), "phải có tiêu đề"),
        (
            Edit(fields={"embargo": at("2026-12-02T08:00"), "expires": at("2026-12-01T08:00")}),
            "còn hiệu lực sau giờ cấm phát",
        ),
        (Edit(alts={0: "x"}), "Chưa có gì thay đổi"),
    ],
)
def test_what_is_no_mend_is_refused_whole(day: Day, hoa: User, edit: Edit, match: str) -> None:
    day.says("1")
    day.once()
    article = day.article()
    with pytest.raises(NotAllowed, match=match):
        mending.mend(day.office, article.id, hoa, edit, Seen(article.current_id))
    assert (Revision.objects.count(), day.article().state) == (1, "approved")


def test_a_picture_is_described_in_the_text_and_beside_it(day: Day, hoa: User) -> None:
    day.says("1")
    day.once()
    article = day.article()
    read = article.current
    assert read is not None
    read.images = [{"url": "https://a.example/1.png?a=1&b=2", "alt": "", "problem": "", "sha256": None}]
    read.body = '<p>Chữ.</p><p><img src="https://a.example/1.png?a=1&amp;b=2" alt=""></p>'
    read.save()
    with pytest.raises(NotAllowed, match="lời mô tả ảnh, mà trong đó có số điện thoại"):
        mending.mend(day.office, article.id, hoa, Edit(alts={0: f"Gọi {PHONE}"}), Seen(read.id))
    made = mending.mend(day.office, article.id, hoa, Edit(alts={0: 'Bà con "nộp" hồ sơ'}), Seen(read.id))
    assert made.images[0]["alt"] == 'Bà con "nộp" hồ sơ'
    assert 'alt="Bà con &quot;nộp&quot; hồ sơ"' in made.body
    assert made.body.count("alt=") == 1


def test_what_was_overtaken_is_not_done(day: Day, hoa: User) -> None:
    day.says("1", PRIVATE)
    day.once()
    article = day.article()
    read = article.current_id
    mending.mend(day.office, article.id, hoa, Edit(words=[(CARD, MASK)]), Seen(read))
    with pytest.raises(mending.Overtaken):
        mending.mend(day.office, article.id, hoa, Edit(words=[(PHONE, MASK)]), Seen(read))
    with pytest.raises(mending.Overtaken):
        mending.accept(day.office, article.id, hoa, PHONE, "x", Seen(read))
    assert Revision.objects.count() == 2


def test_a_fact_that_an_officer_states_is_no_longer_unread(day: Day, hoa: User) -> None:
    day.says("1")
    day.items["1"] = day.items["1"].replace("Mon, 23 Nov 2026 07:00:00 +0700", "11/10/2026 07:00")
    day.once()
    article = day.article()
    assert article.current is not None
    (unread,) = article.current.unreadable
    dates = readings(unread["raw"], zone=day.office.schedule.office.zone)
    assert dates == (at("2026-10-11T07:00"), at("2026-11-10T07:00"))
    made = mending.mend(
        day.office, article.id, hoa, Edit(fields={"published": dates[1]}), Seen(article.current_id)
    )
    assert (made.published, made.unreadable, codes(made)) == (dates[1], [], ["reworded"])
    assert day.article().current_id == made.id
    day.once()
    assert day.article().current_id == made.id


def test_moments_are_stated_to_the_minute(day: Day, hoa: User) -> None:
    day.says("1")
    day.once()
    article = day.article()
    assert article.current is not None
    published = article.current.published
    assert published is not None
    Revision.objects.update(published=published + timedelta(seconds=40))
    with pytest.raises(NotAllowed, match="Chưa có gì thay đổi"):
        mending.mend(
            day.office, article.id, hoa, Edit(fields={"published": published}), Seen(article.current_id)
        )
