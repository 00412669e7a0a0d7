"""Several processes: the same bytes as one, and no traceback where one of them ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.estate.conftest import begun, generated, noted, wait_until

pytestmark = pytest.mark.slow
TODAY = ("--today", "2026-11-23")


def children(process):
    """Processes that a process has started, and those have."""
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        for child in path.read_text().split():
            found += [int(child), *children(child)]
    return found


def workers_of(process):
    """Those of its processes that plan: the server that forks them has forked two."""
    found = [child for child in children(process) if not children(child)]
    return found if len(found) > 2 else []


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_several_processes_write_what_one_writes(migplan, tmp_path, form):
    (tmp_path / "in.csv").write_text(generated(4000).replace("share-99,", "share-99,x"))
    options = ("--options", "families", "--errors", "bad.csv", *TODAY)
    written = []
    for workers in ("1", "3"):
        done = migplan("in.csv", "-o", f"out{workers}.{form}", "--workers", workers, *options)
        assert done.returncode == 1, done.stderr
        written.append((tmp_path / f"out{workers}.{form}").read_bytes() + (tmp_path / "bad.csv").read_bytes())
    assert written[0] == written[1]
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_worker_that_ends_is_one_line_and_the_run_can_go_on(migplan, tmp_path):
    options = ("in.csv", "-o", "out.csv", "--options", "all", *TODAY)
    with begun(tmp_path, 6000, stderr=subprocess.PIPE) as process:
        workers = wait_until(process, lambda: workers_of(process.pid))
        os.kill(workers[-1], signal.SIGKILL)
        told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 1
    assert told.strip().splitlines() == [
        "error: --workers: a worker process has ended; what was done is kept, --resume goes on from there"
    ]
    assert migplan(*options, "--resume").returncode == 0
    assert migplan("in.csv", "-o", "whole.csv", *options[3:]).returncode == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_workers_end_with_the_one_that_started_them(tmp_path):
    with begun(tmp_path, 6000, stderr=subprocess.DEVNULL) as process:
        workers = wait_until(process, lambda: workers_of(process.pid))
        process.kill()
    until = time.monotonic() + 30
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_an_interrupt_keeps_what_was_done(tmp_path):
    with begun(tmp_path, 6000, stderr=subprocess.PIPE, start_new_session=True) as process:
        wait_until(process, lambda: noted(tmp_path))
        os.killpg(process.pid, signal.SIGINT)
        told = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130
    assert "Traceback" not in told
    assert (tmp_path / ".out.csv.parts").exists()
    assert not (tmp_path / "out.csv").exists()


def test_a_batch_of_csv_needs_no_pandas(migplan, tmp_path):
    (tmp_path / "in.csv").write_text(generated(50).replace("share-7,", "share-7,x"))
    code = (
        "import sys; from migplan.cli import main\n"
        "try: main()\nexcept SystemExit as end: assert end.code == 1, end.code\n"
        "assert not {'pandas', 'dask', 'pyarrow.parquet', 'matplotlib'} & set(sys.modules), sorted(sys.modules)"
    )
    command = [sys.executable, "-c", code, "batch", "in.csv", "-o", "out.csv", *TODAY]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
