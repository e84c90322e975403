"""Which article an entry is: rewritten, repeated, or news of its own, whatever guid and link say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.identity import CROWD, Known, Plan, content_hash, files, page, plan, text_hash
from pipeline.entry import Entry, EntryAttachment, Marker
from pipeline.review.checks import similarity

NOON = datetime(2026, 11, 16, 7, tzinfo=UTC)
TEXT = "Từ ngày 01/7/2025, Chủ tịch UBND cấp xã cấp giấy chứng nhận lần đầu cho hộ gia đình, cá nhân tại xã."
OTHER = "Sở Nông nghiệp và Môi trường công khai quy hoạch sử dụng đất tại 148 xã, phường trên bản đồ số."

ENTRY = Entry(
    guid="10001",
    link="https://a.example/tin-1001.aspx",
    title="Cấp giấy chứng nhận lần đầu",
    lead="",
    body=f"<p>{TEXT}</p>",
    text=TEXT,
    author="",
    published=NOON,
    updated=None,
    marker=Marker.APPROVED,
)


def known(entry: Entry, number: int = 1, *, released: bool = True) -> Known:
    return Known(
        id=number,
        guid=entry.guid or "",
        link=page(entry),
        text=f"{entry.title}\n{entry.text}",
        text_hash=text_hash(entry),
        content_hash=content_hash(entry),
        published=entry.published,
        updated=entry.updated,
        marker=entry.marker,
        files=files(entry),
        released=released,
    )


def read(*entries: Entry, stored: tuple[Known, ...] = ()) -> Plan:
    return plan(entries, stored, similarity)


def counts(result: Plan) -> tuple[int, int, int, int, int]:
    return (
        len(result.new),
        len(result.revised),
        len(result.remarked),
        len(result.repeated),
        result.unchanged,
    )


EDITED = replace(ENTRY, text=TEXT.replace("xã.", "phường."), body=f"<p>{TEXT.replace('xã.', 'phường.')}</p>")

UNLIKE = replace(ENTRY, title="Công khai quy hoạch", text=OTHER, link="https://a.example/1004")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ENTRY, (0, 0, 0, 0, 1)),
        (EDITED, (0, 1, 0, 0, 0)),
        (replace(ENTRY, marker=Marker.WITHDRAWN), (0, 0, 1, 0, 0)),
        (replace(ENTRY, guid="10090", link="https://a.example/tin-1090.aspx?p=1"), (0, 0, 0, 1, 0)),
        (replace(ENTRY, title="  Cấp giấy  CHỨNG NHẬN lần đầu ", guid="khác"), (0, 0, 0, 1, 0)),
        (replace(EDITED, link="https://a.example/dia-chi-moi"), (0, 1, 0, 0, 0)),
        (UNLIKE, (1, 0, 0, 0, 0)),
        (replace(ENTRY, guid="moi", link=None, published=NOON + timedelta(days=30)), (1, 0, 0, 0, 0)),
        (replace(ENTRY, published=NOON + timedelta(hours=3)), (0, 0, 0, 0, 1)),
        (replace(EDITED, updated=NOON), (0, 1, 0, 0, 0)),
    ],
    ids=[
        "the same", "edited", "withdrawn", "repeated under another guid", "repeated in other letters",
        "edited and moved", "another article under the same guid", "a notice that recurs",
        "only the date was bumped", "edited with a newer update",
    ],
)  # fmt: skip
def test_against_what_is_known(entry: Entry, expected: tuple[int, ...]) -> None:
    assert counts(read(entry, stored=(known(ENTRY),))) == expected


def test_an_older_version_never_comes_back() -> None:
    newer = replace(EDITED, updated=NOON + timedelta(days=2))
    older = replace(ENTRY, updated=NOON)
    assert counts(read(older, stored=(known(newer),))) == (0, 0, 0, 1, 0)
    for order in ((newer, older), (older, newer)):
        result = read(*order)
        assert result.new == [newer]
        assert result.repeated == [older]


def test_a_mended_date_matters_until_the_article_is_out() -> None:
    undated = known(replace(ENTRY, published=None), released=False)
    assert counts(read(ENTRY, stored=(undated,))) == (0, 1, 0, 0, 0)


def test_a_file_that_is_gone_is_no_change_and_a_new_one_is() -> None:
    pdf = EntryAttachment("https://a.example/1.pdf", "Toàn văn", "application/pdf", None)
    with_file = replace(ENTRY, attachments=(pdf,))
    assert counts(read(ENTRY, stored=(known(with_file),))) == (0, 0, 0, 0, 1)
    assert counts(read(with_file, stored=(known(ENTRY),))) == (0, 1, 0, 0, 0)


def test_two_articles_of_one_reading_may_share_a_guid() -> None:
    assert counts(read(ENTRY, UNLIKE)) == (2, 0, 0, 0, 0)
    assert counts(read(ENTRY, UNLIKE, stored=(known(ENTRY), known(UNLIKE, 2)))) == (0, 0, 0, 0, 2)


def test_a_migration_that_changes_every_guid_brings_nothing_new() -> None:
    before = [replace(ENTRY, guid=str(n), title=f"Tin {n}", link=f"https://a.example/{n}") for n in range(30)]
    after = [replace(e, guid=f"urn:{e.guid}", link=f"https://moi.example/{e.guid}") for e in before]
    stored = tuple(known(entry, n) for n, entry in enumerate(before))
    assert counts(read(*after, stored=stored)) == (0, 0, 0, 30, 0)


SAME_NAME = [
    pytest.param("0", "https://a.example/", id="one guid and one link for all"),
    pytest.param("0", None, id="one guid for all, no links"),
    pytest.param(None, "https://a.example/", id="one link for all, no guids"),
]


@pytest.mark.parametrize(("guid", "link"), SAME_NAME)
def test_a_portal_that_calls_all_its_articles_the_same_loses_none(guid: str | None, link: str | None) -> None:
    one = replace(ENTRY, guid=guid, link=link)
    other = replace(one, title="Công khai quy hoạch", text=OTHER)
    third = replace(
        one, title="Lịch tiếp công dân", text="Chủ tịch UBND xã tiếp công dân vào thứ Năm hằng tuần."
    )
    stored = (known(one), known(other, 2))
    assert counts(read(one, other)) == (2, 0, 0, 0, 0)
    assert counts(read(third, other, one, stored=stored)) == (1, 0, 0, 0, 2)
    edited = replace(one, text=EDITED.text, body=EDITED.body)
    assert read(third, other, edited, stored=stored).revised == [(1, edited)]


def test_a_rewritten_article_is_known_by_its_guid_and_link_alone() -> None:
    rewritten = replace(ENTRY, title="Công khai quy hoạch", text=OTHER, body=f"<p>{OTHER}</p>")
    assert read(rewritten, stored=(known(ENTRY),)).revised == [(1, rewritten)]


def test_tracking_parameters_make_no_other_article() -> None:
    first = replace(ENTRY, guid=None, link="https://a.example/1?id=5&utm_source=rss")
    again = replace(EDITED, guid=None, link="https://A.example/1?utm_source=zalo&id=5")
    assert read(again, stored=(known(first),)).revised == [(1, again)]


def test_a_guid_that_a_crowd_shares_is_not_compared_pair_by_pair() -> None:
    compared = 0

    def count(one: str, other: str) -> float:
        nonlocal compared
        compared += 1
        return similarity(one, other)

    crowd = [
        replace(ENTRY, title=f"Tin {n}", text=f"Việc {n}", body="", link=f"https://a.example/{n}")
        for n in range(10 * CROWD)
    ]
    assert len(plan(crowd, [], count).new) == len(crowd)
    stored = tuple(known(entry, n) for n, entry in enumerate(crowd))
    assert plan(crowd, stored, count).unchanged == len(crowd)
    edited = [replace(entry, text=f"{entry.text} Thêm.", body="<p>Thêm.</p>") for entry in crowd]
    assert len(plan(edited, stored, count).revised) == len(crowd)
    assert compared < len(crowd) * CROWD


entries = st.builds(
    replace,
    st.just(ENTRY),
    guid=st.sampled_from([None, "1", "2"]),
    link=st.sampled_from([None, "https://a.example/1", "https://a.example/2"]),
    title=st.sampled_from(["Tin một", "Tin hai"]),
    text=st.sampled_from([TEXT, OTHER, TEXT + " Thêm một câu."]),
    published=st.sampled_from([None, NOON, NOON + timedelta(days=9)]),
    updated=st.sampled_from([None, NOON, NOON + timedelta(days=1)]),
)


@given(st.lists(entries, max_size=6))
def test_no_entry_is_lost_and_reading_twice_changes_nothing(reading: list[Entry]) -> None:
    first = read(*reading)
    assert sum(counts(first)) == len(reading)
    stored = tuple(known(entry, n) for n, entry in enumerate(first.new))
    again = read(*reading, stored=stored)
    assert counts(again)[:3] == (0, 0, 0)
