"""What a plan recommends in the sentences that stand first: does anything meet, what is missed, and what instead."""

from __future__ import annotations

import math
import re
from typing import Any

from migplan.language import amounts, message, messages, say, worded
from migplan.report.view import attribute_name, value_text
from migplan.report.words import about, about_usd
from migplan.results.display import AN_END
from migplan.results.model import LedgerLine, OptionResult, Plan, Recommendation
from migplan.results.names import cloud_name
from migplan.text import listed
from migplan.units import unit_of

_WISHES = messages(
    {
        "deadline": "the deadline",
        "cutover_window": "the cutover window",
        "budget": "the budget",
        "keep": "what must be kept",
    }
)


def nothing_meets(plan: Plan) -> bool:
    """Whether something can be used, and nothing meets all that was asked for."""
    return plan.recommendation.option is not None and not plan.recommendation.meets


def headline(advice: Recommendation) -> str:
    """The first line where nothing meets; another seed may find that something does."""
    if advice.verdict == "on-the-edge":
        return worded("Nothing surely meets all you asked.")
    return worded("Nothing meets all you asked.")


def nothing_to_use(plan: Plan) -> str:
    """The first line where nothing can be used: that nothing keeps all, where that is all that is in the way."""
    smallest = next((lever for lever in plan.recommendation.levers if lever.get("smallest")), None)
    if smallest is not None and smallest.get("field") == "keep":
        return worded("Nothing can be used: no option keeps all that must be kept.")
    return worded("Nothing can be used: every option is ruled out.")


def no_target(plan: Plan) -> list[str]:
    """Where nothing can be used: why not the target that was asked for, or that the cloud has none for files."""
    given = (plan.workload.get(name) for name in ("target", "cloud"))
    asked, cloud = ("" if item is None else str(item.value or "") for item in given)
    looked_at = [target for target in plan.targets if not target.fit and asked in ("", target.id)]
    if not asked and (not plan.targets or any(target.kind != "object" for target in plan.targets)):
        return []
    template = "No file target of {cloud} is known here, only object storage."
    told = [] if asked else [say(template, cloud=cloud_name(cloud))]
    for target in looked_at:
        name, reasons = target.short_name or target.name, "; ".join(reason.text for reason in target.reasons)
        told.append(say("Not {target}: {reasons}.", target=name, reasons=reasons))
    return told


def closest(plan: Plan) -> str:
    """What comes the closest where nothing meets."""
    chosen = plan.chosen
    return "" if chosen is None else say("Closest: {option}.", option=chosen.name or chosen.id)


def missed(plan: Plan) -> list[str]:
    """A sentence for each wish that the closest option misses."""
    return [_missed(entry, _drawn(plan)) for entry in plan.recommendation.misses]


def _drawn(plan: Plan) -> bool:
    chosen = plan.chosen
    return chosen is not None and chosen.drawn


def _missed(entry: dict[str, Any], drawn: bool) -> str:
    wish = str(entry.get("wish", ""))
    if entry.get("wanted") == AN_END:
        return _unending(drawn)
    called = worded(_WISHES.get(wish, wish))
    wanted, got = plain(entry.get("wanted", "")), plain(entry.get("got", ""))
    if entry.get("got") == "never":
        often = never_ends(drawn)
        return say("It misses {wish} of {wanted}: {often}.", wish=called, wanted=wanted, often=often)
    if wish == "keep":
        return say("It misses {wish}: {got}.", wish=called, got=got)
    if got == wanted:
        wanted, got = (amounts(str(entry.get(key, ""))) for key in ("wanted", "got"))
    by = say(", {amount} too much", amount=plain(entry["by"])) if entry.get("by") else ""
    template = "It misses {wish}: {got} instead of {wanted}{by}."
    return say(template, wish=called, got=got, wanted=wanted, by=by)


def never_ends(drawn: bool) -> str:
    """What is said of an option that has no P80, or no end at all."""
    return worded("in 2 of 10 cases or more it never ends" if drawn else "it never ends")


def _unending(drawn: bool) -> str:
    """What is missed where no deadline was given."""
    return worded("It does not end in 2 of 10 cases or more." if drawn else "It does not end.")


_SHORT = messages(
    {
        "deadline": "{got}{sure}, deadline {wanted}",
        "cutover_window": "cutover {got}, window {wanted}",
        "budget": "cost {got}, budget {wanted}",
    }
)


