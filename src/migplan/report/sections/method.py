"""How the numbers come about, in ten lines."""

from __future__ import annotations

from migplan.report.appendices import heading
from migplan.report.view import View, paragraphs

_LINES = (
    "Every way is a mover over a route to a target, a device to a target, or both; ways that cannot be used say why.",
    "A copy takes the slower of bytes over the narrowest rate (line share, route, streams, mover, source, target) and"
    " files over the narrowest file rate, with what the two hide of each other.",
    "Streams are bound by window over round-trip time and by loss; each file costs round trips and work of its own.",
    "What changes meanwhile goes in further passes, each for what changed during the one before.",
    "The cutover is the scan, the last pass, its verification and a fixed time for swinging names and testing.",
    "Devices are ordered, shipped, filled in waves, returned and imported; a second hop to a file target counts too.",
    "Busy time becomes dates by the hours, holidays, freezes and business days that were given.",
    "Costs are quantity times list price, line by line; an unknown price makes the total a lower bound, never a zero.",
    "P50, P80 and P95 come from draws of every uncertain fact and assumption, the same draws for all ways.",
    "First come ways that can be used, keep what must be kept and meet deadline, window and budget; among them cost,"
    " time or risk decides, as was asked.",
)


def method(view: View) -> str:
    """Ten sentences; the formulas and their sources are in the documentation."""
    lines = "\n".join(f"{number}. {line}" for number, line in enumerate(_LINES, start=1))
    return paragraphs(heading("method"), lines, "Formulas, validity and accuracy: docs/method.md of migplan.")
