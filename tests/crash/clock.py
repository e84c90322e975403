"""`python -m tests.crash.clock FILE -- …`: the real `loa`, the clock wrong by FILE's seconds.

FILE is read at every look at the clock, so that a test can set the clock while Loa runs. What counts
seconds (`time.monotonic`, waits) goes on as before, as it does when an administrator sets the time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from demo.month.clock import rule

if __name__ == "__main__":
    file, _, *arguments = sys.argv[1:]
    rule(lambda: float(Path(file).read_text()))
    sys.argv[1:] = arguments
    from pipeline.cli import main

    main()
