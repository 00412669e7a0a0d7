"""Numbers as people read them, the same in every output."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from migplan.inputs import dates
from migplan.results.model import InputResult
from migplan.units import DAY


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

    >>> usd(1875.4), usd(1875.4, complete=False), usd(None), usd(0.0, complete=False)
    ('1,875', '>= 1,875', 'unknown', 'unknown')
    """
    if value is None or (value == 0 and not complete):
        return "unknown"
    return f"{'' if complete else '>= '}{value:,.0f}"


def least(value: float | None, complete: bool = True) -> str:
    """Money in a report, with the sign that people write where it is only the known part.

    >>> least(1875.4), least(1875.4, complete=False), least(None), least(0.0, complete=False)
    ('1,875', '≥ 1,875', 'unknown', 'unknown')
    """
    if known(value) is None or (value == 0 and not complete):
        return "unknown"
    return f"{'' if complete else '≥ '}{value:,.0f}"


def known(value: float | None) -> float | None:
    """The number where there is a finite one.

    >>> known(2.0), known(float("inf")), known(None)
    (2.0, None, None)
    """
    return value if value is not None and math.isfinite(value) else None


def exact(value: float | None, digits: int = 12) -> str:
    """A number with all the digits that a reader needs to calculate with it.

    >>> exact(150000.0), exact(0.0224137931034), exact(1.5e14), exact(None)
    ('150,000', '0.0224137931034', '150,000,000,000,000', 'unknown')
    """
    if known(value) is None:
        return "unknown"
    assert value is not None
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    told = f"{value:,.{places}f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def cents(value: float | None, complete: bool = True) -> str:
    """Money to the cent.

    >>> cents(1875.0), cents(None), cents(12.5, complete=False)
    ('1,875.00', 'unknown', 'at least 12.50')
    """
    if known(value) is None:
        return "unknown"
    return f"{'' if complete else 'at least '}{value:,.2f}"


def percent(part: float | None) -> str:
    """A chance in whole percent; certain or impossible only where it is.

    >>> percent(0.834), percent(0.9999), percent(1.0), percent(None)
    ('83 %', 'more than 99 %', '100 %', '-')
    """
    if known(part) is None:
        return "-"
    assert part is not None
    if 0 < part < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < part < 1 else f"{part * 100:.0f} %"


@dataclass(frozen=True, slots=True)
class Start:
    """The midnight from which days are counted: a day, and the time zone whose midnight it is."""

    day: dt.date
    timezone: str = ""

    def __str__(self) -> str:
        return self.day.isoformat()


def day_after(start: Start | None, passed: float | None) -> str:
    """The date some days after the start; empty where there is none. A day that passes has 24 hours.

    >>> day_after(Start(dt.date(2026, 12, 1)), 9.5), day_after(None, 1.0)
    ('2026-12-10', '')
    >>> day_after(Start(dt.date(2026, 10, 25), "Europe/Berlin"), 1.0)
    '2026-10-25'
    """
    moment = moment_after(start, passed)
    return "" if moment is None else moment.date().isoformat()


def moment_after(start: Start | None, passed: float | None) -> dt.datetime | None:
    """Date and time there some days after the start; None where the calendar has none."""
    if start is None or known(passed) is None:
        return None
    assert passed is not None
    try:
        return dates.moment_after(passed * DAY, start.day, start.timezone)
    except OverflowError:
        return None


def protocol(read_as: object, given: str) -> str:
    """The protocol that is planned for, and the word for it that was given where that says more.

    >>> protocol("smb", "smb"), protocol("nfs", "NFSv4.1")
    ('SMB', 'NFS, given as NFSv4.1')
    """
    told = str(read_as or given).upper()
    return told if told == given.strip().upper() else f"{told}, given as {given.strip()}"


def files(item: InputResult) -> str:
    """How many files, as they were given.

    >>> files(InputResult(4e7, "", "40M", "given", "")), files(InputResult(1.0, "", "1", "given", ""))
    ('40M files', '1 file')
    """
    return f"{item.text} file{'' if item.value == 1 else 's'}"


def letter_of(index: int) -> str:
    """What stands for the nth thing where its name has no room.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'A26')
    """
    return chr(ord("A") + index) if index < 26 else f"A{index}"


def broken(name: str, width: int) -> str:
    r"""An id that is too long for its column, broken behind a slash or a plus, else behind a hyphen.

    >>> broken("robocopy/vpn/fsx-ontap", 14), broken("datasync-basic/vpn/s3", 12)
    ('robocopy/vpn/\n  fsx-ontap', 'datasync-\n  basic/vpn/\n  s3')
    """
    lines = [""]
    for whole in re.split(r"(?<=[/+])", name):
        for part in [whole] if len(whole) + 2 <= width else re.split(r"(?<=-)", whole):
            if lines[-1].strip() and len(lines[-1] + part) > width:
                lines.append("  ")
            lines[-1] += part
    return "\n".join(lines)
