"""Every cell of the permission table, with a request; and each sees what is about their agency only."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from pipeline import places
from pipeline.collect.attempt import Attempt
from pipeline.models import Appointment, ChannelState, Source
from pipeline.office import Office
from pipeline.review.workflow import MAY, Act, Role
from pipeline.write.drafts import begin
from tests.web.conftest import NOW, add_revision, carried, make_article, publish
from web.permissions import addresses, page

PAGE = Path(__file__).parents[2] / "docs/reference/permissions.md"
Person = Callable[..., User]

CELLS = [
    tuple(cell.strip().strip("`") for cell in line.strip().strip("|").split("|"))
    for line in PAGE.read_text().splitlines()
    if line.startswith("| `/")
]
"""(address, method, act, then a cell for each role) as the page has it."""


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "make permissions"


def test_every_view_declares_what_it_demands() -> None:
    found = list(addresses())
    assert len(found) > 20
    assert [each.path for each in found if each.demands is None or not each.demands.acts] == []


def test_who_only_looks_and_who_says_who_may_change_no_article() -> None:
    own = {Act.READ, Act.AUDIT, Act.ACCOUNT}
    assert {act for act in Act if Role.AUDITOR in MAY[act]} == own
    assert {act for act in Act if Role.ADMINISTRATOR in MAY[act]} == own | {Act.PEOPLE}
    assert {act for act in Act if Role.PRESS in MAY[act]} == {Act.ACCOUNT}


@pytest.fixture
def ids(wide: Office, person: Person, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What an address is about, by the name of its argument; no source is really asked."""
    monkeypatch.setattr(places, "attempt", lambda *_args, **_more: Attempt(0.0, trouble="không hỏi"))
    article = carried(wide, person("duyet", "approver"))
    add_revision(article, "Bản sửa")
    row = article.deliveries.latest("id")
    row.state = "uncertain"
    row.save()
    ChannelState.objects.create(channel="zalo", paused=True, reason="Bảo trì", by="loa", at=NOW)
    draft = begin(wide, User.objects.get(username="duyet"), "Sở Tư pháp", "tin")
    return {"article": str(article.id), "draft": str(draft.id), "delivery": str(row.id),
            "source": "stp", "channel": "zalo",
            "state": "review", "outcome": "sent", "topic": "1", "name": "cover.png",
            "broadcast": "1",
            "sha256": "ab" * 32, "suffix": "png", "uid": "x", "token": "y",
            "user": str(User.objects.get(username="duyet").id)}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), sorted({cells[:2] for cells in CELLS}))
def test_every_cell_is_kept(
    client: Client, person: Person, ids: dict[str, str], path: str, method: str
) -> None:
    (row,) = [cells for cells in CELLS if cells[:2] == (path, method)]
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: ids[found[1]], path)
    for role, cell in zip(Role, row[3:], strict=True):
        client.force_login(person(f"x-{role}", role))
        assert cell in ("yes", "")
        assert let_in(client, method, address) == (cell == "yes"), role
    client.logout()
    client.force_login(person("khong-viec"))
    assert let_in(client, method, address) == (row[2] == "everybody")
    client.logout()
    assert let_in(client, method, address) == (row[2] == "everybody")
    for other in {"GET", "POST", "PUT", "DELETE"} - {cells[1] for cells in CELLS if cells[0] == path}:
        assert client.generic(other, address).status_code == 405


def let_in(client: Client, method: str, address: str) -> bool:
    """Whether the view itself answered; what it did is undone."""
    with transaction.atomic():
        answer = client.generic(method, address)
        transaction.set_rollback(True)
    asks = answer.status_code == 302 and answer["Location"].startswith("/console/login?next=")
    assert answer.status_code in (200, 204, 301, 302, 400, 403, 404, 409, 410, 503), answer.status_code
    return not asks and answer.status_code != 403


@pytest.fixture
def two(office: Office) -> Office:
    """The office with a second agency."""
    other = office.schedule.sources[0].model_copy(update={"id": "sxd", "agency": "Sở Xây dựng"})
    sources = (*office.schedule.sources, other)
    object.__setattr__(office.schedule, "sources", sources)
    Source.objects.create(id="sxd", state="trouble", reason="Trang bảo trì.")
    return office


