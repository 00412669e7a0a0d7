import dataclasses
import datetime as dt

import numpy as np
import pytest

from migplan.engine import search
from migplan.engine.bounds import Bounds
from migplan.engine.clock import clock_for
from migplan.engine.evaluation import assumed_values
from migplan.engine.options import enumerate_options
from migplan.engine.row_evaluation import evaluate_rows
from migplan.engine.rows import find_winners, take_rows, winners_of_all
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
}


def log_uniform(random, low, high):
    return np.exp(random.uniform(np.log(low), np.log(high), ROWS))


def workload(words, seed, catalogue):
    """Rows whose numbers differ over many orders of magnitude, with holes."""
    random = np.random.default_rng(seed)
    base = read_workload({"volume": "10 TB", "link": "1 Gbps", **words}, catalogue.assumptions, TODAY)
    volume = log_uniform(random, 1e10, 2e15)
    files, size = related_sizes(volume, np.maximum(log_uniform(random, 1, 1e9), 1), np.nan, 1e6)
    holes = random.random((4, ROWS)) < 0.2

    def unless(hole, values):
        return np.where(holes[hole], np.nan, values)

    return dataclasses.replace(
        base,
        volume=volume,
        files=files,
        file_size=size,
        link=unless(0, log_uniform(random, 1e6, 5e9)),
        share=random.uniform(0.05, 1, ROWS),
        round_trip_time=log_uniform(random, 1e-4, 0.4),
        change_rate=volume * log_uniform(random, 1e-8, 1e-6),
        deadline=unless(1, log_uniform(random, 1e5, 3e7)),
        cutover_window=unless(2, log_uniform(random, 600, 3e5)),
        budget=unless(3, log_uniform(random, 1e2, 1e7)),
        largest_file=volume * random.random(ROWS),
    )


def ways(w, catalogue):
    return [option for option in enumerate_options(catalogue, w) if not option.reasons]


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(autouse=True)
def _searching(monkeypatch):
    """Few rows are not searched but evaluated; here they are searched all the same."""
    monkeypatch.setattr(search, "FEW", 0)


@pytest.mark.parametrize("name", WORDS)
def test_leaving_out_what_cannot_win_changes_nothing(name, catalogue):
    w = workload(WORDS[name], 5, catalogue)
    options, clock = ways(w, catalogue), clock_for(w)
    full = winners_of_all(options, w, catalogue, clock, ROWS)
    found = find_winners(options, w, catalogue, clock, ROWS)
    assert found.index.tolist() == full.index.tolist()
    usable = full.index >= 0
    for entry in dataclasses.fields(full)[1:]:
        left, right = getattr(found, entry.name)[usable], getattr(full, entry.name)[usable]
        assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), entry.name


def test_most_options_are_left_out(catalogue, monkeypatch):
    w = workload({}, 6, catalogue)
    evaluated = []
    each = search.evaluate_each

    def count(options, sure, pairs, *rest):
        evaluated.append(len(pairs))
        return each(options, sure, pairs, *rest)

    monkeypatch.setattr(search, "evaluate_each", count)
    options = ways(w, catalogue)
    find_winners(options, w, catalogue, clock_for(w), ROWS)
    assert ROWS <= sum(evaluated) < ROWS * len(options) / 5


@pytest.mark.parametrize("name", ["smb", "nfs", "ontap", "hours"])
def test_no_option_falls_below_its_bounds(name, catalogue):
    w = workload(WORDS[name], 7, catalogue)
    options, clock = ways(w, catalogue), clock_for(w)
    bounds = Bounds(w, catalogue, assumed_values(catalogue), ROWS)
    for result in evaluate_rows(options, w, catalogue, clock, ROWS):
        for place, option in enumerate(result.options):
            bound = bounds.each([option])
            usable = result.usable[place]
            assert (bound.tier[0] <= result.tier[place]).all(), option.id
            assert (bound.finish[0] <= result.finish[place])[usable].all(), option.id
            assert (bound.ceiling[0] <= result.ceiling[place])[usable].all(), option.id
            assert (bounds.ceiling(option) <= result.ceiling[place])[usable].all(), option.id


def test_a_row_is_the_same_alone_and_among_others(catalogue):
    w = workload({}, 8, catalogue)
    options, clock = ways(w, catalogue), clock_for(w)
    many = find_winners(options, w, catalogue, clock, ROWS)
    for row in range(0, ROWS, 100):
        one = winners_of_all(options, take_rows(w, np.array([row]), ROWS), catalogue, clock, 1)
        assert one.index[0] == many.index[row]
        assert one.index[0] < 0 or (one.finish[0], one.cost[0]) == (many.finish[row], many.cost[row])


def test_without_options_nobody_wins(catalogue):
    w = workload({}, 9, catalogue)
    assert (winners_of_all([], w, catalogue, clock_for(w), ROWS).index == -1).all()
