"""What changed between two plans, for the terminal, as Markdown fit for a comment on a pull request, and as JSON."""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from migplan import units
from migplan.analyses.diff import COST, TIME, Change, FactChange, Figures, PlanDiff, RankChange
from migplan.language import amounts, many, message, messages, say, say_many, speaking, worded
from migplan.report.escape import Markup, flat, text
from migplan.report.tabular import Column, Grid, screen, table, to_json, wrapped
from migplan.report.view import field_name, kind_of
from migplan.report.words import break_id, days, hours
from migplan.results.called import names_of
from migplan.text import usd

MOST_ROWS, _MOST_OPTIONS = 12, 6
"""Rows of inputs, facts and ranks, and of options, that are shown unless everything is asked for."""

_TOLD = 0.1
"""The least change that is worth a figure. [%]"""

_WORTH_A_ROW = 1.0
"""The least change of a time or of a total that is worth a row, unless everything is asked for. [%]"""

_BY_HOW_MUCH = re.compile(r"(?<=\w) (?=[+-][\d.e+]+ %$)")

_NARROW = 16
"""Signs below which an id is not broken further."""

_NAMES = messages(
    {
        "duration_days": "Typical",
        "p80_days": "80 % sure",
        "cutover_hours": "Typical cutover",
        "one_off": "One-off USD",
        "monthly": "USD/month",
        "running": "Beside it USD/month",
        "horizon_total": "Total USD",
    }
)
_SHOWN: dict[str, Callable[[float | None], str]] = {
    "duration_days": days,
    # A plan without draws has no percentiles; that is not "never".
    "p80_days": lambda value: "-" if value is None else days(value),
    "cutover_hours": hours,
    "one_off": usd,
    "monthly": usd,
    "running": usd,
    "horizon_total": usd,
}
_ADVICE = messages(
    {
        "option": "Recommended",
        "target": "Target",
        "meets": "Meets all",
        "misses_by_days": "Misses by",
    }
)
_RANKED = messages(
    {
        "new": "new",
        "gone": "gone",
        "up": "up",
        "down": "down",
        "usable now": "usable now",
        "no longer usable": "no longer usable",
        "other reasons": "other reasons",
    }
)
_KEYS = messages(
    {
        "value": "value",
        "low": "low",
        "high": "high",
        "unit": "unit",
        "status": "status",
        "as_of": "date",
        "source": "source",
        "new": "new",
        "gone": "gone",
    }
)


class Section(NamedTuple):
    """A heading with a table; `left_out` rows are not shown, beside those of options that cannot be used."""

    title: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    left_out: int


def sections(diff: PlanDiff, everything: bool) -> list[Section]:
    """The parts of the answer that have something to say."""
    ranking, time, cost = (
        [row for row in rows if everything or row.id not in diff.unusable] for rows in _of_options(diff)
    )
    before, now, what = (worded(word) for word in messages(("Before", "Now", "What")))
    parts = (
        (message("Recommendation"), ("", before, now, message("Change")), _answer(diff), MOST_ROWS),
        (message("Inputs"), (message("Input"), before, now), [*map(_change, diff.inputs)], MOST_ROWS),
        (message("Facts"), (message("Fact"), before, now, what), [*map(_fact, diff.facts)], MOST_ROWS),
        (
            message("Ranking"),
            (message("Option"), before, now, what),
            [_moved(diff, m) for m in ranking],
            MOST_ROWS,
        ),
        (message("Time"), *_figures(diff, time, TIME), _MOST_OPTIONS),
        (message("Cost"), *_figures(diff, cost, COST), _MOST_OPTIONS),
    )
    small = {} if everything else {"Time": _small(diff, time, TIME), "Cost": _small(diff, cost, COST[-1:])}
    found = []
    for title, header, rows, most in parts:
        worth = [row for place, row in enumerate(rows) if place not in small.get(title, ())]
        shown = rows if everything else worth[:most]
        if shown:
            found.append(Section(worded(title), tuple(map(worded, header)), shown, len(rows) - len(shown)))
    return found


