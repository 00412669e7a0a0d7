"""The steps of a cutover, chosen by protocol, target, way and traits.

Steps are words, not numbers: what takes how long comes from the plan, or stays open.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources

STAGES = ("Before the window", "In the window", "After it")
_FEEDS = frozenset(("realtime-stream", "event-driven", "http-ingest", "warehouse-load"))


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides about the steps.

    Attributes
    ----------
    protocol : str
        How clients reach the data.
    objects : bool
        Whether the target is object storage.
    needs : frozenset of str
        What the way requires, by code, such as 'active-directory'.
    traits : frozenset of str
        What else applications depend on.
    passes : bool
        Whether a mover carries what changes until the end.
    mirror : bool
        Whether the mover mirrors volumes, whose target cannot be written before the mirror is broken.
    device : bool
        Whether devices are shipped.
    hop : bool
        Whether the data rests in object storage on its way.
    """

    protocol: str
    objects: bool
    needs: frozenset[str]
    traits: frozenset[str]
    passes: bool
    mirror: bool
    device: bool
    hop: bool

    def holding(self) -> frozenset[str]:
        """Names of everything that holds, as the steps ask for it."""
        smb, nfs = self.protocol == "smb", self.protocol == "nfs"
        windows, unix = smb and not self.objects, nfs and not self.objects
        namespace = windows and "dfs-namespace" in self.traits
        held = {
            "smb": smb,
            "nfs": nfs,
            "windows": windows,
            "unix": unix,
            "objects": self.objects,
            "namespace": namespace,
            "named": (windows and not namespace) or unix,
            "directory": windows and "active-directory" in self.needs,
            "feeds": bool(self.traits & _FEEDS),
            "failover": "dns-failover" in self.traits,
            "passes": self.passes,
            "mirror": self.mirror,
            "device": self.device,
            "hop": self.hop,
        }
        return frozenset(name for name, holds in held.items() if holds)


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes
    ----------
    stage, what, owner : str
    takes : str
        Words, or 'fixed' for a share of the fixed time of a cutover, or 'pass' for the last pass.
    go, back : str
        When to go on, and how to return.
    when : tuple of str
        What must hold, or with a leading '!' must not.
    """

    stage: str
    what: str
    owner: str
    takes: str
    go: str
    back: str
    when: tuple[str, ...]

    @property
    def gate(self) -> bool:
        """Whether somebody says go or no-go here; such steps are set in bold."""
        return self.what.startswith("**")


@functools.cache
def all_steps() -> tuple[Step, ...]:
    """Every step there is, in order."""
    data = tomllib.loads(resources.files(__package__).joinpath("cutover.toml").read_text(encoding="utf-8"))
    return tuple(Step(**{**step, "when": tuple(step["when"])}) for step in data["steps"])


def steps(situation: Situation) -> list[Step]:
    """The steps of a situation, in order."""
    held = situation.holding()
    return [step for step in all_steps() if all(_holds(name, held) for name in step.when)]


def _holds(name: str, held: frozenset[str]) -> bool:
    return name[1:] not in held if name.startswith("!") else name in held
