"""What every test shares: a data folder of its own, made before Django reads its settings."""

from __future__ import annotations

import os
import tempfile

os.environ["LOA_DATA"] = tempfile.mkdtemp(prefix="loa-tests-")
for name in ("LOA_SCHEDULE", "LOA_AS", "LOA_KEY", "DATABASE_URL"):
    os.environ.pop(name, None)
