"""How to cut over, step by step, and how to get back."""

from __future__ import annotations

from migplan import units
from migplan.report.cutover import STAGES, Situation, Step, steps
from migplan.report.escape import Markup, text
from migplan.report.tables import Column, table
from migplan.report.view import View, paragraphs, say
from migplan.report.words import day_after, hours, moment_after
from migplan.results import FactResult, OptionResult


def cutover(view: View) -> str:
    """Steps with owner, duration, go/no-go and way back, by stage."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs("## Cutover plan", "Without a way there is no cutover.")
    found = steps(situation(view, chosen))
    parts = [
        paragraphs(
            f"### {stage}", table(_columns(view, chosen), [step for step in found if step.stage == stage])
        )
        for stage in STAGES
    ]
    return paragraphs("## Cutover plan", _lead(view, chosen), *parts)


def situation(view: View, chosen: OptionResult) -> Situation:
    """What of a plan decides about the steps."""
    kinds = {target.id: target.kind for target in view.plan.targets}
    return Situation(
        protocol=view.input("protocol").text.lower(),
        objects=kinds.get(chosen.target) == "object",
        needs=frozenset(need.code for need in chosen.requires),
        traits=frozenset(view.words("traits")),
        passes=chosen.kind != "offline",
        mirror=chosen.mover == "snapmirror",
        device=chosen.device is not None,
        hop=any(phase.name == "second hop" for phase in chosen.phases),
    )


def _lead(view: View, chosen: OptionResult) -> str:
    begin = next((phase.start_days for phase in reversed(chosen.phases) if phase.name == "cutover"), None)
    moment = moment_after(view.start, begin)
    told = (
        [say("Typically the window opens on {when}.", when=moment.strftime("%Y-%m-%d at %H:%M"))]
        if moment
        else []
    )
    if chosen.cutover_hours is not None:
        told.append(say("Users are without write access for {time}.", time=hours(chosen.cutover_hours)))
    window = view.number("cutover_window")
    if window is not None:
        told.append(say("The window given is {window}.", window=view.text("cutover_window")))
    fixed = _fact(view, "cutover_fixed_time")
    if fixed is not None:
        told.append(
            say(
                "All steps marked * share {time} ({source}).",
                time=_shown(fixed),
                source=view.sources.cite(fixed.source),
            )
        )
    return " ".join(told)


def _columns(view: View, chosen: OptionResult) -> list[Column]:
    return [
        Column("Step", lambda step: _what(view, chosen, step)),
        Column("Owner", lambda step: step.owner),
        Column("Takes", lambda step: _takes(view, chosen, step)),
        Column("Go on when", lambda step: step.go),
        Column("Way back", lambda step: step.back),
    ]


def _what(view: View, chosen: OptionResult, step: Step) -> Markup:
    ttl = _fact(view, "dns_ttl")
    return say(
        step.what,
        ttl=Markup("")
        if ttl is None
        else say(" to {ttl} ({source})", ttl=_shown(ttl), source=view.sources.cite(ttl.source)),
        vpn=Markup(" and through the client VPN" if "client-vpn" in view.words("traits") else ""),
        rollback=_rollback(view, chosen),
    )


def _rollback(view: View, chosen: OptionResult) -> str:
    kept = _fact(view, "rollback_time")
    if kept is None or chosen.duration_days is None:
        return "until one full business cycle has gone by, month-end included"
    until = day_after(view.start, chosen.duration_days + units.factor(kept.unit, "s") * kept.value / 86400.0)
    return f"until {until}"


def _takes(view: View, chosen: OptionResult, step: Step) -> str:
    if step.takes == "fixed":
        return "*"
    if step.takes != "pass":
        return step.takes
    fixed = _fact(view, "cutover_fixed_time")
    if chosen.cutover_hours is None or fixed is None:
        return "see above"
    return hours(max(0.0, chosen.cutover_hours - units.factor(fixed.unit, "s") * fixed.value / 3600.0))


def _fact(view: View, key: str) -> FactResult | None:
    return next((fact for fact in view.plan.facts if fact.id == f"assumptions/workload.{key}"), None)


def _shown(fact: FactResult) -> Markup:
    return text(units.show(units.factor(fact.unit, "s") * fact.value, "s"))
