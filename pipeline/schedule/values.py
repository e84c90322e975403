"""The small notations of schedule.yaml, from text to values: times, days, limits, zones, addresses."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DURATION = r"^[0-9]{1,6}(s|m|h|d)$"
TIME = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
RATE = r"^[1-9][0-9]{0,5}/[1-9][0-9]{0,5}(s|m|h|d)$"
SLUG = r"^[a-z0-9][a-z0-9_-]{0,79}$"
ONE_DAYS = f"({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?"
DAY_LIST = rf"^{ONE_DAYS}(, *{ONE_DAYS})*$"

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Wrong(ValueError):
    """A text that does not say what its setting needs; `mend` is what to write instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean "zalo"?`, else the list of what is known, else nothing."""
    names = sorted(known)
    close = difflib.get_close_matches(word[:100], names, n=1)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"Known: {', '.join(names)}." if 0 < len(names) <= 20 else ""


def clock_time(text: str) -> time:
    """`04:30` to a naive time of day in the office's zone; raises `Wrong`."""
    if not re.fullmatch(TIME, text, re.ASCII):
        raise Wrong(
            f'"{text}" is not a time of day', 'Write hours and minutes from 00:00 to 23:59, as in "04:30".'
        )
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def duration(text: str) -> timedelta:
    """`20s`, `10m`, `1h` or `30d` to a length of time, above zero and at most ten years; raises `Wrong`."""
    known = re.fullmatch(DURATION, text, re.ASCII)
    length = timedelta(**{_UNITS[text[-1]]: int(text[:-1])}) if known else timedelta(0)
    if not timedelta(0) < length <= timedelta(days=3650):
        mend = "Write a whole number above 0 and one of s, m, h, d, as in 10m or 30d; at most 3650d."
        raise Wrong(f'"{text}" is not a duration', mend)
    return length


def calendar_date(text: str) -> date:
    """`2026-09-02` (ISO 8601) to a date; raises `Wrong`."""
    try:
        if re.fullmatch(r"^\d{4}-\d\d-\d\d$", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong(f'"{text}" is not a date', "Write year-month-day, as in 2026-09-02.")


def rate(text: str) -> tuple[int, float]:
    """`30/1s` to (30 sends, in any 1.0 seconds); raises `Wrong`."""
    if not re.fullmatch(RATE, text, re.ASCII):
        raise Wrong(f'"{text}" is not a limit', "Write sends/duration, as in 30/1s or 20/60s, or none.")
    count, _, span = text.partition("/")
    return int(count), duration(span).total_seconds()


def days(value: str | list[object]) -> frozenset[int]:
    """`mon-sat`, `mon,wed` or a list of such to weekdays, 0 = Monday; raises `Wrong`.

    Numbers are refused, for cron and APScheduler disagree on which day 1 is.
    """
    words = value.split(",") if isinstance(value, str) else [word for word in value if isinstance(word, str)]
    if not isinstance(value, str) and len(words) < len(value):
        raise Wrong("has an entry that is not a day", "Write day names, as in [mon, wed].")
    found: set[int] = set()
    for word in (word.strip().lower() for word in words):
        first, dash, last = (part.strip() for part in word.partition("-"))
        if any(re.search(r"\d|\*", name) for name in (first, last)):
            raise Wrong(
                f'"{word}" gives a weekday as a number',
                "Write day names: mon, tue, wed, thu, fri, sat, sun, as in mon-sat or mon,wed.",
            )
        for name in (first, last) if dash else (first,):
            if name not in DAYS:
                raise Wrong(f'"{name}" is not a day', nearest(name, DAYS) or "Write mon-sat or mon,wed.")
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0
        found |= {(start + step) % 7 for step in range(length + 1)}
    if not found:
        raise Wrong("names no day", "Leave it out for every day, or write mon-sat.")
    return frozenset(found)


def zone(text: str) -> str:
    """The name of a zone of the IANA time zone database; raises `Wrong`."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        names = available_timezones()
        close = {name.rpartition("/")[2].lower(): name for name in names}
        like = difflib.get_close_matches(text.rpartition("/")[2].lower()[:100], close, n=1)
        hint = f'Did you mean "{close[like[0]]}"?' if like else "Write an IANA name such as Asia/Ho_Chi_Minh."
        raise Wrong(f'"{text}" is not a time zone', hint) from None
    return text


def address(text: str, schemes: tuple[str, ...], *, credentials: bool = False) -> SplitResult:
    """An absolute address of one of `schemes` with a host (RFC 3986); raises `Wrong`."""
    allowed = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Wrong("is not a valid address", f"Write a full address that starts with {allowed}.") from None
    if parts.scheme not in schemes:
        raise Wrong(
            f'has the scheme "{parts.scheme}"' if parts.scheme else "has no scheme",
            f"Start it with {allowed}.",
        )
    if not host or re.search(r"[\s\x00-\x1f\\]", text):
        raise Wrong("names no valid host", f"Write a full address, as in {schemes[0]}://example.vn/path.")
    if not credentials and "@" in parts.netloc:
        raise Wrong("carries a user name or password", "Take them out of the address.")
    return parts


def folder_inside(text: str, root: Path) -> Path:
    """A path relative to `root` that stays inside it, symbolic links followed; absolute; raises `Wrong`."""
    mend = "Write a path relative to schedule.yaml that stays in its folder, as in var/radio."
    if not text:
        raise Wrong("is empty", mend)
    try:
        path = Path(text)
        if path.is_absolute() or ".." in path.parts:
            raise Wrong(f'the path "{text}" leaves the folder of schedule.yaml', mend)
        base = root.resolve()
        resolved = (base / path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        if isinstance(error, Wrong):
            raise
        raise Wrong("is not a usable path", mend) from None
    if not resolved.is_relative_to(base):
        raise Wrong(f'the path "{text}" leaves the folder of schedule.yaml through a symbolic link', mend)
    return resolved


def smtp(text: str) -> str:
    """`smtp://` (STARTTLS) or `smtps://` with user and password, both percent-encoded; raises `Wrong`."""
    parts = address(text, ("smtp", "smtps"), credentials=True)
    if parts.path.strip("/") or parts.query or parts.fragment:
        mend = "Write smtp://user:${PASSWORD}@host:587, with / ? and # in the password percent-encoded."
        raise Wrong("has more than a server", mend)
    return text


