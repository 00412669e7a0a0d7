"""The scanner: threads or processes read the folders of a tree, deep ones first, and one place counts what they find.

No file is opened, no link followed, and no error stops it. A folder is counted together with what it says is still to
be read, or not at all; so a scan that was stopped can go on from its journal and counts nothing twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from migplan import units
from migplan.errors import Fault, MigplanError, counted
from migplan.files import shown
from migplan.inventory.count import FILE, HARD_LINK, Batch, Counter, FaultCounter
from migplan.inventory.estimate import scaled
from migplan.inventory.journal import Journal
from migplan.inventory.links import HardLinks
from migplan.inventory.shape import ROOT_FILES, Origin, Shape, Since
from migplan.inventory.walking import (
    MOST_ROWS,
    SLICE,
    Columns,
    Folder,
    Found,
    Rules,
    is_far,
    pseudo_mounts,
    read_some,
)
from migplan.progress import tell

TELLS = ("folders", "symbolic", "hard", "sparse", "special", "errors")
"""What a scan sees besides sizes and times."""
WORKERS_FAR = 16
"""Threads for a tree behind a network, where each call waits. [1]."""
PAUSE = 30.0
"""From one writing of the journal to the next. [s]."""

_ALONE = 0.3
"""How long a local tree is read without other processes, which take as long to start. [s]."""
_FOLDERS = 256
"""Handed to a process at once."""
_TICK = 0.2


@dataclass(frozen=True, slots=True)
class Settings:
    """How a tree is scanned.

    Attributes
    ----------
    workers : int
        Side by side; 0 is one for a local tree, and `WORKERS_FAR` for one behind a network.
    has_processes : bool
        Whether those of a local tree may be processes; the module that runs is then imported by each of them.
    one_of : int
        Of so many files one is looked at; 1 for all.
    journal : Path or None
        Where an unfinished scan is kept.
    before : Shape or None
        An earlier shape of the same tree: what changed since then is told.
    faults : FaultCounter or None
        Counts names that targets do not take.
    """

    workers: int = 0
    has_processes: bool = False
    one_of: int = 1
    journal: Path | None = None
    before: Shape | None = None
    faults: FaultCounter | None = None


def scan(root: Path, settings: Settings | None = None) -> Shape:
    """Count what lies below a folder.

    Parameters
    ----------
    root : Path
        A folder, or a link to one.
    settings : Settings or None

    Returns
    -------
    Shape
        Measured; most of it derived where it is a sample.

    Raises
    ------
    MigplanError
        The root cannot be read at all, or the journal is that of another scan.
    """
    return Scan(root, settings or Settings()).run()


class Scan:
    """A scan under way."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root, self.settings = os.fspath(root), settings
        _check(root)
        self.counter = Counter("measured", time.time(), TELLS, settings.faults)
        self.links = HardLinks()
        self.left_out: dict[str, int] = {}
        self.passed, self.one_of = 0, settings.one_of
        self.left = [Folder("", self.counter.group(ROOT_FILES), 0)]
        self._running: dict[Future[Found], list[Folder]] = {}
        self._waiting: list[Columns] = []
        self._rules = Rules(
            self.root, settings.one_of, pseudo_mounts(self.root), self.counter.wants_paths, SLICE
        )
        self._journal = Journal(settings.journal, self) if settings.journal else None
        if self._journal:
            self.left = self._journal.restore() or self.left

    def run(self) -> Shape:
        """Read all folders; the shape."""
        far = is_far(self.root)
        processes = self.settings.has_processes and not far
        workers = self.settings.workers or (WORKERS_FAR if far else 1)
        begun = told = written = time.monotonic()
        for found in self._read(workers, processes):
            self._take(found)
            now = time.monotonic()
            if now - told >= _TICK:
                told = now
                self._count()
                files, size = self.counter.files + self.passed, units.show(float(self.counter.bytes), "B")
                tell(
                    f"{counted(files, 'file')} of {size} counted, {counted(len(self.left), 'folder')} known and left"
                )
            if self._journal and now - max(written, begun) >= PAUSE:
                self.keep()
                written = time.monotonic()
        self._count()
        shape = self._shape()
        if self._journal:
            self._journal.remove()
        return shape

    def keep(self) -> None:
        """Write what was counted and what is left, with the folders that somebody is reading now."""
        if self._journal:
            self._count()
            self._journal.write(
                [*self.left, *(folder for folders in self._running.values() for folder in folders)]
            )

    def _read(self, workers: int, processes: bool) -> Iterator[Found]:
        """What is found, task by task."""
        end = time.monotonic() + _ALONE if workers > 1 else float("inf")
        while self.left and (workers == 1 or processes) and time.monotonic() < end:
            yield self._read_here()
        if self.left:
            with _executor(workers, processes) as executor:
                try:
                    yield from self._read_by(executor, workers, processes)
                finally:
                    executor.shutdown(cancel_futures=True)

    def _read_here(self) -> Found:
        return read_some(self._rules, [self.left.pop()])

    def _read_by(self, executor: Executor, workers: int, processes: bool) -> Iterator[Found]:
        """What several at once find; each has one more task waiting, so that none is idle while we count."""
        have_begun = not processes
        while self.left or self._running:
            while self.left and len(self._running) < 2 * workers:
                # All are to have some, before one has many.
                share = max(1, min(_FOLDERS if processes else 1, len(self.left) // (2 * workers)))
                folders, self.left = self.left[-share:], self.left[:-share]
                self._running[executor.submit(read_some, self._rules, folders)] = folders
            # This process reads while others start.
            is_free = bool(self.left) and not have_begun
            done, _ = wait(self._running, 0 if is_free else None, FIRST_COMPLETED)
            if not done:
                yield self._read_here()
            for future in done:
                have_begun = True
                found = future.result()
                del self._running[future]
                yield found

    def _take(self, found: Found) -> None:
        """Take what a task found as a whole, and with it the folders that it found."""
        counter = self.counter
        for problem in found.problems:
            counter.problem(*problem)
        for name, count in found.left_out.items():
            self.left_out[name] = self.left_out.get(name, 0) + count
        self.passed += found.passed
        counter.fan_out(found.fan_out)
        self._waiting += found.columns
        if sum(len(columns.sizes) for columns in self._waiting) >= MOST_ROWS:
            self._count()
        self.left += [
            Folder(folder.path, counter.group(folder.path), 1) if folder.depth == 1 else folder
            for folder in found.left
        ]

    def _count(self) -> None:
        """Count what was taken; a few entries at a time would take longer."""
        if self._waiting:
            self.counter.add(self._batch(self._waiting))
            self._waiting = []

    def _batch(self, several: list[Columns]) -> Batch:
        def joined(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            return np.concatenate([getattr(columns, name) for columns in several])

        lengths, groups, depths = np.array([row for columns in several for row in columns.folders]).T
        group, kinds, begin = np.repeat(groups, lengths), joined("kinds").astype(np.uint8), 0
        for columns in several:
            for place, name in columns.tops:
                group[begin + place] = self.counter.group(name)
            for place, device, inode, names in columns.linked:
                if kinds[begin + place] == FILE and not self.links.is_first(device, inode, names):
                    kinds[begin + place] = HARD_LINK
            begin += len(columns.sizes)
        return Batch(
            sizes=joined("sizes"),
            groups=group,
            kinds=kinds,
            modified=joined("modified").astype(np.float64),
            accessed=joined("accessed").astype(np.float64),
            allocated=joined("allocated") if several[0].allocated is not None else None,
            depths=depths[lengths > 0],
            paths=[path for columns in several for path in columns.paths or ()]
            if self.counter.wants_paths
            else None,
        )

    def _shape(self) -> Shape:
        notes = []
        if self.left_out:
            told = ", ".join(f"{name} ({count})" for name, count in sorted(self.left_out.items()))
            notes.append(f"left out: {told}")
        if self.links.is_full:
            notes.append(
                "more files with several names than can be remembered: some are counted more than once"
            )
        if self._journal and self._journal.is_resumed:
            notes.append("read in more than one go")
        shape = self.counter.shape(Origin(form="scan", path=self.root, notes=tuple(notes)))
        if self.settings.one_of > 1:
            shape = scaled(shape, self.passed, self.counter.squares)
        return shape if self.settings.before is None else self._compared(shape, self.settings.before)

    def _compared(self, shape: Shape, before: Shape) -> Shape:
        """The same, with what changed since an earlier shape."""
        taken, now = before.source.taken, self.counter.origin
        if taken is None or taken >= now:
            text = "does not say when it was taken" if taken is None else "is no older than this scan"
            raise MigplanError(
                Fault("contradiction", "--since", f"{text}; wanted a shape of an earlier scan")
            )
        files, total = self.counter.since(taken)
        factor = (shape.files or 0) / self.counter.files if self.counter.files else 1.0
        since = Since(
            days=(now - taken) / units.DAY,
            files=round(files * factor),
            bytes=round(total * factor),
            net_bytes=_less(shape.bytes, before.bytes),
            net_files=_less(shape.files, before.files),
        )
        return replace(shape, since=since, grades={**shape.grades, "since": shape.grade("bytes")})


def _less(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _executor(workers: int, processes: bool) -> Executor:
    """Who reads folders side by side."""
    if not processes:
        return ThreadPoolExecutor(workers)
    # Only large local trees need them.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(way))


def _check(root: Path) -> None:
    try:
        with os.scandir(root):
            pass
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise MigplanError(Fault("bad-file", shown(root), text)) from None
