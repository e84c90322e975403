"""The officers of the month: they review, correct, withdraw, look what became of doubts, mend and resume."""

from __future__ import annotations

import random
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from demo.month.articles import Item
from demo.month.house import House, Refused
from demo.month.readers import CHANNEL, CORRECTION, NOTICE, POST, Seen, accepted, of, scripts
from demo.month.values import Row, Waiting
from demo.telegram import TelegramStandIn
from demo.zalo import ZaloStandIn

APPROVE, HOLD, CORRECT, WITHDRAW, EMERGENCY = "approve", "hold", "correct", "withdraw", "emergency"
SHOWS = {"post": {POST}, "correct": {POST, CORRECTION}, "withdraw": {NOTICE}}
"""What a delivery of each errand leaves at a service, where it is a message of its own."""
TRIES = 6
"""Of an authorisation, at a service that fails now and then."""


@dataclass(frozen=True)
class Act:
    """What an officer did; `at` is when it was begun."""

    at: datetime
    act: str
    number: int
    version: int
    who: str


class Officer:
    """All the officers together; `acts` is their diary."""

    def __init__(
        self,
        house: House,
        telegram: TelegramStandIn,
        zalo: ZaloStandIn,
        items: Mapping[int, Item],
        withheld: set[tuple[int, int]],
        chance: random.Random,
    ) -> None:
        """`withheld`: the wordings (item, number) that they will not have."""
        self._house, self._telegram, self._zalo = house, telegram, zalo
        self._items, self._withheld, self._chance = items, withheld, chance
        self.acts: list[Act] = []
        self.doubted: dict[tuple[str, int], str] = {}
        """(channel, item) of every delivery in doubt or refused that was shown to them, and why it was."""
        self.settled = 0
        self.paused: list[tuple[str, datetime, datetime]] = []
        """Each channel that waited for a person, from when to when."""

    def round(self) -> None:
        """All that waits for a person."""
        self._mend()
        self._settle()
        self._take_down()
        for waiting in self._house.ask("waiting"):
            self._decide(waiting)

    def correct_something(self) -> None:
        """An own correction of something that readers have."""
        if (item := self._published()) is None:
            return
        old, item.latest = item.version, item.latest + 1
        self._correct(item, old, item.latest)

    def withdraw_something(self) -> None:
        """Take something back that readers have."""
        if (item := self._published()) is not None:
            self._withdraw(item)

    def alarm(self, item: Item) -> bool:
        """Called out of bed: grant the emergency that an agency asks for; False where it has not come yet."""
        article, version, _ = self._house.ask("wording", item.number)
        if not article:
            return False
        self._note(EMERGENCY, item.number, version or item.version, "minh")
        self._house.ask("approve", article, "minh", "Khẩn cấp", True)
        return True

    def after_restore(self, snapshot: datetime) -> None:
        """As docs/how-to/restore.md says: what had gone out, then what was done since, then let go."""
        ask = self._house.ask
        for waiting in ask("waiting"):
            self._decide(waiting)
        self._settle()
        there = [row for row in ask("rows", "queued") if row.errand == "post" and self._is_there(row)]
        pauses = sorted({channel for channel, *_ in ask("pauses")}, key=lambda channel: channel != "cong")
        for channel in pauses:
            rows = [row for row in there if row.channel == channel != "loa"]
            for row in rows:
                self.doubted[channel, row.number] = "already sent when the disk was lost; nobody knows what"
            if rows:
                ask("already_sent", channel, [row.id for row in rows], "vanhanh")
        for act in [act for act in self.acts if act.at >= snapshot]:
            self._again(act)
        for row in ask("rows", "queued"):
            if row.channel == "loa":
                # Scripts are written again, but not beside those that the lost office wrote.
                self._remove_scripts(row)
        for channel in pauses:
            ask("resume", channel, "vanhanh")

    def _again(self, act: Act) -> None:
        """Do what the backup knows nothing of."""
        with suppress(Refused):
            if act.act == WITHDRAW:
                self._house.ask("withdraw", act.number, "minh", "Bài có nội dung chưa chính xác.")
            elif act.act == CORRECT and (old := self._house.ask("wording", act.number)[1]) < act.version:
                self._correct(self._items[act.number], old, act.version)

    # What waits for them

    def _mend(self) -> None:
        for channel, reason, since in self._house.ask("pauses"):
            self.paused.append((channel, since, self._house.clock.now()))
            if "Khôi phục" in reason:
                continue
            if channel == "zalo" and not self._authorize():
                continue
            self._house.ask("resume", channel, "vanhanh")

    def _authorize(self) -> bool:
        for _ in range(TRIES):
            try:
                self._house.ask("authorize", self._zalo.consent())
            except Refused:
                continue
            return True
        return False

    def _settle(self) -> None:
        for row in self._house.ask("rows", "uncertain", "failed"):
            self.doubted[row.channel, row.number] = f"{row.state}: {row.error}"
            if row.state == "failed" and (row.errand == "withdraw" or "Hết hiệu lực" in row.error):
                continue
            if row.channel.startswith("zalo") and not self._zalo_answers():
                continue
            self._say(row, "sent" if self._is_there(row) else "resend")

    def _say(self, row: Row, word: str) -> None:
        try:
            self._house.ask("resolve", row.id, "lan", word, self._address(row) if word == "sent" else "")
        except Refused as refusal:
            if word != "resend" or "xin xem lại sau" in str(refusal):
                return
            with suppress(Refused):
                self._house.ask("resolve", row.id, "lan", "drop", "")
        self.settled += 1

    def _zalo_answers(self) -> bool:
        """Whether its pages can be looked at; looking also shows what it was still at work on."""
        try:
            with urllib.request.urlopen(f"{self._zalo.url}/_truth", timeout=20):
                return True
        except OSError:
            return False

    def _there(self, row: Row) -> list[Seen]:
        seen = accepted(self._telegram, self._zalo)
        if row.channel == "loa":
            seen = list(scripts(self._radio, self._house.clock.now()))
        return [
            one
            for one in of(row.number, seen)
            if (one.channel, one.version, one.part) == (row.channel, row.version, row.part)
            and one.act in SHOWS[row.errand]
        ]

    def _is_there(self, row: Row) -> bool:
        """Whether readers have it; what may be done twice without harm, and our own web, is let go."""
        harmless = row.method in ("editMessageText", "deleteMessage", "update", "remove")
        return not harmless and bool(self._there(row))

    def _address(self, row: Row) -> str:
        there = self._there(row)
        return f"https://t.me/phutho/{there[-1].ref}" if there and row.channel == CHANNEL else ""

    @property
    def _radio(self) -> Path:
        return self._house.folder / "radio"

    def _take_down(self) -> None:
        for row in self._house.ask("to_take_down"):
            self.doubted[row.channel, row.number] = "must be taken down by hand"
            if row.channel == "zalo":
                self._zalo.take_down(f"Tin số {row.number}, ")
            elif row.channel == "loa":
                self._remove_scripts(row)
            with suppress(Refused):
                self._house.ask("taken_down", row.id, "lan")

    def _remove_scripts(self, row: Row) -> None:
        for one in self._there(row):
            next(self._radio.rglob(one.ref)).unlink()

    def _decide(self, waiting: Waiting) -> None:
        if (waiting.number, waiting.version) in self._withheld:
            self._note(HOLD, waiting.number, waiting.version, "minh")
            self._house.ask("hold", waiting.article, "minh", "Chưa rõ căn cứ, chờ cơ quan giải trình.")
            return
        for who in ("minh", "hoa"):
            if who in waiting.agreed:
                continue
            self._note(APPROVE, waiting.number, waiting.version, who)
            with suppress(Refused):
                if not self._house.ask("approve", waiting.article, who, "Cơ quan đã sửa số liệu.", False):
                    return

    # What they do of themselves

    def _published(self) -> Item | None:
        """Something of the last two days whose only wording its readers have."""
        now = self._house.clock.now()
        found = [
            item
            for item in self._items.values()
            if timedelta(hours=2) < now - item.at < timedelta(hours=50)
            and item.approved
            and item.latest == 1
            and not (item.critical or item.withdrawn or item.expires or item.embargo or item.urgent)
            and not any(act.number == item.number for act in self.acts)
        ]
        self._chance.shuffle(found)
        for item in found:
            _, version, state = self._house.ask("wording", item.number)
            if version == 1 and state == "approved":
                return item
        return None

    def _correct(self, item: Item, old: int, new: int) -> None:
        self._note(CORRECT, item.number, new, "minh")
        change = (f"số {item.number}, bản {old}", f"số {item.number}, bản {new}")
        try:
            self._house.ask("correct", item.number, "minh", [change], "Số liệu công bố chưa đúng.")
        except Refused as refusal:
            # It was done, if the office was killed before it could say so.
            if self._house.ask("wording", item.number)[1] != new:
                raise RuntimeError(f"item {item.number} cannot be corrected: {refusal}") from None

    def _withdraw(self, item: Item) -> None:
        self._note(WITHDRAW, item.number, item.latest, "minh")
        try:
            self._house.ask("withdraw", item.number, "minh", "Bài có nội dung chưa chính xác.")
        except Refused as refusal:
            if self._house.ask("wording", item.number)[2] != "withdrawn":
                raise RuntimeError(f"item {item.number} cannot be withdrawn: {refusal}") from None

    def _note(self, act: str, number: int, version: int, who: str) -> None:
        self.acts.append(Act(self._house.clock.now(), act, number, version, who))
