"""Why numbers rule an option out, in words."""

from __future__ import annotations

import math

import numpy as np

from migplan.engine.options import Option
from migplan.engine.outcome import BOUNDS
from migplan.engine.targets import Reason, most_throughput, needed_throughput, size
from migplan.facts import Target
from migplan.inputs.workload import Workload
from migplan.language import messages, say, worded
from migplan.units import show

_TIB = 2**40

FAULTS = messages(
    {
        "no-line": "the site has no line for this route; give `link`",
        "no-upgrade": (
            "the line of the site is a circuit that is as fast; give more of it (`share`) before a second one"
        ),
        "port-too-large": "the copy would fill a small part of this port; a smaller one is as soon done and costs less",
        "file-too-large": "the largest file is above the limit of the mover, the device or the target",
        "short-of-iops": "the target does not give the operations per second that are asked for",
        "short-of-throughput": "the target does not give the throughput that is asked for, however much is bought",
        "does-not-converge": "does not converge: data changes about as fast as it is copied, and no pass gets short",
        "no-window": "no stretch of hours and cutover days outside freezes is long enough for the cutover",
        "misses-return-date": "devices would come back after the end of support",
        "misses-last-order": "a later wave of devices would be ordered after the last day for orders",
        "too-small": "so little data that shipping a part of it brings the end no nearer",
        "out-of-calendar": "no end within the years the calendar covers",
    }
)
"""Code of a reason that depends on numbers -> its text."""


def numeric_reasons(
    option: Option, faults: dict[str, bool], workload: Workload, numbers: dict[str, float]
) -> list[Reason]:
    """The faults of one option in words, with the numbers that matter.

    Parameters
    ----------
    numbers : dict
        Details of the outcome, by name.
    """
    reasons = []
    for code, holds in faults.items():
        if not holds:
            continue
        text, source = worded(FAULTS[code]), ""
        if code == "short-of-throughput":
            name = worded(option.target.configuration_name or option.target.name)
            text = f"{name} {too_slow(option.target, workload)}"
        if code == "does-not-converge":
            text += _converging(option, workload, numbers)
        if code in ("misses-return-date", "misses-last-order") and option.device is not None:
            life = option.device.lifecycle
            day = life.available_until if code == "misses-return-date" else life.orders_until
            text, source = f"{text}{worded(', ')}{day}", life.source
        reasons.append(Reason(code, text, source))
    return reasons


def too_slow(target: Target, w: Workload) -> str:
    """That a target does not give users the throughput that they need, and what binds it.

    In bytes, as file systems are sold, and not in the bits of a line.
    """
    sized = size(target, w, 0.0)
    sold, medium = (float(np.min(most)) for most in most_throughput(target, w, sized))
    needed = f"{float(np.max(needed_throughput(w))) / 1e6:,.0f}"
    if medium >= sold:
        return say("does not give the {needed} MB/s that users need, however much is bought", needed=needed)
    each = f"{medium / float(np.min(sized.provisioned)) * _TIB / 1e6:,.4g}"
    template = "does not give the {needed} MB/s that users need: {each} MB/s for each TiB of {medium} make {all} MB/s"
    made = {"medium": target.medium.upper(), "all": f"{medium / 1e6:,.0f}"}
    return say(template, needed=needed, each=each, **made)


def _converging(option: Option, w: Workload, numbers: dict[str, float]) -> str:
    """By how much changes outrun the copy, and the line that would do, where the line is what bounds it."""
    ratio, rate = numbers.get("change_ratio", np.nan), numbers.get("rate", np.nan)
    if not np.isfinite(ratio):
        return ""
    at = say(" at {rate}", rate=_spoken(rate)) if np.isfinite(rate) else ""
    template = "; copying a day's changes takes {ratio} of the day's usable time{at}"
    told = say(template, ratio=f"{ratio:.3g}", at=at)
    bound = BOUNDS[int(numbers.get("copy_bound", 0))]
    if bound != "link":
        alone = say(", and a wider line alone does not help: {bound} is the bound", bound=worded(bound))
        return f"{told}{alone}"
    fact = option.route.fact("line_rate", w.region) if option.own_line and option.route is not None else None
    line = float(np.max(w.link)) if fact is None else fact.value
    # At a ratio of 1 changes would just be kept up with: more than that is wanted.
    needed = _spoken(line * ratio, up=True)
    template = "; a line of more than {needed} would be enough, this one has {now}"
    return f"{told}{say(template, needed=needed, now=show(line, 'B/s'))}"


def _spoken(rate: float, up: bool = False) -> str:
    """A rate to the two digits that people say, rounded up where it is the least that does.

    >>> _spoken(146.8e6 / 8), _spoken(141e6 / 8, up=True), _spoken(1e9 / 8, up=True)
    ('150 Mbps', '150 Mbps', '1 Gbps')
    """
    step = 10.0 ** (math.floor(math.log10(rate * 8)) - 1)
    count = rate * 8 / step
    # A hair less, so that what is round already stays.
    return show((math.ceil(count - 1e-9) if up else round(count)) * step / 8, "B/s")
