"""A file of progress as readers see it: its text in pieces, the clock of its times, and what is to be noted of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, Protocol

from migplan.errors import Fault, MigplanError, counted
from migplan.files import shown
from migplan.inventory.readers.blocks import read_blocks, read_head, read_pieces
from migplan.tracking.samples import Sample

_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?"
)
LARGEST = 500_000_000
"""Of a file of progress that is read as a whole. [B]."""


@dataclass
class Source:
    """A file of progress.

    Attributes
    ----------
    path : Path
    at : float
        When it was taken: what the user says, else when the file was last written. [s of the epoch]
    zone : tzinfo or None
        Of times that do not tell theirs; None where nobody says.
    notes : list of str
        What is to be said of it.
    """

    path: Path
    at: float
    zone: dt.tzinfo | None = None
    notes: list[str] = field(default_factory=list)
    unzoned: bool = False

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @cached_property
    def head(self) -> bytes:
        """Its beginning."""
        return read_head(self.path)

    def lines(self) -> Iterator[bytes]:
        """Its lines, without their ends; updates behind a carriage return are lines of their own."""
        for block in read_blocks(self.path):
            yield from re.split(rb"[\r\n]+", block.data)

    def text(self) -> str:
        """All of it.

        Raises
        ------
        MigplanError
            It cannot be read, or is too large to be read at once.
        """
        pieces, length = [], 0
        for piece in read_pieces(self.path):
            pieces.append(piece)
            length += len(piece)
            if length > LARGEST:
                raise self.fault(f"is larger than {LARGEST:,} bytes; wanted its last part")
        return b"".join(pieces).decode("utf-8", "replace")

    def documents(self) -> Iterator[dict[str, Any]]:
        """The JSON objects in it: one, a list, a line each, or one behind the other, with other lines between them.

        What was cut off at the end is told in a note; what stands before it counts.
        """
        text, place, skipped, decoder = self.text(), 0, 0, json.JSONDecoder()
        while (begin := text.find("{", place)) >= 0:
            try:
                found, place = decoder.raw_decode(text, begin)
            except (ValueError, RecursionError):
                following = text.find("\n{", begin)
                if following < 0:
                    self.notes.append("is cut off at its end; what stands before that counts")
                    break
                place, skipped = following + 1, skipped + 1
                continue
            yield found
        if skipped:
            self.notes.append(
                f"{counted(skipped, 'entry')} of it could not be read".replace("entrys", "entries")
            )

    def seconds(self, value: Any) -> float | None:
        """A moment as seconds of the epoch, of ISO 8601 or a number of seconds; None where it is none.

        A time without a zone is taken in that of the source; where there is none it is not known.
        """
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        match = _STAMP.match(value.strip()) if isinstance(value, str) else None
        if match is None:
            return None
        *parts, fraction, zone = match.groups()
        try:
            moment = dt.datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]
        except ValueError:
            return None
        return self.moment(moment, zone or "", float(f"0.{fraction or 0}"))

    def moment(self, moment: dt.datetime, zone: str = "", fraction: float = 0.0) -> float | None:
        """A moment of a zone such as 'Z' or '+01:00', or of the source's own where none is told."""
        if zone and zone != "Z":
            hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
            shift = dt.timedelta(hours=hours, minutes=minutes)
            known: dt.tzinfo | None = dt.timezone(-shift if zone[0] == "-" else shift)
        else:
            known = dt.UTC if zone else self.zone
        if known is None:
            self.unzoned = True
            return None
        try:
            return moment.replace(tzinfo=known).timestamp() + fraction
        except (OverflowError, ValueError):
            return None

    def fault(self, text: str) -> MigplanError:
        """What is wrong with it, in one line."""
        return MigplanError(Fault("bad-file", shown(self.path), text))

    def refuse_unzoned(self) -> NoReturn:
        """Say that its times cannot be placed."""
        text = "has times without a zone; wanted --zone, such as --zone Europe/Berlin"
        raise MigplanError(Fault("missing", shown(self.path), text))


class Reader(Protocol):
    """Makes samples of a file."""

    name: str

    def likeness(self, head: bytes) -> float:
        """How surely a file is of this format by its beginning, from 0 to 1. [1]."""

    def read(self, source: Source) -> Iterator[Sample]:
        """Read all of it."""


def number(plain: Any, name: str) -> float | None:
    """A counter, which may be a text; None where it is missing or no number.

    >>> number({"a": "12", "b": None, "c": 3}, "a"), number({"b": None}, "b"), number({"c": True}, "c")
    (12.0, None, None)
    """
    value = plain.get(name) if isinstance(plain, dict) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if 0.0 <= found < 1e30 else None


def total_of(*parts: float | None) -> float | None:
    """The sum of what is known; None where nothing is.

    >>> total_of(1.0, None), total_of(None, None)
    (1.0, None)
    """
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def less(whole: float | None, *parts: float | None) -> float | None:
    """A whole without parts, those that are not known counting as nothing; None where the whole is not known.

    >>> less(10.0, 3.0, None), less(None, 1.0), less(1.0, 4.0)
    (7.0, None, 0.0)
    """
    return None if whole is None else max(whole - (total_of(*parts) or 0.0), 0.0)


def text_of(plain: Any, name: str) -> str:
    """A text of an object; empty where there is none."""
    value = plain.get(name) if isinstance(plain, dict) else None
    return value if isinstance(value, str) else ""


def objects(plain: Any, name: str, depth: int = 4) -> Iterator[dict[str, Any]]:
    """The objects with a key, inside lists and objects down to a depth."""
    if isinstance(plain, dict) and name in plain:
        yield plain
    elif depth and isinstance(plain, (dict, list)):
        for inner in plain.values() if isinstance(plain, dict) else plain:
            yield from objects(inner, name, depth - 1)
