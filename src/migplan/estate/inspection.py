"""What a table holds, by its headers and a sample of its rows: which columns are fields, and what people should know.

Headers say what columns are, and the cells decide where a header is a word that people use for something else, too.
Nothing is guessed in silence: what passes through, is assumed or may count twice is told, with what to type.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.arrays import as_texts, is_number, is_plain
from migplan.estate.columns import (
    Column,
    address,
    candidate_columns,
    header_and_unit,
    known_headers,
    listed,
    map_line,
    places_of,
    plain,
    resolve_columns,
    words_of,
)
from migplan.estate.foreign import DELIMITERS
from migplan.estate.partition import measured_of
from migplan.estate.records import Records, kept
from migplan.estate.remedies import cell_notes, group_notes, line_of
from migplan.estate.settings import BEST, ECHOED, PERCENTILES, REST, Layout, Settings, free_name, needs_echo
from migplan.estate.stand_ins import block_notes, with_stand_ins, without_stored
from migplan.facts import Catalogue
from migplan.facts.regions import find_region, region_fault
from migplan.inputs.fields import BY_NAME, NUMERIC
from migplan.inputs.readers import READERS

AMBIGUOUS = frozenset(
    (
        "source", "target", "region", "customer", "support", "hours", "share", "link", "line", "change", "volume",
        "size", "used", "start", "structure", "encryption", "verify", "cloud", "loss", "budget", "keep", "due",
        "use", "availability", "configuration", "cold", "reduction", "throughput", "iops", "growth",
    )
)  # fmt: skip
"""Headers that name a field here and often something else elsewhere: their cells decide."""

HINTS: tuple[tuple[str, str, str], ...] = (
    ("inodes inode items objects files fichiers dateien archivos", "", "files"),
    ("bandwidth wan uplink circuit mbps gbps", "", "link"),
    ("deadline due", "", "deadline"),
    ("date", "target finish cutoff planned migration live completion end move", "deadline"),
    ("protocol protocols", "", "protocol"),
)
"""One of these words, and one of those, in a header may stand for a field that decides much: a person says."""

_VOLUME_WORDS = {
    "used": 4, "use": 4, "consumed": 4, "belegt": 4, "utilise": 4, "utilisé": 4, "logical": 2, "size": 2, "volume": 2,
    "capacity": 1, "größe": 2, "groesse": 2, "taille": 2, "tamaño": 2, "dimensione": 2, "kapazität": 2, "容量": 2,
    "provisioned": 1, "allocated": 1, "storage": 1, "space": 1, "data": 1, "usage": 3,
    "free": -9, "available": -9, "avail": -9, "memory": -9, "ram": -9, "throughput": -9, "rate": -9, "cpu": -9,
    "vol": 2, "percent": -9, "pct": -9, "count": -9, "number": -9, "video": -9, "unshared": -1,
}  # fmt: skip
"""Words of headers -> how much they speak for the volume, where no header is known to give it."""

_VOLUMES = ("volume", "used", "size", "capacity")
_LONGEST = 80
_SIZES = ("volume", "file_size", "largest_file", "link", "source_rate", "budget")
"""Fields of which a thousandth, read for the whole, is as likely as the whole."""

_NUMBER = re.compile(r"\s*[0-9][0-9.,'\u2019\u00a0\u202f ]*", re.ASCII)
_DATA = re.compile(r"[0-9]+(?:[.,][0-9]+)? ?[A-Za-z]{0,3}", re.ASCII)
_DISTINCT = 500
_PROPOSED = 3
_LOOKED_AT = 500
"""Headers that are held against all that are known: each takes a millisecond, and nobody types as many."""


class Sample:
    """The first rows of a table, by columns."""

    def __init__(self, table: pa.Table | None, settings: Settings) -> None:
        self._table, self._settings = table, settings
        self._known: dict[int, list[str]] = {}

    def cells(self, position: int) -> Any:
        """A column as it was read."""
        assert self._table is not None
        return self._table.column(position).combine_chunks()

    def is_number(self, position: int) -> bool:
        """Whether a column of a typed file holds numbers, which need no reading."""
        return self._table is not None and is_number(self.cells(position))

    def texts(self, position: int) -> list[str]:
        """The distinct texts of a column that say something."""
        if self._table is None or not is_plain(self._table.column(position).type):
            return []
        if position not in self._known:
            texts = pc.unique(pc.utf8_trim_whitespace(as_texts(self.cells(position)))).to_pylist()
            nothing = {"", *self._settings.empty}
            self._known[position] = [text for text in texts if text not in nothing][:_DISTINCT]
        return self._known[position]


def lay_out(
    headers: Sequence[str],
    maps: Sequence[str],
    settings: Settings,
    delimiter: str = ",",
    sample: pa.Table | None = None,
    others: Sequence[str] = (),
    below: Callable[[], str] = str,
) -> Layout:
    """Find the columns of a table.

    Parameters
    ----------
    headers : sequence of str
    maps : sequence of str
        What the user says of columns; see `find_columns`.
    sample : Table, optional
        The first rows, which decide where a header can mean this and that.
    others : sequence of str
        Other sheets of the workbook.
    below : callable
        What to say of a header that stands further down; empty where there is none.

    Raises
    ------
    MigplanError
        What `find_columns` raises, nothing gives the volume, or a column can be read in two ways.
    """
    _check_where(headers, settings)
    if sample is not None and sample.num_rows:
        sample = kept(Records(sample, _lines=range(sample.num_rows)), headers, settings.where).table
    rows = Sample(None if sample is None or not sample.num_rows else sample, settings)
    catalogue = measured_of(settings)[0]
    candidates = candidate_columns(headers, maps, settings.units)
    fields, notes = _fields_alone(headers, candidates, rows, catalogue)
    nothing = _left_out(headers, maps)
    columns = resolve_columns(
        without_stored(fields), headers, lambda one, called: _line(one, called, rows, settings)
    )
    columns, told = with_stand_ins(columns, headers, nothing)
    notes += told + block_notes(headers, rows.texts) + cell_notes(columns, rows.texts, settings)
    notes += group_notes(headers, rows.texts, 0 if sample is None else sample.num_rows, settings)
    named = {column.name for column in columns}
    if not {"volume", "inventory"} & {*named, *settings.given}:
        raise MigplanError(_header_below(below()) or _no_volume(headers, rows, delimiter, settings, others))
    faults = [fault for column in columns for fault in _groups_in_doubt(column, rows, settings)]
    if faults:
        raise MigplanError(faults)
    taken = {place for column in (*candidates, *columns) for place in column.positions} | nothing
    notes += _proposals(headers, taken, named | set(settings.given), rows)
    notes += _commas_in_doubt(columns, rows, settings)
    names = [*(("rank",) if settings.options != "best" else ()), *BEST]
    names += [*(PERCENTILES if settings.samples else ()), *REST]
    names += [result for name, result in ECHOED.items() if needs_echo(name, headers, columns, settings)]
    results = {name: free_name(name, set(headers)) for name in names}
    return Layout(tuple(headers), columns, results, delimiter, tuple(notes))


def _line(column: Column, called: str, rows: Sample, settings: Settings) -> str:
    """What to type so that a column is its field and its cells are read."""
    return line_of(column, called, rows.texts(column.position), settings)


def _check_where(headers: Sequence[str], settings: Settings) -> None:
    for name, text in settings.where:
        if not any(header.strip() == name for header in headers):
            found = f"{shorten(name)} names no column; found {listed(headers)}"
            raise MigplanError(Fault("bad-choice", f"--where {shorten(f'{name}={text}')}", found))


def _left_out(headers: Sequence[str], maps: Sequence[str]) -> set[int]:
    """Columns of which the user says that they are nothing."""
    nothing = [text.rpartition("=")[0].strip() for text in maps if text.rstrip().endswith("=")]
    return {place for header in nothing for place in places_of(header, headers)}


def _fields_alone(
    headers: Sequence[str], candidates: Sequence[Column], rows: Sample, catalogue: Catalogue
) -> tuple[list[Column], list[str]]:
    """The columns without those that only have the name of a field."""
    fields, notes = [], []
    volumes = sum(column.name == "volume" for column in candidates)
    for column in candidates:
        texts = rows.texts(column.position)
        doubted = not column.said and not column.unit and plain(column.header) in AMBIGUOUS
        # Cells of the only column that can give the volume are rather wrong than of another kind.
        doubted &= column.name != "volume" or volumes > 1
        if not doubted or not texts or any(_may_be(column, text, catalogue) for text in texts):
            fields.append(column)
            continue
        volumes -= column.name == "volume"
        header = shorten(column.header, 30)
        # Shares and volumes have names more often than lines have shares.
        named = plain(column.header) in ("share", "volume")
        line = map_line(address(column.position, headers), "name" if named else column.name)
        notes.append(
            f"{header} passes through: none of its cells, such as {shorten(texts[0], 30)}, is a value of "
            f"{column.name!r}; if it is meant to be read, say {line}"
        )
    return fields, notes


def _may_be(column: Column, text: str, catalogue: Catalogue) -> bool:
    """Whether a cell is a value of a field, or one that was meant to be."""
    form = column.field.form
    if form == "quantity" and re.fullmatch(r"[0-9.,]+\s*:\s*[0-9.,]+", text):
        # A ratio, as storage systems tell what they save.
        return False
    if form in NUMERIC or form == "date":
        return re.match(r"[-+.(]?\s*[0-9]", text) is not None
    if column.name == "target":
        return _is_near(text, tuple(catalogue.targets))
    if column.name == "configuration":
        own = {own.configuration for target in catalogue.targets.values() for own in target.configurations}
        return _is_near(text, tuple(own))
    if column.name == "use":
        return _is_near(text, tuple(catalogue.uses))
    if column.name == "region":
        return _may_be_region(text, catalogue)
    if column.name == "hours" and re.search(
        r"\d:\d\d|\b(mon|tue|wed|thu|fri|sat|sun)|\d\s*[ap]m\b", text, re.I
    ):
        return True
    try:
        READERS[form](column.field, text)
    except UnitError:
        return _is_near(text, (*column.field.choices, *(word for word, _ in column.field.also)))
    return True


def _may_be_region(text: str, catalogue: Catalogue) -> bool:
    """Whether a text means a Region of any cloud, or nearly does."""
    for cloud in catalogue.clouds.values():
        if find_region(cloud, text) or _is_near(text, tuple(cloud.regions)):
            return True
    return any(not region_fault(catalogue, cloud, text) for cloud in catalogue.clouds)


def _is_near(text: str, known: Sequence[str]) -> bool:
    """Whether a text is one of some words, a part of one, or nearly one.

    >>> _is_near("FSx", ["fsx-windows"]), _is_near("Windows Server", ["windows"]), _is_near("EMEA", ["eu-west-1"])
    (True, True, False)
    """
    words = frozenset(re.findall(r"[a-z0-9]+", text.lower()))
    for choice in known:
        parts = frozenset(re.findall(r"[a-z0-9]+", choice.lower()))
        if words and (words <= parts or (parts <= words and not re.search(r"[\\/]", text))):
            return True
    return bool(difflib.get_close_matches(text.lower()[:80], known, n=1, cutoff=0.8))


def _grouped_alike(column: Column, rows: Sample, decimal: str) -> str:
    """The first number of a column whose decimal signs may as well group thousands, since three digits follow each."""
    if column.name not in _SIZES or rows.is_number(column.position):
        return ""
    found = [match[0].strip(" ") for text in rows.texts(column.position) if (match := _NUMBER.match(text))]
    signed = [number for number in found if decimal in number]
    grouped = all(re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(decimal)}[0-9]{{3}})+", n) for n in signed)
    # A number of four digits without a sign would have one if they were grouped.
    others = all(number.isdigit() and len(number) <= 3 for number in found if decimal not in number)
    return signed[0] if signed and grouped and others else ""


def _groups_in_doubt(column: Column, rows: Sample, settings: Settings) -> Iterator[Fault]:
    """A column whose points may as well group thousands, of which the user says nothing."""
    first = "" if settings.thousands or settings.points else _grouped_alike(column, rows, ".")
    if first:
        yield Fault(
            "bad-quantity",
            f"header {shorten(column.header)}",
            f"all points have three digits behind them, such as {first!r}; say --thousands . --decimal , where that "
            f"is {first.replace('.', '')}, or --decimal . where it is {first}",
        )


def _commas_in_doubt(columns: Sequence[Column], rows: Sample, settings: Settings) -> list[str]:
    """Columns whose decimal commas, of which the user speaks, may as well group thousands."""
    if settings.decimal != "," or settings.thousands:
        return []
    found = [(column, _grouped_alike(column, rows, ",")) for column in columns]
    return [
        f"all commas of {shorten(column.header, 30)} have three digits behind them, such as {first!r}, and are read "
        f"as decimal; where that is {first.replace(',', '')}, say --thousands , --decimal ."
        for column, first in found
        if first
    ]


def _header_below(told: str) -> Fault | None:
    return Fault("missing", "header", told) if told else None


def _no_volume(
    headers: Sequence[str], rows: Sample, delimiter: str, settings: Settings, sheets: Sequence[str]
) -> Fault:
    """What to do about a table of which no column gives the volume."""
    data = [] if settings.columns else [place for place, header in enumerate(headers) if _is_data(header)]
    if data:
        return Fault("missing", "header", _no_header(headers, rows, data[0]))
    likely = _volume_like(headers, rows)
    lines = [
        _line(Column(place, headers[place], "volume", unit), address(place, headers), rows, settings)
        for place in likely[:_PROPOSED]
        for unit in (header_and_unit(headers[place], "volume")[1],)
    ]
    others = [sign for sign in DELIMITERS if sign != delimiter and any(sign in header for header in headers)]
    shown = listed(headers, [headers[place] for place in likely])
    wanted = f"say {' or '.join(lines)}"
    if not lines:
        wanted = "none looks like it: wanted one such as 'Used (GB)', or --map HEADER=volume:GB"
    text = f"none gives the volume; {wanted}; found {shown}"
    if sheets:
        text += f"; or say --sheet for one of {listed(sheets)}"
    if others:
        text += f"; it is split at {_called(delimiter)}: else say --delimiter {_called(others[0])}"
    return Fault("missing", "header", text)


def _no_header(headers: Sequence[str], rows: Sample, place: int) -> str:
    """What to say of a file whose first line is a row, as that of `du`."""
    names = ",".join(_name_of_data(header, number) for number, header in enumerate(headers))
    cells = [headers[place], *rows.texts(place)]
    letters = [letter for letter in "KMGTP" if any(cell.endswith(letter) for cell in cells)]
    line = " ".join([f"--columns {names!r}", *(f"--unit {letter}={letter}iB" for letter in letters)])
    text = f"none gives the volume: line 1 looks like a row ({shorten(headers[place])})"
    source = "du -h" if letters else "du -k"
    return f"{text}; say how the columns are called, as {line} for the output of {source}"


def _called(delimiter: str) -> str:
    return repr({"\t": "tab"}.get(delimiter, delimiter))


def _is_data(header: str) -> bool:
    """Whether a header is rather a number of a row; a year may well be a header."""
    text = header.strip()
    return _DATA.fullmatch(text) is not None and re.fullmatch("(?:19|20)[0-9]{2}", text) is None


def _name_of_data(cell: str, place: int) -> str:
    if _is_data(cell):
        return "Used (KiB)" if cell.strip().isdigit() else "Used"
    return "name" if "/" in cell or "\\" in cell else f"column {place + 1}"


def _volume_like(headers: Sequence[str], rows: Sample) -> list[int]:
    """Positions of columns that may be the volume, the likeliest first."""
    scores = {}
    for place, header in enumerate(headers):
        text, unit = header_and_unit(header, "volume")
        score = sum(_VOLUME_WORDS.get(word, 0) for word in words_of(text)) + (2 if unit else 0)
        score += 2 if difflib.get_close_matches(plain(text)[:_LONGEST], _VOLUMES, n=1, cutoff=0.8) else 0
        cells = rows.texts(place)
        if score >= 2 and "%" not in header and (not cells or any(cell[0].isdigit() for cell in cells)):
            scores[place] = score
    return sorted(scores, key=lambda place: (-scores[place], place))


def _proposals(headers: Sequence[str], taken: set[int], given: set[str], rows: Sample) -> list[str]:
    """Columns that pass through and may have been meant for a field that nothing gives."""
    notes = []
    for place, header in enumerate(headers[:_LOOKED_AT]):
        name = "" if place in taken else _nearest(header)
        if not name or name in given:
            continue
        unit = header_and_unit(header, name)[1]
        column = Column(place, header, name, unit or ("B" if BY_NAME[name].base == "B" else ""))
        texts = rows.texts(place)
        if texts and not any(_reads(column, text) for text in texts[:50]):
            continue
        daily = "%/day" if name == "change" and "%" in header else ""
        line = map_line(address(place, headers), name, daily)
        notes.append(f"{shorten(header, 30)} passes through; if it is the {name}, say {line}")
    return notes


@functools.lru_cache(maxsize=1000)
def _nearest(header: str) -> str:
    """The field that a header may have been meant for; empty where it is near to none."""
    if len(header) > 100:
        return ""
    text = plain(header_and_unit(header, "")[0].rstrip("% "))
    near = difflib.get_close_matches(text, known_headers(), n=1, cutoff=0.87) if len(text) > 3 else []
    if near:
        return known_headers()[near[0]]
    words = frozenset(words_of(text))
    return next(
        (
            name
            for hints, others, name in HINTS
            if words & set(hints.split()) and (not others or words & set(others.split()))
        ),
        "",
    )


def _reads(column: Column, text: str) -> bool:
    """Whether a cell could be one of a field."""
    if column.name == "deadline" and re.fullmatch(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", text):
        return True
    try:
        READERS[column.field.form](column.field, column.with_unit(text))
    except UnitError:
        number = r"[0-9.]+" if column.field.form != "count" else r"[0-9]{1,3}([., \u00a0\u202f'][0-9]{3})+"
        numeric = column.field.form in ("quantity", "change", "count")
        return numeric and re.fullmatch(number, text) is not None
    return column.field.form != "deadline" or not text.isdigit()
