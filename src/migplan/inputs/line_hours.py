"""Hours of a line with the part of it that is ours in each: `Mon-Fri 07:00-19:00: 20 %, else 90 %`.

Hours without parts say when the share of the line applies; at all other times nothing runs. Hours with parts say it
for the whole week, so that there is no other share beside them.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator

import numpy as np
from msgspec import Struct

from migplan import units
from migplan.errors import UnitError, shorten
from migplan.formulas.calendar import (
    DAY,
    MOMENT,
    Stretches,
    complement,
    daily_stretches,
    intersection,
    stretches,
    union,
)
from migplan.inputs.patterns import HOLIDAY, Pattern, read_hours, read_pattern

_EXAMPLE = "'Mon-Fri 07:00-19:00: 20 %, else 90 %'"
_PART = re.compile(r"(?P<when>.*?)(?: ?: ?| (?:at |@ ?)?)(?P<part>[-+]?[\d.]+) ?%", re.ASCII)
_ELSE = ("else", "rest", "otherwise")
_PLAIN_DAYS = 21


class LineHours(Struct, frozen=True):
    """When how much of a line is ours.

    Attributes
    ----------
    listed : tuple of (float, Pattern)
        The parts that are listed with their hours, the largest first, those of nothing last. [1]
    rest : float
        The part at all other times. [1]
    """

    listed: tuple[tuple[float, Pattern], ...]
    rest: float

    @property
    def shares(self) -> tuple[float, ...]:
        """The different parts that are ours at some time, the largest first. [1]."""
        return tuple(
            sorted({part for part in (*(part for part, _ in self.listed), self.rest) if part}, reverse=True)
        )

    @property
    def always(self) -> bool:
        """Whether no hour of any day, public holidays among them, is without a share."""
        if self.rest:
            return all(part for part, _ in self.listed)
        return len(self.listed) == 1 and self.listed[0][1].always

    @property
    def names_holidays(self) -> bool:
        """Whether public holidays have hours of their own."""
        return any(pattern.spans[HOLIDAY] is not None for _, pattern in self.listed)

    def levels(self, make: Callable[[Pattern], Stretches], begin: float, end: float) -> tuple[Stretches, ...]:
        """The stretches of each of the shares between two times; what is listed twice has the larger part."""
        taken, found = stretches([], []), {}
        for part, pattern in self.listed:
            mine = make(pattern)
            found[part] = intersection(mine, complement(taken, begin - 2 * DAY, end + 2 * DAY))
            taken = union(taken, mine)
        if self.rest:
            others = complement(taken, begin, end)
            found[self.rest] = union(found[self.rest], others) if self.rest in found else others
        return tuple(found[share] for share in self.shares)


def has_shares(text: str) -> bool:
    """Whether hours say how much of the line is ours."""
    return "%" in text


@functools.lru_cache(maxsize=256)
def read_line_hours(text: str) -> LineHours:
    """Read hours with or without parts.

    Hours without parts are one level, of a part that is not said here. Where parts are listed, hours before a comma
    without one have that of the next; `else`, `rest` or `otherwise` is all other time, in which nothing runs where it
    is not said.

    Raises
    ------
    UnitError
        It is something else, parts overlap or are none, or nothing is left of any week.

    Examples
    --------
    >>> read_line_hours("Mon-Fri 07:00-12:00, Mon-Thu 13:00-18:00: 20 %, else 90 %").shares
    (0.9, 0.2)
    """
    if not has_shares(text):
        return LineHours(((1.0, read_hours(text)),), 0.0)
    listed: dict[float, list[str]] = {}
    rest: list[float] = []
    for part, items in _grouped(text):
        if items == ["else"]:
            rest.append(part)
        elif "else" in items:
            raise UnitError(f"{shorten(text)} lists hours with what holds else; wanted such as {_EXAMPLE}")
        else:
            listed.setdefault(part, []).extend(items)
    if len(rest) > 1:
        raise UnitError(f"{shorten(text)} says twice what holds else; wanted such as {_EXAMPLE}")
    patterns = {part: read_pattern(", ".join(items)) for part, items in listed.items()}
    ordered = sorted(patterns.items(), key=lambda item: -item[0])
    found = LineHours(tuple(ordered), rest[0] if rest else 0.0)
    _check(found, text)
    return found


def _grouped(text: str) -> Iterator[tuple[float, list[str]]]:
    """Each part with its hours."""
    items: list[str] = []
    for item in re.split("[,;]", " ".join(text.replace("\u2013", "-").split())):
        match = _PART.fullmatch(item.strip())
        if match is None:
            items += [item.strip()] if item.strip() else []
            continue
        when = match["when"].strip()
        items.append("else" if when.lower() in _ELSE else when)
        yield _share(match["part"], item), items
        items = []
    if items:
        raise UnitError(f"{shorten(items[0])} has no share, as other hours have; wanted such as {_EXAMPLE}")


def _share(text: str, item: str) -> float:
    try:
        part = units.parse(f"{text} %", "1")
    except UnitError:
        part = -1.0
    if not 0.0 <= part <= 1.0:
        raise UnitError(f"{shorten(item.strip())} is no share of a line; wanted from 0 % to 100 %")
    return part


def _check(hours: LineHours, text: str) -> None:
    """Refuse hours that are listed with two shares, and weeks that have none."""
    for (_, one), (_, other) in itertools.combinations(hours.listed, 2):
        if intersection(plain(one), plain(other)).lengths.sum() > MOMENT:
            raise UnitError(
                f"{shorten(text)} gives some hours two shares; wanted each hour once, as in {_EXAMPLE}"
            )
    if not hours.shares or not sum(week_parts(hours)):
        raise UnitError(f"{shorten(text)} leaves no hour of any week; wanted such as {_EXAMPLE}")


def plain(pattern: Pattern) -> Stretches:
    """A pattern over three weeks without holidays or clock changes; the one in the middle is undisturbed."""
    return daily_stretches(np.arange(_PLAIN_DAYS) % 7, pattern.by_kind)


def plain_levels(hours: LineHours) -> tuple[Stretches, ...]:
    """The stretches of each share in these three weeks."""
    return hours.levels(plain, 0.0, _PLAIN_DAYS * DAY)


def week_parts(hours: LineHours) -> tuple[float, ...]:
    """Part of the hours of a week that each share has. [1].

    Examples
    --------
    >>> [round(part * 168) for part in week_parts(read_line_hours("Mon-Fri 07:00-19:00: 20 %, else 90 %"))]
    [108, 60]
    """
    week = stretches([7 * DAY], [14 * DAY])
    found = (intersection(one, week).lengths.sum() / (7 * DAY) for one in plain_levels(hours))
    return tuple(float(part) for part in found)
