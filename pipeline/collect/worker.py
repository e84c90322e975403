"""The child's side of the sandbox: sets its own limits, then does one job after another."""

from __future__ import annotations

import importlib
import os
import pickle
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from time import process_time
from typing import Any

from pipeline.entry import Trouble

IDLE = 30.0
"""Seconds without work after which a child ends."""

OUT_OF_MEMORY = 3
"""Its exit status when the memory did not suffice: what is left of the process is not to be trusted."""

_FILES = 32


def main(wall: float, cpu: int, memory: int) -> None:
    """Answer jobs on file descriptor 0, each within `wall` seconds and `cpu` seconds of processor time."""
    _limit(memory)
    # Not PR_SET_PDEATHSIG: it tells of the end of the parent's thread, not of its process.
    with Connection(0) as parent:
        while parent.poll(IDLE):
            try:
                request = parent.recv_bytes()
            except EOFError:
                return
            signal.setitimer(signal.ITIMER_REAL, wall + 1)
            parent.send_bytes(_answer(request, cpu))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _limit(memory: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(what, (most, most))


def _answer(request: bytes, cpu: int) -> bytes:
    """`("value", result)`, `("refused", reason)` or `("crashed", traceback)`, pickled."""
    answer: tuple[str, Any]
    try:
        job, args, kwargs = pickle.loads(request)  # noqa: S301 (from our parent)
        module, _, name = job.partition(":")
        function = getattr(importlib.import_module(module), name)
        # Imports are not the job's fault, so its time starts here; at the limit SIGXCPU ends the process.
        until = int(process_time()) + 1 + cpu
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        answer = ("value", function(*args, **kwargs))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Trouble as error:
        answer = ("refused", str(error))
    except Exception:  # noqa: BLE001 (the parent logs it and tells its caller)
        answer = ("crashed", traceback.format_exc(limit=-20))
    return pickle.dumps(answer)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
