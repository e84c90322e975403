"""What stands around the office: its agencies, Telegram and Zalo, and all that can go wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from demo.faults import Fault, Storm
from demo.month.agencies import Agency
from demo.month.clock import SharedClock
from demo.month.house import Bell
from demo.month.schedule import fitted
from demo.server import Reply, Request, StandIn
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from demo.zalo import ZaloStandIn

SOURCES = ("vpubnd", "stp", "skhcn", "snnmt")
KEYS = {
    "TELEGRAM_TOKEN": "123456:loa-month",
    "ZALO_SECRET": "loa-month-secret",
    "ZALO_BOT_TOKEN": "1:loa-month",
    "LOA_KEY": "a-key-of-this-month-alone-0123456789abcdef",
}
REFRESH = "loa-demo-refresh"
"""What opens the Official Account the first time."""
STORM = (
    "reset-before-accepting", "reset-after-accepting", "500-before-accepting", "500-after-accepting",
    "silence-before-accepting", "silence-after-accepting", "block-page", "too-many", "drip",
)  # fmt: skip
READING = ("reset-before-accepting", "500-before-accepting", "silence-before-accepting", "too-many")
RATE, SECONDS = 0.04, 0.2
_COVER = Path(__file__).parents[2] / "web/static/cover.png"


class _Web(StandIn):
    """The office's public address, where Zalo fetches the picture that stands for an article without one."""

    def answer(self, request: Request) -> Reply:  # noqa: ARG002
        return Reply(_COVER.read_bytes(), content_type="image/png")


class _Telegram(TelegramStandIn):
    """Rings the bell at every request that it takes."""

    def __init__(self, bell: Bell, **given: Any) -> None:
        super().__init__(**given)
        self._bell = bell

    def handle(self, request: Request) -> Reply:
        self._bell.ring()
        return super().handle(request)


class _Zalo(ZaloStandIn):
    """The same."""

    def __init__(self, bell: Bell, **given: Any) -> None:
        super().__init__(**given)
        self._bell = bell

    def handle(self, request: Request) -> Reply:
        self._bell.ring()
        return super().handle(request)


class Town:
    """All services on the month's clock, open for as long as the `with` block lasts."""

    def __init__(self, clock: SharedClock) -> None:
        self.bell = Bell()
        self.telegram = _Telegram(
            self.bell,
            token=KEYS["TELEGRAM_TOKEN"],
            chats=[Chat("@phutho"), Chat("-4001", type="group")],
            now=clock.seconds,
        )
        self.zalo = _Zalo(
            self.bell,
            secret=KEYS["ZALO_SECRET"],
            refresh_token=REFRESH,
            bot_token=KEYS["ZALO_BOT_TOKEN"],
            polls=0,
            now=clock.seconds,
        )
        self.agencies = {source: Agency(source, clock.now) for source in SOURCES}
        self._web = _Web()

    def __enter__(self) -> Self:
        self._open = ExitStack()
        for service in (self.telegram, self.zalo, self._web, *self.agencies.values()):
            self._open.enter_context(service)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def schedule(self) -> str:
        """The office's schedule.yaml, with the addresses of these services."""
        feeds = {source: agency.feed_url for source, agency in self.agencies.items()}
        return fitted(feeds, self.telegram.url, self.zalo.url, self._web.url)

    @property
    def published(self) -> int:
        """How many items have appeared."""
        return sum(len(agency.published) for agency in self.agencies.values())

    def storm(self, seed: int) -> None:
        """Every service fails now and then."""
        for at, service in enumerate((self.telegram, self.zalo)):
            service.faults.append(Storm(seed + at, RATE, STORM, SECONDS))
        for at, agency in enumerate(self.agencies.values()):
            agency.faults.append(Storm(seed + 10 + at, RATE, READING, SECONDS))

    def calm(self) -> None:
        """Nothing fails any more."""
        for service in (self.telegram, self.zalo, *self.agencies.values()):
            service.faults.clear()


def fault(
    service: StandIn, kind: str, *, seconds: float | None = None, only: str = "", times: int = 1
) -> Callable[[], None]:
    """What lets it happen to the next requests."""
    return lambda: service.faults.append(Fault(kind, seconds, only, times))


@contextmanager
def broken(agency: Agency) -> Iterator[None]:
    """It shows a page about maintenance in the place of its feed."""
    agency.broken = "maintenance.html"
    yield
    agency.broken = ""


@contextmanager
def failing(agency: Agency) -> Iterator[None]:
    """Its server has an error for whoever asks."""
    agency.faults.append(Storm(0, 1.0, ("500-before-accepting",)))
    yield
    agency.faults.clear()


@contextmanager
def slow(zalo: ZaloStandIn) -> Iterator[None]:
    """It is long at work on every article."""
    zalo.polls = 3
    yield
    zalo.polls = 0


@contextmanager
def unmounted(folder: Path) -> Iterator[None]:
    """The station's disk is gone, and comes back as it was."""
    away = folder.with_name("unmounted")
    folder.rename(away)
    folder.write_text("no folder")
    yield
    folder.unlink()
    away.rename(folder)
