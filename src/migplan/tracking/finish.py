"""A move that is finished as a case of `migplan backtest`: what was known before, and how long its first copy took."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

import numpy as np

from migplan import units
from migplan.analyses.backtest.cases import LARGEST, read_cases
from migplan.errors import Fault, MigplanError
from migplan.files import read_text, shown, write_whole
from migplan.inputs.workload import Workload
from migplan.text import percent_of
from migplan.tracking.planned import Planned
from migplan.tracking.progress import Progress

COLUMNS = (
    "id", "source_url", "year", "kind", "tool", "source_protocol", "target", "volume_bytes", "volume_as_stated",
    "file_count", "avg_file_bytes", "link_bps", "rtt_ms", "loss", "streams_or_agents", "change_rate", "devices",
    "reported_duration_s", "reported_throughput_Bps", "what_the_duration_covers", "bottleneck_stated", "confidence",
    "notes",
)  # fmt: skip
"""Those of the cases that migplan is held against."""


def case_of(planned: Planned, progress: Progress) -> dict[str, Any]:
    """The row of a finished move. The time is that in which the first copy moved something, pauses left out.

    Raises
    ------
    MigplanError
        The first copy is not done.
    """
    if not progress.copied:
        done = percent_of(round(progress.share, 2))
        text = f"is {done} done; wanted --finish once the first copy is over"
        raise MigplanError(Fault("contradiction", str(planned.case.workload.name), text))
    w, option = planned.case.workload, planned.option
    assert option.mover is not None
    begin = planned.moment(progress.begin)
    year = "" if begin is None else begin.year
    line = float(np.squeeze(w.link)) * float(np.squeeze(w.share)) * 8.0
    volume, files = progress.volume[0], _files(w, progress)
    known: dict[str, Any] = {
        "id": f"{_plain(w.name)}.{option.id.replace('/', '-')}.{begin:%Y-%m-%d}",
        "year": year,
        "kind": "online",
        "tool": option.mover.name,
        "source_protocol": w.protocol.upper(),
        "target": ", ".join(filter(None, (option.target.name, option.target.medium))),
        "volume_bytes": round(volume),
        "volume_as_stated": units.show(volume, "B"),
        "file_count": round(files) if math.isfinite(files) else "",
        "link_bps": round(line) if math.isfinite(line) and not option.own_line else "",
        "rtt_ms": f"{float(np.squeeze(w.round_trip_time)) * 1e3:g}"
        if w.inputs["rtt"].status == "given"
        else "",
        "loss": f"{float(np.squeeze(w.loss)):g}" if w.inputs["loss"].status == "given" else "",
        "streams_or_agents": _side_by_side(w),
        "reported_duration_s": round(progress.worked),
        "reported_throughput_Bps": round(volume / max(progress.worked, 1.0)),
        "what_the_duration_covers": "copy only",
        "confidence": "high",
        "notes": f"by migplan track; {progress.paused / units.DAY:.2f} days of pauses left out",
    }
    return {name: known.get(name, "") for name in COLUMNS}


def _files(w: Workload, progress: Progress) -> float:
    """The files that were copied, else those that the user counted beforehand; NaN where nobody did. [1]."""
    if progress.counts_files:
        return progress.files[0]
    return math.nan if w.inputs["file_size"].status == "assumed" else float(np.squeeze(w.files))


def _side_by_side(w: Workload) -> str:
    """Agents and their threads, as far as the plan says how many."""
    known = {"agents": w.agents, "threads": w.threads}
    return ", ".join(f"{float(np.squeeze(n)):g} {name}" for name, n in known.items() if np.squeeze(n) > 0)


def _plain(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name.lower()).strip("-") or "move"


def write_case(path: Path, row: dict[str, Any]) -> None:
    """Add a case to a table of cases, or begin one; a case that stands there already takes its new values.

    Raises
    ------
    MigplanError
        The file is no table of cases with our columns, or could not be written.
    """
    rows: list[dict[str, Any]] = []
    if path.exists() and path.stat().st_size:
        read_cases(path)
        reader = csv.DictReader(io.StringIO(read_text(path, LARGEST, "table of cases"), newline=""))
        if tuple(reader.fieldnames or ()) != COLUMNS:
            text = f"has other columns; wanted {', '.join(COLUMNS[:4])} and so on, or another name"
            raise MigplanError(Fault("bad-file", shown(path), text))
        rows = [each for each in reader if each["id"] != row["id"]]
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows([*rows, row])
    write_whole(path, made.getvalue())
