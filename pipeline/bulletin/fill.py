"""What a bulletin reads and in which order, and why all else is left out: decided purely.

Its level decides first (Thông tư 39/2020/TT-BTTTT), then freshness. Of what is worth hearing again, each
linked-procedure group (Kế hoạch 865, topic 4) has a place once a week, before anything that is no emergency
and takes nothing back. The last places are packed, so that the slot is filled to within 3 % of its length,
the tolerance of Thông tư 09/2020/TT-BTTTT, where there is enough to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from channels.base import Priority

WEEK = timedelta(days=7)
"""Nothing is aired twice within it, and news that is older is none."""
DUE = timedelta(days=6)
"""A group that was not heard for so long is due: a day is left for a bulletin that was not made."""
TOLERANCE = 0.03
TRIES = 8
"""Links and greetings are as long as what they name: so often the room for scripts is reckoned anew."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Group(StrEnum):
    """The two linked-procedure groups of the plan's topic 4."""

    BIRTH = "khai-sinh"
    DEATH = "khai-tu"


class Why(StrEnum):
    """Why something is not in a bulletin, as the office is told it."""

    EXPIRED = "hết hiệu lực trước khi phát xong"
    EMBARGO = "chưa đến giờ được phát"
    AIRED = "đã phát rồi"
    THIS_WEEK = "đã phát trong tuần"
    CORRECTED = "đã có tin đính chính"
    UNHEARD = "đính chính một tin chưa phát"
    OLD = "tin đã quá 7 ngày"
    TOO_LONG = "dài hơn cả khung giờ"
    NO_ROOM = "hết chỗ trong khung giờ"


class Rank(IntEnum):
    """Who chooses a place first."""

    EMERGENCY = 0
    AMENDS = 1
    DUE = 2
    PRIORITY = 3
    FRESH = 4
    EVERGREEN = 5


READ = (Rank.EMERGENCY, Rank.AMENDS, Rank.PRIORITY, Rank.FRESH, Rank.DUE, Rank.EVERGREEN)
"""The order in which they are read: a guide comes after the news, however it got its place."""


@dataclass(frozen=True)
class Offer:
    """One way to read an article: whole (`part` 0), or its next part; `seconds` with link and sting."""

    seconds: int
    part: int = 0


@dataclass(frozen=True)
class Candidate:
    """Something that could be read; every time is aware."""

    article: int
    level: Priority
    since: datetime
    """When it became news: published, or let go by its embargo."""
    offers: tuple[Offer, ...]
    """The better one first."""
    amends: bool = False
    """It puts right, or takes back, what was aired."""
    embargo: datetime | None = None
    expires: datetime | None = None
    evergreen: bool = False
    """Worth hearing again after a week."""
    groups: frozenset[Group] = frozenset()
    aired: datetime | None = None
    """The last broadcast of it."""
    again: bool = False
    """It asks to be read again within the week, until it expires or is no news any more."""
    barred: Why | None = None
    """What the ledger knows against it."""


@dataclass(frozen=True)
class Slot:
    """A broadcast: from `airs_at` (aware), `seconds` long and not a second longer."""

    airs_at: datetime
    seconds: int

    @property
    def ends_at(self) -> datetime:
        return self.airs_at + timedelta(seconds=self.seconds)

    @property
    def enough(self) -> int:
        """From so many seconds on it counts as full."""
        return self.seconds - int(self.seconds * TOLERANCE)


@dataclass(frozen=True)
class Item:
    """What is read, and in which way."""

    candidate: Candidate
    offer: Offer
    rank: Rank


@dataclass(frozen=True)
class Left:
    """What is not read, and why."""

    candidate: Candidate
    why: Why


@dataclass(frozen=True)
class Filled:
    """A bulletin as it will be read."""

    items: tuple[Item, ...]
    left: tuple[Left, ...]
    seconds: int
    shortfall: int
    """Seconds of the slot in which nothing is said."""


Measure = Callable[[Sequence[Item]], int]
"""The exact length in seconds of a bulletin of these items in this order, greeting and closing included."""


def fill(
    candidates: Iterable[Candidate], slot: Slot, heard: Mapping[Group, datetime], measure: Measure
) -> Filled:
    """The best bulletin for a slot; `heard`: when each group was aired last. The same gives the same."""
    everything = sorted(candidates, key=lambda each: (each.article, each.since))
    left = [Left(each, why) for each in everything if (why := _barred(each, slot))]
    barred = {id(each.candidate) for each in left}
    able = [each for each in everything if id(each) not in barred]
    due = frozenset(group for group in Group if slot.airs_at - heard.get(group, _NEVER) >= DUE)
    items = _fitting(able, slot, due, measure)
    taken = {id(item.candidate) for item in items}
    crowded_out = [Left(each, _crowded_out(each, slot)) for each in able if id(each) not in taken]
    seconds = measure(items)
    return Filled(tuple(items), (*crowded_out, *left), seconds, slot.seconds - seconds)


