"""The way into the console: a password, then a code of one's phone; and what is said to who guesses."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import urlsplit

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp import login as second_step_done
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import office
from pipeline.audit import Act as Done
from pipeline.audit import record
from pipeline.review.workflow import Act
from web.access import everybody, needs, next_step, person, rights


class SignIn(LoginView):
    """Name and password."""

    template_name = "console/login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        return _home(self.request, super().get_success_url())

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        with transaction.atomic():
            login(self.request, user)
            record(Done(user.get_username(), "sign-in", f"user:{user.get_username()}"))
        self.request.session.clear_expired()
        return redirect(self.get_success_url())


def locked_out(
    request: HttpRequest, _response: HttpResponseBase | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Too many wrong passwords: until when, which no further try puts off."""
    name = (credentials or {}).get("username", "")
    tried = AccessAttempt.objects.filter(username=name, ip_address=request.axes_ip_address)  # type: ignore[attr-defined]
    last = tried.order_by("-attempt_time").first()
    ends = (last.attempt_time if last else timezone.now()) + settings.AXES_COOLOFF_TIME
    page = {"form": AuthenticationForm(request), "next": "", "problem": _again_in(ends)}
    return render(request, "console/login.html", page, status=429)


def _again_in(ends: Any) -> str:
    minutes = max(1, math.ceil((ends - timezone.now()).total_seconds() / 60))
    said = ngettext(
        "Sai nhiều lần liền. Hãy thử lại sau %(n)d phút.",
        "Sai nhiều lần liền. Hãy thử lại sau %(n)d phút.",
        minutes,
    )
    return said % {"n": minutes}


@needs(get=Act.ACCOUNT, post=Act.ACCOUNT)
def code(request: HttpRequest) -> HttpResponse:
    """The second step: the phone's six digits, or one of the recovery codes."""
    if next_step(request) != "console-code":
        return redirect(_onwards(request))
    problem = ""
    if request.method == "POST":
        typed = "".join(request.POST.get("code", "").split()).lower()
        device, problem = checked(person(request), typed)
        if device is not None:
            second_step_done(request, device)
            if isinstance(device, StaticDevice):
                left = device.token_set.count()
                said = ngettext("Còn %(n)d mã dự phòng.", "Còn %(n)d mã dự phòng.", left) % {"n": left}
                messages.warning(request, said)
            return redirect(_onwards(request))
    return render(request, "console/code.html", {"problem": problem, "next": request.GET.get("next", "")})


def checked(user: User, typed: str) -> tuple[Device | None, str]:
    """The device whose code this is, or why there is none."""
    kind = TOTPDevice if typed.isdigit() and len(typed) == 6 else StaticDevice
    known = kind.objects.filter(user=user, confirmed=True).first()
    if known is None:
        return None, _("Mã không đúng.")
    allowed, why = known.verify_is_allowed()
    if not allowed:
        return None, _again_in(why["locked_until"])
    with transaction.atomic():
        device = verify_token(user, known.persistent_id, typed)
        if isinstance(device, StaticDevice):
            record(Done(user.username, "recovery-code", f"user:{user.username}"))
    return device, "" if device else _("Mã không đúng. Hãy nhập mã đang hiện trên điện thoại.")


def link_for(request: HttpRequest, user: User) -> str:
    """Where this person chooses a password, once, within three days."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("console-welcome", args=[uid, default_token_generator.make_token(user)])
    base = office.current().schedule.office.base_url.rstrip("/")
    # Behind a proxy that ends TLS we see http, and the link must not lead there.
    ours = urlsplit(base).netloc == request.get_host()
    return base + address if ours else request.build_absolute_uri(address)


@everybody("GET", "POST")
def welcome(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a password by a link that an administrator gave; the link is good once."""
    user = _invited(uid, token)
    if user is None:
        return render(request, "console/welcome.html", {"user": None}, status=410)
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record(Done(user.username, "password", f"user:{user.username}"))
        messages.success(request, _("Đã đặt mật khẩu. Hãy đăng nhập."))
        return redirect("login")
    return render(request, "console/welcome.html", {"user": user, "form": form})


def _invited(uid: str, token: str) -> User | None:
    try:
        number = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and default_token_generator.check_token(user, token) else None


def _onwards(request: HttpRequest) -> str:
    there = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return _home(request, there if safe else reverse("console"))


def _home(request: HttpRequest, there: str) -> str:
    """Who sees nothing of the office's work, such as a newsroom, goes to their own page."""
    sees = there != reverse("console") or rights(request).anywhere(Act.READ)
    return there if sees else reverse("console-account")
