"""Profiles in which constants stand as completed migrations put them: whole files, to be laid over the others."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from migplan.analyses.backtest.factors import KINDS, Fitted, Levels, moved
from migplan.errors import Fault, MigplanError
from migplan.facts import Catalogue, Fact, own_folder
from migplan.facts.compile import path_ids
from migplan.files import check_outputs, write_whole

_SOURCE = "assumption: fitted on completed migrations, drawn from the prior (docs/method.md)"
_DIGITS = 3


def write_overlay(
    folder: Path,
    catalogue: Catalogue,
    fitted: Fitted,
    sigma: float | None,
    overlays: Sequence[Path | str],
    today: dt.date,
    force: bool = False,
) -> list[Path]:
    """Write every profile that the cases bear on, and the spread that they leave.

    Parameters
    ----------
    folder : path
        Is made where it does not exist; files of an earlier overlay in it are replaced.
    catalogue : Catalogue
        With the facts as they were before the cases.
    sigma : float, optional
        Spread of ln(actual / predicted) to plan with. [1]
    overlays : sequence of path
        Folders that lie over migplan's own profiles, the last on top: where the files are copied from.
    force : bool
        Replace files that migplan did not write.

    Returns
    -------
    list of path
        The files that were written.

    Raises
    ------
    MigplanError
        A file is in the way, or could not be written.
    """
    levels = Levels(catalogue)
    folders = [Path(each) for each in reversed(overlays)] + [own_folder()]
    documents: dict[Path, dict[str, Any]] = {}
    for kind in KINDS:
        for name in getattr(catalogue, kind):
            document = _read(folders, kind, name)
            if _move(document, f"{kind}/{name}", levels, fitted, today):
                documents[folder / kind / f"{name}.toml"] = document
    if sigma is not None:
        document = _read(folders, "assumptions", "workload")
        document["facts"]["sigma_vendor"] |= {
            "value": _rounded(sigma),
            "source": _SOURCE,
            "as_of": today,
        }
        documents[folder / "assumptions" / "workload.toml"] = document
    _write(documents, [Path(each) for each in overlays], force)
    return list(documents)


def _read(folders: Sequence[Path], kind: str, name: str) -> dict[str, Any]:
    path = next(each / kind / f"{name}.toml" for each in folders if (each / kind / f"{name}.toml").is_file())
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _move(document: dict[str, Any], owner: str, levels: Levels, fitted: Fitted, today: dt.date) -> bool:
    """Put the new values into a profile; whether anything has changed."""
    tables = [(f"{owner}.", document.get("facts", {}))]
    paths = document.get("paths", [])
    tables += [
        (f"{owner}.paths.{name}.", path.get("facts", {}))
        for name, path in zip(path_ids(paths), paths, strict=True)
    ]
    changed = False
    for prefix, table in tables:
        for key, old in table.items():
            fact = levels.facts.get(f"{prefix}{key}")
            new = fact if fact is None else moved(fact, fitted, levels)
            if fact is not None and new is not None and new.cases != fact.cases:
                table[key] = _table(old, fact, new, today)
                changed = True
    return changed


def _table(old: dict[str, Any], before: Fact, after: Fact, today: dt.date) -> dict[str, Any]:
    """The fact as TOML, in the unit of its file; what was held before the cases becomes its prior."""
    scale = before.shown / before.value
    prior = {
        "value": _rounded(before.value * scale),
        "low": _rounded(before.low * scale),
        "high": _rounded(before.high * scale),
        **(_origin(old["prior"]) if before.prior is None and "prior" in old else _origin(old)),
    }
    return {
        "value": _rounded(after.value * scale),
        "low": _rounded(after.low * scale),
        "high": _rounded(after.high * scale),
        "unit": old["unit"],
        "source": _SOURCE,
        "as_of": today,
        "cases": list(after.cases),
        **({"seed": after.seed} if after.seed else {}),
        "prior": prior,
    }


def _origin(table: dict[str, Any]) -> dict[str, Any]:
    return {key: table[key] for key in ("source", "as_of", "note", "status") if key in table}


def _rounded(value: float) -> float | int:
    """Three digits, which is more than is known."""
    found = float(f"{value:.{_DIGITS}g}")
    return int(found) if found.is_integer() and abs(found) < 1e15 else found


def _write(documents: Mapping[Path, dict[str, Any]], inputs: Sequence[Path], force: bool) -> None:
    import tomli_w

    for path in documents:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MigplanError(
                Fault("write-failed", str(path.parent), f"could not be made: {error.strerror}")
            ) from None
    check_outputs(inputs, documents, force)
    for path, document in documents.items():
        write_whole(path, f"# Written by migplan backtest.\n{tomli_w.dumps(document)}")
