"""The engine on one machine: one thread claims and settles, a few threads send."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from typing import Any

from django.db import OperationalError, connection, transaction

from channels.base import Channel, DeliveryError, Receipt, Uncertain
from pipeline.audit import one_at_a_time
from pipeline.deliver import outbox
from pipeline.deliver.classify import Outcome
from pipeline.deliver.limits import AHEAD, LATE, give_back
from pipeline.deliver.values import Claimed, NotBegun

log = logging.getLogger(__name__)

OTHERS = 4
"""Places that one slow bot or account leaves to the others."""

PATIENCE = 60.0
"""Seconds without a receipt that a drain waits where only a limit or a short wait stands in the way."""

NEWS = 1.0
"""Seconds after which a drain looks for what has become due, although nothing in hand has ended."""

LINGER = 0.02
"""Seconds to wait for more finished sends, so that one transaction confirms several of them."""

GATHER = 0.1
"""The same while limits hold the rest back anyway."""


@dataclass
class LedgerCheckpoint:
    """A channel's way to commit how far a send of several steps has come."""

    claimed: Claimed

    @property
    def value(self) -> Mapping[str, Any] | None:
        return self.claimed.checkpoint

    def save(self, value: Mapping[str, Any]) -> None:
        """What the service has answered outlives a database that is away for a while."""
        ends = time.monotonic() + outbox.LEASE.total_seconds() / 2
        while True:
            try:
                return outbox.save_checkpoint(self.claimed, value)
            except OperationalError:
                if time.monotonic() > ends:
                    raise
                connection.close()
                time.sleep(NEWS)


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
        limited = {channel.account for channel in channels.values() if channel.limits}
        self._accounts = {channel.account: channel.account in limited for channel in channels.values()}
        """Each account, and whether any limit holds for it."""
        self._answered: set[str] = set()
        """The accounts that this process has heard from."""

    def stop(self) -> None:
        """Claim nothing more; what is in hand is finished."""
        self._stopping.set()

    def drain(self) -> int:
        """Send all that is due, waiting where only a limit stands in the way; returns how many tries."""
        tries = 0
        flying: dict[Future[Outcome], Claimed] = {}
        again = NEWS
        gives_up = time.monotonic() + self._patience
        with ThreadPoolExecutor(self._width, thread_name_prefix="send") as pool:
            while True:
                finished = _finished(flying, min(again, NEWS), GATHER if again < NEWS else LINGER)
                claims = self._settle_and_claim(finished, self._in_hand(flying.values()))
                tried = sum(not isinstance(outcome, NotBegun) for _, outcome in finished)
                tries += tried
                self._progress(tried)
                flying |= {pool.submit(self._send, claimed): claimed for claimed in claims.rows}
                if any(isinstance(outcome, Receipt) for _, outcome in finished):
                    gives_up = time.monotonic() + self._patience
                again = _seconds_until(claims.paced_until)
                if flying:
                    continue
                if time.monotonic() + again > gives_up or self._stopping.is_set():
                    return tries
                self._stopping.wait(min(again, NEWS))

    def _in_hand(self, flying: Iterable[Claimed]) -> Counter[str]:
        """How many sends each account has in hand."""
        return Counter(self._channels[claimed.channel].account for claimed in flying)

    def _settle_and_claim(
        self, finished: Sequence[tuple[Claimed, Outcome]], flying: Counter[str]
    ) -> outbox.Claims:
        """Known outcomes outlive a database that is away for a while: tried until their leases end."""
        ends = time.monotonic() + outbox.LEASE.total_seconds() / 2
        while True:
            try:
                return self._commit(finished, flying)
            except OperationalError:
                if not (finished or flying) or time.monotonic() > ends:
                    raise
                log.warning(
                    "the database is away; what %d sends came to is kept", len(finished) + flying.total()
                )
                time.sleep(NEWS)

    def _commit(self, finished: Sequence[tuple[Claimed, Outcome]], flying: Counter[str]) -> outbox.Claims:
        """One commit, and so one wait for the disk, confirms what has ended and takes what comes next."""
        free = self._width - flying.total()
        tried = (claimed for claimed, outcome in finished if not isinstance(outcome, NotBegun))
        self._answered |= self._in_hand(tried).keys()
        with transaction.atomic():
            outbox.settle(finished, self._channels, self._now(), real_now())
            if self._stopping.is_set():
                return outbox.Claims(())
            # A slot is counted from when the others' claims are done, not from when we began to wait.
            one_at_a_time(2)
            give_back(self._channels, (c for c, outcome in finished if isinstance(outcome, NotBegun)))
            return outbox.claim(
                self._channels,
                self._owner,
                free,
                now=self._now(),
                real_now=real_now(),
                room=self._room(flying),
            )

    def _room(self, flying: Counter[str]) -> dict[str, int]:
        """How many more sends each account may have in hand.

        A bot's first send loads libraries and connects: until it is over, what followed it would only gather
        behind it, and then leave all at once.
        """
        return {
            account: (1 if limited and account not in self._answered else self._width - OTHERS)
            - flying[account]
            for account, limited in self._accounts.items()
        }

    def _send(self, claimed: Claimed) -> Outcome:
        channel = self._channels[claimed.channel]
        if claimed.starts_at and not self._its_time(claimed.starts_at):
            return NotBegun()
        try:
            outcome = channel.send(
                claimed.part,
                target=claimed.address,
                key=claimed.key,
                checkpoint=LedgerCheckpoint(claimed),
                standing=claimed.standing,
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

    def _its_time(self, slot: datetime) -> bool:
        """Wait for the slot; False where it was missed, the clock has jumped, or we must stop."""
        if self._stopping.wait(min(_seconds_until(slot), AHEAD)):
            return False
        return abs((real_now() - slot).total_seconds()) <= LATE


def _finished(
    flying: dict[Future[Outcome], Claimed], seconds: float, linger: float
) -> list[tuple[Claimed, Outcome]]:
    """Wait up to `seconds` until some have ended, and `linger` for others; they fly no more."""
    done, _ = wait(flying, timeout=seconds, return_when=FIRST_COMPLETED)
    done |= wait(flying, timeout=linger).done
    return [(flying.pop(future), future.result()) for future in done]


def _seconds_until(moment: datetime | None) -> float:
    return max(0.0, (moment - real_now()).total_seconds()) if moment else inf
