"""How well `migplan track` knows the end of a move: runs, looked at after a quarter, a half and three quarters.

    python benchmarks/track.py [--runs 72] [--seed 1]        simulated, in the forms in which tools log
    python benchmarks/track.py --real 12                     rclone and rsync on this machine, with limits and pauses

A simulated run has folders whose mean file drifts from one to the next, rates that stray from the plan and change on
the way, hours in which others use the line, and pauses. It is not what the filter assumes: the law by which bytes and
files add up differs from run to run, and so do the sizes of its noise. A tool's own forecast is what most of them do:
bytes left by the mean rate of bytes, and by the rate of the last twentieth.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import migplan
from migplan.engine.draws import percentile
from migplan.tracking.follow import forecast_rest
from migplan.tracking.planned import Planned, open_planned
from migplan.tracking.reading import read_progress
from migplan.tracking.state import State

BEGIN = dt.datetime(2026, 11, 9, 8, tzinfo=dt.UTC).timestamp()
DAY = "2026-11-09"
PARTS = (0.25, 0.5, 0.75)
OPTIONS = {
    "rclone": "rclone/internet/s3",
    "datasync": "datasync-basic/internet/fsx-windows",
    "azcopy": "robocopy/vpn/fsx-windows",
    "storage-mover": "robocopy/vpn/fsx-windows",
    "rsync": "rclone/internet/s3",
    "csv": "robocopy/vpn/fsx-windows",
}
"""Form of the log -> the option whose plan is followed: what a plan has is not what the tool is called."""
FOLDERS, SPREAD, NOISE, ALIKE, DRIFT = 400, 0.6, 0.25, 0.7, 0.12
"""Folders of a run, spreads of its rates and of the time of a folder, how much that is like the one before, and by how
much the logarithm of the mean file drifts from one to the next."""


@dataclass
class Move:
    """A run: moments, bytes and files done by then, and all there is."""

    times: np.ndarray
    bytes: np.ndarray
    files: np.ndarray

    @property
    def end(self) -> float:
        return float(self.times[-1])

    def at(self, part: float) -> float:
        return float(self.times[0] + part * (self.end - self.times[0]))


def simulated(planned: Planned, rng: np.random.Generator) -> Move:
    """A move of the plan's data that goes otherwise than the plan has it."""
    mean = np.cumsum(rng.normal(0.0, DRIFT, FOLDERS)) + rng.normal(0.0, 0.5, FOLDERS)
    files = rng.lognormal(0.0, 1.0, FOLDERS)
    volume = files * np.exp(np.clip(mean - mean.mean(), -4.0, 4.0))
    files, volume = files / files.sum() * planned.files, volume / volume.sum() * planned.volume
    off = rng.normal(0.0, SPREAD, 2)
    power = rng.choice([1.0, 1.5, 2.0, 3.0, 4.0])
    noise = np.zeros(FOLDERS)
    for place in range(1, FOLDERS):
        noise[place] = ALIKE * noise[place - 1] + rng.normal(0.0, NOISE * math.sqrt(1.0 - ALIKE**2))
    step = rng.normal(0.0, 0.3) * (np.arange(FOLDERS) > rng.integers(80, 320)) * (rng.random() < 0.3)
    rates = np.exp(planned.rates.mean + off)
    needed = ((volume / rates[0]) ** power + (files / rates[1]) ** power) ** (1.0 / power) * np.exp(
        noise + step
    )
    busy = rng.random() < 0.35
    times = np.concatenate([[0.0], np.cumsum([*_throttled(needed, busy)])])
    for _ in range(rng.integers(1, 4) if rng.random() < 0.5 else 0):
        place = rng.integers(20, FOLDERS)
        times[place:] += rng.uniform(0.005, 0.04) * needed.sum()
    total = [np.concatenate([[0.0], np.cumsum(values)]) for values in (volume, files)]
    return Move(BEGIN + times, *total)


