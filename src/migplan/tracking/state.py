"""What is known of a running move, in a file that grows: samples, and each forecast that was made of them.

The file is JSON, is written whole, and holds no secret. A version that knows more keys leaves those of others alone.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from migplan.errors import Fault, MigplanError, shorten
from migplan.files import read_text, shown
from migplan.tracking.samples import ENDED, Sample

SCHEMA = "migplan.track-state/1"
LARGEST = 500_000_000
MOST = 2000
"""Samples of a job that are kept: more say nothing more. What turns, begins or ends is kept besides."""


@dataclass(frozen=True, slots=True)
class State:
    """A running move.

    Attributes
    ----------
    plan : dict
        What the plan is known by: its 'name', the day it was made for ('today'), the 'option' that is followed, and
        its 'volume'. [B]
    samples : tuple of Sample
        By job, in the order of time.
    forecasts : tuple of dict
        What was said, and when, in the order of time; each as `Track.forecast` has it.
    """

    plan: dict[str, Any]
    samples: tuple[Sample, ...] = ()
    forecasts: tuple[dict[str, Any], ...] = ()

    def with_samples(self, more: Iterable[Sample]) -> State:
        """The state with more samples; those that it has already count once."""
        jobs: dict[str, dict[Sample, None]] = {}
        for sample in (*self.samples, *more):
            jobs.setdefault(sample.job, {})[sample] = None
        kept = [sample for job in sorted(jobs) for sample in thinned(sorted(jobs[job], key=_when))]
        return dataclasses.replace(self, samples=tuple(kept))

    def with_forecast(self, forecast: Mapping[str, Any]) -> State:
        """The state with what was said; a forecast of the same moment takes the place of the earlier one."""
        others = [each for each in self.forecasts if each.get("at") != forecast["at"]]
        return dataclasses.replace(
            self, forecasts=tuple(sorted([*others, dict(forecast)], key=lambda each: str(each["at"])))
        )

    def to_json(self) -> str:
        """The state as it is written."""
        plain = {
            "schema": SCHEMA,
            "plan": self.plan,
            "samples": [sample.to_dict() for sample in self.samples],
            "forecasts": list(self.forecasts),
        }
        return orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode() + "\n"


def _when(sample: Sample) -> tuple[float, bool]:
    """By time; what ends a run comes last of its moment."""
    return sample.time, sample.phase in ENDED


def thinned(samples: Sequence[Sample], most: int = MOST) -> list[Sample]:
    """Samples of a job, no more than so many in even steps of time, and all at which something turns."""
    if len(samples) <= most:
        return list(samples)
    step = (samples[-1].time - samples[0].time) / most
    kept, last = [samples[0]], samples[0].time
    for before, sample, after in zip(samples, samples[1:], samples[2:], strict=False):
        turns = (before.phase, before.run) != (sample.phase, sample.run) or sample.phase != after.phase
        falls = any(_falls(one, other) for one, other in ((before, sample), (sample, after)))
        if turns or falls or sample.time - last >= step:
            kept.append(sample)
            last = sample.time
    return [*kept, samples[-1]]


def _falls(one: Sample, other: Sample) -> bool:
    return any(
        new is not None and old is not None and new < old
        for old, new in ((one.bytes, other.bytes), (one.files, other.files))
    )


def read_state(path: Path) -> State:
    """Read a state.

    Raises
    ------
    MigplanError
        The file cannot be read, or is none.
    """
    text = read_text(path, LARGEST, "state that migplan track wrote")
    try:
        plain = json.loads(text)
        if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
            found = plain.get("schema") if isinstance(plain, dict) else plain
            raise ValueError(f"schema is {shorten(found)}; wanted {SCHEMA!r}")
        plan, forecasts = plain["plan"], plain.get("forecasts", [])
        if not isinstance(plan, dict) or not all(
            isinstance(each, dict) and "at" in each for each in forecasts
        ):
            raise ValueError("its plan or a forecast is no table")
        samples = [Sample.from_dict(each) for each in plain["samples"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        text = f"is no state of a move: {error}; wanted what `migplan track -o` writes"
        raise MigplanError(Fault("bad-file", shown(path), text)) from None
    return State(plan, tuple(samples), tuple(forecasts))
