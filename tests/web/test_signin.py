"""The way in: a password, a code, a first enrolment; what guessing, time and a new password end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.models import AuditEntry
from pipeline.office import Office
from pipeline.schedule import ConsoleSettings
from tests.web.conftest import BASE
from web.console.signin import link_for
from web.middleware import IDLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
Person = Callable[..., User]
PASSWORD = "mat-khau-rat-dai"


@pytest.fixture
def hoa(person: Person) -> User:
    user = person("hoa", "approver")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def strict(office: Office) -> None:
    """As an office is that leaves the setting out."""
    object.__setattr__(office.schedule, "console", ConsoleSettings())


def sign_in(client: Client, password: str = PASSWORD, name: str = "hoa") -> str:
    """The page that comes of it."""
    form = {"username": name, "password": password, "next": "/console/danh-sach/held"}
    return client.post("/console/login", form, follow=True).content.decode()


def code(device: TOTPDevice, ahead: int = 0) -> str:
    """What the phone shows, or will show `ahead` periods of 30 seconds later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + ahead * device.step
    return f"{totp.token():06}"


def phone_of(user: User) -> TOTPDevice:
    return TOTPDevice.objects.create(user=user, name="phone")


def test_passwords_are_hashed_with_argon2(hoa: User) -> None:
    assert hoa.password.startswith("argon2$argon2id$")


@pytest.mark.usefixtures("strict")
def test_the_first_sign_in_sets_the_phone_up(client: Client, hoa: User) -> None:
    page = sign_in(client)
    assert "Cài mã đăng nhập trên điện thoại" in page
    picture = re.search(r"<svg.*?</svg>", page)
    assert picture
    assert "style" not in picture[0]
    device = TOTPDevice.objects.get(confirmed=False)
    again = client.get("/console/", follow=True).content.decode()
    assert picture[0] in again, "no page but this one, and the same picture"
    address = "/console/tai-khoan/ma-dang-nhap"
    assert "Mã không đúng." in client.post(address, {"code": "000000"}).content.decode()
    device.refresh_from_db()
    device.throttle_reset()
    shown = client.post(address, {"code": f" {code(device)[:3]} {code(device)[3:]}"}).content.decode()
    codes = re.findall(r"<li><code>([a-z2-7]{8})</code></li>", shown)
    assert sorted(codes) == sorted(StaticToken.objects.values_list("token", flat=True))
    assert len(codes) == 10
    assert client.get("/console/").status_code == 200
    assert "second-factor" in AuditEntry.objects.values_list("act", flat=True)


@pytest.mark.usefixtures("strict")
def test_a_code_is_asked_for_and_is_good_once(client: Client, hoa: User) -> None:
    device = phone_of(hoa)
    page = sign_in(client)
    assert "Mã đăng nhập" in page
    assert set(re.findall(r'(?:href|action)="(/[^"]*)"', page.partition("<body>")[2])) == {
        "/console/", "/", "/console/logout", "/console/language",
    }, "nothing else is clickable yet"  # fmt: skip
    for address in ("/console/", "/console/tai-khoan", "/console/tai-khoan/ma-dang-nhap"):
        assert client.get(address)["Location"].startswith("/console/login/ma?next=")
    posted = client.post("/console/tai-khoan/mat-khau", {"old": PASSWORD})
    assert posted["Location"].startswith("/console/login/ma?next=")
    form = {"code": code(device), "next": "/console/danh-sach/held"}
    assert client.post("/console/login/ma", form)["Location"] == "/console/danh-sach/held"
    assert client.get("/console/").status_code == 200
    other = Client()
    sign_in(other)
    assert "Mã không đúng." in other.post("/console/login/ma", form).content.decode()
    assert other.get("/console/").status_code == 302


def test_who_has_a_phone_shows_its_code_also_where_it_is_optional(client: Client, hoa: User) -> None:
    sign_in(client)
    assert client.get("/console/").status_code == 200
    phone_of(hoa)
    assert client.get("/console/")["Location"].startswith("/console/login/ma")


def test_only_our_own_pages_are_gone_on_to(client: Client, hoa: User) -> None:
    device = phone_of(hoa)
    sign_in(client)
    form = {"code": code(device), "next": "https://other.example/"}
    assert client.post("/console/login/ma", form)["Location"] == "/console/"


def test_a_recovery_code_is_good_once_and_says_how_many_are_left(client: Client, hoa: User) -> None:
    device = phone_of(hoa)
    client.force_login(hoa)
    client.post("/console/login/ma", {"code": code(device)})
    shown = client.post("/console/tai-khoan/ma-du-phong").content.decode()
    first, *_ = re.findall(r"<code>([a-z2-7]{8})</code>", shown)
    other = Client()
    sign_in(other)
    assert (
        "Còn 9 mã dự phòng."
        in other.post("/console/login/ma", {"code": first.upper()}, follow=True).content.decode()
    )
    third = Client()
    sign_in(third)
    assert "Mã không đúng." in third.post("/console/login/ma", {"code": first}).content.decode()


def test_who_guesses_codes_is_told_to_wait(client: Client, hoa: User) -> None:
    device = phone_of(hoa)
    sign_in(client)
    assert "Mã không đúng." in client.post("/console/login/ma", {"code": "000000"}).content.decode()
    told = client.post("/console/login/ma", {"code": code(device)}).content.decode()
    assert "Hãy thử lại sau 1 phút." in told, "even the right one has to wait"
    assert client.get("/console/").status_code == 302


