"""Tornadoes and break-evens for the terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from migplan import units
from migplan.analyses.breakeven import Breakeven, Comparison, Crossing
from migplan.analyses.breakeven.words import BASES, NO_LINE
from migplan.analyses.tornado import LINE_RATE, RATE, Tornado
from migplan.language import amounts, many, messages, say, say_many, speaking, worded
from migplan.report.escape import flat
from migplan.report.tabular import Column, Grid, screen, to_json, wrapped
from migplan.report.view import field_name
from migplan.report.words import about_usd, days, three_digits
from migplan.results.called import names_of
from migplan.results.model import finite
from migplan.results.words import option_name
from migplan.units import DAY

MOST_BARS = 12
"""Inputs of a tornado that are shown unless all are asked for."""

_RATES = messages(
    {
        RATE: "real rate against the forecast",
        LINE_RATE: "real rate of the line against the forecast",
    }
)
_FACT = "fact: "
"""Before the words of a fact in a catalogue; the same words alone may mean something else."""


def name_of(name: str) -> str:
    """What people call an input: the field, or the fact without where it is kept.

    >>> name_of("share"), name_of("targets/fsx-windows.setup_time"), name_of("assumptions/workload.overlap")
    ('share', 'setup time, FSx for Windows', 'overlap')
    """
    if name in _RATES:
        return worded(_RATES[name])
    kind, _, rest = name.partition("/")
    owner, _, key = rest.rpartition(".")
    words = worded(f"{_FACT}{key.replace('_', ' ')}").removeprefix(_FACT)
    if not rest:
        return field_name(name)
    if kind == "assumptions":
        return words
    return say("{fact}, {owner}", fact=words, owner=names_of().part(kind, owner))


def tornado_table(tornado: Tornado, width: int, everything: bool) -> str:
    """The inputs with the largest effect on the finish."""
    with speaking(tornado.lang):
        return screen(_tornado(tornado, width, everything), width)


def _tornado(tornado: Tornado, width: int, everything: bool) -> Iterator[Grid | str]:
    shown = tornado.bars if everything else tornado.bars[:MOST_BARS]
    called = {"option": tornado.name or tornado.option, "days": days(tornado.typical)}
    yield wrapped(say("{option}: done in {days} with typical values", **called), width, "", "")
    yield Grid(_BARS, shown, gap=2)
    if len(shown) < len(tornado.bars):
        yield say("and {count} more; --all shows them", count=len(tornado.bars) - len(shown))
    if tornado.still:
        forms = many(
            "{count} more input has a range and does not move the finish.",
            "{count} more inputs have a range and do not move the finish.",
        )
        yield wrapped(say_many(*forms, tornado.still), width, "", "")


def _value(given: str) -> str:
    """The value of an input at one place, with its unit as people write it.

    >>> _value("5,310 1/s"), _value("8 hours")
    ('5,310/s', '8 hours')
    """
    return amounts(given.replace(" 1/", "/"))


_BARS = (
    Column("One input alone", lambda bar: name_of(bar.name), fills=True),
    Column("At P10", lambda bar: _value(bar.low_text), numeric=True),
    Column("Typical", lambda bar: _value(bar.typical_text), numeric=True),
    Column("At P90", lambda bar: _value(bar.high_text), numeric=True),
    Column("Done in", lambda bar: days(finite(bar.low)), numeric=True),
    Column("to", lambda bar: days(finite(bar.high)), numeric=True),
    Column("Range", lambda bar: "-" if math.isinf(bar.swing) else days(bar.swing), numeric=True),
)


def tornado_json(tornado: Tornado) -> str:
    """The tornado as JSON."""
    bars = [
        {
            "input": bar.name,
            "p10": bar.low_text,
            "typical": bar.typical_text,
            "p90": bar.high_text,
            "days_at_p10": finite(bar.low),
            "days_at_p90": finite(bar.high),
            "swing_days": finite(bar.swing),
        }
        for bar in tornado.bars
    ]
    plain = {
        "schema": "migplan.tornado/1",
        "option": tornado.option,
        "typical_days": tornado.typical,
        "inputs": bars,
        "without_effect": tornado.still,
    }
    return to_json(plain)


def breakeven_table(comparison: Comparison, width: int) -> str:
    """The break-evens as text: one table of places, then what never happens and why."""
    with speaking(comparison.workload.lang):
        return screen(_breakevens(comparison, width), width)


def _breakevens(comparison: Comparison, width: int) -> Iterator[Grid | str]:
    options = (comparison.first, comparison.second)
    for letter, option in zip("AB", options, strict=True):
        yield f"{letter}  " + wrapped(option_name(option), width - 3, "", "").replace("\n", "\n   ")
        yield f"   {option.id}"
    yield from (wrapped(caution, width, "   ", "") for caution in comparison.cautions)
    yield "\n" + wrapped(_headline(comparison), width, "", "") + "\n"
    found = [(result, crossing) for result in comparison.results for crossing in result.crossings]
    if found:
        by_device = any(option.kind in ("offline", "hybrid") for option in options)
        yield Grid((*_CROSSINGS, Column("", _how_by_device if by_device else _how, fills=True)), found, gap=2)
    for told in _without_crossing(comparison):
        yield wrapped(told, width, "", "")
    yield wrapped(
        worded("Typical values; everything but the one input stays as it was given."), width, "", ""
    )


def _without_crossing(comparison: Comparison) -> Iterator[str]:
    """What never happens, what nobody can tell, and the closed forms beside what was found."""
    if any(result.never == NO_LINE for result in comparison.results):
        yield worded("Neither option uses the line of the site, so its rate changes nothing.")
    for result in comparison.results:
        if not result.crossings and result.never != NO_LINE:
            told = flat(result.never or result.unknown)
            for letter, option in zip("AB", (comparison.first, comparison.second), strict=True):
                told = told.replace(option.id, letter)
            template = "Same {place}: never; {why}." if result.never else "Same {place}: not known; {why}."
            yield say(template, place=_place(result), why=told)
        elif result.closed_form is not None:
            # Beside a "never" it would be a second answer, which knows less.
            yield _closed_form(result, result.closed_form)


def _headline(comparison: Comparison) -> str:
    """Which of the two is sooner and which costs less as things are."""
    inputs, here = comparison.workload.inputs, comparison.here
    asked = [inputs[name].text for name in ("volume", "link") if inputs[name].text]
    given = say("{volume} over {line}", volume=asked[0], line=asked[1]) if len(asked) == 2 else "".join(asked)
    lost = [math.isinf(value) for value in here["time"]]
    if any(lost):
        place = lost.index(False) if False in lost else None
        told = worded("neither can be used") if place is None else _alone(here, place)
    else:
        told = worded("; ").join(_ahead(of, *amounts) for of, amounts in here.items())
        told += "" if "cost" in here else worded("; which costs less is not known")
    return say("As asked, {given}: {verdict}.", given=flat(given), verdict=told)


def _alone(here: Mapping[str, tuple[float, float]], place: int) -> str:
    """What the only option that can be used takes and costs."""
    told = {"option": "AB"[place], "time": _amount(here["time"][place], "time")}
    if "cost" not in here:
        return say("only {option} can be used; it takes {time}", **told)
    cost = _amount(here["cost"][place], "cost")
    return say("only {option} can be used; it takes {time} and costs {cost} USD", **told, cost=cost)


def _ahead(of: str, first: float, second: float) -> str:
    """Who is ahead, with both amounts."""
    low, high = sorted((first, second))
    less, more = _amount(low, of), _with_unit(high, of)
    if abs(first - second) <= 1e-3 * min(first, second):
        template = (
            "both end at the same time, {less} against {more}"
            if of == "time"
            else "both cost the same, {less} against {more}"
        )
    else:
        template = (
            "{option} is sooner, {less} against {more}"
            if of == "time"
            else "{option} costs less, {less} against {more}"
        )
    return say(template, option="A" if first <= second else "B", less=less, more=more)


_PLACES = messages(
    {
        "time over volume": "time over volume",
        "time over link": "time over line rate",
        "cost over volume": "cost over volume",
        "cost over link": "cost over line rate",
    }
)


def _place(result: Breakeven) -> str:
    return worded(_PLACES[f"{result.of} over {result.over}"])


def _sides(found: tuple[Breakeven, Crossing]) -> str:
    below, above = ("A" if side == "first" else "B" for side in (found[1].below, found[1].above))
    sooner = found[0].of == "time"
    if above == below:
        template = "{below} is sooner below and above" if sooner else "{below} is cheaper below and above"
    else:
        template = (
            "{below} is sooner below, {above} above" if sooner else "{below} is cheaper below, {above} above"
        )
    return say(template, below=below, above=above)


def _how(found: tuple[Breakeven, Crossing]) -> str:
    crossing = found[1]
    if crossing.how == "step":
        return worded("by a step")
    if crossing.how == "limit":
        gone = "A" if math.isinf(crossing.first) else "B" if math.isinf(crossing.second) else ""
        return say("where {gone} cannot be used", gone=gone or worded("the other"))
    return ""


def _how_by_device(found: tuple[Breakeven, Crossing]) -> str:
    return worded("by a step, such as one more device") if found[1].how == "step" else _how(found)


def _amount(value: float, of: str) -> str:
    if math.isinf(value):
        return worded("never")
    return days(value / DAY) if of == "time" else about_usd(value)


def _with_unit(value: float, of: str) -> str:
    return _amount(value, of) + ("" if of == "time" or math.isinf(value) else " USD")


_CROSSINGS = (
    Column("Same", lambda found: _place(found[0])),
    Column("At", lambda found: three_digits(found[1].text), numeric=True),
    Column("A", lambda found: _with_unit(found[1].first, found[0].of), numeric=True),
    Column("B", lambda found: _with_unit(found[1].second, found[0].of), numeric=True),
    Column("Ahead", _sides, folds=True),
)


def _closed_form(result: Breakeven, closed: float) -> str:
    """The closed form beside what was found; it is none where an option is ruled out or jumps."""
    told = {"what": _place(result), "value": worded("never")}
    if not math.isinf(closed):
        told["value"] = three_digits(units.show(closed, BASES[result.over]))
    if not result.crossings or result.crossings[0].how != "equal":
        return say("In closed form, same {what}: {value}.", **told)
    part = closed / result.crossings[0].value - 1
    if not abs(part) >= 5e-4:
        return say("In closed form, same {what}: {value}, as found.", **told)
    template = (
        "In closed form, same {what}: {value}, {part} beside the first place found, since it leaves out passes, "
        "scans and cutover windows."
    )
    return say(template, **told, part=f"{part:+.1%}")


def breakeven_json(comparison: Comparison) -> str:
    """The break-evens as JSON."""
    plain = {
        "schema": "migplan.breakeven/1",
        "first": comparison.first.id,
        "second": comparison.second.id,
        "cautions": list(comparison.cautions),
        "here": {of: _here(of, amounts) for of, amounts in comparison.here.items()},
        "results": [_result(result) for result in comparison.results],
    }
    return to_json(plain)


def _here(of: str, amounts: tuple[float, float]) -> dict[str, float | None]:
    scale, unit = (DAY, "days") if of == "time" else (1.0, "usd")
    return {
        f"{name}_{unit}": finite(value / scale)
        for name, value in zip(("first", "second"), amounts, strict=True)
    }


def _result(result: Breakeven) -> dict[str, Any]:
    return {
        "over": result.over,
        "unit": BASES[result.over],
        "of": result.of,
        "crossings": [_crossing(item, result.of) for item in result.crossings],
        "closed_form": None if result.closed_form is None else finite(result.closed_form),
        "closed_form_is_never": result.closed_form is not None and math.isinf(result.closed_form),
        "never": result.never,
        "unknown": result.unknown,
    }


def _crossing(item: Crossing, of: str) -> dict[str, Any]:
    scale, unit = (DAY, "days") if of == "time" else (1.0, "usd")
    return {
        "value": item.value,
        "text": item.text,
        f"first_{unit}": finite(item.first / scale),
        f"second_{unit}": finite(item.second / scale),
        "how": item.how,
        "below": item.below,
        "above": item.above,
    }
