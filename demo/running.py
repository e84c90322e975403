"""`loa run` as a process of its own, on a clock that begins at another instant and runs on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

_SLOWEST_START, _SLOWEST_END = 90.0, 60.0  # seconds
_web = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RunTrouble(Exception):
    """The office did not come up, or went down by itself; `str()` ends with its last words."""


class Running:
    """The office of `folder` on 127.0.0.1:`port`; its log is `folder`/loa.log."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._folder = folder
        self._bind = f"127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._offset = timedelta()
        self._turn = threading.RLock()

    def now(self) -> datetime:
        """The demo's time, aware."""
        return datetime.now().astimezone() + self._offset

    def seconds(self) -> float:
        """The demo's time in seconds since 1970."""
        return time.time() + self._offset.total_seconds()

    def start(self, moment: datetime) -> None:
        """Begin at `moment` (aware); returns when the office answers. Raises `RunTrouble`."""
        with self._turn:
            self._offset = moment - datetime.now().astimezone()
            command = [sys.executable, "-c", "from pipeline.cli import main; main()"]
            where = ["--schedule", str(self._folder / "schedule.yaml"), "--data", str(self._folder / "var")]
            with (self._folder / "loa.log").open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [*command, *where, "--now", moment.isoformat(), "run", "--bind", self._bind],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
                )
            self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        ends = time.monotonic() + _SLOWEST_START
        while time.monotonic() < ends:
            self.must_be_alive()
            try:
                with _web.open(f"{self.address}/healthz", timeout=5):
                    return
            except urllib.error.HTTPError:
                # It answers; that a day was jumped over, and its runs with it, is no reason to wait.
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RunTrouble(f"loa run does not answer at {self.address}.{self._last_words()}")

    def must_be_alive(self) -> None:
        """Raise `RunTrouble` where the office ended without being asked to."""
        if not self._turn.acquire(blocking=False):
            return  # it is being exchanged at this moment
        try:
            if self._process is not None and (code := self._process.poll()) is not None:
                raise RunTrouble(f"loa run ended by itself (exit code {code}).{self._last_words()}")
        finally:
            self._turn.release()

    def stop(self) -> None:
        """Let it finish what is in hand, and end; nothing is left of it when this returns."""
        with self._turn:
            process, self._process = self._process, None
            if process is None:
                return
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_SLOWEST_END)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _last_words(self) -> str:
        lines = (self._folder / "loa.log").read_text(errors="replace").strip().splitlines()
        return "".join(f"\n  {line}" for line in lines[-8:])
