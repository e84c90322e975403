"""One article: its words and what was found in them, what every channel shows, what was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from channels.document import begins_with, read
from channels.portal import media_path
from channels.radio import audio
from channels.zalo.articles import IMAGE_BYTES, IMAGE_TYPES
from pipeline import office
from pipeline.acts import NotAllowed
from pipeline.compose.own import Own, digest, own_words
from pipeline.deliver.standing import must_come_down
from pipeline.deliver.values import part_of
from pipeline.mending import standing
from pipeline.models import Article, AuditEntry, Finding, OwnWords, Picture, Revision, State, Stop
from pipeline.preview import previews
from pipeline.review.workflow import Act, approvers_missing
from web import names
from web.access import may, needs
from web.console import body, deeds
from web.console.checks import checks
from web.console.faces import faces
from web.console.lanes import lanes
from web.console.marks import beside, changes, lines, marked
from web.console.views import acts_that_fit, corrected, frame, whole

_UNSEEN = ("revision__body", "revision__text", "after__content", "after__otherwise")


@needs(get=Act.READ)
def item(request: HttpRequest, article: int) -> HttpResponse:
    """The current wording, or an older one (`?ban=`), compared with another (`?voi=`)."""
    return page(request, article)


def page(
    request: HttpRequest, article: int, *, problem: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """The article's page; after a refused form, `problem` says why and `typed` is what stood in it."""
    row = get_object_or_404(Article.objects.select_related("current", "published", "source"), id=article)
    revisions = list(row.revisions.defer("body").order_by("-number"))
    shown = _numbered(revisions, request.GET.get("ban")) or row.current
    if shown is None:
        raise Http404
    newest = shown == row.current
    undecided = newest and row.state in (State.REVIEW, State.HELD)
    corrects = corrected(row) if undecided else ()
    earlier = _numbered(revisions, request.GET.get("voi")) or _before(shown, revisions, row, corrects)
    found = list(shown.findings.order_by("id"))
    if row.state == State.APPROVED or corrects:
        # Who approved it has compared the two; who is asked to is shown both.
        found = [finding for finding in found if finding.code != "changed"]
    approvals = list(shown.approvals.select_related("user").order_by("at"))
    own = own_words([r.id for r in revisions])
    answered = set(shown.acceptances.values_list("words", flat=True))
    shown_on = (
        faces(previews(office.current(), row, shown), shown, row.marker, own, answered) if undecided else []
    )
    told = [] if row.state == State.WITHDRAWN else checks(row, shown, found)
    context = {
        "article": row,
        "revision": shown,
        "revisions": revisions,
        "newest": newest,
        "undecided": undecided,
        "checks": [check for check in told if not check.settled],
        "settled": [check for check in told if check.settled],
        "own": own,
        "standing": standing(row),
        "own_digest": digest(each for each in own.values() if each.revision_id == shown.id),
        "fallen": _fallen(shown, revisions, own) if undecided else (),
        "codes": {finding.code for finding in found},
        "texts": texts(shown, [check.finding for check in told if not check.settled]),
        "earlier": earlier,
        "changes": changes(whole(earlier), whole(shown)) if earlier else (),
        "beside": beside(whole(earlier), whole(shown)) if earlier else (),
        "facts": _facts(earlier, shown) if earlier else (),
        "displaced": _displaced(shown, revisions) if newest else None,
        "corrects": corrects,
        "pictures": _pictures(shown),
        "approvals": approvals,
        "missing": approvers_missing(found, (a.user_id for a in approvals if a.user_id)),
        "said_before": next((a.reason for a in approvals if a.reason), ""),
        "faces": shown_on,
        "elsewhere": [c for c in office.current().channels if c not in {face.channel for face in shown_on}],
        "listens": audio.AVAILABLE,
        "acts": acts_that_fit(request, row, shown) if newest else (),
        "mends": newest and row.state != State.WITHDRAWN and may(request, Act.MEND, row.source_id),
        "writes_on": newest and _written_here(row, revisions) and may(request, Act.WRITE, row.source_id),
        "problem": problem,
        "typed": typed or {},
        **_history(row),
    }
    status = 409 if problem else 200
    return render(request, "console/item.html", frame() | context, status=status)


def done(request: HttpRequest, article: int, doing: Callable[[], str]) -> HttpResponse:
    """Back to the article; where it was refused, with the reason and with all that was typed."""
    try:
        messages.success(request, doing())
    except NotAllowed as refusal:
        return page(request, article, problem=str(refusal), typed=request.POST.dict())
    return redirect("console-item", article)


