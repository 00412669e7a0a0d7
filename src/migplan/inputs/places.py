"""Towns and countries by the names that people write, and what of the time zone database each stands for.

What it is read from comes with the `tzdata` package: the time zones of each country, and the names of countries.
"""

from __future__ import annotations

import functools

from migplan.errors import shorten
from migplan.language import say, worded
from migplan.text import folded


def reading_note(text: str, value: str) -> str:
    """What a note says where a name was read as another one; empty where it is the same in other capitals.

    >>> reading_note("JST", "Asia/Tokyo"), reading_note("de by", "DE-BY")
    ("'JST' is read as Asia/Tokyo", '')
    """
    return "" if folded(text) == folded(value) else f"{shorten(text)}{_READ_AS}{value}"


def translated_note(why: str) -> str:
    """Such a note in the language that is spoken.

    >>> translated_note(reading_note("JST", "Asia/Tokyo"))
    "'JST' is read as Asia/Tokyo"
    """
    word, found, value = why.rpartition(_READ_AS)
    return say("{word} is read as {value}", word=word, value=value) if found else worded(why)


_READ_AS = " is read as "


def zones_of_place(name: str) -> list[str]:
    """The time zones of a town or of a country.

    Examples
    --------
    >>> zones_of_place("Tokyo"), zones_of_place("new york"), zones_of_place("France")
    (['Asia/Tokyo'], ['America/New_York'], ['Europe/Paris'])
    >>> zones_of_place("Germany"), zones_of_place("Atlantis")
    (['Europe/Berlin', 'Europe/Busingen'], [])
    """
    word = folded(name)
    towns = [zone for zone, _ in _zones() if folded(zone.rpartition("/")[2]) == word]
    code = _countries().get(word)
    return towns or [zone for zone, country in _zones() if country == code]


def country_of_place(name: str) -> str:
    """The code of a country by its name or by a town that names a time zone; empty where there is none.

    Examples
    --------
    >>> country_of_place("Japan"), country_of_place("tokyo"), country_of_place("Atlantis")
    ('JP', 'JP', '')
    """
    word = folded(name)
    towns = {country for zone, country in _zones() if folded(zone.rpartition("/")[2]) == word}
    return _countries().get(word) or (towns.pop() if len(towns) == 1 else "")


def _rows(table: str) -> list[list[str]]:
    # Only who names a place needs it.
    import importlib.resources

    text = importlib.resources.files("tzdata.zoneinfo").joinpath(table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@functools.cache
def _zones() -> tuple[tuple[str, str], ...]:
    """Time zones of towns, and the country of each."""
    return tuple((row[2], row[0]) for row in _rows("zone.tab"))


@functools.cache
def _countries() -> dict[str, str]:
    """Folded names of countries -> their codes."""
    return {folded(row[1]): row[0] for row in _rows("iso3166.tab")}
