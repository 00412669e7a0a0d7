"""A choice of modes and windows, played on the lines of the sites: when each share is copied, cut over and done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.estate.joint.line import DRAWN, JUDGED_AT, Flow, Run, judged_and_drawn
from migplan.estate.joint.modes import Mode
from migplan.estate.joint.problem import Problem
from migplan.estate.joint.slots import Slot
from migplan.formulas import only


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A mode and a window for each item of a problem, and the agents of each site.

    Attributes
    ----------
    modes, slots : tuple of int
        Positions among the modes of each item, and among the windows of the problem.
    hosts : dict
        Site and mover -> agents or copy hosts that are set up.
    """

    modes: tuple[int, ...]
    slots: tuple[int, ...]
    hosts: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One item where it has its place. Times in [s] from midnight of the start of its site, by draw.

    Attributes
    ----------
    slot : int or None
        Where it is cut over; None where no window is left for it.
    finish : array
        The first is at typical values, the second as judged, the others are draws.
    """

    mode: Mode
    slot: int | None
    run: Run
    start: NDArray[np.float64]
    finish: NDArray[np.float64]
    cutover: NDArray[np.float64]

    @property
    def end(self) -> float:
        """When it is done, as judged. [s]."""
        return float(self.finish[JUDGED_AT])

    @property
    def drawn(self) -> NDArray[np.float64]:
        """When it is done, by draw. [s]."""
        return self.finish[DRAWN]


@dataclass(frozen=True, eq=False)
class Placement:
    """All items in their places.

    Attributes
    ----------
    flows : dict
        Site -> what is left of what its shares wait for.
    """

    problem: Problem
    choice: Choice
    placed: tuple[Placed, ...]
    flows: Mapping[str, Flow]

    def late(self) -> list[int]:
        """Items that miss their deadline, or have no window."""
        return [
            place
            for place, (item, one) in enumerate(zip(self.problem.items, self.placed, strict=True))
            if one.slot is None or one.end > item.deadline
        ]

    @property
    def end(self) -> float:
        """When all are done, as judged. [s]."""
        return max(one.end for one in self.placed)


def place(problem: Problem, choice: Choice, draws: int = 0) -> Placement:
    """Play a choice: shares are copied in the order of their windows, and cut over in the first one that they make.

    Parameters
    ----------
    draws : int
        How many draws of each mode are played; without any the typical and the judged course alone.
    """
    flows = {
        name: Flow(
            problem.clocks[name],
            problem.horizon,
            {mover: count for (site, mover), count in choice.hosts.items() if site == name},
            draws + 2,
        )
        for name in problem.names
    }
    found: dict[int, Placed] = {}
    taken: dict[str, dict[int, int]] = {name: {} for name in problem.names}
    for unit in sorted(problem.units, key=lambda unit: _order(problem, choice, unit)):
        runs = {}
        for member in sorted(unit, key=lambda one: _mode(problem, choice, one).caught_up):
            mode = _mode(problem, choice, member)
            runs[member] = flows[problem.items[member].share.site].run(mode, *judged_and_drawn(mode, draws))
        slot = _slot(problem, choice, unit, runs, taken)
        if slot is not None:
            for site in problem.sites_of(unit):
                taken[site][slot] = taken[site].get(slot, 0) + 1
        for member, run in runs.items():
            mode, window = _mode(problem, choice, member), None if slot is None else problem.slots[slot]
            one = found[member] = _placed(problem, member, mode, slot, window, run, draws)
            flows[problem.items[member].share.site].keep_up(mode, run.ready, one.start)
    return Placement(problem, choice, tuple(found[n] for n in range(len(problem.items))), flows)


def _mode(problem: Problem, choice: Choice, member: int) -> Mode:
    return problem.items[member].modes[choice.modes[member]]


def _order(problem: Problem, choice: Choice, unit: Sequence[int]) -> tuple[float, ...]:
    """In the order of windows; in one what is due within it, then by priority, and what is quickest first."""
    items = [problem.items[member] for member in unit]
    close = problem.slots[choice.slots[unit[0]]].close
    due = min(item.deadline for item in items)
    return (
        choice.slots[unit[0]],
        due if due < max(close.values()) else np.inf,
        min(item.share.rank for item in items),
        due,
        max(_mode(problem, choice, member).caught_up for member in unit),
        unit[0],
    )


def _slot(
    problem: Problem,
    choice: Choice,
    unit: Sequence[int],
    runs: Mapping[int, Run],
    taken: Mapping[str, dict[int, int]],
) -> int | None:
    """The first window for which all of a unit are ready, and in which people are free and the ramp has room."""
    for index, slot in enumerate(problem.slots):
        if all(_in_time(problem, choice, member, runs[member], slot) for member in unit) and all(
            problem.has_room(site, index, taken[site]) for site in problem.sites_of(unit)
        ):
            return index
    return None


def _in_time(problem: Problem, choice: Choice, member: int, run: Run, slot: Slot) -> bool:
    site, mode = problem.items[member].share.site, _mode(problem, choice, member)
    if site not in slot.open:
        return False
    ready, latest = _ready(mode, run), slot.latest(site, mode.cutover80)
    if ready > latest:
        return False
    if run.delay[JUDGED_AT] == 0 or slot.close[site] - slot.open[site] < mode.cutover80:
        return True
    # Who is delayed is ready at any hour, and has to find one from which the line is ours for all of its cutover.
    clock = problem.clocks[site].of_lines(mode.option.own_line)
    return bool(only(clock.next_window(max(ready, slot.open[site]), mode.cutover80)) <= latest)


def _ready(mode: Mode, run: Run) -> float:
    """When a cutover can begin, as judged: no sooner than that of the item alone. [s]."""
    return mode.ready80 if run.delay[JUDGED_AT] == 0 else max(mode.ready80, float(run.ready[JUDGED_AT]))


def _placed(
    problem: Problem, member: int, mode: Mode, slot: int | None, window: Slot | None, run: Run, draws: int
) -> Placed:
    site = problem.items[member].share.site
    cutover = np.concatenate(([mode.cutover_typical, mode.cutover80], mode.cutover[:draws]))
    finish = np.concatenate(([mode.finish_typical, mode.finish80], mode.finish[:draws]))
    if window is None:
        endless = np.full(len(cutover), np.inf)
        return Placed(mode, slot, run, endless, endless, cutover)
    with np.errstate(invalid="ignore"):
        alone = finish - cutover
        # Who is alone waits for no window that was agreed with others.
        agreed = window.open[site] if len(problem.items) > 1 else -np.inf
        wanted = np.maximum(run.ready, agreed)
        moved = (run.delay > 0) | (agreed > alone)
        known = np.where(np.isfinite(wanted) & np.isfinite(cutover), wanted, 0.0)
        clock = problem.clocks[site].of_lines(mode.option.own_line)
        length = np.where(np.isfinite(cutover), cutover, 0.0)
        later = np.asarray(clock.next_window(known, length))
        later = later + np.asarray(clock.pause(later, length))
        later = np.where(np.isfinite(wanted), np.maximum(later, alone), np.inf)
        start = np.where(moved, later, alone)
        if window.bounded:
            # End and cutover that 8 of 10 cases keep are of different cases: no cutover begins before its window.
            start[JUDGED_AT] = max(start[JUDGED_AT], window.open[site])
            if start[JUDGED_AT] > window.latest(site, mode.cutover80):
                # Nor after the one that it is ready for.
                ready = _ready(mode, run)
                start[JUDGED_AT], moved[JUDGED_AT] = max(ready, window.open[site]), True
        return Placed(mode, slot, run, start, np.where(moved, start + cutover, finish), cutover)
