"""`loa user`: the people who may act, and their roles."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import office_options
from pipeline.cli.session import Options, enter

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROLES = ("contributor", "editor", "approver", "operator", "administrator", "press", "auditor")


def register(loa: click.Group) -> None:
    """Hang these commands on the group."""
    loa.add_command(user)


def user_named(name: str) -> User:
    """The active user of this name, or a clear refusal."""
    from django.contrib.auth.models import User

    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise click.ClickException(f"no such user: {name}. Add one: loa user add {name} --role approver")
    return found


def shell() -> str:
    """Whoever has this machine's shell, as the log names them."""
    return f"shell:{getpass.getuser()}"


@click.group()
def user() -> None:
    """The people of the office: what each is there for, and their way into the console."""


@user.command()
@office_options
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), required=True)
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    metavar="AGENCY",
    help="Only for this agency, as schedule.yaml names it; without it for the whole office.",
)
@click.pass_obj
def add(options: Options, name: str, roles: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    """Add a person, or give one these roles and no others. For the console: `loa user password NAME`."""
    office = enter(options)
    from django.contrib.auth.models import User
    from django.db import transaction

    from pipeline.people import NotPossible, appoint, newcomer
    from pipeline.review.workflow import Role

    known = sorted({source.agency for source in office.schedule.sources})
    if strange := sorted(set(agencies) - set(known)):
        raise click.ClickException(f"no such agency: {strange[0]} (schedule.yaml has: {', '.join(known)})")
    parts = [(Role(role), agency) for role in roles for agency in agencies or ("",)]
    person = User.objects.filter(username=name).first()
    try:
        with transaction.atomic():
            if person is None:
                person = newcomer(name, "", parts, shell())
            else:
                appoint(person, parts, shell())
    except NotPossible as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{name}: {_parts(person)}")


@user.command()
@office_options
@click.argument("name")
@click.pass_obj
def password(options: Options, name: str) -> None:
    """Set a person's password for the console, asked for twice (or read from a pipe)."""
    enter(options)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from pipeline.audit import Act, record

    person = user_named(name)
    if sys.stdin.isatty():
        word = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        word = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(word, person)
    except ValidationError as problem:
        raise click.ClickException(" ".join(problem.messages)) from None
    person.set_password(word)
    with transaction.atomic():
        person.save(update_fields=["password"])
        record(Act(shell(), "password", f"user:{name}"))
    click.echo(f"{name}: password set")


@user.command()
@office_options
@click.argument("name")
@click.pass_obj
def reset(options: Options, name: str) -> None:
    """Let a person in again who lost the phone or guessed too often: the next sign-in sets up a new phone."""
    enter(options)
    from django.db import transaction

    from pipeline.people import forget_second_factor

    person = user_named(name)
    with transaction.atomic():
        forget_second_factor(person, shell())
    click.echo(f"{name}: no second factor, and no lockout")


@user.command("list")
@office_options
@click.pass_obj
def list_(options: Options) -> None:
    """Everybody, with roles."""
    enter(options)
    from django.contrib.auth.models import User

    for person in User.objects.order_by("username"):
        click.echo(f"{person.username:20} {_parts(person)}{'' if person.is_active else '  (disabled)'}")


def _parts(person: User) -> str:
    from pipeline.people import parts_of

    return ", ".join(f"{role} ({agency})" if agency else role for role, agency in parts_of(person))
