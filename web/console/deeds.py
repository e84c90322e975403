"""What a delivery does to what a channel's readers have, in words: before it is done, and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.deliver.values import part_of
from pipeline.models import Delivery, DeliveryState, Errand


class Deed(StrEnum):
    """How a content reaches readers: the same errand is done differently where a channel can do less."""

    NEW = "new"
    EDIT = "edit"
    DELETE = "delete"
    PAGE = "page"
    SCRIPT = "script"


_METHODS = {
    "editMessageText": Deed.EDIT,
    "edit": Deed.EDIT,
    "update": Deed.EDIT,
    "deleteMessage": Deed.DELETE,
    "remove": Deed.DELETE,
}
"""What the contents of Telegram, Zalo and cards call it; every other method posts anew."""

_WORDS = {
    (Errand.POST, Deed.NEW): gettext_lazy("gửi tin"),
    (Errand.POST, Deed.PAGE): gettext_lazy("đăng tin"),
    (Errand.POST, Deed.SCRIPT): gettext_lazy("giao bản tin"),
    (Errand.CORRECT, Deed.NEW): gettext_lazy("gửi tin đính chính"),
    (Errand.CORRECT, Deed.EDIT): gettext_lazy("sửa tin đã đăng"),
    (Errand.CORRECT, Deed.DELETE): gettext_lazy("xóa tin thừa"),
    (Errand.CORRECT, Deed.PAGE): gettext_lazy("thay bằng bản đúng"),
    (Errand.CORRECT, Deed.SCRIPT): gettext_lazy("giao bản tin đính chính"),
    (Errand.WITHDRAW, Deed.NEW): gettext_lazy("gửi tin báo gỡ"),
    (Errand.WITHDRAW, Deed.EDIT): gettext_lazy("thay tin bằng lời báo gỡ"),
    (Errand.WITHDRAW, Deed.DELETE): gettext_lazy("xóa tin"),
    (Errand.WITHDRAW, Deed.SCRIPT): gettext_lazy("giao bản tin báo gỡ"),
}


def plan(row: Delivery) -> str:
    """What it will do, and what instead where what stands there cannot be changed."""
    ways = [_words(row, content) for content in [row.content, *row.otherwise]]
    return _("; nếu không được thì ").join(ways)


def done(row: Delivery) -> str:
    """What has become of it, by the way that was tried last."""
    deed = {"deed": _words(row, part_of(row).content)}
    match row.state:
        case DeliveryState.SENT:
            said = _("đã %(deed)s") % deed
        case DeliveryState.QUEUED:
            said = _("đang chờ để %(deed)s") % deed
        case DeliveryState.SENDING:
            said = _("đang %(deed)s") % deed
        case DeliveryState.FAILED:
            said = _("không %(deed)s được") % deed
        case DeliveryState.UNCERTAIN:
            said = _("không rõ đã %(deed)s hay chưa") % deed
        case DeliveryState.WITHDRAWN if row.sent_at:
            return _("đã %(deed)s trước khi bài bị gỡ") % deed
        case _:
            return _("thôi, không %(deed)s nữa") % deed
    if row.way == 0:
        return said
    before = _words(row, [row.content, *row.otherwise][row.way - 1])
    return _("không %(deed)s được nữa: %(instead)s") % {"deed": before, "instead": said}


def _words(row: Delivery, content: Mapping[str, Any]) -> str:
    deed, errand = _deed(content), Errand(row.errand)
    if content.get("script", {}).get("kind") in ("news", "question"):
        # An emergency that was granted late takes the place of its own script, and corrects nothing.
        errand = Errand.POST
    return str(_WORDS.get((errand, deed)) or _WORDS[errand, Deed.NEW])


def _deed(content: Mapping[str, Any]) -> Deed:
    if "html" in content:
        return Deed.PAGE
    if "file" in content:
        return Deed.SCRIPT
    return _METHODS.get(content.get("method", ""), Deed.NEW)


def in_order(rows: Sequence[Delivery]) -> list[Delivery]:
    """As things went: wording by wording, and what takes an article back at the end."""
    errands = list(Errand)
    return sorted(rows, key=lambda row: (row.revision.number, errands.index(Errand(row.errand)), row.part))
