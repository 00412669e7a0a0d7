"""Whether a target can take a workload, and how much of it must be bought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from migplan.engine.metering import METERED_BY, metered
from migplan.facts import Catalogue, Fact, Target
from migplan.facts.keys import ATTRIBUTES
from migplan.formulas import Numeric, alike, damped, steps_below
from migplan.formulas.devices import device_count
from migplan.inputs.workload import Workload
from migplan.language import message, messages, say, worded
from migplan.text import listed

_PROTOCOL = messages(
    {"smb": "SMB clients", "nfs": "NFS clients", "local": "local volumes", "object": "object clients"}
)

DROPS = "drops-"
"""How the code of a reason begins that names an attribute of files which is lost."""


class Reason(Struct, frozen=True):
    """Why something cannot be used, or what to mind about it."""

    code: str
    text: str
    source: str = ""


def targets_of(facts: Catalogue, w: Workload) -> list[Target]:
    """The targets of the cloud that is planned for, or the one that alone is to be considered."""
    return [
        target
        for target in facts.targets.values()
        if target.cloud in ("any", w.cloud) and w.target in ("", target.id)
    ]


ACCESS = ("dacl", "sacl", "owner", "posix")
"""What says who may do what: kept in part it is not kept."""


def required(target: Target, w: Workload) -> tuple[str, ...]:
    """What must be kept on the way to a target.

    Clients that are rewritten for object storage get their rights from the bucket. What a file says of that has to be
    kept only where somebody asked for it.
    """
    allowed = w.app_change == "allowed" and w.inputs["keep"].status != "given"
    rewritten = allowed and target.app_change.get(w.protocol) == "rewrite"
    return tuple(name for name in w.keep if not (rewritten and name in ACCESS))


def unfit_reasons(target: Target, workload: Workload) -> list[Reason]:
    """Every reason why a target does not fit the words of a workload; empty where it fits."""
    reasons = []
    if workload.structure == "structured":
        text = message(
            "structured data moves with database tools (native replication, dump and restore), not as files"
        )
        reasons.append(Reason("not-fit", worded(text)))
    change = target.app_change.get(workload.protocol, "impossible")
    clients, name = worded(_PROTOCOL[workload.protocol]), worded(target.name)
    if change == "impossible":
        text = say("{target} does not serve {clients}", target=name, clients=clients)
        reasons.append(Reason("not-fit", text, target.stores_source))
    elif change == "rewrite" and workload.app_change == "none":
        template = (
            "{clients} would have to be rewritten for object storage, and application change is not allowed"
        )
        text = say(template, clients=clients)
        reasons.append(Reason("not-fit", text, target.stores_source))
    elif change == "move" and workload.app_change == "none" and workload.use not in target.clients_move:
        template = (
            "{clients} of {target} run in the cloud with a client of its own: those on the site would have to move "
            "there, and application change is not allowed"
        )
        text = say(template, clients=clients, target=name)
        reasons.append(Reason("not-fit", text, target.stores_source))
    served = change not in ("impossible", "rewrite")
    if served and "multi-protocol" in workload.traits and not target.multi_protocol:
        text = say("{target} does not serve the same files by SMB and by NFS", target=name)
        reasons.append(Reason("not-fit", text, target.stores_source))
    for attribute in required(target, workload):
        if target.stores.get(attribute, "unknown") == "no":
            note = worded(target.stores_notes.get(attribute, ""))
            what = worded(ATTRIBUTES[attribute])
            text = say("{target} cannot store {attribute}", target=name, attribute=what)
            text = f"{text}: {note}" if note else text
            reasons.append(Reason(f"{DROPS}{attribute}", text, target.stores_source))
    return reasons


_LEVELS = {"single-zone": 0, "multi-zone": 1, "regional": 1}
"""What an availability gives: a region's is that of several zones."""


