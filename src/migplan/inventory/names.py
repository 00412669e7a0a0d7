"""Names and paths that a target does not take, counted with all that lies below them."""

from __future__ import annotations

import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FOLDER, Batch
from migplan.inventory.shape import MOST_TOLD, NameFault
from migplan.inventory.sheet import END, Sheet

KINDS = {
    "name-too-long": "longer names than it takes",
    "path-too-long": "longer paths than it takes",
    "too-deep": "more levels than it takes",
    "forbidden-sign": "signs in names that it does not take",
    "forbidden-end": "signs at the end of names that it does not take",
    "reserved-name": "names that it keeps for itself",
    "no-text": "names that are no text",
    "same-name": "names that are the same there",
    "file-too-large": "larger files than it takes",
}
"""Kind of a fault -> what it is, for people."""
_OF_NAMES = ("name-too-long", "forbidden-sign", "forbidden-end", "reserved-name", "no-text")
"""Faults of one name, which hold for all that lies below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a target takes; numbers that nobody knows are infinite.

    Attributes
    ----------
    target : str
    unit : str
        In which lengths count: 'bytes' of UTF-8, units of 'utf16', or 'characters'.
    name_length, path_length, depth : float
        Of the longest name, of the longest path, and the most names in a path. [1]
    largest_file : float
        [B]
    forbidden, forbidden_ends : str
        Signs that no name may have, or may end with.
    reserved : tuple of str
        In any capitals, with any ending behind a dot.
    folds : bool
        Whether names that differ only in capitals are the same.
    """

    target: str
    unit: str = "characters"
    name_length: float = math.inf
    path_length: float = math.inf
    depth: float = math.inf
    largest_file: float = math.inf
    forbidden: str = ""
    forbidden_ends: str = ""
    reserved: tuple[str, ...] = ()
    folds: bool = False


def length(text: str, unit: str) -> int:
    r"""How long a text is.

    >>> [length("a\N{GRINNING FACE}", unit) for unit in ("bytes", "utf16", "characters")]
    [5, 3, 2]
    """
    if unit == "bytes":
        return len(text.encode("utf-8", "surrogateescape" if os.name != "nt" else "surrogatepass"))
    return len(text) + (sum(sign > "\uffff" for sign in text) if unit == "utf16" else 0)


