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


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("100 mbps", "B/s", 12.5e6),
        ("1gbps", "B/s", 125e6),
        ("1 Kbps", "B/s", 125),
        ("100 mbit/s", "B/s", 12.5e6),
        ("100 MBit/s", "B/s", 12.5e6),
        ("100 Mbits/sec", "B/s", 12.5e6),
        ("100 megabits/s", "B/s", 12.5e6),
        ("100 mB/s", "B/s", 100e6),
        ("1 gB/s", "B/s", 1e9),
        ("1 GBps", "B/s", 1e9),
        ("300 GB/Day", "B/s", 300e9 / 86400),
        ("500 mB", "B", 500e6),
        ("500 Mbytes", "B", 500e6),
        ("5 Terabytes", "B", 5e12),
        ("5 giB", "B", 5 * 2.0**30),
        ("50 000 GB", "B", 50e12),
        ("1\u00a0500\u202f000 MB", "B", 1.5e12),
        ("8 Hours", "s", 28800),
        ("90 mins", "s", 5400),
        ("6 w", "s", 6 * 7 * 86400),
        ("3 mo", "s", 3 * 730 * 3600),
        ("2 yrs", "s", 2 * 365 * 86400),
        ("250 us", "s", 250e-6),
        ("2 %/Day", "1/s", 0.02 / 86400),
        ("20000 usd", "USD", 20000),
        ("20 kUSD", "USD", 20000),
    ],
)
def test_what_can_mean_just_one_thing_is_read(text, base, value):
    assert units.parse(text, base) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "base", "write"),
    [
        ("100 mb/s", "B/s", ["100 Mbps' (bits)", "100 MB/s' (bytes)"]),
        ("100 MBPS", "B/s", ["100 Mbps' (bits)", "100 MB/s' (bytes)"]),
        ("100 MB/S", "B/s", ["100 Mbps' (bits)", "100 MB/s' (bytes)"]),
        ("100 kb/s", "B/s", ["100 kbps' (bits)", "100 kB/s' (bytes)"]),
        ("100 KB/s", "B/s", ["100 kB/s' (1000 bytes)", "100 KiB/s' (1024 bytes)"]),
        ("1G", "B/s", ["1 Gbps' (bits)", "1 GB/s' (bytes)"]),
        ("100m", "B/s", ["100 Mbps' (bits)", "100 MB/s' (bytes)"]),
        ("1 GB", "B/s", ["1 Gbps' (bits)", "1 GB/s' (bytes)"]),
        ("1 Gb", "B/s", ["1 Gbps'"]),
        ("10 GbE", "B/s", ["10 Gbps'"]),
        ("1 Gb/day", "B/s", ["1 GB/day' (bytes)", "0.125 GB/day' (if bits are meant)"]),
        ("500 mb", "B", ["500 MB' (1000-based)", "500 MiB' (1024-based)"]),
        ("500 kb", "B", ["500 kB' (1000-based)", "500 KiB' (1024-based)"]),
        ("50 Tb", "B", ["50 TB' (bytes)", "6.25 TB' (if bits are meant)"]),
        ("50 000 Gbit", "B", ["50 000 GB' (bytes)", "6250 GB' (if bits are meant)"]),
        ("5 KB", "B", ["5 kB' (1000 bytes)", "5 KiB' (1024 bytes)"]),
        ("5 GIB", "B", ["5 GiB'"]),
        ("5T", "B", ["5 TB' (1000-based)", "5 TiB' (1024-based)"]),
        ("30 m", "s", ["30 min'", "30 months'"]),
        ("30 MS", "s", ["30 ms'"]),
        ("8 hurs", "s", ["8 hours'"]),
        ("100 Mbs", "B/s", ["100 Mbps'"]),
        ("5 TBs", "B", ["5 TB'"]),
        ("2%", "1/s", ["2 %/day'"]),
        ("200k", "USD", ["200 kUSD'"]),
        ("$200000", "USD", ["200000 USD'"]),
        ("1,5 TB", "B", ["1.5 TB'"]),
        ("50,000 GB", "B", ["50000 GB'", "50.000 GB'"]),
        ("1,234,567 GB", "B", ["1234567 GB'"]),
        (".5 TB", "B", ["0.5 TB'"]),
    ],
)
def test_what_is_unclear_is_refused_with_what_to_write(text, base, write):
    with pytest.raises(UnitError) as error:
        units.parse(text, base)
    assert all(f"'{form}" in str(error.value) for form in write)
    for form in write:
        assert units.parse(form.partition("'")[0], base) > 0


def test_a_change_is_told_per_day():
    with pytest.raises(UnitError, match="'300 GB' is no rate; write '300 GB/day'"):
        units.parse("300 GB", "B/s", "2 %/day")


def test_a_rate_without_its_period_is_told_with_the_one_that_is_wanted():
    for wanted in ("2 %/day", "20 %/year"):
        with pytest.raises(UnitError, match=f"'20 %' is no rate; write '20 %/{wanted.rpartition('/')[2]}'"):
            units.parse("20 %", "1/s", wanted)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40M", 40e6), ("40_000_000", 40e6), ("1.5 million", 1.5e6), ("2k", 2000), ("2K", 2000), ("40m", 40e6),
        ("1.5 Million", 1.5e6),
        ("40 000 000", 40e6), ("7", 7), ("1.5e6", 1.5e6),
        # 1.001 * 1000 is 1000.9999999999999 in floats.
        ("1.001 k", 1001), ("2.0", 2), ("1_000.50e1", 10005), ("50e-1", 5), ("0.0", 0), ("1e15", 1e15),
        ("1000000000000001", 1000000000000001), ("1.000000000000001e15", 1000000000000001), ("0e-9", 0),
    ],
)  # fmt: skip
def test_counts(text, value):
    assert units.parse_count(text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [("40 mio", "write '40 million'"), ("1.5bn", "write '1.5 billion'"), ("40,000,000", "write '40000000'")],
)
def test_what_is_nearly_a_count_is_told(text, told):
    with pytest.raises(UnitError, match=told):
        units.parse_count(text)


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


def test_words_have_a_plural_and_rates_have_none():
    assert [units.amount(n, "month") for n in (0.5, 1, 12)] == ["0.5 months", "1 month", "12 months"]
    assert units.amount(1500, "B") == "1500 B"
    assert [units.amount(5, unit) for unit in ("mbps", "Gbps", "percent", "item")] == [
        "5 mbps", "5 Gbps", "5 percent", "5 items",
    ]  # fmt: skip
