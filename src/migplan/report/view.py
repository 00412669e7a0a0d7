"""What the sections of a report share: the plan, the options that it shows, its appendices, reasons and sources."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from migplan import units
from migplan.facts.keys import ATTRIBUTES
from migplan.inputs.places import translated_note
from migplan.language import ENGLISH, amounts, current, messages, worded
from migplan.language import say as say_plainly
from migplan.report.escape import Markup, link, text, url
from migplan.report.words import Start, beside, day_after, known, moment_after
from migplan.results.display import best_of_families
from migplan.results.model import InputResult, LedgerLine, OptionResult, Plan, Reason
from migplan.units import DAY

if TYPE_CHECKING:
    from migplan.analyses.sweep import Sweep

NAME_LENGTH = 120
"""Longest name of the user's own that a report repeats in full."""

MOST_COMPARED = 6
"""Options that the comparison, matrices and charts with a line each can hold."""

_NO_INPUT = InputResult(None, "", "", "absent", "")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart beside a report.

    Attributes
    ----------
    file : str
        Address of the SVG file as the Markdown gives it.
    alt : str
        What it shows, for those who cannot see it.
    svg : str
    """

    file: str
    alt: str
    svg: str

    @property
    def markdown(self) -> Markup:
        """The picture in Markdown."""
        return Markup(f"![{text(self.alt)}]({self.file})")


class Sources:
    """Web addresses by number, in the order in which they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, source: str) -> Markup:
        """A source in a table or sentence: a numbered link, or the words where it is none."""
        if not url(source):
            return text(source or worded("none"))
        number = self._numbers.setdefault(source, len(self._numbers) + 1)
        return link(f"S{number}", source)

    def listed(self) -> list[Markup]:
        """All sources that were cited."""
        return [Markup(f"S{number}: <{url(source)}>") for source, number in self._numbers.items()]


@dataclass(frozen=True, slots=True)
class View:
    """A plan as a report looks at it.

    Attributes
    ----------
    plan : Plan
    title : str
    everything : bool
        Whether all options and facts are shown.
    shown : tuple of OptionResult
        The options that are compared, the recommended one first; a report calls them by their number from 1.
    pictures : mapping
        Name of a chart -> the chart; empty where a report stands without.
    sweep : Sweep or None
        The answer for other line rates.
    full : bool
        Whether the appendices are complete; else they hold what the recommended option rests on.
    sources : Sources
    """

    plan: Plan
    title: str
    everything: bool
    shown: tuple[OptionResult, ...]
    pictures: Mapping[str, Picture]
    sweep: Sweep | None = None
    full: bool = False
    sources: Sources = field(default_factory=Sources)

    @property
    def chosen(self) -> OptionResult | None:
        """The recommended option."""
        return self.plan.chosen

    @property
    def compared(self) -> tuple[OptionResult, ...]:
        """The first few options that can be used."""
        return tuple(option for option in self.shown if option.usable)[:MOST_COMPARED]

    @property
    def start(self) -> Start | None:
        """The midnight from which days are counted."""
        day = self.value("start")
        return Start(day, str(self.value("timezone") or "")) if isinstance(day, dt.date) else None

    @property
    def changes(self) -> bool:
        """Whether the data changes while it is moved, as far as the plan says."""
        return self.number("change") != 0.0

    @property
    def deadline_days(self) -> float | None:
        """The deadline in days from the start."""
        seconds = self.number("deadline")
        return None if seconds is None else seconds / DAY

    def input(self, name: str) -> InputResult:
        """An input field, absent where the plan does not know it."""
        return self.plan.workload.get(name, _NO_INPUT)

    def value(self, name: str) -> Any:
        """The value of an input in base units."""
        return self.input(name).value

    def number(self, name: str) -> float | None:
        """The value of an input that is a number."""
        value = self.value(name)
        return known(value) if isinstance(value, (int, float)) else None

    def words(self, name: str) -> tuple[str, ...]:
        """The members of an input that is a list."""
        value = self.value(name)
        return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()

    def text(self, name: str) -> Markup:
        """An input as it was given, escaped."""
        return text(self.input(name).text, NAME_LENGTH)

    def chart(self, name: str) -> list[Markup]:
        """The paragraph of a chart, if the report has it."""
        return [self.pictures[name].markdown] if name in self.pictures else []

    def where(self, key: str) -> Markup:
        """Where an appendix is to be found: in this report, or in the full one."""
        return appendix(key) if self.full or key not in _FULL_ONLY else FULL


