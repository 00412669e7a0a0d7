"""What is said of an estate wherever it is shown: the verdict, its dates, the money, and what stands in the way."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

from migplan import units
from migplan.errors import counted
from migplan.report.escape import flat
from migplan.report.words import about, about_usd, count_words, date_words, known, percent
from migplan.results.estate import Conflict, EstatePlan, ShareResult, WaveResult
from migplan.text import listed

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = len("2026-11-29")
_FEW = 4
"""Sites that one sentence can name."""

TITLE = "Migration plan of an estate"
"""Heading where none is asked for."""


def moment(told: str | None) -> dt.datetime | None:
    """A time of a record; None where it has none.

    >>> moment("2027-01-16T18:00+09:00").hour, moment(None), moment("soon")
    (18, None, None)
    """
    try:
        return dt.datetime.fromisoformat(told or "")
    except ValueError:
        return None


def dated(told: str | None, beside: str, nothing: str = "-") -> str:
    """The day of a time where the site is, as people write it beside another one, whose year it then has.

    >>> dated("2027-01-16T18:00+09:00", "2027-02-06T18:00+09:00"), dated("2026-12-07", "2027-02-06"), dated(None, "")
    ('16 Jan', '7 Dec 2026', '-')
    """
    found, other = moment(told), moment(beside)
    return nothing if found is None or other is None else date_words(found.date(), other.date())


def day(plan: EstatePlan, told: str | None, nothing: str = "-") -> str:
    """The same beside the day of the plan."""
    return dated(told, plan.today, nothing)


def due(told: str | None, beside: str) -> str:
    """The last day that a deadline leaves: that of a midnight is the one before it.

    >>> due("2027-02-01T00:00+01:00", "2027-01-16"), due("2027-02-01T18:00", "2026-11-29")
    ('31 Jan', '1 Feb 2027')
    """
    found = moment(told)
    if found is not None and clock(told) == "00:00":
        return dated((found - dt.timedelta(days=1)).date().isoformat(), beside)
    return dated(told, beside)


def weekday(plan: EstatePlan, told: str | None) -> str:
    """The same behind the day of the week."""
    found = moment(told)
    return "-" if found is None else f"{_DAYS[found.weekday()]} {day(plan, told)}"


def clock(told: str | None) -> str:
    """The time of the day; empty of a mere date.

    >>> clock("2027-01-16T18:00+09:00"), clock("2027-01-16"), clock(None)
    ('18:00', '', '')
    """
    found = moment(told)
    return "" if found is None or len(told or "") <= _DATE else f"{found:%H:%M}"


def in_week(told: str | None) -> str:
    """The day of the week and the time on it, where the date is known already.

    >>> in_week("2027-01-16T18:00+09:00"), in_week(None)
    ('Sat 18:00', '-')
    """
    found = moment(told)
    return "-" if found is None else f"{_DAYS[found.weekday()]} {clock(told)}".rstrip()


def timed(plan: EstatePlan, told: str | None) -> str:
    """A day and the time on it, where there is one."""
    return f"{day(plan, told)} {clock(told)}".rstrip()


def window(plan: EstatePlan, wave: WaveResult) -> str:
    """From when to when users of a wave may be kept out."""
    begin = f"{weekday(plan, wave.start)} {clock(wave.start)}".rstrip()
    ends = moment(wave.end)
    if ends is None or not clock(wave.end):
        return begin
    same = wave.start[:_DATE] == wave.end[:_DATE]
    return f"{begin} to {'' if same else f'{_DAYS[ends.weekday()]} '}{clock(wave.end)}"


def zone(wave: WaveResult) -> str:
    """Whose time the window of a wave is told in."""
    begin = moment(wave.start)
    offset = None if begin is None else begin.strftime("%z")
    return f"time of {wave.site}" + (f", UTC{offset[:3]}:{offset[3:5]}" if offset else "")


def volume(value: float) -> str:
    """Bytes in the unit in which they are said."""
    return "-" if known(value) is None else units.show(float(f"{value:.3g}"), "B")


def files(value: float) -> str:
    """How many files there are, where that is known."""
    return "" if not known(value) else f"{count_words(value)} files"


def fill(part: float | None) -> str:
    """How full something is; what is billed as it is stored is never full."""
    return "as stored" if part is None else percent(part)


def scope(plan: EstatePlan) -> str:
    """What is moved, in a line."""
    names = list(dict.fromkeys(share.site for share in plan.shares))
    named = f" ({', '.join(names)})" if 0 < len(names) <= _FEW else ""
    sites = counted(len(names), "site") + named
    total = [volume(sum(share.volume_bytes for share in plan.shares))]
    total += filter(None, [files(sum(share.files for share in plan.shares))])
    systems = sum(system.count for system in plan.file_systems)
    things = ((len(plan.waves), "wave"), (systems, "file system"))
    into = " and ".join(counted(count, what) for count, what in things if count)
    lead = f"{counted(len(plan.shares), 'share')} at {sites}, {' in '.join(total)}"
    return flat(f"{lead}{f': {into}' if into else ''}")


def in_time(plan: EstatePlan) -> list[WaveResult]:
    """The waves, the first one first."""
    return sorted(plan.waves, key=lambda wave: wave.start)


def meets(plan: EstatePlan) -> bool:
    """Whether all shares are placed and meet what was asked of them, and nothing else is missed."""
    return bool(plan.shares) and all(share.meets for share in plan.shares) and not plan.conflicts


def placed(plan: EstatePlan) -> list[ShareResult]:
    """The shares that the plan moves."""
    return [share for share in plan.shares if share.option is not None]


def left_over(plan: EstatePlan) -> list[ShareResult]:
    """The shares that cannot be placed."""
    return [share for share in plan.shares if share.option is None]


def missing(plan: EstatePlan) -> list[ShareResult]:
    """The shares that are moved and miss something that was asked of them."""
    return [share for share in placed(plan) if not share.meets]


def unexplained(plan: EstatePlan) -> list[ShareResult]:
    """Those of them that no conflict names."""
    named = {name for conflict in plan.conflicts for name in conflict.shares}
    return [share for share in missing(plan) if share.name not in named]


def verdict(plan: EstatePlan) -> str:
    """Whether the shares meet what was asked of them."""
    count, unplaced, late = len(plan.shares), len(left_over(plan)), len(missing(plan))
    if meets(plan):
        return (
            f"All {counted(count, 'share')} meet what was asked." if count > 1 else "It meets what was asked."
        )
    if unplaced == count:
        return "Nothing can be planned: no share can be placed."
    if not unplaced and not late:
        return "All shares have their place, but not all that was asked for can be kept."
    told = [f"{count - unplaced - late:,} of {counted(count, 'share')} meet what was asked"]
    told += [f"{late:,} {'misses' if late == 1 else 'miss'} it"] if late else []
    told += [f"{unplaced:,} cannot be placed"] if unplaced else []
    return f"{listed(told)}."


def ends(plan: EstatePlan) -> str:
    """When the last share is likely and surely over; empty where none ever is."""
    likely, sure = day(plan, plan.finish_p50, ""), day(plan, plan.finish_p80, "")
    if not placed(plan):
        return ""
    if not likely:
        return f"The last is done {sure}." if sure else "When the last is done is not known."
    if not sure:
        return f"The last is likely done {likely}; in 2 of 10 cases it never is."
    return f"The last is likely done {likely}; 80 % sure by {'the same day' if sure == likely else sure}."


def nearness(plan: EstatePlan) -> str:
    """How far the sum may be above that of the cheapest plan, in words.

    The part is rounded up, since the plan is promised to be no farther.
    """
    if plan.gap is None or known(plan.gap) is None:
        return ""
    cheapest = "the cheapest plan that these options allow"
    if plan.status == "optimal" or plan.gap < 1e-6:
        return cheapest
    return f"within {about(math.ceil(round(plan.gap * 1000, 6)) / 10, 2)} % of {cheapest}"


def money(plan: EstatePlan) -> str:
    """What all of it costs over the horizon, and how near that is to the least."""
    if not placed(plan):
        return ""
    cost = plan.cost_usd
    months = counted(plan.horizon_months, "month", "g")
    bound = "" if cost.complete else ", with unknown prices at an upper bound"
    near = nearness(plan)
    told = f"About {about_usd(cost.total)} USD over {months}{bound}{f': {near}' if near else ''}."
    return " ".join(filter(None, (told, _in_budget(plan))))


def _in_budget(plan: EstatePlan) -> str:
    """How much of the budget is left; empty where there is none, and of one that is exceeded, which is a conflict."""
    if plan.budget_usd is None or plan.cash_usd is None or plan.cash_usd > plan.budget_usd:
        return ""
    return f"Of it {plan.cash_usd:,.0f} USD are cash, within the budget of {plan.budget_usd:,.0f} USD."


def parts(plan: EstatePlan) -> str:
    """What the sum consists of."""
    if not placed(plan):
        return ""
    cost = plan.cost_usd
    once, monthly = (about_usd(value, cost.complete) for value in (cost.one_off, cost.monthly))
    counted_in = [
        f"{about_usd(value)} USD {what}"
        for value, what in ((cost.staff, "of people's work"), (cost.delay, "of delay"))
        if value
    ]
    are = "is" if len(counted_in) == 1 else "are"
    beside = f"; {listed(counted_in)} {are} counted in and not invoiced" if counted_in else ""
    return f"{once} USD once and {monthly} USD a month for targets and what users need beside them{beside}."


def in_order(plan: EstatePlan) -> str:
    """What the plan is held against: each share for itself."""
    if plan.greedy_usd is None or len(plan.shares) < 2:
        return ""
    done = day(plan, plan.greedy_finish, "")
    told = f"{about_usd(plan.greedy_usd)} USD{f', done {done}' if done else ''}"
    return f"One share after the other, each with what is best for it alone: {told}."


def stands_in_the_way(conflict: Conflict) -> str:
    """What cannot be kept, as a sentence; it may begin with the name of a share, which stays as it is."""
    return f"{flat(conflict.text).rstrip('.')}."


def freed_by(conflict: Conflict) -> str:
    """What would free it."""
    if not conflict.frees:
        return "Nothing that was looked at would free it."
    lead = "Any one of these would free it" if len(conflict.frees) > 1 else "This would free it"
    return f"{lead}: {'; '.join(map(flat, conflict.frees))}."


def why(share: ShareResult) -> str:
    """Why a share cannot be placed, or what it misses."""
    return flat(
        f"{share.name} ({share.site}, {volume(share.volume_bytes)}): {'; '.join(share.reasons) or 'no reason is given'}"
    )


def assumed(plan: EstatePlan) -> Iterator[tuple[str, str]]:
    """Of how many shares something was assumed, where that is known, and what."""
    counts: dict[Any, list[str]] = {}
    for entry in plan.assumptions:
        counts.setdefault(entry.get("count"), []).append(flat(str(entry.get("text", ""))))
    for count, texts in counts.items():
        whole = count == len(plan.shares)
        of = f"of {'all shares' if whole else counted(count, 'share')}" if isinstance(count, int) else ""
        yield of, ", ".join(texts)
