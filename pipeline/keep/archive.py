"""One backup file: a gzipped tar of a manifest and of the members whose digests it lists."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 2**20
DATABASE = "database"
"""A whole SQLite file, or a dump of PostgreSQL in pg_dump's custom format."""
KNOWN = re.compile(
    rf"{DATABASE}|secret-key|audit-heads\.jsonl|pictures/[0-9a-f]{{2}}/[0-9a-f]{{64}}\.[a-z]{{3,4}}"
)
"""What a data folder keeps; a member of any other name was not put there by Loa."""
CHUNK = 2**20


class Spoilt(Exception):
    """The file is no whole backup: cut off, changed, or another program's; `str()` says which and how."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    at: datetime
    """The office's time at which it was begun: nothing that was done later is in it for certain."""
    version: str
    kind: str
    """`sqlite` or `postgresql`."""
    migrations: tuple[str, ...]
    head: tuple[int, str]
    """Number and digest of an entry of the audit log that must be in it."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Each member's SHA-256 by its name."""

    def to_json(self) -> bytes:
        """As the file has it."""
        said = {
            "at": self.at.isoformat(), "version": self.version, "kind": self.kind,
            "migrations": self.migrations, "head": self.head, "members": dict(self.members),
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Manifest:
        """Raises KeyError, TypeError or ValueError where `raw` is no manifest."""
        said: dict[str, Any] = json.loads(raw)
        sequence, digest = said["head"]
        return cls(
            datetime.fromisoformat(said["at"]),
            str(said["version"]),
            str(said["kind"]),
            tuple(map(str, said["migrations"])),
            (int(sequence), str(digest)),
            {str(name): str(sha256) for name, sha256 in said["members"].items()},
        )


def pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write a new file, durably, for its owner only: `manifest` with the digests of `files`, then these."""
    members = {name: _digest(path) for name, path in files.items()}
    said = Manifest(**{**vars(manifest), "members": members}).to_json()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        # Pictures and dumps are compressed already; the little that is left to gain is not worth a core.
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
            tar.addfile(_entry(MANIFEST, len(said), manifest.at), io.BytesIO(said))
            for name, path in files.items():
                with path.open("rb") as stream:
                    tar.addfile(_entry(name, os.fstat(stream.fileno()).st_size, manifest.at), stream)
        file.flush()
        os.fsync(file.fileno())


def _entry(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = size, int(at.timestamp()), 0o600
    return entry


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpack(source: Path, into: Path) -> Manifest:
    """Put the members into a folder and return what the file says of itself, every digest checked.

    Raises `Spoilt`, and OSError where the file cannot be read or the folder not written.
    """
    try:
        with gzip.open(source) as plain:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                manifest = _unpack(tar, into)
            # The checksum of the whole stands behind its last byte.
            while plain.read(CHUNK):
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Spoilt(f"{source} is no whole backup: {error}") from None
    except _Wrong as wrong:
        raise Spoilt(f"{source} is no whole backup: {wrong}") from None
    return manifest


class _Wrong(Exception):
    pass


def _unpack(tar: tarfile.TarFile, into: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST or first.size > LARGEST_MANIFEST:
        raise _Wrong("it does not begin with a manifest")
    try:
        manifest = Manifest.from_json(_stream(tar, first).read())
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _Wrong("its manifest cannot be read") from None
    missing = dict(manifest.members)
    while entry := tar.next():
        expected = missing.pop(entry.name, None)
        if expected is None or not KNOWN.fullmatch(entry.name):
            raise _Wrong(f"it holds {entry.name!r}, which is not in its manifest")
        if _write(_stream(tar, entry), into / entry.name) != expected:
            raise _Wrong(f"{entry.name} was changed after the backup was made")
    if missing:
        raise _Wrong(f"{min(missing)} is missing")
    return manifest


def _stream(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(entry) if entry.isreg() else None
    if stream is None:
        raise _Wrong(f"{entry.name!r} is no plain file")
    return stream


def _write(stream: IO[bytes], path: Path) -> str:
    """The digest of what was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # The web server that hands out pictures may be another user.
    mode = 0o644 if path.parent.parent.name == "pictures" else 0o600
    sha256 = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        while chunk := stream.read(CHUNK):
            sha256.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return sha256.hexdigest()
