"""The engine on one machine: one thread claims and settles, a few threads send."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from channels.base import Channel, DeliveryError, Uncertain
from pipeline.deliver import outbox
from pipeline.deliver.classify import Outcome
from pipeline.deliver.outbox import Claimed

log = logging.getLogger(__name__)

OTHERS = 4
"""Places that one slow channel leaves to the others."""

PATIENCE = 60.0
"""Seconds that a drain waits where only a rate limit stands in the way."""

NEWS = 1.0
"""Seconds after which a drain looks for what has become due, although nothing in hand has ended."""

LINGER = 0.02
"""Seconds to wait for more finished sends, so that one transaction confirms several of them."""


@dataclass
class LedgerCheckpoint:
    """A channel's way to commit how far a send of several steps has come."""

    claimed: Claimed

    @property
    def value(self) -> Mapping[str, Any] | None:
        return self.claimed.checkpoint

    def save(self, value: Mapping[str, Any]) -> None:
        outbox.save_checkpoint(self.claimed, value)


def real_now() -> datetime:
    """The machine's own time, which leases, limits and receipts live by whatever `--now` says."""
    return datetime.now(UTC)


class Engine:
    """Sends what is due through `channels`, at most `width` parts at a time."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        owner: str,
        now: Callable[[], datetime],
        *,
        width: int = 16,
        patience: float = PATIENCE,
        progress: Callable[[int], None] = lambda _finished: None,
    ) -> None:
        self._channels = channels
        self._owner = owner
        self._now = now
        self._width = width
        self._patience = patience
        self._progress = progress
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Claim nothing more; what is in hand is finished."""
        self._stopping.set()

    def drain(self) -> int:
        """Send all that is due, waiting where only a rate limit stands in the way; returns how many tries."""
        tries = 0
        flying: dict[Future[Outcome], Claimed] = {}
        with ThreadPoolExecutor(self._width, thread_name_prefix="send") as pool:
            while True:
                finished = _finished(flying)
                claims = self._settle_and_claim(finished, Counter(c.channel for c in flying.values()))
                tries += len(finished)
                self._progress(len(finished))
                flying |= {pool.submit(self._send, claimed): claimed for claimed in claims.rows}
                if flying:
                    continue
                wait_for = (claims.paced_until - real_now()).total_seconds() if claims.paced_until else None
                if wait_for is None or wait_for > self._patience or self._stopping.is_set():
                    return tries
                self._stopping.wait(max(0.0, wait_for))

    def _settle_and_claim(
        self, finished: Sequence[tuple[Claimed, Outcome]], flying: Counter[str]
    ) -> outbox.Claims:
        """Known outcomes outlive a database that is away for a while: tried until their leases end."""
        ends = time.monotonic() + outbox.LEASE.total_seconds() / 2
        while True:
            try:
                return self._commit(finished, flying)
            except OperationalError:
                if not finished or time.monotonic() > ends:
                    raise
                log.warning("the database does not take %d outcomes; they are kept", len(finished))
                time.sleep(NEWS)

    def _commit(self, finished: Sequence[tuple[Claimed, Outcome]], flying: Counter[str]) -> outbox.Claims:
        """One commit, and so one wait for the disk, confirms what has ended and takes what comes next."""
        now, real = self._now(), real_now()
        free = self._width - flying.total()
        room = {channel: self._width - OTHERS - flying[channel] for channel in self._channels}
        with transaction.atomic():
            outbox.settle(finished, self._channels, now, real)
            if self._stopping.is_set():
                return outbox.Claims(())
            return outbox.claim(self._channels, self._owner, free, now=now, real_now=real, room=room)

    def _send(self, claimed: Claimed) -> Outcome:
        channel = self._channels[claimed.channel]
        try:
            outcome = channel.send(
                claimed.part, target=claimed.address, key=claimed.key, checkpoint=LedgerCheckpoint(claimed)
            )
        except DeliveryError as error:
            return error
        except Exception as error:
            # A channel's bug must not take the others down, and its outcome is truly unknown.
            log.exception("channel %s raised an error that is none of its own", claimed.channel)
            return Uncertain(f"Lỗi chưa lường trước ({type(error).__name__}): không rõ bài đã đến nơi chưa.")
        else:
            return outcome
        finally:
            connection.close()


def _finished(flying: dict[Future[Outcome], Claimed]) -> list[tuple[Claimed, Outcome]]:
    """Wait until some have ended, and a little for others; they fly no more."""
    done, _ = wait(flying, timeout=NEWS, return_when=FIRST_COMPLETED)
    done |= wait(flying, timeout=LINGER).done
    return [(flying.pop(future), future.result()) for future in done]
