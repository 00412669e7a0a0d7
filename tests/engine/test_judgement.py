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


@pytest.fixture
def dublin(tmp_path):
    """Profiles by which throughput of FSx for ONTAP has a price in Dublin and nowhere else."""
    (tmp_path / "prices").mkdir()
    row = 'value = 1.5\nsource = "https://example.com/offer"\nas_of = 2026-11-01\n'
    for generation in ("gen1", "gen2"):
        name = f"fsx-ontap-throughput-{generation}-multi-az"
        text = f'name = "Throughput, {generation}"\nunit = "USD/MBps/month"\n[regions.eu-west-1]\n{row}'
        (tmp_path / "prices" / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def planned(budget, samples, folder):
    return make_plan(
        {**SERVER, "budget": budget, "running_costs": "none"},
        profiles=[folder],
        today=dt.date(2026, 11, 23),
        samples=samples,
    )


@pytest.mark.parametrize("samples", [0, 64])
def test_a_budget_is_met_where_unknown_prices_at_an_upper_bound_meet_it(samples, dublin):
    # 150 TB want 2 MB/s each, 300 MB/s, and 384 are had: 384 x 2 x 1.50 x 12 = 13,824 USD at twice what Dublin asks,
    # beside some 193,000 USD that are known.
    for usd in ("200000 USD", "230000 USD"):
        plan = planned(usd, samples, dublin)
        chosen = plan.chosen
        assert not chosen.cost_usd.complete
        assert chosen.cost_usd.horizon_total < float(usd.split()[0])
        assert plan.recommendation.meets == (usd == "230000 USD")
        told = [text for text in plan.recommendation.why if "not known to be within the budget" in text]
        assert len(told) == (usd == "200000 USD")
        assert any("upper bound against the budget" in note for note in chosen.notes)
        if samples:
            assert (chosen.p_budget > 0.5) == (usd == "230000 USD")


def test_a_price_that_is_known_nowhere_is_within_no_budget():
    # What is bought of both zones has no known price in any Region.
    unknown = {"cloud": "gcp", "target": "gcp-netapp-volumes", "configuration": "multi-zone-flex"}
    fields = {"volume": "40 TB", "link": "1 Gbps", "budget": "1e9 USD", **unknown}
    plan = make_plan(fields, today=dt.date(2026, 11, 24), samples=0)
    assert not plan.recommendation.meets
    assert (
        "It is not known to be within the budget: a price is not known anywhere." in plan.recommendation.why
    )


def test_the_smallest_budget_that_meets_is_told_and_does(dublin):
    levers = planned("200000 USD", 0, dublin).recommendation.levers
    (lever,) = (lever for lever in levers if lever["field"] == "budget")
    assert planned(lever["needed"], 0, dublin).recommendation.meets
