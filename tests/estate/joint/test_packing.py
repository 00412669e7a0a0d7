"""File systems are filled by the steps that are bought, and the program never takes them to be dearer than that."""

import itertools

import highspy
import numpy as np
import pytest

from migplan.estate.joint.packing import Size, filled, first_fit
from migplan.estate.joint.stepped import count_sizes

SIZES = [Size(3.4, 144.0), Size(6.9, 288.0), Size(13.7, 576.0), Size(27.5, 1152.0), Size(55.0, 2304.0)]
DEARER = [*SIZES, Size(70.4, 4608.0)]
MORE = 50.0


def cost(packing, needs, sizes):
    """What packed file systems count for, each by the least size that holds it."""
    totals = [sum(needs[one][0] for one in packed) for packed in packing]
    return sum(min(size.cost for size in sizes if total <= size.holds + 1e-9) + MORE for total in totals)


def cheapest(packings, needs, sizes):
    return min(cost(packing, needs, sizes) for packing in packings)


def by_hand(volumes, sizes):
    """The cheapest of all partitions."""

    def parts(members):
        if not members:
            yield []
            return
        first, *others = members
        for count in range(len(others) + 1):
            for chosen in itertools.combinations(others, count):
                rest = [one for one in others if one not in chosen]
                for more in parts(rest):
                    yield [[first, *chosen], *more]

    needs = {n: (volume, 1.0) for n, volume in enumerate(volumes)}
    fits = (p for p in parts(list(needs)) if all(sum(volumes[n] for n in b) <= sizes[-1].holds for b in p))
    return cheapest(fits, needs, sizes)


CASES = [
    ([17.0, 18.0, 2.4], SIZES),
    ([40.0, 12.0, 9.0, 7.5, 6.0, 0.5], SIZES),
    ([60.0, 10.0, 3.0, 1.0], DEARER),
    *(
        (np.random.default_rng(seed).lognormal(1.0, 1.1, 6).clip(0.1, 50.0).tolist(), SIZES)
        for seed in range(6)
    ),
]


@pytest.mark.parametrize(("volumes", "sizes"), CASES)
def test_packings_are_as_cheap_as_the_best_of_all(volumes, sizes):
    needs = {n: (volume, 1.0) for n, volume in enumerate(volumes)}
    packings = [
        *(first_fit(needs, size.holds, np.inf) for size in sizes if size.holds >= max(volumes)),
        *filled(needs, sizes, MORE, np.inf),
    ]
    for packing in packings:
        assert sorted(itertools.chain(*packing)) == list(needs)
    assert cheapest(packings, needs, sizes) <= by_hand(volumes, sizes) * 1.02


def test_many_shares_leave_nearly_no_room():
    volumes = np.random.default_rng(3).lognormal(0.7, 1.2, 40).clip(0.05, 50.0)
    needs = {n: (volume, 1.0) for n, volume in enumerate(volumes.tolist())}
    best = cheapest(filled(needs, SIZES, MORE, np.inf), needs, SIZES)
    assert best <= volumes.sum() * 2304 / 55 + 6 * MORE + 144.0
    assert best < cheapest([first_fit(needs, 55.0, np.inf)], needs, SIZES)


def test_what_holds_no_more_files_is_not_filled_by_volume():
    needs = dict.fromkeys(range(6), (1.0, 10.0))
    for packing in filled(needs, SIZES, MORE, 20.0):
        assert all(len(packed) <= 2 for packed in packing)


def test_what_is_larger_than_any_size_is_alone():
    needs = {0: (90.0, 1.0), 1: (2.0, 1.0), 2: (1.0, 1.0)}
    assert all([0] in packing for packing in filled(needs, SIZES, MORE, np.inf))


class Rows:
    """Variables and rows as the program takes them."""

    def __init__(self):
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.count = 0

    def variable(self, cost, upper, integer):
        self.solver.addVar(0.0, upper)
        self.solver.changeColCost(self.count, cost)
        if integer:
            self.solver.changeColIntegrality(self.count, highspy.HighsVarType.kInteger)
        self.count += 1
        return self.count - 1

    def row(self, low, high, index, value):
        self.solver.addRow(low, high, len(index), np.array(index, dtype=np.int32), np.array(value))


@pytest.mark.parametrize(("volumes", "sizes"), CASES)
def test_the_program_is_no_dearer_than_the_best_and_knows_whole_shares(volumes, sizes):
    rows = Rows()
    there = [rows.variable(0.0, 1.0, False) for _ in volumes]
    for one in there:
        rows.row(1.0, 1.0, [one], [1.0])
    counts = count_sizes(
        rows, [(volume, [one]) for volume, one in zip(volumes, there, strict=True)], [s.holds for s in sizes]
    )
    for count, size in zip(counts, sizes, strict=True):
        rows.solver.changeColCost(count, size.cost + MORE)
    rows.solver.run()
    found = rows.solver.getInfo().objective_function_value
    best = by_hand(volumes, sizes)
    assert 0.85 * best <= found <= best * (1.0 + 1e-6)
    if volumes == [17.0, 18.0, 2.4]:
        # Two that are larger than a half of it need two of a size, or one of the next.
        assert found == pytest.approx(best)
