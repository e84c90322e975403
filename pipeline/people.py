"""Who may do what, and for which agency; and the rows that they therefore see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline import audit
from pipeline.models import Appointment
from pipeline.review.workflow import MAY, OFFICE_WIDE, Act, Role
from pipeline.schedule import Schedule

Row = TypeVar("Row", bound=Model)
Part = tuple[Role, str]
"""A role, and the agency that it is given for; empty: the whole office."""
RESERVED = frozenset({"loa", "shell", "clock"})
"""Names under which the log keeps what no person did."""


@dataclass(frozen=True)
class Rights:
    """What one person may do: for the whole office, and beside it for single agencies."""

    everywhere: frozenset[Act] = frozenset()
    by_agency: Mapping[str, frozenset[Act]] = field(default_factory=dict)

    def may(self, act: Act, agency: str = "") -> bool:
        """Whether they may do this for an agency; empty: for the whole office."""
        return act in self.everywhere or act in self.by_agency.get(agency, ())

    def anywhere(self, act: Act) -> bool:
        """Whether there is any agency for which they may do this."""
        return act in self.everywhere or any(act in acts for acts in self.by_agency.values())


def rights(parts: Iterable[Part]) -> Rights:
    """What these parts come to together."""
    everywhere: frozenset[Act] = frozenset()
    by_agency: dict[str, frozenset[Act]] = {}
    for role, agency in parts:
        acts = frozenset(act for act, roles in MAY.items() if role in roles)
        if agency:
            by_agency[agency] = by_agency.get(agency, frozenset()) | (acts - OFFICE_WIDE)
        else:
            everywhere |= acts
    return Rights(everywhere, by_agency)


def rights_of(user: User) -> Rights:
    """What this person may do now; who was disabled may do nothing."""
    return rights(parts_of(user)) if user.is_active else Rights()


def parts_of(user: User) -> list[Part]:
    """The roles of one person, in the order of their names."""
    rows = Appointment.objects.filter(user=user).order_by("role", "agency")
    return [(Role(role), agency) for role, agency in rows.values_list("role", "agency")]


class NotPossible(Exception):
    """What cannot be done to these people; `str()` says why, in plain Vietnamese."""


def newcomer(name: str, full_name: str, parts: Collection[Part], by: str) -> User:
    """A new person, who chooses a password later; call it in a transaction. Raises `NotPossible`."""
    user = User(username=User.normalize_username(name.strip()), first_name=full_name.strip())
    user.set_unusable_password()
    if user.username in RESERVED or User.objects.filter(username__iexact=user.username).exists():
        raise NotPossible(f"Đã có người mang tên đăng nhập {user.username}.")
    try:
        user.full_clean()
    except ValidationError:
        raise NotPossible("Tên đăng nhập gồm chữ, số và các dấu @ . + - _, không có dấu cách.") from None
    user.save()
    audit.record(audit.Act(by, "invite", f"user:{user.username}"))
    appoint(user, parts, by)
    return user


def appoint(user: User, parts: Collection[Part], by: str) -> None:
    """Give a person these parts and no others; call it in a transaction. `by`: who says so.

    Raises `NotPossible` where nobody would be left who can.
    """
    before = parts_of(user)
    if (Role.ADMINISTRATOR, "") in before and (Role.ADMINISTRATOR, "") not in parts:
        _somebody_else_administers(user)
    Appointment.objects.filter(user=user).delete()
    Appointment.objects.bulk_create(
        Appointment(user=user, role=role, agency=agency) for role, agency in sorted(set(parts))
    )
    was, now = ({"roles": _said(each)} for each in (before, parts))
    audit.record(audit.Act(by, "user", f"user:{user.username}", was, now))


def switch(user: User, by: str, *, on: bool) -> None:
    """Let a person in, or out at once; call it in a transaction. `by`: who says so. Raises `NotPossible`."""
    if not on and (Role.ADMINISTRATOR, "") in parts_of(user):
        _somebody_else_administers(user)
    user.is_active = on
    user.save(update_fields=["is_active"])
    audit.record(audit.Act(by, "enable" if on else "disable", f"user:{user.username}"))


def _somebody_else_administers(user: User) -> None:
    """Locked, so that two administrators do not dismiss each other."""
    others = Appointment.objects.filter(role=Role.ADMINISTRATOR, agency="", user__is_active=True)
    if not any(each.user_id != user.pk for each in others.select_for_update()):
        raise NotPossible("Đây là người quản trị cuối cùng: hãy giao việc đó cho người khác trước.")


def forget_second_factor(user: User, by: str) -> None:
    """A lost phone counts no more, nor do wrong passwords; call it in a transaction. `by`: who says so."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    AccessAttempt.objects.filter(username=user.username).delete()
    audit.record(audit.Act(by, "forget-second-factor", f"user:{user.username}"))


def visible(rows: QuerySet[Row], rights: Rights, schedule: Schedule, source: str = "source") -> QuerySet[Row]:
    """Those of `rows` that a person with these rights may see; `source` leads from a row to its source.

    `visible(Article.objects.all(), …)`, `visible(Delivery.objects.all(), …, "article__source")`.
    """
    if rights.may(Act.READ):
        return rows
    theirs = [each.id for each in schedule.sources if rights.may(Act.READ, each.agency)]
    return rows.filter(**{f"{source}__in": theirs})


def _said(parts: Iterable[Part]) -> list[str]:
    return [f"{role} ({agency})" if agency else str(role) for role, agency in sorted(set(parts))]
