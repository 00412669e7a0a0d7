"""Why something is recommended, and something else is not, as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from migplan.engine.options import Option
from migplan.engine.pricing import Cost, Line
from migplan.engine.ranking import Verdict
from migplan.errors import counted
from migplan.inputs.workload import Workload
from migplan.results.alternatives import SAME_END
from migplan.results.model import SettingsResult
from migplan.text import listed
from migplan.units import DAY, MONTH

ARROW = " → "
"""What stands between how files are moved and where to, in short names."""


def names(option: Option) -> dict[str, Any]:
    """What people call an option, by the fields of its record."""
    return {"name": option_name(option), "short_name": short_name(option)}


def option_name(option: Option) -> str:
    """What people call an option: how files are moved, and to which target in which configuration.

    Ids are for scripts: 'datasync-basic/internet/fsx-windows' is "DataSync over the existing internet line to FSx for
    Windows, multi-zone HDD".
    """
    target = ", ".join(filter(None, (option.target.plain, option.target.configuration_plain)))
    mover, route = option.mover, option.route
    over = " over ".join(part.plain for part in (mover, route) if part is not None)
    if option.device is None:
        return f"{over} to {target}"
    device = option.device.plain
    if option.kind == "split":
        return f"{device} for one part and {over} for the other, to {target}"
    return f"{device}{', then ' + over if over else ''}, to {target}"


def short_name(option: Option) -> str:
    """The same for cells of a table, without the configuration: "DataSync · internet → FSx for Windows"."""
    over = " · ".join(part.short for part in (option.mover, option.route) if part is not None)
    if option.device is None:
        way = over
    elif option.kind == "split":
        way = f"{option.device.short} and {over}"
    else:
        way = ", then ".join(filter(None, (option.device.short, over)))
    return f"{way}{ARROW}{option.target.short}"


_UNENDING = "does not end in 2 of 10 cases"


def why(
    option: Option,
    w: Workload,
    days: float,
    p80_days: float | None,
    cost: Cost,
    verdict: Verdict,
) -> list[str]:
    """Reasons for a recommendation, as sentences.

    Parameters
    ----------
    days, p80_days : float
        From the start to the end of the cutover, at typical values and at P80.
    cost : Cost
        Its ledger.
    """
    told = [f"Done in {days:,.1f} days" + _against_deadline(w, days, p80_days)]
    keeps = option.keeps or {}
    kept = [name for name in w.keep if keeps.get(name) == "yes"]
    if kept:
        told.append(f"Keeps what must be kept: {', '.join(kept)}.")
    known = f"{cost.total:,.0f} USD"
    amount = known if cost.complete else "not known" if cost.total == 0 else f"at least {known}"
    total = amount if cost.complete else f"{amount} ({_not_known(cost.lines)})"
    months = counted(float(w.horizon) / MONTH, "month", "g")
    beside = " and of what users need beside it" if any(line.running for line in cost.lines) else ""
    told.append(f"Move and {months} of {option.target.name}{beside}: {total}.")
    often = "" if p80_days is None else " in 8 of 10 cases"
    if not verdict.in_window:
        told.append(f"Its cutover does not fit the window{often}.")
    if not verdict.in_budget:
        told.append(_over_budget(w, cost))
    return told


_COMPARED = {
    "none": "nothing is compared after the copy",
    "changed": "what was sent is verified",
    "all": "everything is verified in every run",
}


def run_with(option: Option, settings: SettingsResult) -> str:
    """How a way is run, in words."""
    mover, told = option.mover, []
    if settings.agents is not None:
        noun = "loading host" if mover is None else "copy host" if mover.by_hand else "agent"
        told.append(counted(settings.agents, noun))
    if settings.threads is not None and mover is not None and mover.by_hand:
        told[-1] += f" of {counted(settings.threads, 'thread')}"
    if settings.tasks is not None and mover is not None and not mover.by_hand and settings.agents:
        told.append(counted(settings.tasks, "task"))
    if settings.verify is not None:
        by_hand = mover is not None and mover.by_hand and mover.verifies == ("none",)
        told.append(f"{_COMPARED[settings.verify]}{', so compare by hand' if by_hand else ''}")
    return ", ".join(told)


def _over_budget(w: Workload, cost: Cost) -> str:
    """What is not known is judged at an upper bound, and said to be."""
    if not cost.total <= w.budget:
        return "It is over the budget."
    bound = f"with unknown prices at an upper bound it comes to {cost.ceiling:,.0f} USD"
    why = bound if np.isfinite(cost.ceiling) else "a price is not known anywhere"
    return f"It is not known to be within the budget: {why}."


def _not_known(lines: Sequence[Line]) -> str:
    """How many prices are missing from a total, and whether the whole of the target is."""
    missing = sum(bool(np.isnan(line.amount)) for line in lines)
    told = "a price is not known" if missing < 2 else f"{missing} prices are not known"
    target = [bool(np.isnan(line.amount)) for line in lines if line.monthly and not line.running]
    return f"{told}, none of the target's is" if target and all(target) else told


def _against_deadline(w: Workload, days: float, p80_days: float | None) -> str:
    """How the end that counts stands against the deadline."""
    counts = days if p80_days is None else p80_days
    if not np.isfinite(counts):
        return ", but not at all in 2 of 10 cases."
    told = "" if p80_days is None else f", and in 8 of 10 cases within {p80_days:,.1f}"
    if np.isnan(w.deadline):
        return f"{told}."
    spare = w.deadline / DAY - counts
    return (
        f"{told}, {spare:,.1f} before the deadline."
        if spare >= 0
        else f"{told}, {-spare:,.1f} after the deadline."
    )


def why_not(winner: dict[str, Any], other: dict[str, Any]) -> str:
    """Why the next one is only next: the first criterion on which the two differ."""
    for key, text in (
        ("usable", "cannot be used"),
        ("keeps", "is not known to keep everything that must be kept"),
        ("in_time", "misses the deadline"),
        ("in_window", "does not fit the cutover window"),
        (
            "in_budget",
            "is not known to be within the budget" if other.get("unknown") else "is over the budget",
        ),
    ):
        if winner[key] and not other[key]:
            return _UNENDING if key == "in_time" and np.isinf(other["finish"]) else text
    parts = [*_misses(winner, other), *_money(winner, other), *_time(winner, other)]
    return listed(parts) or "is equal in cost and time"


def _misses(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The wishes that both miss, and the other one by clearly more."""
    if not np.isfinite(other["finish"]):
        return []
    wishes = (("lateness", "misses the deadline by more"), ("overrun", "misses the cutover window by more"))
    return [text for key, text in wishes if other[key] > winner[key] * SAME_END]


def _money(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What another costs more or less; nothing is said of money where any of the two has a price nobody knows."""
    if not (other["complete"] and winner["complete"]):
        return ["has a price that is not known" if not other["complete"] else "has only known prices"]
    more = other["cash"] - winner["cash"]
    return [f"costs {abs(more):,.0f} USD {'more' if more > 0 else 'less'}"] if abs(more) >= 1 else []


def _time(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    later = (other["finish"] - winner["finish"]) / DAY
    if np.isinf(other["finish"]):
        return [_UNENDING]
    if not np.isfinite(later):
        return ["ends in 8 of 10 cases"]
    return [f"ends {abs(later):,.1f} days {'later' if later > 0 else 'sooner'}"] if abs(later) >= 0.05 else []
