"""What is said of a running move: one frozen record, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import orjson

SCHEMA = "migplan.track/1"


@dataclass(frozen=True, slots=True)
class Track:
    """A running move and the rest of its plan. Moments are ISO 8601 at the site; None where there is none.

    Attributes
    ----------
    at, begin : str
        Now, and the first byte.
    name, option, option_name : str
        Of the plan, and of the option that is followed.
    phase : str
        'copying', 'scanning', 'verifying', 'paused', 'passes' after the first copy, and so on.
    early : bool
        Whether too little is done to say more than the plan does.
    share_done : float
        Of the work of the first copy, each byte and file weighed by the time that the plan has for it. [1]
    done, total : dict
        'bytes' and 'files'; files are None where tools do not tell them.
    remaining_s : dict
        Until the first copy is done: 'p10', 'p50', 'p80', 'p90'. [s]
    copy_end, finish : dict
        Of the first copy, and of the cutover: 'p10', 'p50', 'p80', 'p90'.
    deadline : str or None
    p_deadline, p_window : float or None
        The chance of ending by the deadline, and of a cutover within its window. [1]
    cutover_hours_p80 : float or None
        [h]
    bottleneck, planned_bottleneck : str
        What binds now, and what the plan said.
    rates, planned_rates : dict
        'bytes_per_s' and 'files_per_s' as measured, and as planned.
    planned : dict
        What the plan said: 'begin', 'copy_end' and 'finish' with their percentiles.
    slip_days : dict
        'total', by which the end is later than planned in the middle of cases, and its 'causes'. [days]
    levers : tuple of dict
        'field', 'now', 'needed', 'saves_days' at P80, 'finish_p80', 'meets', and a 'text'.
    jobs : tuple of dict
        'job', 'tool', 'phase', 'bytes', 'files', 'failed'.
    scores : tuple of dict
        Of each earlier forecast of an end that is known now: 'at', 'p10', 'p50', 'p90', 'actual', 'inside', 'error'.
    course : tuple of dict
        'at', 'share', 'bytes', 'files', of at most some hundred moments.
    notes : tuple of str
    """

    at: str
    begin: str
    name: str
    option: str
    option_name: str
    phase: str
    early: bool
    share_done: float
    done: dict[str, float | None]
    total: dict[str, float | None]
    remaining_s: dict[str, float | None]
    copy_end: dict[str, str | None]
    finish: dict[str, str | None]
    deadline: str | None
    p_deadline: float | None
    p_window: float | None
    cutover_hours_p80: float | None
    bottleneck: str
    planned_bottleneck: str
    rates: dict[str, float | None]
    planned_rates: dict[str, float | None]
    planned: dict[str, Any]
    slip_days: dict[str, Any]
    levers: tuple[dict[str, Any], ...] = ()
    jobs: tuple[dict[str, Any], ...] = ()
    scores: tuple[dict[str, Any], ...] = ()
    course: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    schema: str = field(default=SCHEMA)

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON has it."""
        told = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "schema"}
        return {"schema": self.schema, **told}

    def to_json(self) -> str:
        """What the command line writes as JSON."""
        return orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2).decode() + "\n"

    @property
    def forecast(self) -> dict[str, Any]:
        """What a state keeps of it, to be held against the end."""
        return {
            "at": self.at,
            "share_done": self.share_done,
            "remaining_s": self.remaining_s,
            "copy_end": self.copy_end,
            "finish": self.finish,
            "p_deadline": self.p_deadline,
        }

    def __repr__(self) -> str:
        return f"Track({self.name!r}, at={self.at!r}, share_done={self.share_done:.2f}, finish={self.finish['p50']!r})"
