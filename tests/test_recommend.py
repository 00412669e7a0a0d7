import numpy as np
import pytest

from migplan.recommend import best

TIE = 0.05
DEAR, CHEAP, LATER = range(3)


def winner(optimize, finish, cost, effort=(0, 0, 0), tier=(0, 0, 0)):
    column = [np.array(values, dtype=float)[:, None] for values in (tier, cost, effort, finish)]
    return int(best(*column, optimize, TIE)[0])


@pytest.mark.parametrize("aim", ["time", "risk"])
def test_for_time_what_ends_about_as_soon_goes_by_effort_and_then_by_cost(aim):
    assert winner(aim, (30.0, 30.04, 32.0), (9000.0, 500.0, 100.0)) == CHEAP
    assert winner(aim, (30.0, 30.04, 32.0), (9000.0, 500.0, 100.0), effort=(0, 1, 0)) == DEAR
    assert winner(aim, (30.0, 31.5, 32.0), (9000.0, 500.0, 100.0)) == CHEAP
    assert winner(aim, (30.0, 31.6, 32.0), (9000.0, 500.0, 100.0)) == DEAR


def test_for_cost_what_costs_about_as_much_goes_by_effort_and_then_by_time():
    assert winner("cost", (30.0, 40.0, 20.0), (105.0, 100.0, 105.1)) == DEAR
    assert winner("cost", (30.0, 40.0, 20.0), (105.0, 100.0, 105.1), effort=(1, 0, 0)) == CHEAP


@pytest.mark.parametrize("aim", ["cost", "time"])
def test_a_better_tier_goes_before_everything(aim):
    assert winner(aim, (1.0, 1.0, 90.0), (1.0, 1.0, 9e9), tier=(4, 4, 0)) == LATER


@pytest.mark.parametrize("aim", ["cost", "time"])
def test_where_nothing_ends_or_has_a_price_one_is_named_all_the_same(aim):
    never = (np.inf, np.inf, np.nan)
    assert winner(aim, never, (np.inf, 5.0, np.nan)) == CHEAP
