"""Why two ways never change places, in words."""

from __future__ import annotations

import math

from migplan import units

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
        Of the first and the second way; 'circuit' is a kind of its own.
    ends : tuple of (value, first, second)
        The input and the time or cost of both ways at either end of the range, where one of them can be used.
    bound : str
        What bounds the way over the line at the upper end.
    closed : float or None
        The closed form.
    """
    (low, first_low, second_low), (high, first_high, second_high) = ends
    ahead = 0 if first_low < second_low or (math.isinf(second_high) and not math.isinf(first_high)) else 1
    other = names[1 - ahead]
    span = f"from {units.show(low, BASES[over])} to {units.show(high, BASES[over])}"
    if math.isinf((second_low, first_low)[ahead]) and math.isinf((second_high, first_high)[ahead]):
        return f"{other} cannot be used at any {_NOUN[over]} {span}"
    told = (
        f"{names[ahead]} {_VERB[of]} {span}: {_show(first_low, of)} against {_show(second_low, of)} at the low end, "
        f"{_show(first_high, of)} against {_show(second_high, of)} at the high end"
    )
    because = _because(over, of, (kinds[ahead], kinds[1 - ahead]), bound, closed)
    return f"{told}; {because}" if because else told


_NOUN = {"volume": "volume", "link": "line rate"}
_VERB = {"time": "is sooner", "cost": "costs less"}


_CALLED = {"online": "the line", "circuit": "a new circuit"}


def _because(over: str, of: str, kinds: tuple[str, str], bound: str, closed: float | None) -> str:
    """What makes the first of two kinds stay ahead of the second."""
    if of == "cost" or kinds[0] == kinds[1]:
        return ""
    ahead, behind = (_CALLED.get(kind, "devices") for kind in kinds)
    if over == "volume" and kinds[0] == "online":
        if closed is not None and math.isinf(closed):
            return "the line moves a byte in less time than it takes to load it on a device and to read it in"
        return f"the volumes at which {behind} would overtake the line are larger than that"
    if over == "volume":
        return f"{ahead} {'are' if ahead == 'devices' else 'is'} done before {behind} can be"
    if kinds[0] == "online":
        return f"even the slowest of these lines is done before {behind} could be"
    return f"a faster line does not help: the option over it is bound by {bound}" if bound != "link" else ""


def _show(value: float, of: str) -> str:
    if math.isinf(value):
        return "never"
    return units.show(value, "s") if of == "time" else f"{value:,.0f} USD"