def view_of(
    plan: Plan,
    everything: bool = False,
    title: str = "",
    pictures: Mapping[str, Picture] | None = None,
    sweep: Sweep | None = None,
    full: bool = False,
) -> View:
    """Look at a plan: by default at the best option of each family; with every option it is full."""
    shown = plan.options if everything else tuple(best_of_families(plan))
    name = plan.workload.get("name", _NO_INPUT).text
    heading_ = title or say_plainly("Migration plan: {name}", name=name or worded("plan"))
    return View(plan, heading_, everything, shown, pictures or {}, sweep, full or everything)


def language_of(plan: Plan) -> str:
    """The language in which a plan tells what it has to say."""
    return str(plan.workload.get("lang", _NO_INPUT).value or ENGLISH)


def say(template: str, **values: object) -> Markup:
    r"""A sentence of ours with values of others in it.

    >>> print(say("**{name}** is done", name="a*b"))
    **a\*b** is done
    """
    return Markup(worded(template).format_map({key: text(value) for key, value in values.items()}))


def field_name(name: str) -> str:
    """What people call an input; the same word alone may be a unit or what bounds a copy."""
    return worded(f"{_INPUT}{name.replace('_', ' ')}").removeprefix(_INPUT)


_INPUT = "input: "


def value_text(value: str) -> str:
    """The value of an input as people read it.

    >>> value_text("up to 8, chosen for each option"), value_text("12 months")
    ('up to 8, chosen for each option', '12 months')
    >>> value_text("1 or 10 at once")
    '1 or 10 at once'
    """
    for pattern, template in _COUNTS.items():
        count = re.fullmatch(pattern, value)
        if count is not None:
            return say_plainly(template, count=worded(" or ").join(count[1].split(" or ")))
    return worded(amounts(value))


_COUNTS = messages(
    {
        r"up to (\d+), chosen for each option": "up to {count}, chosen for each option",
        r"(\d+(?: or \d+)*) at once": "{count} at once",
    }
)
"""How the values of some inputs are made -> what is told of them."""


def reason_text(why: str) -> str:
    """Why an input is what it is; what comes from a use names it.

    >>> reason_text("by use: general file share"), reason_text("'JST' is read as Asia/Tokyo")
    ('by use: general file share', "'JST' is read as Asia/Tokyo")
    """
    use = re.fullmatch(r"by use: (.*?)(; .*)?", why)
    if use is None:
        return translated_note(why)
    return say_plainly("by use: {use}{more}", use=worded(use[1]), more=worded(use[2] or ""))


def paragraphs(*parts: str) -> str:
    """Parts of a section, the empty ones left out."""
    return "\n\n".join(part for part in parts if part)


def unit_words(unit: str, quantity: float | None) -> str:
    """A unit as people say it of a quantity: words have a plural, signs have none.

    >>> unit_words("hour", 142.8), unit_words("operation per second", 1.0), unit_words("GB", 2.0)
    ('hours', 'operation per second', 'GB')
    """
    if current() != ENGLISH:
        return amounts(worded(unit))
    return units.unit_of(unit, f"{quantity}" if quantity is None else f"{quantity:g}").strip() or unit


def name_of(plan: Plan, option: str) -> str:
    """What people call an option, by its id; the id where a plan does not say."""
    return next((each.name for each in plan.options if each.id == option and each.name), option)


def short_of(plan: Plan, option: str) -> str:
    """The same for cells of a table."""
    return next((each.short_name for each in plan.options if each.id == option and each.short_name), option)


def named(plan: Plan, sentence: str) -> str:
    """A sentence with the names of options in place of their ids."""
    names = {option.id: option.short_name for option in plan.options if option.short_name}
    if not names:
        return sentence
    ids = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<![\w/+-])(?:{ids})(?![\w/+-])", lambda found: names[found[0]], sentence)


def attribute_name(attribute: str) -> str:
    """What people call an attribute of a file."""
    return worded(ATTRIBUTES.get(attribute, attribute))


def to_confirm(option: OptionResult) -> list[LedgerLine]:
    """Lines of the ledger whose price nobody confirmed, nobody knows, or somebody read long ago."""
    return [line for line in option.cost_usd.lines if line.old or line.status in ("unconfirmed", "unknown")]


def last_day(view: View) -> str:
    """The last day that counts: a deadline of n days ends with the midnight after it."""
    whole = view.deadline_days
    return "" if whole is None else day_after(view.start, whole - 1e-6)


def beside_deadline(view: View, end: float) -> str:
    """How far the date of an end is from the deadline's, as both are printed: "six days before" it."""
    whole = view.deadline_days or 0.0
    done, last = moment_after(view.start, end), moment_after(view.start, whole - 1e-6)
    return beside(whole - end if done is None or last is None else (last.date() - done.date()).days)


