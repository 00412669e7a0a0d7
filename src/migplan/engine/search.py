"""The best option of every row, without evaluating the options that cannot be it.

`winners_of_all` evaluates everything and compares; `find_winners` gives the same for less. It keeps the best option so
far of every row, and passes over an option where its bounds say that it is of a worse tier; or that it can neither be
better than the best so far, nor so much cheaper that the best so far would no longer count as equally cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from migplan.engine.bounds import Bound, Bounds
from migplan.engine.bundles import bundled
from migplan.engine.evaluation import Clock, assumed_values
from migplan.engine.leaders import Leaders, Pairs
from migplan.engine.options import Option
from migplan.engine.parameters import some_rows
from migplan.engine.promise import SOME_DAY, by_promise, first_few, lowest_few, promise
from migplan.engine.ranking import BY_TIME, LATE, OUTSIDE, UNSURE, UNUSABLE, effort, is_sure, tie_of
from migplan.engine.row_evaluation import KINDS, evaluate_each
from migplan.engine.winners import FROM, NAMES, Winners, nobody, winners_of_all
from migplan.facts import Catalogue
from migplan.inputs.workload import Workload

FEW = 300_000
"""Options times rows that are few enough for all to be evaluated: less work than finding out which need not be."""

_MANY = 8192
"""Rows that are enough for an option to be evaluated by itself."""

_BLOCK = 65_536
"""Pairs that are evaluated at once: enough to forget what a call costs, few enough for the processor's last cache."""

_ROWS = 16_384
"""Rows that are looked at together: what is known of them stays in the processor's cache."""

_ALL = 20_000
"""Options times rows that are looked at once more and are so few that a look at what they cost will do."""

_FLUSH = 2048
"""Pairs so few that those which might turn out to be needless are evaluated as well, rather than looked at."""

_WORTH = 8192
"""Pairs that are worth a round: where there are fewer rows, more than one option of each is evaluated in it."""

_CROWD = 64
"""How many times fewer rows than another one a bundle must be best for to wait."""

_FAR = 1e30


_PREFERENCE = 0.03
"""How much cheaper than another, per effort, an option should look to be evaluated first."""


def find_winners(
    options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
) -> Winners:
    """The best option of every row.

    Parameters
    ----------
    options : sequence of Option
        Those that no word rules out.
    w : Workload
        Numbers that differ by row are arrays.
    """
    if rows * len(options) <= FEW:
        return winners_of_all(options, w, catalogue, clock, rows)
    return _Search(options, w, catalogue, clock, rows).run()


