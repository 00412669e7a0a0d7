import dataclasses
import math

import numpy as np
import pytest

from migplan.analyses.backtest import samples_of
from migplan.analyses.backtest.factors import Levels, at_priors, fitted_on, replace_facts, with_factors
from migplan.analyses.backtest.fit import Sample, fit, how_far
from migplan.analyses.backtest.forecast import forecast
from migplan.analyses.backtest.matching import setting
from migplan.engine.draws import Draws

ROWS = [
    {
        "id": f"mine.{index}",
        "tool": "rclone",
        "target": "S3",
        "volume_bytes": 1e9 * index,
        "file_count": 2e5 * index,
    }
    for index in range(1, 11)
]


@pytest.fixture(scope="module")
def prior():
    from migplan.facts import load

    return at_priors(load())


def timed(table, catalogue, factor, rows=ROWS):
    """Samples whose time is what the engine forecasts, times a factor."""
    made = [(case, setting(case, catalogue)) for case, _ in table(*rows)]
    return [
        Sample(found, forecast(found, catalogue, Draws(0, 1000)).p50 * factor, case.origin)
        for case, found in made
    ]


def after(samples, catalogue):
    return with_factors(catalogue, fit(samples, catalogue))


def again(table, catalogue, rows=ROWS[:1]):
    ((case, _),) = table(*rows)
    return forecast(setting(case, catalogue), catalogue, Draws(0, 1000)).p50


def test_nothing_to_learn_from_changes_nothing(prior):
    assert with_factors(prior, fit([], prior)) == prior


def test_forecasts_that_were_right_leave_constants_where_they_are(table, prior):
    moved = after(timed(table, prior, 1.0), prior)
    assert again(table, moved) == pytest.approx(again(table, prior), rel=0.1)


@pytest.mark.parametrize("factor", [0.4, 3.0])
def test_ten_cases_outweigh_the_priors(table, prior, factor):
    moved = after(timed(table, prior, factor), prior)
    shift = math.log(again(table, moved) / again(table, prior)) / math.log(factor)
    assert 0.6 < shift < 1.1


def test_one_case_moves_less_than_ten(table, prior):
    few = after(timed(table, prior, 3.0, ROWS[:1]), prior)
    many = after(timed(table, prior, 3.0), prior)
    assert again(table, prior) < again(table, few) < again(table, many)


def test_cases_narrow_the_range_of_what_they_bear_on_and_of_nothing_else(table, prior):
    moved = after(timed(table, prior, 1.5), prior)
    levels = Levels(prior)
    changed = [fact for fact in Levels(moved).facts.values() if fact != levels.facts[fact.id]]
    assert changed
    for fact in changed:
        before = levels.facts[fact.id]
        assert fact.prior == (before.value, before.low, before.high)
        assert fact.low <= fact.value <= fact.high
        assert fact.high / fact.low < before.high / before.low
        assert set(fact.cases) <= {row["id"] for row in ROWS}
    assert not [fact.id for fact in changed if fact.id.startswith(("movers/scp", "movers/cp", "targets/efs"))]


def test_a_relative_that_nobody_measured_follows_a_part_of_the_way(table, prior):
    other = [{**ROWS[0], "tool": "s5cmd"}]
    moved = after(timed(table, prior, 3.0), prior)
    own = math.log(again(table, moved) / again(table, prior))
    kin = math.log(again(table, moved, other) / again(table, prior, other))
    assert 0 < kin < own


def test_a_case_that_nothing_explains_moves_little(table, prior):
    good = timed(table, prior, 1.0)
    odd = [*good, dataclasses.replace(good[0], time=good[0].time * 100, source="odd")]
    mild = [*good, dataclasses.replace(good[0], time=good[0].time * 1.6, source="odd")]
    base = again(table, after(good, prior))
    assert again(table, after(odd, prior)) < 1.15 * base
    assert again(table, after(mild, prior)) > base


def test_limits_that_vendors_state_do_not_move(table, prior):
    rows = [{**row, "tool": "DataSync", "volume_bytes": 1e13, "file_count": 100} for row in ROWS]
    moved = after(timed(table, prior, 5.0, rows), prior)
    ceiling = moved.movers["datasync-basic"].facts["task_rate"]
    assert ceiling == prior.movers["datasync-basic"].facts["task_rate"]
    assert ceiling.value == ceiling.high == 1.25e9


def test_how_far_is_the_log_of_the_factor(table, prior):
    left = how_far(timed(table, prior, 2.0), prior)
    assert left == pytest.approx([math.log(2.0)] * 10, abs=0.2)


@pytest.mark.slow
def test_what_is_shipped_is_what_the_procedure_makes_of_the_published_cases(measured, catalogue):
    base = at_priors(catalogue)
    made = with_factors(base, fit(samples_of(measured, base), base))
    shipped, again = Levels(catalogue).facts, Levels(made).facts
    for name, fact in shipped.items():
        found, wanted = ((f.value, f.low, f.high) for f in (fact, again[name]))
        # Three digits are written, and what moves by a twentieth is left alone.
        assert found == pytest.approx(wanted, rel=0.2), name
    assert len(fitted_on(catalogue)) > 75


def test_a_catalogue_at_its_priors_knows_no_case(catalogue):
    assert not fitted_on(at_priors(catalogue))
    facts = Levels(at_priors(catalogue)).facts
    assert all(np.isfinite(fact.value) and fact.low <= fact.value <= fact.high for fact in facts.values())
    assert replace_facts(catalogue, lambda fact: fact) == catalogue
