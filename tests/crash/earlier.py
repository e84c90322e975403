"""`python -m tests.crash.earlier -- …`: the next version of `loa`, which has one more migration."""

from __future__ import annotations

import sys

from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from pipeline.cli import main


def one_more(loader: MigrationLoader) -> None:
    """What a version after this one may bring: a migration behind all that there are."""
    ours = loader.disk_migrations
    following = migrations.Migration("9999_next", "pipeline")
    following.dependencies = [max(key for key in ours if key[0] == "pipeline")]  # type: ignore[misc]
    ours["pipeline", "9999_next"] = following


if __name__ == "__main__":
    load = MigrationLoader.load_disk

    def load_more(loader: MigrationLoader) -> None:
        load(loader)
        one_more(loader)

    MigrationLoader.load_disk = load_more  # type: ignore[assignment, method-assign]
    sys.argv[1:] = sys.argv[2:]
    main()
