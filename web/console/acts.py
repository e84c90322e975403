"""What the console's pages post: acts on articles, deliveries, channels; each says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pipeline import office, run
from pipeline.deliver import outbox
from pipeline.deliver.engine import real_now
from pipeline.models import Article, Delivery
from pipeline.review.workflow import Act
from web import names


@require_POST
@login_required
def act(request: HttpRequest, article: int, act: str) -> HttpResponse:
    """Approve, return, hold or withdraw an article."""
    if act not in _DO:
        raise Http404
    _say(request, lambda: _DO[act](request, article))
    return redirect("console-item", article)


@require_POST
@login_required
def settle(request: HttpRequest, delivery: int, outcome: str) -> HttpResponse:
    """A person's word on a delivery: it is "sent" (perhaps with an address), "resend" it, it is "removed"."""
    if outcome not in ("sent", "resend", "removed"):
        raise Http404
    row = get_object_or_404(Delivery.objects.only("article_id"), id=delivery)
    _say(request, lambda: _settle(request, delivery, outcome))
    return redirect("console-item", row.article_id)


@require_POST
@login_required
def resume(request: HttpRequest, channel: str) -> HttpResponse:
    """Let a paused channel, and all its chats, go on."""
    _say(request, lambda: _resume(request, channel))
    return redirect("console")


@require_POST
@login_required
def admit(request: HttpRequest, source: str) -> HttpResponse:
    """The one yes to everything that a source brought at once."""
    _say(request, lambda: _admit(request, source))
    return redirect("console")


def person(request: HttpRequest) -> User:
    """Who is signed in, behind `login_required`."""
    return cast(User, request.user)


def _say(request: HttpRequest, doing: Callable[[], str]) -> None:
    """Who may not, or came too late, is told why."""
    try:
        messages.success(request, doing())
    except (run.NotAllowed, outbox.NotResolvable) as refusal:
        messages.error(request, str(refusal))


def _approve(request: HttpRequest, article: int) -> str:
    """What is approved is what was read: a newer revision must be read first."""
    emergency = request.POST.get("emergency") == "on"
    with transaction.atomic():
        row = Article.objects.select_for_update().filter(id=article).first()
        if row is None or str(row.current_id) != request.POST.get("revision"):
            raise run.NotAllowed(_("Bài vừa có bản mới. Hãy đọc bản mới rồi duyệt lại."))
        done = run.approve(office.current(), article, person(request), emergency=emergency)
    if done.missing:
        return _("Đã ghi ý kiến duyệt. Bài này cần thêm một người nữa duyệt.")
    return _("Đã duyệt. Kênh sẽ nhận: %(channels)s.") % {"channels": _named(done.channels) or _("không có")}


def _hold(request: HttpRequest, article: int) -> str:
    run.hold(article, person(request), _reason(request))
    return _("Đã giữ bài lại.")


def _return(request: HttpRequest, article: int) -> str:
    run.give_back(article, person(request), _reason(request))
    return _("Đã ghi: trả lại cho cơ quan cung cấp. Hãy báo cho cơ quan đó; Loa không tự báo.")


def _withdraw(request: HttpRequest, article: int) -> str:
    left = run.withdraw(office.current(), article, person(request), _reason(request))
    if not left:
        return _("Đã gỡ bài.")
    channels = _named({row.channel for row in left})
    return _("Đã gỡ bài. Còn phải gỡ bằng tay trên: %(channels)s.") % {"channels": channels}


_DO: dict[str, Callable[[HttpRequest, int], str]] = {
    "approve": _approve,
    "return": _return,
    "hold": _hold,
    "withdraw": _withdraw,
}


def _settle(request: HttpRequest, delivery: int, outcome: str) -> str:
    who, url = person(request), request.POST.get("url", "").strip()
    run.must(who, Act.RESOLVE)
    if outcome == "removed":
        outbox.taken_down(delivery, who.username, office.current().pulled)
        return _("Đã ghi: bài không còn trên kênh.")
    if url:
        try:
            URLValidator(schemes=("http", "https"))(url)
        except ValidationError:
            raise run.NotAllowed(_("Địa chỉ phải bắt đầu bằng https:// hoặc http://.")) from None
    sent, now = outcome == "sent", office.current().now()
    outbox.resolve(delivery, who.username, sent=sent, url=url, now=now, real_now=real_now())
    return _("Đã ghi: bài có trên kênh.") if sent else _("Bài được xếp hàng để gửi lại.")


def _resume(request: HttpRequest, channel: str) -> str:
    who, reason = person(request), _reason(request)
    run.must(who, Act.RESUME)
    if not reason:
        raise run.NotAllowed(_("Cần ghi lý do."))
    if not outbox.resume(channel, reason, who.username, real_now()):
        raise run.NotAllowed(_("Kênh này không tạm dừng."))
    return _("Kênh %(channel)s chạy lại.") % {"channel": _named([channel])}


def _admit(request: HttpRequest, source: str) -> str:
    count = run.admit(source, person(request))
    return ngettext("Đã cho vào %(n)d bài.", "Đã cho vào %(n)d bài.", count) % {"n": count}


def _named(channels: Iterable[str]) -> str:
    known = names.channels(office.current().schedule)
    return ", ".join(sorted(known.get(channel, channel) for channel in channels))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()
