"""What counts in a decision besides cash: the work of people, and each day until a move is done.

One sum decides among options that meet what was asked for: cash at an upper bound, the hours to arrange and to run an
option, and what a day of delay costs. What is counted and not invoiced is told apart from cash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.options import Option
from migplan.engine.passes import changed_bytes
from migplan.engine.ranking import JUDGED, kept_in_part
from migplan.facts import Fact
from migplan.formulas import Numeric
from migplan.formulas.devices import device_count
from migplan.formulas.statistics import exceedance
from migplan.inputs.workload import Workload
from migplan.units import MONTH


def kinds_of_work(option: Option, w: Workload) -> list[str]:
    """The assumptions that say how much work an option takes before anything runs, and until it is sure.

    A circuit or a tunnel that has to be built, devices, a tool that people run and whose copy they compare, a server
    that they run themselves from then on, a system that the team does not run today, what arrives only in part.
    """
    mover = option.mover
    by_hand = mover is not None and mover.by_hand
    kinds = {
        "work_circuit": not option.exists and option.own_line,
        "work_tunnel": not option.exists and not option.own_line and option.route is not None,
        "work_device": option.device is not None,
        "work_tool": by_hand,
        "work_compare": by_hand and mover is not None and mover.verifies == ("none",),
        "work_server": option.target.by_hand,
        "work_system": option.target.system not in ("", w.source) and w.source != "other",
        "work_partial": bool(partly_kept(option, w)),
    }
    return [name for name, holds in kinds.items() if holds]


def partly_kept(option: Option, w: Workload) -> list[str]:
    """What somebody asked to keep and is kept only in part, or is not known to be kept: each takes work by itself.

    What nobody asked for and is kept by default is worth a word, and no work.
    """
    return kept_in_part(option, w) if w.inputs["keep"].status == "given" else []


def work_to_arrange(option: Option, w: Workload, assumptions: Mapping[str, Fact]) -> float:
    """Work before anything runs, and until it is sure. [s]."""
    times = {"work_partial": len(partly_kept(option, w))}
    return sum(assumptions[name].value * times.get(name, 1) for name in kinds_of_work(option, w))


def has_hosts(option: Option) -> bool:
    """Whether machines of ours copy: not where storage systems or a service do it by themselves."""
    return option.mover is None or option.mover.by_hand or option.mover.agent != "none"


def hosts_money(has: Any, agents: Any, assumptions: Mapping[str, Fact]) -> Any:
    """What the work on each agent or copy host beyond the first counts for: the first is part of what else is arranged.

    [USD].

    Parameters
    ----------
    has : array of bool
        From `has_hosts`.
    agents : array
        [1]
    """
    each = assumptions["staff_rate"].value * assumptions["work_agent"].value
    return np.where(has, agents - 1.0, 0.0) * each


def items_per_task(option: Option, w: Workload) -> Fact | None:
    """How many items a task takes, where that is limited. [1]."""
    return None if option.mover is None else option.mover.fact("items_per_task", w.region)


def tasks_money(
    options: Sequence[Option], w: Workload, assumptions: Mapping[str, Fact]
) -> NDArray[np.float64]:
    """What the work on each task beyond the first counts for that a limit of items in a task asks for. [USD]."""
    limits = [items_per_task(option, w) for option in options]
    if not any(limits):
        return np.zeros((len(options), 1, 1))
    items = w.files * (1.0 + 1.0 / assumptions["files_per_directory"].value)
    most = np.array([fact.value if fact else np.inf for fact in limits])[:, None, None]
    each = assumptions["staff_rate"].value * assumptions["work_task"].value
    return np.asarray(np.maximum(device_count(items, most) - 1.0, 0.0) * each)


def work_to_run(option: Option, assumptions: Mapping[str, Fact]) -> float:
    """Work per time while it runs: a tool that people run wants looking after. [1]."""
    by_hand = option.mover is not None and option.mover.by_hand
    return assumptions["work_running"].value if by_hand else 0.0


def fixed_money(
    options: Sequence[Option], w: Workload, assumptions: Mapping[str, Fact], agents: Any
) -> NDArray[np.float64]:
    """What the work to arrange options counts for; the axes are option, row and draw. [USD].

    Parameters
    ----------
    agents : array
        That each option is run with. [1]
    """
    rate = assumptions["staff_rate"].value
    work = [work_to_arrange(option, w, assumptions) for option in options]
    has = np.array([has_hosts(option) for option in options], dtype=bool)[:, None, None]
    hosts = hosts_money(has, agents, assumptions)
    tasks = tasks_money(options, w, assumptions)
    return np.asarray((np.array(work, dtype=np.float64) * rate)[:, None, None] + hosts + tasks)


def outage_money(cutover: Any, w: Workload, assumptions: Mapping[str, Fact]) -> Any:
    """What it counts for that people cannot write for longer than they usually can do without. [USD].

    Only where nobody says how long a cutover may be, and in proportion to what they would have written in the time:
    what is never changed may stand still for as long as it takes.

    Parameters
    ----------
    cutover : array
        As it is judged. [s]
    """
    free, each = (assumptions[name].value for name in ("outage_free", "outage_per_byte"))
    with np.errstate(invalid="ignore"):
        held = changed_bytes(w, np.maximum(cutover, free)) - changed_bytes(w, free)
        return np.where(np.isnan(w.cutover_window) & (held > 0.0), held * each, 0.0)


def repeat_money(cutover: Any, by_time: Any, w: Workload, assumptions: Mapping[str, Fact]) -> Any:
    """What the chance counts for that a cutover does not end in its window, is called off and done again. [USD].

    So of two options that both fit it the one with the wider margin is worth more, by as much as it saves; beyond the
    margin that passes are made for, more is worth nothing.

    Parameters
    ----------
    cutover : array
        As it is judged: taken for what four of five keep. [s]
    by_time : array
        From `money_by_time`: what counts for each second until another window. [USD/s]
    """
    if np.all(np.isnan(w.cutover_window)):
        return 0.0
    work, delay, power = (
        assumptions[name].value for name in ("work_repeat", "repeat_delay", "overrun_power")
    )
    again = work * assumptions["staff_rate"].value + delay * by_time
    enough = assumptions["window_part"].value * w.cutover_window
    chance, usual = (exceedance(hours, w.cutover_window, JUDGED, power) for hours in (cutover, enough))
    chance = np.maximum(chance - usual, 0.0)
    # A rent that nobody knows makes the rest of the sum unknown already.
    return np.where(np.isnan(w.cutover_window), 0.0, chance * np.where(np.isfinite(again), again, 0.0))


def counted_money(cash: Any, fixed: Any, by_time: Any, finish: Any, outage: Any = 0.0) -> Any:
    """The sum of money that decides. [USD].

    Parameters
    ----------
    cash : array
        With an upper bound for prices that nobody knows. [USD]
    fixed, by_time, outage : array
        From `fixed_money`, `money_by_time`, and `outage_money` with `repeat_money`. [USD], [USD/s], [USD]
    finish : array
        [s]
    """
    # Without an end there is no sum; without any price neither.
    with np.errstate(invalid="ignore"):
        return cash + fixed + by_time * finish + outage


def money_by_time(
    options: Sequence[Option], w: Workload, assumptions: Mapping[str, Fact], rents: Mapping[str, Numeric]
) -> Any:
    """What each second until the end counts for: work to run options, and delay; by option, row and draw. [USD/s].

    Parameters
    ----------
    rents : mapping
        Key of a target -> its rent a month, by row and draw: what a day of delay costs where nobody says, since the
        old system runs as long. [USD]
    """
    rate = assumptions["staff_rate"].value
    work = np.array([work_to_run(option, assumptions) for option in options], dtype=np.float64) * rate
    if not options:
        return work[:, None, None]
    rent = np.stack(np.broadcast_arrays(*(rents[option.target.key] for option in options))) / MONTH
    return work[:, None, None] + np.where(np.isnan(w.delay_cost), rent, w.delay_cost)
