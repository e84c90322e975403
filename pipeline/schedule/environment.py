"""`${NAME}` in schedule.yaml: from the environment, or from the file that NAME_FILE names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path as FilePath
from typing import Any

from pipeline.schedule.marks import Fault, Path
from pipeline.schedule.values import Wrong

_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
MAX_SECRET = 65_536


def secret(name: str, environ: Mapping[str, str]) -> str:
    """The value of `name`, which is never empty; raises `Wrong`, which names it but never quotes it."""
    if environ.get(name):
        return _whole(environ[name], name)
    file = environ.get(f"{name}_FILE")
    if not file:
        mend = f"Set {name} in the environment, or {name}_FILE to the path of a file that holds it."
        raise Wrong(f"{name} is not set", mend)
    try:
        with FilePath(file).open("rb") as stream:
            text = stream.read(MAX_SECRET).decode().rstrip("\r\n")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise Wrong(
            f"the file that {name}_FILE names cannot be read: {reason}",
            f"Make {name}_FILE the path of a readable file.",
        ) from None
    if not text:
        raise Wrong(f"the file that {name}_FILE names is empty", "Put the secret in its first line.")
    return text


def _whole(value: str, name: str) -> str:
    """The environment may hold bytes that are no text: Python passes them on as lone surrogates."""
    if any(unicodedata.category(char) == "Cs" for char in value):
        raise Wrong(f"{name} is not text in UTF-8", f"Set {name} anew.")
    return value


def fill(
    data: Any, environ: Mapping[str, str], *, idle: Callable[[Path], bool]
) -> tuple[Any, frozenset[Path], list[Fault]]:
    """`data` with every `${NAME}` replaced, the paths where that happened, and what is missing.

    What is missing at a path that is `idle` stays as it is written, and is no fault.
    """
    filled: set[Path] = set()
    faults: list[Fault] = []

    def walk(value: Any, path: Path) -> Any:
        if isinstance(value, dict):
            return {key: walk(child, (*path, key)) for key, child in value.items()}
        if isinstance(value, list):
            return [walk(child, (*path, number)) for number, child in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value
        filled.add(path)
        if "${" in _NAME.sub("", value) and not idle(path):
            faults.append(Fault(path, "has a ${ that names nothing", "Write ${NAME}: letters, digits and _."))
        try:
            return _NAME.sub(lambda match: secret(match[1], environ), value)
        except Wrong as wrong:
            if not idle(path):
                faults.append(Fault(path, wrong.message, wrong.mend))
            return value

    return walk(data, ()), frozenset(filled), faults
