"""The console's pages, and the acts on an article that they post."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from channels.base import Priority
from pipeline import office, run
from pipeline.compose.posts import Uncomposable
from pipeline.models import Article, AuditEntry, Finding, Revision, State
from pipeline.review.workflow import Act, may
from web import names
from web.console import lists
from web.console.marks import changes, marked

PAGE = 50
_OPEN = (State.REVIEW, State.HELD, State.APPROVED)


@require_safe
@login_required
def morning(request: HttpRequest) -> HttpResponse:
    """What came in, what waits for a person, what is on its way, what is in trouble."""
    now = office.current()
    page = {
        "morning": lists.morning(now.now(), [c.id for c in now.schedule.channels], now.pulled),
        "now": now.now(),
        "may_admit": "admit" in _rights(request),
    }
    return render(request, "console/morning.html", _frame() | page)


@require_safe
@login_required
def listing(request: HttpRequest, state: str) -> HttpResponse:
    """All articles in one state, the newest first."""
    if state not in names.STATES:
        raise Http404
    written = request.GET.get("trang", "1")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 1
    start = max(number - 1, 0) * PAGE
    found = lists.articles(state, start, start + PAGE + 1)
    page = {"state": state, "articles": found[:PAGE], "page": max(number, 1), "more": len(found) > PAGE}
    return render(request, "console/list.html", _frame() | page)


@require_safe
@login_required
def item(request: HttpRequest, article: int) -> HttpResponse:
    """One article: what was found in it and where, its revisions, its deliveries, what was done."""
    row = get_object_or_404(Article.objects.select_related("current", "source"), id=article)
    revisions = list(row.revisions.defer("body").order_by("-number"))
    wanted = request.GET.get("ban")
    shown = next((r for r in revisions if str(r.number) == wanted), row.current)
    if shown is None:
        raise Http404
    before = next((r for r in revisions if r.number < shown.number), None)
    found = list(shown.findings.order_by("id"))
    deliveries = row.deliveries.select_related("revision").order_by("-revision", "channel", "part")
    audit = AuditEntry.objects.filter(subject=f"article:{row.id}").select_related("text").order_by("sequence")
    page = {
        "article": row,
        "revision": shown,
        "revisions": revisions,
        "found": found,
        "texts": _texts(shown, found),
        "changes": changes(_whole(before), _whole(shown)) if before else (),
        "approvals": list(shown.approvals.select_related("user").order_by("at")),
        "deliveries": list(deliveries),
        "audit": list(audit),
        "previews": list(office.current().channels) if row.state in (State.REVIEW, State.HELD) else [],
        "grantable": _grantable(row, shown),
        "acts": _acts(request, row, shown, [f.code for f in found]) if shown == row.current else (),
    }  # fmt: skip
    return render(request, "console/item.html", _frame() | page)


@require_safe
@login_required
def preview(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """What one channel would carry of the current revision, composed now and frozen nowhere."""
    row = get_object_or_404(Article.objects.select_related("current"), id=article)
    if row.current is None or channel not in office.current().channels:
        raise Http404
    page: dict[str, Any] = {"article": row, "revision": row.current, "channel": channel}
    try:
        page |= {"parts": run.preview(office.current(), row, row.current, channel), "problem": ""}
    except Uncomposable as problem:
        page |= {"parts": (), "problem": str(problem)}
    return render(request, "console/preview.html", _frame() | page)


@require_POST
@login_required
def act(request: HttpRequest, article: int, act: str) -> HttpResponse:
    """Do one act and say what came of it; who may not, or came too late, is told why."""
    if act not in _DO:
        raise Http404
    try:
        messages.success(request, _DO[act](request, article))
    except run.NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("console-item", article)


@require_POST
@login_required
def admit(request: HttpRequest, source: str) -> HttpResponse:
    """The one yes to everything that a source brought at once."""
    try:
        count = run.admit(source, _user(request))
        text = ngettext("Đã cho vào %(n)d bài.", "Đã cho vào %(n)d bài.", count)
        messages.success(request, text % {"n": count})
    except run.NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("console")


def _approve(request: HttpRequest, article: int) -> str:
    """What is approved is what was read: a newer revision must be read first."""
    emergency = request.POST.get("emergency") == "on"
    with transaction.atomic():
        row = Article.objects.select_for_update().filter(id=article).first()
        if row is None or str(row.current_id) != request.POST.get("revision"):
            raise run.NotAllowed(_("Bài vừa có bản mới. Hãy đọc bản mới rồi duyệt lại."))
        done = run.approve(office.current(), article, _user(request), emergency=emergency)
    if done.missing:
        return _("Đã ghi ý kiến duyệt. Bài này cần thêm một người nữa duyệt.")
    channels = ", ".join(done.channels) or _("không có")
    return _("Đã duyệt. Kênh sẽ nhận: %(channels)s.") % {"channels": channels}


def _hold(request: HttpRequest, article: int) -> str:
    run.hold(article, _user(request), _reason(request))
    return _("Đã giữ bài lại.")


def _return(request: HttpRequest, article: int) -> str:
    run.give_back(article, _user(request), _reason(request))
    return _("Đã trả lại bài cho cơ quan cung cấp.")


def _withdraw(request: HttpRequest, article: int) -> str:
    left = run.withdraw(office.current(), article, _user(request), _reason(request))
    if not left:
        return _("Đã gỡ bài.")
    where = ", ".join(sorted({row.channel for row in left}))
    return _("Đã gỡ bài. Còn phải gỡ bằng tay trên: %(channels)s.") % {"channels": where}


_DO: dict[str, Callable[[HttpRequest, int], str]] = {
    "approve": _approve,
    "return": _return,
    "hold": _hold,
    "withdraw": _withdraw,
}


def _acts(request: HttpRequest, article: Article, revision: Revision, codes: Collection[str]) -> list[str]:
    """The acts that this person may do and that this state takes, in the order of their buttons."""
    state, stopped = article.state, article.stopped
    mine = revision.approvals.filter(user=_user(request)).exists()
    fits = {
        "approve": (state in (State.REVIEW, State.HELD) and "not-approved" not in codes and not mine)
        or _grantable(article, revision),
        "return": state in _OPEN and stopped != "returned",
        "hold": state in (State.REVIEW, State.APPROVED),
        "withdraw": state in _OPEN,
    }
    rights = _rights(request)
    return [act for act, possible in fits.items() if possible and act in rights]


def _grantable(article: Article, revision: Revision) -> bool:
    """Asked for by the feed as an emergency, approved, and not yet granted."""
    asked = article.state == State.APPROVED and revision.priority == Priority.EMERGENCY
    return asked and not revision.approvals.filter(emergency=True).exists()


def _rights(request: HttpRequest) -> set[str]:
    roles = set(_user(request).groups.values_list("name", flat=True))
    return {str(act) for act in Act if may(roles, act)}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()


def _whole(revision: Revision) -> str:
    return "\n".join((revision.title, revision.lead, revision.text))


def _texts(revision: Revision, found: Iterable[Finding]) -> dict[str, Any]:
    """Title, lead and text, each cut where something was found."""
    places: dict[str, list[tuple[int, int, str]]] = {"title": [], "lead": [], "text": []}
    for finding in found:
        if finding.where in places:
            places[finding.where].append((finding.start, finding.end, finding.message))
    return {name: marked(getattr(revision, name), spans) for name, spans in places.items()}


def _frame() -> dict[str, Any]:
    schedule = office.current().schedule
    return {"names": names, "agencies": {source.id: source.agency for source in schedule.sources}}
