"""Text to numbers in base units, and back. The only module that imports pint.

Base units are bytes, seconds, bytes per second and USD. A quantity is a number and a unit; nothing is guessed:
TB and TiB differ, bit and byte differ, and a bare number is refused.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from migplan.errors import UnitError, shorten

if TYPE_CHECKING:
    import pint

DEFINITIONS = """
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
peta- = 1e15 = P-
exa- = 1e18 = E-
milli- = 1e-3 = m-
micro- = 1e-6 = u-
kibi- = 1024 = Ki-
mebi- = 1024**2 = Mi-
gibi- = 1024**3 = Gi-
tebi- = 1024**4 = Ti-
pebi- = 1024**5 = Pi-
exbi- = 1024**6 = Ei-
byte = [information] = B
bit = byte / 8 = b
second = [time] = s
bps = bit / second
Bps = byte / second
minute = 60 * second = min
hour = 60 * minute = h
day = 24 * hour = d
week = 7 * day
month = 730 * hour
year = 365 * day
USD = [currency]
item = [count] = file = object = request = job = run = device = connection = task = agent
thousand_requests = 1000 * item
million_requests = 1000000 * item
percent = 0.01
"""

_NUMBER = r"(\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_QUANTITY = re.compile(_NUMBER + r"[ \t\u00a0\u202f]*((?:[A-Za-z]+|%)(?:/[A-Za-z]+)?)", re.ASCII)
_COUNT = re.compile(_NUMBER + r"[ \u00a0\u202f]*(k|M|G|T|thousand|million|billion)?", re.ASCII)
_UNIT = re.compile(r"(?:[A-Za-z_]+|%|1)(?:/[A-Za-z_]+){0,3}", re.ASCII)
_COUNT_POWER = {None: 0, "k": 3, "thousand": 3, "M": 6, "million": 6, "G": 9, "billion": 9, "T": 12}
_LONGEST = 80

EXAMPLES = {
    "B": "50 TB",
    "B/s": "1 Gbps",
    "s": "8 hours",
    "1": "80 %",
    "1/s": "2 %/day",
    "USD": "20000 USD",
}
"""For each base unit a user can give, an example for messages."""


@functools.cache
def registry() -> pint.UnitRegistry[Any]:
    """The registry of our own few units; pint's default one reads gigabytes as radians."""
    import pint

    return pint.UnitRegistry(DEFINITIONS.strip().splitlines())


_USUAL: dict[tuple[str, str], float] = {}
_PREFIXES = ("k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi")
_USUAL_UNITS = {
    "B": ("B", *(f"{prefix}B" for prefix in _PREFIXES)),
    "B/s": (
        *(f"{prefix}{rate}" for prefix in _PREFIXES[:4] for rate in ("bps", "B/s", "bit/s", "b/s", "Bps")),
        *(f"{prefix}B/s" for prefix in _PREFIXES[5:8]),
        *(f"{prefix}B/day" for prefix in _PREFIXES[:4]),
    ),
    "s": ("s", "ms", "min", "h", "hour", "hours", "day", "days", "d", "week", "weeks", "month", "months"),
    "1": ("%",),
    "1/s": ("%/day",),
    "USD": ("USD",),
}


def usual_factors() -> list[tuple[str, str, float]]:
    """Unit, base and factor of what people usually type, for `preload`."""
    return [(unit, base, factor(unit, base)) for base, names in _USUAL_UNITS.items() for unit in names]


def preload(rows: Iterable[Sequence[Any]]) -> None:
    """Take over factors that were worked out before, so that a usual plan need not wait for pint's import."""
    _USUAL.update({(unit, base): value for unit, base, value in rows})


def factor(unit: str, base: str, example: str = "") -> float:
    """`work_out_factor`, unless it is known already.

    >>> factor("Gbps", "B/s"), factor("TiB", "B")
    (125000000.0, 1099511627776.0)
    """
    found = _USUAL.get((unit, base))
    return work_out_factor(unit, base, example) if found is None else found


@functools.cache
def work_out_factor(unit: str, base: str, example: str = "") -> float:
    """How many `base` one `unit` is.

    Parameters
    ----------
    unit, base : str
        Names joined by '/', such as 'Gbps', 'USD/GB/month', '%/day'.
    example : str
        What messages give as an example, in place of the one of the base unit.

    Raises
    ------
    UnitError
        The unit is not known, or measures something else than `base`.

    Examples
    --------
    >>> work_out_factor("USD/GB", "USD/B")
    1e-09
    """
    if _UNIT.fullmatch(unit) is None:
        raise UnitError(f"{shorten(unit)} is not a unit")
    import pint

    quantity = registry().Quantity
    try:
        wanted = quantity(1.0, _spelled(base))
        return float(quantity(1.0, _spelled(unit)).to(wanted.units).magnitude)
    except (pint.UndefinedUnitError, ValueError):
        # A ValueError is about names that are numbers, nan and inf.
        raise UnitError(_unknown(unit, example)) from None
    except (pint.DimensionalityError, AttributeError, TypeError):
        wanted_text = example or EXAMPLES.get(base, base)
        raise UnitError(f"{unit!r} does not measure what is wanted here, such as {wanted_text!r}") from None


def _spelled(unit: str) -> str:
    return "dimensionless" if unit == "1" else unit.replace("%", "percent")


