"""How long what a channel carries is, in what its service counts, and what was left out to make it fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.utils.translation import gettext as _

from channels.base import Channel
from channels.radio.channel import RadioChannel
from channels.telegram.split import LIMIT, weigh
from channels.text import utf16
from channels.zalo.articles import DESCRIPTION, TITLE
from channels.zalo.bot import MESSAGE

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Measure:
    """`most` is None where the service sets no limit."""

    what: str
    used: int
    most: int | None
    unit: str

    @property
    def fits(self) -> bool:
        return self.most is None or self.used <= self.most


def measures(content: Mapping[str, Any], channel: Channel | None = None) -> tuple[Measure, ...]:
    """Of one part's content; of a radio script the limits are those of its `channel`."""
    signs = _("ký tự")
    if "html" in content:
        opening = content.get("opening", content["lead"])
        words = " ".join([content["title"], opening, unescape(_TAG.sub(" ", content["html"]))])
        return (Measure(_("Toàn bài"), len(" ".join(words.split())), None, signs),)
    if "article" in content:
        article = content["article"]
        body = sum(utf16(block.get("content", "")) for block in article["body"])
        return (
            Measure(_("Tiêu đề"), utf16(article["title"]), TITLE, signs),
            Measure(_("Mô tả"), utf16(article["description"]), DESCRIPTION, signs),
            Measure(_("Nội dung"), body, None, signs),
        )
    if "parse_mode" in content:
        return (Measure(_("Tin"), weigh(content["text"]).units, LIMIT.units, _("ký tự (đếm như Telegram)")),)
    if "script" in content:
        reader = channel.reader if isinstance(channel, RadioChannel) else None
        return (
            Measure(_("Bản đọc"), content["syllables"], reader.room if reader else None, _("âm tiết")),
            Measure(_("Đọc hết"), content["seconds"], reader.longest if reader else None, _("giây")),
        )
    if isinstance(content.get("text"), str):
        return (Measure(_("Tin"), utf16(content["text"]), MESSAGE, signs),)
    return ()


def left_out(contents: Sequence[Mapping[str, Any]], title: str, text: str) -> tuple[str, ...]:
    """What of an article's title and text these parts of one channel do not carry, in plain words."""
    (first, *rest) = contents
    if "article" in first:
        short = first["article"]["title"].endswith("…") and not title.endswith("…")
        return (_("Tiêu đề dài quá nên bị rút ngắn; tiêu đề đủ nằm trong bài."),) if short else ()
    if "script" in first:
        return (
            *first["script"]["notes"],
            *(_("Câu dài, khó đọc: %s") % one for one in first["script"]["long"]),
        )
    most = LIMIT.units if "parse_mode" in first else MESSAGE
    if "text" in first and not rest and utf16(text) > most:
        return (_("Bài dài quá ba tin nên chỉ gửi phần đầu, kèm đường dẫn đến toàn văn."),)
    return ()
