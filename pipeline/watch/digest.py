"""The day summed up for the duty officer: what came in, what went out, what waits for whom, what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter

from django.db.models import Count, Q

from channels.text import shorten
from pipeline.bulletin.stage import broadcast
from pipeline.clock import firings
from pipeline.deliver import outbox
from pipeline.deliver.by_hand import offered, taken
from pipeline.models import Article, Delivery, DeliveryState, Errand, Revision, State, floods
from pipeline.office import Office
from pipeline.secrets import Redact, secrets_of
from pipeline.watch.facts import everything
from pipeline.watch.health import TOKEN_SOON
from pipeline.watch.values import Facts
from pipeline.watch.ways import Word

NOON = time(12)
A_DAY = timedelta(days=1)
LINE = 300
"""Characters of a line in a message on a phone."""


@dataclass(frozen=True)
class Waiting:
    """How many wait for a person, or for their time."""

    review: int
    held: int
    flood: int
    """Items of sources that brought very many at once, which wait for one yes."""
    failed: int
    cards: int


@dataclass(frozen=True)
class Digest:
    """One day of an office; business time."""

    since: datetime
    until: datetime
    new: int
    changed: int
    """Wordings that came of articles which were known."""
    sources: int
    """How many sources these came from."""
    sent: Mapping[str, Mapping[str, int]]
    """For each channel the articles that were sent there, by `Errand`."""
    waiting: Waiting
    facts: Facts
    noon: datetime
    """The end of tomorrow's morning."""
    due: Mapping[str, int]
    """For each channel the articles that are to go out by then."""
    bulletins: tuple[tuple[str, datetime], ...]
    """The radio's channels and times by then."""
    real_now: datetime


def gather(office: Office, since: datetime, until: datetime, now: datetime, real_now: datetime) -> Digest:
    """What came and went in [since, until), and what waits now; raises django.db.DatabaseError."""
    zone = office.schedule.office.zone
    came = Revision.objects.filter(collected_at__gte=since, collected_at__lt=until, worded_by="")
    rows = Delivery.objects.filter(channel__in=office.channels, part=1)
    sent = rows.filter(state=DeliveryState.SENT, sent_at__gte=since, sent_at__lt=until)
    tomorrow = (until.astimezone(zone) + A_DAY).date()
    noon = datetime.combine(tomorrow, NOON, zone)
    waits = rows.filter(outbox.wanted(), state=DeliveryState.QUEUED, due_at__lte=noon)
    errands: dict[str, dict[str, int]] = {}
    for channel, errand, count in sent.values_list("channel", "errand").annotate(Count("id")).order_by():
        errands.setdefault(channel, {})[errand] = count
    return Digest(
        since,
        until,
        new=came.filter(number=1).count(),
        changed=came.filter(number__gt=1).count(),
        sources=came.aggregate(n=Count("article__source", distinct=True))["n"],
        sent=errands,
        waiting=_waiting(office, now, real_now),
        facts=everything(office, now, real_now),
        noon=noon,
        due=dict(waits.values_list("channel").annotate(Count("id")).order_by()),
        bulletins=tuple(sorted(_bulletins(office, now, noon), key=itemgetter(1))),
        real_now=real_now,
    )


def _waiting(office: Office, now: datetime, real_now: datetime) -> Waiting:
    counted = Article.objects.filter(state__in=(State.REVIEW, State.HELD)).values_list("state")
    counts = dict(counted.annotate(Count("id")).order_by())
    flood = floods().count()
    failed = Delivery.objects.filter(state=DeliveryState.FAILED)
    cards = offered(office.by_hand, now, real_now).count() + taken(office.by_hand).count()
    return Waiting(
        counts.get(State.REVIEW, 0) - flood,
        counts.get(State.HELD, 0),
        flood,
        failed.filter(~Q(article__state=State.WITHDRAWN) | Q(errand=Errand.WITHDRAW)).count(),
        cards,
    )


def _bulletins(office: Office, now: datetime, noon: datetime) -> Iterator[tuple[str, datetime]]:
    zone = office.schedule.office.zone
    for run in office.schedule.runs:
        if run.job == "bulletin" and run.channel and run.channel in office.channels:
            aired = (broadcast(run, fires, zone) for fires in firings(run, office, now - A_DAY, noon))
            yield from ((run.channel, airs_at) for airs_at in aired if now < airs_at <= noon)


