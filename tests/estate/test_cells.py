import datetime as dt
import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migplan.errors import MigplanError, UnitError
from migplan.estate.cells import read_numbers, read_words
from migplan.estate.columns import Column
from migplan.estate.settings import Settings
from migplan.estate.spelling import NOTHING, as_spelled, read_units, spell_out
from migplan.inputs.fields import BY_NAME
from migplan.inputs.readers import READERS

EPOCH = dt.date(1970, 1, 1)
NUMERIC = [
    "volume",
    "files",
    "link",
    "share",
    "rtt",
    "change",
    "deadline",
    "cutover_window",
    "budget",
    "mtu",
    "agents",
]

numbers = st.one_of(
    st.integers(0, 10**18).map(str),
    st.floats(0, 1e12, allow_nan=False).map(str),
    st.from_regex(r"\A[0-9_.eE+-]{1,14}\Z"),
    st.sampled_from(
        [
            "1.5",
            "2.0",
            "1.50",
            "1.001",
            "2.5000",
            "0.0005",
            "9999999999999.0001",
            "007",
            "1e3",
            "1_000",
            ".5",
            "5.",
            "1.2.3",
            "inf",
            "nan",
            "-1",
            "+1",
            "0",
            "9" * 45,
        ]
    ),
)
units = st.sampled_from(
    [
        "",
        "TB",
        "GB",
        "TiB",
        "gb",
        "Gb",
        "Mbps",
        "Gbit/s",
        "MB/s",
        "%",
        "%/day",
        "GB/day",
        "days",
        "h",
        "ms",
        "USD",
        "M",
        "k",
        "million",
        "TB/day/h",
        "B",
        "/",
        "percent",
        "TB TB",
    ]
)
blanks = st.sampled_from(["", " ", "  ", "\t", "\u00a0"])
cells = st.one_of(
    st.tuples(blanks, numbers, blanks, units, blanks).map("".join),
    st.sampled_from(
        ["", " ", "2026-12-01", "2026-13-01", "30 days", "x", "=1 TB", "9**9**9 B", "1,5 TB", "٣ TB", "１ TB"]
    ),
    st.text(max_size=12),
)


def one_by_one(column, text, decimal="."):
    """The value of a cell as a single plan would read it, or the message."""
    if not text.strip():
        return None
    try:
        return READERS[column.field.form](column.field, spell_out(column, text, decimal))
    except UnitError as error:
        return str(error)


def same(cells, place, expected):
    if expected is None:
        return math.isnan(cells.values[place]) and not cells.given[place] and place not in cells.messages
    if isinstance(expected, str):
        # Behind the words of the reader stands what to do about a whole column.
        told = cells.messages[place]
        return math.isnan(cells.values[place]) and (told.startswith(expected) or told.endswith(NOTHING))
    if isinstance(expected, tuple):
        return (cells.values[place], cells.is_part[place]) == expected
    if isinstance(expected, dt.date):
        return cells.is_day[place] and cells.values[place] == (expected - EPOCH).days
    return cells.given[place] and cells.values[place] == expected


@settings(deadline=None)
@given(st.sampled_from(NUMERIC), st.lists(cells, min_size=1, max_size=8), st.sampled_from(["", "known"]))
def test_a_column_is_read_as_its_cells_are_one_by_one(name, texts, header):
    unit = {"volume": "GB", "files": "k", "link": "Mbps", "change": "%/day", "budget": "USD"}.get(name, "")
    column = Column(0, name, name, unit if header else "", "/day" if header and name == "change" else "")
    found = read_numbers(column, pa.array(texts, pa.string()))
    wrong = [text for place, text in enumerate(texts) if not same(found, place, one_by_one(column, text))]
    assert not wrong


@settings(deadline=None)
@given(st.lists(st.sampled_from(["1.5 TB", "20 TB", "0.25 TB", "3 TB "]), min_size=1, max_size=20))
def test_cells_of_one_unit_take_the_quick_way_to_the_same_numbers(texts):
    found = read_numbers(Column(0, "volume", "volume"), pa.array(texts))
    assert found.values.tolist() == [READERS["quantity"](BY_NAME["volume"], text) for text in texts]


@settings(deadline=None)
@given(st.lists(cells, min_size=1, max_size=8))
def test_decimal_commas_are_read_as_points_and_points_refused(texts):
    column = Column(0, "volume", "volume", "GB")
    found = read_numbers(column, pa.array(texts, pa.string()), decimal=",")
    assert all(same(found, place, one_by_one(column, text, ",")) for place, text in enumerate(texts))


