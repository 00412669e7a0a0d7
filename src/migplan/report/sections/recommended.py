"""What to do, why, and when each part of it happens."""

from __future__ import annotations

from typing import Any

from migplan.report.escape import Markup, code, text
from migplan.report.tables import bullets
from migplan.report.timeline import gantt
from migplan.report.view import View, paragraphs, say
from migplan.targets import Reason


def recommended(view: View) -> str:
    """The recommended plan, its reasons, its timeline and what must be there first."""
    advice, chosen = view.plan.recommendation, view.chosen
    if chosen is None:
        return paragraphs("## Recommended plan", bullets(advice.why))
    head = say("**{name}** ({id})", name=chosen.name or chosen.id, id=code(chosen.id))
    others = [say("Not {option}: it {because}.", **_next(other)) for other in advice.not_chosen]
    return paragraphs(
        "## Recommended plan",
        head,
        bullets([*advice.why, *others]),
        "### Timeline",
        gantt(view, chosen),
        _before(view),
        _notes(view),
    )


def _next(other: dict[str, Any]) -> dict[str, str]:
    return {"option": other.get("option", ""), "because": other.get("because", "")}


def _before(view: View) -> str:
    chosen = view.chosen
    assert chosen is not None
    once = {need.code: need for need in chosen.requires}.values()
    needs = [_need(view, need) for need in once]
    return paragraphs("### What must be there first", bullets(needs)) if needs else ""


def _need(view: View, need: Reason) -> Markup:
    source = Markup(f" ({view.sources.cite(need.source)})") if need.source else ""
    return say("{text}{source}", text=need.text.rstrip("."), source=source)


def _notes(view: View) -> str:
    chosen = view.chosen
    assert chosen is not None
    return (
        paragraphs("### Notes on this way", bullets(_sentence(note) for note in chosen.notes))
        if chosen.notes
        else ""
    )


def _sentence(note: str) -> Markup:
    told = text(note)
    return Markup(told[:1].upper() + told[1:])
