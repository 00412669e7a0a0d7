"""Why something is recommended, and something else is not, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from migplan.engine.options import Option
from migplan.engine.pricing import Cost
from migplan.engine.ranking import Verdict
from migplan.errors import counted
from migplan.facts import Fact
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.results.model import SettingsResult
from migplan.text import listed
from migplan.units import DAY, HOUR, MONTH

ARROW = " → "
"""What stands between how files are moved and where to, in short names."""


def names(option: Option, cold: bool = True) -> dict[str, Any]:
    """What people call an option and its parts, by the fields of its record, where some of the data is cold or none."""
    parts = {
        "mover": option.mover,
        "route": option.route,
        "device": option.device,
        "target": option.target,
    }
    called = {name: part.plain for name, part in parts.items() if part is not None}
    obtained = "order" if option.device is None else option.device.obtained
    return {
        "name": option_name(option, cold),
        "short_name": short_name(option),
        "parts": called,
        "obtained": obtained,
    }


def option_name(option: Option, cold: bool = True) -> str:
    """What people call an option: how files are moved, and to which target in which configuration.

    Ids are for scripts: 'datasync-basic/internet/fsx-windows' is "DataSync over the existing internet line to FSx for
    Windows, multi-zone HDD".
    """
    own = option.target.configuration_plain if cold else option.target.configuration_hot
    target = ", ".join(filter(None, (option.target.plain, own)))
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
    device, mover, route = (
        "" if part is None else part.short for part in (option.device, option.mover, option.route)
    )
    return joined(device, mover, route, option.target.short, option.kind == "split")


def joined(device: str, mover: str, route: str, target: str, split: bool) -> str:
    """The short name of an option from those of its parts, of which it does not have those that are empty.

    >>> joined("", "Robocopy", "VPN", "EFS", split=False), joined("Disks", "Robocopy", "VPN", "EFS", split=True)
    ('Robocopy · VPN → EFS', 'Disks and Robocopy · VPN → EFS')
    """
    over = " · ".join(filter(None, (mover, route)))
    return f"{(' and ' if split else ', then ').join(filter(None, (device, over)))}{ARROW}{target}"


def same_end(assumptions: Mapping[str, Fact]) -> float:
    """By which factor two ends differ at the most that are at about the same time. [1]."""
    return 1.0 + assumptions["same_end"].value


LEAST_USD, LEAST_DAYS = 1.0, 0.05
"""Differences below these are rounded away where they are told."""

ENDING, UNENDING = "ends in 8 of 10 cases", "does not end in 2 of 10 cases"
"""What is said of one option beside another that is otherwise."""


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
    sentences = [f"Takes {days:,.1f} days with typical values{_against_deadline(w, days, p80_days)}"]
    keeps = option.keeps or {}
    kept = [ATTRIBUTES[name] for name in w.keep if keeps.get(name) == "yes"]
    if kept:
        sentences.append(f"Keeps what must be kept: {listed(kept)}.")
    sentences.append(_total(option, w, cost))
    if not verdict.in_window:
        window = f"the {float(w.cutover_window) / HOUR:g} h window"
        sentences.append(
            f"Its cutover {'does not' if p80_days is None else 'is not 80 % sure to'} fit {window}."
        )
    if not verdict.in_budget:
        sentences.append(_over_budget(w, cost))
    return sentences


def _total(option: Option, w: Workload, cost: Cost) -> str:
    """What the move and the target come to, or why nobody can tell."""
    target = option.target.plain
    own = [bool(np.isnan(line.amount)) for line in cost.lines if line.monthly and not line.running]
    if not cost.complete and (cost.total == 0 or (own and all(own))):
        return f"No total: no prices of {target} in {w.region} are known."
    months = counted(float(w.horizon) / MONTH, "month", "g")
    beside = " and what users need beside it" if any(line.running for line in cost.lines) else ""
    joined = f", {months} of {target}{beside}" if beside else f" and {months} of {target}"
    return f"The move{joined}: {'' if cost.complete else 'at least '}{cost.total:,.0f} USD{_missing(cost)}."


def _missing(cost: Cost) -> str:
    """How many prices are missing from a total."""
    missing = sum(bool(np.isnan(line.amount)) for line in cost.lines)
    if cost.complete:
        return ""
    return ", since a price is not known" if missing < 2 else f", since {missing} prices are not known"


_WORK = {
    "work_circuit": "a circuit",
    "work_tunnel": "a VPN set up",
    "work_device": "devices handled",
    "work_tool": "a tool run by hand",
    "work_compare": "its copy compared by hand",
    "work_server": "a server looked after",
    "work_system": "skills for a system that the team does not run today",
}
"""Kind of work -> what an option needs that has it."""


def more_work(kinds: Sequence[str], than: Sequence[str]) -> list[str]:
    """What an option needs people for and another does not, as at most one phrase.

    >>> more_work(["work_tunnel", "work_tool"], ["work_tool"]), more_work([], ["work_device"])
    (['needs a VPN set up'], [])
    """
    needs = [_WORK[name] for name in kinds if name not in than]
    return [f"needs {listed(needs)}"] if needs else []


_COMPARED = {
    "none": "nothing is compared after the copy",
    "changed": "what was sent is verified",
    "all": "everything is verified in every run",
}


def run_with(option: Option, settings: SettingsResult) -> str:
    """How an option is run, in words."""
    mover, parts = option.mover, []
    if settings.agents is not None:
        noun = "loading host" if mover is None else "copy host" if mover.by_hand else "agent"
        parts.append(counted(settings.agents, noun))
    if settings.threads is not None and mover is not None and mover.by_hand:
        parts[-1] += f" of {counted(settings.threads, 'thread')}"
    if settings.tasks is not None and mover is not None and not mover.by_hand and settings.agents:
        parts.append(counted(settings.tasks, "task"))
    if settings.verify is not None:
        by_hand = mover is not None and mover.by_hand and mover.verifies == ("none",)
        parts.append(f"{_COMPARED[settings.verify]}{', so compare by hand' if by_hand else ''}")
    return ", ".join(parts)


def _over_budget(w: Workload, cost: Cost) -> str:
    """What is not known is judged at an upper bound, and said to be."""
    if not cost.total <= w.budget:
        return "It is over the budget."
    bound = f"with unknown prices at an upper bound it comes to {cost.ceiling:,.0f} USD"
    why = bound if np.isfinite(cost.ceiling) else "a price is not known anywhere"
    return f"It is not known to be within the budget: {why}."


def _against_deadline(w: Workload, days: float, p80_days: float | None) -> str:
    """How the end that counts stands against the deadline."""
    counts = days if p80_days is None else p80_days
    if not np.isfinite(counts):
        return ", and in 2 of 10 cases it never ends."
    sure = "" if p80_days is None else f", and {p80_days:,.1f} days or less in 8 of 10 cases"
    if np.isnan(w.deadline):
        return f"{sure}."
    spare = w.deadline / DAY - counts
    return f"{sure}, {abs(spare):,.1f} days {'before' if spare >= 0 else 'after'} the deadline."


def why_not(winner: dict[str, Any], other: dict[str, Any], same: float) -> str:
    """Why the next one is only next: the first criterion on which the two differ.

    Parameters
    ----------
    same : float
        Factor from `same_end`.
    """
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
            return UNENDING if key == "in_time" and np.isinf(other["finish"]) else text
    work = more_work(other["work"], winner["work"])
    parts = [*_misses(winner, other, same), *_money(winner, other), *_time(winner, other), *work]
    if parts:
        return listed(parts)
    known = winner["complete"] and other["complete"]
    return "is equal in cost and time" if known else "is equal as far as prices are known"


def _misses(winner: dict[str, Any], other: dict[str, Any], same: float) -> list[str]:
    """The wishes that both miss, and the other one by clearly more."""
    if not np.isfinite(other["finish"]):
        return []
    wishes = (
        ("lateness", "misses the deadline by more days"),
        ("overrun", "misses the cutover window by more hours"),
    )
    return [text for key, text in wishes if other[key] > winner[key] * same]


def _money(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What another costs more or less; no difference is told that contains a price which nobody knows.

    The same price of the same quantity drops out of a difference. Any other counts as it does where options are ranked,
    at an upper bound.
    """
    if other["gaps"] == winner["gaps"]:
        more = other["cash"] - winner["cash"]
        told = f"costs {abs(more):,.0f} USD {'more' if more > 0 else 'less'}"
        return [told] if abs(more) >= LEAST_USD else []
    if winner["complete"]:
        return ["has a price that is not known"]
    dearer = other["ceiling"] > winner["ceiling"]
    return ["costs more with unknown prices at an upper bound"] if dearer else []


def _time(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    later = (other["finish"] - winner["finish"]) / DAY
    if np.isinf(other["finish"]):
        return [UNENDING]
    if not np.isfinite(later):
        return [ENDING]
    told = f"ends {abs(later):,.1f} days {'later' if later > 0 else 'sooner'}"
    return [told] if abs(later) >= LEAST_DAYS else []
