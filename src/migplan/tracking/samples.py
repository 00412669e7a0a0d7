"""What a tool says of a job at one moment: the one record that all readers make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

PHASES = ("queued", "scanning", "copying", "verifying", "deleting", "paused", "done", "failed")
"""What a job may be doing; the last two end a run."""
ENDED = ("done", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known of a job at a moment. What a tool does not say is None, and never 0.

    Attributes
    ----------
    time : float
        Seconds of the epoch. [s]
    job : str
        What is copied, such as a task or a source; jobs of one move add up.
    tool : str
        Name of the reader.
    run : str
        What tells one run of a job from the next.
    phase : str
        One of `PHASES`.
    bytes, files : float or None
        Done by this run. [B], [1]
    total_bytes, total_files : float or None
        Of this run. [B], [1]
    final : bool or None
        Whether the totals grow no more; None where the tool does not say.
    covers : str
        'run' where totals are of what this run has to do, 'tree' where they hold what earlier runs did, too.
    failed : float or None
        Files that failed. [1]
    """

    time: float
    job: str
    tool: str = ""
    run: str = ""
    phase: str = "copying"
    bytes: float | None = None
    files: float | None = None
    total_bytes: float | None = None
    total_files: float | None = None
    final: bool | None = None
    covers: str = "run"
    failed: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The sample as JSON has it, without what is not known."""
        told = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {
            name: value
            for name, value in told.items()
            if value not in (None, "") and value != _USUAL.get(name)
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Sample:
        """The sample out of JSON; keys that this version does not know are left out.

        Raises
        ------
        ValueError
            It has no moment or no job, or something of it is no number.
        """
        known = {entry.name: plain[entry.name] for entry in fields(cls) if entry.name in plain}
        for name, value in known.items():
            if value is not None and not _is_of_kind(name, value):
                raise ValueError(f"{name} of a sample is {value!r}")
        if "time" not in known or "job" not in known or known.get("phase", "copying") not in PHASES:
            raise ValueError("a sample has no time, no job, or a phase that is not known")
        return cls(**known)


_TEXTS = ("job", "tool", "run", "phase", "covers")


def _is_of_kind(name: str, value: Any) -> bool:
    """Whether a value is what a sample has there: a text, true or false, or a number."""
    if name in _TEXTS:
        return isinstance(value, str)
    if name == "final":
        return isinstance(value, bool)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_USUAL = {"covers": "run", "phase": "copying"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file of progress says.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    tool : str
        Name of the reader.
    samples : tuple of Sample
        In the order of the file.
    notes : tuple of str
        What was left out of it, and why.
    """

    name: str
    tool: str
    samples: tuple[Sample, ...]
    notes: tuple[str, ...] = ()
