"""A word to the duty officer: once when something fails, once when it is well again."""

from __future__ import annotations

import fcntl
import json
import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError

from pipeline.deliver.engine import real_now
from pipeline.models import OfficeFact
from pipeline.office import Office
from pipeline.schedule import Duty, Schedule
from pipeline.schedule.values import is_loopback
from pipeline.watch.facts import gather, tokens
from pipeline.watch.health import Check, Health, judge

log = logging.getLogger(__name__)

FACT = "duty-told"
EVERY = timedelta(minutes=1)
SECONDS = 20.0
"""For each step of the conversation with the mail server."""
PORTS = {"smtp": 587, "smtps": 465}


class NotTold(Exception):
    """The mail server did not take the word; `str()` says why. It is tried again at the next look."""


@dataclass(frozen=True)
class Told:
    """A trouble that the duty officer has heard of."""

    since: str
    message: str


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
        """Once a minute, where there is somebody to tell; a mail that is not taken is tried the next time."""
        office, real = self._office, real_now()
        if office.schedule.office.duty is None or (
            self._looked and self._looked <= real < self._looked + EVERY
        ):
            return
        self._looked = real
        now = office.now()
        facts = replace(gather(office, now, real), tokens=tokens(office))
        try:
            tell(office.schedule, office.data, judge(facts, now, real), now)
        except NotTold as trouble:
            log.warning("the duty officer was not told: %s", trouble)


def news(health: Health, told: Mapping[str, Told]) -> News:
    """Compare what fails with what was told: purely.

    Where the database does not answer nothing else is known, and so nothing else is over.
    """
    now = {f"{check.name}:{check.about}": check for check in health.failing}
    begun = tuple(check for key, check in now.items() if key not in told or told[key].since != check.since)
    gone = set() if "database:" in now else told.keys() - now.keys()
    after = {key: trouble for key, trouble in told.items() if key not in gone}
    after |= {key: Told(check.since, check.message) for key, check in now.items()}
    return News(begun, tuple(told[key] for key in sorted(gone)), after)


def tell(schedule: Schedule, data: Path, health: Health, now: datetime) -> News:
    """Send what is new to the duty officer, then remember it. Raises `NotTold`, OSError."""
    duty = schedule.office.duty
    if duty is None:
        raise NotTold("schedule.yaml names no duty officer: write office.duty with email and smtp.")
    locks = data / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    # The service and the timer look at the same time; one of them tells.
    with (locks / "duty").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = news(health, _recall(data))
        if said:
            send(duty, word(schedule, said, now))
        _remember(data, said.told)
    return said


def word(schedule: Schedule, said: News, now: datetime) -> EmailMessage:
    """The mail, in Vietnamese, without its recipients."""
    office = schedule.office
    left = f"{len(said.over)} việc đã ổn, còn {len(said.told)} việc chưa xong"
    over = left if said.told else "đã trở lại bình thường"
    about = f"{len(said.begun)} việc cần xem ngay" if said.begun else over
    lines = [f"Kính gửi cán bộ trực của {office.name},", ""]
    lines += [f"Loa tự kiểm tra lúc {now.astimezone(office.zone):%H:%M ngày %d/%m/%Y}."]
    if said.begun:
        lines += ["", "Cần xem ngay:", *(f"- {check.message}" for check in said.begun)]
    if said.over:
        lines += [
            "",
            "Đã trở lại bình thường, không còn:",
            *(f"- {trouble.message}" for trouble in said.over),
        ]
    lines += ["", f"Xem và xử lý trên bảng điều hành: {office.base_url}/console/"]
    lines += ["Người quản trị máy chủ xem chi tiết bằng lệnh: loa health"]
    lines += ["Mỗi việc Loa chỉ báo một lần, và báo thêm một lần khi việc đó đã ổn."]
    mail = EmailMessage()
    mail["Subject"] = f"[Loa] {office.name}: {about}"
    mail["Date"] = format_datetime(now)
    mail.set_content("\n".join(lines) + "\n")
    return mail


def send(duty: Duty, mail: EmailMessage) -> None:
    """Hand one mail to the office's server (RFC 5321), encrypted unless the server is this machine.

    Raises `NotTold`.
    """
    address = duty.smtp.get_secret_value()
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    mail["From"], mail["To"] = duty.mail_from, ", ".join(duty.email)
    mail["Message-ID"] = make_msgid(domain=duty.mail_from.partition("@")[2])
    try:
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        )
        with server:
            if parts.scheme == "smtp" and not is_loopback(address):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            refused = server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTold(f"office.duty: {host}:{port} did not take the mail: {error}") from None
    if refused:
        raise NotTold(f"office.duty: {host}:{port} did not take the mail for {', '.join(sorted(refused))}")


def _recall(data: Path) -> dict[str, Told]:
    """What was told: in the database for all machines; of a database that is away, in a file of this one."""
    try:
        fact = OfficeFact.objects.filter(name=FACT).first()
    except DatabaseError:
        fact = None
    said: dict[str, list[str]] = json.loads(fact.value) if fact else {}
    if (data / FACT).exists():
        said |= json.loads((data / FACT).read_text())
    return {key: Told(*each) for key, each in said.items()}


def _remember(data: Path, told: Mapping[str, Told]) -> None:
    said = {key: [each.since, each.message] for key, each in told.items()}
    local = {key: each for key, each in said.items() if key == "database:"}
    shared = json.dumps({key: each for key, each in said.items() if key not in local}, sort_keys=True)
    if local:
        (data / FACT).write_text(json.dumps(local))
    else:
        (data / FACT).unlink(missing_ok=True)
    try:
        if OfficeFact.objects.filter(name=FACT).values_list("value", flat=True).first() != shared:
            OfficeFact.objects.update_or_create(name=FACT, defaults={"value": shared})
    except DatabaseError:
        # It holds what it held; nothing of that is over while it cannot be asked.
        return
