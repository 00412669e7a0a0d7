"""A CSV of samples, for whatever has no reader of its own: `time`, `bytes`, `files`, and more where it is known."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any

from migplan import units
from migplan.errors import UnitError, shorten
from migplan.text import did_you_mean
from migplan.tracking.readers.source import Source
from migplan.tracking.samples import PHASES, Sample

_NAMES = {
    "time": "time",
    "at": "time",
    "timestamp": "time",
    "bytes": "bytes",
    "bytes_done": "bytes",
    "files": "files",
    "files_done": "files",
    "total_bytes": "total_bytes",
    "bytes_total": "total_bytes",
    "total_files": "total_files",
    "files_total": "total_files",
    "phase": "phase",
    "job": "job",
}
"""Heading -> what stands below it."""
_PLAIN = re.compile(r"\d+(\.\d*)?([eE]\+?\d{1,2})?", re.ASCII)
_NUMBERS = ("bytes", "files", "total_bytes", "total_files")


class Table:
    """See `Reader`."""

    name = "csv"

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""
        known = _columns(head.split(b"\n", 1)[0].decode("utf-8", "replace"))[1]
        return 0.9 if "time" in known and ("bytes" in known or "files" in known) else 0.0

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""
        text = source.text()
        lines = text.splitlines()
        delimiter, columns = _columns(lines[0] if lines else "")
        rows = list(csv.reader(lines, delimiter=delimiter))
        is_open = bool(text) and not text.endswith("\n")
        before: Mapping[str, str] = {}
        for place, row in enumerate(rows[1:], 2):
            if not any(cell.strip() for cell in row):
                continue
            cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
            if place == len(rows) and is_open and _is_cut(len(row), len(columns), cells, before):
                source.notes.append(f"its last line, {place}, is cut off and left out")
                continue
            yield _sample(source, cells, place)
            before = cells


def _columns(line: str) -> tuple[str, list[str]]:
    """What separates the columns, and what each of them holds; empty for what is not known."""
    line = line.lstrip("\ufeff").strip()
    delimiter = max(",;\t", key=line.count)
    return delimiter, [
        _NAMES.get(cell.strip(' "').lower().replace(" ", "_"), "") for cell in line.split(delimiter)
    ]


def _is_cut(found: int, wanted: int, cells: Mapping[str, str], before: Mapping[str, str]) -> bool:
    """Whether the last line of a file without a last line end lacks a part: cells, or digits of the last one."""
    if found < wanted or not before:
        return found < wanted
    last = list(cells)[-1]
    old, new = before.get(last, ""), cells[last]
    return len(new) < len(old) if old.isdigit() and (new.isdigit() or not new) else not new and bool(old)


def _sample(source: Source, cells: Mapping[str, str], place: int) -> Sample:
    time = source.seconds(cells.get("time", ""))
    if time is None and source.unzoned:
        source.refuse_unzoned()
    if time is None:
        found = shorten(cells.get("time", ""))
        raise source.fault(f"line {place}: time {found} is none; wanted such as 2026-11-28T09:44:10+01:00")
    phase = cells.get("phase", "").lower() or "copying"
    if phase not in PHASES:
        wanted = did_you_mean(phase, PHASES, f"wanted one of {', '.join(PHASES)}")
        raise source.fault(f"line {place}: phase {shorten(phase)} is not known; {wanted}")
    numbers: dict[str, Any] = {name: _number(source, cells, name, place) for name in _NUMBERS}
    if numbers["bytes"] is None and numbers["files"] is None:
        raise source.fault(f"line {place}: has neither bytes nor files")
    return Sample(time=time, job=cells.get("job") or source.name, tool=Table.name, phase=phase, **numbers)


def _number(source: Source, cells: Mapping[str, str], name: str, place: int) -> float | None:
    """A count or an amount; None where the cell is empty."""
    text = cells.get(name, "")
    if not text:
        return None
    try:
        if "files" in name:
            return units.parse_count(text, "40M")
        return float(text) if _PLAIN.fullmatch(text) else units.parse(text, "B", "12 TB")
    except UnitError as error:
        raise source.fault(f"line {place}: {name}: {error}") from None
