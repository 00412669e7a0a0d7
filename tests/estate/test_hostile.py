"""Cells that nobody should have to read."""

import contextlib
import csv
import io
import random
import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.estate.conftest import as_csv, rows_of

from migplan.errors import MigplanError, UnitError
from migplan.estate import blanks
from migplan.estate.arrays import strings
from migplan.estate.inspection import lay_out
from migplan.estate.run import Job, run_batch
from migplan.estate.settings import Settings

pytestmark = pytest.mark.slow
PIECES = (
    '"', '""', "'", ",", ";", "\n", "\r", "\r\n", "\0", "\x1a", "=", "=cmd|' /C calc'!A0", "+", "-", "@", "\u202e",
    "\u200f", "\u2066", "\ufeff", "😀", "é", "１ TB", "٣ TB", "9**9**9 B", "1e400 TB", "1e-400 TB", "1_0 TB", "1_ TB",
    "-1 TB", "nan", "inf TB", "1 TB", "10 Gbps", "%", "%s%n", "{}", "${x}", "`x`", "<b>", "|", "\\", "0x10 TB",
    "1,5 TB",
    "1.5.5 TB", "TB", " ", "\t", "\u00a0", "NULL", "2026-99-99", "2027-01-01", "30 days", "smb", "robocopy", "a" * 300,
    "1" * 400 + " TB", "\u0000", "\ud7ff", "null", "None", "#REF!", "()", "[]",
)  # fmt: skip
HEADERS = (
    "volume", "Size (GB)", "Used", "Path", "Region", "Source", "Share", "Hours", "Change %", "Protocoll", "# Files",
    "Dead line", "Level", "Link Mbps", "In Use MiB", "Used", "target", "name",
)  # fmt: skip
COLUMNS = (
    "volume",
    "files",
    "link",
    "share",
    "rtt",
    "change",
    "deadline",
    "protocol",
    "keep",
    "hours",
    "note",
    "name",
)


def hostile(dice):
    return "".join(dice.choice(PIECES) for _ in range(dice.choice((0, 1, 1, 1, 2, 3))))


def plan(path, **options):
    job = Job(path, path.with_suffix(".out.csv"), settings=Settings(**options))
    done = run_batch(job)
    good = rows_of(job.output.read_bytes())
    bad = rows_of(done.errors.read_bytes()) if done.errors else []
    return done, good, bad


def test_two_hundred_thousand_hostile_cells_are_planned_or_told(tmp_path):
    dice = random.Random(11)
    rows = [["1 TB" if dice.random() < 0.7 else hostile(dice)] for _ in range(17_000)]
    for row in rows:
        often = dice.choice((0.0, 0.1, 1.0))
        row += [hostile(dice) if dice.random() < often else "" for _ in COLUMNS[1:-2]] + [
            hostile(dice),
            hostile(dice),
        ]
    path = tmp_path / "in.csv"
    path.write_text(as_csv([COLUMNS, *rows], quoting=csv.QUOTE_ALL), encoding="utf-8", newline="")
    done, good, bad = plan(path)
    assert done.summary.rows == len(good)
    assert done.summary.rows + done.summary.bad_rows == len(rows)
    assert len({row["line"] for row in bad}) == done.summary.bad_rows
    assert done.summary.rows > 4000
    assert done.summary.bad_rows > 4000


def test_bytes_without_any_order_are_planned_or_told(tmp_path):
    dice = random.Random(12)
    pieces = [piece.encode("utf-8", "surrogatepass") for piece in PIECES] + [
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x80",
    ]
    body = b"".join(dice.choice(pieces) + dice.choice((b"", b",", b"\n")) for _ in range(40_000))
    path = tmp_path / "in.csv"
    path.write_bytes(b"volume,link\n" + body.replace(b'"', b"") + b"\n1 TB,1 Gbps\n")
    done, good, bad = plan(path)
    assert good[-1]["volume"] == "1 TB"
    assert done.summary.bad_rows == len({row["line"] for row in bad}) > 1000


def test_a_cell_of_ten_megabytes_is_a_cell(tmp_path):
    path = tmp_path / "in.csv"
    huge = "x" * 10_000_000
    path.write_text(f"volume,note\n1 TB,{huge}\n{huge},y\n2 TB,z\n", encoding="utf-8")
    done, good, bad = plan(path)
    assert [row["volume"] for row in good] == ["1 TB", "2 TB"]
    assert good[0]["note"] == huge
    assert len(bad[0]["message"]) < 300
    assert bad[0]["row"] == f"{huge},y"
    assert done.summary.bad_rows == 1


def test_a_million_columns_of_nothing_are_only_columns(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("volume" + "," * 2000 + "\n1 TB" + "," * 2000 + "\n", encoding="utf-8")
    done, _, _ = plan(path)
    assert done.summary.rows == 1


def test_ten_thousand_columns_take_ten_times_as_long_as_a_thousand(tmp_path):
    def seconds(columns):
        path = tmp_path / f"{columns}.csv"
        header = ",".join(f"metric {number}" for number in range(columns))
        path.write_text(f"{header},volume\n{',' * columns}1 TB\n", encoding="utf-8")
        began = time.process_time()
        done, _, _ = plan(path)
        assert done.summary.rows == 1
        return time.process_time() - began

    seconds(10)
    assert seconds(10_000) < 12.0 * max(seconds(1000), 0.5)


def test_headers_can_be_hostile_too(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        as_csv([["volume", *PIECES[:20]], ["1 TB", *["x"] * 20]], quoting=csv.QUOTE_ALL),
        encoding="utf-8",
        newline="",
    )
    done, _, _ = plan(path)
    assert done.summary.rows == 1
    header = next(io.StringIO((tmp_path / "in.out.csv").read_text(encoding="utf-8"), newline=""))
    assert '"=cmd' not in header


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("ab 0123456789.,%()#/\\-\t\n:=TGM漢"), max_size=200), st.booleans())
def test_any_text_is_a_table_of_blanks_or_refused(text, has_columns):
    with contextlib.suppress(UnitError):
        headers, rows, _ = blanks.to_csv(f"a b\n{text}", ("x", "y") if has_columns else ())
        assert all(len(row) <= len(headers) for row in csv.reader(io.StringIO(rows)))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from([*HEADERS, *PIECES]), min_size=1, max_size=6), st.lists(st.sampled_from(PIECES))
)
def test_any_table_is_laid_out_or_refused(headers, cells):
    rows = [cells[place : place + len(headers)] for place in range(0, len(cells), len(headers))]
    rows = [[*row, *[""] * (len(headers) - len(row))] for row in rows]
    columns = [strings([row[place] for row in rows]) for place in range(len(headers))]
    with contextlib.suppress(MigplanError):
        layout = lay_out(headers, (), Settings(given={}), sample=pa.Table.from_arrays(columns, names=headers))
        assert len({column.name for column in layout.columns}) == len(layout.columns)
