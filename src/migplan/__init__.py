"""migplan: plan how to move file servers to the cloud.

>>> import datetime as dt, migplan
>>> answer = migplan.plan(volume="150 TB", files="40M", link="1 Gbps", today=dt.date(2026, 11, 23))
>>> round(answer.options[0].line_rate_days, 2)
17.36
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migplan.analyses.backtest import Backtest
    from migplan.analyses.breakeven import Comparison
    from migplan.analyses.diff import PlanDiff
    from migplan.analyses.sweep import Sweep
    from migplan.analyses.tornado import Tornado
    from migplan.api import (
        backtest,
        batch,
        breakeven,
        check,
        diff,
        load_facts,
        plan,
        plan_estate,
        price_lists,
        read_plan,
        refresh_prices,
        scenario_text,
        schema,
        sweep,
        take_inventory,
        tornado,
        track,
        write_overlay,
        write_report,
        write_scenario,
    )
    from migplan.errors import Fault, MigplanError
    from migplan.facts import Catalogue
    from migplan.inventory.shape import Shape
    from migplan.pricelists.model import Refresh
    from migplan.results.model import CheckResult, OptionResult, Plan, Recommendation, TargetResult
    from migplan.tracking.model import Track

__version__ = "0.1.0"
__all__ = [
    "Backtest",
    "Catalogue",
    "CheckResult",
    "Comparison",
    "Fault",
    "MigplanError",
    "OptionResult",
    "Plan",
    "PlanDiff",
    "Recommendation",
    "Refresh",
    "Shape",
    "Sweep",
    "TargetResult",
    "Tornado",
    "Track",
    "__version__",
    "backtest",
    "batch",
    "breakeven",
    "check",
    "diff",
    "load_facts",
    "plan",
    "plan_estate",
    "price_lists",
    "read_plan",
    "refresh_prices",
    "scenario_text",
    "schema",
    "sweep",
    "take_inventory",
    "tornado",
    "track",
    "write_overlay",
    "write_report",
    "write_scenario",
]
_RECORDS = {
    "Backtest": "migplan.analyses.backtest",
    "Catalogue": "migplan.facts",
    "CheckResult": "migplan.results.model",
    "Comparison": "migplan.analyses.breakeven",
    "Fault": "migplan.errors",
    "MigplanError": "migplan.errors",
    "OptionResult": "migplan.results.model",
    "Plan": "migplan.results.model",
    "PlanDiff": "migplan.analyses.diff",
    "Recommendation": "migplan.results.model",
    "Refresh": "migplan.pricelists.model",
    "Shape": "migplan.inventory.shape",
    "Sweep": "migplan.analyses.sweep",
    "TargetResult": "migplan.results.model",
    "Tornado": "migplan.analyses.tornado",
    "Track": "migplan.tracking.model",
}
"""Record -> where it lies; functions lie in `migplan.api`."""


def __getattr__(name: str) -> Any:
    """Import what is asked for: `import migplan` alone is instant."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_RECORDS.get(name, "migplan.api")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
