"""Which pages are in the album: each address of the web, in states that are worth seeing, and for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import resolve
from playwright.sync_api import Page

from web.permissions import addresses


@dataclass(frozen=True)
class Shot:
    """One picture at each width."""

    file: str
    title: str
    """In Vietnamese, as the album's page and the pictures' descriptions have it."""
    path: str
    """With {names} that the scene fills in; a full address is the demo's own page."""
    who: str = "hoa"
    """Who is signed in; empty: nobody."""
    before: Callable[[Page], None] = lambda _page: None
    """What is done to the page before its picture is taken."""
    status: int = 200
    screen: bool = False
    """Only what is on the screen: for what lies over the page."""


def peek(page: Page) -> None:
    page.get_by_role("button", name="Xem nhanh").first.click()
    page.get_by_role("region", name="Nội dung bài").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Phím tắt").wait_for()


def unfold(words: str) -> Callable[[Page], None]:
    """Open what is folded under these words."""

    def act(page: Page) -> None:
        page.locator("summary", has_text=words).first.click()

    return act


def looked_at(page: Page) -> None:
    """Fill in a correction and look at it, as far as the last button."""
    page.get_by_label("Chữ sai").first.fill("148 điểm cầu")
    page.get_by_label("Chữ đúng").first.fill("149 điểm cầu")
    page.get_by_label("Lý do").fill("Nguồn đếm thiếu một điểm cầu.")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("heading", name="xem lại trước khi xác nhận").wait_for()


def taken_back(page: Page) -> None:
    page.get_by_label("Lý do").fill("Bài đăng nhầm.")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("heading", name="xem lại trước khi xác nhận").wait_for()


def chosen(page: Page) -> None:
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Xem lại").click()


def tried(page: Page) -> None:
    page.get_by_role("button", name="Đọc thử").click()


