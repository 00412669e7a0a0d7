"""A data shape for the terminal, as Markdown, and as files that plans read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from migplan import units
from migplan.errors import Fault, MigplanError, counted, in_one_line
from migplan.inventory.names import KINDS
from migplan.inventory.shape import Bucket, Shape, TopFolder, to_json, to_toml
from migplan.report.escape import flat
from migplan.report.tabular import Column, Grid, bullets, screen, table, to_csv, wrapped

MOST_FOLDERS = 20
"""First-level folders that people are shown."""
_SHOWN = 40
"""Signs of a path in a table. [1]."""
_STEP = 4
"""Of the classes of size that people are shown, by factor. [1]."""

_Row = tuple[str, str, str]


def render_shape(shape: Shape, form: str, width: int = 100) -> str:
    """A data shape as 'table', 'markdown', 'toml' or 'json'."""
    if form == "json":
        return to_json(shape)
    if form == "toml":
        return to_toml(shape)
    grids = list(_grids(shape))
    if form == "markdown":
        parts = [f"# What lies in {shape.source.path}", bullets(_notes(shape)) if shape.source.notes else ""]
        parts += [f"## {grid.title}\n\n{table(grid.columns, grid.rows)}" for grid in grids]
        return "\n\n".join(filter(None, parts))
    notes = [wrapped(note, width, "", "  ") for note in _notes(shape)]
    return screen(
        [f"inventory: {shape.source.path}", *notes, *(part for grid in grids for part in ("", grid))], width
    )


def faults_csv(shape: Shape) -> str:
    """The first hundred paths of each kind of fault, of which each is to be renamed or left out.

    Raises
    ------
    MigplanError
        Nobody looked for faults.
    """
    if shape.faults is None:
        raise MigplanError(Fault("missing", "--faults", "no name was held against a target; wanted --target"))
    rows = [
        {"target": fault.target, "kind": fault.kind, "path": in_one_line(path)}
        for fault in shape.faults
        for path in fault.first
    ]
    return to_csv(rows) if rows else "target,kind,path\n"


def _notes(shape: Shape) -> Iterator[str]:
    yield from shape.source.notes
    if shape.errors:
        yield from (f"could not read {each.path}: {each.message}" for each in shape.errors.first[:10])


def _grids(shape: Shape) -> Iterator[Grid]:
    columns = (
        Column("", lambda row: row[0]),
        Column("", lambda row: row[1], numeric=True),
        Column("", lambda row: row[2]),
    )
    yield Grid(columns, list(_figures(shape)), "Figures")
    if shape.sizes:
        yield Grid(
            (
                Column("Files of", lambda row: row[0], numeric=True),
                Column("Files", lambda row: row[1], numeric=True),
                Column("Volume", lambda row: row[2], numeric=True),
            ),
            list(_classes(shape.sizes)),
            "Sizes",
        )
    if shape.faults:
        yield Grid(_FAULTS, shape.faults, "What targets do not take")
    if shape.folders_top:
        count = len(shape.folders_top)
        title = f"First-level folders, the {MOST_FOLDERS} largest of {count:,}"
        title = title if count > MOST_FOLDERS else "First-level folders"
        yield Grid(_FOLDERS, shape.folders_top[:MOST_FOLDERS], title)


_FAULTS = (
    Column("Target", lambda fault: fault.target),
    Column("Items with", lambda fault: KINDS.get(fault.kind, fault.kind), folds=True),
    Column("Items", lambda fault: f"{fault.items:,}", numeric=True),
    Column("Volume", lambda fault: _bytes(fault.bytes), numeric=True),
    Column("Such as", lambda fault: _begin(fault.first), folds=True),
)
_FOLDERS = (
    Column("Folder", lambda top: top.path, folds=True),
    Column("Volume", lambda top: _bytes(top.bytes), numeric=True),
    Column("Files", lambda top: _count(top.files), numeric=True),
    Column("Changed in 30 days", lambda top: _changed(top), numeric=True),
)


def _begin(paths: tuple[str, ...]) -> str:
    """The first of some paths, from its end where it is long: there is what is to be renamed."""
    text = flat(paths[0]) if paths else ""
    return text if len(text) <= _SHOWN else f"…{text[1 - _SHOWN :]}"


def _changed(top: TopFolder) -> str:
    return next((_bytes(each.bytes) for each in top.changed or () if each.days == 30), "?")


def _bytes(number: float | None) -> str:
    return "?" if number is None else units.show(float(number), "B")


def _count(number: int | None) -> str:
    return "?" if number is None else f"{number:,}"


def _figures(shape: Shape) -> Iterator[_Row]:
    """What is known, with how well; unknown ones have a question mark."""
    volume = _bytes(shape.bytes)
    if shape.bytes_error:
        volume += f" ± {_bytes(shape.bytes_error)}"
    rows: list[tuple[str, str, str]] = [
        ("Volume", volume, "bytes"),
        ("Files", _count(shape.files), "files"),
        ("Folders", _count(shape.folders), "folders"),
        ("Largest file", _bytes(shape.largest_file), "largest_file_bytes"),
        ("Levels", _count(shape.depth), "depth"),
        ("Entries of the fullest folder", _count(shape.fan_out), "fan_out"),
    ]
    rows += [
        (f"Changed in {counted(each.days, 'day', 'g')}", _bytes(each.bytes), "changed")
        for each in shape.changed or ()
    ]
    if shape.since:
        since = shape.since
        rows.append((f"Changed or new since {since.days:.3g} days ago", _bytes(since.bytes), "since"))
    rows += [
        (
            f"Not {'read' if each.by == 'accessed' else 'written'} for {each.days:g} days",
            f"{each.share:.0%}",
            "cold",
        )
        for each in shape.cold or ()
    ]
    links = shape.links
    rows += [
        ("Symbolic links", _count(links.symbolic if links else None), "links"),
        ("Further names of files (hard links)", _count(links.hard if links else None), "links"),
        ("Sparse files", _count(shape.sparse.files if shape.sparse else None), "sparse"),
        ("Placeholders", _count(shape.placeholders.files if shape.placeholders else None), "placeholders"),
        ("Folders that could not be read", _count(shape.errors.folders if shape.errors else None), "errors"),
    ]
    yield from ((name, text, "unknown" if text == "?" else shape.grade(key)) for name, text, key in rows)
    if shape.source.taken is not None:
        yield "Taken", f"{dt.datetime.fromtimestamp(shape.source.taken, dt.UTC):%Y-%m-%d %H:%M} UTC", ""


def _classes(sizes: tuple[Bucket, ...]) -> Iterator[_Row]:
    """Classes by factor 4, which is as much as people read."""
    end, files, total = 0, 0, 0
    for bucket in sizes:
        while bucket.up_to is not None and bucket.up_to > end:
            if files:
                yield _class(end, files, total)
            files, total = 0, 0
            end = end * _STEP if end else 1024
        if bucket.up_to is None and files:
            yield _class(end, files, total)
            files, total = 0, 0
        end = end if bucket.up_to is not None else -1
        files, total = files + bucket.files, total + bucket.bytes
    if files:
        yield _class(end, files, total)


def _class(end: int, files: int, total: int) -> _Row:
    name = "more" if end < 0 else "0 B" if end == 0 else f"up to {_binary(end)}"
    return name, f"{files:,}", _bytes(total)


def _binary(number: int) -> str:
    """A power of two as people write it.

    >>> _binary(1024), _binary(4 * 2**30)
    ('1 KiB', '4 GiB')
    """
    power = min((number.bit_length() - 1) // 10, 6)
    return f"{number // 1024**power} {('B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB')[power]}"
