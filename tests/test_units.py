import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migplan import units
from migplan.errors import UnitError


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("50 TB", "B", 50e12),
        ("50 TiB", "B", 50 * 2.0**40),  # 54,975,581,388,800
        ("1 Gbps", "B/s", 125e6),
        ("10 Gbit/s", "B/s", 1.25e9),
        ("1 Gb/s", "B/s", 125e6),
        ("1 GB/s", "B/s", 1e9),
        ("400 MiB/s", "B/s", 400 * 2.0**20),
        ("400 MBps", "B/s", 400e6),
        ("8 hours", "s", 28800),
        ("8 h", "s", 28800),
        ("6 weeks", "s", 6 * 7 * 86400),
        ("12 months", "s", 12 * 730 * 3600),
        ("30 ms", "s", 0.03),
        ("80 %", "1", 0.8),
        ("2 %/day", "1/s", 0.02 / 86400),
        ("300 GB/day", "B/s", 300e9 / 86400),
        ("1_500 GB", "B", 1.5e12),
        ("1e3 GB", "B", 1e12),
    ],
)
def test_quantities_are_read_in_base_units(text, base, value):
    assert units.parse(text, base) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "5 tb",
        "5 KB",
        "-5 TB",
        "+5 TB",
        "1,5 TB",
        "nan TB",
        "inf TB",
        "1e400 TB",
        "5 TB TB",
        "9**9**9 B",
        "5 rad",
        "5 Gbps",
        "5 USD",
        "5 %",
        "",
        "5 T B",
        "٥ TB",
        "5 TB/",
        "/ TB",
        "5 __import__",
        "0x10 TB",
        "5 B**2",
    ],
)
def test_what_is_no_volume_is_refused_in_one_line(text):
    with pytest.raises(UnitError) as error:
        units.parse(text, "B")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


def test_a_huge_text_is_refused_at_once():
    with pytest.raises(UnitError):
        units.parse("9" * 10_000_000 + " TB", "B")


def test_unclear_bytes_are_explained():
    with pytest.raises(UnitError, match=r"Gb \(bits\), GB \(1000-based bytes\) or GiB"):
        units.parse("5 gb", "B")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40M", 40e6), ("40_000_000", 40e6), ("1.5 million", 1.5e6), ("2k", 2000), ("7", 7), ("1.5e6", 1.5e6),
        # 1.001 * 1000 is 1000.9999999999999 in floats.
        ("1.001 k", 1001), ("2.0", 2), ("1_000.50e1", 10005), ("50e-1", 5), ("0.0", 0), ("1e15", 1e15),
        ("1000000000000001", 1000000000000001), ("1.000000000000001e15", 1000000000000001), ("0e-9", 0),
    ],
)  # fmt: skip
def test_counts(text, value):
    assert units.parse_count(text) == value


@pytest.mark.parametrize("text", ["40 MB", "-3", "4,000", "M", "1e999", "4e", "nan"])
def test_what_is_no_count_is_refused(text):
    with pytest.raises(UnitError):
        units.parse_count(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.5",
        "0.5",
        "1e-1",
        "1.0005 k",
        "1.5e0",
        "1.0000000000000000001",
        "9007199254740993.5",
        "15e-1",
        "1e-99",
    ],
)
def test_what_is_no_whole_number_is_no_count(text):
    with pytest.raises(UnitError, match="is not whole; wanted a whole number such as '40M'"):
        units.parse_count(text)
    assert units.parse_count(text, whole=False) == pytest.approx(float(text.replace(" k", "e3")))


def test_many_cells_are_read_as_one_by_one():
    texts = ["1 TB", "2.5 TiB", "x", "7 GB", "7 GB", "", "1e999 TB", "5 Gbps", "3 PB"] * 3
    values, messages = units.parse_many(texts, "B")
    for position, text in enumerate(texts):
        value, message = read_one(text, "B")
        assert values[position] == value or (math.isnan(values[position]) and math.isnan(value))
        assert messages.get(position, "") == message


@given(st.text(max_size=100), st.sampled_from(list(units.EXAMPLES)))
def test_no_text_does_worse_than_a_unit_error(text, base):
    value, message = read_one(text, base)
    assert math.isfinite(value) != bool(message)
    assert "\n" not in message


def read_one(text, base):
    try:
        return units.parse(text, base), ""
    except UnitError as error:
        return math.nan, str(error)


@given(st.floats(min_value=1e-3, max_value=1e6), st.sampled_from(["TB", "GiB", "PB", "kB"]))
def test_what_is_shown_can_be_read_again(number, unit):
    value = units.parse(f"{number:.6f} {unit}", "B") + 1.0
    assert units.parse(units.show(value, "B").replace(",", ""), "B") == pytest.approx(value, rel=1e-3)
