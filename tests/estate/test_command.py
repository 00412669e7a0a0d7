"""The command as people run it: most of it in this process, and in one of its own what ends or bounds a process."""

import csv
import datetime as dt
import decimal
import errno
import functools
import io
import itertools
import multiprocessing
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from tests.estate.conftest import as_csv, begun, generated, noted, rows_of, wait_until

from migplan.errors import MigplanError
from migplan.estate import outputs
from migplan.estate.run import Job, run_batch
from migplan.estate.settings import Settings
from migplan.files import locked

TODAY = ("--today", "2026-11-23")
RESULTS = (
    "option", "target", "usable", "meets", "duration_days", "cutover_hours", "bottleneck", "cost_one_off_usd",
    "cost_monthly_usd", "cost_running_usd", "cost_horizon_usd", "cost_complete", "reasons",
)  # fmt: skip
PERCENTILES = ("p50_days", "p80_days", "p95_days", "finish_p80")


def test_one_row_out_per_row_in_with_every_column_of_the_input(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("Owner,volume,link,note\nAda,1 TB,1 Gbps,x\nBob,20 TB,,\n")
    done = migplan("in.csv", "-o", "out.csv", *TODAY)
    assert done.returncode == 0, done.stderr
    rows = rows_of((tmp_path / "out.csv").read_bytes())
    assert [(row["Owner"], row["volume"], row["note"]) for row in rows] == [
        ("Ada", "1 TB", "x"),
        ("Bob", "20 TB", ""),
    ]
    assert tuple(rows[0])[4:] == RESULTS
    assert rows[0]["option"].count("/") == 2
    assert float(rows[0]["duration_days"]) > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]
    assert b"Rows: 2 planned, 0 bad" in done.stderr


def test_percentile_columns_come_with_percentiles_alone(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume,link\n1 TB,1 Gbps\n")
    assert migplan("in.csv", "-o", "out.csv", "--percentiles", "--samples", "50", *TODAY).returncode == 0
    (row,) = rows_of((tmp_path / "out.csv").read_bytes())
    assert set(row) == {"volume", "link", *RESULTS, *PERCENTILES}
    assert float(row["p50_days"]) <= float(row["p80_days"]) <= float(row["p95_days"])


def test_a_row_that_never_ends_misses_only_what_was_asked(migplan, tmp_path):
    # No device reaches an NFS share of Azure Files.
    head = "volume,files,link,change,cloud,protocol,target,new_circuits,deadline,cutover_window\n"
    # 0.7 TB a day over a line that carries 0.86: that ends by typical values, and not in 8 of 10 cases.
    row = "10 TB,1M,100 Mbps,7 %/day,azure,nfs,azure-files-nfs,no"
    (tmp_path / "in.csv").write_text(f"{head}{row},,\n{row},400 days,\n{row},,3 days\n")
    done = migplan("in.csv", "-o", "out.csv", "--percentiles", *TODAY)
    assert done.returncode == 0, done.stderr
    told = [row["reasons"] for row in rows_of((tmp_path / "out.csv").read_bytes())]
    assert told == ["never-ends", "never-ends; misses-deadline", "never-ends; misses-cutover-window"]
    assert b"0 meet what is asked, 1 misses a deadline, 2 never end, 0 without an option" in done.stderr


def test_the_day_of_a_deadline_is_a_whole_day(migplan, tmp_path):
    # It takes some hours of the day on which it is due.
    (tmp_path / "in.csv").write_text("volume,link,change,deadline\n1 TB,1 Gbps,0 %/day,2026-11-23\n")
    assert migplan("in.csv", "-o", "out.csv", "--set", "routes=internet", *TODAY).returncode == 0
    (row,) = rows_of((tmp_path / "out.csv").read_bytes())
    assert 0.2 < float(row["duration_days"]) < 1
    assert (row["meets"], row["reasons"]) == ("true", "")


def test_results_never_hide_a_column_of_the_input(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume,link,target,option\n1 TB,1 Gbps,fsx-ontap,mine\n")
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 0
    (row,) = rows_of((tmp_path / "out.csv").read_bytes())
    assert (row["target"], row["planned_target"], row["option"]) == ("fsx-ontap", "fsx-ontap", "mine")
    assert row["planned_option"].endswith("/fsx-ontap")


def test_costs_that_are_not_known_are_empty_and_never_0(migplan):
    done = migplan(
        "-",
        "-o",
        "-",
        "--set",
        "target=azure-files-hdd",
        "--set",
        "configuration=multi-zone-v2",
        *TODAY,
        input=b"volume,link,cloud,running_costs\n40 TB,1 Gbps,azure,none\n",
    )
    (row,) = rows_of(done.stdout)
    assert (row["cost_monthly_usd"], row["cost_horizon_usd"], row["cost_complete"]) == ("", "", "false")
    assert b"Cost over the horizon: not known (1 row has a price that is not known)" in done.stderr


def test_pipes(migplan):
    done = migplan("-", "-o", "-", *TODAY, input=b"volume;Bandwidth Mbps\n1 TB;100\n2 TB;x\n")
    assert done.returncode == 1
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode()), delimiter=";")
    assert row["volume"] == "1 TB"
    assert b"line 3: Bandwidth Mbps: 'x' is not a number" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "options"),
    [
        (b"\xef\xbb\xbfvolume,link\r\n1.5 TB,1 Gbps\r\n\r\n", ()),
        ("volume,link\r\n1.5 TB,1 Gbps\r\n".encode("utf-16"), ()),
        (b"volume;link\n1,5 TB;1 Gbps\n", ("--decimal", ",")),
        (b"volume\tlink\n1.5 TB\t1 Gbps\n", ()),
        (b"volume|link\n1.5 TB|1 Gbps\n", ("--delimiter", "|")),
        (b'Size (GB),"Band\nwidth"\n1500,1 Gbps\n', ("--map", "Band\nwidth=link")),
        ("Größe,link\n1.5 TB,1 Gbps\n".encode("cp1252"), ("--encoding", "cp1252", "--map", "Größe=volume")),
        (b"volume\n1.5 TB\n", ("--set", "link=1 Gbps")),
        (b"sep=;\r\nvolume;link\r\n1.5 TB;1 Gbps\r\n", ()),
        (b'\xef\xbb\xbf#TYPE System.Object\r\n"SizeTB","link"\r\n"1.5","1 Gbps"\r\n', ()),
        (b'Size (GB),link\n"1,500",1 Gbps\n', ("--thousands", ",")),
        (b"size;link\n1.500,00 G;1 Gbps\n", ("--thousands", ".", "--decimal", ",", "--unit", "G=GB")),
        (b"volume,link\n1.5 TB,n/a\n", ("--empty", "n/a", "--set", "link=1 Gbps")),
    ],
)
def test_files_as_they_come_have_the_same_answer(migplan, tmp_path, data, options):
    (tmp_path / "in.csv").write_bytes(data)
    done = migplan("in.csv", "-o", "out.csv", *options, *TODAY)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    delimiter = next(sign for sign in ";\t|," if sign in text.splitlines()[-1])
    (row,) = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    days = float(row["duration_days"].replace(",", "."))
    (tmp_path / "plain.csv").write_text("volume,link\n1.5 TB,1 Gbps\n")
    assert migplan("plain.csv", "-o", "plain.out.csv", *TODAY).returncode == 0
    (plain,) = rows_of((tmp_path / "plain.out.csv").read_bytes())
    assert (row["option"], days) == (plain["option"], float(plain["duration_days"]))


