"""`loa speak, bulletin, lexicon`: what is read aloud, and how."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import as_json, office_options
from pipeline.cli.session import Mistakes, Options, enter, read_schedule
from pipeline.schedule import ReadLexicon, ScheduleProblems, read_lexicon
from pipeline.schedule.values import Wrong, calendar_date, clock_time

if TYPE_CHECKING:
    from channels.radio.spoken import Spoken
    from pipeline.bulletin.stage import Draft
    from pipeline.office import Office
    from pipeline.schedule import RunSettings


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    for command in (speak, bulletin, lexicon):
        loa.add_command(command)


@click.command()
@click.argument("words", nargs=-1, metavar="[TEXT…]")
@click.option(
    "--style",
    type=click.Choice(["short", "expanded", "verbatim"]),
    default="short",
    show_default=True,
    help="How document codes are read.",
)
@click.option(
    "--explain", is_flag=True, help="JSON a line: every reading with its place, rule and confidence."
)
@click.option(
    "--lexicon",
    "readings",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An office's own readings.",
)
def speak(words: tuple[str, ...], style: Any, explain: bool, readings: Path | None) -> None:
    """Written Vietnamese as it is read aloud: a line in (arguments, else standard input), a line out."""
    from channels.radio.spoken import speak as spoken
    from channels.radio.spoken.lexicon import HOUSE

    ours = _read(readings).lexicon if readings else HOUSE
    for line in [" ".join(words)] if words else _lines():
        said = spoken(line, style, ours)
        text = json.dumps(_explained(said), ensure_ascii=False) if explain else said.text
        # A line stays a line, whatever else it holds.
        sys.stdout.buffer.write(text.replace("\n", " ").encode(errors="replace") + b"\n")
        sys.stdout.buffer.flush()


def _read(path: Path) -> ReadLexicon:
    """The readings of a file, or all that is wrong with it."""
    try:
        return read_lexicon(path)
    except ScheduleProblems as mistakes:
        for problem in mistakes.problems:
            click.echo(str(problem), err=True)
        raise Mistakes(path, mistakes.problems) from None


@click.group()
def lexicon() -> None:
    """An office's own readings."""


@lexicon.command("check")
@office_options
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check_lexicon(options: Options, file: Path | None) -> None:
    """Read a lexicon (by default office.lexicon): every mistake, with line, column and mend."""
    if (path := file or read_schedule(options)[0].office.lexicon) is None:
        raise click.ClickException("schedule.yaml names no lexicon: write office.lexicon: lexicon.yaml")
    found = _read(path)
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{path}: {len(found.lexicon.entries)} readings")


def _lines() -> Iterator[str]:
    """Standard input by lines, in UTF-8; what is none is shown as such."""
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n"):
        yield line.rstrip("\r\n")


def _explained(said: Spoken) -> dict[str, Any]:
    return {
        "written": said.written,
        "spoken": said.text,
        "expansions": [asdict(piece) for piece in said.expansions],
        "flags": [asdict(piece) for piece in said.flags],
    }


