"""The scanner: threads or processes read the folders of a tree, deep ones first, and one place counts what they find.

Behind a network threads wait for many calls at once. A local tree keeps processors busy, and threads of Python take
turns on them: there other processes read, and this one too whenever it has nothing to count.

No file is opened, no link followed, and no error stops it. A folder is counted together with what it says is still to
be read, or not at all; so a scan that was stopped can go on from its journal and counts nothing twice.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from migplan import units
from migplan.errors import Fault, MigplanError, counted
from migplan.files import shown
from migplan.inventory.count import FILE, HARD_LINK, Batch, Counter, FaultCounter
from migplan.inventory.estimate import scaled
from migplan.inventory.journal import Journal, noted
from migplan.inventory.links import HardLinks
from migplan.inventory.looking import MOST_ROWS
from migplan.inventory.shape import ROOT_FILES, Origin, Shape, Since
from migplan.inventory.walking import (
    Columns,
    Folder,
    Found,
    Rules,
    is_far,
    keeps_access_times,
    pseudo_mounts,
    read_some,
)
from migplan.inventory.workers import MOST_LOCAL, Crew, WorkerLostError, processors
from migplan.progress import tell

TELLS = (
    *("folders", "symbolic", "special", "errors"),
    *(("placeholders",) if sys.platform == "win32" else ("hard", "sparse")),
)
"""What a scan sees besides sizes and times: Windows tells of no entry its names or its blocks."""
WORKERS_FAR = 16
"""Threads for a tree behind a network, where each call waits. [1]."""
PAUSE = 30.0
"""From one writing of the journal to the next. [s]."""

Reading = Callable[[Sequence[Folder]], Found]
"""Whoever reads folders, and some of what lies below them."""

ALONE = 20_000
"""Entries of a local tree that are read without other processes, which take as long to start. [1]."""
FOLDERS = 256
"""Handed to a process at once."""
SLICE, LONG_SLICE = 0.05, 0.1
"""How long a task goes on with what it finds below its folders: behind a network, and on a local tree. [s]."""
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
    keeps_journal : bool
        Whether it stays at the end, for whoever still has to write down what was found.
    before : Shape or None
        An earlier shape of the same tree: what changed since then is told.
    faults : FaultCounter or None
        Counts names that targets do not take.
    """

    workers: int = 0
    has_processes: bool = False
    one_of: int = 1
    journal: Path | None = None
    keeps_journal: bool = False
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
        self._has_access = keeps_access_times(self.root)
        self._running: dict[Future[Found], list[Folder]] = {}
        self._waiting: list[Columns] = []
        self._seen, self._is_short = 0, False
        self._is_far = is_far(self.root)
        self._rules = Rules(
            root=self.root,
            one_of=settings.one_of,
            skipped=pseudo_mounts(self.root),
            with_paths=self.counter.wants_paths,
            slice=SLICE if self._is_far else LONG_SLICE,
        )
        self._journal = Journal(settings.journal, self) if settings.journal else None
        kept = self._journal.restore() if self._journal else None
        if kept is not None:
            # Nothing may be left of a scan that was stopped just before its end.
            self.left = kept
        if settings.before is not None:
            # Not after days of reading.
            _moment(settings.before, self.counter.origin)

    def run(self) -> Shape:
        """Read all folders; the shape."""
        processes = self.settings.has_processes and not self._is_far
        local = min(processors(), MOST_LOCAL) if processes else 1
        workers = self.settings.workers or (WORKERS_FAR if self._is_far else local)
        told = written = time.monotonic()
        with (
            noted(self._journal is not None) as is_stopped,
            closing(self._read(workers, processes)) as several,
        ):
            for found in several:
                self._take(found)
                now = time.monotonic()
                if now - told >= _TICK:
                    told = now
                    self._tell()
                if self._journal and (now - written >= PAUSE or is_stopped()):
                    self.keep()
                    written = time.monotonic()
                if is_stopped():
                    raise KeyboardInterrupt
        self._count()
        shape = self._shape()
        if self._journal and not self.settings.keeps_journal:
            self._journal.remove()
        elif self._journal and self._journal.path.exists():
            self.keep()
        return shape

    def _tell(self) -> None:
        self._count()
        files, size = self.counter.files + self.passed, units.show(float(self.counter.bytes), "B")
        tell(
            f"{counted(files, 'file')} of {size} counted, {counted(len(self.left), 'folder')} known and left"
        )

    def keep(self) -> None:
        """Write what was counted and what is left, with the folders that somebody is reading now."""
        if self._journal:
            self._count()
            self._journal.write(
                [*self.left, *(folder for folders in self._running.values() for folder in folders)]
            )

    def _read(self, workers: int, processes: bool) -> Generator[Found, None, None]:
        """What is found, task by task."""
        while self.left and (workers == 1 or (processes and self._seen < ALONE)):
            yield self._read_here()
        if not self.left:
            return
        # This process is one of the processes that read.
        others = max(1, workers - 1) if processes else workers
        with ThreadPoolExecutor(others) as executor:
            try:
                if processes:
                    with Crew(self._rules, others) as crew:
                        yield from self._read_by(executor, crew.read, crew.size, is_one=True)
                        self._is_short |= crew.size < others
                else:
                    yield from self._read_by(executor, partial(read_some, self._rules), workers, is_one=False)
            finally:
                executor.shutdown(cancel_futures=True)

    def _read_here(self) -> Found:
        return read_some(self._rules, [self.left.pop()])

    def _read_by(self, executor: Executor, read: Reading, workers: int, is_one: bool) -> Iterator[Found]:
        """What several at once find, and this process where it is one of them.

        Each of the others has one more task waiting, so that none is idle while we count.
        """
        while self.left or self._running:
            while self.left and len(self._running) < 2 * workers:
                # All are to have some, before one has many.
                share = max(1, min(FOLDERS if is_one else 1, len(self.left) // (2 * workers)))
                folders, self.left = self.left[-share:], self.left[:-share]
                self._running[executor.submit(read, folders)] = folders
            if is_one and not self.left:
                self._take_back()
            done, _ = wait(self._running, 0 if is_one and self.left else None, FIRST_COMPLETED)
            if not done:
                yield self._read_here()
            for future in done:
                folders = self._running[future]
                try:
                    found = future.result()
                except WorkerLostError:
                    found, workers, self._is_short = Found(left=folders), 0, True
                del self._running[future]
                yield found

    def _take_back(self) -> None:
        """Take a task back that nobody has begun, rather than wait for it."""
        for future, folders in self._running.items():
            if future.cancel():
                del self._running[future]
                self.left += folders
                return

    def _take(self, found: Found) -> None:
        """Take what a task found as a whole, and with it the folders that it found."""
        counter = self.counter
        for problem in found.problems:
            counter.problem(*problem)
        for name, count in found.left_out.items():
            self.left_out[name] = self.left_out.get(name, 0) + count
        self.passed += found.passed
        self._seen += sum(len(columns.sizes) for columns in found.columns)
        counter.fan_out(found.fan_out)
        self._waiting += found.columns
        if sum(len(columns.sizes) for columns in self._waiting) >= MOST_ROWS:
            self._count()
        self.left += [
            Folder(folder.path, counter.group(folder.path), 1) if folder.depth == 1 else folder
            for folder in found.left
        ]

    def _count(self) -> None:
        """Count what was taken; a few entries at a time would take longer, and all of a huge folder too much room."""
        part: list[Columns] = []
        rows = 0
        self._waiting.reverse()
        while self._waiting:
            part.append(self._waiting.pop())
            rows += len(part[-1].sizes)
            if rows >= MOST_ROWS or not self._waiting:
                self.counter.add(self._batch(part))
                part, rows = [], 0

    def _batch(self, several: list[Columns]) -> Batch:
        def joined(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            return np.concatenate([getattr(columns, name) for columns in several])

        lengths, groups, depths = np.array([row for columns in several for row in columns.folders]).T
        group, kinds, begin = np.repeat(groups, lengths), joined("kinds").astype(np.uint8), 0
        sizes = joined("sizes")
        allocated = sizes.copy() if several[0].allocated is not None else None
        for columns in several:
            if allocated is not None and columns.allocated is not None:
                allocated[begin + columns.allocated[0]] = columns.allocated[1]
            for place, name in columns.tops:
                group[begin + place] = self.counter.group(name)
            for place, device, inode, names in columns.linked:
                if kinds[begin + place] == FILE and not self.links.is_first(device, inode, names):
                    kinds[begin + place] = HARD_LINK
            begin += len(columns.sizes)
        return Batch(
            sizes=sizes,
            groups=group,
            kinds=kinds,
            modified=joined("modified").astype(np.float64),
            accessed=joined("accessed").astype(np.float64) if self._has_access else None,
            allocated=allocated,
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
        if not self._has_access:
            notes.append("the file system does not write down when files are read (noatime)")
        if self.links.is_full:
            notes.append(
                "more files with several names than can be remembered: some are counted more than once"
            )
        if self._is_short:
            notes.append(
                "processes could not be started, or ended early: what they were to read was read by one"
            )
        if self._journal and self._journal.is_resumed:
            notes.append("read in more than one go")
        shape = self.counter.shape(Origin(form="scan", path=self.root, notes=tuple(notes)))
        if self.settings.one_of > 1:
            shape = scaled(shape, self.passed, self.counter.squares)
        return shape if self.settings.before is None else self._compared(shape, self.settings.before)

    def _compared(self, shape: Shape, before: Shape) -> Shape:
        """The same, with what changed since an earlier shape."""
        taken, now = _moment(before, self.counter.origin), self.counter.origin
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


def _moment(before: Shape, now: float) -> float:
    """When an earlier shape was taken. [s]."""
    taken = before.source.taken
    if taken is None or taken >= now:
        text = "does not say when it was taken" if taken is None else "is no older than this scan"
        raise MigplanError(Fault("contradiction", "--since", f"{text}; wanted a shape of an earlier scan"))
    return taken


def _less(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _check(root: Path) -> None:
    try:
        with os.scandir(root):
            pass
    except OSError as error:
        text = f"cannot be read: {error.strerror or error}"
        raise MigplanError(Fault("bad-file", shown(root), text)) from None
