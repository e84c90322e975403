"""A small disk of a test's own, mounted where only it and the commands that it runs see it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = 4 * 1024 * 1024


def _missing() -> str:
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return "no unshare and nsenter (apt-get install util-linux)"
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True)
    return "" if tried.returncode == 0 else "this machine lets nobody mount a disk in a namespace of his own"


MISSING = _missing()
"""Why there can be no such disk here; empty where there can (user_namespaces(7))."""


@dataclass
class Disk:
    """`inside` begins a command line that sees the disk; `seen` is its folder as this process sees it."""

    folder: Path
    inside: tuple[str, ...]
    seen: Path

    def fill(self, leave: int = 0) -> None:
        """Leave so many bytes of room, by a file beside the others."""
        with (self.seen / "filler").open("ab", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                filler.truncate(max(0, filler.tell() - leave))

    def make_room(self) -> None:
        (self.seen / "filler").unlink()

    def set_read_only(self, read_only: bool) -> None:
        how = f"remount,{'ro' if read_only else 'rw'}"
        subprocess.run([*self.inside, "mount", "-o", how, str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A disk of 4 MiB at `folder`, gone with all its files when the block ends."""
    folder.mkdir()
    mount = f'mount -t tmpfs -o size={SIZE} tmpfs "$0" && echo ready && exec cat'
    with subprocess.Popen(
        ["unshare", "-rm", "sh", "-c", mount, str(folder)],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "ready\n"
        enter = ("nsenter", "-t", str(holder.pid), "-U", "-m", "--preserve-credentials")
        # The working directory is looked up anew, or it would be the one outside.
        inside = (*enter, "sh", "-c", 'cd "$0" && exec "$@"', str(folder.parent))
        yield Disk(folder, inside, Path(f"/proc/{holder.pid}/root{folder}"))
        holder.communicate()
