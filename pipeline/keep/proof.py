"""Whether a restored office is whole: run as a module in its environment, it prints what it found as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Proof:
    """What a process of its own found in a restored office."""

    damage: str
    """What SQLite's own check says is wrong with the file; empty: nothing."""
    broken: str
    """Where the audit chain breaks, and why; empty: it holds, and has the entry that it must have."""
    lost_pictures: int
    """Pictures and attachments that the database knows and no file holds."""
    articles: int
    deliveries: int
    acts: int


class Unproved(Exception):
    """The restored office cannot be opened at all; `str()` is the last of what was said."""


def prove(environment: Mapping[str, str], head: tuple[int, str]) -> Proof:
    """Open the office of this environment as any process would; `head` must be in its audit log.

    Raises `Unproved`.
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pipeline.keep.proof", str(head[0]), head[1]],
        env={**os.environ, **environment, "DJANGO_SETTINGS_MODULE": "web.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unproved((done.stderr.strip() or "it ended without a word").splitlines()[-1])
    return Proof(**json.loads(done.stdout))


def main(head: tuple[int, str]) -> None:
    """Look at the office of this process's environment, and print a `Proof`."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from pipeline import audit
    from pipeline.collect.pictures import path_of
    from pipeline.models import Article, AuditEntry, Delivery, Picture, Upload

    damage = ""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            damage = "; ".join(row[0] for row in cursor.fetchall() if row[0] != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            damage = damage or "; ".join(f"a row of {row[0]} hangs in the air" for row in cursor.fetchall())
    broken = audit.verify() or audit.holds_from([head, *audit.heads_in(settings.DATA)])
    files = Picture.objects.values_list("sha256", "content_type")
    # An update backs up first: the office that it finds may have no uploads yet.
    if Upload._meta.db_table in connection.introspection.table_names():
        files = files.union(Upload.objects.values_list("sha256", "content_type"))
    stored = (path_of(settings.DATA / "pictures", *each) for each in files.iterator(2000))
    proof = Proof(
        damage=damage,
        broken=f"entry {broken.sequence}: {broken.why}" if broken else "",
        lost_pictures=sum(not path.exists() for path in stored),
        articles=Article.objects.count(),
        deliveries=Delivery.objects.count(),
        acts=AuditEntry.objects.count(),
    )
    print(json.dumps(asdict(proof)))


if __name__ == "__main__":
    main((int(sys.argv[1]), sys.argv[2]))
