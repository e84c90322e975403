"""Where a person looks whether a message is there: a link where there is one, else how to find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from channels.base import Receipt
from pipeline import office
from pipeline.models import Delivery
from pipeline.schedule import AnyChannel

OA_DESK = "https://oa.zalo.me/"
"""The desk of an Official Account's administrators, with the list of its articles."""


@dataclass(frozen=True)
class Place:
    """`how` is a sentence; `links` are addresses to open, `file` a path in the office's own folders."""

    how: str
    links: tuple[str, ...] = ()
    file: str = ""


def place(row: Delivery, channel: AnyChannel | None, target: str, stands: Sequence[Receipt]) -> Place:
    """`target`: what the row's own has become by now; `stands`: receipts of what is known to be there."""
    known = tuple(dict.fromkeys(each.url for each in stands if each.url))
    match channel.kind if channel else None:
        case "telegram":
            return _telegram(target, known)
        case "zalo-oa":
            how = _("Vào trang quản trị OA, mở danh sách bài viết, tìm bài có tiêu đề như dưới đây.")
            return Place(how, known or (OA_DESK,))
        case "zalo-bot":
            how = _("Mở Zalo trên điện thoại, vào nhóm %(chat)s, tìm tin có nội dung như dưới đây.")
            return Place(how % {"chat": target}, known)
        case "radio":
            file = row.content.get("file") or next((each.ref for each in stands if each.ref), "")
            return Place(_("Tìm tệp này trong thư mục giao cho đài."), file=str(PurePath(target) / file))
        case "manual":
            how = _("Mở %(place)s, tìm bài có nội dung như dưới đây.") % {"place": row.target}
            opens = getattr(channel, "open", None)
            return Place(how, known or ((opens,) if opens else ()))
        case "portal" | "press":
            base = office.current().schedule.office.base_url.rstrip("/")
            return Place(_("Mở trang của Loa."), (base + row.content.get("path", "/press/rss.xml"),))
    how = _("Kênh này không còn trong cấu hình. Nơi đã gửi: %(target)s.")
    return Place(how % {"target": target}, known)


def _telegram(chat: str, known: tuple[str, ...]) -> Place:
    if known:
        return Place(_("Mở tin đã đăng trên Telegram."), known)
    if chat.startswith("@"):
        return Place(_("Mở kênh Telegram, xem các tin quanh giờ gửi."), (f"https://t.me/{chat[1:]}",))
    how = _("Mở ứng dụng Telegram, vào nhóm hoặc kênh có mã %(chat)s, xem các tin quanh giờ gửi.")
    return Place(how % {"chat": chat})
