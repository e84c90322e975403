"""The people of the office, for who administers them: what each is there for, and their way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import office
from pipeline.audit import Act as Done
from pipeline.audit import record
from pipeline.people import NotPossible, Part, appoint, forget_second_factor, newcomer, parts_of, switch
from pipeline.review.workflow import Act, Role
from web import names
from web.access import needs, person
from web.console.signin import link_for


@dataclass(frozen=True)
class Listed:
    """One person as the list shows them."""

    user: User
    parts: Sequence[Part]
    phone: bool
    """Whether a second factor is set up."""


@needs(get=Act.PEOPLE, post=Act.PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and a form to invite somebody."""
    typed, problem = request.POST, ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                new = newcomer(
                    typed.get("name", ""), typed.get("full_name", ""), _given(request), _me(request)
                )
            return _link(request, new)
        except NotPossible as wrong:
            problem = str(wrong)
    page = {"people": _listed(), "problem": problem, "typed": typed}
    return render(request, "console/people.html", page | _choices(), status=400 if problem else 200)


@needs(get=Act.PEOPLE, post=Act.PEOPLE)
def one(request: HttpRequest, user: int) -> HttpResponse:
    """One person: name and parts."""
    whom = get_object_or_404(User, pk=user)
    if request.method == "POST":

        def change() -> str:
            appoint(whom, _given(request, parts_of(whom)), _me(request))
            whom.first_name = request.POST.get("full_name", "").strip()[:150]
            whom.save(update_fields=["first_name"])
            return _("Đã ghi.")

        return _done(request, whom, change)
    phone = TOTPDevice.objects.filter(user=whom, confirmed=True).exists()
    page = {"whom": whom, "parts": parts_of(whom), "phone": phone}
    return render(request, "console/person.html", page | _choices())


@needs(post=Act.PEOPLE)
def link(request: HttpRequest, user: int) -> HttpResponse:
    """A link by which this person chooses a password, shown once."""
    whom = get_object_or_404(User, pk=user, is_active=True)
    with transaction.atomic():
        record(Done(_me(request), "password-link", f"user:{whom.username}"))
    return _link(request, whom)


@needs(post=Act.PEOPLE)
def forget(request: HttpRequest, user: int) -> HttpResponse:
    """The phone is lost: the next sign-in sets up another."""
    whom = get_object_or_404(User, pk=user)

    def change() -> str:
        forget_second_factor(whom, _me(request))
        return _("Đã bỏ mã đăng nhập cũ. Lần đăng nhập tới, Loa hướng dẫn cài điện thoại mới.")

    return _done(request, whom, change)


@needs(post=Act.PEOPLE)
def disable(request: HttpRequest, user: int) -> HttpResponse:
    """Out at once, and never again until somebody enables them."""
    whom = get_object_or_404(User, pk=user)

    def change() -> str:
        switch(whom, _me(request), on=False)
        return _("Đã ngừng tài khoản %(name)s, mọi nơi đang đăng nhập đều bị đăng xuất.") % {
            "name": whom.username
        }

    return _done(request, whom, change)


@needs(post=Act.PEOPLE)
def enable(request: HttpRequest, user: int) -> HttpResponse:
    """In again, with the parts and the password of before."""
    whom = get_object_or_404(User, pk=user)

    def change() -> str:
        switch(whom, _me(request), on=True)
        return _("Đã mở lại tài khoản %(name)s.") % {"name": whom.username}

    return _done(request, whom, change)


def _done(request: HttpRequest, whom: User, change: Callable[[], str]) -> HttpResponse:
    try:
        with transaction.atomic():
            said = change()
        messages.success(request, said)
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("console-person", whom.pk)


def _link(request: HttpRequest, whom: User) -> HttpResponse:
    return render(request, "console/invited.html", {"whom": whom, "link": link_for(request, whom)})


def _given(request: HttpRequest, before: Sequence[Part] = ()) -> list[Part]:
    """Those of the parts `before` that stay ticked, and the one that is added; what is none is left out."""
    kept = [part for part in before if f"{part[0]}|{part[1]}" in request.POST.getlist("part")]
    role, agency = request.POST.get("role", ""), request.POST.get("agency", "")
    added = [(Role(role), agency)] if role in set(Role) and agency in ("", *_agencies()) else []
    return kept + added


def _listed() -> list[Listed]:
    phones = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    users = User.objects.annotate(phone=Exists(phones)).prefetch_related("appointments").order_by("username")
    return [Listed(user, _parts(user), user.phone) for user in users]


def _parts(user: Any) -> list[Part]:
    return sorted((Role(each.role), each.agency) for each in user.appointments.all())


def _choices() -> dict[str, Any]:
    return {"roles": names.ROLES, "agencies": _agencies()}


def _agencies() -> list[str]:
    return sorted({source.agency for source in office.current().schedule.sources})


def _me(request: HttpRequest) -> str:
    return person(request).username
