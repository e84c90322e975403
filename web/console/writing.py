"""Writing an article of one's own: an agency's drafts, the form of one, and who else has it open."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pipeline import office
from pipeline.acts import NotAllowed
from pipeline.amend import body_of
from pipeline.collect.clean import LONGEST, Cleaned, clean
from pipeline.deliver.engine import real_now
from pipeline.models import Draft
from pipeline.review.workflow import Act
from pipeline.write.drafts import (
    Stale,
    Words,
    as_text,
    begin,
    desks,
    discard,
    returned,
    save,
    subject,
    unfinished,
    words_of,
)
from pipeline.write.files import address, take_in
from pipeline.write.handing_in import hand_in, take_up
from pipeline.write.kinds import KINDS
from pipeline.write.opened import look
from pipeline.write.uploads import MOST_BYTES, PDF
from web import names
from web.access import needs, person, rights
from web.asked import typed_text, whole_number
from web.console.marks import beside
from web.console.mend import stated
from web.console.pasting import shown

_TITLE = re.compile(r"title-(\d{1,15})")
STATED = ("topic", "priority", "embargo", "expires")


@needs(get=Act.WRITE, post=Act.WRITE)
def drafts(request: HttpRequest) -> HttpResponse:
    """What is being written for one's agencies, and the kinds with which something new begins."""
    problem, form = "", request.POST
    agencies = list(desks(office.current().schedule, rights(request)))
    if request.method == "POST":
        try:
            agency = form.get("agency", "")
            new = begin(office.current(), person(request), agency, form.get("kind", ""))
            return redirect("console-draft", new.pk)
        except NotAllowed as refusal:
            problem = str(refusal)
    context = {"drafts": unfinished(agencies), "kinds": KINDS, "agencies": agencies, "problem": problem}
    return render(request, "console/drafts.html", context, status=409 if problem else 200)


@needs(get=Act.WRITE, post=Act.WRITE)
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """One draft; posted, it is saved, or saved and handed in."""
    row = get_object_or_404(Draft.objects.select_related("saved_by"), id=draft)
    if request.method != "POST":
        return redirect("console-item", row.article_id) if row.revision_id else _page(request, row)
    saved = None
    try:
        words, problem = _words(request.POST, row)
        saved = _saved(request, draft, words)
        if problem:
            row.refresh_from_db()
            return _page(request, row, problem=problem, typed=request.POST)
        for file in request.FILES.getlist("file"):
            saved, said = _taken(request, saved, file)
            messages.info(request, said)
        if "hand-in" in request.POST:
            article = hand_in(office.current(), draft, person(request), saved.version)
            messages.success(request, _("Đã nộp bài. Một người khác đọc và duyệt thì bài mới đi."))
            return redirect("console-item", article.pk)
    except Stale as stale:
        return _page(request, stale.draft, problem=str(stale), typed=request.POST, mine=words, held=True)
    except NotAllowed as refusal:
        row.refresh_from_db()
        if saved:
            return _page(request, row, problem=str(refusal))
        # What was typed is based on no newer one: who saved in the meantime is not written over.
        row.version = _version(request)
        return _page(request, row, problem=str(refusal), typed=request.POST, held=True)
    messages.success(request, _("Đã lưu."))
    return redirect("console-draft", draft)


@needs(post=Act.WRITE)
def keep(request: HttpRequest, draft: int) -> JsonResponse:
    """Save what stands in the form, for its script: {"version", "said", "problem"}.

    Or {"said"}: 409 where another saved faster, 422 where it cannot be saved as it is.
    """
    row = get_object_or_404(Draft, id=draft)
    try:
        words, problem = _words(request.POST, row)
        saved = _saved(request, draft, words)
    except NotAllowed as refusal:
        return JsonResponse({"said": str(refusal)}, status=409 if isinstance(refusal, Stale) else 422)
    return JsonResponse({"version": saved.version, "said": _when(saved), "problem": problem})


