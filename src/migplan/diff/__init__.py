"""What changed between two plans: read them back, compare them."""

from migplan.diff.compare import Change, FactChange, Figures, Moved, PlanDiff, compare
from migplan.diff.read import read_plan

__all__ = ["Change", "FactChange", "Figures", "Moved", "PlanDiff", "compare", "read_plan"]
