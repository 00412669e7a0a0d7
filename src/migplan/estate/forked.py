"""What the server of worker processes loads, so that none of them has to: the modules, and the facts that are ours.

Imported by that server alone.
"""

from __future__ import annotations

import contextlib

import migplan.estate.workers  # noqa: F401
from migplan.facts.store import recall

# What is wrong with profiles is told by the command.
with contextlib.suppress(Exception):
    recall()
