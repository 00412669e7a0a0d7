"""All that has to be typed so that the cells of a table are read, in one line, by what stands in its first rows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

from migplan.errors import UnitError, shorten
from migplan.estate.arrays import as_texts, strings
from migplan.estate.columns import Column, map_line, words_of
from migplan.estate.settings import Settings
from migplan.estate.spelling import NOTHING, ZERO, as_spelled, is_part, read_cell, unit_flag
from migplan.inputs.fields import NUMERIC

Texts = Callable[[int], list[str]]
"""Position of a column -> the distinct texts of its cells that say something."""

_SPACE = "[ \u00a0\u202f]"
_LONGEST = 80
_BARE = re.compile(r"[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?", re.ASCII)
_UNIT = re.compile(r"[0-9][0-9., \u00a0\u202f']*?\s*([A-Za-z]+)", re.ASCII)
_GROUPS = (
    (re.compile(rf"[1-9][0-9]{{0,2}}(?:{_SPACE}[0-9]{{3}})+(?:[.,][0-9]+)?\D*"), "--thousands space"),
    (re.compile(r"[1-9][0-9]{0,2}(?:['\u2019][0-9]{3})+(?:[.,][0-9]+)?\D*"), '--thousands "\'"'),
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?\D*"), "--thousands ,"),
    (re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+\D*"), "--thousands ,"),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?\D*"), "--thousands . --decimal ,"),
    (re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+\D*"), "--thousands . --decimal ,"),
)
"""What groups digits beyond doubt, and how that is said."""

_GROUPED_COUNT = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_MAYBE_GROUPED = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\D*")
_DECIMAL = re.compile(r"[0-9 \u00a0\u202f]+,[0-9]+(?:[eE][+-]?[0-9]+)?[^0-9.,]*")
_NOTHINGS = ("-", "--", "n/a", "#n/a", "na", "n.a.", "null", "none", "nan", "unknown", "?")
_OCTETS = {"o": "B", "Ko": "kB", "ko": "kB", "Mo": "MB", "Go": "GB", "To": "TB", "Po": "PB"}
"""Bytes as they are called in French -> ours."""

_DISKS = frozenset(("disk", "partition", "filesystem", "drive", "mount", "mounted", "volume"))
_MACHINES = frozenset(("vm", "machine", "host", "hostname", "computer", "server"))
_CALLED = frozenset(("name", "id", "virtual", "uuid", "fqdn", "display"))
"""Words beside those of machines in headers that name one: `HA VM Monitoring` tells something else of it."""


def flags_of(column: Column, texts: Sequence[str], settings: Settings) -> list[str]:
    """What to type so that cells of a column are read; nothing where no flag helps or two contradict.

    >>> from migplan.estate.settings import Settings
    >>> flags_of(Column(0, "Used", "volume"), ["14.00T", "53"], Settings())
    ['--map Used=volume:B', '--unit T=TiB']
    """
    flags: dict[str, None] = {}
    spelled = _spelled(column, texts, settings)
    unit = _bare_unit(column, spelled)
    if unit:
        flags[map_line(column.header, column.name, unit)] = None
    for text in spelled:
        try:
            read_cell(column, text, settings.decimal)
        except UnitError as error:
            if not str(error).endswith(NOTHING):
                flags |= dict.fromkeys(_flags_of_cell(column, text))
    signs = [flag for flag in flags if flag.startswith(("--thousands", "--decimal"))]
    told = {word for flag in signs for word in re.findall(r"--\w+ \S+", flag)}
    if len({word.split()[0] for word in told}) < len(told) or {"--thousands ,", "--decimal ,"} <= told:
        return [flag for flag in flags if flag not in signs]
    return [*sorted(told), *sorted(flag for flag in flags if flag not in signs)]


def _spelled(column: Column, texts: Sequence[str], settings: Settings) -> list[str]:
    """Cells by what the user has said of them already."""
    cells = as_texts(as_spelled(column, strings(texts), settings)).to_pylist()
    # Longer ones are no numbers, and take the square of their length.
    return [text.strip() for text in cells if 0 < len(text.strip()) <= _LONGEST]


def _flags_of_cell(column: Column, text: str) -> list[str]:
    flags = [flag for form, flag in _GROUPS if form.fullmatch(text)][:1]
    if not flags and column.field.form == "count" and _GROUPED_COUNT.fullmatch(text):
        flags.append("--thousands ,")
    if not flags and _DECIMAL.fullmatch(text) and not _MAYBE_GROUPED.fullmatch(text):
        flags.append("--decimal ,")
    if flags in (["--thousands space"], ['--thousands "\'"']) and "," in text:
        flags.append("--decimal ,")
    if column.name != "volume" and text.lower() in _NOTHINGS:
        flags.append(f"--empty {shlex.quote(text)}")
    unit = _UNIT.fullmatch(text)
    if unit is not None and column.field.form in ("quantity", "change"):
        ours = _OCTETS.get(unit[1], "")
        flag = f"--unit {unit[1]}={ours}" if ours else unit_flag(unit[1], column.field.base)
        flags += [flag] if flag else []
    return flags


def line_of(column: Column, called: str, texts: Sequence[str], settings: Settings) -> str:
    """A map that makes a column its field, with all that its cells need beside it."""
    theirs = re.search(r"[(\[ ]([A-Za-z]+)[)\]]?\s*$", column.header)
    ours = _OCTETS.get(theirs[1], "") if theirs and not column.unit else ""
    flags = flags_of(replace(column, unit=column.unit or ours), texts, settings)
    unit = next((flag.rpartition(":")[2].strip("'") for flag in flags if flag.startswith("--map")), "")
    if theirs and ours and f"--unit {theirs[1]}={ours}" not in flags:
        flags.append(f"--unit {theirs[1]}={ours}")
    others = [flag for flag in flags if not flag.startswith("--map")]
    return " ".join([map_line(called, column.name, unit), *others])


def _bare_unit(column: Column, texts: Sequence[str]) -> str:
    """What bare numbers of a column without a unit count, as likely as not; empty where there are none."""
    texts = [re.sub(_SPACE, "", text) for text in texts if not ZERO.fullmatch(text)]
    bare = [text for text in texts if _BARE.fullmatch(text)]
    if not bare or column.unit or column.field.form != "quantity":
        return ""
    if column.field.base == "1" and all(is_part(text) for text in bare):
        return "1"
    if column.field.base != "B":
        return {"B/s": "Mbps", "s": "days", "1": "%", "USD": "USD"}.get(column.field.base, "")
    # Ten million of anything larger than bytes is more than anybody has; beside units of their own bytes have none.
    wholes = (re.split(r"[.,](?=[0-9]{1,2}$)", text)[0] for text in bare)
    long = any(sum(sign.isdigit() for sign in whole) > 7 for whole in wholes)
    return "B" if long or len(bare) < len(texts) else "GB"


def cell_notes(columns: Sequence[Column], texts: Texts, settings: Settings) -> list[str]:
    """A note of all that has to be typed so that every cell is read; none where nothing need be."""
    flags: dict[str, None] = {}
    first: list[str] = []
    for column in columns:
        if column.rank == 0 and column.field.form in NUMERIC:
            found = flags_of(column, texts(column.position), settings)
            flags |= dict.fromkeys(found)
            first += [shorten(column.header, 30)] if found else []
    if not flags:
        return []
    counted = [flag.rpartition(":")[2].strip("'") for flag in flags if flag.startswith("--map")]
    counted = ["1 as the whole" if unit == "1" else unit for unit in counted]
    how = f", where bare numbers count {' and '.join(counted)}" if counted else ""
    if any(re.fullmatch(r"--unit \w+=[KMGTP]iB", flag) for flag in flags):
        how += "; iB counts 1024s, as du, df and ls do"
    return [f"cells of {' and '.join(first)} are not read as they are; say {' '.join(flags)}{how}"]


def group_notes(headers: Sequence[str], texts: Texts, rows: int, settings: Settings) -> list[str]:
    """What to type where rows look like the disks of a few machines."""
    if settings.group_by or not any({*words_of(header)} & _DISKS for header in headers):
        return []
    for place, header in enumerate(headers):
        found = len(texts(place))
        words = {*words_of(header)}
        if words & _MACHINES and words <= _MACHINES | _CALLED and 0 < found < rows:
            line = f"--group-by {shlex.quote(header.strip())}"
            return [f"rows share their {shorten(header, 30)}; to plan each of these as a whole, say {line}"]
    return []
