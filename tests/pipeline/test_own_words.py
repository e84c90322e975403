"""A channel's own version is frozen with the approval, checked like any words, and of one revision only."""

from __future__ import annotations

from html import escape

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Item, Part, Render
from pipeline import acts, mending
from pipeline.acts import NotAllowed
from pipeline.amend import Edit, body_of
from pipeline.collect.clean import clean
from pipeline.compose.own import own_words
from pipeline.mending import Overtaken, Seen, Wording
from pipeline.models import Approval, Article, AuditEntry, Delivery, OwnWords
from pipeline.preview import previews
from pipeline.schedule import Review
from tests.pipeline.day import WORDS, Day, at, person

pytestmark = pytest.mark.django_db
SHORT = Wording("Tin ngắn cho Telegram", "", "Sáng thứ Hai có tiếp công dân tại trụ sở Ủy ban nhân dân xã.")


@pytest.fixture
def hoa(db: None) -> User:
    return person("hoa", "approver")


@pytest.fixture
def article(day: Day) -> Article:
    """It waits for a person; every channel's part is the title and the text that it was given."""

    def compose(item: Item, render: Render) -> tuple[Part, ...]:
        told = f"{item.title}|{item.html}"
        if "không soạn được" in told:
            raise ValueError("hỏng mẫu")
        return (Part(1, 1, {"text": told}),)

    day.telegram.compose = compose  # type: ignore[method-assign]
    day.zalo.compose = compose  # type: ignore[method-assign]
    rule = day.office.schedule.sources[0].model_copy(update={"approval": Review()})
    object.__setattr__(day.office.schedule, "sources", (rule,))
    day.says("1")
    day.once()
    return day.article()


def test_it_goes_out_there_and_nowhere_else(day: Day, article: Article, hoa: User) -> None:
    mending.word(day.office, article.id, hoa, "telegram", SHORT, Seen(article.current_id), "")
    assert article.current is not None
    shown = {each.channel: each.parts for each in previews(day.office, article, article.current)}
    acts.approve(day.office, article.id, hoa)
    rows = {row.channel: row.content for row in Delivery.objects.filter(article=article)}
    assert rows["telegram"] == {"text": f"{SHORT.title}|<p>{SHORT.text}</p>"} == shown["telegram"][0].content
    assert rows["zalo"]["text"].startswith("Tin 1|")
    assert rows["cong"]["title"] == "Tin 1"
    assert AuditEntry.objects.filter(act="word-channel", who="hoa").count() == 1


def test_a_new_revision_does_not_have_it(day: Day, article: Article, hoa: User) -> None:
    mending.word(day.office, article.id, hoa, "telegram", SHORT, Seen(article.current_id), "")
    made = mending.mend(day.office, article.id, hoa, Edit(fields={"topic": 2}), Seen(article.current_id))
    assert not own_words([made.id])
    acts.approve(day.office, article.id, hoa)
    assert Delivery.objects.get(channel="telegram").content["text"].startswith("Tin 1|")
    assert OwnWords.objects.count() == 1


def test_whoever_said_yes_before_says_it_again(day: Day, article: Article, hoa: User) -> None:
    criticism = "Phê bình ông Nguyễn Văn A, cán bộ Sở Xây dựng, vì nhũng nhiễu, vòi vĩnh người dân."
    minh = person("minh", "approver")
    mending.word(
        day.office, article.id, hoa, "telegram", Wording("Tin", "", criticism), Seen(article.current_id), ""
    )
    assert acts.approve(day.office, article.id, hoa).missing == 1
    own = OwnWords.objects.get()
    mending.word(
        day.office,
        article.id,
        minh,
        "telegram",
        Wording("Tin 2", "", criticism),
        Seen(article.current_id),
        own.digest,
    )
    assert not Approval.objects.exists()
    assert acts.approve(day.office, article.id, minh).missing == 1
    assert acts.approve(day.office, article.id, hoa).missing == 0


