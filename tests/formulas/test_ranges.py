"""Every formula says for what it holds, and within that gives neither NaN nor a negative amount unless it says so."""

import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan import formulas
from migplan.formulas.calendar import (
    advance,
    complement,
    first_fit,
    intersection,
    next_start,
    opening,
    paused_time,
    stretches,
    usable_time,
    windows,
)
from migplan.formulas.cost import tiered_cost
from migplan.formulas.passes import LinearPass, Reserve, changed_bytes_saturating, linear_passes, run_passes
from migplan.formulas.shares import advance_by_level, levels_of

RANGE = re.compile(
    r"\[(?P<unit>[^\]]+)\], (?P<whole>whole, )?"
    r"(?:any(?P<endless> or infinite)?"
    r"|(?P<above>above )?(?P<least>[\d.]+)(?: (?P<more>or more)| to (?P<most>[\d.]+|infinity))?"
    r"|between (?P<low>[\d.]+) and (?P<high>[\d.]+))"
    r"(?P<unknown>, or NaN)?$"
)
SAME_AS = re.compile(r"^As in (.*?)(?:[.;]|$)")
NO_AMOUNT = re.compile(
    r"(sequence of )?(Stretches|Windows|Levels|Reserve|LinearPass|Rates)(, optional)?$|slice or array of int, optional$"
)
"""Records, whose attributes have their units, and positions."""
MAPPED = re.compile(r"\[[^\]]+\] -> \[[^\]]+\]$")
"""How a function among the parameters tells its units."""


def modules():
    yield formulas
    for entry in pkgutil.iter_modules(formulas.__path__):
        yield importlib.import_module(f"migplan.formulas.{entry.name}")


FORMULAS = {
    name: function
    for module in modules()
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
}


def section(text, title):
    """Name -> (type, description) of a section of a docstring; names that share a description share it here."""
    found = re.search(rf"(?:^|\n){title}\n-+\n(.*?)(?=\n\n\w[\w, ]*\n-+\n|\Z)", text, re.DOTALL)
    entries, names = {}, []
    for line in found[1].splitlines() if found else ():
        if line.startswith(" "):
            entries |= {
                name: (entries[name][0], f"{entries[name][1]} {line.strip()}".lstrip()) for name in names
            }
        elif line:
            told, _, kind = line.partition(" : ")
            names = [name.lstrip("*") for name in told.split(", ")]
            entries |= dict.fromkeys(names, (kind, ""))
    return entries


def parameters(name):
    return section(inspect.getdoc(FORMULAS[name]), "Parameters")


def told(name, parameter):
    """What is said of a parameter, here or where it says to be explained."""
    kind, text = parameters(name)[parameter]
    if not RANGE.search(text) and (other := SAME_AS.search(text)):
        for origin in re.findall(r"`(\w+)`", other[1]):
            if origin in FORMULAS and parameter in parameters(origin):
                return told(origin, parameter)
    return kind, text


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_says_of_each_parameter_its_unit_and_for_what_it_holds(name):
    wanted = [*inspect.signature(FORMULAS[name]).parameters]
    assert sorted(parameters(name)) == sorted(wanted)
    lacking = []
    for parameter in wanted:
        kind, text = told(name, parameter)
        fits = MAPPED if kind.startswith("callable") else RANGE
        if not NO_AMOUNT.match(kind) and not fits.search(text):
            lacking.append(f"{parameter}: {text}")
    assert lacking == []


def test_a_parameter_without_unit_or_range_is_found():
    for text in ("Data to move.", "Data to move. [B]", "Data to move, 0 or more", "[B], some or more"):
        assert not RANGE.search(text)
    assert section(
        "A.\n\nParameters\n----------\na, b : numeric\n    Data. [B], 0 or more\n\nNotes\n-----\nx",
        "Parameters",
    ) == {
        "a": ("numeric", "Data. [B], 0 or more"),
        "b": ("numeric", "Data. [B], 0 or more"),
    }


LARGEST, SMALLEST = 1e18, 1e-9
"""An exabyte, and what a nanosecond is to a second: amounts of a migration lie between them."""
MOST_WHOLE = 1000
"""Of devices, passes, files: enough for all that differs."""


@dataclass(frozen=True)
class Range:
    """For what a formula holds, or what it gives."""

    least: float
    most: float
    whole: bool
    open: tuple[bool, bool]
    endless: bool
    unknown: bool

    def values(self):
        """Values of the range, small and large ones alike."""
        low, high = max(self.least, -LARGEST), min(self.most, LARGEST)
        if self.whole:
            found = st.integers(int(low), int(min(high, MOST_WHOLE))).map(float)
        else:
            found = st.floats(low, high, exclude_min=self.open[0], exclude_max=self.open[1])
            found = found.filter(lambda value: value == 0 or abs(value) >= SMALLEST)
            if high >= LARGEST:
                found |= st.floats(-9, 18).map(lambda power: 10.0**power).filter(lambda value: value >= low)
        return found | st.just(np.inf) if self.endless else found

    def holds(self, values):
        """Where they lie within; what overflows does not count as infinite."""
        least = np.greater(values, self.least) if self.open[0] else np.greater_equal(values, self.least)
        most = np.less(values, self.most) if self.open[1] else np.less_equal(values, self.most)
        return (least & most) | (np.isnan(values) & self.unknown)


