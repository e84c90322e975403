"""What a person does to a source or to an account: admit a flood, try to read, send a broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from channels.base import DeliveryError
from channels.zalo import ZaloOaChannel
from pipeline.acts import NotAllowed, must
from pipeline.audit import Act, record
from pipeline.collect.attempt import Attempt, attempt
from pipeline.deliver import broadcasts
from pipeline.deliver.engine import real_now
from pipeline.models import Broadcast, floods
from pipeline.office import Office
from pipeline.review.workflow import Act as May
from pipeline.schedule import ZaloOaSettings


def admit(office: Office, source: str, user: User) -> int:
    """The one yes that a flood of new items from one source waits for; returns how many it lets in."""
    must(user, May.ADMIT, office.schedule.agency_of(source))
    with transaction.atomic():
        rows = floods().filter(source=source)
        let_in = rows.update(stopped="", unchecked=True)
        record(Act(user.username, "admit", f"source:{source}", after={"articles": let_in}))
    return let_in


def broadcast(office: Office, channel: str, key: str, articles: Sequence[int], user: User) -> Broadcast:
    """Send up to five articles of a Zalo account to all who follow it, once for each `key`.

    The row says what came of it; the call may take half a minute. Raises `NotAllowed`.
    """
    must(user, May.BROADCAST)
    oa, settings = office.channels.get(channel), _settings(office, channel)
    if not isinstance(oa, ZaloOaChannel) or settings is None:
        raise NotAllowed(f"Kênh {channel} không gửi loạt được.")
    here = {each.article: each for each in broadcasts.choices(channel)}
    if gone := [article for article in articles if article not in here]:
        raise NotAllowed(f"Bài {gone[0]} không còn trên OA, hoặc đang giữ: hãy chọn lại.")
    if not 0 < len(set(articles)) == len(articles) <= broadcasts.MOST:
        raise NotAllowed(f"Hãy chọn từ 1 đến {broadcasts.MOST} bài khác nhau.")
    chosen = [here[article] for article in articles]
    now = office.now().astimezone(office.schedule.office.zone)
    try:
        row = broadcasts.begin(
            key, channel, chosen, settings.broadcasts, user.username, now=now, real_now=real_now()
        )
    except broadcasts.NotNow as problem:
        raise NotAllowed(str(problem)) from None
    try:
        outcome: str | DeliveryError = oa.broadcast([each.ref for each in chosen])
    except DeliveryError as error:
        outcome = error
    broadcasts.settle(row, outcome)
    return row


def _settings(office: Office, channel: str) -> ZaloOaSettings | None:
    found = (each for each in office.schedule.channels if each.id == channel)
    return next((each for each in found if isinstance(each, ZaloOaSettings)), None)


def try_source(office: Office, source: str, user: User) -> Attempt:
    """Read a source once for this person to see; nothing of it is kept, and its own rhythm goes on.

    Takes up to 20 seconds, in which no transaction is held. Raises `NotAllowed`.
    """
    must(user, May.TRY, office.schedule.agency_of(source))
    settings = next((each for each in office.schedule.sources if each.id == source), None)
    if settings is None:
        raise NotAllowed(f"Không có nguồn {source} trong cấu hình.")
    here = office.schedule.office
    tried = attempt(settings, here.zone, office.now(), contact=here.base_url)
    after: dict[str, Any] = {"trouble": tried.trouble}
    after |= {"status": tried.seen.status, "bytes": len(tried.seen.body)} if tried.seen else {}
    after |= {"entries": len(tried.reading.entries)} if tried.reading else {}
    with transaction.atomic():
        record(Act(user.username, "try", f"source:{source}", after=after))
    return tried