class _Search:
    """What may win, round by round."""

    def __init__(
        self, options: Sequence[Option], w: Workload, catalogue: Catalogue, clock: Clock, rows: int
    ) -> None:
        self.w, self.catalogue, self.clock, self.rows = w, catalogue, clock, rows
        # Of equals the first wins, in the order in which options are evaluated.
        self.places = np.array(sorted(range(len(options)), key=lambda n: KINDS.index(options[n].kind)))
        self.options, self.given = [options[place] for place in self.places], tuple(options)
        self.kind = np.array([KINDS.index(option.kind) for option in self.options])
        self.effort = np.array([effort(option) for option in self.options])
        self.sure = np.array([is_sure(option, w) for option in self.options])
        self.bundles, self.like = bundled(self.options)
        self.sizes = np.array([len(places) for places in self.bundles])
        self.alone = self.sizes == 1
        self.done = np.zeros((len(self.bundles), rows), dtype=bool)
        self.assumed = assumed_values(catalogue)
        self.tie = 1.0 + tie_of(w.optimize, catalogue.assumptions)
        self.leaders = Leaders(rows, self.tie, w.optimize not in BY_TIME, self.effort, self.like)

    def run(self) -> Winners:
        """Look at what is likely to win, and then at what may still win, until nothing may."""
        bounds = Bounds(self.w, self.catalogue, self.assumed, self.rows)
        ceilings = [bounds.ceiling(self.options[places[0]]) for places in self.bundles]
        cheapest, first = self._first(ceilings)
        for place, places in enumerate(self.bundles):
            self.done[place] = (first == places[0]) & (len(places) == 1)
        self._evaluate(np.arange(self.rows), first)
        rows = self.leaders.doubtful(cheapest, self._rivals(ceilings, first))
        while len(rows):
            for begin in range(0, len(rows), _ROWS):
                self._look(rows[begin : begin + _ROWS], bounds, ceilings)
            # What was passed over because of an option that is out now has to be looked at once more.
            rows = self.leaders.dropped()
        return self._winners()

    def _first(self, ceilings: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """The least of any option that keeps as much as any, and one that looks good by what it keeps, costs, takes."""
        cheapest, least = np.full(self.rows, np.inf), np.full(self.rows, np.inf)
        first = np.full(self.rows, self.bundles[0][0])
        seen: set[int] = set()
        for places, ceiling in zip(self.bundles, ceilings, strict=True):
            if id(ceiling) in seen:
                # The same things with more to arrange.
                continue
            seen.add(id(ceiling))
            option = places[0]
            if self.sure[option] == self.sure.max():
                np.minimum(cheapest, ceiling, out=cheapest)
            look = ceiling * (1.0 + _PREFERENCE * self.effort[option]) + (0.0 if self.sure[option] else _FAR)
            first[look < least] = option
            np.minimum(least, look, out=least)
        return cheapest, first

    def _rivals(
        self, ceilings: Sequence[NDArray[np.float64]], first: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """The least that another option costs that keeps as much, and takes as little to arrange, as any."""
        rival = np.full(self.rows, np.inf)
        able = self.sure == self.sure.max()
        for places, ceiling in zip(self.bundles, ceilings, strict=True):
            if able[places[0]]:
                harder = self.effort[places[0]] > self.effort[first]
                own = harder | ((first == places[0]) & (len(places) == 1))
                np.minimum(rival, np.where(own, np.inf, ceiling), out=rival)
        return rival

    def _look(self, rows: NDArray[np.intp], bounds: Bounds, ceilings: Sequence[NDArray[np.float64]]) -> None:
        """Evaluate what may win in some rows: one bundle after the other, the best first, then what is left of them."""
        efforts = self.effort[[places[0] for places in self.bundles]][:, None]
        tiers = np.where(self.sure, 0, UNSURE)[[places[0] for places in self.bundles]][:, None]
        found = Bound.of_costs(np.stack([ceiling[rows] for ceiling in ceilings]), tiers)
        open_ = self.leaders.may_lose(rows, found, efforts) & ~self.done.take(rows, axis=1)
        if len(rows) * len(self.options) <= _ALL:
            self._evaluate_bundles(rows, open_)
            return
        rows, open_, found, bounds = _narrowed(rows, open_, found, bounds.some(rows))
        self._listing(open_, bounds, found)
        open_ &= self.leaders.may_lose(rows, found, efforts)
        pool, tier = [], self.leaders.tier(rows)
        bad = np.flatnonzero(tier > tiers.min())
        if len(bad):
            # What ends too late is helped by another line, what cuts over too long by another mover.
            own = np.array([self._has_own_line(places) for places in self.bundles])[:, None]
            found.finish[:] = np.where(own == (tier % UNSURE >= LATE), 0.0, SOME_DAY)
            pool += self._explore(rows, bad, open_, found, efforts, bounds)
            found.finish[:] = 0.0
            open_ &= self.leaders.may_lose(rows, found, efforts)
            rows, open_, found, bounds = _narrowed(rows, open_, found, bounds)
        self._together(open_, bounds, found)
        while True:
            open_ &= self.leaders.may_lose(rows, found, efforts)
            rows, open_, found, bounds = _narrowed(rows, open_, found, bounds)
            if self.sizes @ open_.sum(axis=1) <= _FLUSH:
                self._evaluate_bundles(rows, open_)
                break
            pool += self._explore(rows, np.arange(len(rows)), open_, found, efforts, bounds)
        self._rounds(Pairs.joined(pool))

    def _evaluate_bundles(self, rows: NDArray[np.intp], open_: NDArray[np.bool_]) -> None:
        """Evaluate, in a few rows, every option of the bundles that are open."""
        place, at = np.nonzero(open_)
        row = np.repeat(rows[at], self.sizes[place])
        option = np.concatenate([self.bundles[one] for one in place] or [place])
        new = self.leaders.is_new(row, option)
        self._evaluate(row[new], option[new])

    def _has_own_line(self, places: NDArray[np.intp]) -> bool:
        route = self.options[places[0]].route
        return route is not None and route.line == "own"

    def _listing(self, open_: NDArray[np.bool_], bounds: Bounds, found: Bound) -> None:
        """Put into the bounds what the mover alone decides: a cutover that is never short enough on any line."""
        for place, places in enumerate(self.bundles):
            if open_[place].any():
                late = bounds.misses_window(self.options[places[0]])
                found.tier[place] |= np.where(late, OUTSIDE, 0)

    def _together(self, open_: NDArray[np.bool_], bounds: Bounds, found: Bound) -> None:
        """Put times into the bounds of each bundle, where it is open."""
        for place, places in enumerate(self.bundles):
            which = np.flatnonzero(open_[place])
            if len(which):
                some = bounds.some(which).together([self.options[option] for option in places])
                found.finish[place, which], found.ceiling[place, which] = some.finish, some.ceiling
                found.tier[place, which] = some.tier

    def _explore(
        self,
        rows: NDArray[np.intp],
        which: NDArray[np.intp],
        open_: NDArray[np.bool_],
        found: Bound,
        efforts: Any,
        bounds: Bounds,
    ) -> list[Pairs]:
        """Evaluate the best of the bundles that look best for each row; gives the others that may win."""
        score = promise(found.rows(which), efforts, self.tie)
        few = max(_WORTH // len(which), 1)
        chosen, column = lowest_few(np.where(open_.take(which, axis=1), score, np.inf), few)
        which = which[column]
        counts = np.bincount(chosen, minlength=1)
        # What is best for a few rows alone waits: a look costs nearly the same for one row and for hundreds.
        worth = counts[chosen] * _CROWD >= counts.max()
        which, chosen = which[worth], chosen[worth]
        open_[chosen, which] = False
        self.done[chosen, rows[which]] = self.alone[chosen]
        parts = []
        for place in np.unique(chosen):
            places, mine = self.bundles[place], which[chosen == place]
            bound = bounds.some(mine).each([self.options[option] for option in places])
            may = self.leaders.may_lose(
                rows[mine], bound, self.effort[places][:, None], self.like[places][:, None]
            )
            option, row = np.nonzero(may)
            parts.append(Pairs(rows[mine[row]], places[option], bound.at((option, row))))
        pairs = Pairs.joined(parts)
        pairs = pairs.at(self.leaders.is_new(pairs.row, pairs.option))
        if not len(pairs.row):
            return []
        pairs = pairs.at(by_promise(pairs, self.rows, self.effort, self.tie))
        first = first_few(pairs.row, few)
        self._evaluate(pairs.row[first], pairs.option[first])
        return [pairs.at(~first)]

    def _rounds(self, pairs: Pairs) -> None:
        """Evaluate what is left and may win, for each row what looks best first."""
        while len(pairs.row):
            may = self.leaders.may_lose(
                pairs.row, pairs.bound, self.effort[pairs.option], self.like[pairs.option]
            )
            pairs = pairs.at(may)
            pairs = pairs.at(by_promise(pairs, self.rows, self.effort, self.tie))
            count = int(np.count_nonzero(np.diff(pairs.row, prepend=-1)))
            few = max(_WORTH // max(count, 1), 1)
            first = first_few(pairs.row, few) | (len(pairs.row) <= _FLUSH)
            self._evaluate(pairs.row[first], pairs.option[first])
            pairs = pairs.at(~first)

    def _evaluate(self, rows: NDArray[np.intp], options: NDArray[np.intp]) -> None:
        """Evaluate pairs of rows and options, options with very many rows by themselves."""
        many = np.flatnonzero(np.bincount(options, minlength=len(self.options)) >= _MANY)
        rest = ~np.isin(options, many)
        groups = [np.flatnonzero(options == place) for place in many]
        groups += [np.flatnonzero(rest & (self.kind[options] == kind)) for kind in range(len(KINDS))]
        for group in groups:
            for begin in range(0, len(group), _BLOCK):
                at = group[begin : begin + _BLOCK]
                w = some_rows(self.w, rows[at], self.rows)
                result = evaluate_each(
                    self.options, self.sure, options[at], w, self.catalogue, self.clock, self.assumed
                )
                self.leaders.take(rows[at], result)

    def _winners(self) -> Winners:
        found = nobody(self.rows)
        for rows, result, at in self.leaders.won():
            usable = result.tier[at] < UNUSABLE
            found["index"][rows] = np.where(usable, self.places[result.option[at]], -1)
            for name, of in FROM.items():
                found[name][rows] = getattr(result, of)[at]
            for name in ("finish", "cutover", "cost"):
                found[name][rows[~usable]] = np.nan
        return Winners(self.given, *(found[name] for name in NAMES))


def _narrowed(
    rows: NDArray[np.intp], open_: NDArray[np.bool_], found: Bound, bounds: Bounds
) -> tuple[NDArray[np.intp], NDArray[np.bool_], Bound, Bounds]:
    """What is known of those rows alone in which something is open."""
    left = np.flatnonzero(open_.any(axis=0))
    return rows[left], open_.take(left, axis=1), found.rows(left), bounds.some(left)