def range_of(text):
    found = RANGE.search(text)
    if found["low"]:
        ends, opened = (float(found["low"]), float(found["high"])), (True, True)
    elif found["least"] is None:
        ends, opened = (-np.inf, np.inf), (False, False)
    else:
        most = float((found["most"] or "inf").replace("infinity", "inf"))
        ends, opened = (float(found["least"]), most), (bool(found["above"]), False)
    return Range(
        *ends,
        bool(found["whole"]),
        opened,
        bool(found["endless"]) or found["most"] == "infinity",
        bool(found["unknown"]),
    )


def given_numbers(name):
    """Whether numbers are all that a formula takes and gives."""
    given, returned = parameters(name), section(inspect.getdoc(FORMULAS[name]), "Returns")
    return len(returned) == 1 and all(told(name, parameter)[0] in ("numeric", "float") for parameter in given)


CENTRAL = [name for name in FORMULAS if given_numbers(name)]


def test_the_central_formulas_are_those_of_numbers():
    assert len(CENTRAL) >= 35
    assert {"copy_time", "device_count", "pass_floor", "stream_rate", "breakeven_volume"} <= {*CENTRAL}


@pytest.mark.parametrize("name", CENTRAL)
def test_within_its_range_a_formula_gives_what_it_says(name):
    formula = FORMULAS[name]
    ranges = {
        parameter: range_of(told(name, parameter)[1]) for parameter in inspect.signature(formula).parameters
    }
    kind, text = next(iter(section(inspect.getdoc(formula), "Returns").items()))
    gives = range_of(text[1] or kind)

    @settings(max_examples=100, deadline=None, derandomize=True)
    @given(st.fixed_dictionaries({parameter: found.values() for parameter, found in ranges.items()}))
    def check(values):
        if name == "pert_quantile":
            values |= dict(
                zip(
                    ("low", "mode", "high"),
                    sorted(values[key] for key in ("low", "mode", "high")),
                    strict=True,
                )
            )
        with np.errstate(all="ignore"):
            assert gives.holds(formula(**values)), values

    check()


# Formulas of curves, tiers, stretches and passes: what they take is made by hand, within the ranges that they tell.

MOST = 1e12
LENGTHS = st.floats(0.0, MOST).filter(lambda value: value == 0 or value >= SMALLEST)


@st.composite
def spans(draw):
    """Stretches of a calendar, none at all among them."""
    edges = sorted(draw(st.lists(st.integers(-1000, 1000), max_size=12, unique=True)))
    if len(edges) % 2:
        edges.pop()
    return stretches([3600.0 * edge for edge in edges[::2]], [3600.0 * edge for edge in edges[1::2]])


CALENDAR = st.floats(-1100 * 3600.0, 1100 * 3600.0)
BUSY = st.floats(0.0, 3000 * 3600.0) | st.just(np.inf)


@given(spans(), CALENDAR | st.just(np.inf), BUSY)
def test_moments_of_a_calendar_are_known_and_never_before_their_start(found, start, busy):
    assert usable_time(found, start) >= 0.0
    for moment in (opening(found, start), next_start(found, start), first_fit(windows(found), start, busy)):
        assert moment >= start
    assert advance(found, start, busy) >= start
    if np.isfinite(start) and np.isfinite(busy):
        assert paused_time(found, start, busy) >= 0.0


@given(spans(), spans(), CALENDAR, BUSY, st.floats(1.0, 10.0))
def test_work_of_several_levels_is_done_after_its_start(one, other, start, busy, slower):
    levels = levels_of([one, intersection(complement(one, -4e6, 4e6), other)])
    if len(levels.ends):
        assert advance_by_level(levels, start, [busy, busy * slower]) >= start


@given(LENGTHS, st.lists(st.tuples(LENGTHS, LENGTHS), min_size=1, max_size=4))
def test_what_tiers_cost_is_known_and_not_negative(quantity, tiers):
    starts, prices = zip(*sorted(tiers), strict=True)
    assert tiered_cost(quantity, starts, prices) >= 0.0


@given(LENGTHS, st.lists(st.tuples(st.floats(1.0, MOST), st.floats(1.0, MOST)), min_size=1, max_size=4))
def test_what_changes_in_a_time_is_known_and_not_negative(age, points):
    ages, amounts = zip(*sorted(dict(points).items()), strict=True)
    assert changed_bytes_saturating(age, ages, amounts) >= 0.0


PASSES = {
    "first_end": st.floats(0.0, 1e9),
    "first_busy": st.floats(1e-3, 1e8),
    "least": st.floats(0.0, 1e6),
    "fixed": st.floats(0.0, 1e6),
    "slope": st.floats(0.0, 2.0),
    "window": st.floats(0.0, 1e7) | st.just(np.nan) | st.just(np.inf),
    "stretch": st.floats(1.0, 7.0),
    "length": st.floats(0.0, 1e5),
}


@given(st.fixed_dictionaries(PASSES))
def test_passes_have_known_times_that_are_not_negative(given_):
    own = LinearPass(given_["least"], given_["fixed"], given_["slope"])
    asked = (given_["first_end"], given_["first_busy"], own, np.add, given_["window"], given_["stretch"])
    with np.errstate(all="ignore"):
        for found in (
            linear_passes(*asked, keep=3, reserve=Reserve(given_["length"], 2.0)),
            run_passes(*asked, keep=3, most=60),
        ):
            assert found.count >= 2
            assert found.end >= given_["first_end"]
            assert min(found.busy_total, found.cutover_busy, found.age, found.ratio) >= 0.0
            assert found.state in (0, 1, 2)
