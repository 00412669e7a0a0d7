"""Columns that say something of a field that is not theirs, and amounts before and after what a system saves."""

import datetime as dt

import pyarrow as pa
import pytest
from tests.estate.conftest import rows_of

from migplan.estate.arrays import as_texts
from migplan.estate.inspection import lay_out
from migplan.estate.settings import Settings
from migplan.estate.stand_ins import cells_of

TODAY = dt.date(2026, 11, 23)


def read(header, *rows, maps=(), **options):
    """The layout of a table, and what it says of each field."""
    headers = header.split(",")
    columns = zip(*(row.split("|") for row in rows), strict=True)
    table = pa.Table.from_arrays([pa.array(list(column), pa.string()) for column in columns], names=headers)
    settings = Settings(today=TODAY, **options)
    layout = lay_out(headers, maps, settings, sample=table)
    told = {column.name: as_texts(cells_of(column, table, settings)).to_pylist() for column in layout.columns}
    return layout, told


def test_how_a_volume_is_shared_out_is_its_protocol_and_its_security_style_decides_where_that_is_not_clear():
    rows = ["1|true|0|ntfs", "1|false|3|unix", "1|true|2|unix", "1|true|2|ntfs", "1|false|0|ntfs"]
    rows += ["1|false|0|mixed", "1|true|2|mixed", "1|||"]
    layout, told = read("Used (GB),NfsExported,CifsShareCount,SecurityStyle", *rows)
    assert told["protocol"] == ["nfs", "smb", "nfs", "smb", "smb", "", "", ""]
    assert (
        "protocol is read from 'NfsExported' (true is nfs), 'CifsShareCount' (1 or more is smb), "
        "'SecurityStyle' (ntfs is smb, unix is nfs)"
    ) in layout.notes


def test_a_protocol_of_its_own_goes_before_all_that_stands_in_for_it():
    layout, told = read("Used (GB),Protocol,security-style", "1|nfs|ntfs", "1||ntfs", "1|ftp|unix")
    assert told["protocol"] == ["nfs", "smb", "ftp"]
    assert any("where 'Protocol' is empty" in note for note in layout.notes)
    said, told = read("Used (GB),P,security-style", "1|nfs|ntfs", "1||ntfs", maps=["P=protocol"])
    assert told["protocol"] == ["nfs", ""]
    assert not any("security-style" in note for note in said.notes)


def test_used_inodes_are_the_files_of_rows_that_have_no_other_count():
    _, told = read("Used (GB),Used Inodes,Files", "1|4512333|", "1||912331", "1|-|", "1|7|9")
    assert told["files"] == ["4512333", "912331", "", "9"]
    _, told = read("used (GB),files-used", "1|1,234", "1|-", thousands=",")
    assert told["files"] == ["1234", ""]


@pytest.mark.parametrize("nothing", ["security-style=", "#2=", "security-style#1= "])
def test_a_column_that_the_user_calls_nothing_stands_in_for_nothing(nothing):
    layout, _ = read("Used (GB),security-style", "1|unix", maps=[nothing])
    assert [column.name for column in layout.columns] == ["volume"]


@pytest.mark.parametrize(
    ("header", "row", "saved"),
    [
        ("LogicalCapacityUsed,CapacityUsed", "1000|600", "40 %"),
        ("Logical Used (GB),Physical Used (GB)", "10|9", "10 %"),
        ("Used (TB),Logical Used (TB)", "1|4", "75 %"),
        ("Logical Used (TB),Used (GB)", "1|250", "75 %"),
        # What takes more room than it has, or next to none, says nothing.
        ("Logical Used (GB),Used (GB)", "10|11", ""),
        ("Logical Used (GB),Used (GB)", "100|1", ""),
    ],
)
def test_the_volume_is_what_users_see_and_what_is_stored_of_it_gives_the_reduction(header, row, saved):
    layout, told = read(header, *[row])
    volume = next(column for column in layout.columns if column.name == "volume")
    assert "ogical" in volume.header
    assert told["reduction"] == [saved]
    assert any("which is what is copied" in note for note in layout.notes)


def test_a_ratio_of_other_amounts_is_none():
    layout, told = read("Logical Used (GB),Allocated (GB)", "10|5")
    assert [*told] == ["volume"]
    assert not any("reduction" in note for note in layout.notes)


def test_a_part_that_stands_in_is_read_with_a_decimal_comma():
    _, told = read("Logical Used (GB),Used (GB)", "3|2", decimal=",", points=True)
    assert told["reduction"] == ["33,3333 %"]


def test_rows_with_block_volumes_are_told():
    layout, _ = read("Used (GB),LunCount", "1|0", "1|2")
    assert any("--where 'LunCount=0'" in note for note in layout.notes)
    layout, _ = read("Used (GB),LunCount", "1|0", "1|0")
    assert not any("LunCount" in note for note in layout.notes)


def test_rows_are_planned_by_what_stands_in(migplan, tmp_path):
    (tmp_path / "in.csv").write_text(
        "name,Logical Used (TB),Used (TB),files-used,security-style\na,4,1,500000,unix\nb,4,1,-,unix\n"
    )
    done = migplan("in.csv", "-o", "out.csv", "--today", "2026-11-23", "--set", "link=1 Gbps")
    assert done.returncode == 0, done.stderr
    (tmp_path / "plain.csv").write_text(
        "name,volume,files,protocol,reduction\na,4 TB,500000,nfs,75 %\nb,4 TB,,nfs,75 %\n"
    )
    migplan("plain.csv", "-o", "plain.out.csv", "--today", "2026-11-23", "--set", "link=1 Gbps")
    made, plain = (rows_of((tmp_path / name).read_bytes()) for name in ("out.csv", "plain.out.csv"))
    assert [row["option"] for row in made] == [row["option"] for row in plain]
    assert [row["duration_days"] for row in made] == [row["duration_days"] for row in plain]
    assert [row["cost_horizon_usd"] for row in made] == [row["cost_horizon_usd"] for row in plain]
