"""The engine on one machine: one thread claims and settles, a few threads send."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from channels.base import Channel, DeliveryError, Uncertain
from pipeline.deliver import outbox
from pipeline.deliver.classify import Outcome
from pipeline.deliver.outbox import Claimed

log = logging.getLogger(__name__)

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
        width: int = 8,
        progress: Callable[[int], None] = lambda _finished: None,
    ) -> None:
        self._channels = channels
        self._owner = owner
        self._now = now
        self._width = width
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
                claims = self._settle_and_claim(finished, self._width - len(flying))
                tries += len(finished)
                self._progress(len(finished))
                flying |= {pool.submit(self._send, claimed): claimed for claimed in claims.rows}
                if flying:
                    continue
                if claims.paced_until is None or self._stopping.is_set():
                    return tries
                self._stopping.wait(max(0.0, (claims.paced_until - real_now()).total_seconds()))

    def _settle_and_claim(self, finished: Sequence[tuple[Claimed, Outcome]], free: int) -> outbox.Claims:
        """One commit, and so one wait for the disk, confirms what has ended and takes what comes next."""
        now, real = self._now(), real_now()
        with transaction.atomic():
            outbox.settle(finished, self._channels, now, real)
            if self._stopping.is_set():
                return outbox.Claims(())
            return outbox.claim(self._channels, self._owner, free, now=now, real_now=real)

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
    done, _ = wait(flying, return_when=FIRST_COMPLETED)
    done |= wait(flying, timeout=LINGER).done
    return [(flying.pop(future), future.result()) for future in done]
