"""What arrives beside the bytes as a page of Markdown, a table for each cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migplan.analyses.preservation import Preservation, preserved
from migplan.errors import Fault, MigplanError, shorten
from migplan.facts import Catalogue, Cloud
from migplan.report.escape import Markup, link
from migplan.report.tabular import Column, table
from migplan.text import did_you_mean

_MARKS = {"yes": "yes", "partial": "part", "no": "no", "unknown": "?", "not-applicable": "–"}
"""How well something arrives -> what stands for it in a cell."""

_TITLES = {
    "dacl": "NTFS permissions",
    "sacl": "audit entries",
    "owner": "owner",
    "timestamps": "times",
    "ads": "streams",
    "symlinks": "symbolic links",
    "hardlinks": "hard links",
    "posix": "POSIX ids and modes",
    "xattrs": "extended attributes",
    "sparse": "sparse files",
}
"""Attribute -> the title of its column."""

_INTRODUCTION = """\
# What arrives beside the bytes

By tool or device, kind of source and target, what the tool carries and the target stores. This page is made from
the profiles by `migplan facts matrix`; what a note restricts, such as a flag of the tool, `migplan facts show` tells.

`yes` it arrives, `part` in part or with a flag, `no` it is lost, `?` nobody said, `–` there is no such thing there.
A star marks what was not read at its origin."""


def render_preservation(facts: Catalogue, cloud: str = "") -> str:
    """The page of all clouds, or of one.

    Raises
    ------
    MigplanError
        No profile is of that cloud.
    """
    if cloud and cloud not in facts.clouds:
        wanted = did_you_mean(cloud, list(facts.clouds), f"wanted one of {', '.join(facts.clouds)}")
        raise MigplanError(Fault("bad-choice", "--cloud", f"{shorten(cloud)} is not known; {wanted}"))
    clouds = [own for own in facts.clouds.values() if cloud in ("", own.id)]
    return "\n\n".join([_INTRODUCTION, *(part for own in clouds for part in _section(facts, own))]) + "\n"


def _section(facts: Catalogue, cloud: Cloud) -> Iterator[str]:
    rows = sorted(preserved(facts, cloud), key=lambda row: (row.carrier.lower(), row.reads, row.targets))
    yield f"## {cloud.name}"
    yield table(_columns(), rows) if rows else "No tool leads there."


def _columns() -> list[Column]:
    return [
        Column("Tool", lambda row: f"{row.carrier}{'' if row.status == 'confirmed' else '*'}"),
        Column("Source", lambda row: ", ".join(row.reads)),
        Column("Target", lambda row: ", ".join(row.targets)),
        *(Column(title, _mark(key)) for key, title in _TITLES.items()),
        Column("Read", _origin),
    ]


def _mark(key: str) -> Callable[[Preservation], str]:
    return lambda row: _MARKS[row.keeps.get(key, "unknown")]


def _origin(row: Preservation) -> Markup | str:
    """The day on which the page behind it was read; an assumption has none."""
    return link(row.as_of, row.source) if row.source.startswith("https://") else "assumed"
