"""Who has the same page open: noted at each look of a page, forgotten when the looks end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from pipeline.models import Opened

GONE_AFTER = timedelta(seconds=90)
"""Browsers let a page in the background look only once a minute."""


def look(subject: str, user: User, now: datetime) -> Sequence[Opened]:
    """Note that this person has the page of `subject` open at `now` (real time); returns the others."""
    with transaction.atomic():
        Opened.objects.filter(seen__lt=now - GONE_AFTER).delete()
        Opened.objects.update_or_create(
            subject=subject, user=user, defaults={"seen": now}, create_defaults={"since": now, "seen": now}
        )
        return others(subject, user, now)


def others(subject: str, user: User, now: datetime) -> Sequence[Opened]:
    """Who else has the page of `subject` open at `now` (real time), the longest first."""
    rows = Opened.objects.filter(subject=subject, seen__gte=now - GONE_AFTER).exclude(user=user)
    return list(rows.select_related("user").order_by("since", "id"))
