"""The log of every act: filtered, taken along as CSV, and whether its chain of hashes holds."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from pipeline import audit, office
from pipeline.models import AuditEntry
from pipeline.review.workflow import Act
from web import names
from web.access import needs, person
from web.asked import whole_number
from web.console.search import day_of
from web.console.views import frame

PAGE = 50
AT_ONCE = 10_000
"""Entries that are checked while somebody waits: about a second."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the head of a cell (OWASP, "CSV Injection")."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the log; empty: anything. Days are the office's, both included."""

    who: str = ""
    act: str = ""
    kind: str = ""
    """Of what was acted on, a key of `names.SUBJECTS`; only together with its number or name."""
    number: str = ""
    since: date | None = None
    until: date | None = None

    def as_query(self) -> dict[str, str]:
        """The parameters of an address that asks for this."""
        said = {
            "ai": self.who, "viec": self.act, "loai": self.kind, "so": self.number,
            "tu": _written(self.since), "den": _written(self.until),
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}


def wanted(query: Mapping[str, str]) -> Wanted:
    """What an address asks for; what cannot be read asks for nothing."""
    kind, number = query.get("loai", ""), query.get("so", "").strip()[:80]
    about = kind in names.SUBJECTS and number
    return Wanted(
        who=query.get("ai", "").strip()[:150],
        act=query.get("viec", "") if query.get("viec") in names.ACTS else "",
        kind=kind if about else "",
        number=number if about else "",
        since=day_of(query.get("tu", "").strip()),
        until=day_of(query.get("den", "").strip()),
    )


def _written(day: date | None) -> str:
    """As officers write it, the day first."""
    return f"{day:%d/%m/%Y}" if day else ""


def entries(asked: Wanted) -> QuerySet[AuditEntry]:
    """The entries that are asked for, the newest first."""
    rows = AuditEntry.objects.order_by("-sequence").select_related("text")
    if asked.who:
        rows = rows.filter(who=asked.who)
    if asked.act:
        rows = rows.filter(act=asked.act)
    if asked.number:
        rows = rows.filter(subject=f"{asked.kind}:{asked.number}")
    if asked.since:
        rows = rows.filter(sequence__gte=_first_since(asked.since))
    if asked.until:
        rows = rows.filter(sequence__lt=_first_since(asked.until + timedelta(days=1)))
    return rows


def _first_since(day: date) -> int:
    """Where a day begins in the log, which is in the order of time: a bound of its key costs nothing."""
    begins = datetime.combine(day, time(), office.current().schedule.office.zone)
    first = AuditEntry.objects.filter(at__gte=begins).order_by("at", "sequence").first()
    return first.sequence if first else audit.head()[0] + 1


@needs(get=Act.AUDIT)
def log(request: HttpRequest) -> HttpResponse:
    """A page of the log; `?truoc=` goes on from an entry to those before it."""
    asked = wanted(request.GET)
    rows = entries(asked)
    if (before := whole_number(request.GET.get("truoc"))) is not None:
        rows = rows.filter(sequence__lt=before)
    found = list(rows[: PAGE + 1])
    query = asked.as_query()
    page = {
        "entries": found[:PAGE],
        "older": urlencode(query | {"truoc": found[PAGE - 1].sequence}) if len(found) > PAGE else "",
        "asked": asked,
        "query": urlencode(query),
        "began": bool(before),
        "verified": audit.last_verified(),
    }
    return render(request, "console/log.html", frame() | page)


@needs(post=Act.AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Check the whole chain: a short one now, a long one by the service, while others work here."""
    if audit.head()[0] > AT_ONCE:
        audit.ask_to_verify()
        messages.info(request, _("Nhật ký dài: Loa đang kiểm tra. Vài phút nữa hãy mở lại trang này."))
    elif audit.verify_whole(office.current().data).broken is None:
        messages.success(request, _("Đã kiểm tra từng mục: nhật ký còn nguyên vẹn."))
    return redirect("console-log")


@needs(get=Act.AUDIT)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All that is asked for as CSV (RFC 4180), row by row as it is read; that it was taken is in the log."""
    asked = wanted(request.GET)
    with transaction.atomic():
        audit.record(audit.Act(person(request).username, "export", "audit:csv", after=asked.as_query()))
    response = StreamingHttpResponse(_lines(entries(asked)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nhat-ky.csv"'
    return response


class _Echo:
    """What `csv` writes to."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    zone = office.current().schedule.office.zone
    # Excel takes UTF-8 for what it is only where it begins so.
    yield "\ufeff" + write(["số", "lúc", "ai", "việc", "về", "ghi chú", "trước", "sau", "mã băm"])
    for entry in rows.iterator(2000):
        at = entry.at.astimezone(zone).isoformat(timespec="seconds")
        said = (entry.text.body if hasattr(entry, "text") else None) or {"note": "(đã xóa)"}
        texts = (said["note"], _json(said.get("before")), _json(said.get("after")))
        row = (str(entry.sequence), at, entry.who, entry.act, entry.subject, *texts, entry.digest)
        yield write([cell(each) for each in row])


def cell(text: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""
