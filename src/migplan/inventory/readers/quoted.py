"""Tables with delimiters and quotes, cut into fields by their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from migplan.inventory.readers.blocks import Block
from migplan.inventory.readers.lines import QUOTE, RETURN, Lines, Marks, Places, marks_at, padded


@dataclass(frozen=True)
class Rows:
    """Rows of a table.

    Attributes
    ----------
    lines : Lines
        A row each, whether it has one line or, in quotes, several.
    marks : Marks
        The delimiters that stand in no quotes.
    numbers : ndarray of int64
        The number of the line where each row begins, from 1.
    has_doubled : bool
        Whether quotes may be doubled within a field.
    """

    lines: Lines
    marks: Marks
    numbers: Places
    has_doubled: bool = False

    def __len__(self) -> int:
        return len(self.lines.starts)

    @property
    def widths(self) -> Places:
        """Fields of each row."""
        return self.marks.count + 1

    def field(self, place: int) -> tuple[Places, Places]:
        """Where a field begins and ends in each row, without its quotes; an empty one where a row is shorter."""
        starts = self.lines.starts if place == 0 else self.marks.at(place - 1) + 1
        table = self.marks.table
        if table is not None and place <= table.shape[1]:
            ends = table[:, place] if place < table.shape[1] else self.lines.ends
            return self._unquoted(starts, ends)
        ends = np.where(self.marks.count > place, self.marks.at(place), self.lines.ends)
        missing = self.marks.count < place
        starts = np.where(missing, self.lines.ends, starts)
        return self._unquoted(starts, np.where(missing, starts, ends))

    def _unquoted(self, starts: Places, ends: Places) -> tuple[Places, Places]:
        data = self.lines.data
        in_quotes = (ends - starts >= 2) & (data[starts] == QUOTE) & (data[ends - 1] == QUOTE)
        return starts + in_quotes, ends - in_quotes


def whole_rows(blocks: Iterator[Block]) -> Iterator[Block]:
    """Blocks that end where no quote is open: a quoted name may hold line ends."""
    held, first = b"", 1
    for block in blocks:
        if not held:
            first = block.first
        data = held + block.data
        # Only an odd number of quotes leaves one open.
        if np.count_nonzero(np.frombuffer(data, np.uint8) == QUOTE) % 2 and len(data) < 4 * len(
            block.data
        ) + (1 << 20):
            held = data
            continue
        held = b""
        yield Block(data, first)
    if held:
        yield Block(held, first)


def rows_of(block: Block, delimiter: bytes) -> Rows:
    """Cut a block into rows; line ends and delimiters within quotes are parts of a field."""
    data = padded(block.data)
    size = len(block.data)
    feeds = np.flatnonzero(data[:size] == 10)
    stops, cuts = feeds, np.flatnonzero(data[:size] == delimiter[0])
    marks = np.flatnonzero(data[:size] == QUOTE)
    if len(marks) and not _are_alike(feeds, cuts, marks):
        stops = stops[np.searchsorted(marks, stops) % 2 == 0]
        cuts = cuts[np.searchsorted(marks, cuts) % 2 == 0]
    if size and (not len(stops) or stops[-1] != size - 1):
        stops = np.append(stops, size)
    starts = np.concatenate([[0], stops[:-1] + 1]) if len(stops) else stops
    ends = stops - ((stops > starts) & (data[stops - 1] == RETURN))
    lines = Lines(data, starts, ends, block.first)
    is_plain = len(lines.starts) == len(feeds)
    numbers = block.first + (np.arange(len(starts)) if is_plain else np.searchsorted(feeds, starts))
    return Rows(lines, marks_at(lines, cuts), numbers, bool((marks[1:] - marks[:-1] == 1).any()))


def _are_alike(feeds: Places, cuts: Places, marks: Places) -> bool:
    """Whether every line has its quotes and delimiters in the same order, and no delimiter or line end in quotes."""
    lines = len(feeds)
    if not lines or len(marks) % (2 * lines) or len(cuts) % lines or not len(cuts):
        return False
    quotes, between = marks.reshape(lines, -1), cuts.reshape(lines, -1)
    begins = np.concatenate([[-1], feeds[:-1]])
    if not all((one[:, 0] > begins).all() and (one[:, -1] < feeds).all() for one in (quotes, between)):
        return False
    for place in range(between.shape[1]):
        before = int(np.searchsorted(quotes[0], between[0, place]))
        if before % 2 or (before and (quotes[:, before - 1] > between[:, place]).any()):
            return False
        if before < quotes.shape[1] and (quotes[:, before] < between[:, place]).any():
            return False
    return True
