"""The `loa` command: its options, which may stand before or after the subcommand, and its parts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.cli.session import Options

F = TypeVar("F", bound=Callable[..., Any])

CONTEXT = {"help_option_names": ["-h", "--help"], "auto_envvar_prefix": None}


class Instant(click.ParamType["datetime"]):
    """An ISO 8601 instant with its offset from UTC."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 time, such as 2026-11-23T08:00:00+07:00", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no offset: write 2026-11-23T08:00:00+07:00", param, ctx)
        return moment


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Remember an option wherever it stood; the one nearest to the subcommand's name wins."""
    options = ctx.ensure_object(Options)
    if value is not None and param.name is not None:
        setattr(options, param.name, value)


def office_options(command: F) -> F:
    """--schedule, --data and --now, on the group and on every command alike."""
    for option in (
        click.option(
            "--now", type=Instant(), expose_value=False, callback=_keep, help="Rehearse this instant."
        ),
        click.option(
            "--data", type=click.Path(path_type=Path), expose_value=False, callback=_keep,
            help="The data folder (LOA_DATA); by default `var` beside schedule.yaml.",
        ),
        click.option(
            "--schedule", type=click.Path(path_type=Path), expose_value=False, callback=_keep,
            help="The configuration (LOA_SCHEDULE); by default ./schedule.yaml.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def acting(command: F) -> F:
    """--as USER, on what a person answers for."""
    return click.option(
        "--as", "who", envvar="LOA_AS", required=True, metavar="USER", help="Who acts (LOA_AS)."
    )(command)


as_json = click.option("--json", "json_", is_flag=True, help="For a machine to read.")


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="loa", prog_name="loa")
@office_options
def loa() -> None:
    """Loa carries an agency's approved article to the portal, Telegram, Zalo, the radio and the press."""


def main() -> None:
    """The entry point: 0 done, 1 refused or wrong, 2 misused, as each message says."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # A page that was withdrawn, or never was, is no trouble of ours.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    from pipeline.cli import acts, keeping, listings, people, radio, work

    for module in (work, listings, radio, acts, people, keeping):
        module.register(loa)
    try:
        loa(obj=Options(), auto_envvar_prefix=None)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        from pipeline.cli.trouble import in_words

        if (said := in_words(error)) is None:
            raise
        click.echo(f"Error: {said}", err=True)
        sys.exit(1)
