"""What came out of a batch in a few lines: by option and target, in volume, cost and time, and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from migplan import units
from migplan.errors import CALLED, counted, shorten
from migplan.estate.rows import Rows, column_of
from migplan.estate.settings import Layout, Settings
from migplan.estate.shared_lines import shared_line_notes
from migplan.inputs.dates import days_after
from migplan.results.names import Names, names_of

if TYPE_CHECKING:
    from migplan.estate.decisions import Decisions

ALONE = "Each row is planned by itself: rows that share a line take longer together, a shared target may cost less"
"""What a sum over rows does not know."""

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
        Day on which the last recommended option ends that ends on a day; at P80 where there are percentiles.
    endless, beyond : int
        Rows whose recommended option never ends, and those where it does so beyond the calendar.
    shared : Counter
        Rows by site, or of one line.
    assumed : Counter
        Rows by what stands in for what they do not say.
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
    stuck: int = 0
    without: int = 0
    latest: str = ""
    endless: int = 0
    beyond: int = 0
    options: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    shared: Counter[str] = field(default_factory=Counter)
    assumed: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        rows: Rows,
        entries: Sequence[Decisions],
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

    def _count(self, e: Decisions) -> None:
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
            self.stuck += count * ("never-ends" in codes and "misses-deadline" not in codes)
        ends = e.percentiles.get("p80", e.finish)[usable]
        days = days_after(ends, e.start, e.timezone)
        never = ~np.isfinite(ends)
        self.endless += int(never.sum())
        self.beyond += int((np.isnat(days) & ~never).sum())
        if not np.isnat(days).all():
            self.latest = max(self.latest, str(np.nanmax(days)))

    def add(self, other: Summary) -> None:
        """Take over another partition's."""
        for name in self.__slots__:
            mine, more = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(more)
            else:
                setattr(self, name, max(mine, more) if name == "latest" else mine + more)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Summary:
        """Back from plain data.

        Raises
        ------
        ValueError
            It is that of no summary.
        """
        made = cls()
        if not isinstance(data, dict) or {*data} != {*cls.__slots__}:
            raise ValueError("no summary")
        for name, value in data.items():
            default = getattr(made, name)
            if isinstance(default, Counter):
                value = Counter({str(key): int(count) for key, count in dict(value).items()})
            elif type(value) is not type(default):
                raise ValueError(f"{name} is {value!r}")
            setattr(made, name, value)
        return made


def _counted(codes: NDArray[np.int64]) -> list[tuple[int, int]]:
    values, counts = np.unique(codes, return_counts=True)
    return list(zip(values.tolist(), counts.tolist(), strict=True))


def lines_of(
    summary: Summary, percentiles: bool, names: Names | None = None, asked: bool = True
) -> list[str]:
    """A summary for the terminal, a fact a line; its options and targets by their names."""
    s = spoken(summary, names)
    told = facts_of(s, percentiles, asked)
    for name, counter in (("By option", s.options), ("By target", s.targets), ("Reasons", s.reasons)):
        if counter:
            told.append(f"{name}: {_top(counter)}")
    if s.faults:
        faults = Counter({CALLED.get(code, code): count for code, count in s.faults.items()})
        told.append(f"Bad cells: {_top(faults)}; in {_top(s.columns)}")
    return told


def spoken(summary: Summary, names: Names | None = None) -> Summary:
    """The same with names in place of the ids of options and targets."""
    names = names or names_of()
    options: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    for key, count in summary.options.items():
        options[names.option(key)] += count
    for key, count in summary.targets.items():
        targets[names.target(key)] += count
    return replace(summary, options=options, targets=targets)


def facts_of(summary: Summary, percentiles: bool, asked: bool = True) -> list[str]:
    """Sums, a line each; nothing but the rows where none could be planned, and no verdict where nothing was asked."""
    s = summary
    told = [f"Rows: {s.rows:,} planned, {s.bad_rows:,} bad; {units.show(s.volume, 'B')} in all"]
    if not s.rows:
        return told
    others = s.rows - s.meeting - s.late - s.stuck - s.without
    parts = [f"{s.meeting:,} {'meets' if s.meeting == 1 else 'meet'} what is asked"]
    parts.append(f"{_missing(s.late)} a deadline")
    parts += [f"{s.stuck:,} never {'ends' if s.stuck == 1 else 'end'}"] if s.stuck else []
    parts += [f"{_missing(others)} something else"] if others else []
    if not asked and s.meeting + s.without == s.rows:
        parts = ["no deadline, cutover window or budget was asked for"]
    told.append(f"Of these: {', '.join(parts)}, {s.without:,} without an option")
    told.append(f"Cost over the horizon: {_cost(s)}")
    if s.latest or s.endless or s.beyond:
        told.append(
            f"Latest finish{' at P80' if percentiles else ''}: {latest_of(s.latest, s.endless, s.beyond)}"
        )
    if s.rows > 1:
        told.append(f"{shared_line_notes(s.shared) or ALONE}; these sums are no plan of an estate")
    return told


def latest_of(latest: str, endless: int, beyond: int) -> str:
    """When the last of some rows ends, those first that do not.

    >>> latest_of("2027-01-01", 0, 0)
    '2027-01-01'
    >>> latest_of("2027-01-01", 2, 0), latest_of("", 1, 1)
    ('never for 2 rows; of the others 2027-01-01', 'never for 1 row; beyond the calendar for 1 row')
    """
    parts = [f"never for {counted(endless, 'row')}"] if endless else []
    parts += [f"beyond the calendar for {counted(beyond, 'row')}"] if beyond else []
    if latest:
        parts.append(f"of the others {latest}" if parts else latest)
    return "; ".join(parts)


def _missing(rows: int) -> str:
    return f"{rows:,} {'misses' if rows == 1 else 'miss'}"


def columns_of(layout: Layout) -> str:
    """How the columns were read, in one line: a misspelt one shows among those that passed through."""
    read = {place for column in layout.columns for place in column.positions}
    told = [
        shorten(column.header, 30)
        + ("" if column.header == column.name else f" {'gives' if column.against else 'is'} {column.name}")
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
