"""The outputs of a run: where they stand, how they are taken up again, and how they appear."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from migplan import __version__
from migplan.errors import Fault, MigplanError
from migplan.estate.drafts import Draft, Entry, Held, Journal, Stream, hidden, read_journal
from migplan.estate.output import error_header, header_line, to_parquet
from migplan.estate.partition import Partition, measured_of
from migplan.estate.settings import Layout, Settings
from migplan.estate.summary import Summary
from migplan.files import is_stream


def errors_beside(output: Path) -> Path:
    """Where bad rows go that nobody has given a file for.

    >>> errors_beside(Path("plans/out.csv")).name
    'out.errors.csv'
    """
    return output.with_name(f"{output.stem}.errors.csv")


def identity(settings: Settings, layout: Layout, name: str, source: Path | None) -> dict[str, Any]:
    """Everything that must be the same for a run to go on with what an earlier one has done."""
    status = None if source is None else source.stat()
    size = [] if status is None else [status.st_size, status.st_mtime_ns]
    lists = {"profiles": list(settings.profiles), "empty": list(settings.empty)}
    said = {**asdict(settings), "today": settings.today.isoformat(), **lists}
    facts = hashlib.sha256(repr(measured_of(settings)).encode()).hexdigest()
    columns = [[column.position, column.name, column.unit] for column in layout.columns]
    return {
        "version": __version__,
        "input": [name, *size],
        "settings": said,
        "columns": columns,
        "catalogue": facts,
    }


class Outputs:
    """The decisions, the bad rows and the journal.

    Parameters
    ----------
    output, errors : Path or None
        None is standard output, or no file of bad rows but the one beside the output.
    empty : Table
        The output of no rows.
    run : mapping
        What `identity` says.
    """

    def __init__(
        self,
        output: Path | None,
        errors: Path | None,
        partition: Partition,
        empty: pa.Table,
        run: Mapping[str, Any],
        strict: bool,
        resume: bool,
    ) -> None:
        self.partition, self.empty = partition, empty
        self.at, self.summary = Entry(), Summary()
        self.asked = errors is not None
        self.errors_path = errors
        self.journal: Journal | None = None
        self.output: Draft | Stream
        if output is None or is_stream(output):
            if resume:
                text = "a run into a pipe cannot be taken up again; wanted -o FILE"
                raise MigplanError(Fault("contradiction", "--resume", text))
            held = strict or partition.settings.form == "parquet"
            self.output = Held(output) if held else Stream(output)
        else:
            self.errors_path = errors or errors_beside(output)
            self._take_up(output, run, resume)
        self.errors = None if self.errors_path is None else Draft(self.errors_path, self.at.errors)
        if self.output.size == 0 and partition.settings.form == "csv":
            self.output.write(header_line(partition.layout))
        if self.errors is not None and self.errors.size == 0:
            self.errors.write(error_header(partition.layout))

    def _take_up(self, path: Path, run: Mapping[str, Any], resume: bool) -> None:
        """Go on where an earlier run has stopped, or begin."""
        found = read_journal(path) if resume else None
        if found is not None and found[0] != run:
            differs = next((key for key in run if found[0].get(key) != run[key]), "journal")
            text = f"was begun with another {differs}; wanted the same, or a run without --resume"
            raise MigplanError(Fault("contradiction", str(path), text))
        for entry in found[1] if found is not None else ():
            if _is_there(path, entry.output) and _is_there(self.errors_path, entry.errors):
                self.at = entry
                self.summary.add(Summary.from_dict(dict(entry.summary or {})))
        self.output = Draft(path, self.at.output)
        self.journal = Journal(path, run, goes_on=self.at.end > 0)

    @property
    def beside(self) -> Path | None:
        """The output, where it is a file that others can lie beside."""
        return self.output.path if isinstance(self.output, Draft) else None

    def take(
        self, end: int, check: int, output: memoryview | bytes | Path, errors: bytes, summary: Summary
    ) -> None:
        """Write what became of a chunk, and note it."""
        if isinstance(output, Path):
            assert isinstance(self.output, Draft)
            self.output.take(output)
        else:
            self.output.write(output)
        if self.errors is not None:
            self.errors.write(errors)
        self.summary.add(summary)
        size = 0 if self.errors is None else self.errors.size
        self.at = Entry(end, check, self.output.size, size, summary.to_dict())
        if self.journal is not None:
            self.journal.add(self.at)

    def finish(self) -> Path | None:
        """Put the outputs in their places.

        Returns
        -------
        Path or None
            The file of bad rows, where there is one.
        """
        errors = self.finish_errors()
        if self.partition.settings.form == "parquet":
            assert isinstance(self.output, (Draft, Held))
            to_parquet(self.output, self.empty)
        self.output.finish()
        if self.journal is not None:
            self.journal.drop()
        return errors

    def finish_errors(self) -> Path | None:
        """Put the bad rows in their place; where there are none and nobody asked for it, no file, of no run."""
        if self.errors is None or not (self.summary.bad_rows or self.asked):
            if self.errors is not None:
                self.errors.drop()
                self.errors.remove()
            return None
        self.errors.finish()
        return self.errors_path

    def drop(self) -> None:
        """Leave nothing behind."""
        for part in (self.output, self.errors, self.journal):
            if part is not None:
                part.drop()

    def close(self) -> None:
        """Leave the drafts for a run that goes on."""
        for part in (self.output, self.errors, self.journal):
            if part is not None:
                part.close()


def _is_there(path: Path | None, size: int) -> bool:
    if path is None:
        return True
    draft = hidden(path, "draft")
    return draft.exists() and draft.stat().st_size >= size
