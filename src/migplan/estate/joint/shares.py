"""The shares of an estate: rows of a table as a batch reads them, each with its site, and who goes together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from migplan.engine.case import Case
from migplan.errors import Fault, MigplanError
from migplan.estate.arrays import as_texts, numbers
from migplan.estate.joint.sites import Site, check_sites
from migplan.estate.partition import Partition
from migplan.estate.records import Records, RowError, kept
from migplan.estate.run import Input, Job
from migplan.estate.settings import Layout, Settings

OWN = {
    "group": ("group", "cutover group", "move group", "application", "グループ"),
    "server": ("server", "host", "svm", "vserver", "サーバー"),
    "owner": ("owner", "contact", "責任者"),
    "priority": ("priority", "優先度"),
}
"""What a table may say of a share besides the input fields -> headers, in small letters."""

_PRIORITIES = {"high": 1.0, "medium": 2.0, "normal": 2.0, "low": 3.0}
_LAST = 1e9


@dataclass(frozen=True, slots=True)
class Share:
    """One share.

    Attributes
    ----------
    case : Case
        Of this share alone.
    group : str
        What is cut over together with it; empty where nothing is.
    rank : float
        What goes first: the smaller the sooner.
    """

    name: str
    site: str
    case: Case
    group: str = ""
    server: str = ""
    owner: str = ""
    priority: str = ""
    rank: float = _LAST


@dataclass(frozen=True)
class Lot:
    """Shares of a site whose words are the same, and the case of all of them: a row for each."""

    site: Site
    case: Case
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Estate:
    """All shares, by site and words.

    Attributes
    ----------
    bad : tuple of Bad
        Rows that cannot be planned.
    """

    lots: tuple[Lot, ...]
    bad: tuple[RowError, ...]
    layout: Layout
    settings: Settings

    @property
    def shares(self) -> list[Share]:
        """In the order of the lots."""
        return [share for lot in self.lots for share in lot.shares]


def read_shares(job: Job, sites: Mapping[str, Site]) -> Estate:
    """Read a table of shares.

    Parameters
    ----------
    job : Job
        As of a batch; what `--set` says stands in behind what the sites say.
    sites : mapping
        From `read_sites`.

    Raises
    ------
    MigplanError
        The table cannot be read, or sites lack something.
    """
    assert job.today is not None
    settings = replace(job.settings, today=job.today)
    read = Input(job.source, "shares", job, replace(settings, given={**settings.given, **_said(sites)}))
    with contextlib.closing(read.source):
        # Of rows that are joined those that are asked for are chosen before.
        where = read.partition.settings.where
        records = [kept(chunk.records(), read.layout.headers, where) for chunk in read.source.chunks()]
        names = list(
            dict.fromkeys(name for some in records for name in _sites_of(some, read.layout, settings))
        )
        known = {name: sites.get(name.casefold(), Site(name)) for name in names}
        check_sites(names, sites, {name: _has_line(known[name], read.layout, settings) for name in names})
        lots: list[Lot] = []
        bad: list[RowError] = []
        for name in names:
            given = {**settings.given, **known[name].given}
            part = Partition(read.layout, replace(read.settings, given=given, where=()))
            for some in records:
                mine = _of_site(some, name, read.layout, settings)
                found, wrong = _lots(part, mine, known[name], read.layout)
                lots += found
                bad += wrong
    # Rows that cannot be read at all belong to no site.
    once = {(one.line, str(one.fault)): one for one in sorted(bad, key=lambda one: one.line)}
    return Estate(tuple(lots), tuple(once.values()), read.layout, settings)


def _said(sites: Mapping[str, Site]) -> dict[str, str]:
    """What each site says, so that nobody is told that it is assumed; in the words of the first."""
    first, *others = [site.given for site in sites.values()] or [{}]
    return {name: text for name, text in first.items() if all(name in other for other in others)}


def _position(layout: Layout, name: str) -> int | None:
    return next((column.position for column in layout.columns if column.name == name), None)


def _sites_of(records: Records, layout: Layout, settings: Settings) -> list[str]:
    """The site of each row."""
    position, usual = _position(layout, "site"), settings.given.get("site", "site")
    if position is None:
        return [usual] * records.table.num_rows
    texts = as_texts(records.table.column(position).combine_chunks()).to_pylist()
    return [(text or "").strip() or usual for text in texts]


def _of_site(records: Records, name: str, layout: Layout, settings: Settings) -> Records:
    """The rows of one site, with the lines on which they stand."""
    places = [n for n, site in enumerate(_sites_of(records, layout, settings)) if site == name]
    lines = records.lines()
    table = records.table.take(numbers(np.array(places, dtype=np.int64)))
    first = not places or places[0] == 0
    return replace(
        records, table=table, refused=records.refused if first else [], _lines=[lines[n] for n in places]
    )


def _has_line(site: Site, layout: Layout, settings: Settings) -> bool:
    return "link" in {*site.given, *settings.given} or _position(layout, "link") is not None


def _lots(part: Partition, records: Records, site: Site, layout: Layout) -> tuple[list[Lot], list[RowError]]:
    records, cases, bad = part.cases(records)
    columns = dict(_own(records.table, layout))
    names = _names(records.table, layout)
    lots = []
    for group, case in cases:
        places = range(records.table.num_rows) if group.places is None else group.places.tolist()
        shares = []
        for row, place in enumerate(places):
            said = {name: cells[place] for name, cells in columns.items()}
            rank = _rank(said.get("priority", ""))
            one = case.rows(np.array([row]))
            shares.append(Share(names[place] or f"row {place + 1}", site.name, one, rank=rank, **said))
        lots.append(Lot(site, case, tuple(shares)))
    return lots, bad


def _own(table: pa.Table, layout: Layout) -> Iterator[tuple[str, list[str]]]:
    """What the table says besides the input fields."""
    taken = {column.position for column in layout.columns}
    for name, called in OWN.items():
        for position, header in enumerate(layout.headers):
            if position not in taken and header.strip().casefold() in called:
                yield name, _cells(table, position)
                break


def _names(table: pa.Table, layout: Layout) -> Sequence[str]:
    position = _position(layout, "name")
    return [""] * table.num_rows if position is None else _cells(table, position)


def _cells(table: pa.Table, position: int) -> list[str]:
    cells: Any = as_texts(table.column(position).combine_chunks()).to_pylist()
    return [" ".join((cell or "").split()) for cell in cells]


def _rank(priority: str) -> float:
    """What goes first.

    >>> _rank("1") < _rank("2") < _rank("low") < _rank("")
    True
    """
    word = priority.strip().casefold()
    if word in _PRIORITIES:
        return _PRIORITIES[word]
    try:
        return float(word)
    except ValueError:
        return _LAST


def refused(estate: Estate) -> None:
    """Refuse an estate without a single share that can be planned.

    Raises
    ------
    MigplanError
        With what is wrong with its rows.
    """
    if estate.lots:
        return
    faults = [
        Fault(bad.fault.code, f"line {bad.line}: {bad.fault.where}", bad.fault.message) for bad in estate.bad
    ]
    raise MigplanError(
        faults or [Fault("bad-file", "SHARES", "has a header and no rows; nothing was planned")]
    )
