import math

import pytest

from migplan.analyses.backtest import read_cases, run
from migplan.analyses.backtest.halves import Taught, halves, told
from migplan.analyses.backtest.scores import Result
from migplan.report.backtest import render

ROWS = (
    "id,tool,source_protocol,target,volume_bytes,file_count,reported_duration_s\n"
    + "".join(f"a.{n},rclone,NFS,S3,{1e9 * n},{2e5 * n},{1e4 * n}\n" for n in range(1, 7))
    + "b.1,rclone,NFS,S3,1e9,2e5,4000\n"
)


def result(case, p50, measured):
    return Result(
        case=case, group="g", tool="t", target="x", covers="job", p10=p50 / 2, p50=p50, p90=p50 * 2,
        measured=measured, by_rate=False, bound="files", sent=100.0, line_ratio=math.nan,
    )  # fmt: skip


@pytest.mark.parametrize("rows", [4, 5, 17])
def test_every_row_is_learned_from_or_forecast_and_never_both(rows):
    for own, other in halves(rows):
        assert sorted([*own, *other]) == list(range(rows))
        assert abs(len(own) - len(other)) <= 1


def test_divisions_are_the_same_every_time_and_differ_among_themselves():
    first = list(halves(17))
    assert first == list(halves(17))
    assert len({tuple(own) for own, _ in first}) == len(first) == 10


def test_figures_of_halves_by_hand():
    # Cold errors 1/2 and 1/4, warm 0 and 3/5; afterwards 20 lies in the band around 20 and not in that around 8.
    pairs = ((result("a", 10, 20), result("a", 20, 20)), (result("b", 15, 20), result("b", 8, 20)))
    whole, one = told([Taught("s", 4, pairs)])
    assert (whole.name, one.name, whole.rows) == ("all", "s", 4)
    assert whole.cold == pytest.approx((1 / 2 + 1 / 4) / 2)
    assert whole.warm == pytest.approx((0 + 12 / 20) / 2)
    assert whole.less == pytest.approx(1 - 0.3 / 0.375)
    assert whole.coverage == 0.5
    assert told([]) == ()


@pytest.fixture
def cases(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(ROWS, encoding="utf-8")
    return read_cases(path)


def test_a_source_of_four_cases_is_divided_and_a_smaller_one_is_not(cases):
    found = run(cases, samples=50, half_history=True)
    assert [(half.name, half.rows) for half in found.halves] == [("all", 6), ("a", 6)]
    assert found.left_out
    assert [r.case for r in found.results] == [case.id for case, _ in cases]
    assert found.halves[0].warm < found.halves[0].cold
    text = render(found, "table", 100)
    assert "Each half of a source before and after the other half was learned from" in text
    assert '"half_history": [' in render(found, "json", 100)


def test_without_asking_nothing_is_divided(cases):
    found = run(cases, samples=50)
    assert found.halves == ()
    assert "Each half" not in render(found, "table", 100)