class _Written(click.ParamType["Any"]):
    """What schedule.yaml writes so as well, with the same words for a mistake."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self._read(value) if isinstance(value, str) else value
        except Wrong as wrong:
            self.fail(f"{wrong.message}. {wrong.mend}", param, ctx)


@click.command()
@office_options
@as_json
@click.option(
    "--slot",
    type=_Written("HH:MM", clock_time),
    required=True,
    help="When it is broadcast, as in schedule.yaml.",
)
@click.option(
    "--date",
    "day",
    type=_Written("YYYY-MM-DD", calendar_date),
    help="The day of the broadcast; by default today.",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what it would be of the scripts that are there; make nothing."
)
@click.pass_obj
def bulletin(options: Options, json_: bool, slot: Any, day: Any, dry_run: bool) -> None:
    """Make the bulletin of a slot as its run does, or show the one that was made.

    Where several channels have the slot, one that is refused does not stop the others; the exit code is 1.
    """
    office = enter(options)
    from pipeline import run as stages
    from pipeline.bulletin.stage import NotMade, draft, made

    zone = office.schedule.office.zone
    airs_at = datetime.combine(day or office.now().astimezone(zone).date(), slot, zone)
    refused = 0
    for run in _bulletins(office, airs_at):
        try:
            if dry_run:
                whole = made(run, airs_at) or draft(office, run, airs_at)
            else:
                whole = stages.bulletin(office, run, airs_at)
        except NotMade as trouble:
            refused += 1
            click.echo(f"{run.channel}: {trouble}", err=True)
        else:
            _say(_shown(whole, office) | _outlook(whole, office), json_)
    options.open.close()
    if refused:
        raise click.exceptions.Exit(1)


def _bulletins(office: Office, airs_at: datetime) -> list[RunSettings]:
    """The runs that fill a broadcast (aware, in the office's zone), by the days on which they fire."""
    slot = airs_at.time()
    runs = [run for run in office.schedule.runs if run.job == "bulletin"]
    if not (asked := [run for run in runs if (run.slot or run.at) == slot]):
        known = ", ".join(sorted({f"{run.slot or run.at:%H:%M}" for run in runs})) or "none"
        raise click.ClickException(
            f"no run of schedule.yaml makes a bulletin for {slot:%H:%M} (slots: {known})"
        )
    found = []
    for run in asked:
        fires = airs_at if slot > run.at else airs_at - timedelta(days=1)
        if fires.weekday() in run.days:
            found.append(run)
    if not found:
        raise click.ClickException(
            f"no run of schedule.yaml makes a bulletin for {airs_at:%H:%M on %A, %Y-%m-%d} (see days:)"
        )
    return found


def _outlook(whole: Draft, office: Office) -> dict[str, Any]:
    """What is not made yet: whether it still can be, and how many scripts may come to it."""
    from pipeline.deliver import outbox
    from pipeline.models import Delivery, DeliveryState

    row = whole.bulletin
    if row.pk is not None:
        return {"past": False, "waiting": 0}
    on_the_way = Delivery.objects.filter(
        outbox.wanted(),
        channel=row.channel,
        state__in=(DeliveryState.QUEUED, DeliveryState.SENDING),
        due_at__lt=row.airs_at,
    )
    return {"past": office.now() >= row.airs_at, "waiting": on_the_way.count()}


def _shown(whole: Draft, office: Office) -> dict[str, Any]:
    from pipeline.models import Article

    row = whole.bulletin
    titles = dict(Article.objects.filter(id__in=[a for a, _ in row.left]).values_list("id", "current__title"))
    return {
        "channel": row.channel,
        "airs_at": row.airs_at.astimezone(office.schedule.office.zone).isoformat(),
        "made": row.pk is not None,
        "seconds": row.seconds,
        "slot": row.minutes * 60,
        "shortfall": row.minutes * 60 - row.seconds,
        "items": [
            {
                "article": airing.article_id,
                "errand": airing.errand,
                "part": airing.part,
                "parts": airing.parts,
                "seconds": airing.seconds,
                "level": script["level"],
                "title": airing.revision.title,
            }
            for airing, script in zip(whole.airings, row.programme["scripts"], strict=True)
        ],
        "left": [{"article": a, "why": why, "title": titles.get(a, "")} for a, why in row.left],
        "folder": row.target,
    }


def _say(found: dict[str, Any], json_: bool) -> None:
    if json_:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    share = found["shortfall"] / found["slot"]
    click.echo(
        f"{found['channel']}  {found['airs_at']}  {'made' if found['made'] else 'not made yet'}: "
        f"{_length(found['seconds'])} of {_length(found['slot'])}, "
        f"{_length(found['shortfall'])} short ({share:.1%})"
    )
    for place, item in enumerate(found["items"], 1):
        part = f" {item['part']}/{item['parts']}" if item["part"] else ""
        what = "" if item["errand"] == "post" else f"{item['errand']} "
        click.echo(
            f"{place:3}  {_length(item['seconds'])}  {item['level']:9} {what}{item['article']}{part}  "
            f"{item['title']}"
        )
    if found["left"]:
        click.echo("left out:")
    for left in found["left"]:
        click.echo(f"{left['article']:5}  {left['why']}: {left['title']}")
    if found["past"]:
        click.echo("its time is past: nothing will be made for this broadcast")
    if found["waiting"]:
        click.echo(f"not counted yet: {found['waiting']} approved, whose script the run writes first")
    if not found["items"]:
        click.echo("nothing to read: there is no bulletin for the station, and no file of it")
    elif found["made"]:
        click.echo(f"files: {found['folder']}")


def _length(seconds: int) -> str:
    return f"{seconds // 60:02}:{seconds % 60:02}"
