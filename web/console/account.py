"""One's own account: the password, the second factor, the recovery codes."""

from __future__ import annotations

from base64 import b32encode

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as second_step_done
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import office
from pipeline.audit import Act as Done
from pipeline.audit import record
from pipeline.people import parts_of
from pipeline.review.workflow import Act, Role
from web import names
from web.access import needs, person

CODES = 10
"""Recovery codes that somebody is given at once."""


@needs(get=Act.ACCOUNT)
def account(request: HttpRequest) -> HttpResponse:
    """What is known of oneself, and what can be changed."""
    return _page(request)


@needs(post=Act.ACCOUNT)
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Another password; every other session of this person ends."""
    user, new = person(request), request.POST.get("new", "")
    problems = []
    if authenticate(request, username=user.username, password=request.POST.get("old", "")) is None:
        problems = [_("Mật khẩu hiện nay không đúng.")]
    elif new != request.POST.get("again", ""):
        problems = [_("Hai lần nhập mật khẩu mới không giống nhau.")]
    else:
        try:
            validate_password(new, user)
        except ValidationError as wrong:
            problems = wrong.messages
    if problems:
        return _page(request, problems)
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        record(Done(user.username, "password", f"user:{user.username}"))
    update_session_auth_hash(request, user)
    messages.success(request, _("Đã đổi mật khẩu. Những nơi khác đang đăng nhập đều bị đăng xuất."))
    return redirect("console-account")


@needs(get=Act.ACCOUNT, post=Act.ACCOUNT)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Make a phone show this person's codes: a picture to scan, then the first code as a proof."""
    user = person(request)
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    device = device or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)
    problem = ""
    if request.method == "POST":
        typed = "".join(request.POST.get("code", "").split())
        if _proved(user, device, typed):
            second_step_done(request, device)
            return render(request, "console/codes.html", {"codes": _new_codes(user)})
        problem = _("Mã không đúng. Hãy nhập mã đang hiện trên điện thoại.")
    page = {
        "picture": segno.make(device.config_url).svg_inline(scale=5, border=2),
        "key": b32encode(device.bin_key).decode(),
        "problem": problem,
    }
    return render(request, "console/second_factor.html", page)


@needs(post=Act.ACCOUNT)
def codes(request: HttpRequest) -> HttpResponse:
    """Other recovery codes in the place of those before, shown once."""
    user = person(request)
    if not TOTPDevice.objects.filter(user=user, confirmed=True).exists():
        return redirect("console-second-factor")
    with transaction.atomic():
        record(Done(user.username, "recovery-codes", f"user:{user.username}"))
        fresh = _new_codes(user)
    return render(request, "console/codes.html", {"codes": fresh})


def _proved(user: User, device: TOTPDevice, typed: str) -> bool:
    """Whether the phone shows this device's codes; from then on it is the only one."""
    with transaction.atomic():
        if verify_token(user, device.persistent_id, typed) is None:
            return False
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        record(Done(user.username, "second-factor", f"user:{user.username}"))
    device.confirmed = True
    return True


def _new_codes(user: User) -> list[str]:
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="codes")
        made = [StaticToken(device=device, token=StaticToken.random_token()) for _number in range(CODES)]
        StaticToken.objects.bulk_create(made)
    return [each.token for each in made]


def _page(request: HttpRequest, problems: list[str] | None = None) -> HttpResponse:
    user = person(request)
    parts = parts_of(user)
    page = {
        "parts": [(names.ROLES[role], agency) for role, agency in parts],
        "newsroom": any(role == Role.PRESS for role, _agency in parts),
        "feed": office.current().schedule.office.base_url.rstrip("/") + reverse("press-feed"),
        "phone": TOTPDevice.objects.filter(user=user, confirmed=True).first(),
        "codes": StaticToken.objects.filter(device__user=user).count(),
        "problems": problems or [],
    }
    return render(request, "console/account.html", page, status=400 if problems else 200)
