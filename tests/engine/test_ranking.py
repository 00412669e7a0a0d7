import datetime as dt

import numpy as np
import pytest

from migplan.analyses.plan import make_plan
from migplan.engine.options import enumerate_options
from migplan.engine.ranking import best, effort
from migplan.facts import load
from migplan.inputs.workload import read_workload

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


def test_a_circuit_takes_more_to_arrange_than_a_tunnel_and_a_line_that_is_there_nothing():
    catalogue, today = load(), dt.date(2026, 11, 24)
    w = read_workload({"volume": "40 TB", "link": "1 Gbps"}, catalogue.assumptions, today)
    efforts = {option.id: effort(option) for option in enumerate_options(catalogue, w)}
    assert efforts["datasync-basic/internet/fsx-ontap"] == 0
    assert efforts["robocopy/vpn/fsx-ontap"] == 2
    assert efforts["datasync-basic/direct-connect-hosted-1g/fsx-ontap"] == 2
    assert efforts["robocopy/direct-connect-hosted-1g/fsx-ontap"] == 3


def test_a_total_of_unknown_prices_alone_is_unknown():
    plan = make_plan(
        {"volume": "40 TB", "link": "1 Gbps", "cloud": "azure"}, today=dt.date(2026, 11, 24), samples=0
    )
    cost = plan.options[0].cost_usd
    assert (cost.complete, cost.monthly, cost.horizon_total) == (False, None, None)
    assert any("not known (" in sentence for sentence in plan.recommendation.why)
