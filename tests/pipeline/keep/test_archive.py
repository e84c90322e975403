"""A backup's file: what was put in comes out, and of a file that is not whole nothing is believed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.keep.archive import Manifest, Spoilt, pack, unpack

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
MANIFEST = Manifest(AT, "0.1.0", "sqlite", ("pipeline.0001_initial",), (3, "ab" * 32))
PICTURE = f"pictures/ab/{'ab' * 32}.png"
NAMES = st.sampled_from(["database", "secret-key", "audit-heads.jsonl", PICTURE])


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="loa-tests-") as name:
        yield Path(name)


def packed(place: Path, contents: dict[str, bytes]) -> Path:
    files = {}
    for number, (name, content) in enumerate(contents.items()):
        files[name] = place / str(number)
        files[name].write_bytes(content)
    pack(place / "made", MANIFEST, files)
    return place / "made"


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=4000)))
def test_what_was_put_in_comes_out(contents: dict[str, bytes]) -> None:
    with folder() as place:
        made = packed(place, contents)
        assert made.stat().st_mode & 0o777 == 0o600
        found = unpack(made, place / "out")
        assert (found.at, found.head, found.migrations) == (AT, MANIFEST.head, MANIFEST.migrations)
        assert {name: (place / "out" / name).read_bytes() for name in found.members} == contents


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_file_that_was_cut_or_changed_anywhere_is_refused_or_still_the_same(data: st.DataObject) -> None:
    contents = {"database": b"x" * 3000 + bytes(range(256)), "secret-key": b"k" * 50}
    with folder() as place:
        whole = packed(place, contents).read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        flip = data.draw(st.integers(0, 255))
        hurt = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :] if flip else whole[:at]
        (place / "hurt").write_bytes(hurt)
        try:
            found = unpack(place / "hurt", place / "out")
        except Spoilt:
            return
        # Only what says nothing may differ: the gzip header's time and system.
        assert flip
        assert {name: (place / "out" / name).read_bytes() for name in found.members} == contents


def tar(*members: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as file:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return gzip.compress(raw.getvalue())


def manifest(**members: bytes) -> tuple[str, bytes]:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return "manifest.json", Manifest(**{**vars(MANIFEST), "members": digests}).to_json()


OUTSIDE = {"../outside": b"x"}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (b"no gzip at all", "ot a gzip"),
        (gzip.compress(b"no tar at all"), "no whole backup"),
        (tar(("database", b"x")), "does not begin with a manifest"),
        (tar(("manifest.json", b"[]")), "manifest cannot be read"),
        (tar(("manifest.json", b"{}")), "manifest cannot be read"),
        (tar(("manifest.json", json.dumps({"head": 1}).encode())), "manifest cannot be read"),
        (tar(manifest(database=b"x")), "database is missing"),
        (tar(manifest(database=b"x"), ("database", b"y")), "database was changed"),
        (tar(manifest(database=b"x"), ("database", b"x"), ("more", b"")), "'more', which is not in"),
        (tar(manifest(database=b"x"), ("database", b"x"), ("database", b"x")), "which is not in"),
        (tar(manifest(**OUTSIDE), ("../outside", b"x")), "which is not in"),
    ],
    # A number each: the packed bytes hold the time of day, and so would name another test in each worker.
    ids=map(str, range(11)),
)
def test_what_is_no_backup_is_named(tmp_path: Path, made: bytes, why: str) -> None:
    (tmp_path / "file").write_bytes(made)
    with pytest.raises(Spoilt, match=why):
        unpack(tmp_path / "file", tmp_path / "out")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_nothing_but_plain_files_is_put_on_the_disk(tmp_path: Path, kind: bytes) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as file:
        name, said = manifest(database=b"")
        entry = tarfile.TarInfo(name)
        entry.size = len(said)
        file.addfile(entry, io.BytesIO(said))
        entry = tarfile.TarInfo("database")
        entry.type, entry.linkname = kind, "/etc/passwd"
        file.addfile(entry)
    (tmp_path / "file").write_bytes(gzip.compress(raw.getvalue()))
    with pytest.raises(Spoilt, match="no plain file"):
        unpack(tmp_path / "file", tmp_path / "out")
    assert not (tmp_path / "out" / "database").exists()
