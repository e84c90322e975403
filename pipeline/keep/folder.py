"""The folder that a backup is restored into: the data folder once all in it is whole, and not before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.keep.archive import Manifest, Spoilt, unpack

UNFINISHED = "restoring"
"""What a restore works in until it is over, inside the data folder; while it is there nothing starts."""


class NotRestored(Exception):
    """The backup was not restored and nothing was overwritten; `str()` says why, and the mend."""


@contextmanager
def into(data: Path) -> Iterator[Path]:
    """The folder to restore into; its content becomes the data folder's when the block ends without an error.

    Raises `NotRestored` where the data folder has content already; what a killed restore left is no content.
    """
    unfinished = data / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    found = sorted(path.name for path in data.iterdir()) if data.is_dir() else []
    if found or (data.exists() and not data.is_dir()):
        what = f"is not empty (it has {found[0]})" if found else "is a file"
        raise NotRestored(f"{data} {what}: nothing is overwritten. Name an empty folder with --data.")
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        yield unfinished
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    # The database comes last: a folder that has one is whole.
    for path in sorted(unfinished.iterdir(), key=lambda path: path.name.startswith("loa.sqlite3")):
        path.rename(data / path.name)
    unfinished.rmdir()
    handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_back(file: Path, folder: Path) -> Manifest:
    """Unpack a backup, every digest checked. Raises `NotRestored`, OSError."""
    try:
        return unpack(file, folder)
    except Spoilt as spoilt:
        raise NotRestored(f"{spoilt}. Take another backup.") from None
