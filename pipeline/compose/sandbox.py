"""Templates under guard: Jinja2's sandbox, the office's own folder ahead of ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.base import Render

OURS = Path(__file__).resolve().parent.parent.parent / "templates"


class TemplateProblem(Exception):
    """A template does not render; `str()` names it, its line and the mistake."""


@cache
def environment(theirs: Path | None) -> ImmutableSandboxedEnvironment:
    """HTML templates escape by themselves; an undefined name is a mistake, never an empty string.

    A template that is changed is read anew; one that is added is found at the next start.
    """
    folders = [FileSystemLoader(folder) for folder in (theirs, OURS) if folder is not None]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(folders),
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def renderer(env: ImmutableSandboxedEnvironment, kind: str | None) -> Render:
    """`render("telegram/default.html", …)` takes `telegram/<kind>.html` where there is one."""

    def render(name: str, context: Mapping[str, Any]) -> str:
        folder, _, file = name.rpartition("/")
        suffix = Path(file).suffix
        names = [f"{folder}/{kind}{suffix}", name] if kind else [name]
        try:
            return env.select_template(names).render(context)
        except Exception as error:
            # A template of an office's own may do anything wrong: the article waits, and nothing else does.
            line = getattr(error, "lineno", None)
            place = f"{getattr(error, 'name', None) or name}{f':{line}' if line else ''}"
            why = getattr(error, "message", None) or str(error) or type(error).__name__
            raise TemplateProblem(f"{place}: {why}") from error

    return render
