"""The calendar: a week by channel, a day with all that fills it, and posts given another time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pipeline import acts, moving, office
from pipeline.review.workflow import Act
from web.access import needs, person, seen_articles
from web.asked import whole_number
from web.console.acts import named
from web.console.search import day_of
from web.console.timetable import days
from web.console.views import frame

WEEK = 7


@needs(get=Act.READ)
def week(request: HttpRequest) -> HttpResponse:
    """Seven days from Monday, a column each."""
    asked = _day(request)
    monday = asked - timedelta(days=asked.weekday())
    shown = days(office.current(), monday, WEEK, seen_articles(request))
    page = {"days": shown, "asked": asked, "step": WEEK} | _around(monday, WEEK)
    return render(request, "console/week.html", frame() | page)


@needs(get=Act.READ)
def day(request: HttpRequest) -> HttpResponse:
    """All that goes out on one day, and has gone; `?doi=` opens the form of one post among hundreds."""
    asked = _day(request)
    (shown,) = days(office.current(), asked, 1, seen_articles(request), drafted=True)
    page = {"day": shown, "asked": asked, "moved": whole_number(request.GET.get("doi"))}
    page |= _around(asked, 1)
    return render(request, "console/day.html", frame() | page)


@needs(post=Act.MOVE)
def move(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """Another time for a post: the one that was written, or the next that is free."""
    back = day_of(request.POST.get("from", "")) or _today()
    zone = office.current().schedule.office.zone
    try:
        at = _moving(request, article, channel)()
    except acts.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        local = at.astimezone(zone)
        said = _("%(channel)s sẽ gửi bài lúc %(at)s.") % {
            "channel": named([channel]),
            "at": f"{local:%H:%M, %d/%m/%Y}",
        }
        messages.success(request, said)
        back = local.date()
    return redirect(f"{reverse('console-day')}?{urlencode({'ngay': f'{back:%d/%m/%Y}'})}#{channel}")


def _moving(request: HttpRequest, article: int, channel: str) -> Callable[[], datetime]:
    here, who = office.current(), person(request)
    if "free" in request.POST:
        return lambda: moving.move_up(here, article, channel, who)
    on, at = day_of(request.POST.get("day", "").strip()), _time(request.POST.get("time", ""))
    if on is None or at is None:
        raise acts.NotAllowed(_("Hãy ghi ngày như 23/11/2026 và giờ như 07:30."))
    moment = datetime.combine(on, at.time(), here.schedule.office.zone)
    return lambda: moving.move(here, article, channel, who, moment)


def _time(text: str) -> datetime | None:
    for way in ("%H:%M", "%Hh%M", "%Hh"):
        try:
            return datetime.strptime(text.strip(), way)  # noqa: DTZ007 - a time of day, not an instant
        except ValueError:
            continue
    return None


def _today() -> date:
    here = office.current()
    return here.now().astimezone(here.schedule.office.zone).date()


def _day(request: HttpRequest) -> date:
    """The day that is asked for, as officers write it; else today."""
    return day_of(request.GET.get("ngay", "").strip()) or _today()


def _around(first: date, step: int) -> dict[str, object]:
    before, after = first - timedelta(days=step), first + timedelta(days=step)
    today = _today()
    return {
        "before": f"{before:%d/%m/%Y}",
        "after": f"{after:%d/%m/%Y}",
        "today": today,
        "tomorrow": f"{today + timedelta(days=1):%d/%m/%Y}",
        "quiet": office.current().schedule.office.quiet_hours,
        "now": office.current().now(),
        "weekdays": _weekdays(),
    }


def _weekdays() -> tuple[str, ...]:
    return (_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"))
