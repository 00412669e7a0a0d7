"""Which option is best: the tier, then money, or time where that is the aim."""

import datetime as dt

import numpy as np
import pytest
from msgspec import structs

from migplan.analyses.plan import make_plan
from migplan.engine.case import Case
from migplan.engine.options import Option
from migplan.engine.ranking import (
    ENDLESS,
    LATE,
    MISSES,
    OUTSIDE_WINDOW,
    OVER_BUDGET,
    UNKEPT,
    UNUSABLE,
    aims_of,
    best,
    judge,
    keeps_all,
    not_kept,
    rank,
    weight_of,
)
from migplan.inputs.workload import read_workload

TODAY = dt.date(2026, 11, 24)
DAY = 86400.0
FIRST, SECOND, THIRD = range(3)


def winner(optimize, finish, money, tier=(0, 0, 0)):
    column = [np.array(values, dtype=float)[:, None] for values in (tier, money, finish)]
    tier, money, finish = column
    return int(best(tier, *aims_of(optimize, money, finish))[0])


@pytest.mark.parametrize("aim", ["time", "risk"])
def test_for_time_the_soonest_is_best_and_money_decides_between_equals(aim):
    assert winner(aim, (30.0, 29.9, 32.0), (500.0, 9000.0, 100.0)) == SECOND
    assert winner(aim, (30.0, 30.0, 32.0), (9000.0, 500.0, 100.0)) == SECOND


def test_for_cost_the_least_money_is_best_however_near_another_is():
    assert winner("cost", (30.0, 40.0, 20.0), (100.1, 100.0, 105.0)) == SECOND
    assert winner("cost", (30.0, 40.0, 20.0), (100.0, 100.0, 105.0)) == FIRST


@pytest.mark.parametrize("aim", ["cost", "time"])
def test_a_better_tier_goes_before_everything(aim):
    assert winner(aim, (1.0, 1.0, 90.0), (1.0, 1.0, 9e9), tier=(4, 4, 0)) == THIRD


@pytest.mark.parametrize("aim", ["cost", "time"])
def test_where_nothing_ends_or_has_a_price_one_is_named_all_the_same(aim):
    never = (np.inf, np.inf, np.nan)
    assert winner(aim, never, (np.inf, 5.0, np.nan)) == SECOND


def test_what_is_equal_is_ranked_by_id_and_what_is_not_known_comes_last(catalogue):
    target = catalogue.targets["s3"]
    options = [Option(name, "online", target) for name in ("c", "b", "a", "d")]
    money, finish = np.array([5.0, 5.0, np.nan, 7.0]), np.array([1.0, 1.0, 1.0, 1.0])
    assert rank(options, np.zeros(4), money, finish).tolist() == [1, 0, 3, 2]


@pytest.fixture
def w(catalogue):
    given = {"volume": "1 TB", "link": "1 Gbps", "budget": "1000 USD", "cutover_window": "10 hours"}
    found = read_workload(given, catalogue.assumptions, TODAY)
    return structs.replace(found, deadline=10 * DAY)


@pytest.mark.parametrize(
    ("found", "missed", "tier", "excess"),
    [
        ((True, True, 10 * DAY, 36000.0, 1000.0), 0, 0, 1.0),  # to the second, and to the dollar
        ((True, True, 10 * DAY, 36000.0, 1500.0), OVER_BUDGET, MISSES, 1.5),
        ((True, True, 10 * DAY, 36000.0, np.inf), OVER_BUDGET, MISSES, np.inf),
        ((True, True, 10 * DAY, 45000.0, 900.0), OUTSIDE_WINDOW, MISSES, 1.25),
        ((True, True, 20 * DAY, 36000.0, 900.0), LATE, MISSES, 2.0),
        (
            (True, True, 20 * DAY, 45000.0, 900.0),
            LATE + OUTSIDE_WINDOW,
            MISSES,
            2.5,
        ),  # twice as long, in a window 1.25 times
        ((True, True, np.inf, 36000.0, 900.0), LATE + ENDLESS, MISSES, np.inf),
        ((True, False, 10 * DAY, 36000.0, 900.0), UNKEPT, UNKEPT, 1.0),
        (
            (False, False, 20 * DAY, 36000.0, 2000.0),
            UNUSABLE + UNKEPT + LATE + OVER_BUDGET,
            UNUSABLE + UNKEPT + MISSES,
            4.0,
        ),
    ],
)
def test_what_is_missed_is_told_and_by_how_much_and_comes_after_all_that_meets(
    w, found, missed, tier, excess
):
    verdict = judge(w, *found)
    assert (int(verdict.missed), int(verdict.tier), float(verdict.excess)) == (missed, tier, excess)
    assert verdict.meets == (missed == 0)


