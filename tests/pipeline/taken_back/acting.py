"""What the officer of these tests does to the one article, and what the ledger then has of it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.models import User

from pipeline import acts, run
from pipeline.models import Delivery
from tests.pipeline.day import Day, person

WRONG, RIGHT = "sáng thứ Hai", "chiều thứ Ba"


def deliver(day: Day) -> None:
    day.now += timedelta(minutes=1)
    Delivery.objects.filter(state="queued").update(wake_at=None)
    run.deliver(day.office, "here:1")


def errands(day: Day, channel: str) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(channel=channel).order_by("id")
    return list(rows.values_list("errand", "state"))


def hoa() -> User:
    return User.objects.filter(username="hoa").first() or person("hoa", "approver")


def correct(day: Day) -> acts.Approved:
    return acts.correct(day.office, day.article().id, hoa(), [(WRONG, RIGHT)], "nhầm buổi")


def withdraw(day: Day) -> acts.TakenBack:
    return acts.withdraw(day.office, day.article().id, hoa(), "đăng nhầm")
