"""What the console's pages post: acts on articles, deliveries, channels; each says what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import acts, office, places
from pipeline.deliver import pauses
from pipeline.deliver.engine import real_now
from pipeline.deliver.resolve import NotResolvable, Word, resolve, taken_down
from pipeline.deliver.restored import waiting
from pipeline.models import ChannelState
from pipeline.review.workflow import Act
from web import names
from web.access import needs, person
from web.console.item import done


@needs(post=Act.HOLD)
def hold(request: HttpRequest, article: int) -> HttpResponse:
    """Hold an article back; what readers notice is in amend.py."""
    return done(request, article, lambda: _hold(request, article))


@needs(post=Act.RETURN)
def give_back(request: HttpRequest, article: int) -> HttpResponse:
    """Return an article to its agency."""
    return done(request, article, lambda: _return(request, article))


@needs(post=Act.RESOLVE)
def settle(request: HttpRequest, delivery: int, outcome: str) -> HttpResponse:
    """A person's word on a delivery: a `Word` (perhaps with an address), or it is "removed"."""
    if outcome not in (*Word, "removed"):
        raise Http404
    _say(request, lambda: _settle(request, delivery, outcome))
    return redirect("console-doubt")


@needs(post=Act.PAUSE)
def pause(request: HttpRequest, channel: str) -> HttpResponse:
    """Let nothing go out on a channel until somebody lets it go on."""
    if channel not in office.current().channels:
        raise Http404
    _say(request, lambda: _pause(request, channel))
    return redirect("console-channel", channel)


@needs(post=Act.RESUME)
def resume(request: HttpRequest, channel: str) -> HttpResponse:
    """Let a paused channel, and all its chats, go on."""
    _say(request, lambda: _resume(request, channel))
    known = channel in office.current().channels
    return redirect("console-channel", channel) if known else redirect("console-channels")


@needs(post=Act.ADMIT)
def admit(request: HttpRequest, source: str) -> HttpResponse:
    """The one yes to everything that a source brought at once."""
    _say(request, lambda: _admit(request, source))
    return redirect("console")


def _say(request: HttpRequest, doing: Callable[[], str]) -> None:
    """Who may not, or came too late, is told why."""
    try:
        messages.success(request, doing())
    except (acts.NotAllowed, NotResolvable) as refusal:
        messages.error(request, str(refusal))


def _warn(request: HttpRequest, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        messages.error(request, sentence)


def _hold(request: HttpRequest, article: int) -> str:
    _warn(request, acts.hold(office.current(), article, person(request), reason(request)))
    return _("Đã giữ bài lại.")


def _return(request: HttpRequest, article: int) -> str:
    _warn(request, acts.give_back(office.current(), article, person(request), reason(request)))
    return _("Đã ghi: trả lại cho cơ quan cung cấp. Hãy báo cho cơ quan đó; Loa không tự báo.")


def _settle(request: HttpRequest, delivery: int, outcome: str) -> str:
    who, url = person(request), request.POST.get("url", "").strip()
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


def _pause(request: HttpRequest, channel: str) -> str:
    who, why = person(request), reason(request)
    if not why:
        raise acts.NotAllowed(_("Cần ghi lý do."))
    if ChannelState.objects.filter(channel=channel, target="", paused=True).exists():
        raise acts.NotAllowed(_("Kênh này đang tạm dừng rồi."))
    pauses.pause(channel, "", why, who.username, real_now())
    return _("Kênh %(channel)s tạm dừng. Tin đến giờ thì chờ, không mất.") % {"channel": named([channel])}


def _resume(request: HttpRequest, channel: str) -> str:
    who, why = person(request), reason(request)
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
    count = places.admit(office.current(), source, person(request))
    return ngettext("Đã cho vào %(n)d bài.", "Đã cho vào %(n)d bài.", count) % {"n": count}


def named(channels: Iterable[str]) -> str:
    """Channels by the names that people know, after one another."""
    known = names.channels(office.current().schedule)
    return ", ".join(sorted(known.get(channel, channel) for channel in channels))


def reason(request: HttpRequest) -> str:
    """Why, as it was typed."""
    return request.POST.get("reason", "").strip()
