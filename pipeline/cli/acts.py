"""`loa approve, accept, move, return, hold, withdraw, resolve, pause …`: what a person answers for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.listings import place_of
from pipeline.cli.main import Instant, acting, office_options
from pipeline.cli.people import shell, user_named
from pipeline.cli.session import Options, enter

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from pipeline.office import Office

IDS = click.argument("articles", nargs=-1, required=True, type=int, metavar="ID…")
WHY = click.option("--reason", required=True, help="Why; it is kept in the audit log.")


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    for command in (approve, accept, move, give_back, hold, correct, withdraw, resolve, pause, resume):
        loa.add_command(command)
    loa.add_command(authorize)


def _each(articles: tuple[int, ...], act: Callable[[int], str]) -> None:
    """Act on each article; one that is refused does not stop the others, but the exit code is 1."""
    from pipeline.acts import NotAllowed

    refused = 0
    for article in articles:
        try:
            click.echo(f"{article}: {act(article)}")
        except NotAllowed as problem:
            refused += 1
            click.echo(f"{article}: {problem}", err=True)
    if refused:
        raise click.exceptions.Exit(1)


def _named(channels: Iterable[str], paused: Collection[str]) -> str:
    return ", ".join(f"{name} (PAUSED: resume it)" if name in paused else name for name in channels)


def _urgent(sentences: Iterable[str]) -> str:
    return "".join(f"\n  {sentence}" for sentence in sentences)


@click.command()
@office_options
@acting
@IDS
@click.option("--reason", default="", help="A remark for the audit log.")
@click.option("--emergency", is_flag=True, help="Grant it the priority of an emergency.")
@click.pass_obj
def approve(options: Options, who: str, articles: tuple[int, ...], reason: str, emergency: bool) -> None:
    """Approve articles: freeze, route, compose and queue them."""
    office = enter(options)
    from pipeline import acts

    user = user_named(who)

    def act(article: int) -> str:
        done = acts.approve(office, article, user, emergency=emergency, reason=reason)
        if done.missing:
            return "approved by you; a second person must approve it too"
        named = _named(done.channels, done.paused) or "no channel (no route matches)"
        return f"approved → {named}{_urgent(done.urgent)}"

    _each(articles, act)


@click.command()
@office_options
@acting
@click.argument("article", type=int)
@click.argument("words")
@WHY
@click.pass_obj
def accept(options: Options, who: str, article: int, words: str, reason: str) -> None:
    """Answer for words that a check took for a private person's data: they are an office's."""
    office = enter(options)
    from pipeline import mending
    from pipeline.models import Article

    user = user_named(who)

    def act(article: int) -> str:
        seen = mending.Seen(Article.objects.filter(id=article).values_list("current", flat=True).first())
        mending.accept(office, article, user, words, reason, seen)
        return f"“{words}” may go out"

    _each((article,), act)


@click.command()
@office_options
@acting
@click.argument("article", type=int)
@click.argument("channel")
@click.option("--at", type=Instant(), help="When; by default the channel's next free quarter of an hour.")
@click.pass_obj
def move(options: Options, who: str, article: int, channel: str, at: datetime | None) -> None:
    """Let what waits to go out to a channel go at another time."""
    office = enter(options)
    from pipeline import moving

    user = user_named(who)

    def act(article: int) -> str:
        if at is None:
            moved = moving.move_up(office, article, channel, user)
        else:
            moved = moving.move(office, article, channel, user, at)
        return f"{channel} at {moved.astimezone(office.schedule.office.zone).isoformat(timespec='minutes')}"

    _each((article,), act)


def _stopping(name: str, say: str, doing: Callable[[Office, int, User, str], Iterable[str]]) -> click.Command:
    @click.command(name, help=say)
    @office_options
    @acting
    @IDS
    @WHY
    @click.pass_obj
    def command(options: Options, who: str, articles: tuple[int, ...], reason: str) -> None:
        office = enter(options)
        user = user_named(who)

        def act(article: int) -> str:
            return f"held{_urgent(doing(office, article, user, reason))}"

        _each(articles, act)

    return command


def _hold(office: Office, article: int, user: User, reason: str) -> Iterable[str]:
    from pipeline import acts

    return acts.hold(office, article, user, reason)


def _give_back(office: Office, article: int, user: User, reason: str) -> Iterable[str]:
    from pipeline import acts

    return acts.give_back(office, article, user, reason)


hold = _stopping("hold", "Keep articles back until somebody approves them.", _hold)
give_back = _stopping("return", "Return articles to their agency for changes.", _give_back)


@click.command()
@office_options
@acting
@IDS
@WHY
@click.pass_obj
def withdraw(options: Options, who: str, articles: tuple[int, ...], reason: str) -> None:
    """Take articles back from every channel that carried them; readers are told the reason."""
    office = enter(options)
    from pipeline import acts

    user = user_named(who)

    def act(article: int) -> str:
        done = acts.withdraw(office, article, user, reason)
        places = "".join(
            f"\n  TAKE DOWN BY HAND: {place_of(row)}; then: loa resolve {row.id} --removed"
            for row in done.by_hand
        )
        named = _named(done.channels, done.paused)
        return f"withdrawn → {named or 'nothing to take down elsewhere'}{places}{_urgent(done.urgent)}"

    _each(articles, act)


@click.command()
@office_options
@acting
@click.argument("article", type=int)
@click.option(
    "--replace",
    "changes",
    nargs=2,
    multiple=True,
    required=True,
    metavar="WRONG RIGHT",
    help="Words to put right wherever they stand in title, lead and text; may be repeated.",
)
@WHY
@click.pass_obj
def correct(
    options: Options, who: str, article: int, changes: tuple[tuple[str, str], ...], reason: str
) -> None:
    """Put a published article right on every channel that carried it; readers are told the reason."""
    office = enter(options)
    from pipeline import acts

    user = user_named(who)

    def act(article: int) -> str:
        done = acts.correct(office, article, user, changes, reason)
        if done.missing:
            return "corrected by you; a second person must approve it too"
        return f"corrected → {_named(done.channels, done.paused)}{_urgent(done.urgent)}"

    _each((article,), act)


@click.command()
@office_options
@click.option("--as", "who", envvar="LOA_AS", metavar="USER", help="Who says so (LOA_AS).")
@click.argument("delivery", type=int)
@click.option("--sent", is_flag=True, help="It is there.")
@click.option("--url", default="", help="Its address, with --sent.")
@click.option("--resend", is_flag=True, help="It is not there: send it again.")
@click.option("--drop", is_flag=True, help="It is not there, and need not be.")
@click.option(
    "--removed", is_flag=True, help="Its article was withdrawn, and it has been taken down by hand."
)
@click.pass_obj
def resolve(
    options: Options,
    who: str | None,
    delivery: int,
    sent: bool,
    url: str,
    resend: bool,
    drop: bool,
    removed: bool,
) -> None:
    """Say of a delivery in doubt, or refused, whether it is there or must be sent again."""
    if sent + resend + drop + removed != 1:
        raise click.UsageError(
            "say one of --sent (with --url, if it has an address), --resend, --drop, --removed"
        )
    office = enter(options)
    from pipeline.deliver.engine import real_now
    from pipeline.deliver.resolve import NotResolvable, Word, taken_down
    from pipeline.deliver.resolve import resolve as settle
    from pipeline.models import Delivery

    row = Delivery.objects.filter(id=delivery).select_related("article").first()
    person = operator(who, "resolve", office.schedule.agency_of(row.article.source_id) if row else "")
    word = Word.SENT if sent else Word.RESEND if resend else Word.DROP
    said = {Word.SENT: "sent", Word.RESEND: "queued again", Word.DROP: "dropped"}
    try:
        if removed:
            taken_down(delivery, person, office.pulled)
        else:
            settle(delivery, person, word, now=office.now(), real_now=real_now(), url=url)
    except NotResolvable as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{delivery}: {'taken down' if removed else said[word]}")


@click.command()
@office_options
@click.option("--as", "who", envvar="LOA_AS", metavar="USER", help="Who says so (LOA_AS).")
@click.argument("channel", required=False)
@WHY
@click.pass_obj
def pause(options: Options, who: str | None, channel: str | None, reason: str) -> None:
    """Let nothing more go out on this channel (by default: on any)."""
    office = enter(options)
    from pipeline.deliver import pauses
    from pipeline.deliver.engine import real_now

    for name in _channels(list(office.channels), channel):
        pauses.pause(name, "", reason, operator(who, "pause"), real_now())
        click.echo(f"{name}: paused")


@click.command()
@office_options
@click.option("--as", "who", envvar="LOA_AS", metavar="USER", help="Who says so (LOA_AS).")
@click.argument("channel", required=False)
@WHY
@click.pass_obj
def resume(options: Options, who: str | None, channel: str | None, reason: str) -> None:
    """Let a paused channel (by default: every one) go on, with all its chats."""
    office = enter(options)
    from pipeline.deliver import pauses, restored
    from pipeline.deliver.engine import real_now

    for name in _channels(list(office.channels), channel):
        if waiting := restored.waiting(name):
            click.echo(
                f"{name}: {waiting} deliveries are let go. What had gone out before the restore goes out "
                f"twice, unless `loa already-sent {name}` was told of it.",
                err=True,
            )
        ended = pauses.resume(name, reason, operator(who, "resume"), real_now())
        click.echo(f"{name}: {'goes on' if ended else 'was not paused'}")


def _channels(known: list[str], asked: str | None) -> list[str]:
    if asked is None:
        return known
    if asked not in known:
        raise click.ClickException(f"no such channel: {asked} (there are: {', '.join(known)})")
    return [asked]


def operator(who: str | None, act: str, agency: str = "") -> str:
    """Somebody by name, who may do this for the agency (empty: for the whole office).

    Without a name, whoever has this machine's shell, recorded as such.
    """
    if not who:
        return shell()
    from pipeline.acts import NotAllowed, must
    from pipeline.review.workflow import Act

    user = user_named(who)
    try:
        must(user, Act(act), agency)
    except NotAllowed as problem:
        raise click.ClickException(str(problem)) from None
    return user.username


@click.command()
@office_options
@click.argument("channel")
@click.option(
    "--code", default="", help="The code that Zalo's consent page gave; else a refresh token is asked for."
)
@click.option("--verifier", default="", help="The PKCE code verifier that the consent page was opened with.")
@click.pass_obj
def authorize(options: Options, channel: str, code: str, verifier: str) -> None:
    """Take up a person's authorisation of a Zalo Official Account; its tokens are kept under LOA_KEY."""
    office = enter(options)
    from channels.base import DeliveryError
    from channels.zalo import ZaloOaChannel

    account = office.channels.get(channel)
    if not isinstance(account, ZaloOaChannel):
        raise click.ClickException(f"{channel} is no enabled zalo-oa channel of schedule.yaml")
    refresh = "" if code else click.prompt("Refresh token", hide_input=True)
    try:
        pair = account.tokens.authorize(code=code, verifier=verifier, refresh=refresh)
    except DeliveryError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{channel}: authorised until {pair.refresh_expires_at:%Y-%m-%d}")
