"""The people page: invite, appoint, reset, disable; each act is in the log; somebody always administers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.models import Appointment, AuditEntry
from pipeline.people import parts_of
from pipeline.review.workflow import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Person = Callable[..., User]
PEOPLE = "/console/nguoi-dung"


@pytest.fixture
def quantri(client: Client, person: Person) -> User:
    user = person("quantri", "administrator")
    client.force_login(user)
    return user


def acts() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("sequence").values_list("who", "act", "subject"))


def test_who_is_invited_chooses_a_password_and_comes_in(client: Client, quantri: User) -> None:
    form = {"name": "tuphap", "full_name": "Nguyễn Thị Lan", "role": "contributor", "agency": "Sở Tư pháp"}
    shown = client.post(PEOPLE, form).content.decode()
    (link,) = re.findall(r"<code>(http://testserver/console/loi-moi/[^<]+)</code>", shown)
    user = User.objects.get(username="tuphap")
    assert parts_of(user) == [(Role.CONTRIBUTOR, "Sở Tư pháp")]
    other = Client()
    password = "mot-cau-de-nho"
    other.post(link, {"new_password1": password, "new_password2": password})
    other.post("/console/login", {"username": "tuphap", "password": password})
    assert "Nguyễn Thị Lan" in other.get("/console/").content.decode()
    assert acts() == [
        ("quantri", "invite", "user:tuphap"),
        ("quantri", "user", "user:tuphap"),
        ("tuphap", "password", "user:tuphap"),
        ("tuphap", "sign-in", "user:tuphap"),
    ]
    page = client.get(PEOPLE).content.decode()
    assert "người cung cấp tin" in page
    assert "<b>quantri</b>" not in page


@pytest.mark.parametrize("name", ["", "hai chữ", "QuanTri", "loa", "a:b", "x" * 151])
def test_a_name_that_cannot_be_is_refused_and_kept_in_the_form(
    client: Client, quantri: User, name: str
) -> None:
    answer = client.post(PEOPLE, {"name": name, "role": "editor", "agency": ""})
    assert (answer.status_code, f'value="{name}"' in answer.content.decode()) == (400, True)
    assert User.objects.count() == 1
    assert acts() == []


def test_roles_are_given_and_taken(client: Client, quantri: User, person: Person) -> None:
    lan = person("lan", "editor")
    address = f"{PEOPLE}/{lan.id}"
    client.post(address, {"part": ["editor|"], "role": "contributor", "agency": "Sở Tư pháp"})
    assert parts_of(lan) == [(Role.CONTRIBUTOR, "Sở Tư pháp"), (Role.EDITOR, "")]
    client.post(address, {"part": ["contributor|Sở Tư pháp", "approver|"], "full_name": "Trần Lan"})
    assert parts_of(lan) == [(Role.CONTRIBUTOR, "Sở Tư pháp")], "nobody had ticked what was not there"
    client.post(address, {"part": ["contributor|Sở Tư pháp"], "role": "editor", "agency": "Sở lạ"})
    assert parts_of(lan) == [(Role.CONTRIBUTOR, "Sở Tư pháp")]
    page = client.get(address).content.decode()
    assert ("Trần Lan" in page, "không còn cơ quan này" in page) == (False, False)
    Appointment.objects.filter(user=lan).update(agency="Sở đã nhập")
    assert "không còn cơ quan này trong cấu hình" in client.get(address).content.decode()


def test_a_lost_phone_a_lost_password_and_a_farewell(client: Client, quantri: User, person: Person) -> None:
    lan = person("lan", "editor")
    lan.set_password("mot-cau-de-nho")
    lan.save()
    TOTPDevice.objects.create(user=lan, name="phone")
    StaticDevice.objects.create(user=lan, name="codes")
    address = f"{PEOPLE}/{lan.id}"
    assert "đã cài" in client.get(address).content.decode()
    done = client.post(f"{address}/ma-dang-nhap", follow=True).content.decode()
    assert "Đã bỏ mã đăng nhập cũ." in done
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
    assert "/console/loi-moi/" in client.post(f"{address}/mat-khau").content.decode()
    theirs = Client()
    theirs.post("/console/login", {"username": "lan", "password": "mot-cau-de-nho"})
    assert theirs.get("/console/").status_code == 200
    assert "Đã ngừng tài khoản lan" in client.post(f"{address}/ngung", follow=True).content.decode()
    assert theirs.get("/console/").status_code == 302
    assert client.post(f"{address}/mat-khau").status_code == 404, "nobody is invited who may not come in"
    assert "Đã mở lại tài khoản lan" in client.post(f"{address}/mo-lai", follow=True).content.decode()
    assert theirs.get("/console/").status_code == 200
    assert [act for who, act, subject in acts() if who == "quantri"] == [
        "forget-second-factor",
        "password-link",
        "disable",
        "enable",
    ]


def test_somebody_always_administers(client: Client, quantri: User, person: Person) -> None:
    address = f"{PEOPLE}/{quantri.id}"
    for way in ("", "/ngung"):
        page = client.post(address + way, follow=True).content.decode()
        assert "người quản trị cuối cùng" in page
    quantri.refresh_from_db()
    assert quantri.is_active
    assert parts_of(quantri) == [(Role.ADMINISTRATOR, "")]
    assert acts() == []
    person("hoa", "administrator")
    client.post(address, {"part": []})
    assert parts_of(quantri) == []
    assert client.get(PEOPLE).status_code == 403


def test_the_list_costs_as_many_queries_for_many(
    client: Client, quantri: User, person: Person, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(30):
        person(f"nguoi-{number}", "editor", "contributor")
    client.get(PEOPLE)
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        client.get(PEOPLE)
