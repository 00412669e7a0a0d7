import numpy as np
import pytest

from migplan.formulas.statistics import fit_times

# 90 MB/s, 40 ms of work a file, of which others can overlap all but 0.3 ms; 5,000 items a second.
TRUE = np.array([1 / 90e6, 0.04, 0.0003, 1 / 5000.0])


def amounts(repeats=1):
    """Bytes, files by concurrency, files, items: two large copies, small ones at 8 and at 32, one without changes."""
    rows = [
        [400e9, 20 / 8, 20, 0],
        [0.4e9, 1e5 / 8, 1e5, 0],
        [0.4e9, 1e5 / 32, 1e5, 0],
        [0, 0, 0, 2e6],
    ]
    return np.array(rows * repeats, dtype=float)


def test_exact_timings_give_the_constants_back():
    fit = fit_times(amounts(), amounts() @ TRUE, 0.1)
    assert fit.values == pytest.approx(TRUE, rel=1e-9)
    assert fit.freedom == 0
    assert fit.noise == pytest.approx(0.1)


def test_what_is_known_is_taken_off_first():
    times = amounts() @ TRUE + 25.0
    assert fit_times(amounts(), times, 0.1, 25.0).values == pytest.approx(TRUE, rel=1e-9)


@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
def test_the_constants_lie_within_three_standard_errors(noise):
    """Five repetitions of each copy. More than three standard errors away are at most 1 in 30, for any distribution
    of the noise that falls off like this one; 200 pilots show the share to a few per cent.
    """
    rows = amounts(5)
    rng = np.random.default_rng(20)
    strays = []
    for _ in range(200):
        fit = fit_times(rows, rows @ TRUE * np.exp(noise * rng.standard_normal(len(rows))), 0.1)
        strays.append((fit.values - TRUE) / np.sqrt(np.diag(fit.covariance)))
    within = (np.abs(strays) <= 3.0).mean(axis=0)
    assert (within >= 1 - 1 / 30).all(), within


def test_standard_errors_say_how_far_fits_stray():
    rows = amounts(8)
    rng = np.random.default_rng(21)
    fits = [fit_times(rows, rows @ TRUE * np.exp(0.1 * rng.standard_normal(32)), 0.1) for _ in range(400)]
    told = np.mean([np.sqrt(np.diag(fit.covariance)) for fit in fits], axis=0)
    # The spread of 400 fits is known to 1 / sqrt(2 * 400) = 3.5 %; three times that.
    assert np.std([fit.values for fit in fits], axis=0) == pytest.approx(told, rel=0.11)


def test_timings_without_noise_narrow_what_was_expected():
    fit = fit_times(amounts(4), amounts(4) @ TRUE, 0.1)
    # 4 timings' worth of 10 %, and 12 that strayed by nothing: 0.1 * sqrt(4 / 16).
    assert fit.noise == pytest.approx(0.05)


def test_a_sum_of_constants_knows_how_they_hang_together():
    fit = fit_times(amounts(2), amounts(2) @ TRUE, 0.1)
    per_file, error = fit.combined([0.0, 1.0 / 32, 1.0, 0.0])
    assert per_file == pytest.approx(0.04 / 32 + 0.0003)
    # What the two copies with 32 in flight show alone: 10 % * sqrt(4 / 8) / sqrt(2), and the 3 % that their bytes take.
    assert error / per_file == pytest.approx(0.1 * np.sqrt(4 / 8) / np.sqrt(2) * 1.03, rel=0.01)


@pytest.mark.parametrize(
    "rows",
    [
        amounts()[[0, 1, 1, 3]],  # one concurrency alone
        amounts()[:3],  # no run without changes
        amounts()[[0, 0, 0, 0]],
    ],
    ids=["one concurrency", "no unchanged run", "one kind"],
)
def test_timings_that_cannot_tell_constants_apart_are_refused(rows):
    with pytest.raises(ValueError, match="do not tell the coefficients apart"):
        fit_times(rows, rows @ TRUE + 1.0, 0.1)
