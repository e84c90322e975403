"""What people post by hand: the cards that wait, the one that is in hand, and the word that it is done."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pipeline import acts, office
from pipeline.deliver import by_hand
from pipeline.deliver.engine import real_now
from pipeline.deliver.resolve import NotResolvable, why_not_again
from pipeline.deliver.standing import receipts
from pipeline.models import Delivery, DeliveryState, Errand
from pipeline.people import visible
from pipeline.review.workflow import Act
from pipeline.schedule import ManualSettings
from web.access import needs, person, rights
from web.console import deeds
from web.console.acts import reason
from web.console.views import frame

MOST = 100
"""Cards of a heading at once."""
SOON = 30
"""Cards whose time has not come."""


@needs(get=Act.READ)
def listing(request: HttpRequest) -> HttpResponse:
    """The cards in hand, those that wait for somebody, and what comes next."""
    here = office.current()
    now = here.now()
    ready = by_hand.offered(here.by_hand, now, real_now())
    ahead = Delivery.objects.filter(
        channel__in=here.by_hand, state=DeliveryState.QUEUED, due_at__gt=now
    ).order_by("due_at", "id")

    def seen(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return visible(rows, rights(request), here.schedule, "article__source")

    page = {
        "held": list(_light(seen(by_hand.taken(here.by_hand)))[:MOST]),
        "ready": list(_light(seen(ready))[:MOST]),
        "ahead": list(_light(seen(ahead))[:SOON]),
        "any": bool(here.by_hand),
        "deeds": deeds,
        "holder": by_hand.holder,
    }
    return render(request, "console/cards.html", frame() | page)


@needs(get=Act.READ)
def card(request: HttpRequest, delivery: int) -> HttpResponse:
    """One card; its text to copy is shown once somebody has taken it."""
    row = _row(delivery)
    here = office.current()
    ready = by_hand.offered([row.channel], here.now(), real_now()).filter(id=row.id)
    stands = tuple(each.url for each in receipts([row]).get(row.id, ()) if each.url)
    page = {
        "row": row,
        "settings": _settings(row.channel),
        "holder": by_hand.holder(row),
        "ready": ready.exists(),
        "stands": stands,
        "spoilt": why_not_again(row),
        "deeds": deeds,
    }
    return render(request, "console/card.html", frame() | page)


@needs(post=Act.RESOLVE)
def act(request: HttpRequest, delivery: int, outcome: str) -> HttpResponse:
    """Take a card, or say what became of it."""
    if outcome not in _DO:
        raise Http404
    row = _row(delivery)
    try:
        messages.success(request, _DO[outcome](request, row))
    except (acts.NotAllowed, NotResolvable) as refusal:
        messages.error(request, str(refusal))
        return redirect("console-card", delivery)
    return redirect("console-card", delivery) if outcome == "take" else redirect("console-cards")


def _take(request: HttpRequest, row: Delivery) -> str:
    here = office.current()
    by_hand.take(row.id, here.by_hand, person(request).username, now=here.now(), real_now=real_now())
    return _("Thẻ này trong tay anh chị. Đăng xong thì dán địa chỉ vào cuối trang.")


def _done(request: HttpRequest, row: Delivery) -> str:
    url = request.POST.get("url", "").strip()
    place = _settings(row.channel)
    if row.errand != Errand.WITHDRAW and place.addresses:
        _must_be_an_address(url, place)
    by_hand.done(row.id, person(request).username, url, office.current().now())
    return _("Đã ghi: đã gỡ.") if row.errand == Errand.WITHDRAW else _("Đã ghi: bài đã đăng.")


def _must_be_an_address(url: str, place: ManualSettings) -> None:
    try:
        URLValidator(schemes=("http", "https"))(url)
    except ValidationError:
        why = _("Cần dán địa chỉ của bài vừa đăng, bắt đầu bằng https:// hoặc http://.")
        raise acts.NotAllowed(why) from None
    if place.open and url.rstrip("/") == place.open.rstrip("/"):
        raise acts.NotAllowed(_("Đó là địa chỉ của cả trang. Hãy mở bài vừa đăng rồi chép địa chỉ của bài."))


def _back(request: HttpRequest, row: Delivery) -> str:
    by_hand.give_back(row.id, person(request).username)
    return _("Đã trả thẻ lại; người khác nhận được.")


def _drop(request: HttpRequest, row: Delivery) -> str:
    if not (why := reason(request)):
        raise acts.NotAllowed(_("Cần ghi lý do."))
    by_hand.drop(row.id, person(request).username, why)
    if row.errand == Errand.POST:
        return _("Đã ghi: không đăng bài này.")
    return _("Đã ghi. Việc này còn nằm ở trang Nghi vấn.")


_DO: dict[str, Callable[[HttpRequest, Delivery], str]] = {
    "take": _take,
    "done": _done,
    "back": _back,
    "drop": _drop,
}


def _row(delivery: int) -> Delivery:
    cards = Delivery.objects.filter(channel__in=office.current().by_hand)
    return get_object_or_404(_light(cards), id=delivery)


def _settings(channel: str) -> ManualSettings:
    found = next(each for each in office.current().schedule.channels if each.id == channel)
    if not isinstance(found, ManualSettings):
        raise TypeError(f"{channel} is no place where people post")
    return found


def _light(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.select_related("article", "revision").defer("revision__body", "revision__text")
