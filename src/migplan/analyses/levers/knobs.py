"""The inputs that can be moved, how far, and how their values are told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from migplan import units
from migplan.engine.options import Option
from migplan.facts import Device, Fact
from migplan.inputs.line_hours import has_shares
from migplan.inputs.workload import Workload
from migplan.results.words import short_name
from migplan.units import DAY, HOUR

_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Knob:
    """An input that can be moved.

    Attributes
    ----------
    field : str
        The input field; 'devices' stands for how many devices are there at once.
    attribute : str
        The attribute of the workload that it sets; empty for devices.
    reach : str
        The assumption that says how far it may be moved; empty where that is the whole of it.
    scale : float
        Base units in the unit in which the value is told.
    unit : str
    whole : bool
        Whether only whole numbers make sense.
    power : str
        The assumption that says to which power its ratio counts, where that is not 1.
    """

    field: str
    attribute: str
    reach: str
    scale: float
    unit: str
    whole: bool = False
    power: str = ""

    def now(self, w: Workload) -> float:
        """The present value; NaN where there is none, one device where it is about those."""
        if self.attribute == "share" and has_shares(w.hours):
            return math.nan
        return float(getattr(w, self.attribute)) if self.attribute else 1.0

    def farthest(self, now: float, assumptions: Mapping[str, Fact]) -> float:
        """The farthest value that makes sense: so many of what is counted, else so many times what there is."""
        if not self.reach:
            return 1.0
        reach = assumptions[self.reach].value
        return max(reach, now) if self.whole else now * reach

    def option(self, option: Option, value: float) -> Option | None:
        """An option at a value; None where the knob is none of its."""
        if self.attribute:
            return option
        return None if option.device is None else replace(option, device=_with_devices(option.device, value))

    def text(self, w: Workload, value: float) -> str:
        """The value as it can be typed."""
        if self.attribute == "link":
            return units.show(value, "B/s").replace(",", "")
        if not self.attribute:
            return f"{value:.0f} at once"
        if self.attribute == "change_rate" and w.inputs["change"].is_part:
            return f"{_plain(value * DAY / float(w.volume) * 100)} %/day"
        return f"{_plain(value / self.scale)} {self.unit}".strip()

    def rounded(self, w: Workload, value: float, away: bool) -> float:
        """The nearest value of three digits that is no nearer to the present one than `value`."""
        part = self.attribute == "change_rate" and w.inputs["change"].is_part
        scale = float(w.volume) / DAY / 100 if part else self._scale(value)
        return three_digits(value / scale, away, self.whole) * scale

    def less(self, w: Workload, value: float, away: bool) -> float:
        """The value of three digits next to one of those, towards the present."""
        part = self.attribute == "change_rate" and w.inputs["change"].is_part
        scale = float(w.volume) / DAY / 100 if part else self._scale(value)
        step = 1.0 if self.whole else digit_step(value / scale)
        return value - step * scale if away else value + step * scale

    def _scale(self, value: float) -> float:
        """Line rates are told in the unit that suits them."""
        if self.attribute != "link":
            return self.scale
        return next((scale for scale in (1.25e8, 1.25e5) if value >= scale), self.scale)


def _plain(number: float) -> str:
    return f"{number:.6g}" if number < 1e6 else f"{number:.0f}"


def digit_step(value: float) -> float:
    """What the third digit of a value counts.

    >>> digit_step(123.4), digit_step(0.0)
    (1.0, 0.0)
    """
    return 10.0 ** (math.floor(math.log10(value)) - _DIGITS + 1) if value > 0 else 0.0


def three_digits(value: float, away: bool, whole: bool = False) -> float:
    """Three digits, in the direction that is farther from the present.

    >>> three_digits(123.41, away=True), three_digits(123.41, away=False), three_digits(2.1, True, True)
    (124.0, 123.0, 3.0)
    """
    rounding = math.ceil if away else math.floor
    if whole:
        return float(rounding(round(value, 9)))
    if value <= 0:
        return 0.0
    step = digit_step(value)
    return round(rounding(round(value / step, 6)) * step, 12)


def _with_devices(device: Device, count: float) -> Device:
    """A device of which so many can be held and loaded at once, if it was fewer."""
    facts: dict[str, Fact] = dict(device.facts)
    for key in ("pool", "attached"):
        fact = device.fact(key)
        if fact is not None and fact.value < count:
            facts[key] = replace(fact, value=count, low=count, high=count)
    regional = {
        region: {key: fact for key, fact in table.items() if key not in ("pool", "attached")}
        for region, table in device.regional.items()
    }
    return replace(device, facts=facts, regional=regional)


KNOBS: tuple[Knob, ...] = (
    Knob("link", "link", "reach_link", 125.0, "kbps"),
    Knob("share", "share", "", 0.01, "%"),
    Knob("agents", "agents", "reach_agents", 1.0, "", whole=True),
    Knob("devices", "", "reach_devices", 1.0, "", whole=True),
    Knob("source_rate", "source_rate", "reach_source_rate", 1e6, "MB/s", power="power_source_rate"),
    Knob("change", "change_rate", "reach_change", 1e9 / DAY, "GB/day"),
    Knob("cutover_window", "cutover_window", "reach_cutover_window", HOUR, "hours"),
)
"""What changes how long a way takes; dates, hours and the budget have searches of their own."""


def can_move(now: float, far: float) -> bool:
    """Whether an input has a value, and another one to go to."""
    return not (math.isnan(now) or math.isnan(far) or now == far)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one input that makes a plan meet, or of two together.

    Attributes
    ----------
    fields, now, needed : tuple of str
    option : str
        Id of what a plan so changed recommends.
    cash : float
        What that costs in all; NaN where a price is not known, that of the change itself among them. [USD]
    size : float
        How large the change is, to tell the smallest: the logarithm of the ratio of what is needed to what there is;
        of words that of the ratio that they count for, which is an assumption. [1]
    name : str
        What people call that option.
    text : str
        What has to be there, where the value needed does not say.
    """

    fields: tuple[str, ...]
    now: tuple[str, ...]
    needed: tuple[str, ...]
    option: str
    cash: float
    size: float
    name: str = ""
    text: str = ""

    def told(self, cash_now: float) -> dict[str, Any]:
        """As results have it, against the cash of the option that is the closest today. [USD]."""
        more = self.cash - cash_now
        names: dict[str, Any] = {"fields": list(self.fields)}
        values: dict[str, Any] = {"now": list(self.now), "needed": list(self.needed)}
        if len(self.fields) == 1:
            names = {"field": self.fields[0]}
            values = {"now": self.now[0], "needed": self.needed[0]}
        costs = more if math.isfinite(more) else None
        told: dict[str, Any] = {
            **names,
            **values,
            "option": self.option,
            "costs_usd": costs,
            "name": self.name,
        }
        if self.text:
            told["text"] = self.text
        # Where nothing can be used today there is no cost to compare with, but that of the change.
        return {**told, "total_usd": self.cash} if costs is None and math.isfinite(self.cash) else told


UNPRICED = ("link", "source_rate", "support")
"""What a better one costs nobody can tell from the inputs."""


def single(field: str, now: str, needed: str, option: Option, cash: float, size: float) -> Change:
    """A change of one input."""
    cash = math.nan if field in UNPRICED else cash
    return Change((field,), (now,), (needed,), option.id, cash, size, short_name(option))


def relative(now: float, needed: float) -> float:
    """How large a change is against what there is: to double is as much as to halve, and nothing is as much as none.

    >>> round(relative(1.0, 2.0), 3), round(relative(2.0, 1.0), 3), relative(1.0, 0.0)
    (0.693, 0.693, inf)
    """
    return abs(math.log(needed / now)) if needed > 0 and now > 0 else math.inf
