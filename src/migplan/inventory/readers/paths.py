"""Paths as places in a block: their root, their first-level folder, how deep they lie, and what lies below what."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.count import FOLDER
from migplan.inventory.readers.lines import Flags, Places, words
from migplan.inventory.readers.listing import Entries

SLASH, BACKSLASH = 47, 92
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << 8 * length) - 1 for length in range(8)] + [2**64 - 1], dtype=np.uint64)


class OtherRootError(Exception):
    """Some path does not lie below what was taken for the root; `root` holds it too."""

    def __init__(self, root: bytes) -> None:
        super().__init__(root)
        self.root = root


def separator_of(paths: Iterable[bytes]) -> int:
    r"""What parts names: a backslash where paths begin as those of Windows do, or know no slash.

    >>> separator_of([b"D:\\a"]), separator_of([b"a\\b", b"x/y"])
    (92, 47)
    """
    some = list(paths)
    if any(path[1:3] == b":\\" or path[:2] == b"\\\\" for path in some):
        return BACKSLASH
    slashes = sum(b"/" in path for path in some)
    return BACKSLASH if not slashes and any(b"\\" in path for path in some) else SLASH


def common_root(paths: Iterable[bytes], separator: int, folders: Iterable[bytes] = ()) -> bytes:
    """The deepest folder that holds all paths, without a separator at its end.

    Parameters
    ----------
    paths : iterable of bytes
        Of files, or of what may be one.
    separator : int
    folders : iterable of bytes
        Paths of folders, one of which may be the root itself.

    Examples
    --------
    >>> common_root([b"/srv/a/b", b"/srv/c"], 47), common_root([b"/srv/a/b"], 47, [b"/srv"])
    (b'/srv', b'/srv')
    """
    sign = bytes([separator])
    parts = [path.rstrip(sign).split(sign)[:-1] for path in paths]
    parts += [path.rstrip(sign).split(sign) for path in folders]
    if not parts:
        return b""
    low, high = min(parts), max(parts)
    same = next(
        (place for place, (a, b) in enumerate(zip(low, high, strict=False)) if a != b),
        min(len(low), len(high)),
    )
    return sign.join(low[:same])


def hashes(data: NDArray[np.uint8], starts: Places, ends: Places) -> NDArray[np.uint64]:
    """A number for each field that is the same where the bytes are."""
    view, lengths = words(data), ends - starts
    found = lengths.astype(np.uint64) * _PRIME
    live: NDArray[np.intp] | slice = slice(None)
    for step in range(0, int(lengths.max(initial=0)), 8):
        if step:
            live = np.flatnonzero(lengths > step)
        left = np.minimum(lengths[live] - step, 8)
        word = view[starts[live] + step] & _MASKS[np.maximum(left, 0)]
        mixed = (found[live] ^ word) * _PRIME
        found[live] = mixed ^ (mixed >> np.uint64(29))
    return found


def are_below(
    data: NDArray[np.uint8], upper: tuple[Places, Places], lower: tuple[Places, Places], separator: int
) -> Flags:
    """Whether each of some paths lies below the one that stands in the same place of `upper`."""
    length = upper[1] - upper[0]
    trimmed = length - ((length > 0) & (data[upper[1] - 1] == separator))
    may = (lower[1] - lower[0] > trimmed + 1) & (
        data[np.minimum(lower[0] + trimmed, len(data) - 1)] == separator
    )
    found = np.zeros(len(length), dtype=bool)
    some = np.flatnonzero(may)
    if len(some):
        high = hashes(data, upper[0][some], upper[0][some] + trimmed[some])
        found[some] = high == hashes(data, lower[0][some], lower[0][some] + trimmed[some])
    return found


class Folders:
    """First-level folders and depths of paths, block by block.

    Parameters
    ----------
    root : bytes
        What holds all paths, without a separator at its end; empty: paths are below the root as they are.
    separator : int
    group : callable
        The index of a first-level folder by its name.
    at_root : str
        The name that stands for what lies in the root itself.
    """

    def __init__(self, root: bytes, separator: int, group: Callable[[str], int], at_root: str) -> None:
        self._root, self.separator, self._group, self._at_root = root, separator, group, at_root
        self._known: dict[int, int] = {}

    def below(self, data: NDArray[np.uint8], starts: Places, ends: Places) -> tuple[Places, Places]:
        """Paths below the root, without separators around them; what is the root itself becomes empty.

        Raises
        ------
        OtherRootError
            Some path does not lie below it.
        """
        ends = ends - ((ends > starts) & (data[ends - 1] == self.separator))
        root = self._root
        if root:
            length = len(root)
            self._check(data, starts, ends)
            starts = np.minimum(starts + length, ends)
        while len(more := np.flatnonzero((starts < ends) & (data[starts] == self.separator))):
            starts = starts.copy()
            starts[more] += 1
        return starts, ends

    def _check(self, data: NDArray[np.uint8], starts: Places, ends: Places) -> None:
        root = np.frombuffer(self._root, dtype=np.uint8)
        length = len(root)
        view = words(data)
        wrong = ends - starts < length
        wrong |= (ends - starts > length) & (
            data[np.minimum(starts + length, len(data) - 1)] != self.separator
        )
        for place in range(0, length - length % 8, 8):
            # What is shorter than the root is wrong already, whatever lies behind it.
            wrong |= view[np.minimum(starts + place, len(view) - 1)] != words(root)[place]
        for place in range(length - length % 8, length):
            wrong |= data[np.minimum(starts + place, len(data) - 1)] != root[place]
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            path = data[starts[at] : ends[at]].tobytes()
            raise OtherRootError(common_root([path], self.separator, [self._root]))

    def tops(self, some: Entries) -> tuple[NDArray[np.intp], Places]:
        """The index of the first-level folder of each path below the root, and its depth."""
        assert some.starts is not None
        assert some.ends is not None
        data, starts, ends = some.data, some.starts, some.ends
        places = np.flatnonzero(data == self.separator)
        before = np.searchsorted(places, starts)
        count = np.searchsorted(places, ends) - before
        first = places[np.minimum(before, len(places) - 1)] if len(places) else ends
        # A file in the root has no folder; a folder there is its own.
        in_root = count == 0
        if some.kinds is not None:
            in_root &= some.kinds != FOLDER
        stops = np.where(in_root, starts, np.where(count > 0, first, ends))
        return self._indices(data, starts, stops), count + 1

    def _indices(self, data: NDArray[np.uint8], starts: Places, stops: Places) -> NDArray[np.intp]:
        keys = hashes(data, starts, stops)
        # Most listings go folder by folder, so that there are few runs.
        runs = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        if 8 * len(runs) > len(keys):
            _, firsts, inverse = np.unique(keys, return_index=True, return_inverse=True)
            found = np.array(
                [self._index(data, keys, starts, stops, at) for at in firsts.tolist()], dtype=np.intp
            )
            return found[inverse]
        found = np.array([self._index(data, keys, starts, stops, at) for at in runs.tolist()], dtype=np.intp)
        return np.repeat(found, np.diff(np.append(runs, len(keys))))

    def _index(
        self, data: NDArray[np.uint8], keys: NDArray[np.uint64], starts: Places, stops: Places, at: int
    ) -> int:
        key = int(keys[at])
        index = self._known.get(key)
        if index is None:
            name = os.fsdecode(data[starts[at] : stops[at]].tobytes()) or self._at_root
            index = self._known[key] = self._group(name)
        return index


class Names:
    """Looks for parts of paths that have one of some names.

    Parameters
    ----------
    names : iterable of str
    separator : int
    """

    def __init__(self, names: Iterable[str], separator: int) -> None:
        self._names = {os.fsencode(name) for name in names}
        self._separator = bytes([separator])
        self._begins = np.zeros(256, dtype=bool)
        self._begins[[name[0] for name in self._names]] = True
        # Four bytes tell nearly all others apart, and no name is shorter.
        self._heads = np.array([int.from_bytes(name[:4], "little") for name in self._names], dtype=np.uint64)

    def find(self, data: NDArray[np.uint8], starts: Places, ends: Places) -> dict[str, list[int]]:
        """The paths that have a part of each name, by their places."""
        places = np.concatenate([starts, np.flatnonzero(data == self._separator[0]) + 1])
        places = places[self._begins[data[places]]]
        places = places[np.isin(words(data)[places] & _MASKS[4], self._heads)]
        found: dict[str, list[int]] = {}
        if not len(places):
            return found
        raw = data.tobytes()
        rows = np.searchsorted(starts, places, side="right") - 1
        for place, row in zip(places.tolist(), rows.tolist(), strict=True):
            if row >= 0 and place < ends[row]:
                stop = raw.find(self._separator, place, ends[row])
                name = raw[place : stop if stop >= 0 else ends[row]]
                if name in self._names:
                    found.setdefault(os.fsdecode(name), []).append(row)
        return found


def rebuilt(pieces: list[bytes]) -> tuple[NDArray[np.uint8], Places, Places]:
    """Texts that were made one by one, as places in a block of their own."""
    ends = np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))
    data = np.frombuffer(b"".join(pieces) + bytes(32), dtype=np.uint8)
    return data, np.concatenate([[0], ends[:-1]]).astype(np.int64) if len(ends) else ends, ends