def _barred(each: Candidate, slot: Slot) -> Why | None:
    """Why it may not be aired then, whatever the room."""
    if each.barred:
        return each.barred
    if each.embargo and each.embargo > slot.airs_at:
        return Why.EMBARGO
    if each.amends:
        return None
    if each.expires and each.expires < slot.ends_at:
        return Why.EXPIRED
    if not each.evergreen and slot.airs_at - each.since >= WEEK:
        return Why.OLD
    if each.aired and not each.again:
        if slot.airs_at - each.aired < WEEK:
            return Why.THIS_WEEK
        return None if each.evergreen else Why.AIRED
    return None


def _crowded_out(each: Candidate, slot: Slot) -> Why:
    shortest = min(offer.seconds for offer in each.offers)
    return Why.TOO_LONG if shortest > slot.seconds else Why.NO_ROOM


def _fitting(able: Sequence[Candidate], slot: Slot, due: frozenset[Group], measure: Measure) -> list[Item]:
    """A choice that is truly no longer than the slot: full, or the longest of those that were tried."""
    best: list[Item] = []
    items: list[Item] = []
    frame = measure([])
    for _ in range(TRIES):
        items = _chosen(able, slot.seconds - frame, slot.enough - frame, due)
        seconds = measure(items)
        # What greeting, links and closing of this choice come to beyond what the offers say.
        reckoned = seconds - sum(item.offer.seconds for item in items)
        if seconds > slot.seconds:
            frame = max(reckoned, frame + 1)
            continue
        if not best or seconds > measure(best):
            best = items
        if seconds >= slot.enough or reckoned == frame:
            break
        frame = reckoned
    while not best and items:
        items.remove(max(items, key=lambda item: item.rank))
        best = items if measure(items) <= slot.seconds else []
    return best


def _chosen(able: Sequence[Candidate], room: int, enough: int, due: frozenset[Group]) -> list[Item]:
    """In the order of reading; `room` and `enough` are seconds of scripts."""
    items: list[Item] = []
    rest: list[tuple[Candidate, Rank]] = []
    for each, rank in sorted(_ranked(able, due), key=_place):
        if rank is Rank.DUE and not each.groups & due:
            # An earlier place is its group's already.
            rank = Rank.EVERGREEN if each.aired else Rank.FRESH
        if rank in (Rank.FRESH, Rank.EVERGREEN):
            rest.append((each, rank))
            continue
        offer = next((offer for offer in each.offers if offer.seconds <= room), None)
        if offer is None:
            continue
        items.append(Item(each, offer, rank))
        room, enough, due = room - offer.seconds, enough - offer.seconds, due - each.groups
    items += _packed(sorted(rest, key=_place), room, enough)
    return sorted(items, key=lambda item: READ.index(item.rank))


def _ranked(able: Iterable[Candidate], due: frozenset[Group]) -> Iterator[tuple[Candidate, Rank]]:
    for each in able:
        if each.amends:
            yield each, Rank.EMERGENCY if each.level is Priority.EMERGENCY else Rank.AMENDS
        elif each.level is not Priority.NORMAL:
            yield each, Rank.EMERGENCY if each.level is Priority.EMERGENCY else Rank.PRIORITY
        elif each.groups & due:
            yield each, Rank.DUE
        else:
            yield each, Rank.EVERGREEN if each.evergreen and each.aired else Rank.FRESH


def _place(pair: tuple[Candidate, Rank]) -> tuple[Rank, datetime, float, int]:
    """What was never heard first, then what was not heard for longest; of these the newest."""
    each, rank = pair
    return rank, each.aired or _NEVER, -each.since.timestamp(), each.article


def _packed(wanted: Sequence[tuple[Candidate, Rank]], room: int, enough: int) -> list[Item]:
    """Of all choices that fill the room, the one that keeps the first wanted, then the second, and so on.

    Where none fills it, of those that come as near as whole articles can. An exact subset sum over seconds.
    """
    if room < 0:
        return []
    sums = _sums([each.offers for each, _ in wanted], room)
    least = max(enough, 0)
    if not _reaches(sums[0], least, room):
        least = _sums([each.offers[:1] for each, _ in wanted], room)[0].bit_length() - 1
    items: list[Item] = []
    spent = 0
    for (each, rank), after in zip(wanted, sums[1:], strict=True):
        for offer in each.offers:
            if _reaches(after, least - spent - offer.seconds, room - spent - offer.seconds):
                items.append(Item(each, offer, rank))
                spent += offer.seconds
                break
    return items


def _sums(wanted: Sequence[Sequence[Offer]], room: int) -> list[int]:
    """Bit s of the n-th: some choice from wanted[n:] is s seconds long, and no longer than the room."""
    sums = [1]
    for offers in reversed(wanted):
        reached = sums[-1]
        for offer in offers:
            reached |= sums[-1] << offer.seconds
        sums.append(reached & ((1 << room + 1) - 1))
    return sums[::-1]


def _reaches(sums: int, low: int, high: int) -> bool:
    """Whether one of the sums is in [low, high]."""
    low = max(low, 0)
    return high >= low and bool(sums >> low & ((1 << high - low + 1) - 1))
