"""What a file still carries when it has arrived."""

from __future__ import annotations

from collections.abc import Callable

from migplan.facts.keys import ATTRIBUTES
from migplan.report.appendices import heading
from migplan.report.escape import Markup, text
from migplan.report.tables import Column, bullets, table
from migplan.report.view import View, paragraphs, spoken
from migplan.results.model import OptionResult

_LEVELS = {"kept": "kept", "partial": "in part", "lost": "**lost**", "unknown": "not known"}


def fidelity(view: View) -> str:
    """Attributes down, options across; what must be kept is marked."""
    shown = view.compared
    if not shown:
        return paragraphs(heading("fidelity"), "No way can be used, so nothing is compared.")
    must = view.words("keep")
    columns = [
        Column("What", spoken),
        Column("Must be kept", lambda name: "yes" if name in must else "no"),
        *(Column(f"Option {number}", _cell(option)) for number, option in enumerate(shown, start=1)),
    ]
    return paragraphs(
        heading("fidelity"),
        "Mover and target together: what the mover carries and the target can store.",
        table(columns, _attributes(shown, must)),
        bullets(text(f"Option {number}: {option.id}") for number, option in enumerate(shown, start=1)),
    )


def _attributes(shown: tuple[OptionResult, ...], must: tuple[str, ...]) -> list[str]:
    found = {name for option in shown for level in _LEVELS for name in option.fidelity.get(level, ())} | set(
        must
    )
    order = {name: index for index, name in enumerate(ATTRIBUTES)}
    return sorted(found, key=lambda name: (name not in must, order.get(name, len(order)), name))


def _cell(option: OptionResult) -> Callable[[str], Markup]:
    def cell(name: str) -> Markup:
        level = next((level for level in _LEVELS if name in option.fidelity.get(level, ())), None)
        return Markup(_LEVELS[level] if level else "does not apply")

    return cell
