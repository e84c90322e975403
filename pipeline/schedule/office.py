"""The office, its routes and its day, and the whole of schedule.yaml."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from channels.base import Priority
from pipeline.schedule.channels import AnyChannel
from pipeline.schedule.notation import (
    Days,
    Duration,
    Folder,
    HttpAddress,
    MailAddress,
    OneOrMore,
    Settings,
    Slug,
    SmtpAddress,
    Text,
    WallTime,
    WrittenDate,
    Zone,
)
from pipeline.schedule.sources import SourceSettings
from pipeline.schedule.values import Wrong

EVERY_DAY = frozenset(range(7))


def _differ(pair: tuple[time, time]) -> tuple[time, time]:
    if pair[0] == pair[1]:
        raise Wrong(
            "begins and ends at the same time", "Write when quiet begins and when it ends, or leave it out."
        )
    return pair


class Holidays(Settings):
    """Corrections to Viet Nam's public holidays, as dates; holidays move deliveries, never collection."""

    add: tuple[WrittenDate, ...] = ()
    """Days that are holidays here as well."""
    remove: tuple[WrittenDate, ...] = ()
    """Public holidays on which this office works."""


class Backups(Settings):
    """Where `loa backup` and the job `backup` put what they make."""

    folder: Text | None = None
    """Best on another disk: absolute, or beside schedule.yaml; by default `backups` in the data folder."""
    keep: int = Field(default=14, ge=1, le=1000)
    """How many are kept; the oldest go first."""


class DutyChat(Settings):
    """The duty officer's conversation with the bot of a channel."""

    channel: Slug
    """A channel of kind telegram or zalo-bot that is enabled: its bot writes, within its limits."""
    to: Text
    """The number of the conversation; never a chat that a channel posts to."""


class Duty(Settings):
    """Who is told, by mail or chat, what calls for a person: by Loa itself, and by `loa health --tell`."""

    email: OneOrMore[MailAddress] = ()
    """The duty officers' addresses."""
    smtp: SmtpAddress | None = None
    """The mail server: smtp://user:${SMTP_PASSWORD}@host:587 (STARTTLS), or smtps://…:465."""
    sender: MailAddress | None = None
    """Whom the mail is from; by default the mail server's user, where that is an address."""
    chat: DutyChat | None = None
    """The officer's conversation on Telegram or Zalo, besides the mail or instead of it."""
    digest: WallTime | None = None
    """When the day is summed up for the officer, in the office's zone; without it, it is not."""


class OfficeSettings(Settings):
    """The office as a whole."""

    name: Text
    """The office as readers see it."""
    lexicon: Folder | None = None
    """The office's own readings for the radio: a YAML file beside schedule.yaml. Once read, absolute."""
    timezone: Zone = "Asia/Ho_Chi_Minh"
    """The IANA zone in which all times of this file stand and all pages show theirs."""
    language: Literal["vi", "en"] = "vi"
    """The language of the console and the public pages."""
    base_url: HttpAddress = "http://127.0.0.1:8000"
    """Where links in posts point; Zalo OA needs a public https address."""
    public_contacts: tuple[Text, ...] = ()
    """Office phone lines, addresses and domains that may go out; * stands for any characters."""
    quiet_hours: Annotated[tuple[WallTime, WallTime], AfterValidator(_differ)] | None = None
    """When push channels are silent, [from, to); the end may be on the next day."""
    holidays: Holidays = Holidays()
    """Corrections to Viet Nam's public holidays."""
    templates: Folder | None = None
    """The office's own templates, ahead of Loa's: a folder beside schedule.yaml. Once read, absolute."""

    backups: Backups = Backups()
    """Where backups are kept, and how many."""
    duty: Duty | None = None
    """Who is told what calls for a person."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ConsoleSettings(Settings):
    """The officers' console."""

    second_factor: Literal["required", "optional"] = "required"
    """Whether everybody must show a code of their phone at sign-in; who has set it up always must."""


class RouteSettings(Settings):
    """Which articles go to which channels, and when; what is left out holds for all."""

    channels: OneOrMore[Slug]
    """The channels' ids. For each channel the first route that matches an article wins."""
    sources: OneOrMore[Slug] = ()
    """Only articles of these sources."""
    topics: OneOrMore[Annotated[int, Field(ge=1, le=999)]] = ()
    """Only articles on these topics of the plan."""
    kinds: OneOrMore[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]] = ()
    """Only articles of these kinds: tin, bai, thong-bao, …"""
    priority: OneOrMore[Priority] = ()
    """Only articles of these levels (Thông tư 39/2020/TT-BTTTT)."""
    not_before: WallTime | None = None
    """The time of day from which a post may go out."""
    not_after: WallTime | None = None
    """The time of day until which a post may go out; later than not_before, for a window stays in one day."""
    days: Days = EVERY_DAY
    """The days on which a post may go out, by name. Once read, 0 is Monday."""


class RunSettings(Settings):
    """Something that the clock does by itself."""

    id: Slug
    """The run's own name; its ticks are remembered under it."""
    at: WallTime
    """The time of day, in the office's zone."""
    days: Days = EVERY_DAY
    """The days, by name: mon-sat, or mon,wed. Once read, 0 is Monday."""
    job: Literal["once", "bulletin", "report", "backup"]
    """once collects everything and does all that is due; backup is `loa backup`; bulletin fills a slot of the
    radio from what is approved; report comes later."""
    channel: Slug | None = None
    """bulletin: the radio channel; its single scripts are stock then, apart from emergencies."""
    slot: WallTime | None = None
    """bulletin: when it is broadcast, the next such time after `at`."""
    minutes: int = Field(default=15, ge=1, le=240)
    """bulletin: how long it may be, in minutes."""
    evergreen: tuple[Annotated[int, Field(ge=1, le=999)], ...] = (4,)
    """bulletin: the topics of the plan that are worth hearing again after a week."""
    catch_up: Duration = timedelta(hours=3)
    """A run missed by no more than this is made up for; one missed by more is reported."""


class Contents(Settings):
    """schedule.yaml: one office's whole configuration."""

    office: OfficeSettings
    """Who the office is, where its links point and when it is silent."""
    console: ConsoleSettings = ConsoleSettings()
    """How people sign in to the console."""
    plan: Folder | None = None
    """The file with the plan's topics and targets, beside schedule.yaml; not used by this version."""
    sources: tuple[SourceSettings, ...] = ()
    """The agencies' feeds."""
    channels: tuple[AnyChannel, ...] = ()
    """Where articles go."""
    routes: tuple[RouteSettings, ...] = ()
    """Which articles go where; an article that no route matches for a channel is not posted there."""
    runs: tuple[RunSettings, ...] = ()
    """The automated day."""


class Schedule(Contents):
    """The whole configuration, and the absolute path of the file that it was read from."""

    path: Path

    def agency_of(self, source: str) -> str:
        """Whose feed this source is; empty where no source has this id any more."""
        return next((each.agency for each in self.sources if each.id == source), "")
