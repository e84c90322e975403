"""Zalo's rotating tokens in the database, sealed under LOA_KEY, refreshed by one process at a time."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection

from channels.base import NeedsHuman
from channels.zalo import TokenPair
from pipeline.models import StoredSecret
from pipeline.secrets import NO_KEY, KeyTrouble, seal, unseal

_threads = threading.RLock()


class DatabaseTokenStore:
    """One channel's pair as one sealed row; `locks` is a folder of this machine."""

    def __init__(self, channel: str, key: str, locks: Path) -> None:
        self._name = f"zalo-oa:{channel}"
        self._key = key
        self._lock = locks / f"{channel}.lock"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """No transaction is held meanwhile: each `save` inside must be durable by itself.

        Raises `NeedsHuman` where LOA_KEY is missing: what Zalo gives only once could not be kept.
        """
        if not self._key:
            raise NeedsHuman(NO_KEY)
        with _threads:
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [self._name])
                    try:
                        yield
                    finally:
                        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [self._name])
                return
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with self._lock.open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield

    def load(self) -> TokenPair | None:
        """The pair as it was last saved. Raises `NeedsHuman` where LOA_KEY does not open it."""
        row = StoredSecret.objects.filter(name=self._name).first()
        if row is None:
            return None
        try:
            said = json.loads(unseal(bytes(row.sealed), self._key))
        except KeyTrouble as trouble:
            raise NeedsHuman(str(trouble)) from None
        return TokenPair(
            access=said["access"],
            refresh=said["refresh"],
            expires_at=datetime.fromisoformat(said["expires_at"]),
            refresh_expires_at=datetime.fromisoformat(said["refresh_expires_at"]),
            in_doubt=said["in_doubt"],
        )

    def save(self, pair: TokenPair) -> None:
        """Replace the pair; durable when it returns."""
        said = {
            "access": pair.access,
            "refresh": pair.refresh,
            "expires_at": pair.expires_at.isoformat(),
            "refresh_expires_at": pair.refresh_expires_at.isoformat(),
            "in_doubt": pair.in_doubt,
        }
        try:
            sealed = seal(json.dumps(said), self._key)
        except KeyTrouble as trouble:
            raise NeedsHuman(str(trouble)) from None
        StoredSecret.objects.update_or_create(
            name=self._name, defaults={"sealed": sealed, "changed_at": datetime.now(UTC)}
        )
