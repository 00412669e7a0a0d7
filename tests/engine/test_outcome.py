from types import SimpleNamespace

import numpy as np

from migplan.engine.evaluation import Flat


def test_values_that_are_gone_are_not_taken_for_later_ones():
    flat = Flat(SimpleNamespace(finish=np.zeros((2, 1))))
    found = [flat.one(np.array([[float(number)], [0.0]]), 0) for number in range(100)]
    assert found == [float(number) for number in range(100)]