def candidates(target: Target, w: Workload) -> tuple[Target, ...]:
    """The configurations that no word of a workload rules out; none where it has some and none of them fits."""
    fitting = [own for own in target.configurations if not unmet_words(own, w)]
    enough = min((_LEVELS[own.availability] for own in fitting), default=0)
    # File systems of two zones are taken for one only where nothing less is to be had; what is regional may be cheaper.
    return tuple(
        own for own in fitting if own.availability == "regional" or _LEVELS[own.availability] == enough
    )


def considered_configurations(target: Target, w: Workload) -> tuple[Target, ...]:
    """The configurations that options are made of: those that fit, else the one that is named or the first."""
    named = tuple(own for own in target.configurations if own.configuration == w.configuration)
    return candidates(target, w) or named or target.configurations[:1] or (target,)


def nothing_fits(target: Target, w: Workload) -> list[Reason]:
    """Why a target has no configuration that fits, or not the one that is named."""
    named = [own for own in target.configurations if w.configuration in ("", own.configuration)]
    if w.configuration and not named:
        others = ", ".join(own.configuration for own in target.configurations)
        but = say(", but {others}", others=others) if others else ""
        template = "{target} has no configuration {configuration}{but}"
        text = say(template, target=worded(target.name), configuration=w.configuration, but=but)
        return [Reason("not-fit", text)]
    if not named or candidates(target, w):
        return []
    lacking = _together(named, w)
    if not w.configuration:
        template = "no configuration of {target} gives what is needed: {lacking}"
        lacking = say(template, target=worded(target.name), lacking=lacking)
    return [Reason("not-fit", lacking)]


def _together(named: Sequence[Target], w: Workload) -> str:
    """What configurations lack: what all of them lack is said once."""
    said: dict[str, list[str]] = {}
    for own in named:
        name = worded(own.configuration_name or own.name)
        for reason in unmet_words(own, w):
            said.setdefault(reason.text.removeprefix(f"{name} "), []).append(name)
    whole = len(named) if len(named) > 1 else 0
    return "; ".join(
        say("each {what}", what=what)
        if len(names) == whole
        else "; ".join(f"{name} {what}" for name in names)
        for what, names in said.items()
    )


def unmet_words(target: Target, w: Workload) -> list[Reason]:
    """What of the words of a workload a configuration does not give.

    A configuration that is named goes before what is only assumed: the use that nobody gave, and what a use wants.
    """
    name = worded(target.configuration_name or target.name)
    if w.configuration not in ("", target.configuration):
        template = "{configuration} is left out, since {wanted} is asked for"
        text = say(template, configuration=name, wanted=w.configuration)
        return [Reason("not-fit", text)]
    by_zone, by_use = _binding(w, "availability"), _binding(w, "use")
    reasons = []
    if by_zone and _LEVELS[target.availability] < _LEVELS[w.availability]:
        template = "{configuration} is in a single zone, and {availability} is assumed for {use} use"
        if w.inputs["availability"].status == "given":
            template = "{configuration} is in a single zone, and {availability} is wanted"
        zones, use = worded(w.availability), worded(w.use.replace("-", " "))
        text = say(template, configuration=name, availability=zones, use=use)
        reasons.append(Reason("not-fit", text))
    if by_use and w.media and target.medium not in w.media:
        template = "{configuration} does not suit the use {use}, which wants {media}"
        text = say(template, configuration=name, use=worded(w.use), media=worded(" or ").join(w.media))
        reasons.append(Reason("not-fit", text))
    if by_use and target.uses and w.use not in target.uses:
        template = "{configuration} is for {uses}; the use here is {use}"
        text = say(
            template, configuration=name, uses=listed([worded(use) for use in target.uses]), use=worded(w.use)
        )
        reasons.append(Reason("not-fit", text))
    if target.regions and w.region not in target.regions:
        text = say("{what} is not offered in {region}", what=name, region=w.region)
        reasons.append(Reason("not-fit", text))
    return reasons


def _binding(w: Workload, name: str) -> bool:
    """Whether a word rules configurations out: as assumed, it does not rule out the one that is named."""
    return not w.configuration or w.inputs[name].status == "given"


