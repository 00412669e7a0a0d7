"""Times of whole columns, as seconds of the epoch, in whatever order a region writes days and months."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from migplan.inventory.readers.lines import ABOVE_NINE, HIGH, UNKNOWN, ZEROS, Flags, Places, leading, words

ORDERS = ("ymd", "dmy", "mdy")
"""What `--dates` may say."""

_DAY = 86_400
_WIDTH = 19
_STEPS = (0, 8, 11)
"""Where the three words of a time of full width begin."""
_YEAR_FIRST = ((0, 0), (0, 2), (0, 5), (1, 0), (1, 3), (1, 6), (2, 6))
_YEAR_LAST = ((0, 6), (1, 0), (0, 3), (0, 0), (1, 3), (1, 6), (2, 6))
"""Where pairs of digits stand, by word and byte: century, year, month, day, hour, minute and second."""
_LAYOUTS = {
    **{
        f"0000{day}00{day}00{between}00:00:00{behind}".encode(): _YEAR_FIRST
        for day in "-/."
        for between in "T +"
        for behind in ("", "Z", ".000Z", ".000000000Z")
    },
    **{f"00{day}00{day}0000 00:00:00".encode(): _YEAR_LAST for day in "-/."},
}
"""Times of full width, with 0 for any digit -> where their numbers stand."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Times as the six numbers that were found.

    Attributes
    ----------
    numbers : ndarray of int64, shape (6, n)
        As they stood: three of the day, three of its time. What is not told is 0.
    shift : ndarray of int64
        Seconds to be added for the afternoon, or for a zone.
    zoned : ndarray of bool
        Whether a zone is told.
    good : ndarray of bool
        Whether there are at least the numbers of a day.
    """

    numbers: NDArray[np.int64]
    shift: NDArray[np.int64]
    zoned: Flags
    good: Flags


def parts(data: NDArray[np.uint8], starts: Places, ends: Places) -> Parts:
    """The numbers of times such as 2026-11-28T09:12:01.104Z, 28.11.2026 09:12 or 11/28/2026 9:12:01 PM."""
    return _alike(data, starts, ends) or _parts(data, starts, ends)


def _alike(data: NDArray[np.uint8], starts: Places, ends: Places) -> Parts | None:
    """Times that all have the layout of the first one, which is one of full width; None where they have not."""
    if not len(starts) or not (ends - starts == ends[0] - starts[0]).all():
        return None
    form = re.sub(rb"[0-9]", b"0", data[starts[0] : ends[0]].tobytes())
    places = _LAYOUTS.get(form)
    if places is None or (form[_WIDTH:] and not (data[ends - 1] == form[-1]).all()):
        return None
    view, pairs = words(data), []
    for step in _STEPS:
        signs = np.frombuffer(form[step : step + 8], np.uint8)
        digits = np.where(signs == ord("0"), 0xFF, 0).astype(np.uint8).view(np.uint64)[0]
        word = view[starts + step]
        found = (word & digits) - (ZEROS & digits)
        if ((word ^ signs.view(np.uint64)[0]) & ~digits).any() or (
            ((found + ABOVE_NINE) | found) & HIGH
        ).any():
            return None
        # Each byte becomes ten times itself and the next one.
        pairs.append(found * np.uint64(10) + (found >> np.uint64(8)))
    two = [((pairs[word] >> np.uint64(8 * byte)) & np.uint64(0xFF)).astype(np.int64) for word, byte in places]
    year = two[0] * 100 + two[1]
    numbers = np.stack([year, *two[2:]] if places is _YEAR_FIRST else [two[3], two[2], year, *two[4:]])
    zoned = np.full(len(starts), form[-1:] == b"Z")
    return Parts(numbers, np.zeros(len(starts), np.int64), zoned, np.ones(len(starts), bool))


def _parts(data: NDArray[np.uint8], starts: Places, ends: Places) -> Parts:
    """Times of any layout, each read sign by sign."""
    numbers = np.zeros((6, len(starts)), dtype=np.int64)
    good = np.ones(len(starts), dtype=bool)
    places = starts
    for number in range(6):
        found, stops = leading(data, places, ends)
        if number < 3:
            good &= found != UNKNOWN
        numbers[number] = np.where(found == UNKNOWN, 0, found)
        places = np.minimum(stops + (found != UNKNOWN), ends)
        # Some regions write a blank behind the point, or two before an hour of one digit.
        blank = (places < ends) & (data[places] == 32)
        places = places + blank
    shift, zoned = _behind(data, places, ends, numbers[3])
    return Parts(numbers, shift, zoned, good)


def _behind(
    data: NDArray[np.uint8], places: Places, ends: Places, hours: Places
) -> tuple[NDArray[np.int64], Flags]:
    """What the fraction, the half of the day and the zone behind a time say."""
    shift = np.zeros(len(places), dtype=np.int64)
    zoned = np.zeros(len(places), dtype=bool)
    # The separator before may have been the point of a fraction, a blank, or the zone itself.
    more = np.flatnonzero(places <= ends)
    before = data[places[more] - 1]
    fraction = more[before == 46]
    stops = places.copy()
    stops[fraction] = leading(data, places[fraction], ends[fraction])[1]
    at = np.where(
        (places > 0) & np.isin(data[places - 1], (43, 45, 90)) & (places <= ends), places - 1, stops
    )
    at = at + ((at < ends) & (data[at] == 32))
    live = at < ends
    sign = np.where(live, data[at], 0)
    zoned |= sign == 90
    for code, direction in ((43, -1), (45, 1)):
        some = np.flatnonzero(sign == code)
        hour, stop = leading(data, at[some] + 1, ends[some])
        colon = (stop < ends[some]) & (data[stop] == 58)
        minute, _ = leading(data, stop + 1, np.where(colon, ends[some], stop))
        minute = np.where(minute == UNKNOWN, 0, minute)
        packed = hour > 99
        seconds = np.where(packed, hour // 100 * 3600 + hour % 100 * 60, hour * 3600 + minute * 60)
        told = hour != UNKNOWN
        shift[some[told]] += direction * seconds[told]
        zoned[some[told]] = True
    low = sign | 32
    shift += np.where((low == ord("p")) & (hours < 12), _DAY // 2, 0)
    shift -= np.where((low == ord("a")) & (hours == 12), _DAY // 2, 0)
    return shift, zoned


def orders(found: Parts) -> tuple[str, ...]:
    """Which orders of day, month and year all times of a column agree with.

    Nothing agrees with a column that mixes them.
    """
    first, second, third = (found.numbers[place][found.good] for place in range(3))
    if not len(first):
        return ORDERS
    agree = {
        "ymd": (first > 31) & (second <= 12) & (third <= 31),
        "dmy": (third > 31) & (first <= 31) & (second <= 12),
        "mdy": (third > 31) & (first <= 12) & (second <= 31),
    }
    return tuple(order for order, flags in agree.items() if flags.all())


def seconds(found: Parts, order: str) -> NDArray[np.int64]:
    """Times in one order as seconds of the epoch; `UNKNOWN` where they are none. What has no zone is read as UTC."""
    places = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}[order]
    year, month, day = (found.numbers[place] for place in places)
    hour, minute, second = found.numbers[3:]
    good = (
        found.good & (year > 31) & (year < 10_000) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    )
    good &= (hour <= 24) & (minute < 60) & (second <= 60)
    # Days from civil, by years that begin in March.
    shifted = year - (month <= 2)
    era = shifted // 400
    in_era = shifted - era * 400
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    days = era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719_468
    moment = days * _DAY + hour * 3600 + minute * 60 + second + found.shift
    return np.where(good, moment, UNKNOWN)
