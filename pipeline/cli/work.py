"""`loa check, once, run, web, clock, worker, collect, demo`: the commands that do the day's work."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from types import FrameType
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import as_json, office_options
from pipeline.cli.session import Mistakes, Options, copy_of, data_folder, enter, read_schedule

if TYPE_CHECKING:
    from pipeline.collect.stage import Collected, Tools
    from pipeline.office import Office
    from pipeline.service import Part, Web


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    for command in (check, once, run, web, clock, worker, collect, demo):
        loa.add_command(command)


@click.command()
@office_options
@as_json
@click.pass_obj
def check(options: Options, json_: bool) -> None:
    """Read schedule.yaml and say everything that is wrong with it, with line, column and mend."""
    try:
        schedule, warnings = read_schedule(options)
    except Mistakes as mistakes:
        if json_:
            click.echo(json.dumps({"ok": False, "mistakes": [str(m) for m in mistakes.problems]}))
        raise
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    counts = {name: len(getattr(schedule, name)) for name in ("sources", "channels", "routes", "runs")}
    if json_:
        click.echo(json.dumps({"ok": True, "warnings": [str(w) for w in warnings], **counts}))
    else:
        click.echo(f"{schedule.path}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


@click.command()
@office_options
@click.option("--dry-run", is_flag=True, help="On a copy: say what would go out, send nothing.")
@click.pass_obj
def once(options: Options, dry_run: bool) -> None:
    """Read all sources, do all that is due, exit."""
    if dry_run:
        _rehearse(options)
        return
    office = enter(options)
    from pipeline import run as stages

    with at_work(office) as (tools, owner), _progress() as progress:
        collected = stages.once(office, tools, owner, progress=progress)
    _say_collected(collected)
    _say_day(office)
    options.open.close()


def _rehearse(options: Options) -> None:
    schedule, _ = read_schedule(options)
    with copy_of(data_folder(options, schedule)) as scratch:
        office = enter(replace(options, data=scratch), any_folder=True)
        from pipeline import run as stages

        with at_work(office) as (tools, _), _progress() as progress:
            collected = stages.collect_sources(office, tools, progress=progress)
            stages.advance(office, progress)
        _say_collected(collected)
        _say_day(office)
        from pipeline.models import Delivery

        for row in (
            Delivery.objects.filter(state="queued").select_related("revision").order_by("due_at", "id")
        ):
            due = row.due_at.astimezone(office.schedule.office.zone)
            click.echo(f"{due:%Y-%m-%d %H:%M}  {row.channel:16} {row.part}/{row.parts}  {row.revision.title}")
        office.close()


_bind = click.option(
    "--bind",
    default="127.0.0.1:8000",
    show_default=True,
    metavar="HOST:PORT",
    callback=lambda _ctx, _option, value: _host_and_port(value),
)


def _host_and_port(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not port.isdecimal() or int(port) > 65535 or not host:
        raise click.UsageError(f"--bind {bind}: write HOST:PORT, such as 127.0.0.1:8000")
    return host, int(port)


@click.command()
@office_options
@_bind
@click.pass_obj
def run(options: Options, bind: tuple[str, int]) -> None:
    """Clock, workers and web, until SIGTERM; what is in hand is finished first."""
    office = enter(options, running=True)
    from pipeline.service import Courier, Timekeeper

    web = _web(*bind)
    with at_work(office) as (tools, owner):
        says = f"Loa runs at {web.address} (console: {web.address}/console/). Ctrl+C ends it."
        _until_stopped(says, Timekeeper(office, tools), Courier(office, owner), web)
    options.open.close()


@click.command()
@office_options
@_bind
@click.pass_obj
def web(options: Options, bind: tuple[str, int]) -> None:
    """Of several machines: console, portal and press, until SIGTERM."""
    _enter_cluster(options)
    web = _web(*bind)
    _until_stopped(f"Loa's web is at {web.address} (console: {web.address}/console/).", web)
    options.open.close()


@click.command()
@office_options
@click.pass_obj
def clock(options: Options) -> None:
    """Of several machines: sources, review and runs, until SIGTERM; of several clocks one acts."""
    office = _enter_cluster(options)
    from pipeline.leader import Leadership
    from pipeline.service import Timekeeper

    with _reading(office) as tools:
        _until_stopped("Loa's clock is on.", Timekeeper(office, tools, Leadership()))
    options.open.close()


@click.command()
@office_options
@click.option(
    "--width",
    type=click.IntRange(8, 64),
    default=16,
    show_default=True,
    help="Parts that are sent at once.",
)
@click.pass_obj
def worker(options: Options, width: int) -> None:
    """Of several machines: deliver what is due, until SIGTERM; what is in hand is finished first."""
    office = _enter_cluster(options)
    from pipeline.deliver.presence import presence
    from pipeline.service import Courier

    with presence(office.data / "workers") as owner:
        _until_stopped(f"Loa's worker {owner} is on.", Courier(office, owner, width=width, woken=True))
    options.open.close()


def _enter_cluster(options: Options) -> Office:
    """Like `enter`, where the database and the libraries are such that machines can share an office."""
    command = click.get_current_context().command_path
    if not os.environ.get("DATABASE_URL"):
        raise click.ClickException(
            f"{command}: several machines share a PostgreSQL: set DATABASE_URL=postgresql://USER:PASSWORD@HOST/NAME"
            " (on SQLite `loa run` does it all)."
        )
    if find_spec("psycopg") is None or find_spec("procrastinate") is None:
        raise click.ClickException(f"{command}: its libraries are missing: pip install 'loa[cluster]'")
    return enter(options, running=True)


def _web(host: str, port: int) -> Web:
    from pipeline.service import Web

    try:
        return Web(host, port)
    except OSError as error:
        raise click.ClickException(f"--bind {host}:{port}: {error.strerror}") from None


_LOOK_EVERY = 1.0
"""Seconds between two looks at whether a signal came."""


def _until_stopped(says: str, *parts: Part) -> None:
    """Let these parts work until SIGTERM or Ctrl+C, then finish what is in hand."""
    from pipeline.service import Service

    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    service = Service(*parts)
    service.start()
    try:
        click.echo(says)
        # A signal that another thread hears would not wake a wait without an end.
        while not stop.wait(_LOOK_EVERY):
            pass
        click.echo("Finishing what is in hand …")
    finally:
        service.stop()


@click.command()
@office_options
@click.argument("sources", nargs=-1)
@click.pass_obj
def collect(options: Options, sources: tuple[str, ...]) -> None:
    """Read these sources (by default all) and review what they bring; send nothing."""
    office = enter(options)
    known = {source.id for source in office.schedule.sources}
    if unknown := sorted(set(sources) - known):
        raise click.ClickException(
            f"no such source: {', '.join(unknown)} (known: {', '.join(sorted(known))})"
        )
    from pipeline import run as stages

    with at_work(office) as (tools, _), _progress() as progress:
        collected = stages.collect_sources(office, tools, sources, progress)
        stages.advance(office, progress)
    _say_collected(collected)
    options.open.close()


@click.command()
@click.option("--port", default=8000, show_default=True, help="Where the office's web is; stand-ins follow.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.pass_obj
def demo(options: Options, port: int, no_browser: bool) -> None:
    """A whole office on this machine: agencies, stand-ins for Telegram and Zalo, and one page of the day."""
    from demo.office import play

    play(options.data, port, browser=not no_browser)


@contextmanager
def at_work(office: Office) -> Iterator[tuple[Tools, str]]:
    """The tools of collecting and this worker's presence, for as long as the block runs."""
    from pipeline.deliver.presence import presence

    with _reading(office) as tools, presence(office.data / "workers") as owner:
        yield tools, owner


