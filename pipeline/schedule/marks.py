"""YAML with marks: plain data whose every scalar is its written text, and where each thing stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipeline.schedule.problems import Mark

Path = tuple[str | int, ...]

MAX_DEPTH = 30
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_PLAIN = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|value|merge|seq|map)")


class Written(str):
    """A scalar as it was written, in NFC; `plain` unless it was quoted, so that true and "true" differ."""

    __slots__ = ("plain",)
    plain: bool

    @classmethod
    def of(cls, node: yaml.ScalarNode) -> Written:
        # \u escapes can make half a character, which no other text can hold.
        whole = node.value.encode(errors="replace").decode()
        text = cls(unicodedata.normalize("NFC", whole))
        text.plain = node.style is None
        return text


@dataclass(frozen=True)
class Fault:
    """Something wrong at `path`; `at_key` marks the key and not the value, `mark` overrides both."""

    path: Path
    message: str
    mend: str
    at_key: bool = False
    mark: Mark | None = None


class Unreadable(Exception):
    """The text is not YAML, or not of the plain kind that a schedule may be."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass
class Document:
    """What a text says; `keys` and `values` mark each path, `faults` are what YAML allows and we do not."""

    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def mark(self, path: Path, *, at_key: bool = False) -> Mark:
        """Where `path` stands, or else the nearest thing around it that is written."""
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark())


class _Loader(yaml.SafeLoader):
    """Composes nodes only, so nothing is constructed; without aliases, which could grow without bound."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        start: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="uses an alias (*name)", problem_mark=start)
        if self.depth == MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="is nested too deeply", problem_mark=start)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def load(text: str) -> Document:
    """`text` as lists, dicts, `Written` and None (a plain `null`, `~` or nothing); raises `Unreadable`."""
    lines = _BREAK.split(text)

    def place(line: int, column: int) -> Mark:
        """Counted from 0 by YAML; its end of the file may be a line that no editor shows."""
        if line >= len(lines) or (line and line == len(lines) - 1 and not lines[line]):
            line = len(lines) - (1 if lines[-1] or len(lines) == 1 else 2)
            column = len(lines[line])
        return Mark(line + 1, min(column, len(lines[line])) + 1)

    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        stands = error.problem_mark or error.context_mark
        mark = place(stands.line, stands.column) if stands else Mark()
        raise Unreadable(_syntax(error.problem or error.context or "", mark, lines)) from None
    except yaml.reader.ReaderError as error:
        before = _BREAK.split(text[: error.position])
        mark = place(len(before) - 1, len(before[-1]))
        raise Unreadable(_syntax("contains a character that YAML forbids", mark, lines)) from None
    except (ValueError, OverflowError):
        # PyYAML converts \U escapes and %YAML versions unchecked.
        mark = place(loader.line, loader.column) if loader else Mark()
        raise Unreadable(_syntax("contains an impossible escape or number", mark, lines)) from None
    document = Document()
    if root is not None:
        document.data = _build(root, (), document, place)
    return document


def _build(node: yaml.Node, path: Path, document: Document, place: Callable[[int, int], Mark]) -> Any:
    def mark(of: yaml.Node) -> Mark:
        return place(of.start_mark.line, of.start_mark.column)

    document.values[path] = mark(node)
    if not _PLAIN.fullmatch(node.tag):
        document.faults.append(Fault(path, "has a YAML tag (!name)", "Write the plain value without a tag."))
    if isinstance(node, yaml.ScalarNode):
        if node.style is None and node.tag.endswith(":null"):
            return None
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\t\n" for char in node.value):
            document.faults.append(Fault(path, "contains a control character", "Take out the \\ escape."))
        return Written.of(node)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, number), document, place) for number, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            fault = Fault(path, "has a key that is not a word", "Write key: value.", mark=mark(key))
            document.faults.append(fault)
            continue
        name = str(Written.of(key))
        if name in found:
            first = document.keys[(*path, name)].line
            message = f'"{name}" is written twice, first on line {first}'
            document.faults.append(Fault((*path, name), message, "Keep one of them.", mark=mark(key)))
            continue
        document.keys[(*path, name)] = mark(key)
        found[name] = _build(value, (*path, name), document, place)
    return found


def _syntax(problem: str, mark: Mark, lines: list[str]) -> Fault:
    line = lines[mark.line - 1]
    if "\\t" in problem:
        mend = "Indent with spaces, never with tabs."
    elif re.search(r"[^\"'\w]\$\{", line):
        mend = 'Put "${NAME}" in quotes.'
    elif "alias" in problem:
        mend = "Write the value out where it is needed."
    else:
        mend = "Look at the indentation, quotes, colons and brackets here."
    return Fault((), f"not readable as YAML: {problem}", mend, mark=mark)
