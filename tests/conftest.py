"""What every test shares: a data folder of its own, made before Django reads its settings."""

from __future__ import annotations

import os
import tempfile

os.environ["LOA_DATA"] = tempfile.mkdtemp(prefix="loa-tests-")
for name in ("LOA_SCHEDULE", "LOA_AS", "LOA_KEY"):
    os.environ.pop(name, None)
# `make test` runs the tests of rows once more on PostgreSQL, and says so; any other address is not theirs.
if not os.environ.get("LOA_TEST_ON_POSTGRESQL"):
    os.environ.pop("DATABASE_URL", None)
