"""One office at work: its schedule, its data folder, its time and its channels, opened once a process."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from channels.base import Bot, Channel, Limit
from channels.manual import ManualChannel
from channels.portal import PortalChannel
from channels.press import PressChannel
from channels.radio.channel import RadioChannel
from channels.radio.reader import Reader
from channels.radio.spoken.lexicon import HOUSE
from channels.telegram import TelegramChannel
from channels.zalo import ZaloBotChannel, ZaloOaChannel
from pipeline.schedule import (
    AnyChannel,
    ManualSettings,
    PortalSettings,
    PressSettings,
    RadioSettings,
    Schedule,
    TelegramSettings,
    ZaloBotSettings,
    ZaloOaSettings,
    read_lexicon,
)
from pipeline.schedule import Limits as LimitSettings
from pipeline.schedule.environment import secret
from pipeline.schedule.values import Wrong
from pipeline.tokens import DatabaseTokenStore

LONGEST = 300
"""Seconds of the longest single script, where a third of the shortest bulletin is not less."""

DUTY = "office.duty"
"""The id of the duty officer's conversation, which no channel of schedule.yaml can have."""

COVER = "/static/cover.png"
"""The picture that stands for an article without one, where a channel demands a picture."""


@dataclass(frozen=True)
class BusinessTime:
    """The office's time: the machine's own, or a rehearsed day that began at another instant and runs on."""

    offset: timedelta = timedelta()

    @classmethod
    def beginning(cls, moment: datetime) -> BusinessTime:
        """A clock that shows `moment` (aware) now and runs on from there."""
        return cls(moment - datetime.now(UTC))

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset


@dataclass(frozen=True)
class Office:
    """What every command and every page works with."""

    schedule: Schedule
    data: Path
    now: Callable[[], datetime]
    channels: Mapping[str, Channel]
    environ: Mapping[str, str]
    duty: Bot | None = None
    """The duty officer's conversation as a channel of its own: the bot of another, and so one budget."""

    @property
    def pictures(self) -> Path:
        """Where our copies of pictures stand, by hash."""
        return self.data / "pictures"

    @property
    def pulled(self) -> list[str]:
        """The channels that our own web shows."""
        return [channel.id for channel in self.channels.values() if channel.pulled]

    @property
    def by_hand(self) -> list[str]:
        """The channels on which people post."""
        return [channel.id for channel in self.channels.values() if channel.by_hand]

    def close(self) -> None:
        """Let the channels go."""
        for channel in self.channels.values():
            channel.close()
        if self.duty:
            self.duty.close()


def open_office(
    schedule: Schedule, data: Path, now: Callable[[], datetime], environ: Mapping[str, str] = os.environ
) -> Office:
    """Build the channels that are enabled and that this version can do; nothing is sent yet."""
    channels = {
        settings.id: _channel(settings, schedule, data, environ)
        for settings in schedule.channels
        if settings.enabled and not (isinstance(settings, PortalSettings) and settings.system != "built-in")
    }
    duty = _conversation(schedule, data, environ)
    office = Office(schedule, data, now, MappingProxyType(channels), environ, duty)
    _opened.append(office)
    return office


_opened: list[Office] = []


def current() -> Office:
    """The office that this process opened last; the web's pages ask for it."""
    return _opened[-1]


def _conversation(schedule: Schedule, data: Path, environ: Mapping[str, str]) -> Bot | None:
    duty = schedule.office.duty
    if duty is None or duty.chat is None:
        return None
    (lent,) = [settings for settings in schedule.channels if settings.id == duty.chat.channel]
    own = lent.model_copy(update={"id": DUTY, "chat": duty.chat.to})
    bot = _channel(own, schedule, data, environ)
    return bot if isinstance(bot, (TelegramChannel, ZaloBotChannel)) else None


def _channel(settings: AnyChannel, schedule: Schedule, data: Path, environ: Mapping[str, str]) -> Channel:
    office = schedule.office
    match settings:
        case PortalSettings():
            return PortalChannel(settings.id, office.base_url)
        case PressSettings():
            return PressChannel(settings.id, office.base_url)
        case RadioSettings():
            slots = [
                run.minutes * 60
                for run in schedule.runs
                if (run.job, run.channel) == ("bulletin", settings.id)
            ]
            lexicon = read_lexicon(office.lexicon).lexicon if office.lexicon else HOUSE
            return RadioChannel(
                settings.id,
                settings.folder,
                settings.syllables_per_minute,
                settings.station or office.name,
                bulletins=bool(slots),
                reader=Reader(
                    settings.syllables_per_minute,
                    longest=min(LONGEST, *(slot // 3 for slot in slots)) if slots else LONGEST,
                    lexicon=lexicon,
                ),
            )
        case TelegramSettings():
            return TelegramChannel(
                id=settings.id,
                chat=settings.chat,
                token=settings.token.get_secret_value(),
                api=settings.api,
                proxy=settings.proxy,
                limits=_limits(settings.limits, _is_group(settings.chat)),
            )
        case ZaloOaSettings():
            return ZaloOaChannel(
                id=settings.id,
                app_id=settings.app_id,
                secret=settings.secret.get_secret_value(),
                tokens=DatabaseTokenStore(settings.id, _key(environ), data / "locks"),
                api=settings.api,
                oauth=settings.oauth,
                limits=_limits(settings.limits),
                cover=office.base_url.rstrip("/") + COVER,
            )
        case ZaloBotSettings():
            return ZaloBotChannel(
                id=settings.id,
                chat=settings.chat,
                token=settings.token.get_secret_value(),
                api=settings.api,
                limits=_limits(settings.limits),
            )
        case ManualSettings():
            return ManualChannel(settings.id, settings.place, settings.characters)


def _key(environ: Mapping[str, str]) -> str:
    """LOA_KEY, or nothing: sealing then says that it is missing, when it is needed."""
    try:
        return secret("LOA_KEY", environ)
    except Wrong:
        return ""


def _limits(settings: LimitSettings, group: bool = False) -> tuple[Limit, ...]:
    limits = []
    if settings.overall:
        limits.append(Limit("channel", settings.overall.count, settings.overall.seconds))
    if settings.chat:
        limits.append(Limit("target", settings.chat.count, settings.chat.seconds))
    if settings.group and group:
        limits.append(Limit("target", settings.group.count, settings.group.seconds))
    if settings.quota:
        limits.append(Limit("channel", settings.quota.count, settings.quota.seconds))
    return tuple(limits)


def _is_group(chat: str) -> bool:
    """Groups, supergroups and channels have negative ids; an @name may be one of them."""
    return chat.startswith(("-", "@"))