GROUPS: dict[str, tuple[Shot, ...]] = {
    "Việc hôm nay": (
        Shot("viec-hom-nay", "Việc hôm nay", "/console/"),
        Shot("xem-nhanh", "Xem nhanh một bài ngay trên trang", "/console/", before=peek),
        Shot("phim-tat", "Bảng phím tắt", "/console/", before=keys, screen=True),
        Shot("danh-sach", "Các bài đã duyệt", "/console/danh-sach/approved"),
        Shot("tim", "Tìm", "/console/tim?tim=hồ sơ đất đai"),
    ),
    "Soạn bài": (
        Shot("soan-bai", "Soạn bài: bài đang viết, và các thể loại", "/console/viet", who="lan"),
        Shot("soan-bai-viet", "Đang viết một bài", "/console/viet/{draft}", who="lan"),
    ),
    "Một bài": (
        Shot("bai-cho-duyet", "Bài có dữ liệu cá nhân, chờ người duyệt", "/console/bai/{private}"),
        Shot("bai-loi-rieng", "Bài có lời viết riêng cho Telegram", "/console/bai/{critical}"),
        Shot("bai-nguon-sua", "Nguồn sửa bài sau khi đăng: đề nghị đính chính", "/console/bai/{changed}"),
        Shot("bai-da-gui", "Bài đã lên các kênh, đã đính chính", "/console/bai/{corrected}"),
        Shot("bai-da-go", "Bài đã gỡ", "/console/bai/{taken_back}"),
        Shot("xem-truoc", "Xem trước trên một kênh", "/console/bai/{critical}/xem-truoc/telegram-tinh"),
        Shot("duyet-dinh-chinh", "Duyệt bản đính chính của nguồn", "/console/bai/{changed}/approve"),
        Shot("dinh-chinh", "Đính chính: ghi chữ sai, chữ đúng, lý do", "/console/bai/{corrected}/correct"),
        Shot("dinh-chinh-xem-lai", "Đính chính: xem lại trước khi xác nhận",
             "/console/bai/{corrected}/correct", before=looked_at),
        Shot("go-bai", "Gỡ bài: xem lại trước khi xác nhận", "/console/bai/{corrected}/withdraw",
             before=taken_back),
    ),
    "Lịch": (
        Shot("lich-ngay", "Lịch hôm nay", "/console/lich"),
        Shot("lich-mai", "Lịch ngày mai", "/console/lich?ngay=2026-11-25"),
        Shot("lich-doi-gio", "Đổi giờ một bài", "/console/lich?doi={goes}"),
        Shot("lich-tuan", "Lịch cả tuần", "/console/lich/tuan"),
    ),
    "Kênh, nghi vấn, nguồn tin": (
        Shot("nghi-van", "Nghi vấn", "/console/doubt"),
        Shot("kenh", "Các kênh", "/console/kenh"),
        Shot("kenh-zalo", "Kênh Zalo OA", "/console/kenh/zalo"),
        Shot("kenh-tam-dung", "Kênh đang tạm dừng", "/console/kenh/zalo-nhom"),
        Shot("gui-loat", "Gửi loạt trên Zalo OA: chọn bài", "/console/kenh/zalo/gui-loat", who="minh"),
        Shot("gui-loat-xem-lai", "Gửi loạt trên Zalo OA: xem lại", "/console/kenh/zalo/gui-loat", who="minh",
             before=chosen),
        Shot("dang-tay", "Đăng bằng tay: các thẻ", "/console/dang-tay"),
        Shot("dang-tay-nhan", "Thẻ chờ người nhận", "/console/dang-tay/{card_waits}"),
        Shot("dang-tay-the", "Thẻ đã nhận: mở, chép, ghi kết quả", "/console/dang-tay/{card_held}"),
        Shot("nguon-tin", "Nguồn tin", "/console/nguon"),
        Shot("nguon-su-co", "Nguồn tin có sự cố", "/console/nguon/skhcn"),
        Shot("nguon-doc-thu", "Đọc thử một nguồn tin", "/console/nguon/stp", before=tried),
    ),
    "Người dùng, nhật ký, tài khoản": (
        Shot("dang-nhap", "Đăng nhập", "/console/login", who=""),
        Shot("ma-dang-nhap", "Nhập mã của điện thoại", "/console/login/ma", who="tuphap"),
        Shot("loi-moi", "Người mới đặt mật khẩu", "/console/loi-moi/{uid}/{token}", who=""),
        Shot("tai-khoan", "Tài khoản của mình", "/console/tai-khoan"),
        Shot("cai-dien-thoai", "Cài điện thoại lấy mã đăng nhập", "/console/tai-khoan/ma-dang-nhap"),
        Shot("nguoi-dung", "Mọi người", "/console/nguoi-dung", who="quantri"),
        Shot("mot-nguoi", "Việc của một người", "/console/nguoi-dung/{person}", who="quantri"),
        Shot("nhat-ky", "Nhật ký", "/console/nhat-ky", who="thanhtra"),
        Shot("khong-duoc", "Không có quyền làm việc này", "/console/nhat-ky", who="lan", status=403),
    ),
    "Bạn đọc, báo chí": (
        Shot("cong", "Trang đầu của Cổng", "/", who=""),
        Shot("cong-chuyen-muc", "Một chuyên mục của Cổng", "/chuyen-muc/1", who=""),
        Shot("cong-bai", "Một bài đã đính chính trên Cổng", "/tin/{corrected}", who=""),
        Shot("cong-da-go", "Bài đã gỡ trên Cổng", "/tin/{taken_back}", who="", status=410),
        Shot("bao-chi", "Trang dành cho báo chí", "/press/", who=""),
    ),
    "Bản chạy thử": (
        Shot("chay-thu", "Một ngày của văn phòng chạy thử", "{day}/", who=""),
        Shot("chay-thu-bai", "Một bài trên mọi kênh", "{day}/?bai={corrected}", who=""),
    ),
}  # fmt: skip
SHOTS = [shot for group in GROUPS.values() for shot in group]

NO_PAGES = frozenset({
    "healthz", "static", "media", "press-feed", "portal-feed", "robots", "console-listen",
    "console-log-export", "console-peek", "console-reading", "console-company",
})  # fmt: skip
"""What is read by machines, heard or downloaded; and what is seen inside another page only."""


def missing(shots: Iterable[Shot] = SHOTS) -> list[str]:
    """The addresses that people open and of which the album has no picture."""
    shown = {resolve(_path(shot)).url_name for shot in shots if not shot.path.startswith("{")}
    return [
        f"{each.path} ({each.name})"
        for each in addresses()
        if each.demands and "GET" in each.demands.acts and each.name not in shown | NO_PAGES
    ]


def _path(shot: Shot) -> str:
    anything: dict[str, str] = defaultdict(lambda: "1")
    return shot.path.partition("?")[0].format_map(anything)
