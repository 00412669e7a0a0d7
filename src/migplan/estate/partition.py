"""One partition of a batch: records in, a table of decisions, faults and a summary out.

Every way to run a batch, on threads or on a cluster, calls `Partition.plan` and nothing else that decides.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from migplan.engine.case import Case, check_names, with_pilot
from migplan.engine.draws import Draws
from migplan.errors import Fault, MigplanError
from migplan.estate.assumed import assumed_of
from migplan.estate.decisions import Decisions, decide_all, decide_best
from migplan.estate.output import result_columns
from migplan.estate.records import Records, RowError, kept
from migplan.estate.rows import Group, Rows, column_of, groups, read_rows
from migplan.estate.settings import BY_CLOUD, Layout, Settings
from migplan.estate.shared_lines import sharing
from migplan.estate.summary import Summary
from migplan.facts import Catalogue, load
from migplan.inputs.workload import Workload, read_workload

_REMEMBERED = 2000


@dataclass(slots=True)
class Piece:
    """What becomes of a partition."""

    table: pa.Table
    bad: list[RowError]
    summary: Summary


@functools.lru_cache(maxsize=4)
def catalogue_of(profiles: tuple[str, ...]) -> Catalogue:
    """The catalogue, read once a process."""
    return load([Path(folder) for folder in profiles])


def measured_of(settings: Settings) -> tuple[Catalogue, Mapping[str, str]]:
    """The facts and what stands in where a row says nothing, with a pilot's measurements in them.

    Raises
    ------
    MigplanError
        The profiles or the pilot cannot be read.
    """
    facts = catalogue_of(settings.profiles)
    if not settings.pilot:
        return facts, settings.given
    return with_pilot(facts, settings.given, Path(settings.pilot))


def facts_digest(settings: Settings) -> str:
    """What tells the facts and the measurements of a run from those of another one, by their contents."""
    return hashlib.sha256(repr(_plain(measured_of(settings))).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A record with all that is in it as plain data; its own text may leave things out."""
    kind: Any = type(value)
    if kind in _LEAVES:
        return repr(value)
    names = _names(kind)
    if names is not None:
        return [kind.__name__, *[_plain(getattr(value, name)) for name in names]]
    if isinstance(value, Mapping):
        return [(str(key), _plain(item)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else repr(value)


_LEAVES = frozenset({str, float, int, bool, type(None), dt.date})
"""Kinds of most values, which have nothing in them."""


@functools.cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The fields of a kind of record; None of what is none."""
    if issubclass(kind, Struct):
        return kind.__struct_fields__
    return tuple(entry.name for entry in fields(kind)) if is_dataclass(kind) else None


class Partition:
    """What all partitions of a batch have in common.

    Parameters
    ----------
    layout : Layout
    settings : Settings

    Raises
    ------
    MigplanError
        The profiles cannot be read.
    """

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.catalogue, given = measured_of(settings)
        self.layout, self.settings = layout, replace(settings, given=given)
        self._by_protocol: dict[str, Catalogue] = {}
        _check_line_test(layout, settings)
        self.draws = Draws(settings.seed, settings.samples) if settings.samples else None
        self._known: dict[tuple[Any, ...], Case | list[Fault]] = {}

    def plan(self, records: Records) -> Piece:
        """Plan the rows of a partition."""
        records, rows = self._read(records)
        entries: list[Decisions] = []
        found = groups(rows, records, self.layout, self.settings, self.catalogue.assumptions)
        for group in found:
            case = self._case(group)
            if isinstance(case, Case):
                entries += self._decide(group, case)
            else:
                _refuse(rows, group, case)
        bad = self._bad(rows, records)
        summary = Summary.of(rows, entries, bad, self.settings)
        summary.shared = sharing(rows, records, self.layout, self.settings)
        summary.assumed = assumed_of(rows, self.settings, self.catalogue.assumptions)
        volumes = column_of(rows, "volume", self.settings)
        return Piece(
            result_columns(records.table, entries, self.layout, self.settings, volumes), bad, summary
        )

    def _read(self, records: Records) -> tuple[Records, Rows]:
        """The rows that are asked for, and what they say."""
        records = kept(records, self.layout.headers, self.settings.where)
        rows = read_rows(records, self.layout, self.settings, self.catalogue.assumptions)
        self._name_faults(rows)
        return records, rows

    def _name_faults(self, rows: Rows) -> None:
        """Tell also of bad rows which of their words no profile knows."""
        names = [name for name in (*BY_CLOUD, "routes") if name in rows.words]
        places = np.flatnonzero(rows.bad)
        if not names or not len(places):
            return
        columns = [rows.words[name] for name in names]
        codes = np.stack([words.codes[places] for words in columns], axis=1)
        kinds, which = np.unique(codes, axis=0, return_inverse=True)
        texts = [[words.values[code] for words, code in zip(columns, kind, strict=True)] for kind in kinds]
        told = [self._unknown_names(names, cells) for cells in texts]
        for place, kind in zip(places.tolist(), which.ravel().tolist(), strict=True):
            rows.faults.extend((place, fault) for fault in told[kind])

    def _unknown_names(self, names: Sequence[str], texts: Sequence[str]) -> list[Fault]:
        """What is wrong with words that can be read; those that cannot are told already."""
        said = self.settings.given
        given = {name: said[name] for name in BY_CLOUD if name in said}
        given |= {name: text for name, text in zip(names, texts, strict=True) if text}
        try:
            w = read_workload({"volume": "1 TB", **given}, self.catalogue.assumptions, self.settings.today)
        except MigplanError:
            return []
        try:
            check_names(w, self.catalogue)
        except MigplanError as error:
            return [fault for fault in error.faults if fault.where in names]
        return []

    def check(self, records: Records) -> list[RowError]:
        """What is wrong with the rows of a partition, without planning them."""
        records, rows = self._read(records)
        for group in groups(rows, records, self.layout, self.settings, self.catalogue.assumptions):
            case = self._case(group)
            if not isinstance(case, Case):
                _refuse(rows, group, case)
        return self._bad(rows, records)

    def cases(self, records: Records) -> tuple[Records, list[tuple[Group, Case]], list[RowError]]:
        """The rows that are asked for, their cases, and what is wrong with the others."""
        records, rows = self._read(records)
        found = []
        for group in groups(rows, records, self.layout, self.settings, self.catalogue.assumptions):
            case = self._case(group)
            if isinstance(case, Case):
                found.append((group, case))
            else:
                _refuse(rows, group, case)
        return records, found, self._bad(rows, records)

    def facts_of(self, w: Workload) -> Catalogue:
        """The facts for rows of a protocol: a pilot says nothing of another one than it copied over."""
        if not self.settings.pilot:
            return self.catalogue
        found = self._by_protocol.get(w.protocol)
        if found is None:
            given = {**self.settings.given, "protocol": w.protocol}
            facts = catalogue_of(self.settings.profiles)
            found = self._by_protocol[w.protocol] = with_pilot(facts, given, Path(self.settings.pilot))[0]
        return found

    def _case(self, group: Group) -> Case | list[Fault]:
        """The case of a group, or what is wrong with its words."""
        case = Case(group.workload, self.facts_of(group.workload), self.settings.today)
        known = self._known.get(group.words)
        if known is None:
            # One row stands for the words, so that the numbers of all the others can be forgotten.
            known = case.of(group.workload.take(row=np.zeros(1, dtype=int)))
            try:
                check_names(group.workload, case.facts)
                known.clock, known.every_option  # noqa: B018
            except MigplanError as error:
                known = list(error.faults)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[group.words] = known
        return case.reusing(known) if isinstance(known, Case) else known

    def _bad(self, rows: Rows, records: Records) -> list[RowError]:
        """Faults in the order of the lines, each with its column as the file calls it, and the row as it was given."""
        headers = {column.name: column.header for column in self.layout.columns}
        found = [RowError(line, fault, row) for line, row, fault in records.refused]
        if rows.faults:
            lines, texts = records.lines(), {}
            for place, fault in rows.faults:
                if place not in texts:
                    texts[place] = records.row_text(place)
                where = " and ".join(headers.get(name, name) for name in fault.where.split(" and "))
                found.append(RowError(lines[place], Fault(fault.code, where, fault.message), texts[place]))
        return sorted(found, key=lambda bad: bad.line)

    def _decide(self, group: Group, case: Case) -> Iterator[Decisions]:
        if self.settings.options == "best" and self.draws is None:
            yield decide_best(group, case)
        else:
            yield from decide_all(group, case, self.draws, self.settings.options)


def _check_line_test(layout: Layout, settings: Settings) -> None:
    """Refuse a test of one line for rows that have their own."""
    if not settings.pilot or "link" not in {column.name for column in layout.columns}:
        return
    from migplan.inputs.pilot_file import read_pilot

    if read_pilot(Path(settings.pilot)).line is not None:
        text = "its test is of one line, and the rows name theirs; wanted a pilot without [link]"
        raise MigplanError(Fault("contradiction", "--pilot", text))


def _refuse(rows: Rows, group: Group, faults: list[Fault]) -> None:
    places = np.arange(rows.count) if group.places is None else group.places
    rows.bad[places] = True
    rows.faults.extend((place, fault) for place in places.tolist() for fault in faults)
