"""`loa sources, articles, show, preview, deliveries, runs, audit`: the commands that only look."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.main import as_json, office_options
from pipeline.cli.session import Options, enter

if TYPE_CHECKING:
    from pipeline.models import Article, Delivery, floods
    from pipeline.office import Office


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    for command in (sources, articles, show, preview, channels, deliveries, runs, audit):
        loa.add_command(command)


def _iso(moment: datetime | None, office: Office) -> str | None:
    return moment.astimezone(office.schedule.office.zone).isoformat() if moment else None


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


@click.command()
@office_options
@as_json
@click.option("--admit", metavar="SOURCE", help="The one yes to a flood of new items from this source.")
@click.option("--as", "who", envvar="LOA_AS", metavar="USER", help="Who says yes (LOA_AS).")
@click.pass_obj
def sources(options: Options, json_: bool, admit: str | None, who: str | None) -> None:
    """Each source: whether it is in trouble, why and since when."""
    office = enter(options)
    from pipeline.models import Source

    if admit:
        from pipeline import acts, places, run
        from pipeline.cli.people import user_named

        if not who:
            raise click.UsageError("--admit needs --as USER")
        if admit not in (known := [source.id for source in office.schedule.sources]):
            raise click.ClickException(f"no such source: {admit} (known: {', '.join(sorted(known))})")
        try:
            let_in = places.admit(office, admit, user_named(who))
        except acts.NotAllowed as problem:
            raise click.ClickException(str(problem)) from None
        run.advance(office)
        click.echo(f"{admit}: {let_in} let in")
        return
    met = Source.objects.in_bulk()
    rows = [
        {
            "id": settings.id,
            "state": row.state if row else "ok",
            "last_fetch": _iso(row.last_fetch, office) if row else None,
            "since": _iso(row.since, office) if row else None,
            "reason": row.reason if row else "",
        }
        for settings in office.schedule.sources
        for row in [met.get(settings.id)]
    ]
    if json_:
        _print_json(rows)
        return
    for row in rows:
        waiting = floods().filter(source=str(row["id"])).count()
        flood = f"  {waiting} new items wait: loa sources --admit {row['id']} --as USER" if waiting else ""
        click.echo(
            f"{row['id']:16} {row['state']:8} {row['last_fetch'] or 'never read':26} {row['reason']}{flood}"
        )


@click.command()
@office_options
@as_json
@click.option("--state", type=click.Choice(["approved", "held", "review", "skipped", "withdrawn"]))
@click.pass_obj
def articles(options: Options, json_: bool, state: str | None) -> None:
    """Every article, its state and the reasons."""
    office = enter(options)
    from pipeline.models import Article

    found = Article.objects.select_related("current", "published").order_by("id")
    if state:
        found = found.filter(state=state)
    rows = [
        _article(article, office) for article in found.prefetch_related("current__findings").iterator(500)
    ]
    if json_:
        _print_json(rows)
        return
    for row in rows:
        click.echo(
            f"{row['id']:5} {row['state']:9} {row['source']:12} {row['title']}  {', '.join(row['reasons'])}"
        )


def _article(article: Article, office: Office) -> dict[str, Any]:
    from pipeline.review.reasons import reasons_of

    revision = article.current
    if revision is None:
        raise ValueError(f"article {article.id} has no revision")
    return {
        "id": article.id,
        "source": article.source_id,
        "guid": article.guid or None,
        "title": revision.title,
        "published": _iso(revision.published, office),
        "state": article.state,
        "reasons": reasons_of(article),
        "topic": revision.topic,
        "kind": revision.kind,
        "field": revision.field,
        "link": revision.source_link or None,
        "corrects": article.corrects_id,
        "revision": revision.number,
        "published_revision": article.published.number if article.published else None,
        "embargo_until": _iso(revision.embargo, office),
        "expires_at": _iso(revision.expires, office),
        "withdrawn_at": _iso(article.withdrawn_at, office),
        "withdrawn_because": article.withdrawn_because or None,
        "worded_by": revision.worded_by or None,
    }


@click.command()
@office_options
@as_json
@click.argument("article", type=int)
@click.pass_obj
def show(options: Options, article: int, json_: bool) -> None:
    """One article: text, reasons with their place, approvals, deliveries, acts."""
    office = enter(options)
    from pipeline.models import Article, AuditEntry

    row = Article.objects.select_related("current", "published").filter(id=article).first()
    if row is None or row.current is None:
        raise click.ClickException(f"no article {article}")
    findings = list(row.current.findings.order_by("id"))
    acts = AuditEntry.objects.filter(subject=f"article:{article}").order_by("sequence").select_related("text")
    if json_:
        _print_json(
            _article(row, office)
            | {
                "lead": row.current.lead,
                "text": row.current.text,
                "body": row.current.body,
                "findings": [
                    {"code": f.code, "message": f.message, "where": f.where, "start": f.start, "end": f.end}
                    for f in findings
                ],
                "deliveries": [_delivery(d, office) for d in row.deliveries.order_by("id")],
                "acts": [{"at": _iso(a.at, office), "who": a.who, "act": a.act} for a in acts],
            }
        )
        return
    click.echo(f"{row.current.title}\n{row.source_id} · {row.state} · revision {row.current.number}\n")
    if row.withdrawn_because:
        click.echo(f"  withdrawn {_iso(row.withdrawn_at, office) or ''}: {row.withdrawn_because}")
    for finding in findings:
        click.echo(f"  [{finding.code}] {finding.message}")
    click.echo(f"\n{row.current.lead}\n\n{row.current.text}\n")
    for delivery in row.deliveries.order_by("id"):
        click.echo(f"  {_line(delivery, office)}")
    for act in acts:
        click.echo(f"  {_iso(act.at, office)} {act.who}: {act.act}")


@click.command()
@office_options
@click.argument("article", type=int)
@click.option("--channel", required=True)
@click.pass_obj
def preview(options: Options, article: int, channel: str) -> None:
    """What this channel would carry of the article's current revision; nothing is stored."""
    office = enter(options)
    if channel not in office.channels:
        raise click.ClickException(f"no such channel: {channel} (there are: {', '.join(office.channels)})")
    from pipeline.models import Article
    from pipeline.preview import previews

    row = Article.objects.select_related("current").filter(id=article).first()
    if row is None or row.current is None:
        raise click.ClickException(f"no article {article}")
    shown = next(each for each in previews(office, row, row.current, channel) if each.channel == channel)
    if shown.problem:
        raise click.ClickException(f"{channel}: {shown.problem}")
    for part in shown.parts:
        click.echo(f"--- {channel} {part.number}/{part.total}")
        click.echo(part.content.get("text") or json.dumps(part.content, ensure_ascii=False, indent=1))