def test_what_is_private_in_it_is_answered_for_or_taken_out(day: Day, article: Article, hoa: User) -> None:
    said = Wording("Tin", "", f"{WORDS} Gọi số 0912345678.")
    mending.word(day.office, article.id, hoa, "telegram", said, Seen(article.current_id), "")
    with pytest.raises(NotAllowed, match="số điện thoại di động"):
        acts.approve(day.office, article.id, hoa)
    mending.accept(day.office, article.id, hoa, "0912345678", "Số trực.", Seen(article.current_id))
    acts.approve(day.office, article.id, hoa)


def test_no_rule_approves_it_when_an_embargo_ends(day: Day, hoa: User) -> None:
    day.says("2")
    day.items["2"] = day.items["2"].replace(
        "</item>", "<loa:embargo>2026-11-23T09:00:00+07:00</loa:embargo></item>"
    )
    day.once()
    waiting = day.article("2")
    assert (waiting.state, waiting.due_for_review) == ("held", at("2026-11-23T09:00"))
    mending.word(day.office, waiting.id, hoa, "telegram", SHORT, Seen(waiting.current_id), "")
    day.once("2026-11-23T10:00")
    assert day.article("2").state == "review"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("channel", "words", "read", "match"),
    [
        ("telegram", Wording("", "", "x"), "", "phải có tiêu đề và nội dung"),
        ("telegram", Wording("Tin", "", ""), "", "phải có tiêu đề và nội dung"),
        ("telegram", Wording("Tin", "", "không soạn được"), "", "không soạn được bản riêng này: hỏng mẫu"),
        ("khac", SHORT, "", "Kênh này"),
        ("telegram", SHORT, "một bản khác", "vừa có người sửa"),
        ("telegram", None, "một bản khác", "vừa có người sửa"),
    ],
)
def test_what_is_refused_changes_nothing(
    day: Day, article: Article, hoa: User, channel: str, words: Wording | None, read: str, match: str
) -> None:
    with pytest.raises(NotAllowed, match=match):
        mending.word(day.office, article.id, hoa, channel, words, Seen(article.current_id), read)
    assert not OwnWords.objects.exists()


def test_the_articles_own_words_are_no_version(day: Day, article: Article, hoa: User) -> None:
    assert article.current is not None
    same = Wording(article.current.title, article.current.lead, article.current.text)
    with pytest.raises(NotAllowed, match="Chưa có gì thay đổi"):
        mending.word(day.office, article.id, hoa, "telegram", same, Seen(article.current_id), "")


def test_what_is_approved_is_frozen_and_what_a_channel_has_is_there(
    day: Day, article: Article, hoa: User
) -> None:
    acts.approve(day.office, article.id, hoa)
    with pytest.raises(NotAllowed, match="đã chốt"):
        mending.word(day.office, article.id, hoa, "telegram", SHORT, Seen(article.current_id), "")
    day.once()
    acts.hold(day.office, article.id, hoa, "Xem lại.")
    with pytest.raises(NotAllowed, match="đã nhận bản này"):
        mending.word(day.office, article.id, hoa, "telegram", SHORT, Seen(article.current_id), "")


def test_it_is_taken_away_again(day: Day, article: Article, hoa: User) -> None:
    mending.word(day.office, article.id, hoa, "telegram", SHORT, Seen(article.current_id), "")
    own = OwnWords.objects.get()
    mending.word(day.office, article.id, hoa, "telegram", None, Seen(article.current_id), own.digest)
    assert not OwnWords.objects.exists()
    with pytest.raises(Overtaken, match="Bản riêng của một kênh vừa thay đổi"):
        mending.unchanged(article, Seen(article.current_id, own.digest))
    mending.unchanged(article, Seen(article.current_id, ""))


LINES = st.lists(
    st.sampled_from(["Một", "Hai & ba", "<b>bốn</b>", "Năm", "sáu | bảy"]), min_size=1, max_size=6
)


@given(LINES, LINES)
def test_typed_lines_are_the_text_whatever_stood_there(old: list[str], new: list[str]) -> None:
    body = clean("".join(f"<p>{escape(line)}</p>" for line in old)).html
    assert clean(body_of(body, "\n".join(new))).text == "\n".join(new)