_KINDS = messages(
    {
        "closed-to-new": "Closed to new customers",
        "support-ended": "No longer offered",
        "not-yet-available": "Not offered yet",
        "not-in-region": "Not offered in this Region",
        "needs-plan": "Needs a support plan that is not there",
        "needs-trait": "Needs something at the site that was not given",
        "not-fit": "Its targets do not fit",
        "not-encrypted": "Does not encrypt, and encryption is required",
        "does-not-converge": "Changes outrun it",
        "file-too-large": "A file is too large for it",
        "too-small": "The workload is too small for it",
        "misses-return-date": "Could not be returned in time",
        "misses-last-order": "Could not be ordered any more for a later wave",
        "no-line": "Needs a line",
        "no-upgrade": "No faster than the circuit that is there",
        "port-too-large": "Far larger than the copy fills",
        "not-confirmed": "Not confirmed that it can",
    }
)


def run_as(plan: Plan, option: OptionResult) -> tuple[str, str]:
    """How an option is run, and in which configuration of its target it ends, in words."""
    names = {(target.id, own.id): own.name for target in plan.targets for own in target.configurations}
    return option.run_with, names.get((option.target, option.configuration or ""), "")


def ruled_out(plan: Plan) -> dict[str, Reason]:
    """Each mover or device that cannot be used at all, with the first reason where it is the nearest to be used.

    Where all that is wrong is what it loses, that is what to tell, and not that it cannot go to other targets.
    """
    usable = {name for option in plan.options if option.usable for name in (option.device, option.mover)}
    first: dict[str, OptionResult] = {}
    for option in plan.options:
        name = option.device or option.mover or option.id
        if name not in usable and option.reasons:
            before = first.setdefault(name, option)
            first[name] = option if _only_loses(option) and not _only_loses(before) else before
    return {name: option.reasons[0] for name, option in first.items()}


def _only_loses(option: OptionResult) -> bool:
    return all(reason.code.startswith("drops-") for reason in option.reasons)


def ruled_out_by_kind(plan: Plan) -> dict[str, list[str]]:
    """What people call the movers and devices that cannot be used at all, by kind of reason."""
    called = {
        getattr(option, part): name
        for option in plan.options
        for part, name in option.parts.items()
        if part != "target"
    }
    kinds: dict[str, list[str]] = {}
    for name, reason in ruled_out(plan).items():
        kinds.setdefault(kind_of(reason.code), []).append(called.get(name, name))
    return kinds


def kind_of(code: str) -> str:
    """What a reason code means, in a few words.

    >>> kind_of("drops-owner"), kind_of("closed-to-new")
    ('Loses file owners, which must be kept', 'Closed to new customers')
    """
    if code.startswith("drops-"):
        lost = attribute_name(code.removeprefix("drops-"))
        return say_plainly("Loses {attribute}, which must be kept", attribute=lost)
    return worded(_KINDS.get(code, code.replace("-", " ").capitalize()))


PAGES = messages(("Recommendation", "Options like for like", "Risks and levers", "Preparation and cutover"))
"""Headings of the pages to decide on; each but the first begins a page of its own in print."""

ESTATE_PAGES = ("What happens when", "Money, orders and what is open")
"""The same of an estate."""

FOR_WAVE, AFTER_WAVES = "Appendix for wave ", "Appendix: what the plan rests on"
"""How the headings of its appendices begin, each of which begins a page."""

_TITLES = messages(
    {
        "inputs": "Inputs",
        "cutover": "Runbook of the cutover",
        "ledger": "Cost ledger",
        "checks": "Network and design checks",
        "facts": "Facts used",
        "options": "All options, and what is ruled out",
        "targets": "Targets compared",
        "fidelity": "What survives",
        "method": "Method in ten lines",
    }
)

_FULL_ONLY = frozenset(("options", "targets", "fidelity", "method"))

FULL = Markup("`migplan report --full`")
"""How a sentence points to what the short report leaves out."""


def first() -> str:
    """How the heading of the first appendix begins."""
    return say("## Appendix {letter}: {title}", letter="A", title="").removeprefix("## ")


def page(number: int) -> str:
    """The heading of a page to decide on.

    >>> page(1)
    '## Recommendation'
    """
    return f"## {worded(PAGES[number - 1])}"


def heading(key: str) -> str:
    """The heading of an appendix.

    >>> heading("inputs")
    '## Appendix A: Inputs'
    """
    return say("## Appendix {letter}: {title}", letter=_letter(key), title=worded(_TITLES[key]))


def appendix(key: str) -> Markup:
    """How a sentence points to an appendix.

    >>> print(appendix("ledger"))
    appendix C
    """
    return say("appendix {letter}", letter=_letter(key))


def _letter(key: str) -> str:
    return chr(ord("A") + list(_TITLES).index(key))
