"""Cells as an export writes them to cells as our readers want them, by what the user says of it and by nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow.compute as pc

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.estate.arrays import as_texts, is_number, strings
from migplan.estate.columns import Column, map_line
from migplan.estate.settings import Settings
from migplan.inputs.fields import NUMERIC
from migplan.inputs.readers import READERS
from migplan.text import half_width

GROUPING = {",": ",", ".": r"\.", "'": "['\u2019]", "space": "[ \u00a0\u202f]"}
"""What groups thousands -> the signs that do, as a regular expression."""

_LONGEST = 80
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
_NUMBER = r"[0-9][0-9.,_]*(?:[eE][+-]?[0-9]+)?"
_BARE = re.compile(_NUMBER, re.ASCII)
_WITH_UNIT = re.compile(_NUMBER + r"\s*([A-Za-z]+)(?:/[A-Za-z]+)?", re.ASCII)
_PERCENTAGE = re.compile(rf"{_NUMBER}\s*%", re.ASCII)
ZERO = re.compile(r"0+(?:[.,]0+)?\s*[A-Za-z]*", re.ASCII)
_DATE = re.compile(r"[0-9]{1,2}(?:([./-])[0-9]{1,2}\1[0-9]{4}|([./])[0-9]{1,2}\2[0-9]{2})", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}\D*", re.ASCII)
_RATIO = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*:\s*1(?:[.,]0+)?", re.ASCII)
"""What there is to what is stored of it, as storage systems tell what they save."""
_COUNTED = {"B": "B", "B/s": "Mbps", "s": "days", "1": "%", "1/s": "%/year", "USD": "USD", "USD/s": "USD/day"}
"""Base unit of a field -> what its bare numbers may count, for a map."""

NOTHING = "is zero: there is nothing to move; wanted the row left out"
"""What is wrong with a volume of nothing."""

DATES = {"day-first": r"\3-\2-\1", "month-first": r"\3-\1-\2"}
"""Order of dates as the user says -> how their three numbers make one of ours."""

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
    >>> spell_out(Column(0, "Reduction", "reduction"), "1.6 : 1")
    '37.5 %'
    """
    text = half_width(text).strip()
    if len(text) > _LONGEST:
        return text
    form = column.field.form
    if form in ("date", "deadline"):
        text = day_alone(text)
    if form not in NUMERIC or not text[:1].isdigit():
        return text
    ratio = _RATIO.fullmatch(text) if column.name == "reduction" else None
    if ratio is not None and float(ratio[1].replace(",", ".")) >= 1.0:
        return f"{(1.0 - 1.0 / float(ratio[1].replace(',', '.'))) * 100:.6g} %"
    if decimal == "." and "," in text:
        if _GROUPED.fullmatch(text):
            raise UnitError(f"{text!r} has digits in groups; say --thousands ,")
        wanted = "wanted digits with a point, or --thousands , or --decimal , to say what it is"
        raise UnitError(f"{text!r} has a comma; {wanted}")
    if decimal == "," and not (form == "deadline" and _POINTED_DATE.fullmatch(text)):
        if "." in text:
            wanted = (
                "wanted digits with a comma, since the decimal sign is one, or --thousands . where it groups"
            )
            raise UnitError(f"{text!r} has a point; {wanted}")
        text = text.replace(",", ".")
    return column.with_unit(text)


def read_cell(column: Column, text: str, decimal: str = ".") -> Any:
    """One cell in base units, by the reader of its field.

    Raises
    ------
    UnitError
        What is wrong with it, and what to type where the whole column is written so.

    Examples
    --------
    >>> read_cell(Column(0, "Size", "volume"), "1 GB")
    1000000000.0
    """
    bare = text.strip()
    if column.name == "volume" and len(bare) <= _LONGEST and ZERO.fullmatch(bare):
        raise UnitError(f"{bare!r} {NOTHING}")
    try:
        return READERS[column.field.form](column.field, spell_out(column, text, decimal))
    except UnitError as error:
        advice = remedy(column, bare) if len(bare) <= _LONGEST else ""
        raise UnitError(f"{error}; {advice}" if advice else str(error)) from None