def test_every_bad_cell_is_told_and_good_rows_are_written(migplan, tmp_path):
    rows = [
        ["name", "Size (GB)", "link", "share", "extra"],
        ["a", "1", "1 Gbps", "80 %", "="],
        ["b", "x", "1 TB", "170 %", 'q"\n'],
        ["c", "", "1 Gbps", "", ""],
        ["d", "2", "10 Gbit/s", "", ""],
    ]
    (tmp_path / "in.csv").write_text(as_csv(rows) + "e,1\n")
    done = migplan("in.csv", "-o", "out.csv", "--errors", "bad.csv", *TODAY)
    assert done.returncode == 1
    assert [row["name"] for row in rows_of((tmp_path / "out.csv").read_bytes())] == ["a", "d"]
    bad = rows_of((tmp_path / "bad.csv").read_bytes())
    assert [(row["line"], row["column"], row["code"]) for row in bad] == [
        ("3", "Size (GB)", "bad-quantity"),
        ("3", "link", "bad-quantity"),
        ("3", "share", "bad-quantity"),
        ("5", "Size (GB)", "missing"),
        ("7", "row", "bad-file"),
    ]
    assert next(csv.reader([bad[0]["row"]], strict=False))[:2] == ["b", "x"]
    assert list(csv.reader(io.StringIO(bad[0]["row"]))) == [rows[2]]
    assert all(row["message"] for row in bad)


