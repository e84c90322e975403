"""What one part of schedule.yaml says about another, checked on the data as read.

Pydantic skips such checks where a sibling is wrong; these run always, so that all mistakes show at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

from pipeline.schedule.marks import Fault, Path
from pipeline.schedule.values import Wrong, clock_time, days, is_loopback, is_public_https, nearest

SECRETS = ("token", "secret", "password")
_NO = ("false", "no", "off", "0", "f", "n")
_LATER = {"report": "reports"}


def _entries(data: Any, section: str) -> list[tuple[Path, dict[str, Any]]]:
    """The mappings of a section with their paths; what is no mapping is reported elsewhere."""
    found = data.get(section) if isinstance(data, dict) else None
    entries = found if isinstance(found, list) else []
    return [((section, at), entry) for at, entry in enumerate(entries) if isinstance(entry, dict)]


def _words(entry: dict[str, Any], key: str) -> list[tuple[int, str]]:
    found = entry.get(key)
    words = found if isinstance(found, list) else []
    return [(at, word) for at, word in enumerate(words) if isinstance(word, str)]


def _kinds(data: Any) -> dict[str, str]:
    """Each channel's kind by its id."""
    return {
        entry["id"]: str(entry.get("kind"))
        for _, entry in _entries(data, "channels")
        if isinstance(entry.get("id"), str)
    }


def is_idle(data: Any, path: Path) -> bool:
    """Whether `path` is in a channel that is not enabled, or that this version does not do."""
    return any(
        path[:2] == at and (str(entry.get("enabled")).lower() in _NO or entry.get("system") == "wordpress")
        for at, entry in _entries(data, "channels")
    )


def mistakes(data: Any) -> Iterator[Fault]:
    """Everything that is wrong between the parts of `data`."""
    yield from _repeated_ids(data)
    yield from _unknown_names(data)
    yield from _one_of_a_slot(data)
    yield from _windows(data)
    yield from _zalo_address(data)
    yield from _duty(data)


def _repeated_ids(data: Any) -> Iterator[Fault]:
    for section in ("sources", "channels", "runs"):
        seen: set[str] = set()
        for path, entry in _entries(data, section):
            name = entry.get("id")
            if isinstance(name, str) and name in seen:
                message = f'"{name}" is the id of another entry of {section} too'
                yield Fault((*path, "id"), message, "Give each its own id.")
            if isinstance(name, str):
                seen.add(name)


def _unknown_names(data: Any) -> Iterator[Fault]:
    kinds = _kinds(data)
    sources = {entry["id"] for _, entry in _entries(data, "sources") if isinstance(entry.get("id"), str)}
    for path, route in _entries(data, "routes"):
        for key, known in (("channels", set(kinds)), ("sources", sources)):
            for at, word in _words(route, key):
                if word not in known:
                    mend = nearest(word, known) or f"Write it under {key} first."
                    yield Fault((*path, key, at), f'unknown {key[:-1]} "{word}"', mend)
    for path, run in _entries(data, "runs"):
        channel = run.get("channel")
        if run.get("job") == "bulletin" and run.get("slot") is None:
            yield Fault((*path, "slot"), "is missing", 'Write slot: and when it is broadcast, as in "05:00".')
        radios = [name for name, kind in kinds.items() if kind == "radio"]
        if channel is None:
            if run.get("job") == "bulletin":
                yield Fault((*path, "channel"), "is missing", "Write channel: and a radio channel's id.")
        elif isinstance(channel, str) and channel not in kinds:
            mend = nearest(channel, radios) or "Write it under channels first."
            yield Fault((*path, "channel"), f'unknown channel "{channel}"', mend)
        elif isinstance(channel, str) and run.get("job") == "bulletin" and channel not in radios:
            mend = nearest(channel, radios) or "Add a channel of kind radio."
            yield Fault((*path, "channel"), f'"{channel}" is not a radio channel', mend)


def _one_of_a_slot(data: Any) -> Iterator[Fault]:
    """Two runs that would fill the same broadcast: the first to fire would have it, the other nothing."""
    taken: dict[tuple[str, time, int], object] = {}
    for path, run in _entries(data, "runs"):
        if run.get("job") != "bulletin":
            continue
        try:
            at, slot = clock_time(str(run.get("at"))), clock_time(str(run.get("slot")))
            fires = days(run.get("days", "mon-sun"))
        except (Wrong, TypeError):
            continue
        aired = [(str(run.get("channel")), slot, (day + (slot <= at)) % 7) for day in fires]
        if others := [taken[each] for each in aired if each in taken]:
            message = f'is the slot of run "{others[0]}" on the same channel and day'
            yield Fault((*path, "slot"), message, "Give each its own slot, or days that the other has not.")
        taken |= dict.fromkeys(aired, run.get("id"))


