"""What arrives beside the bytes, by tool and target: every path of every tool and device, as plans count with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migplan.engine.options import kept_at_target
from migplan.facts import Carrier, Catalogue, Cloud


@dataclass(frozen=True, slots=True)
class Preservation:
    """What one tool or device brings from one kind of source to targets where as much arrives.

    Attributes
    ----------
    carrier, targets : str
        What people call them.
    reads : tuple of str
        Protocols and kinds of source.
    keeps : dict
        Attribute -> how well it arrives and can be stored.
    source, as_of, status : str
        Where what the path carries was read.
    """

    carrier: str
    targets: tuple[str, ...]
    reads: tuple[str, ...]
    keeps: dict[str, str]
    source: str
    as_of: str
    status: str


def preserved(facts: Catalogue, cloud: Cloud) -> Iterator[Preservation]:
    """Every path that leads to a target of a cloud, tools before devices."""
    carriers: list[Carrier] = [*facts.movers.values(), *facts.devices.values()]
    for carrier in carriers:
        if carrier.cloud not in ("any", cloud.id):
            continue
        for path in carrier.paths:
            alike: dict[tuple[str, ...], list[str]] = {}
            for name in path.to:
                target = facts.targets[name]
                if target.cloud in ("any", cloud.id):
                    found = kept_at_target(path.keeps, target)
                    alike.setdefault(tuple(found.values()), []).append(target.short)
            for marks, targets in alike.items():
                yield Preservation(
                    carrier=carrier.short,
                    targets=tuple(targets),
                    reads=path.read,
                    keeps=dict(zip(path.keeps, marks, strict=True)),
                    source=path.source,
                    as_of=path.as_of,
                    status=path.status,
                )
