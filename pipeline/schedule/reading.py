"""Reading schedule.yaml: every mistake at once, each with line, column and mend; or the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from channels.radio.spoken import Lexicon
from pipeline.schedule import checks, environment, wording
from pipeline.schedule.channels import PortalSettings
from pipeline.schedule.lexicon import readings, unwise
from pipeline.schedule.marks import Document, Fault, Unreadable, load
from pipeline.schedule.marks import Path as Setting
from pipeline.schedule.office import Contents, Schedule
from pipeline.schedule.problems import Mark, Problem, ScheduleProblems

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Read:
    """The settings, and what the operator should know about them."""

    schedule: Schedule
    warnings: tuple[Problem, ...]


def read(path: Path, environ: Mapping[str, str]) -> Read:
    """The settings of the file at `path`, secrets taken from `environ`; raises `ScheduleProblems`."""
    try:
        document = load(_text(path))
    except Unreadable as unreadable:
        raise ScheduleProblems(_problems([unreadable.fault], Document(), str(path))) from None
    data, filled, faults = environment.fill(
        document.data, environ, idle=lambda setting: checks.is_idle(document.data, setting)
    )
    folder = path.absolute().parent
    contents, found = _validate(data, folder)
    veiled = (_veil(fault, filled) for fault in (*found, *checks.mistakes(data)))
    problems = _problems([*document.faults, *faults, *veiled], document, str(path))
    warnings = _problems(checks.warnings(data, document.data), document, str(path))
    if contents is not None and contents.office.lexicon:
        try:
            warnings += read_lexicon(contents.office.lexicon).warnings
        except ScheduleProblems as wrong:
            problems += wrong.problems
    if problems or contents is None:
        raise ScheduleProblems(problems, warnings)
    channels = tuple(
        channel.model_copy(update={"enabled": False})
        if isinstance(channel, PortalSettings) and channel.system == "wordpress"
        else channel
        for channel in contents.channels
    )
    whole = dict(contents) | {"channels": channels, "path": folder / path.name}
    return Read(Schedule.model_construct(**whole), warnings)


@dataclass(frozen=True)
class ReadLexicon:
    """An office's readings, and what the operator should know about them."""

    lexicon: Lexicon
    warnings: tuple[Problem, ...]


def read_lexicon(path: Path) -> ReadLexicon:
    """The readings of the file at `path`; raises `ScheduleProblems`."""
    try:
        document = load(_text(path))
    except Unreadable as unreadable:
        raise ScheduleProblems(_problems([unreadable.fault], Document(), str(path))) from None
    lexicon, faults = readings(document)
    if problems := _problems([*document.faults, *faults], document, str(path)):
        raise ScheduleProblems(problems)
    return ReadLexicon(lexicon, _problems(unwise(lexicon), document, str(path)))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is unusable"
        mend = "Give the path of a file that can be read."
        raise Unreadable(Fault((), f"cannot be read: {reason}", mend)) from None
    if len(raw) > MAX_BYTES:
        raise Unreadable(Fault((), "is larger than 1 MB", "Take out what is no configuration."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", errors="replace").split("\n")
        mark = Mark(len(before), len(before[-1]) + 1)
        raise Unreadable(Fault((), "is not text in UTF-8", "Save the file as UTF-8.", mark=mark)) from None


def _validate(data: object, folder: Path) -> tuple[Contents | None, list[Fault]]:
    try:
        # Keys as the contract writes them: `json`, never our own name for it.
        contents = Contents.model_validate(data, by_alias=True, by_name=False, context={"folder": folder})
    except ValidationError as error:
        # A list is "too short" also where it is its entries that are wrong.
        errors = [each for each in error.errors() if each["type"] != "too_short" or not each["input"]]
        return None, [wording.fault(each) for each in errors]
    return contents, []


def _veil(fault: Fault, filled: Iterable[Setting]) -> Fault:
    """`fault` without its message where that could quote a secret."""
    if fault.at_key or not any(setting[: len(fault.path)] == fault.path for setting in filled):
        return fault
    return Fault(fault.path, "does not fit here with what ${NAME} gives", fault.mend)


def _problems(faults: Iterable[Fault], document: Document, file: str) -> tuple[Problem, ...]:
    """In the order of lines; where one setting is wrong in several ways, the first cause only."""
    return tuple(sorted(_each(faults, document, file), key=lambda problem: (problem.line, problem.column)))


def _each(faults: Iterable[Fault], document: Document, file: str) -> Iterator[Problem]:
    seen: set[tuple[Setting, Mark | None]] = set()
    for fault in faults:
        if (fault.path, fault.mark) in seen:
            continue
        seen.add((fault.path, fault.mark))
        mark = fault.mark or document.mark(fault.path, at_key=fault.at_key)
        message, mend = _shown(fault.message, 200), _shown(fault.mend, 400)
        yield Problem(mark.line, mark.column, _name(fault.path), message, mend, file)


def _name(path: Setting) -> str:
    """`routes[0].channels[1]`"""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_shown(step, 60)}" for step in path)
    return "".join(steps).removeprefix(".")


def _shown(text: str, most: int) -> str:
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
