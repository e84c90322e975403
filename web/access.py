"""Who may call which view: declared on each, with each method, and nowhere else; templates ask the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import office
from pipeline.models import Article, Delivery, Draft
from pipeline.people import Rights, rights_of, visible
from pipeline.review.workflow import MAY, Act, Role
from web import names

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Declared:
    """What a view demands: an act for each method that it answers, or nothing of anybody."""

    acts: Mapping[str, Act | None]

    def roles(self, method: str) -> frozenset[Role] | None:
        """Who may call it so; None: everybody, signed in or not. Raises KeyError for another method."""
        act = self.acts[method]
        return None if act is None else frozenset(MAY[act])


def declared(view: View) -> Declared | None:
    """What was declared on a view, or None."""
    return getattr(view, "declared", None)


def everybody(*methods: str) -> Callable[[View], View]:
    """Declare a view that anybody may call with these methods, HEAD as GET."""
    return _guarded(Declared(dict.fromkeys(methods)))


def needs(*, get: Act | None = None, post: Act | None = None) -> Callable[[View], View]:
    """Declare what a view demands of who calls it; a method that is not named is refused.

    A view that is called with `article`, `delivery`, `draft` or `source` is about one agency: who may see
    nothing of that agency is told that there is no such page, who may not do this for it that they may not.
    """
    return _guarded(Declared({name: act for name, act in (("GET", get), ("POST", post)) if act}))


def _guarded(demands: Declared) -> Callable[[View], View]:
    allowed = [*demands.acts, *(["HEAD"] if "GET" in demands.acts else [])]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            act = demands.acts["GET" if request.method == "HEAD" else request.method]
            refusal = _refusal(request, act, kwargs) if act else None
            return refusal or view(request, *args, **kwargs)

        guarded.declared = demands  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refusal(request: HttpRequest, act: Act, about: Mapping[str, Any]) -> HttpResponseBase | None:
    # What was posted is lost with the session: its address alone would lead nowhere.
    there = request.get_full_path() if request.method != "POST" else reverse("console")
    if not request.user.is_authenticated:
        return redirect_to_login(there)
    if (step := next_step(request)) and request.path != (address := reverse(step)):
        return redirect_to_login(there, address)
    may = rights(request)
    agency = _agency(about)
    if agency is None:
        return None if may.anywhere(act) else refused(request, act)
    if not may.may(Act.READ, agency) and may.anywhere(Act.READ):
        raise Http404
    return None if may.may(act, agency) else refused(request, act)


def next_step(request: HttpRequest) -> str | None:
    """The view that somebody who gave their password must still pass: their code, or to set it up first."""
    user = request.user
    if not user.is_authenticated or user.is_verified():  # type: ignore[attr-defined]
        return None
    if not hasattr(request, "_has_phone"):
        known = TOTPDevice.objects.filter(user=user.pk, confirmed=True)
        request._has_phone = known.exists()  # type: ignore[attr-defined]
    if request._has_phone:  # type: ignore[attr-defined]
        return "console-code"
    required = office.current().schedule.console.second_factor == "required"
    return "console-second-factor" if required else None


def _agency(about: Mapping[str, Any]) -> str | None:
    """Whose business a view is called with; None where it is about no agency. Raises `Http404`."""
    agency_of = office.current().schedule.agency_of
    match about:
        case {"article": int(number)}:
            return agency_of(_found(Article.objects.filter(id=number).values_list("source_id", flat=True)))
        case {"delivery": int(number)}:
            rows = Delivery.objects.filter(id=number)
            return agency_of(_found(rows.values_list("article__source_id", flat=True)))
        case {"draft": int(number)}:
            return _found(Draft.objects.filter(id=number).values_list("agency", flat=True))
        case {"source": str(name)}:
            return agency_of(name)
    return None


def _found(rows: QuerySet[Any, str]) -> str:
    name = rows.first()
    if name is None:
        raise Http404
    return name


def refused(request: HttpRequest, act: Act) -> HttpResponse:
    """A plain page that says who may."""
    who = [names.ROLES[role] for role in Role if role in MAY[act]]
    return render(request, "console/refused.html", {"who": who}, status=403)


def person(request: HttpRequest) -> User:
    """Who is signed in, behind `needs`."""
    return cast(User, request.user)


def rights(request: HttpRequest) -> Rights:
    """What whoever calls may do; the database is asked once a request."""
    found: Rights | None = getattr(request, "_rights", None)
    if found is None:
        found = rights_of(person(request)) if request.user.is_authenticated else Rights()
        request._rights = found  # type: ignore[attr-defined]
    return found


def seen_articles(request: HttpRequest) -> QuerySet[Article]:
    """The articles that whoever calls may see."""
    return visible(Article.objects.all(), rights(request), office.current().schedule)


def may(request: HttpRequest, act: str, source: str | None = None) -> bool:
    """Whether to show a button: the act for a source's agency, or with none named for any."""
    if next_step(request):
        return False
    if source is None:
        return rights(request).anywhere(Act(act))
    return rights(request).may(Act(act), office.current().schedule.agency_of(source))