def _typical(fact: Fact) -> Numeric:
    return fact.value


class Size(Struct, frozen=True):
    """How much of a target a workload takes.

    Attributes
    ----------
    count : numeric
        File systems. [1]
    stored, cold : numeric
        Bytes that lie there in the mean of the horizon, and what of them lies on a colder tier. [B]
    cold_files, tiered_files : numeric
        Files that lie on a colder tier, and all that are large enough for one. [1]
    billed, hot_billed, cold_billed : numeric
        What is billed for: of all if there is one medium, of what is not cold, and of what is. [B]
    provisioned : numeric
        Capacity to buy over all of them. [B]
    throughput : numeric
        Throughput to buy over all of them in daily use; NaN where none is bought. [B/s]
    load_throughput : numeric
        The same while the data comes in. [B/s]
    iops : numeric
        Operations per second to buy over all of them, beyond those that come with the capacity. [1]
    most_iops : numeric
        Operations per second that all of them give at most; infinite where no limit is known. [1]
    write_rate : numeric
        Bytes per second that the target takes while the data comes in; inf where no limit is known. [B/s]
    file_rate : numeric
        Files per second that it creates; inf where no limit is known. [1/s]
    """

    count: Numeric
    stored: Numeric
    cold: Numeric
    cold_files: Numeric
    tiered_files: Numeric
    billed: Numeric
    hot_billed: Numeric
    cold_billed: Numeric
    provisioned: Numeric
    throughput: Numeric
    load_throughput: Numeric
    iops: Numeric
    most_iops: Numeric
    write_rate: Numeric
    file_rate: Numeric


SIZED_BY = (
    "provision_factor",
    "metadata_share",
    "metadata_per_file",
    *METERED_BY,
    "smallest_volume",
    "largest_volume",
    "items",
    "write_fraction",
    "write_rate",
    "write_rate_per_volume",
    "user_rate_per_volume",
    "file_rate",
    "throughput_floor",
    "iops",
    "iops_included",
    "iops_per_volume",
    "iops_sold_per_volume",
    "iops_per_throughput",
)
"""The facts of a target that `size` reads."""


def size(
    target: Target, workload: Workload, wanted_rate: Numeric, quantify: Callable[[Fact], Numeric] = _typical
) -> Size:
    """Buy enough of a target for a workload that arrives at `wanted_rate`. [B/s].

    `quantify` makes numbers, or arrays of draws, out of the facts that say how fast the target writes; what is bought
    follows the typical values.
    """
    region = workload.region
    limit, drawn = partial(_limit, target, region), partial(_limit, target, region, quantify=quantify)
    stored = stored_volume(target, workload)
    meter = metered(target, workload, limit)
    entries = limit("metadata_per_file", 0.0) * workload.files * grown(workload)
    hot = np.minimum(stored * (1.0 - meter.cold + limit("metadata_share", 0.0)) + entries, stored)
    provisioned = np.maximum(hot * limit("provision_factor", 1.0), _least_capacity(target, workload, limit))
    by_volume = device_count(provisioned, limit("largest_volume", np.inf))
    count = np.maximum(np.maximum(by_volume, device_count(workload.files, limit("items", np.inf))), 1.0)
    each = provisioned / count
    operations = _operations(target, workload, count, each, limit)
    steady: Numeric = np.maximum(_advised(target, each), needed_throughput(workload) / count)
    if operations.throughput is not None:
        steady = np.maximum(steady, operations.throughput)
    daily = _step(target, region, steady)
    idle = np.ndim(wanted_rate) == 0 and wanted_rate == 0.0
    arriving = steady if idle else np.maximum(steady, wanted_rate / count / limit("write_fraction", 1.0))
    loading = daily if idle else _step(target, region, arriving)
    write = np.fmin(loading * drawn("write_fraction", 1.0), drawn("write_rate", np.inf))
    write = np.fmin(write, drawn("write_rate_per_volume", np.nan) * each)
    return Size(
        count=count,
        stored=stored,
        cold=stored * meter.cold,
        cold_files=workload.files * meter.cold_files,
        tiered_files=workload.files * meter.tiered_files,
        billed=stored * meter.billed,
        hot_billed=stored * meter.hot_billed,
        cold_billed=stored * meter.cold_billed,
        provisioned=provisioned,
        throughput=daily * count,
        load_throughput=loading * count,
        iops=operations.bought * count,
        most_iops=operations.most * count,
        write_rate=write * count,
        file_rate=drawn("file_rate", np.inf) * count,
    )


