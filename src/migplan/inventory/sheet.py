"""Many paths as one text: what holds for few of them is looked for in all at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

END = "\0"
"""What stands before, between and behind paths: no system has it in names."""
_ENDS, _SLASH = 0, ord("/")


class Sheet:
    """Paths one after the other.

    Parameters
    ----------
    paths : sequence of str
        With '/' between names.

    Examples
    --------
    >>> sheet = Sheet(["a/long name", "b"])
    >>> sheet.depths.tolist(), [each.tolist() for each in sheet.lengths("characters")]
    ([2, 1], [[9, 1], [11, 1]])
    >>> sheet.found(re.compile("long")).tolist()
    [0]
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.text = f"{END}{END.join(paths)}{END}"
        self._is_plain = self.text.isascii()
        # Code points, in one byte each where that is enough.
        self._codes: NDArray[Any] = (
            np.frombuffer(self.text.encode("ascii"), np.uint8)
            if self._is_plain
            else np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
        )
        self._ends = np.flatnonzero(self._codes == _ENDS)
        self._marks = np.flatnonzero((self._codes == _ENDS) | (self._codes == _SLASH))
        self._first = np.searchsorted(self._marks, self._ends)

    @functools.cached_property
    def depths(self) -> NDArray[np.intp]:
        """How many names each path has."""
        return np.diff(self._first)

    @functools.lru_cache(maxsize=3)  # noqa: B019 - a sheet lives as long as a batch
    def lengths(self, unit: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the longest name of each path, and of the path, in 'bytes' of UTF-8, 'utf16' or 'characters'."""
        before = self._before(unit)
        names = before[self._marks[1:]] - before[self._marks[:-1] + 1]
        return (
            np.maximum.reduceat(names, self._first[:-1]),
            before[self._ends[1:]] - before[self._ends[:-1] + 1],
        )

    def _before(self, unit: str) -> NDArray[np.int64]:
        """How long all is that stands before each sign."""
        codes = self._codes
        if self._is_plain or unit == "characters":
            return np.arange(len(codes), dtype=np.int64)
        widths = 1 + (codes > 0xFFFF)
        if unit == "bytes":
            widths += (codes > 0x7F).astype(np.int64) + (codes > 0x7FF)
            # A byte that is no text stands as half a sign of two.
            widths[(codes >= 0xDC80) & (codes <= 0xDCFF)] = 1
        return np.concatenate(([0], np.cumsum(widths)[:-1]))

    def found(self, pattern: re.Pattern[str]) -> NDArray[np.intp]:
        """Places of paths in which a pattern is found; it may begin with the end before a path."""
        places = np.fromiter((match.start() for match in pattern.finditer(self.text)), np.intp)
        return np.unique(np.searchsorted(self._ends, places, "right") - 1)