def _throttled(needed: np.ndarray, busy: bool) -> Iterator[float]:
    """Times of folders where, on workdays from 8 to 18 h, others take three fifths of the line."""
    now = 0.0
    for work in needed:
        begin = now
        while work > 0.0:
            moment = dt.datetime.fromtimestamp(BEGIN + now, dt.UTC)
            slow = busy and moment.weekday() < 5 and 8 <= moment.hour < 18
            pace = 0.4 if slow else 1.0
            left = 3600.0 - (moment.minute * 60 + moment.second)
            spent = min(left, work / pace)
            now, work = now + max(spent, 1e-3), work - spent * pace
        yield now - begin


def written(move: Move, form: str, until: float, rng: np.random.Generator) -> list[tuple[str, float]]:
    """The logs of a move up to a moment: texts, and when each was taken."""
    times = np.arange(move.times[0], until, (move.end - move.times[0]) / 160.0)[1:]
    times = np.append(times, until)
    volume, files = (np.interp(times, move.times, values) for values in (move.bytes, move.files))
    rows = list(zip(times.tolist(), volume.tolist(), files.tolist(), strict=True))
    total = float(move.bytes[-1]), float(move.files[-1])
    if form == "datasync":
        return [
            (_execution(move, *row, *total), row[0]) for row in rows[:: max(1, len(rows) // 30)] + rows[-1:]
        ]
    return [("\n".join(_line(form, move, *row, *total) for row in _headed(form, rows)) + "\n", until)]


def _headed(form: str, rows: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    return [(math.nan, 0.0, 0.0), *rows] if form == "csv" else rows


def _iso(moment: float) -> str:
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat()


def _line(form: str, move: Move, at: float, volume: float, files: float, whole: float, count: float) -> str:
    if form == "csv":
        if math.isnan(at):
            return (
                f"time,bytes,files,total_bytes,total_files\n{_iso(move.times[0])},0,0,{whole:.0f},{count:.0f}"
            )
        return f"{_iso(at)},{volume:.0f},{files:.0f},{whole:.0f},{count:.0f}"
    if form == "rclone":
        stats = {"bytes": int(volume), "totalBytes": int(whole), "transfers": int(files), "totalTransfers": int(count),
                 "errors": 0, "elapsedTime": at - move.times[0]}  # fmt: skip
        return json.dumps({"time": _iso(at), "level": "notice", "msg": "\nTransferred: ...", "stats": stats})
    if form == "azcopy":
        inner = {"JobID": "b1", "CompleteJobOrdered": True, "JobStatus": "InProgress",
                 "TotalTransfers": f"{count:.0f}", "TransfersCompleted": f"{files:.0f}", "TransfersSkipped": "0",
                 "TotalBytesTransferred": f"{volume:.0f}", "TotalBytesExpected": f"{whole:.0f}"}  # fmt: skip
        return json.dumps(
            {"TimeStamp": _iso(at), "MessageType": "Progress", "MessageContent": json.dumps(inner)}
        )
    if form == "storage-mover":
        inner = {"status": "Running", "scanStatus": "Completed", "executionStartTime": _iso(move.times[0]),
                 "lastStatusUpdate": _iso(at), "itemsScanned": count, "itemsTransferred": files, "bytesScanned": whole,
                 "bytesTransferred": volume}  # fmt: skip
        return json.dumps({"name": "run", "properties": inner})
    left, percent = int(count - files), int(100.0 * volume / whole)
    return (
        f"{_iso(at)} {volume:,.0f} {percent}% 9.99MB/s 0:00:00 (xfr#{files:.0f}, to-chk={left}/{count:.0f})"
    )


def _execution(move: Move, at: float, volume: float, files: float, whole: float, count: float) -> str:
    return json.dumps(
        {"TaskExecutionArn": "arn:aws:datasync:x:1:task/task-1/execution/exec-1", "Status": "TRANSFERRING",
         "TaskMode": "BASIC", "LaunchTime": _iso(move.times[0]), "EstimatedFilesToTransfer": int(count),
         "EstimatedBytesToTransfer": int(whole), "FilesTransferred": int(files), "BytesWritten": int(volume),
         "Result": {"PrepareDuration": 1}}
    )  # fmt: skip


@dataclass
class Look:
    """What was said of the time that is left, and what it was. [s]."""

    part: float
    actual: float
    p10: float
    p50: float
    p90: float
    mean_rate: float
    last_rate: float


def looked(
    planned: Planned, move: Move, form: str, part: float, folder: Path, rng: np.random.Generator
) -> Look:
    """One look at a run: its logs are written and read as a person would have it."""
    now = move.at(part)
    samples = []
    for number, (text, at) in enumerate(written(move, form, now, rng)):
        path = folder / f"{number if form == 'datasync' else 'log'}.txt"
        path.write_text(text, encoding="utf-8")
        samples += read_progress(path, at=at).samples
    _, _, rest = forecast_rest(planned, State({}).with_samples(samples), now)
    left = [percentile(rest.copied, level) - float(planned.passed(now)) for level in (10.0, 50.0, 90.0)]
    return Look(part, move.end - now, *left, *_by_bytes(move, now))


def _by_bytes(move: Move, now: float) -> tuple[float, float]:
    """Bytes left by their mean rate, and by that of the last twentieth of the time so far. [s]."""
    done = float(np.interp(now, move.times, move.bytes))
    left, passed = float(move.bytes[-1]) - done, now - move.times[0]
    last = done - float(np.interp(now - passed / 20.0, move.times, move.bytes))
    return left / max(done / passed, 1e-9), left / max(last / (passed / 20.0), 1e-9)


def plans(rng: np.random.Generator, form: str) -> Planned:
    """A plan of some data, by the option that stands for a form."""
    mean = math.exp(rng.normal(math.log(0.7e6), 1.0))
    volume = math.exp(rng.uniform(math.log(3e12), math.log(60e12)))
    line = rng.choice(["500 Mbps", "1 Gbps", "2 Gbps", "10 Gbps"])
    found = migplan.plan(
        volume=f"{volume!r} B", files=int(volume / mean), link=str(line), today=DAY, timezone="UTC", samples=0
    )
    ids = [each.id for each in found.options if each.id.startswith(OPTIONS[form])]
    return open_planned(found, ids[0], samples=500)


def real_looks(folder: Path, number: int, rng: np.random.Generator) -> list[Look]:
    """Looks at a run of rclone, over WebDAV on this machine, or of rsync: with limits, a pause, and another limit."""
    root = folder / f"run{number}"
    sizes = [
        *rng.lognormal(math.log(8e3), 1.2, rng.integers(300, 900)).clip(100, 2e5),
        *rng.uniform(4e5, 3e6, rng.integers(3, 14)),
    ]
    for place, size in enumerate(rng.permutation(sizes)):
        path = root / "from" / f"f{place % 9}" / str(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rng.bytes(int(size)))
    limit, rate = float(rng.uniform(1.5e6, 3e6)), float(rng.uniform(60.0, 160.0))
    is_rclone = number % 2 == 0
    log = (_rclone if is_rclone else _rsync)(root, limit, rate, rng)
    volume = float(sum(int(size) for size in sizes))
    samples = read_progress(log).samples
    times, done, files = (
        [getattr(each, name) or 0.0 for each in samples] for name in ("time", "bytes", "files")
    )
    whole = next((place for place, each in enumerate(done) if each >= 0.999 * volume), len(done) - 1)
    last = max(whole, next((place for place, each in enumerate(files) if each >= max(files)), whole))
    move = Move(np.array(times[: last + 1]), np.array(done[: last + 1]), np.array(files[: last + 1]))
    # A plan that has the line wrong, and files by what its profile says.
    line = limit * 8.0 * math.exp(rng.normal(0.0, 0.4))
    day = dt.datetime.fromtimestamp(times[0], dt.UTC).date()
    plan = migplan.plan(volume=f"{volume!r} B", files=len(sizes), link=f"{line!r} bps", share="100 %", today=day,
                        timezone="UTC", samples=0)  # fmt: skip
    ids = [each.id for each in plan.options if each.id.startswith(OPTIONS["rclone"])]
    planned = open_planned(plan, ids[0], samples=500)
    looks = []
    for part in PARTS:
        now = move.at(part)
        state = State({}).with_samples(each for each in samples if each.time <= now)
        _, _, rest = forecast_rest(planned, state, now)
        left = [percentile(rest.copied, level) - float(planned.passed(now)) for level in (10.0, 50.0, 90.0)]
        looks.append(Look(part, move.end - now, *left, *_by_bytes(move, now)))
    shutil.rmtree(root)
    return looks


def _held_up(process: subprocess.Popen[bytes], rng: np.random.Generator) -> None:
    """Stop a run for some seconds once, in half of the cases, until it is over."""
    if rng.random() < 0.5:
        time.sleep(float(rng.uniform(1.0, 6.0)))
        process.send_signal(signal.SIGSTOP)
        time.sleep(float(rng.uniform(0.5, 2.0)))
        process.send_signal(signal.SIGCONT)


def _rclone(root: Path, limit: float, rate: float, rng: np.random.Generator) -> Path:
    (root / "to").mkdir()
    log, port = root / "rclone.log", int(rng.integers(20_000, 40_000))
    serve = ["rclone", "serve", "webdav", str(root / "to"), "--addr", f"127.0.0.1:{port}"]
    copy = ["rclone", "copy", str(root / "from"), ":webdav:", "--webdav-url", f"http://127.0.0.1:{port}",
            "--check-first", "--tpslimit", f"{rate:.0f}", "--bwlimit", f"{limit / 1024:.0f}K", "--transfers", "4",
            "--use-json-log", "--stats", "200ms", "--stats-log-level", "NOTICE", "--rc", "--rc-no-auth",
            "--rc-addr", f"127.0.0.1:{port + 1}"]  # fmt: skip
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    with log.open("wb") as file:
        process = subprocess.Popen(copy, stdout=subprocess.DEVNULL, stderr=file)
        _held_up(process, rng)
        if rng.random() < 0.4:
            other = f"rate={limit * rng.uniform(0.6, 1.3) / 1024:.0f}K"
            subprocess.run(["rclone", "rc", "core/bwlimit", other, "--url", f"http://127.0.0.1:{port + 1}/"],
                           check=False, capture_output=True)  # fmt: skip
        process.wait()
    server.terminate()
    server.wait()
    return log


def _rsync(root: Path, limit: float, rate: float, rng: np.random.Generator) -> Path:
    log = root / "rsync.log"
    copy = ["rsync", "-a", "--info=progress2", "--no-inc-recursive", "--outbuf=N", f"--bwlimit={limit / 1024:.0f}",
            f"{root / 'from'}/", f"{root / 'to'}/"]  # fmt: skip
    process = subprocess.Popen(copy, stdout=subprocess.PIPE)
    holder = threading.Thread(target=_held_up, args=(process, rng))
    holder.start()
    line = b""
    with log.open("wb") as file:
        assert process.stdout is not None
        while piece := process.stdout.read1(4096):
            *whole, line = re.split(rb"[\r\n]", line + piece)
            stamp = dt.datetime.now(dt.UTC).isoformat().encode()
            file.writelines(stamp + b" " + each.strip() + b"\n" for each in whole if each.strip())
    process.wait()
    holder.join()
    return log


def told(looks: list[Look], name: str) -> None:
    """One line for each part, and one for all."""
    for part in (*PARTS, None):
        some = [look for look in looks if part in (None, look.part)]
        errors = {
            key: statistics.median(abs(getattr(look, key) / look.actual - 1.0) for look in some)
            for key in ("p50", "mean_rate", "last_rate")
        }
        inside = statistics.mean(look.p10 <= look.actual <= look.p90 for look in some)
        print(
            f"{name:10} {'all' if part is None else f'{part:.0%}':>4} {len(some):5} looks: error {errors['p50']:6.1%}, "
            f"P10 to P90 holds {inside:4.0%}, bytes by mean rate {errors['mean_rate']:6.1%}, "
            f"by last rate {errors['last_rate']:6.1%}, ratio {errors['p50'] / errors['mean_rate']:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=int, default=0, help="Runs of real tools in place of simulated ones.")
    said = parser.parse_args()
    rng, looks, begin = np.random.default_rng(said.seed), [], time.perf_counter()
    forms = [*OPTIONS]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(said.real):
            looks += real_looks(Path(folder), number, rng)
        for number in range(0 if said.real else said.runs):
            form = forms[number % len(forms)]
            planned = plans(rng, form)
            move = simulated(planned, rng)
            looks += [looked(planned, move, form, part, Path(folder), rng) for part in PARTS]
    told(looks, "real" if said.real else "simulated")
    print(f"{said.real or said.runs} runs, seed {said.seed}, {time.perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
