"""What there is to say about passes and cutovers that work, but not as one would like."""

from __future__ import annotations

from typing import Any

import numpy as np

from migplan.engine.options import Option
from migplan.formulas.passes import STALLS
from migplan.inputs.workload import Workload
from migplan.language import amounts, messages, say, worded
from migplan.units import HOUR, show

_NEAR = 0.8
"""Change ratio from which a plan says how near to 1 it is: there what is added to a pass counts five times. [1]."""

_NOTABLE = 0.1
"""Part of a window from which a last pass has to do with whether it fits. [1]."""

_HELP = messages(
    {
        "last_scan": "listing what has changed; "
        "more tasks or agents, a split of the data or block replication shorten it",
        "last_delta": "copying the last changes; more line or more agents shorten it",
        "last_verify": "verifying; verifying only what has changed, or more agents, shorten it",
    }
)


def pass_notes(option: Option, w: Workload, state: Any, numbers: dict[str, float]) -> list[str]:
    """Notes on the passes of one option.

    Parameters
    ----------
    state : int
        How the passes end.
    numbers : dict
        Details of the outcome, by name.
    """
    notes = []
    ratio = numbers.get("change_ratio", 0.0)
    if _NEAR <= ratio < 1.0:
        template = (
            "changes take {ratio} of the time in which they arise, so that passes shrink slowly: an hour more in "
            "one of them is about {hours} at the end, and from 100% on there is no end"
        )
        notes.append(say(template, ratio=f"{ratio:.0%}", hours=f"{1.0 / (1.0 - ratio):,.0f}"))
    parts = {name: numbers[name] for name in _HELP if name in numbers}
    if state == STALLS and sum(parts.values()) >= _NOTABLE * np.nan_to_num(w.cutover_window):
        most = max(parts, key=parts.__getitem__)
        template = (
            "passes stall at {time}, and no further one is shorter: most of it is {what}, and a wider cutover window "
            "lets it in"
        )
        time = amounts(_about(sum(parts.values())))
        notes.append(say(template, time=time, what=worded(_HELP[most])))
    if option.mover is not None and w.verify and w.verify not in option.mover.verifies:
        wanted, usual = repr(w.verify), repr(option.mover.verifies_by_default)
        template = "{mover} has no verification of {wanted}; counted with its own, {usual}"
        notes.append(say(template, mover=option.mover.name, wanted=wanted, usual=usual))
    return notes


def _about(duration: float) -> str:
    """A time as people say it: hours to a tenth, and less than one in minutes.

    >>> _about(20102.0), _about(3600.0), _about(500.0)
    ('5.6 hours', '1 hour', '8 min')
    """
    step = 0.1 * HOUR if duration >= HOUR else 60.0
    return show(max(round(duration / step), 1) * step, "s")
