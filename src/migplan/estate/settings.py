"""What a batch is to do, and what its table looks like; plain records that travel to other processes."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from migplan.engine.case import check_names
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.columns import Column, recognise
from migplan.facts import Catalogue
from migplan.inputs.fields import BY_NAME, OF_ROWS, Field
from migplan.inputs.readers import READERS
from migplan.inputs.workload import fault_code, read_workload
from migplan.text import did_you_mean

BY_CLOUD = ("cloud", "region", "target", "configuration")
"""Fields whose names differ by cloud."""

BEST = ("option", "target", "usable", "meets", "duration_days")
PERCENTILES = ("p50_days", "p80_days", "p95_days", "finish_p80")
REST = (
    "cutover_hours",
    "bottleneck",
    "cost_one_off_usd",
    "cost_monthly_usd",
    "cost_running_usd",
    "cost_horizon_usd",
    "cost_complete",
    "reasons",
)
ECHOED = {"name": "planned_name", "site": "planned_site", "volume": "planned_volume_bytes"}
"""Field -> result that says how it was read, where the headers alone do not."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How rows are planned.

    Attributes
    ----------
    given : dict
        Field -> text that stands in where a row says nothing.
    pilot : str
        The pilot file; empty where there is none.
    options : str
        'best', 'families' or 'all': the rows that come out for one that goes in.
    samples : int
        Draws for the percentiles; 0 ranks by typical values.
    decimal : str
        Decimal sign of cells and of results.
    thousands : str
        What groups the digits of cells, a key of `GROUPING`; empty where nothing may.
    units : mapping
        Units as the input writes them -> those of ours that they mean.
    empty : tuple of str
        Texts of cells that say nothing.
    points : bool
        Whether the user says that the decimal sign is what `decimal` is.
    dates : str
        'day-first' or 'month-first': how dates such as 12/01/2026 are read; empty where they are refused.
    columns : tuple of str
        Headers of a file that has none.
    sheet : str
        Of a workbook; empty: the first.
    where : tuple of (str, str)
        Header and text: only rows whose cell has it are planned.
    totals : bool
        Whether lines of totals are planned as others are.
    nested : bool
        Whether rows that lie in folders of other rows are planned as others are.
    group_by : str
        Header of the column by whose cells rows are joined to one; empty: none are.
    folder : str
        In which the table lies, and the files that it names.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    pilot: str = ""
    today: dt.date = dt.date(2000, 1, 1)
    options: str = "best"
    samples: int = 0
    seed: int = 0
    decimal: str = "."
    thousands: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    form: str = "csv"
    points: bool = False
    dates: str = ""
    columns: tuple[str, ...] = ()
    sheet: str = ""
    where: tuple[tuple[str, str], ...] = ()
    totals: bool = False
    nested: bool = False
    group_by: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, in and out.

    Attributes
    ----------
    headers : tuple of str
        As they stand in the file.
    columns : tuple of Column
        Those that give fields.
    results : dict
        Column of a result -> its header in the output.
    delimiter : str
    notes : tuple of str
        What people should know of how the columns were read, a line each.
    inner : mapping
        Line of a row that lies in the folder of another one -> the line of the outermost of these; -1 for all above.
    """

    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    results: Mapping[str, str]
    delimiter: str = ","
    notes: tuple[str, ...] = ()
    inner: Mapping[int, int] = field(default_factory=dict)


def read_settings_fields(texts: Iterable[str]) -> dict[str, str]:
    """Read what `--set` says.

    Raises
    ------
    MigplanError
        A text is not FIELD=VALUE with a field that a column can give, or the value cannot be read.

    Examples
    --------
    >>> read_settings_fields(["region=eu-west-1", "cutover-window=8 hours"])
    {'region': 'eu-west-1', 'cutover_window': '8 hours'}
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise MigplanError(Fault("bad-choice", "--set", f"{shorten(text)} has no =; wanted FIELD=VALUE"))
        if name not in BY_NAME or BY_NAME[name].scenario_only:
            wanted = did_you_mean(name, OF_ROWS, "wanted FIELD=VALUE with a field that a column can give")
            raise MigplanError(
                Fault("bad-choice", "--set", f"{shorten(text)}: {shorten(name)} is none; {wanted}")
            )
        if value.strip():
            found[name] = value.strip()
    faults = [fault for name, value in found.items() for fault in _faults_of(BY_NAME[name], value)]
    if faults:
        raise MigplanError(faults)
    return found


def _faults_of(entry: Field, value: str) -> list[Fault]:
    """What is wrong with a value for all rows, which no row is to be blamed for."""
    try:
        READERS[entry.form](entry, value)
    except UnitError as error:
        return [Fault(fault_code(entry), f"--set {entry.name}", str(error))]
    return []


def check_given(settings: Settings, layout: Layout, catalogue: Catalogue) -> None:
    """Refuse what `--set` says where no row could be planned with it.

    Raises
    ------
    MigplanError
        With every value that names what no profile has.
    """
    # What there is depends on the cloud, which may differ by row.
    by_cloud = () if "cloud" in {column.name for column in layout.columns} else BY_CLOUD
    named = {name: settings.given[name] for name in (*by_cloud, "routes", "use") if name in settings.given}
    try:
        check_names(
            read_workload({"volume": "1 TB", **named}, catalogue.assumptions, settings.today), catalogue
        )
    except MigplanError as error:
        raise MigplanError([Fault(f.code, f"--set {f.where}", f.message) for f in error.faults]) from None


def needs_echo(name: str, headers: Sequence[str], columns: Sequence[Column], settings: Settings) -> bool:
    """Whether who reads the output alone would read a field otherwise than it was read here."""
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        return name == "volume"
    alone = recognised(headers, name)
    same = alone is not None and (alone.position, alone.unit) == (column.position, column.unit)
    return not same or (name == "volume" and bool(settings.units))


def recognised(headers: Sequence[str], name: str) -> Column | None:
    """The first column that gives a field by its header alone."""
    for position, header in enumerate(headers):
        with contextlib.suppress(UnitError):
            column = recognise(position, header)
            if column is not None and column.name == name:
                return column
    return None


def free_name(name: str, taken: set[str]) -> str:
    """A header for a result beside those of the input, which stay as they are.

    >>> free_name("target", {"target"}), free_name("option", {"target"})
    ('planned_target', 'option')
    """
    while name in taken:
        name = f"planned_{name}"
    return name
