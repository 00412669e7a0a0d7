"""Which columns of a table are input fields: by their own names, by documented aliases, and as the user says.

A header is a name and perhaps a unit, `Size (GB)` or `Bandwidth Mbps`. The unit applies to cells that are bare numbers.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from migplan import units
from migplan.errors import Fault, MigplanError, UnclearUnitError, UnitError, shorten
from migplan.inputs.fields import BY_NAME, FIELDS, Field

ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("share name", "volume name", "file share", "workload"),
    "site": ("location",),
    "volume": ("size", "used", "used space", "used capacity", "data size", "total size", "volume size"),
    "files": ("file count", "number of files", "files count", "total files"),
    "file_size": ("average file size", "avg file size", "mean file size"),
    "largest_file": ("largest file size", "max file size", "maximum file size", "biggest file"),
    "link": ("bandwidth", "wan bandwidth", "line", "line rate", "line speed", "link speed"),
    "share": ("usable share", "link share", "bandwidth share"),
    "rtt": ("round trip", "round trip time", "ping"),
    "loss": ("packet loss",),
    "source_rate": ("source throughput", "read throughput", "read rate"),
    "change": ("change rate", "churn"),
    "start": ("start date",),
    "deadline": ("due", "due date", "finish by"),
    "cutover_window": ("cutover", "downtime", "outage window", "maintenance window"),
    "region": ("aws region", "cloud region"),
    "hours": ("transfer hours", "allowed hours"),
    "horizon": ("cost horizon",),
}
"""Field -> other headers that stand for it, in lower case with single blanks."""

PER_DAY: dict[str, str] = {"daily change": "change", "daily change rate": "change", "daily churn": "change"}
"""Header -> field, where a unit in the header or cell counts for a day: `Daily change (%)` is %/day."""

_UNIT_IN_BRACKETS = re.compile(r"(.*?)\s*[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*")
_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
NUMERIC = ("quantity", "count", "change", "deadline")
"""Forms of fields whose cells are numbers, with a unit or without."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the input that gives a field.

    Attributes
    ----------
    position : int
        From 0.
    header : str
        As it stands in the file.
    name : str
        The field.
    unit : str
        What a bare number counts; empty where bare numbers are refused.
    """

    position: int
    header: str
    name: str
    unit: str = ""

    @property
    def field(self) -> Field:
        """The field in the table of fields."""
        return BY_NAME[self.name]

    def with_unit(self, text: str) -> str:
        """A number as a cell has it, with the unit of the header where it has none of its own.

        >>> Column(0, "Size (GB)", "volume", "GB").with_unit("1.5")
        '1.5 GB'
        """
        return f"{text} {self.unit}" if self.unit and text[-1:].isdigit() else text


@functools.cache
def _names() -> dict[str, str]:
    """Every header that is known, in its plain form, and its field."""
    known = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
    return known | {plain(field.name): field.name for field in FIELDS if not field.scenario_only}


def plain(header: str) -> str:
    """A header in lower case, with single blanks for blanks, hyphens and underscores.

    >>> plain(" Cutover_Window "), plain("Round-trip  time")
    ('cutover window', 'round trip time')
    """
    return " ".join(re.split(r"[\s_\-]+", header.strip().lower())).strip()


def find_columns(
    headers: Sequence[str], maps: Sequence[str] = (), meaning: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """The columns that give fields.

    Parameters
    ----------
    headers : sequence of str
        As they stand in the file.
    maps : sequence of str
        'HEADER=FIELD', 'HEADER=FIELD:UNIT', or 'HEADER=' for a column that is none.
    meaning : mapping, optional
        Units as the headers write them -> those of ours that they mean.

    Raises
    ------
    MigplanError
        Two columns give one field, a unit in a header does not fit its field, or a map names what is not there.

    Examples
    --------
    >>> [(c.name, c.unit) for c in find_columns(["Size (GB)", "Bandwidth Mbps", "Owner"])]
    [('volume', 'GB'), ('link', 'Mbps')]
    """
    meaning = meaning or {}
    said = _said(headers, maps, meaning)
    faults: list[Fault] = []
    found = []
    for position, header in enumerate(headers):
        try:
            column = said[position] if position in said else recognise(position, header, meaning)
        except UnitError as error:
            faults.append(Fault("bad-quantity", f"header {shorten(header)}", str(error)))
            continue
        if column is not None:
            found.append(column)
    for name in sorted({column.name for column in found}):
        same = [shorten(column.header) for column in found if column.name == name]
        if len(same) > 1:
            told = (
                f"{', '.join(same[:-1])} and {same[-1]} {'both' if len(same) == 2 else 'all'} give {name!r}"
            )
            text = f"{told}; say --map HEADER= for those that do not"
            faults.append(Fault("contradiction", "header", text))
    if faults:
        raise MigplanError(faults)
    return tuple(found)


def recognise(position: int, header: str, meaning: Mapping[str, str] | None = None) -> Column | None:
    """A column by its header alone; None where it is no field.

    Raises
    ------
    UnitError
        A unit in brackets does not fit the field.

    Examples
    --------
    >>> [(c.name, c.unit) for c in (recognise(0, "SizeGB"), recognise(1, "Size in TiB"))]
    [('volume', 'GB'), ('volume', 'TiB')]
    """
    found = _named(header)
    if found is not None:
        return Column(position, header, found[0])
    match = _UNIT_IN_BRACKETS.fullmatch(header.strip())
    if match is not None:
        found = _named(match[1])
        return Column(position, header, found[0], _unit(*found, match[2], meaning)) if found else None
    for head, last in _ends(header):
        found = _named(head)
        if found is not None:
            try:
                return Column(position, header, found[0], _unit(*found, last, meaning))
            except UnclearUnitError:
                # A letter may as well name a drive.
                if len(last) > 1:
                    raise
            except UnitError:
                # 'Used by' is no quantity of used space.
                continue
    return None


def _ends(header: str) -> Iterator[tuple[str, str]]:
    """What a header may be and the unit at its end: 'Used TB', 'used_TB', 'Used in TB', 'UsedTB'."""
    header = header.strip().replace("_", " ")
    head, _, last = header.rpartition(" ")
    yield head.removesuffix(" in"), last
    for seam in _SEAM.finditer(header):
        yield header[: seam.start()], header[seam.start() :]


def _named(header: str) -> tuple[str, str] | None:
    """The field that a header names, and the plain form by which it does."""
    for form in (plain(header), plain(_SEAM.sub(" ", header))):
        name = PER_DAY.get(form) or _names().get(form)
        if name is not None:
            return name, form
    return None


def _unit(name: str, header: str, unit: str, meaning: Mapping[str, str] | None = None) -> str:
    """A unit of a header, held against its field."""
    field = BY_NAME[name]
    if field.form in ("quantity", "change"):
        unit = meant(unit, meaning or {})
    unit = f"{unit}/day" if header in PER_DAY and "/" not in unit else unit
    if field.form == "count":
        units.parse_count(f"1 {unit}")
    elif field.form not in NUMERIC:
        raise UnitError(f"{name!r} has no unit; found {shorten(unit)}")
    elif field.form == "change":
        units.factor(unit, "1/s" if "%" in unit else field.base)
    else:
        units.factor(unit, field.base)
    return unit


def _said(
    headers: Sequence[str], maps: Sequence[str], meaning: Mapping[str, str]
) -> dict[int, Column | None]:
    """What the user says of columns, by position."""
    said: dict[int, Column | None] = {}
    faults = []
    for text in maps:
        header, equals, rest = text.rpartition("=")
        name, _, unit = (part.strip() for part in rest.partition(":"))
        places = [position for position, found in enumerate(headers) if found.strip() == header.strip()]
        name = name.replace("-", "_")
        if not equals:
            wanted = (
                "wanted HEADER=FIELD, HEADER=FIELD:UNIT, or HEADER= for a column that is none of the fields"
            )
            faults.append(Fault("bad-choice", "--map", f"{shorten(text)} has no '='; {wanted}"))
        elif not places:
            known = ", ".join(shorten(found, 30) for found in headers[:20])
            faults.append(Fault("bad-choice", "--map", f"{shorten(text)} names no column; found {known}"))
        elif name and (name not in BY_NAME or BY_NAME[name].scenario_only):
            faults.append(Fault("bad-choice", "--map", f"{shorten(name)} is no input field of a column"))
        else:
            try:
                for place in places:
                    said[place] = _mapped(place, headers[place], name, unit, meaning)
            except UnitError as error:
                faults.append(Fault("bad-quantity", f"--map {shorten(text)}", str(error)))
    if faults:
        raise MigplanError(faults)
    return said


def _mapped(place: int, header: str, name: str, unit: str, meaning: Mapping[str, str]) -> Column | None:
    """A column as the user says; a unit in the header counts where none is said and it fits the field."""
    if not name:
        return None
    if unit:
        return Column(place, header, name, _unit(name, plain(header), unit))
    match = _UNIT_IN_BRACKETS.fullmatch(header.strip())
    for head, last in [(match[1], match[2])] if match else _ends(header):
        with contextlib.suppress(UnitError):
            return Column(place, header, name, _unit(name, plain(head), last, meaning) if last else "")
    return Column(place, header, name)


def meant(unit: str, meaning: Mapping[str, str]) -> str:
    """A unit of an export as we write it; what stands behind a slash is left.

    >>> meant("GB/day", {"GB": "GiB"})
    'GiB/day'
    """
    head, slash, rest = unit.partition("/")
    return meaning.get(head, head) + slash + rest
