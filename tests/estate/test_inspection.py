"""What is found out about a table before it is planned."""

import datetime as dt

import pyarrow as pa
import pytest

from migplan.errors import MigplanError
from migplan.estate.inspection import lay_out
from migplan.estate.settings import Settings

TODAY = dt.date(2026, 11, 23)


def laid_out(header, *rows, maps=(), **options):
    headers = header.split(",")
    columns = zip(*(row.split("|") for row in rows), strict=True) if rows else [()] * len(headers)
    table = pa.Table.from_arrays([pa.array(list(column), pa.string()) for column in columns], names=headers)
    return lay_out(headers, maps, Settings(today=TODAY, **options), sample=table)


def names(layout):
    return {column.header: column.name for column in layout.columns}


def notes(*arguments, **options):
    return list(laid_out(*arguments, **options).notes)


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Source", r"\\fs01\home"), ("Target", r"\\fsx\home"), ("Region", "EMEA"), ("Customer", "ACME"),
        ("Support", "24x7"), ("Hours", "9-5"), ("Share", "finance"), ("Link", "https://wiki/42"),
        ("Change", "CHG0012345x".lower()), ("Cloud", "yes"), ("Start", "Phase 1"), ("Budget", "IT"),
        ("Reduction", "1.8 : 1"), ("Use", "yes"), ("Availability", "online"), ("Throughput", "n/a"), ("Cold", "no"),
        ("Growth", "high"),
    ],
)  # fmt: skip
def test_a_column_that_only_has_the_name_of_a_field_passes_through_and_is_told(header, cell):
    layout = laid_out(f"Size (GB),{header}", f"1|{cell}", "2|")
    assert names(layout) == {"Size (GB)": "volume"}
    assert any(
        note.startswith(f"{header!r} passes through: none of its cells, such as") for note in layout.notes
    )
    said = laid_out(f"Size (GB),{header}", f"1|{cell}", maps=[f"{header}={header.lower()}"])
    assert names(said)[header] == header.lower()


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Source", ["windows"]), ("Source", ["Windows Server 2019"]), ("Source", ["windws"]),
        ("Target", ["FSx", r"\\fsx\home"]), ("Target", ["fsx-ontpa"]), ("Region", ["EMEA", "eu-west-1"]),
        ("Region", ["ap-northeast1"]), ("Region", ["Tokyo"]), ("Region", ["westeurope"]),
        ("Customer", ["existng"]), ("Hours", ["22:00-6:00"]), ("Hours", ["Mo, Fri"]),
        ("Share", ["70"]), ("Link", ["n/a", "1Gb"]), ("Region", [""]), ("Protocol", ["ftp"]), ("Deadline", ["soon"]),
        ("AWS Region", ["EMEA"]), ("Use", ["Home dirs", "Home directories"]), ("Reduction", ["30 %"]),
    ],
)  # fmt: skip
def test_a_column_with_a_value_of_its_field_or_near_one_is_read(header, cells):
    layout = laid_out(f"Size (GB),{header}", *(f"1|{cell}" for cell in cells))
    assert header in names(layout)


def test_a_volume_that_is_a_name_is_told_how_to_be_one():
    (note,) = notes("volume,used", "data1|1 TB")
    assert note.startswith(
        "'volume' passes through: none of its cells, such as 'data1', is a value of 'volume'"
    )
    assert note.endswith("say --map volume=name")


def test_the_only_column_that_can_give_the_volume_is_it_whatever_its_cells_are():
    assert names(laid_out("volume", "x")) == {"volume": "volume"}
    assert names(laid_out("volume,used", "data1|1 TB")) == {"used": "volume"}


@pytest.mark.parametrize("cells", [("12.345", "1.234"), ("7.500 GB",), ("1.234.567",), ("500", "1.500 TB")])
def test_points_that_may_group_thousands_are_refused_until_it_is_said(cells):
    with pytest.raises(MigplanError, match=r"--thousands \. --decimal , where.*or --decimal \."):
        laid_out("Size (GB)", *cells)
    assert laid_out("Size (GB)", *cells, points=True)
    assert laid_out("Size (GB)", *cells, thousands=".", decimal=",")


@pytest.mark.parametrize(
    "cells",
    [
        ("12.345", "1.23"),
        ("0.123",),
        ("1234.567",),
        ("1.234", "1500"),
        ("1.500", "1,234.5"),
        ("1.5",),
        ("x",),
    ],
)
def test_points_of_which_one_cannot_group_are_decimal(cells):
    assert laid_out("Size (GB)", *cells)


def test_commas_that_may_group_thousands_are_told_where_the_user_says_that_they_are_decimal():
    (note,) = notes("Size (GB)", "12,345", "7,500", decimal=",")
    assert (
        "such as '12,345', and are read as decimal; where that is 12345, say --thousands , --decimal ."
        in note
    )
    assert not notes("Size (GB)", "12,345", "7,5", decimal=",")
    assert not notes("Size (GB)", "12,345", "1500", decimal=",")


def test_measured_times_may_have_three_digits_behind_the_point():
    assert laid_out("Size (GB),rtt", "1|12.345 ms")


@pytest.mark.parametrize(
    ("header", "cell", "field"),
    [
        ("Protocoll", "nfs", "protocol"), ("Number of file", "40000", "files"), ("Dead line", "2026-12-1", "deadline"),
        ("Target Date", "12/01/2026", "deadline"), ("Inodes", "4512333", "files"), ("Uplink", "1 Gbps", "link"),
        ("Change %", "0.5", "change"), ("Migration date", "2027-01-31", "deadline"),
        ("File protocol", "NFS 4.1", "protocol"),
    ],
)  # fmt: skip
def test_a_header_near_a_field_that_nothing_gives_is_proposed(header, cell, field):
    (note,) = notes(f"Size (GB),{header}", f"1|{cell}")
    assert f"passes through; if it is the {field}, say --map" in note
    assert f"{header}={field}" in note
    assert ("change:%/day" in note) is (field == "change")
    assert not notes(f"Size (GB),{header}", f"1|{cell}", maps=[f"{header}={field}"])
    assert not notes(f"Size (GB),{header}", f"1|{cell}", maps=[f"{header}="])
    assert not notes(f"Size (GB),{header}", f"1|{cell}", given={field: "x"})


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Owner", "x"), ("Date", "2026-12-01"), ("File owner", "bob"), ("Filer", "a"), ("WAN", "yes")],
)
def test_other_headers_are_not(header, cell):
    assert not notes(f"Size (GB),{header}", f"1|{cell}")


def test_columns_that_look_like_a_volume_come_first_where_none_is_known():
    with pytest.raises(
        MigplanError, match=r"say --map 'In Use MiB=volume' or --map 'Provisioned MiB=volume'; found 'In"
    ):
        laid_out(",".join([*(f"c{number}" for number in range(30)), "Provisioned MiB", "In Use MiB"]))
    with pytest.raises(MigplanError, match="it is split at ',': else say --delimiter ';'"):
        laid_out("a;Used (GB), b")


def test_where_names_a_column():
    with pytest.raises(MigplanError, match="--where 'Levl=1': 'Levl' names no column; found 'Size'"):
        laid_out("Size", "1 GB", where=(("Levl", "1"),))
