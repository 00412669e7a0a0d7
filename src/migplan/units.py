"""Text to numbers in base units, and back. The only module that imports pint.

Base units are bytes, seconds, bytes per second and USD. A quantity is a number and a unit, and nothing is guessed: TB
and TiB differ, bit and byte differ, and a bare number is refused. One rule says which spellings are read, in plans and
in tables alike:

- The case of a prefix may be wrong where it can mean just one thing: 'mbps' is Mbps, since nobody counts in millibits.
- Bit and byte are told apart by a word (bit, byte, bps) or by a 'b' or 'B' whose case was chosen. Where all letters
  are small, or all are capital, it was not: 'mb/s' and 'MBPS' are refused, with both of the texts that may be meant.
- Bits count what a line carries in a second, and nothing else. 'KB' is 1000 bytes to some and 1024 to others.
- Milli and micro are there for seconds alone.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from migplan.errors import UnclearUnitError, UnitError, shorten
from migplan.text import half_width

if TYPE_CHECKING:
    import pint

HOUR, DAY = 3600.0, 86400.0
"""[s]"""

MONTH = 730 * HOUR
"""As providers bill it. [s]"""

DEFINITIONS = """
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
peta- = 1e15 = P-
exa- = 1e18 = E-
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
millisecond = 1e-3 * second = ms
microsecond = 1e-6 * second = us
minute = 60 * second = min
hour = 60 * minute = h
day = 24 * hour
week = 7 * day
month = 730 * hour
year = 365 * day
USD = [currency]
item = [count]
thousand_requests = 1000 * item
ten_thousand_requests = 10000 * item
million_requests = 1000000 * item
percent = 0.01
"""

_NAMES = {
    "s": "s sec secs second seconds",
    "ms": "ms msec millisecond milliseconds",
    "us": "us usec microsecond microseconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "day": "d day days",
    "week": "w wk wks week weeks",
    "month": "mo mon mth month months",
    "year": "y yr yrs year years",
    "USD": "usd",
    "kUSD": "kusd",
    "MUSD": "musd",
    "percent": "% percent",
    "item": "item items file files object objects request requests job jobs run runs device devices "
    "connection connections task tasks agent agents",
    "thousand_requests": "thousand_requests",
    "ten_thousand_requests": "ten_thousand_requests",
    "million_requests": "million_requests",
    "dimensionless": "1",
}
"""Units without prefixes, by pint's names, and how people write them, in small letters."""
_WORDS = {word: name for name, words in _NAMES.items() for word in words.split()}

_NEARLY: dict[str, dict[str, tuple[str, ...]]] = {
    "s": {"m": ("min", "months")},
    "B/s": {**dict.fromkeys(("gbe", "gige", "gig", "gigs"), ("Gbps",)), "meg": ("Mbps",)},
    "1/s": dict.fromkeys(("%", "percent"), ("%",)),
    "USD": {"k": ("kUSD",), "m": ("MUSD",)},
}
"""Base unit -> what is no unit of its kind, in small letters, and what may be meant by it."""

_LONG_PREFIXES = {
    "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E",
    "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti", "pebi": "Pi", "exbi": "Ei",
}  # fmt: skip
_DATA = re.compile(
    rf"({'|'.join(_LONG_PREFIXES)}|[kmgtpe]i?)?(bits?|bytes?|bps|b|)", re.ASCII | re.IGNORECASE
)
_BLANKS = " \t\u00a0\u2009\u202f"
_DIGITS = rf"(?:\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+|\d+(?:_\d+)*)"
_NUMBER = rf"({_DIGITS}(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_QUANTITY = re.compile(rf"{_NUMBER}[{_BLANKS}]*((?:[A-Za-z]+|%)(?:/[A-Za-z]+)?)", re.ASCII)
_COUNT = re.compile(rf"{_NUMBER}[{_BLANKS}]*([A-Za-z]*)", re.ASCII)
_NEGATIVE = re.compile(r"-\s*[.,]?\d", re.ASCII)
_UNIT = re.compile(r"(?:[A-Za-z_]+|%|1)(?:/[A-Za-z_]+){0,3}", re.ASCII)
_COUNT_POWER = {"": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "g": 9, "billion": 9, "t": 12}
_LONGEST = 80

