"""Rate, time of a file and scan rate out of timed copies, in the form in which the engine reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from migplan.errors import Fault, MigplanError, shorten
from migplan.facts import Fact, Mover
from migplan.formulas.copying import effective_workers
from migplan.formulas.statistics import Fit, fit_times
from migplan.inputs.pilot_file import Copy, Pilot

BYTES, PARALLEL, SERIAL, SCAN = range(4)
_ENDS = 3.0
"""Standard errors from the value to the ends of its range: a PERT distribution between them has that spread."""


class Constant(Struct, frozen=True):
    """A measured constant. `error` is its standard error, in the same unit."""

    value: float
    error: float

    def times(self, factor: float) -> Constant:
        """The constant in another unit, or of another number of workers."""
        return Constant(self.value * factor, self.error * factor)

    @property
    def relative(self) -> float:
        """Standard error relative to the value. [1]."""
        return self.error / self.value


class Constants(Struct, frozen=True):
    """What the copies gave, all agents together.

    Attributes
    ----------
    rate : Constant
        Payload. [B/s]
    per_file : Constant
        Time from one finished small file to the next. [s]
    in_flight : float
        Files that one agent handled at the same time for that. [1]
    threads : bool
        Whether that is a setting of the tool.
    scan_rate : Constant
        Items listed where nothing changed. [1/s]
    agents : float
        Side by side. [1]
    scaling, host_scaling : float
        n files in flight, or n agents, get the work of n^scaling done. [1]
    noise : float
        Spread of one timing. [1]
    timings : int
    """

    rate: Constant
    per_file: Constant
    in_flight: float
    threads: bool
    scan_rate: Constant
    agents: float
    scaling: float
    host_scaling: float
    noise: float
    timings: int

    def facts(self, owner: str, source: str, day: str) -> dict[str, Fact]:
        """The facts of the mover that are measured now, each with three standard errors to either end.

        They are those of one agent, so that as many agents as in the pilot do what they did in it.
        """
        many = float(effective_workers(self.agents, self.host_scaling))
        at_once = many * float(effective_workers(self.in_flight, self.scaling))
        rows = {
            "task_rate": (self.rate.times(1.0 / many), "B/s", 1e6, "MB/s"),
            "per_file_time": (self.per_file.times(at_once), "s", 1e-3, "ms"),
            "scaling": (Constant(self.scaling, 0.0), "1", 1.0, "1"),
            "host_scaling": (Constant(self.host_scaling, 0.0), "1", 1.0, "1"),
            "files_in_flight": (Constant(self.in_flight, 0.0), "1", 1.0, "1"),
            "scan_rate": (self.scan_rate, "1/s", 1.0, "1/s"),
        }
        if self.threads:
            rows["threads"] = rows["files_in_flight"]
        found = {}
        for key, (constant, base, scale, unit) in rows.items():
            ends = math.exp(_ENDS * constant.relative)
            found[key] = Fact(
                id=f"{owner}.{key}",
                value=constant.value,
                low=constant.value / ends,
                high=constant.value * ends,
                base=base,
                shown=constant.value / scale,
                unit=unit,
                source=source,
                as_of=day,
                status="confirmed",
                note=f"standard error {constant.relative:.1%}; one timing strays by {self.noise:.1%}"
                if constant.error
                else "as timed",
            )
        return found

    def at_least(self, assumptions: Mapping[str, Fact], source: str, day: str) -> dict[str, Fact]:
        """Assumptions about the source that the pilot has shown to be too low: it gave more than that."""
        shown = {
            "source_rate": self.rate.value,
            "source_file_rate": 1.0 / self.per_file.value,
        }
        return {
            key: replace(
                assumptions[key],
                value=value,
                low=value,
                high=max(value, assumptions[key].high),
                shown=value / 1e6 if key == "source_rate" else value,
                source=source,
                as_of=day,
                status="confirmed",
                note="the source gave at least this",
            )
            for key, value in shown.items()
            if value > assumptions[key].value
        }


def fit_copies(pilot: Pilot, mover: Mover, assumptions: Mapping[str, Fact]) -> Constants:
    """Fit the constants of a pilot to the mover's way of working.

    Raises
    ------
    MigplanError
        A run was shorter than its known parts, or the copies contradict each other.
    """
    in_turn = mover.phases == "sequential"
    per_folder = assumptions["files_per_directory"].value
    rows = np.array([_amounts(copy, in_turn, per_folder) for copy in pilot.copies])
    times = np.array([copy.time for copy in pilot.copies])
    known = np.array([_known(copy, pilot, mover, in_turn) for copy in pilot.copies])
    for copy, length in zip(pilot.copies, known, strict=True):
        if copy.time <= length:
            text = (
                f"a run of {copy.time:g} s is no longer than the start and the verification of {mover.name} "
                f"take alone, {length:g} s; wanted a larger copy"
            )
            raise MigplanError(Fault("contradiction", f"{pilot.place}: {copy.kind}", text))
    # How far a rate that was measured for a while strays from what the whole transfer shows.
    noise = assumptions["sigma_running"].value
    fit, columns = _positive(pilot, rows, times, noise, known)
    in_flight = _in_flight(pilot)
    weights = {PARALLEL: 1.0 / in_flight, SERIAL: 1.0}
    return Constants(
        rate=_inverse(fit, columns, BYTES),
        per_file=Constant(*fit.combined([weights.get(column, 0.0) for column in columns])),
        in_flight=in_flight,
        threads=mover.fact("threads") is not None,
        scan_rate=_inverse(fit, columns, SCAN),
        agents=pilot.agents,
        scaling=_exponent(mover, "scaling"),
        host_scaling=_exponent(mover, "host_scaling"),
        noise=fit.noise,
        timings=len(times),
    )


def _exponent(mover: Mover, key: str) -> float:
    fact = mover.fact(key)
    return 1.0 if fact is None else fact.value


def _amounts(copy: Copy, in_turn: bool, per_folder: float) -> list[float]:
    """Amounts of the four constants in one run: bytes, files by concurrency, files, items listed."""
    folders = copy.files / per_folder if math.isnan(copy.folders) else copy.folders
    items = copy.files + folders
    if copy.kind == "unchanged":
        return [0.0, 0.0, 0.0, items]
    # A mover that lists while it copies hides the list behind the copy.
    listed = items if in_turn else 0.0
    return [copy.volume, copy.files / copy.in_flight, copy.files, listed]


def _known(copy: Copy, pilot: Pilot, mover: Mover, in_turn: bool) -> float:
    """Fixed time of a run, and of a verification that follows the copy. [s]."""
    start = mover.fact("run_time")
    verify = pilot.verify or mover.verifies_by_default
    rate = mover.fact("verify_rate")
    fixed = 0.0 if start is None else start.value
    if not in_turn or verify == "none" or rate is None or (copy.kind == "unchanged" and verify != "all"):
        return fixed
    if copy.volume == 0:
        text = f"is missing; {mover.name} reads everything again in every run (verify = 'all')"
        raise MigplanError(Fault("missing", f"{pilot.place}: {copy.kind}, volume", text))
    return fixed + copy.volume / rate.value / pilot.agents


def _positive(
    pilot: Pilot, rows: np.ndarray, times: np.ndarray, noise: float, known: np.ndarray
) -> tuple[Fit, list[int]]:
    """The fit without the part of a file's time that came out negative, which noise alone can do."""
    columns = [BYTES, PARALLEL, SERIAL, SCAN]
    try:
        fit = fit_times(rows, times, noise, known)
        wrong = [column for column in (PARALLEL, SERIAL) if fit.values[columns.index(column)] <= 0]
        if wrong:
            columns.remove(wrong[0])
            fit = fit_times(rows[:, columns], times, noise, known)
    except ValueError as error:
        raise MigplanError(
            Fault("contradiction", pilot.place, f"{error}; wanted copies that differ more")
        ) from None
    names = {
        BYTES: "large files took no time for their bytes",
        PARALLEL: "small files took no time for each file",
        SERIAL: "small files took no time for each file",
        SCAN: "the unchanged run took no time to list",
    }
    for column, value in zip(columns, fit.values, strict=True):
        if value <= 0:
            text = f"the copies contradict each other: {names[column]} that the others leave"
            raise MigplanError(Fault("contradiction", pilot.place, text))
    return fit, columns


def _inverse(fit: Fit, columns: list[int], column: int) -> Constant:
    value, error = fit.combined([1.0 if other == column else 0.0 for other in columns])
    return Constant(1.0 / value, error / value**2)


def _in_flight(pilot: Pilot) -> float:
    """Files in flight in the move: what the pilot says, within what it timed."""
    timed = [copy.in_flight for copy in pilot.copies if copy.kind == "small"]
    wanted = max(timed) if pilot.in_flight is None else pilot.in_flight
    if not min(timed) <= wanted <= max(timed):
        text = f"{shorten(f'{wanted:g}')} was not timed; wanted {min(timed):g} to {max(timed):g}, as the small copies"
        raise MigplanError(Fault("out-of-range", f"{pilot.place}: in_flight", text))
    return wanted