def test_without_a_file_for_them_bad_rows_lie_beside_the_output(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\nx\n")
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 1
    assert len(rows_of((tmp_path / "out.errors.csv").read_bytes())) == 1
    assert rows_of((tmp_path / "out.csv").read_bytes()) == []


@pytest.mark.parametrize("output", ["out.csv", "-", "out.parquet"])
def test_strict_writes_no_plan_where_a_row_is_bad(migplan, tmp_path, output):
    (tmp_path / "in.csv").write_text("volume\n1 TB\nx\n")
    done = migplan("in.csv", "-o", output, "--strict", *TODAY)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"1 bad row, nothing planned" in done.stderr
    assert not (tmp_path / output).exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    assert migplan("in.csv", "-o", output, "--strict", *TODAY).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.csv", "-o", "out.csv"], "cannot be read"),
        (["empty.csv", "-o", "out.csv"], "no header line"),
        (["in.csv", "-o", "nowhere/out.csv"], "could not be written"),
        (["in.csv", "-o", "out.csv", "--report", "nowhere/out.md"], "'nowhere' is no folder"),
        (["in.csv", "-o", "out.csv", "--errors", "nowhere/bad.csv"], "'nowhere' is no folder"),
        (["novolume.csv", "-o", "out.csv"], "none gives the volume"),
        (["in.csv", "-o", "out.csv", "--set", "volume"], "--set"),
        (["in.csv", "-o", "out.csv", "--set", "sizes=1"], "--set"),
        (["in.csv", "-o", "out.csv", "--set", "link=1 TB"], "--set link: "),
        (["in.csv", "-o", "out.csv", "--set", "volume=5"], "--set volume: '5' has no unit"),
        (["in.csv", "-o", "out.csv", "--set", "regio=eu-west-1"], "did you mean 'region' or 'from_region'?"),
        (["in.csv", "-o", "out.csv", "--set", "region=mars-1"], "--set region: 'mars-1' is not known"),
        (["in.csv", "-o", "out.csv", "--set", "target=nope"], "--set target: 'nope' is not known"),
        (["in.csv", "-o", "out.csv", "--set", "routes=carrier"], "--set routes"),
        (["in.csv", "-o", "out.csv", "--set", "agents=1.5"], "--set agents: '1.5' is not whole"),
        (["in.csv", "-o", "out.csv", "--set", "volume=x"], "--set volume: 'x' is not a number and a unit"),
        (["in.csv", "-o", "out.csv", "--map", "x=volume"], "names no column"),
        (["in.csv", "-o", "-", "--resume"], "--resume"),
        (["in.csv", "in.csv", "-o", "out.csv"], "--engine dask"),
        (["in.csv", "-o", "out.csv", "--profiles", "nowhere"], "nowhere"),
        (["in.csv", "-o", "out.csv", "--encoding", "klingon"], "not known"),
        (["in.csv", "-o", "out.csv", "--unit", "T=ton"], "--unit"),
        (["in.csv", "-o", "out.csv", "--encoding", "utf-16"], "such as utf-16-le"),
        (["in.csv", "-o", "out.csv", "--errors", "-"], "--errors: '-' is no file"),
        (["in.csv", "-o", "-", "--report", "-"], "--report: '-' is --output as well"),
        (["in.csv", "-o", "out.csv", "--decimal", ",", "--thousands", ","], "--thousands"),
        (["not.parquet", "-o", "out.csv"], "Parquet"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_no_file(migplan, tmp_path, arguments, message):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "novolume.csv").write_text("a,b\n1,2\n")
    (tmp_path / "not.parquet").write_bytes(b"PAR1 but no more")
    done = migplan(*arguments, *TODAY)
    assert done.returncode in (1, 2)
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert not (tmp_path / "out.csv").exists()


def test_a_target_of_another_cloud_is_set_where_the_rows_say_the_cloud(migplan):
    options = ("--set", "target=azure-files-premium", *TODAY)
    refused = migplan("-", "-o", "-", *options, input=b"volume,link\n1 TB,1 Gbps\n")
    assert (refused.returncode, refused.stdout) == (2, b"")
    done = migplan("-", "-o", "-", *options, input=b"volume,link,cloud\n1 TB,1 Gbps,azure\n1 TB,1 Gbps,\n")
    assert [row["target"] for row in rows_of(done.stdout)] == ["azure-files-premium"]
    assert b"line 3: target: 'azure-files-premium' is a target of azure" in done.stderr


@pytest.mark.slow
def test_a_reader_that_goes_away_is_one_line(process, tmp_path):
    (tmp_path / "in.csv").write_text(generated(3000))
    reading, writing = os.pipe()
    os.close(reading)
    done = process("in.csv", "-o", "-", *TODAY, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 1
    assert done.stderr.decode().strip().splitlines() == [
        "error: standard output: could not be written: Broken pipe"
    ]


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_the_run_can_go_on(migplan, tmp_path):
    (tmp_path / "in.csv").write_text(generated(2000))
    done = migplan("in.csv", "-o", "/dev/full", *TODAY)
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "error: /dev/full: could not be written: No space left on device"

    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "sys.argv = ['migplan', 'batch', 'in.csv', '-o', 'out.csv', '--today', '2026-11-23'];"
        "from migplan.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", limited], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert "File too large; what was done is kept" in done.stderr.decode()
    assert not (tmp_path / "out.csv").exists()
    assert migplan("in.csv", "-o", "out.csv", "--resume", *TODAY).returncode == 0
    assert migplan("in.csv", "-o", "whole.csv", *TODAY).returncode == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_killed_at_random_moments_and_resumed_the_bytes_are_the_same(migplan, tmp_path, form):
    text = generated(1500)
    (tmp_path / "in.csv").write_text(text.replace("share-77,", "share-77,x"))
    options = ("--errors", "bad.csv", "--options", "families", *TODAY)
    started = time.monotonic()
    assert migplan("in.csv", "-o", f"whole.{form}", *options).returncode == 1
    whole = time.monotonic() - started
    bad = (tmp_path / "bad.csv").read_bytes()
    (tmp_path / "bad.csv").unlink()
    command = [sys.executable, "-m", "migplan", "batch", "in.csv", "-o", f"out.{form}", *options, "--resume"]
    output, expected = tmp_path / f"out.{form}", (tmp_path / f"whole.{form}").read_bytes()
    dice, kills = random.Random(4), 0
    while kills < (10 if form == "csv" else 3):
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
            time.sleep(dice.uniform(0.2, 1.0) * whole)
            process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
        # A run may have got to its end, or be killed behind it: then the output is there, and whole.
        if output.exists():
            assert output.read_bytes() == expected
            output.unlink()
    assert migplan("in.csv", "-o", f"out.{form}", *options, "--resume").returncode == 1
    assert output.read_bytes() == expected
    assert (tmp_path / "bad.csv").read_bytes() == bad
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def ended_before(number, job):
    """Whether a batch in a process of its own was killed before it moved or removed its so many-th file."""

    def run():
        left = itertools.count(1 - number)
        for name in ("replace", "unlink"):
            counted = functools.partial(
                lambda do, *a, **k: os._exit(9) if next(left) == 0 else do(*a, **k), getattr(os, name)
            )
            setattr(os, name, counted)
        run_batch(job)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    assert process.exitcode in (0, 9)
    return process.exitcode == 9


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks")
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_killed_at_any_moment_of_its_end_and_resumed_the_bytes_are_the_same(tmp_path, form):
    source, output, bad = (tmp_path / name for name in ("in.csv", f"out.{form}", "bad.csv"))
    source.write_text(generated(20).replace("share-7,", "share-7,x"))
    job = Job(source, output, bad, Settings(today=dt.date(2026, 11, 23), form=form), resume=True)
    assert not ended_before(0, job)
    expected = [path.read_bytes() for path in (output, bad)]
    number = 1
    while ended_before(number, job):
        assert not output.exists() or output.read_bytes() == expected[0]
        assert not ended_before(0, job)
        assert [path.read_bytes() for path in (output, bad)] == expected
        assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
        output.unlink()
        bad.unlink()
        number += 1
    assert number > 3


@pytest.mark.slow
def test_a_run_is_not_taken_up_with_other_settings_or_another_input(migplan, tmp_path):
    with begun(tmp_path, 3000, stderr=subprocess.DEVNULL) as process:
        wait_until(process, lambda: noted(tmp_path))
        process.kill()
    done = migplan(
        "in.csv", "-o", "out.csv", "--options", "all", "--set", "region=eu-west-1", "--resume", *TODAY
    )
    assert (done.returncode, b"begun with another settings" in done.stderr) == (2, True)
    (tmp_path / "in.csv").write_text(generated(3001))
    done = migplan("in.csv", "-o", "out.csv", "--options", "all", "--resume", *TODAY)
    assert (done.returncode, b"begun with another input" in done.stderr) == (2, True)


def test_the_summary_says_how_columns_were_read_and_what_is_wrong_with_which(migplan, tmp_path):
    (tmp_path / "in.csv").write_text(
        'Size (GB),link,Bandwith Mbps\n"1,5",1 Gbps,9\n2,1 kg,9\n"3,5",x,9\n4,1 Gbps,9\n'
    )
    told = migplan("in.csv", "-o", "out.csv", *TODAY).stderr.decode().splitlines()
    assert told[0] == "Columns: 'Size (GB)' is volume in GB, 'link'; passed through: 'Bandwith Mbps'"
    assert told[1] == "note: cells of 'Size (GB)' are not read as they are; say --decimal ,"
    assert told[2].startswith("note: assumed for every row: protocol smb, share 80 %, change ")
    assert told[4] == "Rows: 1 planned, 3 bad; 4 GB in all"
    assert "Bad cells: unreadable amounts 4; in Size (GB) 2, link 2" in told
    assert told[-3].startswith(
        "line 2: Size (GB): '1,5' has a comma; wanted digits with a point, or --thousands"
    )
    assert told[-2].startswith("line 3: link: ")
    assert told[-1] == "Bad rows: out.errors.csv"


def test_a_summary_of_bad_rows_alone_has_no_sums(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\nx\n")
    done = migplan("in.csv", "-o", "out.csv", "--report", "out.md", *TODAY)
    assert b"Cost" not in done.stderr
    page = (tmp_path / "out.md").read_text()
    assert "Cost" not in page
    assert "## Bad cells by column\n\n| Column | Cells |\n| --- | ---: |\n| volume | 1 |\n" in page


def test_rows_that_never_end_are_in_the_latest_finish(migplan, tmp_path):
    (tmp_path / "in.csv").write_text(
        "name,volume,files,link,change,cloud,protocol,target,new_circuits\n"
        "a,1 TB,1M,1 Gbps,0 %/day,azure,,,\n"
        "b,10 TB,1M,100 Mbps,7 %/day,azure,nfs,azure-files-nfs,no\n"
    )
    done = migplan("in.csv", "-o", "out.csv", "--percentiles", "--report", "out.md", "--today", "2026-11-28")
    told = "Latest finish at P80: never for 1 row; of the others 2026-11-28"
    assert told in done.stderr.decode()
    assert told in (tmp_path / "out.md").read_text()


def test_an_end_beyond_the_calendar_is_in_the_latest_finish(migplan):
    rows = b"volume,link,change,new_circuits\n900 PB,1 Mbps,0 %/day,no\n"
    done = migplan("-", "-o", "-", *TODAY, input=rows)
    assert float(rows_of(done.stdout)[0]["duration_days"]) > 3e6
    assert b"Latest finish: beyond the calendar for 1 row\n" in done.stderr


def test_the_page_says_which_rows_are_bad_and_that_each_is_planned_by_itself(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\n1 TB\nx\n2 TB\n\ny\n")
    assert migplan("in.csv", "-o", "out.csv", "--report", "out.md", *TODAY).returncode == 1
    page = (tmp_path / "out.md").read_text()
    assert "- Not planned: 2 bad rows on lines 3, 6, told in out.errors.csv" in page
    assert "- Each row is planned by itself: rows that share a line take longer together" in page


def test_every_row_is_counted_once_by_how_well_it_does(migplan):
    rows = "1 TB,,,\n1 TB,1 day,,\n1 TB,,1 USD,\n1 TB,,,efs\n"
    data = f"volume,deadline,budget,target\n{rows}".encode()
    done = migplan("-", "-o", "-", "--set", "link=1 Gbps", "--set", "routes=vpn", *TODAY, input=data)
    counts = [
        int(part.split()[0]) for part in re.search(r"Of these: (.*)", done.stderr.decode())[1].split(", ")
    ]
    assert sum(counts) == 4
    assert "1 misses something else, 1 without an option" in done.stderr.decode()


@pytest.mark.slow
def test_who_interrupts_is_told_that_nothing_is_lost(tmp_path):
    with begun(tmp_path, 3000, stderr=subprocess.PIPE, process_group=0) as process:
        wait_until(process, lambda: noted(tmp_path))
        process.send_signal(signal.SIGINT)
        told = process.communicate()[1].decode().strip()
    assert process.returncode == 130
    assert told == "error: interrupted; what was done is kept, --resume goes on from there"


def test_spreadsheets_find_no_formula_and_pass_through_text_is_else_untouched(migplan, tmp_path):
    cells = ["=1+1", "+49 30", "-x", "@a", "\tx", "-5", "+3.5", "-1e3", "x=1", "'=", "é", " =1"]
    rows = [["volume", "note"], *[["1 TB", cell] for cell in cells]]
    (tmp_path / "in.csv").write_text(as_csv(rows))
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 0
    written = [row["note"] for row in rows_of((tmp_path / "out.csv").read_bytes())]
    assert written == [
        "'=1+1",
        "'+49 30",
        "'-x",
        "'@a",
        "'\tx",
        "-5",
        "+3.5",
        "-1e3",
        "x=1",
        "'=",
        "é",
        " =1",
    ]


def test_the_report_names_things_without_making_markup_of_them(migplan, tmp_path):
    (tmp_path / "a|b_<c>.csv").write_text("volume,link,[x](y),owner\n1 TB,1 Gbps,,me\nx,,,\n")
    done = migplan("a|b_<c>.csv", "-o", "out.csv", "--report", "out.md", "--map", "[x](y)=name", *TODAY)
    assert done.returncode == 1
    page = (tmp_path / "out.md").read_text()
    assert "# Batch plan of a\\|b\\_\\<c>.csv" in page
    assert "\\[x\\](y): name" in page
    assert "Of these: no deadline, cutover window or budget was asked for, 0 without an option" in page
    assert "- 1 column passed through" in page
    assert "| FSx for Windows | 1 |" in page
    assert "| bad-quantity | 1 |" in page


def test_parquet_in_and_out_keeps_types(migplan, tmp_path):
    table = pa.table(
        {
            "Size (TB)": [1.5, None, 40.0],
            "link": pa.array(["1 Gbps"] * 3).dictionary_encode(),
            "tags": [["a"], [], None],
            "made": pa.array([1, 2, 3], pa.timestamp("s")),
        }
    )
    pq.write_table(table, tmp_path / "in.parquet")
    done = migplan("in.parquet", "-o", "out.parquet", *TODAY)
    assert done.returncode == 1
    written = pq.read_table(tmp_path / "out.parquet")
    assert written["Size (TB)"].to_pylist() == [1.5, 40.0]
    assert written.schema.field("tags").type == table.schema.field("tags").type
    assert written["usable"].to_pylist() == [True, True]
    assert rows_of((tmp_path / "out.errors.csv").read_bytes())[0]["line"] == "2"
    done = migplan("in.parquet", "-o", "out.csv", *TODAY)
    assert (done.returncode, b"has no plain cells" in done.stderr) == (2, True)


def test_parquet_of_any_text_and_number_passes_through_and_no_text_is_a_formula(migplan, tmp_path):
    texts = ["=1+1", "a", None]
    columns = {
        "volume": pa.array(["1 TB", "x", "3 TB"], pa.large_string()),
        "large": pa.array(texts, pa.large_string()),
        "view": pa.array(texts).cast(pa.string_view()),
        "coded": pa.array(texts).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.large_string())),
        "numbers": pa.array([5, 6, 5]).dictionary_encode(),
        "decimal": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("2.25")], pa.decimal128(10, 2)),
        "half": pa.array([1.5, 2.5, 3.5], pa.float16()),
        "unsigned": pa.array([1, 2, 2**64 - 1], pa.uint64()),
        "moment": pa.array([1, 2, 3], pa.timestamp("us", "UTC")),
        "nothing": pa.nulls(3),
    }
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    for output in ("out.csv", "out.parquet", "out.xlsx"):
        assert migplan("in.parquet", "-o", output, *TODAY).returncode == 1
    first, second = rows_of((tmp_path / "out.csv").read_bytes())
    assert [first[name] for name in ("large", "view", "coded")] == ["'=1+1"] * 3
    assert [second[name] for name in ("large", "view", "coded")] == [""] * 3
    assert (first["decimal"], first["numbers"], second["unsigned"]) == ("1.50", "5", str(2**64 - 1))
    kept = pq.read_table(tmp_path / "out.parquet")
    assert (
        kept["large"].to_pylist() == kept["view"].to_pylist() == kept["coded"].to_pylist() == ["=1+1", None]
    )
    assert kept["decimal"].type == pa.decimal128(10, 2)
    assert kept["half"].to_pylist() == [1.5, 3.5]
    row = next(load_workbook(tmp_path / "out.xlsx").active.iter_rows(min_row=2, values_only=True))
    assert row[1:5] == ("'=1+1", "'=1+1", "'=1+1", 5)