def word(office: Office, digest: Digest, again: bool) -> Word:
    """The day as a mail and as a message; `again`: an earlier one may have arrived."""
    settings = office.schedule.office
    day = digest.until.astimezone(settings.zone)
    title = f"[Loa] {settings.name}: tổng kết ngày {day:%d/%m/%Y}"
    link = f"{settings.base_url}/console/"
    since = digest.since.astimezone(settings.zone)
    full = [f"Kính gửi cán bộ trực của {settings.name},", ""]
    full += [f"Tổng kết từ {since:%H:%M ngày %d/%m} đến {day:%H:%M ngày %d/%m/%Y}."]
    short = [title]
    if again:
        twice = "Bản này có thể đã đến một lần: lần gửi trước không rõ kết quả."
        full, short = [*full, twice], [*short, twice]
    for heading, lines, nothing in sections(office, digest):
        full += ["", f"{heading}:", *(f"- {line}" for line in lines or [nothing])]
        short += [shorten(f"{heading}: {'; '.join(lines)}.", LINE)] if lines else []
    full += ["", f"Xem và xử lý trên bảng điều hành: {link}"]
    mask = Redact(secrets_of(office.schedule)).mask
    return Word(mask(title), mask("\n".join(full) + "\n"), mask("\n".join([*short, link])), digest.until)


def sections(office: Office, digest: Digest) -> list[tuple[str, list[str], str]]:
    """What there is to say under each heading, and what a mail says where that is nothing; purely."""
    zone, facts, waiting = office.schedule.office.zone, digest.facts, digest.waiting
    came = f"{digest.new} bài mới và {digest.changed} bản sửa, từ {digest.sources} nguồn"
    waits = [
        (waiting.review, "bài chờ người duyệt quyết định"),
        (waiting.flood, "bài đến dồn một lúc, chờ người duyệt nhận chung"),
        (waiting.cards, "thẻ chờ cán bộ đăng bằng tay"),
        (waiting.failed, "lượt gửi bị từ chối, chờ cán bộ xử lý ở mục Nghi vấn"),
        (sum(doubt.count for doubt in facts.doubts), "lượt gửi không rõ đã đến nơi chưa, chờ xác nhận"),
        (waiting.held, "bài đang được giữ lại: chờ đến giờ, hoặc đã trả lại"),
    ]
    silent = [f"{each.agency}, từ {each.since.astimezone(zone):%H:%M ngày %d/%m}" for each in facts.silent]
    due = [f"{name}: {digest.due[name]} bài" for name in office.channels if name in digest.due]
    aired = [
        f"{name}: bản tin phát lúc {at.astimezone(zone):%H:%M ngày %d/%m}" for name, at in digest.bulletins
    ]
    sent = [_sent(name, digest.sent[name]) for name in office.channels if name in digest.sent]
    return [
        ("Tin vào", [came] if digest.new or digest.changed else [], "không có tin nào"),
        ("Đã gửi", sent, "không có bài nào"),
        ("Đang chờ", [f"{count} {what}" for count, what in waits if count], "không có việc nào"),
        ("Kênh cần xem", _channels(facts, digest.real_now), "không có"),
        ("Nguồn không đọc được", silent, "không có"),
        (f"Từ nay đến 12:00 ngày {digest.noon:%d/%m}", due + aired, "chưa có gì để gửi"),
    ]


def _sent(channel: str, errands: Mapping[str, int]) -> str:
    words = ((Errand.POST, "bài"), (Errand.CORRECT, "đính chính"), (Errand.WITHDRAW, "lượt gỡ"))
    return (
        f"{channel}: {', '.join(f'{errands[errand]} {what}' for errand, what in words if errand in errands)}"
    )


def _channels(facts: Facts, real_now: datetime) -> list[str]:
    found = [f"{pause.channel} đang dừng: {pause.reason}" for pause in facts.pauses]
    for channel, ends in facts.tokens.items():
        if isinstance(ends, str):
            found.append(f"{channel} không đăng được: {ends}")
        elif ends - real_now <= TOKEN_SOON:
            left = "còn đến" if ends > real_now else "đã hết từ"
            found.append(f"quyền đăng của {channel} {left} {ends.astimezone(facts.zone):%d/%m/%Y}")
    return found
