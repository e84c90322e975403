"""A broadcast to all followers of a Zalo account: chosen, looked at, confirmed once, answered for."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pipeline import acts, office, places
from pipeline.deliver import broadcasts
from pipeline.deliver.resolve import NotResolvable
from pipeline.models import Broadcast, BroadcastState
from pipeline.review.workflow import Act
from pipeline.schedule import ZaloOaSettings
from web.access import needs, person
from web.asked import whole_number
from web.console.views import frame

KEY = 32
"""Characters of the key by which a page's confirmation counts once."""
SHOWN = 20
"""Earlier broadcasts on the page."""


@needs(get=Act.BROADCAST, post=Act.BROADCAST)
def broadcast(request: HttpRequest, channel: str) -> HttpResponse:
    """Choose up to five articles that stand on the account; then see them; then, once, send them."""
    here = office.current()
    settings = next((each for each in here.schedule.channels if each.id == channel), None)
    if not isinstance(settings, ZaloOaSettings) or channel not in here.channels:
        raise Http404
    given = (whole_number(each) for each in request.POST.getlist("article"))
    wanted = [each for each in given if each is not None]
    if request.method == "POST" and "confirmed" in request.POST:
        return _send(request, channel, wanted)
    choices = broadcasts.choices(channel)
    now = here.now().astimezone(here.schedule.office.zone)
    chosen = [each for each in choices if each.article in wanted]
    looks = request.method == "POST" and "again" not in request.POST
    if looks and not 0 < len(chosen) <= broadcasts.MOST:
        messages.error(request, _("Hãy chọn từ 1 đến %(n)s bài.") % {"n": broadcasts.MOST})
        looks = False
    page = {
        "channel": channel,
        "choices": choices,
        "chosen": chosen,
        "looks": looks,
        "wanted": wanted,
        "key": secrets.token_hex(KEY // 2),
        "why_not": broadcasts.why_not(channel, settings.broadcasts, now),
        "spent": broadcasts.spent(channel, now),
        "allowed": settings.broadcasts,
        "most": broadcasts.MOST,
        "recent": list(broadcasts.recent(channel)[:SHOWN]),
    }
    return render(request, "console/broadcast.html", frame() | page)


@needs(post=Act.BROADCAST)
def answer(request: HttpRequest, broadcast: int, outcome: str) -> HttpResponse:
    """A person's word on a broadcast in doubt: "sent" or "not-sent"."""
    if outcome not in ("sent", "not-sent"):
        raise Http404
    row = get_object_or_404(Broadcast, id=broadcast)
    try:
        broadcasts.answer(row.id, person(request).username, sent=outcome == "sent")
        messages.success(request, _("Đã ghi."))
    except NotResolvable as refusal:
        messages.error(request, str(refusal))
    return redirect("console-broadcast", row.channel)


def _send(request: HttpRequest, channel: str, wanted: list[int]) -> HttpResponse:
    key = request.POST.get("key", "")
    if len(key) != KEY:
        messages.error(request, _("Trang này đã cũ: hãy chọn lại."))
        return redirect("console-broadcast", channel)
    try:
        row = places.broadcast(office.current(), channel, key, wanted, person(request))
    except acts.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("console-broadcast", channel)
    match row.state:
        case BroadcastState.SENT:
            said = _("Zalo đã nhận. Zalo duyệt khoảng 30 phút rồi mới gửi tới người theo dõi.")
            messages.success(request, said)
        case BroadcastState.UNCERTAIN:
            said = _("Không rõ Zalo đã nhận chưa. Đừng gửi lại: xem trên OA rồi trả lời dưới đây.")
            messages.error(request, said)
        case _:
            messages.error(request, _("Chưa gửi được: %(why)s") % {"why": row.error})
    return redirect("console-broadcast", channel)
