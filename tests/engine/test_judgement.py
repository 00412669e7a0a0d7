import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from migplan.analyses.plan import make_plan
from migplan.engine.judgement import Unrolled


def test_values_that_are_gone_are_not_taken_for_later_ones():
    flat = Unrolled(SimpleNamespace(finish=np.zeros((2, 1, 1))))
    found = [flat.one(np.array([float(number), 0.0])[:, None, None], 0) for number in range(100)]
    assert found == [float(number) for number in range(100)]


SERVER = {
    "volume": "150 TB", "files": "40M", "largest_file": "1 TB", "keep": "dacl,owner,timestamps", "link": "1 Gbps",
    "share": "70 %", "hours": "always", "change": "2 %/day", "source": "windows", "target": "fsx-ontap",
}  # fmt: skip


def planned(budget, samples):
    return make_plan({**SERVER, "budget": budget}, today=dt.date(2026, 11, 23), samples=samples)


@pytest.mark.parametrize("samples", [0, 64])
def test_a_budget_is_met_where_unknown_prices_at_an_upper_bound_meet_it(samples):
    for usd in ("85000 USD", "200000 USD"):
        plan = planned(usd, samples)
        chosen = plan.chosen
        assert not chosen.cost_usd.complete
        assert chosen.cost_usd.horizon_total < float(usd.split()[0])
        assert plan.recommendation.meets == (usd == "200000 USD")
        told = [text for text in plan.recommendation.why if "not known to be within the budget" in text]
        assert len(told) == (usd == "85000 USD")
        assert any("upper bound against the budget" in note for note in chosen.notes)
        if samples:
            assert (chosen.p_budget > 0.5) == (usd == "200000 USD")


def test_a_price_that_is_known_nowhere_is_within_no_budget():
    fields = {"volume": "40 TB", "link": "1 Gbps", "cloud": "azure", "budget": "1e9 USD"}
    plan = make_plan(fields, today=dt.date(2026, 11, 24), samples=0)
    assert not plan.recommendation.meets
    assert (
        "It is not known to be within the budget: a price is not known anywhere." in plan.recommendation.why
    )


def test_the_smallest_budget_that_meets_is_told_and_does():
    (lever,) = (
        lever for lever in planned("85000 USD", 0).recommendation.levers if lever["field"] == "budget"
    )
    assert planned(lever["needed"], 0).recommendation.meets
