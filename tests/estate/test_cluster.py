"""The Dask engine against a real cluster of two worker processes on this machine."""

import datetime as dt
import json
import sys
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from distributed import KilledWorker
from tests.estate.conftest import generated, rows_of

from migplan.errors import MigplanError
from migplan.estate import run, workers
from migplan.estate.run import part_names
from migplan.estate.settings import Settings

pytestmark = pytest.mark.slow
TODAY = ("--today", "2026-11-23")


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as started:
        yield started.scheduler_address


def local(migplan, tmp_path, name, *options):
    assert migplan(
        f"{name}.csv", "-o", f"local.{name}.csv", "--errors", f"local.{name}.bad", *options
    ).returncode in (0, 1)
    return rows_of((tmp_path / f"local.{name}.csv").read_bytes()), rows_of(
        (tmp_path / f"local.{name}.bad").read_bytes()
    )


@pytest.mark.parametrize("options", [(), ("--options", "families"), ("--percentiles", "--samples", "5")])
def test_a_cluster_gives_the_rows_and_values_of_this_machine(migplan, tmp_path, cluster, options):
    rows = 240 if "--percentiles" in options else 3500
    (tmp_path / "a.csv").write_text(generated(rows, seed=2).replace("share-7,", "share-7,x"))
    (tmp_path / "b.csv").write_text("\ufeffvolume;note\n1 TB;x\n2 TB;=y\n", encoding="utf-16")
    done = migplan(
        "a.csv", "b.csv", "-o", "out", "--engine", "dask", "--scheduler", cluster, *options, *TODAY
    )
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    for name in ("a", "b"):
        good, bad = local(migplan, tmp_path, name, *options, *TODAY)
        parts = sorted((tmp_path / "out").glob(f"{name}.part-*.csv"))
        assert [row for part in parts for row in rows_of(part.read_bytes())] == good
        told = tmp_path / "out" / f"{name}.errors.csv"
        assert (rows_of(told.read_bytes()) if told.exists() else []) == bad
    assert len(list((tmp_path / "out").glob("a.part-*.csv"))) > 1 or not options


def test_parquet_goes_through_a_cluster_by_row_groups(migplan, tmp_path, cluster):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"Size (TB)": [float(n) for n in range(1, 41)], "link": ["1 Gbps"] * 40})
    pq.write_table(table, tmp_path / "in.parquet", row_group_size=10)
    done = migplan(
        "in.parquet", "-o", "out", "--engine", "dask", "--scheduler", cluster, "--format", "parquet", *TODAY
    )
    assert done.returncode == 0, done.stderr
    parts = sorted((tmp_path / "out").iterdir())
    assert [pq.read_table(part).num_rows for part in parts] == [10, 10, 10, 10]
    assert migplan("in.parquet", "-o", "local.parquet", *TODAY).returncode == 0
    together = pa.concat_tables(pq.read_table(part) for part in parts)
    assert together.equals(pq.read_table(tmp_path / "local.parquet"))


def test_inputs_of_one_name_have_parts_of_their_own(migplan, tmp_path, cluster):
    for site, rows in (("osaka", "1 TB\n2 TB\n"), ("paris", "3 TB\nx\n")):
        (tmp_path / site).mkdir()
        (tmp_path / site / "shares.csv").write_text(f"volume\n{rows}")
    inputs = ("osaka/shares.csv", "paris/shares.csv")
    done = migplan(*inputs, "-o", "out", "--engine", "dask", "--scheduler", cluster, *TODAY)
    assert done.returncode == 1
    parts = {path.name: rows_of(path.read_bytes()) for path in (tmp_path / "out").iterdir()}
    assert [row["volume"] for row in parts["shares.part-00000.csv"]] == ["1 TB", "2 TB"]
    assert [row["volume"] for row in parts["shares-2.part-00000.csv"]] == ["3 TB"]
    assert [row["line"] for row in parts["shares-2.errors.csv"]] == ["3"]


def test_names_of_parts_differ_whatever_the_inputs_are_called():
    names = part_names([Path(name) for name in ("a/x.csv", "b/X.csv", "c/x-2.csv", "d/x.parquet")])
    assert names == ["x", "X-2", "x-2-2", "x-3"]
    assert len({name.casefold() for name in names}) == 4


