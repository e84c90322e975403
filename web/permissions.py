"""The permission table, from what the views declare; `make permissions` writes its page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from pipeline.review.workflow import Role
from web.access import Declared, declared

_HEAD = """# Who may call what

Every view of the web, each method that it answers (HEAD as GET; another is answered with 405), and the roles
that may call it. This page is written from the code by `make permissions`, and each cell is tested with a
request. A role that somebody has for one agency opens what is about that agency's items; all else is not
found. What concerns the whole office (`broadcast`, `pause`, `resume`, `people`, `audit`) needs the role for
the whole office. [People and rights](../how-to/people.md) says what the roles are for.

"""


@dataclass(frozen=True)
class Address:
    """One view under its address."""

    path: str
    """As it is shown: "/console/bai/<int:article>"."""
    name: str
    demands: Declared | None


def addresses(resolver: URLResolver | None = None, under: str = "/") -> Iterator[Address]:
    """All that the web answers, in the order of its addresses' declaration."""
    for each in (resolver or get_resolver()).url_patterns:
        path = under + re.sub(r"\(\?P(<\w+>)[^)]*\)|\(\?:[^)]*\)\??|[\^$\\]", r"\1", str(each.pattern))
        if isinstance(each, URLPattern):
            yield Address(path, each.name or "", declared(each.callback))
        else:
            yield from addresses(each, path)


def page() -> str:
    """The page of the table, in Markdown."""
    rows = [
        f"| {' | '.join([f'`{address.path}`', method, _act(demands, method), *_cells(demands, method)])} |"
        for address in addresses()
        if (demands := address.demands)
        for method in demands.acts
    ]
    columns = ["address", "method", "act", *Role]
    head = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    return _HEAD + "\n".join([*head, *rows]) + "\n"


def _act(demands: Declared, method: str) -> str:
    act = demands.acts[method]
    return "everybody" if act is None else f"`{act}`"


def _cells(demands: Declared, method: str) -> list[str]:
    roles = demands.roles(method)
    return ["yes" if roles is None or role in roles else "" for role in Role]
