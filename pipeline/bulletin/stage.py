"""A bulletin made: filled from the ledger's rows, frozen in one transaction, then written as files.

The files are written from the frozen row and from nothing else: a job that was killed anywhere, or is asked
again, gives the same bulletin, byte for byte, and never a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from django.db import transaction

from channels.radio.channel import RadioChannel
from channels.radio.files import locked
from channels.radio.programme import CUT, Programme, Script, arranged
from pipeline.audit import Act, one_at_a_time, record
from pipeline.bulletin.fill import Item, Slot, fill
from pipeline.bulletin.stock import Stocked, heard, stock
from pipeline.compose.sandbox import environment, renderer
from pipeline.models import Airing, Approval, Bulletin, ChannelState
from pipeline.office import Office
from pipeline.schedule import RunSettings

MAKING = 7
"""The key under which one process at a time freezes a bulletin; others have 1 to 6."""
AHEAD = timedelta(hours=24)
"""Nothing is frozen earlier: by then too much will have changed."""
_NAMES = ((10, "Bản tin sáng"), (14, "Bản tin trưa"), (18, "Bản tin chiều"), (24, "Bản tin tối"))
"""What a bulletin is called that is aired before this hour."""


class NotMade(Exception):
    """There is no bulletin and there will be none; `str()` says why, in plain Vietnamese."""


@dataclass(frozen=True)
class Draft:
    """A bulletin with its items, in the order of reading; stored, or what it would be."""

    bulletin: Bulletin
    airings: Sequence[Airing]


def broadcast(run: RunSettings, fires: datetime, zone: tzinfo) -> datetime:
    """When the bulletin of a run that fires then (aware) is aired: at its next slot in the office's zone."""
    day, slot = fires.astimezone(zone).date(), run.slot or run.at
    today = datetime.combine(day, slot, zone)
    return today if today > fires else datetime.combine(day + timedelta(days=1), slot, zone)


def made(run: RunSettings, airs_at: datetime) -> Draft | None:
    """The bulletin of that broadcast (aware), where it was made already."""
    bulletin = Bulletin.objects.filter(channel=run.channel, airs_at=airs_at).first()
    if bulletin is None:
        return None
    return Draft(bulletin, list(bulletin.airings.select_related("revision").order_by("position")))


def make(office: Office, run: RunSettings, airs_at: datetime) -> Draft:
    """Freeze the bulletin of a broadcast unless it is, and write its files. Raises `NotMade`, OSError.

    One that was frozen, but whose files were not there in time, was not aired: it is not written any more.

    One of nothing has no files: a greeting and a closing alone are not worth a session.
    """
    channel = radio(office, run)
    with transaction.atomic():
        one_at_a_time(MAKING)
        whole = made(run, airs_at) or _freeze(office, run, airs_at)
    bulletin = whole.bulletin
    if bulletin.written_at is None:
        _must_be_in_time(office, airs_at)
    if whole.airings:
        folder = Path(bulletin.target)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            channel.air(Programme.of(bulletin.programme), folder)
    if bulletin.written_at is None:
        bulletin.written_at = office.now()
        bulletin.save(update_fields=["written_at"])
    return whole


def radio(office: Office, run: RunSettings) -> RadioChannel:
    """The channel that a run fills. Raises `NotMade` where it is not enabled."""
    channel = office.channels.get(run.channel or "")
    if not isinstance(channel, RadioChannel):
        raise NotMade(f"Kênh {run.channel} không được bật.")
    return channel