EXAMPLES = {
    "B": "50 TB",
    "B/s": "1 Gbps",
    "s": "8 hours",
    "1": "80 %",
    "1/s": "2 %/day",
    "USD": "20000 USD",
    "USD/s": "500 USD/day",
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
        *(f"{prefix}{rate}" for rate in ("bps", "B/s", "Bps", "b/s") for prefix in _PREFIXES[:4]),
        *(f"{prefix}B/s" for prefix in _PREFIXES[5:8]),
        *(f"{prefix}B/day" for prefix in _PREFIXES[:4]),
    ),
    "s": ("s", "ms", "min", "h", "day", "week", "month", "year"),
    "1": ("percent",),
    "1/s": ("percent/day",),
    "USD": ("USD",),
}


def usual_factors() -> list[tuple[str, str, float]]:
    """Unit, base and factor of what people usually type, for `preload`."""
    return [
        (unit, base, _work_out(unit, base) or 1.0) for base, names in _USUAL_UNITS.items() for unit in names
    ]


def preload(rows: Iterable[Sequence[Any]]) -> None:
    """Take over factors that were worked out before, so that a usual plan need not wait for pint's import."""
    _USUAL.update({(unit, base): value for unit, base, value in rows})


def factor(unit: str, base: str, example: str = "", number: str = "") -> float:
    """How many `base` one `unit` is.

    Parameters
    ----------
    unit, base : str
        Names joined by '/', such as 'Gbps', 'USD/GB/month', '%/day'.
    example : str
        What messages give as an example, in place of the one of the base unit.
    number : str
        What stands before the unit, for messages.

    Raises
    ------
    UnclearUnitError
        It is not clear which unit is meant; the message has the texts to choose from.
    UnitError
        The unit is not known, or measures something else than `base`.

    Examples
    --------
    >>> factor("Gbps", "B/s"), factor("mbps", "B/s"), factor("TiB", "B"), factor("USD/GB", "USD/B")
    (125000000.0, 125000.0, 1099511627776.0, 1e-09)
    """
    example = example or EXAMPLES.get(base, base)
    try:
        name = _spelled(unit, base, example.rpartition("/")[2])
    except _Doubt as doubt:
        raise UnclearUnitError(doubt.told(unit, number)) from None
    if not name:
        raise UnitError(_unknown(unit, base, example, number))
    value = _USUAL.get((name, base)) or _work_out(name, base)
    if value is None:
        raise UnitError(f"{unit!r} is not a unit of this; wanted an amount such as {example!r}")
    return value


def counts_bytes(text: str) -> bool:
    """Whether a rate is given in bytes and not in bits.

    >>> counts_bytes("1 GBps"), counts_bytes("1 gbit/s"), counts_bytes("400 MB/s")
    (True, False, True)
    """
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    try:
        return match is not None and "B" in _spelled(match[2], "B/s", False)
    except _Doubt:
        return False


@functools.lru_cache(maxsize=1024)
def _work_out(unit: str, base: str) -> float | None:
    """How many `base` one `unit` of pint's is; None where they measure different things."""
    import pint

    quantity = registry().Quantity
    wanted = quantity(1.0, "dimensionless" if base == "1" else base)
    try:
        return float(quantity(1.0, unit).to(wanted.units).magnitude)
    except (pint.DimensionalityError, AttributeError, TypeError):
        return None


