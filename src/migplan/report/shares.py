"""Reads the table that a batch wrote: the columns of its input, then those of its results."""

from __future__ import annotations

import csv
import functools
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from migplan.errors import Fault, MigplanError, UnitError
from migplan.estate.columns import Column, recognise

_BEST = ("option", "target", "usable", "meets", "duration_days")
_PERCENTILES = ("p50_days", "p80_days", "p95_days", "finish_p80")
_REST = (
    "cutover_hours",
    "bottleneck",
    "cost_one_off_usd",
    "cost_monthly_usd",
    "cost_horizon_usd",
    "cost_complete",
    "reasons",
)
_LAYOUTS = tuple(
    (*rank, *_BEST, *percentiles, *_REST) for rank in (("rank",), ()) for percentiles in (_PERCENTILES, ())
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
        """An input field, by whichever header the batch knows it, with the unit of the header; empty where none is."""
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
        data = path.read_bytes()
    except OSError as error:
        raise MigplanError(Fault("bad-file", str(path), f"cannot be read: {error.strerror}")) from None
    if len(data) > _LARGEST:
        text = f"has {len(data):,} bytes; wanted at most {_LARGEST:,}, since a report has a table of all rows"
        raise MigplanError(Fault("bad-file", str(path), text))
    try:
        rows = _rows(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = f"is not UTF-8 (byte {error.start}); wanted what `migplan batch` wrote"
        raise MigplanError(Fault("bad-file", str(path), text)) from None
    except csv.Error as error:
        raise MigplanError(Fault("bad-file", str(path), f"is not CSV: {error}")) from None
    if rows is None:
        text = f"does not end in the columns of a batch; wanted {', '.join((*_BEST, *_REST))}"
        raise MigplanError(Fault("bad-file", str(path), text))
    return rows


def _rows(text: str) -> list[Share] | None:
    for delimiter in (",", ";", "\t", "|"):
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
