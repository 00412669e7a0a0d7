"""Reads the table that a batch wrote: the columns of its input, then those of its results."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError
from migplan.estate.columns import Column, recognise
from migplan.estate.foreign import DELIMITERS
from migplan.estate.output import ERROR_COLUMNS
from migplan.estate.outputs import errors_beside
from migplan.estate.settings import BEST, ECHOED, PERCENTILES, REST
from migplan.files import read_text

_BEFORE = tuple(name for name in REST if name != "cost_running_usd")
"""What tables had before they told what is paid beside the target."""

_LAYOUTS = tuple(
    (*rank, *BEST, *percentiles, *rest, *echoed)
    for rank in (("rank",), ())
    for percentiles in (PERCENTILES, ())
    for rest in (REST, _BEFORE)
    for count in range(len(ECHOED), -1, -1)
    for echoed in itertools.combinations(ECHOED.values(), count)
)
_LARGEST = 100_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a batch.

    Attributes
    ----------
    given : dict
        Columns of the input.
    told : dict
        Columns of the results, as texts; empty where there is none.
    """

    given: Mapping[str, str]
    told: Mapping[str, str]

    def given_as(self, name: str) -> str:
        """An input field as the batch has read it, with its unit; empty where there is none."""
        told = ECHOED.get(name, "")
        if told in self.told:
            volume = self.number(told) if name == "volume" else None
            return self.told[told] if volume is None else units.show(volume, "B")
        for position, (header, cell) in enumerate(self.given.items()):
            column = _column(position, header)
            if column is not None and column.name == name and cell.strip():
                return column.with_unit(cell.strip())
        return ""

    def number(self, name: str) -> float | None:
        """A result that is a number, with either decimal sign."""
        try:
            value = float(self.told.get(name, "").replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def holds(self, name: str) -> bool:
        """Whether a result is true."""
        return self.told.get(name, "").lower() == "true"


@functools.cache
def _column(position: int, header: str) -> Column | None:
    try:
        return recognise(position, header)
    except UnitError:
        return None


def read_shares(path: Path) -> list[Share]:
    """Read what `migplan batch` wrote as CSV.

    Raises
    ------
    MigplanError
        The file cannot be read, or its last columns are not those of a batch.
    """
    try:
        rows = _rows(_text(path))
    except csv.Error as error:
        raise MigplanError(Fault("bad-file", str(path), f"is not CSV: {error}")) from None
    if rows is None:
        text = f"does not end in the columns of a batch; wanted {', '.join((*BEST, *REST))}"
        raise MigplanError(Fault("bad-file", str(path), text))
    return rows


def _text(path: Path) -> str:
    return read_text(path, _LARGEST, "table of a batch, all of whose rows a report shows,")


MOST_TOLD = 500
"""Bad cells that a report tells at most."""


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Rows of the input that were bad.

    Attributes
    ----------
    path : Path
        The file that tells them.
    lines : tuple of int
        Of the input.
    told : tuple of (int, str, str)
        Of the first of them the line, the column and what is wrong.
    """

    path: Path
    lines: tuple[int, ...]
    told: tuple[tuple[int, str, str], ...] = ()


def read_unplanned(path: Path) -> Unplanned | None:
    """The bad rows that a batch has told beside its output; None where there are none.

    Raises
    ------
    MigplanError
        The file cannot be read.
    """
    beside = errors_beside(path)
    if not beside.is_file():
        return None
    for delimiter in DELIMITERS:
        rows = csv.reader(io.StringIO(_text(beside), newline=""), delimiter=delimiter)
        if tuple(next(rows, ())) == ERROR_COLUMNS:
            wrong = [row for row in rows if row and row[0].isdigit()]
            lines = dict.fromkeys(int(row[0]) for row in wrong)
            told = tuple((int(row[0]), row[1], row[3]) for row in wrong[:MOST_TOLD])
            return Unplanned(beside, tuple(lines), told) if lines else None
    return None


def _rows(text: str) -> list[Share] | None:
    for delimiter in DELIMITERS:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        layout = _layout(rows[0]) if rows else None
        if layout is not None:
            own = len(rows[0]) - len(layout)
            return [
                Share(dict(zip(rows[0][:own], row, strict=False)), dict(zip(layout, row[own:], strict=False)))
                for row in rows[1:]
                if row
            ]
    return None


def _layout(headers: Sequence[str]) -> tuple[str, ...] | None:
    """The results whose columns the header ends in; one whose name the input has too is 'planned_' and its name."""
    for layout in _LAYOUTS:
        ending = headers[-len(layout) :]
        if len(headers) >= len(layout) and all(
            found.endswith(name) and not found.removesuffix(name).replace("planned_", "")
            for found, name in zip(ending, layout, strict=True)
        ):
            return layout
    return None
