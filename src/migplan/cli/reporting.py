"""What a report is made from, by the kind of file: a scenario, a plan's JSON, or the table of a batch."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.errors import Fault, MigplanError

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep
    from migplan.results.model import Plan

_WANTED = "wanted a scenario (.toml), a plan (.json) or the table of a batch (.csv)"
_STEPS = 25
_SPAN = 10.0


def report_of(
    source: Path, name: str, form: str, everything: bool, title: str, settings: dict[str, Any]
) -> dict[str, str]:
    """The files of a report, by name; the report itself is the last.

    Parameters
    ----------
    source : Path
    name : str
        File name of the report.
    form : str
        'markdown' or 'html'.
    settings : dict
        profiles, today, samples, seed and pilot, for planning a scenario.

    Raises
    ------
    MigplanError
        The file is of another kind, or has faults.
    """
    kind = source.suffix.lower()
    if kind == ".csv":
        from migplan.report.html import portfolio_files
        from migplan.report.shares import read_shares, read_unplanned

        return portfolio_files(read_shares(source), name, form, title, read_unplanned(source))
    from migplan.report.html import report_files

    if kind == ".json":
        from migplan.results.json import read_results

        return report_files(read_results(source), name, form, everything, title)
    if kind != ".toml":
        raise MigplanError(Fault("bad-choice", str(source), f"ends in {kind or 'nothing'!r}; {_WANTED}"))
    plan, sweep = _planned(source, **settings)
    return report_files(plan, name, form, everything, title, sweep)


def _planned(
    source: Path,
    profiles: tuple[Path, ...],
    today: dt.date | None,
    samples: int,
    seed: int,
    pilot: Path | None,
) -> tuple[Plan, Sweep | None]:
    """The plan of a scenario, and what would win with another line where there is one."""
    from migplan import units
    from migplan.analyses.plan import make_plan
    from migplan.analyses.sweep import read_axis, run_sweep
    from migplan.inputs.scenario import read_scenario

    given = read_scenario(source)
    plan = make_plan(given, profiles, today, samples, seed, pilot)
    link = plan.workload["link"].value
    if not link:
        return plan, None
    low, high = (units.show(link * factor, "B/s") for factor in (1 / _SPAN, _SPAN))
    return plan, run_sweep(given, [read_axis(f"link={low}..{high}:{_STEPS}")], profiles, today, pilot=pilot)
