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
    keeps_journal: bool = False,
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
        Who scans side by side; 0 is sixteen threads for a tree behind a network, and for a local one as many
        processes as there are processors, four at most, or one where `processes` is false.
    processes : bool, optional
        Whether a large local tree is read by other processes too; they end with the scan.
    sample : str, optional
        The part of the files that is looked at, such as ``"5 %"``; all are counted, and sizes are estimated.
    since : path, optional
        A shape of the same tree taken before, with which a scan is compared.
    journal : path, optional
        Where an unfinished scan is kept, so that the next call goes on with it.
    keeps_journal : bool, optional
        Whether a scan of some length leaves it there: you remove it when what was found is written down.
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
    if since is not None and (len(sources) > 1 or Path(sources[0]).is_file()):
        text = "compares two scans of one tree; wanted one folder"
        raise MigplanError(Fault("contradiction", "since", text))
    before = None if since is None else read_shape(Path(since))
    if journal is not None and len(sources) > 1:
        raise MigplanError(Fault("contradiction", "journal", "is that of one scan; wanted one folder"))
    rules = [rules_of(target) for target in _targets(targets, profiles)]
    settings = Settings(
        workers=workers,
        has_processes=processes,
        one_of=_one_of(sample),
        journal=None if journal is None else Path(journal),
        keeps_journal=keeps_journal,
        before=before,
    )
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

        shape = scan(source, replace(settings, faults=NameFaults(rules) if rules else None))
    elif _is_shape(source):
        from migplan.inventory.shape import read_shape

        return read_shape(source)
    else:
        from migplan.inventory.listings import read_listing

        shape = read_listing(source, form, (lambda: NameFaults(rules)) if rules else None, **hints)
    return _with_fine_targets(shape, rules)


def _with_fine_targets(shape: Shape, rules: Sequence[Rules]) -> Shape:
    """A shape that says which targets take all that there is; those that do not are told by their faults."""
    if shape.faults is None:
        return shape
    bad = {fault.target for fault in shape.faults}
    fine = [each.target for each in rules if each.target not in bad]
    notes = tuple(f"{target} takes all names and sizes that are there" for target in fine)
    return replace(shape, source=replace(shape.source, notes=(*shape.source.notes, *notes)))


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
