"""Both databases find the same: what the query means, the newest first, page by page; nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Article, Revision, Source
from pipeline.search import hits, index
from pipeline.search.index import Search
from pipeline.search.query import parse
from pipeline.search.words import words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
AGENCIES = {"stp": "Sở Tư pháp", "vpubnd": "Văn phòng Ủy ban"}
VOCABULARY = "bán ban bạn đất đai dat khai sinh hòa hoà bình 865/KH-UBND tư pháp Ủy".split()  # noqa: SIM905
EVERYTHING = Article.objects.all()


@pytest.fixture(autouse=True)
def _few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL comes to ask its index in an office as small as a test's."""
    monkeypatch.setattr(index, "NEWEST", 20)
    monkeypatch.setattr(index, "NEAR", 4)


def stored(title: str = "Tin", source: str = "stp", **fields: object) -> Revision:
    """The current wording of a new article."""
    row, _ = Source.objects.get_or_create(id=source)
    article = Article.objects.create(
        source=row, guid=title, state="review", marker="approved", created_at=NOW
    )
    values: dict[str, object] = {"content_hash": "0", "text_hash": "0", "collected_at": NOW} | fields
    return reworded(article, 1, title=title, **values)


def reworded(article: Article, number: int, **fields: object) -> Revision:
    values: dict[str, object] = {"content_hash": "0", "text_hash": "0", "collected_at": NOW} | fields
    article.current = Revision.objects.create(article=article, number=number, **values)
    article.save()
    return article.current


def found(search: Search | str) -> list[str]:
    """The titles of all pages, one after another."""
    asked = Search(parse(search)) if isinstance(search, str) else search
    return [hit.revision.title for hit in everything(asked)]


def everything(search: Search) -> Iterator[hits.Hit]:
    page = hits.page(search, EVERYTHING, AGENCIES)
    yield from page.hits
    while page.before is not None:
        page = hits.page(search, EVERYTHING, AGENCIES, page.before)
        yield from page.hits


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bán", ["Bán đất"]),
        ("ban", ["Ban nhân dân", "Bán đất"]),
        ("BÁN ĐẤT", ["Bán đất"]),
        ("ba\u0301n", ["Bán đất"]),
        ("dat", ["Bán đất"]),
        ("ban -đất", ["Ban nhân dân"]),
        ("-ban", ["Hoà Bình"]),
        ("hòa bình", ["Hoà Bình"]),
        ('"nhân dân"', ["Ban nhân dân"]),
        ('"dân nhân"', []),
        ('"nhân dân xã"', ["Ban nhân dân"]),
        ('"dân xã nhân"', []),
        ("865/KH-UBND", ["Hoà Bình"]),
        ("kh-ubnd/865", []),
        ("van-phong tư", []),
        ("ủy ban", ["Ban nhân dân"]),
        ("https://stp.example/tin/77", ["Bán đất"]),
        ("nguyễn", ["Bán đất"]),
        ("mau-don", ["Hoà Bình"]),
        ("không-có", []),
        ('" - ) * ^ AND OR NOT NEAR(', []),
        ("", ["Hoà Bình", "Ban nhân dân", "Bán đất"]),
    ],
)
def test_what_is_found(typed: str, expected: list[str]) -> None:
    stored("Bán đất", author="Nguyễn A", source_link="https://stp.example/tin/77")
    stored("Ban nhân dân", "vpubnd", text="của nhân dân xã ta")
    stored("Hoà Bình", lead="Kế hoạch 865/KH-UBND.", attachments=[{"title": "mau-don.pdf", "url": "x"}])
    assert found(typed) == expected


def test_an_index_finds_what_the_query_means() -> None:
    chance = random.Random(1)
    for n in range(60):
        said = [" ".join(chance.choices(VOCABULARY, k=chance.randint(0, 5))) for _ in range(3)]
        stored(f"{said[0]} {n}", chance.choice(list(AGENCIES)), lead=said[1], text=said[2],
               published=NOW - timedelta(hours=chance.randint(0, 9)))  # fmt: skip
    rows = sorted(Revision.objects.select_related("article"), key=index.key, reverse=True)
    texts = {
        row.title: [list(words(text)) for text in (*index.texts(row), AGENCIES[row.article.source_id])]
        for row in rows
    }

    @settings(max_examples=150)
    @given(st.lists(st.sampled_from([*VOCABULARY, "-", '"', "uy", "van"]), max_size=6))
    def same(said: list[str]) -> None:
        typed = " ".join(said).replace("- ", "-")
        assert found(typed) == [title for title, fields in texts.items() if parse(typed).holds(fields)]

    same()


def test_hits_come_newest_first_and_in_pages_without_a_gap() -> None:
    for n in range(hits.SIZE * 2 + 3):
        stored(f"Tin {n}", published=NOW - timedelta(days=n % 7))
    first = hits.page(Search(), EVERYTHING, AGENCIES)
    assert len(first.hits) == hits.SIZE
    assert first.before is not None
    titles = found("")
    assert sorted(titles) == sorted(f"Tin {n}" for n in range(hits.SIZE * 2 + 3))
    days = [hit.revision.published or NOW for hit in everything(Search())]
    assert days == sorted(days, reverse=True)


