"""An office whose loudspeakers have two bulletins a day."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from channels.portal import PortalChannel
from channels.radio.channel import RadioChannel
from channels.radio.reader import Reader
from pipeline import acts, run
from pipeline.bulletin.stage import Draft, broadcast
from pipeline.clock import Clock
from pipeline.models import Airing, Delivery
from pipeline.schedule import RouteSettings, RunSettings
from pipeline.service import Timekeeper
from tests.pipeline.day import Day, at, person

MORNING = RunSettings(id="sang", at=time(4, 30), job="bulletin", channel="loa", slot=time(5), minutes=5)
EVENING = MORNING.model_copy(update={"id": "chieu", "at": time(16, 30), "slot": time(17)})
SENTENCE = (
    "Ủy ban nhân dân xã {n} mời bà con đến nhận kết quả hồ sơ số {n} tại bộ phận một cửa vào buổi sáng."
)


class RadioDay(Day):
    """A day with a portal and a radio channel; what its feed says is on the air the next morning."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        radio = RadioChannel(
            "loa",
            folder / "radio",
            190,
            "Đài truyền thanh xã",
            bulletins=True,
            reader=Reader(190, longest=100),
        )
        channels = {"cong": PortalChannel("cong", "https://cong.example"), "loa": radio}
        object.__setattr__(self.office, "channels", MappingProxyType(channels))
        object.__setattr__(self.office.schedule, "runs", (MORNING, EVENING))
        self.routes(RouteSettings(channels=("cong", "loa")))
        self.radio = folder / "radio"
        self.hoa = person("hoa", "approver")

    def news(self, *guids: int, sentences: int = 4, more: str = "", published: str = "") -> None:
        """New items, no two of them alike, from now on in the feed."""
        for guid in guids:
            text = " ".join(SENTENCE.format(n=100 * guid + n) for n in range(sentences))
            self.says(str(guid), text, more=more)
            when = at(published) if published else self.now
            self.items[str(guid)] = self.items[str(guid)].replace(
                "Mon, 23 Nov 2026 07:00:00 +0700", f"{when:%a, %d %b %Y %H:%M:%S} +0700"
            )

    def emergency(self, guid: int) -> None:
        """One more item, granted as an emergency, with its script where the station looks."""
        self.news(guid, published="2026-11-22T08:00")
        self.publish()
        run.collect_sources(self.office, self.tools)
        run.advance(self.office)
        acts.approve(self.office, self.article(str(guid)).id, self.hoa, emergency=True)
        run.deliver(self.office, "here:1")

    def bulletin(self, airs_at: str, now: str = "") -> Draft:
        """Make it half an hour before, or `now`."""
        moment = at(airs_at)
        self.now = at(now) if now else moment - timedelta(minutes=30)
        settings = MORNING if moment.hour == 5 else EVENING
        assert broadcast(settings, moment - timedelta(minutes=30), moment.tzinfo) == moment  # type: ignore[arg-type]
        return run.bulletin(self.office, settings, moment)

    def clock(self) -> Clock:
        return Timekeeper(self.office, self.tools)._clock

    def heard(self, airs_at: str) -> list[tuple[str, str]]:
        """The guid and the errand of each item of a bulletin."""
        rows = Airing.objects.filter(bulletin__airs_at=at(airs_at)).order_by("position")
        return list(rows.values_list("article__guid", "errand"))

    def correct(self, guid: str, wrong: str, right: str) -> None:
        acts.correct(self.office, self.article(guid).id, self.hoa, [(wrong, right)], "số liệu sai")
        run.deliver(self.office, "here:1")

    def withdraw(self, guid: str) -> None:
        acts.withdraw(self.office, self.article(guid).id, self.hoa, "đăng nhầm")
        run.deliver(self.office, "here:1")

    def files(self) -> dict[str, bytes]:
        """Everything in the radio's folder, by name."""
        return {
            str(path.relative_to(self.radio)): path.read_bytes()
            for path in sorted(self.radio.rglob("*"))
            if path.is_file()
        }


def dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def sent() -> int:
    return Delivery.objects.filter(channel="loa", state="sent").count()


@pytest.fixture
def town(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> RadioDay:
    # Pages for announcers take long to draw, and say what the text says.
    monkeypatch.setattr("channels.radio.paper._pages", lambda *_: iter(()))
    return RadioDay(tmp_path)


@pytest.fixture
def ours(town: RadioDay) -> Clock:
    """The town's clock, which has looked at 16:00, when one item waits for the evening's bulletin."""
    town.news(1)
    town.once("2026-11-23T16:00")
    clock = town.clock()
    clock.look()
    return clock
