import datetime as dt

import numpy as np
import pytest
from msgspec import structs

from migplan.engine import search
from migplan.engine.bounds import Bounds
from migplan.engine.case import Case
from migplan.engine.evaluation import evaluate
from migplan.engine.search import best_by_enumeration, find_winners
from migplan.facts import load
from migplan.inputs.workload import read_workload, related_sizes

TODAY = dt.date(2026, 11, 23)
ROWS = 700
WORDS = {
    "smb": {},
    "nfs": {"protocol": "nfs"},
    "ontap": {"source": "ontap", "keep": "dacl,owner"},
    "time": {"optimize": "time"},
    "routes": {"routes": "internet,vpn"},
    "encrypted": {"encryption": "required", "region": "eu-central-1"},
    "devices": {"customer": "existing", "start": "2025-06-01", "support": "enterprise"},
    "hours": {"hours": "Mon-Fri 19:00-07:00, Sat-Sun", "holidays": "DE", "cutover_days": "Sat-Sun"},
    "objects": {"protocol": "object"},
    "one target": {"target": "fsx-windows"},
    "archive": {"use": "archive", "protocol": "nfs", "app_change": "allowed", "keep": "timestamps"},
    "clusters": {"use": "hpc", "protocol": "nfs"},
    "delay": {"delay_cost": "2000 USD/day", "availability": "single-zone"},
}
QUICK_AND_OTHERS = [
    name if name in ("smb", "time", "clusters", "delay") else pytest.param(name, marks=pytest.mark.slow)
    for name in WORDS
]


def log_uniform(random, low, high):
    return np.exp(random.uniform(np.log(low), np.log(high), (ROWS, 1)))


def case_of(words, seed, catalogue):
    """Rows whose numbers differ over many orders of magnitude, with holes."""
    random = np.random.default_rng(seed)
    base = read_workload({"volume": "10 TB", "link": "1 Gbps", **words}, catalogue.assumptions, TODAY)
    volume = log_uniform(random, 1e10, 2e15)
    files, size = related_sizes(volume, np.maximum(log_uniform(random, 1, 1e9), 1), np.nan, 1e6)
    holes = random.random((4, ROWS, 1)) < 0.2

    def unless(hole, values):
        return np.where(holes[hole], np.nan, values)

    w = structs.replace(
        base,
        volume=volume,
        files=files,
        file_size=size,
        link=unless(0, log_uniform(random, 1e6, 5e9)),
        share=random.uniform(0.05, 1, (ROWS, 1)),
        round_trip_time=log_uniform(random, 1e-4, 0.4),
        change_rate=volume * log_uniform(random, 1e-8, 1e-6),
        deadline=unless(1, log_uniform(random, 1e5, 3e7)),
        cutover_window=unless(2, log_uniform(random, 600, 3e5)),
        budget=unless(3, log_uniform(random, 1e2, 1e7)),
        largest_file=volume * random.random((ROWS, 1)),
    )
    return Case(w, catalogue, TODAY)


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(autouse=True)
def _searching(monkeypatch):
    """Few rows are not searched but evaluated; here they are searched all the same."""
    monkeypatch.setattr(search, "FEW", 0)


@pytest.mark.parametrize("name", QUICK_AND_OTHERS)
def test_leaving_out_what_cannot_win_changes_nothing(name, catalogue):
    case = case_of(WORDS[name], 5, catalogue)
    options = case.open_options
    full = best_by_enumeration(case, options)
    found = find_winners(case, options)
    assert found.index.tolist() == full.index.tolist()
    usable = full.index >= 0
    for name in full.__struct_fields__[1:]:
        left, right = getattr(found, name)[usable], getattr(full, name)[usable]
        # Powers of arrays of another shape may differ in the last bit.
        assert np.allclose(left, right, rtol=1e-12, atol=0.0, equal_nan=True), name


def test_most_options_are_left_out(catalogue, monkeypatch):
    case = case_of({}, 6, catalogue)
    evaluated = []
    each = search.evaluate_pairs

    def count(case, options, keeps, pairs, *rest):
        evaluated.append(len(pairs))
        return each(case, options, keeps, pairs, *rest)

    monkeypatch.setattr(search, "evaluate_pairs", count)
    options = case.open_options
    find_winners(case, options)
    assert ROWS <= sum(evaluated) < ROWS * len(options) / 8


