"""The acts that readers notice: each is written, then shown as it would go out, and only then done.

What is shown is no second account of what the act does: the act itself is done, read, and rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pipeline import acts, office
from pipeline.compose.own import digest, own_words
from pipeline.deliver.standing import must_come_down
from pipeline.mending import standing, unchanged
from pipeline.models import Article, Delivery, DeliveryState, Finding, Revision
from pipeline.review.workflow import Act
from web import names
from web.access import needs, person
from web.console import deeds
from web.console.acts import named, reason
from web.console.lanes import Lane, lanes
from web.console.marks import changes
from web.console.mend import seen
from web.console.views import acts_that_fit, corrected, frame, whole

PAIRS = 3
"""Words that one correction puts right."""


@dataclass(frozen=True)
class Done:
    """What an act came to: a sentence for who did it, and whether another person must say yes first."""

    said: str
    missing: int = 0
    urgent: tuple[str, ...] = ()
    """What only a word to a station can still change."""


Doing = Callable[[HttpRequest, Article], Done]


@dataclass(frozen=True)
class Outlook:
    """What an act would set in motion, read while it was done."""

    missing: int
    lanes: tuple[Lane, ...]
    """What would be sent, by channel."""
    taken_off: str
    """The channels of our own web that it disappears from."""
    dropped: str
    """The channels on which something waits that would go out no more."""
    by_hand: tuple[Delivery, ...]
    urgent: tuple[str, ...]
    revision: Revision
    """The newest wording."""
    findings: tuple[Finding, ...]
    """What was found in it; nothing where it is taken back."""


@needs(get=Act.CORRECT, post=Act.CORRECT)
def correct(request: HttpRequest, article: int) -> HttpResponse:
    """Put a published article right, everywhere that it was carried to."""
    return _page(request, article, "correct", _correct)


@needs(get=Act.WITHDRAW, post=Act.WITHDRAW)
def withdraw(request: HttpRequest, article: int) -> HttpResponse:
    """Take an article back from everywhere that it was carried to."""
    return _page(request, article, "withdraw", _withdraw)


@needs(get=Act.APPROVE, post=Act.APPROVE)
def approve(request: HttpRequest, article: int) -> HttpResponse:
    """Say yes to what was read; to what corrects an earlier wording, once more after it was shown."""
    return _page(request, article, "approve", _approve)


def _page(request: HttpRequest, article: int, act: str, doing: Doing) -> HttpResponse:
    row = get_object_or_404(Article.objects.select_related("current", "published"), id=article)
    shows = act != "approve" or bool(corrected(row))
    if request.method != "POST" and not (shows and row.current and _fits(request, row, act)):
        messages.error(request, _("Bài này, hoặc quyền của anh chị, lúc này không cho làm việc đó."))
        return redirect("console-item", article)
    page: dict[str, Any] = {"outlook": None, "problem": ""}
    if request.method == "POST" and "again" not in request.POST:
        try:
            if not shows or "confirmed" in request.POST:
                done = _do(request, row, doing)
                messages.success(request, done.said)
                for sentence in done.urgent:
                    messages.error(request, sentence)
                return redirect("console-item", article)
            page["outlook"] = outlook = _rehearse(request, row, doing)
            page["changes"] = _compared(row.published, outlook.revision)
        except acts.NotAllowed as refusal:
            if not shows:
                messages.error(request, str(refusal))
                return redirect("console-item", article)
            page["problem"] = str(refusal)
    page |= {"article": row, "act": act, "typed": _typed(request, row, act), "deeds": deeds,
             "now": office.current().now()}  # fmt: skip
    if act == "approve" and not page["outlook"]:
        page["changes"] = _compared(row.published, row.current)
    return render(request, "console/amend.html", frame() | page)


def _fits(request: HttpRequest, row: Article, act: str) -> bool:
    return row.current is not None and act in acts_that_fit(request, row, row.current)


def _do(request: HttpRequest, row: Article, doing: Doing) -> Done:
    with transaction.atomic():
        _unchanged(request, row)
        return doing(request, row)


def _rehearse(request: HttpRequest, row: Article, doing: Doing) -> Outlook:
    here = office.current()
    mine = Delivery.objects.filter(article=row).select_related("revision", "after")
    with transaction.atomic():
        _unchanged(request, row)
        waited = set(mine.filter(state=DeliveryState.QUEUED).values_list("channel", flat=True))
        done = doing(request, row)
        queued = [] if done.missing else list(mine.filter(state=DeliveryState.QUEUED))
        withdrawn = mine.filter(state=DeliveryState.WITHDRAWN, channel__in=here.pulled)
        newest = row.revisions.latest("number")
        found = newest.findings.exclude(code="changed").order_by("id")
        outlook = Outlook(
            missing=done.missing,
            lanes=lanes(queued, names.channels(here.schedule)),
            taken_off=named(set(withdrawn.exclude(sent_at=None).values_list("channel", flat=True))),
            dropped=named(waited - {each.channel for each in queued}) if not done.missing else "",
            by_hand=tuple(must_come_down(here.pulled).filter(article=row)),
            urgent=done.urgent,
            revision=newest,
            findings=() if doing is _withdraw else tuple(found),
        )
        transaction.set_rollback(True)
    return outlook


def _unchanged(request: HttpRequest, row: Article) -> None:
    """What is decided about is what was read: a newer wording must be read first."""
    unchanged(Article.objects.select_for_update().get(id=row.id), seen(request))


def _compared(old: Revision | None, new: Revision | None) -> Any:
    return changes(whole(old), whole(new)) if old and new else ()


def _typed(request: HttpRequest, row: Article, act: str) -> dict[str, Any]:
    """What stands in the form: nothing typed is lost; who approves second starts from the first's reason."""
    given = _pairs(request)
    said = row.current.approvals.exclude(reason="") if row.current and act == "approve" else None
    earlier = said.order_by("at").first() if said else None
    return {
        "pairs": [*given, *[("", "")] * (PAIRS - len(given))],
        "reason": reason(request) or (earlier.reason if earlier else ""),
        "emergency": request.POST.get("emergency") == "on",
        # A page that was read before the newest wording came asks for it to be read.
        "revision": row.current_id,
        "standing": standing(row),
        "own_digest": digest(own_words([row.current_id or 0]).values()),
    }


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    sides = (request.POST.getlist(side)[:PAIRS] for side in ("wrong", "right"))
    return [(wrong, right) for wrong, right in zip(*sides, strict=False) if wrong.strip() or right.strip()]


