"""How long commands take from a cold process, as ratios to what their libraries alone take in the same run.

Run with `make bench`. The pairs alternate, so that a noisy machine disturbs both alike; medians are told.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MIGPLAN = str(Path(sys.executable).with_name("migplan"))
RUNS = 15
PLAN = (
    MIGPLAN,
    "plan",
    str(ROOT / "reports/file-server-150tb.toml"),
    "--today",
    "2026-11-23",
    "--format",
    "json",
)
PAIRS = (
    ("--help", (MIGPLAN, "--help"), (sys.executable, "-c", "import click"), 1.3),
    ("plan as JSON", PLAN, (sys.executable, "-c", "import click, numpy, pint"), 1.3),
)
MOST_MEMORY = 120e6


def seconds(command):
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main():
    with tempfile.TemporaryDirectory() as cache:
        os.environ["MIGPLAN_CACHE_DIR"] = cache
        subprocess.run(PLAN, check=True, stdout=subprocess.DEVNULL)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        for name, ours, theirs, wanted in PAIRS:
            pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS)]
            ratio = statistics.median(a / b for a, b in pairs)
            ours_median, theirs_median = (statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"{name}: {ours_median:.3f} s, libraries alone {theirs_median:.3f} s, "
                  f"ratio {ratio:.2f} (wanted at most {wanted})")  # fmt: skip
        print(f"plan: peak memory {peak / 1e6:.0f} MB (wanted below {MOST_MEMORY / 1e6:.0f})")


if __name__ == "__main__":
    main()