@pytest.mark.django_db
def test_who_is_of_one_agency_sees_that_agency_only(client: Client, two: Office, person: Person) -> None:
    mine, other = make_article("Bài của ta", "review"), make_article("Bài của họ", "review")
    other.source_id = "sxd"
    other.save()
    publish(other, sent=None, state="uncertain")
    publish(mine, sent=None, state="queued")
    client.force_login(person("tuphap", "contributor", agency="Sở Tư pháp"))
    for address in ("/console/", "/console/danh-sach/review", "/console/doubt", "/console/nguon",
                    "/console/kenh/cong"):  # fmt: skip
        shown = client.get(address).content.decode()
        assert "Bài của họ" not in shown
        assert "Trang bảo trì." not in shown
    morning = client.get("/console/").content.decode()
    for words in ("Bài của ta", "<b>1</b> cần xem lại", "<b>1</b> chờ phát", "<b>0</b> nghi vấn"):
        assert words in morning
    assert client.get("/console/nguon/sxd").status_code == 404
    for way in ("", "/xem-truoc/cong"):
        assert client.get(f"/console/bai/{mine.id}{way}").status_code == 200
        assert client.get(f"/console/bai/{other.id}{way}").status_code == 404
    assert client.post(f"/console/bai/{mine.id}/hold", {"reason": "x"}).status_code == 403
    assert client.post(f"/console/bai/{other.id}/hold", {"reason": "x"}).status_code == 404


@pytest.mark.django_db
def test_an_approver_of_one_agency_decides_about_that_agency_only(
    client: Client, two: Office, person: Person
) -> None:
    mine, other = make_article("Bài của ta", "review"), make_article("Bài của họ", "review")
    other.source_id = "sxd"
    other.save()
    user = person("hoa", "approver", agency="Sở Tư pháp")
    client.force_login(user)
    client.post(f"/console/bai/{mine.id}/hold", {"reason": "Chờ"})
    mine.refresh_from_db()
    assert mine.stopped == "on-hold"
    assert client.post(f"/console/bai/{other.id}/hold", {"reason": "Chờ"}).status_code == 404
    ChannelState.objects.create(channel="cong", paused=True, reason="Bảo trì", by="loa", at=NOW)
    assert "/console/kenh/" not in client.get("/console/").content.decode()
    assert client.post("/console/kenh/cong/resume", {"reason": "Xong"}).status_code == 403, (
        "of the whole office"
    )
    Appointment.objects.create(user=user, role="auditor")
    shown = client.get(f"/console/bai/{other.id}").content.decode()
    assert ("Bài của họ" in shown, f"/{other.id}/hold" in shown) == (True, False)
    assert client.post(f"/console/bai/{other.id}/hold", {"reason": "Chờ"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("office")
def test_a_refusal_says_who_may(client: Client, person: Person) -> None:
    client.force_login(person("lan", "editor"))
    article = make_article(state="review")
    answer = client.get(f"/console/bai/{article.id}/approve")
    assert answer.status_code == 403
    assert "Việc này dành cho: người duyệt." in answer.content.decode()
    client.logout()
    there = client.post(f"/console/bai/{article.id}/hold")["Location"]
    assert there == "/console/login?next=/console/", "what was posted cannot be asked for again"


@pytest.mark.django_db
@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("role", Role)
def test_nothing_is_clickable_that_is_not_allowed(
    client: Client, person: Person, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every form and link of the console's pages leads, for whoever sees it, to a view that lets them in."""
    monkeypatch.setattr(places, "attempt", lambda *_args, **_more: Attempt(0.0, trouble="không hỏi"))
    article = make_article(state="review")
    row = publish(make_article("Bài nghi vấn"), sent=None, state="uncertain")
    ChannelState.objects.create(channel="cong", paused=True, reason="Bảo trì", by="loa", at=NOW)
    flood = make_article("Bài lũ", state="review")
    flood.stopped = "bulk"
    flood.save()
    client.force_login(person("x", role))
    seen = ["/console/", f"/console/bai/{article.id}", f"/console/bai/{row.article_id}", "/console/doubt",
            "/console/danh-sach/review", "/console/lich", "/console/lich/tuan",
            f"/console/bai/{article.id}/xem-nhanh",
            "/console/kenh", "/console/kenh/cong", "/console/nguon", "/console/nguon/stp"]  # fmt: skip
    texts = [
        answer.content.decode() for address in seen if (answer := client.get(address)).status_code == 200
    ]
    links = {*itertools.chain(*(re.findall(r'href="(/console/[^"#]*)"', text) for text in texts))}
    forms = {*itertools.chain(*(re.findall(r'method="post" action="([^"]+)"', text) for text in texts))}
    assert texts == [] or links
    assert [each for each in links if not let_in(client, "GET", each)] == []
    # To sign out is allowed to everybody, and would be the end of the test.
    assert [each for each in forms - {"/console/logout"} if not let_in(client, "POST", each)] == []
