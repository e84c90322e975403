"""The log is filtered, paged, taken along, and says whether its chain holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pipeline import audit
from pipeline.collect.fetch import Fetcher
from pipeline.collect.stage import Tools
from pipeline.models import AuditEntry, OfficeFact
from pipeline.office import Office
from pipeline.service import Timekeeper
from tests.web.conftest import NOW
from web import names
from web.console.log import FORMULA, PAGE, cell, wanted

Person = Callable[..., User]
LOG = "/console/nhat-ky"


@pytest.fixture
def auditor(client: Client, person: Person, office: Office) -> Client:
    client.force_login(person("thanhtra", "auditor"))
    return client


def record(*acts: audit.Act) -> None:
    with transaction.atomic():
        audit.record(*acts)


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    """The exported rows."""
    answer = client.get(f"{LOG}.csv{query}")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.django_db
def test_it_is_filtered_by_who_what_when_and_about_what(auditor: Client) -> None:
    record(
        audit.Act("hoa", "approve", "article:7", note="đã đọc"),
        audit.Act("minh", "hold", "article:71", {"state": "review"}, {"state": "held"}, "chờ"),
        audit.Act("hoa", "resume", "channel:zalo", note="xong"),
    )
    for sequence, day in ((1, 18), (2, 19), (3, 20)):
        AuditEntry.objects.filter(sequence=sequence).update(at=datetime(2026, 11, day, 17, 30, tzinfo=UTC))
    everything = {"đã đọc", "chờ", "xong"}
    for query, seen in (
        ("", everything),
        ("?ai=hoa", {"đã đọc", "xong"}),
        ("?viec=hold", {"chờ"}),
        ("?loai=article", everything),
        ("?loai=article&so=7", {"đã đọc"}),
        ("?so=7", everything),
        ("?tu=21/11/2026&den=21/11/2026", {"xong"}),
        ("?den=20/11/2026", {"đã đọc", "chờ"}),
        ("?tu=01/01/2031", set()),
        ("?ai=hoa&viec=approve&loai=article&so=7", {"đã đọc"}),
        ("?tu=hôm+nay&viec=khác&loai=khác&truoc=x", everything),
        ("?den=31/12/9999", everything),
    ):
        page = auditor.get(LOG + query).content.decode()
        assert {word for word in everything if word in page} == seen, query
        assert {row["ghi chú"] for row in rows(auditor, query) if row["việc"] != "export"} == seen, query
    page = auditor.get(LOG + "?viec=hold").content.decode()
    assert '"state": "held"' in page.replace("&#34;", '"')
    assert '<a href="/console/bai/71">' in page
    assert AuditEntry.objects.filter(who="thanhtra", act="export", subject="audit:csv").count() == 12


@pytest.mark.django_db
def test_pages_go_on_where_the_last_one_ended(
    auditor: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    record(*(audit.Act("loa", "review", f"article:{number}") for number in range(PAGE + 5)))
    first = auditor.get(f"{LOG}?ai=loa").content.decode()
    assert f'href="?ai=loa&amp;truoc={6}"' in first
    second = auditor.get(f"{LOG}?ai=loa&truoc=6").content.decode()
    assert [second.count(f"#{number}<") for number in (5, 1, 6)] == [1, 1, 0]
    assert "Mới nhất" in second
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        auditor.get(LOG)


@pytest.mark.django_db
def test_it_names_channels_and_sources_as_people_do(auditor: Client) -> None:
    record(audit.Act("hoa", "pause", "channel:cong"), audit.Act("hoa", "try", "source:stp"))
    page = auditor.get(LOG).content.decode()
    assert 'kênh Cổng thông tin <span class="meta">cong</span>' in page
    assert 'nguồn Sở Tư pháp <span class="meta">stp</span>' in page


@pytest.mark.django_db
def test_a_rehearsal_says_which_time_it_keeps(auditor: Client) -> None:
    record(audit.Act("hoa", "pause", "channel:cong"))
    assert "giờ diễn tập" not in auditor.get(LOG).content.decode()
    OfficeFact.objects.create(name="rehearsal", value=NOW.isoformat())
    page = auditor.get(LOG).content.decode()
    assert "nơi khác ghi giờ diễn tập (bây giờ là 08:00, 23/11/2026)" in page


@pytest.mark.django_db
def test_what_was_erased_is_said_to_be(auditor: Client) -> None:
    record(audit.Act("hoa", "approve", "article:1", note="lời riêng"))
    audit.erase_text(1, "quantri", "theo yêu cầu")
    page = auditor.get(LOG).content.decode()
    assert ("lời riêng" in page, "(đã xóa)" in page) == (False, True)
    assert rows(auditor, "?viec=approve")[0]["ghi chú"] == "(đã xóa)"


@pytest.mark.django_db
def test_it_says_whether_the_chain_holds(auditor: Client) -> None:
    record(*(audit.Act("loa", "review", f"article:{number}") for number in range(3)))
    assert "Chưa kiểm tra lần nào" in auditor.get(LOG).content.decode()
    done = auditor.post(f"{LOG}/kiem-tra", follow=True).content.decode()
    assert "đã kiểm tra từng mục đến mục 3" in done
    AuditEntry.objects.filter(sequence=2).update(who="kẻ lạ")
    assert "đã kiểm tra từng mục đến mục 3" in auditor.get(LOG).content.decode(), "as the last check said"
    broken = auditor.post(f"{LOG}/kiem-tra", follow=True).content.decode()
    assert "Nhật ký đã bị sửa từ bên ngoài." in broken
    assert "mục 2." in broken
    assert OfficeFact.objects.filter(name=audit.VERIFIED).count() == 1


@pytest.mark.django_db
def test_a_long_log_is_checked_by_the_service(
    auditor: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.console.log.AT_ONCE", 2)
    record(*(audit.Act("loa", "review", f"article:{number}") for number in range(3)))
    assert audit.write_head(office.data)
    assert "Loa đang kiểm tra" in auditor.post(f"{LOG}/kiem-tra", follow=True).content.decode()
    assert audit.last_verified() is None
    tools = Tools(Fetcher(), None, office.pictures, lambda one, other: 0.0)  # type: ignore[arg-type]
    job = next(each for each in Timekeeper(office, tools).jobs if each.__name__ == "_write_head")
    job()
    assert "đã kiểm tra từng mục đến mục 3" in auditor.get(LOG).content.decode()
    assert not audit.asked_to_verify()


@pytest.mark.django_db
def test_every_act_that_is_recorded_here_has_a_name(auditor: Client) -> None:
    auditor.get(f"{LOG}.csv")
    assert set(AuditEntry.objects.values_list("act", flat=True)) <= set(names.ACTS)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_no_cell_is_run_as_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text(max_size=30))
def test_a_cell_never_begins_like_a_formula(text: str) -> None:
    assert not cell(text).lstrip(" ").startswith(FORMULA)
    assert cell(text).removeprefix("'") == text.removeprefix("'")


@given(st.dictionaries(st.sampled_from(["ai", "viec", "loai", "so", "tu", "den"]), st.text(max_size=12)))
def test_any_address_is_read_and_written_back(query: dict[str, str]) -> None:
    asked = wanted(query)
    assert wanted(asked.as_query()) == asked
    assert asked.since is None or isinstance(asked.since, date)
