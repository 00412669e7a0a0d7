"""The facts of a stack of options as arrays with the axes option, row and draw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.options import Option
from migplan.facts import Carrier, Fact, Mover, MoverPath, Profile
from migplan.formulas import Numeric

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
    pairs : array of int, optional
        For single pairs of an option and a row, the option of each; the option axis then is that of the pairs.
    """

    def __init__(
        self,
        options: Sequence[Option],
        region: str,
        quantify: Quantify = typical,
        pairs: NDArray[np.intp] | None = None,
    ) -> None:
        self.options = options
        self.count = len(options) if pairs is None else len(pairs)
        self.region = region
        self.quantify = quantify
        self.used: dict[str, Fact] = {}
        self._pairs = pairs
        self._grouped: dict[str, tuple[list[Option], NDArray[np.intp]]] = {}
        self._looked_up: dict[tuple[str, str, float], Numeric] = {}

    def get(self, owner: str, key: str, absent: float) -> Numeric:
        """One fact of each option's `owner` ('mover', 'route', 'device', 'target', 'second_hop').

        What the path of a mover or device to this target states goes before what it states of the target, and that
        before what holds for it in general.
        `absent` is what the lack of the fact means: infinity for a limit that is not known, 0 for a step that a thing
        does not have.
        """
        if self.quantify is not typical:
            # Draws are too many to be kept.
            return self._get(owner, key, absent)
        known = (owner, key, absent)
        found = self._looked_up.get(known)
        if found is None:
            found = self._looked_up[known] = self._get(owner, key, absent)
        return found

    def _get(self, owner: str, key: str, absent: float) -> Numeric:
        different, places = self._groups(owner)
        values = [self._one(option, owner, key, absent) for option in different]
        if len(self.options) == 1:
            return values[0]
        if len(different) == 1:
            # What all have in common has one entry, which stands for all of them.
            return np.reshape(values[0], (1,) * (3 - np.ndim(values[0])) + np.shape(values[0]))
        if all(isinstance(value, float) for value in values):
            if values.count(values[0]) == len(values):
                return np.full((1, 1, 1), values[0])
            return np.array(values)[places][:, None, None]
        stacked = np.stack(np.broadcast_arrays(*values))[places]
        return stacked.reshape(stacked.shape[:1] + (1,) * (3 - stacked.ndim) + stacked.shape[1:])

    def groups(self, owner: str) -> list[tuple[Option, NDArray[np.intp]]]:
        """One option for each distinct owner and path, and the positions of all options that share them."""
        different, places = self._groups(owner)
        return [(option, np.flatnonzero(places == index)) for index, option in enumerate(different)]

    def _groups(self, owner: str) -> tuple[list[Option], NDArray[np.intp]]:
        """The options whose owner and path differ, and for every option which of them it equals."""
        found = self._grouped.get(owner)
        if found is None:
            path = _PATH_OF.get(owner, owner)
            seen: dict[tuple[int, int, str], int] = {}
            different: list[Option] = []
            places = []
            for option in self.options:
                profile = getattr(option, owner)
                key = (id(profile), id(getattr(option, path)), _way(option, profile))
                if key not in seen:
                    seen[key] = len(different)
                    different.append(option)
                places.append(seen[key])
            found = self._grouped[owner] = (different, self._paired(np.array(places)))
        return found

    def _one(self, option: Option, owner: str, key: str, absent: float) -> Numeric:
        path: MoverPath | None = getattr(option, _PATH_OF[owner]) if owner in _PATH_OF else None
        fact = None if path is None else path.facts.get(key)
        profile: Profile | None = getattr(option, owner)
        if fact is None and isinstance(profile, Carrier) and profile.towards:
            fact = profile.towards.get(option.target.id, {}).get(key)
        if fact is None and profile is not None:
            fact = profile.fact(key, self.region)
        if fact is None:
            return absent
        self.used[fact.id] = fact
        return self.quantify(fact)

    def flag(self, test: Callable[[Option], bool]) -> Numeric:
        """A condition of each option as an array of booleans."""
        return self.each(test).astype(bool)

    def of_movers(self, owner: str, test: Callable[[Mover], bool]) -> Numeric:
        """A condition of each option's 'mover' or 'second_hop'; false where it has none."""

        def holds(option: Option) -> bool:
            mover = option.second_hop if owner == "second_hop" else option.mover
            return mover is not None and test(mover)

        return self.flag(holds)

    def each(self, value: Callable[[Option], float]) -> NDArray[Any]:
        """A number of each option."""
        found = [value(option) for option in self.options]
        if found.count(found[0]) == len(found):
            return np.array(found[:1])[:, None, None]
        return self._paired(np.array(found))[:, None, None]

    def _paired(self, values: NDArray[Any]) -> NDArray[Any]:
        return values if self._pairs is None else values[self._pairs]


def _way(option: Option, profile: Profile | None) -> str:
    """The target, where the profile states something of it."""
    return option.target.id if isinstance(profile, Carrier) and profile.towards else ""
