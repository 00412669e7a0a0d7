"""Which shares lie in which file system: so that the steps that are bought are as few as they can be, and full.

Throughput is bought by file system, in steps that are advised up to some volume. Packings that fill such sizes to the
brim are found by the sums that subsets of shares come to, which are all known once they are bits of a number.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_UNITS = 1 << 14
"""Parts of a file system that volumes are rounded up to when it is filled."""

_ENOUGH = 3
"""Packings that are priced."""

_ALIKE = 1.1
"""How many times the least price of a byte is about as cheap."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Size:
    """How much a file system may hold with a step of throughput, and what that counts for. [B], [USD]."""

    holds: float
    cost: float


def first_fit(needs: Mapping[int, tuple[float, float]], limit: float, most_files: float) -> list[list[int]]:
    """First fit by falling volume: what does not fit into one file system with the others begins a new one."""
    bins: list[tuple[float, float, list[int]]] = []
    for member in _falling(needs):
        volume, files = needs[member]
        for index, (held, counted, packed) in enumerate(bins):
            if held + volume <= limit and counted + files <= most_files:
                packed.append(member)
                bins[index] = held + volume, counted + files, packed
                break
        else:
            bins.append((volume, files, [member]))
    return [packed for *_, packed in bins]


def filled(
    needs: Mapping[int, tuple[float, float]], sizes: Sequence[Size], more: float, most_files: float
) -> Iterator[list[list[int]]]:
    """Some packings into file systems of several sizes, those that should be cheapest first.

    Parameters
    ----------
    needs : mapping
        Share -> its volume and files.
    sizes : sequence of Size
        From small to large.
    more : float
        What each file system counts for beside its size. [USD]
    most_files : float
        That one may hold.
    """
    alone = [[member] for member, (volume, _) in needs.items() if volume > sizes[-1].holds]
    rest = {member: need for member, need in needs.items() if need[0] <= sizes[-1].holds}
    if not rest:
        return
    mixes = sorted(_mixes(rest, sizes), key=lambda mix: sum(sizes[i].cost + more for i in mix))
    found = 0
    for mix in mixes:
        packing = _into(rest, [sizes[i].holds for i in mix], most_files)
        if packing is not None:
            yield alone + packing
            found += 1
            if found == _ENOUGH:
                return


def _mixes(needs: Mapping[int, tuple[float, float]], sizes: Sequence[Size]) -> Iterator[list[int]]:
    """Sizes that together hold all: any of the small ones, and as many of the best large one as the rest takes."""
    volumes = [volume for volume, _ in needs.values()]
    # Of those that are about as cheap the largest, since it is the fewest.
    prices = [size.cost / size.holds for size in sizes]
    best = max(i for i, price in enumerate(prices) if price <= _ALIKE * min(prices))
    counts = [
        range(math.ceil(large.holds / small.holds - _ROUNDING))
        for small, large in itertools.pairwise(sizes[: best + 1])
    ]
    # There is no reason to buy a dearer one but a share that only it holds.
    forced = [
        i
        for i in range(best + 1, len(sizes))
        for volume in volumes
        if sizes[i - 1].holds < volume <= sizes[i].holds
    ]
    for chosen in itertools.product(*counts):
        mix = forced + [i for i, count in enumerate(chosen) for _ in range(count)]
        left = sum(volumes) - sum(sizes[i].holds for i in mix)
        yield mix + [best] * max(math.ceil(left / sizes[best].holds - _ROUNDING), 0)


def _falling(needs: Mapping[int, tuple[float, float]]) -> list[int]:
    return sorted(needs, key=lambda one: (-needs[one][0], one))


def _into(
    needs: Mapping[int, tuple[float, float]], limits: Sequence[float], most_files: float
) -> list[list[int]] | None:
    """The shares in file systems of some sizes, each filled as far as possible; None where that does not work out."""
    for order in (sorted(limits), sorted(limits, reverse=True)):
        left = _falling(needs)
        packing: list[list[int]] = []
        for limit in order:
            packed = _fullest(left, needs, limit)
            left = [member for member in left if member not in packed]
            packing.append(sorted(packed))
        if not left and all(sum(needs[one][1] for one in packed) <= most_files for packed in packing):
            return [packed for packed in packing if packed]
    return None


def _fullest(members: Sequence[int], needs: Mapping[int, tuple[float, float]], limit: float) -> set[int]:
    """Those that fill a file system best, large ones before small ones."""
    if sum(needs[member][0] for member in members) <= limit:
        return set(members)
    unit = limit / _UNITS
    weights = [math.ceil(needs[member][0] / unit - _ROUNDING) for member in members]
    mask = (1 << (_UNITS + 1)) - 1
    # Bit n: some of the shares from here on come to n units.
    sums = [1]
    for weight in reversed(weights):
        sums.append((sums[-1] | sums[-1] << weight) & mask)
    sums.reverse()
    wanted, packed = sums[0].bit_length() - 1, set()
    for place, (member, weight) in enumerate(zip(members, weights, strict=True)):
        if weight <= wanted and sums[place + 1] >> (wanted - weight) & 1:
            packed.add(member)
            wanted -= weight
    return packed