def misses_line(plan: Plan) -> list[str]:
    """All that the closest option misses in one line; nothing where all is met."""
    phrases, first, sure = [], [], worded(" to be 80 % sure") if _drawn(plan) else ""
    for entry in plan.recommendation.misses:
        wish, got, wanted = (str(entry.get(key, "")) for key in ("wish", "got", "wanted"))
        if wanted == AN_END:
            first = [_unending(_drawn(plan))]
        elif got == "never":
            called, often = worded(_WISHES.get(wish, wish)), never_ends(_drawn(plan))
            phrases.append(say("{wish}, since {often}", wish=called, often=often))
        elif wish in _SHORT and plain(got) != plain(wanted):
            phrases.append(say(_SHORT[wish], got=plain(got), wanted=plain(wanted), sure=sure))
        else:
            got, wanted = amounts(got), amounts(wanted)
            phrases.append(say(_SHORT[wish], got=got, wanted=wanted, sure=sure) if wish in _SHORT else got)
    return [*first, *([say("Misses: {what}.", what="; ".join(phrases))] if phrases else [])]


_NUMBER = re.compile(r"(?<![\w-])(\d[\d,]*(?:\.\d+)?) (hours?|days?|USD)\b")


def plain(text: object) -> str:
    """A text with its amounts as people say them.

    >>> plain("22.8 hours"), plain("1.0 hours"), plain("at least 30,686 USD"), plain("60.0 days (2027-01-31)")
    ('23 hours', '1 hour', 'at least 30,700 USD', '60 days (2027-01-31)')
    """
    return amounts(_NUMBER.sub(_said, str(text)))


def _said(match: re.Match[str]) -> str:
    value, unit = float(match[1].replace(",", "")), match[2]
    amount = about(value, 3 if unit == "USD" or value >= 100 else 2)
    return amount + (" USD" if unit == "USD" else unit_of(unit.removesuffix("s"), amount))


OBTAINED = messages(
    {"order": "Order {what}", "provide": "Provide {what}", "book": "Book {what}", "arrange": "Arrange {what}"}
)
"""How a device is obtained -> what there is to do."""


def in_sentence(name: str) -> str:
    """What people call a thing of their own, behind another word.

    >>> in_sentence("Own NAS to a terminal"), in_sentence("Snowball Edge 210 TB")
    ('own NAS to a terminal', 'Snowball Edge 210 TB')
    """
    return f"own {name[4:]}" if name.startswith("Own ") else name


def unpriced_devices(option: OptionResult) -> list[LedgerLine]:
    """The devices themselves, where nobody knows what any of them costs."""
    lines = [line for line in option.cost_usd.lines if option.device and line.unit == "device"]
    return lines if all(line.amount is None for line in lines) else []


def without(option: OptionResult) -> str:
    """What a total does not have since its price is not known, devices first; nothing where all is known."""
    items = {line.item: line for line in option.cost_usd.lines if line.amount is None}
    if not items:
        return ""
    first = next(iter(unpriced_devices(option)), next(iter(items.values())))
    count = f"{first.quantity:,.0f} × " if first.unit == "device" and first.quantity > 1 else ""
    item = f"{count}{in_sentence(worded(first.item))}"
    if len(items) == 1:
        return say(" (without {item}: its price is unknown)", item=item)
    more = worded("one more item")
    if len(items) > 2:
        more = say("{count} more items", count=len(items) - 1)
    return say(" (without {item} and {more}: their prices are unknown)", item=item, more=more)


def by_other_regions(option: OptionResult) -> str:
    """What a sum without prices would be about by those of other Regions; nothing where it is known nowhere."""
    guide = option.cost_usd.guide_total
    template = "; by the dearest price of other Regions it would be about {amount} USD"
    return "" if guide is None else say(template, amount=about_usd(guide))


def keeps_and_loses(option: OptionResult, wanted: tuple[str, ...], protocol: str = "") -> list[str]:
    """What must be kept and is, and what files carry that does not arrive or only in part, in a sentence."""
    kept, lost, partial = (
        [_bare(name) for name in attributes_at(option, level, wanted, protocol)]
        for level in ("kept", "lost", "partial")
    )
    asked = {_bare(name) for name in wanted}
    kept = [name for name in kept if name in asked]
    phrases = [say("keeps {what}", what=listed(kept))] if kept else []
    phrases += [say("loses {what}", what=listed(lost))] if lost else []
    phrases += [say("in part: {what}", what=listed(partial))] if partial else []
    unknown = [_bare(name) for name in attributes_at(option, "unknown", wanted, protocol)]
    doubtful = [name for name in unknown if name in asked]
    phrases += [say("not known: {what}", what=listed(doubtful))] if doubtful else []
    sentence = "; ".join(phrases)
    return [say("{sentence}.", sentence=f"{sentence[:1].upper()}{sentence[1:]}")] if phrases else []