def _least_capacity(target: Target, w: Workload, limit: Callable[[str, Numeric], Numeric]) -> Numeric:
    """The least that is sold, or what is bought for the speed it brings along where nothing else sells that. [B]."""
    smallest = limit("smallest_volume", 0.0)
    by_itself = {charge.per for charge in target.charges}.intersection(("throughput", "iops"))
    if target.throughput or by_itself or np.isfinite(limit("write_rate", np.inf)):
        return smallest
    rate, operations = _user_rate(limit), limit("iops_per_volume", np.inf)
    fastest = np.maximum(needed_throughput(w) / rate, needed_iops(w) / operations)
    # A little more, so that rounding never leaves less than what is needed.
    return np.maximum(smallest, fastest * (1.0 + 1e-9))


def _user_rate(limit: Callable[[str, Numeric], Numeric]) -> Numeric:
    """What users get of each byte provisioned; infinite where no limit is known. [1/s]."""
    return limit("user_rate_per_volume", limit("write_rate_per_volume", np.inf))


def _limit(
    target: Target,
    region: str,
    key: str,
    absent: Numeric,
    quantify: Callable[[Fact], Numeric] = _typical,
) -> Numeric:
    """A fact of a target in a Region as a number or draws; what its absence means where nobody states it."""
    fact = target.fact(key, region)
    return absent if fact is None else quantify(fact)


class _Operations(Struct, frozen=True):
    """Operations per second of one file system: bought beyond what is included, and at most. [1].

    Attributes
    ----------
    throughput : numeric, optional
        What has to be bought of it for them. [B/s]
    """

    bought: Numeric
    most: Numeric
    throughput: Numeric | None = None


def _operations(
    target: Target, w: Workload, count: Numeric, volume: Numeric, limit: Callable[[str, Numeric], Numeric]
) -> _Operations:
    """Operations per second by what is needed of each file system, and by its capacity. [B]."""
    included, by_volume = limit("iops_included", 0.0), limit("iops_per_volume", 0.0)
    sold = any(charge.per == "iops" for charge in target.charges)
    per_throughput = limit("iops_per_throughput", np.inf)
    most = limit("iops", np.inf)
    if not (included or by_volume) and np.isinf(per_throughput) and not sold:
        return _Operations(0.0, most)
    have = by_volume * volume + included if by_volume else included
    if sold:
        most = np.minimum(most, np.maximum(have, limit("iops_sold_per_volume", np.inf) * volume))
    elif included or by_volume:
        most = np.minimum(most, have)
    tied = not np.isinf(per_throughput)
    if tied:
        most = np.minimum(most, per_throughput * _step(target, w.region, np.inf))
    wanted = np.minimum(needed_iops(w) / count, most)
    # Most take no more than what comes along, and no more throughput for it than the least that is sold.
    more = sold and np.any(wanted > have)
    tied = tied and bool(np.max(wanted) > per_throughput * limit("throughput_floor", 0.0))
    bought = np.maximum(wanted - have, 0.0) if more else 0.0
    return _Operations(bought, most, wanted / per_throughput if tied else None)


def stored_volume(target: Target, w: Workload) -> Numeric:
    """Bytes that a target stores in the mean of the horizon: growth in proportion to time, less what it saves. [B]."""
    volume = w.volume * grown(w)
    return volume * (1.0 - w.reduction) if target.reduces else volume


def grown(w: Workload) -> Numeric:
    """How much more there is in the mean of the horizon than today. [1]."""
    return 1.0 + w.growth * w.horizon / 2.0


