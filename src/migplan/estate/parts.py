"""The parts of a batch: a file for each chunk, and the journal from which a run that was stopped goes on.

Parts lie in a hidden folder beside the output, or in a temporary one where the output is a stream. The journal has a
line of JSON for each part that is whole, with the digest of its files: what cannot be read there, or differs from its
digest, is planned again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from migplan.errors import Fault, MigplanError
from migplan.estate.records import RowError
from migplan.estate.summary import Summary
from migplan.files import atomic_file, locked

TOLD = 20
"""Faults that are told in full where there is no file for them."""

JOURNAL = "journal"

_KEPT = "; what was done is kept, --resume goes on from there"


def with_resume_note(text: str, kept: bool = True) -> str:
    """What went wrong, and that nothing is lost where a run can go on."""
    return text + _KEPT if kept else text


def failed(name: str, error: OSError, kept: bool) -> MigplanError:
    """The error of an output that cannot be written."""
    text = with_resume_note(f"could not be written: {error_text(error)}", kept)
    return MigplanError(Fault("write-failed", name, text))


def error_text(error: OSError) -> str:
    """What the system says of an error, whichever library hands it on."""
    return os.strerror(error.errno) if error.errno else str(error)


def sidecar_path(path: Path, kind: str) -> Path:
    """The hidden name of what belongs to an output, beside it."""
    return path.with_name(f".{path.name}.{kind}")


def parts_of(output: Path) -> Path:
    """The folder of the parts of an output, beside what a link leads to."""
    return sidecar_path(Path(os.path.realpath(output)), "parts")


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a chunk.

    Attributes
    ----------
    key : str
        Name of its files in the folder of parts, without what they end in.
    end, check : int
        Of the chunk: how much of the input lies up to its end, and what tells another input from this one.
    files : dict
        What a file ends in -> its size and its digest.
    summary : Summary
    told : list of Bad
        The first faults, without their rows.
    """

    key: str
    end: int
    check: int
    files: Mapping[str, tuple[int, str]]
    summary: Summary
    told: list[RowError] = field(default_factory=list)

    def to_json(self) -> str:
        """A line of the journal."""
        told = [[bad.line, bad.fault.code, bad.fault.where, bad.fault.message] for bad in self.told]
        plain = {"key": self.key, "end": self.end, "check": self.check, "files": dict(self.files)}
        return json.dumps({**plain, "summary": self.summary.to_dict(), "told": told})

    @classmethod
    def from_json(cls, line: str) -> Part:
        """A line of the journal.

        Raises
        ------
        ValueError
            It is none.
        """
        try:
            data = json.loads(line)
            told = [RowError(int(line), Fault(*map(str, fault)), "") for line, *fault in data["told"]]
            files = {str(end): (int(size), str(digest)) for end, (size, digest) in data["files"].items()}
            summary = Summary.from_dict(data["summary"])
            return cls(str(data["key"]), int(data["end"]), int(data["check"]), files, summary, told)
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(str(error)) from None


