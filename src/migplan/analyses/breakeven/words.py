"""Why two options never change places, in words."""

from __future__ import annotations

import math

from migplan import units
from migplan.language import amounts, message, messages, say, worded

BASES = {"volume": "B", "link": "B/s"}

NO_LINE = "neither option uses the line of the site"


def why_never(
    over: str,
    of: str,
    names: tuple[str, str],
    kinds: tuple[str, str],
    ends: tuple[tuple[float, float, float], tuple[float, float, float]],
    bound: str,
    closed: float | None,
) -> str:
    """One sentence on who is ahead, with the numbers at both ends, and one on what makes it so.

    Parameters
    ----------
    names, kinds : tuple of str
        Of the first and the second option; 'circuit' is a kind of its own.
    ends : tuple of (value, first, second)
        The input and the time or cost of both options at either end of the range, where one of them can be used.
    bound : str
        What bounds the option over the line at the upper end.
    closed : float or None
        The closed form.
    """
    (low, first_low, second_low), (high, first_high, second_high) = ends
    ahead = 0 if first_low < second_low or (math.isinf(second_high) and not math.isinf(first_high)) else 1
    told = {
        "ahead": names[ahead], "other": names[1 - ahead],
        "low": units.show(low, BASES[over]), "high": units.show(high, BASES[over]),
        "first_low": _show(first_low, of), "second_low": _show(second_low, of),
        "first_high": _show(first_high, of), "second_high": _show(second_high, of),
    }  # fmt: skip
    if math.isinf((second_low, first_low)[ahead]) and math.isinf((second_high, first_high)[ahead]):
        template = (
            "{other} cannot be used at any volume from {low} to {high}"
            if over == "volume"
            else "{other} cannot be used at any line rate from {low} to {high}"
        )
        return say(template, **told)
    template = (
        "{ahead} is sooner from {low} to {high}: {first_low} against {second_low} at the low end, {first_high} against "
        "{second_high} at the high end"
        if of == "time"
        else "{ahead} costs less from {low} to {high}: {first_low} against {second_low} at the low end, {first_high} "
        "against {second_high} at the high end"
    )
    because = _because(over, of, (kinds[ahead], kinds[1 - ahead]), bound, closed)
    return worded("; ").join(filter(None, (say(template, **told), because)))


_CALLED = messages({"online": "the line", "circuit": "a new circuit"})


def _because(over: str, of: str, kinds: tuple[str, str], bound: str, closed: float | None) -> str:
    """What makes the first of two kinds stay ahead of the second."""
    if of == "cost" or kinds[0] == kinds[1]:
        return ""
    ahead, behind = (worded(_CALLED.get(kind, message("devices"))) for kind in kinds)
    if over == "volume" and kinds[0] == "online":
        if closed is not None and math.isinf(closed):
            return worded(
                "the line moves a byte in less time than it takes to load it on a device and to read it in"
            )
        return say(
            "the volumes at which {behind} would overtake the line are larger than that", behind=behind
        )
    if over == "volume":
        devices = kinds[0] not in _CALLED
        template = (
            "{ahead} are done before {behind} can be" if devices else "{ahead} is done before {behind} can be"
        )
        return say(template, ahead=ahead, behind=behind)
    if kinds[0] == "online":
        return say("even the slowest of these lines is done before {behind} could be", behind=behind)
    if bound == "link":
        return ""
    template = "a faster line does not help: the option over it is bound by {bound}"
    return say(template, bound=worded(bound))


def _show(value: float, of: str) -> str:
    if math.isinf(value):
        return worded("never")
    return amounts(units.show(value, "s")) if of == "time" else f"{value:,.0f} USD"
