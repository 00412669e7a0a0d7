"""The command is killed for good at ten moments, started again, and tells the same as one that ran through."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no signal that cannot be caught"),
]
# Small tasks and a journal after each; a moment is the nth call of something, before or after it.
DRIVER = """
import os, signal, sys, time, types
from migplan.inventory import count, journal, scan, walking, workers

now, place, name, number, when = float(sys.argv.pop(1)), *sys.argv.pop(1).split(":")
scan.time = types.SimpleNamespace(time=lambda: now, monotonic=time.monotonic)
scan.PAUSE = scan.SLICE = scan.LONG_SLICE = 0.0
scan.ALONE, scan.FOLDERS = 150, 2
if place:
    holder = eval(place)
    whole, calls = getattr(holder, name), [0]

    def killed(*args, **kwargs):
        calls[0] += 1
        if calls[0] == int(number) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = whole(*args, **kwargs)
        if calls[0] == int(number) and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(holder, name, killed)
from migplan.cli import main
main()
"""
MOMENTS = {
    "at the second task": "scan:read_some:2:before",
    "after a task that was not counted yet": "scan:read_some:9:after",
    "while it counts": "count.Counter:add:5:before",
    "when it has counted and not said so": "count.Counter:add:9:after",
    "before a journal is there": "journal:write_whole:7:before",
    "when a journal is there": "journal:write_whole:8:after",
    "when a draft of a journal is there": "os:replace:6:before",
    "while processes read": "workers.Crew:read:4:before",
    "when all was read": "scan.Scan:_shape:1:before",
    "when all was read and nothing written": "scan:scan:1:after",
}
NOW = 1.75e9


@pytest.fixture(name="root", scope="module")
def _root(tmp_path_factory):
    root = tmp_path_factory.mktemp("killed") / "root"
    for number in range(60):
        place = root / f"top {number % 3}" / f"sub {number % 7}" / f"folder {number}"
        place.mkdir(parents=True)
        for index in range(5):
            path = place / f"file {index}"
            with path.open("wb") as file:
                file.truncate(number * 97_717 + index * 31)
            os.utime(path, (NOW, NOW - number * 1e5))
        if number % 4 == 0:
            # Some names of a file lie in a folder that is read at another time.
            os.link(place / "file 0", root / f"top {number % 3}" / f"again {number}")
    return root


def run(root, out, now=NOW, moment=":::", workers=2):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", DRIVER, str(now), moment, "inventory", root, "-o", out]
    command += ["--workers", str(workers), "--target", "efs"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def told(path):
    shape = json.loads(path.read_text())
    return {**shape, "source": {**shape["source"], "notes": []}}


@pytest.fixture(name="whole", scope="module")
def _whole(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "shape.json"
    done = run(root, out)
    assert done.returncode == 0, done.stderr
    shape = told(out)
    assert (shape["files"], shape["links"]["hard"]) == (300, 15)
    return shape


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_killed_and_started_again_it_tells_the_same(root, whole, tmp_path, moment):
    out = tmp_path / "shape.json"
    killed = run(root, out, moment=moment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not out.exists()
    again = run(root, out, now=NOW + 5000)
    assert again.returncode == 0, again.stderr
    shape = told(out)
    kept = "read in more than one go" in json.loads(out.read_text())["source"]["notes"]
    assert kept == ("goes on with the scan" in again.stderr)
    if not kept:
        pytest.fail("nothing was kept")
    assert shape == whole
    left = {path.name for path in tmp_path.iterdir()} - {"shape.json"}
    assert not {name for name in left if name.endswith(".part")}


def children_of(group):
    """Commands of processes that were started by one that is gone, by what they were told."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            command = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if b"workers import serve" in command and group.encode() in command:
            found.append(int(place.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the system does not show its processes")
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_process_outlives_the_scan(root, tmp_path, signal_number):
    """However it ends: killed, by Ctrl-C, or told to end."""
    mark = str(tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), mark])}
    # It never ends by itself: what is told last is read again and again.
    driver = (
        "from migplan.inventory import scan\nscan.ALONE = 0\n"
        "scan.Scan._take = lambda self, found: self.left.append(scan.Folder('', 0, 1))\n"
        "from migplan.cli import main\nmain()"
    )
    command = [sys.executable, "-c", driver, "inventory", root, "--workers", "3"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_until(lambda: len(children_of(mark)) == 2)
        process.send_signal(signal_number)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode != 0
    assert b"Traceback" not in said
    wait_until(lambda: not children_of(mark))


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_scan_that_is_stopped_is_kept_at_that_moment_and_says_where(root, whole, tmp_path):
    """With a journal each thirty seconds as usual, and before the first of them."""
    out = tmp_path / "shape.json"
    driver = DRIVER.replace("scan.PAUSE = ", "").replace("signal.SIGKILL", "signal.SIGINT")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", driver, str(NOW), "scan:read_some:9:after", "inventory", root, "-o", out]
    command += ["--workers", "2", "--target", "efs"]
    stopped = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (stopped.returncode, out.exists()) == (130, False)
    said = f"error: interrupted; {out}.part is kept, and the same command goes on with it"
    assert stopped.stderr.strip() == said
    again = run(root, out, now=NOW + 5000)
    assert again.returncode == 0, again.stderr
    assert told(out) == whole
