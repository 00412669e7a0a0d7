"""What decides without an invoice: work that is counted, and what a cloud that is left may waive."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from migplan.engine.case import Case
from migplan.engine.judgement import EvaluatedOption, Ranked
from migplan.engine.money import kinds_of_work
from migplan.engine.ranking import BY_TIME
from migplan.facts.clouds import Cloud, Waiver
from migplan.formulas import only
from migplan.inputs.workload import Workload
from migplan.language import say, worded
from migplan.results.words import short_name
from migplan.text import usd
from migplan.units import HOUR

_LEARNED = "work_system"


def notes_on_work(options: Ranked) -> Iterator[str]:
    """That the work to learn another system decides, with what it counts for; nothing where it does not decide."""
    case, ranked = options.judgement.case, options.best_first
    if not ranked or not ranked[0].verdict.usable or case.workload.optimize in BY_TIME:
        return
    work, rate = (case.facts.assumptions[name].value for name in (_LEARNED, "staff_rate"))
    other = _else(options, work * rate)
    if other is not None:
        template = (
            "assumed: to learn a system that the team does not run today takes {hours} hours, which count for {amount}"
            " USD; without them {target} would be recommended"
        )
        target, hours = worded(other.option.target.short), f"{work / HOUR:,.0f}"
        yield say(template, hours=hours, amount=f"{work * rate:,.0f}", target=target)


def _else(options: Ranked, amount: float) -> EvaluatedOption | None:
    """What would come first if nothing had to be learned; None where that changes nothing."""
    aims, w = options.judgement.aims[:, 0], options.judgement.case.workload
    first = options.best_first[0]
    best, found = None, None
    for place, item in zip(options.order, options.best_first, strict=True):
        if int(item.verdict.tier) != int(first.verdict.tier):
            break
        learns = _LEARNED in kinds_of_work(item.option, w)
        aim = float(aims[place]) - (
            amount * float(options.judgement.case.weight(item.verdict)) if learns else 0.0
        )
        if best is None or aim < best:
            best, found = aim, item
    return None if found is None or found.option.target.id == first.option.target.id else found


def notes_on_objects(case: Case, chosen: EvaluatedOption | None) -> Iterator[str]:
    """What it would be for programs that write to object storage by themselves, as those of some uses mostly do."""
    w = case.workload
    asked = w.inputs["app_change"].status == "given" or w.protocol == "object" or w.target
    if chosen is None or asked or not case.facts.uses[w.use].writes_objects:
        return
    other = Ranked.of(case.of(replace(w, app_change="allowed"))).best_first[0]
    saved = float(only(chosen.cost.total)) - float(only(other.cost.total))
    known = bool(only(chosen.cost.complete)) and bool(only(other.cost.complete))
    if other.verdict.usable and known and saved > 0:
        template = (
            "where the program writes to object storage by itself (app_change = 'allowed'), {option} costs {amount} "
            "USD less"
        )
        yield say(template, option=short_name(other.option), amount=usd(saved))


def notes_on_leaving(case: Case, chosen: EvaluatedOption | None) -> Iterator[str]:
    """What the chosen option is charged for leaving a cloud, and under what terms it is not."""
    w = case.workload
    if not w.from_cloud:
        return
    cloud = case.facts.clouds[w.from_cloud]
    if w.egress == "waived":
        yield say(
            "what leaves {cloud} is taken to cost nothing, as given: have that in writing", cloud=cloud.name
        )
    elif not cloud.leaving:
        yield say("what {cloud} charges for what leaves it is not known, and is in no sum", cloud=cloud.name)
    elif chosen is not None:
        yield from _charged(chosen, cloud, w.from_region)
    for waiver in cloud.waivers if w.egress != "waived" else ():
        if waiver.holds_in(w.from_region):
            template = "leaving {region} may cost nothing: {terms}{begins}"
            yield say(template, region=w.from_region, terms=worded(waiver.text), begins=_begins(waiver, w))


def _charged(chosen: EvaluatedOption, cloud: Cloud, region: str) -> Iterator[str]:
    """How much of the sum is for leaving a cloud, where its price is known."""
    items = {leaving.item for leaving in cloud.leaving}
    amounts = [line.amount for line in chosen.cost.lines if line.item in items and not line.running]
    amount = sum(float(only(each)) for each in amounts)
    if amount > 0:
        yield say("leaving {region} costs {amount} USD of the sum", region=region, amount=usd(amount))


def _begins(waiver: Waiver, w: Workload) -> str:
    """From when on terms hold, where the move begins before."""
    later = waiver.begins is not None and waiver.begins > w.start
    return say("; this move starts on {day}, before that", day=w.start) if later else ""
