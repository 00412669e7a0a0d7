"""The exact text to write for an amount or a date that is not written as we read it.

What is proposed for an amount is held against its reader before anybody sees it: a text that we say should be written
is read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterator

from migplan.text import half_width, listed

_NUMBER = re.compile(
    r"([0-9][0-9.,'\u2019_ \u00a0\u2009\u202f]*(?:[eE][+-]?[0-9]+)?)(.*)", re.ASCII | re.DOTALL
)
_BLANK = "[ \u00a0\u2009\u202f]"
_GROUPS_OF_THREE = r"[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+"
_PER = re.compile(r"\s*(?:/|\bper\b)\s*", re.IGNORECASE)
_OCTETS = re.compile(r"([KMGTPkmgtp]?)(?:o|octets?)(?![A-Za-z])", re.ASCII)
_THOUSANDS_OF_MONEY = re.compile(r"([kKmM])\s*(?:USD|\$)?(/.*)?", re.ASCII | re.DOTALL | re.IGNORECASE)
_COUNTED = {
    **dict.fromkeys(("mn", "mm", "mil", "mill", "mio", "millions"), "million"),
    **dict.fromkeys(("b", "bn", "bil", "billions"), "billion"),
    **dict.fromkeys(("thousands", "thsd", "tsd"), "thousand"),
}
_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(d|days?|h|hrs?|hours?|min|mins|minutes?)(?![a-z])", re.ASCII)
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::00)?", re.ASCII)
_DATE_FORMS = (
    *(
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y年%m月%d日",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
    ),
    *("%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
)
"""Other forms of dates."""
_TIME_OF_DAY = re.compile(r"(?<=\d)[T ]\d{1,2}:\d\d.*", re.ASCII | re.DOTALL)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.ASCII)
_SERIAL = re.compile(r"([3-7]\d{4})(?:\.\d+)?", re.ASCII)
"""A day as a number of Excel's, of this century."""
_FIRST_SERIAL = dt.date(1899, 12, 30)
_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII | re.IGNORECASE)
_LONGEST = 80
_HOURS = {"d": 24.0, "h": 1.0, "m": 1.0 / 60.0}


def rewritten(text: str, base: str, reads: Callable[[str], bool]) -> list[str]:
    """What to write in place of a text, the likeliest first; nothing where nothing of it is read either.

    Parameters
    ----------
    text : str
        What was written, without blanks around it.
    base : str
        The base unit of what is wanted, such as 'B' or 'USD/s'; '' for a count.
    reads : callable
        Whether a text is read.

    Examples
    --------
    >>> rewritten("1.234,5 GB", "B", lambda text: True), rewritten("$500/day", "USD/s", lambda text: True)
    (['1234.5 GB'], ['500 USD/day'])
    >>> rewritten("0.8", "1", lambda text: True), rewritten("1d12h", "s", lambda text: True)
    (['80 %', '0.8 %'], ['36 hours'])
    """
    return [form for form in dict.fromkeys(_forms(text, base)) if form != text and reads(form)]


def _forms(text: str, base: str) -> Iterator[str]:
    spans = _spans(text) if base == "s" else []
    if spans:
        yield from spans
        return
    money = base.startswith("USD")
    if text.startswith(".") and text[1:2].isdigit():
        text = f"0{text}"
    match = _NUMBER.fullmatch(re.sub(r"^\$\s*", "", text) if money else text)
    if match is None:
        return
    numbers, unit = _numbers(match[1].rstrip()), _unit(match[2], base, money)
    for number in numbers:
        if unit:
            yield f"{number} {unit}"
        elif base == "1":
            yield from _parts(number)
        else:
            yield number


def _unit(text: str, base: str, money: bool) -> str:
    """A unit with what people write in it made ours: 'per', 'percent', French bytes, thousands of dollars."""
    text = _PER.sub("/", re.sub(r"percent\b", "%", text.strip(), flags=re.IGNORECASE))
    if money:
        match = _THOUSANDS_OF_MONEY.fullmatch(text)
        if match is not None:
            return f"{'M' if match[1] in 'mM' else 'k'}USD{match[2] or ''}"
        text = text.removeprefix("$").strip()
        return text if "USD" in text.upper() else f"USD{text}"
    if not base:
        return _COUNTED.get(text.lower(), text)
    if base in ("B", "B/s", "1/s"):
        text = _OCTETS.sub(lambda found: f"{found[1].upper().replace('K', 'k')}B", text, count=1)
    return text


