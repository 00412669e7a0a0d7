"""Numbers as people and programs write them: grouped, with a decimal comma, with a unit, rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from migplan.errors import Fault, MigplanError, shorten

_PREFIXES = "KMGTPE"
FACTORS: dict[str, int] = {
    "B": 1,
    **{f"{prefix}B": 1000 ** (power + 1) for power, prefix in enumerate(_PREFIXES)},
    **{f"{prefix}iB": 1024 ** (power + 1) for power, prefix in enumerate(_PREFIXES)},
}
"""Unit -> [B]."""
_BYTES = {"", "b", "byte", "bytes", "octets"}
_NUMBER = re.compile(r"\s*([+-]?\d[\d.,'\u2019\u00a0\u202f ]*)\s*([^\d\s]*)\s*")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_BLANKS = re.compile(r"['\u2019\u00a0\u202f\s]")


def read_units(texts: Iterable[str]) -> tuple[str, dict[str, str]]:
    """What `--unit` says: what a bare number counts, and what written units mean.

    >>> read_units(["B"]), read_units(["GB=GiB", "MB=MiB"])
    (('B', {}), ('', {'GB': 'GiB', 'MB': 'MiB'}))
    """
    bare, written = "", {}
    for text in texts:
        name, equals, unit = text.partition("=")
        if (unit or name) not in FACTORS or (equals and not name):
            wanted = "wanted one such as B or KiB for bare numbers, or GB=GiB for what the listing writes"
            raise MigplanError(Fault("bad-choice", "--unit", f"{shorten(text)} is no unit; {wanted}"))
        if equals:
            written[name] = unit
        else:
            bare = name
    return bare, written


def split_unit(text: str) -> tuple[str, str]:
    """A number and its unit, both as they are written; two empty texts where there is no number.

    >>> split_unit("1.234,5 GB"), split_unit("17"), split_unit("n/a")
    (('1.234,5', 'GB'), ('17', ''), ('', ''))
    """
    match = _NUMBER.fullmatch(text)
    return (_BLANKS.sub("", match[1]), match[2]) if match else ("", "")


def decimal_of(texts: Iterable[str]) -> str | None:
    """The decimal sign of a column: '.' or ','; empty where it has no such sign at all, None where it may be either.

    >>> decimal_of(["1.234,5"]), decimal_of(["1,024"]), decimal_of(["1,024", "3,000,000"]), decimal_of(["17"])
    (',', None, '.', '')
    """
    found, doubtful = set(), False
    for text in texts:
        number = split_unit(text)[0]
        signs = [sign for sign in number if sign in ".,"]
        if not signs:
            continue
        if len({*signs}) == 2:
            found.add(signs[-1])
        elif len(signs) > 1:
            found.add("," if signs[0] == "." else ".")
        elif len(number) - number.index(signs[0]) != 4 or number.lstrip("+-").startswith(f"0{signs[0]}"):
            found.add(signs[0])
        else:
            doubtful = True
    if len(found) == 1:
        return found.pop()
    return None if found or doubtful else ""


def read_number(text: str, decimal: str) -> float | None:
    """A number without its unit; None where it is none.

    >>> read_number("1.234,5", ","), read_number("1e5", ".")
    (1234.5, None)
    """
    other = "," if decimal == "." else "."
    plain = text.replace(other, "").replace(",", ".")
    return float(plain) if _PLAIN.fullmatch(plain) else None


def factor_of(unit: str, bare: str, written: Mapping[str, str]) -> int | None:
    """Bytes of a unit as it is written; None where it may be one of 1,000 or of 1,024.

    >>> factor_of("GiB", "", {}), factor_of("GB", "", {}), factor_of("GB", "", {"GB": "GiB"}), factor_of("", "KiB", {})
    (1073741824, None, 1073741824, 1024)
    """
    if unit in written:
        return FACTORS[written[unit]]
    if unit.lower() in _BYTES:
        return FACTORS[bare] if bare and not unit else 1
    return FACTORS.get(unit) if unit.endswith("iB") else None