class _Doubt(Exception):  # noqa: N818, it is told as an UnclearUnitError
    """A text that may stand for more than one unit, or for none as it is.

    Parameters
    ----------
    why : str
        What is wrong with it.
    forms : sequence of (str, str) or (str, str, float)
        What to write: a unit, what it then says, and what the number is to be multiplied by.
    """

    def __init__(self, why: str, forms: Sequence[tuple[Any, ...]]) -> None:
        super().__init__(why, tuple(forms))

    def told(self, unit: str, number: str) -> str:
        """What is wrong and what to write, with the number where there is one."""
        why, forms = self.args
        told = []
        for form, note, *scale in forms:
            amount = f"{_as_float(number) * scale[0]:.12g}" if number and scale else number
            told.append(repr(f"{amount} {form}".strip()) + (f" ({note})" if note else ""))
        return f"{shorten(f'{number} {unit}'.strip())} {why}; write {' or '.join(told)}"


@functools.lru_cache(maxsize=1024)
def _spelled(unit: str, base: str, period: str) -> str:
    """A unit by pint's names, whatever the capitals; '' where it is none. What is wanted may be wanted per period."""
    if len(unit) > _LONGEST or _UNIT.fullmatch(unit) is None:
        return ""
    head, *per = unit.split("/")
    nearly = _NEARLY.get(base, {}).get(head.lower())
    if nearly and not per:
        why = "is unclear" if len(nearly) > 1 else "is no rate" if base == "1/s" else "has no unit of ours"
        raise _Doubt(why, [(f"{name}/{period}" if base == "1/s" else name, "") for name in nearly])
    names = [_word(head) or _data(head, per, base, period == "day")]
    names += [_word(part) or _data(part, [], "", False) for part in per]
    return "/".join(names) if all(names) else ""


def _word(text: str) -> str:
    """The unit without a prefix that a text stands for; '' where it is none."""
    name = _WORDS.get(text.lower(), "")
    # 'Ms' could be months.
    return "" if name in ("ms", "us") and len(text) == 2 and text != name else name


def _data(head: str, per: Sequence[str], base: str, daily: bool) -> str:
    """The unit of bits or bytes that a text stands for; '' where it is none. What follows its slashes is `per`."""
    match = _DATA.fullmatch(head)
    if match is None or not (match[2] or (base in ("B", "B/s") and not per)):
        return ""
    given, word = match[1] or "", match[2]
    prefix = _LONG_PREFIXES.get(given.lower()) or given[:1].upper() + given[1:].lower()
    prefix = "k" if prefix == "K" else prefix
    kind = _bit_or_byte(given, word, head.isupper() and bool(per) and all(part.isupper() for part in per))
    is_bps = word.lower() == "bps"
    behind = "/s" if is_bps else "".join(f"/{_word(part) or part}" for part in per)
    if not word:
        raise _Doubt("has no unit", _forms(prefix, "", base, behind, daily))
    if not kind:
        raise _Doubt("does not tell bits from bytes", _forms(prefix, "", base, behind, daily))
    if kind == "B" and given == "K":
        forms = [(f"kB{behind}", "1000 bytes"), (f"KiB{behind}", "1024 bytes")]
        raise _Doubt("does not tell 1000 from 1024", forms)
    if base == "B/s" and not behind:
        raise _Doubt("is no rate", _forms(prefix, kind if kind == "b" else "", base, behind, daily))
    if kind == "b" and base in ("B", "B/s") and behind != "/s":
        name = f"{prefix}B{behind}"
        raise _Doubt("counts bits", [(name, "bytes"), (name, "if bits are meant", 1 / 8)])
    return prefix + kind + ("ps" if is_bps else "")


def _forms(prefix: str, kind: str, base: str, behind: str, daily: bool) -> list[tuple[str, str]]:
    """What may be meant by a prefix: by a size both of 1000 and of 1024, by a rate both bits and bytes."""
    if base == "B":
        ours = [] if prefix.endswith("i") else [(f"{prefix}B", "1000-based")]
        return [*ours, (f"{prefix.capitalize().removesuffix('i')}iB", "1024-based")]
    behind = behind or ("/day" if daily else "/s" if base == "B/s" else "")
    bits = f"{prefix}bps" if behind == "/s" else f"{prefix}b{behind}"
    # Nobody counts bits a day.
    either = [(bits, "bits")] if behind in ("", "/s") else []
    return either if kind == "b" and either else [*either, (f"{prefix}B{behind}", "bytes")]


