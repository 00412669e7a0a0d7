"""Which columns of a table are input fields: by their own names, by documented aliases, and as the user says.

A header is a name and perhaps a unit, `Size (GB)` or `Bandwidth Mbps`. The unit applies to cells that are bare numbers.
"""

from __future__ import annotations

import contextlib
import functools
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migplan import units
from migplan.errors import Fault, MigplanError, UnclearUnitError, UnitError, shorten
from migplan.inputs.fields import ALIASES, BY_NAME, FIELDS, NUMERIC, Field
from migplan.text import half_width, percent_of

PER_DAY: dict[str, str] = {"daily change": "change", "daily change rate": "change", "daily churn": "change"}
"""Header -> field, where a unit in the header or cell counts for a day: `Daily change (%)` is %/day."""

WRITTEN_IN = {"LogicalCapacityUsed": "B", "CapacityUsed": "B"}
"""Headers, to the letter, that one export alone writes -> the unit of their bare numbers by its documentation."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """A column that says something of a field where the column of the field itself, of rank 0, does not.

    Attributes
    ----------
    name : str
        The field.
    rank : int
        What those of one rank say counts where they agree; where they do not, the next rank decides.
    headers : str
        In their plain form, with commas between them.
    words : tuple of (str, str)
        Patterns of cells, and what they say of the field; others say nothing. Empty: cells are values of the field.
    """

    name: str
    rank: int
    headers: str
    words: tuple[tuple[str, str], ...] = ()


_YES, _SOME = "true|yes|y|1|on|enabled", "[1-9][0-9]*"
STAND_INS = (
    StandIn("protocol", 1, "nfs exported,nfs export,nfs enabled,is nfs,nfs", ((_YES, "nfs"),)),
    StandIn("protocol", 1, "nfs export count,nfs share count,nfs exports", ((_SOME, "nfs"),)),
    StandIn("protocol", 1, "smb exported,smb export,smb enabled,smb shared,is smb,smb", ((_YES, "smb"),)),
    StandIn("protocol", 1, "cifs exported,cifs enabled,cifs shared,is cifs,cifs", ((_YES, "smb"),)),
    StandIn("protocol", 1, "cifs share count,smb share count,cifs shares,smb shares", ((_SOME, "smb"),)),
    StandIn("protocol", 2, "security style,volume security style", (("ntfs", "smb"), ("unix", "nfs"))),
    StandIn("files", 1, "used inodes,inodes used,files used,used files,iused"),
)

BLOCKS = ("lun count", "luns")
"""Headers of counts of block volumes, which no mover of files takes."""

_UNIT_IN_BRACKETS = re.compile(r"([^(\[（]*)[(\[（]([^()\[\]（）]*)[)\]）]")
"""Brackets may be as wide as a Japanese sign."""
_PART = re.compile(r"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?", re.ASCII)
_IN = re.compile(r"in\s+", re.IGNORECASE)
_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = re.compile(r"(.*)#([1-9][0-9]{0,4})", re.DOTALL)
_LONGEST = 100
"""Signs of a header beyond which it is none that we know: what looks for its parts takes their square of time."""

BESIDE = {"1K-blocks": "KiB", "1024-blocks": "KiB", "kbytes": "KiB", "1M-blocks": "MiB"}
"""Headers of sizes in a table of `df` -> what bare numbers of the columns beside them count."""

_MARKS = " #*:"
"""Signs around a header that say nothing: `# Files`, `*Server name`."""


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
    per : str
        What an amount with a unit of its own counts for, as `/day` under `Daily change`.
    said : bool
        Whether the user says that it is this field.
    rank : int
        0 where it is the field; else it stands in for it after those of a lower rank.
    words : tuple of (str, str)
        Patterns of cells, and what they say of the field; empty where cells are values of it.
    against : Column or None
        The volume that users see, of which its cells are what is stored: the field is what that saves.
    others : tuple of Column
        What stands in for cells that are empty.
    """

    position: int
    header: str
    name: str
    unit: str = ""
    per: str = ""
    said: bool = False
    rank: int = 0
    words: tuple[tuple[str, str], ...] = ()
    against: Column | None = None
    others: tuple[Column, ...] = ()

    @property
    def positions(self) -> set[int]:
        """Of all the columns of the table that have a part in it."""
        return {self.position, *(other.position for other in self.others)}

    @property
    def field(self) -> Field:
        """The field in the table of fields."""
        return BY_NAME[self.name]

    def with_unit(self, text: str) -> str:
        """A number as a cell has it, with the unit of the header where it has none of its own.

        >>> Column(0, "Size (GB)", "volume", "GB").with_unit("1.5")
        '1.5 GB'
        >>> Column(0, "Daily change", "change", per="/day").with_unit("1 %")
        '1 %/day'
        """
        if text[-1:].isdigit():
            if self.unit == "1" and _PART.fullmatch(text):
                return percent_of(float(text))
            return f"{text} {self.unit}" if self.unit else text
        return self.whole(text)

    def whole(self, unit: str) -> str:
        """A unit of a cell, or a text that ends with one, for as long as the header says."""
        return unit + self.per if self.per and "/" not in unit else unit


