"""Numbers as people read them, the same in every output."""

from __future__ import annotations


def days(value: float | None) -> str:
    """Days with as many digits as they deserve.

    >>> days(None), days(0.21), days(26.04), days(1834.0)
    ('never', '5.0 h', '26.0 d', '1,834 d')
    """
    if value is None:
        return "never"
    if value < 1:
        return f"{value * 24:.1f} h"
    return f"{value:.1f} d" if value < 1000 else f"{value:,.0f} d"


def hours(value: float | None) -> str:
    """Hours, as days from two days on.

    >>> hours(None), hours(2.41), hours(96.0)
    ('-', '2.4 h', '4.0 d')
    """
    if value is None:
        return "-"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:,.1f} d"


def usd(value: float | None, complete: bool = True) -> str:
    """Money, with a sign where it is only the known part.

    >>> usd(1875.4), usd(1875.4, complete=False), usd(None)
    ('1,875', '>= 1,875', 'unknown')
    """
    if value is None:
        return "unknown"
    return f"{'' if complete else '>= '}{value:,.0f}"
