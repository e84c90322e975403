"""`python -m tests.crash.officer -- "ID --sent" "ID --resend" …`: `loa resolve` for each, in one process."""

from __future__ import annotations

import logging
import sys

from pipeline.cli.acts import resolve
from pipeline.cli.session import Options

if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    for words in sys.argv[2:]:
        resolve.main(words.split(), obj=Options(), standalone_mode=False)
