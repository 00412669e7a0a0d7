import math

from hypothesis import given
from hypothesis import strategies as st

from migplan.formulas.copying import pipelined_time, sequential_time

TIMES = st.floats(0, 1e9)


def test_phases():
    assert sequential_time(1.0, 10.0, 6.0) == 17
    assert pipelined_time(1.0, 10.0, 6.0) == 10
    assert math.isnan(pipelined_time(1.0, math.nan, 6.0))


@given(TIMES, TIMES, TIMES)
def test_side_by_side_is_never_slower(scan, copy, verify):
    assert pipelined_time(scan, copy, verify) <= sequential_time(scan, copy, verify)
