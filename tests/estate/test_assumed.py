"""What rows rest on that nobody said is told with the number of rows."""

import datetime as dt

import pandas as pd
import pytest
from tests.estate.conftest import as_csv

from migplan import batch as plan_frame

DAY = ("--today", "2026-11-23")


@pytest.fixture
def told(migplan, tmp_path):
    """What a batch tells of assumptions, on the terminal; the page must have the same."""

    def run(header, *rows, options=()):
        (tmp_path / "in.csv").write_text(as_csv([row.split("|") for row in (header, *rows)]))
        done = migplan("in.csv", "-o", "out.csv", "--report", "page.md", "--workers", "1", *options, *DAY)
        lines = [line.removeprefix("note: ") for line in done.stderr.decode().splitlines()]
        lines = [line for line in lines if "assumed for" in line or "of less weight" in line]
        page = (tmp_path / "page.md").read_text().replace("\\", "").replace("&#8203;", "")
        assert all(line.split(":")[0] in page for line in lines)
        return lines

    return run


def test_an_assumption_is_told_with_its_rows_and_what_it_is(told):
    rows = [f"s{number}|100|{'' if number < 41 else 1000}|1 Gbps" for number in range(50)]
    every, partly, less = told("name|Used (GB)|Files|Link", *rows)
    assert every == (
        "assumed for every row: protocol smb, share 80 %, change 0.3 %/day; "
        "a column or --set FIELD=VALUE says otherwise"
    )
    assert partly == "file_size assumed for 41 of 50 rows: 1 MB"
    assert less.startswith("of less weight, for every row: cold 80 %, reduction 0 %, growth")
    assert "horizon 12 months" in less
    assert "region us-east-1" in less


def test_bad_rows_rest_on_nothing(told):
    lines = told("Used (GB)|Files", "1|", "x|", "1|5", "2|")
    assert "file_size assumed for 2 of 3 rows: 1 MB" in lines


def test_what_is_said_for_all_rows_is_not_assumed(told):
    given = ("protocol=nfs", "share=50%", "change=1%/day", "files=9", "link=1 Gbps", "horizon=3 years")
    (less,) = told("Used (GB)", "1", options=[word for text in given for word in ("--set", text)])
    assert less.startswith("of less weight")
    assert "horizon" not in less


def test_what_the_use_of_shares_says_is_told_by_use_and_the_region_by_cloud(told):
    lines = told("Used (GB)|use|cloud", "1|home-directories|aws", "1||azure", "1||")
    (less,) = [line for line in lines if line.startswith("of less weight")]
    assert "cold 80 % or 85 %" in less or "cold 85 % or 80 %" in less
    assert "region us-east-1 or eastus" in less or "region eastus or us-east-1" in less


def test_a_share_is_assumed_of_lines_alone_and_no_line_is_told(told):
    lines = told("Used (GB)|Link|hours", "1|1 Gbps|", "1||", "1|1 Gbps|Mon-Sun 00:00-24:00: 50 %")
    assert "share assumed for 1 of 3 rows: 80 %" in lines
    assert "link assumed for 1 of 3 rows: no line (new circuits and devices alone)" in lines
    assert "no line (new circuits and devices alone);" in told("Used (GB)", "1")[0]


def test_counts_add_up_over_pieces_and_a_frame_tells_them_too(told):
    # Some 200 kB: more than a piece has where all options come out.
    rows = [f"{number:0100}|{number}|{'' if number % 3 else 7}" for number in range(1, 2000)]
    flags = ("--options", "all", "--set", "target=s3", "--set", "link=1 Gbps")
    assert any(
        "file_size assumed for 1,333 of 1,999 rows" in line
        for line in told("name|Used (GB)|Files", *rows, options=flags)
    )
    frame = pd.DataFrame({"Used (GB)": [1, 2], "files": [5, None]})
    made = plan_frame(frame, today=dt.date(2026, 11, 23))
    assert "file_size assumed for 1 of 2 rows: 1 MB" in made.attrs["notes"]
