"""What the user has: texts of input fields to one frozen record in base units, every fault told at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from migplan import units
from migplan.errors import Fault, MigplanError, UnitError, shorten
from migplan.facts.catalogue import Assumptions
from migplan.facts.model import Fact, Use
from migplan.facts.regions import id_by_name
from migplan.formulas import Numeric, take
from migplan.inputs.begun import Begun
from migplan.inputs.dates import time_to_deadline
from migplan.inputs.fields import BY_NAME, FIELDS, WORDS, Field, with_clouds
from migplan.inputs.leaving import UNUSED, assume_region, relate_leaving
from migplan.inputs.line_hours import has_shares, read_line_hours
from migplan.inputs.places import reading_note
from migplan.inputs.readers import READERS
from migplan.language import message
from migplan.text import did_you_mean, percent_of

if TYPE_CHECKING:
    from migplan.inputs.inventory import InventoryInputs

MOST_BUCKETS = 10_000
"""Of a histogram of file sizes: more say nothing more, and each is copied for every option and draw."""

_SOURCE_OF = {"smb": "windows", "nfs": "linux", "local": "other", "object": "other"}
_CODE_OF = {
    "date": "bad-date",
    "deadline": "bad-date",
    **dict.fromkeys(("hours", "holidays", "timezone", "cutover_days", "ranges"), "bad-calendar"),
}
_KEEP_OF = {
    "smb": ("dacl", "owner", "timestamps"),
    "nfs": ("timestamps", "posix"),
    "local": ("timestamps",),
    "object": (),
}


class Input(Struct, frozen=True):
    """How one field came by its value: given, assumed, or a default of the design."""

    value: Any
    base: str
    text: str
    status: str
    why: str = ""
    fact: Fact | None = None
    is_part: bool = False


class Workload(Struct, frozen=True):
    """The data, its line, and what is wanted; numbers in base units, NaN where there is none.

    Numbers may be arrays with the axes option, row and draw, of which the first ones may be missing and each has one
    entry or as many as there are: a table of rows whose words are the same, draws, or values that differ by option.
    """

    volume: Numeric
    files: Numeric
    file_size: Numeric
    largest_file: Numeric
    link: Numeric
    share: Numeric
    round_trip_time: Numeric
    loss: Numeric
    mtu: Numeric
    source_rate: Numeric
    agents: Numeric
    threads: Numeric
    change_rate: Numeric
    cold: Numeric
    reduction: Numeric
    throughput: Numeric
    iops: Numeric
    growth: Numeric
    deadline: Numeric
    cutover_window: Numeric
    budget: Numeric
    horizon: Numeric
    delay_cost: Numeric
    current_cost: Numeric
    name: str
    site: str
    protocol: str
    source: str
    structure: str
    keep: tuple[str, ...]
    app_change: str
    hours: str
    holidays: str
    freeze: tuple[tuple[dt.date, dt.date], ...]
    timezone: str
    routes: tuple[str, ...]
    encryption: str
    start: dt.date
    cutover_days: str
    verify: str
    cloud: str
    region: str
    from_cloud: str
    from_region: str
    egress: str
    target: str
    configuration: str
    customer: str
    support: str
    optimize: str
    knowledge: str
    traits: tuple[str, ...]
    new_circuits: str
    on_net: str
    use: str
    availability: str
    running_costs: tuple[str, ...]
    lang: str = "en"
    media: tuple[str, ...] = ()
    throughput_per_volume: float = 0.0
    iops_per_volume: float = 0.0
    iops_per_file: float = 0.0
    linear_volume: float = math.inf
    need_exponent: float = 1.0
    expiring: float = 0.0
    sizes: tuple[tuple[float, float], ...] = ()
    changed: tuple[tuple[float, float], ...] = ()
    inventory: str = ""
    found: InventoryInputs | None = None
    begun: Begun | None = None
    inputs: dict[str, Input] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """What its numbers broadcast to: options, rows and draws."""
        shapes = (np.shape(value) for _, value in self._arrays())
        return np.broadcast_shapes((1, 1, 1), *shapes)

    def take(self, option: Any = None, row: Any = None, draw: Any = None) -> Workload:
        """Some of its options, rows and draws; see `migplan.formulas.take`."""
        changes = {name: take(value, option, row, draw) for name, value in self._arrays()}
        return replace(self, **changes) if changes else self

    def paired(self, rows: Any) -> Workload:
        """Some of its rows, one for each option of a stack: what differs by row then differs by option."""
        changes = {
            name: np.moveaxis(take(value, row=rows), -2, 0)[:, None]
            for name, value in self._arrays()
            if np.ndim(value) == 2 and value.shape[0] > 1
        }
        return replace(self, **changes) if changes else self

    def _arrays(self) -> Iterator[tuple[str, Any]]:
        for name in _NUMBERS:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                yield name, value


_NUMBERS = tuple(name for name, kind in Workload.__annotations__.items() if kind == "Numeric")
"""The fields that may be arrays."""


def read_workload(given: Mapping[str, Any], assumptions: Assumptions, today: dt.date) -> Workload:
    """Read the fields that were given and fill in the others.

    Parameters
    ----------
    given : mapping
        Field name -> text (or a number where no unit is wanted; lists and tables in scenarios).
    assumptions : Assumptions
        From the catalogue.
    today : date
        Stands in for `start`.

    Raises
    ------
    MigplanError
        With every fault of every field.
    """
    faults: list[Fault] = []
    inputs: dict[str, Input] = {}
    found = _look(given, assumptions, faults)
    for name, value in {**given, **(found.fields if found else {})}.items():
        entry = BY_NAME.get(name)
        if entry is None:
            wanted = did_you_mean(name, WORDS, f"wanted one of {', '.join(BY_NAME)}")
            faults.append(Fault("unknown-key", name, f"nothing reads this; {wanted}"))
        elif value is not None:
            try:
                inputs[name] = _given(with_clouds(entry, assumptions.clouds), value)
            except UnitError as error:
                faults.append(Fault(fault_code(entry), name, str(error)))
    if found is not None:
        found.tell(inputs)
    _read_names(inputs, assumptions)
    use = _use(inputs, assumptions, faults)
    for entry in FIELDS:
        if entry.name not in inputs:
            inputs[entry.name] = absent(entry, assumptions.of(use.id))
    if inputs["availability"].status == "absent":
        goes_before = (
            "; the configuration that is named overrides it"
            if inputs["configuration"].status == "given"
            else ""
        )
        _set(inputs, "availability", use.availability, f"by use: {use.name.lower()}{goes_before}")
    if inputs["region"].status == "absent":
        assume_region(inputs, "region", inputs["cloud"].value, assumptions, faults)
    if inputs["keep"].status == "absent":
        _assume_kept(inputs, use)
    _relate(inputs, faults, today)
    relate_leaving(inputs, assumptions, faults)
    if inputs["changed"].status == "given" and inputs["change"].status == "assumed":
        # What changed in the last days is measured, and takes the place of any rate.
        inputs["change"] = replace(inputs["change"], status=UNUSED)
    if faults:
        raise MigplanError(faults)
    return replace(_record(inputs, use), found=found)


def _look(given: Mapping[str, Any], assumptions: Assumptions, faults: list[Fault]) -> InventoryInputs | None:
    """What an inventory says of fields that nobody gave."""
    path = given.get("inventory")
    if not isinstance(path, str) or not path.strip():
        return None
    # Only who has counted files needs it.
    from migplan.inputs.inventory import read_inventory_inputs

    known = {name: value for name, value in given.items() if value is not None}
    try:
        return read_inventory_inputs(path.strip(), known, assumptions["cold_age"].value)
    except MigplanError as error:
        faults += [
            Fault(fault.code, "inventory", f"{fault.where}: {fault.message}") for fault in error.faults
        ]
        return None


_BY_NAME = ("timezone", "holidays")
"""Forms of fields whose readers know what else people call a value."""


def _given(entry: Field, value: Any) -> Input:
    """A field as it was read; a place that was called by another name has its own, and why."""
    found, text = READERS[entry.form](entry, value), _text(value)
    why = reading_note(text, found) if entry.form in _BY_NAME else ""
    return Input(found, entry.base, found if why else text, "given", why)


def _read_names(inputs: dict[str, Input], assumptions: Assumptions) -> None:
    """Put ids for names of Regions, targets and uses, where a name is that of only one."""
    cloud = inputs["cloud"].value if "cloud" in inputs else BY_NAME["cloud"].default
    for name, where in (("region", cloud), ("target", cloud), ("use", "")):
        known = assumptions.names.get((name, where), {})
        item = inputs.get(name)
        if item is not None and item.value not in known:
            meant = id_by_name(known, item.value)
            if meant:
                why = reading_note(item.text, meant)
                inputs[name] = replace(item, value=meant, text=meant if why else item.text, why=why)


def _use(inputs: Mapping[str, Input], assumptions: Assumptions, faults: list[Fault]) -> Use:
    """What the shares are for; the general use where none is given."""
    name = inputs["use"].value if "use" in inputs else BY_NAME["use"].default
    told = unknown_use(name, assumptions)
    if told:
        faults.append(Fault("bad-choice", "use", told))
        name = BY_NAME["use"].default
    return assumptions.uses[name]


def unknown_use(name: str, assumptions: Assumptions) -> str:
    """What is wrong with a use that nobody describes; empty where there is one of this name."""
    if name in assumptions.uses or id_by_name(assumptions.names["use", ""], name):
        return ""
    wanted = did_you_mean(name, list(assumptions.uses), f"wanted one of {', '.join(assumptions.uses)}")
    return f"{shorten(name)} is not known; {wanted}"


def fault_code(entry: Field) -> str:
    """The code of a fault in the text of a field."""
    return _CODE_OF.get(entry.form, "bad-quantity" if entry.base else "bad-choice")


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_text(item) for item in value.values())
    return str(value)


def absent(entry: Field, assumptions: Mapping[str, Fact]) -> Input:
    """What stands in for a field that is not given; a value of NaN or nothing where nothing does."""
    if entry.assumed:
        fact = assumptions[entry.assumed]
        if entry.chosen:
            text = f"up to {fact.shown:g}, chosen for each option"
            return Input(math.nan, entry.base, text, "assumed", fact.source, fact)
        return Input(fact.value, entry.base, _assumed_text(fact), "assumed", fact.source, fact)
    if entry.default:
        return Input(entry.default, "", entry.default, "default", entry.why)
    if entry.base:
        return Input(math.nan, entry.base, "", "absent", entry.why)
    listed = entry.form in ("choices", "names", "ranges", "histogram", "history")
    return Input(() if listed else "", "", "", "absent", entry.why)


def _assumed_text(fact: Fact) -> str:
    """As people write it and as it can be given; all that is assumed without a unit is a part of something."""
    return percent_of(fact.shown) if fact.unit == "1" else units.amount(fact.shown, fact.unit)


def related_sizes(
    volume: Numeric, files: Numeric, file_size: Numeric, assumed_size: Numeric
) -> tuple[Numeric, Numeric]:
    """Number of files and mean file size from whichever of the two is known (not NaN); one row or many.

    Returns
    -------
    files : numeric
        [1]
    file_size : numeric
        [B]

    Examples
    --------
    >>> related_sizes(1e12, float("nan"), float("nan"), 1e6)
    (1000000.0, 1000000.0)
    """
    mean = np.where(np.isnan(file_size), assumed_size, file_size)
    count = np.where(np.isnan(files), np.ceil(volume / mean), files)
    size = np.where(np.isnan(file_size), volume / count, file_size)
    return _plain(count), _plain(size)


def related_change(volume: Numeric, change: Numeric, is_part: Any) -> Numeric:
    """Change rate in bytes per second from a part of the volume per second, or from bytes per second. [B/s]."""
    return _plain(np.where(is_part, change * volume, change))


def _plain(values: Any) -> Numeric:
    return float(values) if np.ndim(values) == 0 else values


def _set(inputs: dict[str, Input], name: str, value: Any, why: str = "") -> None:
    """Another value; with a reason it is no longer what the text says."""
    old = inputs[name]
    text, status = ("", "derived") if why else (old.text, old.status)
    inputs[name] = Input(value, old.base, text, status, why or old.why, old.fact)


def _assume_kept(inputs: dict[str, Input], use: Use) -> None:
    """What must be kept where nobody says: what the protocol carries, so far as the use has a need for it."""
    carried = _KEEP_OF[inputs["protocol"].value]
    kept = tuple(name for name in carried if use.keep is None or name in use.keep)
    why = message("by protocol") if kept == carried else f"by protocol and use: {use.name.lower()}"
    _set(inputs, "keep", kept, why)


def _relate(inputs: dict[str, Input], faults: list[Fault], today: dt.date) -> None:
    """Fill in what follows from other fields, and find contradictions."""
    if inputs["volume"].status != "given":
        if not any(fault.where in ("volume", "inventory") for fault in faults):
            faults.append(Fault("missing", "volume", "is required; wanted such as '150 TB'"))
        return
    _relate_sizes(inputs, faults)
    _relate_shares(inputs, faults)
    change, is_part = (
        inputs["change"].value if inputs["change"].status == "given" else (inputs["change"].value, True)
    )
    rate = related_change(inputs["volume"].value, change, is_part)
    inputs["change"] = replace(inputs["change"], value=rate, is_part=is_part)
    protocol = inputs["protocol"].value
    if inputs["source"].status == "absent":
        _set(inputs, "source", _SOURCE_OF[protocol], message("by protocol"))
    if inputs["running_costs"].status == "absent":
        _set(inputs, "running_costs", BY_NAME["running_costs"].choices, BY_NAME["running_costs"].why)
    if inputs["start"].status == "absent":
        _set(inputs, "start", today, "today")
    deadline = inputs["deadline"].value
    if isinstance(deadline, dt.date):
        start = inputs["start"].value
        if deadline < start:
            faults.append(Fault("contradiction", "deadline", f"{deadline} lies before the start, {start}"))
        _set(inputs, "deadline", time_to_deadline(deadline, start, inputs["timezone"].value))


def _relate_shares(inputs: dict[str, Input], faults: list[Fault]) -> None:
    """Hours that say how much of the line is ours leave no other share; the largest stands for all of them."""
    hours = inputs["hours"].value
    if not has_shares(hours):
        return
    if inputs["share"].status == "given":
        faults.append(
            Fault(
                "contradiction",
                "share and hours",
                "both say how much of the line may be used; wanted only one of them",
            )
        )
        return
    shares = read_line_hours(hours)
    else_none = "" if shares.rest or shares.always else "; at all other hours nothing"
    told = " or ".join(f"{share * 100:g}" for share in reversed(shares.shares))
    inputs["share"] = Input(shares.shares[0], "1", f"{told} %", "derived", f"by `hours`{else_none}")


def _relate_sizes(inputs: dict[str, Input], faults: list[Fault]) -> None:
    volume, sizes = inputs["volume"].value, inputs["sizes"].value
    named = [name for name in ("files", "file_size", "sizes") if inputs[name].status == "given"]
    if len(named) > 1:
        faults.append(
            Fault("contradiction", " and ".join(named), "say the same thing; wanted only one of them")
        )
        return
    if len(sizes or ()) > MOST_BUCKETS:
        text = f"holds {len(sizes):,} buckets; wanted at most {MOST_BUCKETS:,}, such as one for each power of two"
        faults.append(Fault("out-of-range", "sizes", text))
    if sizes:
        total = sum(size * count for size, count in sizes)
        if abs(total - volume) > 0.05 * volume:
            told = f"the buckets add up to {units.show(total, 'B')}, the volume is {units.show(volume, 'B')}"
            faults.append(Fault("contradiction", "sizes", f"{told}; wanted them within 5 %"))
        _set(inputs, "files", sum(count for _, count in sizes), message("from the histogram"))
    known = {
        name: inputs[name].value if inputs[name].status == "given" else math.nan
        for name in ("files", "file_size")
    }
    known["files"] = inputs["files"].value if sizes else known["files"]
    files, size = related_sizes(volume, known["files"], known["file_size"], inputs["file_size"].value)
    if not sizes and inputs["files"].status != "given":
        _set(inputs, "files", files, message("volume / mean file size"))
    if inputs["file_size"].status != "given":
        assumed = inputs["files"].status != "given" and not sizes
        _set(inputs, "file_size", size, "" if assumed else message("volume / files"))
    if inputs["file_size"].value > volume:
        faults.append(Fault("contradiction", "file_size", "is larger than the volume"))
    if inputs["largest_file"].value > volume:
        faults.append(Fault("contradiction", "largest_file", "is larger than the volume"))


_NEEDS = ("throughput_per_volume", "iops_per_volume", "iops_per_file", "expiring")


def _record(inputs: dict[str, Input], use: Use) -> Workload:
    values = {name: item.value for name, item in inputs.items()}
    values["round_trip_time"] = values.pop("rtt")
    values["change_rate"] = values.pop("change")
    values |= {name: use.need(name) for name in _NEEDS}
    values |= {
        name: use.need(name, none) for name, none in (("linear_volume", math.inf), ("need_exponent", 1.0))
    }
    return Workload(**values, media=use.media, inputs=inputs)
