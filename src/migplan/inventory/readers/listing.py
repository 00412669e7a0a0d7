"""What a reader is given and what it hands back: a listing and how it is to be read, entries, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from migplan.errors import Fault, MigplanError, counted, shorten
from migplan.files import shown
from migplan.inventory.count import FaultCounter
from migplan.inventory.readers import blocks
from migplan.inventory.readers.lines import UNKNOWN, Flags, Places
from migplan.inventory.shape import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a listing is to be read where it does not say so itself.

    Attributes
    ----------
    form : str
        'auto', or the name of a reader.
    dates : str
        'ymd', 'dmy' or 'mdy'; empty: by the listing.
    unit : str
        What a number without a unit counts, such as 'B' or 'KiB'; empty: by the listing.
    units : mapping
        What units mean that are written in the listing, such as {'GB': 'GiB'}.
    decimal : str
        '.' or ','; empty: by the listing.
    encoding : str
        A code page, such as 'cp850'; empty: by the listing.
    columns : mapping
        Header, or number of a column from 1 -> what it holds, one of 'path', 'size', 'allocated', 'modified',
        'accessed', 'type'.
    printf : str
        The format that `find -printf` was given.
    root : str
        The folder below which first-level folders are told; empty: the one that holds all.
    """

    form: str = "auto"
    dates: str = ""
    unit: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    encoding: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    printf: str = ""
    root: str = ""


@dataclass(slots=True)
class Entries:
    """Entries of a listing, one place in each array for each.

    Attributes
    ----------
    sizes : ndarray of int64
        `UNKNOWN` where it is not told. [B]
    data : ndarray of uint8
        Where the paths stand.
    starts, ends : ndarray of int64 or None
        Where each path begins and ends; None: the listing has no paths.
    kinds : ndarray of uint8 or None
        As `migplan.inventory.count` has them; None: all are files.
    modified, accessed : ndarray of int64 or None
        Seconds of the epoch; `UNKNOWN` where it is not told. [s]
    allocated : ndarray of int64 or None
        [B]
    """

    sizes: Places
    data: NDArray[np.uint8]
    starts: Places | None = None
    ends: Places | None = None
    kinds: NDArray[np.uint8] | None = None
    modified: Places | None = None
    accessed: Places | None = None
    allocated: Places | None = None

    def take(self, which: Flags) -> Entries:
        """Some of the entries."""
        return Entries(
            self.sizes[which],
            self.data,
            None if self.starts is None else self.starts[which],
            None if self.ends is None else self.ends[which],
            None if self.kinds is None else self.kinds[which],
            None if self.modified is None else self.modified[which],
            None if self.accessed is None else self.accessed[which],
            None if self.allocated is None else self.allocated[which],
        )


@dataclass(slots=True)
class Tally:
    """What of a listing was not counted, for the notes.

    Attributes
    ----------
    bad : int
        Lines that could not be read.
    first : str
        The first of them, and where it stands.
    left_out : dict
        What was left out on purpose -> how much.
    odd : dict
        What was counted and is not as it should be -> how much.
    notes : dict
        Further remarks, in order.
    problems : list of tuple
        'folder' or 'file', its path, and why it could not be read.
    """

    bad: int = 0
    first: str = ""
    left_out: dict[str, int] = field(default_factory=dict)
    odd: dict[str, int] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def add_problem(self, kind: str, path: bytes, message: str) -> None:
        """Keep a 'folder' or a 'file' that the listing says could not be read."""
        self.problems.append((kind, path.decode("utf-8", "surrogateescape"), message))

    def add_bad(self, number: int, text: bytes, count: int = 1) -> None:
        """Count lines that could not be read, of which one is line `number`."""
        if count and not self.bad:
            self.first = f"line {number}: {shorten(text.decode('utf-8', 'backslashreplace'))}"
        self.bad += count

    def leave_out(self, what: str, count: int) -> None:
        """Count what was left out on purpose; `what` is a noun for several."""
        if count:
            self.left_out[what] = self.left_out.get(what, 0) + count

    def add_odd(self, what: str, count: int) -> None:
        """Count what is not as it should be; `what` is a noun for several."""
        if count:
            self.odd[what] = self.odd.get(what, 0) + count

    def note(self, text: str) -> None:
        """Remark something, once."""
        self.notes[text] = None

    def told(self) -> tuple[str, ...]:
        """All of it, a sentence each."""
        bad = (
            [f"{counted(self.bad, 'line')} could not be read, the first is {self.first}"] if self.bad else []
        )
        left_out = [f"left out, {what}: {count:,}" for what, count in self.left_out.items()]
        odd = [f"{what}: {count:,}" for what, count in self.odd.items()]
        return (*bad, *left_out, *odd, *self.notes)


@dataclass
class Listing:
    """A listing that is being read.

    Attributes
    ----------
    path : Path
    settings : Settings
    tally : Tally
    root : bytes or None
        The folder that holds all paths, as far as is known; None: not looked for yet.
    looks : dict
        What several readers look for, found once.
    """

    path: Path
    settings: Settings = field(default_factory=Settings)
    tally: Tally = field(default_factory=Tally)
    root: bytes | None = None
    looks: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def raw(self) -> bytes:
        """The first bytes of the file as they are, for formats that begin with a magic number."""
        try:
            with self.path.open("rb") as file:
                return file.read(4096)
        except OSError as error:
            raise self.fault(f"cannot be read: {error.strerror}") from None

    @cached_property
    def head(self) -> bytes:
        """The first 64 KiB in an encoding of single bytes or UTF-8."""
        return blocks.read_head(self.path, self.settings.encoding)

    @cached_property
    def lines(self) -> tuple[bytes, ...]:
        """The first lines, without the one that the head cuts."""
        found = self.head.split(b"\n")
        if len(self.head) >= blocks.HEAD and len(found) > 1:
            found.pop()
        return tuple(line.rstrip(b"\r") for line in found[:500])

    @cached_property
    def is_text(self) -> bool:
        """Whether it may be lines of text: no magic number of a packed format, and no NUL within."""
        return (
            not self.raw.startswith((b"PAR1", b"PK\x03\x04", b"ORC", b"\x28\xb5\x2f\xfd"))
            and b"\0" not in self.head
        )

    def blocks(self, end: bytes = b"\n") -> Iterator[blocks.Block]:
        """All of it, in blocks of whole lines."""
        return blocks.read_blocks(self.path, end, self.settings.encoding)

    def fault(self, message: str, code: str = "bad-file") -> MigplanError:
        """Why it cannot be read, as an error that names the file."""
        return MigplanError(Fault(code, shown(self.path), message))


class Reader(Protocol):
    """One format.

    Attributes
    ----------
    name : str
        What `--from` takes.
    """

    name: str

    def likeness(self, listing: Listing) -> float:
        """How surely a listing is of this format by its beginning, from 0 to 1. [1]."""

    def read(self, listing: Listing, faults: Callable[[], FaultCounter] | None = None) -> Shape:
        """Read all of it."""


def as_floats(times: Places | None) -> NDArray[np.float64] | None:
    """Seconds as the counter wants them: NaN where they are unknown."""
    if times is None:
        return None
    found = times.astype(np.float64)
    found[times == UNKNOWN] = np.nan
    return found
