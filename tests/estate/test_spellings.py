"""Every spelling of a unit means the same in a plan, in a cell of a table and in a header."""

import itertools
import math

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.errors import MigplanError, UnitError
from migplan.estate.cells import read_numbers
from migplan.estate.columns import Column, find_columns
from migplan.estate.spelling import NOTHING
from migplan.inputs.fields import BY_NAME, FIELDS
from migplan.inputs.readers import READERS

PREFIXES = (
    "",
    "k",
    "K",
    "m",
    "M",
    "g",
    "G",
    "t",
    "T",
    "ki",
    "Ki",
    "KI",
    "mi",
    "Mi",
    "GI",
    "giga",
    "Mega",
    "u",
)
WORDS = ("", "b", "B", "bit", "Bit", "bits", "byte", "Bytes", "bps", "Bps", "BPS", "s", "SD")
PER = ("", "/s", "/S", "/sec", "/h", "/day", "/Day", "/B")
UNITS = tuple("".join(parts) for parts in itertools.product(PREFIXES, WORDS, PER) if parts[0] or parts[1])
POWERS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "giga": 1e9, "mega": 1e6}
POWERS |= {"ki": 2.0**10, "mi": 2.0**20, "gi": 2.0**30}
OF_DATA = [field.name for field in FIELDS if field.base in ("B", "B/s") and not field.scenario_only]


def planned(name, text):
    """What the reader of plans makes of a text, or what it says."""
    entry = BY_NAME[name]
    try:
        return READERS[entry.form](entry, text)
    except UnitError as error:
        return str(error)


def tabled(name, texts, unit=""):
    """The same of a column of cells."""
    cells = read_numbers(Column(0, name, name, unit), pa.array(texts))
    for place in range(len(texts)):
        value = float(cells.values[place])
        if place in cells.messages:
            yield cells.messages[place]
        elif cells.is_part is None:
            yield value
        else:
            yield (value, bool(cells.is_part[place]))


def same(found, expected):
    """Whether a cell is read as a plan reads it; what is wrong may be told with what to do about the whole column."""
    if isinstance(expected, str) and isinstance(found, str):
        return found == expected or found.startswith(f"{expected}; say --") or found.endswith(NOTHING)
    return found == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_DATA)
def test_a_cell_is_read_as_a_plan_reads_it(name):
    texts = [f"3 {unit}" for unit in UNITS] + [f"3000{unit}" for unit in UNITS]
    assert all(map(same, tabled(name, texts), [planned(name, text) for text in texts]))


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_DATA)
def test_a_header_is_read_as_a_plan_reads_it(name):
    for unit in UNITS:
        expected = planned(name, f"3000 {unit}")
        try:
            (column,) = find_columns([f"{name} ({unit})"])
        except MigplanError:
            assert isinstance(expected, str), unit
        else:
            assert list(tabled(name, ["3000"], column.unit)) == [expected], unit


@pytest.mark.parametrize("name", ["volume", "link"])
def test_nothing_is_ever_a_thousandth(name):
    """What is read is the number times a power of its prefix that is no less than one, in bits or in bytes."""
    read = {unit: planned(name, f"3000 {unit}") for unit in UNITS}
    read = {unit: value for unit, value in read.items() if not isinstance(value, str)}
    for unit, value in read.items():
        prefix = next(p for p in sorted(POWERS, key=len, reverse=True) if unit.lower().startswith(p))
        time = {"h": 3600, "day": 86400}.get(unit.lower().partition("/")[2], 1)
        expected = 3000 * POWERS[prefix] / time
        assert any(math.isclose(value, expected * part, rel_tol=1e-12) for part in (1, 1 / 8)), unit
    usual = {"volume": {"MB", "TB", "KiB", "mB"}, "link": {"Mbps", "mbps", "gbps", "mbit/s", "Gb/s", "MB/s"}}
    assert usual[name] <= read.keys()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("bandwidth_mbps", "mbps"),
        ("Link Speed mbps", "mbps"),
        ("link (mbit/s)", "mbit/s"),
        ("LinkMbps", "Mbps"),
    ],
)
def test_lines_in_headers_are_megabits(header, unit):
    (column,) = find_columns([header])
    assert (column.name, column.unit) == ("link", unit)
    assert list(tabled("link", ["200"], unit)) == [25e6]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Line (mb/s)", "write 'Mbps' (bits) or 'MB/s' (bytes)"),
        ("Bandwidth MBPS", "write 'Mbps' (bits) or 'MB/s' (bytes)"),
        ("Size gb", "write 'GB' (1000-based) or 'GiB' (1024-based)"),
        ("Size (Tb)", "'Tb' counts bits; write 'TB' (bytes)"),
        ("Used KB", "write 'kB' (1000 bytes) or 'KiB' (1024 bytes)"),
    ],
)
def test_unclear_units_of_headers_are_told_and_not_passed_through(header, told):
    with pytest.raises(MigplanError) as error:
        find_columns([header])
    assert told in str(error.value)


def test_letters_of_drives_are_no_units():
    assert find_columns(["Volume E", "Volume G"]) == ()


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [field.name for field in FIELDS if field.form in ("quantity", "count", "change", "deadline")]
    ),
    st.integers(0, 10**7).map("{:,}".format),
    st.sampled_from([" ", "\u00a0", "\u202f", "_", ","]),
    st.sampled_from(["", " "]),
    st.text("kKmMgGtTiIbBpPsSdDay/% yhourUSDn", max_size=8),
)
def test_any_unit_and_any_groups_are_read_alike(name, number, sign, blank, unit):
    text = f"{number.replace(',', sign)}{blank}{unit}".strip()
    (found,) = tabled(name, [text])
    expected = planned(name, text)
    if not isinstance(expected, str):
        assert found == expected
    elif "," not in text:
        # Of commas a table tells other remedies.
        assert same(found, expected)
