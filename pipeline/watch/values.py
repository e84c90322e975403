"""What is known of an office: the frozen values that its health is judged from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo


@dataclass(frozen=True)
class Run:
    """A run of schedule.yaml and its last firing that is more than `GRACE` past; business time."""

    id: str
    due: datetime
    state: str | None
    """The tick's, `running` only while somebody is at it; None: there is none."""
    note: str = ""


@dataclass(frozen=True)
class Pause:
    """A channel, or one chat of it, of which nothing goes out before a person acts."""

    channel: str
    target: str
    reason: str
    by_person: bool


@dataclass(frozen=True)
class Spoilt:
    """A bulletin that is made and not aired yet, and what in it was taken back or put right since."""

    channel: str
    airs_at: datetime
    title: str


@dataclass(frozen=True)
class Silent:
    """A source that cannot be read; business time."""

    id: str
    agency: str
    since: datetime
    reason: str


@dataclass(frozen=True)
class Doubt:
    """What is in doubt on one channel."""

    channel: str
    count: int
    newest: datetime | None
    """When the last of those that wait for a person went out; None while Loa still asks the channel."""


@dataclass(frozen=True)
class Emergency:
    """An article that went out as an emergency; business time."""

    article: int
    title: str
    who: tuple[str, ...]
    """Who granted it."""
    at: datetime
    sent: tuple[str, ...]
    unsent: tuple[str, ...]
    """Channels."""


@dataclass(frozen=True)
class Address:
    """Where a way to the duty officer leads; what is known of one address says nothing of another."""

    way: str
    """mail or chat: what each has told is remembered under it."""
    called: str
    """What an officer calls it."""
    setting: str
    """Of schedule.yaml."""
    of: str


@dataclass(frozen=True)
class Mute:
    """An address that could not be told at the last try; real time."""

    address: Address
    why: str
    """In Vietnamese."""
    since: datetime
    until: datetime
    """It is not tried before."""
    tries: int
    by_person: bool
    """No time mends it."""
    heard: bool
    """The word arrived all the same."""


@dataclass(frozen=True)
class Facts:
    """What is known of an office; times are aware, business time where nothing else is said."""

    zone: tzinfo
    disk_free: int
    """Bytes, where the data folder is."""
    trouble: str = ""
    """Why the database cannot be asked, in Vietnamese; then the rest is unknown."""
    last_look: datetime | None = None
    """Real time; None where no clock is at work (only `loa once`)."""
    last_sweep: datetime | None = None
    """Real time; None as above."""
    runs: tuple[Run, ...] = ()
    sources: int = 0
    silent: tuple[Silent, ...] = ()
    unread: int = 0
    """How many of the sources nobody has read yet."""
    oldest_due: datetime | None = None
    """When the oldest post became due that could go and has not."""
    oldest_card: datetime | None = None
    """When the oldest card for a person became due that nobody has carried out."""
    doubts: tuple[Doubt, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    """Of the last day."""
    mutes: tuple[Mute, ...] = ()
    oldest_withdrawal: datetime | None = None
    """When the oldest withdrawal became due that is not done, whatever it waits for: a person's hand too."""
    pauses: tuple[Pause, ...] = ()
    spoilt: tuple[Spoilt, ...] = ()
    empty: tuple[tuple[str, datetime], ...] = ()
    """(channel, time) of bulletins that are made and not aired yet, and in which there is nothing."""
    thin: tuple[tuple[str, datetime, int, int], ...] = ()
    """(channel, time, seconds, minutes) of those that fill less than half of their slot."""
    backs_up: bool = False
    """Whether schedule.yaml has a run that does."""
    last_backup: datetime | None = None
    not_searched: int = 0
    """Wordings that the search index lacks."""
    tokens: Mapping[str, datetime | str] = field(default_factory=dict)
    """For each channel with a refresh token when it ends, real time; or why there is none, in Vietnamese."""
