"""Arrays of an evaluation to the records of a plan: days for seconds, sold units for bytes, words for codes."""

from migplan.results.inputs import pilot_notes, tell_facts, tell_inputs
from migplan.results.options import tell_options
from migplan.results.recommendation import tell_recommendation
from migplan.results.targets import tell_targets

__all__ = ["pilot_notes", "tell_facts", "tell_inputs", "tell_options", "tell_recommendation", "tell_targets"]
