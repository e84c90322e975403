"""Every page there is, on a desk and on a phone: axe-core finds nothing, and nothing is too wide."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django_otp.plugins.otp_totp.models import TOTPDevice
from jinja2 import Template
from playwright.sync_api import Browser, Page
from pydantic import SecretStr

from channels.manual import ManualChannel
from channels.zalo import ZaloOaChannel
from pipeline import mending
from pipeline import office as offices
from pipeline.mending import Seen, Wording
from pipeline.models import Article, Broadcast, ChannelState, Delivery, Source
from pipeline.office import Office
from pipeline.schedule import ManualSettings, SourceSettings, ZaloOaSettings
from pipeline.write.drafts import begin
from tests.browser.conftest import CHROMIUM, phone_shows, windows
from tests.channels.zalo.office import Store, pair
from tests.web.conftest import (
    BASE,
    NOW,
    add_revision,
    attachment,
    carried,
    find,
    image,
    make_article,
    publish,
    reference,
)
from tests.web.test_sources import FEED
from web.console.signin import link_for
from web.permissions import addresses

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
    pytest.mark.django_db(transaction=True),
]
TEMPLATES = Path(__file__).parents[2] / "templates"
NO_PAGES = {
    "healthz", "static", "media", "robots", "portal-feed", "press-feed", "console-listen",
    "console-log-export", "console-peek", "console-company", "console-reading",
}  # fmt: skip
"""Addresses that answer with no page: files, feeds, and what the morning loads into itself."""
WIDTHS = (1440, 390)
FIND = """axe.run({resultTypes: ["violations"], rules: {"target-size": {enabled: true}}})
  .then((found) => found.violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`))"""
"""All rules that axe-core has on, and the one about the size of what is pressed (WCAG 2.2, 2.5.8)."""


@dataclass(frozen=True)
class Example:
    """A page with something on it: who opens it where, and what they press to come to it."""

    path: str
    then: Callable[[Page], None] = lambda _: None
    who: str = "hoa"


Examples = dict[str, list[Example]]
Opened = tuple[Page, list[str]]
"""A page, and what the browser complains of there."""


@pytest.fixture
def wide(wide: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    """It also pins to a board in the hall and has an Official Account; its one source is a file."""
    board = ManualSettings(id="bang", kind="manual", place="Bảng tin Một cửa", addresses=False)
    account = ZaloOaSettings(id="oa", kind="zalo-oa", app_id="7", secret=SecretStr("s"), broadcasts=2)
    feed = tmp_path / "stp.xml"
    feed.write_text(FEED)
    source = SourceSettings(id="stp", agency="Sở Tư pháp", url=feed.as_uri())
    schedule = wide.schedule.model_copy(
        update={"channels": (*wide.schedule.channels, board, account), "sources": (source,)}
    )
    store = Store(pair(refresh_left=timedelta(days=9)))
    channels = {
        **wide.channels,
        "bang": ManualChannel(board.id, board.place, board.characters),
        "oa": ZaloOaChannel(id="oa", app_id="7", secret="s", tokens=store, cover=f"{BASE}/static/cover.png"),
    }
    made = replace(wide, schedule=schedule, channels=MappingProxyType(channels))
    monkeypatch.setattr(offices, "current", lambda: made)
    return made


@pytest.fixture
def people(person: Callable[..., User]) -> dict[str, User]:
    """Hoa may do all there is, Minh stands before the second step, An is only of a newsroom."""
    people = {
        "hoa": person("hoa", "approver", "administrator"),
        "minh": person("minh", "press"),
        "an": person("an", "press"),
    }
    TOTPDevice.objects.create(user=people["minh"], name="phone")
    return people


@pytest.fixture
def examples(wide: Office, people: dict[str, User], served: str) -> Examples:
    """For every page, by the name of its address, what it can look like."""
    hoa = people["hoa"]
    flawed = make_article("Bài chờ", "review", body="<p>Chính văn.</p>", text="Về Hà Tây ngay.")
    find(flawed, "old-office-name", "Có tên cũ ở đoạn “Về Hà Tây ngay.”.", "text", 3, 9)
    clear = [make_article(f"Bài không vướng {n}", "review", body="<p>Chính văn.</p>") for n in (1, 2)]
    for article in clear:
        find(article, "no-approval-marker", "Nguồn không ghi bài đã được duyệt hay chưa: cần người duyệt.")
    private = make_article("Bài có số", "review", body="<p>Số 0912345678.</p>", text="Số 0912345678.")
    find(private, "personal-data", "Có số điện thoại “0912345678”.", "text", 3, 13)
    mending.word(wide, private.id, hoa, "telegram", Wording("Gọi ngay", "", "Gọi 0912345678."),
                 Seen(private.current_id), "")  # fmt: skip
    sent, changed = carried(wide, hoa, title="Bài đã gửi"), carried(wide, hoa, title="Bài gửi rồi sửa")
    add_revision(changed, "Bài nguồn đã sửa")
    Article.objects.filter(id=changed.id).update(state="review")
    for title, state in (("Bài nghi vấn", "uncertain"), ("Bài lỗi", "failed")):
        publish(make_article(title), sent=None, state=state)
    goes = publish(make_article("Bài sắp phát"), sent=None, state="queued")
    Article.objects.filter(id=goes.article_id).update(published=goes.revision)
    card = Delivery.objects.get(article=goes.article, channel="bang")
    full = publish(
        make_article("Bài đủ cả", topic=4, kind="tin"),
        images=(image(),), attachments=(attachment(),), corrects=reference(sent),
    )  # fmt: skip
    Delivery.objects.filter(article=full.article, channel="oa").update(receipt={"ref": "z1"})
    gone = publish(make_article("Bài đã gỡ"), state="withdrawn")
    Article.objects.filter(id=gone.article_id).update(
        state="withdrawn", withdrawn_because="Số liệu sai.", withdrawn_at=NOW
    )
    Source.objects.update(state="trouble", reason="Trang bảo trì.", since=NOW - timedelta(hours=9))
    ChannelState.objects.create(channel="zalo", paused=True, reason="Cần cấp quyền lại.", by="loa", at=NOW)
    told = {"article": full.article_id, "title": "Bài đủ cả", "ref": "z1"}
    Broadcast.objects.create(key="a" * 32, channel="oa", articles=[told], state="uncertain", who="hoa",
                             at=NOW, started_at=NOW)  # fmt: skip
    writes = begin(wide, hoa, "Sở Tư pháp", "tin")
    item = "/console/bai/{}".format
    here = RequestFactory().get("/", headers={"host": served.partition("//")[2]})
    return {
        "front": [Example("/", who="")],
        "section": [Example("/chuyen-muc/4", who="")],
        "article": [Example(full.content["path"], who=""), Example(gone.content["path"], who=""),
                    Example("/tin/khong-co-999", who="")],
        "press": [Example("/press/", who="")],
        "login": [Example("/console/login", who=""), Example("/console/login", wrong_password, who="")],
        "console-code": [Example("/console/login/ma", who="minh")],
        "console-welcome": [Example(link_for(here, people["an"]).removeprefix(served), who=""),
                            Example("/console/loi-moi/x/y", who="")],
        "console": [Example("/console/", press("Xem nhanh")), Example("/console/", press("Phím tắt (?)"))],
        "console-list": [Example("/console/danh-sach/review")],
        "console-item": [Example(item(each.id)) for each in (flawed, private, sent, changed, gone.article)]
                        + [Example(item(999))],
        "console-preview": [Example(item(flawed.id) + "/xem-truoc/telegram")],
        "console-approve": [Example(item(changed.id) + "/approve", ask_why)],
        "console-correct": [Example(item(sent.id) + "/correct"),
                            Example(item(sent.id) + "/correct", put_right)],
        "console-withdraw": [Example(item(sent.id) + "/withdraw", ask_why)],
        "console-drafts": [Example("/console/viet")],
        "console-draft": [Example(f"/console/viet/{writes.pk}")],
        "console-search": [Example("/console/tim?tim=bài")],
        "console-day": [Example(f"/console/lich?doi={goes.id}")],
        "console-week": [Example("/console/lich/tuan")],
        "console-doubt": [Example("/console/doubt")],
        "console-channels": [Example("/console/kenh")],
        "console-channel": [Example("/console/kenh/oa"), Example("/console/kenh/zalo")],
        "console-broadcast": [Example("/console/kenh/oa/gui-loat"),
                              Example("/console/kenh/oa/gui-loat", pick)],
        "console-cards": [Example("/console/dang-tay")],
        "console-card": [Example(f"/console/dang-tay/{card.id}"),
                         Example(f"/console/dang-tay/{card.id}", press("Nhận thẻ này"))],
        "console-sources": [Example("/console/nguon")],
        "console-source": [Example("/console/nguon/stp"), Example("/console/nguon/stp", press("Đọc thử"))],
        "console-people": [Example("/console/nguoi-dung")],
        "console-person": [Example(f"/console/nguoi-dung/{hoa.id}"),
                           Example(f"/console/nguoi-dung/{hoa.id}", press("Tạo đường dẫn đặt mật khẩu"))],
        "console-log": [Example("/console/nhat-ky"), Example("/console/nhat-ky", who="an")],
        "console-account": [Example("/console/tai-khoan"), Example("/console/tai-khoan", forget_the_token)],
        "console-second-factor": [Example("/console/tai-khoan/ma-dang-nhap"),
                                  Example("/console/tai-khoan/ma-dang-nhap", set_up, who="an")],
    }  # fmt: skip


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def wrong_password(page: Page) -> None:
    page.get_by_label("Tên đăng nhập").fill("hoa")
    page.get_by_label("Mật khẩu").fill("không phải")
    press("Đăng nhập")(page)


def ask_why(page: Page) -> None:
    page.get_by_label("Lý do (bạn đọc sẽ thấy)").fill("Số liệu sai.")
    press("Xem trước trên từng kênh")(page)


def put_right(page: Page) -> None:
    page.get_by_label("Chữ sai").first.fill("30.000")
    page.get_by_label("Chữ đúng").first.fill("20.000")
    ask_why(page)


def pick(page: Page) -> None:
    page.get_by_label("Bài đủ cả").check()
    press("Xem lại")(page)


def set_up(page: Page) -> None:
    key = page.locator("code.key").inner_text()
    page.get_by_label("Nhập sáu chữ số đang hiện trong ứng dụng").fill(phone_shows(key))
    press("Xong")(page)


def forget_the_token(page: Page) -> None:
    page.context.clear_cookies(name="csrftoken")
    press("English")(page)


def test_every_address_of_a_page_has_an_example(examples: Examples) -> None:
    """A new page is shown to axe-core, or said to be none."""
    asked = {each.name for each in addresses() if each.demands and "GET" in each.demands.acts}
    assert asked - NO_PAGES - examples.keys() == set(), "give it an Example in this file"
    assert (examples.keys() | NO_PAGES) - asked == set(), "no such page any more"


def test_every_page_is_for_everybody(
    browser: Browser,
    served: str,
    people: dict[str, User],
    examples: Examples,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: set[str] = set()
    render = Template.render

    def seen(template: Template, *args: object, **more: object) -> str:
        shown.add(template.name or "")
        return render(template, *args, **more)

    monkeypatch.setattr(Template, "render", seen)
    with windows(browser):
        found = looked_at(
            served, {name: page_for(browser, served, people.get(name)) for name in ("", *people)}, examples
        )
    assert found == {}
    assert pages_of_ours() - shown == set(), "no Example above comes to these"


def looked_at(served: str, pages: dict[str, Opened], examples: Examples) -> dict[str, list[str]]:
    """What is wrong on which page."""
    found: dict[str, list[str]] = {}
    for example in itertools.chain.from_iterable(examples.values()):
        page, complaints = pages[example.who]
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        complaints.clear()
        page.goto(served + example.path)
        example.then(page)
        page.wait_for_load_state()
        wrong = [each for each in complaints if "Failed to load resource" not in each]
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            needed = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"needs {needed} px"] * (needed > width) + page.evaluate(FIND)
        if wrong:
            found[f"{example.path} by {example.who}, now {page.url}"] = wrong
    return found


def page_for(browser: Browser, served: str, user: User | None) -> Opened:
    """A page for this person, or for anybody, and what the browser complains of there."""
    page = browser.new_context().new_page()
    if user:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": f"{served}/console/"}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def pages_of_ours() -> set[str]:
    """The templates that are whole pages."""
    folders = (TEMPLATES / name for name in ("console", "portal", "press"))
    files = [file for folder in folders for file in folder.glob("*.html")]
    return {str(file.relative_to(TEMPLATES)) for file in files if file.read_text().startswith("{% extends")}
