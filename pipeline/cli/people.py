"""`loa user`: the people who may act, and their roles."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.cli.main import office_options
from pipeline.cli.session import Options, enter

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROLES = ("officer", "approver", "operator")


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


@click.group()
def user() -> None:
    """People: officer (hold, return), approver (approve, withdraw), operator (pause, resume, resolve)."""


@user.command()
@office_options
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), required=True)
@click.pass_obj
def add(options: Options, name: str, roles: tuple[str, ...]) -> None:
    """Add a person, or give one these roles and no others. For the console: `loa user password NAME`."""
    enter(options)
    from django.contrib.auth.models import Group, User
    from django.db import transaction

    from pipeline.audit import Act, record

    with transaction.atomic():
        person, created = User.objects.get_or_create(username=name)
        if created:
            person.set_unusable_password()
            person.save()
        person.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        record(Act("shell", "user", f"user:{name}", after={"roles": sorted(roles)}))
    click.echo(f"{name}: {', '.join(roles)}")


@user.command()
@office_options
@click.argument("name")
@click.pass_obj
def password(options: Options, name: str) -> None:
    """Set a person's password for the console, asked for twice (or read from a pipe)."""
    enter(options)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

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
    person.save(update_fields=["password"])
    click.echo(f"{name}: password set")


@user.command("list")
@office_options
@click.pass_obj
def list_(options: Options) -> None:
    """Everybody, with roles."""
    enter(options)
    from django.contrib.auth.models import User

    for person in User.objects.prefetch_related("groups").order_by("username"):
        click.echo(f"{person.username:20} {', '.join(group.name for group in person.groups.all())}")
