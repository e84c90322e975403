"""What a table says, row by row, for channels that have no tables: which cell names a row, and under what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from channels.document import Run, Runs, Table, plain

_ORDINALS = {"tt", "stt", "số tt", "số thứ tự", "#"}
_ORDINAL = re.compile(r"\d{1,3}[.)]?")
_LONGEST_NAME = 60
"""Characters: a longer cell is no column's name."""
_LINE_END = re.compile(r"(?<=[;,.:])\n")


@dataclass(frozen=True)
class Row:
    """`label` says what the row is about; each of `cells` is (the column's name or nothing, its text).

    A row that `heads` spans the table, or is all there is of it; `ordinal` is the row's number, without
    a full stop, where a column counts.
    """

    label: Runs
    cells: tuple[tuple[Runs, Runs], ...] = ()
    ordinal: str = ""
    heads: bool = False


def rows(table: Table) -> tuple[Row, ...]:
    """The rows that say something; a first row that looks like the header counts as one."""
    header, body = table.header, table.rows
    if not header and _looks_like_header(body):
        header, body = body[0], body[1:]
    read = [_row(header, row) for row in body] or [replace(_row((), header), heads=True)]
    return tuple(row for row in read if row.label or row.cells)


def written(row: Row) -> Runs:
    """ "• Cấp tỉnh — Tiếp nhận: 71.240; Đúng hạn: 98,6%", the label bold; or "• Bước 1 – Tiếp nhận"."""
    label = _bold(row.label) if row.heads or any(name for name, _ in row.cells) else row.label
    if any(name for name, _ in row.cells):
        named = [(*name, Run(": "), *cell) if name else cell for name, cell in row.cells]
        text = _joined([label, _joined(named, "; ")], " — ")
    else:
        by = " " if plain(row.label).endswith(":") else " – "
        text = _joined([label, _joined((cell for _, cell in row.cells), " – ")], by)
    mark = "" if row.heads else f"{row.ordinal}. " if row.ordinal else "• "
    return (Run(mark), *text) if mark else text


def _looks_like_header(rows: Sequence[Sequence[Runs]]) -> bool:
    """A first row of short names over rows that hold figures."""
    if len(rows) < 2:
        return False
    first = [plain(cell) for cell in rows[0]]
    named = len(first) > 1 and all(first) and not any(char.isdigit() for name in first for char in name)
    counted = any(char.isdigit() for row in rows[1:] for cell in row for char in plain(cell))
    return named and counted and max(map(len, first)) <= _LONGEST_NAME


def _row(header: Sequence[Runs], row: Sequence[Runs]) -> Row:
    columns = _columns(header, row)
    if len(columns) == 1 and len(row) > 1:
        return Row(columns[0][1], heads=True)
    ordinal = ""
    if len(columns) > 1 and _counts(*columns[0]):
        ordinal = plain(columns[0][1]).rstrip(".)")
        columns = columns[1:]
    (name, label), *rest = columns or [((), ())]
    if name and not ordinal and plain(label).isdecimal():
        label = (Run(f"{plain(name)} {plain(label)}"),)
    return Row(label, tuple((name, cell) for name, cell in rest if cell), ordinal)


def _columns(header: Sequence[Runs], row: Sequence[Runs]) -> list[tuple[Runs, Runs]]:
    """Each cell once, under the names of all the columns that it spans."""
    pairs = zip_longest(header[: len(row)], row, fillvalue=())
    return [
        (_joined(dict.fromkeys(name for name, _ in group), ", "), _on_one_line(group[0][1]))
        for group in (list(each) for _, each in groupby(pairs, lambda pair: id(pair[1]) if pair[1] else pair))
    ]


def _counts(name: Runs, cell: Runs) -> bool:
    if name:
        return bool(cell) and plain(name).casefold().rstrip(".") in _ORDINALS
    return bool(_ORDINAL.fullmatch(plain(cell)))


def _on_one_line(cell: Runs) -> Runs:
    return tuple(replace(run, text=_LINE_END.sub(" ", run.text).replace("\n", "; ")) for run in cell)


def _joined(cells: Iterable[Runs], by: str) -> Runs:
    runs: list[Run] = []
    for cell in cells:
        if cell:
            runs += [Run(by), *cell] if runs else cell
    return tuple(runs)


def _bold(runs: Runs) -> Runs:
    return tuple(replace(run, bold=True) for run in runs)
