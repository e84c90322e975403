"""Files that are there whole or not at all, and stay so, or stay away, after a power cut."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def put(path: Path, data: bytes) -> None:
    """A reader sees the whole file or none, and after a power cut what was reported is still there."""
    new = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    # Named after the script, so that a try after a power cut takes the place of what it left behind.
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    for folder in (path.parent, *(made.parent for made in new)):
        _keep(folder)


def remove(path: Path) -> None:
    """Take a file away; one that is not there is as good."""
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _keep(path.parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One thread or process at a time; what dies lets go."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _keep(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