def _bit_or_byte(prefix: str, word: str, is_capital: bool) -> str:
    """'b' or 'B'; '' where all letters are of one case, so that nobody chose between the two."""
    if word.lower() in ("bit", "bits", "byte", "bytes"):
        return "b" if "i" in word.lower() else "B"
    if word in ("bps", "Bps"):
        return word[0]
    if word == "b":
        return "b" if prefix != prefix.lower() or not prefix else ""
    # 'GB' is as it should be; of 'GIB' and of 'GB/S' nobody knows.
    return "B" if word == "B" and not is_capital and not prefix.endswith("I") else ""


def _unknown(unit: str, base: str, example: str, number: str) -> str:
    # Only who mistypes a unit needs it.
    import difflib

    words = [
        word for name in _USUAL_UNITS.get(base, ()) for word in _NAMES.get(name, "").split() if len(word) > 2
    ]
    known = {
        name.lower(): name
        for name in (*words, *reversed(_USUAL_UNITS.get(base, ())))
        if "/s" not in name[1:3]
    }
    near = difflib.get_close_matches(unit[:_LONGEST].lower(), known, n=1, cutoff=0.7)
    form = _written(f"{number} {unit}", base, lambda form: _value(form, base, example)) if number else ""
    wanted = (
        f"did you mean {f'{number} {known[near[0]]}'.strip()!r}?"
        if near
        else form or f"wanted such as {example!r}"
    )
    return f"unit {shorten(unit)} is not known; {wanted}"


def parse(text: str, base: str, example: str = "") -> float:
    """Read a quantity as a float in the unit `base`.

    Parameters
    ----------
    text : str
        A number and a unit. Blanks may group the digits.
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
    >>> parse("50 TiB", "B"), parse("10 Gbit/s", "B/s"), parse("80 %", "1"), parse("50 000 GB", "B")
    (54975581388800.0, 1250000000.0, 0.8, 50000000000000.0)
    """
    example = example or EXAMPLES.get(base, base)
    value = _value(half_width(text), base, example)
    if math.isnan(value):
        raise UnitError(_why_not(half_width(text), base, example))
    if math.isinf(value):
        raise UnitError(f"{shorten(text)} is too large to be meant")
    return value


def _value(text: str, base: str, example: str) -> float:
    """A quantity in base units; NaN for a text that is no number and a unit."""
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return _as_float(match[1]) * factor(match[2], base, example, match[1]) if match else math.nan


def _as_float(number: str) -> float:
    """A number whose digits may stand in groups."""
    return float(re.sub(rf"[{_BLANKS}]", "", number))


def parse_count(text: str, example: str = "40M", whole: bool = True) -> float:
    """Read a count such as '40M', '1.5 million' or '40_000_000'; one that is not whole is refused unless told. [1]

    >>> parse_count("40M"), parse_count("40 000 000"), parse_count("0.5", whole=False)
    (40000000.0, 40000000.0, 0.5)
    """
    text = half_width(text)
    match = _COUNT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if _NEGATIVE.match(text.strip()):
        raise UnitError(f"{shorten(text)} is negative; wanted a number such as {example!r}")
    if match is None or match[2].lower() not in _COUNT_POWER:
        form = _written(text.strip(), "", lambda form: parse_count(form, whole=whole))
        raise UnitError(f"{shorten(text)} is not a count; {form or f'wanted a number such as {example!r}'}")
    digits, _, exponent = re.sub(rf"[_{_BLANKS}]", "", match[1]).lower().partition("e")
    power = int(exponent or 0) + _COUNT_POWER[match[2].lower()]
    # Digits decide what is whole: as floats 1.001 k is none, and 1.0000000000000000001 is.
    if whole and not _are_whole(digits, power):
        raise UnitError(f"{shorten(text)} is not whole; wanted a whole number such as {example!r}")
    value = float(f"{digits}e{power}")
    if not math.isfinite(value):
        raise UnitError(f"{shorten(text)} is too large to be meant")
    return value


