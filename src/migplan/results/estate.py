"""The public records of an estate: many shares that are planned together. Amounts in [USD], volumes in [B]."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from migplan.results.model import json_of

SCHEMA = "migplan.estate/1"


@dataclass(frozen=True, slots=True)
class ShareResult:
    """One share of an estate.

    Attributes
    ----------
    group : str
        What is cut over together with it; its own name where nothing is.
    option, target, configuration : str or None
        Ids; None where it cannot be placed.
    file_system : str or None
        Id of the file system that it lands in.
    wave : str or None
        Id of the wave in which it is cut over.
    copy_start, ready, cutover_start, finish_p50, finish_p80 : str or None
        ISO times where the site is. `ready` is when a cutover could begin, at the rates that 8 of 10 cases keep.
    p_deadline : float or None
        Chance of its deadline by the simulation; None where none was asked for.
    meets : bool
        Whether all that was asked for is met.
    reasons : tuple of str
        Why it cannot be placed, or what it misses.
    """

    name: str
    site: str
    group: str
    server: str
    owner: str
    priority: str
    volume_bytes: float
    files: float
    option: str | None = None
    option_name: str = ""
    target: str | None = None
    configuration: str | None = None
    file_system: str | None = None
    wave: str | None = None
    copy_start: str | None = None
    ready: str | None = None
    cutover_start: str | None = None
    cutover_hours_p80: float | None = None
    finish_p50: str | None = None
    finish_p80: str | None = None
    deadline: str | None = None
    p_deadline: float | None = None
    meets: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveResult:
    """Shares of a site that are cut over in one window.

    Attributes
    ----------
    start, end : str
        ISO times of the window; a wave on a day without a window has that day.
    p_ready : float or None
        Chance that every share of it is ready and cut over within it.
    """

    id: str
    site: str
    start: str
    end: str
    shares: tuple[str, ...]
    bytes: float
    files: float
    groups: int
    owners: tuple[str, ...]
    finish_p50: str | None = None
    finish_p80: str | None = None
    p_ready: float | None = None


@dataclass(frozen=True, slots=True)
class FileSystemResult:
    """File systems that shares of a site share.

    Attributes
    ----------
    count : int
        How many of them there have to be within the limits of one.
    fill : float or None
        Part of what is bought that holds data; None where only what is stored is billed. [1]
    configuration_name : str
        What people call the configuration; its id stands where it is empty.
    """

    id: str
    site: str
    region: str
    target: str
    target_name: str
    configuration: str
    count: int
    shares: tuple[str, ...]
    bytes: float
    fill: float | None
    monthly_usd: float | None
    configuration_name: str = ""


@dataclass(frozen=True, slots=True)
class SiteResult:
    """One site.

    Attributes
    ----------
    line_bps : float or None
        [bit/s]
    line_load : tuple of dict
        `date`, and `load`: the part of the line that the migration may use that it does use on it. [1]
    agents : dict
        Id of a mover -> how many agents or copy hosts are set up for it.
    """

    name: str
    line_bps: float | None
    line_load: tuple[dict[str, Any], ...]
    agents: dict[str, int]
    shares: int
    bytes: float
    one_off_usd: float
    monthly_usd: float
    finish_p50: str | None = None
    finish_p80: str | None = None


@dataclass(frozen=True, slots=True)
class EstateCost:
    """What an estate costs over the horizon, each shared thing once.

    Attributes
    ----------
    one_off, monthly : float
        Cash; `monthly` has the targets and what is needed beside them.
    staff, delay : float
        What is counted and not invoiced.
    total : float
        All of it over the horizon; the aim of the plan. Prices that nobody knows are in it at an upper bound.
    lines : tuple of dict
        `item`, `site`, `shared` (by more than one share), `monthly`, `quantity`, `unit`, `amount` (None: not known).
    """

    one_off: float
    monthly: float
    staff: float
    delay: float
    total: float
    complete: bool
    lines: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A wish that cannot be kept, and what would free it.

    Attributes
    ----------
    kind : str
        `share` where a share cannot keep it by itself, `line`, `window` or `budget` where it is the others, `order`
        where something had to be ordered before today, `quota` where an account is given less.
    frees : tuple of str
        The smallest changes of one thing each that would, in words.
    """

    kind: str
    site: str
    shares: tuple[str, ...]
    wish: str
    text: str
    frees: tuple[str, ...] = ()


@dataclass(frozen=True)
class EstatePlan:
    """The plan of an estate.

    Attributes
    ----------
    bound_usd, gap : float or None
        What no plan of these options can be cheaper than, and how far this one is above it.
    status : str
        `optimal`, `gap`, or `infeasible` where a wish is missed.
    greedy_usd : float or None
        The sum of the plan in which each share takes what is best for it alone, in order.
    orders : tuple of dict
        `what` in words, `site`, `count`; `order_by`, the last day (ISO) that keeps all windows in 8 of 10 cases, and
        `slack_days`, how long after the first day on which it may be ordered that is; `arrives` and `arrives_p80`, when
        it is then there; `shares` (names of those that wait for it), `amount` (None: not known).
    assumptions : tuple of dict
        `text` in words, and `count` of the shares that rest on it.
    budget_usd, cash_usd : float or None
        What all of it may cost in cash over the horizon, where that was said, and what it does cost, with unknown
        prices at an upper bound.
    frontier : tuple of dict
        `finish` and `total_usd` of the cheapest plan that ends by then, where it was asked for.
    """

    today: str
    shares: tuple[ShareResult, ...]
    waves: tuple[WaveResult, ...]
    file_systems: tuple[FileSystemResult, ...]
    sites: tuple[SiteResult, ...]
    orders: tuple[dict[str, Any], ...]
    cost_usd: EstateCost
    bound_usd: float | None
    gap: float | None
    status: str
    conflicts: tuple[Conflict, ...] = ()
    greedy_usd: float | None = None
    greedy_finish: str | None = None
    finish_p50: str | None = None
    finish_p80: str | None = None
    horizon_months: float = 12.0
    assumptions: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    bad_rows: tuple[str, ...] = ()
    frontier: tuple[dict[str, Any], ...] = ()
    budget_usd: float | None = None
    cash_usd: float | None = None
    schema: str = field(default=SCHEMA)

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain data, equal to the JSON that the command line writes."""
        plain: dict[str, Any] = orjson.loads(self.to_json())
        return plain

    def to_json(self) -> str:
        """The plan as JSON, with one share, wave, file system or order a line."""
        names = [entry.name for entry in fields(self) if entry.name != "schema"]
        return json_of({name: getattr(self, name) for name in ("schema", *names)})