def attributes_at(
    option: OptionResult, level: str, wanted: tuple[str, ...], protocol: str | None
) -> tuple[str, ...]:
    """The attributes that are kept so well. Of files over NFS the owners are the POSIX ids, and told as those."""
    names = option.fidelity.get(level, ())
    same = protocol == "nfs" and "owner" not in wanted and "posix" in option.fidelity.get("kept", ())
    return tuple(name for name in names if name != "owner") if same else names


def _bare(attribute: str) -> str:
    """What people call an attribute of a file, without the abbreviation behind it."""
    return re.sub(r" \(\w+\)$", "", attribute_name(attribute))


def doubts(advice: Recommendation) -> list[str]:
    """Why the verdict is on the edge, or what else is as close; what is told of several options is told once."""
    edge = worded("On the edge: ") if advice.verdict == "on-the-edge" else ""
    calm: set[str] = set()
    alike: dict[str, list[str]] = {}
    chances: dict[str, list[int]] = {}
    for call in advice.close_calls:
        text, option = str(call.get("text", "")), str(call.get("option", ""))
        same = option and re.match(rf"{re.escape(option)}:? ", text)
        chance = round(100.0 * float(call.get("p_wish") or 0.0))
        text = text.removeprefix(option).replace(f"{chance} %", "{} %", 1) if same else text
        alike.setdefault(text, []).append(option if same else "")
        chances.setdefault(text, []).append(chance)
        # Over which line it goes is in doubt, and not whether it is right.
        if call.get("same_way") and call.get("wish") in ("cost", "time"):
            calm.add(text)
    return [
        f"{'' if text in calm else edge}{_all_of(options)}{_plural(text.replace('{}', _span(chances[text])), options)}"
        for text, options in alike.items()
    ]


def _span(parts: list[int]) -> str:
    """Percentages in a sentence.

    >>> _span([78, 79, 78]), _span([78])
    ('78 to 79', '78')
    """
    least, most = min(parts), max(parts)
    return f"{least}" if least == most else say("{low} to {high}", low=least, high=most)


def _all_of(options: list[str]) -> str:
    return listed([option for option in options if option])


def _plural(text: str, options: list[str]) -> str:
    """What is told of one option as it is told of several."""
    if len(options) < 2:
        return text
    if text.startswith(": the chance"):
        return re.sub(r"if it (alone )?(keeps it|does), it comes", r"if one \1\2, it comes", text, count=1)
    for one, several in ((" is ", " are "), (" comes ", " come "), ("which of the two", "which of them")):
        text = text.replace(one, several, 1)
    return text


_CHANGES = messages(
    {
        "verify": "to verify only what was sent (verify = {needed})",
        "link": "a line of at least {needed} instead of {now}",
        "share": "{needed} of the line instead of {now}",
        "agents": "{needed} agents instead of {now}",
        "devices": "devices {needed} instead of {now}",
        "source_rate": "a source that can be read at {needed} instead of {now}",
        "hours": "the line in the hours {needed} instead of {now}",
        "change": "no more change than {needed} instead of {now}",
        "start": "a start on {needed} instead of {now}",
        "cutover_days": "a cutover on any day instead of {now}",
        "new_circuits": "a new circuit, which is not allowed now",
        "support": "the support plan {needed} instead of {now}",
        "traits": "what the trait {needed} stands for",
        "availability": "a target in a single zone instead of several",
        "target": "any target instead of {now} alone",
        "configuration": "any configuration of a target instead of {now} alone",
        "keep": "to do without {lost}",
        "running_costs": "backups that are kept and paid for elsewhere (running_costs = {needed})",
        "waves": "a cutover in {needed} waves (part by part, on days of their own)",
        "deadline": "a deadline of {needed} instead of {now}",
        "cutover_window": "a cutover window of {needed} instead of {now}",
        "budget": "a budget of {needed} instead of {now}",
    }
)
"""Input -> what it is to change it, in words."""

