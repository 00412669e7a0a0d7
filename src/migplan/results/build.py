"""Arrays of an evaluation to the records of a plan: days for seconds, sold units for bytes, words for codes."""

from migplan.results.inputs import build_facts, build_inputs, pilot_notes
from migplan.results.options import build_options
from migplan.results.recommendation import build_recommendation
from migplan.results.targets import build_targets

__all__ = [
    "build_facts",
    "build_inputs",
    "build_options",
    "build_recommendation",
    "build_targets",
    "pilot_notes",
]
