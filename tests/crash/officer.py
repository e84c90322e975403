"""`python -m tests.crash.officer -- "ID --sent" "ID --resend" …`: `loa resolve` for each, in one process."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta

from pipeline.cli.acts import resolve
from pipeline.cli.session import Options, enter

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    enter(Options())
    from pipeline.deliver import resolve as resolving

    # This officer knows what the services took, and need not wait until they show it.
    resolving.SETTLES = timedelta(0)
    for words in sys.argv[2:]:
        resolve.main(words.split(), obj=Options(), standalone_mode=False)
