"""How fast a batch is, held against its own I/O, against a loop over rows and against pint for every cell.

Run with `python benchmarks/batch.py [ROWS]`. All figures of one run are of the same machine at the same time: what counts
are the ratios. Wanted, with 1,000,000 rows: at most 2 times the time of pyarrow for reading the same input and writing the
same output, below 1.5 GB; and at least 500 times the rows per second of a scalar calculator called by `DataFrame.apply`,
and of pint for every cell.
"""

import math
import resource
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

ROWS = 1_000_000
SLOW_ROWS = 2_000
RUNS = 3
TODAY = "2026-11-23"
STEP = 100_000


def columns(count, random):
    """Ten columns whose values all differ, with their units as people type them."""

    def spread(low, high):
        return np.exp(random.uniform(np.log(low), np.log(high), count))

    def typed(values, form, unit):
        return [form % value + unit for value in values]

    number = random.integers(0, 2**53, count)
    return {
        "name": [f"share-{value}" for value in number],
        "volume": typed(spread(0.1, 900), "%.6g", " TB"),
        "files": typed(spread(1e4, 5e8), "%d", ""),
        "link": typed(spread(50, 20_000), "%.6g", " Mbps"),
        "share": typed(random.uniform(20, 95, count), "%.4f", " %"),
        "rtt": typed(random.uniform(1, 250, count), "%.4f", " ms"),
        "change": typed(random.uniform(0.01, 5, count), "%.5f", " %/day"),
        "deadline": typed(random.uniform(5, 200, count), "%.4f", " days"),
        "cutover_window": typed(random.uniform(1, 72, count), "%.4f", " hours"),
        "source_rate": typed(random.uniform(50, 2000, count), "%.4f", " MB/s"),
    }


def write_input(path, rows):
    random = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as file:
        for begin in range(0, rows, STEP):
            table = pd.DataFrame(columns(min(STEP, rows - begin), random))
            table.to_csv(file, index=False, header=begin == 0)


def seconds(action):
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def batch(source, output):
    command = ["batch", str(source), "-o", str(output), "--today", TODAY]
    subprocess.run([sys.executable, "-m", "migplan", *command], check=True, stderr=subprocess.DEVNULL)


def arrow(source, result, output):
    """Read the input, and write what the batch has written; what it wrote is in memory already."""
    pacsv.read_csv(source)
    pacsv.write_csv(result, output)


def scalar_days(row):
    """What a row-by-row calculator does with one mover over one line: about a hundredth of what a batch does."""
    volume, files = float(row["volume"].split()[0]) * 1e12, float(row["files"])
    rate = float(row["link"].split()[0]) * 125e3 * float(row["share"].split()[0]) / 100 * 0.94
    change = float(row["change"].split()[0]) / 100 * volume / 86400
    window, scan = float(row["cutover_window"].split()[0]) * 3600, files / 5000
    total, length = 0.0, math.hypot(volume / rate, files * 0.015 / 16)
    for _ in range(40):
        total += length
        if length <= window:
            break
        length = scan + length * change / rate
    return total / 86400


def slow_ways(source):
    """Rows per second of a scalar calculator by `apply`, and of pint for every cell."""
    table = pd.read_csv(source, nrows=SLOW_ROWS, dtype=str)
    by_row = SLOW_ROWS / seconds(lambda: table.apply(scalar_days, axis=1))
    registry = pint.UnitRegistry()
    cells = table[["volume", "link", "rtt", "deadline", "cutover_window", "source_rate"]]

    def read():
        for row in cells.itertuples(index=False):
            for cell in row:
                registry.Quantity(cell).to_base_units()

    return by_row, SLOW_ROWS / seconds(read)


def main(rows):
    with tempfile.TemporaryDirectory() as folder:
        source, output, other = (Path(folder) / name for name in ("in.csv", "out.csv", "other.csv"))
        write_input(source, rows)
        batch(source, output)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        result = pacsv.read_csv(output) if rows <= ROWS else None
        runs = []
        for _ in range(RUNS):
            ours = seconds(lambda: batch(source, output))
            theirs = seconds(lambda: arrow(source, result, other)) if result is not None else math.nan
            runs.append((ours / theirs, ours, theirs))
        ratio, ours, theirs = sorted(runs)[len(runs) // 2]
        by_row, by_pint = slow_ways(source)
    print(f"{rows:,} rows: {ours:.2f} s, {rows / ours:,.0f} rows/s, at most {peak:.2f} GB (wanted below 1.5)")
    print(f"pyarrow reads and writes the same in {theirs:.2f} s: ratio {ratio:.2f} (wanted at most 2)")
    print(f"scalar calculator by apply: {by_row:,.0f} rows/s, ratio {rows / ours / by_row:,.0f} (wanted 500)")
    print(f"pint for every cell: {by_pint:,.0f} rows/s, ratio {rows / ours / by_pint:,.0f} (wanted 500)")
    print(f"python {sys.version.split()[0]}, numpy {np.__version__}, pyarrow {pa.__version__}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