def draft(office: Office, run: RunSettings, airs_at: datetime) -> Draft:
    """What the bulletin would be, if it were made now; nothing is written."""
    channel = radio(office, run)
    zone = office.schedule.office.zone
    render = renderer(environment(office.schedule.office.templates), None)
    bare = Programme(
        station=channel.station,
        name=_name(airs_at.astimezone(zone)),
        airs_at=airs_at.astimezone(zone),
        minutes=run.minutes,
        syllables_per_minute=channel.syllables_per_minute,
        scripts=(),
    )

    def programme(scripts: Sequence[Script], approver: str = "") -> Programme:
        return arranged(replace(bare, scripts=tuple(scripts), approver=approver), render, channel.reader)

    def length(*scripts: Script) -> int:
        return programme(scripts).seconds

    found = {each.row.article_id: each for each in stock(channel.id, run.evergreen, airs_at, office.now())}
    frame = length()

    def scripts_of(items: Sequence[Item]) -> list[Script]:
        return [found[item.candidate.article].scripts[item.offer.part] for item in items]

    filled = fill(
        (
            each.candidate(
                {part: length(script) - frame + CUT.seconds for part, script in each.scripts.items()}
            )
            for each in found.values()
        ),
        Slot(airs_at, run.minutes * 60),
        heard(channel.id, run.evergreen, airs_at, office.now()),
        lambda items: length(*scripts_of(items)),
    )
    read = [found[item.candidate.article] for item in filled.items]
    bulletin = Bulletin(
        channel=channel.id,
        airs_at=airs_at,
        target=channel.target,
        programme=programme(scripts_of(filled.items), _approvers(read)).as_json(),
        seconds=filled.seconds if filled.items else 0,
        minutes=run.minutes,
        left=[[left.candidate.article, left.why] for left in filled.left],
        made_at=office.now(),
    )
    return Draft(
        bulletin,
        [
            Airing(
                bulletin=bulletin,
                position=place,
                article=stocked.row.article,
                revision=stocked.row.revision,
                errand=stocked.errand,
                part=item.offer.part,
                parts=stocked.parts,
                seconds=item.offer.seconds,
            )
            for place, (item, stocked) in enumerate(zip(filled.items, read, strict=True), 1)
        ],
    )


def _freeze(office: Office, run: RunSettings, airs_at: datetime) -> Draft:
    zone = office.schedule.office.zone
    _must_be_in_time(office, airs_at)
    if airs_at - office.now() > AHEAD:
        raise NotMade(f"Còn quá sớm: bản tin {_told(office, airs_at)} chỉ soạn trong 24 giờ trước giờ phát.")
    pause = ChannelState.objects.filter(channel=run.channel, target="", paused=True).first()
    if pause is not None:
        raise NotMade(f"Kênh {run.channel} đang tạm dừng: {pause.reason}")
    new = draft(office, run, airs_at)
    bulletin = new.bulletin
    bulletin.save()
    Airing.objects.bulk_create(new.airings)
    after = {
        "seconds": bulletin.seconds,
        "of": bulletin.minutes * 60,
        "items": [[a.article_id, a.revision_id, a.errand, a.part] for a in new.airings],
    }
    subject = f"bulletin:{bulletin.channel}:{airs_at.astimezone(zone):%Y-%m-%dT%H:%M}"
    record(Act("loa", "bulletin", subject, after=after))
    return new


def _must_be_in_time(office: Office, airs_at: datetime) -> None:
    if office.now() >= airs_at:
        raise NotMade(f"Đã quá giờ phát {_told(office, airs_at)}: bản tin này không được soạn nữa.")


def _told(office: Office, airs_at: datetime) -> str:
    return f"{airs_at.astimezone(office.schedule.office.zone):%H:%M ngày %d/%m/%Y}"


def _name(airs_at: datetime) -> str:
    return next(name for hour, name in _NAMES if airs_at.hour < hour)


def _approvers(read: Iterable[Stocked]) -> str:
    """The people who approved what is read; a source's own rule has no name."""
    revisions = [each.row.revision_id for each in read]
    rows = Approval.objects.filter(revision__in=revisions, user__isnull=False).select_related("user")
    people = {row.user for row in rows if row.user}
    return ", ".join(sorted(person.get_full_name() or person.username for person in people))
