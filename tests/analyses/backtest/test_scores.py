import math

import pytest

from migplan.analyses.backtest.scores import Backtest, Result, score

BASE = {
    "group": "g", "tool": "t", "target": "x", "covers": "job", "by_rate": False, "bound": "files", "sent": 100.0,
}  # fmt: skip


def result(case, p50, measured, **changes):
    given = {**BASE, "p10": p50 / 2, "p90": p50 * 2, "line_ratio": math.nan, **changes}
    return Result(case=case, p50=p50, measured=measured, **given)


def test_figures_by_hand():
    # Errors 0, 1/3, 1/2, 1 of what was measured; ratios 1, 3/2, 2, 1/2; the last but one lies on the edge of its band.
    found = score("all", [result("a", 10, 10), result("b", 10, 15), result("c", 10, 20), result("d", 10, 5)])
    assert found.rows == 4
    assert found.mdape == pytest.approx((1 / 3 + 1 / 2) / 2)
    assert found.bias == pytest.approx((0 + math.log(1.5)) / 2)
    assert found.coverage == 1.0
    assert score("far", [result("a", 10, 20.01), result("b", 10, 4.99)]).coverage == 0.0


def test_cases_without_a_measurement_do_not_count():
    found = score("all", [result("a", 10, math.nan), result("b", 10, 10)])
    assert (found.rows, found.mdape) == (1, 0.0)
    assert math.isnan(score("none", []).coverage)


def test_the_vendors_arithmetic_on_the_same_rows():
    # 100 B over 10 B/s are 10 s; 40 s were measured. At 80 % of the line 12.5 s are forecast.
    found = Backtest(2, False, 0, (result("a", 30, 40, line_ratio=4.0), result("b", 1, 1)), ())
    ours, full, most = found.vendors
    assert [s.rows for s in found.vendors] == [1, 1, 1]
    assert ours.mdape == pytest.approx(10 / 40)
    assert (full.mdape, full.bias) == (pytest.approx(30 / 40), pytest.approx(math.log(4)))
    assert most.mdape == pytest.approx(27.5 / 40)


def test_groups_by_size_and_the_worst_first():
    rows = (result("a", 1, 2), result("b", 1, 9, group="h"), result("c", 1, 0.5), result("d", 1, 1))
    found = Backtest(5, False, 0, rows, (("e", ("volume_bytes",)),))
    assert [(s.name, s.rows) for s in found.groups] == [("g", 3), ("h", 1)]
    assert [r.case for r in found.worst][:1] == ["b"]
    assert found.overall.rows == 4


def test_groups_by_what_binds():
    found = Backtest(
        3, False, 0, (result("a", 10, 10), result("b", 10, 90, bound="line"), result("c", 10, 12)), ()
    )
    assert [(s.name, s.rows, s.coverage) for s in found.bounds] == [("files", 2, 1.0), ("line", 1, 0.0)]