@contextmanager
def _reading(office: Office) -> Iterator[Tools]:
    """The tools of collecting, for as long as the block runs."""
    from pipeline.collect.fetch import Fetcher
    from pipeline.collect.sandbox import Sandbox
    from pipeline.collect.stage import Tools
    from pipeline.review.checks.near import similarity

    # What was imported stays, and rows die young: the collector need not walk through all of it so often.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    with Fetcher(contact=office.schedule.office.base_url) as fetcher, Sandbox() as sandbox:
        yield Tools(fetcher, sandbox, office.pictures, similarity)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A line on a terminal that says how far each stage has come; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _of: None
        return
    words = {"collect": "reading sources", "review": "reviewing", "deliver": "delivering"}
    lock = threading.Lock()

    def show(stage: str, done: int, of: int) -> None:
        with lock:
            filled = round(20 * done / max(of, 1))
            bar = "█" * filled + "░" * (20 - filled)
            click.echo(f"\r\033[K{words[stage]:16} {bar} {done}/{of}", nl=False, err=True)

    yield show
    click.echo("\r\033[K", nl=False, err=True)


def _say_collected(collected: list[Collected]) -> None:
    for one in sorted(collected, key=lambda one: one.source):
        changed = one.revised + one.remarked
        said = f"{one.new} new, {changed} changed, {one.unchanged} unchanged, {one.repeated} repeated"
        click.echo(
            f"{one.source:16} {said}" if not one.trouble else f"{one.source:16} TROUBLE: {one.trouble}"
        )


def _say_day(office: Office) -> None:
    from django.db.models import Count

    from pipeline.models import Article, Delivery

    for model, name in ((Article, "articles"), (Delivery, "deliveries")):
        counts = model.objects.values_list("state").annotate(Count("id")).order_by("state")
        click.echo(f"{name:16} " + (", ".join(f"{n} {state}" for state, n in counts) or "none"))
    from channels.zalo import ZaloOaChannel
    from pipeline.cli.listings import place_of
    from pipeline.deliver.standing import must_come_down

    for row in must_come_down(office.pulled):
        click.echo(f"TAKE DOWN BY HAND: {place_of(row)}; then: loa resolve {row.id} --removed")
    for channel in office.channels.values():
        if isinstance(channel, ZaloOaChannel) and (warning := channel.warning()):
            click.echo(f"{channel.id}: {warning}")
