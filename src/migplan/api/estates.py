"""Many shares that are planned together."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migplan.api.settings import Day, _day_of, _whole
from migplan.errors import Fault, MigplanError, UnitError, shorten

if TYPE_CHECKING:
    from migplan.estate.joint.problem import Ramp
    from migplan.facts.catalogue import Assumptions
    from migplan.results.estate import EstatePlan


def plan_estate(
    shares: Path | str,
    *,
    sites: Path | str | None = None,
    time_limit: float | str = 60.0,
    ramp: str = "",
    estate_budget: str = "",
    frontier: int = 0,
    seed: int = 0,
    today: Day = None,
    profiles: Any = (),
    **settings: Any,
) -> EstatePlan:
    """Plan many shares together: one line for each site, file systems that they share, waves, one optimum.

    Parameters
    ----------
    shares : path
        A table as `batch` reads it, and beside it `group`, `server`, `owner` and `priority`.
    sites : path, optional
        TOML with ``[[sites]]``: `name`, any input field for its shares that say nothing, and `staff`, the groups that
        can be cut over in one window; and ``[estate]`` with `budget`.
    time_limit : float or text, optional
        That the search for the optimum may take: seconds, or such as ``"2 min"``.
    ramp : str, optional
        Groups of the first wave, and how many more for each one before: ``"3, 4"``.
    estate_budget : str, optional
        Most that the whole may cost in cash over the horizon, such as ``"250000 USD"``; it goes before `budget` of
        ``[estate]`` in the file of sites. A `budget` among the settings is that of each share.
    frontier : int, optional
        Points of the least cost against the last date; none where it is 0.
    **settings
        How the table is written, as for `batch`, and input fields for shares and sites that do not say them:
        ``link="1 Gbps"``.

    Raises
    ------
    MigplanError
        The table or the sites cannot be read, or lack something. A bad row raises nothing.
    """
    from migplan.estate.joint.budget import within
    from migplan.estate.joint.build import build
    from migplan.estate.joint.plan import plan_shares
    from migplan.estate.joint.shares import read_shares, refused
    from migplan.estate.joint.sites import read_budget, read_sites
    from migplan.estate.partition import catalogue_of
    from migplan.progress import tell

    day, seconds = _day_of(today) or dt.date.today(), _limit(time_limit)
    path = None if sites is None else Path(sites)
    known, budget = read_sites(path), read_budget(path, estate_budget)
    job = _job(Path(shares), day, profiles, settings)
    growing = read_ramp(ramp, catalogue_of(job.settings.profiles).assumptions)
    tell("reading shares")
    estate = read_shares(job, known)
    refused(estate)
    tell("planning")
    of_draws, points = _whole("seed", seed), _whole("frontier", frontier)
    planned = plan_shares(estate, known, growing, seconds, of_draws, points, partial(tell, "planning"))
    if not math.isnan(budget):
        planned = within(planned, known, growing, budget, seconds / 2, of_draws)
    return build(planned, day)


def _limit(given: float | str) -> float:
    """How long the search may take. [s].

    Raises
    ------
    MigplanError
        It is no time above 0.

    Examples
    --------
    >>> _limit("2 min"), _limit(30)
    (120.0, 30.0)
    """
    from migplan import units

    try:
        seconds = units.parse(given, "s") if isinstance(given, str) else float(given)
    except UnitError as error:
        raise MigplanError(Fault("bad-quantity", "--time-limit", str(error))) from None
    if not 0 < seconds < 1e6:
        raise MigplanError(Fault("out-of-range", "--time-limit", f"{shorten(given)}; wanted such as '60 s'"))
    return seconds


def _job(shares: Path, day: dt.date, profiles: Any, settings: Mapping[str, Any]) -> Any:
    from migplan.estate.run import Job
    from migplan.estate.settings import Settings, read_settings_fields

    of_job = {name: settings[name] for name in ("maps", "encoding", "delimiter") if name in settings}
    if isinstance(of_job.get("maps"), Mapping):
        of_job["maps"] = tuple(f"{header}={field}" for header, field in of_job["maps"].items())
    known = {entry.name for entry in dataclasses.fields(Settings)}
    rest = {name: value for name, value in settings.items() if name in known}
    # What is no setting is an input field, or told to be none.
    fields = {name: value for name, value in settings.items() if name not in {*of_job, *rest}}
    made = Settings(
        given=read_settings_fields(f"{name}={value}" for name, value in fields.items()),
        profiles=tuple(str(Path(folder).resolve()) for folder in profiles),
        today=day,
        **rest,
    )
    return Job(shares, None, settings=made, today=day, **of_job)


def read_ramp(text: str, assumptions: Assumptions) -> Ramp:
    """Read how waves grow.

    Raises
    ------
    MigplanError
        It is not two numbers.

    Examples
    --------
    >>> read_ramp("3, 4", {})
    Ramp(pilot=3.0, growth=4.0)
    """
    from migplan.estate.joint.problem import Ramp

    if not text.strip():
        return Ramp(assumptions["ramp_pilot"].value, assumptions["ramp_growth"].value)
    parts = text.replace("x", "").split(",")
    try:
        pilot, growth = (float(part) for part in parts)
    except ValueError:
        pilot, growth = 0.0, -1.0
    if not (1.0 <= pilot < 1e6 and 0.0 <= growth < 1e6):
        message = (
            f"{shorten(text)}; wanted the groups of the first wave, and how many more for each before: '3, 4'"
        )
        raise MigplanError(Fault("bad-choice", "--ramp", message))
    return Ramp(pilot, growth)
