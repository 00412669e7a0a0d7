"""What folders of a user's own profiles change, and what in them counts for nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from migplan.errors import counted
from migplan.facts.catalogue import Catalogue
from migplan.facts.folders import File, own_folder, read_folders
from migplan.facts.keys import KINDS, RETIRED
from migplan.facts.store import load
from migplan.files import parse_toml
from migplan.language import say, worded
from migplan.text import did_you_mean

_MOST_NAMED = 12


def overlay_notes(facts: Catalogue) -> tuple[str, ...]:
    """What a plan says of the profiles that lie over migplan's own; nothing where there are none."""
    replaced = [name for name, is_ours in facts.overlaid.items() if is_ours]
    added = [name for name, is_ours in facts.overlaid.items() if not is_ours]
    notes = []
    if replaced:
        notes.append(say("profiles of your own in place of migplan's: {names}", names=_named(replaced)))
    if added:
        notes.append(say("profiles of your own beside migplan's: {names}", names=_named(added)))
    return (*notes, *unused_prices(facts))


def unused_prices(facts: Catalogue) -> Iterator[str]:
    """Prices of a user's own that no charge names, each with the one that may be meant."""
    used = {name for charge in facts.charges() for name in (charge.price, charge.cap_price)} - {""}
    used |= {leaving.price for cloud in facts.clouds.values() for leaving in cloud.leaving}
    for name in facts.overlaid:
        kind, _, price = name.partition("/")
        if kind == "prices" and price not in used:
            wanted = did_you_mean(price, sorted(used), worded("`migplan facts list prices` has all ids"))
            template = (
                "the price {name} counts for nothing, since no charge of any profile names it; {wanted}"
            )
            yield say(template, name=name, wanted=wanted)


def check_folder(folder: Path | None, today: dt.date) -> tuple[str, tuple[str, ...]]:
    """Check a folder of profiles over migplan's own, or the latter alone.

    Returns
    -------
    tuple
        How many profiles of which kind there are, and warnings of what is no fault: prices that nothing uses, and
        dates in the future.

    Raises
    ------
    MigplanError
        With every fault of every file.
    """
    overlays = _overlays(folder)
    facts = load(overlays)
    files = read_folders([own_folder(), *overlays]).files
    counts = Counter(kind for kind, _ in {(file.kind, file.name) for file in files})
    warnings = (*unused_prices(facts), *_retired(files), *_future(facts, today))
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS), warnings


def old_facts(folder: Path | None, today: dt.date, age: float) -> tuple[str, ...]:
    """Which profiles have facts that were read long ago.

    Parameters
    ----------
    folder : Path, optional
        A folder of profiles over migplan's own.
    age : float
        Facts that were read before that time are old. [s]

    Returns
    -------
    tuple of str
        A line for each profile, those with the oldest facts first.
    """
    found: dict[str, list[str]] = {}
    for fact in load(_overlays(folder)).facts():
        found.setdefault(fact.id.partition(".")[0], []).append(fact.as_of)
    last = (today - dt.timedelta(seconds=age)).isoformat()
    old = {name: [day for day in days if day < last] for name, days in found.items()}
    return tuple(
        f"{name}: {len(days)} of {counted(len(found[name]), 'fact')} old, the oldest as of {min(days)}"
        for name, days in sorted(old.items(), key=lambda row: (min(row[1], default=""), row[0]))
        if days
    )


def _overlays(folder: Path | None) -> list[Path]:
    """The folder, unless it is migplan's own."""
    return [] if folder is None or folder.resolve() == own_folder().resolve() else [folder]


def _retired(files: Sequence[File]) -> Iterator[str]:
    for file in files:
        if file.kind in RETIRED:
            document = parse_toml(file.data, file.place)
            tables = (document.get("facts", {}), *document.get("regional", {}).values())
            for key in RETIRED[file.kind]:
                if any(key in table for table in tables):
                    yield f"{file.place}: nothing reads the fact {key} any more"


def _future(facts: Catalogue, today: dt.date) -> Iterator[str]:
    for fact in facts.facts():
        if fact.as_of > today.isoformat():
            yield f"{fact.id} is as of {fact.as_of}, which lies in the future; today is {today}"


def _named(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    told = ", ".join(names[:_MOST_NAMED])
    return say("{names} and {count} more", names=told, count=more) if more > 0 else told