def test_a_point_beside_a_decimal_comma_is_not_guessed_at():
    found = read_numbers(
        Column(0, "volume", "volume"), pa.array(["1.234,5 GB", "1,5 TB", "2 TB"]), decimal=","
    )
    assert found.values[1:].tolist() == [1.5e12, 2e12]
    assert "has a point" in found.messages[0]


@pytest.mark.parametrize(
    ("texts", "header"),
    [
        (["1.001 k", "1.0005 k", "2 k"], ""),
        (["1.001", "1.0005", "2"], "k"),
        (["1.5", "2.0", "3.00"], ""),
        (["1000000", "1.5", ""], ""),
        (["9999999999999", "9999999999999.0001", "1e15"], ""),
    ],
)
def test_counts_are_whole_by_columns_as_they_are_one_by_one(texts, header):
    column = Column(0, "files", "files", header)
    found = read_numbers(column, pa.array(texts))
    assert all(same(found, place, one_by_one(column, text)) for place, text in enumerate(texts))
    assert "is not whole" in found.messages.get(0, "") + found.messages.get(1, "")


def test_counts_with_points_take_the_quick_way_where_they_are_whole(monkeypatch):
    monkeypatch.setitem(READERS, "count", None)
    found = read_numbers(Column(0, "files", "files"), pa.array(["1.001k", "2k", "3.50k", "1.0"]))
    assert found.values.tolist() == [1001.0, 2000.0, 3500.0, 1.0]


def test_counts_of_typed_files_are_whole():
    found = read_numbers(Column(0, "files", "files", "k"), pa.array([2.0, 1.001, 1.0005, None]))
    assert found.values[:2].tolist() == [2000.0, 1001.0]
    assert list(found.messages) == [2]
    assert read_numbers(Column(0, "files", "files"), pa.array([3.0, 0.5])).messages == {
        1: "'0.5' is not whole; wanted a whole number such as '40M'"
    }


def test_a_unit_in_the_header_counts_for_bare_numbers_only():
    found = read_numbers(Column(0, "Size (GB)", "volume", "GB"), pa.array(["2", "2 TB", "x"]))
    assert found.values[:2].tolist() == [2e9, 2e12]
    assert list(found.messages) == [2]


@pytest.mark.parametrize("kind", [pa.float64(), pa.int64(), pa.float32()])
def test_numbers_of_typed_files_need_a_unit_in_the_header(kind):
    typed = pa.array([2, 3, None], kind)
    known = read_numbers(Column(0, "Size (GB)", "volume", "GB"), typed)
    assert known.values[:2].tolist() == [2e9, 3e9]
    assert not known.given[2]
    unknown = read_numbers(Column(0, "volume", "volume"), typed)
    assert sorted(unknown.messages) == [0, 1]
    assert "no unit" in unknown.messages[0]


def test_dates_of_typed_files_are_dates():
    found = read_numbers(Column(0, "deadline", "deadline"), pa.array([dt.date(2026, 12, 1)]))
    assert found.is_day.tolist() == [True]
    assert found.values.tolist() == [(dt.date(2026, 12, 1) - EPOCH).days]


def test_words_are_read_once_and_empty_ones_come_first():
    words = read_words(Column(0, "protocol", "protocol"), pa.array(["smb", "", " nfs ", "smb", "ftp"]))
    assert words.values == ("", "smb", "nfs", "ftp")
    assert words.codes.tolist() == [1, 0, 2, 1, 3]
    assert list(words.messages) == [4]


def test_empty_words_keep_their_place_wherever_they_come_first():
    words = read_words(Column(0, "protocol", "protocol"), pa.array(["nfs", "smb", "", "nfs"]))
    assert [words.values[code] for code in words.codes] == ["nfs", "smb", "", "nfs"]
    assert np.flatnonzero(words.codes == 0).tolist() == [2]


