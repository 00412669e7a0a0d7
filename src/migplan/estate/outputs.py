"""What appears of the parts of a run: one file and its bad rows, a folder of files, or a stream."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from migplan import __version__
from migplan.errors import Fault, MigplanError
from migplan.estate.output import MOST_ROWS, assemble, error_header, header_line
from migplan.estate.parts import Part, Parts, append, digest_of, failed, write_all
from migplan.estate.settings import Layout, Settings
from migplan.files import atomic_file, copy_mode, is_stream


def errors_beside(output: Path) -> Path:
    """Where bad rows go that nobody has given a file for.

    >>> errors_beside(Path("plans/out.csv")).name
    'out.errors.csv'
    """
    return output.with_name(f"{output.stem}.errors.csv")


def content_of(source: Path | None) -> str | None:
    """What tells the content of an input from that of others; None of what flows.

    Raises
    ------
    OSError
        It cannot be read.
    """
    return None if source is None or is_stream(source) else digest_of(source)


def identity(
    settings: Settings, layout: Layout, name: str, content: str | None, facts: str
) -> dict[str, Any]:
    """Everything that must be the same for a run to go on with what an earlier one has done, by content.

    Parameters
    ----------
    name : str
        What the input is called.
    content : str or None
        From `content_of`.
    facts : str
        What `facts_digest` says of the settings.
    """
    lists = {name: list(getattr(settings, name)) for name in ("profiles", "empty", "columns")}
    lists["where"] = [list(pair) for pair in settings.where]
    said = {**asdict(settings), "today": settings.today.isoformat(), **lists}
    # A table may be moved, with what lies beside it.
    del said["folder"]
    columns = [[sorted(column.positions), column.name, column.unit] for column in layout.columns]
    return {
        "version": __version__,
        "input": [name, content],
        "settings": said,
        "columns": columns,
        "catalogue": facts,
    }


class Outputs:
    """The parts of a run, and what is to become of them."""

    parts: Parts
    alone = False
    """Whether each part is a file that people read."""

    def take(self, part: Part) -> None:
        """Count a part, whose files are written."""
        self.parts.take(part)

    def close(self) -> None:
        """Let go of everything, and leave the parts where a run can go on with them."""
        self.parts.close()


class FileOutput(Outputs):
    """One file, or a stream, and a file of bad rows.

    Parameters
    ----------
    output, errors : Path or None
        None is standard output, or no file of bad rows but the one beside the output.
    run : mapping
        What `identity` says.

    Raises
    ------
    MigplanError
        It cannot be written, or gone on with.
    """

    def __init__(
        self,
        output: Path | None,
        errors: Path | None,
        layout: Layout,
        settings: Settings,
        run: Mapping[str, Any],
        strict: bool,
        resume: bool,
    ) -> None:
        self.layout, self.settings, self.output = layout, settings, output
        self.asked, self.errors = errors is not None, errors
        self._taken: list[Part] = []
        self._stream: Any = None
        self._streams = output is None or is_stream(output)
        if output is not None and not self._streams:
            self.errors = errors or errors_beside(output)
        elif resume:
            text = "a run into a pipe cannot be taken up again; wanted -o FILE"
            raise MigplanError(Fault("contradiction", "--resume", text))
        self.parts = Parts(None if self._streams else output, run, resume)
        # What may still be refused, or is known only at its end, does not flow.
        self._flows = self._streams and not strict and settings.form == "csv"
        self._rows: Any = None

    @property
    def _whole(self) -> Path:
        return self.parts.folder / "whole"

    def begin(self) -> None:
        """Open a stream, and what rows are appended to as they come."""
        if self._streams:
            self.parts.name = "standard output" if self.output is None else str(self.output)
        with self._told():
            if self._streams:
                # Past the buffer, so that nothing is left in it where the reader goes away.
                raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)
                self._stream = raw if self.output is None else self.output.open("wb", buffering=0)
            if self.settings.form == "csv":
                self._rows = self._stream if self._flows else self._whole.open("wb", buffering=0)
                write_all(self._rows, header_line(self.layout))

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise failed(self.parts.name, error, self.parts.kept) from None

    def take(self, part: Part) -> None:
        """Count a part; rows of CSV are appended at once, while others are planned."""
        super().take(part)
        self._taken.append(part)
        if self.settings.form == "xlsx" and self.settings.options == "best":
            self._check_rows(self.parts.summary.rows)
        if self._rows is not None and "csv" in part.files:
            path = self.parts.path(part, "csv")
            with self._told():
                append(path, self._rows)
                if self._flows:
                    path.unlink()

    def _check_rows(self, rows: int) -> None:
        if rows > MOST_ROWS:
            text = f"more than {MOST_ROWS:,} rows, as many as a sheet of Excel holds; wanted .csv or .parquet"
            raise MigplanError(Fault("bad-choice", self.parts.name, text))

    def close(self) -> None:
        """Let go of everything; standard output stays open."""
        super().close()
        for file in (self._rows, self._stream):
            if file is not None and (file is not self._stream or self.output is not None):
                file.close()

    def finish(self, empty: pa.Table) -> Path | None:
        """Put the outputs in their places.

        Parameters
        ----------
        empty : Table
            The output of no rows.

        Returns
        -------
        Path or None
            The file of bad rows, where there is one.
        """
        errors = self.finish_errors()
        with self._told():
            if self._rows is None:
                paths = [self.parts.path(part, self.settings.form) for part in self._taken]
                assemble(paths, self._whole, empty, self.layout, self.settings)
            elif not self._flows:
                self._rows.close()
            if self._stream is None:
                assert self.output is not None
                place(self._whole, self.output)
            elif not self._flows:
                append(self._whole, self._stream)
        self.parts.drop()
        return errors

    def finish_errors(self) -> Path | None:
        """Put the bad rows in their place; where there are none and nobody asked for it, no file, of no run."""
        if self.errors is None:
            return None
        try:
            if not (self.parts.summary.bad_rows or self.asked):
                self.errors.unlink(missing_ok=True)
                return None
            made = self.parts.folder / "bad"
            write_errors(self.parts, self._taken, made, self.layout)
            place(made, self.errors)
        except OSError as error:
            raise failed(str(self.errors), error, self.parts.kept) from None
        return self.errors


class FolderOutput(Outputs):
    """A folder in which each input has numbered parts, and a file of its bad rows.

    Raises
    ------
    MigplanError
        It cannot be written, or gone on with.
    """

    alone = True

    def __init__(self, folder: Path, run: Mapping[str, Any], resume: bool) -> None:
        self.folder = folder
        self.parts = Parts(folder, run, resume)
        self._taken: list[Part] = []
        self._made: list[Part] = []

    @staticmethod
    def refuse_filled(folder: Path) -> None:
        """Refuse to lay parts beside what somebody else has put there."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            text = "is there already; wanted a new or empty folder"
            raise MigplanError(Fault("write-failed", str(folder), text))

    def take(self, part: Part) -> None:
        """Count a part."""
        super().take(part)
        self._taken.append(part)

    def end_input(self, name: str, layout: Layout) -> None:
        """Put the bad rows of an input together."""
        if any("errors" in part.files for part in self._taken):
            write_errors(self.parts, self._taken, self.parts.folder / f"{name}.errors.csv", layout)
        self._made += self._taken
        self._taken = []

    def finish(self) -> Path | None:
        """Let the folder appear, without what only a run that goes on has a use for."""
        wanted = {
            self.parts.path(part, ending).name
            for part in self._made
            for ending in part.files
            if ending != "errors"
        }
        for path in list(self.parts.folder.iterdir()):
            if path.name not in wanted and not path.name.endswith(".errors.csv"):
                path.unlink()
        os.replace(self.parts.folder, self.folder)
        self.parts.drop()
        return self.folder if self.parts.summary.bad_rows else None


def write_errors(parts: Parts, taken: Sequence[Part], path: Path, layout: Layout) -> None:
    """Write the file of bad rows of some parts.

    Raises
    ------
    OSError
        It cannot be written.
    """
    with path.open("wb", buffering=0) as file:
        write_all(file, error_header(layout))
        for part in taken:
            if "errors" in part.files:
                append(parts.path(part, "errors"), file)


def place(made: Path, path: Path) -> None:
    """Put a file that is whole in the place of another one.

    Raises
    ------
    OSError
        It cannot be put there.
    """
    if is_stream(path):
        with path.open("wb", buffering=0) as stream:
            append(made, stream)
        return
    path = Path(os.path.realpath(path))
    if path.parent.stat().st_dev == made.stat().st_dev:
        copy_mode(path, made)
        os.replace(made, path)
        return
    with atomic_file(path) as draft, draft.open("wb", buffering=0) as file:
        append(made, file)