def test_who_guesses_passwords_is_locked_out_for_a_time_that_stays(client: Client, hoa: User) -> None:
    for _number in range(4):
        assert "Tên đăng nhập hoặc mật khẩu không đúng." in sign_in(client, "sai")
    assert "Hãy thử lại sau 15 phút." in sign_in(client, "sai")
    AccessAttempt.objects.update(
        attempt_time=AccessAttempt.objects.get().attempt_time - timedelta(minutes=10)
    )
    late = client.post("/console/login", {"username": "hoa", "password": PASSWORD})
    assert (late.status_code, "Hãy thử lại sau 5 phút." in late.content.decode()) == (429, True)
    assert "Đăng xuất" in sign_in(Client(REMOTE_ADDR="10.0.0.7")), "from elsewhere the officer still comes in"
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=6))
    assert "Đăng xuất" in sign_in(client)
    assert PASSWORD not in str(list(AccessAttempt.objects.values()))


def aged(client: Client, **seconds: float) -> None:
    session = client.session
    for name, ago in seconds.items():
        session[name] = time.time() - ago
    session.save()


def test_a_session_ends_by_itself(client: Client, hoa: User) -> None:
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    aged(client, seen=IDLE - 60)
    assert client.get("/console/", headers={"hx-request": "true"}).status_code == 200
    aged(client, seen=IDLE + 60)
    page = client.get("/console/", follow=True).content.decode()
    assert "Đã lâu không làm gì nên Loa đăng xuất." in page
    assert client.get("/console/").status_code == 302
    sign_in(client)
    aged(client, began=12 * 3600 + 60)
    assert client.get("/console/").status_code == 302
    sign_in(client)
    aged(client, seen=IDLE - 60)
    client.get("/console/")
    assert time.time() - client.session["seen"] < 60


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(client: Client, hoa: User) -> None:
    sign_in(client)
    aged(client, seen=IDLE - 60)
    client.get("/console/", headers={"hx-request": "true"})
    assert time.time() - client.session["seen"] > IDLE - 120


def test_another_password_ends_the_other_sessions(client: Client, hoa: User) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    address, new = "/console/tai-khoan/mat-khau", "mot-cau-de-nho-khac"
    for form, why in (
        ({"old": "sai", "new": new, "again": new}, "Mật khẩu hiện nay không đúng."),
        ({"old": PASSWORD, "new": new, "again": "khac"}, "không giống nhau"),
        ({"old": PASSWORD, "new": "1234567890", "again": "1234567890"}, "note error"),
    ):
        answer = client.post(address, form)
        assert (answer.status_code, why in answer.content.decode()) == (400, True)
    client.post(address, {"old": PASSWORD, "new": new, "again": new})
    assert client.get("/console/").status_code == 200
    assert other.get("/console/").status_code == 302
    assert AuditEntry.objects.filter(act="password", who="hoa").count() == 1


def test_who_is_disabled_is_out_at_once(client: Client, hoa: User) -> None:
    sign_in(client)
    hoa.is_active = False
    hoa.save()
    assert client.get("/console/").status_code == 302
    assert "không đúng" in sign_in(client)


def test_a_link_to_choose_a_password_is_good_once(client: Client, person: Person, rf: RequestFactory) -> None:
    user = person("moi", "editor")
    request: HttpRequest = rf.get("/")
    link = link_for(request, user)
    assert "moi" in client.get(link).content.decode()
    weak = client.post(link, {"new_password1": "123", "new_password2": "123"})
    assert "Mật khẩu quá ngắn: cần ít nhất 10 ký tự." in weak.content.decode()
    theirs = rf.get("/", headers={"host": BASE.removeprefix("https://")})
    assert link_for(theirs, user).startswith(f"{BASE}/console/loi-moi/"), "https, although we see http"
    form = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(link, form)["Location"] == "/console/login"
    assert client.post(link, form).status_code == 410
    assert "không còn dùng được" in client.get(link).content.decode()
    assert client.get("/console/loi-moi/x/y").status_code == 410
    assert "Đăng xuất" in sign_in(client, name="moi")


def test_sessions_that_ended_do_not_pile_up(client: Client, hoa: User) -> None:
    sign_in(client)
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    sign_in(Client())
    assert Session.objects.count() == 1


def test_nothing_of_it_is_inline(client: Client, hoa: User) -> None:
    templates = Path(__file__).parents[2] / "templates/console"
    for path in templates.glob("*.html"):
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", path.read_text()), path.name


@pytest.mark.parametrize("there", ["", "/console/"])
def test_a_newsroom_is_met_with_what_it_can_do(client: Client, person: Person, there: str) -> None:
    user = person("baochi", "press")
    user.set_password(PASSWORD)
    user.save()
    form = {"username": "baochi", "password": PASSWORD, "next": there}
    page = client.post("/console/login", form, follow=True)
    assert (page.status_code, page.request["PATH_INFO"]) == (200, "/console/tai-khoan")
    shown = page.content.decode()
    for words in (f'href="{BASE}/press/rss.xml"', 'href="/press/"', "cơ quan báo chí"):
        assert words in shown
    assert 'class="name" href="/console/tai-khoan"' in shown, "no link leads where it may not go"
    assert 'href="/console/tai-khoan"' in client.get("/console/").content.decode()


def test_nobody_else_is_told_of_the_feed(client: Client, hoa: User) -> None:
    sign_in(client)
    assert "rss.xml" not in client.get("/console/tai-khoan").content.decode()
