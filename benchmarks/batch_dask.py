"""What a second worker of a Dask cluster brings on compute-heavy input: every option of every row, with percentiles.

Run with `python benchmarks/batch_dask.py [ROWS]` on two cores or more. Wanted: at least 1.5 times the speed
of one worker.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from batch import TODAY, write_input
from distributed import LocalCluster

ROWS = 1_200


def run(source, folder, workers):
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        command = [
            "batch",
            str(source),
            "-o",
            str(folder),
            "--today",
            TODAY,
            "--options",
            "all",
            "--percentiles",
        ]
        command += ["--engine", "dask", "--scheduler", cluster.scheduler_address]
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-m", "migplan", *command], check=True, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin


def main(rows):
    # A worker is one core: threads inside it would make one worker of two.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        write_input(source, rows)
        one, two = (run(source, Path(folder) / f"out{workers}", workers) for workers in (1, 2))
    print(f"{rows:,} rows, all options with percentiles: one worker {one:.1f} s, two workers {two:.1f} s")
    print(f"ratio {one / two:.2f} (wanted at least 1.5)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
