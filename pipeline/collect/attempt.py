"""One try of a source for a person to see: what came, and what the parser makes of it; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from zoneinfo import ZoneInfo

from pipeline.collect.fetch import Fetcher, FetchTrouble, Seen, read_file, refused
from pipeline.collect.sandbox import Sandbox
from pipeline.entry import FeedTrouble, Reading
from pipeline.schedule import SourceSettings

SECONDS = 10.0
"""For the answer, and again for reading it: a person waits, and so does a thread of the server."""


@dataclass(frozen=True)
class Attempt:
    """What one try came to; `trouble` is in plain Vietnamese, empty where all is well."""

    seconds: float
    """Until the answer was there, or was given up."""
    seen: Seen | None = None
    reading: Reading | None = None
    trouble: str = ""


def attempt(
    settings: SourceSettings, zone: ZoneInfo, now: datetime, *, contact: str = "", seconds: float = SECONDS
) -> Attempt:
    """Fetch and parse one source under the guard of every reading, in at most twice `seconds`.

    Unconditional: what the source was last told is not asked for, and not changed.
    """
    began = monotonic()
    try:
        seen = _look(settings, contact, seconds)
    except FetchTrouble as trouble:
        return Attempt(monotonic() - began, trouble=trouble.reason)
    came = Attempt(monotonic() - began, seen, trouble=seen.trouble)
    if seen.trouble or seen.status != 200:
        return replace(came, trouble=seen.trouble or refused(seen.status))
    try:
        with Sandbox(workers=1, wall=seconds) as sandbox:
            reading = sandbox.parse(
                seen.body,
                content_type=seen.content_type,
                address=seen.address,
                source=settings,
                zone=zone,
                now=now,
            )
    except FeedTrouble as trouble:
        return replace(came, trouble=str(trouble))
    return replace(came, reading=reading, trouble=reading.trouble)


def _look(settings: SourceSettings, contact: str, seconds: float) -> Seen:
    if settings.file is not None:
        read = read_file(settings.file)
        return Seen(read.status, (), read.body, read.content_type, read.address)
    with Fetcher(contact=contact) as fetcher:
        return fetcher.look(settings.url, allow_private=settings.allow_private_address, deadline=seconds)
