"""The sites of an estate: a TOML file of their lines, people and days, and what is wanted of the whole."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.files import read_text, shown
from migplan.inputs.fields import BY_NAME, OF_ROWS
from migplan.inputs.readers import READERS
from migplan.inputs.workload import fault_code
from migplan.text import did_you_mean

LARGEST = 5_000_000
"""Bytes of a file of sites that are still read."""

_OWN = ("staff", "offline")
_OF_SHARES = ("site", "volume")


@dataclass(frozen=True, slots=True)
class Site:
    """One site.

    Attributes
    ----------
    given : dict
        Input field -> text, for its shares that say nothing.
    staff : int or None
        Groups of shares that are cut over in one window at the most; None: no limit.
    offline : bool
        Whether it is said to have no line.
    """

    name: str
    given: Mapping[str, str] = field(default_factory=dict)
    staff: int | None = None
    offline: bool = False


def read_sites(path: Path | None) -> dict[str, Site]:
    """Read a file of sites.

    Parameters
    ----------
    path : Path or None
        TOML with `[[sites]]`, each with `name`, any input field, `staff` and `offline`; `[defaults]` holds for all.

    Returns
    -------
    dict
        By name, without regard to large and small letters.

    Raises
    ------
    MigplanError
        With every fault of the file.
    """
    if path is None:
        return {}
    where, plain = shown(path), _plain(path)
    entries = plain.get("sites")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise MigplanError(
            Fault("bad-file", where, "has no [[sites]]; wanted one for each site, with its name")
        )
    faults = [
        Fault(
            "unknown-key", f"{where}: {key}", "nothing reads this; wanted [[sites]], [defaults] and [estate]"
        )
        for key in plain
        if key not in ("sites", "defaults", "estate")
    ]
    usual = _given(plain.get("defaults", {}), f"{where}: defaults", faults)
    found: dict[str, Site] = {}
    for number, entry in enumerate(entries, 1):
        site = _site(entry, f"{where}: sites[{number}]", usual, faults)
        if site.name.casefold() in found:
            faults.append(
                Fault("contradiction", where, f"site {shorten(site.name)} is there twice; wanted it once")
            )
        found[site.name.casefold()] = site
    if faults:
        raise MigplanError(faults)
    return found


def _plain(path: Path) -> dict[str, Any]:
    """What the file says.

    Raises
    ------
    MigplanError
        It is not TOML.
    """
    try:
        return tomllib.loads(read_text(path, LARGEST, "file of sites"))
    except tomllib.TOMLDecodeError as error:
        raise MigplanError(Fault("bad-file", shown(path), f"is not TOML: {error}")) from None


def read_budget(path: Path | None, said: str = "") -> float:
    """The budget of the whole estate: what is said goes before `budget` of `[estate]` in the file of sites. [USD].

    Returns
    -------
    float
        NaN where there is none.

    Raises
    ------
    MigplanError
        It is no sum of money, or `[estate]` has something else.
    """
    table = {} if path is None else _plain(path).get("estate", {})
    where = "[estate]" if path is None else f"{shown(path)}: [estate]"
    if not isinstance(table, dict):
        raise MigplanError(Fault("bad-choice", where, 'is no table; wanted budget = "250000 USD" in it'))
    faults = [
        Fault("unknown-key", f"{where}.{key}", "nothing reads this; wanted budget")
        for key in table
        if key != "budget"
    ]
    given, named = (said, "--budget") if said else (table.get("budget"), f"{where}.budget")
    budget, entry = math.nan, BY_NAME["budget"]
    if given is not None:
        try:
            budget = float(READERS[entry.form](entry, given))
        except UnitError as error:
            faults.append(Fault(fault_code(entry), named, str(error)))
    if faults:
        raise MigplanError(faults)
    return budget


def _site(entry: Mapping[str, Any], where: str, usual: Mapping[str, str], faults: list[Fault]) -> Site:
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        faults.append(Fault("missing", where, "has no name; wanted that which shares have as their site"))
        name = ""
    staff, offline = entry.get("staff"), entry.get("offline", False)
    if staff is not None and (not isinstance(staff, int) or isinstance(staff, bool) or staff < 1):
        text = f"{shorten(staff)}; wanted how many groups are cut over in one window, such as 3"
        faults.append(Fault("out-of-range", f"{where}.staff", text))
        staff = None
    if not isinstance(offline, bool):
        faults.append(Fault("bad-choice", f"{where}.offline", f"{shorten(offline)}; wanted true or false"))
    fields = {key: value for key, value in entry.items() if key not in ("name", *_OWN)}
    return Site(name.strip(), {**usual, **_given(fields, where, faults)}, staff, offline is True)


def _given(entries: Any, where: str, faults: list[Fault]) -> dict[str, str]:
    """Input fields as texts, as cells of a table have them."""
    if not isinstance(entries, dict):
        faults.append(Fault("bad-choice", where, "is no table; wanted FIELD = VALUE"))
        return {}
    found = {}
    for name, value in entries.items():
        entry = BY_NAME.get(name)
        if name in _OF_SHARES:
            text = "is each share's own; wanted it in the table of shares"
            faults.append(Fault("unknown-key", f"{where}.{name}", text))
            continue
        if entry is None or entry.scenario_only:
            wanted = did_you_mean(name, OF_ROWS, "wanted an input field, staff or offline")
            faults.append(Fault("unknown-key", f"{where}.{name}", f"nothing reads this; {wanted}"))
            continue
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        try:
            READERS[entry.form](entry, text)
        except UnitError as error:
            faults.append(Fault(fault_code(entry), f"{where}.{name}", str(error)))
        found[name] = text
    return found


def check_sites(named: Sequence[str], sites: Mapping[str, Site], lines: Mapping[str, bool]) -> None:
    """Refuse shares of sites that nobody describes, and sites without a line that are not said to have none.

    Parameters
    ----------
    lines : mapping
        Name of a site -> whether anything gives its line.

    Raises
    ------
    MigplanError
        With every site that lacks something.
    """
    faults = []
    for name in named:
        site = sites.get(name.casefold())
        if sites and site is None:
            wanted = did_you_mean(
                name, {s.name: s.name for s in sites.values()}, "wanted [[sites]] with this name"
            )
            faults.append(Fault("missing", f"site {shorten(name)}", f"is not in the file of sites; {wanted}"))
        elif not lines[name] and not (site is not None and site.offline):
            text = 'has no line; wanted link = "1 Gbps" with it, a column link, or offline = true'
            faults.append(Fault("missing", f"site {shorten(name)}", text))
    if faults:
        raise MigplanError(faults)