def _correct(request: HttpRequest, row: Article) -> Done:
    pairs = _pairs(request)
    if not pairs:
        raise acts.NotAllowed(_("Hãy ghi chữ sai và chữ đúng."))
    made = acts.correct(office.current(), row.id, person(request), pairs, reason(request))
    return _released(made, _("Đã ghi đính chính."))


def _approve(request: HttpRequest, row: Article) -> Done:
    emergency = request.POST.get("emergency") == "on"
    made = acts.approve(
        office.current(), row.id, person(request), emergency=emergency, reason=reason(request)
    )
    return _released(made, _("Đã duyệt."))


def _released(made: acts.Approved, said: str) -> Done:
    if made.missing:
        return Done(_("Đã ghi ý kiến duyệt. Bài này cần thêm một người nữa duyệt."), made.missing)
    channels = named(made.channels) or _("không có")
    said += " " + _("Kênh sẽ nhận: %(channels)s.") % {"channels": channels}
    return Done(said, urgent=made.urgent)


def _withdraw(request: HttpRequest, row: Article) -> Done:
    made = acts.withdraw(office.current(), row.id, person(request), reason(request))
    said = _("Đã gỡ bài.") if row.published_id else _("Đã bỏ bài.")
    cards = set(made.channels) & set(office.current().by_hand)
    if cards:
        said += " " + _("Có thẻ gỡ bằng tay chờ người nhận: %(channels)s.") % {"channels": named(cards)}
    if under_way := set(made.channels) - made.paused - cards:
        said += " " + _("Loa đang gỡ trên: %(channels)s.") % {"channels": named(under_way)}
    if made.paused:
        stopped = named(made.paused)
        said += " " + _("Kênh đang tạm dừng nên chưa gỡ được: %(channels)s.") % {"channels": stopped}
    if made.by_hand:
        by_hand = named({left.channel for left in made.by_hand})
        said += " " + _("Còn phải gỡ bằng tay trên: %(channels)s.") % {"channels": by_hand}
    return Done(said, urgent=made.urgent)
