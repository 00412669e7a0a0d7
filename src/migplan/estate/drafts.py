"""Outputs that appear whole or not at all, and the journal from which a killed run goes on.

A draft lies beside its output under a hidden name. The journal has a line for each chunk that is whole in the drafts.
"""

from __future__ import annotations

import glob
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from migplan.errors import Fault, MigplanError


def failed(name: str, error: OSError, kept: bool) -> MigplanError:
    """The error of an output that cannot be written."""
    text = f"could not be written: {error.strerror}"
    if kept:
        text += "; what was done is kept, --resume goes on from there"
    return MigplanError(Fault("write-failed", name, text))


class Draft:
    """A file on its way.

    Parameters
    ----------
    path : Path
        Where it is to appear.
    kept : int
        Bytes of an earlier draft that are good; the rest of it is cut off.
    """

    def __init__(self, path: Path, kept: int = 0) -> None:
        self.path, self.name = path, str(path)
        self.draft = self._final = hidden(path, "draft")
        try:
            if kept:
                self._file: BinaryIO = self.draft.open("r+b", buffering=0)
                self._file.truncate(kept)
                self._file.seek(kept)
            else:
                # Not an old one emptied: file systems write those out at once when they are closed.
                self.draft.unlink(missing_ok=True)
                self._file = self.draft.open("wb", buffering=0)
            for part in path.parent.glob(f".{glob.escape(path.name)}.part-*"):
                part.unlink()
        except OSError as error:
            raise failed(self.name, error, kept=False) from None
        self.size = kept

    def write(self, data: bytes | memoryview) -> None:
        """Append."""
        try:
            _write_all(self._file, data)
        except OSError as error:
            raise failed(self.name, error, kept=True) from None
        self.size += len(data)

    def take(self, path: Path) -> None:
        """Append what lies in another file, which is gone then."""
        try:
            with path.open("rb") as part:
                size = os.fstat(part.fileno()).st_size
                while part.tell() < size:
                    _copy(part, self._file, size - part.tell())
            path.unlink()
        except OSError as error:
            raise failed(self.name, error, kept=True) from None
        self.size += size

    def rewrite(self, turn: Callable[[BinaryIO, BinaryIO], None]) -> None:
        """Let what appears be made out of the draft, which stays as it is until then."""
        try:
            with self.draft.open("rb") as old, hidden(self.path, "final").open("wb") as new:
                turn(old, new)
        except OSError as error:
            hidden(self.path, "final").unlink(missing_ok=True)
            raise failed(self.name, error, kept=True) from None
        self._final = hidden(self.path, "final")

    def finish(self) -> None:
        """Put the file in its place."""
        try:
            self._file.close()
            os.replace(self._final, self.path)
            self.draft.unlink(missing_ok=True)
        except OSError as error:
            raise failed(self.name, error, kept=True) from None

    def remove(self) -> None:
        """Let nothing lie in the place of the file, where an earlier run may have left one."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise failed(self.name, error, kept=True) from None

    def close(self) -> None:
        """Let go of the file, and leave the draft."""
        self._file.close()

    def drop(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.draft.unlink(missing_ok=True)
        for part in self.draft.parent.glob(f".{glob.escape(self.path.name)}.part-*"):
            part.unlink()


class Stream:
    """Standard output, or a file that is no plain file, such as a pipe: written as it comes."""

    def __init__(self, path: Path | None) -> None:
        self.name = "standard output" if path is None else str(path)
        try:
            # Past the buffer, so that nothing is left in it where the reader goes away.
            raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)
            self._file: Any = raw if path is None else path.open("wb", buffering=0)
        except OSError as error:
            raise failed(self.name, error, kept=False) from None
        self.size = 0

    def write(self, data: bytes | memoryview) -> None:
        """Append."""
        try:
            _write_all(self._file, data)
        except OSError as error:
            raise failed(self.name, error, kept=False) from None
        self.size += len(data)

    def finish(self) -> None:
        """Everything is there already."""

    def close(self) -> None:
        """Standard output stays open."""

    def drop(self) -> None:
        """What was written cannot be taken back."""


class Held(Stream):
    """A stream into which nothing flows before all of it is there."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        self._held: Any = tempfile.TemporaryFile()  # noqa: SIM115

    def write(self, data: bytes | memoryview) -> None:
        """Keep for later."""
        try:
            self._held.write(data)
        except OSError as error:
            raise failed(self.name, error, kept=False) from None
        self.size += len(data)

    def rewrite(self, turn: Callable[[BinaryIO, BinaryIO], None]) -> None:
        """Let what flows be made out of what is held."""
        made = tempfile.TemporaryFile()  # noqa: SIM115
        self._held.seek(0)
        try:
            turn(self._held, made)
        except OSError as error:
            raise failed(self.name, error, kept=False) from None
        self._held.close()
        self._held = made

    def finish(self) -> None:
        """Let it flow."""
        self._held.seek(0)
        while data := self._held.read(1 << 20):
            super().write(data)

    def close(self) -> None:
        """Leave nothing behind."""
        self._held.close()

    drop = close


def _copy(source: BinaryIO, file: BinaryIO, size: int) -> None:
    """Copy bytes from where one file stands to where another does, inside the kernel where it can."""
    try:
        copied = os.copy_file_range(source.fileno(), file.fileno(), min(size, 1 << 30))
    except (AttributeError, OSError):
        copied = 0
    if copied == 0:
        _write_all(file, source.read(1 << 20))
        return
    source.seek(0, os.SEEK_CUR)


def _write_all(file: Any, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        written = file.write(left)
        left = left[len(left) if written is None else written :]


def hidden(path: Path, kind: str) -> Path:
    """The hidden name of a draft or journal beside an output."""
    return path.with_name(f".{path.name}.{kind}")


@dataclass(slots=True)
class Entry:
    """How far a run had come when a chunk was whole in the drafts."""

    end: int = 0
    check: int = 0
    output: int = 0
    errors: int = 0
    summary: Mapping[str, Any] | None = None


class Journal:
    """The journal of a run.

    Parameters
    ----------
    path : Path
        Of the output.
    run : mapping
        Everything that must be the same in a run that goes on.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], goes_on: bool) -> None:
        self.path = hidden(path, "journal")
        try:
            self._file = self.path.open("a" if goes_on else "w", encoding="utf-8")
            if not goes_on:
                self._line(run)
        except OSError as error:
            raise failed(str(self.path), error, kept=False) from None

    def _line(self, data: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(data) + "\n")
        self._file.flush()

    def add(self, entry: Entry) -> None:
        """Note a chunk; it is in the drafts already."""
        data = {name: getattr(entry, name) for name in Entry.__slots__}
        try:
            self._line(data)
        except OSError as error:
            raise failed(str(self.path), error, kept=True) from None

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def drop(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self.path.unlink(missing_ok=True)


def read_journal(path: Path) -> tuple[dict[str, Any], list[Entry]] | None:
    """What an earlier run has noted; None where there was none. A line that is not whole was never written."""
    try:
        text = hidden(path, "journal").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    whole = text[: text.rfind("\n") + 1]
    try:
        run, *entries = (json.loads(line) for line in whole.splitlines())
        return run, [Entry(**entry) for entry in entries]
    except (ValueError, TypeError):
        return None
