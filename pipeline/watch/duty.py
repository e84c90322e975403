"""A word to the duty officer: once when something calls for a person, once when it is well again."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from channels.text import shorten
from pipeline.deliver.engine import real_now
from pipeline.office import Office
from pipeline.schedule import OfficeSettings
from pipeline.secrets import Redact, secrets_of
from pipeline.watch import daily
from pipeline.watch.facts import everything
from pipeline.watch.health import EVENTS, PASSES, Check, Health, judge
from pipeline.watch.heard import NotTold, Told, closed, is_to_wait, muted, recall, remember, write
from pipeline.watch.values import Mute
from pipeline.watch.ways import Way, Word, ways

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
FEW = 5
"""Lines of each kind in a message on a phone; a mail has all."""
LINE = 200
"""Characters of such a line."""


@dataclass(frozen=True)
class News:
    """What has changed since the last word."""

    begun: tuple[Check, ...]
    over: tuple[Told, ...]
    told: Mapping[str, Told]
    """What the officer knows of once this has been said."""

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)


class Watch:
    """The look that a running service takes at itself; the timer takes it where the service is dead."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._looked: datetime | None = None

    def look(self) -> None:
        """Once a minute, where there is somebody to tell; what does not get through is tried again."""
        office, real = self._office, real_now()
        if office.schedule.office.duty is None or (
            self._looked and self._looked <= real < self._looked + EVERY
        ):
            return
        self._looked = real
        now = office.now()
        health = judge(everything(office, now, real), now, real)
        try:
            tell(office, health, now, real)
        except NotTold as trouble:
            log.warning("the duty officer was not told: %s", trouble)


def news(checks: tuple[Check, ...], told: Mapping[str, Told]) -> News:
    """Compare what is to be told with what was: purely.

    Where the database does not answer nothing else is known, and so nothing else is over.
    """
    now = {f"{check.name}:{check.about}": check for check in checks}
    begun = tuple(check for key, check in now.items() if _is_new(check, told.get(key)))
    gone = set() if "database:" in now else told.keys() - now.keys()
    after = {key: trouble for key, trouble in told.items() if key not in gone}
    after |= {key: Told(check.since, check.message) for key, check in now.items()}
    over = sorted(key for key in gone if key.partition(":")[0] not in PASSES)
    return News(begun, tuple(told[key] for key in over), after)


def _is_new(check: Check, told: Told | None) -> bool:
    """Of doubts only a newer one: each that is answered leaves an older one the newest."""
    if told is None:
        return True
    return check.since > told.since if check.name == "doubt" else check.since != told.since


def tell(office: Office, health: Health, now: datetime, real_now: datetime) -> None:
    """Say in each way what is new there, and the day's digest where it is due; remember both.

    `now` is business time. A way that fails holds up no other. Raises `NotTold` where one failed, OSError.
    """
    found = ways(office)
    if not found:
        raise NotTold("schedule.yaml names no duty officer: write office.duty with email and smtp, or chat.")
    with telling(office.data):
        failed = [said for way in found if (said := _tell_by(way, office, health, now, real_now))]
    if not any(check.name == "database" for check in health.failing):
        failed += daily.send(office, found, now, real_now)
    if failed:
        raise NotTold("; ".join(failed))


@contextmanager
def telling(data: Path) -> Iterator[None]:
    """The service and the timer look at the same time; one of them tells."""
    locks = data / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / "duty").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tell_by(way: Way, office: Office, health: Health, now: datetime, real_now: datetime) -> str:
    """Why it was not told in this way; empty where it was, or where there is nothing to say."""
    to = way.address
    mute = closed(office.schedule, to)
    # That this way is closed is for the other one to tell.
    checks = tuple(check for check in health.to_tell if (check.name, check.about) != ("duty", to.way))
    said = news(checks, recall(office.data, to.way))
    silent = mute if mute and not mute.heard else None
    if silent and is_to_wait(silent, real_now):
        return f"{to.setting}: {silent.why}"
    if said or silent:
        try:
            mend = way.say(word(office, said, silent, now))
        except NotTold as trouble:
            write(to, muted(to, mute, trouble, real_now))
            return f"{to.setting}: {trouble}"
        write(to, Mute(to, mend, real_now, real_now, 0, by_person=True, heard=True) if mend else None)
    remember(office.data, to.way, said.told)
    return ""


def word(office: Office, said: News, silent: Mute | None, now: datetime) -> Word:
    """What is new, as a mail and as a message; `silent`: since when this way was closed until now."""
    settings = office.schedule.office
    events = [check for check in said.begun if check.name in EVENTS]
    begun = [check for check in said.begun if check.name not in EVENTS]
    parts = [
        ("Tin khẩn cấp đã phát:", [check.message for check in events]),
        ("Cần xem ngay:", [check.message for check in begun]),
        ("Đã trở lại bình thường, không còn:", [trouble.message for trouble in said.over]),
        ("Loa không báo được bằng đường này một thời gian, nay đã được:", _closed(silent, settings)),
    ]
    parts = [(heading, lines) for heading, lines in parts if lines]
    title = f"[Loa] {settings.name}: {_about(len(events), len(begun), said)}"
    link = f"{settings.base_url}/console/"
    full = [f"Kính gửi cán bộ trực của {settings.name},", ""]
    full += [f"Loa tự kiểm tra lúc {now.astimezone(settings.zone):%H:%M ngày %d/%m/%Y}."]
    short = [title]
    for heading, lines in parts:
        full += ["", heading, *(f"- {line}" for line in lines)]
        short += [heading, *(f"- {shorten(line, LINE)}" for line in lines[:FEW])]
        short += [f"… và {len(lines) - FEW} việc nữa"] if len(lines) > FEW else []
    full += ["", f"Xem và xử lý trên bảng điều hành: {link}"]
    full += ["Người quản trị máy chủ xem chi tiết bằng lệnh: loa health"]
    full += ["Mỗi việc Loa chỉ báo một lần, và báo thêm một lần khi việc đó đã ổn."]
    mask = Redact(secrets_of(office.schedule)).mask
    return Word(mask(title), mask("\n".join(full) + "\n"), mask("\n".join([*short, link])), now)


def _about(events: int, begun: int, said: News) -> str:
    if begun:
        return f"{begun} việc cần xem ngay"
    if events:
        return f"đã phát {events} tin khẩn cấp"
    troubles = [key for key in said.told if key.partition(":")[0] not in EVENTS]
    if said.over and troubles:
        return f"{len(said.over)} việc đã ổn, còn {len(troubles)} việc chưa xong"
    return "đã trở lại bình thường" if said.over else "đã báo lại được"


def _closed(silent: Mute | None, settings: OfficeSettings) -> list[str]:
    if silent is None:
        return []
    return [
        f"{silent.address.called}, từ {silent.since.astimezone(settings.zone):%H:%M ngày %d/%m}: {silent.why}"
    ]