@pytest.mark.slow
@pytest.mark.parametrize("name", ["smb", "nfs", "ontap", "hours"])
def test_no_option_falls_below_its_bounds(name, catalogue):
    case = case_of(WORDS[name], 7, catalogue)
    bounds, result = Bounds(case), evaluate(case, case.open_options)
    verdict = result.verdict
    for place, option in enumerate(result.options):
        bound = bounds.each([option]).at(0)
        usable = verdict.usable[place, :, 0]
        finish, ceiling = result.finish[place, :, 0], result.ceiling[place, :, 0]
        assert (bound.tier <= verdict.tier[place, :, 0]).all(), option.id
        assert (bound.finish <= finish)[usable].all(), option.id
        assert (bound.ceiling <= ceiling)[usable].all(), option.id
        assert (bounds.ceiling(option) <= ceiling)[usable].all(), option.id
        counted = result.counted[place, :, 0]
        assert (bound.counted <= counted)[usable].all(), option.id
        assert (bounds.of_cost(option).counted <= counted)[usable].all(), option.id


def test_options_to_several_targets_share_what_is_known_of_the_way(catalogue, monkeypatch):
    case = case_of({}, 6, catalogue)
    made = []
    way = Bounds._to_any_target
    monkeypatch.setattr(Bounds, "_to_any_target", lambda self, options: made.append(0) or way(self, options))
    first = next(option for option in case.open_options if option.kind == "online")
    others = [
        option
        for option in case.open_options
        if (option.mover, option.route, option.path) == (first.mover, first.route, first.path)
    ]
    assert len(others) > 1
    bounds = Bounds(case)
    for which in (np.arange(1, ROWS), np.arange(ROWS - 1)):
        for option in others:
            joint, own = bounds.some(which).joint([option]), bounds.some(which).each([option]).at(0)
            assert (joint.finish <= own.finish).all()
            assert (joint.counted <= own.counted).all()
            ends = np.isfinite(own.finish)
            assert np.median(joint.finish[ends] / own.finish[ends]) > 0.9
    assert len(made) == 1


def test_a_row_is_the_same_alone_and_among_others(catalogue):
    case = case_of({}, 8, catalogue)
    options = case.open_options
    many = find_winners(case, options)
    for row in range(0, ROWS, 100):
        one = best_by_enumeration(case.of(case.workload.take(row=np.array([row]))), options)
        assert one.index[0] == many.index[row]
        assert one.index[0] < 0 or (one.finish[0], one.cost[0]) == (many.finish[row], many.cost[row])


def test_rows_are_searched_in_pieces_of_one_size(catalogue, monkeypatch):
    case = case_of({}, 8, catalogue)
    options = case.open_options
    whole = find_winners(case, options).index
    sizes = []
    run = search._Search.run
    monkeypatch.setattr(search._Search, "run", lambda self: sizes.append(self.rows) or run(self))
    monkeypatch.setattr(search, "_ROWS", ROWS // 2 - 1)
    assert find_winners(case, options).index.tolist() == whole.tolist()
    assert (len(sizes), sum(sizes)) == (3, ROWS)
    assert max(sizes) - min(sizes) < 3


def test_what_is_evaluated_everywhere_asks_for_no_bounds(catalogue, monkeypatch):
    case = case_of({}, 8, catalogue)
    options = case.open_options[:1]
    asked = []
    each = Bounds.each
    monkeypatch.setattr(Bounds, "each", lambda self, some: asked.append(self.rows) or each(self, some))
    found = find_winners(case, options)
    assert not asked
    assert found.index.tolist() == best_by_enumeration(case, options).index.tolist()


@pytest.mark.parametrize("which", [slice(100, 300), np.array([5, 3, 600])])
def test_rows_of_a_case_keep_the_configurations_that_stand_there(which, catalogue):
    case = case_of({}, 10, catalogue)
    options = case.every_option
    whole = case.is_chosen(options)[:, which]
    anew = case.of(case.workload.take(row=which)).is_chosen(options)
    assert not whole.all()
    assert (case.rows(which).is_chosen(options) == whole).all()
    assert (anew == whole).all()


def test_without_options_nobody_wins(catalogue):
    case = case_of({}, 9, catalogue)
    assert (best_by_enumeration(case, []).index == -1).all()
