"""Cells as an export writes them to cells as our readers want them, by what the user says of it and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow.compute as pc

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.arrays import as_texts, is_number, strings
from migplan.estate.columns import NUMERIC, Column
from migplan.estate.settings import Settings

GROUPING = {",": ",", ".": r"\.", "'": "['\u2019]", "space": "[ \u00a0\u202f]"}
"""What groups thousands -> the signs that do, as a regular expression."""

_LONGEST = 80
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
_POINTED_DATE = re.compile(r"\d+\.\d+\.\d+", re.ASCII)
_OUR_UNITS = ("B", "B/s", "s", "1", "USD")


def spell_out(column: Column, text: str, decimal: str = ".") -> str:
    """A cell as its field's reader wants it: with a decimal point, and with the unit of the header where it has none.

    Raises
    ------
    UnitError
        A comma where the decimal sign is a point, or the other way round: it could group thousands.

    Examples
    --------
    >>> from migplan.estate.columns import find_columns
    >>> spell_out(find_columns(["Size (GB)"])[0], " 1,5 ", decimal=",")
    '1.5 GB'
    >>> spell_out(find_columns(["Deadline"])[0], "2027-03-31 00:00:00")
    '2027-03-31'
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return text
    form = column.field.form
    if form in ("date", "deadline"):
        text = day_alone(text)
    if form not in NUMERIC or not text[:1].isdigit():
        return text
    if decimal == "." and "," in text:
        raise UnitError(
            f"{text!r} has a comma; wanted digits with a point, or --thousands or --decimal to say what it is"
        )
    if decimal == "," and not (form == "deadline" and _POINTED_DATE.fullmatch(text)):
        if "." in text:
            raise UnitError(
                f"{text!r} has a point; wanted digits with a comma, since the decimal sign is one"
            )
        text = text.replace(",", ".")
    return column.with_unit(text)


def day_alone(text: str) -> str:
    """A day without the midnight that databases and data frames write behind it.

    >>> day_alone("2026-12-01T00:00:00.000Z"), day_alone("2026-12-01 08:00:00")
    ('2026-12-01', '2026-12-01 08:00:00')
    """
    match = _MIDNIGHT.fullmatch(text)
    return match[1] if match else text


def read_units(texts: Iterable[str]) -> dict[str, str]:
    """Read what `--unit` says: a unit as an export writes it, and the one of ours that it means.

    Raises
    ------
    MigplanError
        A text is not THEIRS=OURS, or we have no such unit.

    Examples
    --------
    >>> read_units(["T=TiB", "GB=GiB"])
    {'T': 'TiB', 'GB': 'GiB'}
    """
    found = {}
    for text in texts:
        theirs, _, ours = (part.strip() for part in text.partition("="))
        if not re.fullmatch(r"[A-Za-z]+", theirs, re.ASCII) or not _is_unit(ours):
            wanted = "wanted THEIRS=OURS, such as T=TiB"
            raise MigplanError(Fault("bad-quantity", "--unit", f"{shorten(text)} names no unit; {wanted}"))
        found[theirs] = ours
    return found


def _is_unit(text: str) -> bool:
    for base in _OUR_UNITS:
        try:
            units.factor(text, base)
        except UnitError:
            continue
        return True
    return False


def as_spelled(column: Column, cells: Any, settings: Settings) -> Any:
    """Cells without what the user says stands for nothing, thousands ungrouped and units as we write them.

    Numbers of a typed file stay as they are.
    """
    numeric = column.field.form in NUMERIC
    if not (settings.empty or (numeric and (settings.thousands or settings.units))) or is_number(cells):
        return cells
    texts = as_texts(cells)
    if settings.empty:
        nothing = pc.is_in(pc.utf8_trim_whitespace(texts), strings(settings.empty))
        texts = pc.if_else(nothing, "", texts)
    if numeric and settings.thousands:
        sign, decimal = GROUPING[settings.thousands], re.escape(settings.decimal)
        grouped = rf"^\s*[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:{decimal}[0-9]+)?(?:[^0-9.,]*)$"
        plain = pc.replace_substring_regex(texts, rf"([0-9]){sign}([0-9])", r"\1\2")
        texts = pc.if_else(pc.match_substring_regex(texts, grouped), plain, texts)
    return _with_our_units(texts, settings.units) if column.field.form in ("quantity", "change") else texts


def _with_our_units(texts: Any, units_: Mapping[str, str]) -> Any:
    made = texts
    for theirs, ours in units_.items():
        theirs = rf"^(\s*[0-9][^A-Za-z%]*){theirs}(\s*|/.*)$"
        # What one unit has become is not taken for another one.
        changed = pc.replace_substring_regex(texts, theirs, rf"\1{ours}\2")
        made = pc.if_else(pc.match_substring_regex(texts, theirs), changed, made)
    return made
