"""What is done on the lists: a yes to one article or to several at once, or back to its agency."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import acts, office
from pipeline.mending import Seen, unchanged
from pipeline.models import Article, Finding
from pipeline.review.workflow import Act, only_a_yes_is_missing
from web.access import needs, person, seen_articles
from web.asked import whole_number
from web.console.acts import named, reason

MOST = 50
"""Articles of one press; a list shows no more."""


@needs(post=Act.APPROVE)
def approve(request: HttpRequest) -> HttpResponse:
    """Say yes to the article whose button was pressed (`mot`), or to all that were chosen (`chon`).

    Each is named with the revision that was shown, "12:34": what has another one since is left out and
    said. Of several at once only those go through in which nothing was found.
    """
    pressed = request.POST.get("mot")
    chosen = [pressed] if pressed else request.POST.getlist("chon")[:MOST]
    if not chosen:
        messages.warning(request, _("Chưa chọn bài nào."))
    done = sum(_approve(request, key, alone=bool(pressed)) for key in dict.fromkeys(chosen))
    if len(chosen) > 1 and done:
        said = ngettext("Đã duyệt %(n)d bài trong %(all)d bài đã chọn.",
                        "Đã duyệt %(n)d bài trong %(all)d bài đã chọn.", done)  # fmt: skip
        messages.success(request, said % {"n": done, "all": len(chosen)})
    return redirect("console")


def _approve(request: HttpRequest, key: str, *, alone: bool) -> bool:
    """Whether this one is approved now; what came of it is said."""
    article, _colon, revision = key.partition(":")
    row = seen_articles(request).select_related("current").filter(id=whole_number(article) or 0).first()
    if row is None or row.current is None:
        messages.error(request, _("Không có bài này."))
        return False
    named_title = {"title": row.current.title}
    try:
        made = _yes(person(request), row.id, whole_number(revision), alone=alone)
    except acts.NotAllowed as refusal:
        messages.error(request, _("Chưa duyệt “%(title)s”.") % named_title + f" {refusal}")
        return False
    if made.missing:
        said = _("Đã ghi ý kiến duyệt “%(title)s”. Bài này cần thêm một người nữa duyệt.")
        messages.success(request, said % named_title)
        return False
    said = _("Đã duyệt “%(title)s”. Kênh sẽ nhận: %(channels)s.")
    channels = {"channels": named(made.channels) or _("không có")}
    messages.success(request, said % (named_title | channels))
    for sentence in made.urgent:
        messages.error(request, sentence)
    return True


def _yes(user: User, article: int, revision: int | None, *, alone: bool) -> acts.Approved:
    with transaction.atomic():
        unchanged(_locked(article), Seen(revision, own=""))
        if not alone and not only_a_yes_is_missing(Finding.objects.filter(revision=revision)):
            raise acts.NotAllowed(_("Bài có chỗ phải đọc: hãy xem rồi duyệt riêng."))
        return acts.approve(office.current(), article, user)


def _locked(article: int) -> Article:
    return Article.objects.select_for_update().get(id=article)


@needs(post=Act.RETURN)
def give_back(request: HttpRequest, article: int) -> HttpResponse:
    """Return an article to its agency, with a reason, and go on with the list."""
    try:
        with transaction.atomic():
            unchanged(_locked(article), Seen(whole_number(request.POST.get("revision"))))
            acts.give_back(office.current(), article, person(request), reason(request))
    except acts.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Đã ghi: trả lại cho cơ quan cung cấp. Hãy báo cho cơ quan đó; Loa không tự báo.")
        messages.success(request, said)
    return redirect("console")