def _windows(data: Any) -> Iterator[Fault]:
    for path, route in _entries(data, "routes"):
        try:
            first, last = clock_time(str(route["not_before"])), clock_time(str(route["not_after"]))
        except (KeyError, Wrong):
            continue
        if first >= last:
            message = "is not later than not_before"
            mend = "Write a window within one day: not_before earlier than not_after."
            yield Fault((*path, "not_after"), message, mend)


def _zalo_address(data: Any) -> Iterator[Fault]:
    office = data.get("office") if isinstance(data, dict) else None
    base_url = office.get("base_url") if isinstance(office, dict) else None
    for path, entry in _entries(data, "channels"):
        if entry.get("kind") != "zalo-oa" or is_idle(data, path):
            continue
        try:
            public = is_public_https(str(base_url or ""))
            rehearsal = is_loopback(str(entry.get("api") or ""))
        except ValueError:
            continue
        if not public and not rehearsal:
            yield Fault(
                ("office", "base_url"),
                f'is not a public https address, and channel "{entry.get("id")}" (zalo-oa) needs one',
                "Write office.base_url: https://… with a host that the internet reaches,"
                " or set enabled: false for that channel.",
            )


def _duty(data: Any) -> Iterator[Fault]:
    office = data.get("office") if isinstance(data, dict) else None
    duty = office.get("duty") if isinstance(office, dict) else None
    if not isinstance(duty, dict):
        return
    here: Path = ("office", "duty")
    if not any(duty.get(key) for key in ("email", "smtp", "chat")):
        yield Fault(here, "names no way to tell anybody", "Write email and smtp, or chat.")
    for key, other in (("email", "smtp"), ("smtp", "email")):
        if duty.get(other) and not duty.get(key):
            yield Fault((*here, key), f"is missing beside {other}", "Write both email and smtp, or neither.")
    chat = duty.get("chat")
    if isinstance(chat, dict):
        yield from _conversation(data, (*here, "chat"), chat.get("channel"), chat.get("to"))


def _conversation(data: Any, here: Path, channel: Any, to: Any) -> Iterator[Fault]:
    """What is told to the duty officer must never stand where readers read."""
    channels = _entries(data, "channels")
    bots = {
        str(entry.get("id")): path
        for path, entry in channels
        if entry.get("kind") in ("telegram", "zalo-bot")
    }
    if isinstance(channel, str) and channel not in bots:
        mend = nearest(channel, bots) or "Name an enabled channel of kind telegram or zalo-bot."
        yield Fault((*here, "channel"), f'"{channel}" is no channel with a bot', mend)
    elif isinstance(channel, str) and is_idle(data, bots[channel]):
        mend = "Enable that channel, or name another one."
        yield Fault((*here, "channel"), f'channel "{channel}" is not enabled', mend)
    read = {str(entry.get("chat")) for path, entry in channels if path in bots.values()}
    if isinstance(to, str) and (to.startswith("@") or to in read):
        mend = "Write the number of the duty officer's own conversation with the bot."
        yield Fault((*here, "to"), "is where readers read", mend)


def warnings(data: Any, written: Any) -> Iterator[Fault]:
    """What is allowed but unwise, and what this version cannot do yet; `written` is before `${NAME}`."""
    if isinstance(data, dict) and data.get("plan"):
        yield Fault(("plan",), "this version does not follow the plan's targets yet", "Nothing needs doing.")
    console = data.get("console") if isinstance(data, dict) else None
    if isinstance(console, dict) and console.get("second_factor") == "optional":
        yield Fault(
            ("console", "second_factor"),
            "a password alone opens the console to whoever learns it",
            "Leave it out, unless this is a demonstration: then everybody shows a code of their phone too.",
        )
    for path, entry in _entries(written, "channels"):
        if entry.get("system") == "wordpress":
            mend = "It counts as not enabled; use system: built-in meanwhile."
            yield Fault((*path, "system"), "this version does not post to WordPress yet", mend)
        for key in SECRETS:
            if isinstance(entry.get(key), str) and "${" not in entry[key]:
                mend = f'Write {key}: "${{NAME}}" and set NAME in the environment or NAME_FILE.'
                yield Fault((*path, key), "a secret is written in the file", mend)
    for path, run in _entries(data, "runs"):
        if later := _LATER.get(str(run.get("job"))):
            message = f"this version does not make {later} yet"
            yield Fault((*path, "job"), message, "The run is not scheduled until then.")