def needed_throughput(w: Workload) -> Numeric:
    """What users need of the target once it runs: as given, or by use and volume. [B/s]."""
    return np.where(np.isnan(w.throughput), w.throughput_per_volume * _counted(w), w.throughput)


def needed_iops(w: Workload) -> Numeric:
    """Operations per second that they need: as given, or by use, volume and number of files. [1]."""
    if np.ndim(w.iops) == 0 and not np.isnan(w.iops):
        return w.iops
    by_use = np.maximum(w.iops_per_volume * _counted(w), w.iops_per_file * w.files)
    return np.where(np.isnan(w.iops), by_use, w.iops)


def _counted(w: Workload) -> Numeric:
    """The volume that needs by volume are taken of. [B]."""
    return w.volume if np.isinf(w.linear_volume) else damped(w.volume, w.linear_volume, w.need_exponent)


def lacks_iops(w: Workload, sized: Size) -> NDArray[np.bool_]:
    """Where a size of a target gives fewer operations per second than users need."""
    lacking: NDArray[np.bool_] = np.less(sized.most_iops, needed_iops(w))
    return lacking


def most_throughput(target: Target, w: Workload, sized: Size) -> tuple[Numeric, Numeric]:
    """What users get of a size at the most: by the throughput that is bought, and by its medium. [B/s], [B/s]."""
    rate = _user_rate(partial(_limit, target, w.region))
    by_medium = np.inf if np.ndim(rate) == 0 and np.isinf(rate) else rate * sized.provisioned
    return np.where(np.isnan(sized.throughput), np.inf, sized.throughput), by_medium


def lacks_throughput(target: Target, w: Workload, sized: Size) -> NDArray[np.bool_]:
    """Where a size of a target gives less throughput than users need, however much of it is bought."""
    lacking: NDArray[np.bool_] = np.less(np.minimum(*most_throughput(target, w, sized)), needed_throughput(w))
    return lacking


SHORT = ("short-of-iops", "short-of-throughput")
"""Reasons why a target gives users too little."""


def short_of(target: Target, w: Workload, sized: Size) -> dict[str, NDArray[np.bool_]]:
    """Reason -> where a size gives less than what was asked for: what a use only assumes rules nothing out."""
    found = {}
    if np.any(np.isfinite(w.iops)):
        found["short-of-iops"] = lacks_iops(w, sized) & np.isfinite(w.iops)
    if np.any(np.isfinite(w.throughput)):
        found["short-of-throughput"] = lacks_throughput(target, w, sized) & np.isfinite(w.throughput)
    return found


def _advised(target: Target, volume: Numeric) -> Numeric:
    """Throughput advised for one file system of this size; the floor where nothing is advised. [B/s]."""
    advised = target.recommended
    floor = target.facts["throughput_floor"].value if "throughput_floor" in target.facts else 0.0
    if not advised:
        return alike(floor, volume)
    starts = np.array([step.above for step in advised])
    rates = np.array([step.throughput for step in advised])
    position = np.clip(steps_below(starts, volume) - 1, 0, len(rates) - 1)
    found: Numeric = np.maximum(rates[position], floor)
    return found


def least_advised(target: Target, most: float) -> float:
    """Throughput that is advised at the least for each byte of a file system that is no larger than this. [1/s].

    Parameters
    ----------
    most : float
        [B]
    """
    ends = [step.above for step in target.recommended if 0.0 < step.above < most]
    volumes = np.array([*ends, most])
    return float(np.min(np.broadcast_to(_advised(target, volumes), volumes.shape) / volumes))


def _step(target: Target, region: str, wanted: Numeric) -> Numeric:
    """The smallest throughput that can be bought and is enough, else the largest; NaN where none is bought."""
    tables = [steps for steps in target.throughput if not steps.regions or region in steps.regions]
    if not tables:
        return wanted * np.nan
    values = np.array(sorted({value for steps in tables for value in steps.values}))
    return values[np.minimum(steps_below(values, wanted), len(values) - 1)]
