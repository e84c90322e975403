"""The demo as somebody plays it: `loa demo` in a process of its own, watched from outside."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

SLOWEST = 120.0
LOA = Path(sys.executable).with_name("loa")


@dataclass(frozen=True)
class Playing:
    """A demo that is up; `page` and `office` are its addresses."""

    process: subprocess.Popen[str]
    page: str
    office: str
    password: str

    def read(self, path: str = "/") -> str:
        return requests.get(self.page + path, timeout=20).text

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SLOWEST)


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something; it takes long only on a machine that is busy with something else."""
    ends = time.monotonic() + SLOWEST
    while not true():
        assert time.monotonic() < ends, f"never came: {what}"
        time.sleep(0.3)


def office_port() -> int:
    """A port that is free, and so far away that the demo's others rarely meet anything."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


@contextmanager
def playing(folder: Path) -> Iterator[Playing]:
    log = folder.with_suffix(".log")
    arguments = ["--data", str(folder), "demo", "--no-browser", "--port", str(office_port())]
    # What a real office has in its environment must not reach the demo, nor the demo it.
    environ = os.environ | {"LOA_DATA": str(folder / "nowhere"), "http_proxy": "http://127.0.0.1:9"}
    with log.open("w") as out:
        process = subprocess.Popen([LOA, *arguments], stdout=out, stderr=out, env=environ, text=True)
    try:
        until(lambda: process.poll() is not None or "Ctrl+C" in log.read_text(), "the demo's own page")
        said = log.read_text()
        assert process.poll() is None, said
        page, office = re.findall(r"http://127\.0\.0\.1:\d+", said)[:2]
        yield Playing(process, page, office, said.split("password ")[1].split()[0])
    finally:
        process.terminate()
        try:
            process.wait(SLOWEST)
        except subprocess.TimeoutExpired:
            process.kill()
