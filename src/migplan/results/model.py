"""The finished plan as frozen records, and as the JSON that other people's scripts rely on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import orjson
from msgspec import Struct, field

from migplan.engine.outcome import PhaseName as PhaseName
from migplan.engine.targets import Reason as Reason

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "migplan.plan/1"


class PhaseResult(Struct, frozen=True):
    """A stretch of an option."""

    name: str
    start_days: float
    days: float
    bound_by: str

    @property
    def end_days(self) -> float:
        """When it ends. [days from the start]"""
        return self.start_days + self.days


class LedgerLine(Struct, frozen=True):
    """A line of the ledger in the units in which it is sold; `running` is beside the target."""

    item: str
    owner: str
    quantity: float
    unit: str
    unit_price: float | None
    amount: float | None
    monthly: bool
    source: str
    as_of: str
    status: str
    old: bool
    note: str
    price: str = ""
    running: bool = False


class CostResult(Struct, frozen=True):
    """Totals of the known lines; `complete` says whether there are others. [USD].

    `monthly` is what the target costs, and `running` what is needed beside it each month; None in plans of versions
    that did not count that. `not_counted` says what else that may be, and why it is in no sum. The horizon total is the
    one-off costs and `horizon_months` times both of these. The upper bound is that total with the most that prices
    which are not known may come to; None where nothing bounds them. `double_running` is what the old system costs until
    the move is done, in the middle of cases where there are draws, and `saving` how much less a month the target and
    what is needed beside it cost; None where nobody says what the old system costs, or a price is not known.
    `guide_total` is the horizon total with the dearest price of another Region for each that is not known in this one:
    a guide where there is no sum, and in no comparison; None where all are known, or one is known nowhere.
    """

    one_off: float | None
    monthly: float | None
    horizon_total: float | None
    complete: bool
    lines: tuple[LedgerLine, ...]
    horizon_months: float = math.nan
    upper_bound: float | None = None
    double_running: float | None = None
    saving: float | None = None
    running: float | None = None
    not_counted: tuple[str, ...] = ()
    guide_total: float | None = None

    @property
    def priced(self) -> bool:
        """Whether any price of the target itself is known, or it costs nothing."""
        rent = [line.amount for line in self.lines if line.monthly and not line.running]
        return not rent or any(amount is not None for amount in rent)

    @property
    def known_total(self) -> float | None:
        """The horizon total; None where no price of the target is known: the rest of the sum says nothing."""
        return self.horizon_total if self.priced else None


class SettingsResult(Struct, frozen=True):
    """How a way is run: as given, else as chosen for it; None for what it does not have.

    Attributes
    ----------
    agents : int or None
        Agents or copy hosts, or hosts that load devices.
    threads : int or None
        Files that each of them handles at the same time.
    verify : str or None
        What is compared after copying: 'none', 'changed' (everything once, then what was sent) or 'all' (in every run).
    tasks : int or None
        What the items are divided among.
    """

    agents: int | None = None
    threads: int | None = None
    verify: str | None = None
    tasks: int | None = None


class OptionResult(Struct, frozen=True):
    """One way, with everything that is known about it.

    Attributes
    ----------
    name : str
        What people call it: how files are moved, and to which target in which configuration.
    short_name : str
        The same for cells of a table; both are empty in plans of versions that did not say.
    parts : dict
        What people call its 'mover', 'route', 'device' and 'target'; without those that it does not have.
    obtained : str
        What is done to have the devices: 'order', 'provide' (one's own), 'book' or 'arrange'.
    done_by : tuple of (days, probability)
        The chance of being done by then, for the best of the first few families; empty for the others.
    behaviour : str
        What the mover moves: 'files' or 'blocks'; empty without one.
    configuration : str or None
        Id of the configuration of the target; None where it has none.
    verified : bool or None
        Whether the mover compares what it copied; None without one.
    cutover_hours_p80 : float or None
        The cutover is as short as this in 8 of 10 cases; None without draws. [h]
    outage_usd : float or None
        What its cutover counts for in the sum that decides, where it is longer than people usually do without writing.
    settings : SettingsResult or None
        None in plans of versions that did not say.
    run_with : str
        The same in words.
    """

    id: str
    kind: str
    family: str
    mover: str | None
    route: str | None
    device: str | None
    target: str
    usable: bool
    meets: bool
    reasons: tuple[Reason, ...]
    line_rate_days: float | None
    duration_days: float | None
    p50_days: float | None
    p80_days: float | None
    p95_days: float | None
    p_deadline: float | None
    p_budget: float | None
    finish: str | None
    finish_p80: str | None
    bottleneck: str
    devices: int | None
    tasks: int | None
    passes: int | None
    cutover_hours: float | None
    phases: tuple[PhaseResult, ...]
    cost_usd: CostResult
    fidelity: dict[str, tuple[str, ...]]
    notes: tuple[str, ...]
    requires: tuple[Reason, ...]
    rank: int
    name: str = ""
    done_by: tuple[tuple[float, float], ...] = ()
    behaviour: str = ""
    configuration: str | None = None
    verified: bool | None = None
    cutover_hours_p80: float | None = None
    settings: SettingsResult | None = None
    run_with: str = ""
    short_name: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    obtained: str = "order"
    outage_usd: float | None = None

    @property
    def drawn(self) -> bool:
        """Whether there were draws; what never ends in half of all cases has no percentile all the same."""
        return self.p50_days is not None or self.p_deadline is not None or bool(self.done_by)


class ConfigurationResult(Struct, frozen=True):
    """A configuration in which a target is sold, and what it lacks of what is needed.

    Attributes
    ----------
    monthly_usd : float or None
        Rent of what the workload takes of it, as far as prices are known: charges for traffic are none of it. [USD]
    """

    id: str
    name: str
    availability: str
    medium: str
    monthly_usd: float | None
    complete: bool
    meets_need: bool
    reasons: tuple[Reason, ...]
    short_name: str = ""


class TargetResult(Struct, frozen=True):
    """A target: does it fit, how much of it, at what price a month.

    Attributes
    ----------
    configuration : str or None
        Id of the one that is sized and priced; None where the target has none.
    configurations : tuple of ConfigurationResult
        All in which it is sold.
    running_usd : float or None
        What is needed beside it each month, which `monthly_usd` does not hold. [USD]
    """

    id: str
    name: str
    fit: bool
    reached: bool
    count: int
    provisioned: float
    throughput: float | None
    monthly_usd: float | None
    complete: bool
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    kind: str = ""
    configuration: str | None = None
    configurations: tuple[ConfigurationResult, ...] = ()
    running_usd: float | None = None
    short_name: str = ""


class Recommendation(Struct, frozen=True):
    """What to do, and why; `option` is None where nothing can be used.

    Attributes
    ----------
    not_chosen : tuple of dict
        The next two: 'option', 'because', and from draws 'p_sooner' and 'p_later', the chances that what is recommended
        ends before them and after them.
    levers : tuple of dict
        'field', 'now' and 'needed' of each single input that would make the plan meet, the least that does, and the
        'option' that a plan so changed recommends and its short 'name'; 'costs_usd', by how much its sum is higher than
        today's, None where a price is not known; of traits the 'text' of what has to be there; 'smallest' is true of
        the one that changes least, as is assumed.
    verdict : str
        'meets', 'nothing-meets', or 'on-the-edge' where it is within the sampling error of the draws and another seed
        may turn it; empty in plans of versions that did not say.
    misses : tuple of dict
        'wish', 'wanted', 'got' and 'by' of each wish that what is recommended misses, as texts.
    alternatives : tuple of dict
        'kind' (cheapest, fastest, surest, partial, complete where what is recommended keeps something only in part, or
        present, for which nothing is ordered, where what is recommended wants a circuit or devices),
        'option', what it 'saves' and 'costs' as texts; the same against what is recommended as numbers in 'saves_usd',
        'costs_usd', 'saves_days' and 'costs_days', of which money is None where a price of either is not known; what it
        'loses', keeps only in part or may not keep, and of that what is not known ('may_lose'); 'p_deadline'; and all
        in one 'text'.
    close_calls : tuple of dict
        Why a verdict is on the edge: 'wish' (deadline, cutover_window; cost or time where two options are about equal),
        the 'option' that it is about, 'other', what would be recommended else, 'p_wish' and a 'text'.
    pairs : tuple of dict
        Changes of two inputs together that would make the plan meet, where none but to want less does: as levers, with
        'fields' and a list of each of 'now' and 'needed'. The first of the two moves by a plain step.
    nearest : tuple of dict
        At most one change of a word, as levers: where no input would do it, that which comes the closest without
        meeting; where the plan meets on the edge, the least one that makes it surer.
    """

    option: str | None
    target: str | None
    meets: bool
    why: tuple[str, ...]
    misses_by_days: float
    not_chosen: tuple[dict[str, Any], ...]
    levers: tuple[dict[str, Any], ...]
    verdict: str = ""
    misses: tuple[dict[str, Any], ...] = ()
    alternatives: tuple[dict[str, Any], ...] = ()
    close_calls: tuple[dict[str, Any], ...] = ()
    pairs: tuple[dict[str, Any], ...] = ()
    nearest: tuple[dict[str, Any], ...] = ()


class InputResult(Struct, frozen=True):
    """One input as it was read."""

    value: Any
    unit: str
    text: str
    status: str
    why: str


class CheckResult(Struct, frozen=True):
    """A design check that applies; `first` where it is required for a trait or a use that somebody stated."""

    id: str
    name: str
    severity: str
    text: str
    applies: str
    source: str
    as_of: str
    status: str
    first: bool = False


class FactResult(Struct, frozen=True):
    """A fact that the plan rests on."""

    id: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    as_of: str
    status: str
    old: bool
    note: str


class CloudResult(Struct, frozen=True):
    """What one of several clouds that are compared offers at the best.

    Attributes
    ----------
    region, place : str
        Id of its Region that is planned for, and what people call that.
    option : OptionResult or None
        Its best option, which may not be usable; None where it has none.
    availability, medium : str
        What the configuration of the target gives, in words that are the same for all clouds.
    """

    cloud: str
    name: str
    region: str
    place: str
    option: OptionResult | None
    availability: str
    medium: str


class Plan(Struct, frozen=True):
    """A finished plan.

    Attributes
    ----------
    today : str
        The day it was made for.
    workload : dict of InputResult
        Every input field: value in base units, text, and whether it was given or assumed.
    recommendation : Recommendation
    options : tuple of OptionResult
        All options, best first; those that cannot be used have their reasons.
    targets, checks, facts : tuple
    notes : tuple of str
        What is to be known of the inputs, whichever way is taken; those of an option are its own.
    clouds : tuple of CloudResult
        Where clouds were compared each of them, the best first, which is the one that the rest is about; else none.
    """

    today: str
    workload: dict[str, InputResult]
    recommendation: Recommendation
    options: tuple[OptionResult, ...]
    targets: tuple[TargetResult, ...]
    checks: tuple[CheckResult, ...]
    facts: tuple[FactResult, ...]
    notes: tuple[str, ...] = ()
    clouds: tuple[CloudResult, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data, equal to the JSON that the command line writes."""
        plain: dict[str, Any] = orjson.loads(self.to_json())
        return plain

    def to_json(self) -> str:
        """The plan as JSON, with one option, target, check or fact a line."""
        values = {"schema": SCHEMA, **{name: getattr(self, name) for name in self.__struct_fields__}}
        if not self.clouds:
            del values["clouds"]
        return json_of(values)

    def options_frame(self) -> pd.DataFrame:
        """The options as a pandas frame, best first, a row each, under the names that a batch has for its columns.

        Unknown numbers are missing; durations are in days, costs in USD, and reasons are codes joined by `; `.
        """
        from migplan.results.display import options_frame

        return options_frame(self)

    @property
    def chosen(self) -> OptionResult | None:
        """The recommended option."""
        return next((option for option in self.options if option.id == self.recommendation.option), None)

    def __repr__(self) -> str:
        """What is planned, what is recommended, when, for how much, and out of how much, a line each."""
        from migplan.results.display import lines_of

        return "\n ".join(lines_of(self))

    def _repr_html_(self) -> str:
        """The same and the best option of each family, for a notebook."""
        from migplan.results.display import page_of

        return page_of(self)


def json_of(values: Mapping[str, Any]) -> str:
    """A record as JSON, with a line for each member of its lists."""
    return "{\n" + ",\n".join(f'"{key}": {_lines_of(value)}' for key, value in values.items()) + "\n}"


def _lines_of(value: Any) -> str:
    """A value as JSON, which has no NaN and no infinity: null stands for both."""
    plain = msgspec.to_builtins(value)
    if not isinstance(value, tuple):
        return orjson.dumps(plain).decode()
    return "[\n" + ",\n".join(orjson.dumps(item).decode() for item in plain) + "\n]"


def finite(value: Any) -> float | None:
    """A float, or None where there is no finite one.

    >>> finite(1.5), finite(float("nan")), finite(float("inf"))
    (1.5, None, None)
    """
    number = float(value)
    return number if math.isfinite(number) else None