def _small(diff: PlanDiff, found: Sequence[Figures], keys: Sequence[str]) -> set[int]:
    """Positions of the options of which none of some figures changed by an amount that is worth a row."""

    def changed(item: Figures, key: str) -> bool:
        old, new = item.values.get(key) or (0.0, 0.0)
        if old is None or new is None or item.complete[0] != item.complete[1]:
            return True
        return old != new and abs(new - old) * 100 >= _WORTH_A_ROW * abs(old)

    return {place for place, item in enumerate(found) if not any(changed(item, key) for key in keys)}


def _of_options(diff: PlanDiff) -> tuple[Sequence[Any], ...]:
    return diff.ranking, diff.time, diff.cost


def _without(diff: PlanDiff, everything: bool) -> list[str]:
    """How many options that cannot be used have changes, which are left out unless all is asked for."""
    names = {row.id for rows in _of_options(diff) for row in rows} & {*diff.unusable}
    if everything or not names:
        return []
    forms = many(
        "Left out: changes of {count} option that cannot be used; --all shows them",
        "Left out: changes of {count} options that cannot be used; --all shows them",
    )
    return [say_many(*forms, len(names))]


def headline(diff: PlanDiff) -> str:
    """The answer in one sentence."""
    old, new = diff.recommended
    if diff.empty:
        return worded("Nothing changed.")
    before, now = (_called(diff, name) if name else worded("nothing") for name in (old, new))
    if old == new:
        return say("Recommended as before: {now}.", now=now)
    return say("Recommended now: {now}. Before: {before}.", now=now, before=before)


def _called(diff: PlanDiff, option: str) -> str:
    """What people call an option; its id where the plans do not say."""
    return diff.called.get(option) or names_of().target(option)


def diff_table(diff: PlanDiff, width: int, everything: bool) -> str:
    """The differences as text for the terminal."""
    with speaking(diff.lang):
        plans, head = " -> ".join(map(flat, _plans(diff))), flat(headline(diff))
        parts: list[Grid | str] = [wrapped(line, width, "", "") for line in (plans, head)]
        for part in sections(diff, everything):
            parts.append(_grid(part, width))
            if part.left_out:
                parts.append(say("and {count} more; --all shows them", count=part.left_out))
        left_out = _without(diff, everything)
        return screen([*parts, *("\n" + wrapped(told, width, "", "") for told in left_out)], width)


def _grid(part: Section, width: int) -> Grid:
    """The table of a section, its ids broken where the other columns leave no room for them."""
    rows = [tuple(_BY_HOW_MUCH.sub("\n", flat(cell)) for cell in row) for row in part.rows]
    rest = zip(*(row[1:] for row in (part.header, *rows)), strict=True)
    others = sum(max(len(line) for cell in column for line in cell.split("\n")) + 2 for column in rest)
    room = max(width - others, _NARROW)
    columns = [
        Column(title, operator.itemgetter(place), folds=True) for place, title in enumerate(part.header)
    ]
    return Grid(columns, [(break_id(name, room), *cells) for name, *cells in rows], title=f"\n{part.title}")


def diff_markdown(diff: PlanDiff, everything: bool) -> str:
    """The differences as Markdown."""
    with speaking(diff.lang):
        return _markdown(diff, everything)


def _markdown(diff: PlanDiff, everything: bool) -> str:
    old, new = map(inert, _plans(diff))
    plans = say("Before: {before}; now: {now}.", before=old, now=new)
    blocks = [worded("### What changed in the plan"), inert(headline(diff)), plans]
    for part in sections(diff, everything):
        columns = [Column(title, operator.itemgetter(place)) for place, title in enumerate(part.header)]
        rows = [tuple(map(inert, row)) for row in part.rows]
        blocks += [f"#### {part.title}", table(columns, rows)]
        if part.left_out:
            blocks += [say("and {count} more; `migplan diff --all` lists them.", count=part.left_out)]
    return "\n\n".join([*blocks, *(f"{told}." for told in _without(diff, everything))]) + "\n"


def inert(value: str) -> Markup:
    r"""Text as Markdown that does nothing, names of people of a code host not excepted.

    >>> print(inert("a|b @you").encode("ascii", "backslashreplace").decode())
    a\|b @\u2060you
    """
    return Markup(text(value).replace("@", "@\u2060"))


def _plans(diff: PlanDiff) -> list[str]:
    return [f"{name} ({day})" for name, day in zip(diff.names, diff.today, strict=True)]