def _unknown(unit: str, example: str) -> str:
    head = unit.split("/")[0]
    if re.fullmatch(r"[kmgtpKMGTP][bB]", head):
        letter = head[0].upper()
        small = "k" if letter == "K" else letter
        bits = f"{small}b (bits), " if head[1] == "b" else ""
        return f"unit {unit!r} is unclear: write {bits}{small}B (1000-based bytes) or {letter}iB (1024-based bytes)"
    wanted = f"such as {example!r}" if example else "one such as TB, TiB, Gbps, MB/s, hours, %/day"
    return f"unit {shorten(unit)} is not known; wanted {wanted}"


def parse(text: str, base: str, example: str = "") -> float:
    """Read a quantity as a float in the unit `base`.

    Parameters
    ----------
    text : str
        A number and a unit.
    base : str
        A base unit, such as 'B', 'B/s', 's'.
    example : str
        What messages give as an example, in place of the one of the base unit.

    Raises
    ------
    UnitError
        Says what is wrong with the text; the caller says where it stood.

    Examples
    --------
    >>> parse("50 TiB", "B"), parse("10 Gbit/s", "B/s"), parse("80 %", "1")
    (54975581388800.0, 1250000000.0, 0.8)
    """
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise UnitError(_why_not(text, example or EXAMPLES.get(base, base)))
    value = float(match[1]) * factor(match[2], base, example)
    if not math.isfinite(value):
        raise UnitError(f"{shorten(text)} is too large to be meant")
    return value


def parse_count(text: str, example: str = "40M", whole: bool = True) -> float:
    """Read a count such as '40M', '1.5 million' or '40_000_000'; one that is not whole is refused unless told. [1]

    >>> parse_count("40M"), parse_count("40_000_000"), parse_count("0.5", whole=False)
    (40000000.0, 40000000.0, 0.5)
    """
    match = _COUNT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise UnitError(f"{shorten(text)} is not a count; wanted a number such as '40M' or '40_000_000'")
    digits, _, exponent = match[1].replace("_", "").lower().partition("e")
    power = int(exponent or 0) + _COUNT_POWER[match[2]]
    # Digits decide what is whole: as floats 1.001 k is none, and 1.0000000000000000001 is.
    if whole and not _are_whole(digits, power):
        raise UnitError(f"{shorten(text)} is not whole; wanted a whole number such as {example!r}")
    value = float(f"{digits}e{power}")
    if not math.isfinite(value):
        raise UnitError(f"{shorten(text)} is too large to be meant")
    return value


def _are_whole(digits: str, power: int) -> bool:
    """Whether digits times a power of ten are a whole number."""
    before, _, behind = digits.partition(".")
    behind = behind.rstrip("0")
    zeros = len(before) - len(before.rstrip("0"))
    return len(behind) <= power if behind else -zeros <= power or not before.strip("0")


def parse_many(texts: Iterable[str], base: str) -> tuple[list[float], dict[int, str]]:
    """Read many cells; those that cannot be read become NaN and a message under their position.

    The loop repeats `parse` without its checks of the unlikely: a million distinct cells take about a second.

    >>> parse_many(["1 TB", "1 GB", "x"], "B")[0]
    [1000000000000.0, 1000000000.0, nan]
    """
    known: dict[str, float] = {}
    values: list[float] = []
    messages: dict[int, str] = {}
    append, match_of = values.append, _QUANTITY.fullmatch
    for position, text in enumerate(texts):
        match = match_of(text) if len(text) <= _LONGEST else None
        if match is not None:
            number, unit = match.groups()
            scale = known.get(unit)
            if scale is not None:
                value = float(number) * scale
                if value != math.inf:
                    append(value)
                    continue
        try:
            value = parse(text, base)
            if match is not None:
                known[match[2]] = factor(match[2], base)
        except UnitError as error:
            value = math.nan
            messages[position] = str(error)
        append(value)
    return values, messages


def _why_not(text: str, example: str) -> str:
    bare = text.strip()
    if len(bare) <= _LONGEST and re.fullmatch(_NUMBER, bare, re.ASCII):
        return f"{shorten(bare)} has no unit; wanted a number and a unit, such as {example!r}"
    if bare.startswith("-"):
        return f"{shorten(bare)} is negative; wanted a number and a unit, such as {example!r}"
    if "," in bare:
        return f"{shorten(bare)} has a comma; wanted digits with a point, such as {example!r}"
    return f"{shorten(bare)} is not a number and a unit, such as {example!r}"


_SCALES = {
    "B": ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "B/s": ((1.25e8, "Gbps"), (1.25e5, "Mbps"), (125.0, "kbps"), (0.125, "bps")),
    "s": ((86400.0, "days"), (3600.0, "hours"), (60.0, "min"), (1.0, "s"), (1e-3, "ms")),
    "1": ((0.01, "%"),),
    "USD": ((1.0, "USD"),),
}


def show(value: float, base: str) -> str:
    """Write a number in base units as people read it.

    >>> show(1.5e14, "B"), show(8.75e7, "B/s"), show(28800, "s"), show(86400, "s"), show(0.7, "1")
    ('150 TB', '700 Mbps', '8 hours', '1 day', '70 %')
    """
    scale, unit = next((step for step in _SCALES[base] if abs(value) >= step[0]), _SCALES[base][-1])
    shown = f"{value / scale:,.4g}" if abs(value / scale) < 1e4 else f"{value / scale:,.0f}"
    return f"{shown} {unit.removesuffix('s') if shown == '1' and unit in ('days', 'hours') else unit}"
