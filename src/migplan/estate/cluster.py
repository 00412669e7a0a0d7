"""A batch over a Dask cluster: many files in, many files out, the same partitions by the same function.

Workers read the inputs and write the outputs themselves, so both must lie where every one of them can reach them.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import pickle
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError
from migplan.estate.chunks import open_input
from migplan.estate.drafts import failed, hidden
from migplan.estate.output import error_header, error_lines, header_line, to_csv, write_parquet
from migplan.estate.outputs import identity
from migplan.estate.partition import Partition, catalogue_of
from migplan.estate.records import Bad
from migplan.estate.run import Done, Job, day_of, refuse_nested
from migplan.estate.settings import Layout, Settings, check_given, lay_out
from migplan.estate.summary import Summary
from migplan.estate.workers import TOLD

_AHEAD = 4
"""Partitions in hand for each thread of the cluster."""


@dataclass(frozen=True, slots=True)
class Part:
    """A partition on its way to a file of its own."""

    chunk: Any
    common: bytes
    path: str


@dataclass(frozen=True, slots=True)
class PartDone:
    """What a worker tells of a partition."""

    summary: dict[str, Any]
    bad: list[Bad]


def run_cluster(
    inputs: Sequence[Path],
    job: Job,
    scheduler: str | None,
    progress: Callable[[int, int | None], None] | None = None,
) -> Done:
    """Plan the rows of many files.

    Parameters
    ----------
    inputs : sequence of Path
        CSV or Parquet; all have their own columns.
    job : Job
        Its output is a folder, in which each input has numbered parts.
    scheduler : str, optional
        Address of the cluster; without it one is started on this machine.

    Raises
    ------
    MigplanError
        An input cannot be read, its columns or the settings are wrong, or the folder cannot be written.
    """
    folder = job.output
    if folder is None:
        text = "standard output is not for --engine dask; wanted -o FOLDER"
        raise MigplanError(Fault("contradiction", "-o", text))
    for flag, given in (("--strict", job.strict), ("--errors", job.errors is not None)):
        if given:
            text = "is not for --engine dask: bad rows lie beside the parts of their file"
            raise MigplanError(Fault("contradiction", flag, text))
    draft = hidden(folder, "draft")
    settings = replace(job.settings, today=job.today or day_of(draft / "run", job.resume))
    with ExitStack() as stack:
        names = part_names(inputs)
        sources = [_Input(path, name, job, settings, stack) for path, name in zip(inputs, names, strict=True)]
        _refuse_filled(folder)
        client = _client(scheduler, stack)
        _begin(folder, draft, [source.identity for source in sources], job.resume)
        collected = _Collected(draft, progress, len(inputs))
        for source in sources:
            parts = source.parts(draft)
            collected.take(source, _done(client, parts))
        try:
            _finish(folder, draft)
        except OSError as error:
            raise failed(str(folder), error, kept=True) from None
    errors = folder if collected.summary.bad_rows else None
    return Done(collected.summary, errors, collected.told, sources[0].layout, settings, collected.resumed)


def part_names(inputs: Sequence[Path]) -> list[str]:
    """What the parts of each input are called: as it is, with a number where an earlier one is called so.

    Raises
    ------
    MigplanError
        An input is given twice.

    Examples
    --------
    >>> part_names([Path("osaka/shares.csv"), Path("paris/shares.csv"), Path("a.csv")])
    ['shares', 'shares-2', 'a']
    """
    names: list[str] = []
    taken: set[str] = set()
    seen: set[Path] = set()
    for path in inputs:
        if path.resolve() in seen:
            raise MigplanError(Fault("contradiction", "IN", f"{str(path)!r} is given twice; wanted it once"))
        seen.add(path.resolve())
        numbered = (f"{path.stem}-{number}" for number in itertools.count(2))
        # Some file systems do not tell large letters from small ones.
        names.append(next(n for n in itertools.chain([path.stem], numbered) if n.casefold() not in taken))
        taken.add(names[-1].casefold())
    return names


class _Input:
    """One of the inputs."""

    def __init__(self, path: Path, name: str, job: Job, settings: Settings, stack: ExitStack) -> None:
        if str(path) == "-":
            raise MigplanError(Fault("contradiction", "IN", "standard input is not for --engine dask"))
        if path.is_dir():
            raise MigplanError(
                Fault("bad-file", str(path), f"is a folder; wanted files, such as {path}/*.csv")
            )
        self.path, self.name = path.resolve(), name
        self._source = open_input(self.path, settings, job.encoding, job.delimiter)
        stack.callback(self._source.close)
        self.layout: Layout = lay_out(self._source.headers, job.maps, settings, self._source.delimiter)
        refuse_nested(self._source, self.layout, settings)
        check_given(settings, self.layout, catalogue_of(settings.profiles))
        self.identity = identity(settings, self.layout, self._source.name, self.path)
        self._common = pickle.dumps((self.layout, settings))
        self._suffix = settings.form

    def parts(self, draft: Path) -> Iterator[Part]:
        """Its partitions, and where they go."""
        for number, chunk in enumerate(self._source.far_chunks()):
            name = f"{self.name}.part-{number:05d}.{self._suffix}"
            yield Part(chunk, self._common, str(draft.resolve() / name))


class _Collected:
    """What came back from the cluster."""

    def __init__(self, draft: Path, progress: Any, inputs: int) -> None:
        self.summary, self.told, self.resumed = Summary(), [], 0  # type: ignore[var-annotated]
        self._draft, self._progress, self._inputs, self._taken = draft, progress, inputs, 0

    def take(self, source: _Input, done: Iterator[PartDone]) -> None:
        """Take over the partitions of an input; its bad rows go to one file."""
        bad: list[bytes] = []
        for part in done:
            self.summary.add(Summary.from_dict(part.summary))
            self.told += part.bad[: TOLD - len(self.told)]
            bad.append(error_lines(part.bad, source.layout))
        if any(bad):
            path = self._draft / f"{source.name}.errors.csv"
            path.write_bytes(error_header(source.layout) + b"".join(bad))
        self._taken += 1
        if self._progress is not None:
            self._progress(self._taken, self._inputs)


def _client(scheduler: str | None, stack: ExitStack) -> Any:
    from distributed import Client, LocalCluster

    if scheduler is not None:
        try:
            return stack.enter_context(Client(scheduler, timeout="20s"))
        except (OSError, ValueError) as error:
            text = f"cannot be reached: {str(error).splitlines()[0]}"
            raise MigplanError(Fault("bad-choice", f"--scheduler {scheduler}", text)) from None
    cluster = LocalCluster(
        n_workers=os.cpu_count(),
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
    )
    return stack.enter_context(Client(stack.enter_context(cluster)))


def _done(client: Any, parts: Iterator[Part]) -> Iterator[PartDone]:
    """Partitions in their order, as many on their way as keep the cluster busy."""
    waiting: deque[Any] = deque()
    threads = max(sum(client.nthreads().values()), 1)
    for part in parts:
        waiting.append(client.submit(plan_part, part, pure=False))
        if len(waiting) >= threads * _AHEAD:
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(future: Any) -> PartDone:
    """What became of a partition.

    Raises
    ------
    MigplanError
        The cluster lost it, or a worker cannot reach a file.
    """
    from distributed import CancelledError, KilledWorker

    try:
        done: PartDone = future.result()
        return done
    except (KilledWorker, CancelledError):
        where, text = "--scheduler", "workers ended while they planned, as by want of memory"
    except OSError as error:
        where = f"a worker, {error.filename or 'file'}"
        text = f"{error.strerror or error}; wanted files that every worker can reach under the same path"
    raise MigplanError(
        Fault("write-failed", where, f"{text}; what was done is kept, --resume goes on from there")
    )


@functools.lru_cache(maxsize=8)
def _partition(common: bytes) -> Partition:
    """What all partitions of an input have in common, made once a worker."""
    layout, settings = pickle.loads(common)
    return Partition(layout, settings)


def plan_part(part: Part) -> PartDone:
    """Plan a partition and write it; a worker calls this."""
    told = Path(f"{part.path}.done")
    if told.exists():
        # An earlier run has written it.
        return PartDone(*pickle.loads(told.read_bytes()))
    partition = _partition(part.common)
    layout, settings = partition.layout, partition.settings
    piece = partition.plan(part.chunk.records())
    path, draft = Path(part.path), Path(f"{part.path}.writing")
    if settings.form == "csv":
        draft.write_bytes(b"".join((header_line(layout), to_csv(piece.table, layout, settings))))
    else:
        write_parquet(draft, piece.table)
    os.replace(draft, path)
    found = (piece.summary.to_dict(), piece.bad)
    draft.write_bytes(pickle.dumps(found))
    os.replace(draft, told)
    return PartDone(*found)


def _refuse_filled(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MigplanError(
            Fault("write-failed", str(folder), "is there already; wanted a new or empty folder")
        )


def _begin(folder: Path, draft: Path, run: list[dict[str, Any]], resume: bool) -> None:
    """The folder of drafts, new or as an earlier run has left it."""
    told = draft / "run"
    try:
        if resume and told.exists():
            if json.loads(told.read_text(encoding="utf-8")) != run:
                text = "was begun with other inputs or settings; wanted the same, or a run without --resume"
                raise MigplanError(Fault("contradiction", str(folder), text))
            return
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        told.write_text(json.dumps(run), encoding="utf-8")
    except OSError as error:
        raise failed(str(folder), error, kept=False) from None


def _finish(folder: Path, draft: Path) -> None:
    for path in draft.iterdir():
        if path.suffix in (".done", ".writing") or path.name == "run":
            path.unlink()
    os.replace(draft, folder)
