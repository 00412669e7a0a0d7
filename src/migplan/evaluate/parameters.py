"""The facts of a stack of options as arrays: options down the first axis, rows or samples behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.catalogue import Fact, MoverPath, Profile
from migplan.formulas import Numeric
from migplan.options import Option

Quantify = Callable[[Fact], Numeric]
"""A fact to its value: the typical one, or an array of draws."""

_PATH_OF = {"mover": "path", "device": "seed_path", "second_hop": "second_path"}


def typical(fact: Fact) -> Numeric:
    """The value that is most likely."""
    return fact.value


class Parameters:
    """Looks facts up for several options at once.

    Parameters
    ----------
    options : sequence of Option
        The stack.
    region : str
        For facts that differ by Region.
    quantify : callable
        What makes a number, or an array of draws, out of a fact.
    trail : int
        Axes behind the one of the options.
    """

    def __init__(
        self, options: Sequence[Option], region: str, quantify: Quantify = typical, trail: int = 1
    ) -> None:
        self.options = options
        self.region = region
        self.quantify = quantify
        self.trail = trail
        self.used: dict[str, Fact] = {}
        self._grouped: dict[str, tuple[list[Option], NDArray[np.intp]]] = {}

    def get(self, owner: str, key: str, absent: float) -> Numeric:
        """One fact of each option's `owner` ('mover', 'route', 'device', 'target', 'second_hop').

        What the path of a mover or device to this target states goes before what holds for it in general.
        `absent` is what the lack of the fact means: infinity for a limit that is not known, 0 for a step that a thing
        does not have.
        """
        different, places = self._groups(owner)
        values = [self._one(option, owner, key, absent) for option in different]
        if len(self.options) == 1:
            return values[0]
        if all(isinstance(value, float) for value in values):
            return np.array(values)[places].reshape((-1,) + (1,) * self.trail)
        stacked = np.stack(np.broadcast_arrays(*values))[places]
        return stacked.reshape((len(places),) + (1,) * (self.trail - 1) + (-1,))

    def groups(self, owner: str) -> list[tuple[Option, NDArray[np.intp]]]:
        """One option for each distinct owner and path, and the positions of all options that share them."""
        different, places = self._groups(owner)
        return [(option, np.flatnonzero(places == index)) for index, option in enumerate(different)]

    def _groups(self, owner: str) -> tuple[list[Option], NDArray[np.intp]]:
        """The options whose owner and path differ, and for every option which of them it equals."""
        found = self._grouped.get(owner)
        if found is None:
            path = _PATH_OF.get(owner, owner)
            seen: dict[tuple[int, int], int] = {}
            different: list[Option] = []
            places = []
            for option in self.options:
                key = (id(getattr(option, owner)), id(getattr(option, path)))
                if key not in seen:
                    seen[key] = len(different)
                    different.append(option)
                places.append(seen[key])
            found = self._grouped[owner] = (different, np.array(places))
        return found

    def _one(self, option: Option, owner: str, key: str, absent: float) -> Numeric:
        path: MoverPath | None = getattr(option, _PATH_OF[owner]) if owner in _PATH_OF else None
        fact = None if path is None else path.facts.get(key)
        profile: Profile | None = getattr(option, owner)
        if fact is None and profile is not None:
            fact = profile.fact(key, self.region)
        if fact is None:
            return absent
        self.used[fact.id] = fact
        return self.quantify(fact)

    def flag(self, test: Callable[[Option], bool]) -> Numeric:
        """A condition of each option as an array of booleans."""
        return self.each(test).astype(bool)

    def each(self, value: Callable[[Option], float]) -> NDArray[Any]:
        """A number of each option."""
        return np.array([value(option) for option in self.options]).reshape((-1,) + (1,) * self.trail)
