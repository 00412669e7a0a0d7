"""Why something is recommended, and something else is not, as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from migplan.engine.configurations import shortfall
from migplan.engine.options import Option
from migplan.engine.pricing import Cost
from migplan.engine.ranking import Verdict
from migplan.errors import counted
from migplan.facts import Fact
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.workload import Workload
from migplan.language import message, messages, say, worded
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
    called = {name: worded(part.plain) for name, part in parts.items() if part is not None}
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
    target = worded(", ").join(map(worded, filter(None, (option.target.plain, own))))
    over, device = _over(option), "" if option.device is None else worded(option.device.plain)
    if option.device is None:
        return say("{over} to {target}", over=over, target=target)
    if option.kind == "split":
        template = "{device} for one part and {over} for the other, to {target}"
        return say(template, device=device, over=over, target=target)
    if not over:
        return say("{device}, to {target}", device=device, target=target)
    return say("{device}, then {over}, to {target}", device=device, over=over, target=target)


def _over(option: Option) -> str:
    """The tool, and the line that it takes."""
    parts = [worded(part.plain) for part in (option.mover, option.route) if part is not None]
    return say("{tool} over {line}", tool=parts[0], line=parts[1]) if len(parts) == 2 else "".join(parts)


def short_name(option: Option) -> str:
    """The same for cells of a table, without the configuration: "DataSync · internet → FSx for Windows"."""
    device, mover, route = (
        "" if part is None else worded(part.short) for part in (option.device, option.mover, option.route)
    )
    return joined(device, mover, route, worded(option.target.short), option.kind == "split")


def carrier_name(option: Option) -> str:
    """The device and the mover of an option, in words."""
    parts = (option.device, option.mover)
    return worded(" and ").join(worded(part.plain) for part in parts if part is not None)


def joined(device: str, mover: str, route: str, target: str, split: bool) -> str:
    """The short name of an option from those of its parts, of which it does not have those that are empty.

    >>> joined("", "Robocopy", "VPN", "EFS", split=False), joined("Disks", "Robocopy", "VPN", "EFS", split=True)
    ('Robocopy · VPN → EFS', 'Disks and Robocopy · VPN → EFS')
    """
    over = " · ".join(filter(None, (mover, route)))
    way = device or over
    if device and over:
        template = message("{device} and {over}") if split else message("{device}, then {over}")
        way = say(template, device=device, over=over)
    return f"{way}{ARROW}{target}"


def same_end(assumptions: Mapping[str, Fact]) -> float:
    """By which factor two ends differ at the most that are at about the same time. [1]."""
    return 1.0 + assumptions["same_end"].value


LEAST_USD, LEAST_DAYS = 1.0, 0.05
"""Differences below these are rounded away where they are told."""

ENDING, UNENDING = message("ends in 8 of 10 cases"), message("does not end in 2 of 10 cases")
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
    typical = say("Takes {days} days with typical values", days=f"{days:,.1f}")
    sentences = [f"{typical}{_against_deadline(w, days, p80_days)}"]
    keeps = option.keeps or {}
    kept = [worded(ATTRIBUTES[name]) for name in w.keep if keeps.get(name) == "yes"]
    if kept:
        sentences.append(say("Keeps what must be kept: {what}.", what=listed(kept)))
    sentences.append(_total(option, w, cost))
    if not verdict.in_window:
        template = message("Its cutover does not fit the {hours} h window.")
        if p80_days is not None:
            template = message("Its cutover is not 80 % sure to fit the {hours} h window.")
        sentences.append(say(template, hours=f"{float(w.cutover_window) / HOUR:g}"))
    if not verdict.in_budget:
        sentences.append(_over_budget(w, cost))
    return sentences


def _total(option: Option, w: Workload, cost: Cost) -> str:
    """What the move and the target come to, or why nobody can tell."""
    target = worded(option.target.plain)
    own = [bool(np.isnan(line.amount)) for line in cost.lines if line.monthly and not line.running]
    if not cost.complete and (cost.total == 0 or (own and all(own))):
        return say("No total: no prices of {target} in {region} are known.", target=target, region=w.region)
    months = counted(float(w.horizon) / MONTH, "month", "g")
    template = "The move and {months} of {target}: {amount} USD{missing}."
    if any(line.running for line in cost.lines):
        template = "The move, {months} of {target} and what users need beside it: {amount} USD{missing}."
    least = "{amount}" if cost.complete else message("at least {amount}")
    amount = say(least, amount=f"{cost.total:,.0f}")
    return say(template, months=months, target=target, amount=amount, missing=_missing(cost))


def _missing(cost: Cost) -> str:
    """How many prices are missing from a total."""
    missing = sum(bool(np.isnan(line.amount)) for line in cost.lines)
    if cost.complete:
        return ""
    if missing < 2:
        return worded(", since a price is not known")
    return say(", since {count} prices are not known", count=missing)


_WORK = messages(
    {
        "work_circuit": "a circuit",
        "work_tunnel": "a VPN set up",
        "work_device": "devices handled",
        "work_tool": "a tool run by hand",
        "work_compare": "its copy compared by hand",
        "work_server": "a server looked after",
        "work_partial": "a look at what arrives only in part",
        "work_system": "skills for a system that the team does not run today",
    }
)
"""Kind of work -> what an option needs that has it."""


def more_work(kinds: Sequence[str], than: Sequence[str]) -> list[str]:
    """What an option needs people for and another does not, as at most one phrase.

    >>> more_work(["work_tunnel", "work_tool"], ["work_tool"]), more_work([], ["work_device"])
    (['needs a VPN set up'], [])
    """
    needs = [worded(_WORK[name]) for name in kinds if name not in than]
    return [say("needs {what}", what=listed(needs))] if needs else []


def less_given(option: Option, than: Option, w: Workload) -> list[str]:
    """That an option gives less than a stated use needs and another does not, as at most one phrase."""
    short, other = (bool(np.any(shortfall(own.target, w) > 0)) for own in (option, than))
    return [worded("gives less than its use needs")] if short and not other else []


_COMPARED = messages(
    {
        "none": "nothing is compared after the copy",
        "changed": "what was sent is verified",
        "all": "everything is verified in every run",
    }
)


def run_with(option: Option, settings: SettingsResult) -> str:
    """How an option is run, in words."""
    mover, parts = option.mover, []
    if settings.agents is not None:
        noun = "loading host" if mover is None else "copy host" if mover.by_hand else "agent"
        parts.append(counted(settings.agents, noun))
    if settings.threads is not None and mover is not None and mover.by_hand:
        threads = counted(settings.threads, "thread")
        parts[-1] = say("{hosts} of {threads}", hosts=parts[-1], threads=threads)
    if settings.tasks is not None and mover is not None and not mover.by_hand and settings.agents:
        parts.append(counted(settings.tasks, "task"))
    if settings.verify is not None:
        by_hand = mover is not None and mover.by_hand and mover.verifies == ("none",)
        by = worded(", so compare by hand") if by_hand else ""
        parts.append(f"{worded(_COMPARED[settings.verify])}{by}")
    return worded(", ").join(parts)


def _over_budget(w: Workload, cost: Cost) -> str:
    """What is not known is judged at an upper bound, and said to be."""
    if not cost.total <= w.budget:
        return worded("It is over the budget.")
    why = worded("a price is not known anywhere")
    if np.isfinite(cost.ceiling):
        bound = f"{cost.ceiling:,.0f}"
        why = say("with unknown prices at an upper bound it comes to {amount} USD", amount=bound)
    return say("It is not known to be within the budget: {why}.", why=why)


def _against_deadline(w: Workload, days: float, p80_days: float | None) -> str:
    """How the end that counts stands against the deadline."""
    counts = days if p80_days is None else p80_days
    if not np.isfinite(counts):
        return worded(", and in 2 of 10 cases it never ends.")
    sure = ""
    if p80_days is not None:
        sure = say(", and {days} days or less in 8 of 10 cases", days=f"{p80_days:,.1f}")
    if np.isnan(w.deadline):
        return say("{sentence}.", sentence=sure)
    spare = w.deadline / DAY - counts
    template = message(", {days} days before the deadline")
    if spare < 0:
        template = message(", {days} days after the deadline")
    return say("{sentence}.", sentence=f"{sure}{say(template, days=f'{abs(spare):,.1f}')}")


def why_not(winner: dict[str, Any], other: dict[str, Any], same: float) -> str:
    """Why the next one is only next: the first criterion on which the two differ.

    Parameters
    ----------
    same : float
        Factor from `same_end`.
    """
    for key, text in FAILS.items():
        if winner[key] and not other[key]:
            if key == "in_time" and np.isinf(other["finish"]):
                return worded(UNENDING)
            over = key == "in_budget" and not other.get("unknown")
            return worded("is over the budget" if over else text)
    work = more_work(other["work"], winner["work"])
    parts = [
        *_misses(winner, other, same),
        *other.get("less", ()),
        *_money(winner, other),
        *_time(winner, other),
        *_margin(winner, other),
        *work,
    ]
    if parts:
        return listed(parts)
    known = winner["complete"] and other["complete"]
    return worded("is equal in cost and time" if known else "is equal as far as prices are known")


FAILS = messages(
    {
        "usable": "cannot be used",
        "keeps": "is not known to keep everything that must be kept",
        "in_time": "misses the deadline",
        "in_window": "does not fit the cutover window",
        "in_budget": "is not known to be within the budget",
    }
)
"""Criterion -> what is said of what fails it."""


def _misses(winner: dict[str, Any], other: dict[str, Any], same: float) -> list[str]:
    """The wishes that both miss, and the other one by clearly more."""
    if not np.isfinite(other["finish"]):
        return []
    return [worded(text) for key, text in _BY_MORE.items() if other[key] > winner[key] * same]


_BY_MORE = messages(
    {
        "lateness": "misses the deadline by more days",
        "overrun": "misses the cutover window by more hours",
    }
)


def _money(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What another costs more or less; no difference is told that contains a price which nobody knows.

    The same price of the same quantity drops out of a difference. Any other counts as it does where options are ranked,
    at an upper bound.
    """
    if other["gaps"] == winner["gaps"]:
        more = other["cash"] - winner["cash"]
        template = message("costs {amount} USD more") if more > 0 else message("costs {amount} USD less")
        return [say(template, amount=f"{abs(more):,.0f}")] if abs(more) >= LEAST_USD else []
    if winner["complete"]:
        return [worded("has a price that is not known")]
    dearer = other["ceiling"] > winner["ceiling"]
    return [worded("costs more with unknown prices at an upper bound")] if dearer else []


_NARROW, _LESS = 0.25, 0.1
"""Part of a window below which what a cutover leaves of it is worth a word, and by how much less that is."""


def _margin(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """That a cutover fits its window and leaves little of it."""
    mine, left = winner.get("spare", np.nan), other.get("spare", np.nan)
    if not (0.0 <= left < _NARROW and mine - left >= _LESS):
        return []
    return [
        say(
            "leaves {left} % of the cutover window to spare instead of {mine} %",
            left=f"{100.0 * left:.0f}",
            mine=f"{100.0 * mine:.0f}",
        )
    ]


def _time(winner: dict[str, Any], other: dict[str, Any]) -> list[str]:
    later = (other["finish"] - winner["finish"]) / DAY
    if np.isinf(other["finish"]):
        return [worded(UNENDING)]
    if not np.isfinite(later):
        return [worded(ENDING)]
    template = message("ends {days} days later") if later > 0 else message("ends {days} days sooner")
    return [say(template, days=f"{abs(later):,.1f}")] if abs(later) >= LEAST_DAYS else []
