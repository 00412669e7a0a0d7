"""How a plan shows itself where people work in Python: five lines, a table in a notebook, a frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from migplan.text import usd

if TYPE_CHECKING:
    import pandas as pd

    from migplan.results.model import OptionResult, Plan

AN_END = "an end"
"""What is wanted where no deadline was given, and something does not end."""

_SHOWN, _CODES = 10, 3
_HEADERS = (
    "Option",
    "Typical",
    "P80",
    "Done by (P80)",
    "Typical cutover",
    "One-off USD",
    "Total USD",
    "Meets all",
    "Id",
)

_WORDS = (
    "kind",
    "mover",
    "route",
    "device",
    "target",
    "usable",
    "meets",
    "bottleneck",
    "finish",
    "finish_p80",
)
_COUNTS = ("rank", "devices", "tasks", "passes")
_TIMES = (
    "line_rate_days",
    "duration_days",
    "p50_days",
    "p80_days",
    "p95_days",
    "p_deadline",
    "cutover_hours",
)
_AMOUNTS = ("cost_one_off_usd", "cost_monthly_usd", "cost_running_usd", "cost_horizon_usd")


def lines_of(plan: Plan) -> tuple[str, str, str, str, str]:
    """What is planned, what is recommended, when it is done, what it costs, and out of how much it was chosen."""
    told = plan.workload
    line = f"over {told['link'].text}" if told["link"].text else "without a line"
    usable = [option for option in plan.options if option.usable]
    meets = sum(option.meets for option in usable)
    return (
        f"<Plan {told['name'].text!r}, {told['volume'].text} {line}, {plan.today}",
        *_advice(plan, plan.chosen),
        f"{len(plan.options)} options: {len(usable)} can be used, {meets} meet all that is wanted>",
    )


def _advice(plan: Plan, chosen: OptionResult | None) -> tuple[str, str, str]:
    """What is recommended or comes closest, when it is done, and what it costs."""
    if chosen is None:
        codes = Counter(reason.code for option in plan.options for reason in option.reasons)
        often = ", ".join(f"{code} ({count})" for code, count in codes.most_common(_CODES))
        return "no option can be used", f"most often because of {often}", "so there is no time and no cost"
    missed = "; ".join(_missed(plan.recommendation.misses))
    advice = "recommended" if plan.recommendation.meets else f"nothing meets all ({missed}); closest"
    sure = "" if chosen.finish_p80 is None else f", 80 % sure by {chosen.finish_p80}"
    done = "it never ends"
    if chosen.finish:
        done = f"typically done {chosen.finish}, after {_days(chosen.duration_days)}{sure}"
    cost = chosen.cost_usd
    return (
        f"{advice}: {chosen.name or chosen.id}",
        done,
        f"costs {usd(cost.known_total, cost.complete)} USD with {plan.workload['horizon'].text} of the target, "
        f"{usd(cost.one_off, cost.complete)} USD of it once",
    )


def _missed(misses: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for miss in misses:
        if miss["wanted"] == AN_END:
            yield "it does not surely end"
            continue
        yield f"{miss['wish'].replace('_', ' ')}: {miss['got']} instead of {miss['wanted']}"


def best_of_families(plan: Plan) -> list[OptionResult]:
    """The best usable option of each mover or device and target, in rank order."""
    best: dict[tuple[str, str], OptionResult] = {}
    for option in plan.options:
        if option.usable:
            best.setdefault((option.family, option.target), option)
    return list(best.values())


def page_of(plan: Plan) -> str:
    """The same lines and the best option of each family as HTML."""
    # For notebooks alone.
    from html import escape

    rows = [_cells(option) for option in best_of_families(plan)[:_SHOWN]]
    head = "".join(f"<th>{name}</th>" for name in _HEADERS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    told = "<br>".join(escape(line.strip("<>")) for line in lines_of(plan))
    return f"<p>{told}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(option: OptionResult) -> tuple[str, ...]:
    """An option as a row of texts; draws that were not made leave their cell empty."""
    cost = option.cost_usd
    return (
        option.name or option.id,
        _days(option.duration_days),
        _days(option.p80_days) if option.drawn else "",
        option.finish_p80 or "",
        "" if option.cutover_hours is None else f"{option.cutover_hours:,.1f} h",
        usd(cost.one_off, cost.complete),
        usd(cost.known_total, cost.complete),
        "yes" if option.meets else "no",
        option.id,
    )


def _days(value: float | None) -> str:
    return "never" if value is None else f"{value:,.1f} days"


def options_frame(plan: Plan) -> pd.DataFrame:
    """The options of a plan as a pandas frame. See `Plan.options_frame`."""
    import pandas as pd

    frame = pd.DataFrame([_row(option) for option in plan.options])
    kinds = dict.fromkeys(_COUNTS, "Int64") | dict.fromkeys((*_TIMES, *_AMOUNTS), "float64")
    days = {name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("finish", "finish_p80")}
    return frame.astype(kinds).assign(**days)


def _row(option: OptionResult) -> dict[str, Any]:
    """An option in plain values."""
    cost = option.cost_usd
    return {
        "option": option.id,
        **{name: getattr(option, name) for name in (*_WORDS, *_COUNTS, *_TIMES)},
        "cost_one_off_usd": cost.one_off,
        "cost_monthly_usd": cost.monthly,
        "cost_running_usd": cost.running,
        "cost_horizon_usd": cost.horizon_total,
        "cost_complete": cost.complete,
        "reasons": "; ".join(reason.code for reason in option.reasons),
        "kept": ", ".join(option.fidelity.get("kept", ())),
        "lost": ", ".join(option.fidelity.get("lost", ())),
    }
