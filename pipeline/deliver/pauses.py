"""Pauses: by a person, or by a refusal that only a person can mend."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pipeline.audit import Act, record
from pipeline.models import ChannelState


def pause(channel: str, target: str, reason: str, who: str, real_now: datetime) -> None:
    """Let nothing of this channel (or, with a target, of this chat) be claimed until it is resumed."""
    with transaction.atomic():
        ChannelState.objects.update_or_create(
            channel=channel,
            target=target,
            defaults={"paused": True, "reason": reason, "by": who, "at": real_now},
        )
        record(Act(who, "pause", f"channel:{channel}", after={"target": target}, note=reason))


def resume(channel: str, reason: str, who: str, real_now: datetime) -> int:
    """Let a channel and all its chats go on; returns how many pauses this ended."""
    with transaction.atomic():
        ended = ChannelState.objects.filter(channel=channel, paused=True).update(
            paused=False, reason="", by=who, at=real_now, wake_at=None
        )
        record(Act(who, "resume", f"channel:{channel}", after={"ended": ended}, note=reason))
    return ended
