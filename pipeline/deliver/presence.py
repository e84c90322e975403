"""Which workers of this machine are alive: each holds a lock on a file, which its death lets go.

A claim whose owner is dead can be swept at once instead of when its lease ends. Workers of other
machines cannot be seen; for their claims the lease decides.
"""

from __future__ import annotations

import fcntl
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOST = socket.gethostname()


@contextmanager
def presence(folder: Path) -> Iterator[str]:
    """Be present under a fresh owner name, `host:id`, until the block or the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    identity = uuid.uuid4().hex
    path = folder / identity
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield f"{HOST}:{identity}"
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def is_dead(folder: Path, owner: str) -> bool:
    """True only where the owner certainly died: it was of this machine and its lock is free."""
    host, _, identity = owner.partition(":")
    if host != HOST or not identity:
        return False
    path = folder / identity
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(handle)