@pytest.mark.parametrize("gravest", [UNUSABLE, UNKEPT, ENDLESS, LATE, OUTSIDE_WINDOW])
def test_each_bit_is_its_own_and_graver_ones_are_never_made_up_for(gravest):
    lighter = [bit for bit in (UNUSABLE, UNKEPT, ENDLESS, LATE, OUTSIDE_WINDOW, OVER_BUDGET) if bit < gravest]
    assert sum(lighter) < gravest


def test_what_is_closest_has_a_price_in_proportion(w):
    # Misses by a tenth and by a quarter: the latter is 1.47 times as far away, (1.25 / 1.1) ** 3.
    days = np.array([11 * DAY, 12.5 * DAY])
    verdict = judge(w, True, True, days, 36000.0, 900.0)
    weight = weight_of(verdict, 3.0)
    assert weight == pytest.approx([1.331, 1.953125])
    for money, place in (((146.0, 100.0), FIRST), ((147.0, 100.0), SECOND)):
        aims = aims_of("cost", np.array(money), days, weight)
        assert int(best(verdict.tier, *aims)) == place


def test_what_meets_counts_for_what_it_costs(w):
    assert weight_of(judge(w, True, True, 10 * DAY, 36000.0, 900.0), 3.0) == 1.0


@pytest.mark.parametrize(
    ("kept", "wanted", "kind"),
    [
        ("yes", True, "dacl"),
        ("not-applicable", True, "dacl"),
        ("partial", False, "dacl"),  # who may do what is kept in full, or it is not kept
        ("unknown", False, "dacl"),
        ("partial", True, "timestamps"),  # a trade
        ("unknown", True, "timestamps"),
        ("no", False, "timestamps"),
    ],
)
def test_what_says_who_may_do_what_is_kept_in_full_and_the_rest_at_least_in_part(
    catalogue, kept, wanted, kind
):
    option = Option("x", "online", catalogue.targets["fsx-windows"], keeps={kind: kept})
    asked = {"volume": "1 TB", "keep": kind}
    assert keeps_all(option, Case.read(asked, catalogue, TODAY).workload) == wanted


@pytest.mark.parametrize(
    ("kept", "target", "asked", "wanted"),
    [
        # The bucket says who may read what; its clients are rewritten, and nobody asked for the bits of files.
        ("partial", "s3", {}, True),
        ("no", "s3", {}, True),
        ("no", "s3", {"keep": "posix"}, False),
        ("partial", "s3", {"keep": "posix"}, False),
        ("partial", "s3-file-gateway", {}, False),
        ("partial", "fsx-ontap", {}, False),
    ],
)
def test_clients_that_are_rewritten_need_no_rights_in_files(catalogue, kept, target, asked, wanted):
    option = Option("x", "online", catalogue.targets[target], keeps={"posix": kept, "timestamps": "yes"})
    given = {"volume": "1 TB", "protocol": "nfs", "app_change": "allowed", **asked}
    w = Case.read(given, catalogue, TODAY).workload
    assert keeps_all(option, w) == wanted
    assert not_kept(option, w) == ([] if wanted else ["posix"])


def test_a_total_of_unknown_prices_alone_is_unknown():
    # HDD that is provisioned has no known price in any Region.
    given = {
        "volume": "40 TB", "link": "1 Gbps", "cloud": "azure", "running_costs": "none",
        "target": "azure-files-hdd", "configuration": "multi-zone-v2",
    }  # fmt: skip
    plan = make_plan(given, today=TODAY, samples=0)
    cost = plan.options[0].cost_usd
    assert (cost.complete, cost.monthly, cost.horizon_total) == (False, None, None)
    assert any(sentence.startswith("No total: ") for sentence in plan.recommendation.why)


def test_of_what_may_never_end_the_closest_is_what_is_best_as_a_rule():
    plan = make_plan(
        {
            "volume": "221.8 TB",
            "file_size": "0.04 MB",
            "protocol": "nfs",
            "link": "200 Mbps",
            "change": "3 %/day",
            "region": "ap-northeast-1",
            "deadline": "90 days",
        },
        (),
        TODAY,
        200,
        0,
        None,
    )
    endless = [option for option in plan.options if option.usable and option.p80_days is None]
    best, kept = endless[0], [o for o in endless if set(o.fidelity["kept"]) >= {"timestamps", "posix"}]
    assert plan.recommendation.option == best.id
    assert best.cost_usd.upper_bound <= min(o.cost_usd.upper_bound for o in kept if o.target == best.target)
    assert best.duration_days <= 1.5 * min(option.duration_days for option in kept)
