"""A new officer's way, from the invitation to a withdrawn article, as every channel's readers see it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import RequestFactory
from playwright.sync_api import Browser, Locator, expect

from pipeline import office as offices
from pipeline import service
from pipeline.people import newcomer
from pipeline.review.workflow import Role
from tests.browser.conftest import CHROMIUM, phone_shows, windows
from tests.browser.hands import Keyboard, Mouse, Touch
from tests.browser.town import PATIENCE, Town, at_work
from tests.crash.town import CHANNELS
from web.console.signin import link_for

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
PASSWORD = "mùa thu hái cọ bên sông Thao"
TITLE = "Trao thẻ căn cước cho công dân xã Hy Cương"
NUMBER = "025199001234"
WRONG, RIGHT = "sáng thứ Hai", "chiều thứ Tư"
MISREAD, PUT_OFF = "Bản đầu ghi sai buổi.", "Buổi trao thẻ đã hoãn."
FEED = f"""<rss version="2.0"><channel><title>A</title><link>https://a.example</link>
<item><title>{TITLE}</title><guid>tin-1</guid><link>https://a.example/tin/1</link>
<pubDate>Mon, 23 Nov 2026 07:00:00 +0700</pubDate>
<description>&lt;p&gt;Công an xã trao thẻ căn cước đã làm xong tại trụ sở vào {WRONG}.
Bà Hà Thị Lan, số CCCD {NUMBER}, là người đầu tiên nhận thẻ.&lt;/p&gt;</description></item></channel></rss>"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Iterator[Town]:
    monkeypatch.setattr(service, "LOOK_EVERY", 0.3)
    with at_work(tmp_path, FEED) as town:
        monkeypatch.setattr(offices, "current", lambda: town.office)
        yield town


class Officer:
    """Lan, who has never been here, with a hand to work the pages with."""

    def __init__(self, hand: Mouse) -> None:
        self.page, self.press, self.write, self.choose = hand.page, hand.press, hand.write, hand.choose

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True).first

    def is_told(self, words: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(words)

    def sees(self, state: str) -> None:
        """The same of every channel, on the page of the article when it is loaded again."""
        self.page.reload()
        marks = self.page.locator(".lane h3 .state").evaluate_all("(all) => all.map((e) => e.className)")
        assert marks == [f"state {state}"] * len(CHANNELS)

    def accepts_the_invitation(self, link: str) -> str:
        """Choose a password, set the phone up; returns the key that the phone now has."""
        self.page.goto(link)
        self.write(self.field("Mật khẩu mới"), PASSWORD)
        self.write(self.field("Nhập lại"), PASSWORD)
        self.press(self.button("Đặt mật khẩu"))
        self.is_told("Đã đặt mật khẩu. Hãy đăng nhập.")
        self.gives_the_password()
        key = self.page.locator("code.key").inner_text()
        self.write(self.field("Nhập sáu chữ số đang hiện trong ứng dụng"), phone_shows(key))
        self.press(self.button("Xong"))
        self.press(self.link("Tôi đã cất các mã này"))
        return key

    def gives_the_password(self) -> None:
        self.write(self.field("Tên đăng nhập"), "lan")
        self.write(self.field("Mật khẩu"), PASSWORD)
        self.press(self.button("Đăng nhập"))

    def signs_in(self, key: str) -> None:
        self.gives_the_password()
        # A code is good once: this is the next one that the phone shows.
        self.write(self.field("Mã"), phone_shows(key, ahead=1))
        self.press(self.button("Tiếp tục"))

    def masks_and_approves(self) -> None:
        self.choose(self.link(TITLE))
        expect(self.button("Duyệt")).to_have_count(0)
        self.press(self.button(f"Che {NUMBER}"))
        self.is_told("Đã ghi thành bản 2.")
        self.press(self.button("Duyệt"))
        self.is_told("Đã duyệt. Kênh sẽ nhận:")

    def corrects(self) -> None:
        self.press(self.link("Đính chính…"))
        self.write(self.field("Chữ sai"), WRONG)
        self.write(self.field("Chữ đúng"), RIGHT)
        self.write(self.field("Lý do (bạn đọc sẽ thấy)"), MISREAD)
        self.press(self.button("Xem trước trên từng kênh"))
        self.press(self.button("Xác nhận và gửi đính chính"))
        self.is_told("Đã ghi đính chính.")

    def withdraws(self) -> None:
        self.press(self.link("Gỡ bài…"))
        self.write(self.field("Lý do (bạn đọc sẽ thấy)"), PUT_OFF)
        self.press(self.button("Xem trước trên từng kênh"))
        self.press(self.button("Xác nhận gỡ bài"))
        self.is_told("Đã gỡ bài.")


@pytest.mark.parametrize("way", [Mouse, Touch, Keyboard])
def test_from_the_invitation_to_the_withdrawal(browser: Browser, town: Town, way: type[Mouse]) -> None:
    with windows(browser):
        hand = way(browser)
        lan = Officer(hand)
        key = lan.accepts_the_invitation(invitation(town))
        lan.press(lan.button("Đăng xuất"))
        lan.signs_in(key)
        lan.masks_and_approves()
        eventually(lambda: every_reader_has_it(town.readers_have()))
        eventually(lambda: lan.sees("sent"))
        lan.corrects()
        eventually(lambda: every_reader_is_put_right(town.readers_have()))
        eventually(lambda: lan.sees("sent"))
        lan.withdraws()
        eventually(lambda: nobody_has_it_any_more(town.readers_have()))
        eventually(lambda: lan.sees("withdrawn"))
        assert hand.complaints == []


def invitation(town: Town) -> str:
    """The link that an administrator hands over."""
    with transaction.atomic():
        lan = newcomer("lan", "Hà Thị Lan", [(Role.APPROVER, "")], "quantri")
    return link_for(RequestFactory().get("/", headers={"host": town.address.partition("//")[2]}), lan)


def eventually(holds: Callable[[], None]) -> None:
    """Look again until what is asserted holds."""
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            return holds()
        except AssertionError:
            if time.monotonic() > ends:
                raise
        time.sleep(0.1)


def every_reader_has_it(told: dict[str, str]) -> None:
    assert where(told, TITLE) == where(told, WRONG) == where(told, "đã che") == CHANNELS
    assert where(told, NUMBER) == set()


def every_reader_is_put_right(told: dict[str, str]) -> None:
    """Words stay where nobody can take them back, in a group's chat, and where they are read out as wrong."""
    assert where(told, RIGHT) == where(told, MISREAD) == CHANNELS
    assert where(told, WRONG) == {"nhom", "loa"}
    assert told["bao-chi"].count(TITLE) == told["zalo"].count(TITLE) == told["telegram"].count(TITLE) == 1


def nobody_has_it_any_more(told: dict[str, str]) -> None:
    assert told["telegram"] == told["zalo"] == ""
    assert where(told, RIGHT) == {"nhom"}
    assert where(told, PUT_OFF) == {"cong", "nhom", "loa", "bao-chi"}
    assert told["cong"].startswith("410")
    assert "Tin đã được gỡ" in told["cong"]
    assert f"GỠ BÀI: {TITLE}" in told["bao-chi"]
    assert "withdrawn" in told["bao-chi"].splitlines()
    assert told["nhom"].rpartition("THÔNG BÁO GỠ TIN")[2].count(PUT_OFF) == 1
    assert told["loa"].startswith("Chúng tôi xin gỡ bản tin đã phát")


def where(told: dict[str, str], words: str) -> set[str]:
    """The channels whose readers are told so."""
    return {channel for channel, text in told.items() if words in text}