def _numbers(text: str) -> list[str]:
    """A number with a decimal point and no groups; both readings where one sign may be either."""
    whole, *behind = re.split("[.,]", text)
    if any(re.search(_BLANK, part) for part in behind) or (
        re.search(_BLANK, whole) and not _is_grouped(whole, _BLANK)
    ):
        # Two numbers are not one.
        return []
    bare = re.sub(rf"{_BLANK}|_", "", text)
    if re.search("['\u2019]", bare) and _is_grouped(re.split("[.,]", bare.replace("\u2019", "'"))[0], "'"):
        bare = re.sub("['\u2019]", "", bare)
    point, comma = bare.rfind("."), bare.rfind(",")
    if comma < 0:
        return [bare.replace(".", "")] if _is_grouped(bare, r"\.") and bare.count(".") > 1 else [bare]
    if point < 0:
        if bare.count(",") > 1:
            return [bare.replace(",", "")]
        as_decimal = bare.replace(",", ".")
        return [bare.replace(",", ""), as_decimal] if _is_grouped(bare, ",") else [as_decimal]
    # The sign that comes last is the decimal one, where it comes but once.
    last, other = (",", ".") if comma > point else (".", ",")
    return [bare.replace(other, "").replace(last, ".")] if bare.count(last) == 1 else []


def _is_grouped(text: str, sign: str) -> bool:
    return re.fullmatch(_GROUPS_OF_THREE.format(sign=sign), text) is not None


def _parts(number: str) -> Iterator[str]:
    """A part of a whole without its sign: 0.8 is rather 80 % than 0.8 %."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", number) and 0.0 < float(number) <= 1.0:
        yield f"{float(number) * 100:.6g} %"
    yield f"{number} %"


def _spans(text: str) -> list[str]:
    """A time of several units, or of a clock, in hours."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        return [f"{int(clock[1]) + int(clock[2]) / 60:.6g} hours"]
    found = _SPAN.findall(text.lower())
    if len(found) < 2 or _SPAN.sub("", text.lower()).replace("and", "").strip(" ,"):
        return []
    return [f"{sum(float(number) * _HOURS[word[0]] for number, word in found):.6g} hours"]


def near_dates(text: str, *examples: str) -> str:
    """What to write in place of a date in another form; both dates where day and month may be either way round.

    Examples
    --------
    >>> near_dates("31.12.2026", "2026-12-01"), near_dates("1/12/2026", "2026-12-01"), near_dates("x", "2026-12-01")
    ("write '2026-12-31'", "write '2026-12-01' or '2026-01-12'", "wanted such as '2026-12-01'")

    A day as Excel counts it, and the first and the last day of a week:

    >>> near_dates("46388", "2026-12-01"), near_dates("2027-W01", "2026-12-01")
    ("write '2027-01-01'", "write '2027-01-04' or '2027-01-10'")
    """
    days = _days(half_width(text).strip()) if len(text) <= _LONGEST else []
    told = [repr(day.isoformat()) for day in dict.fromkeys(days)]
    return (
        f"write {listed(told, 'or')}" if told else f"wanted such as {listed(list(map(repr, examples)), 'or')}"
    )


def _days(text: str) -> list[dt.date]:
    """Days that a text may mean."""
    serial, week = _SERIAL.fullmatch(text), _WEEK.fullmatch(text)
    if serial is not None:
        return [_FIRST_SERIAL + dt.timedelta(days=int(serial[1]))]
    found = []
    if week is not None:
        with contextlib.suppress(ValueError):
            found = [dt.date.fromisocalendar(int(week[1]), int(week[2]), day) for day in (1, 7)]
    text = _ORDINAL.sub("", _TIME_OF_DAY.sub("", text))
    for form in _DATE_FORMS:
        with contextlib.suppress(ValueError):
            found.append(dt.datetime.strptime(text, form).date())
    # Two digits of a year are of this century.
    return [day for day in found if day.year >= 2000]
