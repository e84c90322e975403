"""`loa …` as somebody types it, in a process forked from one that has its imports behind it.

Importing is most of what a command costs, and the tests give hundreds. What a command finds is what the real
one finds: its arguments, folder and environment, fresh settings, a process of its own that ends as others do.
"""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
KNOWN = (
    "channels.manual", "channels.portal", "channels.press", "channels.radio.channel", "channels.telegram",
    "channels.zalo", "cryptography.fernet", "django.core.mail", "django.db.backends.sqlite3.base",
    "django.db.migrations.executor", "django.utils.log", "django.views.generic", "jinja2.sandbox",
    "pipeline.cli.acts", "pipeline.cli.keeping", "pipeline.cli.listings", "pipeline.cli.people",
    "pipeline.cli.radio", "pipeline.cli.work", "pipeline.collect.fetch", "pipeline.collect.sandbox",
    "pipeline.keep.archive", "pipeline.review.checks",
)  # fmt: skip
"""What needs no settings; whatever reads the environment as it is imported must stay out."""


class Command(NamedTuple):
    """One command line; `environ` is all that it sees."""

    arguments: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str]
    given: bytes


def loa(
    *arguments: str,
    folder: Path,
    environ: Mapping[str, str] | None = None,
    given: str = "",
    within: float = 120,
) -> subprocess.CompletedProcess[str]:
    """What `loa …` says in `folder`, seeing PATH and `environ`, and how it ends.

    Raises `TimeoutExpired` where that takes longer than `within` seconds.
    """
    forge, door = _forge(os.getpid())
    door.send(Command(arguments, folder, {"PATH": os.environ["PATH"]} | dict(environ or {}), given.encode()))
    if not door.poll(within):
        os.killpg(forge.pid, signal.SIGKILL)
        _forge.cache_clear()
        raise subprocess.TimeoutExpired(arguments, within)
    code, out, err = door.recv()
    return subprocess.CompletedProcess(arguments, code, out.decode(), err.decode())


@functools.cache
def _forge(_of: int) -> tuple[subprocess.Popen[bytes], Connection]:
    """The process that is forked from; it ends when its door is closed, as with our own end."""
    ours, its = Pipe()
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-m", "tests.commands", str(its.fileno())]
    with its:
        return subprocess.Popen(program, env=environ, pass_fds=[its.fileno()], start_new_session=True), ours


def serve(door: Connection) -> None:
    """Fork once for each command that comes; returns in the command's own process."""
    while True:
        try:
            command: Command = door.recv()
        except EOFError:
            sys.exit()
        with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
            given.write(command.given)
            given.seek(0)
            child = os.fork()
            if not child:
                door.close()
                for at, file in enumerate((given, out, err)):
                    os.dup2(file.fileno(), at)
                _become(command)
                return
            _, status = os.waitpid(child, 0)
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read())
        door.send((os.waitstatus_to_exitcode(status), *said))


def _become(command: Command) -> None:
    os.chdir(command.folder)
    os.environ.clear()
    os.environ.update(command.environ)
    sys.argv = ["loa", *command.arguments]


if __name__ == "__main__":
    from pipeline.cli import main

    for module in KNOWN:
        import_module(module)
    serve(Connection(int(sys.argv[1])))
    main()
