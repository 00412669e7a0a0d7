"""What the old system costs is told beside a way, and decides nothing."""

import datetime as dt
import re

import pytest

from migplan.api import plan
from migplan.report.sections.cost import ledger
from migplan.report.terminal import render
from migplan.report.view import view_of

SCENARIO = {"volume": "20 TB", "link": "1 Gbps", "today": dt.date(2026, 11, 28)}


@pytest.mark.parametrize("samples", [0, 200])
def test_double_running_lasts_until_the_end_and_the_saving_is_the_difference_of_a_month(samples):
    answer = plan(**SCENARIO, samples=samples, current_cost="4000 USD/month")
    chosen = answer.chosen
    days = chosen.p50_days if samples else chosen.duration_days
    assert chosen.cost_usd.double_running == pytest.approx(4000 * days * 86400 / 2628000)
    cost = chosen.cost_usd
    assert cost.running > 0
    assert cost.saving == pytest.approx(4000 - cost.monthly - cost.running)


def test_it_decides_nothing():
    without, given = (
        plan(**SCENARIO, samples=0, **more) for more in ({}, {"current_cost": "90000 USD/month"})
    )
    assert [option.id for option in without.options] == [option.id for option in given.options]
    assert without.chosen.cost_usd.horizon_total == given.chosen.cost_usd.horizon_total
    assert without.chosen.cost_usd.double_running is without.chosen.cost_usd.saving is None


def test_no_saving_is_made_of_a_price_that_is_not_known():
    answer = plan(
        **SCENARIO, samples=0, current_cost="4000 USD/month", region="ap-southeast-1", target="ec2-file-server",
        availability="single-zone",
    )  # fmt: skip
    assert any(line.price == "" for line in answer.chosen.cost_usd.lines if line.monthly)
    assert answer.chosen.cost_usd.saving is None
    assert answer.chosen.cost_usd.double_running > 0


def test_the_report_says_it_and_says_nothing_where_nobody_does():
    told = ledger(view_of(plan(**SCENARIO, samples=0, current_cost="100 USD/month")))
    assert re.search(
        r"old system costs another [\d,]+ USD, which is not in the total\. After the move, each month costs [\d,]+ USD "
        r"more than the old system did\.",
        told,
    )
    assert "old system" not in ledger(view_of(plan(**SCENARIO, samples=0)))


@pytest.mark.parametrize(("now", "word"), [("100 USD/month", "more"), ("90000 USD/month", "less")])
def test_the_terminal_says_it_beside_the_sum(now, word):
    told = render(plan(**SCENARIO, samples=0, current_cost=now), everything=False, terminal=False)
    wanted = rf"After the move, each month costs [\d,]+ USD {word} than the old system did\."
    assert re.search(wanted, " ".join(told.split()))
    assert "old system" not in render(plan(**SCENARIO, samples=0), everything=False, terminal=False)
