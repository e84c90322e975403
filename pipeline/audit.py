"""The append-only audit log: who did what to which article or channel, chained by hashes.

Personal text stands in erasable rows; the chain holds only a salted hash of it, so that a text
may be erased on demand (Luật 91/2025/QH15) while every later link still verifies.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from pipeline.models import AuditEntry, AuditText, OfficeFact
from pipeline.rows import write_new

GENESIS = "0" * 64
HEADS = "audit-heads.jsonl"
VERIFIED, ASKED = "audit-verified", "audit-verify-asked"
"""The facts in which the last check of the whole chain is remembered, and that one is asked for."""
ONE_DAY = 24 * 3600


@dataclass(frozen=True)
class Act:
    """One act to record. `who` is a user's name, or the rule or part of Loa that acted."""

    who: str
    act: str
    subject: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold; no entry where a written-out head is unreadable."""

    sequence: int | None
    why: str


@dataclass(frozen=True)
class Verified:
    """A check of the whole chain: when (real time), through which entry, and where it broke."""

    at: datetime
    through: int
    broken: Break | None


def one_at_a_time(key: int) -> None:
    """Within a transaction on PostgreSQL, wait for others with this key; SQLite's are one at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def record(*acts: Act) -> None:
    """Append acts in order; call it in the transaction that does what they say."""
    if not acts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("an act is recorded in the transaction that does it")
    one_at_a_time(1)
    last = AuditEntry.objects.order_by("-sequence").first()
    sequence, previous = (last.sequence, last.digest) if last else (0, GENESIS)
    at = datetime.now(UTC)
    entries, texts = [], []
    for act in acts:
        sequence += 1
        salt = secrets.token_hex(16)
        body = {"before": dict(act.before), "after": dict(act.after), "note": act.note}
        text_digest = _text_digest(salt, body)
        digest = _digest(sequence, at, act.who, act.act, act.subject, text_digest, previous)
        entry = AuditEntry(
            sequence=sequence, at=at, who=act.who, act=act.act, subject=act.subject,
            text_digest=text_digest, previous=previous, digest=digest,
        )  # fmt: skip
        previous = digest
        entries.append(entry)
        texts.append(AuditText(entry=entry, salt=salt, body=body))
    write_new(entries)
    write_new(texts)


def verify() -> Break | None:
    """The first broken link, or None where the whole chain holds; erased texts do not break it."""
    expected, previous = 1, GENESIS
    fields = ("sequence", "at", "who", "act", "subject", "text_digest", "previous")
    rows = AuditEntry.objects.order_by("sequence").values_list(*fields, "digest", "text__salt", "text__body")
    for *entry, digest, salt, body in rows.iterator(2000):
        sequence, text_digest, follows = entry[0], entry[5], entry[6]
        if sequence != expected:
            return Break(expected, "an entry is missing")
        if follows != previous:
            return Break(expected, "it does not follow from the entry before it")
        if digest != _digest(*entry):
            return Break(expected, "its fields were changed")
        if salt is not None and text_digest != _text_digest(salt, body):
            return Break(expected, "its text was changed")
        expected, previous = expected + 1, digest
    return None


def verify_whole(data: Path) -> Verified:
    """Check the chain and every head that was written out of it, and remember what came of it."""
    through, _digest = head()
    found = Verified(datetime.now(UTC), through, verify() or holds_from(heads_in(data)))
    said = {"at": found.at.isoformat(), "through": through}
    if found.broken:
        said |= {"broken": found.broken.sequence, "why": found.broken.why}
    OfficeFact.objects.update_or_create(name=VERIFIED, defaults={"value": json.dumps(said)})
    OfficeFact.objects.filter(name=ASKED).delete()
    return found


def ask_to_verify() -> None:
    """Let the service check the whole chain at its next look."""
    OfficeFact.objects.get_or_create(name=ASKED, defaults={"value": datetime.now(UTC).isoformat()})


def asked_to_verify() -> bool:
    """Whether somebody waits for a check of the whole chain."""
    return OfficeFact.objects.filter(name=ASKED).exists()


def last_verified() -> Verified | None:
    """What the last check of the whole chain came to."""
    fact = OfficeFact.objects.filter(name=VERIFIED).first()
    if fact is None:
        return None
    said = json.loads(fact.value)
    broken = Break(said["broken"], said["why"]) if "why" in said else None
    return Verified(datetime.fromisoformat(said["at"]), said["through"], broken)


def head() -> tuple[int, str]:
    """Number and digest of the newest entry: who keeps a copy can prove that nothing before it changed."""
    last = AuditEntry.objects.order_by("-sequence").first()
    return (last.sequence, last.digest) if last else (0, GENESIS)


def write_head(data: Path) -> bool:
    """Write the head out of the database, once a day: who keeps that file can prove all that came before.

    Whether it was due.
    """
    path, now = data / HEADS, datetime.now(UTC)
    if path.exists() and now.timestamp() - path.stat().st_mtime < ONE_DAY:
        return False
    sequence, digest = head()
    line = json.dumps({"at": now.isoformat(), "sequence": sequence, "digest": digest}) + "\n"
    with path.open("ab", buffering=0) as file:
        begins = file.tell()
        if file.write(line.encode()) < len(line.encode()):
            # Half a line would be taken for a break of the chain.
            file.truncate(begins)
            raise OSError(errno.ENOSPC, "no room for a line", str(path))
        os.fsync(file.fileno())
    return True


def heads_in(data: Path) -> list[tuple[int, str] | None]:
    """The heads that were written out so far, a line each: number and digest; None where unreadable."""
    path = data / HEADS
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return [_head_in(line) for line in lines]


def _head_in(line: str) -> tuple[int, str] | None:
    try:
        said = json.loads(line)
        return int(said["sequence"]), str(said["digest"])
    except (ValueError, KeyError, TypeError):
        return None


def holds_from(heads: Iterable[tuple[int, str] | None]) -> Break | None:
    """Compare heads that were written out earlier with the chain as it stands now."""
    for number, written in enumerate(heads, 1):
        if written is None:
            return Break(None, f"line {number} of {HEADS} cannot be read")
        sequence, digest = written
        if sequence and not AuditEntry.objects.filter(sequence=sequence, digest=digest).exists():
            return Break(sequence, "the chain was rewritten after its head was written out")
    return None


def erase_text(sequence: int, who: str, because: str) -> None:
    """Erase the words of one act for good; the act itself and the chain stay."""
    with transaction.atomic():
        AuditText.objects.filter(pk=sequence).delete()
        record(Act(who, "erase", f"audit:{sequence}", note=because))


def _text_digest(salt: str, body: Mapping[str, Any]) -> str:
    return hashlib.sha256((salt + _canonical(body)).encode()).hexdigest()


def _digest(
    sequence: int, at: datetime, who: str, act: str, subject: str, text_digest: str, previous: str
) -> str:
    fields = [sequence, at.astimezone(UTC).isoformat(), who, act, subject, text_digest, previous]
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
