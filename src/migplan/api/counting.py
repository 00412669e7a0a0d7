"""What lies on file servers: trees are scanned, listings read, and all of them become one data shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.errors import Fault, MigplanError, shorten

if TYPE_CHECKING:
    from migplan.facts import Target
    from migplan.inventory.names import Rules
    from migplan.inventory.scan import Settings
    from migplan.inventory.shape import Shape

_HEAD = 200
_SCHEMA = b"migplan.inventory/"


def take_inventory(
    *sources: Path | str,
    form: str = "auto",
    workers: int = 0,
    processes: bool = False,
    sample: str = "",
    since: Path | str | None = None,
    journal: Path | str | None = None,
    targets: Sequence[str] = (),
    profiles: Sequence[Path | str] = (),
    **hints: Any,
) -> Shape:
    """Count what lies in folders, and what listings, or shapes taken before, say.

    Parameters
    ----------
    *sources : path
        Folders are scanned; files are shapes, or listings of other tools. Several add up to one shape.
    form : str, optional
        The format of listings, where their shape does not tell it.
    workers : int, optional
        Who scans side by side; 0 is one for a local tree and sixteen threads for one behind a network.
    processes : bool, optional
        Whether the workers of a local tree may be processes, which import the module that runs.
    sample : str, optional
        The part of the files that is looked at, such as ``"5 %"``; all are counted, and sizes are estimated.
    since : path, optional
        A shape of the same tree taken before, with which a scan is compared.
    journal : path, optional
        Where an unfinished scan is kept, so that the next call goes on with it.
    targets : sequence of str, optional
        Ids of targets: names and paths that they do not take are counted, with all that lies below them.
    profiles : sequence of path, optional
        Folders of your own profiles, laid over those of migplan by id.
    **hints
        How listings are to be read, as for `migplan.inventory.listings.read_listing`.

    Returns
    -------
    Shape

    Raises
    ------
    MigplanError
        A source cannot be read; a listing is of no known format, or is not clear.
    """
    from migplan.inputs.inventory import rules_of
    from migplan.inventory.merging import merged
    from migplan.inventory.scan import Settings
    from migplan.inventory.shape import read_shape

    if not sources:
        raise MigplanError(Fault("missing", "inventory", "wanted a folder or a listing"))
    before = None if since is None else read_shape(Path(since))
    if journal is not None and len(sources) > 1:
        raise MigplanError(Fault("contradiction", "journal", "is that of one scan; wanted one folder"))
    rules = [rules_of(target) for target in _targets(targets, profiles)]
    # What was found of names is in no journal.
    kept = None if journal is None or rules else Path(journal)
    settings = Settings(workers, processes, _one_of(sample), kept, before)
    return merged([_shape(Path(source), form, settings, rules, hints) for source in sources])


def _targets(names: Sequence[str], profiles: Sequence[Path | str]) -> list[Target]:
    """Targets by their ids."""
    if not names:
        return []
    from migplan.facts import load
    from migplan.text import did_you_mean

    known = load(profiles).targets
    for name in names:
        if name not in known:
            wanted = did_you_mean(name, list(known), f"wanted one of {', '.join(known)}")
            raise MigplanError(Fault("bad-choice", "target", f"{shorten(name)} is not known; {wanted}"))
    return [known[name] for name in names]


def _shape(
    source: Path, form: str, settings: Settings, rules: Sequence[Rules], hints: Mapping[str, Any]
) -> Shape:
    """The shape of one source, by what it is."""
    from migplan.inventory.names import NameFaults

    if source.is_dir():
        from migplan.inventory.scan import scan

        return scan(source, replace(settings, faults=NameFaults(rules) if rules else None))
    if _is_shape(source):
        from migplan.inventory.shape import read_shape

        return read_shape(source)
    from migplan.inventory.listings import read_listing

    return read_listing(source, form, (lambda: NameFaults(rules)) if rules else None, **hints)


def _is_shape(source: Path) -> bool:
    """Whether a file is one that `migplan inventory` wrote."""
    try:
        with source.open("rb") as file:
            return _SCHEMA in file.read(_HEAD)
    except OSError:
        return False


def _one_of(sample: str) -> int:
    """Of how many files one is looked at."""
    if not sample:
        return 1
    from migplan import units
    from migplan.errors import UnitError

    try:
        share = units.parse(sample, "1", "5 %")
    except UnitError as error:
        raise MigplanError(Fault("bad-quantity", "sample", str(error))) from None
    if not 0 < share <= 1:
        text = f"{shorten(sample)} is out of range; wanted more than 0 and at most 100 %"
        raise MigplanError(Fault("out-of-range", "sample", text))
    return max(1, round(1 / share))
