"""How fast a batch is, held against its own I/O, against a loop over rows and against pint for every cell.

Run with `python benchmarks/batch.py [ROWS [estate|spread]]`. `estate` are the shares of file servers, most of
which some way suits; `spread` has volumes, lines, file counts and wishes over four orders of magnitude, so that
most rows take a search. All figures of one run are of the same machine at the same time: what counts are the
ratios. Wanted, with 1,000,000 rows: at most 3 times (spread: 7 times) the time of pyarrow for reading the same
input and writing the same output, below 1.5 GB over all processes; and at least 500 times the rows per second of
the same calculation called row by row by `DataFrame.apply`, and of pint for every cell.
"""

import datetime as dt
import glob
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pint
import pyarrow as pa
import pyarrow.csv as pacsv

from migplan.engine.case import Case
from migplan.engine.judgement import Ranked
from migplan.facts import load

ROWS = 1_000_000
SLOW_ROWS = 60
PINT_ROWS = 2_000
RUNS = 3
TODAY = "2026-11-23"
STEP = 100_000


RANGES = {
    "estate": {
        "volume": (0.05, 50),
        "files": (1e4, 5e7),
        "link": (500, 10_000),
        "share": (30, 90),
        "rtt": (5, 120),
        "change": (0.05, 2),
        "deadline": (30, 365),
        "cutover_window": (8, 72),
        "source_rate": (100, 1000),
    },
    "spread": {
        "volume": (0.1, 1000),
        "files": (1e4, 1e8),
        "link": (2, 20_000),
        "share": (20, 95),
        "rtt": (1, 250),
        "change": (0.01, 5),
        "deadline": (0.2, 2000),
        "cutover_window": (0.1, 1000),
        "budget": (100, 1e6),
    },
}
UNITS = {
    "volume": " TB",
    "files": "",
    "link": " Mbps",
    "share": " %",
    "rtt": " ms",
    "change": " %/day",
    "deadline": " days",
    "cutover_window": " hours",
    "source_rate": " MB/s",
    "budget": " USD",
}
WIDE = {
    "estate": ("volume", "files", "link"),
    "spread": ("volume", "files", "link", "deadline", "cutover_window", "budget"),
}
"""Columns that are spread evenly over the orders of magnitude."""

WANTED = {"estate": 3, "spread": 7}
"""Times that pyarrow takes for the same input and output."""


def columns(count, random, kind):
    """Ten columns whose values all differ, with their units as people type them."""
    found = {"name": [f"share-{value}" for value in random.integers(0, 2**53, count)]}
    for name, (low, high) in RANGES[kind].items():
        wide = name in WIDE[kind]
        values = (
            random.uniform(np.log(low), np.log(high), count) if wide else random.uniform(low, high, count)
        )
        form = "%d" if name == "files" else "%.6g" if wide else "%.5f"
        found[name] = [form % value + UNITS[name] for value in (np.exp(values) if wide else values)]
    return found


def write_input(path, rows, kind="estate"):
    random = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as file:
        for begin in range(0, rows, STEP):
            table = pd.DataFrame(columns(min(STEP, rows - begin), random, kind))
            table.to_csv(file, index=False, header=begin == 0)


def seconds(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def command(source, output):
    return [sys.executable, "-m", "migplan", "batch", str(source), "-o", str(output), "--today", TODAY]


def batch(source, output):
    """Run a batch as people do; the seconds it takes."""
    begin = time.perf_counter()
    # With modules compiled once and kept, as installed ones are, whatever this shell says.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command(source, output), check=True, stderr=subprocess.DEVNULL, env=kept)
    return time.perf_counter() - begin


def peak_memory(source, output):
    """Most memory of all processes of a batch together, shared parts counted once. [GB]."""
    most = 0
    with subprocess.Popen(command(source, output), stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(map(memory, family(process.pid))))
            time.sleep(0.05)
    return most / 1e6


def family(process):
    """A process and those that it has started."""
    found = [process]
    for path in glob.glob(f"/proc/{process}/task/*/children"):
        try:
            children = Path(path).read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            found += family(int(child))
    return found


def memory(process):
    """Memory of a process in kB, what it shares with others in equal parts."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def arrow(source, result, output):
    """Read the input, and write what the batch has written; what it wrote is in memory already."""
    pacsv.read_csv(source)
    pacsv.write_csv(result, output)


def calculator():
    """The best option of one row, as a single plan finds it, without telling anything."""
    catalogue = load()

    def best(row):
        case = Case.read(row.to_dict(), catalogue, dt.date.fromisoformat(TODAY))
        return Ranked.of(case).best_first[0].option.id

    return best


def slow_ways(source):
    """Rows per second of the same calculation by `apply`, and of pint for every cell."""
    table = pd.read_csv(source, nrows=PINT_ROWS, dtype=str)
    best, few = calculator(), table.head(SLOW_ROWS)
    best(few.iloc[0])
    by_row = SLOW_ROWS / seconds(lambda: few.apply(best, axis=1))
    registry = pint.UnitRegistry()
    # pint has no currencies.
    cells = table.drop(columns=["name", "budget"], errors="ignore")

    def read():
        for row in cells.itertuples(index=False):
            for cell in row:
                registry.Quantity(cell).to_base_units()

    return by_row, PINT_ROWS / seconds(read)


def main(rows, kind):
    with tempfile.TemporaryDirectory() as folder:
        source, output, other = (Path(folder) / name for name in ("in.csv", "out.csv", "other.csv"))
        write_input(source, rows, kind)
        peak = peak_memory(source, output)
        result = pacsv.read_csv(output) if rows <= ROWS else None
        runs = []
        for _ in range(RUNS if rows <= ROWS else 1):
            # Neither has an old file to clear away.
            for path in (output, other):
                path.unlink(missing_ok=True)
            theirs = math.nan if result is None else seconds(lambda: arrow(source, result, other))
            ours = batch(source, output)
            runs.append((ours / theirs, ours, theirs))
        ratio, ours, theirs = sorted(runs)[len(runs) // 2]
        by_row, by_pint = slow_ways(source)
    print(
        f"{rows:,} rows of {kind}: {ours:.2f} s, {rows / ours:,.0f} rows/s, {peak:.2f} GB (wanted below 1.5)"
    )
    print(
        f"pyarrow reads and writes the same in {theirs:.2f} s: ratio {ratio:.2f} (wanted at most {WANTED[kind]})"
    )
    print(
        f"the same row by row with apply: {by_row:,.0f} rows/s, ratio {rows / ours / by_row:,.0f} (wanted 500)"
    )
    print(f"pint for every cell: {by_pint:,.0f} rows/s, ratio {rows / ours / by_pint:,.0f} (wanted 500)")
    print(
        f"{os.cpu_count()} cores, python {sys.version.split()[0]}, numpy {np.__version__}, pyarrow {pa.__version__}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, sys.argv[2] if len(sys.argv) > 2 else "estate")