_DIGITS = re.compile(r"(?<![\d.])\d{4,}(?= )")
"""Numbers that a sentence groups; a value as it is typed does not."""


def first_changes(advice: Recommendation) -> list[str]:
    """What would meet: the smallest change of one input, or of two together, and how much less may be asked for."""
    sentences = []
    first, pair, less, cheap = _told_first(advice)
    if first is not None:
        smallest = message("The smallest change that would meet all: {change}.")
        template = smallest if "smallest" in first else message("One change that would meet all: {change}.")
        sentences.append(say(template, change=change_sentence(first)))
    else:
        sentences.append(worded("No change of one input within reason would meet all."))
    if cheap is not None:
        sentences.append(say("A larger change that costs less: {change}.", change=change_sentence(cheap)))
    if pair is not None:
        told = change_sentence(pair)
        sentences.append(say("Two changes that would meet all together: {change}.", change=told))
    for lever in advice.nearest:
        sentences.append(say("What would come closest: {change}.", change=change_sentence(lever)))
    if less is not None:
        told = change_sentence(less)
        sentences.append(say("What would meet all if less were asked for: {change}.", change=told))
    return sentences


def made_surer(advice: Recommendation) -> list[str]:
    """What would make a plan surer that meets on the edge."""
    changes = [change_sentence(lever) for lever in advice.nearest if advice.meets]
    return [say("What would make it surer: {change}.", change=change) for change in changes]


def other_changes(advice: Recommendation) -> list[str]:
    """The rest of what would meet."""
    first = _told_first(advice)
    rest = [lever for lever in (*advice.levers, *advice.pairs) if not any(lever is one for one in first)]
    return [say("Would also meet all: {change}.", change=change_sentence(lever)) for lever in rest]


_CHEAPER = 0.5
"""What a larger change costs at the most, as a part of what the smallest does, to be told beside it."""


def _told_first(advice: Recommendation) -> tuple[dict[str, Any] | None, ...]:
    """The smallest change, two together, the first wish that is not the smallest change, and what costs far less."""
    first = next((lever for lever in advice.levers if lever.get("smallest")), next(iter(advice.levers), None))
    less = next((lever for lever in advice.levers if lever.get("field") in _WISHES), None)
    return first, next(iter(advice.pairs), None), None if less is first else less, _far_cheaper(advice, first)


def _far_cheaper(advice: Recommendation, first: dict[str, Any] | None) -> dict[str, Any] | None:
    """The cheapest change that asks for all that was asked for, where it costs far less than the smallest one."""
    most = None if first is None else first.get("costs_usd")
    known = [
        lever
        for lever in advice.levers
        if lever is not first and lever.get("field") not in _WISHES and lever.get("costs_usd") is not None
    ]
    cheapest = min(known, key=lambda lever: float(lever["costs_usd"]), default=None)
    if cheapest is None or most is None or most < 1 or cheapest["costs_usd"] > _CHEAPER * most:
        return None
    return cheapest


def change_sentence(lever: dict[str, Any]) -> str:
    """A change of one input or of two, with what helps then and its price."""
    name = lever.get("name") or lever.get("option")
    option = say(", with {option}", option=name) if name else ""
    what = re.split("[;。]", str(lever.get("text", "")))[0].rstrip(".")
    means = f" ({what[:1].lower()}{what[1:]})" if what else ""
    # What a larger budget is for is the way that is the closest already: its price is what it asks for.
    price = "" if lever.get("field") == "budget" else _price(lever)
    return f"{listed([_change(*row) for row in _rows(lever)])}{means}{option}{price}"


