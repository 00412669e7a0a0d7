"""Rows of one server are joined: what adds up does, what decides must agree, and what is not known stays so."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.estate.conftest import as_csv, rows_of

DAY = ("--today", "2026-11-23")
LINE = ("--set", "link=1 Gbps", *DAY)


@pytest.fixture
def joined(migplan, tmp_path):
    """Join a table by its first column; the joined rows, the faults by line, and what was told."""

    def run(header, *rows, by=None, options=()):
        header, *rows = [row.split("|") for row in (header, *rows)]
        (tmp_path / "in.csv").write_text(as_csv([header, *rows]))
        flags = ("--group-by", by or header[0], "--workers", "1", *options, *LINE)
        done = migplan("in.csv", "-o", "out.csv", *flags)
        errors, out = tmp_path / "out.errors.csv", tmp_path / "out.csv"
        faults = {}
        for row in rows_of(errors.read_bytes()) if errors.exists() else ():
            faults.setdefault(int(row["line"]), []).append(row["message"])
        return rows_of(out.read_bytes()) if out.exists() else [], faults, done.stderr.decode()

    return run


def column(rows, name):
    return [row[name] for row in rows]


def test_volumes_and_files_add_up_and_the_largest_file_is_the_largest(joined):
    rows, faults, told = joined(
        "VM|Disk|Used (GiB)|Files|Largest file size",
        *(
            "b|C:|40|2000|3 GB",
            "a|C:|0.1|7|",
            "b|D:|4000|40000|90 GB",
            "a|D:|0.2|8|1 MB",
            "b|E:|0|0|",
            "c|C:|5||",
        ),
    )
    assert not faults
    assert column(rows, "VM") == ["b", "a", "c"]
    assert column(rows, "Used (GiB)") == ["4040", "0.3", "5"]
    assert column(rows, "Files") == ["42000", "15", ""]
    assert column(rows, "Largest file size") == ["90000000000 B", "1000000 B", ""]
    assert column(rows, "rows_joined") == ["3", "2", "1"]
    assert column(rows, "Disk") == ["C:; D:; E:", "C:; D:", "C:"]
    assert "6 rows joined to 3 by 'VM', of which 2 have more than one row, 3 in the largest" in told


def test_joined_rows_are_planned_as_the_same_rows_written_by_hand(joined, migplan, tmp_path):
    rows, _, _ = joined(
        "name|Used (TB)|Files|Protocol|Change|Deadline",
        *("x|1|1000|smb|1 %/day|60 days", "x|3|5000||3 %/day|60 days", "y|2|9|nfs|2 GB/day|"),
    )
    (tmp_path / "hand.csv").write_text(
        "name,volume,files,protocol,change,deadline\nx,4 TB,6000,smb,2.5 %/day,60 days\ny,2 TB,9,nfs,2 GB/day,\n"
    )
    assert migplan("hand.csv", "-o", "hand.out.csv", *LINE).returncode == 0
    hand = rows_of((tmp_path / "hand.out.csv").read_bytes())
    for name in ("option", "target", "bottleneck", "reasons"):
        assert column(rows, name) == column(hand, name)
    for name in ("duration_days", "cutover_hours", "cost_horizon_usd"):
        assert [float(cell) for cell in column(rows, name)] == pytest.approx(
            [float(cell) for cell in column(hand, name)], rel=1e-9
        )


def test_what_decides_must_agree_and_a_row_that_says_nothing_agrees(joined):
    rows, faults, _ = joined(
        "Server|Used (GB)|Protocol|Link",
        *("a|1|nfs|1 Gbps", "b|1|smb|1 Gbps", "a|1|smb|1 Gbps", "b|1||1000 Mbps", "c|1||", "c|1|nfs|"),
    )
    assert column(rows, "Server") == ["b", "c"]
    assert column(rows, "Protocol") == ["smb", "nfs"]
    assert faults[4] == [
        "'smb' is not the 'nfs' of line 2, with which the row is joined; wanted the same, or another --group-by"
    ]
    assert faults[2] == ["is part of 'a', of which line 4 is bad; wanted that line mended or left out"]


@pytest.mark.parametrize(
    ("cell", "message"),
    [("x", "'x' is not a number and a unit"), ("", "is required"), ("-5", "'-5' is negative")],
)
def test_a_server_of_which_a_row_cannot_be_read_is_not_planned(joined, cell, message):
    rows, faults, told = joined("VM|Used (GB)", "a|1", f"a|{cell}", "b|1")
    assert column(rows, "VM") == ["b"]
    assert message in faults[3][0]
    assert [*faults] == [2, 3]
    assert "Rows: 1 planned, 2 bad" in told


def test_files_that_some_rows_do_not_say_are_assumed_for_the_whole_and_told(joined):
    rows, _, told = joined("VM|Used (GB)|Files", "a|1|10", "a|1|", "b|1|10")
    assert column(rows, "Files") == ["", "10"]
    assert "files is empty in a row of 1 of these, for which it is assumed as a whole" in told


def test_rows_that_name_no_server_stand_alone_and_names_that_differ_give_way_to_it(joined):
    rows, _, told = joined(
        "VM|Share name|Used (GB)", "a|home|1", "a|data|1", "|x|1", "|y|1", options=("--options", "best")
    )
    assert column(rows, "Share name") == ["a", "x", "y"]
    assert "2 rows without one stand alone" in told


def test_mean_sizes_are_those_of_the_whole(joined):
    # 10 files of 100 MB and 1,000 of 1 MB
    rows, _, _ = joined("VM|Used (GB)|Average file size", "a|1|100 MB", "a|1|1 MB")
    assert float(column(rows, "Average file size")[0].removesuffix(" B")) == pytest.approx(2e9 / 1010)


@pytest.mark.parametrize(
    ("header", "cells", "made"),
    [
        ("Change", ("1 %/day", "1 %/day"), "1 %/day"),
        ("Change", ("864 kB/day", "864 kB/day"), "20 B/s"),
        ("Daily change (%)", ("1", "2"), "1.75"),
        ("Daily change (GB)", ("1", "2"), "3"),
        ("Daily change (GB)", ("1", ""), ""),
    ],
)
def test_changes_of_a_part_are_weighed_and_amounts_add_up(joined, header, cells, made):
    rows, faults, _ = joined(
        f"VM|Used (GB)|{header}", *(f"a|{1 + 2 * n}|{cell}" for n, cell in enumerate(cells))
    )
    assert not faults
    assert column(rows, header) == [made]


def test_what_is_stored_of_a_volume_adds_up_beside_it(joined):
    rows, _, told = joined("VM|Logical Used (GB)|Used (GB)", "a|10|9", "a|10|1")
    assert (column(rows, "Logical Used (GB)"), column(rows, "Used (GB)")) == (["20"], ["10"])
    assert "'Used (GB)' gives reduction" in told


def test_totals_and_folders_in_folders_are_not_added(joined):
    rows, faults, _ = joined("Server|Path|Used (GB)", "a|/d|9", "a|/d/x|4", "a|/e|1", "Total||14")
    assert column(rows, "Used (GB)") == ["10"]
    assert "lies in the folder of line 2" in faults[3][0]
    assert "line of totals" in faults[5][0]


def test_only_rows_that_are_asked_for_are_joined(joined):
    rows, _, _ = joined(
        "VM|Type|Used (GB)", "a|data|1", "a|os|2", "a|data|4", options=("--where", "Type=data")
    )
    assert (column(rows, "Used (GB)"), column(rows, "rows_joined")) == (["5"], ["2"])


def test_rows_of_a_server_are_found_wherever_they_stand(joined):
    rows, _, _ = joined(
        "VM|Used (GB)", *(f"s{number % 7}|1" for number in range(20_000)), options=("--samples", "5")
    )
    assert len(rows) == 7
    assert sum(float(cell) for cell in column(rows, "Used (GB)")) == 20_000


def test_numbers_are_written_as_the_table_has_them(joined, tmp_path, migplan):
    rows, _, _ = joined("VM|Used (GB)", "a|1.234,5", "a|0,5", options=("--decimal", ",", "--thousands", "."))
    assert column(rows, "Used (GB)") == ["1235"]
    table = pa.table(
        {
            "vm": ["a", "b", "a"],
            "Used (GB)": [1, 2, 4],
            "files": [1.0, None, 2.0],
            "day": [dt.date(2026, 1, 1)] * 2 + [dt.date(2026, 1, 2)],
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    done = migplan("in.parquet", "-o", "out.parquet", "--group-by", "vm", *LINE)
    assert done.returncode == 0, done.stderr
    made = pq.read_table(tmp_path / "out.parquet")
    assert made["Used (GB)"].to_pylist() == [5.0, 2.0]
    assert made["files"].to_pylist() == [3.0, None]
    assert made["day"].to_pylist() == [None, dt.date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("Serer", "--group-by 'Serer': names no column; found 'VM', 'Used (GB)', 'VM'"),
        ("VM", "names 2 columns"),
        ("Used (GB)", "is a column of numbers; wanted one of names"),
    ],
)
def test_a_column_that_cannot_join_is_refused(joined, by, message):
    _, _, told = joined("VM|Used (GB)|VM", "a|1|b", by=by)
    assert message in told
    assert told.count("\n") == 1


def test_a_run_that_was_stopped_goes_on_with_the_same_groups(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("VM,Used (GB)\na,1\na,2\n")
    assert migplan("in.csv", "-o", "out.csv", "--group-by", "VM", *LINE, "--resume").returncode == 0
    assert column(rows_of((tmp_path / "out.csv").read_bytes()), "Used (GB)") == ["3"]