@click.command()
@office_options
@as_json
@click.pass_obj
def channels(options: Options, json_: bool) -> None:
    """Each channel: whether it goes on or is paused, by whom and why, what waits for it, what is used up."""
    office = enter(options)
    from django.db.models import Count

    from pipeline.deliver.engine import real_now
    from pipeline.deliver.limits import used
    from pipeline.models import ChannelState, Delivery

    paused = {row.channel: row for row in ChannelState.objects.filter(paused=True).order_by("-target")}
    counted = Delivery.objects.filter(state__in=("queued", "uncertain")).values_list("channel", "state")
    waiting = {(channel, state): count for channel, state, count in counted.annotate(Count("id"))}
    disabled = {channel.id for channel in office.schedule.channels if not channel.enabled}
    rows = [
        {
            "id": channel.id,
            "kind": channel.kind,
            "state": "paused" if stop else "on",
            "reason": stop.reason if stop else "",
            "by": stop.by if stop else "",
            "queued": waiting.get((channel.id, "queued"), 0),
            "uncertain": waiting.get((channel.id, "uncertain"), 0),
            "limits": [
                {"scope": limit.scope, "count": limit.count, "seconds": limit.seconds, "used": sent}
                for limit, sent in used(office.channels, channel, real_now())
            ],
        }
        for channel in office.channels.values()
        for stop in [paused.get(channel.id)]
    ]
    rows += [
        {
            "id": gone,
            "kind": "",
            "state": "off",
            "reason": "disabled" if gone in disabled else "not in schedule.yaml",
            "by": "",
            "queued": waiting.get((gone, "queued"), 0),
            "uncertain": waiting.get((gone, "uncertain"), 0),
            "limits": [],
        }
        for gone in sorted({channel for channel, _ in waiting} - set(office.channels))
    ]
    if json_:
        _print_json(rows)
        return
    for row in rows:
        by = f" ({row['by']})" if row["by"] else ""
        why = f"  {row['reason']}{by}" if row["reason"] else ""
        full = "".join(
            f"  used up: {limit['count']} in {timedelta(seconds=limit['seconds'])}"
            for limit in row["limits"]
            if limit["used"] >= limit["count"]
        )
        click.echo(
            f"{row['id']:16} {row['kind']:10} {row['state']:7} {row['queued']:5} queued "
            f"{row['uncertain']:5} uncertain{why}{full}"
        )