def mail_address(text: str) -> str:
    """One address such as truc@phutho.gov.vn, without a name (RFC 5322 addr-spec, in its everyday form)."""
    if not re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+", text):
        raise Wrong(f'"{text}" is no e-mail address', "Write one address, as in truc@phutho.gov.vn.")
    return text


def file_address(text: str, root: Path) -> str:
    """`file:feeds/a.xml`, relative to `root`, or `file:///srv/a.xml`, which says outright that it is
    elsewhere, to an absolute `file://` address (RFC 8089); raises `Wrong`."""
    mend = "Write file:feeds/name.xml (relative to schedule.yaml) or file:///absolute/path.xml."
    try:
        parts = urlsplit(text)
        path = unquote(parts.path, errors="strict")
    except ValueError:
        raise Wrong("is not a valid file address", mend) from None
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or not path or "\0" in path:
        raise Wrong("is not a file on this machine", mend)
    if path.startswith("/"):
        if ".." in Path(path).parts:
            raise Wrong(f'the path "{path}" contains ".."', mend)
        return Path(path).as_uri()
    return folder_inside(path, root).as_uri()


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine (RFC 6761 localhost, 127.0.0.0/8, ::1)."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public_https(url: str) -> bool:
    """Whether the internet could fetch `url`, as far as its text tells: https and a public host."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        public = ipaddress.ip_address(host).is_global
    except ValueError:
        public = "." in host and not host.endswith((".local", ".localhost", ".internal", ".home.arpa"))
    return parts.scheme == "https" and public
