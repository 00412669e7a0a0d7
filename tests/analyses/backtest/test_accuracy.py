"""The accuracy table of docs/method.md, and what the figures are held to."""

import math
from pathlib import Path

import pytest

from migplan.analyses.backtest import run
from migplan.report.backtest import bounds, halves, scores, summary, vendors, worst

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[3] / "docs" / "method.md"
BEGIN, END = "<!-- accuracy: made by `make accuracy` -->", "<!-- end of accuracy -->"


@pytest.fixture(scope="module")
def shipped(measured):
    return run(measured)


@pytest.fixture(scope="module")
def left_out(measured):
    return run(measured, half_history=True)


@pytest.fixture(scope="module")
def class_out(measured):
    return run(measured, by_class=True)


def test_the_page_has_the_figures_of_this_version(shipped, left_out, class_out, golden):
    parts = [
        summary(left_out)[0],
        "Leaving one source out:",
        scores(left_out),
        bounds(left_out),
        vendors(left_out),
        "Leaving one class of tools out:",
        scores(class_out),
        "Each half of a source, its source left out, before and after the other half was learned from:",
        halves(left_out),
        "As shipped, fitted on these cases:",
        scores(shipped),
        bounds(shipped),
        vendors(shipped),
        "Furthest off with their source left out:",
        worst(left_out),
    ]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    golden(PAGE, f"{before}{BEGIN}\n\n{chr(10).join(f'{part}{chr(10)}' for part in parts)}\n{END}{after}")


def test_every_case_is_forecast_or_told_and_none_is_dropped(shipped, left_out):
    for found in (shipped, left_out):
        assert (found.rows, len(found.results), found.overall.rows, len(found.missing)) == (97, 91, 89, 6)


def test_as_shipped_the_error_the_band_and_the_bias_are_as_wanted(shipped):
    assert shipped.overall.mdape <= 0.35
    assert 0.75 <= shipped.overall.coverage <= 0.90
    # Files on EFS from one host are told of in docs/method.md.
    assert all(abs(score.bias) <= 0.25 for score in shipped.groups if score.name != "file-copier")


def test_with_a_source_left_out_the_band_is_as_wanted_and_the_error_no_worse_than_told(left_out):
    assert 0.75 <= left_out.overall.coverage <= 0.90
    assert all(0.75 <= score.coverage <= 0.90 for score in left_out.groups)
    assert left_out.overall.mdape <= 0.46
    assert abs(left_out.overall.bias) <= 0.15


def test_with_a_source_left_out_the_band_is_as_wanted_where_files_bind(shipped, left_out):
    """One spread for all of a class; what binds is told before anything is measured."""
    for found in (shipped, left_out):
        coverage = {score.name: score.coverage for score in found.bounds if score.rows >= 20}
        assert {"files", "bytes"} <= set(coverage)
        assert all(0.75 <= part <= 0.90 for part in coverage.values()), coverage


def test_with_a_class_left_out_the_band_is_as_wanted_or_wider(class_out):
    """A case is 1 of 6 to 28. Services that Microsoft timed under ideal conditions and devices lie in more often."""
    coverage = {score.name: score.coverage for score in class_out.groups}
    assert 0.75 <= class_out.overall.coverage <= 0.90
    assert all(part >= 0.75 for part in coverage.values())
    assert {name for name, part in coverage.items() if part > 0.90} == {"managed-transfer", "devices"}


def test_half_of_a_source_takes_three_tenths_off_the_error_of_the_other_half(left_out):
    whole = left_out.halves[0]
    assert whole.rows == 71
    assert whole.less >= 0.30
    assert 0.75 <= whole.coverage <= 0.90


def test_where_the_line_binds_the_band_holds_every_case_that_went_at_its_rate(left_out):
    """Of six whose forecast is bound by the line three went at a fraction of it; the band holds the nearest of them."""
    lined = [r for r in left_out.results if r.bound == "line" and math.isfinite(r.ratio)]
    fast = [r for r in lined if r.ratio < 2.0]
    assert (len(lined), len(fast)) == (6, 3)
    assert all(r.inside for r in fast)
    assert sum(r.inside for r in lined if r.ratio >= 2.0) == 1


def test_bytes_over_the_line_are_further_off(shipped, left_out):
    for found in (shipped, left_out):
        ours, *others = found.vendors
        assert ours.rows == 8
        assert all(ours.mdape < 0.5 * other.mdape for other in others)
