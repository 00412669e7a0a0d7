"""What calls take besides a scenario, read before anything is planned: a day, and how many draws."""

from __future__ import annotations

import datetime as dt
from typing import Any

from migplan.errors import Fault, MigplanError, shorten

Day = dt.date | str | None
"""A day as a date or as ISO text; today where it is absent."""

_MOST = 2**32 - 1


def _day_of(today: Day) -> dt.date | None:
    """The day to plan for.

    Raises
    ------
    MigplanError
        It is no date.

    Examples
    --------
    >>> _day_of("2026-11-23"), _day_of(dt.date(2026, 11, 23)) == _day_of(dt.datetime(2026, 11, 23, 9)), _day_of(None)
    (datetime.date(2026, 11, 23), True, None)
    """
    if isinstance(today, dt.datetime):
        return today.date()
    if today is None or isinstance(today, dt.date):
        return today
    try:
        return dt.date.fromisoformat(today)
    except (TypeError, ValueError):
        message = f"{shorten(today)} is no date; wanted a date or ISO text, such as '2026-11-23'"
        raise MigplanError(Fault("bad-date", "today", message)) from None


def _whole(name: str, number: Any) -> int:
    """Draws or a seed: a whole number from 0.

    Raises
    ------
    MigplanError
        It is none.

    Examples
    --------
    >>> _whole("samples", 1000)
    1000
    """
    # Numbers of numpy are whole too, and no int.
    if isinstance(number, bool) or not hasattr(number, "__index__") or not 0 <= int(number) <= _MOST:
        raise MigplanError(Fault("bad-quantity", name, f"{shorten(number)} is no whole number from 0"))
    return int(number)


def _settings_of(today: Day, samples: int | None, seed: int) -> tuple[dt.date | None, Any, int]:
    """The day, the draws and the seed, each read; draws that are absent stay so."""
    return _day_of(today), samples if samples is None else _whole("samples", samples), _whole("seed", seed)
