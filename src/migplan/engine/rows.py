"""Many rows of one kind of workload through the same engine: options in stacks, vectors over rows.

A sweep, a search for a lever and a batch of shares are all rows whose words are the same and whose numbers differ.
"""

from migplan.engine.parameters import some_rows as take_rows
from migplan.engine.row_evaluation import (
    KINDS,
    PER_ROW,
    RowResults,
    evaluate_rows,
)
from migplan.engine.search import find_winners
from migplan.engine.winners import Winners, winners_of_all

__all__ = [
    "KINDS",
    "PER_ROW",
    "RowResults",
    "Winners",
    "evaluate_rows",
    "find_winners",
    "take_rows",
    "winners_of_all",
]
