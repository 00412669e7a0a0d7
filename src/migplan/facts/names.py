"""Names of profiles without their contents: what a shell or an editor proposes, quick enough for a key stroke.

Only the head of each file is read, and nothing is checked: whoever plans by a profile is told what is wrong with it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from migplan.facts.folders import File, own_folder, read_folders
from migplan.facts.keys import KINDS


def profile_names(kind: str, cloud: str = "", overlays: Sequence[Path | str] = ()) -> dict[str, str]:
    """Ids of the profiles of a kind, and their names.

    Parameters
    ----------
    cloud : str
        The cloud that they are for; those of any cloud are for each, and without one all are listed.
    overlays : sequence of path
        Folders of the user's own profiles.

    Examples
    --------
    >>> profile_names("targets", "aws")["efs"], "azure-blob" in profile_names("targets", "aws")
    ('Amazon EFS', False)
    """
    found = {}
    for file in _files(kind, overlays):
        head = _head(file.data)
        own = head.get("cloud", "any")
        if own != "none" and (not cloud or own in ("any", cloud)):
            found[file.name] = str(head.get("name", ""))
    return found


def short_names(kind: str, overlays: Sequence[Path | str] = ()) -> dict[str, str]:
    """Ids of the profiles of a kind, and what people call each in a cell of a table.

    Examples
    --------
    >>> short_names("targets")["fsx-windows"], short_names("routes")["vpn"]
    ('FSx for Windows', 'VPN')
    """
    heads = ((file.name, _head(file.data)) for file in _files(kind, overlays))
    return {
        name: str(head.get("short") or head.get("plain") or head.get("name") or name) for name, head in heads
    }


def profile_ids() -> tuple[str, ...]:
    """All profiles of migplan, each with its kind."""
    return tuple(
        f"{kind}/{path.stem}" for kind in KINDS for path in sorted((own_folder() / kind).glob("*.toml"))
    )


def region_names(cloud: str = "", overlays: Sequence[Path | str] = ()) -> dict[str, str]:
    """Ids of the Regions of a cloud, or of all clouds, and what each is called.

    Examples
    --------
    >>> region_names("aws")["ap-northeast-1"]
    'Asia Pacific (Tokyo)'
    """
    found: dict[str, str] = {}
    for file in _files("clouds", overlays):
        if cloud in ("", file.name):
            found |= {
                region: names[0] for region, names in _loaded(file.data).get("regions", {}).items() if names
            }
    return found


def configuration_names(cloud: str = "", overlays: Sequence[Path | str] = ()) -> dict[str, str]:
    """Ids of the configurations of all targets of a cloud, and what each is called where it is met first.

    Examples
    --------
    >>> configuration_names("aws")["one-zone"]
    'One Zone'
    """
    found: dict[str, str] = {}
    for file in _files("targets", overlays):
        plain = _loaded(file.data)
        if plain.get("cloud", "any") != "none" and (not cloud or plain.get("cloud", "any") in ("any", cloud)):
            for own in plain.get("configurations", ()):
                found.setdefault(str(own.get("id", "")), str(own.get("name", "")))
    return found


def _files(kind: str, overlays: Sequence[Path | str]) -> Iterator[File]:
    folders = [own_folder(), *map(Path, overlays)]
    return (file for file in read_folders(folders, (kind,)).files)


def _head(data: bytes) -> dict[str, Any]:
    """What stands before the first table of a file."""
    begin, table, _ = data.partition(b"\n[")
    # A list or a text of several lines may have looked like a table.
    return (_loaded(begin + b"\n") or _loaded(data)) if table else _loaded(data)


def _loaded(data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except ValueError:
        return {}
