"""Entries of a listing into the counter, below their root."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import queue
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FILE, FOLDER, Batch, Counter, FaultCounter
from migplan.inventory.readers.lines import UNKNOWN, Places
from migplan.inventory.readers.listing import Entries, Listing, Tally, as_floats
from migplan.inventory.readers.paths import BACKSLASH, SLASH, Folders, Names, OtherRootError
from migplan.inventory.shape import ROOT_FILES, Origin, Shape
from migplan.inventory.walking import LEFT_OUT

Source = Callable[[], Iterator[Entries]]
OF_SIZES = ("bytes", "sizes", "largest_file_bytes", "folders_top")
"""Keys of what is added up of sizes."""
_RESTARTS = 64
_WAITING = 2
"""Parts of a listing that wait to be counted."""
_PATIENCE = 0.1
"""[s]."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a listing tells besides its entries.

    Attributes
    ----------
    form : str
        The name of its reader.
    tells : collection of str
        As `migplan.inventory.count` has them.
    taken : float or None
        When it was made. [s]
    separator : int
        What parts names.
    rounded : bool
        Whether its sizes are.
    has_paths : bool
        Whether its entries have paths.
    may_be_empty : bool
        Whether a listing without a single entry is one of its format.
    """

    form: str
    tells: Collection[str] = ()
    taken: float | None = None
    separator: int = SLASH
    rounded: bool = False
    has_paths: bool = True
    may_be_empty: bool = False


def count(
    listing: Listing, entries: Source, told: Told, faults: Callable[[], FaultCounter] | None = None
) -> Shape:
    """Count all entries of a listing.

    Where some path does not lie below what was taken for the root, all begins anew below what holds that path too.

    Parameters
    ----------
    listing : Listing
        Its root is where the first look finds it.
    entries : callable
        Begins to read.
    told : Told
    faults : callable or None
        Makes who counts names that targets do not take.
    """
    names, before = Names(LEFT_OUT, told.separator), tuple(listing.tally.notes)
    for _ in range(_RESTARTS):
        counter = Counter("reported", told.taken, told.tells, faults() if faults else None)
        folders = Folders(listing.root or b"", told.separator, counter.group, ROOT_FILES)
        try:
            has_entries = False
            with contextlib.closing(_ahead(entries())) as parts:
                for some in parts:
                    has_entries |= len(some.sizes) > 0
                    _add(counter, folders, some, listing.tally, names)
        except OtherRootError as error:
            listing.root, listing.tally = error.root, Tally(notes=dict.fromkeys(before))
            continue
        for kind, path, message in listing.tally.problems:
            counter.problem(kind, path, message)
        return _shape(listing, counter, told, has_entries)
    raise listing.fault("has no root that holds all paths; wanted paths of one tree")


def _ahead(entries: Iterator[Entries]) -> Generator[Entries, None, None]:
    """Entries that another thread reads while those before them are counted."""
    ready: queue.Queue[Entries | BaseException | None] = queue.Queue(_WAITING)
    is_wanted = threading.Event()
    is_wanted.set()

    def run() -> None:
        end: BaseException | None = None
        try:
            for some in entries:
                if not _put(ready, some, is_wanted):
                    return
        except BaseException as error:
            end = error
        _put(ready, end, is_wanted)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while (some := ready.get()) is not None:
            if isinstance(some, BaseException):
                raise some
            yield some
    finally:
        is_wanted.clear()
        thread.join()


def _put(
    ready: queue.Queue[Entries | BaseException | None],
    some: Entries | BaseException | None,
    is_wanted: threading.Event,
) -> bool:
    """Hand on as soon as there is room; whether somebody still wants it."""
    while is_wanted.is_set():
        try:
            ready.put(some, timeout=_PATIENCE)
        except queue.Full:
            continue
        return True
    return False


def _add(counter: Counter, folders: Folders, some: Entries, tally: Tally, names: Names) -> None:
    if not len(some.sizes):
        return
    some = _with_sizes(some, tally)
    depths: Places | None = None
    paths: list[str] | None = None
    if some.starts is None or some.ends is None:
        groups = np.full(len(some.sizes), counter.group(ROOT_FILES), dtype=np.intp)
    else:
        some.starts, some.ends = folders.below(some.data, some.starts, some.ends)
        some = _of_migrations(some, tally, names)
        groups, depths = folders.tops(some)
        paths = _paths(some, folders.separator) if counter.wants_paths else None
    counter.add(
        Batch(
            sizes=some.sizes if some.kinds is None else np.where(some.kinds == FOLDER, 0, some.sizes),
            groups=groups,
            kinds=some.kinds,
            modified=as_floats(some.modified),
            accessed=as_floats(some.accessed),
            allocated=some.allocated,
            depths=depths,
            paths=paths,
        )
    )


def _with_sizes(some: Entries, tally: Tally) -> Entries:
    """Entries without files that have no size, which are told and not counted as if they were empty."""
    unsized = some.sizes == UNKNOWN
    if some.kinds is not None:
        unsized &= some.kinds != FOLDER
    if not unsized.any():
        return some
    tally.leave_out("files without a size", int(unsized.sum()))
    return some.take(~unsized)


def _of_migrations(some: Entries, tally: Tally, names: Names) -> Entries:
    """Entries without the root, which is no folder of itself, and without what no migration copies."""
    assert some.starts is not None
    assert some.ends is not None
    left_out = some.starts == some.ends
    for name, rows in names.find(some.data, some.starts, some.ends).items():
        tally.leave_out(f"entries in {name}", len({*rows}))
        left_out[rows] = True
    return some.take(~left_out) if left_out.any() else some


def _paths(some: Entries, separator: int) -> list[str]:
    paths = [os.fsdecode(path) for path in some.paths()]
    return [path.replace("\\", "/") for path in paths] if separator == BACKSLASH else paths


def _shape(listing: Listing, counter: Counter, told: Told, has_entries: bool) -> Shape:
    tally = listing.tally
    if not told.may_be_empty and not has_entries and not tally.left_out:
        first = f", as {tally.first}" if tally.bad else ""
        raise listing.fault(
            f"has no line of the format {told.form}{first}; wanted a listing of it, or another --from"
        )
    if told.rounded:
        tally.note("sizes are rounded in the listing")
    shape = counter.shape(Origin(form=told.form, path=str(listing.path)))
    if told.taken is None and shape.source.taken is not None:
        tally.note("it does not say when it was taken: ages count from the newest time in it")
    return _graded(
        dataclasses.replace(shape, source=dataclasses.replace(shape.source, notes=tally.told())), told
    )


def _graded(shape: Shape, told: Told) -> Shape:
    """What is not told by a source of entries, and what is worked out of rounded numbers."""
    changes: dict[str, Any] = {}
    if shape.untimed == shape.files and shape.files:
        changes["untimed"] = None
    if shape.folders == 0 and (shape.depth or 0) > 1:
        # There are some, and the listing has none of them.
        changes["folders"] = None
        changes["folders_top"] = tuple(
            dataclasses.replace(top, folders=None) for top in shape.folders_top or ()
        )
    if not told.has_paths:
        changes["folders_top"] = None
    if told.rounded:
        changes["grades"] = derived(shape.grades, *OF_SIZES)
    return dataclasses.replace(shape, **changes) if changes else shape


def derived(grades: Mapping[str, str], *keys: str) -> dict[str, str]:
    """Grades, some of which are no better than derived."""
    return {key: "derived" if key in keys else grade for key, grade in grades.items()}


def no_kinds(count: int) -> NDArray[np.uint8]:
    """Entries that are all files, for readers that mark some of them."""
    return np.full(count, FILE, dtype=np.uint8)
