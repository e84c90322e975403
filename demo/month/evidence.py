"""All that is known at the end of a month, and what follows from it about one item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.month import expected, officer
from demo.month.articles import Item
from demo.month.expected import CHANNELS
from demo.month.history import History
from demo.month.play import Month
from demo.month.readers import Seen, accepted, standing
from demo.month.values import Page, Row

COLLECTED = timedelta(minutes=45)
"""By then an item has been read, where its agency answers: half an hour between readings, and a round."""
BACK_OFF = timedelta(hours=6)
"""The longest that Loa leaves a source or a service alone after failures."""


@dataclass
class Evidence:
    """What was published and done, what the services took and show, and what the office itself says."""

    history: History
    acts: list[officer.Act] = field(default_factory=list)
    """The officers' diary."""
    doubted: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """(channel, item) of what a person was shown as in doubt or refused, and why it was."""
    paused: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    """Which channel waited for a person, from when to when."""
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When nobody was at work."""
    accepted: list[Seen] = field(default_factory=list)
    """All that the services took, in order."""
    standing: list[Seen] = field(default_factory=list)
    """What they show now."""
    rows: list[Row] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    listed: list[tuple[str, str]] = field(default_factory=list)
    ticks: Mapping[tuple[str, datetime], str] = field(default_factory=dict)
    chain: str = ""
    """Where the audit log breaks; empty where it holds."""

    def __post_init__(self) -> None:
        self.items = self.history.items
        self.seen = _by_place(sorted([*self.accepted, *self.history.looks], key=lambda seen: seen.at))
        self._stands = _by_place(self.standing)
        self.page = {page.number: page for page in self.pages}

    def got(self, item: Item, channel: str) -> Sequence[Seen]:
        """What readers of a channel got of an item, in order."""
        return self.seen.get((item.number, channel), ())

    def stands(self, item: Item, channel: str) -> Sequence[Seen]:
        """What is left of an item there."""
        return self._stands.get((item.number, channel), ())

    def done(self, number: int, *kinds: str) -> list[officer.Act]:
        """What the officers did about an item."""
        return [act for act in self.acts if act.number == number and act.act in kinds]

    def cleared(self, item: Item, version: int) -> datetime | None:
        """Since when a wording may go out: by its agency's word or by as many officers as it needs."""
        made = self.done(item.number, officer.CORRECT)
        if own := [act.at for act in made if act.version == version]:
            return min(own)
        yes = [a for a in self.done(item.number, officer.APPROVE, officer.EMERGENCY) if a.version == version]
        first = {who: min(a.at for a in yes if a.who == who) for who in {a.who for a in yes}}
        times = sorted(first.values())
        needed = 2 if item.critical else 1
        by_people = times[needed - 1] if len(times) >= needed else None
        by_rule = None if item.critical else self._by_rule(item, version)
        return min((moment for moment in (by_people, by_rule) if moment), default=None)

    def _by_rule(self, item: Item, version: int) -> datetime | None:
        """An agency's own yes lets out its wording, but not over one that readers have already."""
        published = item.at if version == 1 else item.edits.get(version)
        if item.approved is None or published is None:
            return None
        begun = [s.at for channel in CHANNELS for s in self.got(item, channel) if s.version < version]
        if begun and min(begun) < published + COLLECTED:
            return None
        return max(published, item.approved)

    def approved(self, item: Item) -> dict[int, datetime]:
        """Each wording that may go out, with since when."""
        found = {version: self.cleared(item, version) for version in range(1, item.latest + 1)}
        return {version: at for version, at in found.items() if at}

    def in_question(self, item: Item) -> datetime | None:
        """Since when newer words of its agency, which nobody has approved, stop what has not gone out."""
        approved = self.approved(item)
        return min((at for version, at in item.edits.items() if version not in approved), default=None)

    def withdrawn(self, item: Item) -> datetime | None:
        """Since when it is taken back, by its agency or by an officer."""
        times = [act.at for act in self.done(item.number, officer.WITHDRAW)]
        return min([*times, *([item.withdrawn] if item.withdrawn else [])], default=None)

    def excused(self, item: Item, channel: str, since: datetime, until: datetime) -> bool:
        """Whether the channel itself, its agency or a person was in the way then."""
        ours = {channel, item.source}
        # What failed is asked again ever more seldom: it is some hours late when it comes back.
        out = [(o.since, o.until + BACK_OFF) for o in self.history.outages if ours & {*o.names}]
        out += [(begun, ended) for where, begun, ended in self.paused if where == channel]
        doubt = (channel, item.number) in self.doubted or (
            "cong",
            item.number,
        ) in self.doubted
        return doubt or expected.overlap(since, until, out) > timedelta()

    def forgotten(self, moment: datetime) -> bool:
        """Whether a restored office knows nothing of that moment."""
        return any(snapshot <= moment <= lost for snapshot, lost in self.history.restores)

    def absent(self, since: datetime, until: datetime) -> timedelta:
        """How long nobody was at work then."""
        return expected.overlap(since, until, self.away)


def _by_place(all_seen: Iterable[Seen]) -> Mapping[tuple[int, str], Sequence[Seen]]:
    found: dict[tuple[int, str], list[Seen]] = defaultdict(list)
    for seen in all_seen:
        found[seen.number, seen.channel].append(seen)
    return dict(found)


def gather(month: Month) -> Evidence:
    """Ask everybody once, when the month is over."""
    ask = month.house.ask
    return Evidence(
        history=month.history,
        acts=month.officer.acts,
        doubted=month.officer.doubted,
        paused=month.officer.paused,
        away=month.house.away,
        accepted=accepted(month.town.telegram, month.town.zalo),
        standing=standing(month.town.telegram, month.town.zalo, month.folder / "radio"),
        rows=ask("rows"),
        pages=ask("pages"),
        listed=ask("listed"),
        ticks={(run, at): state for run, at, state in ask("ticks")},
        chain=ask("chain"),
    )
