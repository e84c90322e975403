"""Search: what is typed and chosen becomes a question; whatever is typed, a page answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pipeline import office
from pipeline.models import Article, Delivery, State
from pipeline.review.workflow import Act
from pipeline.schedule import Schedule
from pipeline.search.hits import Excerpt, page
from pipeline.search.index import Search
from pipeline.search.query import parse
from pipeline.search.words import plain
from web import names
from web.access import needs, seen_articles
from web.asked import whole_number
from web.console.marks import Stretch, marked
from web.console.views import frame

LONGEST = 500
"""Characters of a query."""
_WAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Asked:
    """The form as it was filled in, every field as text, and what could not be read of it."""

    words: str = ""
    agency: str = ""
    topic: str = ""
    state: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    trouble: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.words, self.agency, self.topic, self.state, self.channel, self.since, self.until))


FIELDS = {
    "tim": "words",
    "co-quan": "agency",
    "nhom": "topic",
    "trang-thai": "state",
    "kenh": "channel",
    "tu": "since",
    "den": "until",
}


@needs(get=Act.READ)
def search(request: HttpRequest) -> HttpResponse:
    """What was asked for, the newest first; without a question, the form and how to ask."""
    here = office.current()
    asked, looked_for = read(request.GET, here.schedule)
    among = narrowed(seen_articles(request), asked)
    agencies = {source.id: source.agency for source in here.schedule.sources}
    found = page(looked_for, among, agencies, whole_number(request.GET.get("truoc"))) if asked else None
    shown = {
        "asked": asked,
        "page": found,
        "at": _at(asked.words, among) if asked.words else (),
        "states": names.STATES,
        "topics": names.TOPICS,
        "chosen_agencies": [(name, name) for name in sorted(set(agencies.values()))],
        "stretches": stretches,
        "older": _link(asked, truoc=str(found.before)) if found and found.before else "",
        "unmarked": _link(asked, tim=plain(asked.words)) if looked_for.query.is_marked else "",
    }
    return render(request, "console/search.html", frame() | shown)


def read(form: Mapping[str, str], schedule: Schedule) -> tuple[Asked, Search]:
    """What a form asks for; what it names that there is not, or cannot be read, is said and left out."""
    said = {name: form.get(key, "").strip()[:LONGEST].replace("\0", "") for key, name in FIELDS.items()}
    trouble = []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name] = day_of(said[name])
        if said[name] and days[name] is None:
            why = _("Không đọc được ngày “%(said)s”: hãy ghi như 23/11/2026. Đang tìm mà không kể ngày này.")
            trouble.append(why % {"said": said[name]})
    choices: dict[str, set[str]] = {
        "agency": {source.agency for source in schedule.sources},
        "topic": set(map(str, names.TOPICS)),
        "state": set(State.values),
        "channel": {channel.id for channel in schedule.channels},
    }
    said |= {name: "" for name, known in choices.items() if said[name] not in known}
    sources = [source.id for source in schedule.sources if source.agency == said["agency"]]
    zone = schedule.office.zone

    def midnight(day: date | None, days_on: int = 0) -> datetime | None:
        return datetime.combine(day + timedelta(days_on), time(), zone) if day else None

    looked_for = Search(
        parse(said["words"]),
        sources if said["agency"] else None,
        int(said["topic"]) if said["topic"] else None,
        midnight(days["since"]),
        midnight(days["until"], 1),
    )
    return Asked(**said, trouble=tuple(trouble)), looked_for


def narrowed(articles: QuerySet[Article], asked: Asked) -> QuerySet[Article]:
    """Those of the articles that are in the state, and have gone or go to the channel, that were chosen."""
    if asked.state:
        articles = articles.filter(state=asked.state)
    if asked.channel:
        carried = Delivery.objects.filter(article=OuterRef("pk"), channel=asked.channel)
        articles = articles.filter(Exists(carried))
    return articles


def day_of(text: str) -> date | None:
    """A day as people write it, day first; None where it cannot be read."""
    for way in _WAYS:
        try:
            found = datetime.strptime(text, way).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return found if date(1971, 1, 1) <= found < date(2200, 1, 1) else None
    return None


def stretches(excerpt: Excerpt) -> tuple[Stretch, ...]:
    """An excerpt cut where something was found in it."""
    return marked(excerpt.text, [(start, end, "found") for start, end in excerpt.places])


def _at(text: str, among: QuerySet[Article]) -> tuple[Delivery, ...]:
    """What stands at an address that somebody pasted."""
    if not text.startswith(("https://", "http://")):
        return ()
    # Said again as the partial index says it, or SQLite would not know that it may use it.
    rows = Delivery.objects.filter(url=text, article__in=among).exclude(url="").select_related("revision")
    return tuple(rows.defer("content", "otherwise", "revision__body", "revision__text").order_by("-id")[:5])


def _link(asked: Asked, **changed: Any) -> str:
    values = {key: getattr(asked, name) for key, name in FIELDS.items()} | changed
    return "?" + urlencode({key: value for key, value in values.items() if value})
