import csv
import io
import subprocess
import sys
import time
from typing import NamedTuple

import numpy as np
import pytest

from migplan.cli import main
from migplan.estate.blocks import long_cells


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def migplan(tmp_path, monkeypatch, capfdbinary):
    """Run the command line as the shell does, but in this process, in a folder of its own."""

    def run(*arguments, input=None):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["migplan", "batch", *map(str, arguments)])
        if input is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(input)))
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code or 0
        told = capfdbinary.readouterr()
        return Ended(status, told.out, told.err)

    return run


@pytest.fixture
def process(tmp_path):
    """Run it in a process of its own."""

    def run(*arguments, **options):
        settings = {"cwd": tmp_path, "capture_output": True, "timeout": 300, **options}
        return subprocess.run([sys.executable, "-m", "migplan", "batch", *arguments], check=False, **settings)

    return run


def begun(folder, count, **options):
    """A batch over so many rows in a process that goes on; what every row can be planned by comes out."""
    (folder / "in.csv").write_text(generated(count))
    command = [sys.executable, "-m", "migplan", "batch", "in.csv", "-o", "out.csv", "--options", "all"]
    return subprocess.Popen([*command, "--today", "2026-11-23"], cwd=folder, **options)


def wait_until(process, found):
    """What is found while the process goes on, once there is any."""
    while not (what := found()):
        assert process.poll() is None
        time.sleep(0.01)
    return what


def noted(folder):
    """Whether the journal of a batch tells of a chunk."""
    journal = folder / ".out.csv.parts" / "journal"
    return journal.exists() and journal.read_text().count("\n") > 1


def generated(count, seed=1):
    """A CSV of so many rows whose numbers all differ."""
    random = np.random.default_rng(seed)

    def spread(low, high):
        return np.exp(random.uniform(np.log(low), np.log(high), count))

    columns = {
        "name": [f"share-{number}" for number in range(count)],
        "volume": [f"{value:.6g} TB" for value in spread(0.1, 900)],
        "files": [f"{value:.0f}" for value in spread(1e4, 5e8)],
        "link": [f"{value:.6g} Mbps" for value in spread(50, 20000)],
        "share": [f"{value:.4f} %" for value in random.uniform(20, 95, count)],
        "change": [f"{value:.5f} %/day" for value in random.uniform(0.01, 5, count)],
        "deadline": [f"{value:.4f} days" for value in random.uniform(5, 200, count)],
        "cutover_window": [f"{value:.4f} hours" for value in random.uniform(1, 72, count)],
    }
    return as_csv([list(columns), *zip(*columns.values(), strict=True)])


def as_csv(rows, **options):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **options).writerows(rows)
    return text.getvalue()


def rows_of(data):
    """Rows of a CSV as dictionaries."""
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    with long_cells():
        return list(csv.DictReader(io.StringIO(text, newline="")))
