"""`loa backup`: the whole office in one file while it works, restored and looked at before it counts."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.db import connection

from pipeline import audit
from pipeline.keep import schema
from pipeline.keep.archive import DATABASE, Manifest, Spoilt, pack, unpack
from pipeline.keep.database import DatabaseTrouble, restored, snapshot
from pipeline.keep.proof import Proof, Unproved, prove
from pipeline.models import OfficeFact
from pipeline.office import Office
from pipeline.schedule import Schedule

LAST = "last-backup"
OURS = re.compile(r"loa-\d{8}-\d{6}\.tar\.gz")
PICTURE = "[0-9a-f]" * 2 + "/" + "[0-9a-f]" * 64 + ".*"


class BackupTrouble(Exception):
    """There is no new backup that may be relied on; `str()` says why, and the mend where it is known."""


class ChainBroken(BackupTrouble):
    """The file was kept, but the audit log in it was tampered with; older backups were kept too."""


@dataclass(frozen=True)
class Backup:
    """A backup that was restored in a scratch folder and found whole."""

    path: Path
    manifest: Manifest
    proof: Proof


def folder_of(schedule: Schedule, data: Path) -> Path:
    """Where this office's backups are kept."""
    chosen = schedule.office.backups.folder
    return schedule.path.parent / chosen if chosen else data / "backups"


def back_up(office: Office) -> Backup:
    """Make one, prove it, let go of those beyond `office.backups.keep`. Raises `BackupTrouble`, OSError."""
    folder = folder_of(office.schedule, office.data)
    with _alone(folder) as scratch:
        try:
            file, manifest = _make(office, scratch)
            proof = _prove(file, scratch / "restored")
        except (DatabaseTrouble, Spoilt, Unproved) as trouble:
            raise BackupTrouble(str(trouble)) from None
        if proof.damage:
            raise BackupTrouble(f"the database is damaged: {proof.damage}. Restore the last backup.")
        local = manifest.at.astimezone(office.schedule.office.zone)
        kept = file.replace(folder / f"loa-{local:%Y%m%d-%H%M%S}.tar.gz")
        _sync(folder)
    OfficeFact.objects.update_or_create(name=LAST, defaults={"value": manifest.at.isoformat()})
    if proof.broken:
        raise ChainBroken(
            f"{kept} is whole, but its audit chain breaks at {proof.broken}. Nothing was deleted."
        )
    for old in sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))[
        : -office.schedule.office.backups.keep
    ]:
        old.unlink()
    return Backup(kept, manifest, proof)


def _make(office: Office, scratch: Path) -> tuple[Path, Manifest]:
    """What is written down about the audit log is taken first, what the rows point to last."""
    files = {DATABASE: scratch / "snapshot"}
    for name in (audit.HEADS, "secret-key"):
        if (office.data / name).exists():
            files[name] = Path(shutil.copy(office.data / name, scratch))
    manifest = Manifest(office.now(), version("loa"), connection.vendor, schema.applied(), audit.head())
    snapshot(files[DATABASE])
    files |= {f"pictures/{p.relative_to(office.pictures)}": p for p in sorted(office.pictures.glob(PICTURE))}
    pack(scratch / "made", manifest, files)
    files[DATABASE].unlink()
    return scratch / "made", manifest


def _prove(file: Path, folder: Path) -> Proof:
    manifest = unpack(file, folder)
    with restored(folder / DATABASE, folder) as environment:
        return prove(environment, manifest.head)


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """A scratch folder on the backups' disk that no other backup uses; what a kill left goes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupTrouble(f"another backup is being made in {folder}: wait for it") from None
        scratch = folder / "unfinished"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
