"""What Loa promises, held against what readers got: each promise, how often it was tested, what broke it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.month import expected, officer
from demo.month.agencies import OFFICE_TIME
from demo.month.articles import Item, name
from demo.month.evidence import COLLECTED, Evidence
from demo.month.expected import CHANNELS, CHATS, PULLED, channels_of, due
from demo.month.readers import CORRECTION, EDIT, NOTICE, POST

LATE = timedelta(hours=2)
"""A back-off after failures of a storm has passed by then."""
LOOKED_AT = (*PULLED, "loa")
BETWEEN_LOOKS = timedelta(hours=7)
"""What stood for less may never have been seen where somebody only looks now and then."""
NEW = (POST, CORRECTION, NOTICE)


@dataclass
class Promise:
    """One row of the table; `example` is one case that was tested."""

    said: str
    tested: int = 0
    broken: list[str] = field(default_factory=list)
    example: str = ""

    def test(self, kept: object, what: str) -> None:
        """Count a case; where it is not kept, `what` says which."""
        self.tested += 1
        self.example = self.example or what
        if not kept:
            self.broken.append(what)


def judge(evidence: Evidence) -> list[Promise]:
    """Every promise, tested."""
    return [test(evidence) for test in _TESTS]


def _never_twice(e: Evidence) -> Promise:
    promise = Promise("nobody gets a post twice because of us")
    # A correction or a withdrawal that a restore knows nothing of is made again, and said again.
    said = [s for s in e.accepted if s.act == POST or (s.act in NEW and not e.forgotten(s.at))]
    counted = Counter((s.channel, s.number, s.version, s.part, s.act) for s in said)
    counted.update((s.channel, s.number, s.version, s.part, s.act) for s in e.standing if s.channel == "loa")
    for (channel, number, version, part, act), times in counted.items():
        when = [_at(s.at) for s in e.seen[number, channel] if (s.version, s.act) == (version, act)]
        promise.test(
            times == 1, f"{channel}: {act} of {name(number, version)}, part {part}: {', '.join(when)}"
        )
    return promise


def _never_lost(e: Evidence) -> Promise:
    promise = Promise("what was approved reaches every channel that it is for")
    for item in e.items.values():
        if not (approved := e.approved(item)):
            continue
        ready = max(min(approved.values()), item.embargo or item.at)
        gone = e.withdrawn(item)
        for channel in sorted(channels_of(item)):
            opens = due(channel, ready)
            patience = COLLECTED + LATE + (BETWEEN_LOOKS if channel in LOOKED_AT else timedelta())
            ends = (gone, item.expires, e.in_question(item), e.history.ended)
            last = min(moment for moment in ends if moment)
            if due(channel, ready + patience) > last and not e.got(item, channel):
                continue
            told = e.excused(item, channel, opens, last)
            what = f"{channel}: {item.title}: due {_at(opens)}, never seen"
            promise.test(e.got(item, channel) or told, what)
    for row in e.rows:
        left = f"{row.channel}: {name(row.number, row.version)} was left in the queue: {row.error}"
        promise.test(row.state != "queued", left)
    return promise


def _never_unapproved(e: Evidence) -> Promise:
    promise = Promise("nothing goes out that nobody approved")
    for (number, channel), all_seen in e.seen.items():
        for seen in all_seen:
            since = e.cleared(e.items[number], seen.version)
            if seen.act != NOTICE:
                what = f"{channel}: {name(number, seen.version)} at {_at(seen.at)}"
                promise.test(since and since <= seen.at, what)
    return promise


def _never_early(e: Evidence) -> Promise:
    promise = Promise("nothing comes before its embargo, in quiet hours, at Tết; emergencies do")
    for (number, channel), all_seen in e.seen.items():
        item = e.items[number]
        alarms = [act.at for act in e.done(number, officer.EMERGENCY)]
        for seen in all_seen:
            what = f"{channel}: {seen.act} of {item.title} at {_at(seen.at)}"
            if item.embargo:
                promise.test(seen.at >= item.embargo, f"{what}, embargo {_at(item.embargo)}")
            if seen.act == POST and not alarms:
                promise.test(not expected.too_early(channel, seen.at), what)
            elif channel == "zalo-nhom" and not alarms:
                promise.test(not expected.in_quiet_hours(seen.at), what)
    for item in e.items.values():
        alarms = [act.at for act in e.done(item.number, officer.EMERGENCY)]
        for channel in sorted(channels_of(item) & set(expected.PUSHED)) if alarms else ():
            times = [seen.at for seen in e.got(item, channel)]
            first = min(times, default=e.history.ended)
            told = e.excused(item, channel, alarms[0], first)
            what = f"{channel}: emergency {item.title}, granted {_at(alarms[0])}, seen {_at(first)}"
            promise.test(first <= alarms[0] + COLLECTED + e.absent(alarms[0], first) or told, what)
    return promise


def _never_expired(e: Evidence) -> Promise:
    promise = Promise("nothing comes after it has expired")
    for (number, channel), all_seen in e.seen.items():
        expires = e.items[number].expires
        if expires and channel not in (*PULLED, "loa"):
            for seen in all_seen:
                what = f"{channel}: {name(number, seen.version)} at {_at(seen.at)}, expired {_at(expires)}"
                promise.test(seen.at <= expires + timedelta(minutes=1) or seen.act in (NOTICE, EDIT), what)
    return promise


def _doubts_settled(e: Evidence) -> Promise:
    promise = Promise("every doubt is said, settled, and settled rightly")
    there = {(s.channel, s.number, s.version, s.part) for s in e.accepted}
    for row in e.rows:
        key = (row.channel, row.number, row.version, row.part)
        what = (
            f"delivery {row.id}, {row.channel}: {name(*key[1:3])}, part {row.part}: {row.state} {row.error}"
        )
        promise.test(row.state not in ("uncertain", "sending"), what)
        if row.channel in expected.PUSHED and row.errand == "post" and row.state == "sent":
            promise.test(key in there, f"{what}: not there")
    ours = {
        (r.channel, r.number, r.version, r.part) for r in e.rows if r.state not in ("queued", "superseded")
    }
    for key in sorted(there):
        promise.test(
            key in ours, f"{key[0]}: {name(*key[1:3])}, part {key[3]} is there, the ledger denies it"
        )
    return promise


def _edits_wait(e: Evidence) -> Promise:
    promise = Promise("an agency's edit changes nothing that is out before an officer says so")
    for item in e.items.values():
        for version, at in item.edits.items():
            yes = [
                a.at for a in e.done(item.number, officer.APPROVE, officer.EMERGENCY) if a.version == version
            ]
            for channel in CHANNELS:
                all_seen = e.got(item, channel)
                if any(s.version < version and s.at < at for s in all_seen):
                    new = [s.at for s in all_seen if s.version == version and s.act != NOTICE]
                    when = ", ".join(map(_at, new))
                    what = f"{channel}: {name(item.number, version)} of {_at(at)}, seen {when}"
                    promise.test(not new or (yes and min(yes) <= min(new)), what)
    return promise


def _corrections_reach(e: Evidence) -> Promise:
    promise = Promise("a correction reaches every channel that carried the post")
    for item in e.items.values():
        approved = e.approved(item)
        newest = max(approved, default=1)
        if newest == 1 or e.withdrawn(item):
            continue
        for channel in CHANNELS:
            carried = [s for s in e.got(item, channel) if s.version < newest]
            held = [act.at for act in e.done(item.number, officer.HOLD)]
            stopped = held and e.excused(item, channel, approved[newest], min(held))
            if carried and not stopped:
                what = f"{channel}: {name(item.number, newest)} of {_at(approved[newest])}"
                promise.test(_shows(e, item, channel, newest), what)
    return promise


def _shows(e: Evidence, item: Item, channel: str, version: int) -> bool:
    """Whether readers of that channel see this wording, or were told it."""
    if channel == "cong":
        page = e.page[item.number]
        return page.status == 200 and page.shows == (item.number, version)
    if channel == "bao-chi":
        return any(s.version == version for s in e.got(item, channel))
    there = [s for s in e.stands(item, channel) if s.version == version and s.act != NOTICE]
    if channel == "loa":
        return bool(there) and all(s.version == version for s in e.stands(item, channel))
    return bool(there)


def _withdrawals_reach(e: Evidence) -> Promise:
    promise = Promise("a withdrawal reaches every channel that carried the post, and nothing of it stands")
    for item in e.items.values():
        at = e.withdrawn(item)
        if at is None:
            continue
        for channel in CHANNELS:
            if any(s.act != NOTICE for s in e.got(item, channel)):
                there = e.stands(item, channel)
                left = ", ".join(f"{s.act} {s.version}/{s.part} {s.ref}" for s in there)
                promise.test(
                    _is_gone(e, item, channel), f"{channel}: {item.title} of {_at(at)}: {left or 'page'}"
                )
    return promise


def _is_gone(e: Evidence, item: Item, channel: str) -> bool:
    there = e.stands(item, channel)
    stands = [s for s in there if s.act != NOTICE]
    notices = [s for s in there if s.act == NOTICE]
    if channel == "cong":
        return e.page[item.number].status == 410
    if channel == "bao-chi":
        title = f"{name(item.number, 0)[:-1]}"
        return not any(kind == "press" and t.startswith(title) for kind, t in e.listed)
    if channel == "zalo-nhom":
        # What was said in a chat stays there, and so the notice must follow it.
        return bool(notices) and min(s.at for s in notices) >= max(s.at for s in stands)
    if channel in CHATS and stands:
        # Where Telegram lets nobody touch it, or nobody knows which message it is.
        return (channel, item.number) in e.doubted and bool(notices)
    return not stands


def _runs_happen(e: Evidence) -> Promise:
    promise = Promise("every run of schedule.yaml happens or is reported")
    for run, at in expected.firings(e.history.begun, e.history.ended - timedelta(minutes=30)):
        state = e.ticks.get((run, at))
        promise.test(state in ("done", "missed", "failed"), f"{run} of {_at(at)}: {state}")
    return promise


def _restores_double_nothing(e: Evidence) -> Promise:
    promise = Promise("a restore sends no post again")
    for snapshot, lost in e.history.restores:
        after = [s for s in e.accepted if s.at > lost and s.act == POST]
        unknown = [s for s in e.accepted if snapshot <= s.at <= lost and s.act == POST]
        for seen in unknown:
            key = (seen.channel, seen.number, seen.version, seen.part, seen.act)
            again = [s for s in after if (s.channel, s.number, s.version, s.part, s.act) == key]
            what = f"{seen.channel}: {seen.act} of {name(seen.number, seen.version)} {_at(seen.at)}"
            promise.test(not again, f"{what}, and again {', '.join(_at(s.at) for s in again)}")
    return promise


def _links_lead(e: Evidence) -> Promise:
    promise = Promise("no link in a post leads to another article")
    articles = {page.article: page.number for page in e.pages}
    for seen in e.standing:
        if seen.link is not None:
            what = f"{seen.channel}: {name(seen.number, seen.version)} of {_at(seen.at)} leads to {seen.link}"
            # What went out between a backup and the loss of the disk leads nowhere, until it is looked for.
            promise.test(articles.get(seen.link, seen.number) == seen.number, what)
    return promise


def _others_go_on(e: Evidence) -> Promise:
    promise = Promise("what is out of order holds up no other channel")
    for outage in e.history.outages:
        for item in e.items.values():
            for channel in sorted(channels_of(item) - set(outage.names) & set(expected.PUSHED)):
                if (seen := _first(e, item, channel)) is None:
                    continue
                opens, came = seen
                if outage.since <= opens <= outage.until and not e.excused(item, channel, opens, came):
                    late = came - opens - COLLECTED - LATE - e.absent(opens, came)
                    what = f"{channel}: {item.title}: due {_at(opens)}, seen {_at(came)}"
                    promise.test(late <= timedelta(), what)
    return promise


def _first(e: Evidence, item: Item, channel: str) -> tuple[datetime, datetime] | None:
    """When the first wording could go to a channel, and when it came."""
    all_seen, approved = e.got(item, channel), e.approved(item)
    if not all_seen or not approved or channel not in expected.PUSHED:
        return None
    return due(channel, max(min(approved.values()), item.embargo or item.at)), all_seen[0].at


def _chain_holds(e: Evidence) -> Promise:
    promise = Promise("the audit log holds, from its first entry to its last")
    promise.test(not e.chain, e.chain or "verified against the heads that were written out")
    return promise


_TESTS: Sequence[Callable[[Evidence], Promise]] = (
    _never_twice, _never_lost, _never_unapproved, _never_early, _never_expired, _doubts_settled, _edits_wait,
    _corrections_reach, _withdrawals_reach, _runs_happen, _restores_double_nothing, _links_lead,
    _others_go_on, _chain_holds,
)  # fmt: skip


def table(promises: Iterable[Promise]) -> str:
    """Promise, how often it was tested, how often broken, an example."""
    rows = [(p.said, str(p.tested), str(len(p.broken)), (p.broken or [p.example])[0]) for p in promises]
    head = ("promised", "tested", "broken", "for example")
    width = max(len(row[0]) for row in [head, *rows])
    return "\n".join(f"{a:{width}}  {b:>6}  {c:>6}  {d[:90]}" for a, b, c, d in [head, *rows])


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE_TIME):%d/%m %H:%M}"
