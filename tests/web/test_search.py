"""The search page answers whatever is typed, marks what was found, and makes no markup of a text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Delivery
from pipeline.search.hits import SIZE, excerpt
from pipeline.search.query import parse
from tests.web.conftest import make_article, publish
from web.console.search import FIELDS, day_of, stretches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
ADDRESS = "/console/tim"


@pytest.fixture
def officer(client: Client, person: Callable[..., User]) -> Client:
    client.force_login(person("hoa", "editor"))
    return client


def page(officer: Client, **asked: str) -> str:
    answer = officer.get(
        f"{ADDRESS}?{urlencode({key.replace('_', '-'): said for key, said in asked.items()})}"
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_who_is_signed_in_searches(client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/console/login?next=")
    assert client.post(ADDRESS).status_code == 405


def test_who_works_for_one_agency_finds_its_articles_alone(
    client: Client, person: Callable[..., User]
) -> None:
    make_article("Tin của sở")
    client.force_login(person("lan", "contributor", agency="Sở Tư pháp"))
    assert "<mark>Tin</mark> của sở" in page(client, tim="tin")
    client.force_login(person("may", "contributor", agency="Sở khác"))
    assert "Không thấy bài nào." in page(client, tim="tin")


def test_what_is_found_is_marked_and_leads_to_the_article(officer: Client) -> None:
    article = make_article("Bán <b>đất</b> & nhà", state="review", text="Không có gì <script>đất</script>")
    make_article("Ban nhân dân")
    shown = page(officer, tim="bán đất")
    assert f'href="/console/bai/{article.id}"' in shown
    assert "<mark>Bán</mark> &lt;b&gt;<mark>đất</mark>&lt;/b&gt; &amp; nhà" in shown
    assert "&lt;script&gt;<mark>đất</mark>&lt;/script&gt;" in shown
    assert "nhân dân" not in shown
    assert "<mark>Ban</mark> nhân dân" in page(officer, tim="ban")


def test_a_query_with_marks_offers_to_leave_them_out(officer: Client) -> None:
    assert 'href="?tim=dat+o"' in page(officer, tim="đất ở")
    assert "Tìm không kể dấu" not in page(officer, tim="dat o")


def test_filters_narrow_and_are_kept_in_the_form(officer: Client) -> None:
    publish(make_article("Tin có kênh", topic=3))
    make_article("Tin đang giữ", state="held", topic=2)
    for asked in ({"trang_thai": "approved"}, {"nhom": "3"}, {"kenh": "cong"}):
        shown = page(officer, tim="tin", **asked)
        assert ("có kênh" in shown, "đang giữ" in shown) == (True, False)
        assert f'<option value="{next(iter(asked.values()))}" selected>' in shown
    assert "có kênh" in page(officer, co_quan="Sở Tư pháp")
    assert "có kênh" in page(officer, tu="22/11/2026", den="22/11/2026")
    assert "có kênh" not in page(officer, tim="tin", tu="23/11/2026")
    assert "có kênh" not in page(officer, tim="tin", den="21/11/2026")


def test_what_cannot_be_read_is_said_and_left_out(officer: Client) -> None:
    make_article("Tin một")
    shown = unescape(page(officer, tim="tin", tu="hôm qua", nhom="x", trang_thai="y", kenh="z", truoc="-1"))
    assert "Không đọc được ngày “hôm qua”" in shown
    assert "<mark>Tin</mark> một" in shown


def test_a_pasted_address_of_a_post_leads_to_its_article(officer: Client) -> None:
    row = publish(make_article("Tin có địa chỉ"))
    Delivery.objects.filter(id=row.id).update(url="https://t.me/phutho/12")
    shown = page(officer, tim="https://t.me/phutho/12")
    assert "Bài ở địa chỉ này" in shown
    assert f'href="/console/bai/{row.article_id}"' in shown
    assert "Không thấy bài nào." in page(officer, tim="https://t.me/phutho/13")


def test_older_hits_are_on_the_next_page_and_queries_are_constant(officer: Client) -> None:
    counts = []
    page(officer)
    for _ in range(2):
        for n in range(SIZE + 1):
            make_article(f"Tin {n}")
        with CaptureQueriesContext(connection) as seen:
            shown = unescape(page(officer, tim="tin"))
        counts.append(len(seen))
        assert shown.count('class="title"') == SIZE
    assert counts[0] == counts[1]
    older = shown.split('rel="next"')[0].rsplit('href="', 1)[1].rstrip('" ')
    assert officer.get(ADDRESS + older).content.decode().count('class="title"') == SIZE


def test_nothing_that_is_typed_is_an_error(officer: Client) -> None:
    make_article("Tin một")
    fields = st.dictionaries(
        st.sampled_from([*FIELDS, "truoc"]), st.text(max_size=30) | st.integers().map(str)
    )

    @given(fields)
    def answers(asked: dict[str, str]) -> None:
        written = urlencode(asked, errors="replace")
        assert officer.get(f"{ADDRESS}?{written}").status_code == 200

    answers()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23/11/2026", date(2026, 11, 23)), ("1/2/2026", date(2026, 2, 1)), ("2026-02-01", date(2026, 2, 1)),
        ("11/23/2026", None), ("31/02/2026", None), ("", None), ("1/1/0001", None), ("１/1/99999", None),
    ],
)  # fmt: skip
def test_days_are_read_day_first(text: str, day: date | None) -> None:
    assert day_of(text) == day


@given(st.text(st.sampled_from("ab đất.\n"), max_size=900), st.sampled_from(["đất", '"b đất"', "a -b", ""]))
def test_an_excerpt_is_a_stretch_of_the_text_with_what_it_has(text: str, typed: str) -> None:
    query = parse(typed)
    found = excerpt(query, text)
    assert found.text in text
    assert len(found.text) <= 300
    assert (found.text == text) or not (found.begins and found.ends)
    assert "".join(piece.text for piece in stretches(found)) == found.text
    assert bool(found.places) == any(excerpt(query, text, 10_000).places)
