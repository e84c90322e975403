"""An article's pictures: fetched under guard, re-encoded in the sandbox, stored under their hash."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from pipeline.collect.fetch import Fetcher, FetchTrouble
from pipeline.collect.reencode import PictureTrouble as PictureTrouble
from pipeline.collect.sandbox import Sandbox

FETCH_CAP = 10 * 2**20
"""Bytes of a picture as its agency serves it: a camera's own JPEG fits."""

_ACCEPT = "image/png, image/jpeg, image/gif, image/webp"
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}


@dataclass(frozen=True)
class StoredPicture:
    """A picture that stands in the folder; `size` in bytes."""

    sha256: str
    content_type: str
    width: int
    height: int
    size: int


def get_picture(
    fetcher: Fetcher, sandbox: Sandbox, url: str, allow_private: bool, folder: Path
) -> StoredPicture:
    """Fetch the picture at `url`, draw it anew and store it below `folder`.

    `allow_private` opens inner addresses to the host of `url`, which a feed chose: pass True only
    where the source allows them and `same_host(url, source)`. Raises `PictureTrouble`.
    """
    try:
        raw = fetcher.fetch(url, allow_private=allow_private, cap=FETCH_CAP, accept=_ACCEPT).body
    except FetchTrouble as error:
        raise PictureTrouble(str(error)) from error
    picture = sandbox.reencode(raw)
    return StoredPicture(
        sha256=store(folder, picture.data, picture.content_type),
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.data),
    )


def path_of(folder: Path, sha256: str, content_type: str) -> Path:
    """Where the file with this hash stands."""
    return folder / sha256[:2] / f"{sha256}.{_EXTENSIONS[content_type]}"


def store(folder: Path, data: bytes, content_type: str) -> str:
    """Write a picture or a PDF durably, once, and return the SHA-256 of its bytes. Raises OSError."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(folder, sha256, content_type)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            # The web server may be another user.
            os.fchmod(file.fileno(), 0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    for parent in (path.parent, folder):
        _sync(parent)
    return sha256


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
