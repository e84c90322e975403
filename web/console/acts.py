"""What the console's pages post: acts on articles, deliveries, channels; each says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pipeline import acts, office
from pipeline.deliver import pauses
from pipeline.deliver.engine import real_now
from pipeline.deliver.resolve import NotResolvable, Word, resolve, taken_down
from pipeline.deliver.restored import waiting
from pipeline.models import Delivery
from pipeline.review.workflow import Act
from web import names


@require_POST
@login_required
def act(request: HttpRequest, article: int, act: str) -> HttpResponse:
    """Hold an article back or return it; what readers notice is in amend.py."""
    from web.console import mend

    if act not in _DO:
        raise Http404
    return mend.done(request, article, lambda: _DO[act](request, article))


@require_POST
@login_required
def settle(request: HttpRequest, delivery: int, outcome: str) -> HttpResponse:
    """A person's word on a delivery: a `Word` (perhaps with an address), or it is "removed"."""
    if outcome not in (*Word, "removed"):
        raise Http404
    get_object_or_404(Delivery.objects.only("id"), id=delivery)
    _say(request, lambda: _settle(request, delivery, outcome))
    return redirect("console-doubt")


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
    except (acts.NotAllowed, NotResolvable) as refusal:
        messages.error(request, str(refusal))


def _hold(request: HttpRequest, article: int) -> str:
    acts.hold(article, person(request), reason(request))
    return _("Đã giữ bài lại.")


def _return(request: HttpRequest, article: int) -> str:
    acts.give_back(article, person(request), reason(request))
    return _("Đã ghi: trả lại cho cơ quan cung cấp. Hãy báo cho cơ quan đó; Loa không tự báo.")


_DO: dict[str, Callable[[HttpRequest, int], str]] = {
    "return": _return,
    "hold": _hold,
}


def _settle(request: HttpRequest, delivery: int, outcome: str) -> str:
    who, url = person(request), request.POST.get("url", "").strip()
    acts.must(who, Act.RESOLVE)
    if outcome == "removed":
        taken_down(delivery, who.username, office.current().pulled)
        return _("Đã ghi: bài không còn trên kênh.")
    if url:
        try:
            URLValidator(schemes=("http", "https"))(url)
        except ValidationError:
            raise acts.NotAllowed(_("Địa chỉ phải bắt đầu bằng https:// hoặc http://.")) from None
    word = Word(outcome)
    resolve(delivery, who.username, word, now=office.current().now(), real_now=real_now(), url=url)
    return {
        Word.SENT: _("Đã ghi: bài có trên kênh."),
        Word.RESEND: _("Bài được xếp hàng để gửi lại."),
        Word.DROP: _("Đã ghi: bài không có trên kênh và không gửi nữa."),
    }[word]


def _resume(request: HttpRequest, channel: str) -> str:
    who, why = person(request), reason(request)
    acts.must(who, Act.RESUME)
    if not why:
        raise acts.NotAllowed(_("Cần ghi lý do."))
    if left := waiting(channel):
        said = _("Kênh dừng vì vừa khôi phục bản sao lưu; %(n)d lượt gửi đang chờ có thể đã ra từ trước.") % {
            "n": left
        }
        raise acts.NotAllowed(
            said + " " + _("Người vận hành máy đối chiếu rồi cho chạy lại (lệnh loa resume).")
        )
    if not pauses.resume(channel, why, who.username, real_now()):
        raise acts.NotAllowed(_("Kênh này không tạm dừng."))
    return _("Kênh %(channel)s chạy lại.") % {"channel": named([channel])}


def _admit(request: HttpRequest, source: str) -> str:
    count = acts.admit(source, person(request))
    return ngettext("Đã cho vào %(n)d bài.", "Đã cho vào %(n)d bài.", count) % {"n": count}


def named(channels: Iterable[str]) -> str:
    """Channels by the names that people know, after one another."""
    known = names.channels(office.current().schedule)
    return ", ".join(sorted(known.get(channel, channel) for channel in channels))


def reason(request: HttpRequest) -> str:
    """Why, as it was typed."""
    return request.POST.get("reason", "").strip()
