"""The smallest change of each single input that makes some option meet, by inverting the forward model.

All inputs are searched side by side, since the engine takes many pairs of an option and a value in little more time
than one. Typical values, cheap to get, say which options could be first; those are then judged exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from migplan.analyses.levers.knobs import Change, Knob, relative, single
from migplan.analyses.levers.measure import Array, Measure
from migplan.analyses.levers.standing import Standing
from migplan.engine.options import Option

_GRID = 8
_CONTENDERS = 2
_TURNS = 6
_ROUNDS = 16
_NARROW = 1e-4
_SLACK = 2.0
"""What ends later still, since changes almost outrun the copy, ends much sooner with little more."""
NEAR = 1.5
"""An option whose finish is foreseen beyond this multiple of the deadline is taken to miss it."""


class Search:
    """Searches several knobs over all options.

    Parameters
    ----------
    measure : Measure
    standings : sequence of Standing
    knobs : sequence of Knob
        Those that can be moved at all.
    """

    def __init__(self, measure: Measure, standings: Sequence[Standing], knobs: Sequence[Knob]) -> None:
        self.measure, self.standings, self.knobs = measure, standings, knobs
        w = measure.workload
        self.near = np.array([knob.now(w) for knob in knobs])
        facts = measure.case.facts.assumptions
        self.far = np.array([knob.farthest(now, facts) for knob, now in zip(knobs, self.near, strict=True)])
        self.slack = _ratios([s.finish for s in standings], [s.typical for s in standings])
        self.cut_slack = _ratios([s.cutover for s in standings], [s.typical_cutover for s in standings])
        self.found = np.full(len(knobs), np.nan)
        self.owner = np.full(len(knobs), -1)

    def run(self) -> dict[int, float]:
        """Position of a knob -> the value of three digits that is needed; without those that do not help."""
        first, foreseen = self._foresee()
        pairs = self._contenders(first, foreseen)
        for _ in range(_TURNS):
            self._settle(pairs)
            pairs = self._others()
            if not pairs:
                break
        return {k: float(value) for k, value in enumerate(self.found) if not np.isnan(value)}

    def _grid(self, knob: int) -> Array:
        """Values of a knob from just beyond the present one to the farthest."""
        near, far = self.near[knob], self.far[knob]
        if self.knobs[knob].whole:
            return np.unique(np.ceil(np.geomspace(near + 1, far, _GRID)))
        if far > near > 0:
            return np.asarray(np.geomspace(near, far, _GRID + 1)[1:])
        return np.linspace(near, far, _GRID + 1)[1:]

    def _foresee(self) -> tuple[NDArray[np.intp], Array]:
        """For each knob and option the first place of the grid at which it is foreseen to meet, and how well there.

        Foreseen: the typical finish, lengthened as the option's is now by being judged at P80.
        """
        grids = [self._grid(k) for k in range(len(self.knobs))]
        rows = [
            (k, o, value)
            for k, grid in enumerate(grids)
            for o in range(len(self.standings))
            for value in grid
        ]
        score = self._scores(rows)
        first = np.full((len(self.knobs), len(self.standings)), _GRID, dtype=np.intp)
        best = np.full(first.shape, np.inf)
        start = 0
        for k, grid in enumerate(grids):
            stop = start + len(grid) * len(self.standings)
            part = score[start:stop].reshape(len(self.standings), len(grid))
            meets = part <= 1.0
            place = meets.argmax(axis=1)
            any_place = meets.any(axis=1)
            first[k] = np.where(any_place, place, _GRID)
            best[k] = np.where(any_place, part[np.arange(len(part)), place], np.inf)
            start = stop
        return first, best

    def _scores(self, rows: Sequence[tuple[int, int, float]]) -> Array:
        """Finish over deadline, or cutover over window, whichever is worse, as foreseen; infinite if it cannot be."""
        options, changed, keep = self._stack(rows)
        score = np.full(len(rows), np.inf)
        if len(keep):
            owners = np.array([rows[row][1] for row in keep])
            score[keep] = self._foreseen(options, changed, owners)
        return score

    def foreseen(self, options: Sequence[Option]) -> Array:
        """Finish over deadline or cutover over window of each standing's option as it is, as foreseen."""
        return self._foreseen(options, {}, np.arange(len(options)))

    def _foreseen(
        self, options: Sequence[Option], changed: dict[str, Array], owners: NDArray[np.intp]
    ) -> Array:
        finish, cutover, cost = self.measure.typical(options, changed)
        return self._score(finish * self.slack[owners], cutover * self.cut_slack[owners], cost, changed)

    def _score(self, finish: Array, cutover: Array, cost: Array, changed: dict[str, Array]) -> Array:
        w = self.measure.workload
        window = np.full(len(finish), w.cutover_window)
        other = changed.get("cutover_window", window)
        window = np.where(np.isnan(other), window, other)
        ends = np.isfinite(finish)
        late = np.where(ends, finish, 0.0) / (np.inf if np.isnan(w.deadline) else w.deadline)
        long = np.where(ends, cutover, 0.0) / np.where(np.isnan(window), np.inf, window)
        score = np.where(ends, np.fmax(late, long), np.inf)
        return score if np.isnan(w.budget) else np.where(cost <= w.budget, score, np.inf)

    def _stack(
        self, rows: Sequence[tuple[int, int, float]]
    ) -> tuple[list[Option], dict[str, Array], NDArray[np.intp]]:
        """Options and changed fields of rows of (knob, option, value), and which rows are possible at all."""
        options, keep = [], []
        for row, (k, o, value) in enumerate(rows):
            option = self.knobs[k].option(self.standings[o].option, value)
            if option is not None:
                options.append(option)
                keep.append(row)
        changed: dict[str, Array] = {}
        for place, row in enumerate(keep):
            k, _, value = rows[row]
            attribute = self.knobs[k].attribute
            if attribute:
                changed.setdefault(attribute, np.full(len(keep), np.nan))[place] = value
        return options, changed, np.array(keep, dtype=np.intp)

    def _contenders(self, first: NDArray[np.intp], foreseen: Array) -> list[tuple[int, int]]:
        """The options that are foreseen to need least of each knob."""
        pairs = []
        for k in range(len(self.knobs)):
            order = np.lexsort((foreseen[k], first[k]))
            pairs += [(k, int(o)) for o in order[:_CONTENDERS] if first[k, o] < _GRID]
        return pairs

    def _judge(self, rows: Sequence[tuple[int, int, float]]) -> Array:
        """Finish over deadline or cutover over window as plans are judged."""
        score = np.full(len(rows), np.inf)
        options, changed, keep = self._stack(rows)
        if not len(keep):
            return score
        score[keep] = self.judge(options, changed)
        return score

    def judge(self, options: Sequence[Option], changed: dict[str, Array]) -> Array:
        """Finish over deadline or cutover over window, whichever is worse, as plans are judged; up to 1 it meets."""
        finish, cutover = self.measure.judged(options, changed)
        typical, _, cost = self.measure.typical(options, changed)
        return np.where(np.isfinite(typical), self._score(finish, cutover, cost, changed), np.inf)

    def _settle(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Find the least value of each pair's knob at which its option meets, and keep the least of each knob."""
        knobs = np.array([k for k, _ in pairs], dtype=np.intp)
        low = self.near[knobs].copy()
        high = np.where(np.isnan(self.found[knobs]), self.far[knobs], self.found[knobs])
        whole = np.array([self.knobs[k].whole for k in knobs])
        if not pairs:
            return
        at_high = self._judge([(k, o, v) for (k, o), v in zip(pairs, high, strict=True)])
        at_low = self._judge([(k, o, v) for (k, o), v in zip(pairs, low, strict=True)])
        alive = at_high <= 1.0
        for turn in range(_ROUNDS):
            open_ = alive & np.where(
                whole, np.abs(high - low) > 1.0, np.abs(high - low) > _NARROW * np.maximum(high, low)
            )
            open_ &= [
                not is_open or self._may_fall(int(k), *ends)
                for is_open, k, *ends in zip(open_, knobs, low, high, strict=True)
            ]
            if not open_.any():
                break
            middle = _between(low, high, at_low, at_high, whole, turn)
            places = np.flatnonzero(open_)
            score = self._judge([(*pairs[int(p)], float(middle[p])) for p in places])
            for place, value in zip(places, score, strict=True):
                if value <= 1.0:
                    high[place], at_high[place] = middle[place], value
                else:
                    low[place], at_low[place] = middle[place], value
        for place in np.flatnonzero(alive):
            self._keep(int(knobs[place]), pairs[int(place)][1], float(high[place]))

    def _may_fall(self, knob: int, low: float, high: float) -> bool:
        """Whether there is a value of three digits between one that misses and one that meets."""
        own, w, away = self.knobs[knob], self.measure.workload, bool(self.far[knob] > self.near[knob])
        less = own.less(w, own.rounded(w, high, away), away)
        return less > low if away else less < low

    def _keep(self, knob: int, owner: int, value: float) -> None:
        away = self.far[knob] > self.near[knob]
        value = self.knobs[knob].rounded(self.measure.workload, value, bool(away))
        old = self.found[knob]
        if np.isnan(old) or (value < old if away else value > old):
            self.found[knob], self.owner[knob] = value, owner

    def _others(self) -> list[tuple[int, int]]:
        """Options that meet with a little less of a knob than what was found, or at all where nothing was."""
        rows = []
        for k, value in enumerate(self.found):
            if np.isnan(value):
                rows += [(k, o, float(self.far[k])) for o in range(len(self.standings))]
            else:
                away = bool(self.far[k] > self.near[k])
                less = self.knobs[k].less(self.measure.workload, float(value), away)
                if (less > self.near[k]) == away and less != self.near[k]:
                    rows += [(k, o, less) for o in range(len(self.standings))]
        return [(k, o) for k, o, _ in self._meeting(rows)]

    def helped(self, knob: int, value: float) -> tuple[Option, float]:
        """The option that a plan with this value of a knob recommends, and its cash. [USD]."""
        meeting = self._meeting([(knob, o, value) for o in range(len(self.standings))])
        # What is foreseen may leave out the very option that was judged to meet.
        meeting = meeting or [(knob, int(self.owner[knob]), value)]
        options, changed, _ = self._stack(meeting)
        best = self.measure.best(options, changed)
        return options[best], self.measure.cash(options[best], {k: v[[best]] for k, v in changed.items()})

    def change(self, knob: int, value: float) -> Change:
        """The lever of a knob, as it is told."""
        own, w = self.knobs[knob], self.measure.workload
        now = own.now(w)
        option, cash = self.helped(knob, value)
        size = relative(now, value)
        if own.power:
            size *= self.measure.case.facts.assumptions[own.power].value
        return single(own.field, own.text(w, now), own.text(w, value), option, cash, size)

    def hopeful(self) -> list[int]:
        """Knobs with which some option is foreseen to meet, or nearly, at the farthest value."""
        if not self.standings:
            return []
        rows = [(k, o, float(far)) for k, far in enumerate(self.far) for o in range(len(self.standings))]
        score = self._scores(rows).reshape(len(self.knobs), -1)
        return [k for k in range(len(self.knobs)) if score[k].min() <= NEAR]

    def _meeting(self, rows: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
        """Rows of (knob, option, value) that meet; most of the others are sorted out without being judged."""
        score = self._scores(rows)
        rows = [row for row, value in zip(rows, score, strict=True) if value <= NEAR]
        rows = self._not_hopeless(rows)
        return [row for row, value in zip(rows, self._judge(rows), strict=True) if value <= 1.0]

    def _not_hopeless(self, rows: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
        options, changed, keep = self._stack(rows)
        if not len(keep):
            return []
        out = self.measure.hopeless(options, changed)
        return [rows[row] for row, lost in zip(keep, out, strict=True) if not lost]


def meeting(here: Measure, options: Sequence[Option]) -> NDArray[np.bool_]:
    """Which options meet, as plans are judged."""
    return np.asarray(Search(here, (), ()).judge(options, {}) <= 1.0)


def recommended(here: Measure, near: Sequence[Option]) -> tuple[Option, float]:
    """The option that a plan recommends, and its cash; of those near enough to meet, of which one does. [USD]."""
    rest = [option for option, lost in zip(near, here.hopeless(near, {}), strict=True) if not lost]
    able = [option for option, met in zip(rest, meeting(here, rest), strict=True) if met]
    best = able[here.best(able, {})]
    return best, here.cash(best, {})


def _ratios(judged: Sequence[float], typical: Sequence[float]) -> Array:
    """How much longer options are when judged than typically; where that is not known, as the others are."""
    above, below = np.array(judged), np.array(typical)
    known = np.isfinite(above) & np.isfinite(below) & (below > 0)
    ratio = np.minimum(np.where(known, above, 1.0) / np.where(known, below, 1.0), _SLACK)
    usual = float(np.median(ratio[known])) if known.any() else 1.0
    return np.where(known, ratio, usual)


def _between(
    low: Array, high: Array, at_low: Array, at_high: Array, whole: NDArray[np.bool_], turn: int
) -> Array:
    """The next place to try: on the line between both ends every other time, else in the middle."""
    ratio = (low > 0) & (high > 0)
    a, b = (
        np.where(ratio, np.log(np.where(ratio, low, 1.0)), low),
        np.where(ratio, np.log(np.where(ratio, high, 1.0)), high),
    )
    known = np.isfinite(at_low) & (at_low > 1.0) & (at_high < 1.0) & (at_high > 0)
    rise, fall = np.log(np.where(known, at_low, 2.0)), -np.log(np.where(known, at_high, 0.5))
    part = rise / (rise + fall)
    # A little beyond the line, so that one end does not stay where it is.
    part = np.where(known & (turn % 3 != 2), np.clip(part + (0.02 if turn % 2 else -0.02), 0.02, 0.98), 0.5)
    middle = a + (b - a) * part
    middle = np.where(ratio, np.exp(np.where(ratio, middle, 0.0)), middle)
    return np.where(
        whole, np.clip(np.round(middle), np.minimum(low, high) + 1, np.maximum(low, high) - 1), middle
    )