def remedy(column: Column, text: str) -> str:
    """What to type so that cells such as this one are read; empty where nothing would help.

    >>> remedy(Column(0, "Used", "volume"), "1024")
    'say --map Used=volume:B where it counts B, or with another unit'
    >>> remedy(Column(0, "Used", "volume"), "14T")
    'say --unit T=TiB where it counts 1024s, as du, df and ls do, or --unit T=TB'
    """
    form, base = column.field.form, column.field.base
    if form in ("date", "deadline") and _DATE.fullmatch(text):
        return "say --dates day-first or --dates month-first"
    if form not in ("quantity", "change"):
        return ""
    if _PERCENTAGE.fullmatch(text) and base != "1" and not column.unit:
        # Whether it is a day's or a year's has to be said.
        unit = "%/day" if form == "change" else _COUNTED[base]
        return f"say {map_line(column.header, column.name, unit)} where all are {unit}" if "%" in unit else ""
    if base == "1" and not column.unit and is_part(text):
        line = map_line(column.header, column.name, "1")
        return f"say {line} where 1 is the whole, or {map_line(column.header, column.name, '%')}"
    if _BARE.fullmatch(text) and not column.unit and "," not in text:
        unit = "%/day" if form == "change" else _COUNTED[base]
        return (
            f"say {map_line(column.header, column.name, unit)} where it counts {unit}, or with another unit"
        )
    match = _WITH_UNIT.fullmatch(text)
    if match is None or _is_unit(match[1]) or base not in ("B", "B/s"):
        return ""
    unit, flag = match[1], unit_flag(match[1], base)
    if flag.endswith("bps"):
        return f"say {flag} where all cells are so"
    if flag.endswith("iB"):
        decimal = f"--unit {unit}={_letter(unit)}B"
        return f"say {flag} where it counts 1024s, as du, df and ls do, or {decimal}"
    if re.fullmatch("[KMGTPkmgtp][Bb]?", unit):
        return ""
    return f"say {flag or f'--unit {unit}=OURS'} where it is another word for one of ours"


def is_part(text: str) -> bool:
    """Whether a bare number may be a part of 1, as spreadsheets hold percentages.

    >>> is_part("0.8"), is_part("80"), is_part("80 %")
    (True, False, False)
    """
    return _BARE.fullmatch(text) is not None and re.fullmatch(r"0?\.[0-9]+|[01](?:\.0+)?", text) is not None


def unit_flag(unit: str, base: str) -> str:
    """What to type so that a unit of an export is read as one of 1024s; empty where that is no help, or not known.

    >>> unit_flag("T", "B"), unit_flag("Mb", "B"), unit_flag("octets", "B"), unit_flag("G", "B/s")
    ('--unit T=TiB', '', '--unit octets=B', '--unit G=Gbps')
    """
    if _is_unit(unit) or base not in ("B", "B/s") or re.fullmatch("[KMGTP]b", unit):
        # Bits are bits: the reader has said what to write.
        return ""
    if re.fullmatch("[KMGTPkmgtp][Bb]?", unit):
        if base == "B/s":
            # Lines are counted in bits, and nothing of a line in 1024s.
            return "" if unit in ("B", "b") else f"--unit {unit}={_letter(unit)}bps"
        return f"--unit {unit}={_letter(unit).upper()}iB"
    return f"--unit {unit}=B" if unit.lower() in ("byte", "bytes", "octets") else ""


def _letter(unit: str) -> str:
    """The prefix of a unit, as we write it before B and bps."""
    return "k" if unit[0].upper() == "K" else unit[0].upper()


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
    dated = settings.dates and column.field.form in ("date", "deadline")
    if not (settings.empty or dated or (numeric and (settings.thousands or settings.units))) or is_number(
        cells
    ):
        return cells
    texts = as_texts(cells)
    if settings.empty:
        nothing = pc.is_in(pc.utf8_trim_whitespace(texts), strings(settings.empty))
        texts = pc.if_else(nothing, "", texts)
    if numeric and settings.thousands:
        sign, decimal = GROUPING[settings.thousands], re.escape(settings.decimal)
        # A zero in front is no group: 0.125 is an eighth.
        grouped = rf"^\s*[1-9][0-9]{{0,2}}(?:{sign}[0-9]{{3}})+(?:{decimal}[0-9]+)?(?:[^0-9.,]*)$"
        plain = pc.replace_substring_regex(texts, rf"([0-9]){sign}([0-9])", r"\1\2")
        texts = pc.if_else(pc.match_substring_regex(texts, grouped), plain, texts)
    if dated:
        texts = _with_our_dates(texts, DATES[settings.dates])
    return _with_our_units(texts, settings.units) if column.field.form in ("quantity", "change") else texts


def _with_our_dates(texts: Any, order: str) -> Any:
    """Dates of three numbers as we write them, with all their zeros; two digits of a year are of this century."""
    century = r"^(\s*[0-9]{1,2}[./][0-9]{1,2}[./])([0-9]{2})\s*$"
    texts = pc.replace_substring_regex(texts, century, r"\1" "20" r"\2")
    date = r"^\s*([0-9]{2})[./-]([0-9]{2})[./-]([0-9]{4})\s*$"
    for short in (
        r"^\s*()([0-9])([./-][0-9]{1,2}[./-][0-9]{4})\s*$",
        r"^(\s*[0-9]{2}[./-])([0-9])([./-][0-9]{4})\s*$",
    ):
        texts = pc.replace_substring_regex(texts, short, r"\1" "0" r"\2\3")
    return pc.replace_substring_regex(texts, date, order)


def _with_our_units(texts: Any, units_: Mapping[str, str]) -> Any:
    made = texts
    for theirs, ours in units_.items():
        theirs = rf"^(\s*[0-9][^A-Za-z%]*){theirs}(\s*|/.*)$"
        # What one unit has become is not taken for another one.
        changed = pc.replace_substring_regex(texts, theirs, rf"\1{ours}\2")
        made = pc.if_else(pc.match_substring_regex(texts, theirs), changed, made)
    return made