@pytest.mark.parametrize(
    ("thousands", "decimal", "text", "wanted"),
    [
        (",", ".", "1,234,567.5 GB", 1234567.5e9),
        (",", ".", " 12,345GB ", 12345e9),
        (",", ".", "12.5 GB", 12.5e9),
        (".", ",", "1.234.567,5 GB", 1234567.5e9),
        (".", ",", "12,5 GB", 12.5e9),
        ("'", ".", "1'234 GB", 1234e9),
        ("'", ".", "1\u2019234 GB", 1234e9),
        ("space", ",", "1 234\u202f567,5 GB", 1234567.5e9),
        ("space", ".", "1\u00a0234 GB", 1234e9),
        (",", ".", "1,23 GB", None),
        (",", ".", "1234,567 GB", None),
        (",", ".", "1,234.567,8 GB", None),
        (".", ",", "1.5 GB", None),
    ],
)
def test_thousands_are_ungrouped_where_it_is_said_and_groups_are_whole(thousands, decimal, text, wanted):
    column, said = Column(0, "volume", "volume"), Settings(decimal=decimal, thousands=thousands)
    found = read_numbers(column, as_spelled(column, pa.array([text]), said), decimal)
    assert found.given.tolist() == [wanted is not None]
    assert wanted is None or found.values[0] == pytest.approx(wanted)


def test_units_are_what_is_said_of_them_in_quantities_alone():
    said = Settings(units={"T": "TiB", "G": "GiB", "TiB": "TB"})
    texts = pa.array(["1.5T", "2 G", "3 TiB", "4 TB", "5 g"])
    assert as_spelled(Column(0, "used", "volume"), texts, said).to_pylist() == [
        "1.5TiB", "2 GiB", "3 TB", "4 TB", "5 g",
    ]  # fmt: skip
    assert as_spelled(Column(0, "files", "files"), pa.array(["2 G"]), said).to_pylist() == ["2 G"]
    change = as_spelled(Column(0, "churn", "change"), pa.array(["2 G/day", "1 %/day"]), said)
    assert change.to_pylist() == ["2 GiB/day", "1 %/day"]


def test_cells_that_say_nothing_are_empty():
    said = Settings(empty=("-", "N/A"))
    texts = pa.array([" N/A", "-", "-1", "n/a", None])
    assert as_spelled(Column(0, "region", "region"), texts, said).to_pylist() == ["", "", "-1", "n/a", ""]


@pytest.mark.parametrize("text", ["T", "T=", "=TiB", "T=furlong", "T/s=TiB", "1=TB"])
def test_what_names_no_unit_is_refused(text):
    with pytest.raises(MigplanError, match="--unit"):
        read_units([text])


def test_midnight_is_the_day_and_no_other_time_is():
    texts = pa.array(["2026-12-01 00:00:00", "2026-12-01T00:00", "2026-12-01 08:00:00"])
    due = read_numbers(Column(0, "deadline", "deadline"), texts)
    assert due.given.tolist() == [True, True, False]
    begins = read_words(Column(0, "start", "start"), texts)
    assert [begins.values[code] for code in begins.codes[:2]] == ["2026-12-01"] * 2
    assert list(begins.messages) == [2]


def test_a_date_of_another_order_is_told_as_one_beside_decimal_commas_too():
    found = read_numbers(Column(0, "due", "deadline"), pa.array(["31.03.2027", "1.5 days"]), decimal=",")
    assert "neither a date nor a time" in found.messages[0]
    assert "has a point" in found.messages[1]


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("day-first", "12/01/2027", "2027-01-12"),
        ("month-first", "12/01/2027", "2027-12-01"),
        ("day-first", " 1.2.2027 ", "2027-02-01"),
        ("month-first", "1-31-2027", "2027-01-31"),
        ("day-first", "2027-01-12", "2027-01-12"),
        ("day-first", "31/12/27", "2027-12-31"),
        ("day-first", "31-12-27", None),
        ("day-first", "01/13/2027", None),
        ("", "12/01/2027", None),
    ],
)
@pytest.mark.parametrize("name", ["start", "deadline"])
def test_dates_are_read_in_the_order_that_the_user_says(name, order, text, day):
    column = Column(0, name, name)
    cells = as_spelled(column, pa.array([text]), Settings(dates=order))
    if name == "deadline":
        found = read_numbers(column, cells)
        value = None if found.messages else (EPOCH + dt.timedelta(days=found.values[0])).isoformat()
    else:
        words = read_words(column, cells)
        value = None if words.messages else words.values[words.codes[0]]
    assert value == day


def test_a_date_of_another_order_is_told_with_what_to_say():
    told = read_words(Column(0, "start", "start"), pa.array(["12/01/2027"])).messages[0]
    assert told.endswith("; say --dates day-first or --dates month-first")


def test_digits_behind_a_zero_are_no_group():
    cells = as_spelled(
        Column(0, "volume", "volume", "GB"),
        pa.array(["0.125", "1.125"]),
        Settings(thousands=".", decimal=","),
    )
    assert cells.to_pylist() == ["0.125", "1125"]
