"""What rows rest on that nobody said, with the number of rows for which it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.estate.rows import Rows, shares_by_hours
from migplan.estate.settings import Settings
from migplan.facts.catalogue import Assumptions
from migplan.inputs.fields import BY_NAME, FIELDS, Field
from migplan.inputs.readers import READERS
from migplan.inputs.workload import absent

_FIRST = ("protocol", "share", "change", "file_size", "link")
"""Fields that move an answer most, in the order in which they are told."""

_NO_LINE = "no line (new circuits and devices alone)"
_TOLD = (*_FIRST, *(entry.name for entry in FIELDS if entry.assumed and not entry.chosen), "region")


def assumed_of(rows: Rows, settings: Settings, assumptions: Assumptions) -> Counter[str]:
    """Field and what stands in for it -> good rows that do not say it."""
    found: Counter[str] = Counter()
    for name in dict.fromkeys(_TOLD):
        silent = ~(rows.bad | _given(rows, name, settings))
        if name == "change" and rows.has_history is not None:
            silent &= ~rows.has_history
        if name == "file_size":
            silent &= ~_given(rows, "files", settings)
        if name == "share":
            silent &= _given(rows, "link", settings) & np.logical_not(shares_by_hours(rows, settings))
        if silent.any():
            for text, where in _stand_ins(BY_NAME[name], rows, settings, assumptions):
                found[f"{name} {text}"] += int((silent & where).sum())
    return +found


def _given(rows: Rows, name: str, settings: Settings) -> NDArray[np.bool_]:
    """Rows of which somebody says a field."""
    if name in settings.given:
        return np.ones(rows.count, dtype=bool)
    if name in rows.numbers:
        return rows.numbers[name].given
    if name in rows.words:
        return np.asarray(rows.words[name].codes != 0)
    return np.zeros(rows.count, dtype=bool)


def _stand_ins(
    entry: Field, rows: Rows, settings: Settings, assumptions: Assumptions
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What stands in for a field, and in which rows: by cloud, or by the use of the shares."""
    if entry.name == "region":
        known = {cloud: region.id for cloud, region in assumptions.regions.items()}
        yield from _by(BY_NAME["cloud"], known, rows, settings)
    elif entry.name == "link":
        yield _NO_LINE, np.ones(rows.count, dtype=bool)
    else:
        known = {use: absent(entry, assumptions.of(use)).text for use in assumptions.uses}
        yield from _by(BY_NAME["use"], known, rows, settings)


def _by(
    entry: Field, known: Mapping[str, str], rows: Rows, settings: Settings
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """What a field decides, and in which rows."""
    read = READERS[entry.form]
    usual = read(entry, settings.given.get(entry.name, entry.default))
    if entry.name not in rows.words:
        yield known.get(usual, ""), np.ones(rows.count, dtype=bool)
        return
    words = rows.words[entry.name]
    wrong = {int(words.codes[place]) for place in words.messages}
    for code, text in enumerate(words.values):
        if code not in wrong:
            yield known.get(read(entry, text) if text else usual, ""), words.codes == code


def assumed_lines(assumed: Counter[str], rows: int) -> list[str]:
    """What is assumed: for all rows in a line, for some of them a line each, and for all what decides less.

    >>> for line in assumed_lines(Counter({"protocol smb": 5, "file_size 1 MB": 4, "rtt 30 ms": 5}), 5):
    ...     print(line)
    assumed for every row: protocol smb; a column or --set FIELD=VALUE says otherwise
    file_size assumed for 4 of 5 rows: 1 MB
    of less weight, for every row: rtt 30 ms
    """
    texts: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for key, count in assumed.items():
        name, _, text = key.partition(" ")
        texts.setdefault(name, []).append(text)
        counts[name] += count
    every = [name for name in texts if counts[name] == rows]
    first = [_shown(name, texts[name]) for name in every if name in _FIRST]
    less = [_shown(name, texts[name]) for name in every if name not in _FIRST]
    told = []
    if first:
        told.append(
            f"assumed for every row: {', '.join(first)}; a column or --set FIELD=VALUE says otherwise"
        )
    for name in texts:
        if name not in every:
            told.append(f"{name} assumed for {counts[name]:,} of {rows:,} rows: {' or '.join(texts[name])}")
    return told + ([f"of less weight, for every row: {', '.join(less)}"] if less else [])


def _shown(name: str, texts: Sequence[str]) -> str:
    return _NO_LINE if name == "link" else f"{name} {' or '.join(texts)}"
