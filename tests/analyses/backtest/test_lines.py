"""What the cases that a line should bind say of its spread, and that docs/method.md says the same."""

import math
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from migplan.analyses.backtest.forecast import busy, forecast
from migplan.analyses.backtest.matching import setting
from migplan.analyses.backtest.scores import compare
from migplan.engine.case import assumed_values
from migplan.engine.draws import Draws
from migplan.report.backtest import quantity

PAGE = Path(__file__).parents[3] / "docs" / "method.md"
LINE = "sigma_reported_line"


def held(catalogue, case, measured, sigma=None):
    """A case beside its measurement, with another spread of reported lines where one is given."""
    if sigma is not None:
        fact = structs.replace(catalogue.assumptions[LINE], value=sigma, low=sigma, high=sigma)
        assumptions = catalogue.assumptions.with_facts({LINE: fact})
        catalogue = structs.replace(catalogue, assumptions=assumptions)
    made = setting(case, catalogue)
    return compare(case, measured, made, forecast(made, catalogue, Draws(0, 1000)))


@pytest.fixture(scope="module")
def lined(catalogue, measured):
    """The measured cases whose forecast is bound by the line."""
    known = [(case, out) for case, out in measured if not isinstance(setting(case, catalogue), tuple)]
    results = {case.id: held(catalogue, case, out) for case, out in known}
    bound = {name for name, r in results.items() if r.bound == "line" and math.isfinite(r.ratio)}
    return [(case, out, results[case.id]) for case, out in known if case.id in bound]


def beyond(catalogue, case, result):
    """How far a case lies beyond what its line takes at typical values, in the logarithm. [1]."""
    made = setting(case, catalogue)
    typical = np.asarray(busy(made, made.workload, assumed_values(catalogue))).item()
    return max(math.log(result.measured / typical), 0.0)


def test_a_spread_set_without_the_source_holds_the_same_cases(catalogue, lined):
    """Six cases do not call for another figure: set on the other sources it is wider, and holds as many."""
    far = {case.id: (case.origin, beyond(catalogue, case, result)) for case, _, result in lined}
    spreads = []
    for case, out, result in lined:
        others = [d for origin, d in far.values() if origin != case.origin]
        spreads.append(math.sqrt(np.mean(np.square(others))))
        assert held(catalogue, case, out, spreads[-1]).inside == result.inside, case.id
    assert (round(min(spreads), 1), round(max(spreads), 1)) == (1.3, 2.1)
    assert min(spreads) > catalogue.assumptions[LINE].value
    assert sum(result.inside for *_, result in lined) == 4


def test_the_page_tells_every_case_that_its_line_should_bind(lined):
    """With the band as shipped; what the source says of the line is for people."""
    _, _, part = PAGE.read_text(encoding="utf-8").partition("## The spread, by what binds")
    section = part.partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    wanted = [
        f"| `{r.case}` | {' | '.join(quantity(r, t) for t in (r.p10, r.p50, r.p90, r.measured))} | "
        f"{'yes' if r.inside else 'no'} |"
        for *_, r in lined
    ]
    assert len(rows) == len(wanted)
    for row, start in zip(rows, wanted, strict=True):
        assert row.startswith(start)