@needs(get=Act.READ)
def preview(request: HttpRequest, article: int, channel: str) -> HttpResponse:
    """What one channel would carry of the current revision, composed now and frozen nowhere."""
    row = get_object_or_404(Article.objects.select_related("current"), id=article)
    if row.current is None or channel not in office.current().channels:
        raise Http404
    found = [
        each for each in previews(office.current(), row, row.current, channel) if each.channel == channel
    ]
    (face,) = faces(found, row.current, row.marker, own_words([row.current.id]), ())
    context = {"article": row, "revision": row.current, "channel": channel, "face": face}
    return render(request, "console/preview.html", frame() | context | {"listens": audio.AVAILABLE})


def _numbered(revisions: Sequence[Revision], wanted: str | None) -> Revision | None:
    return next((revision for revision in revisions if str(revision.number) == wanted), None)


def _before(
    shown: Revision, revisions: Sequence[Revision], row: Article, corrects: Sequence[str]
) -> Revision | None:
    """What it is compared with unasked: what readers have, else the source's own words, else the last."""
    if corrects:
        return row.published
    older = [revision for revision in revisions if revision.number < shown.number]
    own = [revision for revision in older if not revision.worded_by]
    return next(iter((own if shown.worded_by else ()) or older), None)


def _displaced(shown: Revision, revisions: Sequence[Revision]) -> Revision | None:
    """The officer's wording that the source's newest one has taken the place of."""
    if shown.worded_by:
        return None
    before = next((revision for revision in revisions if revision.number == shown.number - 1), None)
    return before if before and before.worded_by else None


def _written_here(row: Article, revisions: Sequence[Revision]) -> bool:
    """Whether somebody wrote it in Loa, and may go on where it was returned."""
    returned = row.stopped == Stop.RETURNED and row.published_id is None
    return returned and bool(revisions[-1].worded_by)


def _fallen(shown: Revision, revisions: Sequence[Revision], own: Own) -> list[OwnWords]:
    """The channels' own versions that went with the last wording that had some, where this one has none."""
    channels = {channel for revision, channel in own if revision == shown.id}
    last = next((r.id for r in revisions if r.number < shown.number and any(r.id == o for o, _ in own)), None)
    return [each for (revision, channel), each in own.items() if revision == last and channel not in channels]


def _facts(old: Revision, new: Revision) -> list[tuple[str, Any, Any]]:
    """What differs beside the words: (name of the field, then, now)."""
    named = ("topic", "kind", "priority", "published", "embargo", "expires")
    differ = [(name, getattr(old, name), getattr(new, name)) for name in named]
    return [(name, then, now) for name, then, now in differ if then != now]


def _history(row: Article) -> dict[str, Any]:
    """What went out, and what was done by whom."""
    deliveries = list(row.deliveries.select_related("revision", "after").defer(*_UNSEEN))
    subjects = [f"article:{row.id}", *(f"delivery:{delivery.id}" for delivery in deliveries)]
    audit = AuditEntry.objects.filter(subject__in=subjects).select_related("text").order_by("sequence")
    down = must_come_down(office.current().pulled).filter(article=row)
    by_hand = set(down.values_list("id", flat=True))
    return {
        "lanes": lanes(deliveries, names.channels(office.current().schedule), by_hand),
        "come_down": by_hand,
        "deeds": deeds,
        "content_of": lambda delivery: part_of(delivery).content,
        "pulled": office.current().pulled,
        "audit": list(audit),
    }


def _pictures(revision: Revision) -> dict[str, tuple[str, Picture, bool]]:
    """By hash: the address of our copy, the copy, and whether Zalo takes it."""
    hashes = [image["sha256"] for image in revision.images if image["sha256"]]
    return {
        copy.sha256: (
            media_path(copy.sha256, copy.content_type),
            copy,
            copy.size < IMAGE_BYTES and copy.content_type in IMAGE_TYPES,
        )
        for copy in Picture.objects.filter(sha256__in=hashes)
    }


def texts(revision: Revision, found: Sequence[Finding]) -> dict[str, Any]:
    """Title, lead and text, each marked where something was found; the text line by line without its form."""
    places: dict[str, list[tuple[int, int, str]]] = {"title": [], "lead": [], "text": []}
    for finding in found:
        if finding.where in places:
            places[finding.where].append((finding.start, finding.end, finding.message))
    return {
        "title": marked(revision.title, places["title"]),
        "lead": marked(revision.lead, places["lead"]),
        "lines": lines(revision.text, places["text"]),
        "body": body.shown(revision, found) if revision.body else None,
        "repeats": bool(revision.lead) and begins_with(read(revision.body), revision.lead),
    }