@functools.cache
def _names() -> dict[str, str]:
    """Every header that is known, in its plain form, and its field."""
    known = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
    return known | {plain(field.name): field.name for field in FIELDS if not field.scenario_only}


def known_headers() -> dict[str, str]:
    """Every header that stands for a field, in its plain form, and the field."""
    return _names() | PER_DAY


def plain(header: str) -> str:
    """A header in lower case, with single blanks for blanks, hyphens and underscores, and no marks around it.

    >>> plain(" Cutover_Window "), plain("Round-trip  time"), plain("# Files")
    ('cutover window', 'round trip time', 'files')
    """
    return " ".join(re.split(r"[\s_\-]+", half_width(header).strip(_MARKS).lower())).strip(_MARKS)


def find_columns(
    headers: Sequence[str], maps: Sequence[str] = (), meaning: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """The columns that give fields, by their headers and by what the user says.

    Parameters
    ----------
    headers : sequence of str
        As they stand in the file.
    maps : sequence of str
        'HEADER=FIELD', 'HEADER=FIELD:UNIT', or 'HEADER=' for a column that is none. Where several columns have one
        header, 'HEADER#2' is the second of them; '#7' is the seventh column.
    meaning : mapping, optional
        Units as the file writes them, in headers, cells and maps -> those of ours that they mean.

    Raises
    ------
    MigplanError
        Two columns give one field, a unit in a header does not fit its field, or a map names what is not there.

    Examples
    --------
    >>> [(c.name, c.unit) for c in find_columns(["Size (GB)", "Bandwidth Mbps", "Owner"])]
    [('volume', 'GB'), ('link', 'Mbps')]
    """
    return resolve_columns(candidate_columns(headers, maps, meaning), headers)


def candidate_columns(
    headers: Sequence[str], maps: Sequence[str] = (), meaning: Mapping[str, str] | None = None
) -> list[Column]:
    """The columns that may give fields: several for one field, unless the user says which one it is."""
    meaning = meaning or {}
    said = _said(headers, maps, meaning)
    faults: list[Fault] = []
    found = []
    for position, header in enumerate(headers):
        try:
            column = said[position] if position in said else recognise(position, header, meaning)
        except UnitError as error:
            advice = f"say {map_line(header, '')} where it is none of the fields"
            faults.append(Fault("bad-quantity", f"header {shorten(header)}", f"{error}; {advice}"))
            continue
        if column is not None:
            found.append(column)
    if faults:
        raise MigplanError(faults)
    certain = {column.name for column in found if column.said}
    beside = next((BESIDE[header.strip()] for header in headers if header.strip() in BESIDE), "")
    if beside:
        found = [replace(one, unit=beside) if one.name == "volume" and not one.unit else one for one in found]
    return [column for column in found if column.said or column.name not in certain]


def resolve_columns(
    columns: Sequence[Column], headers: Sequence[str], line_of: Callable[[Column, str], str] | None = None
) -> tuple[Column, ...]:
    """The columns, of which no two give one field.

    Parameters
    ----------
    line_of : callable, optional
        Column and how a map calls it -> what to type so that it is the field; without it the map alone.

    Raises
    ------
    MigplanError
        Two columns give one field.
    """
    by_field: dict[str, list[Column]] = {}
    for column in columns:
        by_field.setdefault(column.name, []).append(column)
    faults = []
    for name, same in sorted(by_field.items()):
        if len(same) > 1:
            texts = [shorten(column.header) for column in same]
            told = f"{', '.join(texts[:-1])} and {texts[-1]} {'both' if len(same) == 2 else 'all'}"
            # What is used has to be moved, and not what there is room for.
            best = next((column for column in same if "used" in column.header.lower()), same[0])
            called = address(best.position, headers)
            line = line_of(best, called) if line_of else map_line(called, name)
            faults.append(Fault("contradiction", "header", f"{told} give {name!r}; say which, as {line}"))
    if faults:
        raise MigplanError(faults)
    return tuple(columns)


def address(position: int, headers: Sequence[str]) -> str:
    """How `--map` calls a column: by its header, numbered where others are called the same.

    >>> address(1, ["Used", "Used", ""]), address(2, ["Used", "Used", ""])
    ('Used#2', '#3')
    """
    header = headers[position].strip()
    same = [place for place, other in enumerate(headers) if other.strip() == header]
    if not header:
        return f"#{position + 1}"
    return header if len(same) == 1 else f"{header}#{same.index(position) + 1}"


def map_line(header: str, field: str, unit: str = "") -> str:
    """What to type, so that a column is a field.

    >>> map_line("In Use MiB", "volume", "MiB")
    "--map 'In Use MiB=volume:MiB'"
    """
    return f"--map {shlex.quote(f'{header}={field}' + (f':{unit}' if unit else ''))}"


def recognise(position: int, header: str, meaning: Mapping[str, str] | None = None) -> Column | None:
    """A column by its header alone; None where it is no field.

    Raises
    ------
    UnitError
        A unit in brackets does not fit the field.

    Examples
    --------
    >>> [(c.name, c.unit) for c in (recognise(0, "SizeGB"), recognise(1, "Size (in TiB)"))]
    [('volume', 'GB'), ('volume', 'TiB')]
    """
    text = " ".join(header.split())
    if len(text) > _LONGEST:
        return None
    found = _named(text)
    if found is not None:
        return Column(position, header, found[0], WRITTEN_IN.get(text, ""), _per(found[1], ""))
    match = _UNIT_IN_BRACKETS.fullmatch(text)
    if match is not None:
        found = _named(match[1])
        return _made(position, header, *found, match[2], meaning) if found else None
    for head, last in _ends(text):
        found = _named(head)
        if found is not None:
            try:
                return _made(position, header, *found, last, meaning)
            except UnclearUnitError:
                # A letter may as well name a drive.
                if len(last) > 1:
                    raise
            except UnitError:
                # 'Used by' is no quantity of used space.
                continue
    return None


def header_and_unit(header: str, name: str) -> tuple[str, str]:
    """A header without the unit at its end, and the unit, where a field has such; of any field where none is named.

    >>> header_and_unit("In Use MiB", "volume"), header_and_unit("Owner", "volume"), header_and_unit("# File (k)", "")
    (('In Use', 'MiB'), ('Owner', ''), ('# File', 'k'))
    """
    text = " ".join(header.split())[:_LONGEST]
    match = _UNIT_IN_BRACKETS.fullmatch(text)
    if match is not None and not name:
        return match[1].strip(), match[2].strip()
    for head, last in [(match[1].strip(), match[2])] if match else _ends(text):
        for field in ([name] if name else ("volume", "link", "rtt")) if head and last else ():
            with contextlib.suppress(UnitError):
                return head, _unit(field, "", last)
    return text, ""


def words_of(header: str) -> list[str]:
    """The words of a header in lower case.

    >>> words_of("LogicalCapacityUsed (B)"), words_of("% of disk_space")
    (['logical', 'capacity', 'used', 'b'], ['of', 'disk', 'space'])
    """
    return re.findall(r"[^\W\d_]+", _SEAM.sub(" ", header[:_LONGEST]).lower())


def _made(
    position: int, header: str, name: str, form: str, unit: str, meaning: Mapping[str, str] | None
) -> Column:
    unit = _unit(name, form, unit, meaning)
    return Column(position, header, name, unit, _per(form, unit) if name == "change" else "")


def _per(form: str, unit: str) -> str:
    """What an amount of a cell counts for, by the header's name or its unit."""
    _, slash, rest = unit.partition("/")
    return slash + rest or ("/day" if form in PER_DAY else "")


def _ends(header: str) -> Iterator[tuple[str, str]]:
    """What a header may be and the unit at its end: 'Used TB', 'used_TB', 'Used in TB', 'UsedTB'."""
    header = header.strip().replace("_", " ")
    head, _, last = header.rpartition(" ")
    yield head.removesuffix(" in"), last
    for seam in _SEAM.finditer(header):
        yield header[: seam.start()], header[seam.start() :]


def _named(header: str) -> tuple[str, str] | None:
    """The field that a header names, and the plain form by which it does."""
    for form in plain_forms(header):
        name = PER_DAY.get(form) or _names().get(form)
        if name is not None:
            return name, form
    return None


def plain_forms(header: str) -> tuple[str, str]:
    """A header in its plain form, as it stands and with seams for blanks.

    >>> plain_forms("NfsExported")
    ('nfsexported', 'nfs exported')
    """
    header = header[:_LONGEST]
    return plain(header), plain(_SEAM.sub(" ", header))


def _unit(name: str, header: str, text: str, meaning: Mapping[str, str] | None = None) -> str:
    """A unit of a header, held against its field: 'GB', 'in GB', or the first unit of 'GB, logical'."""
    wrong: UnitError | None = None
    for part in re.split("[,;]", half_width(text)):
        try:
            return _fitting(name, header, _IN.sub("", part.strip(), count=1), meaning or {})
        except UnitError as error:
            wrong = wrong or error
    raise wrong or UnitError(f"{shorten(text)} is not a unit")


def _fitting(name: str, header: str, unit: str, meaning: Mapping[str, str]) -> str:
    """A unit as we write it, which the field can have."""
    field = BY_NAME[name]
    if field.form in ("quantity", "change"):
        unit = our_unit(unit, meaning)
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
        name = name.replace("-", "_")
        places = places_of(header.strip(), headers)
        fault = _map_fault(text, bool(equals), places, name, headers)
        if fault is not None:
            faults.append(fault)
            continue
        try:
            for place in places:
                said[place] = _mapped(place, headers[place], name, unit, meaning)
        except UnitError as error:
            faults.append(Fault("bad-quantity", f"--map {shorten(text)}", str(error)))
    if faults:
        raise MigplanError(faults)
    return said


def places_of(header: str, headers: Sequence[str]) -> list[int]:
    """Positions of the columns that a header means, which may be numbered where several are called so.

    >>> places_of("Used#2", ["Used", "Used"]), places_of("#1", ["Used", ""]), places_of("x", ["Used"])
    ([1], [0], [])
    """
    found = [position for position, other in enumerate(headers) if other.strip() == header]
    match = _NUMBERED.fullmatch(header)
    if found or match is None:
        return found
    number, name = int(match[2]) - 1, match[1].strip()
    same = [position for position, other in enumerate(headers) if other.strip() == name or not name]
    return same[number : number + 1]


def _map_fault(
    text: str, equals: bool, places: Sequence[int], name: str, headers: Sequence[str]
) -> Fault | None:
    """What is wrong with a map, but for its unit."""
    if not equals:
        wanted = "wanted HEADER=FIELD, HEADER=FIELD:UNIT, or HEADER= for a column that is none of the fields"
        return Fault("bad-choice", "--map", f"{shorten(text)} has no '='; {wanted}")
    if not places:
        return Fault("bad-choice", "--map", f"{shorten(text)} names no column; found {listed(headers)}")
    if name and (name not in BY_NAME or BY_NAME[name].scenario_only):
        return Fault("bad-choice", "--map", f"{shorten(name)} is no input field of a column")
    if name and len(places) > 1:
        one = map_line(address(places[-1], headers), name)
        return Fault(
            "contradiction", "--map", f"{shorten(text)} means {len(places)} columns; say which, as {one}"
        )
    return None


def listed(headers: Sequence[str], first: Sequence[str] = (), most: int = 20) -> str:
    """Headers in a line, some of them before the others, and how many more there are."""
    order = [*first, *(header for header in headers if header not in first)]
    more = f" and {len(order) - most} more" if len(order) > most else ""
    return ", ".join(shorten(header, 30) for header in order[:most]) + more


def _mapped(place: int, header: str, name: str, unit: str, meaning: Mapping[str, str]) -> Column | None:
    """A column as the user says; a unit in the header counts where none is said and it fits the field."""
    if not name:
        return None
    text = " ".join(header.split())[:_LONGEST]
    if unit:
        return replace(_made(place, header, name, plain(text), unit, meaning), said=True)
    match = _UNIT_IN_BRACKETS.fullmatch(text)
    for head, last in [(match[1], match[2])] if match else _ends(text):
        with contextlib.suppress(UnitError):
            if last:
                return replace(_made(place, header, name, plain(head), last, meaning), said=True)
    per = _per(plain(text), "") if name == "change" else ""
    return Column(place, header, name, per=per, said=True)


def our_unit(unit: str, meaning: Mapping[str, str]) -> str:
    """A unit of an export as we write it; what stands behind a slash is left.

    >>> our_unit("GB/day", {"GB": "GiB"})
    'GiB/day'
    """
    head, slash, rest = unit.partition("/")
    return meaning.get(head, head) + slash + rest