def digest_of(path: Path) -> str:
    """What tells a file from others.

    Raises
    ------
    OSError
        It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_hashed(path: Path, write: Callable[[Path], object]) -> tuple[int, str]:
    """Let a file of a part be written, whole or not at all; its size and digest.

    Another process may write the same one: a cluster hands a task on whose worker it takes for lost.

    Raises
    ------
    OSError
        It cannot be written.
    """
    with atomic_file(path) as draft:
        write(draft)
        return draft.stat().st_size, digest_of(draft)


class Parts:
    """The folder of the parts of a run.

    Parameters
    ----------
    output : Path or None
        Beside which it lies; None is for a temporary one that ends with the run.
    run : mapping
        Everything that must be the same in a run that goes on.
    resume : bool
        Whether to go on with what an earlier run has left.

    Raises
    ------
    MigplanError
        It cannot be written, another run writes it, or it was begun by a run that was to do something else.
    """

    def __init__(self, output: Path | None, run: Mapping[str, Any], resume: bool) -> None:
        self.name = "standard output" if output is None else str(output)
        self.kept = output is not None
        self.summary, self.told, self.resumed = Summary(), [], 0  # type: ignore[var-annotated]
        self._earlier: dict[str, Part] = {}
        self._lock = ExitStack()
        self._journal: IO[str] | None = None
        try:
            if output is None:
                self.folder = Path(tempfile.mkdtemp(prefix="migplan-"))
                return
            self.folder = parts_of(output)
            self._lock.enter_context(locked(output))
            self.folder.mkdir(exist_ok=True)
            self._open(dict(run), resume)
        except OSError as error:
            self._lock.close()
            raise failed(self.name, error, kept=False) from None

    def _open(self, run: dict[str, Any], resume: bool) -> None:
        path = self.folder / JOURNAL
        found = read_journal(path) if resume else None
        if found is not None and found[0] != run:
            self.close()
            key = next((key for key in run if found[0].get(key) != run[key]), "journal")
            text = f"was begun with another {key}; wanted the same, or a run without --resume"
            raise MigplanError(Fault("contradiction", self.name, text))
        if found is None:
            for old in self.folder.iterdir():
                old.unlink()
            self._journal = path.open("w", encoding="utf-8")
            self._line(json.dumps(run))
            return
        self._earlier = {part.key: part for part in found[1]}
        self._journal = path.open("a", encoding="utf-8")
        # What was never written to its end must not run into the next line.
        self._line("")

    def _line(self, text: str) -> None:
        assert self._journal is not None
        self._journal.write(text + "\n")
        self._journal.flush()

    def earlier(self, key: str, end: int, check: int) -> Part | None:
        """What an earlier run has made of a chunk, where it is still there as it was.

        Raises
        ------
        MigplanError
            It was made of another chunk.
        """
        part = self._earlier.get(key)
        if part is None:
            return None
        if (part.end, part.check) != (end, check):
            text = "was begun with another input; wanted the same, or a run without --resume"
            raise MigplanError(Fault("contradiction", self.name, text))
        try:
            same = all(digest_of(self.path(part, ending)) == told for ending, (_, told) in part.files.items())
        except OSError:
            same = False
        if not same:
            del self._earlier[key]
            return None
        return part

    def path(self, part: Part, ending: str) -> Path:
        """A file of a part."""
        return self.folder / f"{part.key}.{ending}"

    def take(self, part: Part) -> None:
        """Count a part, whose files are written, and note it.

        Raises
        ------
        MigplanError
            The journal cannot be written.
        """
        self.summary.add(part.summary)
        self.told += part.told[: TOLD - len(self.told)]
        if part.key in self._earlier:
            self.resumed += part.summary.rows + part.summary.bad_rows
        elif self._journal is not None:
            try:
                self._line(part.to_json())
            except OSError as error:
                raise failed(self.name, error, kept=True) from None

    def drop(self) -> None:
        """Leave nothing behind."""
        self.kept = False
        self.close()

    def close(self) -> None:
        """Leave the parts for a run that goes on, where one can."""
        if self._journal is not None:
            self._journal.close()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def read_journal(path: Path) -> tuple[dict[str, Any], list[Part]] | None:
    """What an earlier run has noted; None where there is nothing that can be gone on with.

    Lines that are no part, as one that was never written to its end, are passed over.
    """
    try:
        first, *lines = path.read_text(encoding="utf-8").split("\n")
        run = json.loads(first)
    except (OSError, ValueError, RecursionError):
        return None
    return (run, list(_parts(lines))) if isinstance(run, dict) else None


def _parts(lines: list[str]) -> Iterator[Part]:
    for line in lines:
        try:
            yield Part.from_json(line)
        except ValueError:
            continue


def append(path: Path, file: Any) -> None:
    """Append one file to another, which has no buffer, inside the kernel where it can.

    Raises
    ------
    OSError
        It cannot be read or written.
    """
    with path.open("rb", buffering=0) as source:
        left = os.fstat(source.fileno()).st_size
        try:
            while left and (copied := os.copy_file_range(source.fileno(), file.fileno(), left)):
                left -= copied
        except (AttributeError, OSError):
            # Not on this system, or not from here to there.
            pass
        while data := source.read(1 << 20):
            write_all(file, data)


def write_all(file: Any, data: bytes | memoryview) -> None:
    """Write bytes into a file without a buffer, which may take fewer at a time."""
    left = memoryview(data)
    while left:
        written = file.write(left)
        left = left[len(left) if written is None else written :]
