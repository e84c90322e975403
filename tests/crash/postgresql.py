"""A PostgreSQL server of a test's own, which it may restart, from Debian's pg_virtualenv."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

MISSING = "" if shutil.which("pg_virtualenv") else "no pg_virtualenv (apt-get install postgresql)"
"""Why there can be no server here; empty where there can."""


@dataclass
class Server:
    """One server on this machine: its address for DATABASE_URL, and Debian's name for it."""

    address: str
    cluster: tuple[str, str]
    environ: dict[str, str]

    def control(self, act: str) -> None:
        """`start`, `stop` or `restart`, at once, as a crash of the server's machine would."""
        subprocess.run(
            ["pg_ctlcluster", *self.cluster, act, *(() if act == "start" else ("-m", "immediate"))],
            env=self.environ,
            check=True,
            capture_output=True,
        )

    def database(self, name: str) -> str:
        """The address of an empty database more."""
        subprocess.run(
            ["psql", "-q", self.address, "-c", f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"],
            check=True,
            capture_output=True,
        )
        return f"{self.address.removesuffix('postgres')}{name}"


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """A fresh server, with these options of postgresql.conf; gone with all its files when the block ends.

    Its fsync is off, unless one of the options is "fsync=on".
    """
    said, says = os.pipe()
    # Not through standard output: were nobody left to read it, pg_virtualenv could not end in order.
    inside = f'echo "$PGVERSION $PGUSER $PGPASSWORD $PGPORT $PG_CLUSTER_CONF_ROOT" > /dev/fd/{says}; cat'
    with subprocess.Popen(
        ["pg_virtualenv", "-t", *(word for option in options for word in ("-o", option)), "sh", "-c", inside],
        env={**os.environ, "PGPORT": str(port := _port())},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[says],
    ) as shell:
        os.close(says)
        with os.fdopen(said) as answer:
            line = answer.readline()
        try:
            assert line, "pg_virtualenv gives no server"
            version, user, password, _, root = line.split()
            yield Server(
                f"postgresql://{user}:{password}@localhost:{port}/postgres",
                (version, "regress"),
                {**os.environ, "PG_CLUSTER_CONF_ROOT": root},
            )
        finally:
            # Its end of input is the shell's end, and that is the server's.
            shell.communicate(timeout=60)


def _port() -> int:
    """A free port that the system gives to no client, who would hold it while the server is down."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as door, suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port
