"""Measured instead of assumed: timed copies and a line test in place of a profile's values.

The form of a pilot file is told in `migplan.inputs.pilot.read`.
"""

from migplan.inputs.pilot.apply import Piloted, apply_pilot
from migplan.inputs.pilot.read import Pilot, read_pilot

__all__ = ["Pilot", "Piloted", "apply_pilot", "read_pilot"]
