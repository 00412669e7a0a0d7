"""What is only assumed and decides all the same: work that is counted and that nobody invoices."""

from __future__ import annotations

from collections.abc import Iterator

from migplan.engine.judgement import EvaluatedOption, Ranked
from migplan.engine.money import kinds_of_work
from migplan.engine.ranking import BY_TIME
from migplan.language import say, worded
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