def diff_json(diff: PlanDiff) -> str:
    """The differences as JSON."""
    return to_json({"schema": "migplan.diff/1", **dataclasses.asdict(diff)})


def _answer(diff: PlanDiff) -> list[tuple[str, ...]]:
    """What was and is recommended, with its figures where any differs."""
    rows: list[tuple[str, ...]] = [
        (
            worded(_ADVICE[change.name]),
            *(_told(diff, change.name, value) for value in (change.old, change.new)),
            "",
        )
        for change in diff.recommendation
    ]
    for name, (old, new) in diff.answer.values.items():
        if old != new or (name in COST and diff.answer.complete[0] != diff.answer.complete[1]):
            rows.append((worded(_NAMES[name]), *_shown(name, (old, new), diff.answer.complete)))
    return rows


def _shown(
    name: str, pair: tuple[float | None, float | None], complete: tuple[bool, bool]
) -> tuple[str, str, str]:
    """Two numbers and by how much they differ; of the known part of a sum nobody can say that."""
    show, (old, new) = _SHOWN[name], pair
    if name not in COST:
        return show(old), show(new), _relative(old, new)
    least = ["" if known or value is None else ">= " for value, known in zip(pair, complete, strict=True)]
    return least[0] + show(old), least[1] + show(new), _relative(old, new) if all(complete) else ""


def _told(diff: PlanDiff, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return worded("yes" if value else "no")
    if name == "misses_by_days":
        return days(value) if value else worded("nothing")
    return worded("none") if value is None else _called(diff, str(value))


def _change(change: Change) -> tuple[str, ...]:
    values = (worded("not there") if value is None else amounts(value) for value in (change.old, change.new))
    return field_name(change.name), *values


def _fact(change: FactChange) -> tuple[str, ...]:
    ranged = {"low", "high"} & set(change.what)

    def told(fact: Any) -> str:
        if fact is None:
            return worded("not there")
        shown = units.amount(fact["value"], fact["unit"])
        low, high = fact.get("low"), fact.get("high")
        wide = ranged and None not in (low, high) and low != high
        return (
            say("{value} ({low} to {high})", value=shown, low=f"{low:g}", high=f"{high:g}") if wide else shown
        )

    old, new = change.old, change.new
    relative = _relative(old["value"], new["value"]) if old and new and old["unit"] == new["unit"] else ""
    # A range moves with its value; it is a change of its own only where the value stayed.
    changed = [key for key in change.what if "value" not in change.what or key not in ("low", "high")]
    what = [worded(_KEYS.get(key, key)) for key in changed]
    return change.id, told(old), told(new), " ".join(filter(None, (", ".join(what), relative)))


def _moved(diff: PlanDiff, moved: RankChange) -> tuple[str, ...]:
    def place(rank: int | None) -> str:
        return "-" if rank is None else str(rank)

    why = worded(_RANKED[moved.why])
    if moved.reasons:
        why = f"{why}: {', '.join(map(kind_of, moved.reasons))}"
    return _called(diff, moved.id), place(moved.old_rank), place(moved.new_rank), why


def _figures(
    diff: PlanDiff, found: Sequence[Figures], keys: Sequence[str]
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows = [
        (_called(diff, item.id), *(_pair(key, item.values.get(key), item.complete) for key in keys))
        for item in found
    ]
    return (message("Option"), *(_NAMES[key] for key in keys)), rows


def _pair(key: str, pair: tuple[float | None, float | None] | None, complete: tuple[bool, bool]) -> str:
    if pair is None:
        return worded("as before")
    old, new, change = _shown(key, pair, complete)
    return f"{old} -> {new} {change}".rstrip()


def _relative(old: float | None, new: float | None) -> str:
    """By how much a number rose or fell, where that says something.

    >>> _relative(20.0, 25.0), _relative(1.0, 0.98765), _relative(1e6, 1e6 + 1), _relative(0.0, 3.0)
    ('+25 %', '-1.2 %', '', '')
    """
    if old is None or new is None or old == 0:
        return ""
    part = (new - old) / abs(old) * 100
    if abs(part) < _TOLD:
        return ""
    return f"{part:+.0f} %" if abs(part) >= 9.95 else f"{part:+.2g} %"
