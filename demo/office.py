"""`loa demo`: a whole office on this machine, from the agencies' feeds to one page that shows the day."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from demo.agencies import Agencies
from demo.running import Running, RunTrouble
from demo.telegram import TelegramStandIn
from demo.telegram_rules import Chat
from demo.zalo import ZaloStandIn

if TYPE_CHECKING:
    from pipeline.office import Office

SCHEDULE = Path(__file__).with_name("schedule.yaml")
"""The shipped configuration, which is the demo office's."""
FOLDER = Path("var/demo")

OFFICE_TIME = timezone(timedelta(hours=7))
FIRST_DAY = datetime(2026, 11, 23, 7, 55, tzinfo=OFFICE_TIME)
SECOND_DAY = datetime(2026, 11, 24, 8, 15, tzinfo=OFFICE_TIME)
"""When the demo's clock begins, and where it is put for the agencies' second reading."""

PEOPLE = {
    "minh": ("approver", ""),
    "hoa": ("approver", ""),
    "lan": ("editor", ""),
    "tuphap": ("contributor", "Sở Tư pháp"),
    "vanhanh": ("operator", ""),
    "quantri": ("administrator", ""),
    "thanhtra": ("auditor", ""),
    "baochi": ("press", ""),
}
"""The demo's people: for each name a role, and the agency it is for; empty: the whole office."""
_PORTS = _OFFICE, _PAGE, _TELEGRAM, _ZALO, _AGENCIES = 8000, 8001, 8081, 8082, 8099
"""The ports that schedule.yaml names; with another --port all of them follow."""
_SLOWEST_BULLETIN = 60.0  # seconds
_MARK = "loa-demo.json"
_OURS = {_MARK, "schedule.yaml", "loa.log", "var"}


class DemoTrouble(click.ClickException):
    """Why the demo cannot be played; said in one sentence, exit code 1."""


def play(data: Path | None, port: int, browser: bool) -> None:
    """Play the demo office until Ctrl+C or SIGTERM; raises `DemoTrouble`.

    `data` is the folder that everything is written to, by default var/demo here, emptied at the start;
    `port` is the office's. Whoever listens already keeps their port: the demo takes a free one instead.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as opened, _said():
        folder = opened.enter_context(own_folder((data or FOLDER).expanduser().resolve()))
        ports = free_ports(port)
        running = Running(folder, ports[_OFFICE])
        keys, refresh, password = new_keys(), secrets.token_urlsafe(12), secrets.token_urlsafe(9)

        click.echo("1/4  Sample agencies, and stand-ins for Telegram and Zalo …")
        agencies, telegram, zalo = stand_ins(opened, ports, keys, refresh, running.seconds)

        click.echo(f"2/4  The office's folder {folder}, its people and its right to post to Zalo …")
        (folder / "schedule.yaml").write_text(fitted(SCHEDULE.read_text(), ports))
        enter_environment(keys)
        office = set_up(folder, password, refresh)

        click.echo("3/4  The office itself (loa run) …")
        opened.callback(running.stop)
        running.start(FIRST_DAY)

        from demo.day import Cast, DayPage

        def next_day() -> None:
            running.stop()
            _pass_the_bulletins(office, running, stop)
            agencies.day = 2
            running.start(SECOND_DAY)

        cast = Cast(
            office=office,
            telegram=telegram.url,
            zalo=zalo.url,
            address=running.address,
            now=running.now,
            people=PEOPLE,
            password=password,
            next_day=next_day,
        )
        page = opened.enter_context(DayPage(ports[_PAGE], cast))
        click.echo("4/4  The page of the day …\n")
        click.echo(f"  The day:    {page.url}/")
        click.echo(f"  The office: {running.address}/  ·  console: {running.address}/console/")
        click.echo(f"  Sign in as {', '.join(PEOPLE)} with the password {password}")
        click.echo(f"\n  Its clock began at {FIRST_DAY:%Y-%m-%d %H:%M} (+07:00). Ctrl+C ends it.")
        if port != ports[_OFFICE]:
            click.echo(f"  Port {port} is taken; the office has {ports[_OFFICE]} instead.")
        if browser and _has_display():
            webbrowser.open(page.url)
        while not stop.wait(0.5):
            running.must_be_alive()
        click.echo("\nEnding: the office finishes what is in hand …")


def _pass_the_bulletins(office: Office, running: Running, stop: threading.Event) -> None:
    """Go by each hour of a bulletin between the two mornings, so that the office's own clock makes it."""
    from pipeline.clock import firings
    from pipeline.models import Tick, TickState

    due = sorted(
        (fires, settings.id)
        for settings in office.schedule.runs
        if settings.job == "bulletin"
        for fires in firings(settings, office, FIRST_DAY, SECOND_DAY)
    )
    for fires, run in due:
        running.start(fires)
        made = Tick.objects.filter(run=run, scheduled_for=fires).exclude(state=TickState.RUNNING)
        ends = time.monotonic() + _SLOWEST_BULLETIN
        while not made.exists() and time.monotonic() < ends and not stop.wait(0.2):
            pass
        running.stop()