def test_a_folder_that_is_not_empty_is_left_alone(migplan, tmp_path, cluster):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    done = migplan("in.csv", "-o", "out", "--engine", "dask", "--scheduler", cluster, *TODAY)
    assert (done.returncode, b"is there already" in done.stderr) == (1, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "-o", "out"], "standard input"),
        (["in.csv", "-o", "out", "--strict"], "--strict"),
        (["in.csv", "-o", "-"], "-o FOLDER"),
        (["in.csv", "-o", "out", "--report", "nowhere/out.md"], "is no folder"),
        (["in.csv", "-o", "out", "--scheduler", "nonsense://x"], "--scheduler"),
        (["in.csv", "./in.csv", "-o", "out"], "given twice"),
        ([".", "-o", "out"], "is a folder; wanted files"),
    ],
)
def test_what_a_cluster_cannot_do_is_one_line(migplan, tmp_path, arguments, message):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    done = migplan(*arguments, "--engine", "dask", *TODAY)
    assert done.returncode in (1, 2)
    assert message in done.stderr.decode()
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


class Lossy(Executor):
    """A client of a cluster, and its executor, whose tasks all end in one way."""

    def __init__(self, error):
        self.error = error

    def nthreads(self):
        return {"worker": 2}

    def get_executor(self, **_):
        return self

    def submit(self, *_):
        future = Future()
        future.set_exception(self.error)
        return future


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KilledWorker("make-1", None, 3), "workers ended while they planned"),
        (CancelledError(), "workers ended while they planned"),
        (FileNotFoundError(2, "No such file or directory", "/here/in.csv"), "/here/in.csv: No such file"),
    ],
)
def test_what_a_cluster_loses_is_one_line_and_the_parts_are_kept(tmp_path, monkeypatch, error, message):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    monkeypatch.setattr(run, "cluster", lambda _, stack: workers.pool_of(Lossy(error), stack))
    job = run.Job(None, tmp_path / "out", settings=Settings(today=dt.date(2026, 11, 23)))
    with pytest.raises(MigplanError, match="what was done is kept, --resume goes on from there") as caught:
        run.run_cluster([tmp_path / "in.csv"], job, None)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (tmp_path / ".out.parts" / "journal").exists()


def test_nothing_that_runs_code_lies_in_the_folder_of_a_cluster_and_what_was_tampered_with_is_made_again(
    tmp_path, monkeypatch
):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n2 TB\n")
    job = run.Job(None, tmp_path / "out", settings=Settings(today=dt.date(2026, 11, 23)), resume=True)
    monkeypatch.setattr(run, "cluster", lambda *_: workers.Pool(workers.Here()))
    monkeypatch.setattr(run.FolderOutput, "finish", lambda _: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(MigplanError, match="No space"):
        run.run_cluster([tmp_path / "in.csv"], job, None)
    monkeypatch.undo()
    monkeypatch.setattr(run, "cluster", lambda *_: workers.Pool(workers.Here()))
    part = tmp_path / ".out.parts" / "in.part-00000.csv"
    whole = part.read_bytes()
    assert [
        json.loads(line)["end"] for line in (part.parent / "journal").read_text().splitlines()[1:] if line
    ]
    part.write_bytes(whole.replace(b"2 TB", b"9 TB"))
    (part.parent / "in.part-00000.csv.done").write_bytes(b"cos\nsystem\n(S'touch owned'\ntR.")
    done = run.run_cluster([tmp_path / "in.csv"], job, None)
    assert (done.resumed, done.summary.rows) == (0, 2)
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "out").iterdir()] == [(part.name, whole)]


def test_without_dask_its_extra_is_named(migplan, tmp_path, monkeypatch):
    (tmp_path / "in.csv").write_text("volume\n1 TB\n")
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = migplan("in.csv", "-o", "out", "--engine", "dask", *TODAY)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "error: --engine dask: needs Dask, which is not installed; wanted `pip install 'migplan[dask]'`\n"
    )