def test_lines_before_the_header_count_as_lines(migplan):
    done = migplan("-", "-o", "-", *TODAY, input=b"sep=;\r\n\r\nvolume;link\r\nx;1 Gbps\r\n")
    assert b"line 4: volume: 'x' is not" in done.stderr


def test_columns_of_one_name_can_be_told_apart_in_parquet(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume,note,note,,\n1 TB,a,b,c,d\n")
    assert migplan("in.csv", "-o", "out.parquet", *TODAY).returncode == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names[1:5] == ["note", "note_2", "", "_2"]
    assert [table[name][0].as_py() for name in table.column_names[1:5]] == ["a", "b", "c", "d"]


def test_times_of_parquet_that_are_midnight_are_days(migplan, tmp_path):
    days = pa.array([dt.datetime(2026, 12, 1), dt.datetime(2026, 12, 1, 8)], pa.timestamp("us"))
    pq.write_table(pa.table({"volume": ["1 TB"] * 2, "start": days}), tmp_path / "in.parquet")
    done = migplan("in.parquet", "-o", "-", *TODAY)
    assert len(rows_of(done.stdout)) == 1
    assert b"line 2: start: '2026-12-01 08:00:00" in done.stderr


def test_parquet_in_a_pipe_is_told_as_such(migplan):
    done = migplan("-", "-o", "-", *TODAY, input=b"PAR1\x15\x04,,;")
    assert (done.returncode, b"is Parquet" in done.stderr) == (2, True)


def test_a_file_of_bad_rows_that_there_are_no_more_goes(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\nx\n")
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 1
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 0
    assert not (tmp_path / "out.errors.csv").exists()


def test_no_rows_make_an_output_without_rows(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume,x\n")
    for output in ("out.csv", "out.parquet"):
        done = migplan("in.csv", "-o", output, *TODAY)
        assert done.returncode == 1
        assert done.stderr.decode().endswith("error: in.csv: has a header and no rows; nothing was planned\n")
    assert (tmp_path / "out.csv").read_text().startswith('"volume","x","option"')
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "out.parquet").column_names[:3] == ["volume", "x", "option"]


@pytest.mark.slow
def test_a_workbook_has_the_values_of_the_csv_and_no_formula(migplan, tmp_path):
    cells = ["=1+1", "plain", "-5", "a\x0bb", "é"]
    rows = [["volume", "=note", "deadline"], *[["1 TB", cell, "10 days"] for cell in cells], ["x", "", ""]]
    (tmp_path / "in.csv").write_text(as_csv(rows))
    options = ("--percentiles", "--samples", "5", *TODAY)
    for output in ("out.xlsx", "again.xlsx", "out.csv"):
        assert migplan("in.csv", "-o", output, *options).returncode == 1
    assert (tmp_path / "out.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    sheet = load_workbook(tmp_path / "out.xlsx").active
    header, *written = sheet.iter_rows(values_only=True)
    expected = rows_of((tmp_path / "out.csv").read_bytes())
    assert list(header) == list(expected[0])
    assert [row[1] for row in written] == ["'=1+1", "plain", "-5", "a\ufffdb", "é"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for row, plain in zip(written, expected, strict=True):
        told = dict(zip(header, row, strict=True))
        assert (told["usable"], told["option"]) == (True, plain["option"])
        assert told["p80_days"] == pytest.approx(float(plain["p80_days"]), rel=1e-14)
        assert told["finish_p80"].date().isoformat() == plain["finish_p80"]


def test_what_a_workbook_cannot_hold_is_one_line(migplan, tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text(f"volume,note\n1 TB,{'x' * 40_000}\n")
    done = migplan("in.csv", "-o", "out.xlsx", *TODAY)
    assert (done.returncode, b"40,000 characters, and a cell of Excel holds 32,767" in done.stderr) == (
        1,
        True,
    )
    monkeypatch.setattr(outputs, "MOST_ROWS", 1)
    (tmp_path / "in.csv").write_text("volume\n1 TB\n2 TB\n")
    done = migplan("in.csv", "-o", "out.xlsx", *TODAY)
    assert (done.returncode, b"as many as a sheet of Excel holds" in done.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".xlsx"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in.errors.csv", "-o", "in.csv", "--force"], "in.errors.csv: is an input of this command"),
        (["in.csv", "-o", "in.csv"], "in.csv: is an input of this command"),
        (["in.csv", "-o", "link.csv"], "link.csv: is an input of this command"),
        (["in.csv", "-o", "out.csv", "--errors", "in.csv"], "in.csv: is an input of this command"),
        (["in.csv", "-o", "out.csv", "--report", "in.csv"], "in.csv: is an input of this command"),
        (["in.csv", "-o", "out.csv", "--errors", "out.csv"], "out.csv: would be written twice"),
        (["in.csv", "-o", "out.csv", "--profiles", "mine", "--report", "mine/a.md"], "lies in mine"),
        (["in.csv", "-o", "others.csv"], "others.csv: is there already, and migplan did not write it"),
        (["in.csv", "-o", "out.csv", "--errors", "others.csv"], "others.csv: is there already"),
        (["in.csv", "-o", "others.x.csv"], "others.x.errors.csv: is there already"),
        (["in.csv", "-o", "out.txt"], "out.txt: ends in '.txt'; wanted a name that ends in .csv"),
        (["in.csv", "-o", "out.csv", "--format", "parquet"], "wanted a name that ends in .parquet"),
        (["in.csv", "-o", "out.csv", "--report", "out.docx"], "out.docx: ends in '.docx'"),
    ],
)
def test_no_output_destroys_anything(migplan, tmp_path, arguments, message):
    for name in ("in.csv", "in.errors.csv", "others.csv", "others.x.errors.csv"):
        (tmp_path / name).write_text("volume\n1 TB\nx\n")
    (tmp_path / "link.csv").symlink_to("in.csv")
    (tmp_path / "mine").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = migplan(*arguments, *TODAY)
    assert done.returncode in (1, 2)
    assert message in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_force_replaces_what_is_not_ours_and_what_is_ours_needs_none(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    (tmp_path / "out.csv").write_text("mine\n")
    assert migplan("in.csv", "-o", "out.csv", "--force", *TODAY).returncode == 0
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 0
    assert len(rows_of((tmp_path / "out.csv").read_bytes())) == 1


def test_outputs_keep_their_mode_and_links_and_devices_stay(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\n1 TB\nx\n")
    (tmp_path / "far").mkdir()
    for name, place in (("out.csv", "far/there.csv"), ("null", "/dev/null")):
        (tmp_path / name).symlink_to(place)
    (tmp_path / "far" / "there.csv").touch(0o600)
    assert migplan("in.csv", "-o", "out.csv", "--errors", "null", *TODAY).returncode == 1
    assert os.readlink(tmp_path / "out.csv") == "far/there.csv"
    assert len(rows_of((tmp_path / "far" / "there.csv").read_bytes())) == 1
    assert (tmp_path / "far" / "there.csv").stat().st_mode & 0o777 == 0o600
    assert os.readlink(tmp_path / "null") == "/dev/null"
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    before = os.umask(0o027)
    try:
        assert migplan("in.csv", "-o", "new.csv", *TODAY).returncode == 1
    finally:
        os.umask(before)
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("new.csv", "new.errors.csv")} == {0o640}


def test_a_second_run_with_the_same_output_is_refused_while_the_first_one_writes(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    with locked(tmp_path / "out.csv"):
        done = migplan("in.csv", "-o", "out.csv", *TODAY)
        assert done.returncode == 1
        assert done.stderr.decode().strip().splitlines() == [
            "error: out.csv: is being written by another run; wanted another name, or to wait for that"
        ]
    assert migplan("in.csv", "-o", "out.csv", *TODAY).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil",
    [
        lambda journal: journal.write_text(journal.read_text().replace('"end": ', '"end": "x')),
        lambda journal: journal.write_text(journal.read_text().replace('"rows": ', '"rows": null, "x": ')),
        lambda journal: journal.write_text(journal.read_text().replace('"files": {', '"files": [{')),
        lambda journal: journal.write_text("[" * 100_000),
        lambda journal: journal.write_text("{}\n"),
        lambda journal: journal.write_bytes(b"\xff\n"),
        lambda journal: flip(journal.parent / "part-00000.csv"),
        lambda journal: flip(journal.parent / "part-00000.errors"),
        lambda journal: (journal.parent / "part-00000.csv").unlink(),
    ],
)
def test_what_was_spoilt_since_is_made_again(tmp_path, monkeypatch, spoil):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(generated(40).replace("share-7,", "share-7,x"))
    job = Job(source, output, None, Settings(today=dt.date(2026, 11, 23)), resume=True)
    run_batch(job)
    expected = output.read_bytes(), (tmp_path / "out.errors.csv").read_bytes()
    output.unlink()
    with monkeypatch.context() as broken:
        broken.setattr(outputs, "place", full)
        with pytest.raises(MigplanError, match="--resume goes on from there"):
            run_batch(job)
    spoil(tmp_path / ".out.csv.parts" / "journal")
    if "{}" in (tmp_path / ".out.csv.parts" / "journal").read_text(errors="replace")[:3]:
        with pytest.raises(MigplanError, match="wanted the same, or a run without --resume"):
            run_batch(job)
        return
    assert run_batch(job).resumed == 0
    assert (output.read_bytes(), (tmp_path / "out.errors.csv").read_bytes()) == expected


def test_what_is_whole_is_not_made_again_whatever_the_times_of_its_input(tmp_path, monkeypatch):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    # Long enough that its beginning and end are not all of it.
    source.write_text(generated(300))
    job = Job(source, output, None, Settings(today=dt.date(2026, 11, 23)), resume=True)
    with monkeypatch.context() as broken:
        broken.setattr(outputs, "place", full)
        with pytest.raises(MigplanError, match="No space"):
            run_batch(job)
    status = source.stat()
    os.utime(source, (1, 1))
    assert run_batch(job).resumed == 300
    with monkeypatch.context() as broken:
        broken.setattr(outputs, "place", full)
        with pytest.raises(MigplanError, match="No space"):
            run_batch(job)
    flip(source)
    os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.raises(MigplanError, match="begun with another input"):
        run_batch(job)


def test_a_run_does_not_go_on_by_other_facts(tmp_path, monkeypatch):
    source, output, mine = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "mine"
    source.write_text("volume,link\n5 TB,1 Gbps\n")
    own = Path(__file__).parents[2] / "profiles" / "movers" / "robocopy.toml"
    (mine / "movers").mkdir(parents=True)
    text = own.read_text(encoding="utf-8")
    (mine / "movers" / own.name).write_text(text, encoding="utf-8")
    settings = Settings(today=dt.date(2026, 11, 23), profiles=(str(mine),))
    job = Job(source, output, None, settings, resume=True)
    with monkeypatch.context() as broken:
        broken.setattr(outputs, "place", full)
        with pytest.raises(MigplanError, match="No space"):
            run_batch(job)
    changed = re.sub(
        r"(value = )([0-9.]+)", lambda found: f"{found[1]}{float(found[2]) * 1.1}", text, count=1
    )
    (mine / "movers" / own.name).write_text(changed, encoding="utf-8")
    with pytest.raises(MigplanError, match="begun with another catalogue"):
        run_batch(job)


def flip(path):
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_run_is_of_the_facts_that_it_was_begun_with(tmp_path):
    from migplan.estate.partition import facts_digest

    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "datasync-basic-data.toml").write_text(
        'name = "DataSync, our contract"\nunit = "USD/GB"\n[regions.any]\nvalue = 0.001\n'
        'source = "assumption: our contract"\nas_of = 2026-01-01\n',
        encoding="utf-8",
    )
    found = []
    for profiles in ((), (str(tmp_path),)):
        found.append(facts_digest(Settings(profiles=profiles)))
    assert found[0] != found[1]


@pytest.mark.parametrize("name", ["Total", "grand total:", "Summe", "合計"])
def test_a_line_of_totals_is_told_and_left_out_unless_it_is_a_share(migplan, tmp_path, name):
    (tmp_path / "in.csv").write_text(f"name,volume\na,1 TB\nb,2 TB\n{name},3 TB\n", encoding="utf-8")
    done = migplan("in.csv", "-o", "out.csv", *TODAY)
    assert done.returncode == 1
    assert b"Rows: 2 planned, 1 bad; 3 TB in all" in done.stderr
    assert b"line 4: row: " in done.stderr
    assert b"looks like a line of totals" in done.stderr
    assert migplan("in.csv", "-o", "out.csv", "--totals", *TODAY).returncode == 0


def test_rows_are_planned_where_a_cell_has_a_text_and_keep_their_lines(migplan, tmp_path):
    (tmp_path / "in.csv").write_text("name,volume,level\na,1 TB,0\nb,2 TB, 1\nc,x,1\nd,4 TB,1\n")
    done = migplan("in.csv", "-o", "out.csv", "--where", "level=1", "--workers", "1", *TODAY)
    assert [row["name"] for row in rows_of((tmp_path / "out.csv").read_bytes())] == ["b", "d"]
    assert b"line 4: volume: 'x'" in done.stderr
    done = migplan("in.csv", "-o", "out.csv", "--where", "level", *TODAY)
    assert (done.returncode, b"--where: 'level' has no =" in done.stderr) == (2, True)


def test_every_unknown_word_of_a_bad_row_is_told(migplan):
    data = b"volume,aws region,target,support plan\nx,mars-1,nope,gold\n1 TB,mars-1,,\n"
    done = migplan(
        "-", "-o", "-", "--map", "support plan=support", "--map", "target=target", *TODAY, input=data
    )
    told = done.stderr.decode()
    for cell in ("2: volume", "2: aws region", "2: target", "2: support plan", "3: aws region"):
        assert told.count(f"line {cell}: ") == 1, told
