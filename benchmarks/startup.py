"""How long commands take from a cold process, as ratios to what their libraries alone take in the same run.

Run with `make bench`, or by the Python of an environment that has migplan without its extras: where pint finds Dask, it
imports it, and the ratio looks better than what most people have. The pairs alternate, so that a noisy machine disturbs
both alike; medians are told, of seconds by the clock and of seconds of a processor.
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


def busy():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(command):
    """By the clock, and of a processor."""
    begin, before = time.perf_counter(), busy()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin, busy() - before


def main():
    with tempfile.TemporaryDirectory() as cache:
        os.environ["MIGPLAN_CACHE_DIR"] = cache
        # Modules are compiled once and kept, as installed ones are, whatever this shell says.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        subprocess.run(PLAN, check=True, stdout=subprocess.DEVNULL)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        for name, ours, theirs, wanted in PAIRS:
            pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS)]
            for place, kind in enumerate(("by the clock", "of a processor")):
                one, other = ([pair[side][place] for pair in pairs] for side in (0, 1))
                ratio = statistics.median(a / b for a, b in zip(one, other, strict=True))
                print(f"{name}, {kind}: {statistics.median(one):.3f} s, libraries alone "
                      f"{statistics.median(other):.3f} s, ratio {ratio:.2f} (wanted at most {wanted})")  # fmt: skip
        print(f"plan: peak memory {peak / 1e6:.0f} MB (wanted below {MOST_MEMORY / 1e6:.0f})")


if __name__ == "__main__":
    main()