@needs(post=Act.WRITE)
def drop(request: HttpRequest, draft: int) -> HttpResponse:
    """Drop a draft that was never handed in."""
    try:
        discard(draft, person(request), _version(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("console-draft", draft)
    messages.success(request, _("Đã bỏ bài đang viết."))
    return redirect("console-drafts")


@needs(post=Act.WRITE)
def again(request: HttpRequest, article: int) -> HttpResponse:
    """Go on writing what was returned."""
    try:
        return redirect("console-draft", take_up(article, person(request)).pk)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("console-item", article)


@needs(get=Act.WRITE)
def company(request: HttpRequest, draft: int) -> HttpResponse:
    """Who else has this draft open."""
    return _company(request, f"draft:{draft}")


@needs(get=Act.READ)
def reading(request: HttpRequest, article: int) -> HttpResponse:
    """Who else has the page of this article open."""
    return _company(request, f"article:{article}")


def _company(request: HttpRequest, what: str) -> HttpResponse:
    return render(request, "console/company.html", {"others": look(what, person(request), real_now())})


def _page(
    request: HttpRequest,
    row: Draft,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    mine: Words | None = None,
    held: bool = False,
) -> HttpResponse:
    """The form with what is stored; or with what was `typed`, beside what somebody saved faster.

    `held`: what was typed is on this page alone.
    """
    context: dict[str, Any] = {
        "draft": row,
        "closed": row.article is not None and not returned(row.article),
        "kind": KINDS[row.kind],
        "names": names,
        "problem": problem,
        "typed": typed or {},
        "text": as_text(row.body),
        "html": shown(_body(typed, row).html if typed else row.body),
        "page": secrets.token_hex(8),
        "uploads": [
            (each, url, each.content_type == PDF, f'src="{url}"' in row.body)
            for each in row.uploads.order_by("id")
            for url in [address(office.current(), each)]
        ],
        "others": look(subject(row), person(request), real_now()),
        "said": _when(row),
        "beside": _beside(words_of(row), mine) if mine else (),
        "held": held,
    }
    return render(request, "console/draft.html", context, status=409 if problem else 200)


def _words(form: Mapping[str, str], row: Draft) -> tuple[Words, str]:
    """What was typed, and what of it could not be read: there the stored value stays."""
    problems = []

    def read(name: str) -> Any:
        try:
            return stated(name, form.get(name, ""))
        except NotAllowed as problem:
            problems.append(str(problem))
            return getattr(row, name)

    title, lead, field = (
        " ".join(typed_text(form.get(name, "")).split()) for name in ("title", "lead", "field")
    )
    body = _body(form, row)
    if body.cut or len(body.html) > LONGEST:
        raise NotAllowed(_("Bài quá dài nên chưa lưu: hãy chia làm hai bài."))
    facts = {name: read(name) for name in STATED}
    return Words(title=title, lead=lead, field=field, body=body.html, **facts), " ".join(problems)


def _saved(request: HttpRequest, draft: int, words: Words) -> Draft:
    form = request.POST
    given = {int(at[1]): typed_text(form[name]) for name in form if (at := _TITLE.fullmatch(name))}
    titles = {upload: " ".join(title.split()) for upload, title in given.items()}
    removed = set(filter(None, map(whole_number, form.getlist("remove"))))
    return save(draft, person(request), words, _version(request), form.get("page", "")[:32], titles, removed)


def _taken(request: HttpRequest, draft: Draft, file: UploadedFile[Any]) -> tuple[Draft, str]:
    if (file.size or 0) > max(MOST_BYTES.values()):
        raise NotAllowed(_("Tệp “%s” quá lớn.") % file.name)
    return take_in(office.current(), draft, person(request), file.name or "", file.read())


def _body(form: Mapping[str, str], row: Draft) -> Cleaned:
    """Plain text keeps the markup of every paragraph that was left as it is."""
    typed = typed_text(form.get("body", ""))
    if form.get("markup") == "html":
        return clean(typed, office.current().schedule.office.base_url)
    return clean(body_of(row.body, typed), office.current().schedule.office.base_url)


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version")) or 0


def _when(row: Draft) -> str:
    saved = row.saved_at.astimezone(office.current().schedule.office.zone)
    return _("Đã lưu lúc %(time)s.") % {"time": f"{saved:%H:%M, %d/%m/%Y}"}


def _beside(stored: Words, mine: Words) -> Any:
    """Both texts line by line, and those facts that differ."""
    differ = [name for name in STATED if getattr(stored, name) != getattr(mine, name)]

    def whole(words: Words) -> str:
        facts = [f"{names.FIELDS[name]}: {names.fact(name, getattr(words, name))}" for name in differ]
        return "\n".join([words.title, words.lead, clean(words.body).text, words.field, *facts])

    return beside(whole(stored), whole(mine))
