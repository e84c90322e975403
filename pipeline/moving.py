"""A person gives what waits to go out to a channel another time, or its next free one."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.contrib.auth.models import User
from django.db import transaction

from pipeline.acts import NotAllowed, locked, subject
from pipeline.audit import Act, record
from pipeline.deliver import upkeep
from pipeline.deliver.upkeep import unbegun
from pipeline.models import Article, Delivery, DeliveryState
from pipeline.office import Office
from pipeline.review.workflow import Act as May
from pipeline.route.calendar import next_free
from pipeline.run import next_time


def move(office: Office, article_id: int, channel: str, user: User, at: datetime) -> datetime:
    """Let what has not begun to go out to a channel go at another time (aware); returns it.

    Raises `NotAllowed`: it has begun, or may not be heard then.
    """
    with transaction.atomic():
        article = locked(office, article_id, user, May.MOVE)
        row = _unbegun(article, channel)
        if at <= office.now():
            raise NotAllowed("Giờ mới phải ở phía trước.")
        return _moved(office, article, row, user, at)


def move_up(office: Office, article_id: int, channel: str, user: User) -> datetime:
    """Give a post the next free quarter of an hour of its channel; returns it. Raises `NotAllowed`."""
    with transaction.atomic():
        article = locked(office, article_id, user, May.MOVE)
        row = _unbegun(article, channel)
        others = Delivery.objects.filter(channel=channel, state=DeliveryState.QUEUED, part=1)
        taken = others.exclude(article=article).values_list("due_at", flat=True)

        def opening(moment: datetime) -> datetime | None:
            post = next_time(office, row, moment)
            return post.due_at if post else None

        at = next_free(office.now(), list(taken), opening)
        if at is None:
            raise NotAllowed("Không còn giờ nào mà kênh này gửi được bài.")
        return _moved(office, article, row, user, at)


def _unbegun(article: Article, channel: str) -> Delivery:
    row = unbegun(article, channel).select_related("article", "revision").first()
    if row is None:
        raise NotAllowed("Bài đã bắt đầu gửi, hoặc không còn chờ gửi lên kênh này: không đổi giờ được.")
    return row


def _moved(office: Office, article: Article, row: Delivery, user: User, at: datetime) -> datetime:
    zone = office.schedule.office.zone
    post = next_time(office, row, at)
    if row.revision.embargo and at < row.revision.embargo:
        raise NotAllowed(f"Không được phát trước {_told(row.revision.embargo, zone)}.")
    if post is None:
        raise NotAllowed("Đến giờ ấy bài đã hết hiệu lực, hoặc lịch không còn đưa bài lên kênh này.")
    if post.due_at != at:
        raise NotAllowed(f"Kênh này không gửi vào giờ ấy; sớm nhất sau đó là {_told(post.due_at, zone)}.")
    before = {"channel": row.channel, "due_at": row.due_at.isoformat()}
    if not upkeep.move(article, row.channel, at, post.closes_at, office.now()):
        raise NotAllowed("Bài vừa bắt đầu gửi: không đổi giờ được nữa.")
    after = {"channel": row.channel, "due_at": at.isoformat()}
    record(Act(user.username, May.MOVE, subject(article), before, after))
    return at


def _told(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"