def _rows(lever: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Input, value needed and value now of each input that changes."""
    if "fields" in lever:
        return list(zip(lever["fields"], lever["needed"], lever["now"], strict=True))
    return [(str(lever.get("field", "")), str(lever.get("needed", "")), str(lever.get("now", "")))]


def _change(field: str, needed: str, now: str) -> str:
    needed = _rounded_up(field, needed)
    if (field, now) == ("link", "no line"):
        template = "a line of at least {needed} that is there from the start, where there is none"
        return say(template, needed=needed)
    if field == "traits":
        needed = needed.rpartition(", ")[2]
    if (field, needed) == ("verify", "none"):
        return worded("to compare only after the cutover (verify = none)")
    now = plain(now) if field == "cutover_window" else now
    lost = listed([_bare(name) for name in now.split(", ") if name not in needed.split(", ")])
    needed, now = (_DIGITS.sub(lambda match: f"{int(match[0]):,}", value) for value in (needed, now))
    needed, now = value_text(needed), value_text(now)
    if field in _CHANGES:
        return say(_CHANGES[field], needed=needed, now=now, lost=lost)
    return say("{input} {needed} instead of {now}", input=field.replace("_", " "), needed=needed, now=now)


_DIGITS_OF = {"link": 2, "share": 2, "cutover_window": 2, "source_rate": 2, "budget": 3}
"""Input of which more is as good -> the digits that people say of it."""

_WHOLE = ("deadline", "cutover_window")
"""Inputs of which more is as good, and people say whole hours and days from two on."""


def _rounded_up(field: str, needed: str) -> str:
    """The least that does, up to the next number that people say.

    >>> _rounded_up("link", "1.08 Gbps"), _rounded_up("link", "743 Mbps"), _rounded_up("budget", "30686 USD")
    ('1.1 Gbps', '750 Mbps', '30700 USD')
    >>> _rounded_up("link", "1.5 Gbps"), _rounded_up("share", "61 %")
    ('1.5 Gbps', '61 %')
    >>> _rounded_up("cutover_window", "6.63 hours"), _rounded_up("deadline", "87.4 days")
    ('7 hours', '88 days')
    >>> _rounded_up("cutover_window", "0.57 hours"), _rounded_up("deadline", "150 days")
    ('0.6 hours', '150 days')
    >>> _rounded_up("share", "84.2 %"), _rounded_up("share", "99.3 %"), _rounded_up("share", "9.53 %")
    ('85 %', '100 %', '9.6 %')
    """
    number = re.match(r"\d+(?:\.\d+)?(?= )", needed)
    if field not in (*_DIGITS_OF, *_WHOLE) or number is None or float(number[0]) == 0:
        return needed
    value = float(number[0])
    if field in _WHOLE:
        step = 1.0 if value > 2 else 0.1
    else:
        step = 10.0 ** (math.floor(math.log10(value)) + 1 - _DIGITS_OF[field])
    # A hair less, so that what is round already stays.
    return f"{math.ceil(value / step - 1e-9) * step:.12g}{needed[number.end() :]}"


def _price(lever: dict[str, Any]) -> str:
    """What a change adds to the total of the closest; nothing where a plan does not say.

    >>> _price({"costs_usd": 1200.0}), _price({"costs_usd": -3.2}), _price({"costs_usd": -0.612})
    ('; it costs 1,200 USD more', '; it costs 3.2 USD less', '; it costs about the same')
    >>> _price({"costs_usd": None}), _price({})
    ('; what it costs is not known', '')
    >>> _price({"costs_usd": None, "total_usd": 304899.0})
    '; it comes to 305,000 USD in all'
    """
    if "costs_usd" not in lever:
        return ""
    costs, total = lever["costs_usd"], lever.get("total_usd")
    if costs is None and total is not None:
        return say("; it comes to {amount} USD in all", amount=about_usd(total))
    if costs is None:
        return worded("; what it costs is not known")
    if abs(costs) < 1:
        return worded("; it costs about the same")
    template = (
        message("; it costs {amount} USD more") if costs > 0 else message("; it costs {amount} USD less")
    )
    return say(template, amount=about_usd(abs(costs)))


def alternatives(advice: Recommendation) -> list[str]:
    """A sentence for each alternative; what is the best in two ways is told once."""
    by_option: dict[str, list[dict[str, Any]]] = {}
    for other in advice.alternatives:
        by_option.setdefault(str(other.get("option", "")), []).append(other)
    return [_joined(others) for others in by_option.values()]


def _joined(others: list[dict[str, Any]]) -> str:
    """The one that says the most, under the names of all."""
    names = [str(other.get("text", "")).partition(":")[0] for other in others]
    names = [name if place == 0 else name[:1].lower() + name[1:] for place, name in enumerate(names)]
    longest = max((str(other.get("text", "")) for other in others), key=len)
    return f"{listed(names)}:{longest.partition(':')[2]}"


def passed_over(advice: Recommendation) -> list[dict[str, Any]]:
    """The next ones that are not chosen and are no alternative either, which stands beside it already."""
    beside = {other.get("option") for other in advice.alternatives}
    return [other for other in advice.not_chosen if other.get("option") not in beside]
