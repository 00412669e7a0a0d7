"""What is told of clouds that are compared beside their table: on which terms, and what each loses and lacks."""

from __future__ import annotations

from collections.abc import Iterator

from migplan.language import message, say, worded
from migplan.report.advice import attributes_at, without
from migplan.report.view import View, attribute_name
from migplan.report.words import about_usd
from migplan.results.model import CloudResult
from migplan.text import listed

HEADING = message("Clouds side by side")

_GIVES = {"throughput": "", "iops": " IOPS"}
"""What users need of every target -> its unit, where the text has none."""


def like_with_like(view: View) -> str:
    """On what terms clouds are compared."""
    gives = [f"{view.input(name).text}{unit}" for name, unit in _GIVES.items() if view.input(name).text]
    enough = say(" that gives {what}", what=listed(gives)) if gives else ""
    template = (
        "Each {availability}, in the configuration with the least rent{enough}; with the same part of the data cold, "
        "and with what users need beside it."
    )
    return say(template, availability=worded(view.input("availability").text), enough=enough)


def terms_of_each(view: View) -> Iterator[str]:
    """What each cloud loses and which prices its total lacks, a sentence each."""
    for row in view.plan.clouds:
        yield say("{name}: {what}.", name=row.name, what=f"{_loses(view, row)}{_lacks(row)}")


def _loses(view: View, row: CloudResult) -> str:
    option = row.option
    if option is None:
        return worded("has no target that anything leads to")
    if not option.usable:
        return "; ".join(reason.text for reason in option.reasons[:1]) or worded("cannot be used")
    wanted, protocol = view.words("keep"), view.value("protocol")
    lost, part = (attributes_at(option, level, wanted, protocol) for level in ("lost", "partial"))
    phrases = [say("loses {what}", what=listed([attribute_name(name) for name in lost]))] if lost else []
    phrases += (
        [say("keeps {what} in part", what=listed([attribute_name(name) for name in part]))] if part else []
    )
    return "; ".join(phrases) or worded("loses nothing that files carry")


def _lacks(row: CloudResult) -> str:
    """Which prices are not known, and what they come to at the most, since that is what decides."""
    if row.option is None or not row.option.usable or row.option.cost_usd.complete:
        return ""
    most = row.option.cost_usd.upper_bound
    template = "; at the most {amount} USD by the prices of other Regions"
    bound = "" if most is None else say(template, amount=about_usd(most))
    return f"{without(row.option)}{bound}"
