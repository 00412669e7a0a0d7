"""The one place that counts: batches of entries become a `Shape`, whoever read them, in memory that does not grow.

How a reader feeds it
---------------------
A reader turns text into batches and knows nothing else::

    counter = Counter(grade="reported", taken=None, tells={"folders", "errors"})
    for rows in blocks_of(file):                     # some ten thousand entries at a time
        counter.add(
            Batch(
                sizes=...,                           # int64 [B], one for each entry; those of folders do not matter
                kinds=...,                           # uint8, one of the constants below; None: all are files
                groups=counter.groups(first_names),  # first-level folder of each; ROOT_FILES ('.') in the root itself
                modified=...,                        # float64, seconds of the epoch, NaN where unknown; None: not told
                depths=...,                          # 1 for what lies in the root; None: not told
                paths=names if counter.wants_paths else None,  # below the root, '/' between parts
            )
        )
    counter.problem("folder", path, "Permission denied")   # an entry that the listing says it could not read
    shape = counter.shape(Origin(form="robocopy", path=str(path), notes=("no footer: may be cut off",)))

- A **folder** is counted in its own first-level folder: the entry `finance` has the group `finance` and depth 1.
- A **hard link** is `HARD_LINK` from its second name on (`links.HardLinks` tells which one is); it is then no file
  and no bytes, but stands under `links`. A listing that cannot tell leaves "hard" out of `tells`.
- `tells` names what the source would have told: "folders", "symbolic", "hard", "sparse", "placeholders", "special",
  "errors". Whatever is not in it is unknown, not 0.
- `taken` is the moment of the listing where it says so; else ages are counted from the newest modification of all.
- A listing that is an aggregate (folders, buckets, totals) feeds no counter: it builds a `Shape` with what it has, and
  `grades` of "reported" or "derived".
- The command calls `migplan.inventory.listings.read_listing(path, form, faults=None, **hints) -> Shape`; `form` is
  'auto' or one of `migplan.inventory.listings.FORMS` and `faults` goes to the counter as it is.
- Texts that are no UTF-8 come as surrogate escapes, as from `os.fsdecode`.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from migplan.errors import Fault, MigplanError
from migplan.inventory.shape import (
    AGE_DAYS,
    CHANGE_DAYS,
    COLD_DAYS,
    GRADED,
    MOST_FOLDERS,
    MOST_TOLD,
    OTHER_FOLDERS,
    Age,
    Bucket,
    Changed,
    Cold,
    Links,
    NameFault,
    Origin,
    Problem,
    Problems,
    Shape,
    Special,
    TopFolder,
)

FILE, FOLDER, SYMBOLIC_LINK, HARD_LINK, PLACEHOLDER, SPARSE, SPECIAL = range(7)
"""Kinds of entries. Placeholders and sparse files are files too."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_HOUR, _DAY = 3600.0, 24
_HOURS = 60 * 8766
"""Of the time of modification, back from the moment of the shape: sixty years; what is older is as old. [hours]."""
_WINDOW = CHANGE_DAYS[-1] + 1
"""Days of modification that are kept for each first-level folder."""
_BUCKETS = 66
_MOST = 2**63
_SPARSE_SHARE, SPARSE_LEAST = 0.9, 1_000_000
"""A file is sparse that is allocated less than this part of its size, and is no small one. [1], [B]."""


_TOLD = (
    *("taken", "origin", "squares", "_names", "_one", "_newest_day", "_total", "_largest", "_has_depth"),
    *("_has_fan_out", "_has_allocated"),
)
_ARRAYS = ("_by_size", "_by_age", "_by_access", "_by_folder", "_recent")
"""What a counter holds."""


@dataclass(slots=True)
class Batch:
    """Entries of a tree, one place in each array for each; see the module for what they mean."""

    sizes: Ints
    groups: NDArray[np.intp]
    kinds: NDArray[np.uint8] | None = None
    modified: Floats | None = None
    accessed: Floats | None = None
    allocated: Ints | None = None
    depths: Ints | None = None
    paths: Sequence[str] | None = None