@click.command()
@office_options
@as_json
@click.option("--state", help="Only deliveries in this state.")
@click.option("--take-down", is_flag=True, help="Only what a person must still take down where it stands.")
@click.pass_obj
def deliveries(options: Options, json_: bool, state: str | None, take_down: bool) -> None:
    """The ledger: each message to each channel, and what is known of it."""
    office = enter(options)
    from pipeline.deliver.standing import must_come_down
    from pipeline.models import Delivery

    found = must_come_down(office.pulled) if take_down else Delivery.objects.order_by("id")
    if state:
        found = found.filter(state=state)
    if json_:
        rows = found.select_related("revision").iterator(500)
        _print_json([_delivery(delivery, office) for delivery in rows])
        return
    for delivery in found.iterator(500):
        click.echo(_line(delivery, office))


def _delivery(delivery: Delivery, office: Office) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "article": delivery.article_id,
        "revision": delivery.revision.number,
        "channel": delivery.channel,
        "target": delivery.target,
        "errand": delivery.errand,
        "part": delivery.part,
        "parts": delivery.parts,
        "way": delivery.way,
        "ways": 1 + len(delivery.otherwise),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "receipt": delivery.receipt,
        "after": delivery.after_id,
        "tried_at": _iso(delivery.claimed_at, office),
        "wake_at": _iso(delivery.wake_at, office),
        "sent_at": _iso(delivery.sent_at, office),
        "due_at": _iso(delivery.due_at, office),
        "error": delivery.error or None,
    }


def place_of(delivery: Delivery) -> str:
    """Where a delivery stands, for somebody who must go there."""
    receipt = delivery.receipt or {}
    return f"{delivery.channel} {delivery.url or receipt.get('ref') or delivery.target}"


def _line(delivery: Delivery, office: Office) -> str:
    way = f" way {delivery.way + 1} of {1 + len(delivery.otherwise)}" if delivery.otherwise else ""
    asked = delivery.wake_at is not None and delivery.state == "uncertain"
    due = f"due {_iso(delivery.due_at, office)}  " if delivery.state == "queued" else ""
    return (
        f"{delivery.id:6} {delivery.state:10} {delivery.errand:8} {delivery.channel:16} "
        f"article {delivery.article_id} part {delivery.part}/{delivery.parts}{way}  "
        f"{due}{delivery.url or delivery.error}"
        f"{f' (Loa asks the channel next at {_iso(delivery.wake_at, office)})' if asked else ''}"
    )


@click.command()
@office_options
@as_json
@click.pass_obj
def runs(options: Options, json_: bool) -> None:
    """The automated day: when each run comes next and how it went last."""
    office = enter(options)
    from pipeline.clock import CAN_DO, next_firing
    from pipeline.models import Tick

    rows = []
    for settings in office.schedule.runs:
        last = Tick.objects.filter(run=settings.id).order_by("-scheduled_for").first()
        able = settings.job in CAN_DO
        rows.append(
            {
                "id": settings.id,
                "job": settings.job,
                "next": _iso(next_firing(settings, office, office.now()), office) if able else None,
                "last": _iso(last.scheduled_for, office) if last else None,
                "last_state": last.state if last else None,
                "note": (last.note if last else "") if able else "this version cannot do this job yet",
            }
        )
    if json_:
        _print_json(rows)
        return
    for row in rows:
        last_run = f"last {row['last']} {row['last_state']}" if row["last"] else ""
        click.echo(f"{row['id']:16} {row['job']:10} next {row['next'] or '-':26} {last_run} {row['note']}")


@click.group()
def audit() -> None:
    """The append-only log of every act."""


@audit.command()
@office_options
@as_json
@click.pass_obj
def verify(options: Options, json_: bool) -> None:
    """Check the whole chain of hashes, and every head that was written out; exit 1 where it breaks."""
    office = enter(options)
    from pipeline import audit as log

    broken = log.verify_whole(office.data).broken
    sequence, digest = log.head()
    if json_:
        _print_json(
            {
                "holds": broken is None,
                "entries": sequence,
                "head": digest,
                "broken_at": broken.sequence if broken else None,
                "why": broken.why if broken else None,
            }
        )
    elif broken is None:
        click.echo(f"the chain of {sequence} entries holds; head {digest}")
    if broken is not None:
        where = f"the chain breaks at entry {broken.sequence}: " if broken.sequence else ""
        raise click.ClickException(f"{where}{broken.why}")
