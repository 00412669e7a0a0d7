"""The cheapest choice of modes and windows, with a bound of what any choice costs: an integer program for HiGHS.

Each share takes one mode in one window. What it sends until then has to fit on its line: of all shares that are cut
over by a window, the work up to its end (earlier deadlines first is as good as any order on one line). Circuits, tools
and devices are paid once by those who use them; file systems cost at the least what their parts do, and no less than
the smallest one. So the bound holds for all plans of these modes, and the plan itself is priced in full afterwards.

Source: models of bulk transfer with shared links and fixed charges; B. Cho, I. Gupta, New algorithms for planning bulk
transfer via internet and shipping networks, ICDCS 2010. Solver: Q. Huangfu, J. Hall, Parallelizing the dual revised
simplex method, Math. Prog. Comp. 10 (2018), https://highs.dev.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from migplan.engine.clock import Clock
from migplan.engine.parameters import Parameters
from migplan.engine.settings import most_agents
from migplan.estate.joint.modes import Mode
from migplan.estate.joint.placing import Choice
from migplan.estate.joint.problem import Problem
from migplan.estate.joint.slots import Slot
from migplan.estate.joint.stepped import count_sizes
from migplan.estate.joint.sums import Sum
from migplan.estate.joint.taking import HOSTS
from migplan.formulas import only
from migplan.units import DAY

_RELAXED, _WORTH, _ROUNDING = 20.0, 8.0, 1e-6
"""Time that the relaxation has at the least [s], and how many times its own a search has to have to find more."""

_GAP = 3e-3
"""A choice so near to the bound ends the search: file systems, circuits and dates are rounded by more."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver found.

    Attributes
    ----------
    choice : Choice or None
        None where no choice keeps all wishes, or none was found in time.
    bound : float
        What no choice costs less than. [USD]
    feasible : bool
        Whether it is not known that no choice keeps all wishes.
    """

    choice: Choice | None
    bound: float
    feasible: bool


@dataclass(frozen=True, slots=True)
class _Column:
    item: int
    mode: int
    slot: int


class Program:
    """The integer program of a problem.

    Parameters
    ----------
    problem : Problem
    last : float, optional
        By when all has to be done, from the first start. [s]
    room : mapping, optional
        Site and thing -> what there is of it, as a multiple of what there is. [1]
    wishes : bool, optional
        Whether the fewest missed deadlines are looked for, and not the least money.
    weight : float, optional
        How many times cash counts: more than once where a budget asks for less of it. [1]
    """

    def __init__(
        self,
        problem: Problem,
        last: float = np.inf,
        room: Mapping[tuple[str, str], float] | None = None,
        wishes: bool = False,
        weight: float = 1.0,
    ) -> None:
        self.problem, self._room, self._wishes, self._weight = problem, room or {}, wishes, weight
        self.columns = [
            _Column(n, m, k)
            for n, item in enumerate(problem.items)
            for m, mode in enumerate(item.modes)
            for k, slot in enumerate(problem.slots)
            if problem.fits(n, mode, slot, late=wishes)
            and problem.finish(n, mode, slot) + problem.offsets[item.share.site] <= last
        ]
        self._costs: list[float] = []
        self._upper: list[float] = []
        self._integer: list[bool] = []
        self._rows: list[tuple[float, float, list[int], list[float]]] = []
        self._known: dict[tuple[str, ...], int] = {}
        self.missing = set(range(len(problem.items))) - {column.item for column in self.columns}
        if not self.missing:
            self._build()

    def _build(self) -> None:
        problem, wishes, weight = self.problem, self._wishes, self._weight
        months = problem.months() * weight
        rates: dict[tuple[int, int], tuple[float, float]] = {}
        for column in self.columns:
            key = column.item, column.mode
            mode = problem.items[column.item].modes[column.mode]
            if key not in rates:
                rates[key] = mode.cash * weight + mode.alone, problem.by_time(*_of(problem, column))
            cash, by_time = rates[key]
            finish = problem.finish(column.item, mode, problem.slots[column.slot])
            missed = float(finish > problem.items[column.item].deadline)
            self.variable(missed if wishes else cash + by_time * finish, 1.0, True)
        by_item: dict[int, list[int]] = {}
        for index, column in enumerate(self.columns):
            by_item.setdefault(column.item, []).append(index)
        for mine in by_item.values():
            self.row(1.0, 1.0, mine, [1.0] * len(mine))
        self._together(by_item)
        if not wishes:
            self._things(by_item)
            self._pools(by_item, months)
        self._loads()
        self._waves(by_item)

    def variable(self, cost: float, upper: float, integer: bool) -> int:
        """Add a variable, and tell its place."""
        self._costs.append(cost)
        self._upper.append(upper)
        self._integer.append(integer)
        return len(self._costs) - 1

    def row(self, low: float, high: float, index: Sequence[int], value: Sequence[float]) -> None:
        """Add a row: a sum of variables that is between two numbers."""
        self._rows.append((low, high, list(index), list(value)))

    def _mode(self, index: int) -> Mode:
        column = self.columns[index]
        return self.problem.items[column.item].modes[column.mode]

    def _site(self, index: int) -> str:
        return self.problem.items[self.columns[index].item].share.site

    def _together(self, by_item: Mapping[int, Sequence[int]]) -> None:
        """Shares of a unit have the same window."""
        for unit in self.problem.units:
            for other in unit[1:]:
                for slot in range(len(self.problem.slots)):
                    first, second = (
                        [index for index in by_item[member] if self.columns[index].slot == slot]
                        for member in (unit[0], other)
                    )
                    if first or second:
                        self.row(0.0, 0.0, [*first, *second], [1.0] * len(first) + [-1.0] * len(second))

    def _things(self, by_item: Mapping[int, Sequence[int]]) -> None:
        """What is paid once by all who use it: circuits, devices, and the work to arrange things."""
        facts = self.problem.items[0].share.case.facts.assumptions
        rate = facts["staff_rate"].value
        costs: dict[tuple[str, ...], float] = {}
        for index in range(len(self.columns)):
            for key, cost in self._used(index):
                costs[key] = min(costs.get(key, np.inf), cost if cost >= 0 else rate * facts[key[1]].value)
        variables = {key: self.variable(cost, 1.0, True) for key, cost in costs.items()}
        for mine in by_item.values():
            users: dict[tuple[str, ...], list[int]] = {}
            for index in mine:
                for key, _ in self._used(index):
                    users.setdefault(key, []).append(index)
            for key, using in users.items():
                self.row(0.0, np.inf, [variables[key], *using], [1.0] + [-1.0] * len(using))

    def _used(self, index: int) -> Iterator[tuple[tuple[str, ...], float]]:
        """What a column pays for with others, and what for at the least; work has a negative number. [USD]."""
        mode, site = self._mode(index), self._site(index)
        for owner, cost in mode.shared.items():
            yield (site, "charge", owner), cost * self._weight
        if mode.visits:
            yield (site, "visits", mode.region), mode.visits * self.problem.months() * self._weight
        for kind, thing in mode.work:
            yield (site, kind, thing), -1.0

    def _pools(self, by_item: Mapping[int, Sequence[int]], months: float) -> None:
        """File systems cost what their parts do at the least, and no less than the smallest one."""
        problem = self.problem
        pools: dict[tuple[str, str], list[int]] = {}
        for index in range(len(self.columns)):
            pools.setdefault((self._site(index), self._mode(index).pool), []).append(index)
        for (site, pool), users in pools.items():
            least = {
                key: problem.least(key[0], problem.items[key[0]].modes[key[1]])
                for key in {(self.columns[i].item, self.columns[i].mode) for i in users}
            }
            floor = problem.floor(site, self._mode(users[0]))
            throughput = problem.throughput(self._mode(users[0]))
            there = self.variable(0.0, 1.0, True)
            for name in next(iter(least.values())):
                cost = self.variable(months, np.inf, False)
                parts = [-least[self.columns[i].item, self.columns[i].mode][name] for i in users]
                self.row(0.0, np.inf, [cost, *users], [1.0, *parts])
                if floor.get(name, 0.0) > 0.0:
                    self.row(0.0, np.inf, [cost, there], [1.0, -floor[name]])
                if name == throughput:
                    self._stepped(cost, there, users)
            for mine in by_item.values():
                using = [i for i in mine if self._mode(i).pool == pool and self._site(i) == site]
                if using:
                    self.row(0.0, np.inf, [there, *using], [1.0] + [-1.0] * len(using))

    def _stepped(self, cost: int, there: int, users: Sequence[int]) -> None:
        """Whole file systems, each of a size up to which a step of throughput is advised, have to hold all data.

        Those beyond the first take work; what is larger than any is told as one.
        """
        problem, mode = self.problem, self._mode(users[0])
        steps = problem.steps(self._site(users[0]), mode)
        if not steps:
            return
        by_item: dict[int, list[int]] = {}
        for index in users:
            by_item.setdefault(self.columns[index].item, []).append(index)
        volumes = {item: problem.needs(item, self._mode(mine[0]))[0] for item, mine in by_item.items()}
        largest = steps[-1][0]
        needs = [(volumes[item] / largest, mine) for item, mine in by_item.items()]
        counts = count_sizes(self, needs, [volume / largest for volume, _ in steps])
        self.row(0.0, np.inf, [cost, *counts], [1.0, *(-monthly for _, monthly in steps)])
        facts = problem.items[0].share.case.facts.assumptions
        more = self.variable(facts["staff_rate"].value * facts["work_file_system"].value, np.inf, False)
        parts = {i: np.ceil(need) for need, mine in needs if need > 1.0 for i in mine}
        ones = [-1.0] * len(counts)
        self.row(0.0, np.inf, [more, there, *parts, *counts], [1.0, 1.0, *parts.values(), *ones])

    def _loads(self) -> None:
        """What shares of a site need of a thing until a window is there by the end of it."""
        users: dict[tuple[str, str], list[int]] = {}
        for index in range(len(self.columns)):
            for name in self._mode(index).loads:
                users.setdefault((self._site(index), name), []).append(index)
        for (site, name), using in users.items():
            begin = min(self._mode(index).begin80 for index in using)
            hosts = self._hosts(site, name, using) if name.startswith(HOSTS) else None
            clock = self.problem.clocks[site].of_lines(self._mode(using[0]).option.own_line)
            room = self._room.get((site, name), 1.0)
            by_slot: dict[int, list[int]] = {}
            for index in using:
                by_slot.setdefault(self.columns[index].slot, []).append(index)
            sent = Sum(self, least=False)
            shortest = min(self._mode(index).cutover80 for index in using)
            for k in sorted(by_slot):
                slot, mine = self.problem.slots[k], by_slot[k]
                end = slot.latest(site, shortest) if slot.bounded else slot.close[site]
                needs = dict(zip(mine, self._needs(mine, name, slot, clock).tolist(), strict=True))
                dues = {index: self.problem.items[self.columns[index].item].deadline for index in mine}
                # What is due within a window is there by then, with all that was cut over before the window.
                for due in sorted({due for due in dues.values() if slot.open[site] < due < end}):
                    some = {index: need for index, need in needs.items() if dues[index] <= due}
                    self._fits(sent, some, only(clock.usable(begin, max(due, begin))) * room / DAY, hosts)
                sent.add(list(needs), list(needs.values()))
                self._fits(sent, {}, only(clock.usable(begin, max(end, begin))) * room / DAY, hosts)

    def _needs(self, mine: Sequence[int], name: str, slot: Slot, clock: Clock) -> Any:
        """What columns need of a thing until a window. [days].

        Who is alone may be ready sooner than the mean course says, and needs no more than there is until then.
        """
        modes = [self._mode(index) for index in mine]
        site = self._site(mine[0])
        begins = np.array([mode.begin80 for mode in modes])
        ends = np.array([slot.latest(site, mode.cutover80) for mode in modes])
        busy = np.array([mode.busy for mode in modes])
        loads = np.array([mode.loads[name] for mode in modes])
        work = busy * np.array([mode.stretch80 for mode in modes])
        there = np.asarray(clock.usable(begins, np.maximum(ends, begins)))
        return np.where(busy > 0, loads / np.where(busy > 0, busy, 1.0), 0.0) * np.minimum(work, there) / DAY

    def _fits(self, sent: Sum, more: Mapping[int, float], there: float, hosts: int | None) -> None:
        """What was sent before and some more is there, or of each of so many agents or copy hosts."""
        if hosts is None and sent.most + sum(more.values()) <= there:
            return
        index, value = sent.terms()
        own = ([hosts], [-there]) if hosts is not None else ([], [])
        upto = 0.0 if hosts is not None else there
        self.row(-np.inf, upto, [*index, *more, *own[0]], [*value, *more.values(), *own[1]])

    def _hosts(self, site: str, name: str, using: Sequence[int]) -> int:
        """How many agents or copy hosts of a mover a site sets up: each beyond the first takes work."""
        facts = self.problem.items[0].share.case.facts.assumptions
        cost = 0.0 if self._wishes else facts["staff_rate"].value * facts["work_agent"].value
        given = self.problem.sites[site].given.get("agents")
        p = Parameters([self._mode(using[0]).option], "")
        most = only(most_agents(p, facts["agents"].value))
        most = max(most, max(self._mode(index).agents for index in using)) if given is None else float(given)
        variable = self.variable(cost, most, True)
        self._known[site, name] = variable
        for index in using:
            if self._mode(index).agents > 1.0:
                self.row(0.0, np.inf, [variable, index], [1.0, -self._mode(index).agents])
        return variable

    def _waves(self, by_item: Mapping[int, Sequence[int]]) -> None:
        """Windows have so many people, and waves grow from a pilot on."""
        problem = self.problem
        for name in problem.names:
            leaders = {unit[0] for unit in problem.units if problem.items[unit[0]].share.site == name}
            mine = [index for leader in leaders for index in by_item[leader]]
            staff = problem.sites[name].staff
            by_slot: dict[int, list[int]] = {}
            for index in mine:
                by_slot.setdefault(self.columns[index].slot, []).append(index)
            before = Sum(self, least=True)
            for k in sorted(by_slot):
                now, slot = by_slot[k], problem.slots[k]
                if staff is not None and staff * slot.days < len(leaders):
                    self.row(-np.inf, staff * slot.days, now, [1.0] * len(now))
                if problem.ramp.pilot * slot.days < len(leaders):
                    places, factors = before.terms()
                    grown = [-problem.ramp.growth * slot.days * factor for factor in factors]
                    most = problem.ramp.pilot * slot.days
                    self.row(-np.inf, most, [*now, *places], [*([1.0] * len(now)), *grown])
                before.add(now, [1.0] * len(now))

    def forbid(self, index: int) -> None:
        """Leave out one of the columns."""
        self._upper[index] = 0.0

    def solve(self, seconds: float, start: Choice | None = None) -> Solved:
        """Look for the cheapest choice.

        Parameters
        ----------
        seconds : float
            That it may take. [s]
        start : Choice, optional
            One that is known.
        """
        if self.missing:
            return Solved(None, np.inf, False)
        # Only an optimum needs the solver.
        import highspy

        begun, model = time.monotonic(), self._model(highspy)
        whole, model.integrality_ = model.integrality_, []
        # The relaxation is the bound of all plans, so that it has its time whatever the search is given.
        solver = _solver(highspy, max(seconds, _RELAXED))
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, np.inf, False)
        least = float(solver.getInfo().objective_function_value) if _is_solved(highspy, solver) else 0.0
        rounded = self._rounded(np.asarray(solver.getSolution().col_value))
        took = time.monotonic() - begun
        # Parts of a wish are no answer to which of them is given up.
        if seconds < _WORTH * took and not (self._wishes and least > _ROUNDING):
            return Solved(rounded, least - self._constant(), True)
        solver = _solver(highspy, seconds)
        model.integrality_ = whole
        solver.passModel(model)
        if start is not None:
            places, values = self._started(start)
            solver.setSolution(len(places), places, values)
        solver.run()
        info = solver.getInfo()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return Solved(None, np.inf, False)
        values = np.asarray(solver.getSolution().col_value)
        found = info.primal_solution_status == _FEASIBLE and len(values) > 0
        bound = max(float(info.mip_dual_bound), least) - self._constant()
        return Solved(self._choice(values) if found else rounded, bound, True)

    def _rounded(self, values: Any) -> Choice | None:
        """The mode and the window of which the relaxation takes most; it takes nearly all of one anyway."""
        if not len(values):
            return None
        most: dict[int, tuple[float, int]] = {}
        for index, column in enumerate(self.columns):
            if values[index] > most.get(column.item, (0.0, 0))[0]:
                most[column.item] = float(values[index]), index
        if len(most) < len(self.problem.items):
            return None
        ones = np.zeros(len(values))
        ones[[index for _, index in most.values()]] = 1.0
        for variable in self._known.values():
            ones[variable] = np.ceil(values[variable] - _ROUNDING)
        return self._choice(ones)

    def _constant(self) -> float:
        """The first agent of each is no work. [USD]."""
        return float(sum(self._costs[variable] for variable in self._known.values()))

    def _model(self, highspy: Any) -> Any:
        model = highspy.HighsLp()
        count = len(self._costs)
        model.num_col_, model.num_row_ = count, len(self._rows)
        model.col_cost_ = np.array(self._costs)
        lower = np.zeros(count)
        lower[list(self._known.values())] = 1.0
        model.col_lower_, model.col_upper_ = lower, np.array(self._upper)
        model.row_lower_ = np.array([low for low, *_ in self._rows])
        model.row_upper_ = np.array([high for _, high, *_ in self._rows])
        sizes = [len(index) for *_, index, _ in self._rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(sizes)))
        model.a_matrix_.index_ = np.concatenate([index for *_, index, _ in self._rows]).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate([value for *_, value in self._rows])
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self._integer]
        return model

    def _started(self, start: Choice) -> tuple[Any, Any]:
        """Places and values of the variables that a choice decides; the solver finds those that follow from them."""
        at = {(c.item, c.mode, c.slot): index for index, c in enumerate(self.columns)}
        values = np.zeros(len(self.columns) + len(self._known))
        for item, (mode, slot) in enumerate(zip(start.modes, start.slots, strict=True)):
            index = at.get((item, mode, slot))
            if index is not None:
                values[index] = 1.0
        hosts = [start.hosts.get((site, name.removeprefix(HOSTS)), 1.0) for site, name in self._known]
        values[len(self.columns) :] = np.maximum(hosts, 1.0)
        places = np.array([*range(len(self.columns)), *self._known.values()], dtype=np.int32)
        return places, values

    def _choice(self, values: Any) -> Choice:
        modes, slots = [0] * len(self.problem.items), [0] * len(self.problem.items)
        for index, column in enumerate(self.columns):
            if values[index] > 0.5:
                modes[column.item], slots[column.item] = column.mode, column.slot
        hosts = {
            (site, name.removeprefix(HOSTS)): float(round(values[variable]))
            for (site, name), variable in self._known.items()
        }
        return Choice(tuple(modes), tuple(slots), hosts)


_FEASIBLE = 2
"""What HiGHS says of a solution that keeps all rows."""


def _solver(highspy: Any, seconds: float) -> Any:
    solver = highspy.Highs()
    options = {"output_flag": False, "time_limit": float(seconds), "mip_rel_gap": _GAP, "threads": 1}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _is_solved(highspy: Any, solver: Any) -> bool:
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _of(problem: Problem, column: _Column) -> tuple[int, Mode]:
    return column.item, problem.items[column.item].modes[column.mode]
