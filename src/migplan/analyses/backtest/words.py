"""Free text of cases to what the engine knows: names, protocols, numbers of workers, what a time covers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from migplan.facts import Host, Profile

P = TypeVar("P", bound=Profile)

_TOKEN = re.compile(r"[a-z]+\d[a-z0-9]*|[a-z]+|\d+(?:[.,]\d+)*")
_SIDE_BY_SIDE = (
    r"(?:transfers?|threads?|process(?:es)?|workers?|connections?|sessions?|jobs?|files?"
    r"|parallel(?!\s+(?:tcp\s+)?streams?))"
)
_HOST = r"(?:agents?|vms?|instances?|nodes?|hosts?|machines?|servers?|workstations?|gateways?)"
_INSTANCE = r"[a-z][a-z0-9-]*\d[a-z0-9-]*\.[a-z0-9]+"
_COUNTED = {
    "agents": re.compile(rf"(\d+)\s*(?:x\s*)?(?:{_HOST}|{_INSTANCE})\b"),
    "streams": re.compile(r"(\d+)\s*(?:parallel\s+)?(?:tcp\s+)?streams?\b"),
    "files": re.compile(rf"(\d+)\s*(?:parallel\s+)?{_SIDE_BY_SIDE}\b|concurrency[\s:=]*(\d+)|/mt:(\d+)"),
}
_PROCESSORS = re.compile(r"\d+\s*-?(?:v?cpus?|cores?|processors?)\b")
_PROTOCOLS = (
    ("smb", ("smb", "cifs", "windows share", "file share", "file server", "nas")),
    ("nfs", ("nfs", "efs", "gpfs", "lustre")),
    ("object", ("s3", "gcs", "blob", "bucket", "object", "cloud storage", "swift")),
)
_COVERS = (
    ("transport only", "ship"),
    ("shipping only", "ship"),
    ("creation", "create"),
    ("steady", "steady"),
    ("sustained", "steady"),
    ("instance hours", "copy"),
    ("copy only", "copy"),
    ("write only", "copy"),
    ("extract only", "copy"),
    ("transfer only", "copy"),
    ("upload only", "copy"),
    ("download only", "copy"),
    ("copy time", "copy"),
)


@dataclass(frozen=True, slots=True)
class Workers:
    """How many of what work side by side; NaN where it was not said. [1]."""

    agents: float = math.nan
    streams: float = math.nan
    files: float = math.nan
    plain: float = math.nan
    runs: float = math.nan


def tokens(text: str) -> list[str]:
    """The words and numbers of a text.

    >>> tokens("cp + GNU Parallel, s5cmd 2.1")
    ['cp', 'gnu', 'parallel', 's5cmd', '2.1']
    """
    return _TOKEN.findall(text.lower())


def best_match(text: str, profiles: Iterable[P]) -> P | None:
    """The profile one of whose names occurs in a text, word by word and in order; the most words win.

    Of names with as many words the longer one wins, then the one that comes first in the text.
    """
    words = tokens(text)
    found: list[tuple[int, int, int, str]] = []
    by_id = {profile.id: profile for profile in profiles}
    for profile in by_id.values():
        for name in (profile.id, profile.name, *profile.also_called):
            wanted = [] if name.startswith(".") else tokens(name)
            first = _place(wanted, words)
            if first is not None:
                found.append((len(wanted), -first, sum(map(len, wanted)), profile.id))
    return by_id[max(found)[-1]] if found else None


def _place(wanted: list[str], words: list[str]) -> int | None:
    """Where the first of the wanted words stands, if all occur in this order."""
    if not wanted:
        return None
    position, first = 0, None
    for word in wanted:
        if word not in words[position:]:
            return None
        position = words.index(word, position) + 1
        first = position - 1 if first is None else first
    return first


def has_words(text: str, *choices: str) -> bool:
    """Whether one of several phrases occurs in a text as whole words.

    >>> has_words("NFS v3 mount", "nfs"), has_words("transfers", "nfs")
    (True, False)
    """
    return any(re.search(rf"\b{re.escape(choice)}\b", text.lower()) for choice in choices)


def read_workers(text: str) -> Workers:
    """Agents, streams and files in flight of a text such as '1 x m6i.8xlarge, 16 workers'.

    >>> read_workers("10 x m5.large"), read_workers("24 transfers").files, read_workers("32").plain
    (Workers(agents=10.0, streams=nan, files=nan, plain=nan, runs=nan), 24.0, 32.0)
    """
    lowered = text.lower().strip()
    if lowered.isdecimal():
        return Workers(plain=float(lowered))
    found = {name: pattern.search(lowered) for name, pattern in _COUNTED.items()}
    return Workers(**{name: _count(match) for name, match in found.items()})


def _count(match: re.Match[str] | None) -> float:
    return math.nan if match is None else float(next(group for group in match.groups() if group))


def read_host(text: str, hosts: Iterable[Host]) -> Host | None:
    """The kind of machine that a text names: 'n2-standard-4' by name, 'c5.2xlarge' by size, 'NAS' by word."""
    known = list(hosts)
    named = {name.lower(): host for host in known for name in host.also_called}
    for name in re.findall(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+", text.lower()):
        found = named.get(name) or named.get(f".{name.rpartition('.')[2]}")
        if found is not None:
            return found
    return best_match(text, known)


def states_machine(text: str, hosts: Iterable[Host]) -> bool:
    """Whether a text says what kind of machine copies: by its name, or by its processors.

    >>> states_machine("1 agent 8 vCPU 16 GiB", []), states_machine("2 agents", [])
    (True, False)
    """
    return _PROCESSORS.search(text.lower()) is not None or read_host(text, hosts) is not None


def read_protocol(text: str) -> str:
    """How a source is read: smb, nfs, object, else local.

    >>> [read_protocol(text) for text in ("NFS v3 mount", "S3 Paris", "local disk, Linux")]
    ['nfs', 'object', 'local']
    """
    return next((name for name, words in _PROTOCOLS if has_words(text, *words)), "local")


def read_covers(text: str) -> str:
    """What a time covers: 'ship', 'create', 'steady', 'copy', else the whole 'job'.

    >>> [read_covers(text) for text in ("copy only, mean of 5", "whole job incl. scan", "steady state")]
    ['copy', 'job', 'steady']
    """
    return next((name for words, name in _COVERS if words in text.lower()), "job")
