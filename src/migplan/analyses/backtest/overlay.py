"""Profiles in which constants stand as completed migrations put them: whole files, to be laid over the others."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from migplan.analyses.backtest.factors import KINDS, Fitted, Levels, moved
from migplan.analyses.backtest.history import SOURCE, History
from migplan.errors import Fault, MigplanError
from migplan.facts import Catalogue, Fact, own_folder
from migplan.facts.compile import path_ids
from migplan.files import check_outputs, write_whole

_SOURCE = "assumption: fitted on completed migrations, drawn from the prior (docs/method.md)"
_BEFORE = "assumption: the constants as they are, and how far tools lie from theirs"
_DIGITS = 3


def write_overlay(
    folder: Path,
    catalogue: Catalogue,
    fitted: Fitted,
    overlays: Sequence[Path | str],
    today: dt.date,
    force: bool = False,
) -> list[Path]:
    """Write every profile whose constants the cases move.

    Parameters
    ----------
    folder : path
        Is made where it does not exist; files of an earlier overlay in it are replaced.
    catalogue : Catalogue
        With the facts as they were before the cases.
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
    _write(documents, [Path(each) for each in overlays], force)
    return list(documents)


def write_history(
    folder: Path,
    history: History,
    overlays: Sequence[Path | str],
    today: dt.date,
    force: bool = False,
) -> list[Path]:
    """Write what finished moves say of tools, and the spread that they leave; nothing where they say nothing.

    Parameters and errors are those of `write_overlay`.
    """
    folders = [Path(each) for each in reversed(overlays)] + [own_folder()]
    documents: dict[Path, dict[str, Any]] = {}
    for place, facts in history.facts.items():
        path = folder / place.kind / f"{place.profile}.toml"
        document = documents.setdefault(path, _read(folders, place.kind, place.profile))
        tables = document.setdefault("towards", {}) if place.target else document
        table = tables.setdefault(place.target or "facts", {})
        table.update({key: _learned(fact, today) for key, fact in facts.items()})
    if documents:
        document = _read(folders, "assumptions", "workload")
        document["facts"]["sigma_history"] |= {
            "value": _rounded(history.sigma),
            "source": SOURCE,
            "as_of": today,
        }
        documents[folder / "assumptions" / "workload.toml"] = document
    _write(documents, [Path(each) for each in overlays], force)
    return list(documents)


def _learned(fact: Fact, today: dt.date) -> dict[str, Any]:
    """A fact that finished moves gave, as TOML."""
    assert fact.prior is not None
    value, low, high = map(_rounded, fact.prior)
    prior = {"value": value, "low": low, "high": high, "source": _BEFORE, "as_of": today}
    return {
        "value": _rounded(fact.value),
        "low": _rounded(fact.low),
        "high": _rounded(fact.high),
        "unit": fact.unit,
        "source": fact.source,
        "as_of": today,
        "note": fact.note,
        "cases": list(fact.cases),
        "seed": fact.seed,
        "prior": prior,
    }


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
