"""The appendices of a report: what stands behind the pages to decide on, under letters that sentences can point to."""

from __future__ import annotations

from migplan.report.escape import Markup

_TITLES = {
    "inputs": "Inputs",
    "ways": "All ways, and what cannot be used",
    "targets": "Targets compared",
    "fidelity": "What survives",
    "cutover": "Cutover, step by step",
    "ledger": "Cost ledger",
    "checks": "Network and design checks",
    "facts": "Facts used",
    "method": "Method in ten lines",
    "sources": "Sources",
}

FIRST = "Appendix A:"
"""How the heading of the first appendix begins."""


def heading(key: str) -> str:
    """The heading of an appendix.

    >>> heading("inputs")
    '## Appendix A: Inputs'
    """
    return f"## Appendix {_letter(key)}: {_TITLES[key]}"


def appendix(key: str) -> Markup:
    """How a sentence points to an appendix.

    >>> print(appendix("ledger"))
    appendix F
    """
    return Markup(f"appendix {_letter(key)}")


def _letter(key: str) -> str:
    return chr(ord("A") + list(_TITLES).index(key))
