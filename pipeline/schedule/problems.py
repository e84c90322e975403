"""What is wrong with a schedule.yaml: each mistake with its place and its mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mark:
    """A place in the file, both counted from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake or warning, for the operator; never quotes a secret.

    `setting` is a path like `routes[0].channels[1]`, empty where the file as a whole is meant.
    """

    line: int
    column: int
    setting: str
    message: str
    mend: str
    file: str = "schedule.yaml"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {f'{self.setting}: ' if self.setting else ''}{self.message}. {self.mend}".rstrip()


class ScheduleProblems(Exception):
    """Every mistake of a file by lines, and its warnings; `str()` has one mistake a line."""

    def __init__(self, problems: tuple[Problem, ...], warnings: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.warnings = warnings
