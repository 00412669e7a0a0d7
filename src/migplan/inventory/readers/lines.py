"""Lines and their fields as places in an array of bytes, and numbers and times read from all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNKNOWN = np.iinfo(np.int64).min
"""What stands for a number or a time that a line does not tell."""
MOST_DIGITS = 18
TAB, BLANK, QUOTE, RETURN = 9, 32, 34, 13

ZEROS, HIGH, ABOVE_NINE = (np.uint64(byte * 0x0101010101010101) for byte in (0x30, 0x80, 0x76))
"""In each byte of a word: the digit 0, the highest bit, and what puts more than nine there."""
_PAIR = np.uint64(0x000000FF000000FF)
_LOW_PAIRS, _HIGH_PAIRS = np.uint64(100 + (1_000_000 << 32)), np.uint64(1 + (10_000 << 32))


@dataclass(frozen=True)
class Lines:
    """Lines of a block.

    Attributes
    ----------
    data : ndarray of uint8
        The block, and some bytes of zero behind it, so that one may look beyond the end of a line.
    starts, ends : ndarray of int64
        Where each line begins, and where it ends without its line end.
    first : int
        The number of the first line, from 1.
    """

    data: NDArray[np.uint8]
    starts: Places
    ends: Places
    first: int

    @cached_property
    def raw(self) -> bytes:
        """The bytes of the block, for what is read one by one."""
        return self.data.tobytes()

    def text(self, place: int) -> bytes:
        """One line."""
        return self.raw[self.starts[place] : self.ends[place]]

    def take(self, which: Flags | Places) -> Lines:
        """Some of the lines; their numbers are no longer those of the file."""
        return Lines(self.data, self.starts[which], self.ends[which], self.first)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where a character stands in each line.

    Attributes
    ----------
    places : ndarray of int64
        All places of it in the block.
    before, count : ndarray of int64
        For each line, how many stand before it and how many in it.
    table : ndarray of int64 or None
        Where every line has as many, which is usual, their places by line.
    """

    places: Places
    before: Places
    count: Places
    table: Places | None = None

    def at(self, number: int) -> Places:
        """The place of the n-th one in each line, from 0; nonsense where a line has fewer."""
        if self.table is not None and number < self.table.shape[1]:
            return self.table[:, number]
        if not len(self.places):
            return self.before
        return np.asarray(self.places[np.minimum(self.before + number, len(self.places) - 1)])

    def last(self) -> Places:
        """The place of the last one in each line; nonsense where a line has none."""
        if not len(self.places):
            return self.before
        return np.asarray(self.places[np.maximum(self.before + self.count - 1, 0)])


def split(data: bytes, first: int = 1, end: bytes = b"\n") -> Lines:
    r"""Cut a block into lines; a carriage return before a line feed is a part of the line end.

    >>> lines = split(b"one\r\ntwo")
    >>> lines.text(0), lines.text(1)
    (b'one', b'two')
    """
    array = padded(data)
    stops = np.flatnonzero(array[: len(data)] == end[0])
    if data and not data.endswith(end):
        stops = np.append(stops, len(data))
    starts = np.concatenate([[0], stops[:-1] + 1]) if len(stops) else stops
    if end == b"\n":
        stops = stops - ((stops > starts) & (array[stops - 1] == RETURN))
    return Lines(array, starts, stops, first)


def words(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """The eight bytes from each place on, as one number."""
    return np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))


def padded(data: bytes) -> NDArray[np.uint8]:
    """Bytes as an array, with zeros behind them."""
    return np.frombuffer(data + bytes(32), dtype=np.uint8)


def marks(lines: Lines, character: int) -> Marks:
    """Where a character stands in lines."""
    return marks_at(lines, np.flatnonzero(lines.data == character))


def marks_at(lines: Lines, places: Places) -> Marks:
    """Which of some places lie in which line."""
    lines_, each = len(lines.starts), len(places) // max(1, len(lines.starts))
    if each and each * lines_ == len(places):
        table = places.reshape(lines_, each)
        if (table[:, 0] >= lines.starts).all() and (table[:, -1] < lines.ends).all():
            return Marks(places, np.arange(lines_) * each, np.full(lines_, each), table)
    before = np.searchsorted(places, lines.starts)
    return Marks(places, before, np.searchsorted(places, lines.ends) - before)


def strip(data: NDArray[np.uint8], starts: Places, ends: Places) -> tuple[Places, Places]:
    """Fields without the blanks around them."""
    starts, ends = starts.copy(), ends.copy()
    more = np.flatnonzero((starts < ends) & (data[starts] == BLANK))
    while len(more):
        starts[more] += 1
        more = more[(starts[more] < ends[more]) & (data[starts[more]] == BLANK)]
    more = np.flatnonzero((starts < ends) & (data[ends - 1] == BLANK))
    while len(more):
        ends[more] -= 1
        more = more[(starts[more] < ends[more]) & (data[ends[more] - 1] == BLANK)]
    return starts, ends


def leading(data: NDArray[np.uint8], starts: Places, ends: Places) -> tuple[Places, Places]:
    """The whole number at the beginning of each field, and where it stops; `UNKNOWN` where there is none.

    A number of more digits than fit is none either.
    """
    values = np.zeros(len(starts), dtype=np.int64)
    stops = starts.astype(np.int64, copy=True)
    live = stops < ends
    for _ in range(MOST_DIGITS + 1):
        digit = data[stops] - np.uint8(48)
        live = live & (digit < 10)
        if not live.any():
            break
        values = np.where(live, values * 10 + digit, values)
        stops += live
        live &= stops < ends
    too_long = stops - starts > MOST_DIGITS
    values[(stops == starts) | too_long] = UNKNOWN
    return values, stops


def whole(data: NDArray[np.uint8], starts: Places, ends: Places) -> Places:
    r"""Fields that are whole numbers and nothing else; `UNKNOWN` for others.

    >>> lines = split(b"7\n1234567890\n12 kB\n")
    >>> whole(lines.data, lines.starts, lines.ends)[:2].tolist()
    [7, 1234567890]
    """
    view, lengths = words(data), ends - starts
    short = np.minimum(lengths, 8)
    values, good = _eight(view[ends - short], short)
    good &= lengths > 0
    if len(more := np.flatnonzero(lengths > 8)):
        left = np.minimum(lengths[more] - 8, 8)
        upper, fine = _eight(view[starts[more]], left)
        values[more] += upper * 10**8
        good[more] &= fine
    values[~good] = UNKNOWN
    if len(long := np.flatnonzero(lengths > 16)):
        found, stops = leading(data, starts[long], ends[long])
        values[long] = np.where(stops == ends[long], found, UNKNOWN)
    return values


def _eight(word: NDArray[np.uint64], lengths: Places) -> tuple[Places, Flags]:
    """Numbers of at most eight digits, all digits of one at once, and whether they are digits.

    The digits are the bytes of a word, the first one lowest: two by two they become numbers below 100, then below
    10,000, then one.
    """
    shift = (np.uint64(8) * (8 - np.maximum(lengths, 1)).astype(np.uint64)).astype(np.uint64)
    digits = (word << shift) - ((ZEROS >> shift) << shift)
    good = ((digits + ABOVE_NINE) | digits) & HIGH == 0
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    low = (pairs & _PAIR) * _LOW_PAIRS
    high = ((pairs >> np.uint64(16)) & _PAIR) * _HIGH_PAIRS
    return ((low + high) >> np.uint64(32)).astype(np.int64), good
