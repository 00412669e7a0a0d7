"""What came out of a batch in a few lines: by option and target, in volume, cost and time, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from migplan import units
from migplan.errors import shorten
from migplan.estate.rows import Rows, column_of
from migplan.estate.settings import Layout, Settings
from migplan.inputs.dates import days_after

if TYPE_CHECKING:
    from migplan.estate.deciding import Entries

_SHOWN = 5
_HEADERS = 8


@dataclass(slots=True)
class Summary:
    """Counts and sums over rows; two of them add up.

    Attributes
    ----------
    volume : float
        Of the rows that were planned. [B]
    cost : float
        Horizon totals of the recommended options, known prices alone. [USD]
    incomplete : int
        Rows whose total has a line without a known price.
    latest : str
        Day on which the last recommended option ends; at P80 where there are percentiles.
    faults, columns : Counter
        Bad cells by code, and by the header of their column.
    """

    rows: int = 0
    bad_rows: int = 0
    volume: float = 0.0
    cost: float = 0.0
    incomplete: int = 0
    meeting: int = 0
    late: int = 0
    without: int = 0
    latest: str = ""
    options: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        rows: Rows,
        entries: Sequence[Entries],
        bad: Iterable[Any],
        settings: Settings,
    ) -> Summary:
        """The summary of one partition."""
        made = cls(rows=int((~rows.bad).sum()))
        made.volume = float(column_of(rows, "volume", settings)[~rows.bad].sum())
        lines = set()
        for fault in bad:
            lines.add(fault.line)
            made.faults[fault.fault.code] += 1
            made.columns[fault.fault.where] += 1
        made.bad_rows = len(lines)
        for e in entries:
            made._count(e)
        return made

    def _count(self, e: Entries) -> None:
        first = e.rank == 1
        usable = first & e.usable
        self.meeting += int((first & e.meets).sum())
        self.without += int((first & ~e.usable).sum())
        self.incomplete += int((usable & ~e.complete).sum())
        self.cost += float(e.total[usable & np.isfinite(e.total)].sum())
        for place, count in _counted(e.option[usable]):
            self.options[e.options[place].id] += count
            self.targets[e.options[place].target.id] += count
        for place, count in _counted(e.reasons[first]):
            codes = e.texts[place].split("; ") if e.texts[place] else []
            self.reasons.update(dict.fromkeys(codes, count))
            self.late += count * ("misses-deadline" in codes)
        days = days_after(e.percentiles.get("p80", e.finish)[usable], e.start, e.timezone)
        if not np.isnat(days).all():
            self.latest = max(self.latest, str(np.nanmax(days)))

    def add(self, other: Summary) -> None:
        """Take over another partition's."""
        for name in ("rows", "bad_rows", "volume", "cost", "incomplete", "meeting", "late", "without"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.latest = max(self.latest, other.latest)
        for name in ("options", "targets", "reasons", "faults", "columns"):
            getattr(self, name).update(getattr(other, name))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Summary:
        """Back from plain data."""
        values: dict[str, Any] = {n: Counter(v) if isinstance(v, dict) else v for n, v in data.items()}
        return cls(**values)


def _counted(codes: NDArray[np.int64]) -> list[tuple[int, int]]:
    values, counts = np.unique(codes, return_counts=True)
    return list(zip(values.tolist(), counts.tolist(), strict=True))


def lines_of(summary: Summary, percentiles: bool) -> list[str]:
    """A summary for the terminal, a fact a line."""
    s = summary
    told = facts_of(s, percentiles)
    for name, counter in (("By option", s.options), ("By target", s.targets), ("Reasons", s.reasons)):
        if counter:
            told.append(f"{name}: {_top(counter)}")
    if s.faults:
        told.append(f"Bad cells: {_top(s.faults)}; in {_top(s.columns)}")
    return told


def facts_of(summary: Summary, percentiles: bool) -> list[str]:
    """Sums, a line each; nothing but the rows where none could be planned."""
    s = summary
    told = [f"Rows: {s.rows:,} planned, {s.bad_rows:,} bad; {units.show(s.volume, 'B')} in all"]
    if not s.rows:
        return told
    others = s.rows - s.meeting - s.late - s.without
    parts = [f"{s.meeting:,} {'meets' if s.meeting == 1 else 'meet'} what is asked"]
    parts.append(f"{_missing(s.late)} a deadline")
    parts += [f"{_missing(others)} something else"] if others else []
    told.append(f"Of these: {', '.join(parts)}, {s.without:,} without an option")
    told.append(f"Cost over the horizon: {_cost(s)}")
    if s.latest:
        told.append(f"Latest finish{' at P80' if percentiles else ''}: {s.latest}, each row by itself")
    return told


def _missing(rows: int) -> str:
    return f"{rows:,} {'misses' if rows == 1 else 'miss'}"


def columns_of(layout: Layout) -> str:
    """How the columns were read, in one line: a misspelt one shows among those that passed through."""
    read = {column.position for column in layout.columns}
    told = [
        shorten(column.header, 30)
        + ("" if column.header == column.name else f" is {column.name}")
        + (f" in {column.unit}" if column.unit else "")
        for column in layout.columns
    ]
    others = [shorten(header, 30) for place, header in enumerate(layout.headers) if place not in read]
    more = f" and {len(others) - _HEADERS} more" if len(others) > _HEADERS else ""
    passed = f"passed through: {', '.join(others[:_HEADERS])}{more}" if others else ""
    return f"Columns: {'; '.join(part for part in (', '.join(told), passed) if part)}"


def _cost(s: Summary) -> str:
    if not s.incomplete:
        return f"{s.cost:,.0f} USD"
    rows = "1 row has" if s.incomplete == 1 else f"{s.incomplete:,} rows have"
    known = f"at least {s.cost:,.0f} USD" if s.cost else "not known"
    return f"{known} ({rows} a price that is not known)"


def by_count(counter: Counter[str]) -> list[tuple[str, int]]:
    """Entries, the most frequent first."""
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _top(counter: Counter[str]) -> str:
    found = by_count(counter)
    told = ", ".join(f"{name} {count:,}" for name, count in found[:_SHOWN])
    return told + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
