"""Numbers as people read them, the same in every output."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from migplan import language
from migplan.inputs import dates
from migplan.language import amounts, message, messages, say, say_many, worded
from migplan.results.model import CostResult, InputResult
from migplan.units import DAY


def days(value: float | None) -> str:
    """Days with as many digits as they deserve.

    >>> days(None), days(0.01), days(0.21), days(26.04), days(1834.0)
    ('never', '14 min', '5.0 h', '26.0 d', '1,834 d')
    """
    if value is None:
        return worded("never")
    if value < 1:
        return _minutes(value * 24) or _in_hours(f"{value * 24:.1f}")
    return _in_days(f"{value:.1f}" if value < 1000 else f"{value:,.0f}")


def hours(value: float | None) -> str:
    """Hours, as days from two days on.

    >>> hours(None), hours(0.4), hours(2.41), hours(96.0)
    ('-', '24 min', '2.4 h', '4.0 d')
    """
    if value is None:
        return "-"
    if value < 48:
        return _minutes(value) or _in_hours(f"{value:.1f}")
    return _in_days(f"{value / 24:,.1f}")


def _in_hours(shown: str) -> str:
    return say("{count} h", count=language.number(shown))


def _in_days(shown: str) -> str:
    return say("{count} d", count=language.number(shown))


def _minutes(value: float) -> str:
    """Hours as minutes where they are less than one; empty where they are not."""
    minutes = round(value * 60)
    if minutes >= 60:
        return ""
    if not minutes:
        return say("{count} h", count=0) if value == 0 else worded("< 1 min")
    return say("{count} min", count=minutes)


def least(value: float | None, complete: bool = True) -> str:
    """Money in a report, with the sign that people write where it is only the known part.

    >>> least(1875.4), least(1875.4, complete=False), least(None), least(0.0, complete=False)
    ('1,875', '≥ 1,875', 'unknown', 'unknown')
    """
    if known(value) is None or (value == 0 and not complete):
        return worded("unknown")
    return f"{'' if complete else '≥ '}{language.number(f'{value:,.0f}')}"


def old_system(cost: CostResult, money: Callable[[float], str]) -> str:
    """What the old system costs beside the new one, and what is saved once it is gone; empty where nobody says."""
    if cost.double_running is None:
        return ""
    told = say(
        "Until the move is done the old system costs another {usd} USD, which is not in the total.",
        usd=money(cost.double_running),
    )
    if cost.saving is None:
        after = say("What it saves afterwards cannot be said: a price of the target is not known.")
    else:
        template = message("After the move, each month costs {usd} USD less than the old system did.")
        if cost.saving < 0:
            template = message("After the move, each month costs {usd} USD more than the old system did.")
        after = say(template, usd=money(abs(cost.saving)))
    return say("{told} {after}", told=told, after=after)


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
        return worded("unknown")
    told = language.number(f"{value:,.2f}")
    return told if complete else say("at least {amount}", amount=told)


def dated(status: str, as_of: str) -> str:
    """How far a price is known that was read long ago.

    >>> dated("confirmed", "2025-10-16"), dated("confirmed", "")
    ('confirmed 2025-10, ask again', 'confirmed, ask again')
    """
    known = f"{worded(status)}{' ' + as_of[:7] if as_of else ''}"
    return say("{status}, ask again", status=known)


def percent(part: float | None, signs: bool = False) -> str:
    """A chance in whole percent, with signs for words in a narrow column; certain or impossible only where it is.

    >>> percent(0.834), percent(0.9999), percent(1.0), percent(None)
    ('83 %', 'more than 99 %', '100 %', '-')
    """
    if known(part) is None:
        return "-"
    assert part is not None
    if 0 < part < 0.01:
        return "< 1 %" if signs else worded("less than 1 %")
    if 0.99 < part < 1:
        return "> 99 %" if signs else worded("more than 99 %")
    return f"{part * 100:.0f} %"


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


def date_words(day: dt.date, start: dt.date) -> str:
    """A date as people write it, with its year where that is another than that of the start.

    >>> date_words(dt.date(2026, 12, 10), dt.date(2026, 11, 28)), date_words(dt.date(2027, 2, 3), dt.date(2026, 11, 28))
    ('10 Dec', '3 Feb 2027')
    """
    near = day.year == start.year
    if language.current() != language.ENGLISH:
        return language.date(day, with_year=not near)
    named = f"{day.day} {_MONTHS[day.month - 1]}"
    return named if near else f"{named} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def span_words(value: float) -> str:
    """A number of days as people say it: in weeks where these are whole.

    >>> span_words(0.4), span_words(1.2), span_words(9.0), span_words(21.3), span_words(25.0), span_words(100.0)
    ('less than a day', 'a day', 'nine days', 'three weeks', '25 days', 'three months')
    """
    if value < 0.95:
        return worded("less than a day")
    whole = round(value)
    size, unit = (1.0, "day") if whole < 14 or whole % 7 else (7.0, "week")
    if whole >= 75:
        size, unit = 365.25 / 12, "month"
    count = round(whole / size)
    if language.current() != language.ENGLISH:
        return amounts(f"{count:,} {unit}s")
    return f"a {unit}" if count == 1 else f"{_SMALL[count] if count <= 10 else f'{count:,}'} {unit}s"


def about(value: float, digits: int = 3) -> str:
    """A number to so many digits that matter, without a point from ten on.

    >>> about(304899.0), about(2016.3), about(16.96), about(9.82, 2), about(8.0), about(0.0)
    ('305,000', '2,020', '17', '9.8', '8', '0')
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    shown = f"{rounded:,.{max(0, places) if abs(rounded) < 10 else 0}f}"
    return language.number(shown.rstrip("0").rstrip(".") if "." in shown else shown)