def test_what_is_left_as_it_is_keeps_its_form() -> None:
    body = clean(
        '<p><b>Hồ sơ</b> gồm:</p><ul><li>đơn</li><li>sơ đồ</li></ul><p><img src="https://a.example/1.png"'
        ' alt="ảnh"></p><p>Xem <a href="https://a.example">cổng</a>.</p><p>Bỏ đi.</p>'
    )
    kept = body_of(body.html, body.text.replace("Bỏ đi.", "Đoạn mới."))
    assert kept == body.html.replace("Bỏ đi.", "Đoạn mới.")
    assert body_of(body.html, "Chỉ một câu.") == "<p>Chỉ một câu.</p>"


TABLE = clean(
    "<p>Đầu mối:</p><table><thead><tr><th>TT</th><th>Cơ quan</th></tr></thead><tbody><tr><td>1</td>"
    "<td><b>Sở Y tế</b></td></tr><tr><td>2</td><td>Sở Xây dựng</td></tr></tbody></table>"
    "<ol><li>Nộp <i>đơn</i></li><li>Nhận kết quả</li><li>Ký sổ</li></ol><p>Hết.</p>"
)
HEALTH = "<strong>Sở Y tế</strong></td></tr>"
FORM = "<li>Nộp <em>đơn</em></li>"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Hết.", "Xong.", "<th>Cơ quan</th></tr></thead><tbody><tr><td>1</td>"),
        ("Sở Xây dựng", "Sở Công Thương", f"{HEALTH}<tr><td>2</td><td>Sở Công Thương</td></tr></tbody>"),
        (
            "TT | Cơ",
            "Số | Cơ",
            "<table><tbody><tr><th>Số</th><th>Cơ quan</th></tr><tr><td>1</td><td><strong>Sở",
        ),
        ("1 | Sở Y tế\n", "", "<th>Cơ quan</th></tr><tr><td>2</td><td>Sở Xây dựng</td></tr></tbody></table>"),
        ("dựng\n", "dựng\n3 | Sở Nội vụ\n", f"{HEALTH}<tr><td>2</td><td>Sở Xây dựng</td></tr><tr><td>3</td>"),
        ("2 | Sở Xây dựng", "2 | Sở | Xây", "<tr><td>2</td><td>Sở</td><td>Xây</td></tr></tbody></table>"),
        ("Nhận kết quả", "Nhận giấy hẹn", f"<ol>{FORM}<li>Nhận giấy hẹn</li><li>Ký sổ</li></ol>"),
        ("Nhận kết quả\n", "", f"<ol>{FORM}<li>Ký sổ</li></ol>"),
        ("Nhận kết", "Chờ\nNhận kết", f"{FORM}<li>Chờ</li><li>Nhận kết quả</li><li>Ký sổ</li></ol>"),
        ("Đầu mối:", "Đầu mối:\nGhi chú.", "<p>Đầu mối:</p>\n<p>Ghi chú.</p>\n<table><thead>"),
    ],
)
def test_a_table_and_a_list_stay_what_they_are(old: str, new: str, expected: str) -> None:
    assert old in TABLE.text
    typed = TABLE.text.replace(old, new)
    made = body_of(TABLE.html, typed)
    assert expected in made
    assert (made.count("<table>"), made.count("<ol>"), clean(made).text) == (1, 1, typed)


def test_what_is_taken_out_whole_is_gone() -> None:
    assert body_of(TABLE.html, "Đầu mối:\nHết.") == "<p>Đầu mối:</p>\n<p>Hết.</p>"


@given(
    st.lists(st.sampled_from([*TABLE.text.splitlines(), "a | b", "Mới", "x | y | z", "|"]), max_size=12),
    st.sampled_from(
        [TABLE.html, TABLE.html.replace("<li>Ký sổ", "<li>Gồm<ul><li>một</li></ul></li><li>Ký sổ")]
    ),
)
def test_no_typed_line_is_lost_among_tables_and_lists(new: list[str], body: str) -> None:
    made = clean(body_of(body, "\n".join(new))).text
    assert [line.replace("|", " ").split() for line in made.splitlines() if line.strip("| ")] == [
        line.replace("|", " ").split() for line in new if line.strip("| ")
    ]
