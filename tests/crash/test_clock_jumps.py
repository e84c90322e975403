"""The machine's clock jumps, before or during a run: nothing goes out twice, nothing stays behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from demo.faults import Fault
from demo.telegram import TelegramStandIn
from tests.crash.chaos import LONG
from tests.crash.office import Folder, ended, kill
from tests.crash.test_service import wait_for
from tests.crash.town import NOW, STARTED

HOUR, YEAR = 3600.0, 365 * 86400.0


class Jumpy(Folder):
    """An office on a machine whose clock can be set; all its channels keep to a rate."""

    def __init__(self, path: Path, telegram: TelegramStandIn) -> None:
        super().__init__(path, telegram.url)
        schedule = path / "schedule.yaml"
        schedule.write_text(schedule.read_text().replace("limits: none", "limits: {chat: 20/1s}"))
        self.telegram, self._clock = telegram, path / "clock"
        self.jump(0)

    def jump(self, seconds: float) -> None:
        """The clock is wrong by so many seconds from now on; whole or not at all, as clocks are set."""
        new = self._clock.with_name("new-clock")
        new.write_text(str(seconds))
        new.rename(self._clock)

    @property
    def by(self) -> tuple[str, ...]:
        return ("tests.crash.clock", str(self._clock))

    def once(self) -> None:
        self.run("once", "--now", NOW, by=self.by)

    @contextmanager
    def service(self) -> Iterator[Popen[str]]:
        """`loa run`, which must end in order when the block does."""
        with self.start("run", "--bind", "127.0.0.1:0", "--now", NOW, by=self.by) as service:
            try:
                # Its day begins by the clock that it was started under.
                assert service.stdout is not None
                assert "Loa runs" in service.stdout.readline()
                yield service
            finally:
                err = ended(service, STARTED)
        assert "Traceback" not in err

    def has_read_next_year(self) -> bool:
        return str(self.ask("SELECT last_fetch FROM pipeline_source")[0][0]) >= "2027"

    def all_sent(self) -> bool:
        rows = self.ask("SELECT state, count(*) FROM pipeline_delivery GROUP BY state")
        return rows == [("sent", 3 * self.items)]

    def is_whole(self) -> bool:
        return self.all_sent() and len(self.telegram.shown()) == self.items


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Jumpy]:
    with TelegramStandIn(chats=["@phutho"], limits=False) as telegram:
        yield Jumpy(tmp_path, telegram)


def test_a_year_ahead_for_one_run_and_then_right_again(office: Jumpy) -> None:
    office.jump(YEAR)
    office.publish(2)
    # One refusal leaves a back-off that ends next year.
    office.telegram.faults.append(Fault("too-many", seconds=30))
    office.once()
    assert not office.is_whole()
    office.jump(0)
    office.publish(1)
    office.once()
    assert office.is_whole()
    assert "holds" in office.run("audit", "verify")


def test_what_died_in_next_year_is_taken_over_at_once(office: Jumpy) -> None:
    office.jump(YEAR)
    office.publish(1)
    office.telegram.faults.append(Fault("silence-after-accepting"))
    with office.start("once", "--now", NOW, by=office.by) as process:
        while not office.telegram.shown() and process.poll() is None:
            time.sleep(0.01)
        kill(process)
    office.jump(-HOUR)
    office.publish(1)
    office.once()
    rows = sorted(office.ask("SELECT state, count(*) FROM pipeline_delivery GROUP BY state"))
    assert rows == [("sent", 5), ("uncertain", 1)]
    assert len(office.telegram.shown()) == 2


@pytest.mark.skipif(not LONG, reason="LOA_LONG=1 (make chaos) runs it")
def test_a_service_whose_clock_jumps_there_and_back(office: Jumpy) -> None:
    office.publish(1)
    office.once()
    with office.service():
        office.jump(YEAR)
        wait_for("a reading next year", office.has_read_next_year)
        for wrong in (0.0, -HOUR, 0.0):
            office.jump(wrong)
            office.publish(1)
            wait_for(f"message at {wrong:+.0f} s", lambda: len(office.telegram.shown()) == office.items)
        wait_for("confirmations", office.all_sent)
    assert office.is_whole()
    assert "holds" in office.run("audit", "verify")
