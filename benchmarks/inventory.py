"""How fast our scanner is, held against `find` on the same tree, and against one thread where each call waits.

Run with `python benchmarks/inventory.py [FILES]`. All ways take turns, and what counts are the medians of the ratios of
one run: of time, and of processor time where others use the machine too. Wanted with 500,000 files: at most 1.3 times
the time of `find -printf '%s %T@\\n'`, and sixteen threads at least five times as fast as one where a call takes a
thousandth of a second.
"""

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from migplan.inventory import looking, walking
from migplan.inventory.scan import WORKERS_FAR, Settings, scan

FILES = 500_000
FOLDER = 20
"""Files of a folder."""
TIMES = 5
WAIT = 0.001
"""Of a call over a network. [s]."""


def make_tree(root, files):
    for number in range(files // FOLDER):
        place = root / f"top {number % 40}" / f"sub {number // 40 % 50}" / f"folder {number}"
        place.mkdir(parents=True)
        for index in range(FOLDER):
            handle = os.open(place / f"document {index}.txt", os.O_CREAT | os.O_WRONLY)
            os.truncate(handle, (number * 37 + index * 911) % 100_000)
            os.close(handle)


def busy():
    """Processor time of this process and of those that it started and that ended. [s]."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def took(work):
    begin, used = time.perf_counter(), busy()
    work()
    return time.perf_counter() - begin, busy() - used


def find(root):
    subprocess.run(["find", root, "-printf", "%s %T@\n"], stdout=subprocess.DEVNULL, check=True)


@contextmanager
def slow_calls():
    """Each listing of a folder and each look at an entry waits, as over a network."""

    class Entry:
        def __init__(self, entry):
            self.name, self._entry = entry.name, entry

        def is_dir(self, follow_symlinks):
            return self._entry.is_dir(follow_symlinks=follow_symlinks)

        def stat(self, follow_symlinks):
            time.sleep(WAIT)
            return self._entry.stat(follow_symlinks=follow_symlinks)

    opened, statx = walking.opened, looking.statx

    @contextmanager
    def slow(root, path):
        time.sleep(WAIT)
        with opened(root, path) as (entries, handle):
            yield (entries if statx else map(Entry, entries)), handle

    def slow_statx(*arguments):
        time.sleep(WAIT)
        return statx(*arguments)

    walking.opened, looking.statx = slow, statx and slow_statx
    try:
        yield
    finally:
        walking.opened, looking.statx = opened, statx


def against_find(files):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_tree(root, files)
        ways = {
            "find": lambda: find(root),
            "one process": lambda: scan(root, Settings(workers=1)),
            "as it is": lambda: scan(root, Settings(has_processes=True)),
        }
        rows = {name: [] for name in ways}
        for _ in range(TIMES):
            for name, work in ways.items():
                rows[name].append(took(work))
    print(f"{files:,} files on {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'':12} {'time':>8} {'x find':>7} {'of CPU':>7} {'files/s':>9}")
    for name, found in rows.items():
        seconds = statistics.median(each[0] for each in found)
        wall, used = (
            statistics.median(one[at] / other[at] for one, other in zip(found, rows["find"], strict=True))
            for at in (0, 1)
        )
        print(f"{name:12} {seconds:6.2f} s {wall:7.2f} {used:7.2f} {files / seconds:9,.0f}")


def where_calls_wait():
    with tempfile.TemporaryDirectory() as folder, slow_calls():
        root = Path(folder)
        make_tree(root, 2_000)
        one, many = (took(lambda n=n: scan(root, Settings(workers=n)))[0] for n in (1, WORKERS_FAR))
    print(
        f"calls of 1 ms: one thread {one:.2f} s, {WORKERS_FAR} threads {many:.2f} s: {one / many:.1f} times as fast"
    )


def main(files):
    # As on the command line.
    gc.set_threshold(50_000)
    against_find(files)
    where_calls_wait()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