def _written(text: str, base: str, read: Callable[[str], float]) -> str:
    """What to write in place of a text, where there is a text of that sense that is read."""
    # Only who writes an amount in another way needs it.
    from migplan.rewriting import rewritten

    def reads(form: str) -> bool:
        try:
            return math.isfinite(read(form))
        except UnitError:
            return False

    forms = rewritten(text, base, reads) if len(text) <= _LONGEST else []
    return f"write {' or '.join(map(repr, forms))}" if forms else ""


def _are_whole(digits: str, power: int) -> bool:
    """Whether digits times a power of ten are a whole number."""
    before, _, behind = digits.partition(".")
    behind = behind.rstrip("0")
    zeros = len(before) - len(before.rstrip("0"))
    return len(behind) <= power if behind else -zeros <= power or not before.strip("0")


def _why_not(text: str, base: str, example: str) -> str:
    bare = text.strip()
    told = shorten(bare)
    wanted = f"wanted a number and a unit, such as {example!r}"
    if _NEGATIVE.match(bare):
        return f"{told} is negative; {wanted}"
    form = _written(bare, base, lambda form: _value(form, base, example))
    signs = {"$": "has a sign in front", ".": "begins with a point"}
    if len(bare) <= _LONGEST and re.fullmatch(_NUMBER, bare, re.ASCII):
        return f"{told} has no unit; {form or wanted}"
    if form and bare[:1] in signs:
        return f"{told} {signs[bare[0]]}; {form}"
    if "," in bare and len(bare) <= _LONGEST:
        return f"{told} has a comma; {form or f'wanted digits with a point, such as {example!r}'}"
    return (
        f"{told} is not a number and a unit; {form}"
        if form
        else f"{told} is not a number and a unit, such as {example!r}"
    )


_SCALES = {
    "B": ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")),
    "B/s": ((1.25e8, "Gbps"), (1.25e5, "Mbps"), (125.0, "kbps"), (0.125, "bps")),
    "s": ((DAY, "days"), (HOUR, "hours"), (60.0, "min"), (1.0, "s"), (1e-3, "ms")),
    "1": ((0.01, "%"),),
    "USD": ((1.0, "USD"),),
}


def unit_of(unit: str, shown: str) -> str:
    """A unit behind a number as people write it, with its blank: words have a plural, numbers as such have no unit.

    >>> unit_of("hour", "4.75"), unit_of("day", "1"), unit_of("1", "32760"), unit_of("mbps", "5")
    (' hours', ' day', '', ' mbps')
    """
    first, blank, rest = unit.partition(" ")
    # Rates and what has its plural already end in an s.
    is_word = len(first) > 2 and first.isalpha() and first.islower() and not first.endswith(("s", "percent"))
    told = f"{first}s{blank}{rest}" if is_word and shown != "1" else unit
    return "" if unit == "1" else f" {told}"


def amount(number: float, unit: str) -> str:
    """A number and its unit.

    >>> amount(12.0, "month"), amount(1.0, "day"), amount(30.0, "ms"), amount(0.5, "%/day")
    ('12 months', '1 day', '30 ms', '0.5 %/day')
    """
    shown = f"{number:g}"
    return f"{shown}{unit_of(unit, shown)}"


def show(value: float, base: str) -> str:
    """Write a number in base units as people read it.

    >>> show(1.5e14, "B"), show(8.75e7, "B/s"), show(28800, "s"), show(86400, "s"), show(0.7, "1")
    ('150 TB', '700 Mbps', '8 hours', '1 day', '70 %')
    """
    scale, unit = next((step for step in _SCALES[base] if abs(value) >= step[0]), _SCALES[base][-1])
    shown = f"{value / scale:,.4g}" if abs(value / scale) < 1e4 else f"{value / scale:,.0f}"
    return f"{shown} {unit.removesuffix('s') if shown == '1' and unit in ('days', 'hours') else unit}"