def test_filters_are_of_the_wording_and_rows_are_of_the_asker() -> None:
    stored("Một", topic=1, published=NOW)
    stored("Hai", "vpubnd", topic=2, published=NOW - timedelta(days=2))
    assert found(Search(sources=["stp"])) == ["Một"]
    assert found(Search(sources=[])) == []
    assert found(Search(topic=2)) == ["Hai"]
    assert found(Search(since=NOW - timedelta(days=1))) == ["Một"]
    assert found(Search(until=NOW)) == ["Hai"]
    assert found(Search(since=datetime(1800, 1, 1, tzinfo=UTC), until=datetime(9999, 1, 1, tzinfo=UTC))) == [
        "Một",
        "Hai",
    ]
    assert hits.page(Search(), EVERYTHING.none(), AGENCIES) == hits.Page((), None)
    mine = EVERYTHING.filter(source="vpubnd")
    assert [hit.revision.title for hit in hits.page(Search(), mine, AGENCIES).hits] == ["Hai"]


def test_only_the_current_wording_is_found() -> None:
    revision = stored("Lệ phí 30.000 đồng")
    reworded(revision.article, 2, title="Lệ phí 50.000 đồng")
    assert found("30.000") == []
    assert found("lệ phí") == ["Lệ phí 50.000 đồng"]


def test_a_page_takes_two_queries_however_much_there_is() -> None:
    counts = []
    for _ in range(2):
        stored("Tin mới")
        for n in range(hits.SIZE):
            stored(f"Tin {n}")
        with CaptureQueriesContext(connection) as seen:
            hits.page(Search(parse('"tin mới" -đất')), EVERYTHING, AGENCIES)
        counts.append(len(seen))
    # Of PostgreSQL also what plans the first, in a savepoint of this test.
    assert counts == ([5, 5] if connection.vendor == "postgresql" else [2, 2])


def test_every_way_to_store_a_wording_enters_it() -> None:
    article = stored("Một").article
    Revision.objects.bulk_create(
        Revision(article=article, number=n, title="Hai", content_hash="", text_hash="", collected_at=NOW)
        for n in (2, 3)
    )
    Revision(article=article, number=4, content_hash="", text_hash="", collected_at=NOW).save()
    article.revisions.create(number=5, content_hash="", text_hash="", collected_at=NOW)
    assert index.lost() == []


def test_what_is_rolled_back_is_not_in_the_index() -> None:
    with transaction.atomic():
        stored("Một")
        transaction.set_rollback(True)
    stored("Hai")
    assert found("") == ["Hai"]


def test_what_somebody_wrote_past_it_is_seen_and_entered() -> None:
    article = stored("Một").article
    number = Revision.objects.values_list("id", flat=True).get()
    columns = [
        str(c.column) for c in Revision._meta.concrete_fields if c.name not in ("id", "number", "title")
    ]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pipeline_revision (number, title, {names})"
            f" SELECT 2, 'Lén', {names} FROM pipeline_revision WHERE id = %s",
            [number],
        )
    (lost,) = index.lost()
    assert index.behind() == 1
    article.current_id = lost
    article.save()
    assert found("lén") == []
    assert index.fill(Revision.objects.all()) == 1
    assert (found("lén"), index.lost(), index.fill(Revision.objects.all())) == (["Lén"], [], 0)


def test_the_longest_wording_that_a_feed_may_bring_is_entered() -> None:
    chance = random.Random(2)
    text = " ".join("".join(chance.choices("ấđbcdệ中", k=chance.randint(1, 60))) for _ in range(13_000))[
        :400_000
    ]
    row = stored("Dài", text="Mở đầu. " + text)
    assert sum(len(mark.encode()) for mark in index.marks(row, "stp")) <= index.LARGEST
    assert found("mở đầu") == ["Dài"]


def test_the_migration_enters_what_was_there_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 2)
    for n in range(5):
        stored(f"Tin {n}", topic=3, attachments=[{"title": "mau.pdf", "url": "x"}])
    before = found("tin mau")

    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    execute("DROP TABLE pipeline_search")
    migration = import_module("pipeline.migrations.0006_search")
    migration.make(apps, SimpleNamespace(connection=connection, execute=execute))
    assert found("tin mau") == before
    assert (len(before), index.lost(), found(Search(topic=3))) == (5, [], before)


def test_a_title_is_shown_whole_wherever_it_is_found_in() -> None:
    title = "Công bố danh mục thủ tục hành chính được sửa đổi, bổ sung lĩnh vực môi trường"
    stored(title)
    (hit,) = hits.page(Search(parse("môi trường")), EVERYTHING, AGENCIES).hits
    assert (hit.title.text, hit.title.begins, hit.title.ends) == (title, True, True)
