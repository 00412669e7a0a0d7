"""How to cut over, step by step, and how to get back."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

from migplan import units
from migplan.language import amounts, message, worded
from migplan.report.escape import Markup, text
from migplan.report.tabular import Column, table
from migplan.report.timeline import cutover_phases, last_pass_days, shown, swing_days
from migplan.report.view import View, heading, paragraphs, say
from migplan.report.words import day_after, days, hours, moment_after
from migplan.results.model import FactResult, OptionResult, PhaseName

STAGES = (message("Before the window"), message("In the window"), message("After it"))
_FEEDS = frozenset(("realtime-stream", "event-driven", "http-ingest", "warehouse-load"))


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about the steps.

    Attributes
    ----------
    protocol : str
        How clients reach the data.
    objects : bool
        Whether the target is object storage.
    needs : frozenset of str
        What the option requires, by code, such as 'active-directory'.
    traits : frozenset of str
        What else applications depend on.
    passes : bool
        Whether a mover carries what changes until the end.
    mirror : bool
        Whether the mover mirrors volumes, whose target cannot be written before the mirror is broken.
    device : bool
        Whether devices are shipped.
    hop : bool
        Whether the data rests in object storage on its way.
    """

    protocol: str
    objects: bool
    needs: frozenset[str]
    traits: frozenset[str]
    passes: bool
    mirror: bool
    device: bool
    hop: bool

    def holding(self) -> frozenset[str]:
        """Names of everything that holds, as the steps ask for it."""
        smb, nfs = self.protocol == "smb", self.protocol == "nfs"
        windows, unix = smb and not self.objects, nfs and not self.objects
        namespace = windows and "dfs-namespace" in self.traits
        held = {
            "smb": smb,
            "nfs": nfs,
            "windows": windows,
            "unix": unix,
            "objects": self.objects,
            "namespace": namespace,
            "named": (windows and not namespace) or unix,
            "directory": windows and "active-directory" in self.needs,
            "feeds": bool(self.traits & _FEEDS),
            "failover": "dns-failover" in self.traits,
            "passes": self.passes,
            "mirror": self.mirror,
            "device": self.device,
            "hop": self.hop,
        }
        return frozenset(name for name, holds in held.items() if holds)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes
    ----------
    stage, what, owner : str
    takes : str
        Words, or 'fixed' for a share of the fixed time of a cutover, or 'pass' for the last pass.
    go, back : str
        When to go on, and how to return.
    when : tuple of str
        What must hold, or with a leading '!' must not.
    """

    stage: str
    what: str
    owner: str
    takes: str
    go: str
    back: str
    when: tuple[str, ...]

    @property
    def gate(self) -> bool:
        """Whether somebody says go or no-go here; such steps are set in bold."""
        return self.what.startswith("**")


@functools.cache
def all_steps() -> tuple[Step, ...]:
    """Every step there is, in order."""
    data = tomllib.loads(resources.files(__package__).joinpath("cutover.toml").read_text(encoding="utf-8"))
    return tuple(Step(**{**step, "when": tuple(step["when"])}) for step in data["steps"])


def steps(situation: Situation) -> list[Step]:
    """The steps of a situation, in order."""
    held = situation.holding()
    return [step for step in all_steps() if all(_holds(name, held) for name in step.when)]


def _holds(name: str, held: frozenset[str]) -> bool:
    return name[1:] not in held if name.startswith("!") else name in held


def runbook(view: View) -> str:
    """The phases with their dates, then the steps with owner, duration, go/no-go and way back, by stage."""
    chosen = view.chosen
    if chosen is None:
        return paragraphs(heading("cutover"), say("Without an option there is no cutover."))
    found = steps(situation(view, chosen))
    parts = [
        paragraphs(
            f"### {worded(stage)}",
            table(_columns(view, chosen), [step for step in found if step.stage == stage]),
        )
        for stage in STAGES
    ]
    return paragraphs(heading("cutover"), _phases(view, chosen), *parts)


def _phases(view: View, chosen: OptionResult) -> str:
    """All phases on the calendar, at typical values."""
    if not chosen.phases:
        return ""
    columns = [
        Column("Phase", lambda phase: shown(phase.name, view.changes)),
        Column("From", lambda phase: day_after(view.start, phase.start_days)),
        Column("To", lambda phase: day_after(view.start, phase.end_days)),
        Column("Takes", lambda phase: days(phase.days), numeric=True),
        Column("Bottleneck", lambda phase: worded(phase.bound_by)),
    ]
    return paragraphs(say("### Phases, at typical values"), table(columns, chosen.phases))


def situation(view: View, chosen: OptionResult) -> Situation:
    """What of a plan decides about the steps."""
    kinds = {target.id: target.kind for target in view.plan.targets}
    return Situation(
        protocol=str(view.input("protocol").value),
        objects=kinds.get(chosen.target) == "object",
        needs=frozenset(need.code for need in chosen.requires),
        traits=frozenset(view.words("traits")),
        passes=chosen.kind != "offline",
        mirror=chosen.behaviour == "blocks",
        device=chosen.device is not None,
        hop=any(phase.name == PhaseName.SECOND_HOP for phase in chosen.phases),
    )


def lead(view: View, chosen: OptionResult) -> str:
    """When the window opens, how long users are without write access, and what of it is no pass."""
    told = []
    moment = moment_after(
        view.start, min((phase.start_days for phase in cutover_phases(chosen)), default=None)
    )
    if moment is not None:
        when = say("{day} at {time}", day=moment.date(), time=f"{moment:%H:%M}")
        told.append(say("Typically the window opens on {when}.", when=when))
    if chosen.cutover_hours is not None:
        told.append(say("Users typically cannot write for {time}.", time=hours(chosen.cutover_hours)))
    if view.number("cutover_window") is not None:
        told.append(say("The window is {window}.", window=amounts(view.input("cutover_window").text)))
    fixed = fact_of(view, "assumptions/workload.cutover_fixed_time")
    status = Markup("") if fixed is None else say(" ({status})", status=worded(fixed.status))
    if swing_days(chosen) is not None:
        template = "The freeze, the switch-over and the smoke tests share {time} of it{status}."
        told.append(say(template, time=_swing(chosen), status=status))
    return " ".join(told)


def _swing(chosen: OptionResult) -> str:
    shared = swing_days(chosen)
    return "-" if shared is None else hours(shared * 24)


def _columns(view: View, chosen: OptionResult) -> list[Column]:
    return [
        Column("Step", lambda step: _what(view, chosen, step)),
        Column("Owner", lambda step: worded(step.owner)),
        Column("Takes", lambda step: _takes(chosen, step)),
        Column("Go on when", lambda step: worded(step.go)),
        Column("Way back", lambda step: worded(step.back)),
    ]


def _what(view: View, chosen: OptionResult, step: Step) -> Markup:
    ttl = fact_of(view, "assumptions/workload.dns_ttl")
    return say(
        step.what,
        ttl=Markup("")
        if ttl is None
        else say(" to {ttl} ({source})", ttl=_shown(ttl), source=view.sources.cite(ttl.source)),
        vpn=say(" and through the client VPN") if "client-vpn" in view.words("traits") else Markup(""),
        rollback=_rollback(view, chosen),
    )


def _rollback(view: View, chosen: OptionResult) -> str:
    until = kept_until(view, chosen)
    if until:
        return say("until {day}", day=until)
    return worded("until one full business cycle has gone by, month-end included")


def kept_until(view: View, chosen: OptionResult) -> str:
    """The day until which the source is kept for the way back; empty where the plan does not say."""
    kept = fact_of(view, "assumptions/workload.rollback_time")
    if kept is None or chosen.duration_days is None:
        return ""
    return day_after(view.start, chosen.duration_days + units.factor(kept.unit, "s") * kept.value / units.DAY)


def _takes(chosen: OptionResult, step: Step) -> str:
    if step.takes == "fixed":
        return (
            worded("see above") if swing_days(chosen) is None else say("part of {time}", time=_swing(chosen))
        )
    if step.takes != "pass":
        return worded(step.takes)
    last = last_pass_days(chosen)
    return worded("see above") if last is None else hours(last * 24)


def fact_of(view: View, name: str) -> FactResult | None:
    """The fact with this id, where the plan has it."""
    return next((fact for fact in view.plan.facts if fact.id == name), None)


def _shown(fact: FactResult) -> Markup:
    return text(amounts(units.show(units.factor(fact.unit, "s") * fact.value, "s")))
