"""Which workers of this data folder are alive: each holds a lock on a file, which its death lets go.

A claim whose owner is dead can be swept at once instead of when its lease ends. Workers of other
machines, or of other data folders on this one, cannot be seen; for their claims the lease decides.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = socket.gethostname()
FOLDER = "folder"
"""The file with the folder's own name; a backup leaves it out, for what is restored is another folder."""


@contextmanager
def presence(folder: Path) -> Iterator[str]:
    """Be present under a fresh owner name, `host:folder:worker`, until the block or the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    worker = secrets.token_hex(8)
    path = folder / worker
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield f"{HOST}:{_name(folder)}:{worker}"
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def is_dead(folder: Path, owner: str) -> bool:
    """True only where the owner certainly died: it was of this machine and folder and its lock is free."""
    place, _, worker = owner.rpartition(":")
    return bool(worker) and place == f"{HOST}:{_name(folder)}" and not _holds(folder / worker)


def anybody(folder: Path) -> bool:
    """Whether some worker of this folder is alive; other machines' and other folders' are not seen."""
    return folder.is_dir() and any(_holds(path) for path in folder.iterdir() if path.name != FOLDER)


def _holds(path: Path) -> bool:
    """Whether a living process holds the lock on this file; what a dead one left goes."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)


def _name(folder: Path) -> str:
    """The folder's name, given once: two of them may share a database, and a host name too."""
    path = folder / FOLDER
    while not (name := path.read_text() if path.exists() else ""):
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f".{secrets.token_hex(8)}"
        made.write_text(secrets.token_hex(8))
        try:
            # Whole or not at all, and never a second time: all processes read the same name.
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return name
