"""Rows that lie in folders of other rows are told and not counted again; what only looks so is planned."""

import datetime as dt
import re

import pandas as pd
import pytest
from tests.estate.conftest import as_csv, rows_of

from migplan import batch as plan_frame

DAY = dt.date(2026, 11, 23)
LINE = ("--set", "link=1 Gbps", "--today", str(DAY))


@pytest.fixture
def planned(migplan, tmp_path):
    """Plan a table; the lines that are planned, those that lie in others, and what was told."""

    def run(header, *rows, options=(), **given):
        header, *rows = [row.split("|") for row in (header, *rows)]
        (tmp_path / "in.csv").write_text(as_csv([header, *rows]))
        done = migplan("in.csv", "-o", "out.csv", "--workers", "1", *options, *LINE, **given)
        errors = tmp_path / "out.errors.csv"
        inner = {}
        for row in rows_of(errors.read_bytes()) if errors.exists() else ():
            assert "lies in the folder of line" in row["message"], row
            inner[int(row["line"])] = int(
                re.search(r"of line ([0-9,]+),", row["message"])[1].replace(",", "")
            )
        return len(rows_of((tmp_path / "out.csv").read_bytes())), inner, done.stderr.decode()

    return run


def test_folders_in_folders_count_once_whatever_their_order_and_spelling(planned):
    tree = ["5|D:\\Root\\a\\|1", "9|D:\\Root\\|0", "2|d:\\root\\a\\deep|2", "3|d:/ROOT/b\\|1", "7|E:\\x|0"]
    count, inner, told = planned("Size (GB)|Path|Level", *tree)
    assert (count, inner) == (2, {2: 3, 4: 3, 5: 3})
    assert "Rows: 2 planned, 3 bad; 16 GB in all" in told
    assert "3 rows lie in others by 'Path'" in told
    assert "for one level say --where 'Level=1'; for all rows say --nested" in told


def test_one_level_of_a_tree_and_all_of_it_are_planned_where_that_is_said(planned):
    tree = ["9|D:\\Root\\|0", "5|D:\\Root\\a\\|1", "4|D:\\Root\\b|1"]
    assert planned("Size (GB)|Path|Level", *tree, options=("--where", "Level=1"))[:2] == (2, {})
    assert planned("Size (GB)|Path|Level", *tree, options=("--nested",))[:2] == (3, {})


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        # A folder that has less than what lies in it holds none of that.
        ("Size (GB)|Path", ["1|/", "5|/home", "4|/data"]),
        ("Size (GB)|Path", ["6|/data", "4|/data/a", "4|/data/b"]),
        # What is mounted lies there by name alone, as do the volumes of a junction path.
        ("Used (GB)|Mounted on", ["19|/", "1|/boot", "4|/var"]),
        ("Used (GB)|junction-path", ["19|/", "1|/vol1"]),
        # Another server, another folder.
        ("Size (GB)|Server|Path", ["9|a|/data", "4|b|/data/x"]),
        ("Size (GB)|Path", ["9|/data", "4|/database"]),
        ("Size (GB)|URL", ["9|https://wiki/a", "4|https://wiki/a/b"]),
    ],
)
def test_what_only_looks_so_is_planned(planned, header, rows):
    count, inner, told = planned(header, *rows)
    assert (count, inner) == (len(rows), {})
    assert "lie" not in told


def test_rows_of_one_path_are_told_and_planned(planned):
    count, inner, told = planned("Size (GB)|name|Path", "9|home|D:\\home", "9|home$|D:\\home", "4|x|D:\\x")
    assert (count, inner) == (3, {})
    assert "1 path of 'Path' stands in more rows than one" in told
    assert "on lines 2 and 3" in told


def test_sums_of_printed_sizes_may_be_a_little_more_than_their_whole(planned):
    assert planned("Size|Path", "1.5 TB|/d", "1.0 TB|/d/a", "0.5 TB|/d/b", "1 GB|/d/c")[1] == {
        3: 2,
        4: 2,
        5: 2,
    }


def test_rows_far_behind_are_found_in_files_and_told_of_pipes(planned, migplan):
    rows = [f"1|/data/x{number}" for number in range(9000)]
    count, inner, _ = planned("Size (GB)|Path", *rows, "20000|/data")
    assert count == 1
    assert set(inner.values()) == {9002}
    text = "Size (GB),Path\n9,/d\n1,/d/a\n"
    done = migplan("-", "-o", "piped.csv", *LINE, input=text.encode())
    assert "what lies within is counted again; wanted a file, not a pipe" in done.stderr.decode()
    assert "Rows: 2 planned, 0 bad" in done.stderr.decode()


def test_a_frame_has_no_plan_for_rows_that_lie_in_others():
    frame = pd.DataFrame({"Size (GB)": [9, 4, 1.0], "Path": ["/d", "/d/a", "/e"]}, index=["x", "y", "z"])
    made = plan_frame(frame, today=DAY, link="1 Gbps")
    assert made["option"].isna().tolist() == [False, True, False]
    assert "lies in the folder of line 0" in made.loc["y", "errors"]
    assert plan_frame(frame, today=DAY, link="1 Gbps", nested=True)["option"].notna().all()


def test_a_row_without_a_name_that_has_all_rows_above_it_is_their_sum(migplan, tmp_path):
    text = "Share,Used (GB),Files\na,10.04,5\nb,20.03,\nc,x,\n,30.1,5\n"
    (tmp_path / "in.csv").write_text(text)
    done = migplan("in.csv", "-o", "out.csv", "--map", "Share=name", *LINE)
    told = done.stderr.decode()
    assert "note: line 5 has no name and the volume of all 3 rows above it, and is left out" in told
    assert "Rows: 2 planned, 2 bad; 30.07 GB in all" in told
    done = migplan("in.csv", "-o", "out.csv", "--map", "Share=name", "--totals", *LINE)
    assert "Rows: 3 planned, 1 bad" in done.stderr.decode()


@pytest.mark.parametrize(
    "rows", [("a|5", "|5"), ("a|5", "b|5", "|11"), ("|5", "|5", "|10.2"), ("a|5", "b|5", "c|10")]
)
def test_a_row_without_a_name_that_has_another_volume_is_planned(planned, rows):
    count, inner, told = planned("name|Used (GB)", *rows)
    assert (count, inner) == (len(rows), {})
    assert "rows above it" not in told


@pytest.mark.parametrize("header", ["Source Rate", "Backup Speed"])
def test_rates_are_no_paths(planned, header):
    count, inner, told = planned(f"Size (GB)|{header}", *(f"{n}|{100 + n // 2} MB/s" for n in range(1, 7)))
    assert (count, inner) == (6, {})
    assert f"paths of {header!r}" not in told
