"""What people call options and targets of which only the ids are at hand, as in the table of a batch."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

from migplan.facts.names import short_names
from migplan.language import worded
from migplan.results.words import joined


class Names:
    """The short names of options and targets by their ids; an id that no profile has stands for itself.

    Parameters
    ----------
    profiles : sequence of path
        Folders of the user's own.

    Examples
    --------
    >>> names = Names()
    >>> names.target("fsx-windows"), names.option("datasync-basic/internet/efs")
    ('FSx for Windows', 'DataSync · internet → EFS')
    >>> names.option("own-disks-courier+robocopy/vpn/fsx-windows/split"), names.option("mine/efs")
    ('Own disks to a terminal and Robocopy · VPN → FSx for Windows', 'mine → EFS')
    """

    def __init__(self, profiles: Sequence[Path | str] = ()) -> None:
        kinds = ("movers", "routes", "devices", "targets")
        self._kinds: dict[str, Mapping[str, str]] = {kind: short_names(kind, profiles) for kind in kinds}

    def target(self, name: str) -> str:
        """The name of a target."""
        return self.part("targets", name)

    def option(self, name: str) -> str:
        """The name of an option, without the configuration of its target."""
        device, plus, rest = name.rpartition("+")
        way, *others = rest.split("/")
        if len(others) == 1 and not plus:
            return joined(self.part("devices", way), "", "", self.target(others[0]), split=False)
        if len(others) < 2:
            return name
        device, mover, route = (
            self.part("devices", device),
            self.part("movers", way),
            self.part("routes", others[0]),
        )
        return joined(device, mover, route, self.target(others[1]), bool(others[2:]))

    def part(self, kind: str, name: str) -> str:
        """The name of a profile of a kind."""
        return worded(self._kinds[kind].get(name, name)) if kind in self._kinds else name


@functools.cache
def cloud_name(cloud: str) -> str:
    """What people call a cloud: as its profile does, and an id that is none of ours in capitals.

    >>> cloud_name("gcp"), cloud_name("aws"), cloud_name("mini")
    ('Google Cloud', 'AWS', 'MINI')
    """
    return short_names("clouds").get(cloud, cloud.upper())


@functools.cache
def names_of(profiles: tuple[Path | str, ...] = ()) -> Names:
    """The names, with the profiles of some folders over those of migplan, read once."""
    return Names(profiles)
