"""Public holidays, from the `holidays` package.

It has a module for each country and imports all of them, which takes longer than the rest of a plan. So what it says
about a country is kept until another version of it is installed.
"""

from __future__ import annotations

import datetime as dt
import functools
import importlib.util
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan import cache
from migplan.errors import UnitError, shorten
from migplan.inputs.calendars.hours import YEARS

_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_ ]([A-Za-z0-9-]{1,40}))?", re.ASCII)
_LAST_YEAR = YEARS[1] + 21
"""A calendar may begin in the last year of dates."""
_MOST_KEPT = 64


def read_holidays(text: str) -> str:
    """Check a country, or a country and its subdivision.

    Raises
    ------
    UnitError
        Nothing is known about it.

    Examples
    --------
    >>> read_holidays("de-by")
    'DE-BY'
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        raise UnitError(
            f"{shorten(text)} is no country; wanted such as 'DE', or 'DE-BY' with its subdivision"
        )
    code: str = _table(match[1].upper(), match[2] or "")["code"]
    return code


def holiday_numbers(code: str, start: dt.date, days: int) -> NDArray[np.int64]:
    """Numbers of the public holidays among some days from a start and on its eve; beyond what is known there are none.

    Parameters
    ----------
    code : str
        As `read_holidays` gives it.
    start : date
        Day 0.
    days : int
        How many days from it on.

    Examples
    --------
    Christmas Day and the day after it:

    >>> holiday_numbers("DE", dt.date(2026, 12, 24), 7).tolist()
    [1, 2]
    """
    country, _, part = code.partition("-")
    numbers = np.array(_table(country, part)["days"], dtype=np.int64) - start.toordinal()
    return numbers[(numbers >= -1) & (numbers < days)]


@functools.lru_cache(maxsize=64)
def _table(country: str, part: str) -> dict[str, Any]:
    """Code and holidays of a place, as ordinals of their dates."""
    name = f"holidays-{country}-{part}-{_version()}".lower()
    found: dict[str, Any] | None = cache.kept(name)
    if found is None:
        found = _ask(country, part)
        cache.keep(name, found, "holidays-", _MOST_KEPT)
    return found


def _version() -> str:
    """The installed version, told without an import."""
    spec = importlib.util.find_spec("holidays")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    versions = sorted(path.name for path in package.parent.glob("holidays-*.dist-info"))
    return "-".join((*versions, f"{package.stat().st_mtime_ns:x}"))


def _ask(country: str, part: str) -> dict[str, Any]:
    import holidays
    from holidays.registry import EntityLoader

    if country not in EntityLoader.get_country_codes():
        raise UnitError(
            f"no holidays are known for {country!r}; wanted an ISO country such as 'DE' or 'DE-BY'"
        )
    entity = getattr(holidays, country)
    parts = entity.subdivisions
    found = next((name for name in parts if name.lower() == part.lower()), None)
    if part and found is None:
        wanted = f"wanted one of {', '.join(parts)}" if parts else f"wanted {country} alone"
        raise UnitError(f"{shorten(part)} is no subdivision of {country}; {wanted}")
    years = range(max(YEARS[0] - 1, entity.start_year), min(_LAST_YEAR, entity.end_year) + 1)
    known = entity(subdiv=found, years=years, expand=False)
    return {
        "code": f"{country}-{found}" if found else country,
        "days": sorted(day.toordinal() for day in known),
    }
