"""Two plans side by side: of files, of scenarios, or of one scenario before and after a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.api.beginning import Scenario, _fields_of, _language_of, read_plan
from migplan.api.settings import Day, _day_of, _whole
from migplan.errors import Fault, MigplanError
from migplan.progress import tell

if TYPE_CHECKING:
    from migplan.analyses.diff import PlanDiff
    from migplan.results.model import Plan

_MISSING = (
    "wanted a second plan or scenario, or a change of the first such as --link '2 Gbps' (link='2 Gbps')"
)
_BOTH = "a second plan or scenario is compared as it is; wanted either it or changes of the first"


def diff(
    old: Plan | Scenario,
    new: Plan | Scenario = None,
    *,
    profiles: Sequence[Path | str] = (),
    today: Day = None,
    samples: int = 1000,
    seed: int = 0,
    pilot: Path | str | None = None,
    lang: str | None = None,
    **fields: Any,
) -> PlanDiff:
    """Compare two plans, or one with itself after a change.

    Parameters
    ----------
    old, new : Plan, path or mapping
        A plan, the JSON of one, a scenario (.toml), or the fields of a scenario. Scenarios are planned first. Without
        `new`, `old` is compared with itself and the changed fields; of a plan its inputs are planned again.
    profiles, today, samples, seed, pilot
        As for `plan`, for what is planned.
    lang : str, optional
        The language of what is planned, and of the answer, such as "ja"; that of the scenario, or English, where it is
        absent.
    **fields
        Input fields that are otherwise, such as ``link="2 Gbps"``.

    Raises
    ------
    MigplanError
        With every fault of the input; or a file is no plan, or there is nothing to compare with.

    Examples
    --------
    >>> office = {"volume": "20 TB", "link": "1 Gbps"}
    >>> [(change.name, change.old, change.new) for change in diff(office, link="2 Gbps", samples=0).inputs]
    [('link', '1 Gbps', '2 Gbps')]
    """
    from migplan.analyses.diff import compare_plans

    changes = {name: value for name, value in fields.items() if value is not None}
    if (new is None) != bool(changes):
        raise MigplanError(
            Fault("missing", "new", _MISSING) if new is None else Fault("contradiction", "new", _BOTH)
        )
    by: dict[str, Any] = {
        "profiles": profiles,
        "today": _day_of(today),
        "samples": _whole("samples", samples),
        "seed": _whole("seed", seed),
        "pilot": pilot,
        "lang": lang,
    }
    before, first = _planned(old, by)
    if new is not None:
        after, second = _planned(new, by)
        return compare_plans(before, after, (first, second))
    after, _ = _planned(_again(old, changes), by)
    told = ", ".join(f"{name} {after.workload[name].text}" for name in changes)
    return compare_plans(before, after, (first, f"{first} with {told}"))


def _again(source: Plan | Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a scenario or of a plan, with changes over them."""
    if source is None or isinstance(source, (Path, str, Mapping)):
        return _fields_of(source, changes)
    from migplan.results.json import given_again

    return _fields_of(given_again(source), changes)


def _planned(source: Plan | Scenario, by: Mapping[str, Any]) -> tuple[Plan, str]:
    """A plan, made where it is none yet, and the name of its file or its own."""
    if isinstance(source, (Path, str)) and Path(source).suffix.lower() != ".toml":
        return read_plan(source), Path(source).name
    if source is not None and not isinstance(source, (Path, str, Mapping)):
        return source, source.workload["name"].text
    from migplan.analyses.plan import make_plan

    tell("planning")
    pilot = None if by["pilot"] is None else Path(by["pilot"])
    fields = {**_fields_of(source), "lang": _language_of(source, by["lang"])}
    made = make_plan(fields, by["profiles"], by["today"], by["samples"], by["seed"], pilot)
    return made, Path(source).name if isinstance(source, (Path, str)) else made.workload["name"].text