def three_digits(amount: str) -> str:
    """An amount whose number has no more digits than people say.

    >>> three_digits("146.8 Mbps"), three_digits("1.159 PB"), three_digits("1234 GB"), three_digits("0.25 %/day")
    ('147 Mbps', '1.16 PB', '1234 GB', '0.25 %/day')
    """
    return _FRACTION.sub(lambda match: f"{float(match[0]):.{3 if float(match[0]) < 1000 else 4}g}", amount)


_FRACTION = re.compile(r"\d+\.\d+")


def about_usd(value: float | None, complete: bool = True) -> str:
    """Money as people say it, with a sign where it is only the known part.

    >>> about_usd(304899.0), about_usd(30686.33, complete=False), about_usd(0.0, complete=False)
    ('305,000', '≥ 30,700', 'unknown')
    """
    if known(value) is None or (value == 0 and not complete):
        return worded("unknown")
    assert value is not None
    return f"{'' if complete else '≥ '}{about(value)}"


def about_hours(value: float | None) -> str:
    """Hours as people say them, as days from two days on.

    >>> about_hours(None), about_hours(9.82), about_hours(22.8), about_hours(100.0)
    ('-', '9.8 h', '23 h', '4.2 d')
    >>> about_hours(0.019), about_hours(0.05)
    ('1 min', '3 min')
    """
    if value is None:
        return "-"
    if value >= 48:
        return say("{count} d", count=about(value / 24, 2))
    return _minutes(value) or say("{count} h", count=about(value, 2))


def beside(left: float) -> str:
    """How far a day is from another one that comes so many days after it.

    >>> beside(6), beside(0), beside(-7)
    ('six days before', 'on the day of', 'seven days after')
    """
    if left == 0:
        return worded("on the day of")
    template = message("{span} before") if left > 0 else message("{span} after")
    return say(template, span=span_words(abs(left)))


def count_words(value: float) -> str:
    """A large count as people say it.

    >>> count_words(35e6), count_words(1.234e9), count_words(12345), count_words(1)
    ('35M', '1.2 billion', '12,000', '1')
    """
    if language.current() != language.ENGLISH:
        return language.large(value)
    for size, unit in ((1e9, " billion"), (1e6, "M")):
        if value >= size:
            return f"{about(value / size, 2 if value < 10 * size else 3)}{unit}"
    return about(value, 2) if value >= 100 else f"{value:.0f}"


_PROTOCOLS = messages({"object": "object storage", "local": "local volumes"})
"""What is no abbreviation."""


def protocol(read_as: object, given: str) -> str:
    """The protocol that is planned for, and the word for it that was given where that says more.

    >>> protocol("smb", "smb"), protocol("nfs", "NFSv4.1")
    ('SMB', 'NFS, given as NFSv4.1')
    >>> protocol("object", "object"), protocol("local", "local")
    ('object storage', 'local volumes')
    """
    name = str(read_as or given)
    if name == given.strip().lower() and name in _PROTOCOLS:
        return worded(_PROTOCOLS[name])
    told = name.upper()
    if told == given.strip().upper():
        return told
    return say("{protocol}, given as {word}", protocol=told, word=given.strip())


def files(item: InputResult, size: InputResult | None = None) -> str:
    """How many files: as they were given, else about how many, and what that rests on.

    >>> files(InputResult(4e7, "", "40M", "given", "")), files(InputResult(1.0, "", "1", "given", ""))
    ('40M files', '1 file')
    >>> files(InputResult(3.5e7, "", "35,000,000", "derived", ""), InputResult(1e6, "B", "1 MB", "assumed", ""))
    'about 35M files (assumed, 1 MB each)'
    """
    if item.status != "derived" or size is None or known(item.value) is None:
        return say_many("{count} file", "{count} files", item.text if item.value != 1 else "1")
    many, each = count_words(item.value), size.text
    assumed = worded("assumed, ") if size.status == "assumed" else ""
    template = (
        message("about {many} file ({assumed}{each} each)")
        if item.value == 1
        else message("about {many} files ({assumed}{each} each)")
    )
    return say(template, many=many, assumed=assumed, each=each)


def spaced(given: str) -> str:
    """An amount as it was typed, with a blank between the number and its unit.

    >>> spaced("35TB"), spaced("1 Gbps"), spaced("1e3GB"), spaced("10 x 5TB")
    ('35 TB', '1 Gbps', '1e3 GB', '10 x 5TB')
    """
    return re.sub(r"^([\d.,]+(?:[eE][+-]?\d+)?)(?=[A-Za-z])", r"\1 ", given.strip())


def mid_sentence(told: str) -> str:
    """A sentence as it reads inside another one: abbreviations keep their capitals.

    >>> mid_sentence("Shares of a file server"), mid_sentence("SMB shares")
    ('shares of a file server', 'SMB shares')
    """
    return told if told[1:2].isupper() else told[:1].lower() + told[1:]


def letter_of(index: int) -> str:
    """What stands for the nth thing where its name has no room.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'A26')
    """
    return chr(ord("A") + index) if index < 26 else f"A{index}"


def break_id(name: str, width: int) -> str:
    r"""An id that is too long for its column, broken behind a slash or a plus, else behind a hyphen.

    >>> break_id("robocopy/vpn/fsx-ontap", 14), break_id("datasync-basic/vpn/s3", 12)
    ('robocopy/vpn/\n  fsx-ontap', 'datasync-\n  basic/vpn/\n  s3')
    """
    lines = [""]
    for whole in re.split(r"(?<=[/+])", name):
        for part in [whole] if len(whole) + 2 <= width else re.split(r"(?<=-)", whole):
            if lines[-1].strip() and len(lines[-1] + part) > width:
                lines.append("  ")
            lines[-1] += part
    return "\n".join(lines)
