"""The ways to the duty officer: a mail by the office's server, a message by the bot of a channel."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.db import DatabaseError, transaction

from channels.base import Bot, Channel, DeliveryError, NeedsHuman, RetryLater, TargetMoved, Uncertain
from pipeline.audit import one_at_a_time
from pipeline.deliver.classify import LONGEST_WAIT
from pipeline.deliver.engine import real_now
from pipeline.deliver.limits import AHEAD, reserve
from pipeline.models import ChannelState
from pipeline.office import Office
from pipeline.schedule import Duty
from pipeline.schedule.values import is_loopback
from pipeline.watch.heard import NotTold, addresses
from pipeline.watch.values import Address

SECONDS = 20.0
"""For each step of the conversation with the mail server."""
PORTS = {"smtp": 587, "smtps": 465}
APART = 1.1
"""Seconds between two words of one look: the first of a process loads libraries and is late for its slot."""
PATIENCE = 5.0
"""Seconds that a word waits for the limits of its bot before it is put off to the next look."""


@dataclass(frozen=True)
class Word:
    """What is told, in Vietnamese."""

    subject: str
    body: str
    """As long as a mail may be."""
    short: str
    """As short as a message on a phone should be."""
    at: datetime


class Way(Protocol):
    """One way, and where it leads."""

    address: Address

    def say(self, word: Word) -> str:
        """Get the word to the officer. Raises `NotTold`; else what should be mended, or nothing."""


def ways(office: Office) -> tuple[Way, ...]:
    """The ways of schedule.yaml; each stands by itself."""
    duty = office.schedule.office.duty
    found: list[Way] = []
    for address in addresses(office.schedule):
        if duty and duty.smtp and address.way == "mail":
            found.append(Mail(address, duty, duty.smtp.get_secret_value()))
        if duty and duty.chat and office.duty and address.way == "chat":
            found.append(Chat(address, office.duty, duty.chat.channel, office.channels))
    return tuple(found)


class Mail:
    """The office's mail server (RFC 5321), encrypted unless it is this machine."""

    def __init__(self, address: Address, duty: Duty, server: str) -> None:
        self.address = address
        self._duty = duty
        self._server = server

    def say(self, word: Word) -> str:
        parts = urlsplit(self._server)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        user = unquote(parts.username or "")
        mail = EmailMessage()
        mail["Subject"] = word.subject
        mail["Date"] = format_datetime(word.at)
        mail["From"] = sender = self._duty.sender or (user if "@" in user else self._duty.email[0])
        mail["To"] = ", ".join(self._duty.email)
        mail["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
        mail.set_content(word.body)
        begun = taken = False
        try:
            context = ssl.create_default_context()
            server = (
                smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
                if parts.scheme == "smtps"
                else smtplib.SMTP(host, port, timeout=SECONDS)
            )
            with server:
                if parts.scheme == "smtp" and not is_loopback(self._server):
                    server.starttls(context=context)
                if user:
                    server.login(user, unquote(parts.password or ""))
                begun = True
                refused = server.send_message(mail)
                taken = True
        except UnicodeError:
            why = f"{host}:{port} không nhận tên hoặc mật khẩu có chữ ngoài bảng ASCII, sửa office.duty.smtp."
            raise NotTold(why, by_person=True) from None
        except (OSError, smtplib.SMTPException) as error:
            if not taken:
                answered = isinstance(error, (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused))
                why = f"{host}:{port} không nhận thư: {error}"
                raise NotTold(why, unknown=begun and not answered) from None
        if refused:
            return f"{host}:{port} không nhận thư cho {', '.join(sorted(refused))}, sửa office.duty.email."
        return ""


class Chat:
    """A conversation with the bot of `lent`, one of `channels`, under the limits that they all share."""

    def __init__(self, address: Address, bot: Bot, lent: str, channels: Mapping[str, Channel]) -> None:
        self.address = address
        self._bot = bot
        self._lent = lent
        ours = [each for each in channels.values() if each.account == bot.account]
        self._account = {each.id: each for each in (*ours, bot)}
        self._said: float | None = None

    def say(self, word: Word) -> str:
        self._wait_for_a_slot()
        try:
            self._bot.say(word.short, self._bot.target)
        except TargetMoved as moved:
            return self._follow(word, moved.target)
        except DeliveryError as error:
            raise self._not_told(error) from error
        finally:
            self._said = time.monotonic()
        return ""

    def _follow(self, word: Word, to: str) -> str:
        try:
            self._bot.say(word.short, to)
        except DeliveryError as error:
            raise self._not_told(error) from error
        return f"nhóm đã có địa chỉ mới, sửa office.duty.chat.to thành {to}."

    def _wait_for_a_slot(self) -> None:
        """Where the database is away nothing else is sent either."""
        if self._said is not None:
            time.sleep(max(0.0, self._said + APART - time.monotonic()))
        ends = time.monotonic() + PATIENCE
        try:
            self._must_not_wait()
            while (slot := self._slot()) is None:
                if time.monotonic() > ends:
                    raise NotTold("bot đang dùng hết số tin được gửi, Loa chờ rồi báo lại.")
                time.sleep(AHEAD / 2)
        except DatabaseError:
            return
        time.sleep(max(0.0, min((slot - real_now()).total_seconds(), AHEAD)))

    def _must_not_wait(self) -> None:
        """What the service has asked of the whole bot holds for this word too."""
        state = ChannelState.objects.filter(channel=self._lent, target="").first()
        now = real_now()
        if state and state.wake_at and now < state.wake_at <= now + LONGEST_WAIT:
            seconds = (state.wake_at - now).total_seconds()
            raise NotTold("dịch vụ yêu cầu bot gửi chậm lại.", seconds=seconds)

    def _slot(self) -> datetime | None:
        with transaction.atomic():
            one_at_a_time(2)
            return reserve(self._account, self._bot, real_now())

    def _not_told(self, error: DeliveryError) -> NotTold:
        match error:
            case NeedsHuman() if error.scope == "channel":
                why = f"bot không gửi được, sửa token của kênh {self._lent} trong schedule.yaml."
                return NotTold(why, by_person=True)
            case NeedsHuman():
                why = (
                    "bot bị chặn, hoặc không biết cuộc trò chuyện này. Cán bộ trực mở lại cuộc trò chuyện "
                    "với bot và nhắn một tin, hoặc sửa office.duty.chat.to trong schedule.yaml."
                )
                return NotTold(why, by_person=True)
            case RetryLater():
                return NotTold(str(error), seconds=error.seconds)
        return NotTold(str(error), unknown=isinstance(error, Uncertain))
