"""migplan: plan how to move file servers to the cloud.

>>> import datetime as dt, migplan
>>> answer = migplan.plan(volume="150 TB", files="40M", link="1 Gbps", today=dt.date(2026, 11, 23))
>>> round(answer.options[0].line_rate_days, 2)
17.36
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from migplan.results.model import Plan

__version__ = "0.1.0"
__all__ = ["__version__", "plan"]


def plan(
    *,
    profiles: Sequence[Path | str] = (),
    today: dt.date | None = None,
    samples: int = 1000,
    seed: int = 0,
    **fields: Any,
) -> Plan:
    """Plan one migration.

    Parameters
    ----------
    profiles : sequence of path, optional
        Folders of your own profiles, laid over those of migplan by id.
    today : date, optional
        The day to plan for; the current day where it is absent.
    samples : int, optional
        Draws for the percentiles; 0 leaves typical values alone, by which options are ranked then.
    seed : int, optional
        Of the draws.
    **fields
        The input fields, as texts with units: ``volume="150 TB"``, ``link="1 Gbps"``, ``keep=["dacl", "owner"]``.

    Returns
    -------
    Plan
        A frozen record; ``to_dict()`` gives what the command line writes as JSON.

    Raises
    ------
    migplan.errors.MigplanError
        With every fault of the input.
    """
    from migplan.analyses.plan import make_plan

    return make_plan(fields, profiles, today, samples, seed)
