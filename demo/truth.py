"""What a stand-in accepted, in order: the truth that a test or the demo's page compares Loa's ledger with."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any


class Truth:
    """What a service accepted, in order; with a path, every act is also a line of that file.

    A stand-in that starts on a file that is already there takes up where that one ended; a last line that was
    cut off by a kill is left out, since its request was never answered. `refusals` counts by code what the
    service refused by its own rules since the start; a scripted fault is none of these.
    """

    def __init__(self, path: Path | None) -> None:
        self.acts: list[dict[str, Any]] = []
        self.refusals: Counter[str] = Counter()
        self._file = None
        if path is not None:
            kept = path.read_bytes() if path.exists() else b""
            whole = kept[: kept.rfind(b"\n") + 1]
            self.acts = [json.loads(line) for line in whole.splitlines()]
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b" if kept else "wb")
            self._file.seek(len(whole))
            self._file.truncate()

    def accept(self, act: dict[str, Any]) -> None:
        """Keep one act (JSON values only); it is with the operating system before this returns."""
        self.acts.append(act)
        if self._file is not None:
            self._file.write(json.dumps(act, ensure_ascii=False).encode() + b"\n")
            self._file.flush()
