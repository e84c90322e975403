"""`loa backup, restore, already-sent, upgrade, health`: the office kept, and watched."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.acts import operator
from pipeline.cli.listings import place_of
from pipeline.cli.main import Instant, acting, as_json, office_options
from pipeline.cli.session import (
    Options,
    Outdated,
    enter,
    migrating,
    open_now,
    prepare,
    set_up_django,
)

if TYPE_CHECKING:
    from pipeline.keep.backup import Backup
    from pipeline.models import Delivery
    from pipeline.office import Office
    from pipeline.schedule import Schedule
    from pipeline.watch.health import Health

TRAP = """\
Every channel is paused. The backup knows nothing of what went out after {at}:
what is listed above may be there already, and what is collected again comes as new. Then:
  1. loa run (or loa once): sources are read; nothing is delivered.
  2. loa deliveries --state queued: compare with the channels themselves, up to the moment of the loss.
  3. loa already-sent CHANNEL --until ISO --as USER: what had gone out by then is not sent again.
  4. loa resume CHANNEL --reason TEXT, one at a time; the portal first, for posts link to it."""


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    for command in (backup, restore, already_sent, upgrade, health):
        loa.add_command(command)


@click.command()
@office_options
@click.pass_obj
def backup(options: Options) -> None:
    """The whole office in one file while it works, restored in a scratch folder before it counts."""
    office = enter(options)
    from pipeline.keep.backup import BackupTrouble, back_up

    try:
        _say_backup(back_up(office))
    except BackupTrouble as trouble:
        raise click.ClickException(str(trouble)) from None


def _say_backup(made: Backup) -> None:
    proof = made.proof
    click.echo(f"{made.path}")
    click.echo(
        f"restored and whole: {proof.articles} articles, {proof.deliveries} deliveries, "
        f"the audit chain of {proof.acts} entries holds"
    )
    if proof.lost_pictures:
        click.echo(f"warning: {proof.lost_pictures} pictures were missing in the office itself", err=True)


@click.command()
@office_options
@click.option("--as", "who", envvar="LOA_AS", metavar="USER", help="Who restores (LOA_AS).")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def restore(options: Options, who: str | None, file: Path) -> None:
    """Put a backup into an empty data folder, all delivery paused, and say what may have gone out since."""
    schedule, data = prepare(options)
    from django.db import connection

    from pipeline.keep.database import DatabaseTrouble
    from pipeline.keep.folder import NotRestored, into, put_back

    try:
        with into(data) as folder:
            manifest = put_back(file, folder)
            # A process knows one data folder: from here on this one, with the key that was put back.
            set_up_django(folder)
            from pipeline.keep import restore as restoring
            from pipeline.keep import schema

            with migrating(folder):
                restoring.fill_database(manifest, folder)
                schema.migrate()
            office = open_now(replace(options, now=None), schedule, folder)
            broken = restoring.chain_trouble(folder)
            rows = restoring.stop_everything(office, manifest, operator(who, "resume"))
            connection.close()
    except (NotRestored, DatabaseTrouble) as trouble:
        raise click.ClickException(str(trouble)) from None
    at = manifest.at.astimezone(schedule.office.zone).isoformat(timespec="seconds")
    click.echo(f"{data}: the office as it was at {at} (Loa {manifest.version})")
    if broken:
        click.echo(f"warning: the audit chain breaks at {broken}", err=True)
    for channel, those in groupby(rows, key=lambda row: row.channel):
        click.echo(f"\n{channel}")
        for row in those:
            click.echo(f"  {_question(row, office)}")
    if not rows:
        click.echo("\nNothing was due or under way when the backup was made.")
    click.echo(f"\n{TRAP.format(at=at)}")
    if any(channel.kind == "zalo-oa" for channel in schedule.channels):
        click.echo(
            "  Zalo's tokens may have been renewed since: if a send is refused, loa authorize CHANNEL."
        )


def _question(row: Delivery, office: Office) -> str:
    due = row.due_at.astimezone(office.schedule.office.zone)
    part = f" {row.part}/{row.parts}" if row.parts > 1 else ""
    what = f"article {row.article_id}{part}: {row.revision.title}"
    return f"{row.id:6} {row.state:9} due {due:%Y-%m-%d %H:%M}  {what} → {place_of(row)}"


@click.command()
@office_options
@acting
@click.argument("channel")
@click.argument("deliveries", nargs=-1, type=int, metavar="[DELIVERY…]")
@click.option("--until", type=Instant(), help="All that would have gone out by this instant.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def already_sent(
    options: Options, who: str, channel: str, deliveries: tuple[int, ...], until: datetime | None, yes: bool
) -> None:
    """After a restore: say of queued deliveries that they had gone out before, so that they do not again."""
    if bool(deliveries) == (until is not None):
        raise click.UsageError("name deliveries, or --until an instant")
    office = enter(options)
    from pipeline.deliver import restored
    from pipeline.deliver.resolve import NotResolvable
    from pipeline.keep.restore import due_by
    from pipeline.models import Delivery

    person = operator(who, "resolve")
    if until is not None:
        rows = due_by(office, channel, until)
    else:
        rows = list(Delivery.objects.filter(id__in=deliveries).select_related("revision").order_by("id"))
    for row in rows:
        click.echo(_question(row, office))
    if rows and not yes:
        click.confirm(f"Were these {len(rows)} on {channel} before the restore?", abort=True)
    chosen = [row.id for row in rows] if until is not None else deliveries
    try:
        marked = restored.already_sent(channel, chosen, person, office.now())
    except NotResolvable as problem:
        raise click.ClickException(str(problem)) from None
    left = Delivery.objects.filter(channel=channel, state="queued").count()
    click.echo(f"{channel}: {marked} marked as sent; {left} still queued")


@click.command()
@office_options
@click.pass_obj
def upgrade(options: Options) -> None:
    """Bring the database to this version: a proved backup, the migrations, a look at what came of them."""
    schedule, data = prepare(options)
    set_up_django(data)
    from pipeline.keep.backup import BackupTrouble
    from pipeline.keep.upgrade import NotUpgraded
    from pipeline.keep.upgrade import upgrade as bring_up

    with migrating(data):
        office = open_now(replace(options, now=None), schedule, data)
        try:
            made = bring_up(office)
        except BackupTrouble as trouble:
            raise click.ClickException(f"nothing was upgraded, for there is no backup: {trouble}") from None
        except NotUpgraded as trouble:
            raise click.ClickException(str(trouble)) from None
    if made:
        _say_backup(made)
    click.echo(
        f"{data}: {'upgraded' if made else 'is of this version'}; the database and the audit chain hold"
    )


@click.command()
@office_options
@as_json
@click.option("--tell", is_flag=True, help="Also send the duty officer what is new (office.duty).")
@click.pass_obj
def health(options: Options, json_: bool, tell: bool) -> None:
    """Whether the office is at work: exit 1 where something fails, or, with --tell, nobody could be told."""
    schedule, data = prepare(options)
    real_now = datetime.now(UTC)
    found, office = _look(options, schedule, data, real_now)
    if json_:
        checks = [
            {"name": c.name, "about": c.about, "level": c.level, "message": c.message} for c in found.checks
        ]
        click.echo(json.dumps({"status": found.level, "checks": checks}, ensure_ascii=False, indent=1))
    else:
        for check in found.checks:
            click.echo(f"{check.level:5} {check.name:10} {check.message}")
    if not tell:
        raise click.exceptions.Exit(1 if found.failing else 0)
    from pipeline.watch import duty
    from pipeline.watch.heard import NotTold

    try:
        duty.tell(office, found, office.now(), real_now)
    except NotTold as trouble:
        raise click.ClickException(str(trouble)) from None


def _look(options: Options, schedule: Schedule, data: Path, real_now: datetime) -> tuple[Health, Office]:
    """What is found now, even where the database is away or of another version; and the office."""
    from django.db import DatabaseError, InterfaceError

    from pipeline.cli.trouble import damage

    why = ""
    try:
        office = enter(options)
        from pipeline.watch.facts import everything

        facts = everything(office, office.now(), real_now)
    except Outdated:
        why = "Cơ sở dữ liệu khác phiên bản với chương trình, Loa không chạy: xem “loa upgrade”."
    except (DatabaseError, InterfaceError) as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        mend = (
            "Tệp cơ sở dữ liệu bị hỏng: khôi phục bản sao lưu gần nhất, xem “loa restore”."
            if damage(error)
            else "Cơ sở dữ liệu không trả lời: người quản trị máy chủ xem lại."
        )
        why = f"{mend} Lỗi gặp phải: “{said}”."
    from pipeline.office import open_office
    from pipeline.watch.facts import unanswered
    from pipeline.watch.health import judge

    if why:
        office = open_office(schedule, data, lambda: real_now)
        options.open.callback(office.close)
        facts = unanswered(schedule, data, why)
    return judge(facts, office.now(), real_now), office