class FaultCounter(Protocol):
    """Whoever counts names that a target does not take."""

    def add(self, batch: Batch) -> None:
        """Count the faults of a batch with paths."""

    def faults(self) -> tuple[NameFault, ...]:
        """All that were found."""

    def state(self) -> list[Any]:
        """What was found, as JSON can hold it."""

    def restore(self, state: list[Any]) -> None:
        """Go on from a state."""


class Counter:
    """Counts entries, batch by batch.

    Parameters
    ----------
    grade : str
        'measured' by our scanner, 'reported' by a listing.
    taken : float or None
        The moment to which ages are related; None where it is not known. [s]
    tells : collection of str
        What the source would have told; see the module.
    faults : FaultCounter or None
        Counts names that targets do not take.
    """

    def __init__(
        self,
        grade: str = "reported",
        taken: float | None = None,
        tells: Collection[str] = (),
        faults: FaultCounter | None = None,
    ) -> None:
        self.taken, self.tells = taken, frozenset(tells)
        # A whole hour, so that a listing gives the same shape whenever it is read.
        self.origin = -(-time.time() // _HOUR) * _HOUR if taken is None else taken
        self._grade, self._faults = grade, faults
        self._names: dict[str, int] = {}
        counts = "folders symbolic hard hard_bytes special depth fan_out timed accessed bad_folders bad_files"
        self._one = dict.fromkeys((*counts.split(), *_special("sparse"), *_special("placeholders")), 0)
        self._by_size = np.zeros((2, _BUCKETS), np.int64)
        self._by_age = np.zeros((2, _HOURS), np.int64)
        self._by_access = np.zeros(_HOURS, np.int64)
        self._by_folder = np.zeros((4, 0), np.int64)
        self._recent = np.zeros((0, 2, _WINDOW), np.int64)
        self._newest_day = 0 if taken is not None else -1
        self._total, self._largest = 0, 0
        self.squares = 0.0
        self._problems: list[Problem] = []
        self._has_depth = self._has_fan_out = self._has_allocated = False

    @property
    def wants_paths(self) -> bool:
        """Whether batches are to have paths."""
        return self._faults is not None

    @property
    def files(self) -> int:
        """Files so far, for who shows progress."""
        return int(self._by_size[0].sum())

    @property
    def bytes(self) -> int:
        """Bytes so far. [B]."""
        return self._total

    def group(self, name: str) -> int:
        """The index of a first-level folder; beyond the first ten thousand all have the same one."""
        index = self._names.get(name)
        if index is None:
            if len(self._names) >= MOST_FOLDERS and name != OTHER_FOLDERS:
                return self.group(OTHER_FOLDERS)
            index = self._names[name] = len(self._names)
        return index

    def groups(self, names: Sequence[str]) -> NDArray[np.intp]:
        """The indices of first-level folders, one for each entry; `ROOT_FILES` for what lies in the root itself."""
        return np.fromiter(map(self.group, names), np.intp, len(names))

    def problem(self, kind: str, path: str, message: str) -> None:
        """Count a 'folder' or a 'file' that could not be read; the first hundred are told."""
        self._one[f"bad_{kind}s"] += 1
        if len(self._problems) < MOST_TOLD:
            self._problems.append(Problem(path=path, message=message))

    def fan_out(self, entries: int) -> None:
        """Take note of how many entries one folder has."""
        self._has_fan_out = True
        self._one["fan_out"] = max(self._one["fan_out"], entries)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        if not batch.sizes.size:
            return
        self._grow()
        if batch.depths is not None:
            self._has_depth = True
            self._one["depth"] = max(self._one["depth"], int(batch.depths.max()))
        if self._faults is not None:
            self._faults.add(batch)
        is_file = self._count_others(batch)
        sizes, groups = batch.sizes[is_file], batch.groups[is_file]
        if not sizes.size:
            return
        self._count_sizes(sizes, groups)
        self._count_special(batch, is_file)
        if batch.modified is not None:
            self._count_ages(batch.modified[is_file], sizes, groups)
        if batch.accessed is not None:
            times = batch.accessed[is_file]
            known = ~np.isnan(times)
            self._one["accessed"] += int(known.sum())
            np.add.at(self._by_access, self._hours(times[known]), sizes[known])

    def _grow(self) -> None:
        """Make room for the folders that were named since the last batch."""
        have, wanted = len(self._recent), len(self._names)
        if have < wanted:
            room = min(max(wanted, 2 * have), MOST_FOLDERS + 1) - have
            self._by_folder = np.concatenate((self._by_folder, np.zeros((4, room), np.int64)), axis=1)
            self._recent = np.concatenate((self._recent, np.zeros((room, 2, _WINDOW), np.int64)))

    def _count_others(self, batch: Batch) -> Any:
        """Count what is no file; which entries are files."""
        kinds = batch.kinds
        if kinds is None:
            return slice(None)
        found = np.bincount(kinds, minlength=SPECIAL + 1)
        if found[FILE] + found[SPARSE] + found[PLACEHOLDER] == len(kinds):
            return slice(None)
        self._one["folders"] += int(found[FOLDER])
        self._one["symbolic"] += int(found[SYMBOLIC_LINK])
        self._one["special"] += int(found[SPECIAL])
        if found[HARD_LINK]:
            self._one["hard"] += int(found[HARD_LINK])
            self._one["hard_bytes"] += int(batch.sizes[kinds == HARD_LINK].sum())
        np.add.at(self._by_folder[2], batch.groups[kinds == FOLDER], 1)
        return (kinds == FILE) | (kinds == SPARSE) | (kinds == PLACEHOLDER)

    def _count_sizes(self, sizes: Ints, groups: NDArray[np.intp]) -> None:
        if int(sizes.min()) < 0:
            raise ValueError("a size below 0")
        if self._total + float(sizes.sum(dtype=np.float64)) >= _MOST:
            text = "holds more than 9.2 EB; wanted sizes in bytes"
            raise MigplanError(Fault("out-of-range", "inventory", text))
        self._total += int(sizes.sum())
        self._largest = max(self._largest, int(sizes.max()))
        self.squares += float(np.square(sizes, dtype=np.float64).sum())
        index = np.where(sizes == 0, 0, np.frexp((sizes - 1).astype(np.float64))[1] + 1)
        np.add.at(self._by_size[0], index, 1)
        np.add.at(self._by_size[1], index, sizes)
        np.add.at(self._by_folder[0], groups, 1)
        np.add.at(self._by_folder[1], groups, sizes)
        np.maximum.at(self._by_folder[3], groups, sizes)

    def _count_special(self, batch: Batch, is_file: Any) -> None:
        """Count files that take less room than they say."""
        kinds, sizes = batch.kinds, batch.sizes
        allocated = batch.allocated
        self._has_allocated |= allocated is not None
        found = {}
        if kinds is not None:
            found = {"sparse": kinds == SPARSE, "placeholders": kinds == PLACEHOLDER}
        if allocated is not None and "sparse" in self.tells:
            small = (allocated < _SPARSE_SHARE * sizes) & (sizes > SPARSE_LEAST)
            plain = np.zeros(len(sizes), np.bool_)
            plain[is_file] = True
            found["sparse"] = small & plain if kinds is None else (small & plain & (kinds != PLACEHOLDER))
        for name, chosen in found.items():
            if chosen.any():
                files, total, room = _special(name)
                self._one[files] += int(chosen.sum())
                self._one[total] += int(sizes[chosen].sum())
                self._one[room] += int(allocated[chosen].sum()) if allocated is not None else 0

    def _hours(self, times: Floats) -> NDArray[np.intp]:
        """How many whole hours times lie back; those of the future are new."""
        with np.errstate(invalid="ignore"):
            back = np.floor((self.origin - times) / _HOUR)
        return np.clip(back, 0, _HOURS - 1).astype(np.intp)

    def _count_ages(self, times: Floats, sizes: Ints, groups: NDArray[np.intp]) -> None:
        known = ~np.isnan(times)
        if not known.all():
            times, sizes, groups = times[known], sizes[known], groups[known]
        if not times.size:
            return
        self._one["timed"] += len(times)
        hours = self._hours(times)
        np.add.at(self._by_age[0], hours, 1)
        np.add.at(self._by_age[1], hours, sizes)
        days = hours // _DAY
        self._slide(int(days.min()))
        days -= self._newest_day
        recent = days < _WINDOW
        np.add.at(self._recent[:, 0], (groups[recent], days[recent]), 1)
        np.add.at(self._recent[:, 1], (groups[recent], days[recent]), sizes[recent])

    def _slide(self, newest: int) -> None:
        """Keep the days before the newest one of all; where the moment is known this is that of the moment."""
        if self._newest_day < 0:
            self._newest_day = newest
        ahead = min(self._newest_day - newest, _WINDOW)
        if ahead > 0 and self.taken is None:
            self._recent[:, :, ahead:] = self._recent[:, :, : _WINDOW - ahead].copy()
            self._recent[:, :, :ahead] = 0
            self._newest_day = newest

    def since(self, moment: float) -> tuple[int, int]:
        """Files and bytes modified after a moment, to the hour."""
        hours = min(max(round((self.origin - moment) / _HOUR), 0), _HOURS)
        files, total = self._by_age[:, :hours].sum(axis=1).tolist()
        return files, total

    def state(self) -> dict[str, Any]:
        """All that was counted, as arrays and what JSON can hold, for a file that outlives the process."""
        told = {name: getattr(self, name) for name in _TOLD}
        problems = [(problem.path, problem.message) for problem in self._problems]
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        faults = self._faults.state() if self._faults is not None else None
        return {"told": {**told, "problems": problems, "faults": faults}, **arrays}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        told = dict(state["told"])
        self._problems = [Problem(path=path, message=message) for path, message in told.pop("problems")]
        if self._faults is not None:
            self._faults.restore(told["faults"])
        for name in _TOLD:
            setattr(self, name, told[name])
        for name in _ARRAYS:
            setattr(self, name, state[name])

    def shape(self, source: Origin) -> Shape:
        """What was counted; the counter may go on."""
        one, files = self._one, self.files
        first = self._first_hour()
        taken = self.origin - first * _HOUR if one["timed"] or self.taken is not None else None
        values: dict[str, Any] = {
            "bytes": self._total,
            "files": files,
            "largest_file": self._largest if files else None,
            "depth": one["depth"] if self._has_depth else None,
            "fan_out": one["fan_out"] if self._has_fan_out else None,
            "folders": one["folders"] if "folders" in self.tells else None,
            "special_files": one["special"] if "special" in self.tells else None,
            "untimed": files - one["timed"],
            "sizes": self._sizes(),
            "links": self._links(),
            "sparse": self._special("sparse"),
            "placeholders": self._special("placeholders"),
            "errors": self._errors(),
            "faults": self._faults.faults() if self._faults is not None else None,
            "folders_top": self._tops(),
            **(self._ages(first) if one["timed"] else {}),
        }
        values["cold"] = self._cold(first)
        known = {name: value for name, value in values.items() if value is not None}
        origin = Origin(form=source.form, path=source.path, taken=taken, notes=source.notes)
        shape = Shape(source=origin, **known)
        return Shape(source=origin, **known, grades=self._grades(shape))

    def _grades(self, shape: Shape) -> Mapping[str, str]:
        whole = not shape.untimed
        return {
            key: self._grade if whole or key not in ("changed", "ages", "cold") else "derived"
            for key in GRADED
            if shape.grade(key) != "unknown"
        }

    def _first_hour(self) -> int:
        """Where the ages begin: with the moment where it is known, else with the newest time."""
        if self.taken is not None or not self._one["timed"]:
            return 0
        return int(np.flatnonzero(self._by_age[0])[0])

    def _sizes(self) -> tuple[Bucket, ...]:
        ends = [0, *(2**power for power in range(63)), None, None]
        return tuple(
            Bucket(up_to=ends[index], files=int(files), bytes=int(total))
            for index, (files, total) in enumerate(self._by_size.T)
            if files
        )

    def _links(self) -> Links | None:
        one, tells = self._one, self.tells
        if not tells & {"symbolic", "hard"}:
            return None
        hard = "hard" in tells
        return Links(
            symbolic=one["symbolic"] if "symbolic" in tells else None,
            hard=one["hard"] if hard else None,
            hard_bytes=one["hard_bytes"] if hard else None,
        )

    def _special(self, name: str) -> Special | None:
        if name not in self.tells:
            return None
        files, total, room = (self._one[key] for key in _special(name))
        return Special(files=files, bytes=total, allocated=room if self._has_allocated else None)

    def _errors(self) -> Problems | None:
        one = self._one
        if "errors" not in self.tells and not one["bad_folders"] + one["bad_files"]:
            return None
        return Problems(folders=one["bad_folders"], files=one["bad_files"], first=tuple(self._problems))

    def _ages(self, first: int) -> dict[str, Any]:
        """Changes and ages, from hours counted back."""
        sums = np.concatenate((np.zeros((2, 1), np.int64), np.cumsum(self._by_age, axis=1)), axis=1)

        def within(days: float | None) -> Ints:
            last = _HOURS if days is None else min(first + round(days * _DAY), _HOURS)
            return np.asarray(sums[:, last])

        ages, before = [], within(0)
        for days in (*AGE_DAYS, None):
            reached = within(days)
            files, total = (reached - before).tolist()
            ages.append(Age(up_to=days, files=files, bytes=total))
            before = reached
        changed = [(days, *within(days).tolist()) for days in CHANGE_DAYS]
        return {
            "ages": tuple(ages),
            "changed": tuple(Changed(days=days, files=files, bytes=total) for days, files, total in changed),
        }

    def _cold(self, first: int) -> tuple[Cold, ...] | None:
        """What part was not read, or not written, for how long; only where all times are known."""
        known = {
            "accessed": (self._one["accessed"], self._by_access),
            "modified": (self._one["timed"], self._by_age[1]),
        }
        found = [
            Cold(by=by, days=days, share=float(hours[first + days * _DAY :].sum() / self._total))
            for by, (files, hours) in known.items()
            if files and files == self.files and self._total
            for days in COLD_DAYS
        ]
        return tuple(found) or None

    def _tops(self) -> tuple[TopFolder, ...]:
        """First-level folders, the largest first."""
        found = []
        for name, index in self._names.items():
            if index >= len(self._recent):
                break
            files, total, folders, largest = self._by_folder[:, index].tolist()
            found.append(
                TopFolder(
                    path=name,
                    bytes=total,
                    files=files,
                    folders=folders if "folders" in self.tells else None,
                    largest_file=largest if files else None,
                    changed=self._changed_in(index) if self._one["timed"] else None,
                )
            )
        return tuple(sorted(found, key=lambda top: (-(top.bytes or 0), top.path)))

    def _changed_in(self, index: int) -> tuple[Changed, ...]:
        files, total = self._recent[index]
        # Days that end with the newest hour of all are not kept, so that one day would be any part of it.
        kept = CHANGE_DAYS if self.taken is not None else CHANGE_DAYS[1:]
        return tuple(
            Changed(days=days, files=int(files[:days].sum()), bytes=int(total[:days].sum())) for days in kept
        )


def _special(name: str) -> tuple[str, str, str]:
    """Keys of the counts of files that take less room than they say."""
    return f"{name}_files", f"{name}_bytes", f"{name}_allocated"
