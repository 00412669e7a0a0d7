"""How fast our scanner is, held against `find` on the same tree, and against one thread where each call waits.

Run with `python benchmarks/inventory.py [FILES]`. All ways take turns, and the best of each counts: what counts are the
ratios of one run. Wanted with 500,000 files: at most 1.3 times the time of `find -printf '%s %T@\\n'`, and sixteen
threads at least five times as fast as one where a call takes a thousandth of a second. A call of `os.stat` and what it
makes take 1.4 times the processor time of `find` by themselves.
"""

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from migplan.inventory import walking
from migplan.inventory.scan import WORKERS_FAR, Settings, scan

FILES = 500_000
FOLDER = 20
"""Files of a folder."""
TIMES = 4
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


def took(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


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

    whole = walking.opened

    @contextmanager
    def opened(root, path):
        time.sleep(WAIT)
        with whole(root, path) as entries:
            yield map(Entry, entries)

    walking.opened = opened
    try:
        yield
    finally:
        walking.opened = whole


def main(files):
    # As on the command line.
    gc.set_threshold(50_000)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_tree(root, files)
        ways = {
            "find": lambda: find(root),
            "one thread": lambda: scan(root, Settings(workers=1)),
            "processes": lambda: scan(root, Settings(workers=os.cpu_count() or 1, has_processes=True)),
        }
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(TIMES):
            for name, work in ways.items():
                best[name] = min(best[name], took(work))
        print(f"{files:,} files on {os.cpu_count()} processors")
        for name, seconds in best.items():
            print(
                f"{name:12} {seconds:6.2f} s  {seconds / best['find']:5.2f} x find  {files / seconds:10,.0f} files/s"
            )
    with tempfile.TemporaryDirectory() as folder, slow_calls():
        root = Path(folder)
        make_tree(root, 2_000)
        one, many = (took(lambda n=n: scan(root, Settings(workers=n))) for n in (1, WORKERS_FAR))
        print(
            f"calls of 1 ms: one thread {one:.2f} s, {WORKERS_FAR} threads {many:.2f} s: {one / many:.1f} times as fast"
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