class Checker:
    """Finds the faults of paths by the rules of one target."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        patterns = {
            "forbidden-sign": f"[{re.escape(rules.forbidden)}]" if rules.forbidden else "",
            "forbidden-end": f"[{re.escape(rules.forbidden_ends)}](?:/|$)" if rules.forbidden_ends else "",
            "reserved-name": f"(?i)(?:^|/)(?:{'|'.join(map(re.escape, rules.reserved))})(?:\\.[^/]*)?(?:/|$)"
            if rules.reserved
            else "",
            "no-text": "[\ud800-\udfff]" if rules.unit != "bytes" else "",
        }
        self._search: dict[str, Callable[[str], object]] = {
            kind: re.compile(pattern).search for kind, pattern in patterns.items() if pattern
        }
        # The same for many paths at once: they find all that is at fault, and perhaps more.
        signs, ends = rules.forbidden.replace(END, ""), rules.forbidden_ends
        self._in_sheets = [
            re.compile(pattern)
            for is_wanted, pattern in (
                (signs, f"[{re.escape(signs)}]"),
                (ends, f"[{re.escape(ends)}](?=[/{END}])"),
                (rules.reserved, f"(?i)[/{END}](?:{'|'.join(map(re.escape, rules.reserved))})(?=[./{END}])"),
                (rules.unit != "bytes", "[\ud800-\udfff]"),
            )
            if is_wanted
        ]

    def suspects(self, sheet: Sheet, sizes: NDArray[np.int64]) -> list[int]:
        """Places of all entries that may have a fault, which few have."""
        rules, bad = self.rules, sizes > self.rules.largest_file
        for pattern in self._in_sheets:
            bad[sheet.found(pattern)] = True
        if math.isfinite(rules.depth):
            bad |= sheet.depths > rules.depth
        if math.isfinite(min(rules.name_length, rules.path_length)):
            names, paths = sheet.lengths(rules.unit)
            bad |= (names > rules.name_length) | (paths > rules.path_length)
        found: list[int] = np.flatnonzero(bad).tolist()
        return found

    def faults(self, path: str, size: int) -> list[str]:
        """Kinds of faults of an entry, with those of the folders above it.

        >>> Checker(Rules(target="x", forbidden=":", name_length=3)).faults("a:b/long name", 1)
        ['forbidden-sign', 'name-too-long']
        """
        rules = self.rules
        found = [kind for kind, search in self._search.items() if search(path)]
        # No name is longer than its path, and no path longer than four bytes for each sign.
        if 4 * len(path) > rules.name_length:
            total = length(path, rules.unit)
            if total > rules.name_length and any(
                length(name, rules.unit) > rules.name_length for name in path.split("/")
            ):
                found.append("name-too-long")
            if total > rules.path_length:
                found.append("path-too-long")
        elif 4 * len(path) > rules.path_length and length(path, rules.unit) > rules.path_length:
            found.append("path-too-long")
        if path.count("/") >= rules.depth:
            found.append("too-deep")
        if size > rules.largest_file:
            found.append("file-too-large")
        return found


@dataclass(slots=True)
class _Count:
    items: int = 0
    bytes: int = 0
    first: list[str] = field(default_factory=list)


class NameFaults:
    """Counts the faults of all entries for several targets.

    Parameters
    ----------
    rules : sequence of Rules

    Notes
    -----
    Names that are the same at the target are looked for among entries of a folder that come one after the other, as a
    scan and most listings have them: all names of a tree would take more memory than there is.
    """

    def __init__(self, rules: Sequence[Rules]) -> None:
        self._checkers = [Checker(each) for each in rules]
        self._counts: dict[tuple[str, str], _Count] = {}
        self._folding = [each.target for each in rules if each.folds]
        self._folder, self._seen = "", set[str]()

    def add(self, batch: Batch) -> None:
        """Count the faults of a batch with paths."""
        paths = [path.replace(os.sep, "/") for path in batch.paths or ()] if os.sep != "/" else batch.paths
        if not paths:
            return
        sizes = batch.sizes if batch.kinds is None else np.where(batch.kinds == FOLDER, 0, batch.sizes)
        sheet = Sheet(paths)
        for checker in self._checkers:
            for place in checker.suspects(sheet, sizes):
                path, size = paths[place], int(sizes[place])
                for fault in checker.faults(path, size):
                    self._note(checker, fault, path, size)
        if self._folding:
            for place in self._doubles(paths, sheet):
                for target in self._folding:
                    self._count(target, "same-name", paths[place], int(sizes[place]), True)

    def _note(self, checker: Checker, fault: str, path: str, size: int) -> None:
        name = path.rpartition("/")[2]
        is_own = fault not in _OF_NAMES or fault in checker.faults(name, 0)
        self._count(checker.rules.target, fault, path, size, is_own)

    def _count(self, target: str, kind: str, path: str, size: int, is_own: bool) -> None:
        count = self._counts.setdefault((target, kind), _Count())
        count.items += 1
        count.bytes += size
        if is_own and len(count.first) < MOST_TOLD:
            count.first.append(path)

    def _doubles(self, paths: Sequence[str], sheet: Sheet) -> Iterator[int]:
        """Places of names that stand before in their folder, but for capitals and how accents are written."""
        folded = _folded(sheet.text).split(END)
        if len({*folded}) < len(folded) - 1:
            yield from (place for place, path in enumerate(paths) if self._is_double(path))
            return
        # No two are the same here, so only those of a folder that began before may be; the last one may go on.
        begin, end, last = 0, len(paths), _folder(paths[-1])
        while begin < end and _folder(paths[begin]) == self._folder:
            if self._is_double(paths[begin]):
                yield begin
            begin += 1
        while end > begin and _folder(paths[end - 1]) == last:
            end -= 1
        for path in paths[end:]:
            self._is_double(path)

    def _is_double(self, path: str) -> bool:
        """Whether a name is that of an entry before it in its folder, and keep it."""
        folder, _, name = path.rpartition("/")
        if folder != self._folder:
            self._folder, self._seen = folder, set()
        same = _folded(name)
        if same in self._seen:
            return True
        self._seen.add(same)
        return False

    def faults(self) -> tuple[NameFault, ...]:
        """All that were found."""
        return tuple(
            NameFault(
                target=target, kind=kind, items=count.items, bytes=count.bytes, first=tuple(count.first)
            )
            for (target, kind), count in sorted(self._counts.items())
        )

    def state(self) -> list[Any]:
        """What was found, as JSON can hold it; a folder is counted as a whole, so its names need not be kept."""
        counts = [(*key, each.items, each.bytes, each.first) for key, each in self._counts.items()]
        return [[checker.rules.target for checker in self._checkers], counts]

    def restore(self, state: list[Any]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            It is that of other targets.
        """
        targets, counts = state
        if targets != [checker.rules.target for checker in self._checkers]:
            raise ValueError("other targets")
        self._counts = {
            (target, kind): _Count(items, size, first) for target, kind, items, size, first in counts
        }


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _folded(text: str) -> str:
    """A text as those see it who mind neither capitals nor how accents are written."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()