def new_keys() -> dict[str, str]:
    """What the demo's schedule.yaml reads from the environment, made up."""
    return {
        "TELEGRAM_TOKEN": f"123456:{secrets.token_hex(8)}",
        "ZALO_SECRET": secrets.token_urlsafe(12),
        "ZALO_BOT_TOKEN": f"1:{secrets.token_hex(8)}",
        "LOA_KEY": secrets.token_urlsafe(32),
    }


def stand_ins(
    opened: ExitStack,
    ports: Mapping[int, int],
    keys: Mapping[str, str],
    refresh: str,
    now: Callable[[], float],
) -> tuple[Agencies, TelegramStandIn, ZaloStandIn]:
    """The agencies and the services, up for as long as `opened`; `now` is seconds since 1970."""
    chats = [Chat("@phutho", title="Tin tỉnh Phú Thọ"), Chat("1001", "private", "Cán bộ trực")]
    telegram = TelegramStandIn(ports[_TELEGRAM], keys["TELEGRAM_TOKEN"], chats, now=now)
    zalo = ZaloStandIn(
        ports[_ZALO],
        secret=keys["ZALO_SECRET"],
        refresh_token=refresh,
        bot_token=keys["ZALO_BOT_TOKEN"],
        polls=1,
        now=now,
    )
    return (
        opened.enter_context(Agencies(ports[_AGENCIES])),
        opened.enter_context(telegram),
        opened.enter_context(zalo),
    )


def free_ports(office: int) -> dict[int, int]:
    """For each port that schedule.yaml names a free one, near to the office's where that can be."""
    return {usual: free_port(usual - _OFFICE + office) for usual in _PORTS}


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except RunTrouble as trouble:
        raise DemoTrouble(str(trouble)) from None


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """`folder`, empty and ours alone; raises `DemoTrouble` where it holds what no demo has made."""
    mark = folder / _MARK
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    strange = found - _OURS if _MARK in found else found
    if strange or (folder.exists() and not folder.is_dir()):
        what = f"holds {min(strange)}" if strange else "is a file"
        raise DemoTrouble(f"{folder} {what}, which no demo made: choose another: loa --data FOLDER demo")
    folder.mkdir(parents=True, exist_ok=True)
    with mark.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoTrouble(f"A demo is playing in {folder} already.") from None
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != mark:
                path.unlink()
        lock.truncate(0)
        json.dump({"what": "A folder of `loa demo`; everything in it is sample data."}, lock)
        lock.flush()
        yield folder


def free_port(wanted: int) -> int:
    """`wanted` where nobody listens on it, else any free port of this machine."""
    for port in (wanted, 0):
        with socket.socket() as door, contextlib.suppress(OSError, OverflowError):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", port))
            found: int = door.getsockname()[1]
            return found
    raise DemoTrouble("This machine has no free port.")


def fitted(schedule: str, ports: Mapping[int, int]) -> str:
    """The shipped schedule with its ports on loopback exchanged; everything else stays to the letter."""
    return re.sub(
        r"(?<=127\.0\.0\.1:)\d+\b", lambda port: str(ports.get(int(port[0]), int(port[0]))), schedule
    )


def enter_environment(keys: Mapping[str, str]) -> None:
    """From here on this process and its children know the demo's secrets, and nothing of a real office."""
    for name in [*(name for name in os.environ if name.startswith("LOA_")), "DATABASE_URL"]:
        os.environ.pop(name, None)
    # A proxy from the environment must not come between us and this machine's own addresses.
    os.environ |= {**keys, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def set_up(folder: Path, password: str, refresh: str) -> Office:
    """A new office in `folder`, with its people, and with the Zalo account authorised."""
    from pipeline.cli.session import Options, enter

    office = enter(Options(schedule=folder / "schedule.yaml", data=folder / "var", now=FIRST_DAY))
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from channels.zalo import ZaloOaChannel
    from pipeline.models import Appointment

    hashed = make_password(password)
    for name, (role, agency) in PEOPLE.items():
        user = User.objects.create(username=name, password=hashed)
        Appointment.objects.create(user=user, role=role, agency=agency)
    for channel in office.channels.values():
        if isinstance(channel, ZaloOaChannel):
            channel.tokens.authorize(refresh=refresh)
    return office


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
