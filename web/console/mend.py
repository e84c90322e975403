"""What an officer changes of an article on its page: words, facts, descriptions; or answers for."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pipeline import mending, office
from pipeline.acts import NotAllowed
from pipeline.amend import FIELDS, MASK, Edit
from pipeline.collect.dates import UnreadableDate, read_date
from pipeline.review.workflow import Act
from web import names
from web.access import needs, person
from web.asked import typed_text, whole_number
from web.console.acts import reason
from web.console.item import done

MOMENTS = ("published", "embargo", "expires")
_ALT = re.compile(r"alt-(\d{1,3})")


@needs(post=Act.MEND)
def mend(request: HttpRequest, article: int) -> HttpResponse:
    """Make a new revision with these changes."""

    def doing() -> str:
        made = mending.mend(office.current(), article, person(request), _edit(request), seen(request))
        return _("Đã ghi thành bản %(n)s. Bản này đi khi được duyệt.") % {"n": made.number}

    return done(request, article, doing)


@needs(post=Act.ACCEPT)
def accept(request: HttpRequest, article: int) -> HttpResponse:
    """Answer for what a check took for personal data."""

    def doing() -> str:
        words = request.POST.get("words", "")
        mending.accept(office.current(), article, person(request), words, reason(request), seen(request))
        return _("Đã ghi: được phép công khai.")

    return done(request, article, doing)


@needs(post=Act.MEND)
def word(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """Keep what was typed as this channel's own version, or take that away."""
    form = request.POST

    def doing() -> str:
        title, lead, text = (typed_text(form.get(name, "")) for name in ("title", "lead", "text"))
        words = None if "drop" in form else mending.Wording(" ".join(title.split()), lead, text)
        read = form.get("own", "")
        mending.word(office.current(), article, person(request), channel, words, seen(request), read)
        return _("Đã bỏ bản riêng của kênh.") if words is None else _("Đã ghi bản riêng của kênh.")

    return done(request, article, doing)


def seen(request: HttpRequest) -> mending.Seen:
    """What the form was read with."""
    form = request.POST
    return mending.Seen(whole_number(form.get("revision")), form.get("own_digest"), form.get("standing"))


def _edit(request: HttpRequest) -> Edit:
    """Raises `NotAllowed` where something typed is not what its field takes."""
    form = request.POST
    words = [(wrong, MASK) for wrong in form.getlist("mask")]
    pairs = zip(form.getlist("wrong"), form.getlist("right"), strict=False)
    words += [(wrong, right) for wrong, right in pairs if wrong.strip() or right.strip()]
    alts = {int(at[1]): form[name] for name in form if (at := _ALT.fullmatch(name))}
    return Edit(words, {name: stated(name, form[name]) for name in FIELDS if name in form}, alts)


def stated(name: str, written: str) -> Any:
    """What was typed or chosen in one of `FIELDS`, as a revision has it. Raises `NotAllowed`."""
    written = written.strip()
    if name in MOMENTS:
        return _moment(written)
    choices: dict[str, Container[object]] = {
        "topic": names.TOPICS,
        "kind": names.KINDS,
        "priority": names.PRIORITIES,
    }
    if not written and name != "priority":
        return None
    value = whole_number(written) if name == "topic" else written
    if value not in choices[name]:
        raise NotAllowed(_("Không có lựa chọn “%s”.") % written[:40])
    return value


def _moment(written: str) -> datetime | None:
    """As people write it here, the day first; a browser's own field would show it as its language does."""
    if not written:
        return None
    try:
        return read_date(written, zone=office.current().schedule.office.zone, order=("dd/mm/yyyy",))
    except UnreadableDate as problem:
        said = _("Không đọc được ngày giờ “%(written)s”: %(why)s. Hãy ghi như 07:30, 01/12/2026.")
        raise NotAllowed(said % {"written": written[:40], "why": problem}) from None
